"""The door attacked: names of hosts, origins, lengths, cookies, paths and tokens, straight at the application."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from corridor.web.guard import COOKIE, HEADERS, MOST_BYTES, WAIT, Guard

HOST = "127.0.0.1:8642"
TOKEN = "a-long-word-that-nobody-guesses"
INSIDE = b"let in"


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Read everything that is sent, then answer."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    while (await receive()).get("more_body"):
        pass
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"x-frame", b"x"), (b"Referrer-Policy", b"unsafe-url")],
        }
    )
    await send({"type": "http.response.body", "body": INSIDE})


def asked(
    path: str = "/api/cases", method: str = "GET", headers: list[tuple[str, str]] | None = None, bodies: tuple[bytes, ...] = (b"",),
    token: str = TOKEN, kind: str = "http", guard: Guard | None = None,
) -> tuple[int, dict[str, str], bytes]:  # fmt: skip
    """Return status, headers and body of the answer; status of a refused line is its close code."""
    guard = guard or Guard(application, (HOST,), token)
    given = [("host", HOST)] if headers is None else headers
    scope = {
        "type": kind,
        "path": path,
        "method": method,
        "headers": [(a.encode(), b.encode("latin-1")) for a, b in given],
    }
    waiting = [
        {"body": body, "more_body": i < len(bodies) - 1, "type": "http.request"} for i, body in enumerate(bodies)
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(guard(scope, receive, send))
    first = sent[0]
    if kind == "websocket":
        return first.get("code", 101), {}, b""
    told = {key.decode().lower(): value.decode() for key, value in first["headers"]}
    return first["status"], told, b"".join(message.get("body", b"") for message in sent[1:])


def cookie_of(guard: Guard) -> str:
    status, headers, _ = asked("/api/login", "POST", bodies=(TOKEN.encode(),), guard=guard)
    assert status == 200
    return headers["set-cookie"].split(";")[0]


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1", f"{HOST}.", f"{HOST}@evil.example", "127.0.0.1:08642", "0x7f000001:8642", "localhost"],
)  # fmt: skip
def test_only_the_names_it_was_started_for_are_answered(host: str) -> None:
    assert asked(headers=[("host", host)], token="")[0] == 421
    assert asked(headers=[("host", HOST), ("host", host)], token="")[0] == 400
    assert asked(headers=[("host", host), ("host", HOST)], token="")[0] == 400
    assert asked(headers=[], token="")[0] == 421


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("origin", "null", 403), ("origin", "http://evil.example", 403), ("origin", f"http://{HOST}.evil.example", 403),
        ("origin", "", 403), ("sec-fetch-site", "cross-site", 403), ("sec-fetch-site", "same-site", 403),
        ("content-length", str(MOST_BYTES + 1), 413), ("content-length", "-1", 413), ("content-length", "1e3", 413),
        ("content-length", "٣", 413), ("content-length", "", 413),
    ],
)  # fmt: skip
def test_another_page_and_odd_lengths_are_refused(name: str, value: str, status: int) -> None:
    given = [("host", HOST), (name, value if value.isascii() else "\xb2")]
    assert asked(headers=given, token="")[0] == status
    assert asked(headers=[("host", HOST), ("origin", f"http://{HOST}")], token="")[0] == 200


def test_more_than_is_taken_is_refused_though_no_length_was_told() -> None:
    part = b"x" * (MOST_BYTES // 4 + 1)
    status, headers, body = asked("/api/play", "POST", bodies=(part,) * 4, token="")
    assert status == 413
    assert INSIDE not in body
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert asked("/api/play", "POST", bodies=(part,) * 3, token="")[0] == 200


@pytest.mark.parametrize(
    ("name", "bad", "good"),
    [
        ("origin", "http://evil.example", f"http://{HOST}"), ("sec-fetch-site", "cross-site", "same-origin"),
        ("content-length", str(MOST_BYTES + 1), "0"), ("cookie", "a=b", "c=d"),
    ],
)  # fmt: skip
def test_a_header_that_is_judged_is_told_once(name: str, bad: str, good: str) -> None:
    assert asked(headers=[("host", HOST), (name, good)], token="")[0] == 200
    for pair in ((bad, good), (good, bad), (good, good)):
        assert asked(headers=[("host", HOST), *((name, value) for value in pair)], token="")[0] == 400


@pytest.mark.parametrize(
    "path",
    [
        "/api/cases",
        "/api/login/",
        "/API/LOGIN",
        "//",
        "/assets",
        "/api/../",
        "/openapi.json",
        "/ws",
        "/api/login?x",
        "/ ",
    ],
)
def test_without_the_token_only_the_page_is_open(path: str) -> None:
    assert asked(path)[0] == 401
    assert asked(path, kind="websocket")[0] == 1008
    assert asked("/")[0] == 200
    assert asked("/assets/corridor.js")[0] == 200


@pytest.mark.parametrize(
    "told",
    [b"", b"wrong", TOKEN[:-1].encode(), TOKEN.encode() + b"x", TOKEN.upper().encode(), b"\xff\xfe", b"x" * 5000],
)
def test_a_wrong_token_opens_nothing(told: bytes) -> None:
    guard = Guard(application, (HOST,), TOKEN)
    status, headers, body = asked("/api/login", "POST", bodies=(told,), guard=guard)
    assert status == 401
    assert "set-cookie" not in headers
    assert TOKEN.encode() not in body
    assert asked("/api/login", "GET", guard=guard)[0] == 405


def test_guesses_wait_for_one_another_and_the_right_token_does_not() -> None:
    guard = Guard(application, (HOST,), TOKEN)
    ended: list[tuple[int, float]] = []

    async def tell(told: bytes) -> None:
        scope = {"type": "http", "path": "/api/login", "method": "POST", "headers": [(b"host", HOST.encode())]}

        async def receive() -> Any:
            return {"type": "http.request", "body": told}

        async def send(message: Any) -> None:
            if "status" in message:
                ended.append((message["status"], asyncio.get_running_loop().time() - begin))

        await guard(scope, receive, send)

    async def all_at_once() -> None:
        await asyncio.gather(*(tell(b"wrong %d" % i) for i in range(4)), tell(TOKEN.encode()))

    loop = asyncio.new_event_loop()
    begin = loop.time()
    loop.run_until_complete(all_at_once())
    loop.close()
    assert [status for status, _ in ended] == [200, 401, 401, 401, 401]
    wrong = [when for status, when in ended if status == 401]
    assert all(later - earlier >= 0.9 * WAIT for earlier, later in zip([0.0, *wrong], wrong, strict=False))


def test_the_right_token_gives_a_cookie_of_this_server_alone() -> None:
    guard, other = Guard(application, (HOST,), TOKEN), Guard(application, (HOST,), TOKEN)
    cookie = cookie_of(guard)
    assert TOKEN not in cookie
    assert asked(headers=[("host", HOST), ("cookie", cookie)], guard=guard)[2] == INSIDE
    assert asked(headers=[("host", HOST), ("cookie", cookie)], kind="websocket", guard=guard)[0] == 101
    assert asked(headers=[("host", HOST), ("cookie", cookie)], guard=other)[0] == 401
    for bad in (f"{COOKIE}=", f"{COOKIE}={TOKEN}", cookie[:-1], f"{cookie}0", "a=b; [", f"{COOKIE}=\xff", f"x{cookie}"):
        assert asked(headers=[("host", HOST), ("cookie", bad)], guard=guard)[0] == 401, bad


def test_every_answer_wears_the_headers_and_none_of_the_applications_own_undoes_them() -> None:
    for path, token in (("/api/cases", ""), ("/api/cases", TOKEN), ("/", TOKEN)):
        _, told, _ = asked(path, token=token)
        assert dict(HEADERS).items() <= told.items()
