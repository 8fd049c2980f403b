"""Acute malnutrition and thinness: shares of people beyond a threshold.

In words. Weight-for-height z-scores of children are normal around the place's mean; the share below -2 is global
acute malnutrition (GAM), below -3 severe (SAM). GAM by arm circumference is another measure and is shifted on the
logit scale. The body-mass index of adults is lognormal around the cells of a place.
"""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Rule, State, Today
from corridor.rules.bodies.normal import tabulated_below
from corridor.tables.parameter import Parameter

THIN = 18.5
"""Body-mass index below which an adult is thin, kg/m²; WHO grade 1."""

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


@kernel
def count_wasted_children(
    whz: Floats, spread: Floats, muac_shift: Floats, mild: Floats, gam: Floats, sam: Floats, gam_muac: Floats
) -> None:
    """Turn mean z-scores into shares of children.

    Parameters
    ----------
    whz : (place, future) mean z-score of children
    spread, muac_shift : (future,) the parameters of this file
    mild, gam, sam : (place, future) share of children under -1, -2, -3, written
    gam_muac : (place, future) share of children with arm circumference below 125 mm, written

    Source
    ------
    E30, E31 (assumed shift). Oedema is not simulated.
    """
    places, futures = whz.shape
    odds = np.empty(futures)
    for f in range(futures):
        odds[f] = exp(muac_shift[f])
    for p in range(places):
        for f in range(futures):
            mild[p, f] = tabulated_below((-1.0 - whz[p, f]) / spread[f])
            gam[p, f] = tabulated_below((-2.0 - whz[p, f]) / spread[f])
            sam[p, f] = tabulated_below((-3.0 - whz[p, f]) / spread[f])
            gam_muac[p, f] = gam[p, f] * odds[f] / (1.0 - gam[p, f] + gam[p, f] * odds[f])


@kernel
def count_thin_adults(bmi: Floats, bmi_spread: Floats, thin_adults: Floats) -> None:
    """Turn body-mass indices into the share of thin adults (E32).

    Parameters
    ----------
    bmi : (place, sex, quantile, future) kg/m²
    bmi_spread : (future,) `adults.bmi_spread`
    thin_adults : (place, future) share of adults with a body-mass index below THIN, written
    """
    places, sexes, quantiles, futures = bmi.shape
    cells = sexes * quantiles
    within, mean, square = np.empty(futures), np.empty(futures), np.empty(futures)
    for f in range(futures):
        within[f] = log(1.0 + bmi_spread[f] * bmi_spread[f])
    for p in range(places):
        for f in range(futures):
            mean[f] = 0.0
            square[f] = 0.0
        for sex in range(sexes):
            for q in range(quantiles):
                for f in range(futures):
                    mean[f] += bmi[p, sex, q, f]
                    square[f] += bmi[p, sex, q, f] * bmi[p, sex, q, f]
        for f in range(futures):
            mean[f] /= cells
            # One lognormal law for all cells of the place: the spread within cells plus that between them.
            between = log(max(1.0, square[f] / cells / (mean[f] * mean[f])))
            width = sqrt(within[f] + between)
            thin_adults[p, f] = tabulated_below((log(THIN) - log(mean[f]) + 0.5 * between) / width)


def measure(net: Network, s: State, p: Inputs) -> None:
    """Write the shares that belong to today's bodies."""
    count_wasted_children(
        s["whz"], p["wasting.spread"], p["wasting.muac_shift"], s["mild"], s["gam"], s["sam"], s["gam_muac"]
    )
    count_thin_adults(s["bmi"], p["adults.bmi_spread"], s["thin_adults"])


def play_wasting(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Measure today's wasting."""
    measure(net, s, p)


RULE = Rule(
    process="wasting", name="normal", step=play_wasting, start=measure, parameters=PARAMETERS,
    states=tuple(Array(name, ("place",)) for name in ("mild", "gam", "sam", "gam_muac", "thin_adults")),
    reads=("whz", "bmi"), inputs=("adults.bmi_spread",),
    summary="Shares of children and adults beyond the thresholds of wasting and thinness.",
)  # fmt: skip
