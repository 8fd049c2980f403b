"""`--as-of` on every command: a variant made on the spot of what was known by then, or what else its help says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import corridor
from corridor.cli.as_of import WithDay
from corridor.cli.main import app
from corridor.scenario import load
from corridor.studies.play import case_of, seen_by_then
from corridor.studies.sides_case import read
from corridor.studies.whatif import Desk
from typed import call

CASE = "nagorno-karabakh-2023"
PLAYS = {
    "actors", "ask", "audit", "backtest", "calibrate", "check", "compare", "explain", "explore", "freeze", "page", "run",
    "serve",
}  # fmt: skip
"""commands that make a variant on the spot; every other one says what a day means there"""


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield every command that does something, as it is typed."""
    inside = getattr(group, "commands", None)
    if path and (inside is None or group.invoke_without_command):
        yield " ".join(path), group
    for name, one in (inside or {}).items():
        yield from commands(one, (*path, name))


EVERY = dict(commands(get_command(app)))


def help_of(name: str) -> str:
    return next((str(one.help) for one in EVERY[name].params if "--as-of" in one.opts), "")


def test_the_walk_finds_commands_of_groups() -> None:
    assert PLAYS | {"runs", "runs prune", "import flee", "import acled", "add claim", "convert"} <= set(EVERY)


@pytest.mark.parametrize("name", EVERY)
def test_every_command_takes_it_and_says_what_it_means(name: str) -> None:
    assert help_of(name), f"{name} has no --as-of: register it with WithDay, meaning(...) or meaningless(...)"
    assert (help_of(name) == WithDay.means) == (name in PLAYS), name


def test_the_page_says_what_the_help_says() -> None:
    page = (Path(__file__).parents[2] / "docs" / "as-of.md").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for line in page.splitlines():
        if line.startswith("| `"):
            names, means = line.strip("| ").split(" | ")
            found[means] = {one.strip("` ") for one in names.split(",")}
    wanted: dict[str, set[str]] = {}
    for name in EVERY:
        shown = "import KIND" if name.startswith("import ") and name != "import flee" else name
        wanted.setdefault(help_of(name), set()).add(shown)
    assert found == wanted


@pytest.mark.parametrize("name", [name for name in EVERY if help_of(name).startswith("Refused here")])
def test_where_a_day_means_nothing_it_is_refused_with_the_reason(name: str, tmp_path: Path) -> None:
    words = {"new": ["mine"], "validate-movement": ["cases"]}.get(name, [])
    done = call(name, *words, "--as-of", "2023-08-01", cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr.startswith(f"--as-of: {EVERY[name].refuses}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", sorted(set(EVERY) - {"serve"}))
def test_what_is_no_day_is_refused_before_anything_is_done(name: str, tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text("\n")
    words = {
        "convert": [CASE, "out"], "diff": [CASE, CASE], "ask": [CASE, "what?"], "explain": [CASE, "population"],
        "export": [CASE, "-o", "out/datapackage.json"], "merge": ["a", "-o", "b"], "freeze": [CASE, "-o", "out"],
        "plan": [CASE], "list": [], "runs": [], "runs list": [], "runs prune": [], "runs verify": ["a"], "validate": [],
        "schema": [], "doctor": [], "new": ["mine"], "validate-movement": ["x"], "page": [CASE, "out.html"],
        "import flee": ["x", "-o", "out"],
    }.get(name)  # fmt: skip
    if words is None:
        words = ["file.csv", "-o", "out"] if name.startswith("import") else [CASE]
    done = call(*name.split(), *words, "--as-of", "soon", cwd=tmp_path)
    assert done.returncode == 3, done.stdout
    assert "--as-of" in done.stderr
    assert {path.name for path in tmp_path.iterdir()} <= {"file.csv"}


def test_nothing_known_later_is_seen() -> None:
    day = date(2023, 8, 1)
    scenario = case_of(CASE, None, ["as_of=2023-08-01"])
    assert scenario.as_of == day
    rows = [
        row for name in ("places", "links", "stocks", "events", "signs", "pipelines") for row in getattr(scenario, name)
    ]
    assert max(row.known for row in rows) <= day
    assert all(claim.known <= day for claim in scenario.evidence.values())


def test_calibrated_stocks_are_those_of_the_latest_variant_by_then() -> None:
    june, september = load(CASE, "june"), load(CASE, "september")
    flour = {one.variant: next(s for s in one.stocks if s.commodity == "flour").tonnes for one in (june, september)}
    assert flour["june"].value != flour["september"].value
    moved = load(CASE, "september", as_of=date(2023, 8, 1))
    assert next(s for s in moved.stocks if s.commodity == "flour").tonnes.value == flour["june"].value
    early = load(CASE, "september", as_of=date(2023, 1, 15))
    assert not early.calibrated
    assert next(s for s in early.stocks if s.commodity == "flour").tonnes.value == 3500
    later = load(CASE, "june", as_of=date(2023, 9, 1))  # what June found may be used later
    assert next(s for s in later.stocks if s.commodity == "flour").tonnes.value == flour["june"].value


def test_the_sides_and_the_screen_see_the_same_day() -> None:
    assert read(CASE, "actors", "september", "2023-09-18").as_of == "2023-09-18"
    with pytest.raises(corridor.InputError, match="has no model of the sides"):
        read(CASE, as_of="2023-06-15")  # it was written of what was known in July and September
    assert Desk(CASE, as_of="2023-08-01").scenario().as_of == date(2023, 8, 1)
    with pytest.raises(corridor.InputError, match="is not between the start"):
        read(CASE, as_of="2031-01-01")


def test_rows_seen_are_counted() -> None:
    early, late = (seen_by_then(case_of(CASE, as_of=day)) for day in ("2023-01-15", "2023-09-18"))
    assert early["events"][1] == late["events"][1]
    assert early["events"][0] < late["events"][0]
    assert all(known <= every for known, every in early.values())


def test_check_tells_what_a_day_sees_and_refuses_what_is_no_day() -> None:
    done = call("check", "berlin-1948", "--as-of", "1948-06-26", "--json", cwd=Path(__file__).parent)
    assert done.returncode == 0
    assert json.loads(done.stdout)["seen"]["evidence"][0] > 0
    wrong = call("audit", "berlin-1948", "--as-of", "soon", cwd=Path(__file__).parent)
    assert wrong.returncode == 3
    assert '"soon"' in wrong.stderr


def test_a_day_that_cannot_be_is_told_as_the_option_that_gave_it() -> None:
    here = Path(__file__).parent
    told = call("check", "berlin-1948", "--as-of", "2031-01-01", cwd=here).stderr
    assert told.startswith("--as-of: 2031-01-01 is not between")
    told = call("compare", "berlin-1948", "--set", "as_of=2031-01-01", cwd=here).stderr
    assert told.startswith("--set: as_of: 2031-01-01 is not between")


def test_a_case_beside_is_named_where_a_name_is_misspelt(tmp_path: Path) -> None:
    assert call("new", "mycase", cwd=tmp_path).returncode == 0
    assert 'did you mean "mycase"?' in call("check", "mycas", cwd=tmp_path).stderr
    assert 'did you mean "berlin-1948"?' in call("check", "berlin", cwd=tmp_path).stderr
