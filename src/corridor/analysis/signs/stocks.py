"""Signs of stocks in words: empty, present, a share of the start; the day on which a level is passed is uncertain.

T = first day on which the level is below the sign's; D = date of the sign; sigma = its `days`.
share: -((T - D) / sigma)^2 / 2. empty, it had fallen by then: ln Phi((D - T) / sigma). present, it had not:
ln Phi((T - D) / sigma).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from corridor.analysis.signs.past import Past
from corridor.scenario.model import Sign

Floats = NDArray[np.float64]


def crossing(level: Floats, threshold: float) -> Floats:
    """Return the first day on which each row is below the threshold (at it, for zero); infinity where it never is."""
    below = level < threshold if threshold > 0 else level <= threshold
    return np.where(below.any(axis=1), below.argmax(axis=1).astype(np.float64), np.inf)


def days_off(sign: Sign, past: Past) -> Floats:
    """Return the day on which each future passes the sign's level, in days after the sign's date: (future,)."""
    stock = past.total("stock", sign.place, sign.commodity)
    use = np.maximum(past.total("people", sign.place) * past.need(sign.commodity), 1e-9)
    level = stock / (stock[:, :1] if sign.kind == "share" else use)
    return np.asarray(crossing(level, sign.value) - _from_start(sign, past))


def _from_start(sign: Sign, past: Past) -> float:
    return float((np.datetime64(sign.date) - past.days[0]).astype(int))


def log_fit(when: Floats, sign: Sign, end: float) -> Floats:
    """Return the log-likelihood given the day it would have shown, in days after the sign's date.

    A future in which it never came by `as_of` is taken to cross on the day after, `end` days after the sign: later days
    cannot be told apart.
    """
    z = np.minimum(when, max(end, 0.0)) / sign.days
    if sign.kind == "share":
        return np.asarray(-(z**2) / 2.0)
    return np.asarray(log_ndtr(-z if sign.kind == "empty" else z))


def fit(sign: Sign, past: Past) -> Floats:
    """Return the log-likelihood of a sign in each future."""
    return log_fit(days_off(sign, past), sign, past.days.size - _from_start(sign, past))
