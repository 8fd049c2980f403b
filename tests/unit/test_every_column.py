"""Every column of every table, given what is plausible at first sight and wrong, is refused at its place."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import pytest

from corridor.core.errors import InputError
from corridor.scenario import load, write_new
from corridor.scenario.read.cells import (
    read_choice,
    read_date,
    read_id,
    read_months,
    read_number,
    read_quantity,
    read_regime,
)
from corridor.scenario.read.source import Cell
from corridor.tables.field import Field
from corridor.tables.folder import TABLES
from corridor.tables.network import LINKS

NUMBERS = [f for table in TABLES.values() for f in table.columns if f.kind in ("number", "quantity")]
WORDS = [
    f for table in TABLES.values() for f in table.columns if f.kind in ("id", "date", "months", "choice", "regime")
]
NO_NUMBERS = (
    "nan",
    "inf",
    "-inf",
    "1e999",
    "-1e-320x",
    "1,5",
    "1 000",
    "--1",
    "5 $",
    "five",
    "0x10",
    "1e3e3",
    "٣",
    "²",
)


def names(field: Field) -> str:
    return f"{field.table}.{field.name}"


def cell(text: str) -> Cell:
    return Cell(text, "table.csv", 2, 3, "field")


def number(field: Field, text: str) -> float | None:
    problems: list[object] = []
    if field.kind == "quantity":
        found = read_quantity(field, {field.name: cell(text)}, problems)  # type: ignore[arg-type]
        value = None if found is None else found.value
    else:
        value = read_number(
            cell(text), field.unit, problems, canonical=field.canonical, low=field.low, high=field.high,
            above=field.above,
        )  # type: ignore[arg-type]  # fmt: skip
    assert (value is None) == bool(problems)
    return value


@pytest.mark.parametrize("field", NUMBERS, ids=names)
def test_a_number_has_bounds_and_a_kind(field):
    assert math.isfinite(field.low)
    assert math.isfinite(field.high), "a number without an upper bound overflows somewhere"
    for text in NO_NUMBERS:
        assert number(field, text) is None, text
    for wrong in (field.low - 1, field.high * 1.01 + 1, -1e300, 1e300):
        assert number(field, repr(float(wrong))) is None, wrong
    if field.above:
        assert number(field, repr(float(field.low))) is None
    assert number(field, repr(float(field.high))) is not None
    # a unit of something else: nothing here is measured in vehicle-kilocalories
    assert number(field, f"{field.high!r} vehicle/kcal") is None


@pytest.mark.parametrize("name", ["latitude", "longitude"])
@pytest.mark.parametrize("text", ["5 %", "0.1 share", "91 km", "5 1", "46N", "46°"])
def test_a_place_on_the_map_is_in_degrees(name, text):
    assert number(TABLES["places"].field(name), text) is None


def test_the_longest_journey_ends():
    km, kmh = LINKS.field("km"), LINKS.field("kmh")
    assert km.high / kmh.low / 24 < 365 * 25
    for text in ("1e-300", "0", "0.05", "1e-9 km/hour", "0.01 m/hour"):
        assert number(kmh, text) is None, text


@pytest.mark.parametrize("field", WORDS, ids=names)
def test_a_word_is_one_of_the_known(field):
    wrong = {
        "id": ("", "a b", "a.b/c", "../x", "x" * 101, "ä\n"),
        "date": ("2024-02-30", "30.2.2024", "2024-2-3", "0000-00-00", "9999-12-31", "45291", "2024-13-01", "２０２４-01-01"),
        "months": ("0", "13", "1-13", "5-", "-", "1-2-3", "²", "may"),
        "choice": ("", "OPEN", "open ", "none of these"),
        "regime": ("", "open+closed", "half", "+", "Closed"),
    }[field.kind]  # fmt: skip
    for text in wrong:
        problems: list[object] = []
        found = {
            "id": lambda c, p: read_id(c, p, evidence=field.table == "evidence"),
            "date": read_date, "months": read_months, "regime": read_regime,
            "choice": lambda c, p: read_choice(c, field.choices, p),
        }[field.kind](cell(text), problems)  # type: ignore[operator]  # fmt: skip
        assert found is None, text
        assert len(problems) == 1


@pytest.fixture
def case(tmp_path) -> Path:
    write_new(tmp_path / "case")
    return tmp_path / "case"


def put(case: Path, file: str, row: dict[str, str]) -> None:
    path = case / file
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row), lineterminator="\n")
    writer.writeheader()
    writer.writerow(row)
    path.write_text(text.getvalue())


def test_what_was_seen_after_it_was_known_is_refused(case):
    scenario = load(case)
    home = scenario.homes[0].id
    row = {"date": "2200-01-01", "known": scenario.as_of.isoformat(), "kind": "people", "place": home,
           "commodity": "", "value": "100", "low": "90", "high": "110"}  # fmt: skip
    put(case, "signs.csv", row)
    with pytest.raises(InputError) as met:
        load(case)
    (problem,) = met.value.problems
    assert (problem.file, problem.line, problem.column) == ("signs.csv", 2, 1)
    assert "2200-01-01 is more than a month after" in problem.message
    put(case, "signs.csv", {**row, "date": scenario.as_of.isoformat()})
    assert len(load(case).signs) == 1
