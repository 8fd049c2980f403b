"""Hand-computed cases of the rules, and second implementations of their kernels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from corridor.kernels.network import shortest_ways
from corridor.rules import ORDER, PARAMETERS, RULES
from corridor.rules.bodies.inequality import share_below
from corridor.rules.flight.leaving import hazard
from corridor.rules.flight.queue import s_curve, serve
from corridor.rules.supply.delivery import level_covers

tonnes = st.floats(0, 1e5)


def test_every_parameter_carries_unit_range_and_source():
    assert len(PARAMETERS) >= 20
    for name, parameter in PARAMETERS.items():
        assert parameter.unit
        assert len(parameter.source) > 10, name
        assert len(parameter.meaning) > 10, name
        assert name.split(".")[0] in RULES, name


def test_the_order_of_the_day_is_the_registry():
    assert ORDER[:3] == ("bodies", "exits", "access")
    assert ORDER[-1] == "ledger"


@given(
    st.floats(0.01, 1e4),
    st.lists(st.tuples(tonnes, st.floats(0.1, 100), st.booleans()), min_size=1, max_size=6),
)
def test_the_lowest_cover_rises_first(load, homes):
    """Against a root finder: the level L with sum max(0, L use - held) = load."""
    held, use, may = (np.array(x, float) for x in zip(*homes, strict=True))
    cover, share = np.empty(held.size), np.empty(held.size)
    level_covers(load, held, use, may, cover, share)
    if not may.any():
        assert share.sum() == 0
        return
    at = may > 0

    def miss(level):
        return np.maximum(0, level * use[at] - held[at]).sum() - load

    level = optimize.brentq(miss, 0, (held[at] / use[at]).max() + load / use[at].min() + 1, xtol=1e-12, rtol=1e-14)
    np.testing.assert_allclose(
        share[at], np.maximum(0, level * use[at] - held[at]), atol=1e-6 * (1 + load + held.max())
    )
    assert share.sum() == pytest.approx(load)
    assert (share[~at] == 0).all()


@given(st.floats(0.02, 0.999), st.floats(0.05, 0.5))
def test_share_below_solves_its_equation(r, cv):
    """Numerical integration over ranks: mean of min(1, s m) is r where the share below says so."""
    sigma = np.sqrt(np.log1p(cv**2))
    below = share_below(r, cv, 0.0, 1.0)
    if below < 1e-6 or below > 1 - 1e-6:
        return
    # s from the share: P(s m < 1) = below
    s = 1 / np.exp(sigma * stats.norm.ppf(below) - sigma**2 / 2)
    mean, _ = integrate.quad(
        lambda u: min(1.0, s * np.exp(sigma * stats.norm.ppf(u) - sigma**2 / 2)), 0, 1, points=[below]
    )
    assert mean == pytest.approx(r, abs=2e-5)


def test_full_supply_leaves_nobody_short():
    assert share_below(1.0, 0.25, 0.0, 1.0) == 0.0
    values = [share_below(r, 0.2, 0.0, 1.0) for r in np.linspace(0.05, 1.0, 60)]
    assert (np.diff(values) <= 1e-12).all()


def test_hazard_by_hand():
    assert hazard(1e-4, 1.0, 0.7, 10.0, np.log(1.019), 0.5, 1.0) == pytest.approx(
        1e-4 * np.exp(0.7) * 1.019**10 * np.exp(0.5)
    )


def test_s_curve_starts_at_zero_and_is_half_way_near_its_midpoint():
    assert s_curve(0.0, 56.0, 0.06) == 0.0
    zero = 1 / (1 + np.exp(0.06 * 56))
    assert s_curve(56.0, 56.0, 0.06) == pytest.approx((0.5 - zero) / (1 - zero))
    assert s_curve(1e6, 56.0, 0.06) == pytest.approx(1.0)


def test_the_queue_keeps_fractions_only_while_people_wait():
    waiting, carry, passed = 100, 0.0, 0
    for _ in range(10):
        n, carry = serve(waiting, 3.7, carry)
        waiting -= n
        passed += n
    assert passed == 37
    assert serve(2, 3.7, 0.5) == (2, 0.0)


@given(st.integers(2, 7), st.data())
def test_shortest_ways_agree_with_scipy(places, data):
    ends = st.tuples(st.integers(0, places - 1), st.integers(0, places - 1)).filter(lambda e: e[0] != e[1])
    links = data.draw(st.lists(st.tuples(ends, st.floats(0.5, 50), st.booleans()), min_size=1, max_size=12))
    a = np.array([e[0][0] for e in links])
    b = np.array([e[0][1] for e in links])
    length = np.array([e[1] for e in links])
    passes = np.array([e[2] for e in links], np.uint8)
    distance, via = np.empty(places), np.empty(places, np.int64)
    shortest_ways(0, a, b, passes, length[:, None], 0, distance, via)
    table = np.full((places, places), np.inf)
    for i in range(len(links)):
        if passes[i]:
            table[a[i], b[i]] = table[b[i], a[i]] = min(table[a[i], b[i]], length[i])
    for _ in range(places):
        table = np.minimum(table, (table[:, :, None] + table[None, :, :]).min(axis=1))
    expected = table[0].copy()
    expected[0] = 0.0
    np.testing.assert_allclose(distance, expected)
    assert (via[0] == -1) & ((via >= 0) == (np.isfinite(distance) & (np.arange(places) > 0))).all()
