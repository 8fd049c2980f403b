"""Who eats what there is: households of unequal access, and adults who give food to children; in kcal, to the last one.

In words. The mean intake of a place is a share r of its need. Households differ in access: quantile q gets
min(1, s m_q) of its need, with lognormal multipliers m_q of mean one and s solved so that the mean over quantiles is
exactly r. This inequality of before the crisis acts on the shortfall only; full supply leaves nobody short. What the
crisis adds (groups with other rations, prices, power) widens it at full supply too; the best placed then hold more than
they can eat. Inside a quantile, adults who have more than their protected share give food to children below ten until
those reach their goal, and those who have less give up some of what they have; people of 10-19 years eat the household mean. What a wasted child leaves goes back to the
adults. Every kcal handed out is eaten by somebody or held uneaten.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Rule, State, Today
from corridor.rules.bodies.inequality import (
    NOBODY,
    QUANTILES,
    SCORES,
    Market,
    Widened,
    rank_households,
    widen_by_crisis,
)
from corridor.rules.bodies.normal import decay
from corridor.rules.bodies.planning import SCHOOL
from corridor.tables.parameter import Parameter, fixed

GIVING = 0.90
"""Largest share of the children's gap that adults close (the rest live in households without adults to spare)."""
SPEED = 3.33
"""How fast giving grows with what adults have to spare, per unit of the children's gap."""

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "sharing.access_cv", 0.20, "1", 0.10, 0.25,
        "FAO: coefficient of variation of habitual consumption due to access 0.10-0.25",
        "coefficient of variation between households in access to food before the crisis", minimum=0.01, maximum=1.0,
    ),
    fixed(
        "sharing.crisis_cv", 0.0, "1", "assumed: none where the case does not say it",
        "coefficient of variation between households that the crisis adds, at full supply too (zones, power, capture)",
    ),
    Parameter(
        "sharing.shortage_spread", 0.2, "1", 0.0, 0.4,
        "assumed: from none, where rations reached everybody alike, to the 0.28 between groups and 0.3 to 0.45 in all of an "
        "inquiry in the Warsaw ghetto: 784-1,665 kcal by occupation, half of what people need (end of 1941, recalled)",
        "coefficient of variation between households that a shortage adds, times the root of the share of need that is "
        "missing, where `sharing.crisis_cv` is not given",
        dist="uniform", maximum=1.5,
    ),
    Parameter(
        "sharing.price_effect", 0.25, "1", 0.0, 0.5, "assumed: the poor are priced out; no study in a siege",
        "growth of the coefficient of variation per log of the price", dist="uniform", maximum=2.0,
    ),
    Parameter(
        "sharing.price_memory", 30.0, "day", 14.0, 90.0, "assumed: prices follow supply within weeks and fall slowly",
        "days in which prices follow the shortfall", minimum=1.0, maximum=365.0,
    ),
    Parameter(
        "sharing.adult_protection", 0.40, "1", 0.20, 0.60,
        "0.2 in the one application with data (open LSHTM code, Gaza 2024); in Sarajevo 1992-93 and Holland 1944-45 "
        "adults thinned while children were spared; upper end assumed",
        "share of their need at the activity of planning tables that adults keep before they give food to children",
        dist="uniform", maximum=1.0,
    ),
    Parameter(
        "sharing.hungry_keep", 0.95, "1", 0.90, 1.00,
        "assumed: hungry parents feed children first too, which no application has data on: children under ten died less than "
        "men in Leningrad 1941-42 and Holland 1944-45; 1 = who has less than the protected share gives nothing (LSHTM)",
        "share of what they have that adults keep before they give food to children, where that is less than they protect",
        dist="uniform", maximum=1.0,
    ),
    fixed(
        "sharing.child_goal", 1.0, "1", "LSHTM nut_cal_model_gaza (goal 1 in the Gaza application)",
        "share of their need up to which children below ten are given food",
    ),
)  # fmt: skip


class Household(NamedTuple):
    """How households share, (future,) each, and what their children ask for."""

    adult_protection: Floats
    """share of their need that adults keep"""
    hungry_keep: Floats
    """share of what they have that they keep where that is less"""
    child_goal: Floats
    """parameter"""
    need_ratio: Floats
    """need of children below ten over that of adults"""
    child_asks: Floats
    """(place, quantile, future) share of need"""
    size: Floats
    """(place, quantile, future) share of the living who belong to a quantile"""


class Need(NamedTuple):
    """Need at 20 °C, (future,) each: kcal/day of a child below ten, of an adult, of a person; share of adults; cold."""

    child: Floats
    adult: Floats
    person: Floats
    adults: Floats
    cold: Floats
    """today's need over that at 20 °C"""


class Meals(NamedTuple):
    """What is eaten and what is not, (place, future) but for the first, written."""

    eaten_child: Floats
    """(place, quantile, future) as `eaten` of `feed_children`, by children below ten"""
    eaten_child_mean: Floats
    eaten_adult_mean: Floats
    """shares of today's need, means over quantiles"""
    kcal_child: Floats
    """kcal/day eaten by a child below ten"""
    kcal_school: Floats
    """by a person of 10-19 years"""
    kcal_adult: Floats
    """by an adult"""
    uneaten: Floats
    """kcal/day handed out and not eaten, a person of any age: held by the best placed, left by wasted children"""


@kernel
def count_the_living(living: Floats, share_men: Floats, size: Floats) -> None:
    """Write which share of the living belongs to each quantile: where the poorest have died, the others eat their food.

    Households are taken to shrink alike, so that adults stand for all.

    Parameters
    ----------
    living : (place, sex, quantile, future) share of the adults of a cell who live
    share_men : (future,) men among adults at the start
    size : (place, quantile, future) written, sum 1
    """
    places, _, count, futures = living.shape
    total = np.empty(futures)
    for p in range(places):
        for f in range(futures):
            total[f] = 0.0
        for q in range(count):
            for f in range(futures):
                alive = share_men[f] * living[p, 0, q, f] + (1.0 - share_men[f]) * living[p, 1, q, f]
                size[p, q, f] = alive + NOBODY
                total[f] += alive + NOBODY
        for q in range(count):
            for f in range(futures):
                size[p, q, f] /= total[f]


@kernel
def feed_children(household: Household, need: Need, held: Floats, eaten: Floats, meals: Meals) -> None:
    """Let adults who have more than they protect give food to children below ten, and count who eats what.

    Parameters
    ----------
    held : (place, future) share of need held by the best placed
    eaten : (place, quantile, future) share of today's need that households have, 0-1; becomes what adults eat, as a
        share of today's need

    Source
    ------
    Closed form fitted to the household algorithm of the open LSHTM code (E11, E12). Just above the protected share
    the fit would take more from adults than food has grown where `need_ratio` > 0.334; adults are kept at the
    protected share there, and the children's share follows from conservation.
    """
    places, count, futures = eaten.shape
    school, left = np.empty(futures), np.empty(futures)
    for p in range(places):
        for f in range(futures):
            meals.eaten_child_mean[p, f] = 0.0
            meals.eaten_adult_mean[p, f] = 0.0
            school[f] = 0.0
            left[f] = 0.0
        for q in range(count):
            for f in range(futures):
                r, keep, ratio = eaten[p, q, f], household.adult_protection[f], household.need_ratio[f]
                keep, goal = min(keep, household.hungry_keep[f] * r), household.child_goal[f]
                gap = max(1e-12, goal - r)
                child = r + GIVING * gap * (1.0 - decay(SPEED * max(0.0, r - keep) / gap))
                adult = r - ratio * (child - r)
                child = r + (r - keep) / ratio if adult < keep else child
                adult = max(adult, keep)
                none = r <= keep or r >= min(1.0, goal)
                adult, child = r if none else adult, r if none else child
                refused = max(0.0, child - household.child_asks[p, q, f])
                back = min(ratio * refused, 1.0 - adult)
                adult, child = adult + back, child - refused
                eaten[p, q, f] = adult
                meals.eaten_child[p, q, f] = child
                meals.eaten_child_mean[p, f] += child * household.size[p, q, f]
                meals.eaten_adult_mean[p, f] += adult * household.size[p, q, f]
                school[f] += r * household.size[p, q, f]
                left[f] += (ratio * refused - back) * household.size[p, q, f]
        for f in range(futures):
            cold = need.cold[f]
            meals.kcal_child[p, f] = meals.eaten_child_mean[p, f] * need.child[f] * cold
            meals.kcal_school[p, f] = school[f] * SCHOOL * cold
            meals.kcal_adult[p, f] = meals.eaten_adult_mean[p, f] * need.adult[f] * cold
            of_adults = left[f] * need.adults[f] * need.adult[f]
            meals.uneaten[p, f] = (held[p, f] * need.person[f] + of_adults) * cold


def play_sharing(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Share today's intake."""
    eaten, access_cv, size = s["eaten_adult"], p["sharing.access_cv"], s["quantile_size"]
    count_the_living(s["living"], p["bodies.share_men"], size)
    rank_households(s["intake"], s["people"], p["intake.requirement"] * s["cold"], access_cv, SCORES, size, eaten)
    said = p["sharing.crisis_cv"]
    spread = np.where(said > 0.0, 0.0, p["sharing.shortage_spread"])
    market = Market(s["ration_cv"], said, spread, p["sharing.price_effect"], p["sharing.price_memory"])
    widened = Widened(s["widened"], s["evened"], s["held"])
    widen_by_crisis(market, access_cv, SCORES, s["scarcity"], s["plenty"], size, eaten, widened)
    household = Household(
        p["sharing.adult_protection"] * p["bodies.usual_work"], p["sharing.hungry_keep"], p["sharing.child_goal"],
        p["bodies.need_ratio"], s["child_asks"], size,
    )  # fmt: skip
    need = Need(
        p["bodies.need_children"], p["bodies.need_adults"], p["intake.requirement"], p["bodies.share_adults"], s["cold"]
    )
    feed_children(household, need, s["held"], eaten, Meals(*(s[name] for name in Meals._fields)))


RULE = Rule(
    process="sharing", name="household", step=play_sharing, parameters=PARAMETERS,
    states=(
        Array("eaten_adult", ("place", "quantile"), start=1.0), Array("eaten_child", ("place", "quantile"), start=1.0),
        Array("quantile_size", ("place", "quantile"), start=1.0 / QUANTILES),
        *(Array(f"eaten_{who}_mean", ("place",), start=1.0) for who in ("child", "adult")),
        *(Array(name, ("place",)) for name in ("scarcity", "widened", "evened", "held", *Meals._fields[3:])),
    ),
    reads=("intake", "plenty", "ration_cv", "cold"), yesterday=("people", "child_asks", "living"),
    inputs=(
        "intake.requirement", "bodies.need_children", "bodies.need_adults", "bodies.share_adults", "bodies.need_ratio",
        "bodies.usual_work", "bodies.share_men",
    ),
    summary="Unequal access shares out the shortfall; adults above their protected share give food to children.",
)  # fmt: skip
