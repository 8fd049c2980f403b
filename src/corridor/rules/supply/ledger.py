"""Ledger: the one place where stocks and people change.

S(t+1) = S(t) + delivered + produced + returned - used - spoiled - sent - burned. Service level (E4): supply over need.
On the way to a home: T(t+1) = T(t) + dispatched - delivered - turned back.
Where people of a home are counted, people move between the homes of the ring, and what households hold goes with them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Bytes, Floats, Inputs, Ints, Rule, State, Today


class Flows(NamedTuple):
    """Goods that came and went today; all (home, commodity, future) t/day."""

    delivered: Floats
    produced: Floats
    returned: Floats
    """set out from here on an earlier day, and turned back"""
    used: Floats
    spoiled: Floats
    sent: Floats
    by_lorries: Floats
    """fuel burned by lorries"""
    by_cars: Floats
    """fuel burned by people who leave"""


@kernel
def settle_stocks(flows: Flows, ration: Floats, food: Bytes, stock: Floats, burned: Floats, service: Floats) -> None:
    """Apply one day's flows to the stocks, in place.

    Parameters
    ----------
    ration : (home, commodity, future) share of normal use handed out; food : (commodity,) 1 for what is eaten
    stock : (home, commodity, future) t; a billionth of a tonne below zero is rounding, and set to zero
    burned : (home, commodity, future) t/day, written: fuel burned by lorries and by people who leave
    service : (home, commodity, future) written: the share of need met for fuel and services, 1 for food (whose level
        is the ration)
    """
    delivered, produced, used, spoiled, sent = flows.delivered, flows.produced, flows.used, flows.spoiled, flows.sent
    returned, by_lorries, by_cars = flows.returned, flows.by_lorries, flows.by_cars
    for h in range(stock.shape[0]):
        for c in range(stock.shape[1]):
            for f in range(stock.shape[2]):
                burned[h, c, f] = by_lorries[h, c, f] + by_cars[h, c, f]
                flow = delivered[h, c, f] + produced[h, c, f] + returned[h, c, f]
                flow -= used[h, c, f] + spoiled[h, c, f] + sent[h, c, f] + burned[h, c, f]
                left = stock[h, c, f] + flow
                stock[h, c, f] = 0.0 if -1e-9 < left < 0.0 else left
                service[h, c, f] = 1.0 if food[c] else min(1.0, ration[h, c, f])


@kernel
def count_people(
    people: Ints, deaths: Ints, births: Ints, departures: Ints, turned_back: Ints, came_back: Ints
) -> None:
    """Take who died and who left from the people present, add who was born and who came back; all (home, future) persons."""
    for h in range(people.shape[0]):
        for f in range(people.shape[1]):
            people[h, f] += births[h, f] + turned_back[h, f] + came_back[h, f] - deaths[h, f] - departures[h, f]


@kernel
def move_between_homes(
    counted: Floats, follows: Floats, people: Ints, stock: Floats, moved: Ints, belongs: Floats
) -> None:
    """Move people between homes where they are counted, and with them their part of what was theirs, in place.

    Nobody enters or leaves the ring: a count is met by the other homes, in proportion to their people, and is cut to
    the people there are. Those who arrive bring their part of each good that follows people.

    Parameters
    ----------
    counted : (home, future) persons who were counted today, not a number where nobody counted
    follows : (commodity, future) 1 for goods that households hold, whose total the folder splits by population
    people : (home, future); stock : (home, commodity, future) t
    moved : (home, future) persons who came in all so far, less those who went
    belongs : (home,) persons each home is to have, overwritten
    """
    homes, goods, futures = people.shape[0], stock.shape[1], people.shape[1]
    for f in range(futures):
        total, told, others = 0.0, 0.0, 0.0
        for h in range(homes):
            total += people[h, f]
            if np.isnan(counted[h, f]):
                others += people[h, f]
            else:
                told += counted[h, f]
        if others == total or (told <= 0.0 and others <= 0.0):
            continue  # nobody counted, or nobody can be anywhere
        # counts are cut where they pass those who are there, and stretched where every home is counted
        share = total / told if told > total or others <= 0.0 else 1.0
        left = total - share * told
        sum_before, sum_after, goers = 0.0, 0, 0
        for h in range(homes):
            belongs[h] = people[h, f] / max(others, 1.0) * left if np.isnan(counted[h, f]) else share * counted[h, f]
            # whole persons whose sum is the total: each home is the difference of two rounded sums
            sum_before += belongs[h]
            whole = int(np.floor(sum_before + 0.5)) - sum_after
            sum_after += whole
            belongs[h] = whole
            goers += max(0, people[h, f] - whole)
        if goers == 0:
            continue
        for c in range(goods):
            carried = 0.0
            for h in range(homes):
                going = max(0.0, people[h, f] - belongs[h])
                if follows[c, f] > 0.0 and going > 0.0:
                    part = stock[h, c, f] * (going / people[h, f])
                    carried += part
                    stock[h, c, f] -= part
            for h in range(homes):
                stock[h, c, f] += carried * max(0.0, belongs[h] - people[h, f]) / goers
        for h in range(homes):
            moved[h, f] += int(belongs[h]) - people[h, f]
            people[h, f] = int(belongs[h])


def first_books(net: Network, s: State, p: Inputs) -> None:
    """Open the books with the people and the stocks of the first morning."""
    s["people"][:] = p["people"].astype(np.int64)
    s["stock"][:] = p["stock"]


def close_books(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Close the books of the day."""
    flows = Flows(
        s["delivered"], s["produced"], s["goods_returned"], s["used"], s["spoiled"], s["sent"],
        s["burned_by_lorries"], s["burned_by_cars"],
    )  # fmt: skip
    settle_stocks(flows, s["ration"], net.food, s["stock"], s["burned"], s["service"])
    on_the_way = s["in_transit"] + s["dispatched"] - s["delivered"] - s["goods_turned_back"]
    s["in_transit"][:] = np.where(np.abs(on_the_way) < 1e-6, 0.0, on_the_way)  # a gram is rounding
    count_people(s["people"], s["deaths"], s["births"], s["departures"], s["turned_back"], s["came_back"])
    move_between_homes(s["counted"], p["stock.follows"], s["people"], s["stock"], s["moved"], np.empty(net.home.size))


RULE = Rule(
    process="ledger",
    name="double_entry",
    step=close_books,
    start=first_books,
    parameters=(),
    states=(
        Array("people", ("place",), np.int64),
        Array("stock", ("place", "commodity")),
        Array("in_transit", ("place", "commodity")),
        Array("service", ("place", "commodity"), start=1.0),
        Array("burned", ("place", "commodity")),
        Array("moved", ("place",), np.int64),
    ),
    reads=(
        "delivered", "dispatched", "goods_turned_back", "goods_returned", "produced", "used", "spoiled", "sent",
        "burned_by_lorries", "burned_by_cars", "ration", "deaths", "births", "departures", "turned_back", "came_back", "counted",
    ),
    inputs=("people", "stock", "stock.follows"),
    summary="The one place where stocks and people change; service levels of fuel and medicine.",
)  # fmt: skip
