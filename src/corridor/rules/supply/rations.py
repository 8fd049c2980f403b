"""Rations: what is handed out of the stock today, and what people find elsewhere.

Without rationing (E6) people use what they always used until nothing is left: C = min(S, N c).
Stretching (E7) counts every day what lies in store. Where it lasts fewer days at today's use than a share of the planning
horizon T, rations are cut at once to what lasts T days, a = clip(S / (T N c) + A / (N c), a_min, 1); on review days they
are raised, where the stock does not shrink, to what would last that long. A is the mean of arrivals of the last days, and begins
anew where a way of supply is lost: what came in peace says nothing about a closure.
Where coupons are in force nobody gets more of a good than the coupon says; they lapse where the plan could give everybody
normal use. Rations by group (rations.csv, policies) stand in place of the plan for those whom they name. Those of the folder that are in
force on the last day known and have no end lapse while as much food arrives as people normally use, or would if stores were
not full: a siege has its rations as long as it lasts. Those of a policy hold as it says.
Commodities are handed out one by one; a person who gets no sugar is not given more bread.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network
from corridor.rules.base import Array, Bytes, Floats, Inputs, Ints, Rule, State, Today
from corridor.rules.supply import aid
from corridor.rules.supply.elsewhere import EXTRA
from corridor.rules.supply.handing import (
    Goods,
    Groups,
    Handed,
    Terms,
    Told,
    find_elsewhere,
    hand_out,
    hand_out_by_group,
    make_up,
    size_groups,
    spread_over_meals,
)
from corridor.tables.parameter import Parameter, fixed

POT = Parameter(
    "rations.pot", 3.0, "person", 1.5, 4.0,
    "UN Database on Household Size and Composition 2022: 2-5 in most countries; 3.6 in Soviet towns by the census of 1939 "
    "(recalled); less, because members of a household often have the same card",
    "people of different groups whose rations go into one pot", minimum=1.0, maximum=20.0,
)  # fmt: skip

RAW = Parameter(
    "rations.eaten_unbaked", 0.3, "1", 0.1, 0.5, "assumed: gruel, flat bread on a stove; no study",
    "share of what is else eaten as bread that is used where bakeries have no fuel", maximum=1.0,
)  # fmt: skip

PLAN = (
    fixed(
        "rations.in_force", 1.0, "1", "assumed: normal use where the case does not say that it was cut before",
        "ration planned on the first day, share of normal use",
    ),
    Parameter(
        "rations.planning_horizon", 30.0, "day", 14.0, 60.0,
        "hunger-and-flight synthesis of siege rationing: 0, 14, 30 or 60 days",
        "days that the stock is planned to last when rations are cut or raised",
        dist="uniform", minimum=1.0, maximum=365.0,
    ),
    Parameter(
        "rations.alarm", 0.5, "1", 0.25, 0.75,
        "assumed: authorities count days left at today's use and act when few are left; no survey of how few",
        "share of the planning horizon: rations are cut where the stock lasts fewer days at today's use",
        maximum=1.0,
    ),
    Parameter(
        "rations.floor", 0.35, "1", 0.25, 0.5,
        "assumed: range of lowest rations in recorded sieges",
        "smallest share of normal use that is planned for",
        maximum=1.0,
    ),
    Parameter(
        "rations.review_days", 7.0, "day", 3.0, 14.0,
        "assumed: staffs that count daily decide within days to two weeks",
        "days between two reviews at which rations may be raised", dist="uniform", minimum=1.0, maximum=365.0,
    ),
    Parameter(
        "rations.memory_days", 10.0, "day", 7.0, 14.0,
        "assumed: arrivals of the last one to two weeks are what a staff expects to go on",
        "length of the running mean of arrivals", dist="uniform", minimum=1.0, maximum=365.0,
    ),
)  # fmt: skip


@kernel
def notice_lost_ways(net: Network, way: Ints, sent: Floats, ways: Ints, learnt: Ints) -> None:
    """Count the sources that reach each home; where there are fewer than yesterday, arrivals are learnt anew.

    Parameters
    ----------
    way : (pipeline, place, future) link by which a place is reached, -1 where no way leads
    sent : (pipeline, future) t/day that a pipeline means to send on average; between two convoys it is not lost
    ways : (home, future) sources that reach it, brought up to date
    learnt : (home, future) days from which arrivals are known, set to 0 where a source is lost
    """
    home, targets, origin = net.home, net.pipeline_to, net.pipeline_home
    futures = ways.shape[1]
    count = np.zeros(futures, np.int64)
    for h in range(ways.shape[0]):
        count[:] = 0
        for pipe in range(sent.shape[0]):
            if targets[pipe, h] == 0 or origin[pipe] == h:
                continue
            for f in range(futures):
                count[f] += (sent[pipe, f] > 0.0) & (way[pipe, home[h], f] != NONE)
        for f in range(futures):
            learnt[h, f] = 0 if count[f] < ways[h, f] else learnt[h, f]
            ways[h, f] = count[f]


@kernel
def remember_arrivals(goods: Goods, memory_days: Floats, learnt: Ints, arriving: Floats) -> None:
    """Bring the mean of arrivals and output (home, commodity, future) t/day up to today's, in place.

    learnt : (home, future) days that it knows; the mean is over those, at most over the memory
    """
    delivered, produced, sent, burned = goods.delivered, goods.produced, goods.sent, goods.burned
    for h in range(arriving.shape[0]):
        for f in range(arriving.shape[2]):
            learnt[h, f] += 1
        for c in range(arriving.shape[1]):
            for f in range(arriving.shape[2]):
                come = delivered[h, c, f] + produced[h, c, f] - sent[h, c, f] - burned[h, c, f]
                arriving[h, c, f] += (come - arriving[h, c, f]) / min(float(learnt[h, f]), memory_days[f])


class Staff(NamedTuple):
    """How an authority plans; all (future,)."""

    horizon: Floats
    """days that the stock is to last"""
    alarm: Floats
    """share of the horizon: rations are cut where fewer days are left"""
    floor: Floats
    """smallest ration, share of normal use"""
    review: Floats
    """days between two reviews"""


@kernel
def count_days_left(
    stock: Floats, arriving: Floats, people: Ints, need: Floats, staff: Staff, day: int, planned: Floats
) -> None:
    """Cut the planned ration where few days are left at today's use, raise it on a review day (E7), in place.

    Nobody raises a ration while the stock shrinks.

    Parameters
    ----------
    stock : (home, commodity, future) t
    arriving : (home, commodity, future) t/day, mean of arrivals and output
    people : (home, future); need : (commodity, future) t/person/day
    day : days since the scenario's start
    planned : (home, commodity, future) share of normal use, in [floor, 1], or 1 where nobody needs any
    """
    horizon, alarm, floor, review = staff.horizon, staff.alarm, staff.floor, staff.review
    reviewed = np.zeros(review.size, np.bool_)
    for f in range(review.size):
        reviewed[f] = day % int(review[f]) == 0
    for h in range(stock.shape[0]):
        for c in range(stock.shape[1]):
            for f in range(stock.shape[2]):
                want = people[h, f] * need[c, f]
                if want <= 0.0:
                    planned[h, c, f] = 1.0
                    continue
                shrinks = planned[h, c, f] * want - arriving[h, c, f]
                few = stock[h, c, f] < shrinks * alarm[f] * horizon[f]
                if few or (reviewed[f] and shrinks <= 0.0):
                    share = stock[h, c, f] / (horizon[f] * want) + arriving[h, c, f] / want
                    lasting = min(1.0, max(floor[f], share))
                    planned[h, c, f] = min(planned[h, c, f], lasting) if few else max(planned[h, c, f], lasting)


NORMAL = 0.9
"""share of normal use, and of full stores, from which on supply counts as normal; assumed: counts are not better than
a tenth"""


def _normal_again(net: Network, s: State, p: Inputs) -> Bytes:
    """Return where about as much food arrives, over the last days, as people normally use: (home, future) bool.

    So it is too where stores are so full that no more is sent, and a way leads there.
    """
    kcal = net.energy[:, None]
    comes, stored = ((s[name] * kcal).sum(axis=1) for name in ("arriving", "stock"))
    used = s["people"] * (p["need"] * kcal).sum(axis=0)
    full = (s["ways"] > 0) & (stored >= NORMAL * p["delivery.full_stores"] * used)
    again: Bytes = ((comes >= NORMAL * used) | full) & (s["people"] > 0)
    return again


def _goods(s: State) -> Goods:
    return Goods(s["stock"], s["delivered"], s["produced"], s["sent"], s["burned_by_lorries"])


def _need(net: Network, s: State, p: Inputs) -> Floats:
    """Return normal use today, (commodity, future) t/person/day: of food, more in the cold."""
    need: Floats = np.where(net.food[:, None] > 0, p["need"] * s["cold"], p["need"])
    return need


def _hand_out(net: Network, s: State, p: Inputs, lapse: bool) -> None:
    """Hand out by the plan, or group by group where there are groups, and write what is found elsewhere.

    lapse : whether authorities plan: coupons, and rations that have no end, lapse where supply is normal again
    """
    lost = 1.0 - (1.0 - p["delivery.loss"]) * (1.0 - p["pipelines.forces"])
    aid.follow_aid(net, s["shipped"], lost, s["stock"], s["delivered"], s["produced"], s["aid_part"])
    handed = Handed(s["used"], s["spoiled"], s["ration"])
    terms = Terms(_need(net, s, p), p["need"], s["coupon"], lapse, net.spoilage, net.energy, net.food)
    planned, allotted, promised = s["planned"], s["allotted"], s["promised"]
    if lapse and s["lapsing"].any():
        over = (s["lapsing"] > 0) & _normal_again(net, s, p)[:, None, None]
        allotted, promised = np.where(over, np.nan, allotted), np.where(over, np.nan, promised)
    if net.lorry_fuel != NONE and p["commodities.baked"].any():
        oven = bread_that_is_baked(s["service"][:, net.lorry_fuel], p["commodities.baked"], p["rations.eaten_unbaked"])
        planned, allotted = planned * oven, allotted.copy()
        allotted[:, :, :-1] *= oven[:, None]
    if not s["allotted"].size:
        hand_out(_goods(s), s["people"], terms, planned, handed)
        s["extra"][:], s["made_up"][:] = p["places.extra"], p["places.extra_when_short"]
        s["ration_cv"][:] = 0.0
        _make_up(net, s, p, np.ones_like(s["aid_part"]))
        return
    size_groups(s["group_share"], allotted, s["group_extra"], s["group_size"])
    groups = Groups(s["group_share"], allotted, promised, p["rations.pot"])
    told = Told(s["ration_cv"], s["promised_kcal"])
    hand_out_by_group(_goods(s), s["people"], terms, planned, groups, s["group_size"], handed, told)
    priors = p["places.extra"], p["places.extra_when_short"]
    find_elsewhere(s["group_size"], s["group_extra"], *priors, s["extra"], s["made_up"])
    _make_up(net, s, p, s["group_size"][:, -1])


def _make_up(net: Network, s: State, p: Inputs, unlisted: Floats) -> None:
    """Take what is captured, let people make up part of what is missing, and write how unequal what they eat is.

    unlisted : (home, future) share of people of whose ration nothing is written: aid may leave them out
    """
    need = p["intake.requirement"] * s["cold"]
    aid.count_on_aid(_goods(s), s["used"], net.energy, s["people"], need, s["extra"], s["aid_part"], s["aid_eaten"])
    part = s["aid_eaten"] * unlisted
    s["captured"][:] = 1.0 - (1.0 - p["intake.captured"]) * (1.0 - part * p["rations.aid_astray"])
    handed = s["used"] * (1.0 - s["captured"])[:, None]
    s["made_up"] *= 1.0 - s["frost"] * p["rations.frozen_ground"]
    make_up(handed, net.energy, s["people"], need, s["made_up"], s["extra"], s["unmet"])
    between, left_out = s["ration_cv"], part * p["rations.aid_spread"]
    between[:] = np.sqrt(between * between + left_out * left_out)
    spread_over_meals(handed, net.energy, s["people"], s["extra"] * need, between)


def bread_that_is_baked(fuel: Floats, baked: Floats, unbaked: Floats) -> Floats:
    """Return the share of each good that can be used, (home, commodity, future) (E3); the rest stays in store.

    Parameters
    ----------
    fuel : (home, future) share of the need for fuel that was met yesterday
    baked : (commodity, future) share that is eaten as bread; unbaked : (future,) share of that used without fuel
    """
    lost: Floats = baked[None] * (1.0 - unbaked) * (1.0 - fuel[:, None])
    return 1.0 - lost


def start_plan(net: Network, s: State, p: Inputs) -> None:
    """Plan what is in force on the first day."""
    s["planned"][:] = p["rations.in_force"]


def use_as_always(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day without rationing (E6)."""
    _hand_out(net, s, p, lapse=False)


def stretch_the_stock(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of stretched rations (E7)."""
    notice_lost_ways(net, s["goods_way"], s["pipeline_meant"], s["ways"], s["learnt"])
    remember_arrivals(_goods(s), p["rations.memory_days"], s["learnt"], s["arriving"])
    staff = Staff(*(p[f"rations.{name}"] for name in ("planning_horizon", "alarm", "floor", "review_days")))
    count_days_left(s["stock"], s["arriving"], s["people"], p["need"], staff, today.day, s["planned"])
    _hand_out(net, s, p, lapse=True)


_STATES = (
    Array("used", ("place", "commodity")),
    Array("spoiled", ("place", "commodity")),
    Array("ration", ("place", "commodity")),
    Array("planned", ("place", "commodity"), start=1.0),
    Array("extra", ("place",)),
    Array("made_up", ("place",)),
    Array("unmet", ("place",)),
    Array("ration_cv", ("place",)),
    Array("promised_kcal", ("place",)),
    Array("aid_part", ("place",)),
    Array("aid_eaten", ("place",)),
    Array("captured", ("place",)),
    Array("group_size", ("place", "everybody")),
)
_READS = (
    "delivered", "produced", "sent", "burned_by_lorries", "coupon", "promised", "allotted", "lapsing", "group_share",
    "group_extra",
    "cold", "frost", "shipped",
)  # fmt: skip
_YESTERDAY = ("stock", "people", "service")
_INPUTS = (
    "need", "places.extra", "places.extra_when_short", "intake.requirement", "intake.captured", "commodities.baked",
    "delivery.loss", "delivery.full_stores", "pipelines.forces",
)  # fmt: skip

NONE_RULE = Rule(
    process="rations", name="none", step=use_as_always, parameters=(POT, RAW, *EXTRA, *aid.PARAMETERS), states=_STATES, reads=_READS,
    yesterday=_YESTERDAY, inputs=_INPUTS,
    summary="Normal use until nothing is left (E6); coupons and rations by group where they are given.",
)  # fmt: skip

STRETCH_RULE = Rule(
    process="rations", name="stretch", step=stretch_the_stock, start=start_plan, parameters=(*PLAN, POT, RAW, *EXTRA, *aid.PARAMETERS),
    states=(
        *_STATES, Array("arriving", ("place", "commodity")), Array("ways", ("place",), np.int64),
        Array("learnt", ("place",), np.int64),
    ),
    reads=(*_READS, "goods_way", "pipeline_meant"), yesterday=_YESTERDAY, inputs=_INPUTS,
    summary="Days left are counted daily; rations are cut when few are left, raised at reviews (E7); coupons, groups.",
)  # fmt: skip
