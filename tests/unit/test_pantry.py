"""Meals from home: by hand and by property."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.rules.supply import pantry

KCAL = np.array([3.0e6, 0.0])  # kcal/t of flour, and of coal


def eat(handed, extra, larder, *, people=1000, need=2000.0, lasting=50.0):
    """Return the share of need eaten from home and what is left, for `handed` kcal a person and day."""
    used = np.array([[handed * people / 3.0e6, 7.0]])[..., None]
    store, eaten = np.full((1, 1), float(larder)), np.empty((1, 1))
    pantry.eat_from_home(
        used, KCAL, np.full((1, 1), people), np.full(1, need), np.full((1, 1), extra), np.full(1, lasting), store, eaten
    )
    return eaten[0, 0], store[0, 0]


def test_the_gap_is_filled_from_home_but_the_store_is_made_to_last():
    """1,000 kcal of 2,000 and a tenth elsewhere leave 0.4; 20 days a person over 50 days give 0.4, 10 days give 0.2."""
    assert eat(1000, 0.1, 20_000) == pytest.approx((0.4, 19_600))
    assert eat(1000, 0.1, 10_000) == pytest.approx((0.2, 9_800))
    assert eat(2000, 0.0, 10_000) == pytest.approx((0.0, 10_000)), "nobody touches it while there is enough"


@given(st.floats(0, 2500), st.floats(0, 0.8), st.floats(0, 60_000), st.floats(1, 200))
def test_nothing_is_eaten_that_was_not_there_and_nobody_eats_beyond_the_need(handed, extra, larder, lasting):
    share, left = eat(handed, extra, larder, lasting=lasting)
    assert 0.0 <= share <= max(0.0, 1.0 - extra - handed / 2000.0) + 1e-12
    assert left + share * 1000 == pytest.approx(larder, abs=1e-6) and left >= 0.0
    more, _ = eat(handed, extra, larder * 1.5, lasting=lasting)
    assert more >= share - 1e-12, "more at home never means less eaten"


def test_who_leaves_takes_his_part():
    larder = np.array([[800.0, 800.0]])
    pantry.take_along(np.array([[75, 0]]), np.array([[25, 10]]), larder)
    assert larder[0] == pytest.approx([600.0, 0.0])


def test_an_empty_home_eats_nothing():
    assert eat(0, 0.0, 500, people=0) == (0.0, 500.0)
