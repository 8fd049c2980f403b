"""Goods where something binds: ways are filled one after the other, and days of cover rise together until all are full.

Pipelines that offer the same mix to the same homes are a group. Its ways are residual: it may take its own goods off a
link where they have another way. Each round lets the days of cover of what is wanted rise on the quickest ways that are
left, until a link, or a sender's fuel, is full; then ways are found anew. A group so ends with the most that the
network carries (Ford and Fulkerson 1956) and with levels of which none can be raised but at the cost of a lower one
(Megiddo 1974). Groups that serve the same homes then go on as one, so that their total is the most that the network
carries, too: where nothing less brings a tonne in, unlike goods change places.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network, lets_pass
from corridor.rules.base import Ints
from corridor.rules.supply.flow import (
    BEFORE,
    blend_goods,
    cost_ways,
    group_pipelines,
    hold,
    label_goods,
    load_to_level,
    press_links,
    press_tanks,
    send_to_level,
    settle_flows,
)
from corridor.rules.supply.levels import HELD, USE, WANTED, cut_to_surplus, share_out
from corridor.rules.supply.push import (
    Goods,
    Loads,
    Roads,
    Terms,
    deliver_what_was_got,
    find_homes,
    open_books,
    put_in_order,
    take_offer,
)
from corridor.rules.supply.ways import reach_places, trace_ways

_LITTLE = 1e-9
"""t beside an offer of one tonne that make no difference"""
_TRIALS = 60
"""of a level; a piecewise linear function needs few"""


@kernel
def send_by_all_ways(
    net: Network, roads: Roads, loads: Loads, goods: Goods, terms: Terms, stopped: Ints, turn_of: Ints
) -> None:
    """Play the rest of the turns in the futures that `send_by_quickest_ways` stopped."""
    home, targets, sources, origins = net.home, net.pipeline_to, net.pipeline_from, net.pipeline_home
    turns, classes, lorry_fuel = net.pipeline_turn, net.pipeline_class, net.lorry_fuel
    rate, scale, gross, quickest = loads.rate, loads.scale, loads.gross, loads.way
    people, need, stock = goods.people, goods.need, goods.stock
    delivered, sent, burned, carried = goods.delivered, goods.sent, goods.burned, roads.carried
    pipes, commodities = rate.shape[0], rate.shape[1]
    homes, links = home.size, carried.shape[0]
    active, group, heavy = np.empty(pipes, np.int64), np.empty(pipes, np.int64), np.empty(pipes)
    offer, reach = np.zeros((pipes, commodities)), np.zeros((pipes, homes), np.uint8)
    cover, lorries = np.zeros((3, commodities, homes)), np.zeros((pipes, homes))
    want, got = np.zeros((pipes, commodities, homes)), np.zeros((pipes, commodities, homes))
    flow, way, blend = np.zeros((2, pipes, links)), np.zeros((pipes, homes, links)), np.empty((net.places, pipes))
    limit, room, alone, hours = np.empty(links), np.empty(links), np.empty(links), np.empty(links)
    burn = np.empty(links)
    passes, cost, ends = np.empty((links, 2), np.uint8), np.empty((links, 2)), np.empty((links, 2), np.int64)
    time, steps, tank, fuel = np.empty(net.places), np.empty(net.places, np.int64), np.empty(homes), np.zeros(homes)
    for k in range(links):
        ends[k, 0], ends[k, 1] = net.link_from[k], net.link_to[k]
    for f in stopped:
        open_books(f, people, need, stock, cover)
        for c in range(commodities):
            for h in range(homes):
                cover[HELD, c, h] += delivered[h, c, f]
        for turn in range(turn_of[f], turns.max() + 1):
            n, little = 0, _LITTLE
            for i in range(pipes):
                if turns[i] == turn and scale[i, f] > 0.0 and take_offer(i, f, rate, scale, offer) > 0.0:
                    if find_homes(i, f, targets, origins, home, quickest, reach):
                        active[n], heavy[i] = i, gross[i, f]
                        n += 1
                        for c in range(commodities):
                            little += _LITTLE * heavy[i] * offer[i, c]
            if n == 0:
                continue
            put_in_order(n, active, offer, reach)
            inside, burns = origins[active[0]] != NONE, origins[active[0]] != NONE and lorry_fuel != NONE
            if inside:
                cut_to_surplus(n, active, origins, offer, reach, cover)
            if burns:
                for h in range(homes):
                    tank[h] = stock[h, lorry_fuel, f] - sent[h, lorry_fuel, f] - burned[h, lorry_fuel, f]
                for a in range(n):
                    tank[origins[active[a]]] -= offer[active[a], lorry_fuel]  # fuel to be sent is set aside
            for k in range(links):
                limit[k] = max(0.0, roads.capacity[k, f] - carried[k, f])
                hours[k], burn[k] = roads.hours[k, f], terms.fuel[f] * roads.km[k, f]
                for d in range(2):
                    passes[k, d] = lets_pass(roads.regime[k, f], classes[active[0]], d)
            flow[:] = 0.0
            got[:] = 0.0
            group_pipelines(n, active, offer, targets, False, group)
            merged, mixed = False, False
            for _ in range(8 * links + 8):
                # the quickest ways that are left
                for k in range(links):
                    room[k] = limit[k]
                    for a in range(n):
                        room[k] -= abs(flow[BEFORE, active[a], k])
                for a in range(n):
                    i = active[a]
                    cost_ways(group[i], hours, passes, room, flow, little, cost)
                    reach_places(sources[i], ends, cost, time, steps)
                    trace_ways(i, home, ends, cost, time, steps, way)
                    for h in range(homes):
                        reached = targets[i, h] != 0 and h != origins[i] and time[home[h]] < np.inf
                        reach[i, h] = 1 if reached else 0
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
                if wanted > little:
                    # the level at which the first of them is full: a root between low and high
                    level, below, above = np.inf, -np.inf, np.inf
                    for trial in range(_TRIALS + 1):
                        load_to_level(level, n, active, want, cover, heavy, lorries)
                        over = press_links(n, active, group, lorries, way, limit, flow)
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
                    settle_flows(n, active, little, flow)
                    mixed = mixed or merged
                    if burns:
                        for h in range(homes):
                            tank[h] -= fuel[h]
                            burned[h, lorry_fuel, f] += fuel[h]
                            cover[HELD, lorry_fuel, h] -= fuel[h]
                if wanted <= little or level == np.inf:
                    left = 0.0
                    for a in range(n):
                        for c in range(commodities):
                            left += offer[active[a], c]
                    if merged or left <= little:
                        break
                    merged = True
                    for k in range(links):
                        alone[k] = 0.0
                        for a in range(n):
                            alone[k] += abs(flow[BEFORE, active[a], k])
                    group_pipelines(n, active, offer, targets, True, group)
                    for a in range(n):
                        i = active[a]
                        if group[i] != i:
                            for k in range(links):
                                flow[BEFORE, group[i], k] += flow[BEFORE, i, k]
                                flow[BEFORE, i, k] = 0.0
            if mixed:
                hold(-1.0, n, active, got, cover)
                blend[:] = 0.0
                for a in range(n):
                    for c in range(commodities):
                        for h in range(homes):
                            blend[sources[active[a]], active[a]] += got[active[a], c, h] * heavy[active[a]]
                for a in range(n):
                    if group[active[a]] == active[a]:
                        blend_goods(active[a], n, active, group, ends, flow, blend)
                        label_goods(active[a], n, active, group, home, blend, heavy, got)
                hold(1.0, n, active, got, cover)
            hold(-terms.loss[f], n, active, got, cover)
            deliver_what_was_got(n, f, active, got, terms.loss[f], delivered)
            for k in range(links):
                carried[k, f] += alone[k] if merged and not mixed else 0.0
            for a in range(n):
                for k in range(links):
                    carried[k, f] += abs(flow[BEFORE, active[a], k]) if mixed or not merged else 0.0
                if inside:
                    for c in range(commodities):
                        for h in range(homes):
                            sent[origins[active[a]], c, f] += got[active[a], c, h]
                            cover[HELD, c, origins[active[a]]] -= got[active[a], c, h]
