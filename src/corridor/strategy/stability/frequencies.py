"""How often each state is stable, over many draws of what actors want."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corridor.kernels.jit import kernel
from corridor.strategy.model.draws import PreferenceDraws
from corridor.strategy.model.graph import Graph, Others, others
from corridor.strategy.model.model import Model
from corridor.strategy.stability.propagate import CONCEPTS, threats

CHUNK = 64
"""Draws handed to a thread at once."""


@dataclass(frozen=True)
class Frequencies:
    """Shares of draws, with Monte-Carlo error.

    Attributes
    ----------
    draws : number of draws
    stable : (concept, actor, state) share in which the actor would stay
    equilibrium, equilibrium_error : (concept, state) share in which everybody would stay, and its standard error
    outcomes : names of the outcomes asked about
    inside : (draw, concept, outcome) number of equilibria in which the outcome holds
    total : (draw, concept) number of equilibria
    """

    draws: int
    stable: NDArray[np.float64]
    equilibrium: NDArray[np.float64]
    equilibrium_error: NDArray[np.float64]
    outcomes: tuple[str, ...]
    inside: NDArray[np.int32]
    total: NDArray[np.int32]

    def possible(self, concept: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (outcome,) share of draws with at least one equilibrium in which it holds, and the standard error."""
        share = (self.inside[:, CONCEPTS.index(concept)] > 0).mean(axis=0)
        return share, standard_error(share, self.draws)


def standard_error(share: NDArray[np.float64], draws: int) -> NDArray[np.float64]:
    """Return the Monte-Carlo standard error of a share."""
    return np.sqrt(share * (1.0 - share) / max(1, draws))


def stability_frequencies(
    model: Model,
    draws: PreferenceDraws,
    outcomes: Mapping[str, NDArray[np.bool_]] | None = None,
    threads: int | None = None,
) -> Frequencies:
    """Return how often each state is stable.

    Parameters
    ----------
    model : of one policy
    draws : of preferences; actors without statements keep the order they have
    outcomes : name -> (state,) where it holds
    threads : at most this many; the result does not depend on it
    """
    table = classes_of(model)
    wanted = outcomes or {}
    masks = np.array(list(wanted.values()), np.bool_).reshape(len(wanted), len(model.states))
    prepared = others(model.space.graph)
    count = draws.weights.shape[0]
    inside = np.zeros((count, len(CONCEPTS), len(wanted)), np.int32)
    total = np.zeros((count, len(CONCEPTS)), np.int32)

    def work(start: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        stop = min(start + CHUNK, count)
        stable = np.zeros((len(CONCEPTS), *model.payoff.shape), np.int64)
        equilibrium = np.zeros((len(CONCEPTS), model.payoff.shape[1]), np.int64)
        weights = np.ascontiguousarray(draws.weights[start:stop])
        _count(
            model.space.graph,
            prepared,
            *table,
            weights,
            masks,
            stable,
            equilibrium,
            inside[start:stop],
            total[start:stop],
        )
        return stable, equilibrium

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        stable = np.zeros((len(CONCEPTS), *model.payoff.shape), np.int64)
        equilibrium = np.zeros((len(CONCEPTS), model.payoff.shape[1]), np.int64)
        for one, all_actors in pool.map(work, range(0, count, CHUNK)):
            stable += one
            equilibrium += all_actors
    share = equilibrium / max(1, count)
    error = standard_error(share, count)
    return Frequencies(count, stable / max(1, count), share, error, tuple(wanted), inside, total)


def classes_of(
    model: Model,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_], NDArray[np.int32]]:
    """Return what the draws need: states that satisfy the same statements of an actor are one class to it.

    Returns
    -------
    class_of : (actor, state)
    n_classes : (actor,)
    owner : (statement,) actor
    class_truth : (statement, class) whether it holds, for the classes of its owner
    fixed : (actor, class) rank of the class for actors without statements; -1 for others
    """
    actors, states = model.payoff.shape
    class_of = np.zeros((actors, states), np.int32)
    n_classes = np.zeros(actors, np.int32)
    class_truth = np.zeros((len(model.statements), states), np.bool_)
    fixed = np.full((actors, states), -1, np.int32)
    for i in range(actors):
        own = model.of(i)
        if own.size:
            kinds, where = np.unique(model.truth[own].T, axis=0, return_inverse=True)
            class_truth[own, : kinds.shape[0]] = kinds.T
        else:
            kinds, where = np.unique(model.payoff[i], return_inverse=True)
            fixed[i, : kinds.size] = np.arange(kinds.size)
        class_of[i], n_classes[i] = where.reshape(-1), kinds.shape[0]
    widest = int(n_classes.max(initial=1))
    return class_of, n_classes, model.owner, class_truth[:, :widest].copy(), fixed[:, :widest].copy()


@kernel
def draw_ranks(
    class_of: NDArray[np.int32],
    n_classes: NDArray[np.int32],
    owner: NDArray[np.int32],
    class_truth: NDArray[np.bool_],
    fixed: NDArray[np.int32],
    weights: NDArray[np.int32],
    rank: NDArray[np.int32],
) -> None:
    """Write (actor, state) dense ranks of one draw of (statement,) weights."""
    for i in range(class_of.shape[0]):
        n = n_classes[i]
        class_rank = np.empty(n, np.int32)
        if fixed[i, 0] >= 0:
            class_rank[:] = fixed[i, :n]
        else:
            value = np.zeros(n, np.int64)
            for j in range(owner.size):
                if owner[j] == i:
                    for c in range(n):
                        if class_truth[j, c]:
                            value[c] += weights[j]
            order = np.argsort(value)
            r = np.int32(0)
            for k in range(n):
                if k > 0 and value[order[k]] > value[order[k - 1]]:
                    r += np.int32(1)
                class_rank[order[k]] = r
        for s in range(class_of.shape[1]):
            rank[i, s] = class_rank[class_of[i, s]]


@kernel
def _count(
    graph: Graph,
    prepared: Others,
    class_of: NDArray[np.int32],
    n_classes: NDArray[np.int32],
    owner: NDArray[np.int32],
    class_truth: NDArray[np.bool_],
    fixed: NDArray[np.int32],
    weights: NDArray[np.int32],
    masks: NDArray[np.bool_],
    stable: NDArray[np.int64],
    equilibrium: NDArray[np.int64],
    inside: NDArray[np.int32],
    total: NDArray[np.int32],
) -> None:
    """Add the stabilities of each draw to the counts."""
    actors, states = class_of.shape
    concepts = stable.shape[0]
    rank = np.empty((actors, states), np.int32)
    threat = np.empty((concepts, actors, states), np.int32)
    for d in range(weights.shape[0]):
        draw_ranks(class_of, n_classes, owner, class_truth, fixed, weights[d], rank)
        threats(graph, prepared, rank, threat)
        for c in range(concepts):
            for s in range(states):
                everybody = True
                for i in range(actors):
                    if threat[c, i, s] <= rank[i, s]:
                        stable[c, i, s] += 1
                    else:
                        everybody = False
                if everybody:
                    equilibrium[c, s] += 1
                    total[d, c] += 1
                    for m in range(masks.shape[0]):
                        if masks[m, s]:
                            inside[d, c, m] += 1
