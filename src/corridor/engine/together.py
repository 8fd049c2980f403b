"""The days of several policies of the sides, played once for all under which a future goes the same way.

What the sides choose reaches the rest of the day in three arrays alone: regimes, loss of control, the way out. Futures
share their draws over policies, so as long as those arrays are the same, so is everything else. A course is what one
future goes through under one or more policies; it is split on the morning on which their choices first differ.

Courses lie in pages as wide as the batch, so that rules play them as they play any futures: by the address of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from corridor.engine.compile import Compiled
from corridor.engine.day import Arrays, Hand, hands, impose, snapshot
from corridor.engine.plan import Schedule
from corridor.engine.sides import choice
from corridor.rules.base import Floats, State, Today

Columns = npt.NDArray[np.intp]
WORLD = ("regime_set", "release", "exit_granted")
"""All that choices write into the world."""
_IMPOSED = tuple(field.name for field in fields(Schedule) if field.name not in ("play", "triggers", "calendar"))


@dataclass
class Page:
    """As many courses as a batch has futures; those not in use yet are copies of others.

    Attributes
    ----------
    state, p : of the courses; drawn : numbers that schedules change, as they were drawn
    handed : each rule with what it is handed
    futures : (column,) number of the future of each course
    """

    state: State
    p: dict[str, Floats]
    drawn: dict[str, Floats]
    handed: list[Hand]
    futures: npt.NDArray[np.uint32]


def groups(c: Compiled, schedules: Sequence[Schedule]) -> list[list[int]]:
    """Return numbers of schedules, those together whose days can be shared: they differ in the sides alone."""
    found: list[list[int]] = []
    for k, one in enumerate(schedules):
        if one.play is None or one.triggers is not None or one.calendar is not None or not c.homes or c.camps:
            found.append([k])
            continue
        for group in found:
            other = schedules[group[0]]
            alone = other.play is None or other.triggers is not None or other.calendar is not None
            if not alone and all(same(getattr(one, name), getattr(other, name)) for name in _IMPOSED):
                group.append(k)
                break
        else:
            found.append([k])
    return found


def same(a: Any, b: Any) -> bool:
    """Return whether two parts of a schedule are equal, nothing (NaN) being equal to nothing."""
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    return bool(a == b)


def play_together(
    c: Compiled, p: dict[str, Floats], state: State, schedules: Sequence[Schedule], seed: int,
    futures: npt.NDArray[np.uint32], out: Sequence[Arrays],
) -> list[State]:  # fmt: skip
    """Play every day of schedules that may share days, and copy the recorded variables into out[policy][name][day].

    Parameters
    ----------
    p, state : numbers and state of the batch at `as_of`, which stay as they are
    schedules : of the policies

    Returns
    -------
    of each policy, what `once_of` reads of the state at the end
    """
    plays = [one.play for one in schedules if one.play is not None]
    own: list[State] = [{} for _ in plays]
    for play, mine in zip(plays, own, strict=True):
        choice.begin(play, mine, futures.size)
    pages = [_page(c, state, p, schedules[0], futures)]
    column = np.tile(np.arange(futures.size), (len(plays), 1))
    imposed = replace(schedules[0], play=None)
    process, day = "the morning", imposed.first_day
    try:
        for i in range(imposed.days):
            process, day = "the morning", imposed.first_day + i
            today = Today(day, seed, futures, None)
            felt = _felt(pages) if i % choice.WEEK == 0 else None
            for page in pages:
                impose(page.state, page.p, page.drawn, imposed, i, anew=True)
            before = {name: _whole(pages, name) for name in WORLD}
            after: list[State] = []
            for play, schedule, mine, at in zip(plays, schedules, own, column, strict=True):
                choice.decide(play, mine, p, today, None if felt is None else felt[at])
                after.append({name: np.ascontiguousarray(array[..., at]) for name, array in before.items()})
                choice.act_today(play, schedule, i, mine | after[-1], p, today)
            column = _split(c, pages, column, after)
            for at, written in zip(column, after, strict=True):
                _write(pages, at, written)
            for page in pages:
                hers = today._replace(futures=page.futures)
                for rule, arrays, numbers in page.handed:
                    process = rule.process
                    rule.step(c.net, arrays, numbers, hers)
            _record(pages, own, column, out, i)
    except Exception as error:
        error.add_note(f"day {day}, {process}, futures {futures[0]} to {futures[-1]}")
        raise
    ended = _whole(pages, "exit_hour")
    return [{"exit_hour": ended[..., at]} for at in column]


def _page(c: Compiled, state: State, p: dict[str, Floats], schedule: Schedule, futures: npt.NDArray[np.uint32]) -> Page:
    names = {*schedule.numbers, *schedule.parameters}
    mine, numbers = snapshot(state), {name: array.copy(order="K") for name, array in p.items()}
    drawn = {name: p[name].copy(order="K") for name in names}
    return Page(mine, numbers, drawn, hands(c, mine, numbers), futures.copy())


def _whole(pages: Sequence[Page], name: str) -> npt.NDArray[Any]:
    """Return an array of the state over the courses of all pages."""
    if len(pages) == 1:
        return pages[0].state[name]
    return np.concatenate([page.state[name] for page in pages], axis=-1)


def _felt(pages: Sequence[Page]) -> Floats:
    """Return (course,) what people suffer."""
    found = np.zeros((len(pages), pages[0].futures.size))
    for page, felt in zip(pages, found, strict=True):
        state = page.state
        choice.hardship(state["people"], state["people_start"], state["intake"], page.p["intake.requirement"], felt)
    return found.reshape(-1)


def _split(c: Compiled, pages: list[Page], column: Columns, after: Sequence[State]) -> Columns:
    """Return (policy, future) the course of each, new ones where policies that shared one no longer write the same.

    pages : new courses are copied from those that they leave; pages are added where there is no room
    """
    width, found = pages[0].futures.size, column.copy()
    free = int(column.max()) + 1
    leaves: list[Columns] = []
    enters: list[Columns] = []
    for k in range(1, len(column)):
        alone, parted = np.ones(width, np.bool_), np.zeros(width, np.bool_)
        for j in range(k):
            shared = alone & (column[j] == column[k])
            if shared.any():
                parted |= shared
                alike = shared & _alike(after[j], after[k])
                found[k, alike] = found[j, alike]
                alone &= ~alike
        new = np.flatnonzero(alone & parted)
        if new.size:
            found[k, new] = free + np.arange(new.size)
            free += new.size
            leaves.append(column[k, new])
            enters.append(found[k, new])
    if leaves:
        _copy(c, pages, np.concatenate(leaves), np.concatenate(enters))
    return found


def _alike(one: State, other: State) -> npt.NDArray[np.bool_]:
    """Return (future,) where two policies write the same into the world."""
    found = np.ones(one["exit_granted"].shape[-1], np.bool_)
    for name in WORLD:
        found &= (one[name] == other[name]).reshape(-1, found.size).all(axis=0)
    return found


def _copy(c: Compiled, pages: list[Page], source: Columns, target: Columns) -> None:
    """Copy courses to others, whole; pages are added for those that lie beyond the last."""
    width = pages[0].futures.size
    while target.max() >= width * len(pages):
        last = pages[0]
        state = snapshot(last.state)
        p = {name: array.copy(order="K") for name, array in last.p.items()}
        drawn = {name: array.copy(order="K") for name, array in last.drawn.items()}
        pages.append(Page(state, p, drawn, hands(c, state, p), last.futures.copy()))
    for m in np.unique(source // width):
        for n in np.unique(target // width):
            which = (source // width == m) & (target // width == n)
            here, there = source[which] % width, target[which] % width
            left, entered = pages[m], pages[n]
            for old, new in ((left.state, entered.state), (left.p, entered.p), (left.drawn, entered.drawn)):
                for name, array in old.items():
                    new[name][..., there] = array[..., here]
            entered.futures[there] = left.futures[here]


def _write(pages: Sequence[Page], column: Columns, written: State) -> None:
    """Write what one policy's choices do to the world into the courses (future,) that it takes."""
    width = pages[0].futures.size
    for n, page in enumerate(pages):
        which = np.flatnonzero(column // width == n)
        for name in WORLD:
            page.state[name][..., column[which] % width] = written[name][..., which]


def _record(pages: Sequence[Page], own: Sequence[State], column: Columns, out: Sequence[Arrays], i: int) -> None:
    """Copy the recorded variables of day i: each policy's own, and those of the courses that it takes."""
    for name in out[0]:
        if name in own[0]:
            for mine, arrays in zip(own, out, strict=True):
                arrays[name][i] = mine[name]
            continue
        whole = _whole(pages, name)
        for at, arrays in zip(column, out, strict=True):
            arrays[name][i] = whole.take(at, axis=-1, mode="clip")
