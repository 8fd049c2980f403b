"""Adults' weight, the simple rule: one linear equation for weight.

In words. Weight falls by the deficit over an effective energy density, and returns to its start with a time constant
of about a year because a smaller body spends less. It serves within a fifth of the need either way; under famine it
overstates the loss (-39 % against -24 % observed in Minnesota), because it does not know that people move less.
Fat and lean tissue change in the proportion they have at the start.
"""

from __future__ import annotations

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Floats, Inputs, Rule, State, Today
from corridor.rules.bodies import body
from corridor.rules.bodies.body import (
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
    PER_HEIGHT2,
)
from corridor.tables.parameter import Parameter

THERMIC = 0.24  # food effect and adaptive thermogenesis together, share of the change of intake, Hall 2011

PARAMETERS: tuple[Parameter, ...] = body.PARAMETERS
"""The body's own; the rule has none besides."""


@kernel
def constants(row: Floats) -> tuple[float, float, float]:
    """Return kcal per kg of weight, days of the return, and kg of lean per kg of fat (E20).

    Parameters
    ----------
    row : (column,) one row of `frame`
    """
    ratio = FORBES / row[FAT]
    stored = FAT_COST + FAT_ENERGY + ratio * (LEAN_COST + LEAN_ENERGY)
    density = stored / ((1.0 - THERMIC) * (1.0 + ratio))
    lag = stored / (FAT_UPKEEP + row[MOVE] + ratio * (LEAN_UPKEEP + row[MOVE]))
    return density, lag, ratio


@kernel
def day(
    eaten: Floats,
    frame: Floats,
    fat: Floats,
    lean: Floats,
    bmi: Floats,
    weight_change: Floats,
) -> None:
    """Let adults live one day on what they eat, by the linear rule.

    Parameters
    ----------
    eaten : (future, place, quantile) share of own need eaten, 0-1
    frame : (future, sex, FRAME) from `body.initial`
    fat, lean : (future, place, sex, quantile) kg, updated in place
    bmi : (future, place, sex, quantile) kg/m², updated in place
    weight_change : (future, place) share of starting weight, mean of cells, updated in place

    Source
    ------
    Hall et al. 2011, equation 14 (E20).
    """
    futures, places, sexes, quantiles = fat.shape
    for f in range(futures):
        for p in range(places):
            change = 0.0
            for sex in range(sexes):
                row = frame[f, sex]
                density, lag, ratio = constants(row)
                start = row[FAT] + row[LEAN]
                mean_fat, mean_lean = fat[f, p, sex].mean(), lean[f, p, sex].mean()
                for q in range(quantiles):
                    F = (1.0 - row[MIXING]) * fat[f, p, sex, q] + row[MIXING] * mean_fat
                    L = (1.0 - row[MIXING]) * lean[f, p, sex, q] + row[MIXING] * mean_lean
                    gain = (eaten[f, p, q] - 1.0) * row[NEED] / density - (F + L - start) / lag
                    F += gain / (1.0 + ratio)
                    L += gain * ratio / (1.0 + ratio)
                    if row[FLOOR] > F:
                        L -= row[FLOOR] - F
                        F = row[FLOOR]
                    L = max(L, LEAN_FLOOR * row[LEAN])
                    fat[f, p, sex, q] = F
                    lean[f, p, sex, q] = L
                    bmi[f, p, sex, q] = (F + L) * row[PER_HEIGHT2]
                    change += (F + L) / start - 1.0
            weight_change[f, p] = change / (sexes * quantiles)


def start(net: Network, s: State, p: Inputs) -> None:
    """Adults are in balance with their need."""
    body.allocate(s, p)


def step(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of adults' weight by the linear rule."""
    day(s["eaten_adult"], s["adult_frame"], s["fat"], s["lean"], s["bmi"], s["weight_change"])


RULE = Rule(
    future_first=True, process="adults", name="reduced", step=step, start=start, parameters=PARAMETERS,
    reads=("eaten_adult",), writes=("fat", "lean", "bmi", "weight_change"),
    summary="One linear equation for weight; overstates the loss in famine.",
)  # fmt: skip
