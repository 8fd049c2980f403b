"""The server: who may ask, what is refused in words, the newest word wins, nothing is lost."""

from __future__ import annotations

import json
import struct
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from served import Served, served

pytest.importorskip("fastapi", reason="the screen is not installed: pip install corridor[web]")
pytest.importorskip("websockets", reason="the screen is not installed: pip install corridor[web]")
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

EMPTY: dict[str, Any] = {"levers": {}, "want": []}


def head_of(data: bytes) -> dict[str, Any]:
    (length,) = struct.unpack("<I", data[:4])
    found: dict[str, Any] = json.loads(data[4 : 4 + length])
    return found


def test_the_page_loads_nothing_from_elsewhere_and_says_so(server: Served) -> None:
    status, page = server.ask("GET", "/")
    assert status == 200
    assert b"http" not in page
    policy = server.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "server" not in {name.lower() for name in server.headers}
    for name in ("corridor.js", "corridor.css"):
        assert server.ask("GET", f"/assets/{name}")[0] == 200


@pytest.mark.parametrize(
    "path", ["/assets/../app.py", "/assets/..%2f..%2fapp.py", "/assets/none.js", "/docs", "/redoc"]
)
def test_nothing_else_is_served(server: Served, path: str) -> None:
    assert server.ask("GET", path)[0] == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1:1"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
    ],
)
def test_another_page_or_name_is_refused(server: Served, headers: dict[str, str], status: int) -> None:
    assert server.ask("GET", "/api/cases", None, headers)[0] == status


def first_word(server: Served, **named: Any) -> str | bytes:
    """Open a line, ask, return what comes first."""
    with connect(f"ws://127.0.0.1:{server.port}/ws", **named) as line:
        line.send(json.dumps({"id": 1, **EMPTY}))
        return line.recv(timeout=60)


def test_a_line_from_another_page_is_refused(server: Served) -> None:
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        first_word(server, origin="http://evil.example")


def test_too_much_is_refused(server: Served) -> None:
    assert server.ask("PUT", "/api/tab/a", None, {"content-length": str(10**9)})[0] == 413
    big = {"content": {"log": ["x" * 1000] * 5000}}
    status, data = server.ask("PUT", "/api/tab/a", big)
    assert status == 422
    assert b"too long" in data


@pytest.mark.slow
def test_the_answer_comes_as_bytes_quick_first_then_with_more_futures(server: Served) -> None:
    with connect(f"ws://127.0.0.1:{server.port}/ws", max_size=None) as line:
        line.send(json.dumps({"id": 3, "levers": {"policy": "more_aid"}, "want": ["intake"]}))
        heard = [head_of(line.recv(timeout=200))]  # type: ignore[arg-type]
        while heard[-1]["stage"] != "full":
            heard.append(head_of(line.recv(timeout=200)))  # type: ignore[arg-type]
    *before, quick, drawn, full = heard
    assert [one["stage"] for one in before] in ([], ["look"])  # a look comes first where the machine is slow
    assert (quick["stage"], quick["futures"], full["stage"], full["futures"]) == ("quick", 300, "full", 2000)
    assert quick["id"] == drawn["id"] == full["id"] == 3
    # the map comes after the fans, and is the map of the answer
    assert (drawn["stage"], quick["map"], full["map"]["links"]) == ("map", {}, drawn["map"]["links"])
    assert {one["name"] for one in drawn["arrays"]} == {
        n["name"] for n in full["arrays"] if n["name"].startswith("map ")
    }
    assert [one["id"] for one in quick["fans"]] == ["intake"]


def test_two_hundred_what_ifs_at_once_the_newest_wins_and_the_rest_is_refused_in_words(server: Served) -> None:
    with connect(f"ws://127.0.0.1:{server.port}/ws", max_size=None) as line:
        for i in range(200):
            levers = {"policy": "gate_open", "set": {"stocks.*.flour": str(400 + i)}}
            line.send(json.dumps({"id": i, "levers": levers, "refine": False}))
        heard: dict[int, str] = {}
        while 199 not in heard:
            message = line.recv(timeout=200)
            plain = json.loads(message) if isinstance(message, str) else head_of(message)
            heard[plain["id"]] = plain.get("refused") or plain["stage"]
    assert heard[199] == "quick"
    refused = [text for i, text in heard.items() if i != 199 and text != "quick"]
    assert len(refused) > 150
    assert set(refused) == {"a newer position of the levers came"}


@pytest.mark.slow
def test_many_askers_are_answered_or_told_that_the_server_is_busy(server: Served) -> None:
    got: list[tuple[int, bytes]] = []

    def one(i: int) -> None:
        got.append(server.ask("POST", "/api/play", {"set": {"stocks.*.flour": str(700 + i)}}))

    threads = [threading.Thread(target=one, args=(i,)) for i in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    assert {status for status, _ in got} == {200, 429}
    assert all(b"wait" in data for status, data in got if status == 429)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"id": -1}', '{"id": 1, "levers": {"policy": 3}}', "\x00"])
def test_nonsense_on_the_line_is_told_and_the_line_stays_open(server: Served, text: str) -> None:
    with connect(f"ws://127.0.0.1:{server.port}/ws", max_size=None) as line:
        line.send(text)
        assert "refused" in json.loads(line.recv(timeout=30))
        line.send(json.dumps({"id": 1, "levers": {"policy": "nobody"}}))
        assert json.loads(line.recv(timeout=60))["problems"][0]["sentence"]


def test_a_case_is_made_pasted_into_checked_played_and_sent_as_a_workbook(server: Served) -> None:
    made = server.json("POST", "/api/cases/new", {"name": "my-town"})
    assert made["problems"] == []
    stocks = next(one for one in made["files"] if one["file"] == "stocks.csv")["rows"]
    row = next(i for i, cells in enumerate(stocks) if "flour" in cells)
    column = stocks[0].index("tonnes")
    stocks[row][column] = "a lot"
    told = server.json("PUT", "/api/cases/my-town/stocks.csv", {"rows": stocks})["problems"]
    assert [(one["file"], one["line"], one["field"]) for one in told] == [("stocks.csv", row + 1, "tonnes")]
    assert server.ask("POST", "/api/use", {"case": "my-town"})[0] == 422
    stocks[row][column:] = ["250", "200", "300", "a_stocks"]
    assert server.json("PUT", "/api/cases/my-town/stocks.csv", {"rows": stocks})["problems"] == []
    about = server.json("POST", "/api/use", {"case": "my-town"})
    lever = next(one for one in about["levers"] if one["path"] == "stocks.*.flour")
    assert 200 < lever["value"] < 300
    assert lever["given"] == 250
    assert about["seen"]  # a sign weighs its futures, so that what is drawn is not what the case says
    status, book = server.ask("GET", "/api/cases/my-town/workbook")
    assert status == 200
    assert book[:2] == b"PK"
    opened = json.loads(server.ask("POST", "/api/cases/from-book/open", book)[1])
    assert opened["problems"] == []
    bundle = server.ask("POST", "/api/export/bundle", {"policy": "more_aid"})[1]
    sent = json.loads(server.ask("POST", "/api/cases/from-bundle/open", bundle)[1])
    assert sent["levers"]["policy"] == "more_aid"


def test_a_case_is_called_as_whoever_made_it_says(server: Served) -> None:
    for name, source in (("by-template", ""), ("by-copy", "by-template")):
        title = f"Moulin « {name} »"
        made = server.json("POST", "/api/cases/new", {"name": name, "source": source, "title": title})
        assert made["problems"] == []
        assert server.json("POST", "/api/use", {"case": name})["title"] == title
        assert f"<title>{title}" in server.ask("POST", "/api/export/page", {})[1].decode()
    server.json("POST", "/api/use", {"case": server.json("GET", "/api/cases")["served"][0]["id"]})


def test_stocks_of_an_invented_town_are_pasted_and_its_bread_runs_out(server: Served) -> None:
    server.json("POST", "/api/cases/new", {"name": "mill"})
    rows = [["place", "commodity", "tonnes"], ["Millford", "flour", "60"], ["Upper Mill", "flour", "5"]]
    told = server.json("PUT", "/api/cases/mill/stocks.csv", {"rows": rows})
    assert told["strangers"] == ["Millford", "Upper Mill"]
    told = server.json("POST", "/api/cases/mill/places", {"place": "valleytown", "name": "Millford"})
    assert told["strangers"] == ["Upper Mill"]
    asked = {"name": "Upper Mill", "people": "900", "beside": "millford", "km": "7"}
    told = server.json("POST", "/api/cases/mill/places", asked)
    assert told["problems"] == []
    told = server.json("POST", "/api/cases/mill/places", {"place": "hilltown", "drop": True})
    assert told["problems"] == []
    stocks = next(one for one in told["files"] if one["file"] == "stocks.csv")["rows"]
    assert [row[0] for row in stocks[1:]] == ["millford", "upper_mill"]
    assert server.ask("POST", "/api/cases/mill/places", {"place": "nowhere", "name": "X"})[0] == 422
    server.json("POST", "/api/use", {"case": "mill"})
    first = server.json("POST", "/api/play", {})["first_days"]
    assert any(row["event"] == "out.*" and row["low_80"] for row in first)


@pytest.mark.parametrize("name", ["..", "%2e%2e", "a%2fb", "..%2f..%2fetc", "a.b", "", "x" * 200])
def test_no_name_leads_out_of_the_workspace(server: Served, name: str) -> None:
    before = sorted(server.workspace.parent.rglob("*"))
    for method, path in (("GET", f"/api/cases/{name}"), ("PUT", f"/api/tab/{name}")):
        assert server.ask(method, path, {"content": {}})[0] in (404, 405, 422)
    assert server.ask("POST", "/api/cases/new", {"name": name.replace("%2f", "/").replace("%2e", ".")})[0] == 422
    assert sorted(server.workspace.parent.rglob("*")) == before


def test_a_link_out_of_the_workspace_is_not_followed(server: Served, tmp_path: Path) -> None:
    (server.workspace / "cases").mkdir(parents=True, exist_ok=True)
    (server.workspace / "cases" / "away").symlink_to(tmp_path)
    assert server.ask("GET", "/api/cases/away")[0] == 422


@pytest.mark.slow
def test_a_killed_server_loses_nothing(valley: Path, tmp_path: Path) -> None:
    kept = {"levers": {"policy": "more_aid"}, "log": [{"at": "now"}]}
    with served(str(valley), tmp_path / "w") as one:
        one.json("PUT", "/api/tab/first", {"content": kept})
        one.process.kill()
        one.process.wait(20)
    assert not list((tmp_path / "w").rglob("*.part"))
    with served(str(valley), tmp_path / "w") as again:
        assert again.json("GET", "/api/tab/first")["content"] == kept
        # a new tab goes on where the last one stood
        assert again.json("GET", "/api/tab/second")["content"] == kept


def alive(parent: int) -> list[int]:
    """Return the processes that a process began and that still run; none where the system does not tell."""
    found = []
    for about in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, _, fields = about.read_text().partition(" ")
            if int(fields.rpartition(")")[2].split()[1]) == parent:
                found.append(int(pid))
    return found


def ended(pids: list[int]) -> bool:
    """Return whether none of these processes runs any more; waits for it for half a minute."""
    for _ in range(300):
        left = [pid for pid in pids if Path(f"/proc/{pid}").exists()]
        if not left:
            return True
        time.sleep(0.1)
    return False


def test_a_server_killed_while_two_tabs_move_levers_loses_nothing(valley: Path, tmp_path: Path) -> None:
    kept = {name: {"levers": {"policy": policy}} for name, policy in (("a", "more_aid"), ("b", "gate_open"))}
    with served(str(valley), tmp_path / "w") as one:
        port = one.port
        with (
            connect(f"ws://127.0.0.1:{port}/ws", max_size=None) as first,
            connect(f"ws://127.0.0.1:{port}/ws", max_size=None) as second,
        ):
            for line, (name, content) in zip((first, second), kept.items(), strict=True):
                one.json("PUT", f"/api/tab/{name}", {"content": content})
                line.send(json.dumps({"id": 1, "levers": content["levers"]}))
            heard = [head_of(line.recv(timeout=120)) for line in (first, second)]  # type: ignore[arg-type]
            assert [one["levers"]["policy"] for one in heard] == ["more_aid", "gate_open"]
            # refinements, and another lever, are under way
            first.send(json.dumps({"id": 2, "levers": {"set": {"stocks.*.flour": "333"}}}))
            beside = alive(one.process.pid)
            one.process.kill()
            one.process.wait(20)
            with pytest.raises(ConnectionClosed):
                list(second)
    assert ended(beside)
    assert not list((tmp_path / "w").rglob("*.part"))
    with served(str(valley), tmp_path / "w", "--port", str(port)) as again:
        assert again.port == port
        for name, content in kept.items():
            assert again.json("GET", f"/api/tab/{name}")["content"] == content
        with connect(f"ws://127.0.0.1:{port}/ws", max_size=None) as line:
            line.send(json.dumps({"id": 3, "levers": {"set": {"stocks.*.flour": "333"}}, "refine": False}))
            assert head_of(line.recv(timeout=120))["futures"] == 300  # type: ignore[arg-type]


def test_a_token_is_asked_for_and_never_told(valley: Path, tmp_path: Path) -> None:
    token = "a-long-word-that-nobody-guesses"
    with served(str(valley), tmp_path / "w", "--token", token) as one:
        assert one.ask("GET", "/api/cases")[0] == 401
        assert one.ask("GET", "/")[0] == 200
        assert one.ask("POST", "/api/login", b"wrong")[0] == 401
        assert one.ask("POST", "/api/login", token.encode())[0] == 200
        cookie = one.headers["set-cookie"].split(";")[0]
        assert token not in one.headers["set-cookie"]
        assert "HttpOnly" in one.headers["set-cookie"]
        assert one.ask("GET", "/api/cases", None, {"cookie": cookie})[0] == 200
        assert one.ask("GET", "/api/cases", None, {"cookie": "corridor=x"})[0] == 401
        with pytest.raises((InvalidStatus, ConnectionClosed)):
            first_word(one)


@pytest.mark.parametrize("words", [["--host", "0.0.0.0"], ["--token", "short"], ["--host", "::"]])
def test_an_open_door_is_refused(valley: Path, tmp_path: Path, words: list[str]) -> None:
    with pytest.raises(AssertionError, match="token"), served(str(valley), tmp_path / "w", *words):
        pass
