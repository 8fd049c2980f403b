"""Who survives a lowest body-mass index, and who falls ill: the laws, and their table for a batch of futures.

Plain NumPy: the table is made once per batch, and read every day by the rule of deaths.
"""

from __future__ import annotations

from math import log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corridor.rules.bodies.normal import each, normal_below

Floats = npt.NDArray[np.float64]

SURVIVED, ILLNESS = range(2)
NODES = 129
"""`curve` tabulates, against the share of weight left, who has not starved and the excess hazard of illness."""
LEAST_WEIGHT = 0.3
MOST = 0.5
"""Hazard of illness that no cell passes, 1/day."""
PER_NODE = (NODES - 1) / (1.0 - LEAST_WEIGHT)

LOG_21, LOG_1925, LOG_1675, LOG_14 = log(21.0), log(19.25), log(16.75), log(14.0)
HR_1925, HR_1675 = 1.13, 1.51  # hazard ratios of BMI 18.5-20 and 15-18.5 against 20-25, at the middle of the band


class Law(NamedTuple):
    """How lethal indices and people lie around the mean of a cell, (future,) each, or numbers."""

    lethal: Floats
    """log of the median lethal index"""
    lethal_spread: Floats
    """standard deviation of the log of the lethal index"""
    spread: Floats
    """standard deviation of log BMI in the cell at the start"""
    lean_loss: Floats
    """growth of that spread per unit of loss of log BMI, down to the lethal index"""
    follows: Floats
    """correlation of the lethal index with the index at the start: who was always lean lives on at a lower one"""


def surviving(log_bmi: Floats, start: Floats, law: Law) -> Floats:
    """Return the share of a cell that survives a lowest mean body-mass index.

    Parameters
    ----------
    log_bmi, start : log of the cell's mean index, lowest so far and at the start

    Source
    ------
    E34 with the people of a cell around its mean: both laws are lognormal, so their difference is. The share falls
    with `log_bmi` wherever the start is above the lethal index and people differ more than `follows` of lethal indices.
    """
    wide = law.spread * (1.0 + law.lean_loss * (start - np.maximum(log_bmi, law.lethal)))
    apart = wide - law.follows * law.lethal_spread
    variance = law.lethal_spread * law.lethal_spread * (1.0 - law.follows * law.follows) + apart * apart
    return normal_below((log_bmi - law.lethal) / np.sqrt(variance))


def illness_ratio(log_bmi: Floats, very_thin: Floats) -> Floats:
    """Return the hazard ratio of death by illness against a body-mass index of 21 and more (E35, joined by lines)."""
    return np.select(
        [log_bmi >= LOG_21, log_bmi >= LOG_1925, log_bmi >= LOG_1675, log_bmi >= LOG_14],
        [
            np.ones_like(log_bmi),
            1.0 + (HR_1925 - 1.0) * (LOG_21 - log_bmi) / (LOG_21 - LOG_1925),
            HR_1925 + (HR_1675 - HR_1925) * (LOG_1925 - log_bmi) / (LOG_1925 - LOG_1675),
            HR_1675 + (very_thin - HR_1675) * (LOG_1675 - log_bmi) / (LOG_1675 - LOG_14),
        ],
        very_thin,
    )


def tabulate(start: Floats, law: Law, very_thin: Floats, hazard: Floats) -> Floats:
    """Return who survives and who falls ill against the share of weight left, from 1 down to LEAST_WEIGHT.

    Parameters
    ----------
    start, law : (future,) as in `surviving`
    very_thin : (future,) hazard ratio at a body-mass index of 14 and less
    hazard : (future,) 1/day, what the excess of the hazard ratio multiplies

    Returns
    -------
    (NODES, 2, future); SURVIVED over that at the start, falling; ILLNESS 1/day, rising
    """
    now = start + each(log, 1.0 - np.arange(NODES) / PER_NODE)[:, None]
    curve = np.empty((NODES, 2, start.size))
    at_start = surviving(start, start, law)
    curve[:, SURVIVED] = surviving(now, start, law) / at_start
    excess = illness_ratio(now, very_thin) / illness_ratio(start, very_thin) - 1.0
    curve[:, ILLNESS] = np.minimum(MOST, hazard * excess)
    return curve
