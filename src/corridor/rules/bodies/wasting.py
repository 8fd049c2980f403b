"""Acute malnutrition and thinness: shares of people beyond a threshold.

In words. Weight-for-height z-scores of children are normal around the place's mean; the share below -2 is global
acute malnutrition (GAM), below -3 severe (SAM). GAM by arm circumference is another measure and is shifted on the
logit scale. The body-mass index of adults is lognormal around the cells of a place.
"""

from __future__ import annotations

from math import erfc, exp, log, sqrt

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Floats, Inputs, Rule, State, Today
from corridor.tables.parameter import Parameter

MILD, GAM, SAM = range(3)
"""Columns of `below`: share of children under a z-score of -1, -2, -3."""
THIN = (18.5, 17.0, 16.0)
"""Body-mass index, kg/m²: the columns of `thin`. WHO grades of thinness."""

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "wasting.spread", 1.10, "z", 1.00, 1.20,
        "Gaza survey 1.12; SMART plausible range 0.8-1.2; LSHTM simulated cohorts 1.0-1.2",
        "standard deviation of weight-for-height z-scores between children",
        dist="uniform", minimum=0.5, maximum=2.0,
    ),
    Parameter(
        "wasting.muac_shift", -0.4, "1", -1.22, 0.42,
        "assumed: arm-circumference prevalence is usually lower; differs by country in both directions",
        "logit of acute malnutrition by arm circumference minus that by weight-for-height",
        dist="normal", minimum=-4.0, maximum=4.0,
    ),
)  # fmt: skip


REACH, PER_UNIT = 8.0, 100.0
NORMAL = np.array([0.5 * erfc((REACH - k / PER_UNIT) / sqrt(2.0)) for k in range(int(2 * REACH * PER_UNIT) + 2)])
"""The normal distribution function, tabulated: three times as fast as erfc and within 4e-6 of it."""


@kernel
def normal_below(z: float) -> float:
    """Return the standard normal probability of a value below `z`."""
    place = (min(REACH, max(-REACH, z)) + REACH) * PER_UNIT
    k = int(place)
    share: float = NORMAL[k] + (place - k) * (NORMAL[k + 1] - NORMAL[k])
    return share


@kernel
def shares_below(whz: float, spread: float, below: Floats) -> None:
    """Write the shares of children under -1, -2 and -3 (E30).

    Parameters
    ----------
    whz : mean z-score
    spread : standard deviation, z
    below : (3,) written
    """
    for k in range(3):
        below[k] = normal_below((-1.0 - k - whz) / spread)


@kernel
def initial(whz_start: Floats, spread: Floats, below_start: Floats) -> None:
    """Write the shares before the crisis.

    Parameters
    ----------
    whz_start : (future,) `children.whz_start`, z
    spread : (future,) z
    below_start : (future, 3) written
    """
    for f in range(whz_start.size):
        shares_below(whz_start[f], spread[f], below_start[f])


@kernel
def day(
    whz: Floats,
    bmi: Floats,
    spread: Floats,
    muac_shift: Floats,
    bmi_spread: Floats,
    below: Floats,
    gam_muac: Floats,
    thin: Floats,
) -> None:
    """Turn mean z-scores and body-mass indices into shares of people.

    Parameters
    ----------
    whz : (future, place) mean z-score of children
    bmi : (future, place, sex, quantile) kg/m²
    spread, muac_shift : (future,) the parameters of this file
    bmi_spread : (future,) `adults.bmi_spread`
    below : (future, place, 3) share of children under -1, -2 (GAM), -3 (SAM), written
    gam_muac : (future, place) share of children with arm circumference below 125 mm, written
    thin : (future, place, 3) share of adults with a body-mass index below 18.5, 17, 16, written

    Source
    ------
    E30, E31 (assumed shift), E32. Oedema is not simulated.
    """
    futures, places, sexes, quantiles = bmi.shape
    cells = sexes * quantiles
    limits = (log(THIN[0]), log(THIN[1]), log(THIN[2]))
    for f in range(futures):
        odds = exp(muac_shift[f])
        within = log(1.0 + bmi_spread[f] * bmi_spread[f])
        for p in range(places):
            shares_below(whz[f, p], spread[f], below[f, p])
            gam = below[f, p, GAM]
            gam_muac[f, p] = gam * odds / (1.0 - gam + gam * odds)
            mean, square = 0.0, 0.0
            for sex in range(sexes):
                for q in range(quantiles):
                    mean += bmi[f, p, sex, q]
                    square += bmi[f, p, sex, q] ** 2
            mean /= cells
            # One lognormal law for all cells of the place: the spread within cells plus that between them.
            between = log(max(1.0, square / cells / (mean * mean)))
            width = sqrt(within + between)
            for k in range(3):
                thin[f, p, k] = normal_below((limits[k] - log(mean) + 0.5 * between) / width)


def start(net: Network, s: State, p: Inputs) -> None:
    """Write the shares before the first day."""
    futures, places = s["people"].shape
    s["below_start"] = np.empty((futures, 3))
    s["below"] = np.empty((futures, places, 3))
    s["gam_muac"] = np.empty((futures, places))
    s["thin"] = np.empty((futures, places, 3))
    for name in ("gam", "sam", "thin_adults"):
        s[name] = np.empty((futures, places))
    initial(p["children.whz_start"], p["wasting.spread"], s["below_start"])
    _measure(s, p)


def _measure(s: State, p: Inputs) -> None:
    day(
        s["whz"], s["bmi"], p["wasting.spread"], p["wasting.muac_shift"], p["adults.bmi_spread"],
        s["below"], s["gam_muac"], s["thin"],
    )  # fmt: skip
    s["gam"][:], s["sam"][:] = s["below"][:, :, GAM], s["below"][:, :, SAM]
    s["thin_adults"][:] = s["thin"][:, :, 0]


def step(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Measure today's wasting."""
    _measure(s, p)


RULE = Rule(
    future_first=True, process="wasting", name="normal", step=step, start=start, parameters=PARAMETERS,
    reads=("whz", "bmi"), writes=("below", "gam", "sam", "gam_muac", "thin", "thin_adults"),
    summary="Shares of children and adults beyond the thresholds of wasting and thinness.",
)  # fmt: skip
