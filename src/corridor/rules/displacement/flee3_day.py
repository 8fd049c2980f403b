"""One day of rule `flee3` over the network: people decide in the morning, travel, and decide again where they arrive.

The future is the first axis here and in `followers_day`, and nowhere else: each future is played from morning to night on its own, over
thousands of cells most of which are empty, so that what one future reads must lie together in memory (an eighth faster
than with the future last).
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.rules.displacement.flee3_moves import (
    MORNING,
    TRAVEL,
    admit,
    grain,
    grow,
    leavers,
    parts_of_day,
    spawn,
    turn_back,
)
from corridor.rules.displacement.state import LINK, NOW, PLACE, ROUTE, Day, Ints, People, Roads, Table


@kernel
def set_out_walking(places: Table, routes: Table, links: Table, now: Table, at: Ints, on: Ints) -> None:
    """Let everybody who stands somewhere decide once, before anybody travels."""
    row, starts, grains = now[0]["row"], now[0]["starts"], now[0]["grains"] + 1
    now[0]["stream"] = MORNING
    # those in camps came first and act first; the beds they leave are seen by all who set out after them
    for turn in range(2):
        for p in range(places.size):
            if places[p]["camp"] != 1 - turn:
                continue
            first = places[p]["cells"]
            for cell in range(first, places[p]["cells_end"]):
                n = at[row, cell]
                if n == 0:
                    continue
                g = (cell - first) % grains
                gone = leavers(places, routes, links, now, p, cell, n, places[p]["leave"])
                # who stays forgets a plan that could not be followed
                at[row, cell] -= n
                at[row, first + g] += n - gone
                if gone == 0:
                    continue
                places[p]["present"] -= gone
                for r in range(places[p]["routes"], places[p]["routes_end"]):
                    k = routes[r]["taken"]
                    if k > 0:
                        link = routes[r]["first"]
                        slot = (starts - 1) * links[link]["plans"] + routes[r]["next"]
                        on[row, links[link]["cells"] + slot * grains + g] += k
                        links[link]["entered"] += k


@kernel
def arrive_walking(
    places: Table, links: Table, now: Table, at: Ints, on: Ints, later: Ints, head: Ints, nodes: Ints
) -> tuple[Ints, int]:
    """Move one part of the people on links for a day; who reaches its end is queued by kilometres covered today.

    head : (slot,) the latest row of `nodes` queued for the slot, -1 none
    nodes : (row, 4) cell, persons, the row queued before, persons not yet counted as present
    """
    row, starts, cells = now[0]["row"], now[0]["starts"], now[0]["grains"] + 1
    grains, top, strict, part, of = (
        now[0]["grains"],
        now[0]["top_speed"],
        now[0]["strict"],
        now[0]["part"],
        now[0]["of"],
    )
    used = 0
    for link in range(links.size):
        to = links[link]["to"]
        width, base = links[link]["plans"] * cells, links[link]["cells"]
        v, km = links[link]["speed"], links[link]["km"]
        bound = now[0]["bind"] and places[to]["camp"] and places[to]["capacity"] >= 1.0
        for step in range(links[link]["days"] * starts):
            k, start = divmod(step, starts)
            first = v * (start + 1) / starts
            behind = 0.0 if k == 0 else first + (k - 1) * v
            for rest in range(width):
                n = on[row, base + step * width + rest]
                if n == 0:
                    continue
                n = (n * (part + 1)) // of - (n * part) // of
                if n == 0:
                    continue
                plan, g = divmod(rest, cells)
                arrives = behind + v > km if strict else behind + v >= km
                if not arrives:
                    # from tomorrow on, the first (full) day lies behind those who set out this morning
                    ahead = step + starts if k > 0 else 2 * starts - 1
                    tonight = grain(grains, g, v / top)
                    later[row, base + ahead * width + plan * cells + tonight] += n
                    continue
                moved = max(km - behind, 0.0)
                tonight = grain(grains, g, moved / top)
                inside = admit(places, links, now, later, link, n, tonight)
                if inside == 0:
                    continue
                if links[link]["back"] or moved >= v:
                    at[row, places[to]["cells"] + plan * cells + tonight] += inside
                    places[to]["present"] += inside
                    continue
                # a bed that was given is taken; elsewhere people are present from the moment they arrive
                if bound:
                    places[to]["present"] += inside
                nodes = grow(nodes, used, 1)
                slot = min(int(moved / now[0]["slot"] + 0.5), head.size - 1)
                queue_for(nodes, head, used, slot, places[to]["cells"] + rest, inside, 0 if bound else inside)
                used += 1
    return nodes, used


@kernel
def queue_for(nodes: Ints, head: Ints, used: int, slot: int, cell: int, n: int, uncounted: int) -> None:
    """Queue n people for a slot of the day, in row `used`."""
    nodes[used, 0], nodes[used, 1], nodes[used, 2], nodes[used, 3] = cell, n, head[slot], uncounted
    head[slot] = used


@kernel
def reach_today(now: Table, speed: float, done: float, km: float) -> tuple[bool, float]:
    """Whether a link can be passed with `done` of today's kilometres behind, and the kilometres that are left."""
    # with the strict rule of Flee every hop of a day gets the range of a whole day
    reach = speed if now[0]["strict"] else max(speed - done, 0.0)
    return (reach > km if now[0]["strict"] else reach >= km), reach


@kernel
def travel(
    places: Table, routes: Table, links: Table, now: Table, at: Ints, on: Ints, later: Ints, nodes: Ints
) -> Ints:
    """Play the travelling of one part of a day; return the scratch rows, which may have grown.

    People who meet at a place with the same day behind them are again one number.
    """
    row, starts, cells = now[0]["row"], now[0]["starts"], now[0]["grains"] + 1
    grains, top, width = now[0]["grains"], now[0]["top_speed"], now[0]["slot"]
    head = np.full(int(top / width) + 2, -1, dtype=np.int64)
    nodes, used = arrive_walking(places, links, now, at, on, later, head, nodes)
    together = np.zeros(at.shape[1], dtype=np.int64)
    touched = np.empty(at.shape[1], dtype=np.int64)
    where = np.empty(at.shape[1], dtype=np.int64)
    for p in range(places.size):
        for cell in range(places[p]["cells"], places[p]["cells_end"]):
            where[cell] = p
    for slot in range(head.size):
        done = slot * width
        count = 0
        node = head[slot]
        while node >= 0:
            cell = nodes[node, 0]
            if together[cell] == 0:
                touched[count] = cell
                count += 1
            together[cell] += nodes[node, 1]
            places[where[cell]]["present"] += nodes[node, 3]
            node = nodes[node, 2]
        now[0]["stream"] = TRAVEL + slot * 64 + now[0]["part"]
        for i in range(count):
            cell = touched[i]
            n = together[cell]
            together[cell] = 0
            p = where[cell]
            g = (cell - places[p]["cells"]) % cells
            # who has travelled little lately does not stop in a town
            hurry = grains > 0 and places[p]["town"] == 1 and g / grains + done / top < 1.0
            gone = leavers(places, routes, links, now, p, cell, n, 1.0 if hurry else places[p]["leave"])
            if gone < n:
                at[row, places[p]["cells"] + grain(grains, g, done / top)] += n - gone
            if gone == 0:
                continue
            places[p]["present"] -= gone
            nodes = grow(nodes, used, places[p]["routes_end"] - places[p]["routes"])
            for r in range(places[p]["routes"], places[p]["routes_end"]):
                n = routes[r]["taken"]
                if n == 0:
                    continue
                link, plan = routes[r]["first"], routes[r]["next"]
                links[link]["entered"] += n
                v, km, to = links[link]["speed"], links[link]["km"], links[link]["to"]
                passes, reach = reach_today(now, v, done, km)
                if not passes:
                    start = starts - 1
                    if not now[0]["strict"]:
                        start = min(max(int(reach * starts / v + 0.5) - 1, 0), starts - 1)
                    step = (starts + start) * links[link]["plans"] + plan
                    later[row, links[link]["cells"] + step * cells + grain(grains, g, (done + reach) / top)] += n
                    continue
                # every hop takes the queue on by at least one slot
                arrival = max(int(slot + km / width + 0.5), slot + 1)
                tonight = grain(grains, g, arrival * width / top)
                inside = admit(places, links, now, later, link, n, tonight)
                places[to]["present"] += inside
                if inside == 0:
                    continue
                first = places[to]["cells"] + plan * cells
                if arrival * width >= v or arrival >= head.size:
                    at[row, first + tonight] += inside
                else:
                    queue_for(nodes, head, used, arrival, first + g, inside, 0)
                    used += 1
    return nodes


@kernel
def night(places: Table, now: Table, at: Ints, before: Ints, scratch: Ints) -> None:
    """Let the memory of those who stood still all day fade by half; a camp remembers nothing.

    before, scratch : (place cell,) who stood there when travelling began; work space
    """
    row, grains = now[0]["row"], now[0]["grains"]
    if grains == 0:
        return
    for p in range(places.size):
        low, high = places[p]["cells"], places[p]["cells_end"]
        for cell in range(low, high):
            scratch[cell] = 0
        for cell in range(low, high):
            plan, g = divmod(cell - low, grains + 1)
            still = before[cell]
            moved_here = at[row, cell] - still
            faded = 0 if places[p]["camp"] else grain(grains, g, 0.0)
            scratch[low + plan * (grains + 1) + faded] += still
            scratch[cell] += moved_here
        for cell in range(low, high):
            at[row, cell] = scratch[cell]


@kernel
def play_flee3(roads: Roads, today: Day, people: People, seed: int, futures: Ints) -> None:
    """Play one day of a batch in place.

    Order: shut links turn people back; the newly displaced appear; everybody decides; everybody on a link travels,
    and decides again wherever range is left; memory fades.
    """
    places, routes = np.zeros(roads.capacity.size, PLACE), np.zeros(roads.route_end.size, ROUTE)
    links, now = np.zeros(roads.link_to.size, LINK), np.zeros(1, NOW)
    for p in range(places.size):
        places[p]["routes"], places[p]["routes_end"] = roads.route_base[p], roads.route_base[p + 1]
        places[p]["cells"], places[p]["cells_end"] = roads.place_base[p], roads.place_base[p + 1]
        places[p]["capacity"], places[p]["leave"] = roads.capacity[p], today.leave[p]
        places[p]["camp"], places[p]["town"] = today.camp[p], today.town[p]
        places[p]["forced"], places[p]["origin"] = today.forced[p], today.origin[p]
    for r in range(routes.size):
        routes[r]["first"], routes[r]["next"] = roads.route_first[r], roads.route_next[r]
        routes[r]["end"], routes[r]["weight"] = roads.route_end[r], today.weight[r]
    for k in range(links.size):
        links[k]["to"], links[k]["km"], links[k]["speed"] = roads.link_to[k], roads.km[k], roads.speed[k]
        links[k]["reverse"], links[k]["turned"], links[k]["back"] = roads.reverse[k], roads.turned[k], roads.back[k]
        links[k]["cells"], links[k]["days"] = roads.link_base[k], roads.link_days[k]
        links[k]["plans"] = roads.plans[roads.link_to[k]]
        links[k]["open"], links[k]["closing"] = today.open[k], today.closing[k]
    now[0]["grains"], now[0]["starts"] = roads.grains, roads.starts
    now[0]["strict"], now[0]["bind"] = roads.strict, roads.bind
    now[0]["slot"], now[0]["top_speed"] = roads.slot, roads.top_speed
    now[0]["buffer"], now[0]["weight_power"] = roads.buffer, roads.weight_power
    now[0]["parts"], now[0]["deplete"] = today.parts, today.deplete
    now[0]["seed"], now[0]["day"] = seed, today.day
    at, on, later = people.at, people.on, people.later
    nodes = np.empty((4096, 4), dtype=np.int64)
    still, scratch = np.empty(at.shape[1], dtype=np.int64), np.empty(at.shape[1], dtype=np.int64)
    for f in range(futures.size):
        now[0]["future"], now[0]["row"] = futures[f], f
        for p in range(places.size):
            places[p]["present"], places[p]["living"] = people.present[f, p], people.living[f, p]
        for k in range(links.size):
            links[k]["entered"] = 0
        turn_back(links, now, on)
        if today.new[f] > 0:
            spawn(places, now, at, today.new[f])
        set_out_walking(places, routes, links, now, at, on)
        later[f, :] = 0
        still[:] = at[f, :]
        of = parts_of_day(places, links, now, on)
        now[0]["of"] = of
        for part in range(of):
            now[0]["part"] = part
            nodes = travel(places, routes, links, now, at, on, later, nodes)
        on[f, :] = later[f, :]
        night(places, now, at, still, scratch)
        for p in range(places.size):
            people.present[f, p], people.living[f, p] = places[p]["present"], places[p]["living"]
        for k in range(links.size):
            people.entered[f, k] = links[k]["entered"]
