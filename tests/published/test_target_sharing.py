"""Published numbers for who eats: undernourishment at a supply, and adults who give food to children."""

from __future__ import annotations

import pytest

from bodies import household, numbers
from corridor.rules.bodies import inequality

GAZA_NEED, GAZA_RATIO = 2028.0, 0.355


@pytest.mark.parametrize(
    ("mean", "share", "tolerance"), [(2100, 0.268, 0.002), (2750, 0.043, 0.001), (1500, 0.773, 0.002)]
)
def test_prevalence_of_undernourishment(mean, share, tolerance):
    assert inequality.undernourished(mean, 0.25, 1750.0) == pytest.approx(share, abs=tolerance)


@pytest.mark.parametrize(
    ("kcal", "protection", "multiplier"),
    [
        (1000, 0.3, 1.669), (1200, 0.3, 1.585), (1400, 0.3, 1.406), (1600, 0.3, 1.251), (1800, 0.3, 1.115),
        (1000, 0.5, 1.004), (1200, 0.5, 1.324), (1400, 0.5, 1.355), (1600, 0.5, 1.237), (1800, 0.5, 1.106),
        (1000, 0.7, 1.0), (1200, 0.7, 1.0), (1400, 0.7, 1.007), (1600, 0.7, 1.189), (1800, 0.7, 1.113),
    ],
)  # fmt: skip
def test_what_adults_giving_does_for_children(kcal, protection, multiplier):
    """Multipliers of children's intake in the look-up table of the open LSHTM code."""
    r = kcal / GAZA_NEED
    _, child = household(r, protection, 1.0, GAZA_RATIO)
    assert child / r == pytest.approx(multiplier, abs=0.04)


@pytest.mark.parametrize(("kcal", "protection", "multiplier"), [(1000, 0.3, 0.763), (1400, 0.3, 0.855)])
def test_what_it_costs_adults(kcal, protection, multiplier):
    r = kcal / GAZA_NEED
    adult, _ = household(r, protection, 1.0, GAZA_RATIO)
    assert adult / r == pytest.approx(multiplier, abs=0.02)


def test_need_ratio_of_the_planning_age_structure():
    assert numbers(1, {})["bodies.need_ratio"] == pytest.approx(0.31, abs=0.005)
