"""Small functions against what a pencil gives: lines that whole runs reach too seldom to hold them."""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from corridor.analysis.backtest.priors import DIMENSIONS, parameters
from corridor.analysis.calibrate import known_signs
from corridor.analysis.signs import reconcile
from corridor.core.errors import InputError
from corridor.engine.counts import last_counts
from corridor.engine.store.lock import LOCK, is_locked, locked
from corridor.engine.waiting import waiting_actions
from corridor.rules.bodies import survival
from corridor.rules.flight.road import leave_shut_queues
from corridor.rules.supply.flow import press_tanks
from corridor.rules.supply.ways import MORE, TAIL, load_ways
from corridor.scenario.model import Action, Policy, Sign
from corridor.scenario.trigger import Threshold
from corridor.strategy import Model, Option, option_space
from corridor.strategy.ask import moved
from corridor.strategy.choice.process import Offers
from corridor.strategy.choice.runs import ways_of
from corridor.strategy.lints import _pairs
from small import START, small


def test_a_store_is_held_by_one_who_is_named_and_let_go_without_a_trace(tmp_path: Path) -> None:
    assert not is_locked(tmp_path)
    with locked(tmp_path):
        assert is_locked(tmp_path)
        with pytest.raises(InputError) as met, locked(tmp_path):
            raise AssertionError
        assert f"process {os.getpid()} on {socket.gethostname()}" in met.value.problems[0].message
        assert (tmp_path / LOCK).exists()
    assert not is_locked(tmp_path)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / LOCK).write_text("a run that was killed")
    assert not is_locked(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_sign_counts_from_the_day_on_which_it_was_known() -> None:
    case = small()
    signs = [
        Sign(
            date=START, known=case.as_of + timedelta(days=later), kind=kind, place="near", commodity="flour", value=3.0
        )  # type: ignore[arg-type]
        for later, kind in ((0, "empty"), (1, "empty"), (-1, "share"), (0, "ration"))
    ]
    found = known_signs(case.model_copy(update={"signs": tuple(signs)}))
    assert found == (signs[0], signs[2])


@pytest.fixture
def histories(monkeypatch: pytest.MonkeyPatch) -> dict[str, np.ndarray]:
    """A hundred and one futures in which what is seen is 2 a + 1, and what other inputs have to do with it."""
    a = np.linspace(0.0, 10.0, 101)
    waves = np.cos(7.0 * a)
    drawn = {"a": a, "wide": 100.0 * a + 30.0 * waves, "idle": waves, "fixed": np.full(101, 3.0)}
    monkeypatch.setattr(reconcile, "Past", lambda ds: SimpleNamespace(days=np.arange(50)))
    monkeypatch.setattr(reconcile.read, "inputs", lambda ds: drawn)
    monkeypatch.setitem(reconcile.SIMULATED, "people", lambda sign, past: 2.0 * a + 1.0)  # type: ignore[misc]
    return drawn


@pytest.mark.parametrize(("seen", "to"), [(25.0, 12.0), (11.0, 5.0), (3.0, 1.0), (98.0, 48.5)])
def test_what_would_reconcile_a_sign_lies_on_the_line(histories: Any, seen: float, to: float) -> None:
    found = reconcile.smallest_change(None, SimpleNamespace(kind="people", value=seen))  # type: ignore[arg-type]
    assert found is not None
    assert (found.path, found.middle) == ("a", pytest.approx(5.0))
    assert found.to == pytest.approx(to)
    assert found.widths == pytest.approx(abs(to - 5.0) / 9.0)


@pytest.mark.parametrize("seen", [102.0, 0.5, -20.0])
def test_a_change_beyond_five_widths_or_below_nothing_is_none(histories: Any, seen: float) -> None:
    assert reconcile.smallest_change(None, SimpleNamespace(kind="people", value=seen)) is None  # type: ignore[arg-type]


def test_deaths_by_illness_rise_along_lines_between_the_four_points() -> None:
    thin = 40.0
    knots = np.array([survival.LOG_21, survival.LOG_1925, survival.LOG_1675, survival.LOG_14])
    ratio = np.array([1.0, survival.HR_1925, survival.HR_1675, thin])
    at = np.concatenate([knots, (knots[1:] + knots[:-1]) / 2, [knots[0] + 0.1, knots[-1] - 0.1]])
    wanted = np.concatenate([ratio, (ratio[1:] + ratio[:-1]) / 2, [1.0, thin]])
    assert np.allclose(survival.illness_ratio(at, np.full(at.size, thin)), wanted)
    assert np.all(np.diff(ratio) > 0)


def test_the_way_out_is_as_wide_as_its_narrowest_part() -> None:
    """At the middle of every prior, and where the post has one lane and two."""
    u = np.full((2, DIMENSIONS), 0.5)
    u[0, 7] = 0.4  # one lane
    found = parameters(u, SimpleNamespace(quantile=lambda v: 1000.0 * v), ride=2.0)  # type: ignore[arg-type]
    assert found["population"] == pytest.approx([500.0, 500.0])
    assert found["slope"] * found["midpoint"] == pytest.approx([4.25, 4.25])
    # the road, 600 vehicles an hour of which damage leaves three quarters; the post, 75 s a vehicle and lane
    assert found["vehicles_per_hour"] == pytest.approx([48.0, 96.0])
    assert found["ride"] == pytest.approx([4.2, 4.2])
    assert np.all((found["delay"] > 0) & (found["delay"] < 24 * 14))
    assert np.all((found["share"] > 0.85) & (found["share"] < 1.0))
    u[:, 8] = 0.0  # 30 s a vehicle
    u[:, 6] = 0.0  # damage leaves half
    assert parameters(u, SimpleNamespace(quantile=lambda v: v))["vehicles_per_hour"] == pytest.approx([120.0, 240.0])  # type: ignore[arg-type]


def test_states_are_paired_by_the_one_option_in_which_they_differ() -> None:
    space = option_space("A", [Option("a", "A"), Option("b", "A"), Option("c", "A")], [{"a": True, "c": True}])
    model = Model("m", "", space, np.zeros((1, len(space.states))))
    without, having = _pairs(model, "a")
    pairs = {(model.states[i], model.states[j]) for i, j in zip(without, having, strict=True)}
    assert pairs == {("NNN", "YNN"), ("NYN", "YYN")}


def test_what_follows_a_known_day_begins_on_a_known_day() -> None:
    case = small()
    day = case.as_of + timedelta(days=3)
    first = Action(do="force", target="links.gate.regime", value=31, starts=day, id="opened")
    after = Action(
        do="add", target="pipelines.air", starts=case.as_of + timedelta(days=1), latest=case.as_of + timedelta(days=20),
        when=Threshold(what="after opened", sign=">", value=0.0, days=5),
    )  # fmt: skip
    (found,) = waiting_actions(case, Policy(id="p", title="P", actions=(first, after)), "policy")
    assert found.trigger.threshold is None
    # the first day of a case has the number 1: as_of is 20, the gate opens on 23
    assert (found.trigger.first, found.trigger.last, found.trigger.lasts) == (28, 28, False)
    assert found.trigger.chance == 1.0


def test_senders_share_a_tank_and_the_one_that_is_shortest_of_fuel_is_told() -> None:
    lorries, home = np.array([[2.0, 3.0], [1.0, 0.0]]), np.array([0, 2])
    burn = np.array([[0.1, 9.0, 0.2], [0.5, 9.0, 0.5]])  # t of fuel per lorry tonne to each of three places
    tank, burned = np.array([7.0, 1.0]), np.full(2, 5.0)
    origins = np.array([1, 1])
    assert press_tanks(2, np.array([0, 1]), origins, home, lorries, burn, tank, burned) == pytest.approx(0.3)
    assert burned.tolist() == pytest.approx([0.0, 2 * 0.1 + 3 * 0.2 + 0.5])
    assert press_tanks(1, np.array([1, 0]), origins, home, lorries, burn, tank, burned) == pytest.approx(-0.5)


def test_a_deal_may_lead_to_the_first_state_and_one_that_is_never_offered_leads_nowhere() -> None:
    # one actor moves 0 -> 1 -> 2; a package leads back to 0 from 1, cannot be made in 0 and is not offered in 2
    graph = SimpleNamespace(first=np.array([[0, 1, 2, 2]]), to=np.array([1, 2]))
    offers = Offers(np.array([[-1, 0, 0]]), np.array([[5.0, 0.5, 0.0]]), np.ones((1, 1), bool))
    ways = ways_of(graph, offers)  # type: ignore[arg-type]
    assert ways.first.tolist() == [0, 1, 2, 3]
    assert ways.source.tolist() == [1, 0, 1]
    assert ways.number.tolist() == [2 + 1, 0, 1]
    assert ways.mover.tolist() == [1, 0, 0]
    assert ways.often.tolist() == [0.5, 1.0, 1.0]


def test_counts_of_the_first_day_are_where_people_start_and_no_restart() -> None:
    def told(*rows: tuple[str, int, float]) -> Any:
        counted = [SimpleNamespace(place=place, date=START + timedelta(days=day), persons=n) for place, day, n in rows]
        camps = [SimpleNamespace(id="a"), SimpleNamespace(id="b")]
        return last_counts(SimpleNamespace(displaced=counted, camps=camps, start=START))  # type: ignore[arg-type]

    assert told(("a", 0, 10.0), ("b", 0, 20.0)) is None
    assert told(("a", 0, 10.0), ("b", 3, 20.0)) is None
    day, persons = told(("a", 0, 10.0), ("a", 2, 15.0), ("b", 5, 20.0), ("*", 9, 99.0))
    assert (day, persons.tolist()) == (6, [15, 20])


def test_what_goes_farther_passes_every_place_on_its_way() -> None:
    # 0 -> 1 -> 2 along links 0 and 1; a third road is used against its direction: 3 -> 0
    arcs = np.zeros((3, 2, 3), np.int64)
    arcs[:, 0, TAIL], arcs[:, 1, TAIL] = [0, 1, 0], [1, 2, 3]
    entering = np.array(
        [5, 6, 7, 8, 8, 2 * 2 + 1, 0, 2]
    )  # four places begin at 5, 6, 7 and 8; (link, direction) as one
    order, share = np.array([[3, 0, 1, 2]]), np.zeros((1, 3, 2))
    share[0, 0, 0] = share[0, 1, 0] = share[0, 2, 1] = 1.0
    load, flow = np.array([0.5, 1.0, 5.0, 0.0]), np.zeros((2, 1, 3))
    load_ways(0, 0, arcs, entering, order, share, load, flow)
    assert flow[MORE, 0].tolist() == [6.0, 5.0, -6.5]
    assert load.tolist() == [6.5, 6.0, 5.0, 6.5]


def test_who_waits_before_a_link_that_leads_nowhere_stands_at_its_near_end_again() -> None:
    start, end = np.array([0, 1]), np.array([1, 2])
    usable = np.array([[[0], [1]], [[1], [0]]], np.uint8)
    waiting = np.array([[[7], [4]], [[5], [3]]])  # at the beginning of a link, and at its end
    standing = np.array([[1], [0], [2]])
    leave_shut_queues(start, end, usable, standing, waiting, 0)
    assert standing[:, 0].tolist() == [1 + 7, 0, 2 + 3]
    assert waiting[:, :, 0].tolist() == [[0, 4], [5, 0]]


@pytest.mark.parametrize(("place", "order"), [(1, "cab"), (2, "acb"), (3, "abc"), (0, "cab"), (9, "abc")])
def test_a_statement_moves_in_the_order_of_its_own_actor(place: int, order: str) -> None:
    from actors_case import sides
    from corridor.strategy.model.read_actors import read_actors_data

    content = read_actors_data(sides())
    one = content.statements[0]
    others = tuple(replace(one, id=name, actor=actor) for name, actor in (("x", "B"), ("a", "A"), ("b", "A"), ("y", "B"),
                                                                          ("c", "A")))  # fmt: skip
    found = moved(replace(content, statements=others), "c", place)
    assert "".join(s.id for s in found.statements if s.actor == "A") == order
    assert [s.actor for s in found.statements] == ["B", "A", "A", "B", "A"]
    assert [s.id for s in found.statements if s.actor == "B"] == ["x", "y"]


def test_while_an_option_is_held_nobody_moves_it_and_no_deal_does() -> None:
    from actors_case import sides
    from corridor.engine.sides.held import under
    from corridor.strategy import build
    from corridor.strategy.choice.process import offers_of
    from corridor.strategy.model.read_actors import read_actors_data

    model = build(read_actors_data(sides()))
    face, graph, offers = model.space.face, model.space.graph, offers_of(model)
    actors, states = len(model.actors), face.shape[0]

    def moves(of: Any) -> set[tuple[int, int, int]]:
        spans = ((i, s, of.first[i, s], of.first[i, s + 1]) for i in range(actors) for s in range(states))
        return {(i, s, int(to)) for i, s, begin, end in spans for to in of.to[begin:end]}

    for option in range(face.shape[1]):
        found = under(((option, True),), model, graph, offers)
        still = {(i, s, to) for i, s, to in moves(graph) if face[s, option] == face[to, option]}
        assert moves(found.graph) == still
        for p, targets in enumerate(offers.target):
            for s, to in enumerate(targets):
                kept = to >= 0 and face[s, option] == face[to, option]
                assert found.offers.target[p, s] == (to if kept else -1)
                assert found.offers.rate[p, s] == (offers.rate[p, s] if kept else 0.0)
