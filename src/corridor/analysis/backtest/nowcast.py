"""Learning from what is known so far: a cloud of futures moved from the prior to the posterior.

Everything happens in a latent space in which the prior is independent standard normal; the caller turns a latent
point into parameters. Annealed sequential Monte Carlo: the likelihood is switched on in steps that keep half the
cloud alive; after each step the cloud is resampled and shaken by random-walk moves that leave the current law
unchanged (Del Moral, Doucet and Jasra 2006, Journal of the Royal Statistical Society B 68:411).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LogLikelihood = Callable[[Floats], Floats]
"""(member, dimension) latent points -> (member,) log-likelihood."""

_ALIVE = 0.5
"""share of the cloud that a step keeps alive"""
_TARGET = 0.25
"""acceptance that the random walk's length is tuned to"""
_LONGEST = 200
"""steps after which the annealing is given up"""


@dataclass(frozen=True)
class Posterior:
    """What annealing leaves.

    Attributes
    ----------
    latent : (member, dimension), equally weighted
    log_likelihood : (member,)
    steps : how many annealing steps it took
    acceptance : of the last moves
    distinct : share of members that differ after the last resampling and moves
    """

    latent: Floats
    log_likelihood: Floats
    steps: int
    acceptance: float
    distinct: float


def systematic(weights: Floats, n: int, offset: float) -> NDArray[np.int64]:
    """Return n indices drawn by systematic resampling: one offset in [0, 1), evenly spaced from there."""
    edges = np.cumsum(weights) / np.sum(weights)
    return np.minimum(np.searchsorted(edges, (offset + np.arange(n)) / n, side="right"), len(weights) - 1)


def next_step(log_likelihood: Floats, left: float) -> float:
    """Return the increase of the exponent, at most `left`, at which half the cloud's effective size survives."""
    centred = log_likelihood - log_likelihood.max()

    def alive(step: float) -> float:
        w = np.exp(step * centred)
        return float(w.sum() ** 2 / (w**2).sum() / w.size)

    if alive(left) >= _ALIVE:
        return left
    low, high = 0.0, left
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if alive(middle) >= _ALIVE else (low, middle)
    return max(low, 1e-9)


def anneal(
    log_likelihood: LogLikelihood, dimensions: int, *, members: int = 4000, moves: int = 6, seed: int = 1
) -> Posterior:
    """Return equally weighted members of the posterior.

    Parameters
    ----------
    log_likelihood : may return -inf where a point is impossible, but not everywhere
    dimensions : of the latent space; the prior is N(0, 1) in each
    members, moves : size of the cloud; random-walk moves after each step (twice as many after the last)
    seed : same seed, same posterior
    """
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((members, dimensions))
    value = np.nan_to_num(log_likelihood(z), nan=-1e12, neginf=-1e12)
    length = 2.38 / np.sqrt(dimensions)
    exponent, steps, accepted = 0.0, 0, 0.0
    while exponent < 1.0:
        steps += 1
        if steps > _LONGEST:
            message = "the likelihood cannot be reached from the prior"
            raise RuntimeError(message)
        step = next_step(value, 1.0 - exponent)
        keep = systematic(np.exp(step * (value - value.max())), members, rng.random())
        exponent = 1.0 if step >= 1.0 - exponent else exponent + step
        z, value = z[keep], value[keep]
        spread = np.linalg.cholesky(np.cov(z.T).reshape(dimensions, dimensions) + 1e-9 * np.eye(dimensions))
        accepted = 0.0
        rounds = moves if exponent < 1.0 else 2 * moves
        for _ in range(rounds):
            tried = z + length * rng.standard_normal(z.shape) @ spread.T
            found = np.nan_to_num(log_likelihood(tried), nan=-1e12, neginf=-1e12)
            ratio = exponent * (found - value) - ((tried**2).sum(axis=1) - (z**2).sum(axis=1)) / 2
            better = np.log(rng.random(members)) < ratio
            z[better], value[better] = tried[better], found[better]
            accepted += float(better.mean()) / rounds
        length *= float(np.exp(accepted - _TARGET))
    distinct = np.unique(z, axis=0).shape[0] / members
    return Posterior(z, value, steps, accepted, distinct)
