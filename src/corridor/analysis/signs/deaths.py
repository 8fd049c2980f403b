"""Signs of deaths: deaths of hunger counted, and none reported where somebody watched.

x = expected deaths above the baseline in the `days` up to the date.
deaths: Poisson with an unknown share counted; with the 90 % range low..high of the count,
sigma = ln((high + 1) / (low + 1)) / 3.29, and the log-likelihood is -(ln((x + 1) / (value + 1)))^2 / 2 / (sigma^2 +
1 / (value + 1)).
deaths_unreported: a week with r deaths goes unreported with the chance 2^(-r / value); over the weeks, -ln 2 x / value.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corridor.analysis.signs.amounts import NINETY, ends
from corridor.analysis.signs.past import Past
from corridor.scenario.model import Sign

Floats = NDArray[np.float64]


def simulated(sign: Sign, past: Past) -> Floats:
    """Return the deaths of hunger in the window: (future,) persons."""
    above = past.total("deaths_expected", sign.place) - past.total("deaths_baseline", sign.place)
    return np.asarray(np.maximum(above[:, past.since(sign.date, sign.days)].sum(axis=1), 0.0))


def fit(sign: Sign, past: Past) -> Floats:
    """Return the log-likelihood of a sign in each future."""
    x = simulated(sign, past)
    if sign.kind == "deaths_unreported":
        return np.asarray(-np.log(2.0) * x / sign.value)
    low, high = ends(sign)
    sigma = np.log((high + 1.0) / (low + 1.0)) / NINETY
    spread = sigma**2 + 1.0 / (sign.value + 1.0)
    return np.asarray(-(np.log((x + 1.0) / (sign.value + 1.0)) ** 2) / 2.0 / spread)
