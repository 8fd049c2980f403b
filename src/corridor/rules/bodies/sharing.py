"""Who eats what there is: households of unequal access, and adults who give food to children.

In words. The mean intake of a place is a share r of its need. Households differ in access: quantile q gets
min(1, s m_q) of its need, with lognormal multipliers m_q of mean one and s solved so that the mean over quantiles is
exactly r. Inequality thus acts on the shortfall only and full supply leaves nobody short. Inside a quantile, adults
who have more than their protected share give food to children below ten until those reach their goal; people of
10-19 years eat the household mean. Food is conserved: what children gain is what adults lose.
"""

from __future__ import annotations

from math import erfc, exp, log, sqrt
from statistics import NormalDist

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Floats, Inputs, Ints, Rule, State, Today
from corridor.tables.parameter import Parameter, fixed

AGES: tuple[tuple[str, float, float], ...] = (
    ("0-4", 12.37, 1285.0),
    ("5-9", 11.69, 1855.0),
    ("10-14", 10.53, 2205.0),
    ("15-19", 9.54, 2410.0),
    ("20-59", 48.63, 2225.0),
    ("60+", 7.24, 1895.0),
)
"""Age, % of people, kcal/person/day (mean of the sexes): UNHCR/UNICEF/WFP/WHO planning table."""

GIVING = 0.90
"""Largest share of the children's gap that adults close (the rest live in households without adults to spare)."""
SPEED = 3.33
"""How fast giving grows with what adults have to spare, per unit of the children's gap."""


def need_ratio(ages: tuple[tuple[str, float, float], ...] = AGES) -> float:
    """Return the need of ages 0-9 over the need of ages 20 and more, from an age structure (%, kcal)."""
    need = [share * kcal for _, share, kcal in ages]
    return sum(need[:2]) / sum(need[4:])


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "sharing.adult_protection", 0.60, "1", 0.30, 0.90,
        "assumed: no survey; 0.2-1 in the open LSHTM code, where it decides more than any other input",
        "share of their own need that adults keep before they give food to children; 1 = adults give nothing",
        dist="uniform", maximum=1.0,
    ),
    fixed(
        "sharing.child_goal", 1.0, "1", "LSHTM nut_cal_model_gaza (goal 1 in the Gaza application)",
        "share of their need up to which children below ten are given food",
    ),
    Parameter(
        "sharing.need_ratio", round(need_ratio(), 3), "1", 0.27, 0.36,
        "computed: UNHCR/UNICEF/WFP/WHO planning age structure 0.308; Gaza 0.355",
        "need of ages 0-9 over the need of ages 20 and more",
        minimum=0.05, maximum=1.0,
    ),
)  # fmt: skip


@kernel
def undernourished(mean: float, cv: float, threshold: float) -> float:
    """Return the prevalence of undernourishment: the share of people whose habitual intake is below a threshold (E9).

    Parameters
    ----------
    mean, threshold : kcal/person/day
    cv : coefficient of variation of intake, all of it (access and need)

    Source
    ------
    FAO, lognormal case. It asks how many are short at a given supply in ordinary years; the rule of this file does not
    use it, because the part of `cv` that comes from need would starve people at full supply.
    """
    variance = log(1.0 + cv * cv)
    share: float = 0.5 * erfc(-(log(threshold / mean) + 0.5 * variance) / sqrt(2.0 * variance))
    return share


QUANTILES = 5
"""Intake quantiles of a place."""


def scores(quantiles: int) -> Floats:
    """Return the standard normal score of the middle of each intake quantile, ascending: (quantile,)."""
    normal = NormalDist()
    return np.array([normal.inv_cdf((q + 0.5) / quantiles) for q in range(quantiles)])


SCORES = scores(QUANTILES)


@kernel
def household(r: float, protection: float, goal: float, ratio: float) -> tuple[float, float]:
    """Return the shares of need eaten by adults and by children below ten in households that have `r` of their need.

    Parameters
    ----------
    r : share of the household's need on the table, 0-1
    protection, goal, ratio : `sharing.adult_protection`, `sharing.child_goal`, `sharing.need_ratio`

    Source
    ------
    Closed form fitted to the household algorithm of the open LSHTM code (E11, E12). Just above the protected share
    the fit would take more from adults than food has grown where `ratio` > 0.334; adults are kept at the protected
    share there, and the children's share follows from conservation.
    """
    if r <= protection or r >= goal:
        return r, r
    gap = goal - r
    child = r + GIVING * gap * (1.0 - exp(-SPEED * (r - protection) / gap))
    adult = r - ratio * (child - r)
    if adult < protection:
        adult = protection
        child = r + (r - adult) / ratio
    return adult, child


@kernel
def day(
    intake: Floats,
    people: Ints,
    requirement: Floats,
    access_cv: Floats,
    adult_protection: Floats,
    child_goal: Floats,
    need_ratio: Floats,
    scores: Floats,
    eaten_adult: Floats,
    eaten_child: Floats,
    eaten_adult_mean: Floats,
) -> None:
    """Share the mean intake of each place among households, adults and children.

    Parameters
    ----------
    intake : (future, place) kcal/person/day, mean
    people : (future, place) person; a place without people is short of nothing
    requirement : (future,) kcal/person/day
    access_cv : (future,) `intake.access_cv`
    adult_protection, child_goal, need_ratio : (future,) the parameters of this file
    scores : (quantile,) from `scores`, ascending
    eaten_adult : (future, place, quantile) share of own need eaten by adults, 0-1, written
    eaten_child, eaten_adult_mean : (future, place) share of own need eaten by children below ten, and by adults, mean
        of quantiles, 0-1, written

    Source
    ------
    Lognormal inequality with the access part of FAO's CV (E9, E10), applied to the shortfall only; E11, E12.
    """
    futures, places = intake.shape
    count = scores.size
    multiplier = np.empty(count)
    for f in range(futures):
        sigma = sqrt(log(1.0 + access_cv[f] * access_cv[f]))
        total = 0.0
        for q in range(count):
            multiplier[q] = exp(sigma * scores[q])
            total += multiplier[q]
        for q in range(count):
            multiplier[q] *= count / total
        for p in range(places):
            r = 1.0
            if people[f, p] > 0:
                r = min(1.0, max(0.0, intake[f, p] / requirement[f]))
            if r >= 1.0:
                for q in range(count):
                    eaten_adult[f, p, q] = 1.0
                eaten_child[f, p] = 1.0
                eaten_adult_mean[f, p] = 1.0
                continue
            # The best-placed quantiles reach their need first: `full` of them, then the rest shares what is left.
            below = float(count)
            s = r
            for full in range(count):
                s = (r * count - full) / below
                if s * multiplier[count - 1 - full] <= 1.0:
                    break
                below -= multiplier[count - 1 - full]
            children, adults = 0.0, 0.0
            for q in range(count):
                adult, child = household(min(1.0, s * multiplier[q]), adult_protection[f], child_goal[f], need_ratio[f])
                eaten_adult[f, p, q] = adult
                children += child
                adults += adult
            eaten_child[f, p] = children / count
            eaten_adult_mean[f, p] = adults / count


def start(net: Network, s: State, p: Inputs) -> None:
    """Before the first day everybody eats what they need."""
    futures, places = s["people"].shape
    s["eaten_adult"] = np.ones((futures, places, QUANTILES))
    s["eaten_child"] = np.ones((futures, places))
    s["eaten_adult_mean"] = np.ones((futures, places))


def step(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Share today's intake."""
    day(
        s["intake"], s["people"], p["intake.requirement"], p["intake.access_cv"], p["sharing.adult_protection"],
        p["sharing.child_goal"], p["sharing.need_ratio"], SCORES, s["eaten_adult"], s["eaten_child"],
        s["eaten_adult_mean"],
    )  # fmt: skip


RULE = Rule(
    future_first=True, process="sharing", name="household", step=step, start=start, parameters=PARAMETERS,
    reads=("intake", "people"), writes=("eaten_adult", "eaten_child", "eaten_adult_mean"),
    summary="Unequal access shares out the shortfall; adults above their protected share give food to children.",
)  # fmt: skip
