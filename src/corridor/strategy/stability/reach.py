"""How a conflict can develop from where it stands: steps, shortest paths, and joint moves on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corridor.kernels.jit import kernel
from corridor.strategy.model.graph import Graph
from corridor.strategy.model.model import Model
from corridor.strategy.stability.concepts import dense_ranks

Ints = NDArray[np.int32]
Way = Literal["any move", "improvements", "improvements and packages"]
WAYS: tuple[Way, ...] = ("any move", "improvements", "improvements and packages")


@dataclass(frozen=True)
class Step:
    """One move on a path: who (an actor, or a package), from where, to where (state numbers)."""

    mover: str
    origin: int
    target: int


@dataclass(frozen=True)
class Evolution:
    """What can be reached from one state.

    Attributes
    ----------
    start : state number
    steps : (state,) fewest moves, -1 where it cannot be reached
    paths : state -> one shortest path, for the states asked for that can be reached
    """

    start: int
    steps: NDArray[np.int32]
    paths: dict[int, tuple[Step, ...]]


def group_moves(graph: Graph, members: Sequence[int], start: int, ranks: Ints | None = None) -> NDArray[np.int64]:
    """Return the states that a group reaches by one or more moves in which nobody moves twice in a row.

    Parameters
    ----------
    members : actor numbers
    start : state number; it is in the answer only if the group can return to it
    ranks : (actor, state); where given, every move must be an improvement for its mover
    """
    joint = np.empty((0, 0), np.int32)
    steps, _, _ = _walk(graph, *_selection(graph, members, ranks), joint, start)
    steps[-1] = -1
    return np.flatnonzero((steps >= 1).any(axis=0))


def nearest_of(steps: Ints, states: Sequence[int]) -> list[int]:
    """Return states by their steps, what cannot be reached last."""
    some = np.asarray(states, np.int64)
    far = np.where(steps[some] < 0, np.iinfo(np.int32).max, steps[some])
    return [int(s) for s in some[np.argsort(far, kind="stable")]]


def evolution(
    model: Model, start: int, way: Way = "any move", wanted: Sequence[int] = (), most: int | None = None
) -> Evolution:
    """Return the fewest moves from `start` to every state, and one shortest path to each wanted state.

    Parameters
    ----------
    model : with preferences
    start : state number
    way : "any move"; "improvements": each move is better for its mover; "improvements and packages":
        also packages that are better for all their members
    wanted : state numbers
    most : the nearest so many of them alone, where given
    """
    graph, ranks = model.space.graph, dense_ranks(model.payoff)
    joint = np.full((len(model.packages) if way == WAYS[2] else 0, len(model.states)), -1, np.int32)
    if way == WAYS[2]:
        for p, package in enumerate(model.packages):
            target = model.package_target[p]
            gain = target >= 0
            for member in package.members:
                if member in model.actors:
                    i = model.actors.index(member)
                    gain &= ranks[i, np.maximum(target, 0)] > ranks[i]
            joint[p, gain] = target[gain]
    selection = _selection(graph, range(len(model.actors)), None if way == WAYS[0] else ranks)
    steps, from_state, from_last = _walk(graph, *selection, joint, start)
    movers = [*model.actors, *(package.id for package in model.packages)]
    shortest = np.where(steps < 0, np.iinfo(np.int32).max, steps)
    paths: dict[int, tuple[Step, ...]] = {}
    fewest = shortest.min(axis=0)
    if most is not None and len(wanted) > most:
        wanted = nearest_of(fewest, wanted)[:most]
    for target in wanted:
        last = int(shortest[:, target].argmin())
        if steps[last, target] < 0:
            continue
        path: list[Step] = []
        at = int(target)
        while steps[last, at] > 0:
            before = int(from_state[last, at])
            path.append(Step(movers[last], before, at))
            at, last = before, int(from_last[last, at])
        paths[int(target)] = tuple(reversed(path))
    return Evolution(start, np.where(fewest == np.iinfo(np.int32).max, -1, fewest).astype(np.int32), paths)


def _selection(graph: Graph, members: Sequence[int], ranks: Ints | None) -> tuple[NDArray[np.bool_], Ints, bool]:
    """Return who may move, the ranks and whether moves must be improvements, for `_walk`."""
    actors, states = graph.first.shape[0], graph.first.shape[1] - 1
    allowed = np.zeros(actors, np.bool_)
    allowed[list(members)] = True
    return allowed, np.zeros((actors, states), np.int32) if ranks is None else ranks, ranks is not None


@kernel
def _walk(
    graph: Graph, allowed: NDArray[np.bool_], ranks: Ints, improving: bool, joint: Ints, start: int
) -> tuple[Ints, Ints, Ints]:
    """Return fewest steps, previous state and previous mover of every (last mover, state), breadth first.

    Movers are actors, then packages, then "nobody yet"; nobody moves twice in a row.
    """
    actors, states = ranks.shape
    movers = actors + joint.shape[0]
    steps = np.full((movers + 1, states), np.int32(-1), np.int32)
    from_state = np.full((movers + 1, states), np.int32(-1), np.int32)
    from_last = np.full((movers + 1, states), np.int32(-1), np.int32)
    queue_state = np.empty((movers + 1) * states, np.int32)
    queue_last = np.empty((movers + 1) * states, np.int32)
    queue_state[0], queue_last[0] = start, movers
    steps[movers, start] = 0
    head, tail = 0, 1
    while head < tail:
        s, last = queue_state[head], queue_last[head]
        head += 1
        for j in range(movers):
            if j == last:
                continue
            package = j >= actors
            if not package and not allowed[j]:
                continue
            begin = np.int64(0) if package else graph.first[j, s]
            end = np.int64(1) if package else graph.first[j, s + 1]
            for e in range(begin, end):
                t = joint[j - actors, s] if package else graph.to[e]
                if t < 0 or steps[j, t] >= 0:
                    continue
                if not package and improving and ranks[j, t] <= ranks[j, s]:
                    continue
                steps[j, t] = steps[last, s] + 1
                from_state[j, t], from_last[j, t] = s, last
                queue_state[tail], queue_last[tail] = t, j
                tail += 1
    return steps, from_state, from_last
