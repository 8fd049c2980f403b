"""Rations: what is handed out of the stock today.

Without rationing (E6) people use what they always used until nothing is left: C = min(S, N c).
Stretching (E7) plans ahead: a = clip((S + T A) / (T N c), a_min, 1), reviewed every few days, C = min(S, a N c),
with A the running mean of arrivals. Where coupons are in force nobody gets more of a good than the coupon says; they
lapse where the plan could give everybody normal use.
Local output enters before, spoilage takes its share of what is left: S' = (S + arrivals + output - C)(1 - spoilage).
Commodities are handed out one by one; a person who gets no sugar is not given more bread.
"""

from __future__ import annotations

from typing import NamedTuple

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Ints, Rule, State, Today
from corridor.tables.parameter import Parameter, fixed

PARAMETERS = (
    Parameter(
        "rations.planning_horizon", 30.0, "day", 14.0, 60.0,
        "hunger-and-flight synthesis of siege rationing: 0, 14, 30 or 60 days; Leningrad's fifth cut came ten weeks into the siege",
        "days that the stock is planned to last when rations are stretched",
        dist="uniform", minimum=1.0, maximum=365.0,
    ),
    Parameter(
        "rations.floor", 0.35, "1", 0.25, 0.5,
        "assumed: range of lowest rations in recorded sieges",
        "smallest share of normal use that is planned for",
        maximum=1.0,
    ),
    fixed("rations.review_days", 14.0, "day", "reviews every 7 to 30 days; Leningrad 1941: five cuts in eleven weeks",
          "days between two reviews of the ration", minimum=1.0),
    fixed("rations.memory_days", 14.0, "day", "running mean of 14 days, stretching rule",
          "length of the running mean of arrivals", minimum=1.0),
)  # fmt: skip


class Goods(NamedTuple):
    """What lies in the homes today; (home, commodity, future)."""

    stock: Floats
    """t at the start of the day"""
    delivered: Floats
    """t/day"""
    produced: Floats
    """t/day"""
    sent: Floats
    """t/day"""
    burned: Floats
    """t/day of fuel of lorries"""


class Handed(NamedTuple):
    """What is written; (home, commodity, future)."""

    used: Floats
    """t/day"""
    spoiled: Floats
    """t/day"""
    ration: Floats
    """share of normal use really handed out; 1 where nobody needs any"""


@kernel
def produce_locally(people_start: Ints, need: Floats, share: Floats, factor: Floats, produced: Floats) -> None:
    """Write local output as a share of the normal use of the people who lived there at the start.

    Parameters
    ----------
    people_start : (home, future) persons at the start: fields and mills do not leave with the people
    need : (commodity, future) t/person/day
    share : (home, commodity, future) of normal use
    factor : (commodity, future) multiplier from events, such as a fuel shortage
    produced : (home, commodity, future) t/day, written
    """
    for h in range(produced.shape[0]):
        for c in range(produced.shape[1]):
            for f in range(produced.shape[2]):
                produced[h, c, f] = share[h, c, f] * factor[c, f] * need[c, f] * people_start[h, f]


@kernel
def remember_arrivals(goods: Goods, memory_days: Floats, arriving: Floats) -> None:
    """Bring the running mean of arrivals and output (home, commodity, future) t/day up to today's, in place."""
    delivered, produced, sent, burned = goods.delivered, goods.produced, goods.sent, goods.burned
    for h in range(arriving.shape[0]):
        for c in range(arriving.shape[1]):
            for f in range(arriving.shape[2]):
                come = delivered[h, c, f] + produced[h, c, f] - sent[h, c, f] - burned[h, c, f]
                arriving[h, c, f] += 1.0 / memory_days[f] * (come - arriving[h, c, f])


@kernel
def review_plan(
    stock: Floats, arriving: Floats, people: Ints, need: Floats, horizon: Floats, floor: Floats, planned: Floats
) -> None:
    """Set the planned ration (E7), in place.

    Parameters
    ----------
    stock : (home, commodity, future) t
    arriving : (home, commodity, future) t/day, running mean of arrivals and output
    people : (home, future)
    need : (commodity, future) t/person/day
    horizon : (future,) days; floor : (future,) smallest share
    planned : (home, commodity, future) share of normal use, written, in [floor, 1]
    """
    for h in range(stock.shape[0]):
        for c in range(stock.shape[1]):
            for f in range(stock.shape[2]):
                want = people[h, f] * need[c, f]
                if want <= 0.0:
                    planned[h, c, f] = 1.0
                    continue
                share = stock[h, c, f] / (horizon[f] * want) + arriving[h, c, f] / want
                planned[h, c, f] = min(1.0, max(floor[f], share))


@kernel
def hand_out(
    goods: Goods, people: Ints, need: Floats, coupon: Floats, lapse: bool, planned: Floats, spoilage: Floats,
    handed: Handed,
) -> None:  # fmt: skip
    """Hand out today's goods and let the rest spoil.

    Parameters
    ----------
    people : (home, future); need : (commodity, future) t/person/day
    coupon : (commodity, future) t/person/day handed out at most, infinity without coupons
    lapse : whether coupons lapse where normal use is planned
    planned : (home, commodity, future) share of normal use that is meant to be handed out
    spoilage : (commodity,) share/day
    """
    stock, delivered, produced, sent, burned = goods.stock, goods.delivered, goods.produced, goods.sent, goods.burned
    used, spoiled, ration = handed.used, handed.spoiled, handed.ration
    for h in range(stock.shape[0]):
        for c in range(stock.shape[1]):
            for f in range(stock.shape[2]):
                hand = stock[h, c, f] + delivered[h, c, f] + produced[h, c, f] - sent[h, c, f] - burned[h, c, f]
                hand = max(0.0, hand)
                want = people[h, f] * need[c, f]
                meant = planned[h, c, f] * want
                limited = not lapse or planned[h, c, f] < 1.0
                if people[h, f] > 0 and limited:  # nobody times no limit is not a number
                    meant = min(meant, people[h, f] * coupon[c, f])
                used[h, c, f] = min(hand, meant)
                spoiled[h, c, f] = spoilage[c] * (hand - used[h, c, f])
                ration[h, c, f] = used[h, c, f] / want if want > 1e-12 else 1.0


def expect_normal_use(net: Network, s: State, p: Inputs) -> None:
    """Before the first day the mean of arrivals covers normal use."""
    s["arriving"][:] = p["need"] * s["people_start"][:, None]


def _goods(s: State) -> Goods:
    return Goods(s["stock"], s["delivered"], s["produced"], s["sent"], s["burned_by_lorries"])


def use_as_always(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day without rationing (E6)."""
    produce_locally(s["people_start"], p["need"], p["outputs"], s["output_factor"], s["produced"])
    handed = Handed(s["used"], s["spoiled"], s["ration"])
    hand_out(_goods(s), s["people"], p["need"], s["coupon"], False, s["planned"], net.spoilage, handed)


def stretch_the_stock(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of stretched rations (E7)."""
    produce_locally(s["people_start"], p["need"], p["outputs"], s["output_factor"], s["produced"])
    goods = _goods(s)
    remember_arrivals(goods, p["rations.memory_days"], s["arriving"])
    if today.day % int(p["rations.review_days"][0]) == 0:
        horizon, floor = p["rations.planning_horizon"], p["rations.floor"]
        review_plan(s["stock"], s["arriving"], s["people"], p["need"], horizon, floor, s["planned"])
    handed = Handed(s["used"], s["spoiled"], s["ration"])
    hand_out(goods, s["people"], p["need"], s["coupon"], True, s["planned"], net.spoilage, handed)


_STATES = (
    Array("produced", ("place", "commodity")),
    Array("used", ("place", "commodity")),
    Array("spoiled", ("place", "commodity")),
    Array("ration", ("place", "commodity")),
    Array("planned", ("place", "commodity"), start=1.0),
)
_READS = ("delivered", "sent", "burned_by_lorries", "coupon", "output_factor", "people_start")
_YESTERDAY = ("stock", "people")
_INPUTS = ("need", "outputs")

NONE_RULE = Rule(
    process="rations", name="none", step=use_as_always, parameters=(), states=_STATES, reads=_READS, yesterday=_YESTERDAY,
    inputs=_INPUTS, summary="Normal use until nothing is left (E6); coupons where an event introduced them.",
)  # fmt: skip

STRETCH_RULE = Rule(
    process="rations", name="stretch", step=stretch_the_stock, start=expect_normal_use, parameters=PARAMETERS,
    states=(*_STATES, Array("arriving", ("place", "commodity"))), reads=_READS, yesterday=_YESTERDAY, inputs=_INPUTS,
    summary="Stock and expected arrivals are stretched over a planning horizon (E7); coupons where an event introduced them.",
)  # fmt: skip
