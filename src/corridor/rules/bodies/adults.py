"""Adults' weight: Hall's energy balance with activity that falls under a deficit.

In words. The gap between energy eaten and energy spent is met from fat and lean tissue, in proportions that follow
how fat the body is (Forbes). Spending falls with the tissue lost, with adaptive thermogenesis (lag 14 days) and
because people move less when they are hungry (lag about three weeks). At its floor, fat gives no more and the whole
gap falls on lean tissue. One cell stands for one sex and one intake quantile of a place; each day a small share of
every cell changes quantile.
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
    FOOD_EFFECT,
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
    REST,
    mix,
)
from corridor.tables.parameter import Parameter

ADAPTATION, ADAPTATION_LAG = 0.14, 14.0  # adaptive thermogenesis: share of the change of intake, days; Hall 2011
PARTITION = FORBES * LEAN_ENERGY / FAT_ENERGY  # kg; lean meets PARTITION / (PARTITION + fat) of the gap

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "adults.activity_response", 1.10, "1", 0.50, 1.20,
        "computed: fits the Minnesota semistarvation weights at 12 and 24 weeks (1.04-1.17); 0 = constant activity",
        "share of activity given up per unit of relative deficit",
        maximum=1.5,
    ),
    Parameter(
        "adults.activity_lag", 21.0, "day", 7.0, 28.0,
        "computed: fits the Minnesota semistarvation weights at 12 and 24 weeks",
        "days in which activity follows the deficit",
        minimum=1.0, maximum=120.0,
    ),
    *body.PARAMETERS,
)  # fmt: skip


@kernel
def day(
    eaten: Floats,
    frame: Floats,
    activity_response: Floats,
    activity_lag: Floats,
    fat: Floats,
    lean: Floats,
    heat: Floats,
    idle: Floats,
    bmi: Floats,
    weight_change: Floats,
) -> None:
    """Let adults live one day on what they eat.

    Parameters
    ----------
    eaten : (future, place, quantile) share of own need eaten, 0-1
    frame : (future, sex, FRAME) from `body.initial`
    activity_response, activity_lag : (future,) parameters of this file
    fat, lean, heat, idle, bmi, weight_change : as in `body.initial`, updated in place
        fat >= the floor, lean >= LEAN_FLOOR of the start.

    Source
    ------
    Hall et al. 2011 without glycogen, sodium and water (E15-E17), activity E19, rank mixing E10. With `idle` and
    `heat` moved first, FAT_ENERGY dfat + LEAN_ENERGY dlean = eaten - spent exactly, at the fat floor too.
    """
    futures, places, sexes, quantiles = fat.shape
    fat_full, lean_full = FAT_ENERGY + FAT_COST, LEAN_ENERGY + LEAN_COST
    fat_cost, lean_cost = 1.0 + FAT_COST / FAT_ENERGY, (1.0 + LEAN_COST / LEAN_ENERGY) * PARTITION
    for f in range(futures):
        mixing = frame[f, 0, MIXING]
        response, per_lag = activity_response[f], 1.0 / activity_lag[f]
        for p in range(places):
            if mixing > 0.0:
                mix(heat[f, p], mixing)
                mix(idle[f, p], mixing)
            for q in range(quantiles):
                lack = 1.0 - eaten[f, p, q]
                idle[f, p, q] += (max(0.0, lack) - idle[f, p, q]) * per_lag
                heat[f, p, q] += (-ADAPTATION * lack - heat[f, p, q]) * (1.0 / ADAPTATION_LAG)
            change = 0.0
            for sex in range(sexes):
                row = frame[f, sex]
                need, rest, move, floor = row[NEED], row[REST], row[MOVE], row[FLOOR]
                least, per_height2 = LEAN_FLOOR * row[LEAN], row[PER_HEIGHT2]
                if mixing > 0.0:
                    mix(fat[f, p, sex], mixing)
                    mix(lean[f, p, sex], mixing)
                total = 0.0
                for q in range(quantiles):
                    F, L = fat[f, p, sex, q], lean[f, p, sex, q]
                    active = move * max(0.0, 1.0 - response * idle[f, p, q])
                    slower = FOOD_EFFECT * (eaten[f, p, q] - 1.0) + heat[f, p, q]
                    spent = rest + FAT_UPKEEP * F + LEAN_UPKEEP * L + active * (F + L) + need * slower
                    gap = need * eaten[f, p, q] - spent
                    # lean meets PARTITION / (PARTITION + fat) of what is stored, after the cost of turning tissue over
                    stored = gap / (fat_cost * F + lean_cost)
                    fatter = F + F * stored * (1.0 / FAT_ENERGY)
                    leaner = L + PARTITION * stored * (1.0 / LEAN_ENERGY)
                    if fatter < floor:
                        fatter = floor
                        leaner = L + (gap - fat_full * (floor - F)) * (1.0 / lean_full)
                    leaner = max(least, leaner)
                    fat[f, p, sex, q] = fatter
                    lean[f, p, sex, q] = leaner
                    bmi[f, p, sex, q] = (fatter + leaner) * per_height2
                    total += fatter + leaner
                change += total / (row[FAT] + row[LEAN]) - quantiles
            weight_change[f, p] = change / (sexes * quantiles)


def start(net: Network, s: State, p: Inputs) -> None:
    """Adults are in balance with their need."""
    body.allocate(s, p)


def step(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of adults' weight."""
    day(
        s["eaten_adult"], s["adult_frame"], p["adults.activity_response"], p["adults.activity_lag"],
        s["fat"], s["lean"], s["heat"], s["idle"], s["bmi"], s["weight_change"],
    )  # fmt: skip


RULE = Rule(
    future_first=True, process="adults", name="hall", step=step, start=start, parameters=PARAMETERS,
    reads=("eaten_adult",), writes=body.STATE,
    summary="Hall's energy balance of fat and lean tissue, with activity that falls under a deficit.",
)  # fmt: skip
