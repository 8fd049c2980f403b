"""Signs of amounts: a ration issued, people counted, a change of weight. The source is off by a normal error.

x = what the future has on the day; ln x for rations and people, whose errors are shares. With the 90 % range low..high
of the source, sigma = (high - low) / 3.29 on that scale, and the log-likelihood is -((x - value) / sigma)^2 / 2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corridor.analysis.signs.past import Past
from corridor.scenario.model import Sign

Floats = NDArray[np.float64]

NINETY = 3.29
"""width of the central 90 % of a normal law, in standard deviations"""
LEAST = 1e-3
"""share of the value below which amounts are not told apart on a log scale"""


def simulated(sign: Sign, past: Past) -> Floats:
    """Return what each future has, in the unit of the sign: (future,)."""
    day = past.on(sign.date)
    if sign.kind == "weight_change":
        return np.asarray(past.mean("weight_change", sign.place)[:, day])
    people = past.total("people", sign.place)[:, day]
    if sign.kind == "people":
        return np.asarray(people)
    return np.asarray(1000.0 * past.total("used", sign.place, sign.commodity)[:, day] / np.maximum(people, 1.0))


def fit(sign: Sign, past: Past) -> Floats:
    """Return the log-likelihood of a sign in each future; none where the future has no such number."""
    x, value = simulated(sign, past), np.array([sign.value, *ends(sign)])
    if sign.kind != "weight_change":
        least = LEAST * max(sign.value, 1e-9)
        x, value = np.log(np.maximum(x, least)), np.log(np.maximum(value, least))
    sigma = max(float(value[2] - value[1]) / NINETY, 1e-6)
    return np.where(np.isfinite(x), -(((x - value[0]) / sigma) ** 2) / 2.0, 0.0)


def ends(sign: Sign) -> tuple[float, float]:
    """Return the 90 % range of a sign that has one."""
    if sign.low is None or sign.high is None:
        message = f"{sign.label} has no range"
        raise ValueError(message)
    return sign.low, sign.high
