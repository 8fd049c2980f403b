"""What is promised of goods on roads, for one day's fixed stocks and offers, on random networks and by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.engine import run
from corridor.results.dataset import ahead
from corridor.scenario.model import Action, Policy
from goods_networks import Case, draw_case, play
from small import CLOSED, HUMANITARIAN, START, q, small

seeds = st.integers(0, 2**32 - 1)


def random_case(seed: int, classes: int = 3) -> tuple[Case, np.random.Generator]:
    rng = np.random.default_rng(seed)
    return draw_case(rng, same=bool(seed % 2), classes=classes, goods=2), rng


def tonnes(case: Case, turn: int) -> float:
    """Return what arrives of a class; each class has goods of its own."""
    return float(play(case).delivered[:, case.offer[case.turn == turn].sum(axis=0) > 0].sum())


@given(seeds)
@settings(max_examples=60)
def test_a_wider_link_never_lowers_the_tonnes_of_the_first_class(seed):
    case, rng = random_case(seed)
    k, first = int(rng.integers(case.hours.size)), int(case.turn.min())
    wider = case.capacity.copy()
    wider[k] *= rng.uniform(1.0, 5.0)
    assert tonnes(replace(case, capacity=wider), first) >= tonnes(case, first) * (1 - 1e-7) - 1e-6


@given(seeds)
@settings(max_examples=60)
def test_an_added_link_never_lowers_the_tonnes_of_the_first_class(seed):
    case, rng = random_case(seed)
    a, b = rng.choice(case.places, 2, replace=False)
    first = int(case.turn.min())
    more = replace(
        case, ends=np.concatenate([case.ends, [[a, b]]]), hours=np.append(case.hours, rng.uniform(0.1, 9.0)),
        capacity=np.append(case.capacity, rng.uniform(1, 200)), regime=np.append(case.regime, np.uint8(7)),
    )  # fmt: skip
    assert tonnes(more, first) >= tonnes(case, first) * (1 - 1e-7) - 1e-6


@given(seeds)
@settings(max_examples=60)
def test_a_larger_offer_never_lowers_the_tonnes_of_its_class(seed):
    case, rng = random_case(seed)
    i = int(rng.integers(case.source.size))
    more = case.offer.copy()
    more[i] *= rng.uniform(1.0, 4.0)
    turn = int(case.turn[i])
    assert tonnes(replace(case, offer=more), turn) >= tonnes(case, turn) * (1 - 1e-7) - 1e-6


@given(seeds)
@settings(max_examples=60)
def test_a_link_closed_to_a_class_carries_none_of_it(seed):
    """With one class alone on the roads whatever a link carries is of that class."""
    case, rng = random_case(seed)
    only = case.turn == case.turn.min()
    closed = rng.random(case.hours.size) < 0.3
    regime = np.where(closed, 7 & ~case.traffic[only][0], case.regime).astype(np.uint8)
    done = play(replace(case, offer=case.offer * only[:, None], regime=regime))
    assert (done.carried[closed] == 0).all()


def line(capacity: list[float], hours: list[float], offer: list[list[float]], regime: list[int] | None = None) -> Case:
    """Return parallel roads from one place outside (0) to one home (1); a row of `offer` for each pipeline."""
    pipes, links = len(offer), len(capacity)
    goods = len(offer[0])
    return Case(
        places=2, homes=np.array([1]), ends=np.tile([0, 1], (links, 1)), hours=np.array(hours), capacity=np.array(capacity),
        regime=np.array(regime or [7] * links, np.uint8), source=np.zeros(pipes, np.int64), to=np.ones((pipes, 1), np.uint8),
        traffic=np.full(pipes, 1, np.uint8), turn=np.full(pipes, 4), rank=np.arange(pipes), offer=np.array(offer), use=np.full((1, goods), 10.0),
        held=np.zeros((1, goods)),
    )  # fmt: skip


def test_two_equal_roads_carry_twice_and_alike():
    one, two = play(line([20.0], [1.0], [[80.0]])), play(line([20.0, 20.0], [1.0, 1.0], [[80.0]]))
    assert one.delivered.sum() == pytest.approx(20)
    assert two.delivered.sum() == pytest.approx(40)
    np.testing.assert_allclose(play(line([20.0, 20.0], [1.0, 1.0], [[30.0]])).carried, [15, 15])
    np.testing.assert_allclose(play(line([20.0, 5.0], [1.0, 1.0], [[22.0]])).carried, [17, 5])


def test_a_narrow_quick_track_takes_nothing_from_the_wide_road():
    done = play(line([300.0, 5.0], [2.0, 1.0], [[80.0]]))
    np.testing.assert_allclose(done.carried, [75, 5])


def test_pipelines_of_one_good_share_by_what_they_offer():
    """Each has a link of its own (to place 2) before the full one."""
    case = line([30.0], [1.0], [[80.0], [20.0]])
    case = replace(
        case, places=4, source=np.array([2, 3]), ends=np.array([[0, 1], [2, 0], [3, 0]]), hours=np.ones(3),
        capacity=np.array([30.0, 1e3, 1e3]), regime=np.full(3, 7, np.uint8),
    )  # fmt: skip
    np.testing.assert_allclose(play(case).carried, [30, 24, 6])
    # who is held up elsewhere leaves the rest to the others
    np.testing.assert_allclose(play(replace(case, capacity=np.array([30.0, 10.0, 1e3]))).carried, [30, 10, 20])


def test_what_is_used_up_first_comes_first():
    """20 t for two goods of which 10 t a day are used: 0 and 1 day of cover end at 1.5 days each."""
    case = replace(line([20.0], [1.0], [[80.0, 0.0], [0.0, 80.0]]), held=np.array([[0.0, 10.0]]))
    np.testing.assert_allclose(play(case).delivered, [[15, 5]])


def test_more_petrol_may_mean_less_flour():
    """The held example of the page: the gate is full, petrol has the lower cover, more of it leaves flour less room."""
    some = replace(line([20.0], [1.0], [[80.0, 0.0], [0.0, 5.0]]), held=np.array([[20.0, 0.0]]))
    more = replace(some, offer=np.array([[80.0, 0.0], [0.0, 20.0]]))
    assert play(more).delivered[0, 0] < play(some).delivered[0, 0]
    assert play(more).delivered.sum() == pytest.approx(play(some).delivered.sum())


def test_a_link_open_one_way_lets_goods_pass_that_way_only():
    forth, back = 1 | 1 << 5, 1 << 5
    assert play(line([20.0], [1.0], [[10.0]], [forth])).delivered.sum() == pytest.approx(10)
    assert play(line([20.0], [1.0], [[10.0]], [back])).delivered.sum() == 0
    turned = replace(line([20.0], [1.0], [[10.0]], [back]), ends=np.array([[1, 0]]))
    assert play(turned).delivered.sum() == pytest.approx(10)


def test_a_class_makes_room_for_the_next_where_it_loses_nothing():
    """Medical goods are quick on the road that trade needs; they take the longer one, which is closed to trade."""
    case = line([10.0, 10.0], [1.0, 5.0], [[10.0, 0.0], [0.0, 10.0]], [7, 4])
    case = replace(case, traffic=np.array([4, 1], np.uint8), turn=np.array([0, 4]))
    done = play(case)
    np.testing.assert_allclose(done.delivered, [[10, 10]])
    np.testing.assert_allclose(done.carried, [10, 10])


STAY = {"leaving.ordinary_hazard": q(0.0)}


@given(st.floats(3, 40), st.floats(1, 20), st.integers(1, 20), st.integers(1, 20))
@settings(max_examples=8)
def test_an_earlier_opening_never_lowers_total_intake(gate, inner, days, longer):
    """One good, one class, no planner, future by future; the gate or the road behind it may bind."""
    case = small(
        rules={"rations": "none"}, horizon=45, history=2, flour=30.0, outputs=0.0, inner_pipeline=False, gate_tonnes=gate,
        inner_tonnes=inner, parameters=STAY,
    )  # fmt: skip
    first = case.as_of + timedelta(days=1)

    def opens(name: str, after: int) -> Policy:
        shut = Action(
            do="force", target="links.gate.regime", value=CLOSED, starts=first, ends=first + timedelta(days=after - 1)
        )
        return Policy(id=name, title=name, actions=(shut,))

    policies = (opens("early", days), opens("late", days + longer))
    trade = tuple(pipe for pipe in case.pipelines if pipe.id == "trade")
    case = case.model_copy(
        update={"policies": policies, "pipelines": trade, "stocks": case.stocks[:1], "reference_policy": "late"}
    )
    ds = ahead(run(case, futures=4, threads=1, conditions=["calm"])).load()
    eaten = (ds.intake.astype(float) * ds.people).sum(("day", "place")).isel(condition=0)
    early, late = eaten.sel(policy="early").values, eaten.sel(policy="late").values
    assert (early >= late * (1 - 1e-6)).all()
    assert early.sum() > late.sum()


@pytest.mark.parametrize("regime", [CLOSED, HUMANITARIAN])
def test_a_link_forced_closed_carries_none_of_the_class_under_any_policy_and_condition(regime):
    """Neither goods nor people, neither in nor out, control lost or not; who is on the road when it shuts turns back."""
    case = small(people=(20_000, 10_000), horizon=20)
    shut = Action(do="force", target="links.gate.regime", value=regime, starts=START)
    policies = tuple(one.model_copy(update={"actions": (*one.actions, shut)}) for one in case.policies)
    ds = ahead(run(case.model_copy(update={"policies": policies}), futures=16)).load().isel(day=slice(1, None))
    assert ds.sizes["policy"] == 3 and ds.sizes["condition"] == 2
    gate = ds.sel(link="gate")
    assert float(abs(gate.carried - gate.carried_relief).max()) <= 1e-4
    assert float(gate.vehicles.max()) == 0 and float(ds.arrivals.max()) == 0
    relief = float(gate.carried_relief.max())
    assert relief == 0 if regime == CLOSED else relief > 0
