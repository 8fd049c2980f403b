"""Adults' weight: Hall's energy balance with activity that falls under a deficit.

In words. The gap between energy eaten and energy spent is met from fat and lean tissue, in proportions that follow
how fat the body is (Forbes). Spending falls with the tissue lost, with adaptive thermogenesis (lag 14 days) and
because people move less when they are hungry (lag about three weeks). At its floor, fat gives no more and the whole
gap falls on lean tissue. One cell stands for one sex and one intake quantile of a place; each day a small share of
every cell changes quantile.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Rule, State, Today
from corridor.rules.bodies import body
from corridor.rules.bodies.body import (
    COLD,
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
    NOBODY,
    REST,
    THRIFT,
)
from corridor.tables.parameter import Parameter

ADAPTATION, ADAPTATION_LAG = 0.14, 14.0  # adaptive thermogenesis: share of the change of intake, days; Hall 2011
PARTITION = FORBES * LEAN_ENERGY / FAT_ENERGY  # kg; lean meets PARTITION / (PARTITION + fat) of the gap

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "adults.activity_response", 1.00, "1", 0.50, 1.20,
        "computed: fits the Minnesota semistarvation weights at 12 and 24 weeks (0.95-1.05 with adults.thrift at its default, "
        "1.04-1.17 without it); 0 = constant activity",
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
def follow_intake(eaten: Floats, frame: Floats, activity_lag: Floats, size: Floats, heat: Floats, idle: Floats) -> None:
    """Let thermogenesis and activity follow what adults eat.

    Parameters
    ----------
    eaten : (place, quantile, future) share of today's own need eaten, 0-1
    frame : (sex, FRAME, future) from `body.settle_adults`
    activity_lag : (future,) day
    size : (place, quantile, future) share of the living who belong to a quantile: the dead exchange places with nobody
    heat : (place, quantile, future) adaptive thermogenesis, share of need, updated in place
    idle : (place, quantile, future) lagged relative deficit that activity follows, 0-1, updated in place
    """
    places, quantiles, futures = eaten.shape
    mean_heat, mean_idle = np.empty(futures), np.empty(futures)
    for p in range(places):
        for f in range(futures):
            mean_heat[f] = 0.0
            mean_idle[f] = 0.0
        for q in range(quantiles):
            for f in range(futures):
                mean_heat[f] += heat[p, q, f] * size[p, q, f]
                mean_idle[f] += idle[p, q, f] * size[p, q, f]
        for f in range(futures):
            mean_heat[f] *= frame[0, MIXING, f]
            mean_idle[f] *= frame[0, MIXING, f]
        for q in range(quantiles):
            for f in range(futures):
                stay, lack = 1.0 - frame[0, MIXING, f], 1.0 - eaten[p, q, f]
                x = stay * idle[p, q, f] + mean_idle[f]
                idle[p, q, f] = x + (max(0.0, lack) - x) * (1.0 / activity_lag[f])
                t = stay * heat[p, q, f] + mean_heat[f]
                heat[p, q, f] = t + (-ADAPTATION * lack - t) * (1.0 / ADAPTATION_LAG)


@kernel
def live_one_day_hall(
    eaten: Floats, frame: Floats, activity_response: Floats, living: Floats, heat: Floats, idle: Floats, fat: Floats,
    lean: Floats,
) -> None:  # fmt: skip
    """Meet the day's gap between energy eaten and spent from fat and lean tissue.

    Parameters
    ----------
    eaten, frame, heat, idle : as in `follow_intake`
    activity_response : (future,) share of activity given up per unit of relative deficit
    living : (place, sex, quantile, future) share of the adults of a cell who live; only they change quantile
    fat, lean : (place, sex, quantile, future) kg, updated in place; fat >= the floor, lean >= LEAN_FLOOR of the start

    Source
    ------
    Hall et al. 2011 without glycogen, sodium and water (E15-E17), activity E19, rank mixing E10. With `idle` and
    `heat` moved first, FAT_ENERGY dfat + LEAN_ENERGY dlean = eaten - spent exactly, at the fat floor too. The cold raises all
    that is spent by the same share: a body that is lighter and lies still has less to keep warm.
    """
    places, sexes, quantiles, futures = fat.shape
    fat_full, lean_full = FAT_ENERGY + FAT_COST, LEAN_ENERGY + LEAN_COST
    fat_cost, lean_cost = 1.0 + FAT_COST / FAT_ENERGY, (1.0 + LEAN_COST / LEAN_ENERGY) * PARTITION
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
                mean_fat[f] *= frame[sex, MIXING, f] / alive[f]
                mean_lean[f] *= frame[sex, MIXING, f] / alive[f]
            for q in range(quantiles):
                for f in range(futures):
                    need, floor, stay = frame[sex, NEED, f], frame[sex, FLOOR, f], 1.0 - frame[sex, MIXING, f]
                    F = stay * fat[p, sex, q, f] + mean_fat[f]
                    L = stay * lean[p, sex, q, f] + mean_lean[f]
                    ate = eaten[p, q, f]
                    active = frame[sex, MOVE, f] * max(0.0, 1.0 - activity_response[f] * idle[p, q, f])
                    active += frame[sex, THRIFT, f]
                    slower = FOOD_EFFECT * (ate - 1.0) + heat[p, q, f]
                    spent = frame[sex, REST, f] + FAT_UPKEEP * F + LEAN_UPKEEP * L + active * (F + L) + need * slower
                    gap = (need * ate - spent) * frame[sex, COLD, f]
                    # lean meets PARTITION / (PARTITION + fat) of what is stored, after the cost of turning tissue over
                    stored = gap / (fat_cost * F + lean_cost)
                    fatter = F + F * stored * (1.0 / FAT_ENERGY)
                    leaner = L + PARTITION * stored * (1.0 / LEAN_ENERGY)
                    drained = L + (gap - fat_full * (floor - F)) * (1.0 / lean_full)
                    leaner = drained if fatter < floor else leaner
                    fat[p, sex, q, f] = floor if fatter < floor else fatter
                    lean[p, sex, q, f] = max(LEAN_FLOOR * frame[sex, LEAN, f], leaner)


def play_adults_hall(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of adults' weight."""
    eaten, frame = s["eaten_adult"], s["adult_frame"]
    frame[:, COLD] = s["cold"]
    follow_intake(eaten, frame, p["adults.activity_lag"], s["quantile_size"], s["heat"], s["idle"])
    live_one_day_hall(
        eaten, frame, p["adults.activity_response"], s["living"], s["heat"], s["idle"], s["fat"], s["lean"]
    )
    body.weigh_adults(frame, s["fat"], s["lean"], s["living"], p["bodies.share_men"], s["bmi"], s["weight_change"])


RULE = Rule(
    process="adults", name="hall", step=play_adults_hall, start=body.settle_adults, parameters=PARAMETERS,
    states=(*body.SHARED, Array("heat", ("place", "quantile")), Array("idle", ("place", "quantile"))),
    reads=("eaten_adult", "quantile_size", "cold"), yesterday=("living",), inputs=body.INPUTS,
    summary="Hall's energy balance of fat and lean tissue, with activity that falls under a deficit.",
)  # fmt: skip
