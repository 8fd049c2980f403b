"""Adults' weight, the simple rule: one linear equation for weight.

In words. Weight falls by the deficit over an effective energy density, and returns to its start with a time constant
of about a year because a smaller body spends less. It serves within a fifth of the need either way; under famine it
overstates the loss (-39 % against -24 % observed in Minnesota), because it does not know that people move less.
Fat and lean tissue change in the proportion they have at the start.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Floats, Inputs, Rule, State, Today
from corridor.rules.bodies import body
from corridor.rules.bodies.body import (
    COLD,
    FAT,
    FAT_COST,
    FAT_ENERGY,
    FAT_UPKEEP,
    FLOOR,
    FORBES,
    LEAN,
    LEAN_COST,
    LEAN_ENERGY,
    LEAN_FLOOR,
    LEAN_UPKEEP,
    MIXING,
    MOVE,
    NEED,
    NOBODY,
)
from corridor.tables.parameter import Parameter

THERMIC = 0.24  # food effect and adaptive thermogenesis together, share of the change of intake, Hall 2011

PARAMETERS: tuple[Parameter, ...] = body.PARAMETERS
"""The body's own; the rule has none besides."""


@kernel
def constants(fat: float, move: float) -> tuple[float, float, float]:
    """Return kcal per kg of weight, days of the return, and kg of lean per kg of fat (E20).

    Parameters
    ----------
    fat : kg at the start; move : spending on activity, kcal/kg/day
    """
    ratio = FORBES / fat
    stored = FAT_COST + FAT_ENERGY + ratio * (LEAN_COST + LEAN_ENERGY)
    density = stored / ((1.0 - THERMIC) * (1.0 + ratio))
    lag = stored / (FAT_UPKEEP + move + ratio * (LEAN_UPKEEP + move))
    return density, lag, ratio


@kernel
def live_one_day_reduced(eaten: Floats, frame: Floats, living: Floats, fat: Floats, lean: Floats) -> None:
    """Let adults live one day on what they eat, by the linear rule.

    Parameters
    ----------
    eaten : (place, quantile, future) share of today's own need eaten, 0-1
    frame : (sex, FRAME, future) from `body.settle_adults`
    living : (place, sex, quantile, future) share of the adults of a cell who live; only they change quantile
    fat, lean : (place, sex, quantile, future) kg, updated in place

    Source
    ------
    Hall et al. 2011, equation 14 (E20).
    """
    places, sexes, quantiles, futures = fat.shape
    mean_fat, mean_lean, alive = np.empty(futures), np.empty(futures), np.empty(futures)
    for p in range(places):
        for sex in range(sexes):
            for f in range(futures):
                mean_fat[f] = 0.0
                mean_lean[f] = 0.0
                alive[f] = 0.0
            for q in range(quantiles):
                for f in range(futures):
                    here = living[p, sex, q, f] + NOBODY
                    alive[f] += here
                    mean_fat[f] += here * fat[p, sex, q, f]
                    mean_lean[f] += here * lean[p, sex, q, f]
            for f in range(futures):
                mean_fat[f] /= alive[f]
                mean_lean[f] /= alive[f]
            for q in range(quantiles):
                for f in range(futures):
                    density, lag, ratio = constants(frame[sex, FAT, f], frame[sex, MOVE, f])
                    start, mixing = frame[sex, FAT, f] + frame[sex, LEAN, f], frame[sex, MIXING, f]
                    F = (1.0 - mixing) * fat[p, sex, q, f] + mixing * mean_fat[f]
                    L = (1.0 - mixing) * lean[p, sex, q, f] + mixing * mean_lean[f]
                    gain = (eaten[p, q, f] - 1.0) * frame[sex, NEED, f] * frame[sex, COLD, f] / density - (
                        F + L - start
                    ) / lag
                    F += gain / (1.0 + ratio)
                    L += gain * ratio / (1.0 + ratio)
                    missing = max(0.0, frame[sex, FLOOR, f] - F)
                    fat[p, sex, q, f] = max(frame[sex, FLOOR, f], F)
                    lean[p, sex, q, f] = max(L - missing, LEAN_FLOOR * frame[sex, LEAN, f])


def play_adults_reduced(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of adults' weight by the linear rule."""
    s["adult_frame"][:, COLD] = s["cold"]
    live_one_day_reduced(s["eaten_adult"], s["adult_frame"], s["living"], s["fat"], s["lean"])
    body.weigh_adults(
        s["adult_frame"], s["fat"], s["lean"], s["living"], p["bodies.share_men"], s["bmi"], s["weight_change"]
    )


RULE = Rule(
    process="adults", name="reduced", step=play_adults_reduced, start=body.settle_adults, parameters=PARAMETERS,
    states=body.SHARED, reads=("eaten_adult", "cold"), yesterday=("living",), inputs=body.INPUTS,
    summary="One linear equation for weight; overstates the loss in famine.",
)  # fmt: skip
