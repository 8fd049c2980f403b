"""Goods where something binds: ways are filled one after the other, and days of cover rise together until all are full.

Pipelines that offer the same mix to the same homes are a group. Its ways are residual: it may take its own goods off a
link where they have another way. Each round lets the days of cover of what is wanted rise on the quickest ways that are
left, until a link, or a sender's fuel, is full; then ways are found anew. A group alone so ends with the most that the
network carries (Ford and Fulkerson 1956) and with levels of which none can be raised but at the cost of a lower one
(Megiddo 1974). Where several groups leave tonnes behind that another use of the links would bring in, links are shared
among the groups by a linear programme that keeps what rounds gave each as far as the most tonnes allow, and each group
fills its share; where a cut proves that they have given all they can, it is not asked.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel, part
from corridor.kernels.network import NONE, Network
from corridor.rules.base import Floats, Ints
from corridor.rules.supply.books import (
    Books,
    begin_day,
    close_turn,
    lay_out,
    list_offers,
    may_pass,
    new_books,
    read_links,
    write_day,
)
from corridor.rules.supply.flow import (
    BEFORE,
    cost_ways,
    group_pipelines,
    hold,
    load_to_level,
    press_links,
    press_tanks,
    send_to_level,
    settle_flows,
)
from corridor.rules.supply.levels import HELD, USE, WANTED, cut_to_surplus, share_out
from corridor.rules.supply.programme import share_among_groups
from corridor.rules.supply.push import Goods, Loads, Roads, Terms, put_in_order, take_offer
from corridor.rules.supply.ways import LIMIT, reach_places, trace_ways

_LITTLE = 1e-9
"""t beside an offer of one tonne that make no difference"""
_TRIALS = 60
"""of a level; a piecewise linear function needs few"""
_SLIGHT = 1e-8
"""t beside an offer of one tonne that make one use of the links no better than another"""


@part
def number_groups(n: int, every: Ints, turns: Ints, origins: Ints, group: Ints, job: Ints) -> int:
    """Write when each group loads, by turn, (pipeline,), and return how many there are; homes' own go in their turn."""
    jobs = 0
    for turn in range(turns.max() + 1):
        for a in range(n):
            i = every[a]
            if turns[i] == turn:
                job[i] = jobs
                for b in range(a):
                    if turns[every[b]] == turn and (origins[i] != NONE or group[every[b]] == group[i]):
                        job[i] = job[every[b]]
                jobs = max(jobs, job[i] + 1)
    return jobs


@part
def weigh_classes(count: int, net: Network, books: Books, tonnes: Floats) -> None:
    """Write what came from outside by class in the order of loading, (class,) t."""
    tonnes[:] = 0.0
    for a in range(count):
        i = books.every[a]
        if net.pipeline_home[i] == NONE:
            for c in range(books.got.shape[1]):
                for h in range(books.got.shape[2]):
                    tonnes[net.pipeline_turn[i] // 2] += books.got[i, c, h] * books.heavy[i]


@part
def is_more(tonnes: Floats, other: Floats, slight: float) -> bool:
    """Return whether the first class that differs by more than `slight` t has more of `tonnes` than of `other`."""
    for turn in range(tonnes.size):
        if abs(tonnes[turn] - other[turn]) > slight:
            return bool(tonnes[turn] > other[turn])
    return False


@kernel
def send_by_all_ways(net: Network, roads: Roads, loads: Loads, goods: Goods, terms: Terms, stopped: Ints) -> None:
    """Play the day anew in the futures in which `send_by_quickest_ways` stopped."""
    books = new_books(loads.rate.shape[1], net.home.size, lay_out(net, roads.fleet_tonnes.shape[0]))
    came, found = np.zeros(3), np.zeros(3)
    for f in stopped:
        read_links(f, net, roads, loads, books.graph)
        count, offered = list_offers(f, net, loads, books), 1.0
        for a in range(count):
            for c in range(books.offer.shape[1]):
                offered += books.offer[books.every[a], c] * books.heavy[books.every[a]]
        put_in_order(count, books.every, books.offer, books.may)
        # each class by turns; then each group on its share of links where that may bring more; turns again if it does not
        for attempt in range(3):
            beaten = play_turns(f, count, attempt == 1, net, loads, goods, terms, books)
            if attempt == 2 or count < 2 or (attempt == 0 and not beaten):
                break
            weigh_classes(count, net, books, came if attempt == 0 else found)
            if attempt == 1:
                if is_more(came, found, _SLIGHT * offered):
                    continue
                break
            # goods were left behind: would another use of the links bring in more?
            proved = not share_among_groups(f, count, net, loads, terms, books, found)
            if proved or not is_more(found, came, _SLIGHT * offered):
                break
        write_day(f, count, net, roads, goods, books)


@part
def play_turns(
    f: int, count: int, shared: bool, net: Network, loads: Loads, goods: Goods, terms: Terms, books: Books
) -> bool:
    """Let the pipelines load turn by turn; return whether goods from outside were left that homes had room for.

    shared : each group loads in a turn of its own, what the linear programme gives it
    """
    jobs, beaten, active, origins = net.pipeline_turn.max() + 1, False, books.active, net.pipeline_home
    for a in range(count):
        books.job[books.every[a]] = net.pipeline_turn[books.every[a]]
    if shared:
        jobs = number_groups(count, books.every, net.pipeline_turn, origins, books.group, books.job)
    begin_day(f, net, goods, books)
    for one in range(jobs):
        n, little = int(np.int64(0)), _LITTLE
        for a in range(count):
            i = books.every[a]
            if books.job[i] == one:
                active[n] = i
                n += 1
                little += _LITTLE * books.heavy[i] * take_offer(i, f, loads.rate, loads.scale, books.offer)
        if n == 0:
            continue
        put_in_order(n, active, books.offer, books.may)
        if origins[active[0]] != NONE:
            cut_to_surplus(n, active, origins, books.offer, books.may, books.cover, books.hand)
            if net.lorry_fuel != NONE:
                for a in range(n):
                    books.tank[origins[active[a]]] -= books.offer[active[a], net.lorry_fuel]  # to be sent: set aside
        limit_links(n, shared, net, books)
        group_pipelines(n, active, books.offer, net.pipeline_to, books.group)
        for _ in range(8 * books.graph.hours.size + 8):
            look_for_ways(n, little, net, books)
            share_out(n, active, books.offer, books.reach, books.cover, terms.full[f], books.want)
            level = find_level(n, little, net, books)
            if level < 0.0:
                break
            send_round(n, level, little, net, books)
            if level == np.inf:
                break
        hold(-terms.loss[f], n, active, books.got, books.cover)
        beaten = close_turn(n, terms.full[f], terms.loss[f], little, net, books) or beaten
    return beaten


@part
def limit_links(n: int, shared: bool, net: Network, books: Books) -> None:
    """Write what a turn may load on each link, and where its class may pass."""
    graph, active, roads = books.graph, books.active, net.link_from.size
    for r in range(books.limit.size):
        books.limit[r] = max(0.0, graph.most[r] - books.used[r])
    for k in range(graph.hours.size):
        if shared and net.pipeline_home[active[0]] == NONE and k < roads:
            given = 0.0
            for a in range(n):
                given += books.share[active[a], k]
            books.limit[k] = min(books.limit[k], abs(given))
        for d in range(2):
            books.passes[k, d] = may_pass(k, d, roads, graph.regime, net.pipeline_class[active[0]])


@part
def look_for_ways(n: int, little: float, net: Network, books: Books) -> None:
    """Find the quickest ways that are left to each pipeline, and which homes it still reaches by them."""
    graph, active, flow = books.graph, books.active, books.flow
    arcs, hours, links, places = graph.arcs, graph.hours, graph.hours.size, net.places + net.transfer.size
    places += graph.sources.size
    room, cost, time, steps = np.empty(links), np.empty((links, 2)), np.empty(places), np.empty(places, np.int64)
    for k in range(links):
        room[k] = books.limit[arcs[k, 0, LIMIT]]
    for k in range(links):
        for a in range(n):
            if flow[BEFORE, active[a], k] != 0.0:
                for j in range(links):
                    if arcs[j, 0, LIMIT] == arcs[k, 0, LIMIT]:
                        room[j] -= abs(flow[BEFORE, active[a], k])
    burns = net.pipeline_home[active[0]] != NONE and net.lorry_fuel != NONE
    for a in range(n):
        i = active[a]
        cost_ways(books.group[i], hours, books.passes, room, flow, little, cost)
        if not reach_places(graph.sources[i], arcs, cost, time, steps):
            # goods could be moved in a circle and save hours: turning back counts as nothing
            for k in range(links):
                for d in range(2):
                    cost[k, d] = max(0.0, cost[k, d])
            reach_places(graph.sources[i], arcs, cost, time, steps)
        trace_ways(i, net.home, arcs, cost, time, steps, books.way)
        for h in range(net.home.size):
            books.reach[i, h] = 1 if books.may[i, h] and time[net.home[h]] < np.inf else 0
            if burns and books.reach[i, h] and books.tank[net.pipeline_home[i]] <= little:  # dry
                for k in range(net.link_from.size):
                    if books.way[i, h, k] != 0.0 and graph.burn[i, k] > 0.0:
                        books.reach[i, h] = 0


@part
def find_level(n: int, little: float, net: Network, books: Books) -> float:
    """Return the days of cover at which the first link, or tank, is full; infinity where all have room.

    Below nothing where nothing is wanted. Written: `cover`, `lorries`, `flow` and `fuel` at that level.
    """
    active, want, cover, graph = books.active, books.want, books.cover, books.graph
    low, high, wanted = np.inf, 0.0, 0.0
    for c in range(cover.shape[1]):
        for h in range(cover.shape[2]):
            cover[WANTED, c, h] = 0.0
            for a in range(n):
                cover[WANTED, c, h] += want[active[a], c, h]
            if cover[WANTED, c, h] > 0.0:
                wanted += cover[WANTED, c, h]
                low = min(low, cover[HELD, c, h] / cover[USE, c, h])
                high = max(high, (cover[HELD, c, h] + cover[WANTED, c, h]) / cover[USE, c, h])
    if wanted <= little:
        return -1.0
    burns = net.pipeline_home[active[0]] != NONE and net.lorry_fuel != NONE
    # a root between low and high
    level, below, above = np.inf, -np.inf, np.inf
    for trial in range(_TRIALS + 1):
        load_to_level(level, n, active, want, cover, books.heavy, books.lorries)
        over = press_links(n, active, books.group, books.lorries, books.way, graph.arcs, books.limit, books.flow)
        if burns:
            short = press_tanks(
                n, active, net.pipeline_home, books.lorries, books.way, graph.burn, books.tank, books.fuel
            )
            over = max(over, short)
        if abs(over) <= 0.01 * little or (over < 0.0 and level == np.inf) or trial == _TRIALS:
            break
        if over > 0.0:
            high, above = high if level == np.inf else level, over
        else:
            low, below = level, over
        level = 0.5 * (low + high)
        if below > -np.inf and trial % 3 > 0:
            level = low + (high - low) * below / (below - above)
        if trial == _TRIALS - 1:
            level = low
    return level


@part
def send_round(n: int, level: float, little: float, net: Network, books: Books) -> None:
    """Send what lifts days of cover to a level, by the ways found, and burn the fuel for it."""
    graph, active, cover = books.graph, books.active, books.cover
    send_to_level(level, n, active, books.want, cover, books.offer, books.got)
    for a in range(n):
        i = active[a]
        for h in range(net.home.size):
            for k in range(net.link_from.size):
                books.tonne_days[i, h] += books.lorries[i, h] * abs(books.way[i, h, k]) * graph.days[i, k]
    settle_flows(n, active, little, books.flow)
    for h in range(net.home.size):
        if books.fuel[h] > 0.0:
            books.tank[h] -= books.fuel[h]
            books.spent[h] += books.fuel[h]
            cover[HELD, net.lorry_fuel, h] -= books.fuel[h]
            books.hand[net.lorry_fuel, h] -= books.fuel[h]
            books.fuel[h] = 0.0
