"""The choices alone, without a world around them: fast, loosely coupled, and the same draws as in a whole run.

Nobody suffers here, so no weight grows; where no statement feels hardship, the paths are those of the whole run.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import numpy as np
import xarray as xr

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.engine.compile import Compiled, compile_scenario
from corridor.engine.day import play
from corridor.engine.plan import Schedule, future
from corridor.engine.sides.compile import Sides, as_played, compile_play, compile_sides, draw_sides, recorded
from corridor.engine.store import attributes
from corridor.engine.triggers import Triggers
from corridor.scenario.model import Policy, Scenario
from corridor.scenario.trigger import AFTER, NOT_TAKEN, TAKEN

BATCH = 128
"""futures played together: what a day costs in Python is shared, and what they are worth still fits in a cache"""


def choice_paths(
    scenario: Scenario,
    *,
    policies: Sequence[str] | None = None,
    futures: int = 1000,
    first_future: int = 0,
    seed: int = 1,
    threads: int | None = None,
) -> xr.Dataset:
    """Play the choices of the sides without stocks, hunger and flight.

    Parameters
    ----------
    scenario : with a model of the sides
    policies : ids of actor policies, all where None
    futures, first_future, seed, threads : as in `run`

    Returns
    -------
    Dataset with `taken` (policy, condition, future, day, option) int8, 1 where taken at the end of the day, `touched`
    (policy, condition, future, day, feature) int8, 1 where a feature held at some time of the day, and `inputs`
    (future, input); attributes as in a run.

    Raises
    ------
    InputError : no model of the sides, unknown policy
    """
    scenario = as_played(scenario)
    known = {policy.id: policy for policy in scenario.policies}
    chosen = tuple(dict.fromkeys(policies)) if policies is not None else tuple(known)
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise InputError(
            Problem("--policy", 0, 0, "", f'no policy "{name}"', did_you_mean(name, known)) for name in unknown
        )
    sides = compile_sides(scenario)
    c = replace(compile_scenario(scenario, sides), rules=())
    schedules = [alone(c, sides, known[name]) for name in chosen]
    days = scenario.horizon
    taken = np.empty((len(chosen), 1, futures, days, len(sides.options)), np.int8)
    touched = np.empty((len(chosen), 1, futures, days, len(sides.features)), np.int8)
    inputs = np.empty((futures, len(sides.inputs)))

    def work(at: int) -> None:
        part = slice(at, min(futures, at + BATCH))
        numbers = np.arange(first_future + part.start, first_future + part.stop, dtype=np.uint32)
        p = draw_sides(sides, seed, numbers)
        inputs[part] = recorded(sides, p)
        for i, schedule in enumerate(schedules):
            path = np.empty((days, len(sides.options), numbers.size), np.int8)
            told = np.empty((days, len(sides.features), numbers.size), np.int8)
            play(c, p, {}, schedule, seed, numbers, {"taken": path, "touched": told})
            taken[i, 0, part], touched[i, 0, part] = np.moveaxis(path, -1, 0), np.moveaxis(told, -1, 0)

    with ThreadPoolExecutor(max(1, threads or os.cpu_count() or 1)) as pool:
        list(pool.map(work, range(0, futures, BATCH)))
    first = np.datetime64(scenario.as_of + timedelta(days=1), "D")
    coords = {
        "policy": np.array(chosen, dtype=object),
        "condition": np.array([scenario.conditions[0].id], dtype=object),
        "future": np.arange(futures),
        "day": (first + np.arange(days)).astype("datetime64[ns]"),
        "as_of": (first - 1).astype("datetime64[ns]"),
        "option": np.array(sides.options, dtype=object),
        "feature": np.array(sides.features, dtype=object),
        "input": np.array(sides.inputs, dtype=object),
    }
    return xr.Dataset(
        {
            "taken": (("policy", "condition", "future", "day", "option"), taken),
            "touched": (("policy", "condition", "future", "day", "feature"), touched),
            "inputs": (("future", "input"), inputs),
        },
        coords,
        attributes(scenario, futures, first_future, seed),
    )


def alone(c: Compiled, sides: Sides, policy: Policy) -> Schedule:
    """Return the days after as_of under one actor policy; with no rule beside it, nothing but choices is played."""
    schedule = future(c, policy, c.scenario.conditions[0])
    own = compile_play(c.scenario, sides, policy, c.net)
    return replace(schedule, parameters={}, numbers={}, triggers=_of_sides(schedule, policy), play=own)


def _of_sides(schedule: Schedule, policy: Policy) -> Triggers[Schedule] | None:
    """Return what waits in a policy, without what it does to a world that is not there.

    Raises
    ------
    InputError : an action waits for what people suffer, which only a whole run tells
    """
    waiting = [one.when.what for one in policy.actions if one.when is not None]
    physical = [what for what in waiting if not what.startswith((AFTER, TAKEN, NOT_TAKEN))]
    if physical:
        message = f"waits for {physical[0]}, which choices alone do not tell"
        where = f"actor_policies.{policy.id}"
        raise InputError([Problem("policies.yaml", 0, 0, where, message, "play whole days: compare CASE --actors")])
    if schedule.triggers is None:
        return None
    made = schedule.triggers.made
    return replace(schedule.triggers, made=lambda days: replace(made(days), parameters={}, numbers={}), cache={})
