"""Who eats what there is: households of unequal access, and adults who give food to children; in kcal, to the last one.

In words. The mean intake of a place is a share r of its need. Households differ in access: quantile q gets
min(1, s m_q) of its need, with lognormal multipliers m_q of mean one and s solved so that the mean over quantiles is
exactly r. This inequality of before the crisis acts on the shortfall only; full supply leaves nobody short. What the
crisis adds (groups with other rations, prices, power) widens it at full supply too; the best placed then hold more than
they can eat. Inside a quantile, adults who have more than their protected share give food to children below ten until
those reach their goal; people of 10-19 years eat the household mean. What a wasted child leaves goes back to the
adults. Every kcal handed out is eaten by somebody or held uneaten.
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Rule, State, Today
from corridor.rules.bodies.inequality import SCORES, Market, Widened, rank_households, widen_by_crisis
from corridor.rules.bodies.need import SCHOOL
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
        "share of their own need that adults keep before they give food to children; 1 = adults give nothing",
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
    child_goal: Floats
    """parameters"""
    need_ratio: Floats
    """need of children below ten over that of adults"""
    child_asks: Floats
    """(place, quantile, future) share of need"""


class Meals(NamedTuple):
    """What is eaten of today's need, written."""

    child: Floats
    """(place, quantile, future) by children below ten"""
    child_mean: Floats
    adult_mean: Floats
    school_mean: Floats
    """(place, future) means over quantiles: below ten, from twenty, and between"""
    left: Floats
    """(place, future) nobody eats, share of the adults' need"""


@kernel
def feed_children(household: Household, eaten: Floats, meals: Meals) -> None:
    """Let adults who have more than they protect give food to children below ten.

    Parameters
    ----------
    eaten : (place, quantile, future) share of their need that households have, becomes that eaten by adults, 0-1

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
            meals.child_mean[p, f] = 0.0
            meals.adult_mean[p, f] = 0.0
            meals.school_mean[p, f] = 0.0
            meals.left[p, f] = 0.0
        for q in range(count):
            for f in range(futures):
                r, goal = eaten[p, q, f], household.child_goal[f]
                gap = goal - r if r < goal else 1.0
                missed[f] = -SPEED * max(0.0, r - household.adult_protection[f]) / gap
            for f in range(futures):
                missed[f] = exp(missed[f])
            for f in range(futures):
                r, keep, ratio = eaten[p, q, f], household.adult_protection[f], household.need_ratio[f]
                goal = household.child_goal[f]
                child = r + GIVING * (goal - r) * (1.0 - missed[f])
                adult = r - ratio * (child - r)
                child = r + (r - keep) / ratio if adult < keep else child
                adult = max(adult, keep)
                none = r <= keep or r >= min(1.0, goal)
                adult, child = r if none else adult, r if none else child
                left = max(0.0, child - household.child_asks[p, q, f])
                back = min(ratio * left, 1.0 - adult)
                eaten[p, q, f] = adult + back
                meals.child[p, q, f] = child - left
                meals.child_mean[p, f] += (child - left) * (1.0 / count)
                meals.adult_mean[p, f] += (adult + back) * (1.0 / count)
                meals.school_mean[p, f] += r * (1.0 / count)
                meals.left[p, f] += (ratio * left - back) * (1.0 / count)


class Kcal(NamedTuple):
    """Energy a person, kcal/day, (place, future) each, written."""

    kcal_child: Floats
    """eaten by a child below ten"""
    kcal_school: Floats
    """by a person of 10-19 years"""
    kcal_adult: Floats
    """by an adult"""
    uneaten: Floats
    """handed out and not eaten, a person of any age: held by the best placed, left by wasted children"""


class Need(NamedTuple):
    """Need at 20 °C, (future,) each: kcal/day of a child below ten, of an adult, of a person; share of adults; cold."""

    child: Floats
    adult: Floats
    person: Floats
    adults: Floats
    cold: Floats
    """today's need over that at 20 °C"""


@kernel
def keep_warm(need: Need, held: Floats, meals: Meals, eaten: Floats, kcal: Kcal) -> None:
    """Count what is eaten in kcal, then take off what the cold costs: bodies read shares of their need at 20 °C.

    Parameters
    ----------
    held : (place, future) share of need held by the best placed
    eaten, meals.child : (place, quantile, future) share of today's need, becomes that of the need at 20 °C which is left
        once the cold is paid for; below 0 where not even that is eaten
    """
    places, count, futures = eaten.shape
    for p in range(places):
        for f in range(futures):
            cold = need.cold[f]
            kcal.kcal_child[p, f] = meals.child_mean[p, f] * need.child[f] * cold
            kcal.kcal_school[p, f] = meals.school_mean[p, f] * SCHOOL * cold
            kcal.kcal_adult[p, f] = meals.adult_mean[p, f] * need.adult[f] * cold
            of_adults = meals.left[p, f] * need.adults[f] * need.adult[f]
            kcal.uneaten[p, f] = (held[p, f] * need.person[f] + of_adults) * cold
        for q in range(count):
            for f in range(futures):
                eaten[p, q, f] = 1.0 - need.cold[f] * (1.0 - eaten[p, q, f])
                meals.child[p, q, f] = 1.0 - need.cold[f] * (1.0 - meals.child[p, q, f])


def play_sharing(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Share today's intake."""
    eaten, access_cv = s["eaten_adult"], p["sharing.access_cv"]
    rank_households(s["intake"], s["people"], p["intake.requirement"] * s["cold"], access_cv, SCORES, eaten)
    crisis = (p[f"sharing.{name}"] for name in ("crisis_cv", "price_effect", "price_memory"))
    market = Market(s["ration_cv"], *crisis)
    widened = Widened(s["widened"], s["evened"], s["held"])
    widen_by_crisis(market, access_cv, SCORES, s["scarcity"], eaten, widened)
    household = Household(
        p["sharing.adult_protection"], p["sharing.child_goal"], p["bodies.need_ratio"], s["child_asks"]
    )
    meals = Meals(
        s["eaten_child"], s["eaten_child_mean"], s["eaten_adult_mean"], s["eaten_school_mean"], s["left_over"]
    )
    feed_children(household, eaten, meals)
    need = Need(
        p["bodies.need_children"], p["bodies.need_adults"], p["intake.requirement"], p["bodies.share_adults"], s["cold"]
    )
    keep_warm(need, s["held"], meals, eaten, Kcal(*(s[name] for name in Kcal._fields)))


RULE = Rule(
    process="sharing", name="household", step=play_sharing, parameters=PARAMETERS,
    states=(
        Array("eaten_adult", ("place", "quantile"), start=1.0), Array("eaten_child", ("place", "quantile"), start=1.0),
        *(Array(f"eaten_{who}_mean", ("place",), start=1.0) for who in ("child", "adult", "school")),
        *(Array(name, ("place",)) for name in ("scarcity", "widened", "evened", "held", "left_over", *Kcal._fields)),
    ),
    reads=("intake", "ration_cv", "cold"), yesterday=("people", "child_asks"),
    inputs=(
        "intake.requirement", "bodies.need_children", "bodies.need_adults", "bodies.share_adults", "bodies.need_ratio",
    ),
    summary="Unequal access shares out the shortfall; adults above their protected share give food to children.",
)  # fmt: skip
