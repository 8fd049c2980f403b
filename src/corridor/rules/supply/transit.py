"""Goods on the way: what set out arrives after as many days as its lorries drive; no open way left, and it turns back.

`road` is (pipeline, home, commodity, slot + 1, future) t: what arrives on a day whose number, divided by the slots,
leaves that rest; the last entry is the sum of all days.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network
from corridor.rules.base import Floats, Ints

LONGEST = 60
"""days; a longer journey arrives after so many"""
_DUST = 1e-12
"""t that rounding leaves"""


@kernel
def ask_fleets(fleet: Ints, own: Floats, common: Floats, answer: Floats) -> None:
    """Write a number of each pipeline's lorries, (pipeline, future): its fleet's own, or what holds for all others.

    fleet : (pipeline,) -1 where it has none; own : (fleet, future); common : (future,)
    """
    for i in range(fleet.size):
        for f in range(common.size):
            answer[i, f] = common[f] if fleet[i] == NONE else own[fleet[i], f]


@kernel
def add_losses(last_leg: Floats, forces: Floats, loss: Floats) -> None:
    """Write the share that is lost on the way, (pipeline, future): on the last leg, and what forces take before it.

    last_leg : (future,); forces : (pipeline, future)
    """
    for i in range(loss.shape[0]):
        for f in range(loss.shape[1]):
            loss[i, f] = 1.0 - (1.0 - last_leg[f]) * (1.0 - forces[i, f])


@kernel
def come_in(
    net: Network,
    day: int,
    way: Ints,
    road: Floats,
    delivered: Floats,
    goods_turned_back: Floats,
    goods_returned: Floats,
) -> None:
    """Let arrive what is due today, and turn back what has no open way left to its home.

    way : (pipeline, place, future) link by which a place is reached today, -1 where no way leads
    delivered, goods_turned_back : (home, commodity, future) t/day by where goods were bound, written
    goods_returned : (home, commodity, future) t/day that come back into the stock of the home that sent them, written
    """
    delivered[:] = 0.0
    goods_turned_back[:] = 0.0
    goods_returned[:] = 0.0
    home, origins, targets = net.home, net.pipeline_home, net.pipeline_to
    pipes, homes, commodities, slots, futures = road.shape
    if slots == 2:
        return  # no journey takes longer than a day
    due, total = day % (slots - 1), slots - 1
    for i in range(pipes):
        for h in range(homes):
            if targets[i, h] == 0:
                continue
            for c in range(commodities):
                anything = False
                for f in range(futures):  # apart from the rest: it is looked through many at a time
                    anything |= road[i, h, c, total, f] > 0.0
                if not anything:
                    continue
                for f in range(futures):
                    if road[i, h, c, total, f] <= 0.0:
                        continue
                    if way[i, home[h], f] == NONE:
                        goods_turned_back[h, c, f] += road[i, h, c, total, f]
                        if origins[i] != NONE:
                            goods_returned[origins[i], c, f] += road[i, h, c, total, f]
                        for slot in range(slots):
                            road[i, h, c, slot, f] = 0.0
                    else:
                        delivered[h, c, f] += road[i, h, c, due, f]
                        left = road[i, h, c, total, f] - road[i, h, c, due, f]
                        road[i, h, c, total, f] = left if left > _DUST else 0.0
                        road[i, h, c, due, f] = 0.0


@kernel
def dispatch(
    day: int, shipped: Floats, spell: Floats, loss: Floats, road: Floats, delivered: Floats, dispatched: Floats
) -> None:
    """Put what sets out on the road; journeys of less than a day arrive at once.

    day : days since the start; below 0: fill the road as if the same had set out on every day before the first
    shipped : (pipeline, home, commodity, future) t/day; spell : (pipeline, home, future) days of driving
    loss : (pipeline, future) share that is lost on the way, what forces take included
    delivered : (home, commodity, future) t/day, added to
    dispatched : (home, commodity, future) t/day that set out and will not be lost, added to
    """
    pipes, homes, commodities, futures = shipped.shape
    slots = road.shape[3] - 1
    for i in range(pipes):
        for h in range(homes):
            for c in range(commodities):
                anything = False
                for f in range(futures):
                    anything |= shipped[i, h, c, f] > 0.0
                if not anything:
                    continue
                for f in range(futures):
                    if shipped[i, h, c, f] <= 0.0:
                        continue
                    tonnes = shipped[i, h, c, f] * (1.0 - loss[i, f])
                    days = min(int(np.floor(spell[i, h, f] + 1e-9)), slots - 1)
                    if day < 0:
                        dispatched[h, c, f] += tonnes * days
                        road[i, h, c, slots, f] += tonnes * days
                        for slot in range(days):
                            road[i, h, c, slot, f] += tonnes
                        continue
                    dispatched[h, c, f] += tonnes
                    if days == 0:
                        delivered[h, c, f] += tonnes
                    else:
                        road[i, h, c, slots, f] += tonnes
                        road[i, h, c, (day + days) % slots, f] += tonnes


@kernel
def muster(
    day: int, size: Floats, turnaround: Floats, payload: Floats, known: Floats, lorries: Floats, tonnes: Floats
) -> None:
    """Count the lorries that are at hand today, and write what they load.

    size, turnaround, payload : (fleet, future) lorries in all, days, t
    known : (fleet, future) size at the last look, brought up to date; negative before the first
    lorries : (fleet, slot + 1, future) that come back on a day, as in `road`; the last entry is at hand
    tonnes : (fleet, future) t, written

    On the first day as many come back each day as on any other. What a policy adds is at hand at once.
    """
    fleets, slots = lorries.shape[0], lorries.shape[1] - 1
    for x in range(fleets):
        for f in range(size.shape[1]):
            days = trip_days(turnaround[x, f], slots)
            if known[x, f] < 0.0:
                for ahead in range(days):
                    lorries[x, (day + ahead) % slots, f] = size[x, f] / days
            else:
                lorries[x, slots, f] = max(0.0, lorries[x, slots, f] + size[x, f] - known[x, f])
            known[x, f] = size[x, f]
            lorries[x, slots, f] += lorries[x, day % slots, f]
            lorries[x, day % slots, f] = 0.0
            tonnes[x, f] = lorries[x, slots, f] * payload[x, f]


@kernel
def trip_days(turnaround: float, slots: int) -> int:
    """Return the days after which a lorry can load again: whole days, one at least."""
    return min(max(1, int(np.ceil(turnaround - 1e-9))), slots)


@kernel
def drive_off(day: int, used: Floats, turnaround: Floats, payload: Floats, lost: Floats, lorries: Floats) -> None:
    """Send the lorries off that loaded; a share does not come back. used : (fleet, future) t; lost : (fleet, future)."""
    slots = lorries.shape[1] - 1
    for x in range(lorries.shape[0]):
        for f in range(used.shape[1]):
            gone = min(lorries[x, slots, f], used[x, f] / payload[x, f])
            lorries[x, slots, f] -= gone
            lorries[x, (day + trip_days(turnaround[x, f], slots)) % slots, f] += gone * (1.0 - lost[x, f])
