"""Sampled choices in the day against the exact law over states, loosely coupled and read week by week."""

from __future__ import annotations

import numpy as np
import pytest

from actors_case import ALONE, conflict
from corridor.engine.compile import compile_scenario
from corridor.engine.sides.compile import as_played, compile_play, compile_sides, draw_sides
from corridor.engine.sides.paths import walk
from corridor.scenario.model import ActorPolicy
from corridor.strategy import PreferenceDraws, state_law, utilities
from corridor.strategy.choice.process import look_ahead
from corridor.strategy.model.draws import SCALE

FUTURES, WEEKS = 20_000, 6
FREE = ActorPolicy(id="free", title="Nobody is held")


@pytest.mark.parametrize(("policy", "which"), [(ALONE, 1), (ALONE, 10), (FREE, 2), (FREE, 6)])
def test_paths_follow_the_exact_law_week_by_week(policy: ActorPolicy, which: int) -> None:
    """All futures want and choose as future `which` does, so that only the day's chance differs between them."""
    scenario = as_played(conflict(policies=(policy,)))
    sides = compile_sides(scenario)
    play = compile_play(scenario, sides, policy, compile_scenario(scenario).net)
    one = draw_sides(sides, 7, np.array([which], np.uint32))
    p = {name: np.repeat(values, FUTURES, axis=0) for name, values in one.items()}
    path = walk(play, p, 7, np.arange(FUTURES, dtype=np.uint32), 20, 7 * WEEKS)

    weights = np.rint(one["actors.weight"][:, play.columns] * SCALE).astype(np.int32)
    utility = utilities(play.model, PreferenceDraws(weights, np.zeros(weights.shape, np.int16)))[0]
    lam, inertia, cost = (float(one[f"actors.{name}"][0]) for name in ("lambda", "inertia", "irreversible_cost"))
    value = np.empty_like(utility)
    look_ahead(
        play.graph,
        utility,
        lam,
        inertia,
        cost,
        float(one["actors.patience"][0]),
        int(one["actors.foresight"][0]),
        value,
    )
    start = np.zeros(len(play.model.states))
    start[play.start] = 1.0
    rate = one["actors.rate"][0, play.players]
    law = state_law(play.graph, play.offers, value, lam, inertia, cost, rate, start, 7 * WEEKS, 1 / 7)
    for day in range(7, 7 * WEEKS + 1, 7):
        share = np.bincount(path[:, day - 1], minlength=start.size) / FUTURES
        error = np.sqrt(law[day] * (1 - law[day]) / FUTURES)
        assert (np.abs(share - law[day]) <= 4.5 * error + 1e-9).all(), day
    assert law[7].max() < 0.99  # the comparison is about something


def test_the_futures_compared_look_ahead_differently() -> None:
    sides = compile_sides(as_played(conflict()))
    drawn = draw_sides(sides, 7, np.array([1, 10, 2, 6], np.uint32))
    assert set(drawn["actors.foresight"]) == {0.0, 1.0, 2.0}
