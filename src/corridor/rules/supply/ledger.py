"""Ledger: the one place where stocks and people change.

S(t+1) = S(t) + delivered + produced + returned - used - spoiled - sent - burned. Service level (E4): supply over need.
On the way to a home: T(t+1) = T(t) + dispatched - delivered - turned back.
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
def count_people(people: Ints, deaths: Ints, departures: Ints) -> None:
    """Take those who died and those who left from the people present, in place; all (home, future) persons."""
    for h in range(people.shape[0]):
        for f in range(people.shape[1]):
            people[h, f] -= deaths[h, f] + departures[h, f]


def first_books(net: Network, s: State, p: Inputs) -> None:
    """Open the books with the people and the stocks of the first morning."""
    s["people"][:] = p["people"].astype(np.int64)
    s["stock"][:] = p["stock"]


def close_books(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Close the books of the day."""
    flows = Flows(
        s["delivered"], s["produced"], s["returned"], s["used"], s["spoiled"], s["sent"], s["burned_by_lorries"],
        s["burned_by_cars"],
    )  # fmt: skip
    settle_stocks(flows, s["ration"], net.food, s["stock"], s["burned"], s["service"])
    s["in_transit"] += s["dispatched"] - s["delivered"] - s["turned_back"]
    count_people(s["people"], s["deaths"], s["departures"])


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
    ),
    reads=(
        "delivered", "dispatched", "turned_back", "returned", "produced", "used", "spoiled", "sent", "burned_by_lorries", "burned_by_cars", "ration", "deaths",
        "departures",
    ),
    inputs=("people", "stock"),
    summary="The one place where stocks and people change; service levels of fuel and medicine.",
)  # fmt: skip
