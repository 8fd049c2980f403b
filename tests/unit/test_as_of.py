"""`--as-of` on every command that plays or checks: a variant made on the spot of what was known by then."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

import corridor
from corridor.scenario import load
from corridor.studies.play import case_of, seen_by_then
from corridor.studies.sides_case import read
from corridor.studies.whatif import Desk
from typed import call

CASE = "nagorno-karabakh-2023"
COMMANDS = [
    "check",
    "audit",
    "run",
    "compare",
    "calibrate",
    "backtest",
    "explore",
    "freeze",
    "actors",
    "serve",
    "page",
    "ask",
    "explain",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_plays_or_checks_takes_it(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"NO_COLOR": "1", "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)
    shown = call(command, "--help", cwd=Path(__file__).parent).stdout
    assert "--as-of DATE" in " ".join(shown.split())


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
    early, late = seen_by_then(CASE, "2023-01-15"), seen_by_then(CASE, "2023-09-18")
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
