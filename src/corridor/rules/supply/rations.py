"""Rations: what is handed out of the stock today.

Without rationing (E6) people use what they always used until nothing is left: C = min(S, N c).
Stretching (E7) plans ahead: a = clip((S + T A) / (T N c), a_min, 1), reviewed every few days, C = min(S, a N c),
with A the running mean of arrivals. Where coupons are in force nobody gets more of a good than the coupon says; they
lapse where the plan could give everybody normal use.
Local output enters before, spoilage takes its share of what is left: S' = (S + arrivals + output - C)(1 - spoilage).
Commodities are handed out one by one; a person who gets no sugar is not given more bread.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Floats, Inputs, Ints, Rule, State, Today
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


@kernel
def local_output(population: Ints, need: Floats, share: Floats, factor: Floats, produced: Floats) -> None:
    """Write local output as a share of the normal use of the people who lived there at the start.

    Parameters
    ----------
    population : (future, home) persons at the start: fields and mills do not leave with the people
    need : (future, commodity) t/person/day
    share : (future, home, commodity) of normal use
    factor : (future, commodity) multiplier from events, such as a fuel shortage
    produced : (future, home, commodity) t/day, written
    """
    for f in range(produced.shape[0]):
        for h in range(produced.shape[1]):
            for c in range(produced.shape[2]):
                produced[f, h, c] = share[f, h, c] * factor[f, c] * need[f, c] * population[f, h]


@kernel
def review(
    stock: Floats, arriving: Floats, people: Ints, need: Floats, horizon: Floats, floor: Floats, ration: Floats
) -> None:
    """Set the planned ration (E7), in place.

    Parameters
    ----------
    stock : (future, home, commodity) t
    arriving : (future, home, commodity) t/day, running mean of arrivals and output
    people : (future, home)
    need : (future, commodity) t/person/day
    horizon : (future,) days; floor : (future,) smallest share
    ration : (future, home, commodity) share of normal use, written, in [floor, 1]
    """
    for f in range(stock.shape[0]):
        for h in range(stock.shape[1]):
            for c in range(stock.shape[2]):
                want = people[f, h] * need[f, c]
                if want <= 0.0:
                    ration[f, h, c] = 1.0
                    continue
                planned = stock[f, h, c] / (horizon[f] * want) + arriving[f, h, c] / want
                ration[f, h, c] = min(1.0, max(floor[f], planned))


@kernel
def hand_out(
    stock: Floats, delivered: Floats, produced: Floats, sent: Floats, burned: Floats, people: Ints, need: Floats,
    coupon: Floats, planned: Floats, spoilage: Floats, used: Floats, spoiled: Floats, ration: Floats,
) -> None:  # fmt: skip
    """Hand out today's goods and let the rest spoil.

    Parameters
    ----------
    stock, delivered, produced, sent, burned : (future, home, commodity) t, t/day
    people : (future, home); need : (future, commodity) t/person/day
    coupon : (future, home, commodity) t/person/day handed out at most, infinity without coupons
    planned : (future, home, commodity) share of normal use that is meant to be handed out
    spoilage : (commodity,) share/day
    used, spoiled : (future, home, commodity) t/day, written
    ration : (future, home, commodity) share of normal use really handed out, written; 1 where nobody needs any
    """
    for f in range(stock.shape[0]):
        for h in range(stock.shape[1]):
            for c in range(stock.shape[2]):
                hand = stock[f, h, c] + delivered[f, h, c] + produced[f, h, c] - sent[f, h, c] - burned[f, h, c]
                hand = max(0.0, hand)
                want = people[f, h] * need[f, c]
                meant = planned[f, h, c] * want
                if people[f, h] > 0:  # nobody times no limit is not a number
                    meant = min(meant, people[f, h] * coupon[f, h, c])
                used[f, h, c] = min(hand, meant)
                spoiled[f, h, c] = spoilage[c] * (hand - used[f, h, c])
                ration[f, h, c] = used[f, h, c] / want if want > 1e-12 else 1.0


def start(net: Network, s: State, p: Inputs) -> None:
    """Before the first day everything is handed out in full; the mean of arrivals covers normal use."""
    shape = s["stock"].shape
    for name in ("produced", "used", "spoiled", "ration"):
        s[name] = np.zeros(shape)
    s["planned"] = np.ones(shape)
    s["arriving"] = p["need"][:, None, :] * s["people"][:, :, None].astype(np.float64)


def remember(s: State, p: Inputs) -> None:
    """Bring the running mean of arrivals and output up to yesterday's."""
    weight = (1.0 / p["rations.memory_days"])[:, None, None]
    s["arriving"] += weight * (s["delivered"] + s["produced"] - s["sent"] - s["burned_by_lorries"] - s["arriving"])


def _hand_out(net: Network, s: State, p: Inputs, coupon: Floats) -> None:
    hand_out(
        s["stock"], s["delivered"], s["produced"], s["sent"], s["burned_by_lorries"], s["people"], p["need"],
        coupon, s["planned"], net.spoilage, s["used"], s["spoiled"], s["ration"],
    )  # fmt: skip


def step_none(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day without rationing (E6)."""
    local_output(s["people_start"], p["need"], p["outputs"], s["output_factor"], s["produced"])
    s["planned"][:] = 1.0
    _hand_out(net, s, p, np.broadcast_to(s["coupon"][:, None, :], s["planned"].shape).copy())


def step_stretch(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of stretched rations (E7)."""
    local_output(s["people_start"], p["need"], p["outputs"], s["output_factor"], s["produced"])
    remember(s, p)
    if today.day % int(p["rations.review_days"][0]) == 0:
        horizon, floor = p["rations.planning_horizon"], p["rations.floor"]
        review(s["stock"], s["arriving"], s["people"], p["need"], horizon, floor, s["planned"])
    _hand_out(net, s, p, np.where(s["planned"] < 1.0, s["coupon"][:, None, :], np.inf))


_READS = ("stock", "delivered", "sent", "burned_by_lorries", "people", "coupon", "output_factor")
_WRITES = ("produced", "used", "spoiled", "ration")

NONE_RULE = Rule(
    future_first=True, process="rations", name="none", step=step_none, start=start, parameters=(), reads=_READS, writes=_WRITES,
    summary="Normal use until nothing is left (E6); coupons where an event introduced them.",
)  # fmt: skip

STRETCH_RULE = Rule(
    future_first=True, process="rations", name="stretch", step=step_stretch, start=start, parameters=PARAMETERS, reads=_READS, writes=_WRITES,
    summary="Stock and expected arrivals are stretched over a planning horizon (E7); coupons where an event introduced them.",
)  # fmt: skip
