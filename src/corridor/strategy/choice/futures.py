"""Uncertain choices: how sharply, how far-sighted and how often actors decide, drawn once per future."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

from corridor.strategy.choice.law import law_of_draws
from corridor.strategy.choice.process import offers_of
from corridor.strategy.model.actors_file import ActorsFile, Priors
from corridor.strategy.model.draws import PreferenceDraws, fixed_utility, uniforms
from corridor.strategy.model.model import Model

CHUNK = 32
CHOICE_INPUTS: tuple[str, ...] = ("lambda", "inertia", "irreversible_cost", "patience_gamma", "foresight_h")
"""Names of the uncertain numbers of `ChoiceDraws` besides the rates, in the order `choices_from_uniforms` reads."""


@dataclass(frozen=True)
class ChoiceDraws:
    """How actors choose, in many futures.

    Attributes
    ----------
    lam : (draw,) precision of choice, per unit of utility in [0, 1]
    inertia, cost : (draw,) utility of staying; cost of what cannot be taken back
    patience : (draw,) weight of what follows, 0..1
    rounds : (draw,) rounds of replies looked ahead
    rate : (draw, actor) expected decisions in a week
    """

    lam: NDArray[np.float64]
    inertia: NDArray[np.float64]
    cost: NDArray[np.float64]
    patience: NDArray[np.float64]
    rounds: NDArray[np.int32]
    rate: NDArray[np.float64]


def draw_choices(content: ActorsFile, model: Model, count: int, seed: int, first: int = 0) -> ChoiceDraws:
    """Return `count` draws, from draw number `first` on; equal seeds share them across policies."""
    numbers = np.array([uniforms(seed, "choice", name, count, first) for name in CHOICE_INPUTS]).T
    speeds = np.array([uniforms(seed, "rate", actor, count, first) for actor in model.actors])
    medians = {actor.id: actor.rate for actor in content.actors}
    rates = np.array([medians[actor] for actor in model.actors])
    return choices_from_uniforms(content.priors, rates, numbers, speeds.reshape(len(model.actors), count).T)


def choices_from_uniforms(
    priors: Priors, rates: NDArray[np.float64], numbers: NDArray[np.float64], speeds: NDArray[np.float64]
) -> ChoiceDraws:
    """Return how actors choose from numbers in [0, 1): the form in which a simulation hands its own draws over.

    Parameters
    ----------
    rates : (actor,) median decisions in a week
    numbers : (draw, input) in the order of `CHOICE_INPUTS`
    speeds : (draw, actor)
    """
    u = np.clip(numbers, 1e-12, 1 - 1e-12)
    half_normal = ndtri(0.5 + 0.5 * u)
    edges = np.cumsum(priors.foresight_share)
    rounds = np.array(priors.foresight, np.int32)[np.minimum(np.searchsorted(edges, u[:, 4], "right"), edges.size - 1)]
    return ChoiceDraws(
        priors.lambda_median * np.exp(priors.lambda_sd_log * ndtri(u[:, 0])),
        priors.inertia_sd * half_normal[:, 1],
        priors.irreversible_sd * half_normal[:, 2],
        np.asarray(betaincinv(priors.patience_a, priors.patience_b, u[:, 3]), np.float64),
        rounds,
        rates * np.exp(priors.rate_sd_log * ndtri(np.clip(speeds, 1e-12, 1 - 1e-12))),
    )


def outcome_chances(
    model: Model,
    preferences: PreferenceDraws,
    choices: ChoiceDraws,
    outcomes: Mapping[str, NDArray[np.bool_]],
    steps: int,
    weeks: float = 1.0,
    passage: bool = True,
    start: int | None = None,
    threads: int | None = None,
) -> NDArray[np.float64]:
    """Return (draw, outcome, step + 1) exact probability of each outcome in each draw, by the loosely coupled law.

    Parameters
    ----------
    outcomes : name -> (state,) where it holds
    steps, weeks : number of steps, and length of each
    passage : probability of having been there by then (True), or of being there (False)
    start : state number; the status quo if None
    threads : at most this many; the result does not depend on it
    """
    count = preferences.weights.shape[0]
    masks = np.array(list(outcomes.values()), np.bool_).reshape(len(outcomes), len(model.states))
    fixed = np.zeros(model.payoff.shape)
    for i in range(len(model.actors)):
        if model.of(i).size == 0:
            fixed[i] = fixed_utility(model, i)
    begin = model.status_quo if start is None else start
    if begin < 0:
        message = "the model has no status quo, or it is infeasible: give a state to start from"
        raise ValueError(message)
    offers = offers_of(model)
    chance = np.empty((count, len(outcomes), steps + 1))

    def work(at: int) -> None:
        part = slice(at, at + CHUNK)
        law_of_draws(
            model.space.graph,
            offers,
            model.truth,
            model.owner,
            fixed,
            np.ascontiguousarray(preferences.weights[part]),
            choices.lam[part],
            choices.inertia[part],
            choices.cost[part],
            choices.patience[part],
            choices.rounds[part],
            np.ascontiguousarray(choices.rate[part]),
            begin,
            steps,
            weeks,
            masks,
            passage,
            chance[part],
        )

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        list(pool.map(work, range(0, count, CHUNK)))
    return chance
