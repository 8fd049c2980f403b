"""What `fill` works on in one future: the network with gates and fleets, the day's books, the workings of a round.

A hand-over point is a place with a gate: what comes by road enters the gate. A fleet is a gate before its sources. So
all that binds is a limit in t/day on links, of which several may share one: roads first, then gates, then fleets.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import bare, kernel
from corridor.kernels.network import NONE, lets_pass
from corridor.rules.base import Bytes, Floats, Ints
from corridor.rules.supply.flow import Ways
from corridor.rules.supply.push import days_on, find_homes, take_offer
from corridor.rules.supply.ways import HEAD, LIMIT, TAIL, Reached, rule_reached


class Lines(NamedTuple):
    """The network with gates and fleets, and what binds on it today."""

    arcs: Ints
    """(link, 2, 3) as in `ways`"""
    leaving: Ints
    """arcs by the place that they leave, as in `sort_arcs`"""
    entering: Ints
    """arcs by the place that they enter"""
    home: Ints
    """(home,) place"""
    to: Bytes
    """(pipeline, home) 1 where the folder lets it deliver"""
    origins: Ints
    """(pipeline,) home that the goods are taken from, -1 where they come from outside"""
    classes: Bytes
    """(pipeline,) traffic class"""
    rank: Ints
    """(pipeline,) by name"""
    sources: Ints
    """(pipeline,) place at which it starts; with a fleet, the place before its gate"""
    hours: Floats
    """(link,) from end to end"""
    passes: Bytes
    """(pipeline, link, 2) 1 where it may pass in that direction"""
    days: Floats
    """(pipeline, road) days that its lorries take"""
    burn: Floats
    """(pipeline, road) t of fuel per lorry tonne"""
    most: Floats
    """(limit,) t/day"""
    used: Floats
    """(limit,) t/day of it, by the turns so far"""
    aid: Floats
    """(limit,) t/day of that which is no trade"""


class Books(NamedTuple):
    """Who offers and who holds what, in one future."""

    offered: Floats
    """(pipeline, commodity) t at the start of the day"""
    offer: Floats
    """(pipeline, commodity) t of it that are left"""
    heavy: Floats
    """(pipeline,) lorry tonnes per counted tonne"""
    lost: Floats
    """(pipeline,) share that is lost on the way"""
    may: Bytes
    """(pipeline, home) 1 where it may deliver today"""
    cover: Floats
    """(3, commodity, home) as in `levels`"""
    hand: Floats
    """(commodity, home) t that are there, not on the way"""
    tank: Floats
    """(home,) t of lorry fuel"""
    spent: Floats
    """(home,) t of it that lorries burned"""
    got: Floats
    """(pipeline, commodity, home) t sent"""
    tonne_days: Floats
    """(pipeline, home) lorry tonnes times their days on the way"""
    flow: Floats
    """(2, pipeline, link) as in `flow`"""


class Workings(NamedTuple):
    """What one turn works with, and writes anew."""

    active: Ints
    """(pipeline,) those that load, the first n"""
    ways: Ways
    """as in `flow`"""
    limit: Floats
    """(limit,) t/day that are left to the turn"""
    left: Floats
    """(limit,) t/day of it that are left to a round, or used at a level"""
    touched: Floats
    """(limit,) t/day that a level would add or take"""
    room: Floats
    """(link,) t/day that are left to a round"""
    cost: Floats
    """(link, 2) hours of one more tonne"""
    reached: Reached
    """as in `ways`"""
    load: Floats
    """(place,) t bound for it, or passing through"""
    reach: Bytes
    """(pipeline, home) 1 where a way is left"""
    want: Floats
    """(pipeline, commodity, home) t that would be sent if all had room"""
    lorries: Floats
    """(pipeline, home) lorry tonnes at a level"""
    fuel: Floats
    """(home,) t of fuel that they burn"""
    bracket: Floats
    """(4,) the level sought, as in `rounds`"""


@kernel
def rule_lines(
    home: Ints, to: Bytes, origins: Ints, classes: Bytes, roads: int, links: int, limits: int, places: int
) -> Lines:
    """Return empty lines."""
    pipes, ends = origins.size, places + 1 + 2 * links
    return Lines(
        np.zeros((links, 2, 3), np.int64), np.empty(ends, np.int64), np.empty(ends, np.int64), home, to, origins, classes, np.empty(pipes, np.int64), np.empty(pipes, np.int64), np.zeros(links),
        np.zeros((pipes, links, 2), np.uint8), np.empty((pipes, roads)), np.empty((pipes, roads)), np.empty(limits),
        np.empty(limits), np.empty(limits),
    )  # fmt: skip


@kernel
def rule_books(pipes: int, commodities: int, homes: int, links: int) -> Books:
    """Return empty books."""
    return Books(
        np.zeros((pipes, commodities)), np.zeros((pipes, commodities)), np.empty(pipes), np.empty(pipes),
        np.zeros((pipes, homes), np.uint8), np.zeros((3, commodities, homes)), np.zeros((commodities, homes)),
        np.empty(homes), np.empty(homes), np.zeros((pipes, commodities, homes)), np.zeros((pipes, homes)),
        np.zeros((2, pipes, links)),
    )  # fmt: skip


@kernel
def rule_workings(pipes: int, commodities: int, homes: int, links: int, limits: int, places: int) -> Workings:
    """Return empty workings."""
    ways = Ways(
        np.empty(pipes, np.int64), np.empty(pipes, np.int64), np.empty((pipes, places), np.int64),
        np.empty((pipes, links, 2)), np.zeros((pipes, places)), np.zeros((pipes, places)),
    )  # fmt: skip
    return Workings(
        np.empty(pipes, np.int64), ways, np.empty(limits), np.empty(limits), np.empty(limits), np.empty(links), np.empty((links, 2)),
        rule_reached(places), np.empty(places), np.zeros((pipes, homes), np.uint8), np.zeros((pipes, commodities, homes)), np.zeros((pipes, homes)),
        np.zeros(homes), np.empty(4),
    )  # fmt: skip


@kernel
def lay_out_roads(places: int, link_from: Ints, link_to: Ints, transfer: Ints, arcs: Ints) -> None:
    """Write the arcs of roads and gates; transfer : (hand-over point,) place; its gate is place `places` + x."""
    roads, inside_of = link_from.size, np.empty(places, np.int64)
    for place in range(places):
        inside_of[place] = place
    for x in range(transfer.size):
        k = roads + x
        inside_of[transfer[x]] = places + x
        arcs[k, 0, TAIL] = arcs[k, 1, HEAD] = places + x
        arcs[k, 0, HEAD] = arcs[k, 1, TAIL] = transfer[x]
        arcs[k, 0, LIMIT] = arcs[k, 1, LIMIT] = k
    for k in range(roads):
        arcs[k, 0, TAIL], arcs[k, 1, TAIL] = link_from[k], link_to[k]
        arcs[k, 0, HEAD], arcs[k, 1, HEAD] = inside_of[link_to[k]], inside_of[link_from[k]]
        arcs[k, 0, LIMIT] = arcs[k, 1, LIMIT] = k


@bare
def lay_out_fleets(places: int, gates: int, starts: Ints, fleet: Ints, arcs: Ints, sources: Ints) -> None:
    """Write where pipelines start, and the arcs of those with a fleet, which start before it.

    places, gates : how many places and links there are without fleets
    """
    for i in range(starts.size):
        sources[i] = starts[i]
        if arcs.shape[0] > gates:
            k = gates + i
            arcs[k, 0, TAIL] = arcs[k, 1, HEAD] = places + i
            arcs[k, 0, HEAD] = arcs[k, 1, TAIL] = starts[i]
            arcs[k, 0, LIMIT] = arcs[k, 1, LIMIT] = gates + max(0, fleet[i])
            if fleet[i] != NONE:
                sources[i] = places + i


@bare
def open_limits(
    f: int, capacity: Floats, transfer: Ints, transfer_tonnes: Floats, fleet_tonnes: Floats, most: Floats
) -> None:
    """Write what each road, gate and fleet carries in a future, (limit,) t/day."""
    roads, fleets = capacity.shape[0], fleet_tonnes.shape[0]
    for k in range(roads):
        most[k] = capacity[k, f]
    for x in range(transfer.size):
        most[roads + x] = transfer_tonnes[transfer[x], f]
    for x in range(fleets):
        most[most.size - fleets + x] = fleet_tonnes[x, f]


@bare
def open_roads(
    f: int, n: int, senders: Ints, regime: Bytes, classes: Bytes, road_hours: Floats, hours: Floats, passes: Bytes
) -> None:
    """Write the hours of each link in a future, and which senders may pass.

    Gates and fleets take no time, and lead one way.
    """
    roads = regime.shape[0]
    for k in range(roads):
        hours[k] = road_hours[k, f]
    for a in range(n):
        i = senders[a]
        for k in range(hours.size):
            for d in range(2):
                if k < roads:
                    passes[i, k, d] = 1 if lets_pass(regime[k, f], classes[i], d) else 0
                else:
                    passes[i, k, d] = 1 - d


@bare
def open_tanks(f: int, n: int, senders: Ints, thirst: Floats, km: Floats, burn: Floats) -> None:
    """Write the fuel per tonne that the lorries of senders burn on each road in a future, (pipeline, road)."""
    for a in range(n):
        i = senders[a]
        for k in range(burn.shape[1]):
            burn[i, k] = thirst[i, f] * km[k, f]


@bare
def open_journeys(f: int, n: int, senders: Ints, hours: Floats, opened: Floats, drive: Floats, days: Floats) -> None:
    """Write the days that the lorries of senders take on each road in a future, (pipeline, road)."""
    for a in range(n):
        i = senders[a]
        for k in range(days.shape[1]):
            days[i, k] = days_on(hours[k, f], opened[k, f], drive[i, f])


@bare
def open_offers(
    f: int, rate: Floats, scale: Floats, gross: Floats, loss: Floats, offered: Floats, heavy: Floats, lost: Floats
) -> None:
    """Write what each pipeline offers in a future, what it weighs and what share is lost."""
    for i in range(heavy.size):
        heavy[i], lost[i] = gross[i, f], loss[i, f]
        take_offer(i, f, rate, scale, offered)


@bare
def name_senders(
    f: int, offered: Floats, to: Bytes, origins: Ints, home: Ints, quickest: Ints, may: Bytes, every: Ints
) -> int:
    """Write which pipelines offer goods to homes that a way leads to, (pipeline,), and return how many."""
    count = 0
    for i in range(every.size):
        total = 0.0
        for c in range(offered.shape[1]):
            total += offered[i, c]
        if total > 0.0 and find_homes(i, f, to, origins, home, quickest, may):
            every[count] = i
            count += 1
    return count


@bare
def open_stores(f: int, stock: Floats, lorry_fuel: int, hand: Floats, tank: Floats) -> None:
    """Write what lies at each home in a future, and the fuel that its lorries find."""
    for h in range(tank.size):
        for c in range(hand.shape[0]):
            hand[c, h] = stock[h, c, f]
        tank[h] = stock[h, lorry_fuel, f] if lorry_fuel != NONE else np.inf


@bare
def write_roads(f: int, used: Floats, aid: Floats, carried: Floats, relief: Floats, fleet_used: Floats) -> None:
    """Write what each road carried and each fleet loaded in a future."""
    fleets = fleet_used.shape[0]
    for k in range(carried.shape[0]):
        carried[k, f], relief[k, f] = used[k], aid[k]
    for x in range(fleets):
        fleet_used[x, f] = used[used.size - fleets + x]


@bare
def write_goods(
    books: Books, f: int, n: int, every: Ints, origins: Ints, shipped: Floats, sent: Floats, spell: Floats
) -> None:
    """Write what each pipeline sent to each home in a future, its mean days on the way, and what homes sent on."""
    got = books.got
    for a in range(n):
        i = every[a]
        for h in range(got.shape[2]):
            tonnes = 0.0
            for c in range(got.shape[1]):
                tonnes += got[i, c, h] * books.heavy[i]
                shipped[i, h, c, f] = got[i, c, h]
                if origins[i] != NONE:
                    sent[origins[i], c, f] += got[i, c, h]
            spell[i, h, f] = books.tonne_days[i, h] / tonnes if tonnes > 0.0 else 0.0


@bare
def write_fuel(f: int, lorry_fuel: int, spent: Floats, burned: Floats) -> None:
    """Write what lorries burned of the fuel of each home in a future."""
    for h in range(spent.size):
        if spent[h] > 0.0:
            burned[h, lorry_fuel, f] = spent[h]
