"""Delivery: pipelines push goods along open ways, to the fewest days of cover first.

Each pipeline's load of the day is shared so that days of cover are levelled from below (max-min), then cut to
the room left on the links of each way; what was cut is offered once more to homes that can still be
reached. A home whose stores are full (so many days of cover) takes no more. Pipelines come in the order of the folder. Lorries that start inside burn local fuel there and back.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network, other_end
from corridor.rules.base import Floats, Inputs, Ints, Rule, State, Today
from corridor.tables.parameter import Parameter, fixed

_ROUNDS = 3
"""Offers of one load: the first, and two of what links refused. More change deliveries by less than a lorry."""

PARAMETERS = (
    Parameter(
        "delivery.loss", 0.02, "1", 0.0, 0.06,
        "assumed: the last leg only; planning guidance gives 5-10 % over port, inland transport and retail together",
        "share of goods lost on the way",
        maximum=1.0,
    ),
    Parameter(
        "delivery.full_stores", 90.0, "day", 60.0, 180.0,
        "assumed: shops and stores hold two to six months of use; traders send no more",
        "days of cover at which a home takes no more of a good",
        minimum=1.0, maximum=3650.0,
    ),
    fixed(
        "delivery.fuel", 2.6e-5, "t/t/km",
        "assumed: about 60 l per 100 km there and back for a load of 17 t, 0.75 kg/l",
        "fuel that a local lorry burns per tonne carried and kilometre of way",
    ),
)  # fmt: skip


@kernel
def level_covers(load: float, held: Floats, use: Floats, may: Floats, cover: Floats, share: Floats) -> None:
    """Split `load` so that the lowest days of cover rise first, together (water-filling).

    Parameters
    ----------
    load : t
    held : (home,) t at hand, what arrived today included
    use : (home,) t/day of normal use
    may : (home,) 1 where delivery is possible, 0 elsewhere
    cover : (home,) days, written; infinity where nothing is delivered
    share : (home,) t, written; sums to `load` where anybody with a use can be reached, else 0
    """
    homes = held.size
    for h in range(homes):
        share[h] = 0.0
        cover[h] = held[h] / use[h] if may[h] > 0.0 and use[h] > 0.0 else np.inf
    # raise the level over the homes in ascending order of cover until the load is used up
    level, width, left, last = 0.0, 0.0, load, -1.0
    while True:
        lowest = np.inf
        for h in range(homes):
            if last < cover[h] < lowest:
                lowest = cover[h]
        if lowest == np.inf or (width > 0.0 and width * (lowest - level) >= left):
            break
        left -= width * (lowest - level)
        level = last = lowest
        for h in range(homes):
            if cover[h] == lowest:
                width += use[h]
    if width == 0.0:
        return
    level += left / width
    total = 0.0
    for h in range(homes):
        if cover[h] < level:
            share[h] = level * use[h] - held[h]
            total += share[h]
    if total > 0.0:
        # the split is exact up to rounding: the last digits are put right so that no tonne is made
        for h in range(homes):
            share[h] *= load / total


@kernel
def push(
    net: Network, rate: Floats, gross: Floats, loss: Floats, full: Floats, fuel_per_tkm: Floats, way: Ints, length: Floats,
    capacity: Floats, people: Ints, need: Floats, stock: Floats,
    delivered: Floats, sent: Floats, burned: Floats, carried: Floats,
) -> None:  # fmt: skip
    """Play the deliveries of one day.

    Parameters
    ----------
    rate : (future, pipeline, commodity) t/day offered, counted goods only
    gross : (future, pipeline) lorry tonnes per counted tonne (other goods fill the rest)
    loss, full, fuel_per_tkm : (future,) share lost; days of cover of full stores; t per t and km
    way, length : (future, pipeline, place) link by which a place is reached; km
    capacity : (future, link) t/day
    people : (future, home) persons
    need : (future, commodity) t/person/day
    stock : (future, home, commodity) t at the start of the day
    delivered, sent, burned : (future, home, commodity) t/day, written
    carried : (future, link) t/day, written
    """
    futures, pipes, commodities = rate.shape
    homes = net.home.size
    may, use, held, cover = np.zeros(homes), np.zeros(homes), np.zeros(homes), np.zeros(homes)
    share, lorries = np.zeros(homes), np.zeros(homes)
    for f in range(futures):
        delivered[f] = 0.0
        sent[f] = 0.0
        burned[f] = 0.0
        carried[f] = 0.0
        for pipe in range(pipes):
            origin = net.pipeline_home[pipe]
            total = 0.0
            for c in range(commodities):
                total += rate[f, pipe, c]
            if total <= 0.0:
                continue
            anybody = False
            for h in range(homes):
                reached = way[f, pipe, net.home[h]] != NONE and h != origin
                may[h] = 1.0 if net.pipeline_to[pipe, h] and reached else 0.0
                anybody = anybody or may[h] > 0.0
            if not anybody:
                continue
            # where the whole load fits on every way, no link can bind: ways are walked once, at the end
            free = origin == NONE
            for h in range(homes):
                lorries[h] = 0.0
                if free and may[h] > 0.0:
                    free = _room(net, way[f, pipe], h, capacity[f], carried[f]) >= total * gross[f, pipe]
            for c in range(commodities):
                load = rate[f, pipe, c]
                if load <= 0.0:
                    continue
                for h in range(homes):
                    use[h] = people[f, h] * need[f, c]
                    held[h] = stock[f, h, c] + delivered[f, h, c] - sent[f, h, c] - burned[f, h, c]
                if origin != NONE:
                    load = min(load, _surplus(origin, held, use, may))
                space = 0.0
                for h in range(homes):
                    if may[h] > 0:
                        space += max(0.0, full[f] * use[h] - held[h])
                load = min(load, space)
                for _ in range(_ROUNDS):
                    if load <= 1e-9:
                        break
                    level_covers(load, held, use, may, cover, share)
                    left = 0.0
                    for h in range(homes):
                        if share[h] <= 0.0:
                            continue
                        taken = share[h]
                        if not free:
                            room = _room(net, way[f, pipe], h, capacity[f], carried[f]) / gross[f, pipe]
                            taken = min(taken, room)
                        if origin != NONE and net.lorry_fuel != NONE:
                            fuel = fuel_per_tkm[f] * length[f, pipe, net.home[h]]
                            tank = stock[f, origin, net.lorry_fuel] - burned[f, origin, net.lorry_fuel]
                            tank -= sent[f, origin, net.lorry_fuel]
                            if fuel > 0.0:
                                taken = min(taken, max(0.0, tank) / (fuel * gross[f, pipe]))
                                burned[f, origin, net.lorry_fuel] += taken * fuel * gross[f, pipe]
                        if free:
                            lorries[h] += taken * gross[f, pipe]
                        else:
                            _carry(net, way[f, pipe], h, taken * gross[f, pipe], carried[f])
                        kept = taken * (1.0 - loss[f])
                        delivered[f, h, c] += kept
                        held[h] += kept
                        if origin != NONE:
                            sent[f, origin, c] += taken
                            held[origin] -= taken
                        if taken < share[h]:
                            may[h] = 0.0
                            left += share[h] - taken
                    load = left
                if not free:
                    # the next commodity may use what room is left
                    for h in range(homes):
                        reached = way[f, pipe, net.home[h]] != NONE and h != origin
                        may[h] = 1.0 if net.pipeline_to[pipe, h] and reached else 0.0
            for h in range(homes):
                if lorries[h] > 0.0:
                    _carry(net, way[f, pipe], h, lorries[h], carried[f])


@kernel
def _surplus(origin: int, held: Floats, use: Floats, may: Floats) -> float:
    """Return how much an inside place can send before its own cover falls below that of those it supplies."""
    goods, wants = 0.0, 0.0
    for h in range(held.size):
        if may[h] > 0 and use[h] > 0:
            goods += held[h]
            wants += use[h]
    if wants == 0.0 or use[origin] <= 0.0:
        return 0.0 if wants == 0.0 else max(0.0, held[origin])
    level = (goods + held[origin]) / (wants + use[origin])
    return float(max(0.0, held[origin] - level * use[origin]))


@kernel
def _room(net: Network, way: Ints, home: int, capacity: Floats, carried: Floats) -> float:
    """Return the tonnes that the tightest link on the way to a home still takes."""
    room, place = np.inf, net.home[home]
    while way[place] != NONE:
        k = way[place]
        room = min(room, max(0.0, capacity[k] - carried[k]))
        place = other_end(k, place, net.link_from, net.link_to)
    return room


@kernel
def _carry(net: Network, way: Ints, home: int, tonnes: float, carried: Floats) -> None:
    place = net.home[home]
    while way[place] != NONE:
        carried[way[place]] += tonnes
        place = other_end(way[place], place, net.link_from, net.link_to)


def start(net: Network, s: State, p: Inputs) -> None:
    """Nothing is on the way."""
    for name in ("delivered", "sent", "burned_by_lorries"):
        s[name] = np.zeros_like(s["stock"])
    s["carried"] = np.zeros(s["damage"].shape)
    s["offered"] = np.zeros_like(p["pipelines.rate"])


def step(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of delivery."""
    np.multiply(p["pipelines.rate"], s["pipeline_scale"][:, :, None], out=s["offered"])
    push(
        net, s["offered"], p["pipelines.gross"], p["delivery.loss"], p["delivery.full_stores"], p["delivery.fuel"],
        s["goods_way"], s["goods_km"], s["capacity_tonnes"], s["people"], p["need"], s["stock"],
        s["delivered"], s["sent"], s["burned_by_lorries"], s["carried"],
    )  # fmt: skip


RULE = Rule(
    future_first=True,
    process="delivery",
    name="cover_first",
    step=step,
    start=start,
    parameters=PARAMETERS,
    reads=("goods_way", "goods_km", "capacity_tonnes", "people", "stock", "pipeline_scale"),
    writes=("delivered", "sent", "burned_by_lorries", "carried"),
    summary="Pipelines push along open ways, fewest days of cover first; no link carries more than its capacity.",
)
