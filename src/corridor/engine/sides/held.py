"""Options that a policy holds for a time: who may move then, which packages are offered, where a promise puts a state.

States stay those of the conflict in which the option is free. While it is held, no move and no package changes it; a
side all of whose options are held is not asked. On the day on which it begins to be held, the state becomes the one
that differs in the option alone; where that cannot be, the nearest that can, by the number of options that differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corridor.engine.triggers import Key
from corridor.rules.base import Ints
from corridor.scenario.model import OPTIONS, Policy
from corridor.strategy import Model, Offers, Space
from corridor.strategy.model.graph import Graph, pack

Held = tuple[tuple[int, bool], ...]
"""Number of each option that is held, and at what."""


class Timed(NamedTuple):
    """One action that holds an option: its number, whether it ends, the number of the option, and the value."""

    action: int
    ends: bool
    option: int
    value: bool


class Under(NamedTuple):
    """What goes on while options are held: moves, packages, and (state,) where each state is put when it begins."""

    graph: Graph
    offers: Offers
    put: Ints


def timed_of(policy: Policy, space: Space) -> tuple[Timed, ...]:
    """Return what the actions of a policy hold, in the order in which they are written: the last word rules."""
    number = {option.id: j for j, option in enumerate(space.options)}
    return tuple(
        Timed(n, action.ends is not None, number[action.target.removeprefix(OPTIONS)], bool(action.value))
        for n, action in enumerate(policy.actions)
        if action.holds_option
    )


def held_today(
    timed: Sequence[Timed], rows: Mapping[Key, int], started: Ints, day: int
) -> list[tuple[Held, npt.NDArray[np.intp]]]:
    """Return what is held on the morning of a day, and in which futures.

    Parameters
    ----------
    rows : of `Triggers`
    started : (what waits, future) number of the day on which it happened
    day : its number
    """
    force = np.zeros((len(timed), started.shape[1]), np.bool_)
    for k, one in enumerate(timed):
        force[k] = started[rows["from", "policy", one.action]] > 0
        if one.ends:
            over = started[rows["until", "policy", one.action]]
            force[k] &= (over == 0) | (day <= over)
    patterns, which = np.unique(force, axis=1, return_inverse=True)
    found = []
    for n in range(patterns.shape[1]):
        held = {one.option: one.value for one, now in zip(timed, patterns[:, n], strict=True) if now}
        found.append((tuple(sorted(held.items())), np.flatnonzero(which.reshape(-1) == n)))
    return found


def under(held: Held, model: Model, graph: Graph, offers: Offers) -> Under:
    """Return what goes on while options are held; graph, offers : while none is."""
    face = model.space.face
    options = [option for option, _ in held]
    if not options:
        return Under(graph, offers, np.arange(face.shape[0]))
    actors, states = len(model.actors), face.shape[0]
    counts = np.diff(graph.first, axis=1)
    mover = np.repeat(np.repeat(np.arange(actors), states), counts.ravel()).astype(np.int32)
    origin = np.repeat(np.tile(np.arange(states), actors), counts.ravel()).astype(np.int32)
    kept = (face[origin][:, options] == face[graph.to][:, options]).all(axis=1)
    moves = pack(actors, states, mover[kept], origin[kept], graph.to[kept], graph.oneway[kept])
    target = offers.target.copy()
    for p, to in enumerate(target):
        changes = (face[np.maximum(to, 0)][:, options] != face[:, options]).any(axis=1)
        to[changes] = -1
        target[p] = to
    free = {option.owner for j, option in enumerate(model.space.options) if j not in options and _moves(model, j)}
    asked = np.array([actor in free for actor in model.actors], np.bool_)
    offered = Offers(target, np.where(target >= 0, offers.rate, 0.0), offers.members & asked)
    return Under(moves, offered, _put(face, held))


def _moves(model: Model, option: int) -> bool:
    """Return whether an option is ever both taken and not: one that a policy holds throughout is one or the other."""
    column = model.space.face[:, option]
    return bool(column.any() and not column.all())


def _put(face: npt.NDArray[np.bool_], held: Held) -> Ints:
    """Return (state,) the state that is nearest to each and in which what is held is as it is held."""
    fitting = np.flatnonzero(np.all([face[:, option] == value for option, value in held], axis=0))
    if not fitting.size:
        return np.full(face.shape[0], -1)
    put = np.arange(face.shape[0])
    for state in np.setdiff1d(put, fitting):
        wanted = face[state].copy()
        for option, value in held:
            wanted[option] = value
        put[state] = fitting[np.argmin((face[fitting] != wanted).sum(axis=1))]
    return put
