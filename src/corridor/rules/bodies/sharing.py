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
from corridor.rules.base import Array, Floats, Inputs, Ints, Rule, State, Today
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

QUANTILES = 5
"""Intake quantiles of a place."""

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


def scores(quantiles: int) -> Floats:
    """Return the standard normal score of the middle of each intake quantile, ascending: (quantile,)."""
    normal = NormalDist()
    return np.array([normal.inv_cdf((q + 0.5) / quantiles) for q in range(quantiles)])


SCORES = scores(QUANTILES)


@kernel
def rank_households(
    intake: Floats, people: Ints, requirement: Floats, access_cv: Floats, scores: Floats, eaten: Floats
) -> None:
    """Share the mean intake of each place among households of unequal access.

    Parameters
    ----------
    intake : (place, future) kcal/person/day, mean
    people : (place, future) person; a place without people is short of nothing
    requirement : (future,) kcal/person/day
    access_cv : (future,) `intake.access_cv`
    scores : (quantile,) from `scores`, ascending
    eaten : (place, quantile, future) share of own need that the households of a quantile have, 0-1, written

    Source
    ------
    Lognormal inequality with the access part of FAO's CV (E9, E10), applied to the shortfall only.
    """
    places, count, futures = eaten.shape
    multiplier, below = np.empty((count, futures)), np.empty((count, futures))
    total, r, s = np.empty(futures), np.empty(futures), np.empty(futures)
    for f in range(futures):
        s[f] = sqrt(log(1.0 + access_cv[f] * access_cv[f]))
        total[f] = 0.0
    for q in range(count):
        for f in range(futures):
            multiplier[q, f] = exp(s[f] * scores[q])
            total[f] += multiplier[q, f]
    for q in range(count):
        for f in range(futures):
            multiplier[q, f] *= count / total[f]
    # The best-placed quantiles reach their need first: `full` of them, then the rest, of weight below[full], shares
    # what is left.
    for f in range(futures):
        below[0, f] = count
    for full in range(1, count):
        for f in range(futures):
            below[full, f] = below[full - 1, f] - multiplier[count - full, f]
    for p in range(places):
        for f in range(futures):
            share = min(1.0, max(0.0, intake[p, f] / requirement[f]))
            r[f] = share if people[p, f] > 0 else 1.0
            s[f] = (r[f] * count - (count - 1)) / below[count - 1, f]
        for full in range(count - 2, -1, -1):
            for f in range(futures):
                tried = (r[f] * count - full) / below[full, f]
                s[f] = tried if tried * multiplier[count - 1 - full, f] <= 1.0 else s[f]
        for q in range(count):
            for f in range(futures):
                eaten[p, q, f] = min(1.0, s[f] * multiplier[q, f]) if r[f] < 1.0 else 1.0


@kernel
def feed_children(
    adult_protection: Floats, child_goal: Floats, need_ratio: Floats, eaten: Floats, eaten_child: Floats,
    eaten_adult_mean: Floats,
) -> None:  # fmt: skip
    """Let adults who have more than they protect give food to children below ten.

    Parameters
    ----------
    adult_protection, child_goal, need_ratio : (future,) the parameters of this file
    eaten : (place, quantile, future) share of their need that households have, becomes that eaten by adults, 0-1
    eaten_child, eaten_adult_mean : (place, future) share of own need eaten by children below ten, and by adults, mean
        of quantiles, 0-1, written

    Source
    ------
    Closed form fitted to the household algorithm of the open LSHTM code (E11, E12). Just above the protected share
    the fit would take more from adults than food has grown where `need_ratio` > 0.334; adults are kept at the
    protected share there, and the children's share follows from conservation.
    """
    places, count, futures = eaten.shape
    missed = np.empty(futures)
    for p in range(places):
        for f in range(futures):
            eaten_child[p, f] = 0.0
            eaten_adult_mean[p, f] = 0.0
        for q in range(count):
            for f in range(futures):
                r = eaten[p, q, f]
                gap = child_goal[f] - r if r < child_goal[f] else 1.0
                missed[f] = -SPEED * max(0.0, r - adult_protection[f]) / gap
            for f in range(futures):
                missed[f] = exp(missed[f])
            for f in range(futures):
                r, keep, ratio = eaten[p, q, f], adult_protection[f], need_ratio[f]
                child = r + GIVING * (child_goal[f] - r) * (1.0 - missed[f])
                adult = r - ratio * (child - r)
                child = r + (r - keep) / ratio if adult < keep else child
                adult = max(adult, keep)
                none = r <= keep or r >= min(1.0, child_goal[f])
                adult, child = r if none else adult, r if none else child
                eaten[p, q, f] = adult
                eaten_child[p, f] += child
                eaten_adult_mean[p, f] += adult
        for f in range(futures):
            eaten_child[p, f] /= count
            eaten_adult_mean[p, f] /= count


def play_sharing(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Share today's intake."""
    eaten = s["eaten_adult"]
    rank_households(s["intake"], s["people"], p["intake.requirement"], p["intake.access_cv"], SCORES, eaten)
    feed_children(
        p["sharing.adult_protection"], p["sharing.child_goal"], p["sharing.need_ratio"], eaten, s["eaten_child"],
        s["eaten_adult_mean"],
    )  # fmt: skip


RULE = Rule(
    process="sharing", name="household", step=play_sharing, parameters=PARAMETERS,
    states=(
        Array("eaten_adult", ("place", "quantile"), start=1.0), Array("eaten_child", ("place",), start=1.0),
        Array("eaten_adult_mean", ("place",), start=1.0),
    ),
    reads=("intake",), yesterday=("people",), inputs=("intake.requirement", "intake.access_cv"),
    summary="Unequal access shares out the shortfall; adults above their protected share give food to children.",
)  # fmt: skip
