"""What the rules for adults share: tissues, the state of a cell, and its start in balance with need.

A cell stands for one sex and one intake quantile of a place. Glycogen and water are folded into lean tissue.
"""

from __future__ import annotations

from math import log

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, State
from corridor.rules.bodies.normal import each
from corridor.tables.parameter import Parameter

HALL = "Hall et al. 2011, Lancet 378 (PMC3880593), web appendix"

FAT_ENERGY, LEAN_ENERGY = 9440.7, 1816.4  # kcal/kg, Hall 2011
FAT_UPKEEP, LEAN_UPKEEP = 3.107, 21.989  # kcal/kg/day, Hall 2011
FAT_COST, LEAN_COST = 179.25, 229.45  # kcal/kg turned over, Hall 2011
FORBES = 10.4  # kg; lean tissue lost per fat tissue lost is FORBES / fat, Forbes 1987 in Hall 2011
FOOD_EFFECT = 0.10  # thermic effect of food, share of the change of intake, Hall 2011
NOBODY = 1e-12  # of the people of a cell: it keeps the arithmetic finite
LEAN_FLOOR = 0.3  # share of starting lean tissue; nobody lives there, it keeps the arithmetic finite

FAT_BY_BMI = ((37.31, -103.94), (39.96, -102.01))  # % of weight per log of the index, and at index 1; Hall 2011

NEED, REST, MOVE, FAT, LEAN, PER_HEIGHT2, FLOOR, MIXING, THRIFT, COLD = range(10)
FRAME = 10
"""Rows of `frame`, what does not change in the bodies of a sex, at the start: need kcal/day, constant spending kcal/day, spending on activity kcal/kg/day, fat
kg, lean kg, 1/height² m⁻²; then fat floor kg, rank mixing 1/day, spending at rest that follows weight kcal/kg/day; today's need over that at 20 °C, which every rule writes each day."""

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "adults.fat_floor", 0.6, "kg", 0.3, 1.0, HALL, "fat that the body does not give up",
        dist="uniform", minimum=0.1, maximum=2.0,
    ),
    Parameter(
        "adults.thrift", 0.5, "1", 0.0, 1.0,
        "assumed: Hall 2011 keeps it constant (0), from people who were fat; the men of the Minnesota experiment, who were not, "
        "had all but stopped losing weight by the 24th week",
        "share of the spending that is not of fat or lean tissue, nor of work, which falls in proportion to weight",
        dist="uniform", maximum=1.0,
    ),
    Parameter(
        "adults.rank_mixing", 1 / 60, "1/day", 1 / 180, 1 / 30,
        "assumed: households change places in the queue for food within months; 0 is the harsh limit",
        "share of each intake quantile that is exchanged with the others in a day",
        maximum=1.0,
    ),
)  # fmt: skip


SHARED = (
    Array("adult_frame", ("sex", FRAME)),
    Array("fat", ("place", "sex", "quantile")),
    Array("lean", ("place", "sex", "quantile")),
    Array("bmi", ("place", "sex", "quantile")),
    Array("weight_change", ("place",)),
)
"""What every rule for adults owns. Fat and lean in kg, `bmi` in kg/m², `weight_change` the share of the starting
weight, mean of those who live; sex 0 men, 1 women."""


INPUTS = (
    "bodies.activity_level", "bodies.adult_age", "bodies.men", "bodies.women", "bodies.bmi_men", "bodies.bmi_women",
    "bodies.height_men", "bodies.height_women", "bodies.share_men",
)  # fmt: skip
"""What every rule for adults takes from `need`."""


def settle_adults(net: Network, s: State, p: Inputs) -> None:
    """Put the adults in balance with their need.

    Source
    ------
    Fat at the start, constants: Hall 2011 (E17); need: `need`.
    """
    level, floor, age = p["bodies.activity_level"], p["adults.fat_floor"], p["bodies.adult_age"]
    for sex, who in enumerate(("men", "women")):
        start_bmi, height, need = p[f"bodies.bmi_{who}"], p[f"bodies.height_{who}"], p[f"bodies.{who}"]
        weight = start_bmi * height * height
        per_log, at_one = FAT_BY_BMI[sex]
        fat = np.maximum(weight / 100.0 * (0.14 * age + (per_log * each(log, start_bmi) + at_one)), 2.0 * floor)
        move = ((1.0 - FOOD_EFFECT) * level - 1.0) * need / level / weight
        mixing, thrift = p["adults.rank_mixing"], p["adults.thrift"]
        s["adult_frame"][sex] = frame(need, move, fat, weight - fat, height, floor, mixing, thrift)
        s["fat"][:, sex] = fat
        s["lean"][:, sex] = weight - fat
        s["bmi"][:, sex] = start_bmi


def frame(
    need: Floats, move: Floats, fat: Floats, lean: Floats, height: Floats, floor: Floats, mixing: Floats,
    thrift: Floats | float = 0.0,
) -> Floats:  # fmt: skip
    """Return the rows of one sex, (FRAME, future), so that eating `need` keeps the body as it is.

    Parameters
    ----------
    need : (future,) kcal/day; move : (future,) kcal/kg/day; fat, lean, floor : (future,) kg; height : (future,) m
    mixing : (future,) share/day; thrift : (future,) share of the spending at rest that follows weight
    """
    rest = need - LEAN_UPKEEP * lean - FAT_UPKEEP * fat - move * (fat + lean)
    follows = thrift * rest / (fat + lean)
    rest = (1.0 - thrift) * rest
    per_height2, warm = 1.0 / (height * height), np.ones_like(need)
    return np.stack([need, rest, move, fat, lean, per_height2, floor, mixing, follows, warm])


@kernel
def weigh_adults(
    frame: Floats, fat: Floats, lean: Floats, living: Floats, share_men: Floats, bmi: Floats, weight_change: Floats
) -> None:
    """Write the body-mass index of every cell, and the change of weight of the adults of every place who live.

    Parameters
    ----------
    frame : (sex, FRAME, future)
    fat, lean : (place, sex, quantile, future) kg
    living : (place, sex, quantile, future) share of the adults of a cell who lived this morning
    share_men : (future,) men among adults at the start
    bmi : (place, sex, quantile, future) kg/m², written
    weight_change : (place, future) share of starting weight, mean of those who live, written
    """
    places, sexes, quantiles, futures = fat.shape
    per, total = np.empty(futures), np.empty(futures)
    for p in range(places):
        for f in range(futures):
            weight_change[p, f] = 0.0
            total[f] = 0.0
        for sex in range(sexes):
            for f in range(futures):
                per[f] = 1.0 / (frame[sex, FAT, f] + frame[sex, LEAN, f])
            for q in range(quantiles):
                for f in range(futures):
                    weight = fat[p, sex, q, f] + lean[p, sex, q, f]
                    alive = (share_men[f] if sex == 0 else 1.0 - share_men[f]) * living[p, sex, q, f]
                    bmi[p, sex, q, f] = weight * frame[sex, PER_HEIGHT2, f]
                    weight_change[p, f] += alive * (weight * per[f] - 1.0)
                    total[f] += alive
        for f in range(futures):
            weight_change[p, f] = weight_change[p, f] / total[f] if total[f] > 0.0 else 0.0
