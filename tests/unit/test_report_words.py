"""Plain words and rounded numbers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.report import words
from corridor.report.screen.tables import _chance, plain_table
from corridor.studies.ask_words import points


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (0.3, "0"), (7, "7"), (43, "43"), (7_843, "7,800"), (9_960, "9,960"), (98_456, "98,500"),
     (-7_843, "−7,800"), (100_417, "100,000"), (2_150_000, "2.15 million"), (math.nan, "–")],
)  # fmt: skip
def test_people_are_rounded_to_two_or_three_figures(value: float, said: str) -> None:
    assert words.count(value) == said


@given(st.floats(1, 1e8))
def test_rounding_people_moves_nobody_by_more_than_a_twentieth(value: float) -> None:
    digits, _, millions = words.count(value).replace(",", "").partition(" ")
    assert abs(float(digits) * (1e6 if millions else 1.0) - value) <= max(0.05 * value, 0.5)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "0 %"),
        (-0.001, "0 %"),
        (-0.0, "0 %"),
        (-0.02, "−2 %"),
        (0.001, "under 1 %"),
        (0.87, "87 %"),
        (0.999, "over 99 %"),
        (1, "100 %"),
    ],
)
def test_a_share_is_certain_only_where_it_is(share: float, said: str) -> None:
    assert words.percent(share) == said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [(1234.0, "kcal/person/day", "1,230"), (-3.0, "kcal/person/day", "0"), (0.64, "1", "64 %"), (3.21, "day", "3.2"),
     (48.6, "day", "49"), (366.0, "day", "over 365"), (361.4, "t", "361"), (8760.0, "hours", "no way through"),
     (math.inf, "t", "–"), (-0.01, "t", "0")],
)  # fmt: skip
def test_each_unit_has_its_figures(value: float, unit: str, said: str) -> None:
    assert words.quantity(value, unit) == said


def test_a_range_of_equal_ends_is_one_number() -> None:
    assert words.span(0.0, 0.2, "persons") == "0"
    assert words.span(380.0, 26_500.0, "persons") == "380 to 26,500"


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("t/day", "tonnes a day"),
        ("kcal/person/day", "kcal a person a day"),
        ("1", ""),
        ("km/h", "km/h"),
        ("vehicle/hour", "vehicles an hour"),
    ],
)
def test_units_are_said_in_words(unit: str, said: str) -> None:
    assert words.unit_words(unit) == said


def test_days_and_lists() -> None:
    assert words.day("2023-09-18") == "18 September 2023"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.sentence("a gate opens") == "A gate opens."


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (3.81e6, 5.2e4, "3.81 ± 0.05 million"),
        (6.27e6, 6.4e5, "6.3 ± 0.6 million"),
        (173.48e6, 4.12e6, "173 ± 4 million"),
        (1.2e8, 1.6e7, "120 ± 16 million"),
        (2510.0, 34.0, "2,510 ± 30"),
        (12.3, 1.4, "12 ± 1"),
        (2510.0, 0.0, "2,510 ± 0"),
        (-0.3, 4.0, "0 ± 4"),
    ],
)
def test_a_figure_ends_where_its_error_begins(value: float, error: float, text: str) -> None:
    assert words.with_error(value, error) == text


@pytest.mark.parametrize(("count", "text"), [(1, "1 day"), (0, "0 days"), (91, "91 days")])
def test_one_day_is_no_days(count: int, text: str) -> None:
    assert words.days(count) == text
    assert words.days_with_error(-0.01, 0.2) == "0.0 ± 0.2"
    assert points(-0.002) == "0 points"


@pytest.mark.parametrize(
    ("tied", "better", "text"),
    [(1.0, 0.0, "the same"), (0.97, 0.01, "the same in 97 %"), (0.3, 0.64, "64 %"), (0.0, 0.0, "0 %")],
)
def test_policies_that_do_the_same_are_told_so_and_not_as_never_better(tied: float, better: float, text: str) -> None:
    assert _chance({"p_tied": tied, "p_better": better}) == text


def test_what_rounding_leaves_over_is_no_result(capsys: pytest.CaptureFixture[str]) -> None:
    plain_table("T", [{"a": 1e-18, "b": -3e-15, "c": 2e-6}])
    shown = capsys.readouterr().out
    assert "e-18" not in shown
    assert "e-15" not in shown
    assert "2e-06" in shown
