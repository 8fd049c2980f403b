"""What the rules for adults share: tissues, the state of a cell, and its start in balance with need.

A cell stands for one sex and one intake quantile of a place. Glycogen and water are folded into lean tissue.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.rules.base import Floats, Inputs, State
from corridor.tables.parameter import Parameter, fixed

HALL = "Hall et al. 2011, Lancet 378 (PMC3880593), web appendix"
NCD_RISC = "NCD Risk Factor Collaboration, world mean"

FAT_ENERGY, LEAN_ENERGY = 9440.7, 1816.4  # kcal/kg, Hall 2011
FAT_UPKEEP, LEAN_UPKEEP = 3.107, 21.989  # kcal/kg/day, Hall 2011
FAT_COST, LEAN_COST = 179.25, 229.45  # kcal/kg turned over, Hall 2011
FORBES = 10.4  # kg; lean tissue lost per fat tissue lost is FORBES / fat, Forbes 1987 in Hall 2011
FOOD_EFFECT = 0.10  # thermic effect of food, share of the change of intake, Hall 2011
LEAN_FLOOR = 0.3  # share of starting lean tissue; nobody lives there, it keeps the arithmetic finite

NEED, REST, MOVE, FAT, LEAN, PER_HEIGHT2, FLOOR, MIXING = range(8)
FRAME = 8
"""Columns of `frame`, at the start: need kcal/day, constant spending kcal/day, spending on activity kcal/kg/day, fat
kg, lean kg, 1/height² m⁻²; then fat floor kg, rank mixing 1/day."""

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "adults.activity_level", 1.55, "1", 1.40, 2.00,
        "FAO/WHO/UNU 2001 human energy requirements: light 1.40-1.69, moderate 1.70-1.99",
        "energy need over resting metabolic rate before the crisis",
        minimum=1.2, maximum=2.4,
    ),
    Parameter(
        "adults.fat_floor", 0.6, "kg", 0.3, 1.0, HALL, "fat that the body does not give up",
        dist="uniform", minimum=0.1, maximum=2.0,
    ),
    Parameter(
        "adults.rank_mixing", 1 / 60, "1/day", 1 / 180, 1 / 30,
        "assumed: households change places in the queue for food within months; 0 is the harsh limit",
        "share of each intake quantile that is exchanged with the others in a day",
        maximum=1.0,
    ),
    Parameter(
        "adults.bmi_men", 24.2, "kg/m2", 22.0, 26.5, NCD_RISC + " 2014 (Lancet 2016;387:1377)",
        "mean body-mass index of men of 20 and more at the start", minimum=18.0, maximum=35.0,
    ),
    Parameter(
        "adults.bmi_women", 24.4, "kg/m2", 22.0, 27.0, NCD_RISC + " 2014 (Lancet 2016;387:1377)",
        "mean body-mass index of women of 20 and more at the start", minimum=18.0, maximum=35.0,
    ),
    Parameter(
        "adults.bmi_spread", 0.114, "1", 0.09, 0.16,
        "assumed: 2.5 around 22 kg/m2, the spread under which the lethal index was worked out",
        "coefficient of variation of the body-mass index between people of one sex at the start",
        minimum=0.02, maximum=0.3,
    ),
    fixed("adults.height_men", 1.71, "m", NCD_RISC + " of men born 1996 (eLife 2016;5:e13410)", "height of men",
          minimum=1.4),
    fixed("adults.height_women", 1.59, "m", NCD_RISC + " of women born 1996 (eLife 2016;5:e13410)", "height of women",
          minimum=1.4),
    fixed("adults.age", 42.0, "year", "assumed: about the mean age of people of 20 and more", "age of the adults",
          minimum=20.0),
)  # fmt: skip


@kernel
def initial(
    activity_level: Floats,
    fat_floor: Floats,
    rank_mixing: Floats,
    bmi_men: Floats,
    bmi_women: Floats,
    height_men: Floats,
    height_women: Floats,
    age: Floats,
    frame: Floats,
    fat: Floats,
    lean: Floats,
    heat: Floats,
    idle: Floats,
    bmi: Floats,
    weight_change: Floats,
) -> None:
    """Fill the adults' state at the start, in balance with their need.

    Parameters
    ----------
    activity_level .. age : (future,) the parameters of this file
    frame : (future, sex, FRAME) what does not change, written; sex 0 men, 1 women
    fat, lean : (future, place, sex, quantile) kg, written
    heat : (future, place, quantile) adaptive thermogenesis, share of need, written
    idle : (future, place, quantile) lagged relative deficit that activity follows, 0-1, written
    bmi : (future, place, sex, quantile) kg/m², written
    weight_change : (future, place) share of starting weight, mean of cells, written

    Source
    ------
    Resting rate: Mifflin. Fat at the start, constants: Hall 2011 (E17).
    """
    futures, places, sexes, quantiles = fat.shape
    for f in range(futures):
        for sex in range(sexes):
            start_bmi, height = (bmi_men[f], height_men[f]) if sex == 0 else (bmi_women[f], height_women[f])
            weight = start_bmi * height * height
            resting = 9.99 * weight + 625.0 * height - 4.92 * age[f] + (5.0 if sex == 0 else -161.0)
            body_fat = (37.31 * np.log(start_bmi) - 103.94) if sex == 0 else (39.96 * np.log(start_bmi) - 102.01)
            start_fat = max(weight / 100.0 * (0.14 * age[f] + body_fat), 2.0 * fat_floor[f])
            need = activity_level[f] * resting
            move = ((1.0 - FOOD_EFFECT) * activity_level[f] - 1.0) * resting / weight
            floor, mixing = fat_floor[f], rank_mixing[f]
            settle(frame[f, sex], need, move, start_fat, weight - start_fat, height, floor, mixing)
            for p in range(places):
                for q in range(quantiles):
                    fat[f, p, sex, q] = start_fat
                    lean[f, p, sex, q] = weight - start_fat
                    bmi[f, p, sex, q] = start_bmi
        for p in range(places):
            weight_change[f, p] = 0.0
            for q in range(quantiles):
                heat[f, p, q] = 0.0
                idle[f, p, q] = 0.0


@kernel
def settle(
    row: Floats, need: float, move: float, fat: float, lean: float, height: float, floor: float, mixing: float
) -> None:
    """Write one row of `frame` so that eating `need` keeps the body as it is.

    Parameters
    ----------
    row : (FRAME,) written
    need : kcal/day; move : kcal/kg/day; fat, lean : kg; height : m
    floor : kg of fat; mixing : share/day
    """
    row[NEED] = need
    row[REST] = need - LEAN_UPKEEP * lean - FAT_UPKEEP * fat - move * (fat + lean)
    row[MOVE] = move
    row[FAT] = fat
    row[LEAN] = lean
    row[PER_HEIGHT2] = 1.0 / (height * height)
    row[FLOOR] = floor
    row[MIXING] = mixing


@kernel
def mix(cells: Floats, share: float) -> None:
    """Move `share` of every quantile to the mean of all, in place; the sum over quantiles stays.

    Parameters
    ----------
    cells : (quantile,) any state of the cells of one place and sex
    share : 0-1
    """
    mean = 0.0
    for q in range(cells.size):
        mean += cells[q]
    mean *= share / cells.size
    for q in range(cells.size):
        cells[q] = (1.0 - share) * cells[q] + mean


STATE = ("fat", "lean", "heat", "idle", "bmi", "weight_change")
"""What the rules for adults write."""


def allocate(s: State, p: Inputs) -> None:
    """Make the adults' state, in balance with their need."""
    futures, places, quantiles = s["eaten_adult"].shape
    s["adult_frame"] = np.empty((futures, 2, FRAME))
    for name in ("fat", "lean", "bmi"):
        s[name] = np.empty((futures, places, 2, quantiles))
    for name in ("heat", "idle"):
        s[name] = np.empty((futures, places, quantiles))
    s["weight_change"] = np.empty((futures, places))
    numbers = [p[parameter.name] for parameter in PARAMETERS if parameter.name != "adults.bmi_spread"]
    arguments = [*numbers, s["adult_frame"], *(s[name] for name in STATE)]
    initial(*arguments)
