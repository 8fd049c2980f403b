"""Days that several policies share are the days that each would have had alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from actors_case import ALONE, PRESSED, conflict
from corridor.engine import batch, run, together
from corridor.engine.compile import compile_scenario
from corridor.engine.plan import future
from corridor.engine.sides.compile import as_played, compile_play, compile_sides
from corridor.scenario.model import Action, ActorPolicy, Scenario

FREE = ActorPolicy(id="free", title="Everybody is free", fixes={})
SHUT = ActorPolicy(id="shut", title="The keeper may not open", fixes={"block": True})


def case() -> Scenario:
    """Return the small conflict under four policies that can share days, and one that closes a road besides."""
    made = conflict()
    starts = made.as_of + timedelta(days=3)
    closed = Action(do="force", target="links.inner.regime", value=0, starts=starts)
    other = ActorPolicy(id="other", title="Pressed, inner road shut", fixes={"press": True}, actions=(closed,))
    return made.model_copy(update={"actor_policies": (ALONE, PRESSED, FREE, other, SHUT)})


def test_shared_days_are_the_days_of_each_policy_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of five, so that courses outgrow their page; the same bytes in everything that is recorded."""
    copied: list[int] = []
    split = together._copy
    monkeypatch.setattr(together, "_copy", lambda *given: (copied.append(given[3].size), split(*given))[1])
    shared = run(case(), actors=True, futures=12, batch=5, threads=1)
    assert sum(copied) > 5  # courses were split, and more of them than a page holds beside those it began with
    monkeypatch.setattr(batch, "groups", lambda c, schedules: [[k] for k in range(len(schedules))])
    copied.clear()
    apart = run(case(), actors=True, futures=12, batch=5, threads=1)
    assert not copied
    assert shared.sizes == apart.sizes
    for name in apart.variables:
        np.testing.assert_array_equal(shared[name].values, apart[name].values, str(name))


def test_only_policies_that_differ_in_the_sides_alone_share_days() -> None:
    scenario = as_played(case())
    sides = compile_sides(scenario)
    c = compile_scenario(scenario, sides)
    schedules = [
        replace(future(c, one, scenario.conditions[0]), play=compile_play(scenario, sides, one, c.net))
        for one in scenario.policies
    ]
    assert together.groups(c, schedules) == [[0, 1, 2, 4], [3]]
    nobody = [replace(one, play=None) for one in schedules]
    assert together.groups(c, nobody) == [[0], [1], [2], [3], [4]]
    # a number that is imposed, or is not (NaN), is compared too
    more = replace(schedules[1], parameters={"intake.requirement": np.full(schedules[1].days, 2000.0)})
    assert together.groups(c, [schedules[0], more, schedules[2]]) == [[0, 2], [1]]
