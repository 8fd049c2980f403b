"""Aid beside the market: which part of the food in store came as aid, who of the people gets it, and what is taken.

In words. Goods of a place lie in one store, but what came as aid is known apart: its part of the energy in store follows
what comes in, and what is handed out holds aid in the same part. Who pays gets the market's food (`sharing`). Aid goes to
those who are registered, live where it is given out, and whose aid is not taken on the way: it is spread over households
by a law of its own, which has nothing to do with who was poor. Rations by group say who gets what, so for whom the case
has written a ration none of this holds.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Floats, Ints
from corridor.rules.supply.handing import Goods
from corridor.tables.parameter import Parameter

COMMERCIAL = 1
"""Bit of the class of traffic that is no aid."""
DUST = 1e-9
"""kcal; keeps divisions finite."""

PARAMETERS = (
    Parameter(
        "rations.aid_spread", 0.5, "1", 0.2, 0.75,
        "assumed: 0.5 where a fifth of households get no aid, 0.75 where more than a third do; targeted programmes leave out a "
        "fifth to a half of those they mean to reach (Coady, Grosh & Hoddinott 2004)",
        "coefficient of variation between households of the aid they get, where no ration by group says who gets what",
        dist="uniform", maximum=0.78,
    ),
    Parameter(
        "rations.aid_astray", 0.20, "1", 0.0, 0.50,
        "assumed: up to a half of food aid was diverted in Somalia (UN Monitoring Group 2010, S/2010/91), and less than a half of "
        "what had come to Tigray by mid-2022 had been given out, for want of fuel (recalled); in orderly programmes next to none",
        "share of the aid counted at the gate that never reaches people (taken by armed forces, sold on, left in stores), "
        "where no ration by group says who gets what", maximum=0.95,
    ),
)  # fmt: skip


@kernel
def follow_aid(
    net: Network, shipped: Floats, loss: Floats, stock: Floats, delivered: Floats, produced: Floats, part: Floats
) -> None:
    """Bring the part of the food in store that came as aid up to today's arrivals, in place.

    Parameters
    ----------
    shipped : (pipeline, home, commodity, future) t/day that set out today; those of a longer journey count on that day
    loss : (pipeline, future) share that is lost on the way, what forces take included
    stock, delivered, produced : (home, commodity, future) t in the morning, t/day
    part : (home, future) share of the energy in store, 0-1
    """
    pipes, homes, many, futures = shipped.shape
    lies, comes, aid = np.empty(futures), np.empty(futures), np.empty(futures)
    for h in range(homes):
        for f in range(futures):
            lies[f] = 0.0
            comes[f] = 0.0
            aid[f] = 0.0
        for c in range(many):
            kcal = net.energy[c]
            if kcal <= 0.0:
                continue
            for f in range(futures):
                lies[f] += stock[h, c, f] * kcal
                comes[f] += (delivered[h, c, f] + produced[h, c, f]) * kcal
            for i in range(pipes):
                if net.pipeline_class[i] == COMMERCIAL or net.pipeline_to[i, h] == 0 or net.pipeline_home[i] != -1:
                    continue
                for f in range(futures):
                    aid[f] += shipped[i, h, c, f] * (1.0 - loss[i, f]) * kcal
        for f in range(futures):
            had = part[h, f] * lies[f]
            part[h, f] = min(1.0, (had + min(aid[f], comes[f])) / max(DUST, lies[f] + comes[f]))


@kernel
def count_on_aid(
    goods: Goods, used: Floats, energy: Floats, people: Ints, need: Floats, found: Floats, part: Floats, eaten: Floats
) -> None:
    """Write which share of what is handed out people could not have had without aid.

    Where the rest of the store would do, nobody hangs on aid, so that aid on top of a full market takes from nobody.

    Parameters
    ----------
    used : (home, commodity, future) t/day handed out; energy : (commodity,) kcal/t, 0 for what is not food
    people : (home, future); need : (future,) kcal/person/day, today's
    found : (home, future) what nobody hands out, share of need
    part : (home, future) part of the energy in store that came as aid
    eaten : (home, future) share of what is handed out, written
    """
    for h in range(part.shape[0]):
        for f in range(part.shape[1]):
            lies, handed = 0.0, 0.0
            for c in range(energy.size):
                hand = goods.stock[h, c, f] + goods.delivered[h, c, f] + goods.produced[h, c, f]
                hand -= goods.sent[h, c, f] + goods.burned[h, c, f]
                lies += max(0.0, hand) * energy[c]
                handed += used[h, c, f] * energy[c]
            want = people[h, f] * need[f] * max(0.0, 1.0 - found[h, f])
            short = max(0.0, min(want, handed) - (1.0 - part[h, f]) * lies)
            eaten[h, f] = min(part[h, f], short / max(DUST, handed))
