"""One day of movement over the network: people decide in the morning, travel, and decide again where they arrive."""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import inlined, kernel
from corridor.rules.displacement.flee3_moves import (
    _MORNING,
    _TRAVEL,
    admit,
    grain,
    grow,
    leavers,
    parts,
    spawn,
    turn_back,
)
from corridor.rules.displacement.state import Day, Floats, Ints, People, Roads


@kernel
def set_out(
    roads: Roads,
    today: Day,
    present: Ints,
    at: Ints,
    on: Ints,
    entered: Ints,
    seed: int,
    future: int,
    crowd: Floats,
    taken: Ints,
) -> None:
    """Let everybody who stands somewhere decide once, before anybody travels."""
    grains = max(1, roads.grains + 1)
    # those in camps came first and act first; the beds they leave are seen by all who set out after them
    for turn in range(2):
        for p in range(present.size):
            if today.camp[p] != 1 - turn:
                continue
            low, high = roads.route_base[p], roads.route_base[p + 1]
            for cell in range(roads.place_base[p], roads.place_base[p + 1]):
                n = at[cell]
                if n == 0:
                    continue
                plan, g = divmod(cell - roads.place_base[p], grains)
                gone = leavers(
                    roads, today, present, p, plan, n, today.leave[p], seed, future, _MORNING, cell, crowd, taken
                )
                # who stays forgets a plan that could not be followed
                at[cell] -= n
                at[roads.place_base[p] + g] += n - gone
                if gone == 0:
                    continue
                present[p] -= gone
                for r in range(low, high):
                    k = taken[r - low]
                    if k > 0:
                        link = roads.route_first[r]
                        plans = roads.plans[roads.link_to[link]]
                        step = roads.starts - 1
                        on[roads.link_base[link] + (step * plans + roads.route_next[r]) * grains + g] += k
                        entered[link] += k


@kernel
def arrive(
    roads: Roads,
    today: Day,
    present: Ints,
    at: Ints,
    on: Ints,
    later: Ints,
    head: Ints,
    nodes: Ints,
    part: int,
    of: int,
) -> tuple[Ints, int]:
    """Move one part of the people on links for a day; who reaches its end is queued by kilometres covered today."""
    grains = max(1, roads.grains + 1)
    used = 0
    for link in range(roads.link_from.size):
        to = roads.link_to[link]
        width = roads.plans[to] * grains
        v, km = roads.speed[link], roads.km[link]
        bound = roads.bind and today.camp[to] and roads.capacity[to] >= 1.0
        for step in range(roads.link_days[link] * roads.starts):
            k, start = divmod(step, roads.starts)
            first = v * (start + 1) / roads.starts
            behind = 0.0 if k == 0 else first + (k - 1) * v
            for rest in range(width):
                n = on[roads.link_base[link] + step * width + rest]
                n = (n * (part + 1)) // of - (n * part) // of
                if n == 0:
                    continue
                plan, g = divmod(rest, grains)
                arrives = behind + v > km if roads.strict else behind + v >= km
                if not arrives:
                    # from tomorrow on, the first (full) day lies behind those who set out this morning
                    ahead = step + roads.starts if k > 0 else 2 * roads.starts - 1
                    tonight = grain(roads.grains, g, v / roads.top_speed)
                    later[roads.link_base[link] + ahead * width + plan * grains + tonight] += n
                    continue
                moved = max(km - behind, 0.0)
                tonight = grain(roads.grains, g, moved / roads.top_speed)
                inside = admit(roads, today, present, later, link, n, tonight)
                if inside == 0:
                    continue
                if roads.back[link] or moved >= v:
                    at[roads.place_base[to] + plan * grains + tonight] += inside
                    present[to] += inside
                    continue
                # a bed that was given is taken; elsewhere people are present from the moment they arrive
                if bound:
                    present[to] += inside
                nodes = grow(nodes, used, 1)
                slot = min(int(moved / roads.slot + 0.5), head.size - 1)
                used = queue(nodes, used, head, slot, roads.place_base[to] + rest, inside, 0 if bound else inside)
    return nodes, used


@inlined
def queue(nodes: Ints, used: int, head: Ints, slot: int, cell: int, n: int, uncounted: int) -> int:
    """Queue n people for a slot of the day; return the rows used."""
    nodes[used, 0], nodes[used, 1], nodes[used, 2], nodes[used, 3] = cell, n, head[slot], uncounted
    head[slot] = used
    return used + 1


@inlined
def onward(
    roads: Roads,
    today: Day,
    present: Ints,
    at: Ints,
    later: Ints,
    entered: Ints,
    head: Ints,
    nodes: Ints,
    used: int,
    slot: int,
    p: int,
    g: int,
    taken: Ints,
) -> tuple[Ints, int]:
    """Send people from p down the links they chose with `slot` of today's kilometres behind them."""
    grains = max(1, roads.grains + 1)
    done = slot * roads.slot
    low, high = roads.route_base[p], roads.route_base[p + 1]
    nodes = grow(nodes, used, high - low)
    for r in range(low, high):
        n = taken[r - low]
        if n == 0:
            continue
        link, plan = roads.route_first[r], roads.route_next[r]
        entered[link] += n
        v, km, to = roads.speed[link], roads.km[link], roads.link_to[link]
        # with the strict rule of Flee every hop of a day gets the range of a whole day
        reach = v if roads.strict else max(v - done, 0.0)
        if not (reach > km if roads.strict else reach >= km):
            start = roads.starts - 1
            if not roads.strict:
                start = min(max(int(reach * roads.starts / v + 0.5) - 1, 0), roads.starts - 1)
            step = (roads.starts + start) * roads.plans[to] + plan
            later[roads.link_base[link] + step * grains + grain(roads.grains, g, (done + reach) / roads.top_speed)] += n
            continue
        # every hop takes the queue on by at least one slot
        arrival = max(int(slot + km / roads.slot + 0.5), slot + 1)
        tonight = grain(roads.grains, g, arrival * roads.slot / roads.top_speed)
        inside = admit(roads, today, present, later, link, n, tonight)
        present[to] += inside
        if inside == 0:
            continue
        if arrival * roads.slot >= v or arrival >= head.size:
            at[roads.place_base[to] + plan * grains + tonight] += inside
        else:
            used = queue(nodes, used, head, arrival, roads.place_base[to] + plan * grains + g, inside, 0)
    return nodes, used


@kernel
def travel(
    roads: Roads,
    today: Day,
    present: Ints,
    at: Ints,
    on: Ints,
    later: Ints,
    entered: Ints,
    seed: int,
    future: int,
    part: int,
    of: int,
    nodes: Ints,
    crowd: Floats,
    taken: Ints,
) -> Ints:
    """Play the travelling of one part of a day; return the scratch rows, which may have grown.

    People who meet at a place with the same day behind them are again one number.
    """
    grains = max(1, roads.grains + 1)
    head = np.full(int(roads.top_speed / roads.slot) + 2, -1, dtype=np.int64)
    nodes, used = arrive(roads, today, present, at, on, later, head, nodes, part, of)
    together = np.zeros(roads.place_base[-1], dtype=np.int64)
    touched = np.empty(roads.place_base[-1], dtype=np.int64)
    for slot in range(head.size):
        done = slot * roads.slot
        count = 0
        node = head[slot]
        while node >= 0:
            cell = nodes[node, 0]
            if together[cell] == 0:
                touched[count] = cell
                count += 1
            together[cell] += nodes[node, 1]
            present[roads.place_of[cell]] += nodes[node, 3]
            node = nodes[node, 2]
        for i in range(count):
            cell = touched[i]
            n = together[cell]
            together[cell] = 0
            p = roads.place_of[cell]
            plan, g = divmod(cell - roads.place_base[p], grains)
            # who has travelled little lately does not stop in a town
            hurry = roads.grains > 0 and today.town[p] == 1 and g / roads.grains + done / roads.top_speed < 1.0
            chance = 1.0 if hurry else today.leave[p]
            stream = _TRAVEL + slot * 64 + part
            gone = leavers(roads, today, present, p, plan, n, chance, seed, future, stream, cell, crowd, taken)
            if gone < n:
                at[roads.place_base[p] + grain(roads.grains, g, done / roads.top_speed)] += n - gone
            if gone > 0:
                present[p] -= gone
                nodes, used = onward(roads, today, present, at, later, entered, head, nodes, used, slot, p, g, taken)
    return nodes


@kernel
def night(roads: Roads, today: Day, at: Ints, before: Ints, scratch: Ints) -> None:
    """Let the memory of those who stood still all day fade by half; a camp remembers nothing."""
    if roads.grains == 0:
        return
    grains = roads.grains + 1
    for p in range(roads.place_base.size - 1):
        low, high = roads.place_base[p], roads.place_base[p + 1]
        for cell in range(low, high):
            scratch[cell] = 0
        for cell in range(low, high):
            plan, g = divmod(cell - low, grains)
            still = before[cell]
            moved_here = at[cell] - still
            faded = 0 if today.camp[p] else grain(roads.grains, g, 0.0)
            scratch[low + plan * grains + faded] += still
            scratch[cell] += moved_here
        for cell in range(low, high):
            at[cell] = scratch[cell]


@kernel
def play_day(roads: Roads, today: Day, people: People, seed: int, futures: Ints) -> None:
    """Play one day of a batch in place.

    Order: shut links turn people back; the newly displaced appear; everybody decides; everybody on a link travels,
    and decides again wherever range is left; memory fades.
    """
    widest = 1
    for p in range(roads.route_base.size - 1):
        widest = max(widest, roads.route_base[p + 1] - roads.route_base[p])
    crowd = np.zeros(widest)
    taken = np.zeros(widest, dtype=np.int64)
    nodes = np.empty((4096, 4), dtype=np.int64)
    still = np.empty(roads.place_base[-1], dtype=np.int64)
    scratch = np.empty(roads.place_base[-1], dtype=np.int64)
    for f in range(futures.size):
        future = futures[f]
        present, at, on, later = people.present[f], people.at[f], people.on[f], people.later[f]
        people.entered[f, :] = 0
        turn_back(roads, today, on)
        if today.new[f] > 0:
            spawn(today, today.new[f], people.living[f], present, at, roads.place_base, seed, future)
        set_out(roads, today, present, at, on, people.entered[f], seed, future, crowd, taken)
        later[:] = 0
        still[:] = at
        of = parts(roads, today, present, on)
        for part in range(of):
            nodes = travel(
                roads, today, present, at, on, later, people.entered[f], seed, future, part, of, nodes, crowd, taken
            )
        on[:] = later
        night(roads, today, at, still, scratch)
