"""What `send_by_all_ways` knows of a day in one future: the ways with their limits, and the books of homes and loads.

A hand-over point is a place with a gate: what comes by road enters the gate. A fleet is a gate before its sources. So
all that binds is a link, and each link counts against a limit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import part
from corridor.kernels.network import NONE, Network, lets_pass
from corridor.rules.base import Bytes, Floats, Ints
from corridor.rules.supply.flow import BEFORE, MORE
from corridor.rules.supply.levels import HELD, USE
from corridor.rules.supply.push import (
    COMMERCIAL,
    Goods,
    Loads,
    Roads,
    days_on,
    find_homes,
    open_books,
    take_offer,
)
from corridor.rules.supply.ways import HEAD, LIMIT, TAIL

ANYBODY = 7
"""classes of goods that a gate lets pass, one way"""


class Graph(NamedTuple):
    """Links of roads first, then gates of hand-over points, then those of fleets, one a pipeline."""

    arcs: Ints
    """(link, 2, 3) as in `ways`"""
    sources: Ints
    """(pipeline,) place where its ways begin"""
    regime: Bytes
    """(link, 2) classes of traffic let pass in each direction"""
    hours: Floats
    """(link,) from end to end"""
    days: Floats
    """(pipeline, link) that a link takes"""
    burn: Floats
    """(pipeline, link) t of fuel per lorry tonne"""
    most: Floats
    """(limit,) t/day"""


class Books(NamedTuple):
    """Homes and loads. A turn writes anew from `active` on."""

    graph: Graph
    every: Ints
    """(pipeline,) those that offer today, in an order of their own"""
    job: Ints
    """(pipeline,) when each loads"""
    heavy: Floats
    """(pipeline,) lorry tonnes per counted tonne"""
    offer: Floats
    """(pipeline, commodity) t not sent yet"""
    may: Bytes
    """(pipeline, home) 1 where it may deliver"""
    cover: Floats
    """(3, commodity, home) what homes hold, use, and are to be sent"""
    hand: Floats
    """(commodity, home) t that are there, not on the way"""
    tank: Floats
    """(home,) t of fuel that lorries may still burn"""
    fuel: Floats
    """(home,) t that a level would burn"""
    spent: Floats
    """(home,) t burned"""
    used: Floats
    """(limit,) t/day"""
    aid: Floats
    """(limit,) t/day of it that is no trade"""
    flow: Floats
    """(2, pipeline, link) as in `flow`"""
    got: Floats
    """(pipeline, commodity, home) t sent"""
    tonne_days: Floats
    """(pipeline, home) lorry tonnes times days of driving"""
    active: Ints
    """(pipeline,) those that load in this turn"""
    group: Ints
    """(pipeline,) the first that offers the same mix to the same homes"""
    reach: Bytes
    """(pipeline, home) 1 where a way is left"""
    way: Floats
    """(pipeline, home, link) share of a load on each link"""
    want: Floats
    """(pipeline, commodity, home) t that would be sent if all had room"""
    lorries: Floats
    """(pipeline, home) lorry tonnes at a level"""
    limit: Floats
    """(limit,) t/day that this turn may use"""
    passes: Bytes
    """(link, 2) 1 where its class may pass in that direction"""
    share: Floats
    """(pipeline, link) t/day that the linear programme gives each, negative against the link's direction"""


@part
def lay_out(net: Network, fleets: int) -> Graph:
    """Return the links of a case; what changes from day to day is written by `read_links`."""
    pipes, roads, gates = net.pipeline_from.size, net.link_from.size, net.link_from.size + net.transfer.size
    links = gates + (pipes if fleets > 0 else 0)
    arcs, inside_of, sources = np.zeros((links, 2, 3), np.int64), np.arange(net.places), np.empty(pipes, np.int64)
    regime = np.zeros((links, 2), np.uint8)
    for x in range(net.transfer.size):
        gate = net.places + x
        inside_of[net.transfer[x]] = gate
        arcs[roads + x, 0, TAIL] = arcs[roads + x, 1, HEAD] = gate
        arcs[roads + x, 0, HEAD] = arcs[roads + x, 1, TAIL] = net.transfer[x]
        arcs[roads + x, :, LIMIT] = roads + x
    for k in range(roads):
        arcs[k, 0, TAIL], arcs[k, 1, TAIL] = net.link_from[k], net.link_to[k]
        arcs[k, 0, HEAD], arcs[k, 1, HEAD] = inside_of[net.link_to[k]], inside_of[net.link_from[k]]
        arcs[k, :, LIMIT] = k
    for k in range(roads, links):
        regime[k, 0] = ANYBODY
    for i in range(pipes):
        sources[i] = net.pipeline_from[i]
        if fleets > 0:
            start = net.places + net.transfer.size + i
            arcs[gates + i, 0, TAIL] = arcs[gates + i, 1, HEAD] = start
            arcs[gates + i, 0, HEAD] = arcs[gates + i, 1, TAIL] = sources[i]
            arcs[gates + i, :, LIMIT] = gates + max(0, net.pipeline_fleet[i])
            if net.pipeline_fleet[i] != NONE:
                sources[i] = start
    hours, most = np.zeros(links), np.empty(gates + fleets)
    return Graph(arcs, sources, regime, hours, np.zeros((pipes, links)), np.zeros((pipes, links)), most)


@part
def read_links(f: int, net: Network, roads: Roads, loads: Loads, graph: Graph) -> None:
    """Write what links, hand-over points and fleets carry today in a future."""
    roads_only = net.link_from.size
    for k in range(roads_only):
        graph.hours[k], graph.most[k] = roads.hours[k, f], roads.capacity[k, f]
        graph.regime[k, 0] = graph.regime[k, 1] = roads.regime[k, f]
        for i in range(graph.burn.shape[0]):
            graph.burn[i, k] = loads.thirst[i, f] * roads.km[k, f]
            graph.days[i, k] = days_on(roads.hours[k, f], roads.open[k, f], loads.drive[i, f])
    for x in range(net.transfer.size):
        graph.most[roads_only + x] = roads.transfer_tonnes[net.transfer[x], f]
    for x in range(roads.fleet_tonnes.shape[0]):
        graph.most[roads_only + net.transfer.size + x] = roads.fleet_tonnes[x, f]


@part
def may_pass(k: int, d: int, roads: int, regime: Bytes, traffic: int) -> bool:
    """Return whether a class of traffic may take a link in direction d; of gates each direction has a regime.

    roads : how many of the links are roads; regime : (link, 2)
    """
    return lets_pass(regime[k, d], traffic, 0 if k >= roads else d)


@part
def new_books(commodities: int, homes: int, graph: Graph) -> Books:
    """Return empty books."""
    pipes, links = graph.burn.shape
    limits = graph.most.size
    return Books(
        graph,
        np.empty(pipes, np.int64),
        np.empty(pipes, np.int64),
        np.empty(pipes),
        np.zeros((pipes, commodities)),
        np.zeros((pipes, homes), np.uint8),
        np.zeros((3, commodities, homes)),
        np.zeros((commodities, homes)),
        np.empty(homes),
        np.empty(homes),
        np.empty(homes),
        np.empty(limits),
        np.empty(limits),
        np.zeros((2, pipes, links)),
        np.zeros((pipes, commodities, homes)),
        np.zeros((pipes, homes)),
        np.empty(pipes, np.int64),
        np.empty(pipes, np.int64),
        np.zeros((pipes, homes), np.uint8),
        np.zeros((pipes, homes, links)),
        np.zeros((pipes, commodities, homes)),
        np.zeros((pipes, homes)),
        np.empty(limits),
        np.zeros((links, 2), np.uint8),
        np.zeros((pipes, links)),
    )


@part
def list_offers(f: int, net: Network, loads: Loads, books: Books) -> int:
    """List the pipelines that offer something today to a home that they may reach; return how many there are."""
    count = int(np.int64(0))  # as a literal it would have every kernel compiled twice
    for i in range(books.every.size):
        offers = loads.scale[i, f] > 0.0 and take_offer(i, f, loads.rate, loads.scale, books.offer) > 0.0
        if offers and find_homes(i, f, net.pipeline_to, net.pipeline_home, net.home, loads.way, books.may):
            books.every[count], books.heavy[i] = i, loads.gross[i, f]
            count += 1
    return count


@part
def begin_day(f: int, net: Network, goods: Goods, books: Books) -> None:
    """Open the books of a future's day: nothing is sent yet."""
    open_books(f, goods.people, goods.need, goods.stock, goods.coming, books.cover)
    for h in range(net.home.size):
        for c in range(books.hand.shape[0]):
            books.hand[c, h] = goods.stock[h, c, f]
            for i in range(books.got.shape[0]):
                books.got[i, c, h] = 0.0
        for i in range(books.got.shape[0]):
            books.tonne_days[i, h] = 0.0
        books.fuel[h], books.spent[h] = 0.0, 0.0
        books.tank[h] = goods.stock[h, net.lorry_fuel, f] if net.lorry_fuel != NONE else np.inf
    for r in range(books.used.size):
        books.used[r], books.aid[r] = 0.0, 0.0
    for i in range(books.flow.shape[1]):
        for k in range(books.flow.shape[2]):
            books.flow[BEFORE, i, k], books.flow[MORE, i, k] = 0.0, 0.0


@part
def write_day(f: int, count: int, net: Network, roads: Roads, goods: Goods, books: Books) -> None:
    """Write what was sent, loaded and burned to the arrays of the day."""
    gates = net.link_from.size + net.transfer.size
    for k in range(net.link_from.size):
        roads.carried[k, f], roads.relief[k, f] = books.used[k], books.aid[k]
    for x in range(roads.fleet_used.shape[0]):
        roads.fleet_used[x, f] = books.used[gates + x]
    for h in range(net.home.size):
        if books.spent[h] > 0.0:
            goods.burned[h, net.lorry_fuel, f] = books.spent[h]
    for a in range(count):
        i = books.every[a]
        for h in range(net.home.size):
            tonnes = 0.0
            for c in range(books.got.shape[1]):
                tonnes += books.got[i, c, h] * books.heavy[i]
                goods.shipped[i, h, c, f] = books.got[i, c, h]
                if net.pipeline_home[i] != NONE:
                    goods.sent[net.pipeline_home[i], c, f] += books.got[i, c, h]
            goods.spell[i, h, f] = books.tonne_days[i, h] / tonnes if tonnes > 0.0 else 0.0


@part
def close_turn(n: int, full: float, loss: float, little: float, net: Network, books: Books) -> bool:
    """Enter what a turn sent, less what is lost on the way; return whether goods from outside were left behind.

    full : days of cover of full stores; loss : share; little : t that make no difference
    """
    beaten, graph = False, books.graph
    for a in range(n):
        i = books.active[a]
        origin = net.pipeline_home[i]
        for k in range(graph.hours.size):
            loaded = abs(books.flow[BEFORE, i, k])
            books.used[graph.arcs[k, 0, LIMIT]] += loaded
            books.aid[graph.arcs[k, 0, LIMIT]] += 0.0 if net.pipeline_class[i] == COMMERCIAL else loaded
        for h in range(net.home.size):
            tonnes = 0.0
            for c in range(books.got.shape[1]):
                tonnes += books.got[i, c, h] * books.heavy[i]
            for c in range(books.got.shape[1]):
                if books.tonne_days[i, h] < tonnes:  # within the day
                    books.hand[c, h] += books.got[i, c, h] * (1.0 - loss)
                if origin != NONE:
                    books.hand[c, origin] -= books.got[i, c, h]
                    books.cover[HELD, c, origin] -= books.got[i, c, h]
                elif books.offer[i, c] > little and books.may[i, h]:
                    beaten = beaten or books.cover[HELD, c, h] < full * books.cover[USE, c, h] - little
    return beaten
