"""The days of one batch of futures: history once, then every policy and condition from the same state.

Every array of the day has the future as its last axis. A rule is handed the arrays and numbers that it declares, the
same objects every day: nothing is looked up or made anew while days are played.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from corridor.engine import displacement, triggers
from corridor.engine.compile import Compiled, Draws
from corridor.engine.dated import held_today
from corridor.engine.output import set_output
from corridor.engine.plan import Schedule
from corridor.engine.rations import set_rations
from corridor.engine.sides import choice
from corridor.rules.base import MORNING, Floats, Rule, State, Today, made
from corridor.tables.variable import Variable

Arrays = dict[str, npt.NDArray[Any]]
Hand = tuple[Rule, State, dict[str, Floats]]
"""A rule, the arrays that it is handed and the numbers that it is handed."""


def start_state(c: Compiled, p: dict[str, Floats], schedules: Iterable[Schedule] = ()) -> State:
    """Return the state of a batch on the morning of the first day; schedules : those that are played from it."""
    futures = p["links.km"].shape[-1]
    calendars = [schedule.calendar for schedule in schedules if schedule.calendar is not None]
    sizes = c.sizes | (displacement.sizes(calendars) if calendars else {})
    state: State = {}
    for rule in c.rules:
        state |= made(rule.states, sizes, futures)
    if calendars:
        displacement.settle(calendars, state)
    if not c.homes:
        return state
    state |= made(MORNING, c.sizes, futures)
    state["people_start"][:] = p["people"]
    # what the ledger owns is what every other rule begins from
    for rule in sorted(c.rules, key=lambda rule: rule.process != "ledger"):
        if rule.start is not None:
            rule.start(c.net, *_handed(rule, state, p))
    return state


def _handed(rule: Rule, state: State, p: dict[str, Floats]) -> tuple[State, dict[str, Floats]]:
    """Return what a rule is handed; arrays are shared with `state` and `p`, which change in place only."""
    return {name: state[name] for name in rule.handed}, {name: p[name] for name in rule.numbers}


def hands(c: Compiled, state: State, p: dict[str, Floats]) -> list[Hand]:
    """Return each rule with what it is handed."""
    return [(rule, *_handed(rule, state, p)) for rule in c.rules]


def prepared(
    c: Compiled, state: State, p: dict[str, Floats], schedule: Schedule
) -> tuple[dict[str, Floats], list[Hand]]:
    """Make a state and its numbers ready for the first day of a schedule.

    Returns
    -------
    drawn : the numbers that the schedule changes, as they were drawn; `p` has copies of them from here on
    handed : each rule with what it is handed
    """
    every = schedule if schedule.triggers is None else schedule.triggers.all
    names = {*schedule.numbers, *every.numbers, *schedule.parameters, *every.parameters}
    drawn = {name: p[name] for name in names}
    p |= {name: values.copy() for name, values in drawn.items()}
    if schedule.triggers is not None:
        triggers.begin(schedule.triggers, state, next(iter(p.values())).shape[-1])
    if schedule.play is not None:
        choice.begin(schedule.play, state, p["actors.feedback"].size)
    return drawn, hands(c, state, p)


def morning(
    state: State, p: dict[str, Floats], drawn: dict[str, Floats], schedule: Schedule, i: int, today: Today
) -> None:
    """Bring day i about before any rule is played: what is imposed, then what the sides choose.

    p, drawn : numbers as they hold today, and as they were drawn; see `prepared`
    """
    groups: list[triggers.Group] = []
    if schedule.triggers is None:
        impose(state, p, drawn, schedule, i)
    else:
        asked = None if schedule.play is None else partial(choice.holds_in, schedule.play, state)
        groups = triggers.look(schedule.triggers, state, p, today, asked)
        for group in groups:
            own = schedule.triggers.of(group.days)
            impose_in(group.futures, state, p, drawn, own, i, group.anew or schedule.play is not None)
    if schedule.play is not None:
        held = None if schedule.triggers is None else schedule.triggers.rows
        choice.step(schedule.play, i, state, p, today, held)
        if "people" not in state:
            return
        if schedule.triggers is None:
            choice.act_today(schedule.play, schedule, i, state, p, today)
        else:
            for group in groups:
                choice.act_in(group.futures, schedule.play, schedule.triggers.of(group.days), i, state, p, today)


def impose_in(
    which: npt.NDArray[np.intp], state: State, p: dict[str, Floats], drawn: dict[str, Floats], schedule: Schedule,
    i: int, anew: bool,
) -> None:  # fmt: skip
    """Write what a schedule imposes on day i in some futures of a batch alone.

    anew : whether it must be written although it is as on the day before: it was not the schedule of all of them then,
        or the sides write over it
    """
    if not (schedule.changes[i] or anew or schedule.parameters):
        return
    own, numbers = {k: v[..., which] for k, v in state.items()}, {k: v[..., which] for k, v in p.items()}
    impose(own, numbers, {k: v[..., which] for k, v in drawn.items()}, schedule, i, anew=anew)
    for array in MORNING:
        if array.name in own:
            state[array.name][..., which] = own[array.name]
    for name in drawn:
        p[name][..., which] = numbers[name]


def impose(
    state: State, p: dict[str, Floats], drawn: dict[str, Floats], schedule: Schedule, i: int, *, anew: bool = False
) -> None:
    """Write what events, policies and conditions impose on day i of the schedule, where it differs from yesterday.

    anew : whether it is written even where it does not
    """
    for name, given in schedule.parameters.items():
        p[name][:] = drawn[name] if np.isnan(given[i]) else given[i]
    if "regime_set" not in state or not (schedule.changes[i] or anew or schedule.play is not None):
        return  # as yesterday; without homes, what holds in the wider country is in the calendar
    for name, row in (("regime_set", schedule.regime), ("sealed", schedule.sealed), ("release", schedule.release)):
        state[name][:] = row[i][:, None]
    for name, array in (
        ("damage", "damage"), ("coupon", "coupon"), ("output_factor", "output"), ("counted", "counted"),
    ):  # fmt: skip
        state[name][:] = held_today(getattr(schedule, array)[i], schedule.by[array][i], p["dated"])
    set_output(
        state, p, schedule.output_rows, schedule.output_of, schedule.growing[i], schedule.said("outputs.share", i)
    )
    for name, given in schedule.numbers.items():
        imposed = given[i][..., None]
        p[name][:] = np.where(np.isnan(imposed), drawn[name], imposed)
    if state["promised"].size:
        holds, ordered = schedule.rationed[i], schedule.said("rations.amount", i)
        set_rations(state, p, schedule.ration_of, holds, schedule.endless, ordered)
    state["link_tonnes"][:] = held_today(p["links.tonnes_per_day"], schedule.by["tonnes"][i], p["dated"])
    state["link_vehicles"][:] = p["links.vehicles_per_hour"]
    rate = held_today(schedule.rate[i], schedule.by["rate"][i], p["dated"])
    meant = schedule.running[i][:, None] * np.where(np.isnan(rate), p["pipelines.tonnes"], rate)
    state["pipeline_meant"][:] = meant
    state["pipeline_tonnes"][:] = schedule.rhythm[i][:, None] * meant


def days(schedule: Schedule, p: dict[str, Floats], seed: int, futures: npt.NDArray[np.uint32]) -> Iterator[Today]:
    """Yield the address of each day, with what holds in the wider country where there is one."""
    wider: list[tuple[Any, ...]] | None = None
    if schedule.calendar is not None:
        wider = displacement.mornings(schedule.calendar, p, futures.size, ahead=schedule.first_day > 0)
    for i in range(schedule.days):
        yield Today(schedule.first_day + i, seed, futures, None if wider is None else wider[i])


def play(
    c: Compiled, p: dict[str, Floats], state: State, schedule: Schedule, seed: int, futures: npt.NDArray[np.uint32],
    out: Arrays, wanted: Callable[[], None] | None = None,
) -> None:  # fmt: skip
    """Play every day of a schedule in place and copy the recorded variables into out[name][day].

    wanted : called every morning; raises where the days are no longer wanted
    """
    drawn, handed = prepared(c, state, p, schedule)
    recorded = [(array, state[name]) for name, array in out.items()]
    process, day = "the morning", schedule.first_day
    try:
        for i, today in enumerate(days(schedule, p, seed, futures)):
            process, day = "the morning", today.day
            if wanted is not None:
                wanted()
            morning(state, p, drawn, schedule, i, today)
            for rule, arrays, numbers in handed:
                process = rule.process
                rule.step(c.net, arrays, numbers, today)
            for array, source in recorded:
                array[i] = source
    except Exception as error:
        error.add_note(f"day {day}, {process}, futures {futures[0]} to {futures[-1]}")
        raise


def snapshot(state: State) -> State:
    """Return a copy that shares nothing, each array laid out as it is."""
    return {name: array.copy(order="K") for name, array in state.items()}


def blank(variables: tuple[Variable, ...], c: Compiled, lead: tuple[int, ...], days: int, futures: int) -> Arrays:
    """Return empty results: name -> (*lead, day, *dims, future) float32, or float64 for counts of very many people."""
    sizes = c.sizes
    return {v.name: np.empty((*lead, days, *(sizes[d] for d in v.dims), futures), c.width(v.unit)) for v in variables}


EACH = frozenset({"exit_opened", "crossed"})
"""What happens once in each future of each policy and condition."""


def once_of(c: Compiled, drawn: Draws, before: State, after: State) -> Arrays:
    """Return what is drawn or happens once per future; before, after : the state at as_of and at the end.

    What happens under a policy and a condition is (1, 1, future, ...).
    """
    p = drawn.numbers
    once: Arrays = {"inputs": drawn.recorded}
    if c.homes:
        once |= {"need": p["need"].T, "requirement": p["intake.requirement"], "people_start": p["people"].T}
        opened = after["exit_hour"]
        once["exit_opened"] = np.where(np.isfinite(opened), opened, np.nan)[None, None]
    if c.camps:
        once["crossed_before"] = before["crossed"].T
        once["crossed"] = after["crossed"].T[None, None]
    return once
