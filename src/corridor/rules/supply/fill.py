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

from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network, lets_pass
from corridor.rules.base import Floats, Ints
from corridor.rules.supply.bottleneck import VALUE, is_met
from corridor.rules.supply.flow import (
    BEFORE,
    cost_ways,
    group_pipelines,
    load_to_level,
    lose,
    press_links,
    press_tanks,
    send_to_level,
    settle_flows,
)
from corridor.rules.supply.levels import HELD, USE, WANTED, cut_to_surplus, share_out
from corridor.rules.supply.optimum import share_links
from corridor.rules.supply.push import (
    COMMERCIAL,
    Goods,
    Loads,
    Roads,
    Terms,
    days_on,
    find_homes,
    open_books,
    put_in_order,
    take_offer,
)
from corridor.rules.supply.ways import HEAD, LIMIT, TAIL, reach_places, trace_ways

_LITTLE = 1e-9
"""t beside an offer of one tonne that make no difference"""
_TRIALS = 60
"""of a level; a piecewise linear function needs few"""
_SLIGHT = 1e-8
"""t beside an offer of one tonne that make one use of the links no better than another"""
_KEPT = 1.0001
"""value of a tonne that rounds sent beside one that they did not"""


@kernel
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


@kernel
def weigh_classes(n: int, every: Ints, origins: Ints, turns: Ints, heavy: Floats, got: Floats, tonnes: Floats) -> None:
    """Write what came from outside by class in the order of loading, (class,) t."""
    tonnes[:] = 0.0
    for a in range(n):
        i = every[a]
        if origins[i] == NONE:
            for c in range(got.shape[1]):
                for h in range(got.shape[2]):
                    tonnes[turns[i] // 2] += got[i, c, h] * heavy[i]


@kernel
def is_more(tonnes: Floats, other: Floats, slight: float) -> bool:
    """Return whether the first class that differs by more than `slight` t has more of `tonnes` than of `other`."""
    for turn in range(tonnes.size):
        if abs(tonnes[turn] - other[turn]) > slight:
            return bool(tonnes[turn] > other[turn])
    return False


@kernel
def put_quickest_first(hours: Floats, arcs: Ints, rank: Ints, ordered: Ints) -> None:
    """Write the place of each link in the order of hours, (link,), and the arcs in that order, (link, 2, 3)."""
    for k in range(hours.size):
        rank[k] = 0
        for j in range(hours.size):
            if hours[j] < hours[k] or (hours[j] == hours[k] and j < k):
                rank[k] += 1
        for d in range(arcs.shape[1]):
            for part in range(arcs.shape[2]):
                ordered[rank[k], d, part] = arcs[k, d, part]


@kernel
def send_by_all_ways(net: Network, roads: Roads, loads: Loads, goods: Goods, terms: Terms, stopped: Ints) -> None:
    """Play the day anew in the futures in which `send_by_quickest_ways` stopped."""
    home, targets, origins, fleet = net.home, net.pipeline_to, net.pipeline_home, net.pipeline_fleet
    turns, classes, lorry_fuel, transfer = net.pipeline_turn, net.pipeline_class, net.lorry_fuel, net.transfer
    rate, scale, gross, quickest, drive = loads.rate, loads.scale, loads.gross, loads.way, loads.drive
    people, need, stock, coming = goods.people, goods.need, goods.stock, goods.coming
    spell, shipped, sent, burned, carried = goods.spell, goods.shipped, goods.sent, goods.burned, roads.carried
    pipes, commodities, homes, roads_only = rate.shape[0], rate.shape[1], home.size, carried.shape[0]
    # a hand-over point is a place with a gate: what comes by road enters the gate; a fleet is a gate before its sources
    gates, fleets = roads_only + transfer.size, roads.fleet_tonnes.shape[0]
    links = gates + (pipes if fleets > 0 else 0)
    limits, places = gates + fleets, net.places + transfer.size + pipes
    arcs, inside_of, sources = np.zeros((links, 2, 3), np.int64), np.arange(net.places), np.empty(pipes, np.int64)
    for x in range(transfer.size):
        inside_of[transfer[x]] = net.places + x
        arcs[roads_only + x, 0, TAIL] = arcs[roads_only + x, 1, HEAD] = net.places + x
        arcs[roads_only + x, 0, HEAD] = arcs[roads_only + x, 1, TAIL] = transfer[x]
        arcs[roads_only + x, :, LIMIT] = roads_only + x
    for k in range(roads_only):
        arcs[k, 0, TAIL], arcs[k, 1, TAIL] = net.link_from[k], net.link_to[k]
        arcs[k, 0, HEAD], arcs[k, 1, HEAD] = inside_of[net.link_to[k]], inside_of[net.link_from[k]]
        arcs[k, :, LIMIT] = k
    for i in range(pipes):
        sources[i] = net.pipeline_from[i]
        if fleets > 0:
            start = net.places + transfer.size + i
            arcs[gates + i, 0, TAIL] = arcs[gates + i, 1, HEAD] = start
            arcs[gates + i, 0, HEAD] = arcs[gates + i, 1, TAIL] = sources[i]
            arcs[gates + i, :, LIMIT] = gates + max(0, fleet[i])
            if fleet[i] != NONE:
                sources[i] = start
    every, active, group = np.empty(pipes, np.int64), np.empty(pipes, np.int64), np.empty(pipes, np.int64)
    job, heavy, offer = np.empty(pipes, np.int64), np.empty(pipes), np.zeros((pipes, commodities))
    reach, may = np.zeros((pipes, homes), np.uint8), np.zeros((pipes, homes), np.uint8)
    cover, hand, lorries = np.zeros((3, commodities, homes)), np.zeros((commodities, homes)), np.zeros((pipes, homes))
    want, got = np.zeros((pipes, commodities, homes)), np.zeros((pipes, commodities, homes))
    tonne_days, days = np.zeros((pipes, homes)), np.zeros(links)
    flow, way = np.zeros((2, pipes, links)), np.zeros((pipes, homes, links))
    most, used, aid, limit = np.empty(limits), np.empty(limits), np.empty(limits), np.empty(limits)
    room, hours, burn = np.empty(links), np.zeros(links), np.zeros((pipes, links))
    tank, fuel, spent = np.empty(homes), np.empty(homes), np.empty(homes)
    passes, cost = np.zeros((links, 2), np.uint8), np.empty((links, 2))
    time, steps = np.empty(places), np.empty(places, np.int64)
    # the linear programme has each pipeline twice: what rounds sent of it, and the rest
    both, twice = np.empty(2 * pipes, np.int64), np.empty(2 * pipes, np.int64)
    exits, toll = np.zeros((2 * pipes, places), np.uint8), np.empty((2 * pipes, links, 2))
    bound, share = np.empty((2, limits + 2 * pipes)), np.zeros((2 * pipes, links))
    came, found = np.zeros(3), np.zeros(3)
    rank, ordered = np.empty(links, np.int64), np.empty((links, 2, 3), np.int64)
    for f in stopped:
        for k in range(roads_only):
            hours[k], most[k] = roads.hours[k, f], roads.capacity[k, f]
            for i in range(pipes):
                burn[i, k] = loads.thirst[i, f] * roads.km[k, f]
        for x in range(transfer.size):
            most[roads_only + x] = roads.transfer_tonnes[transfer[x], f]
        for x in range(fleets):
            most[gates + x] = roads.fleet_tonnes[x, f]
        count, offered = int(np.int64(0)), 1.0  # as a literal it would have every kernel compiled twice
        for i in range(pipes):
            offers = scale[i, f] > 0.0 and take_offer(i, f, rate, scale, offer) > 0.0
            if offers and find_homes(i, f, targets, origins, home, quickest, may):
                every[count], heavy[i] = i, gross[i, f]
                count += 1
                for c in range(commodities):
                    offered += offer[i, c] * heavy[i]
        put_in_order(count, every, offer, may)
        # each class by turns; then each group on its share of links where that may bring more; turns again if it does not
        for attempt in range(3):
            jobs = turns.max() + 1
            for a in range(count):
                job[every[a]] = turns[every[a]]
            if attempt == 1:
                jobs = number_groups(count, every, turns, origins, group, job)
            open_books(f, people, need, stock, coming, cover)
            for c in range(commodities):
                for h in range(homes):
                    hand[c, h] = stock[h, c, f]
            for h in range(homes):
                fuel[h], spent[h] = 0.0, 0.0
                tank[h] = stock[h, lorry_fuel, f] if lorry_fuel != NONE else np.inf
            used[:] = 0.0
            aid[:] = 0.0
            flow[:] = 0.0
            got[:] = 0.0
            tonne_days[:] = 0.0
            beaten = False
            for one in range(jobs):
                n, little = int(np.int64(0)), _LITTLE
                for a in range(count):
                    i = every[a]
                    if job[i] == one:
                        active[n] = i
                        n += 1
                        little += _LITTLE * heavy[i] * take_offer(i, f, rate, scale, offer)
                if n == 0:
                    continue
                put_in_order(n, active, offer, may)
                inside = origins[active[0]] != NONE
                burns = inside and lorry_fuel != NONE
                if inside:
                    cut_to_surplus(n, active, origins, offer, may, cover, hand)
                for a in range(n):
                    if burns:
                        tank[origins[active[a]]] -= offer[active[a], lorry_fuel]  # fuel to be sent is set aside
                for r in range(limits):
                    limit[r] = max(0.0, most[r] - used[r])
                for k in range(links):
                    if attempt == 1 and not inside and k < roads_only:  # what the programme gives the group
                        given = 0.0
                        for a in range(n):
                            given += share[active[a], rank[k]] + share[pipes + active[a], rank[k]]
                        limit[k] = min(limit[k], abs(given))
                    for d in range(2):
                        regime = roads.regime[k, f] if k < roads_only else 7 - 7 * d
                        passes[k, d] = lets_pass(regime, classes[active[0]], 0 if k >= roads_only else d)
                group_pipelines(n, active, offer, targets, group)
                for _ in range(8 * links + 8):
                    # the quickest ways that are left
                    for k in range(links):
                        room[k] = limit[arcs[k, 0, LIMIT]]
                    for k in range(links):
                        for a in range(n):
                            if flow[BEFORE, active[a], k] != 0.0:
                                for j in range(links):
                                    if arcs[j, 0, LIMIT] == arcs[k, 0, LIMIT]:
                                        room[j] -= abs(flow[BEFORE, active[a], k])
                    for a in range(n):
                        i = active[a]
                        cost_ways(group[i], hours, passes, room, flow, little, cost)
                        if not reach_places(sources[i], arcs, cost, time, steps):
                            # goods could be moved in a circle and save hours: turning back counts as nothing
                            for k in range(links):
                                for d in range(2):
                                    cost[k, d] = max(0.0, cost[k, d])
                            reach_places(sources[i], arcs, cost, time, steps)
                        trace_ways(i, home, arcs, cost, time, steps, way)
                        for h in range(homes):
                            reach[i, h] = 1 if may[i, h] and time[home[h]] < np.inf else 0
                            if burns and reach[i, h] and tank[origins[i]] <= little:  # dry
                                for k in range(roads_only):
                                    reach[i, h] = 0 if way[i, h, k] != 0.0 and burn[i, k] > 0.0 else reach[i, h]
                    # what would be sent by them if all had room
                    share_out(n, active, offer, reach, cover, terms.full[f], want)
                    low, high, wanted = np.inf, 0.0, 0.0
                    for c in range(commodities):
                        for h in range(homes):
                            cover[WANTED, c, h] = 0.0
                            for a in range(n):
                                cover[WANTED, c, h] += want[active[a], c, h]
                            if cover[WANTED, c, h] > 0.0:
                                wanted += cover[WANTED, c, h]
                                low = min(low, cover[HELD, c, h] / cover[USE, c, h])
                                high = max(high, (cover[HELD, c, h] + cover[WANTED, c, h]) / cover[USE, c, h])
                    if wanted <= little:
                        break
                    # the level at which the first of them is full: a root between low and high
                    level, below, above = np.inf, -np.inf, np.inf
                    for trial in range(_TRIALS + 1):
                        load_to_level(level, n, active, want, cover, heavy, lorries)
                        over = press_links(n, active, group, lorries, way, arcs, limit, flow)
                        if burns:
                            over = max(over, press_tanks(n, active, origins, lorries, way, burn, tank, fuel))
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
                    send_to_level(level, n, active, want, cover, offer, got)
                    for a in range(n):
                        i = active[a]
                        for k in range(roads_only):
                            days[k] = days_on(hours[k], roads.open[k, f], drive[i, f])
                        for h in range(homes):
                            for k in range(roads_only):
                                tonne_days[i, h] += lorries[i, h] * abs(way[i, h, k]) * days[k]
                    settle_flows(n, active, little, flow)
                    for h in range(homes):
                        if fuel[h] > 0.0:
                            tank[h] -= fuel[h]
                            spent[h] += fuel[h]
                            cover[HELD, lorry_fuel, h] -= fuel[h]
                            hand[lorry_fuel, h] -= fuel[h]
                            fuel[h] = 0.0
                    if level == np.inf:
                        break
                lose(terms.loss, f, n, active, got, cover)
                for a in range(n):
                    i = active[a]
                    for k in range(links):
                        used[arcs[k, 0, LIMIT]] += abs(flow[BEFORE, i, k])
                        aid[arcs[k, 0, LIMIT]] += 0.0 if classes[i] == COMMERCIAL else abs(flow[BEFORE, i, k])
                    for h in range(homes):
                        tonnes = 0.0
                        for c in range(commodities):
                            tonnes += got[i, c, h] * heavy[i]
                        for c in range(commodities):
                            if tonne_days[i, h] < tonnes:  # within the day
                                hand[c, h] += got[i, c, h] * (1.0 - terms.loss[i, f])
                            if inside:
                                hand[c, origins[i]] -= got[i, c, h]
                                cover[HELD, c, origins[i]] -= got[i, c, h]
                            elif offer[i, c] > little and may[i, h]:
                                beaten = beaten or cover[HELD, c, h] < terms.full[f] * cover[USE, c, h] - little
            if attempt == 2 or count < 2 or (attempt == 0 and not beaten):
                break
            weigh_classes(count, every, origins, turns, heavy, got, came if attempt == 0 else found)
            if attempt == 1:
                if is_more(came, found, _SLIGHT * offered):
                    continue
                break
            # goods were left behind: would another use of the links bring in more?
            # (links by hours, so that the order of rows is none)
            put_quickest_first(hours, arcs, rank, ordered)
            for r in range(limits):
                bound[0, r] = most[r]
            n = int(np.int64(0))
            for a in range(count):
                i = every[a]
                if origins[i] != NONE:
                    continue
                bound[0, limits + i], bound[0, limits + pipes + i] = 0.0, 0.0
                take_offer(i, f, rate, scale, offer)
                for place in range(places):
                    exits[i, place], exits[pipes + i, place] = 0, 0
                for c in range(commodities):
                    arrived, space = 0.0, 0.0
                    for h in range(homes):
                        arrived += got[i, c, h]
                        empty = terms.full[f] * cover[USE, c, h] - cover[HELD, c, h]
                        if may[i, h] and empty > _LITTLE:
                            space += empty
                            if offer[i, c] > 0.0:
                                exits[pipes + i, home[h]] = 1
                        if may[i, h]:
                            exits[i, home[h]] = 1
                    bound[0, limits + i] += arrived * heavy[i]
                    bound[0, limits + pipes + i] += min(offer[i, c] - arrived, space) * heavy[i]
                for row in (i, pipes + i):
                    both[n], twice[row] = row, sources[i]
                    n += 1
                    bound[1, limits + row] = VALUE[turns[i] // 2] * (_KEPT if row == i else 1.0)
                    for k in range(links):
                        share[row, rank[k]] = flow[BEFORE, i, k] if row == i else 0.0
                        for d in range(2):
                            regime = roads.regime[k, f] if k < roads_only else 7 - 7 * d
                            open_to = lets_pass(regime, classes[i], 0 if k >= roads_only else d)
                            toll[row, rank[k], d] = hours[k] if open_to else np.inf
            if is_met(n, both, twice, exits, ordered, toll, bound, share):
                break
            share_links(n, both, twice, exits, ordered, toll, bound, share)
            found[:] = 0.0
            for a in range(n):
                found[turns[both[a] % pipes] // 2] += bound[0, limits + both[a]]
            if not is_more(found, came, _SLIGHT * offered):
                break
        for k in range(roads_only):
            carried[k, f], roads.relief[k, f] = used[k], aid[k]
        for x in range(fleets):
            roads.fleet_used[x, f] = used[gates + x]
        for h in range(homes):
            if spent[h] > 0.0:
                burned[h, lorry_fuel, f] = spent[h]
        for a in range(count):
            i = every[a]
            for h in range(homes):
                tonnes = 0.0
                for c in range(commodities):
                    tonnes += got[i, c, h] * heavy[i]
                    shipped[i, h, c, f] = got[i, c, h]
                    if origins[i] != NONE:
                        sent[origins[i], c, f] += got[i, c, h]
                spell[i, h, f] = tonne_days[i, h] / tonnes if tonnes > 0.0 else 0.0
