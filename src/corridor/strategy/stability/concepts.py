"""Individual stability, equilibria and margins of every state, for one set of preferences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corridor.strategy.model.graph import Graph, Others, others
from corridor.strategy.model.model import Model
from corridor.strategy.stability.propagate import CONCEPTS, NO_MOVE, threats


@dataclass(frozen=True)
class Stability:
    """What is stable, for whom, and by how much.

    Attributes
    ----------
    stable : (concept, actor, state) whether the actor would stay
    margin : (concept, actor, state) how far the best departure of the actor, after the others' worst
        answer, falls short of staying, in the units of the pay-offs; at least 0 exactly where
        `stable`; infinite where the actor cannot move
    equilibrium : (concept, state) whether everybody would stay
    """

    stable: NDArray[np.bool_]
    margin: NDArray[np.float64]
    equilibrium: NDArray[np.bool_]

    def states(self, concept: str) -> list[int]:
        """Return the equilibria of one concept, as state numbers."""
        return [int(s) for s in np.flatnonzero(self.equilibrium[CONCEPTS.index(concept)])]


def dense_ranks(payoff: ArrayLike) -> NDArray[np.int32]:
    """Return the rank of every state for every actor: 0 is the worst class, ties share a number."""
    values = np.asarray(payoff, np.float64)
    ranks = np.empty(values.shape, np.int32)
    for i in range(values.shape[0]):
        ranks[i] = np.unique(values[i], return_inverse=True)[1]
    return ranks


def stability_of(
    model: Model, prepared: Others | None = None, changed: Mapping[int, ArrayLike] | None = None
) -> Stability:
    """Return the five stabilities of a model, each actor staying or leaving by what it believes of the others.

    That is a hypergame of the first level: what lasts is what everybody would stay in, each in the conflict as it sees
    it. Where nobody believes anything else than what is so, it is `stability`.

    Parameters
    ----------
    prepared : `others` of the graph, where it is at hand
    changed : actor number -> (state,) pay-off in place of what it wants; beliefs of others stay as they are

    Source
    ------
    Wang, Hipel and Fraser 1988, Modeling misperceptions in games, Behavioral Science 33(3).
    """
    graph, rows = model.space.graph, changed or {}
    prepared = prepared or others(graph)
    found = stability(graph, _with(model.payoff, rows), prepared)
    for i in model.believers:
        name = model.actors[i]
        mine = {model.actors.index(s.actor) for s in model.statements if s.believer == name}
        known = {j: row for j, row in rows.items() if j not in mine}
        seen = stability(graph, _with(model.as_seen(i).payoff, known), prepared)
        found.stable[:, i], found.margin[:, i] = seen.stable[:, i], seen.margin[:, i]
    return Stability(found.stable, found.margin, np.asarray(found.stable.all(axis=1), np.bool_))


def _with(payoff: NDArray[np.float64], rows: Mapping[int, ArrayLike]) -> NDArray[np.float64]:
    out = payoff.copy()
    for i, row in rows.items():
        out[i] = row
    return out


def stability(graph: Graph, payoff: ArrayLike, prepared: Others | None = None) -> Stability:
    """Return the five stabilities of every state for every actor.

    Parameters
    ----------
    graph : the moves
    payoff : (actor, state) larger is better, equal is as good; any units
    prepared : `others(graph)`, where it is at hand
    """
    values = np.asarray(payoff, np.float64)
    ranks = dense_ranks(values)
    threat = np.empty((len(CONCEPTS), *ranks.shape), np.int32)
    threats(graph, prepared or others(graph), ranks, threat)
    stable = np.less_equal(threat, ranks[None])
    margin = np.full(threat.shape, np.inf)
    for i in range(ranks.shape[0]):
        classes = np.unique(values[i])
        moving = threat[:, i] != NO_MOVE
        margin[:, i][moving] = (values[i] - classes[threat[:, i]])[moving]
    return Stability(stable, margin, np.asarray(stable.all(axis=1), np.bool_))
