"""Delivery: pipelines push goods along open ways, to the fewest days of cover first.

Each pipeline's load of the day is shared so that days of cover are levelled from below (max-min), then cut to
the room left on the links of each way; what was cut is offered once more to homes that can still be
reached. A home whose stores are full (so many days of cover) takes no more. Pipelines come in the order of the folder. Lorries that start inside burn local fuel there and back.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network, other_end
from corridor.rules.base import Array, Floats, Inputs, Ints, Rule, State, Today
from corridor.rules.supply.room import room_for_relief
from corridor.tables.parameter import Parameter, fixed

COMMERCIAL = 1
"""Bit of the traffic class of trade."""

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
    Parameter(
        "delivery.lorry_tonnes", 17.0, "t/vehicle", 8.0, 22.0,
        "assumed: the load for which `delivery.fuel` holds; relief lorries into besieged places carried 8 to 22 t",
        "load of a lorry, where lorries were counted and not tonnes",
        minimum=0.1, maximum=60.0,
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


class Loads(NamedTuple):
    """What pipelines offer, and the ways from their sources."""

    shares: Floats
    """(pipeline, commodity, future) counted goods in a tonne of load"""
    tonnes: Floats
    """(pipeline, future) t/day sent today, other goods included"""
    gross: Floats
    """(pipeline, future) lorry tonnes per counted tonne (other goods fill the rest)"""
    way: Ints
    """(pipeline, place, future) link by which a place is reached, -1 where no way leads"""
    km: Floats
    """(pipeline, place, future) km to it"""


class Goods(NamedTuple):
    """What homes hold and use, and what moves today."""

    people: Ints
    """(home, future) persons"""
    need: Floats
    """(commodity, future) t/person/day"""
    stock: Floats
    """(home, commodity, future) t at the start of the day"""
    delivered: Floats
    """(home, commodity, future) t/day, written"""
    sent: Floats
    """(home, commodity, future) t/day sent on from a home, written"""
    burned: Floats
    """(home, commodity, future) t/day of fuel of the lorries that start at a home, written"""


class Terms(NamedTuple):
    """What each future draws; all (future,)."""

    loss: Floats
    """share of goods lost on the way"""
    full: Floats
    """days of cover of full stores"""
    fuel: Floats
    """t of fuel per t of load and km"""


@kernel
def push_deliveries(
    net: Network, loads: Loads, goods: Goods, terms: Terms, capacity: Floats, carried: Floats, relief: Floats
) -> None:
    """Play the deliveries of one day.

    Parameters
    ----------
    capacity : (link, future) t/day
    carried : (link, future) t/day, written
    relief : (link, future) t/day of it that is humanitarian or medical, written
    """
    link_from, link_to, home, targets = net.link_from, net.link_to, net.home, net.pipeline_to
    origins, lorry_fuel = net.pipeline_home, net.lorry_fuel
    shares, tonnes, gross, way, km = loads.shares, loads.tonnes, loads.gross, loads.way, loads.km
    people, need, stock = goods.people, goods.need, goods.stock
    delivered, sent, burned = goods.delivered, goods.sent, goods.burned
    pipes, commodities, futures = shares.shape
    homes = home.size
    may, use, held, cover = np.zeros(homes), np.zeros(homes), np.zeros(homes), np.zeros(homes)
    share, lorries, reach = np.zeros(homes), np.zeros(homes), np.zeros(homes)
    delivered[:] = 0.0
    sent[:] = 0.0
    burned[:] = 0.0
    carried[:] = 0.0
    relief[:] = 0.0
    # pipelines one by one for all futures: what one of them touches stays at hand
    for pipe in range(pipes):
        origin = origins[pipe]
        for f in range(futures):
            total = 0.0
            for c in range(commodities):
                total += shares[pipe, c, f] * tonnes[pipe, f]
            if total <= 0.0:
                continue
            anybody = False
            for h in range(homes):
                reached = way[pipe, home[h], f] != NONE and h != origin
                reach[h] = 1.0 if targets[pipe, h] and reached else 0.0
                may[h] = reach[h]
                anybody = anybody or may[h] > 0.0
            if not anybody:
                continue
            heavy = gross[pipe, f]
            # where the whole load fits on every way, no link can bind: ways are walked once, at the end
            free = origin == NONE
            for h in range(homes):
                lorries[h] = 0.0
                if free and may[h] > 0.0:
                    free = _room(way, pipe, f, home[h], capacity, carried, link_from, link_to) >= total * heavy
            for c in range(commodities):
                load = shares[pipe, c, f] * tonnes[pipe, f]
                if load <= 0.0:
                    continue
                for h in range(homes):
                    use[h] = people[h, f] * need[c, f]
                    held[h] = stock[h, c, f] + delivered[h, c, f] - sent[h, c, f] - burned[h, c, f]
                if origin != NONE:
                    load = min(load, _surplus(origin, held, use, may))
                space = 0.0
                for h in range(homes):
                    if may[h] > 0:
                        space += max(0.0, terms.full[f] * use[h] - held[h])
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
                            room = _room(way, pipe, f, home[h], capacity, carried, link_from, link_to) / heavy
                            taken = min(taken, room)
                        if origin != NONE and lorry_fuel != NONE:
                            fuel = terms.fuel[f] * km[pipe, home[h], f]
                            tank = stock[origin, lorry_fuel, f] - burned[origin, lorry_fuel, f]
                            tank -= sent[origin, lorry_fuel, f]
                            if fuel > 0.0:
                                taken = min(taken, max(0.0, tank) / (fuel * heavy))
                                burned[origin, lorry_fuel, f] += taken * fuel * heavy
                        if free:
                            lorries[h] += taken * heavy
                        else:
                            _carry(taken * heavy, way, pipe, f, home[h], carried, link_from, link_to)
                            if net.pipeline_class[pipe] != COMMERCIAL:
                                _carry(taken * heavy, way, pipe, f, home[h], relief, link_from, link_to)
                        kept = taken * (1.0 - terms.loss[f])
                        delivered[h, c, f] += kept
                        held[h] += kept
                        if origin != NONE:
                            sent[origin, c, f] += taken
                            held[origin] -= taken
                        if taken < share[h]:
                            may[h] = 0.0
                            left += share[h] - taken
                    load = left
                if not free:
                    # the next commodity may use what room is left
                    for h in range(homes):
                        may[h] = reach[h]
            for h in range(homes):
                if lorries[h] > 0.0:
                    _carry(lorries[h], way, pipe, f, home[h], carried, link_from, link_to)
                    if net.pipeline_class[pipe] != COMMERCIAL:
                        _carry(lorries[h], way, pipe, f, home[h], relief, link_from, link_to)


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
def _room(
    way: Ints, pipe: int, f: int, place: int, capacity: Floats, carried: Floats, link_from: Ints, link_to: Ints
) -> float:
    """Return the tonnes that the tightest link on the way to a place still takes."""
    room = np.inf
    k = way[pipe, place, f]
    while k != NONE:
        room = min(room, max(0.0, capacity[k, f] - carried[k, f]))
        place = other_end(place, link_from[k], link_to[k])
        k = way[pipe, place, f]
    return room


@kernel
def _carry(
    tonnes: float, way: Ints, pipe: int, f: int, place: int, carried: Floats, link_from: Ints, link_to: Ints
) -> None:
    """Load every link on the way to a place."""
    k = way[pipe, place, f]
    while k != NONE:
        carried[k, f] += tonnes
        place = other_end(place, link_from[k], link_to[k])
        k = way[pipe, place, f]


def deliver_today(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of delivery."""
    loads = Loads(p["pipelines.shares"], s["pipeline_tonnes"], p["pipelines.gross"], s["goods_way"], s["goods_km"])
    goods = Goods(s["people"], p["need"], s["stock"], s["delivered"], s["sent"], s["burned_by_lorries"])
    terms = Terms(p["delivery.loss"], p["delivery.full_stores"], p["delivery.fuel"])
    push_deliveries(net, loads, goods, terms, s["capacity_tonnes"], s["carried"], s["carried_relief"])
    room_for_relief(s["regime"], s["capacity_tonnes"], s["carried"], s["relief_room"])


RULE = Rule(
    process="delivery",
    name="cover_first",
    step=deliver_today,
    parameters=PARAMETERS,
    states=(
        Array("delivered", ("place", "commodity")),
        Array("sent", ("place", "commodity")),
        Array("burned_by_lorries", ("place", "commodity")),
        Array("carried", ("link",)),
        Array("carried_relief", ("link",)),
        Array("relief_room", ("link",)),
    ),
    reads=("goods_way", "goods_km", "capacity_tonnes", "regime", "pipeline_tonnes"),
    yesterday=("people", "stock"),
    inputs=("pipelines.shares", "pipelines.gross", "need"),
    summary="Pipelines push along open ways, fewest days of cover first; no link carries more than its capacity.",
)
