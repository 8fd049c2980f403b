"""Sampled choices in the day against the exact law over states, loosely coupled and read week by week."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from actors_case import ALONE, SIDES, conflict
from corridor.engine.compile import compile_scenario
from corridor.engine.day import play
from corridor.engine.sides.choice import choices_of
from corridor.engine.sides.compile import as_played, compile_sides, draw_sides
from corridor.engine.sides.paths import alone
from corridor.scenario.model import ActorPolicy
from corridor.strategy import state_law
from corridor.strategy.choice.ahead import look_ahead_seen

FUTURES, WEEKS = 20_000, 6
FREE = ActorPolicy(id="free", title="Nobody is held")


BELIEFS = {
    "KEEPER": {"preferences": {
        "TOWN": [{"id": "xT1", "wants": "accept", "evidence": "rumour", "strength": 1.0}],
        "OUTSIDER": [{"id": "xO1", "wants": "!press", "evidence": "rumour", "strength": 1.0}],
    }},
    "TOWN": {"preferences": {"KEEPER": [{"id": "xK1", "wants": "attack if accept", "evidence": "fear", "strength": 1.0}]}},
}  # fmt: skip
"""The keeper takes the others for weak, the town the keeper for treacherous."""


@pytest.mark.parametrize(
    ("policy", "which", "beliefs"),
    [(ALONE, 1, {}), (ALONE, 10, {}), (FREE, 2, {}), (FREE, 6, {}), (FREE, 2, BELIEFS)],
)
def test_paths_follow_the_exact_law_week_by_week(policy: ActorPolicy, which: int, beliefs: dict) -> None:
    """All futures want and choose as future `which` does, so that only the day's chance differs between them."""
    scenario = as_played(conflict({**SIDES, "beliefs": beliefs}, policies=(policy,), horizon=7 * WEEKS))
    sides = compile_sides(scenario)
    c = replace(compile_scenario(scenario, sides), rules=())
    one = draw_sides(sides, 7, np.array([which], np.uint32))
    p = {name: np.repeat(values, FUTURES, axis=-1) for name, values in one.items()}
    schedule = alone(c, sides, policy)
    path = np.empty((schedule.days, FUTURES), np.int32)
    play(c, p, {}, schedule, 7, np.arange(FUTURES, dtype=np.uint32), {"sides": path})

    model = schedule.play.model
    weights = np.ascontiguousarray(one["actors.weight"][schedule.play.columns])
    choices, value = choices_of(schedule.play, one), np.empty((*model.payoff.shape, 1))
    look_ahead_seen(model.space.graph, schedule.play.views, choices, weights, np.arange(1), value)
    start = np.zeros(len(model.states))
    start[schedule.play.start] = 1.0
    law = state_law(model, value[:, :, 0], choices, start, 7 * WEEKS, 1 / 7)
    for day in range(7, 7 * WEEKS + 1, 7):
        share = np.bincount(path[day - 1], minlength=start.size) / FUTURES
        error = np.sqrt(law[day] * (1 - law[day]) / FUTURES)
        assert (np.abs(share - law[day]) <= 4.5 * error + 1e-9).all(), day
    assert law[7].max() < 0.99  # the comparison is about something
    assert len(schedule.play.views.seen) == len(beliefs)


def test_the_futures_compared_look_ahead_differently() -> None:
    sides = compile_sides(as_played(conflict()))
    drawn = draw_sides(sides, 7, np.array([1, 10, 2, 6], np.uint32))
    assert set(drawn["actors.foresight"]) == {0.0, 1.0, 2.0}
