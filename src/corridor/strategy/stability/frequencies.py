"""How often each state is stable, over many draws of what actors want."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor.kernels.jit import kernel
from corridor.strategy.model.draws import PreferenceDraws
from corridor.strategy.model.graph import others
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
    classes = classes_of(model)
    seen = [(i, classes_of(model.as_seen(i))) for i in model.believers]
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
        rank = np.empty(model.payoff.shape, np.int32)
        threat = np.empty(stable.shape, np.int32)
        rank_seen, threat_seen = rank.copy(), threat.copy()
        for d in range(start, stop):
            rank_classes(classes, draws.weights[d], rank)
            threats(model.space.graph, prepared, rank, threat)
            for i, view in seen:  # its own ranks are the same; what deters it is what it believes of the others
                rank_classes(view, draws.weights[d], rank_seen)
                threats(model.space.graph, prepared, rank_seen, threat_seen)
                threat[:, i] = threat_seen[:, i]
            add_stable(rank, threat, masks, d, Tally(stable, equilibrium, inside, total))
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


class Classes(NamedTuple):
    """States that satisfy the same statements of an actor are one class to it.

    class_of : (actor, state)
    n_classes : (actor,)
    owner : (statement,) actor
    truth : (statement, class) whether it holds, for the classes of its owner
    fixed : (actor, class) rank of the class for actors without statements; -1 for others
    """

    class_of: NDArray[np.int32]
    n_classes: NDArray[np.int32]
    owner: NDArray[np.int32]
    truth: NDArray[np.bool_]
    fixed: NDArray[np.int32]


class Tally(NamedTuple):
    """Counts over draws, of `Frequencies`: stable, equilibrium, inside and total, not yet divided."""

    stable: NDArray[np.int64]
    equilibrium: NDArray[np.int64]
    inside: NDArray[np.int32]
    total: NDArray[np.int32]


def classes_of(model: Model) -> Classes:
    """Return what the draws need."""
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
    return Classes(class_of, n_classes, model.owner, class_truth[:, :widest].copy(), fixed[:, :widest].copy())


@kernel
def rank_classes(classes: Classes, weights: NDArray[np.int32], rank: NDArray[np.int32]) -> None:
    """Write (actor, state) dense ranks of one draw of (statement,) weights."""
    class_of, n_classes, owner = classes.class_of, classes.n_classes, classes.owner
    truth, fixed = classes.truth, classes.fixed
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
                        if truth[j, c]:
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
def add_stable(
    rank: NDArray[np.int32], threat: NDArray[np.int32], masks: NDArray[np.bool_], draw: int, tally: Tally
) -> None:
    """Add the stabilities of one draw to the counts; threat : (concept, actor, state), masks : (outcome, state)."""
    stable, equilibrium, inside, total = tally.stable, tally.equilibrium, tally.inside, tally.total
    concepts, actors, states = threat.shape
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
                total[draw, c] += 1
                for m in range(masks.shape[0]):
                    if masks[m, s]:
                        inside[draw, c, m] += 1
