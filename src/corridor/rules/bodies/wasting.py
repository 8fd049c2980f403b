"""Wasting and thinness: shares of people beyond a threshold, had nobody died.

In words. Weight-for-height z-scores of children are normal around each cell of a place; a place is the mixture of its
cells. The body-mass index of adults is lognormal around the cells of a place. Who of the thin has died is known to
`child_deaths`, which hands on the shares among the living.
"""

from __future__ import annotations

from math import log, sqrt

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Rule, State, Today
from corridor.rules.bodies import normal
from corridor.rules.bodies.body import NOBODY
from corridor.tables.parameter import Parameter

THIN = 18.5
"""Body-mass index below which an adult is thin, kg/m²; WHO grade 1."""
LIMITS = np.array([-1.0, -2.0, -3.0, -4.5])
"""Thresholds of z-scores: mild, acute malnutrition, severe, and one below which hardly a child lives long."""
BANDS = LIMITS.size

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "wasting.spread", 1.10, "z", 1.00, 1.20,
        "Gaza survey 1.12; SMART plausible range 0.8-1.2; LSHTM simulated cohorts 1.0-1.2",
        "standard deviation of weight-for-height z-scores between children",
        dist="uniform", minimum=0.5, maximum=2.0,
    ),
)  # fmt: skip


@kernel
def count_wasted_children(child_z: Floats, spread: Floats, below: Floats) -> None:
    """Turn z-scores of cells into shares of children below each of LIMITS.

    Parameters
    ----------
    child_z : (place, cell, future) mean z-score of the children of a cell; cells are equally large
    spread : (future,) `wasting.spread`
    below : (place, BANDS, future) share of children below LIMITS[k], written

    Source
    ------
    E30 for each cell. Oedema is not simulated.
    """
    places, cells, futures = child_z.shape
    narrow = np.empty(futures)
    for f in range(futures):
        narrow[f] = 1.0 / spread[f]
    for p in range(places):
        for k in range(BANDS):
            for f in range(futures):
                below[p, k, f] = 0.0
            for c in range(cells):
                for f in range(futures):
                    below[p, k, f] += normal.below((LIMITS[k] - child_z[p, c, f]) * narrow[f]) * (1.0 / cells)


@kernel
def count_thin_adults(bmi: Floats, bmi_spread: Floats, living: Floats, share_men: Floats, thin_adults: Floats) -> None:
    """Turn body-mass indices into the share of thin adults among those who live (E32).

    Parameters
    ----------
    bmi : (place, sex, quantile, future) kg/m²
    bmi_spread : (future,) `bodies.bmi_spread`
    living : (place, sex, quantile, future) share of the adults of a cell who lived this morning
    share_men : (future,) men among adults at the start
    thin_adults : (place, future) share of adults with a body-mass index below THIN, written
    """
    places, sexes, quantiles, futures = bmi.shape
    within, mean = np.empty(futures), np.empty(futures)
    square, alive = np.empty(futures), np.empty(futures)
    for f in range(futures):
        within[f] = log(1.0 + bmi_spread[f] * bmi_spread[f])
    for p in range(places):
        for f in range(futures):
            mean[f] = 0.0
            square[f] = 0.0
            alive[f] = 0.0
        for sex in range(sexes):
            for q in range(quantiles):
                for f in range(futures):
                    here = (share_men[f] if sex == 0 else 1.0 - share_men[f]) * (living[p, sex, q, f] + NOBODY)
                    alive[f] += here
                    mean[f] += here * bmi[p, sex, q, f]
                    square[f] += here * bmi[p, sex, q, f] * bmi[p, sex, q, f]
        for f in range(futures):
            mean[f] /= alive[f]
            # One lognormal law for all cells of the place: the spread within cells plus that between them.
            between = log(max(1.0, square[f] / alive[f] / (mean[f] * mean[f])))
            width = sqrt(within[f] + between)
            thin_adults[p, f] = normal.below((log(THIN) - log(mean[f]) + 0.5 * between) / width)


def measure(net: Network, s: State, p: Inputs) -> None:
    """Write the shares that belong to today's bodies."""
    count_wasted_children(s["child_z"], p["wasting.spread"], s["below"])
    count_thin_adults(s["bmi"], p["bodies.bmi_spread"], s["living"], p["bodies.share_men"], s["thin_adults"])


def play_wasting(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Measure today's wasting."""
    measure(net, s, p)


RULE = Rule(
    process="wasting", name="normal", step=play_wasting, start=measure, parameters=PARAMETERS,
    states=(Array("below", ("place", BANDS)), Array("thin_adults", ("place",))),
    reads=("child_z", "bmi"), yesterday=("living",), inputs=("bodies.bmi_spread", "bodies.share_men"),
    summary="Shares of children and adults beyond the thresholds of wasting and thinness.",
)  # fmt: skip
