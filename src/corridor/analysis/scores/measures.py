"""Scores of a forecast given as an ensemble, with or without weights.

Everywhere the first axis of `samples` counts the members (futures) and the other axes match `observed`.
Weights are one number per member, not negative, of any sum. Lower is better for MAE and CRPS; coverage
should be near its level; PIT should look uniform.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]

LEVELS: tuple[int, ...] = (50, 80, 95)
"""Central intervals, percent."""


def normal_weights(weights: ArrayLike | None, members: int) -> Floats:
    """Return weights of sum 1; equal ones where none are given.

    Raises ValueError where the number does not match, one is negative or not finite, or all are zero.
    """
    if weights is None:
        return np.full(members, 1.0 / members)
    out = np.asarray(weights, dtype=np.float64)
    if out.shape != (members,):
        message = f"{out.shape} weights for {members} members"
        raise ValueError(message)
    total = out.sum()
    if not np.isfinite(total) or (out < 0).any() or total <= 0:
        message = "weights must be finite, not negative, and not all zero"
        raise ValueError(message)
    return np.asarray(out / total)


def effective_size(weights: ArrayLike) -> float:
    """Return Kish's effective sample size, 1 / Σ w² for weights of sum 1."""
    w = normal_weights(weights, len(np.asarray(weights)))
    return float(1.0 / np.sum(w**2))


def quantile(samples: ArrayLike, q: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Return quantiles over the first axis, shape (len(q), ...).

    Hazen's rule: the i-th smallest member stands at its cumulative weight minus half its own weight, straight lines
    between, flat beyond the ends. With equal weights it equals numpy's method "hazen".
    """
    values = np.asarray(samples, dtype=np.float64)
    wanted = np.atleast_1d(np.asarray(q, dtype=np.float64))
    if weights is None:
        return np.asarray(np.quantile(values, wanted, axis=0, method="hazen"), dtype=np.float64)
    w = normal_weights(weights, values.shape[0])
    keep = w > 0
    values, w = values[keep], w[keep]
    flat = values.reshape(values.shape[0], -1)
    order = np.argsort(flat, axis=0, kind="stable")
    out = np.empty((wanted.size, flat.shape[1]))
    for column in range(flat.shape[1]):
        ranked = w[order[:, column]]
        out[:, column] = np.interp(wanted, np.cumsum(ranked) - ranked / 2, flat[order[:, column], column])
    return out.reshape((wanted.size, *values.shape[1:]))


def interval(samples: ArrayLike, level: float, weights: ArrayLike | None = None) -> tuple[Floats, Floats]:
    """Return the lower and upper end of the central interval of `level` percent."""
    tail = (1.0 - level / 100.0) / 2.0
    ends = quantile(samples, (tail, 1.0 - tail), weights)
    return ends[0], ends[1]


def crps(samples: ArrayLike, observed: ArrayLike, weights: ArrayLike | None = None, *, fair: bool = False) -> Floats:
    """Return the continuous ranked probability score per observation, in its unit.

    E|X − y| − ½ E|X − X'|, exact for the ensemble's step function. `fair` divides the second term by n(n − 1)
    (1 − Σ w² with weights) instead of n²: the expected score of the law that the members were drawn from.

    Source
    ------
    Gneiting and Raftery 2007, Journal of the American Statistical Association 102:359 (score);
    Ferro 2014, Quarterly Journal of the Royal Meteorological Society 140:1917 (fair version).
    """
    values = np.asarray(samples, dtype=np.float64)
    truth = np.asarray(observed, dtype=np.float64)
    w = normal_weights(weights, values.shape[0])
    flat = values.reshape(values.shape[0], -1)
    order = np.argsort(flat, axis=0, kind="stable")
    ranked, share = np.take_along_axis(flat, order, axis=0), w[order]
    below = np.cumsum(share, axis=0) - share
    # Σi Σj wi wj |xi − xj| = 2 Σi wi xi (weight below − weight above) over the sorted members.
    spread = 2.0 * np.sum(share * ranked * (2.0 * below + share - 1.0), axis=0)
    if fair:
        loss = 1.0 - float(np.sum(w**2))
        spread = spread / loss if loss > 0 else np.zeros_like(spread)
    error = np.sum(w[:, None] * np.abs(flat - truth.reshape(1, -1)), axis=0)
    return np.asarray(error - spread / 2.0, dtype=np.float64).reshape(truth.shape)


def crps_gaussian(mean: ArrayLike, sd: ArrayLike, observed: ArrayLike) -> Floats:
    """Return the closed form for a normal forecast (same source as `crps`)."""
    mu, sigma = np.asarray(mean, dtype=np.float64), np.asarray(sd, dtype=np.float64)
    z = (np.asarray(observed, dtype=np.float64) - mu) / sigma
    density = np.exp(-(z**2) / 2.0) / np.sqrt(2.0 * np.pi)
    return np.asarray(sigma * (z * (2.0 * ndtr(z) - 1.0) + 2.0 * density - 1.0 / np.sqrt(np.pi)), dtype=np.float64)


def absolute_error(samples: ArrayLike, observed: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Return |median − observed| per observation."""
    return np.asarray(np.abs(quantile(samples, 0.5, weights)[0] - np.asarray(observed, dtype=np.float64)))


def covered(
    samples: ArrayLike, observed: ArrayLike, level: float, weights: ArrayLike | None = None
) -> NDArray[np.bool_]:
    """Return per observation whether it lies in the central interval, ends included."""
    low, high = interval(samples, level, weights)
    truth = np.asarray(observed, dtype=np.float64)
    return np.asarray((low <= truth) & (truth <= high))


def pit(samples: ArrayLike, observed: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Return the probability integral transform per observation: weight below plus half the weight that ties."""
    values = np.asarray(samples, dtype=np.float64)
    truth = np.asarray(observed, dtype=np.float64)
    w = normal_weights(weights, values.shape[0])
    return np.asarray(np.tensordot(w, (values < truth) + 0.5 * (values == truth), axes=1), dtype=np.float64)


def summary(
    samples: ArrayLike, observed: ArrayLike, weights: ArrayLike | None = None, levels: Sequence[int] = LEVELS
) -> dict[str, float]:
    """Return every score, averaged over the observations.

    Keys: n, mae, bias (of the median), crps, crps_fair, coverage_50, coverage_80, coverage_95, pit_mean. A forecast of
    one member has no interval: its coverage is not a number, and its CRPS is its absolute error.
    """
    values = np.asarray(samples, dtype=np.float64)
    truth = np.asarray(observed, dtype=np.float64)
    out = {
        "n": float(truth.size),
        "mae": float(absolute_error(values, truth, weights).mean()),
        "bias": float((quantile(values, 0.5, weights)[0] - truth).mean()),
        "crps": float(crps(values, truth, weights).mean()),
        "crps_fair": float(crps(values, truth, weights, fair=True).mean()),
    }
    lone = values.shape[0] == 1
    for level in levels:
        out[f"coverage_{level}"] = float("nan") if lone else float(covered(values, truth, level, weights).mean())
    out["pit_mean"] = float(pit(values, truth, weights).mean())
    return out
