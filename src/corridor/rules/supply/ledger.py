"""Ledger: the one place where stocks and people change.

People present are those of this morning without the dead and those who left.
S(t+1) = S(t) + delivered + produced - used - spoiled - sent - burned. Service level (E4): supply over need.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Bytes, Floats, Inputs, Rule, State, Today


@kernel
def settle(
    stock: Floats, delivered: Floats, produced: Floats, used: Floats, spoiled: Floats, sent: Floats, burned: Floats,
    ration: Floats, food: Bytes, service: Floats,
) -> None:  # fmt: skip
    """Apply one day's flows to the stocks, in place; all arrays (future, home, commodity), food (commodity,).

    Rounding may leave a stock a billionth of a tonne below zero; it is set to zero. `service` is written: the share
    of need met for fuel and services, 1 for food (whose level is the ration).
    """
    for f in range(stock.shape[0]):
        for h in range(stock.shape[1]):
            for c in range(stock.shape[2]):
                flow = delivered[f, h, c] + produced[f, h, c]
                flow -= used[f, h, c] + spoiled[f, h, c] + sent[f, h, c] + burned[f, h, c]
                left = stock[f, h, c] + flow
                stock[f, h, c] = 0.0 if -1e-9 < left < 0.0 else left
                service[f, h, c] = 1.0 if food[c] else min(1.0, ration[f, h, c])


def start(net: Network, s: State, p: Inputs) -> None:
    """Services begin in full; who lives there is drawn."""
    s["stock"] = p["stock"].copy()
    s["people"] = p["people"].astype(np.int64)
    s["burned"] = np.zeros_like(s["stock"])
    s["service"] = np.ones_like(s["stock"])


def step(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Close the books of the day."""
    np.add(s["burned_by_lorries"], s["burned_by_cars"], out=s["burned"])
    s["people"] -= s["deaths"] + s["departures"]
    settle(
        s["stock"], s["delivered"], s["produced"], s["used"], s["spoiled"], s["sent"], s["burned"],
        s["ration"], net.food, s["service"],
    )  # fmt: skip


RULE = Rule(
    future_first=True, process="ledger", name="double_entry", step=step, start=start, parameters=(),
    reads=("delivered", "produced", "used", "spoiled", "sent", "burned_by_lorries", "burned_by_cars", "deaths", "departures"),
    writes=("stock", "people", "burned", "service"),
    summary="The one place where stocks and people change; service levels of fuel and medicine.",
)  # fmt: skip
