"""The tables of the house: a number has unit, source and meaning; a variable has unit, meaning and a writer."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from corridor.rules import ORDER, PARAMETERS, RULES
from corridor.tables.parameter import Parameter
from corridor.tables.variable import BY_NAME, VARIABLES, Variable

CATALOGUE = Path(__file__).parents[1] / "src" / "corridor" / "data" / "commodities.csv"
ARITHMETIC = CATALOGUE.parent / "sources" / "commodities.md"


@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=lambda p: p.name)
def test_every_parameter_has_unit_source_and_meaning(parameter: Parameter) -> None:
    process, _, rest = parameter.name.partition(".")
    assert process in RULES
    assert rest.isidentifier()
    assert parameter.unit.strip() == parameter.unit != ""
    assert len(parameter.source) > 10
    assert len(parameter.meaning) > 10
    assert not parameter.meaning.endswith(".")
    assert parameter.meaning != parameter.source
    if parameter.assumed:
        assert parameter.source.startswith("assumed: "), "an assumption gives its reason"
    assert (parameter.dist == "fixed") == (parameter.low == parameter.high)
    for value in (parameter.default, parameter.low, parameter.high, parameter.minimum):
        assert math.isfinite(value)


def test_a_parameter_has_one_meaning_in_all_rules() -> None:
    for rules in RULES.values():
        for rule in rules.values():
            for parameter in rule.parameters:
                assert PARAMETERS[parameter.name] == parameter, parameter.name


def test_a_parameter_belongs_to_the_process_that_lists_it() -> None:
    for process, rules in RULES.items():
        for rule in rules.values():
            assert {p.name.partition(".")[0] for p in rule.parameters} <= {process}, rule.name


def test_a_range_outside_its_bounds_is_refused() -> None:
    with pytest.raises(ValueError, match="minimum <= low"):
        Parameter("road.x", 1.0, "1", 2.0, 3.0, "assumed: nothing", "nothing at all")


@pytest.mark.parametrize("process", ORDER)
def test_every_rule_says_what_it_does_and_stands_under_its_name(process: str) -> None:
    for name, rule in RULES[process].items():
        assert (rule.process, rule.name) == (process, name)
        assert len(rule.summary) > 20
        assert rule.summary.endswith(".")
        # what holds in the wider country comes with the day, what people need with the case
        assert rule.reads or rule.yesterday or rule.process in ("movement", "bodies")
        assert rule.written
        assert rule.step.__doc__


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda v: v.name)
def test_every_variable_has_unit_meaning_and_a_writer(variable: Variable) -> None:
    assert variable.unit
    assert len(variable.long_name) > 5
    writers = [p for p in ORDER if any(variable.name in rule.written for rule in RULES[p].values())]
    # options are set by choice, before the rules of the day
    assert writers or variable.name in ("taken", "touched"), "no rule says that it writes this"
    if variable.kind == "flow":
        assert "/" in variable.unit, "a flow is per day or per hour"
        assert len(writers) == 1


def test_variables_have_one_row_each() -> None:
    assert len(BY_NAME) == len(VARIABLES)


def rows() -> list[dict[str, str]]:
    with CATALOGUE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("row", rows(), ids=lambda r: r["id"])
def test_every_good_of_the_catalogue_has_a_source(row: dict[str, str]) -> None:
    assert len(row["source"]) > 10
    assert row["name"]
    assert row["kind"] in ("food", "fuel", "service", "other")
    assert float(row["need"]) >= 0
    assert 0 <= float(row["spoilage"]) <= 1
    assert (row["kcal_per_kg"] != "") == (row["kind"] == "food")
    if row["need_low"]:
        assert float(row["need_low"]) <= float(row["need"]) <= float(row["need_high"])


def test_the_arithmetic_of_the_catalogue_names_the_goods_that_have_a_source() -> None:
    page = ARITHMETIC.read_text(encoding="utf-8").lower()
    for row in rows():
        if not row["source"].startswith("assumed"):
            words = (row["id"], row["id"].split("_")[-1], row["name"].split()[0].lower())
            assert any(word in page for word in words), row["id"]
