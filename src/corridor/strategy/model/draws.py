"""Uncertain preferences: orders and weights of statements, drawn once per future.

The place of a statement in its actor's order is blurred by normal noise, wider where the evidence is
weaker; the statements are sorted again; and weights are uniform on all the weights that fall from
place to place and sum to one. What follows is cardinal for the choice process and ordinal for
stability, from the same draw. The numbers of one statement depend on the seed and its id alone: the
first draws stay the same whatever else is declared, and whatever the number of draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from scipy.special import log1p, ndtri

from corridor.strategy.model.actors_file import Priors
from corridor.strategy.model.model import Model, falling

SCALE = 1_000_000
"""Weights are whole millionths, so that equal utilities are exactly equal in every order of summation."""


@dataclass(frozen=True)
class PreferenceDraws:
    """Preferences of many futures.

    Attributes
    ----------
    weights : (draw, statement) whole millionths; of ranked statements at least 0 and about `SCALE` together for each
        actor, of stakes what each adds (gains) or takes (costs)
    place : (draw, statement) place in the actor's order, 0 is the most important
    """

    weights: NDArray[np.int32]
    place: NDArray[np.int16]


def uniforms(seed: int, stream: str, name: str, count: int, first: int = 0) -> NDArray[np.float64]:
    """Return (count,) numbers in [0, 1) that belong to (seed, stream, name), from number `first` on."""
    key = int.from_bytes(blake2b(f"{seed}/{stream}/{name}".encode(), digest_size=16).digest(), "little")
    return np.random.Generator(np.random.Philox(key=key)).random(first + count)[first:]


def draw_preferences(model: Model, priors: Priors, count: int, seed: int, first: int = 0) -> PreferenceDraws:
    """Return `count` draws of every statement's place and weight, from draw number `first` on."""
    names = [statement.id for statement in model.statements]
    shape = (count, len(names))
    noise = np.array([uniforms(seed, "place", name, count, first) for name in names]).reshape(shape[::-1]).T
    spread = np.array([uniforms(seed, "weight", name, count, first) for name in names]).reshape(shape[::-1]).T
    return preferences_from_uniforms(model, priors, noise, spread)


def preferences_from_uniforms(
    model: Model, priors: Priors, noise: NDArray[np.float64], spread: NDArray[np.float64]
) -> PreferenceDraws:
    """Return preferences from numbers in [0, 1): the form in which a simulation hands its own draws over.

    Parameters
    ----------
    noise : (draw, statement) for the noise on the place
    spread : (draw, statement) for the weights; not used where statements carry weights of their own,
        which then stay with the place
    """
    weights = np.zeros(noise.shape, np.int32)
    place = np.zeros(noise.shape, np.int16)
    for everything, own in model.groups():
        for j in everything:
            weights[:, j] = _stakes(model.statements[j].stake, own.size, spread[:, j])
        if own.size == 0:
            continue
        strength = np.array([model.statements[j].strength for j in own])
        sd = priors.rank_floor + priors.rank_slope * (1.0 - strength)
        blurred = np.arange(own.size) + sd * ndtri(np.clip(noise[:, own], 1e-12, 1 - 1e-12))
        order = np.argsort(blurred, axis=1, kind="stable")
        places = np.empty_like(order)
        np.put_along_axis(places, order, np.broadcast_to(np.arange(own.size), order.shape), axis=1)
        declared = [model.statements[j].weight for j in own]
        if all(weight is not None for weight in declared):
            falling = np.broadcast_to(-np.sort(-np.array(declared, np.float64)), order.shape)
        else:
            falling = -np.sort(log1p(-spread[:, own]), axis=1)  # exponentials, largest first
        total = np.abs(falling).sum(axis=1, keepdims=True)
        share = np.divide(falling, total, out=np.zeros(falling.shape), where=total > 0)
        weights[:, own] = np.rint(np.take_along_axis(share, places, axis=1) * SCALE).astype(np.int32)
        place[:, own] = places
    return PreferenceDraws(weights, place)


def _stakes(stake: tuple[float, float, float] | None, ranked: int, u: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return (draw,) millionths that a stake beside some ranked statements weighs, triangular between its bounds; 0
    for a ranked statement."""
    if stake is None:
        return np.zeros(u.size, np.int32)
    low, middle, high = stake
    width = high - low
    peak = (middle - low) / width if width > 0 else 0.0
    rising = low + np.sqrt(u * width * (middle - low))
    sinking = high - np.sqrt((1.0 - u) * width * (high - middle))
    value = np.where(u < peak, rising, sinking) if width > 0 else np.full(u.size, middle)
    return np.rint(value / max(1, ranked) * SCALE).astype(np.int32)


def utilities(model: Model, draws: PreferenceDraws, boost: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Return (draw, actor, state) utilities, in [0, 1] where no weight is boosted and nobody has stakes.

    Parameters
    ----------
    boost : (draw, statement) factors on the weights, such as 1 + beta * H; the sum is not scaled back,
        so what is boosted also counts for more against the cost of moving
    """
    weights = draws.weights / SCALE if boost is None else draws.weights / SCALE * boost
    out = np.empty((weights.shape[0], len(model.actors), len(model.states)))
    for i in range(len(model.actors)):
        own = model.of(i)
        if own.size:
            out[:, i] = weights[:, own] @ model.truth[own].astype(np.float64)
        else:
            out[:, i] = fixed_utility(model, i)
    return out


def fixed_utility(model: Model, actor: int) -> NDArray[np.float64]:
    """Return (state,) utility in [0, 1] of an actor without statements: evenly spaced ranks."""
    _, rank = np.unique(model.payoff[actor], return_inverse=True)
    return np.asarray(rank / max(1, int(rank.max())), np.float64)


def central_preferences(model: Model) -> PreferenceDraws:
    """Return one draw without noise: the order as written, with the mean of the weights that fall along it."""
    weights, place = np.zeros((1, len(model.statements)), np.int32), np.zeros((1, len(model.statements)), np.int16)
    for everything, own in model.groups():
        declared = [model.statements[j].weight for j in own]
        if own.size and all(weight is not None for weight in declared):
            mean = np.array(declared, np.float64) / np.abs(np.array(declared, np.float64)).sum()
        else:
            mean = falling(own.size)
        for j in everything:
            stake = model.statements[j].stake
            if stake is not None:
                weights[0, j] = round(stake[1] / max(1, own.size) * SCALE)
        weights[0, own] = np.rint(mean * SCALE).astype(np.int32)
        place[0, own] = np.arange(own.size)
    return PreferenceDraws(weights, place)
