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
from corridor.strategy.model.read_actors import read_actors
from corridor.tables.facts import EVENT_VALUES
from corridor.tables.field import Field
from corridor.tables.folder import SETTINGS, TABLES
from corridor.tables.network import LINKS
from corridor.tables.signs import SIGNS_SEEN

NUMBERS = [f for table in TABLES.values() for f in table.columns if f.kind in ("number", "quantity")]
WORDS = [
    f for table in TABLES.values() for f in table.columns if f.kind in ("id", "date", "months", "choice", "regime")
]
NUMBERS += [f for f in (*SETTINGS, *EVENT_VALUES.values()) if f.kind in ("number", "quantity")]
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


def refused(case: Path) -> list[tuple[str, int]]:
    """Return file and line of each problem of a case."""
    with pytest.raises(InputError) as met:
        load(case)
    return [(problem.file, problem.line) for problem in met.value.problems]


@pytest.mark.parametrize("kind", SIGNS_SEEN)
def test_a_sign_is_within_what_its_kind_can_be(case, kind):
    seen, scenario = SIGNS_SEEN[kind], load(case)
    day, home = scenario.as_of.isoformat(), scenario.homes[0].id
    whole = {"date": day, "known": day, "kind": kind, "place": home,
             "commodity": scenario.commodities[0].id if seen.good else "", "value": "0.5", "low": "0.4", "high": "0.6"}  # fmt: skip
    put(case, "signs.csv", whole)
    assert len(load(case).signs) == 1
    wrong = [
        {"value": repr(seen.most * 1.01 + 1), "low": "", "high": ""}, {"value": repr(seen.least - 0.01)},
        {"low": "0.55"}, {"high": "0.45"}, {"low": ""}, {"high": ""}, {"high": repr(seen.most * 1.01 + 1)},
        {"low": repr(seen.least - 0.01)}, {"commodity": "" if seen.good else scenario.commodities[0].id},
        {"place": "nowhere"}, {"kind": kind.upper()}, {"date": "2024-02-30"}, *({"value": text} for text in NO_NUMBERS),
    ]  # fmt: skip
    for change in wrong:
        put(case, "signs.csv", {**whole, **change})
        assert set(refused(case)) == {("signs.csv", 2)}, change


@pytest.mark.parametrize("kind", EVENT_VALUES)
def test_an_event_is_within_what_its_kind_can_be(case, kind):
    field, scenario = EVENT_VALUES[kind], load(case)
    named = {"links": scenario.links, "pipelines": scenario.pipelines, "places": scenario.homes, "": (),
             "commodities": scenario.commodities}[field.refers[0] if field.refers else ""]  # fmt: skip
    # what one spreadsheet writes all through a table is read as it means it, and told
    wrong = {"number": [*(n for n in NO_NUMBERS if n not in ("1,5", "1 000")), repr(field.high * 1.01 + 1), "-0.01"], "regime": ["half", "", "open+closed"],
             "switch": ["yes", "", "1"], "text": []}[field.kind]  # fmt: skip
    day = scenario.as_of.isoformat()
    for text in wrong:
        row = {"date": day, "known": day, "kind": kind, "target": named[0].id if named else "", "value": text}
        put(case, "events.csv", row)
        assert ("events.csv", 2) in refused(case), text


ACTORS = """\
meta: {{id: gate, status_quo: {{shut: 1}}, decision_clock: {{horizon: {clock}}}}}
actors:
  KEEPER: {{rate: {rate}, options: [shut]}}
  TOWN: {{options: [pay]}}
options: {{shut: {{}}, pay: {{}}}}
preferences:
  KEEPER:
    - {{id: K1, wants: pay, strength: {strength}}}
    - {{id: K2, wants: shut, strength: 0.5}}
  TOWN:
    - {{id: T1, wants: pay}}
stakes:
  TOWN:
    - {{id: S1, while: shut, worth: {worth}}}
packages:
  - {{id: G, members: [KEEPER, TOWN], set: {{shut: 0, pay: 1}}, rate_per_week: {week}, rate_multiplier: {{pay: {times}}}}}
priors:
  rank_noise: {{floor: {floor}, slope: {slope}}}
  lambda: {{median: {sharp}, sd_log: {sharp_log}}}
  inertia: {{sd: {inertia}}}
  irreversible_cost: {{sd: {cost}}}
  foresight_h: {{values: [{sight}], probs: [{chance}]}}
  patience_gamma: {{a: {a}, b: {b}}}
  rate_sd_log: {rate_log}
humanitarian_link: {{feedback: {{statements: [T1], sd: {felt}}}}}
"""
OF_ACTORS = {
    "clock": 13, "rate": 1, "strength": 0.4, "worth": -1, "week": 1, "times": 2, "floor": 0.6, "slope": 3, "sharp": 5,
    "sharp_log": 0.5, "inertia": 0.2, "cost": 0.2, "sight": 1, "chance": 1, "a": 2, "b": 3, "rate_log": 0.4, "felt": 0.5,
}  # fmt: skip


@pytest.mark.parametrize("name", OF_ACTORS)
def test_a_number_of_the_sides_has_bounds_and_a_kind(name):
    def problems(value: object) -> list[int]:
        try:
            read_actors(ACTORS.format(**{**OF_ACTORS, name: value}))
        except InputError as error:
            return [problem.line for problem in error.problems]
        return []

    whole = ACTORS.splitlines()
    (line,) = [i for i, text in enumerate(whole, 1) if f"{{{name}}}" in text]
    assert problems(OF_ACTORS[name]) == []
    for wrong in (
        ".nan",
        ".inf",
        "-.inf",
        "1e300",
        "9" * 400,
        "1e9",
        -1e9,
        "-21",
        "true",
        "five",
        "[1]",
        "{x: 1}",
        '"1,5"',
    ):
        assert line in problems(wrong), wrong
    for half in (1.5, 2.7) if name in ("clock", "sight") else ():
        assert line in problems(half), half


@pytest.mark.parametrize("wrong", ["9" * 400, "1001", "1e5"])
def test_a_number_in_a_sentence_has_bounds_too(wrong):
    for old, new in (
        ("{{floor: {floor}, slope: {slope}}}", '{{{{sd: "{n} + 3*(1-strength)"}}}}'),
        ("{{floor: {floor}, slope: {slope}}}", '{{{{sd: "0.6 + {n}*(1-strength)"}}}}'),
        ("{{statements: [T1], sd: {felt}}}", '"T1 grows, HalfNormal({n})"'),
    ):
        text = ACTORS.replace(old, new.replace("{n}", wrong))
        assert text != ACTORS
        if wrong == "1e5" and "HalfNormal" in new:
            continue  # no number of a sentence: the usual spread holds
        with pytest.raises(InputError):
            read_actors(text.format(**OF_ACTORS))
