"""Signs of surveys: a share of children or adults beyond a threshold, measured in a sample.

On the logit scale: sigma^2 = D / (n p (1 - p)) for a sample of n with design effect D, or from the ends of the 90 %
range; the log-likelihood is -((logit x - logit p) / sigma)^2 / 2.

Source
------
Design effect of cluster surveys of malnutrition: 1.5, the SMART planning figure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from corridor.analysis.signs.amounts import NINETY
from corridor.analysis.signs.past import Past
from corridor.scenario.model import Sign
from corridor.tables.signs import SIGNS_SEEN

Floats = NDArray[np.float64]

DESIGN_EFFECT = 1.5
LEAST = 1e-3
"""Shares nearer to 0 and 1 than this are not told apart."""


def simulated(sign: Sign, past: Past) -> Floats:
    """Return the share in each future on the day: (future,)."""
    name, of = SIGNS_SEEN[sign.kind].reads
    return np.asarray(past.mean(name, sign.place, of)[:, past.on(sign.date)])


def fit(sign: Sign, past: Past) -> Floats:
    """Return the log-likelihood of a sign in each future; none where nobody is there to be measured."""
    x, p = np.clip(simulated(sign, past), LEAST, 1 - LEAST), float(np.clip(sign.value, LEAST, 1 - LEAST))
    if sign.low is not None and sign.high is not None:
        low, high = (float(logit(np.clip(end, LEAST, 1 - LEAST))) for end in (sign.low, sign.high))
        sigma = max((high - low) / NINETY, 1e-3)
    else:
        assert sign.n is not None, "a survey has a range or a sample"
        sigma = float(np.sqrt(DESIGN_EFFECT / (sign.n * p * (1 - p))))
    return np.where(np.isfinite(x), -(((logit(x) - logit(p)) / sigma) ** 2) / 2.0, 0.0)
