"""What a law is asked, and which ways between states each sequence of jumps has to follow for it.

Ways that carry nothing are left out: adding nothing to a sum leaves its last digit as it is.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor.strategy.choice.process import Offers
from corridor.strategy.model.graph import Graph

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]
Words = NDArray[np.uint32]


class Question(NamedTuple):
    """What a law is asked.

    start : state number
    outcomes : (outcome, state) where it holds
    passage : (outcome,) whether the probability of having been there by then is meant, instead of being there
    """

    start: int
    outcomes: Bools
    passage: Bools


class Runs(NamedTuple):
    """Sequences of jumps that are followed side by side, and what is read of each.

    Ways that never carry anything are left out: no mass goes on from where it is held, or from where it never comes.

    held : (run, state) where what comes in stays
    first : (run, state + 1) offsets into `way`; way : (place,) numbers of the ways that carry mass
    run : (outcome,) the run that tells it
    seen : (outcome + 1,) offsets into `state`; state : (place,) where it holds and mass may come
    """

    held: Bools
    first: Longs
    way: Ints
    run: Longs
    seen: Longs
    state: Ints


class Ways(NamedTuple):
    """Moves and deals of a model, ordered by the state they lead to.

    first : (state + 1,) where those that lead to a state begin; source : (way,) the state they lead from
    number : (way,) of the move, or of moves + package * states + state for a deal
    mover : (way,) the actor, or actors + package; often : (way,) offers a week of a deal, 1 for a move
    """

    first: Longs
    source: Words
    number: Longs
    mover: Longs
    often: Floats


def ways_of(graph: Graph, offers: Offers) -> Ways:
    """Return all moves and deals by the state they lead to."""
    actors, states = graph.first.shape[0], graph.first.shape[1] - 1
    each = np.diff(graph.first, axis=1)
    source = [np.repeat(np.arange(states), each[i]) for i in range(actors)]
    number = [np.arange(graph.first[i, 0], graph.first[i, -1]) for i in range(actors)]
    mover = [np.full(one.size, i) for i, one in enumerate(number)]
    to = [graph.to[one] for one in number]
    often = [np.ones(one.size) for one in number]
    for p in range(offers.target.shape[0]):
        real = np.flatnonzero((offers.target[p] >= 0) & (offers.rate[p] > 0.0))
        source.append(real)
        number.append(graph.to.size + p * states + real)
        mover.append(np.full(real.size, actors + p))
        to.append(offers.target[p, real])
        often.append(offers.rate[p, real])
    goal = np.concatenate(to)
    order = np.argsort(goal, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(goal, minlength=states))]).astype(np.int64)
    return Ways(
        first,
        np.concatenate(source)[order].astype(np.uint32),
        np.concatenate(number)[order].astype(np.int64),
        np.concatenate(mover)[order].astype(np.int64),
        np.concatenate(often)[order],
    )


def runs_of(ways: Ways, question: Question) -> Runs:
    """Return the sequences of jumps that answer a question: one that holds nothing, one for each first passage.

    Where an outcome is for good, to have been there is to be there: it needs no sequence of its own.
    """
    asked = zip(question.passage, question.outcomes, strict=True)
    own = np.array([passage and leads_out(ways, outcome) for passage, outcome in asked], np.bool_)
    free = [] if own.all() else [np.zeros(question.outcomes.shape[1], np.bool_)]
    held = np.array([*free, *question.outcomes[own]], np.bool_).reshape(-1, question.outcomes.shape[1])
    begin = np.zeros(held.shape[1], np.bool_)
    begin[question.start] = True
    run = np.where(own, len(free) + np.cumsum(own) - 1, 0).astype(np.int64)
    return with_ways(ways, held, begin, run, question.outcomes)


def with_ways(ways: Ways, held: Bools, begin: Bools, run: Longs, outcomes: Bools) -> Runs:
    """Return runs that begin in some states (state,), with the ways that carry mass in each."""
    to = np.repeat(np.arange(begin.size, dtype=np.int32), np.diff(ways.first))
    first, way, reach = [], [np.empty(0, np.int32)], np.empty_like(held)
    for k, caught in enumerate(held):
        comes, size = begin.copy(), -1
        while int(comes.sum()) > size:
            size = int(comes.sum())
            carries = (comes & ~caught)[ways.source]
            comes[to[carries]] = True
        reach[k] = comes
        each = np.bincount(to[carries], minlength=begin.size)
        first.append(sum(one.size for one in way) + np.concatenate([[0], np.cumsum(each)]))
        way.append(np.flatnonzero(carries).astype(np.int32))
    states = [np.flatnonzero(one & reach[k]).astype(np.int32) for one, k in zip(outcomes, run, strict=True)]
    seen = np.concatenate([[0], np.cumsum([one.size for one in states])]).astype(np.int64)
    state = np.concatenate([np.empty(0, np.int32), *states])
    offsets = np.array(first, np.int64).reshape(held.shape[0], begin.size + 1)  # none where nothing is asked
    return Runs(held, offsets, np.concatenate(way), run, seen, state)


def leads_out(ways: Ways, inside: Bools) -> bool:
    """Return whether a move or a deal leads from these states (state,) to others: if none does, they are for good."""
    to = np.repeat(np.arange(inside.size), np.diff(ways.first))
    return bool((inside[ways.source] & ~inside[to]).any())
