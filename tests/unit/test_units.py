"""Units: conversion against the definitions of each unit, refusal of everything else."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.core.units import UNITS, UnitError, convert, parse_unit


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("80 t/week", "t/day", 80 / 7),
        ("80t/week", "t/day", 80 / 7),
        ("2000 lb", "short t", 1.0),
        ("25 lb", "kg", 11.33980925),  # international pound, exact by definition
        ("1 long t", "kg", 1016.0469088),
        ("3 mile", "km", 4.828032),
        ("30.4375 day", "month", 1.0),
        ("1 year", "day", 365.25),
        ("72 hours", "day", 3.0),
        ("60 km/h", "km/day", 1440.0),
        ("400 g/person/day", "kg/person/day", 0.4),
        ("25 %", "share", 0.25),
        ("25%", "share", 0.25),
        ("2 %/week", "share/day", 0.02 / 7),
        ("4184 kcal/kg", "MJ/kg", 17.505856),  # thermochemical calorie, 4.184 J
        ("1e3", "t", 1000.0),
        ("  5  short   t ", "t", 4.5359237),
        ("-3", "1", -3.0),
        (".5", "1", 0.5),
    ],
)
def test_a_number_is_converted_to_the_unit_of_its_column(text: str, unit: str, expected: float) -> None:
    assert convert(text, unit, low=-10) == pytest.approx(expected, rel=1e-12)


def test_the_coal_of_the_berlin_airlift_has_the_published_tonnes() -> None:
    assert convert("1586099.3 short t", "t") == pytest.approx(1_438_885.1, abs=0.05)


def test_a_number_in_the_unit_of_its_column_keeps_every_bit() -> None:
    assert convert("0.1 t/day", "t/day") == 0.1
    assert convert("0.1", "t/day") == 0.1


def test_the_result_is_in_the_canonical_unit_and_the_bounds_in_that_of_the_column() -> None:
    assert convert("0.4", "kg/person/day", canonical="t/person/day", high=1) == pytest.approx(0.0004, rel=1e-15)
    with pytest.raises(UnitError, match="above 1 kg/person/day"):
        convert("1100 g/person/day", "kg/person/day", canonical="t/person/day", high=1)


def test_litres_become_tonnes_by_density_only() -> None:
    assert convert("1000 litre", "t", density=0.745) == pytest.approx(0.745)
    assert convert("0.073 l/person/day", "kg/person/day", density=0.84) == pytest.approx(0.06132)
    with pytest.raises(UnitError, match="density"):
        convert("1000 litre", "t")


@pytest.mark.parametrize(
    ("text", "unit", "message"),
    [
        ("", "t", "a number is missing"),
        ("nan", "t", "not a finite number"),
        ("NaN t", "t", "not a finite number"),
        ("-inf", "t", "not a finite number"),
        (".inf", "t", "not a finite number"),
        ("1e308", "t", "above 1,000 t"),
        ("1e999", "t", "above 1,000 t"),
        ("1001", "t", "above 1,000 t"),
        ("-1", "t", "below 0"),
        ("about 5", "t", "is not a number"),
        ("٣", "t", "is not a number"),
        ("1,000", "t", "separator"),
        ("1 000", "t", "separator"),
        ("1_000", "t", "separator"),
        ("5-9", "t", "is a range"),
        ("5..9", "t", "is a range"),
        ("5 to 9", "t", "is a range"),
        ("5 tons", "t", "three different masses"),
        ("5 wek", "day", 'did you mean "week"'),
        ("5 t/", "t", "a unit is missing"),
        ("5 t/day", "t", "does not measure"),
        ("5 day", "t", "does not measure"),
        ("5 vehicle", "person", "does not measure"),
        ("5 t", "share", "0.25 or 25 %"),
        ("0x10", "t", "unknown unit"),
    ],
)
def test_what_is_no_number_of_the_dimension_is_refused(text: str, unit: str, message: str) -> None:
    with pytest.raises(UnitError, match=message):
        convert(text, unit, high=1000)


def test_without_bounds_infinity_is_still_refused() -> None:
    with pytest.raises(UnitError, match="above"):
        convert("1e999", "t")


@given(st.sampled_from(sorted(set(UNITS) - {"1", "degree"})), st.floats(1e-6, 1e6))
def test_there_and_back_is_the_same_number(unit: str, value: float) -> None:
    dimension = parse_unit(unit).dimension
    for other in set(UNITS) - {"1", "degree"}:
        if parse_unit(other).dimension == dimension:
            there = convert(f"{value!r} {unit}", other)
            assert convert(f"{there!r} {other}", unit) == pytest.approx(value, rel=1e-12)


@given(st.text(max_size=30))
def test_any_text_gives_a_number_within_bounds_or_a_unit_error(text: str) -> None:
    try:
        value = convert(text, "t/day", high=1e7)
    except UnitError:
        return
    assert math.isfinite(value)
    assert 0 <= value <= 1e7
