"""Claims of a folder about days before as_of, beside what its futures have on those days."""

from __future__ import annotations

from datetime import date

import pytest

from analysis_case import blank, toy
from corridor.analysis.signs.facts import contradicted, reading_of
from corridor.scenario.model import Evidence

DAY = date(2029, 12, 31)


def claim(**cells) -> Evidence:
    usual = {"id": "a", "date": "2029-12-31", "known": DAY, "said_by": "a survey"}
    return Evidence(**(usual | cells))


def told(**cells) -> list[str]:
    one = claim(**cells)
    ds = blank(futures=20, days=3, past=3)
    ds["gam"][:] = 0.08
    ds["intake"][:] = 1500.0
    ds["deaths_expected"][:] = 10.0
    return contradicted(ds.assign_attrs(scenario=toy(evidence={"a": one}).model_dump_json()))


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"quantity": "global acute malnutrition of children", "value": "25", "unit": "%"}, "25% ; the"),
        ({"quantity": "residents of the enclave", "value": "300000", "unit": "person"}, "1,000 to 1,000 people"),
        ({"quantity": "starvation deaths so far", "value": "2", "low": "1", "high": "5", "unit": "person"}, "40 to 40"),
        ({"quantity": "mean energy intake", "value": "900", "unit": "kcal/person/day"}, "1,500 to 1,500"),
    ],
)
def test_a_claim_outside_all_futures_is_told_with_both_numbers(cells, says) -> None:
    (sentence,) = told(**cells)
    assert sentence.startswith(f"Evidence a, 2029-12-31: {cells['quantity']} {cells['value']}")
    assert says.replace("25% ;", "25%;") in sentence and "write it as a sign" in sentence


@pytest.mark.parametrize(
    "cells",
    [
        {"quantity": "global acute malnutrition of children", "value": "8", "unit": "%"},  # agrees
        {"quantity": "residents of the town", "value": "300", "unit": "person"},  # a part of the whole
        {"quantity": "residents of the enclave", "value": "300000", "unit": "person", "disputed_by": "the other side"},
        {"quantity": "residents of the enclave", "value": "300000", "unit": "person", "said_by": "assumed"},
        {"quantity": "residents of the enclave", "value": "300000", "unit": "person", "date": "2029"},  # no day
        {"quantity": "residents of the enclave", "value": "300000", "unit": "person", "date": "2029-06-01"},  # before
        {"quantity": "residents of the enclave", "value": "300000", "unit": "person", "known": date(2031, 1, 1)},
        {"quantity": "residents of the enclave", "value": "many", "unit": "person"},
        {"quantity": "lorries of flour", "value": "3000", "unit": "person"},
    ],
)
def test_what_leaves_another_reading_is_not_told(cells) -> None:
    assert told(**cells) == []


def test_a_reading_has_the_unit_of_its_variable() -> None:
    name, day, low, high = reading_of(
        claim(quantity="MUAC below 125 mm, acute malnutrition", value="12", low="9", high="15", unit="%")
    )
    assert (name, day) == ("gam_muac", DAY) and (low, high) == pytest.approx((0.09, 0.15))
