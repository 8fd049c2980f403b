"""Handing out by group and the plan of an authority that counts days: by hand and by property."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_supply_kernels import network

from corridor.kernels.network import NONE
from corridor.rules.supply.handing import (
    ALL,
    CHILD_NEED,
    CHILDREN,
    FORCES,
    Goods,
    Groups,
    Handed,
    Terms,
    Told,
    find_elsewhere,
    hand_out,
    hand_out_by_group,
    make_up,
    size_groups,
)
from corridor.rules.supply.rations import Staff, count_days_left, notice_lost_ways, remember_arrivals

WORKERS, GROUPS, COUNT = 1, 6, 3
"""goods: 0 flour (3,000 kcal/kg), 1 oil (9,000 kcal/kg), then fuel; the last of a ration is kcal"""
ENERGY = np.array([3.0e6, 9.0e6, 0.0])
KCAL = 3


def handed(stock, share, allotted, *, people=1000, planned=1.0, need=(4e-4, 1e-4, 2e-4), pot=1.0):
    """Return used (good,), kcal by group + 1, and what is told, for one home and future.

    stock : t of each good; share : group -> share; allotted : (group, good) -> t or kcal a person and day
    """
    sizes = np.zeros((1, GROUPS, 1))
    given_, extra = np.full((1, GROUPS, COUNT + 1, 1), np.nan), np.full((1, GROUPS, 1), np.nan)
    for group, part in share.items():
        sizes[0, group] = part
    for (group, good), amount in allotted.items():
        given_[0, group, good] = amount
    size = np.empty((1, GROUPS + 1, 1))
    size_groups(sizes, given_, extra, size)
    held = np.array(stock, float)[None, :, None]
    nothing = np.zeros_like(held)
    goods = Goods(held, nothing, nothing, nothing, nothing)
    terms = Terms(np.array(need)[:, None], np.array(need)[:, None], np.full((COUNT, 1), np.inf), False, np.full(COUNT, 0.1), ENERGY,
                  np.array([1, 1, 0], np.uint8))  # fmt: skip
    out, told = Handed(*(np.empty_like(held) for _ in range(3))), Told(np.empty((1, 1)), np.empty((1, 1)))
    plan = np.full_like(held, planned)
    hand_out_by_group(
        goods, np.full((1, 1), people), terms, plan, Groups(sizes, given_, given_, np.full(1, pot)), size, out, told
    )
    return out, told, size[0, :, 0]


def test_forces_take_theirs_first_and_the_rest_share_what_is_left():
    """1,000 people, 100 soldiers with 1 kg, 900 workers with 0.5 kg: 0.1 t of 0.28 t is left, 40 % of what they should get."""
    share, wanted = {FORCES: 0.1, WORKERS: 0.9}, {(FORCES, 0): 1e-3, (WORKERS, 0): 5e-4}
    out, told, _ = handed([0.28, 0, 0], share, wanted)
    assert out.used[0, 0, 0] == pytest.approx(0.28)
    kcal = np.array([3000.0, 0.4 * 1500.0])
    mean = 0.1 * kcal[0] + 0.9 * kcal[1]
    assert told.cv[0, 0] == pytest.approx(np.sqrt(0.1 * kcal[0] ** 2 + 0.9 * kcal[1] ** 2 - mean**2) / mean)
    out, told, _ = handed([0.05, 0, 0], share, wanted)  # not even enough for them
    assert out.used[0, 0, 0] == pytest.approx(0.05)


def test_a_ration_of_kcal_is_taken_from_whatever_food_is_left():
    """All get 600 kcal: 6e5 kcal from 0.1 t of flour (3e5) and 0.1 t of oil (9e5): half of each."""
    out, told, _ = handed([0.1, 0.1, 5.0], {}, {(ALL, KCAL): 600.0})
    assert out.used[0, :2, 0] == pytest.approx([0.05, 0.05])
    assert out.spoiled[0, :2, 0] == pytest.approx([0.005, 0.005])
    assert told.cv[0, 0] == pytest.approx(0.0, abs=1e-6)
    assert told.kcal[0, 0] == 600.0
    assert out.used[0, 2, 0] == pytest.approx(0.2)  # fuel goes by the plan


def test_those_without_a_ration_eat_by_the_plan():
    out, told, size = handed([10.0, 10.0, 0.0], {WORKERS: 0.4}, {(WORKERS, 0): 1e-3}, planned=0.5)
    assert size.tolist() == pytest.approx([0, 0.4, 0, 0, 0, 0, 0.6])
    assert out.used[0, 0, 0] == pytest.approx(0.4 + 0.6 * 0.5 * 0.4)
    assert out.used[0, 1, 0] == pytest.approx(0.05)  # nobody has a ration of oil
    assert told.kcal[0, 0] == pytest.approx(3000.0)


def test_a_child_is_measured_by_a_childs_need():
    share, kcal = {CHILDREN: 0.3}, {(CHILDREN, KCAL): 2000.0 * CHILD_NEED, (ALL, KCAL): 2000.0}
    _, told, _ = handed([10.0, 10.0, 0.0], share, kcal)
    assert told.cv[0, 0] == pytest.approx(0.0, abs=1e-6)


def test_shares_that_pass_one_are_cut():
    _, _, size = handed([1, 1, 1], {FORCES: 0.8, WORKERS: 0.8}, {(ALL, 0): 1.0})
    assert size.tolist() == pytest.approx([0.5, 0.5, 0, 0, 0, 0, 0])


amounts = st.dictionaries(
    st.tuples(st.integers(0, GROUPS - 1), st.integers(0, COUNT)), st.floats(0, 2e-3), max_size=10
).map(lambda found: {(g, c): a * (2e6 if c == KCAL else 1.0) for (g, c), a in found.items()})
stocks = st.lists(st.floats(0, 3), min_size=COUNT, max_size=COUNT)
parts = st.dictionaries(st.integers(0, GROUPS - 2), st.floats(0, 0.5))


@given(stocks, parts, amounts, st.floats(0, 1))
def test_no_tonne_and_no_kcal_is_made_or_lost(stock, share, allotted, planned):
    """What was there is used, spoilt or kept; nothing is negative; more stock never feeds anybody less."""
    out, _, size = handed(stock, share, allotted, planned=planned)
    used, spoiled, held = out.used[0, :, 0], out.spoiled[0, :, 0], np.array(stock)
    assert (used >= 0).all()
    assert (used <= held * (1 + 1e-12)).all()
    np.testing.assert_allclose(spoiled, 0.1 * (held - used), atol=1e-12)
    assert size.sum() == pytest.approx(1.0)
    more, _, _ = handed(held * 1.3, share, allotted, planned=planned)
    assert (more.used[0, :, 0] * ENERGY).sum() >= (used * ENERGY).sum() * (1 - 1e-9)


@given(stocks, st.floats(0, 1))
def test_without_rations_both_ways_of_handing_out_agree(stock, planned):
    out, told, _ = handed(stock, {}, {}, planned=planned)
    held = np.array(stock, float)[None, :, None]
    nothing = np.zeros_like(held)
    plain = Handed(*(np.empty_like(held) for _ in range(3)))
    need = np.array([[4e-4], [1e-4], [2e-4]])
    terms = Terms(need, need, np.full((COUNT, 1), np.inf), False, np.full(COUNT, 0.1), ENERGY,
                  np.array([1, 1, 0], np.uint8))  # fmt: skip
    hand_out(
        Goods(held, nothing, nothing, nothing, nothing),
        np.full((1, 1), 1000),
        terms,
        np.full_like(held, planned),
        plain,
    )
    for a, b in zip(out, plain, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-15)
    assert told.cv[0, 0] == pytest.approx(0.0, abs=1e-6)
    assert told.kcal[0, 0] == 0.0


def test_what_is_found_elsewhere_is_the_mean_over_groups():
    size = np.array([[[0.1], [0.4], [0], [0], [0], [0], [0.5]]])
    told = np.full((1, GROUPS, 1), np.nan)
    told[0, FORCES], told[0, WORKERS] = 0.0, 0.3
    extra, made_up = np.empty((2, 1, 1))
    find_elsewhere(size, told, np.full((1, 1), 0.2), np.full((1, 1), 0.4), extra, made_up)
    assert extra[0, 0] == pytest.approx(0.1 * 0.0 + 0.4 * 0.3 + 0.5 * 0.2)
    assert made_up[0, 0] == pytest.approx(0.5 * 0.4), "of whom a case says what they found, that is all they found"


def when_short(handed, extra, made_up, people=1000):
    """Return the shares of need found elsewhere, and missing before, of people who need 2,000 kcal; handed : kcal a head."""
    out, unmet = np.full((1, 1), extra), np.empty((1, 1))
    tonnes = np.full((1, 1, 1), handed * people / 3.6e6)
    energy, need = np.array([3.6e6]), np.full(1, 2000.0)
    make_up(tonnes, energy, np.full((1, 1), people), need, np.full((1, 1), made_up), out, unmet)
    return float(out[0, 0]), float(unmet[0, 0])


def found_when_short(*given, **more):
    return when_short(*given, **more)[0]


def test_what_is_missing_is_counted_before_people_make_up_for_it():
    assert when_short(1000.0, 0.1, 0.5)[1] == pytest.approx(0.4)
    assert when_short(1000.0, 0.1, 0.9)[1] == pytest.approx(0.4), "whatever they make up"
    assert when_short(2000.0, 0.1, 0.5)[1] == 0.0, "nothing is missing"
    assert when_short(0.0, 0.0, 0.3, people=0)[1] == 0.0, "nobody lives there"


def test_people_make_up_a_share_of_what_is_missing():
    assert found_when_short(1000.0, 0.1, 0.0) == 0.1
    assert found_when_short(1000.0, 0.1, 0.5) == pytest.approx(0.1 + 0.5 * 0.4)
    assert found_when_short(2000.0, 0.1, 0.5) == 0.1, "nothing is missing"
    assert found_when_short(0.0, 0.0, 0.3, people=0) == 0.3
    handed = np.linspace(0.0, 2500.0, 60)
    eaten = [kcal / 2000.0 + found_when_short(kcal, 0.1, 0.6) for kcal in handed]
    assert (np.diff(eaten) > 0).all(), "more counted food is always more food"


# --- the plan


def plan(stock, arriving, planned, *, review=1, horizon=60.0, alarm=0.5, floor=0.25):
    """Return the planned ration of one good of which 40 t/day are normal use."""
    out = np.full((1, 1, 1), planned)
    held, come = (np.full((1, 1, 1), value) for value in (stock, arriving))
    staff = Staff(*(np.full(1, value) for value in (horizon, alarm, floor, 7.0)))
    count_days_left(held, come, np.full((1, 1), 100_000), np.full((1, 1), 4e-4), staff, 14 if review else 15, out)
    return float(out[0, 0, 0])


def test_rations_are_cut_where_few_days_are_left_and_at_once():
    assert plan(1000, 15, 1.0, review=0) == 1.0  # 40 days left, 30 are few
    assert plan(700, 15, 1.0, review=0) == pytest.approx((700 / 60 + 15) / 40)  # 28 days left
    assert plan(0, 0, 1.0) == 0.25


def test_rations_rise_at_reviews_only():
    assert plan(2000, 20, 0.5, review=0) == 0.5
    assert plan(600, 20, 0.5, review=1) == pytest.approx((600 / 60 + 20) / 40)
    assert plan(9000, 40, 0.5) == 1.0


@given(st.floats(0, 3000), st.floats(0, 60), st.floats(0.25, 1), st.floats(0, 500), st.booleans())
def test_more_stock_or_arrivals_never_lower_the_plan_of_the_day(stock, arriving, planned, more, review):
    base = plan(stock, arriving, planned, review=int(review))
    assert plan(stock + more, arriving, planned, review=int(review)) >= base
    assert plan(stock, arriving + more / 10, planned, review=int(review)) >= base


def test_arrivals_are_learnt_anew_where_a_way_is_lost():
    net = network(2, [(0, 1)], [1], [0], [(0, NONE, [1]), (0, NONE, [1])])
    way, ways, learnt = np.zeros((2, 2, 1), np.int64), np.zeros((1, 1), np.int64), np.zeros((1, 1), np.int64)
    arriving, nothing = np.zeros((1, 1, 1)), np.zeros((1, 1, 1))

    def day(come, sent):
        notice_lost_ways(net, way, np.array(sent)[:, None], ways, learnt)
        remember_arrivals(Goods(nothing, nothing + come, nothing, nothing, nothing), np.full(1, 10.0), learnt, arriving)
        return float(arriving[0, 0, 0])

    assert day(40.0, [20.0, 20.0]) == 40.0  # the first day is all that is known
    assert day(20.0, [20.0, 20.0]) == 30.0
    for _ in range(40):
        day(40.0, [20.0, 20.0])
    assert day(40.0, [20.0, 20.0]) == pytest.approx(40.0, abs=0.5)
    assert day(6.0, [20.0, 0.0]) == 6.0  # closed: what came in peace is forgotten
    assert day(4.0, [20.0, 0.0]) == 5.0
    way[0] = NONE
    assert day(0.0, [20.0, 0.0]) == 0.0
