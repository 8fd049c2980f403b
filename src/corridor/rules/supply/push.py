"""Goods where nothing binds: each turn's loads go by the quickest ways.

A day is played turn by turn: by class, of a class those from outside first, each from what the turns before it left.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import bare, kernel
from corridor.kernels.network import NONE, Network, other_end
from corridor.rules.base import Bytes, Floats, Ints
from corridor.rules.supply.levels import HELD, USE, cut_to_surplus, share_out

_NO_FUEL = 1e-9
"""t of fuel with which no lorry starts"""
COMMERCIAL = 1
"""Bit of the traffic class of trade."""


class Loads(NamedTuple):
    """What pipelines offer, and the quickest ways from their sources."""

    rate: Floats
    """(pipeline, commodity, future) counted goods, share of what is sent"""
    scale: Floats
    """(pipeline, future) t/day that are sent today"""
    gross: Floats
    """(pipeline, future) lorry tonnes per counted tonne (other goods fill the rest)"""
    way: Ints
    """(pipeline, place, future) link by which a place is reached, -1 where no way leads"""
    tied: Bytes
    """(pipeline, future) 1 where some place has several quickest ways"""
    drive: Floats
    """(pipeline, future) hours a day that its lorries drive"""
    thirst: Floats
    """(pipeline, future) t of fuel per t of load and km, there and back, where it starts at a home"""


class Goods(NamedTuple):
    """What homes hold and use, and what moves today."""

    people: Ints
    """(home, future) persons"""
    need: Floats
    """(commodity, future) t/person/day"""
    stock: Floats
    """(home, commodity, future) t at the start of the day"""
    coming: Floats
    """(home, commodity, future) t on their way there, what arrives today included"""
    shipped: Floats
    """(pipeline, home, commodity, future) t/day that set out, written"""
    spell: Floats
    """(pipeline, home, future) days of driving that they need, written"""
    sent: Floats
    """(home, commodity, future) t/day sent on from a home, written"""
    burned: Floats
    """(home, commodity, future) t/day of fuel of the lorries that start at a home, written"""


class Terms(NamedTuple):
    """What each future draws."""

    loss: Floats
    """(pipeline, future) share of goods lost on the way, what forces take included"""
    full: Floats
    """(future,) days of cover of full stores"""


class Roads(NamedTuple):
    """The links today, (link, future), and what else has a limit."""

    regime: Bytes
    """classes of traffic let pass"""
    km: Floats
    hours: Floats
    """from end to end"""
    open: Floats
    """hours a day"""
    capacity: Floats
    """t/day"""
    carried: Floats
    """t/day, written"""
    relief: Floats
    """t/day of it that is no trade, written"""
    transfer_tonnes: Floats
    """(place, future) t/day that a hand-over point passes"""
    fleet_tonnes: Floats
    """(fleet, future) t that the lorries at hand load"""
    fleet_used: Floats
    """(fleet, future) t that they loaded, written"""


@bare
def open_books(f: int, people: Ints, need: Floats, stock: Floats, coming: Floats, cover: Floats) -> None:
    """Write what homes hold, or have on the way, and use in a future to `cover`, (3, commodity, home)."""
    for h in range(people.shape[0]):
        for c in range(need.shape[0]):
            cover[USE, c, h] = people[h, f] * need[c, f]
            cover[HELD, c, h] = stock[h, c, f] + coming[h, c, f]


@bare
def take_offer(i: int, f: int, rate: Floats, scale: Floats, offer: Floats) -> float:
    """Write what a pipeline offers today, (pipeline, commodity) t, and return the total."""
    total = 0.0
    for c in range(offer.shape[1]):
        offer[i, c] = rate[i, c, f] * scale[i, f]
        total += offer[i, c]
    return total


@bare
def find_homes(i: int, f: int, to: Bytes, origins: Ints, home: Ints, way: Ints, reach: Bytes) -> bool:
    """Write which homes a pipeline may deliver to today, (pipeline, home), and return whether there are any."""
    anybody = False
    for h in range(home.size):
        reached = to[i, h] != 0 and h != origins[i] and way[i, home[h], f] != NONE
        reach[i, h] = 1 if reached else 0
        anybody = anybody or reached
    return anybody


@bare
def put_in_order(n: int, active: Ints, offer: Floats, reach: Bytes, cover: Floats, rank: Ints) -> None:
    """Put pipelines in an order of their own, so that rows have none: fewest homes first, then the smallest offer.

    Of those alike comes first whose homes hold less, then whose homes use less, then whose `rank` by name is lower.
    cover : as in `levels`; rank : (pipeline,)
    """
    for a in range(1, n):
        b = a
        while b > 0 and before(active[b], active[b - 1], offer, reach, cover, rank):
            active[b], active[b - 1] = active[b - 1], active[b]
            b -= 1


@bare
def before(i: int, j: int, offer: Floats, reach: Bytes, cover: Floats, rank: Ints) -> bool:
    """Return whether pipeline i comes before j."""
    homes, tonnes = 0, 0.0
    for h in range(reach.shape[1]):
        homes += int(reach[i, h]) - int(reach[j, h])
    for c in range(offer.shape[1]):
        tonnes += offer[i, c] - offer[j, c]
    if homes != 0 or tonnes != 0.0:
        return bool(homes < 0 or (homes == 0 and tonnes < 0.0))
    for row in (HELD, USE):
        more, total = 0.0, 1.0
        for c in range(cover.shape[1]):
            for h in range(cover.shape[2]):
                total += cover[row, c, h]
                if reach[i, h] != reach[j, h]:
                    more += cover[row, c, h] if reach[i, h] else -cover[row, c, h]
        if abs(more) > 1e-9 * total:
            return bool(more < 0.0)
    return bool(rank[i] < rank[j])


@bare
def load_quickest(i: int, f: int, home: Ints, tonnes: Floats, way: Ints, ends: Ints, used: Floats) -> None:
    """Load a pipeline's lorries on the quickest way to each home; tonnes : (home,); used : (link,) t/day, added to."""
    for h in range(home.size):
        if tonnes[h] > 0.0:
            place = home[h]
            k = way[i, place, f]
            while k != NONE:
                used[k] += tonnes[h]
                place = other_end(place, ends[k, 0], ends[k, 1])
                k = way[i, place, f]


@bare
def drive_quickest(
    i: int, f: int, place: int, way: Ints, ends: Ints, hours: Floats, opened: Floats, drive: Floats
) -> float:
    """Return the days that the quickest way to a place takes: hours over what is driven a day, less where it is shut.

    ends : (link, 2) places; hours, opened : (link, future) from end to end, and hours a day in which it is open
    """
    days = 0.0
    k = way[i, place, f]
    while k != NONE:
        days += days_on(hours[k, f], opened[k, f], drive[i, f])
        place = other_end(place, ends[k, 0], ends[k, 1])
        k = way[i, place, f]
    return days


@bare
def length_of_quickest(i: int, f: int, place: int, way: Ints, ends: Ints, km: Floats) -> float:
    """Return the km of the quickest way to a place; ends : (link, 2) places; km : (link, future)."""
    total = 0.0
    k = way[i, place, f]
    while k != NONE:
        total += km[k, f]
        place = other_end(place, ends[k, 0], ends[k, 1])
        k = way[i, place, f]
    return total


@bare
def cut_to_fuel(
    n: int, active: Ints, origins: Ints, offer: Floats, want: Floats, per_tonne: Floats, tank: Floats, fuel: Floats
) -> bool:
    """Cut what homes send to the fuel of their lorries, and return whether that left no choice.

    Parameters
    ----------
    per_tonne : (pipeline, home) t of fuel per tonne sent; tank : (home,) t; fuel : (home,) t burned, written

    There is no choice where all that is offered goes to one home and is one good: less of it goes.
    """
    fuel[:] = 0.0
    for a in range(n):
        i = active[a]
        for c in range(want.shape[1]):
            for h in range(want.shape[2]):
                fuel[origins[i]] += want[i, c, h] * per_tonne[i, h]
    for a in range(n):
        i = active[a]
        origin = origins[i]
        if fuel[origin] <= max(0.0, tank[origin]):
            continue
        parts, total = 0, 0.0
        for c in range(want.shape[1]):
            for h in range(want.shape[2]):
                parts += 1 if want[i, c, h] > 0.0 else 0
                total += want[i, c, h] - (offer[i, c] if h == 0 else 0.0)
        for b in range(n):
            parts += 1 if b != a and origins[active[b]] == origin else 0
        if parts > 1 or total < -1e-9:
            return False
        for c in range(want.shape[1]):
            for h in range(want.shape[2]):
                want[i, c, h] *= max(0.0, tank[origin]) / fuel[origin]
        fuel[origin] = max(0.0, tank[origin])
    return True


@bare
def days_on(hours: float, opened: float, drive: float) -> float:
    """Return the days that a link takes; opened, drive : hours a day in which it is open, in which lorries drive."""
    return hours / max(0.1, min(opened, drive))


@kernel
def send_by_quickest_ways(
    net: Network, roads: Roads, loads: Loads, goods: Goods, terms: Terms, which: Ints, stopped: Ints
) -> int:
    """Send the goods of a day where nothing binds; what is written is zero before.

    which : futures to play
    stopped : (future,) futures in which something does come first, written; nothing sets out in them

    Something binds where a link would be too full, where lorries of a home are short of fuel and have a choice, where a
    fleet or a hand-over point has a limit, and where quickest ways are equal. Returns in how many futures.
    """
    home, targets, origins, turns = net.home, net.pipeline_to, net.pipeline_home, net.pipeline_turn
    quickest, tied, fleet, limited = loads.way, loads.tied, net.pipeline_fleet, net.transfer.size > 0
    rate, scale, gross, hours, opened_hours = loads.rate, loads.scale, loads.gross, roads.hours, roads.open
    people, need, stock, coming, drive = goods.people, goods.need, goods.stock, goods.coming, loads.drive
    thirst, km, lorry_fuel, sent, burned = loads.thirst, roads.km, net.lorry_fuel, goods.sent, goods.burned
    capacity, carried, relief, classes = roads.capacity, roads.carried, roads.relief, net.pipeline_class
    shipped, spell, rank = goods.shipped, goods.spell, net.pipeline_rank
    pipes, commodities, _ = rate.shape
    homes, links = home.size, capacity.shape[0]
    active, offer, reach = np.empty(pipes, np.int64), np.zeros((pipes, commodities)), np.zeros((pipes, homes), np.uint8)
    cover, want = np.zeros((3, commodities, homes)), np.zeros((pipes, commodities, homes))
    every, tonnes, used, ends = (
        np.empty(pipes, np.int64),
        np.empty(homes),
        np.empty(links),
        np.empty((links, 2), np.int64),
    )
    hand, per_tonne = np.zeros((commodities, homes)), np.zeros((pipes, homes))
    tank, fuel, spent = np.empty(homes), np.empty(homes), np.empty(homes)
    for k in range(links):
        ends[k, 0], ends[k, 1] = net.link_from[k], net.link_to[k]
    running, runs, last, homes_send = np.empty(pipes, np.int64), 0, -1, False
    for pipe in range(pipes):
        for f in which:
            if scale[pipe, f] > 0.0:
                homes_send = homes_send or origins[pipe] != NONE
                running[runs] = pipe
                runs += 1
                last = max(last, turns[pipe])
                break
    stops = 0
    for f in which:
        count, free = 0, not limited
        for turn in range(last + 1):
            n = int(np.int64(0))  # as a literal it would have every kernel compiled twice
            for r in range(runs):
                i = running[r]
                offers = turns[i] == turn and scale[i, f] > 0.0 and take_offer(i, f, rate, scale, offer) > 0.0
                if offers and find_homes(i, f, targets, origins, home, quickest, reach):
                    active[n] = i
                    n += 1
                    free = free and fleet[i] == NONE and tied[i, f] == 0
            if n == 0:
                continue
            if not free:
                break
            if count == 0:
                open_books(f, people, need, stock, coming, cover)
                for k in range(links):
                    used[k] = 0.0
                for h in range(homes):
                    tank[h], spent[h] = stock[h, lorry_fuel, f] if lorry_fuel != NONE else np.inf, 0.0
                    for c in range(commodities):
                        hand[c, h] = stock[h, c, f]
            inside = origins[active[0]] != NONE
            if inside and lorry_fuel != NONE:
                m = int(np.int64(0))
                for a in range(n):  # lorries without fuel stay where they are, and hold up nobody
                    i = active[a]
                    if thirst[i, f] <= 0.0 or tank[origins[i]] > _NO_FUEL:
                        active[m] = i
                        m += 1
                n = m
                if n == 0:
                    continue
            put_in_order(n, active, offer, reach, cover, rank)
            if inside:
                cut_to_surplus(n, active, origins, offer, reach, cover, hand)
            share_out(n, active, offer, reach, cover, terms.full[f], want)
            if inside and lorry_fuel != NONE:
                for a in range(n):
                    i = active[a]
                    tank[origins[i]] -= offer[i, lorry_fuel]  # fuel to be sent is set aside
                    for h in range(homes):
                        length = length_of_quickest(i, f, home[h], quickest, ends, km) if reach[i, h] else 0.0
                        per_tonne[i, h] = length * thirst[i, f] * gross[i, f]
                if not cut_to_fuel(n, active, origins, offer, want, per_tonne, tank, fuel):
                    free = False
                    break
                for h in range(homes):
                    tank[h] -= fuel[h]
                    spent[h] += fuel[h]
                    cover[HELD, lorry_fuel, h] -= fuel[h]
            for a in range(n):
                i = every[count] = active[a]
                count += 1
                for h in range(homes):
                    tonnes[h] = 0.0
                    for c in range(commodities):
                        tonnes[h] += want[i, c, h] * gross[i, f]
                        cover[HELD, c, h] += want[i, c, h] * (1.0 - terms.loss[i, f])
                        if inside:
                            cover[HELD, c, origins[i]] -= want[i, c, h]
                            hand[c, origins[i]] -= want[i, c, h]
                    days = 0.0
                    if homes_send and tonnes[h] > 0.0:
                        days = drive_quickest(i, f, home[h], quickest, ends, hours, opened_hours, drive)
                    for c in range(commodities):
                        hand[c, h] += want[i, c, h] * (1.0 - terms.loss[i, f]) if days < 1.0 else 0.0
                load_quickest(i, f, home, tonnes, quickest, ends, used)
            for k in range(links):
                free = free and used[k] <= capacity[k, f]
                if classes[active[0]] != COMMERCIAL:
                    relief[k, f] += used[k] - carried[k, f]
                carried[k, f] = used[k]
            if not free:
                break
        if not free:
            stopped[stops] = f
            stops += 1
            for k in range(links):
                carried[k, f], relief[k, f] = 0.0, 0.0
        elif count > 0:
            for a in range(count):
                i = every[a]
                for h in range(homes):
                    anything = False
                    for c in range(commodities):
                        shipped[i, h, c, f] = want[i, c, h]
                        anything = anything or want[i, c, h] > 0.0
                        if origins[i] != NONE:
                            sent[origins[i], c, f] += want[i, c, h]
                    if anything:
                        spell[i, h, f] = drive_quickest(i, f, home[h], quickest, ends, hours, opened_hours, drive)
            if lorry_fuel != NONE:
                for h in range(homes):
                    burned[h, lorry_fuel, f] = spent[h]
    return stops
