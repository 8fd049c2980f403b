"""Summaries of an outcome over futures: intervals, paired differences, regret."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from corridor.analysis.scores.measures import LEVELS, quantile

Floats = NDArray[np.float64]

TIE = 1e-6
"""Two values closer than this share of the greater one are a tie (results are stored in single precision)."""


TAILS = np.array([0.5, *(t for level in LEVELS for t in ((1 - level / 100) / 2, (1 + level / 100) / 2))])
"""the median and the ends of the central intervals"""


def ends(prefix: str) -> tuple[str, ...]:
    """Return the names of the ends of the central intervals."""
    return tuple(f"{prefix}{end}_{level}" for level in LEVELS for end in ("low", "high"))


def describe(x: Floats, weights: Floats | None = None, prefix: str = "") -> dict[str, float]:
    """Return mean, its error, median and intervals of the finite values, and the share that is finite (`defined`)."""
    known, w = _known(x, weights)
    share = float(w.sum() if weights is not None else known.size / max(x.size, 1))
    out = {} if prefix else {"defined": share}
    if not share > 0:
        return out
    found = quantile(known, TAILS, None if weights is None else w)
    out[f"{prefix}mean"] = middle = _mean(known, w)
    out[f"{prefix}error"] = _error(known, w, middle)
    out[f"{prefix}median"] = float(found[0])
    return out | {name: float(value) for name, value in zip(ends(prefix), found[1:], strict=True)}


def paired(x: Floats, ref: Floats, better: str, weights: Floats | None) -> dict[str, float]:
    """Return the difference to the reference, and how often it is an improvement."""
    difference = x - ref
    out = describe(difference, weights, "diff_")
    finite = np.isfinite(difference)
    if not finite.any():
        return out
    tied = np.abs(difference) <= TIE * np.maximum(np.maximum(np.abs(x), np.abs(ref)), 1e-9)
    tied_share = mean(np.where(finite, tied, np.nan), weights)
    out["p_tied"] = tied_share
    if better != "none":
        won = (difference > 0) if better == "higher" else (difference < 0)
        out["p_better"] = mean(np.where(finite, won & ~tied, np.nan), weights)
    return out


def regret(x: Floats, better: str) -> Floats | None:
    """Return the distance from the best policy, future by future; None where neither direction is better."""
    if better == "none":
        return None
    sign = 1.0 if better == "higher" else -1.0
    score = sign * x
    best = np.max(np.where(np.isfinite(score), score, -np.inf), axis=0)
    return np.asarray(np.where(np.isfinite(score), best - np.where(np.isfinite(score), score, 0.0), np.nan))


def mean(x: Floats, weights: Floats | None) -> float:
    """Return the mean of the finite values, not a number where there are none."""
    return _mean(*_known(x, weights))


def error(x: Floats, weights: Floats | None) -> float:
    """Return the Monte-Carlo standard error of `mean`: sqrt(sum w^2 (x - mean)^2) / sum w over the finite values."""
    known, w = _known(x, weights)
    return _error(known, w, _mean(known, w))


def _known(x: Floats, weights: Floats | None) -> tuple[Floats, Floats]:
    """Return the finite values and their weights."""
    w = np.ones(x.size) if weights is None else weights
    finite = np.isfinite(x)
    return (x, w) if finite.all() else (x[finite], w[finite])


def _mean(known: Floats, w: Floats) -> float:
    total = w.sum()
    return float((w * known).sum() / total) if total > 0 else math.nan


def _error(known: Floats, w: Floats, middle: float) -> float:
    total = w.sum()
    return float(np.sqrt(np.sum((w * (known - middle)) ** 2)) / total) if total > 0 else math.nan
