"""The days of one batch of futures: history once, then every policy and condition from the same state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from corridor.engine import displacement as country
from corridor.engine.compile import Compiled, draw_inputs
from corridor.engine.inputs import draw
from corridor.engine.plan import Schedule
from corridor.rules.base import Floats, State, Today
from corridor.tables.variable import Variable

Arrays = dict[str, npt.NDArray[Any]]


def start_state(c: Compiled, p: dict[str, Floats], schedules: Iterable[Schedule] = ()) -> State:
    """Return the state of a batch on the morning of the first day; schedules : those that are played from it."""
    futures = p["links.km"].shape[0]
    calendars = [schedule.calendar for schedule in schedules if schedule.calendar is not None]
    wider: State = country.first_state(calendars, futures) if calendars else {}
    if not c.homes:
        return wider
    links, pipes, commodities = len(c.links), len(c.pipelines), len(c.commodities)
    state: State = {
        "people": p["people"].astype(np.int64),
        "people_start": p["people"].astype(np.int64),
        "stock": p["stock"].copy(),
        "regime": np.zeros((futures, links), np.uint8),
        "damage": np.zeros((futures, links)),
        "link_tonnes": p["links.tonnes_per_day"].copy(),
        "link_vehicles": p["links.vehicles_per_hour"].copy(),
        "pipeline_scale": np.zeros((futures, pipes)),
        "coupon": np.zeros((futures, commodities)),
        "output_factor": np.ones((futures, commodities)),
        "release": np.zeros((futures, len(c.homes)), np.uint8),
    }
    state |= wider
    if c.sides is not None:
        state["taken"] = np.zeros((futures, len(c.sides.options)), np.uint8)
    for rule in c.rules:
        if rule.start is not None:
            rule.start(c.net, state, p)
    return state


def morning(state: State, p: dict[str, Floats], schedule: Schedule, i: int, today: Today) -> None:
    """Bring day i about before any rule is played: what is imposed, then what the sides choose."""
    impose(state, p, schedule, i)
    if schedule.play is not None:
        from corridor.engine.sides import choice

        choice.step(schedule.play, schedule, i, state, p, today)


def impose(state: State, p: dict[str, Floats], schedule: Schedule, i: int) -> None:
    """Write what events, policies and conditions impose on day i of the schedule."""
    for day, name, value in schedule.parameters:
        if day == schedule.first_day + i:
            p[name] = np.full_like(p[name], value)
    if "stock" not in state:
        return  # no home: what holds in the wider country is in the calendar
    state["regime"][:] = schedule.regime[i]
    state["damage"][:] = schedule.damage[i]
    state["coupon"][:] = schedule.coupon[i]
    state["output_factor"][:] = schedule.output[i]
    state["release"][:] = schedule.release[i]
    for name, given, drawn in (
        ("link_tonnes", schedule.tonnes[i], p["links.tonnes_per_day"]),
        ("link_vehicles", schedule.vehicles[i], p["links.vehicles_per_hour"]),
    ):
        state[name][:] = drawn
        for link in np.flatnonzero(~np.isnan(given)):
            state[name][:, link] = given[link]
    rate, tonnes = schedule.rate[i], p["pipelines.tonnes"]
    state["pipeline_scale"][:] = schedule.running[i]
    for pipe in np.flatnonzero(~np.isnan(rate)):
        drawn = tonnes[:, pipe]
        state["pipeline_scale"][:, pipe] *= np.where(drawn > 0, rate[pipe] / np.where(drawn > 0, drawn, 1.0), 0.0)


def days(schedule: Schedule, p: dict[str, Floats], seed: int, futures: npt.NDArray[np.uint32]) -> Iterator[Today]:
    """Yield the address of each day, with what holds in the wider country where there is one."""
    wider: list[tuple[Any, ...]] | None = None
    if schedule.calendar is not None:
        wider = country.mornings(schedule.calendar, p, futures.size, ahead=schedule.first_day > 0)
    for i in range(schedule.days):
        yield Today(schedule.first_day + i, seed, futures, None if wider is None else wider[i])


def play(
    c: Compiled, p: dict[str, Floats], state: State, schedule: Schedule, seed: int, futures: npt.NDArray[np.uint32],
    out: dict[str, npt.NDArray[np.float32]],
) -> None:  # fmt: skip
    """Play every day of a schedule in place and copy the recorded variables into out[name][:, day]."""
    for i, today in enumerate(days(schedule, p, seed, futures)):
        morning(state, p, schedule, i, today)
        for rule in c.rules:
            rule.step(c.net, state, p, today)
        for name, array in out.items():
            array[:, i] = state[name]


def snapshot(state: State) -> State:
    """Return a copy that shares nothing."""
    return {name: array.copy() for name, array in state.items()}


def blank(variables: tuple[Variable, ...], c: Compiled, lead: tuple[int, ...], days: int) -> Arrays:
    """Return empty results: name -> (*lead, day, *dims) float32."""
    sizes = {
        "place": len(c.homes), "destination": len(c.destinations), "commodity": len(c.commodities),
        "link": len(c.links), "hour": 24, "option": len(c.sides.options) if c.sides else 0,
        "camp": len(c.camps),
    }  # fmt: skip
    return {v.name: np.empty((*lead, days, *(sizes[d] for d in v.dims)), np.float32) for v in variables}


def play_batch(
    c: Compiled, past: Schedule, ahead: list[list[Schedule]], seed: int, futures: npt.NDArray[np.uint32],
    variables: tuple[Variable, ...],
) -> tuple[Arrays, Arrays, Arrays]:  # fmt: skip
    """Play a batch: history, then policies x conditions.

    Parameters
    ----------
    past : history; ahead : [policy][condition] schedules
    futures : (future,) indices

    Returns
    -------
    history : name -> (future, day, *dims)
    results : name -> (policy, condition, future, day, *dims)
    once : what is drawn or happens once per future: need, requirement, people_start, inputs, exit_opened (homes);
        crossed and crossed_before (a wider country)
    """
    p = draw_inputs(c, seed, futures)
    state = start_state(c, p, (past, *chain.from_iterable(ahead)))
    n, policies, conditions = futures.size, len(ahead), len(ahead[0])
    then = blank(tuple(v for v in variables if v.past), c, (n,), past.days)
    play(c, p, state, past, seed, futures, then)
    results = blank(variables, c, (policies, conditions, n), ahead[0][0].days)
    once: Arrays = {"inputs": _inputs(c, p, seed, futures)}
    if c.homes:
        once |= {"need": p["need"], "requirement": p["intake.requirement"], "people_start": p["people"]}
        once["exit_opened"] = np.empty((policies, conditions, n), np.float32)
    if c.camps:
        once["crossed_before"] = state["crossed"].astype(np.float32)
        once["crossed"] = np.empty((policies, conditions, n, len(c.links)), np.float32)
    for i, row in enumerate(ahead):
        for j, schedule in enumerate(row):
            branch, own = snapshot(state), dict(p)
            play(c, own, branch, schedule, seed, futures, {name: array[i, j] for name, array in results.items()})
            if c.camps:
                once["crossed"][i, j] = branch["crossed"]
            if c.homes:
                opened = branch["exit_hour"]
                once["exit_opened"][i, j] = np.where(np.isfinite(opened), opened, np.nan)
    return then, results, once


def _inputs(c: Compiled, p: dict[str, Floats], seed: int, futures: npt.NDArray[np.uint32]) -> Floats:
    columns = [draw(c.inputs[path], seed, futures) for path in c.uncertain]
    found = np.stack(columns, axis=1) if columns else np.zeros((futures.size, 0))
    if c.sides is None:
        return found
    from corridor.engine.sides.compile import recorded

    return np.concatenate([found, recorded(c.sides, p)], axis=1)
