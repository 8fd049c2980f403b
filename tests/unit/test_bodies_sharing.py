from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodies import household as eat
from corridor.rules.bodies import inequality, sharing
from oracles import household

shares = st.floats(0.0, 1.3)


def share_out(intake, people=1000, cv=0.2, protection=1.0, goal=1.0, ratio=0.308, quantiles=5, hungry=1.0):
    """Share out intake / need in one place."""
    adult = np.empty((1, quantiles, 1))
    one = np.ones(1)
    ranks, size = inequality.scores(quantiles), np.full(adult.shape, 1.0 / quantiles)
    inequality.rank_households(np.array([[intake]]), np.array([[people]]), one, cv * one, ranks, size, adult)
    meals = sharing.Meals(np.empty(adult.shape), *(np.empty((1, 1)) for _ in range(6)))
    house = sharing.Household(protection * one, hungry * one, goal * one, ratio * one, np.ones(adult.shape), size)
    sharing.feed_children(house, sharing.Need(*[one] * 5), np.zeros((1, 1)), adult, meals)
    assert meals.eaten_adult_mean[0, 0] == pytest.approx(adult.mean())
    return adult[0, :, 0], meals.eaten_child_mean[0, 0]


@given(shares, st.floats(0.0, 1.0), st.integers(1, 10))
def test_the_mean_of_quantiles_is_the_mean_intake(r, cv, quantiles):
    adult, child = share_out(r, cv=cv, quantiles=quantiles)
    assert adult.mean() == pytest.approx(min(1.0, r), abs=1e-12)
    assert child == pytest.approx(min(1.0, r), abs=1e-12)
    assert (np.diff(adult) >= -1e-12).all(), "quantiles ascend"
    assert (adult >= 0).all() and (adult <= 1 + 1e-12).all()


def test_three_quantiles_by_hand():
    """CV with sigma = ln 2 / 0.9674: multipliers proportional to 1/2, 1, 2; at r = 2/3 the best is full."""
    sigma = np.log(2) / inequality.scores(3)[2]
    adult, _ = share_out(2 / 3, cv=np.sqrt(np.exp(sigma**2) - 1), quantiles=3)
    assert adult == pytest.approx([1 / 3, 2 / 3, 1.0], abs=1e-12)


def test_full_supply_leaves_nobody_short():
    adult, child = share_out(1.0, cv=0.8, protection=0.3)
    assert (adult == 1.0).all() and child == 1.0


def test_nobody_is_short_where_nobody_lives():
    adult, child = share_out(0.0, people=0)
    assert (adult == 1.0).all() and child == 1.0


@given(shares, st.floats(0.0, 0.6), st.floats(0.0, 1.0), st.floats(0.05, 1.0), st.floats(0.3, 1.0), st.floats(0.0, 1.0))
def test_what_children_gain_adults_lose(r, cv, protection, ratio, goal, hungry):
    adult, child = share_out(r, cv=cv, protection=protection, ratio=ratio, goal=goal, hungry=hungry)
    assert adult.mean() + ratio * child == pytest.approx((1 + ratio) * min(1.0, r), abs=1e-9)
    assert child >= min(1.0, r) - 1e-12


@pytest.mark.parametrize("ratio", [0.2, 0.308, 0.355, 0.6, 1.0])
@pytest.mark.parametrize("protection", [0.0, 0.3, 0.6, 0.9, 1.0])
@pytest.mark.parametrize("goal", [0.8, 1.0])
@pytest.mark.parametrize("hungry", [0.6, 0.8, 1.0])
def test_more_food_never_means_less_for_anyone(ratio, protection, goal, hungry):
    grid = np.linspace(0.0, 1.0, 2001)
    assert np.diff(eat(grid, protection, goal, ratio, hungry), axis=1).min() >= -1e-12
    changed = {"protection": protection, "goal": goal, "ratio": ratio, "hungry": hungry}
    by_quantile = np.array([share_out(r, **changed)[0] for r in grid[::20]])
    assert np.diff(by_quantile, axis=0).min() >= -1e-12


def test_the_hungry_give_some_of_what_they_have():
    """Adults who protect 40 % of need and have 30 %: a child eats more than they do, who keep four fifths at least."""
    adult, child = eat(0.3, 0.4, 1.0, 0.308, 0.8)
    assert 0.24 <= adult < 0.3 < child < 0.5
    assert eat(0.3, 0.4, 1.0, 0.308) == pytest.approx((0.3, 0.3))
    assert eat(0.7, 0.4, 1.0, 0.308, 0.8) == eat(0.7, 0.4, 1.0, 0.308)


def test_without_the_mend_adults_would_lose_by_more_food():
    """The fitted curve alone, at Gaza's need ratio, just above the protected share."""
    r = np.array([0.6, 0.605])
    gap = 1 - r
    child = r + sharing.GIVING * gap * (1 - np.exp(-sharing.SPEED * (r - 0.6) / gap))
    assert np.diff(r - 0.355 * (child - r))[0] < 0


@pytest.mark.parametrize("protection", [0.3, 0.5, 0.7, 0.9])
def test_closed_form_is_the_household_algorithm(protection):
    households = household.draw(600)
    for r in np.linspace(0.2, 1.0, 15):
        adult, child, ratio = household.eat(households, r, protection)
        ours = eat(r, protection, 1.0, ratio)
        assert ours == pytest.approx((adult, child), abs=0.03)
