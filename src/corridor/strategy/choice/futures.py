"""Uncertain choices: how sharply, how far-sighted and how often actors decide, drawn once per future."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, exp2, ndtri

from corridor.core.errors import InputError, Problem
from corridor.strategy.choice.ahead import look_ahead_seen
from corridor.strategy.choice.law import LANES, law_of_draws
from corridor.strategy.choice.process import ChoiceDraws, draws_in, offers_of
from corridor.strategy.choice.runs import Question, runs_of, ways_of
from corridor.strategy.choice.wants import views_of
from corridor.strategy.model.actors_file import ActorsFile, Priors
from corridor.strategy.model.draws import SCALE, PreferenceDraws, uniforms
from corridor.strategy.model.model import Model

LOG2_E = math.log2(math.e)
"""turns e to a power into 2 to a power: `np.exp` ends in other digits on some processors"""
CHUNKS, MOST_MOVES = 4, 250_000
"""Groups of draws that are valued together, fewer where a model has more moves: what they hold must fit in memory."""
MOST_OF_LAW = 4_000_000
"""Moves of the largest model whose chances are computed: 64 bytes a move, and a tenth of a second or more a draw."""
CHOICE_INPUTS: tuple[str, ...] = ("lambda", "inertia", "irreversible_cost", "patience_gamma", "foresight_h")
"""Names of the uncertain numbers of `ChoiceDraws` besides the rates, in the order `choices_from_uniforms` reads."""


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
        priors.lambda_median * exp2(priors.lambda_sd_log * LOG2_E * ndtri(u[:, 0])),
        priors.inertia_sd * half_normal[:, 1],
        priors.irreversible_sd * half_normal[:, 2],
        np.asarray(betaincinv(priors.patience_a, priors.patience_b, u[:, 3]), np.float64),
        rounds,
        np.ascontiguousarray((rates * exp2(priors.rate_sd_log * LOG2_E * ndtri(np.clip(speeds, 1e-12, 1 - 1e-12)))).T),
    )


def outcome_chances(
    model: Model,
    preferences: PreferenceDraws,
    choices: ChoiceDraws,
    outcomes: Mapping[str, NDArray[np.bool_]],
    steps: int,
    passage: bool = True,
    start: int | None = None,
    threads: int | None = None,
) -> NDArray[np.float64]:
    """Return (draw, outcome, step + 1) exact probability of each outcome in each draw, by the loosely coupled law.

    The law is that of the days of a run with feedback off: both play the same rates in continuous time.

    Parameters
    ----------
    outcomes : name -> (state,) where it holds
    steps : number of steps, each a week
    passage : probability of having been there by then (True), or of being there (False)
    start : state number; the status quo if None
    threads : at most this many; the result does not depend on it
    """
    masks = np.array(list(outcomes.values()), np.bool_).reshape(len(outcomes), len(model.states))
    asked = np.full(len(outcomes), passage)
    return _chances(model, preferences, choices, masks, asked, steps, start, threads)


def ever_and_now(
    model: Model,
    preferences: PreferenceDraws,
    choices: ChoiceDraws,
    outcomes: Mapping[str, NDArray[np.bool_]],
    steps: int,
    start: int | None = None,
    threads: int | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what `outcome_chances` does with and without first passage, in one go through the same jumps."""
    masks = np.array(list(outcomes.values()), np.bool_).reshape(len(outcomes), len(model.states))
    asked = np.repeat([True, False], len(outcomes))
    both = _chances(model, preferences, choices, np.concatenate([masks, masks]), asked, steps, start, threads)
    return both[:, : len(outcomes)], both[:, len(outcomes) :]


def _chances(
    model: Model, preferences: PreferenceDraws, choices: ChoiceDraws, masks: NDArray[np.bool_],
    passage: NDArray[np.bool_], steps: int, start: int | None, threads: int | None,
) -> NDArray[np.float64]:  # fmt: skip
    count = preferences.weights.shape[0]
    begin = model.status_quo if start is None else start
    if begin < 0:
        message = "the model has no status quo, or it is infeasible: give a state to start from"
        raise ValueError(message)
    graph = model.space.graph
    if graph.to.size > MOST_OF_LAW:
        message = f"{graph.to.size:,} moves are too many for chances, at most {MOST_OF_LAW:,} are followed"
        raise InputError([Problem("", 0, 0, "options", message, "rule out states, or hold options with a policy")])
    views = views_of(model)
    roads = ways_of(graph, offers_of(model))
    runs, times = runs_of(roads, Question(begin, masks, passage)), np.arange(steps + 1.0)
    chunk = LANES * max(1, min(CHUNKS, MOST_MOVES // max(1, graph.to.size)))
    chance = np.empty((count, masks.shape[0], steps + 1))

    def work(at: int) -> None:
        part = slice(at, min(count, at + chunk))
        weight = np.ascontiguousarray(preferences.weights[part].T) / SCALE
        ways = draws_in(choices, part)
        value = np.empty((*model.payoff.shape, weight.shape[1]))
        look_ahead_seen(graph, views, ways, weight, np.arange(weight.shape[1]), value)
        chance[part] = law_of_draws(model, roads, runs, begin, value, ways, times)

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        list(pool.map(work, range(0, count, chunk)))
    return chance
