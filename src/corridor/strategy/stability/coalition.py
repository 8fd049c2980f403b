"""Stability against coalitions that act only where every member gains, for coalitions that are named."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corridor.strategy.model.model import Model
from corridor.strategy.stability.concepts import dense_ranks
from corridor.strategy.stability.propagate import CONCEPTS
from corridor.strategy.stability.reach import group_moves


def joint_improvements(model: Model, members: Sequence[str], state: int) -> list[int]:
    """Return the states that the members can reach together and that each of them prefers to `state`."""
    group, ranks = _numbers(model, members), dense_ranks(model.payoff)
    reached = group_moves(model.space.graph, group, state)
    return [int(t) for t in reached if all(ranks[i, t] > ranks[i, state] for i in group)]


def coalition_stability(model: Model, members: Sequence[str], states: Sequence[int] | None = None) -> NDArray[np.bool_]:
    """Return (concept, state) whether the coalition would stay.

    A joint improvement is deterred by an answer of the others after which some member is no better
    off than at the start; under SMR and SSEQ only if the coalition cannot then move on to a state
    that all its members prefer to the start.

    Parameters
    ----------
    members : names of actors; the others are the opponents
    states : the states asked about, all of them if None; cells of the others are False

    Source
    ------
    Kilgour, Hipel, Fang and Peng 2001, Coalition analysis in group decision support, Group Decision
    and Negotiation 10.
    """
    group, ranks, graph = _numbers(model, members), dense_ranks(model.payoff), model.space.graph
    outside = [i for i in range(len(model.actors)) if i not in group]
    stable = np.zeros((len(CONCEPTS), len(model.states)), np.bool_)
    own: dict[int, NDArray[np.int64]] = {}
    answers: dict[tuple[int, bool], NDArray[np.int64]] = {}

    def reach(t: int) -> NDArray[np.int64]:
        if t not in own:
            own[t] = group_moves(graph, group, t)
        return own[t]

    def reply(t: int, improving: bool) -> NDArray[np.int64]:
        if (t, improving) not in answers:
            answers[t, improving] = group_moves(graph, outside, t, ranks if improving else None)
        return answers[t, improving]

    for s in range(len(model.states)) if states is None else states:
        gain: NDArray[np.bool_] = np.logical_and.reduce(ranks[group] > ranks[group, s][:, None], axis=0)
        departures = [int(t) for t in reach(s) if gain[t]]
        stable[0, s] = not departures
        for c, concept in enumerate(CONCEPTS[1:], start=1):
            stable[c, s] = True
            for t in departures:
                punished = [int(q) for q in reply(t, concept in {"seq", "sseq"}) if not gain[q]]
                if concept in {"smr", "sseq"}:
                    punished = [q for q in punished if not gain[reach(q)].any()]
                if not punished:
                    stable[c, s] = False
                    break
    return stable


def package_gains(model: Model) -> NDArray[np.bool_]:
    """Return (package, state) whether the package can be made there and every member prefers where it leads."""
    ranks = dense_ranks(model.payoff)
    gains = np.zeros(model.package_target.shape, np.bool_)
    for p, package in enumerate(model.packages):
        target = model.package_target[p]
        gains[p] = target >= 0
        for i in _numbers(model, [name for name in package.members if name in model.actors]):
            gains[p] &= ranks[i, np.maximum(target, 0)] > ranks[i]
    return gains


def _numbers(model: Model, members: Sequence[str]) -> list[int]:
    return [model.actors.index(name) for name in members]
