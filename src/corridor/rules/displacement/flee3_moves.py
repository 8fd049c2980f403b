"""Counts of people on roads: one day of a place-by-place rule, drawn per place and choice, never per person.

People who differ in nothing that the rule reads are one number. A cell is (place, legs still planned, recent travel)
or (link, days under way, distance of the first day, legs still planned, recent travel). Every split is a chain of
binomial draws at its own address, so people are conserved exactly and the cost does not grow with their number.
"""

from __future__ import annotations

import math

import numpy as np

from corridor.kernels.draw import binomial, uniform
from corridor.kernels.jit import inlined, kernel
from corridor.rules.displacement.state import Day, Floats, Ints, Roads

_SPAWN, _MORNING, _TRAVEL = 0, 1, 2
_LEAVE, _ONE_BY_ONE, _FEW = 4095, 4080, 8
_CHOICES = 4096
_PART = 0.02


@inlined
def crowding(capacity: float, buffer: float, people: int) -> float:
    """Return how much of a place's attraction is left: 1 below the buffer, falling to 0 at capacity."""
    n = float(people)
    if capacity < 1.0 or n <= buffer * capacity:
        return 1.0
    if n >= capacity:
        return 0.0
    return 1.0 - (n - buffer * capacity) / ((1.0 - buffer) * capacity)


@inlined
def grain(grains: int, old: int, moved: float) -> int:
    """Return tonight's step of recent travel: the mean of what it was and of today's share of a full day.

    moved : in days of travel
    """
    if grains == 0:
        return 0
    value = 0.5 * (old + moved * grains)
    return min(int(math.ceil(value - 0.5)), grains)


@inlined
def split_over_routes(
    roads: Roads,
    today: Day,
    present: Ints,
    place: int,
    n: int,
    seed: int,
    future: int,
    stream: int,
    entity: int,
    crowd: Floats,
    taken: Ints,
) -> int:
    """Split n people over the routes from a place; return how many go.

    taken : (route of the place,) written. Who draws a camp that is more than half way through its buffer stays.
    """
    low, high = roads.route_base[place], roads.route_base[place + 1]
    total, ways = 0.0, 0
    for r in range(low, high):
        taken[r - low] = 0
        crowd[r - low] = 0.0
        if today.weight[r] >= 0.0:
            ways += 1
            weight, end = today.weight[r], roads.route_end[r]
            if roads.capacity[end] >= 1.0:
                full = crowding(roads.capacity[end], roads.buffer, present[end])
                weight *= full if roads.weight_power == 1.0 else full**roads.weight_power
            crowd[r - low] = weight
            total += weight
    if ways == 0:
        return 0
    if total <= 0.0:
        total = float(ways)
        for r in range(low, high):
            crowd[r - low] = 1.0 if today.weight[r] >= 0.0 else 0.0
    if n <= _FEW:
        # cheaper than binomial draws; the law is the same
        for i in range(n):
            u = uniform(seed, future, today.day, stream, entity * _CHOICES + _ONE_BY_ONE + i) * total
            r = 0
            while r < high - low - 1 and (u >= crowd[r] or crowd[r] <= 0.0):
                u -= crowd[r]
                r += 1
            taken[r] += 1
    else:
        left = n
        for r in range(high - low):
            share = crowd[r]
            if share <= 0.0 or left == 0:
                continue
            k = left
            if share < total * (1.0 - 1e-12):
                k = binomial(uniform(seed, future, today.day, stream, entity * _CHOICES + r), left, share / total)
            total -= share
            left -= k
            taken[r] = k
    gone = 0
    for r in range(high - low):
        if taken[r] > 0:
            end = roads.route_end[low + r]
            full = today.camp[end] and crowding(roads.capacity[end], roads.buffer, present[end]) < 0.5
            if crowd[r] <= 0.0 or full:
                taken[r] = 0
            gone += taken[r]
    return gone


@inlined
def leavers(
    roads: Roads,
    today: Day,
    present: Ints,
    place: int,
    plan: int,
    n: int,
    chance: float,
    seed: int,
    future: int,
    stream: int,
    entity: int,
    crowd: Floats,
    taken: Ints,
) -> int:
    """Decide for n people at a place; return how many go, and by which route in `taken`."""
    low, high = roads.route_base[place], roads.route_base[place + 1]
    if plan > 0:
        for r in range(high - low):
            taken[r] = 0
        r = low + plan - 1
        end = roads.route_end[r]
        full = today.camp[end] and crowding(roads.capacity[end], roads.buffer, present[end]) < 0.5
        if full or not today.open[roads.route_first[r]]:
            return 0
        taken[plan - 1] = n
        return n
    k = n
    if chance < 1.0:
        k = binomial(uniform(seed, future, today.day, stream, entity * _CHOICES + _LEAVE), n, chance)
    if k == 0:
        return 0
    if today.forced[place] >= 0:
        for r in range(high - low):
            taken[r] = 0
        for r in range(low, high):
            if roads.route_first[r] == today.forced[place] and roads.route_next[r] == 0:
                taken[r - low] = k
                return k
    return split_over_routes(roads, today, present, place, k, seed, future, stream, entity, crowd, taken)


@kernel
def spawn(today: Day, n: int, living: Ints, present: Ints, at: Ints, base: Ints, seed: int, future: int) -> None:
    """Place n newly displaced people at their origins, drawn by residents and violence."""
    places = living.size
    total = 0.0
    for p in range(places):
        total += today.origin[p] * max(living[p], 0)
    left = n
    for p in range(places):
        w = today.origin[p] * max(living[p], 0)
        if w <= 0.0 or left == 0:
            continue
        k = left
        if w < total * (1.0 - 1e-12):
            k = binomial(uniform(seed, future, today.day, _SPAWN, p), left, w / total)
        total -= w
        left -= k
        at[base[p]] += k
        present[p] += k
        if today.deplete:
            living[p] -= k


@kernel
def parts(roads: Roads, today: Day, present: Ints, on: Ints) -> int:
    """Return into how many parts the day is cut, so that no part brings a filling camp much more than 2 % of its size.

    People act one after the other: who comes early travels on past camps that later ones will have filled. It
    matters on days on which many arrive at a camp that they may fill, and only then is the day cut.
    """
    grains = max(1, roads.grains + 1)
    most = 1
    for p in range(present.size):
        capacity = roads.capacity[p]
        if capacity < 1.0 or present[p] >= capacity:
            continue
        coming = 0
        for link in range(roads.link_from.size):
            if roads.link_to[link] != p:
                continue
            width = roads.plans[p] * grains
            for step in range(roads.link_days[link] * roads.starts):
                k, start = divmod(step, roads.starts)
                behind = 0.0 if k == 0 else roads.speed[link] * ((start + 1) / roads.starts + k - 1)
                if behind + roads.speed[link] >= roads.km[link]:
                    for rest in range(width):
                        coming += on[roads.link_base[link] + step * width + rest]
        # those who come over a place in between are about as many again
        if present[p] + 2 * coming > roads.buffer * capacity:
            most = max(most, int(math.ceil(coming / (_PART * capacity))))
    return min(most, today.parts)


@kernel
def turn_back(roads: Roads, today: Day, on: Ints) -> None:
    """Turn people round whose link shuts under them: they walk to its end and are put back at its start."""
    for link in range(roads.link_from.size):
        if not today.closing[link] or roads.turned[link] < 0:
            continue
        other = roads.turned[link]
        grains = max(1, roads.grains + 1)
        plans = roads.plans[roads.link_to[link]]
        other_plans = roads.plans[roads.link_to[other]]
        for step in range(roads.link_days[link] * roads.starts):
            for plan in range(plans):
                for g in range(grains):
                    here = roads.link_base[link] + (step * plans + plan) * grains + g
                    there = roads.link_base[other] + step * other_plans * grains + g
                    on[there] += on[here]
                    on[here] = 0


@kernel
def grow(nodes: Ints, used: int, need: int) -> Ints:
    """Return `nodes` with room for `need` more rows."""
    if used + need <= nodes.shape[0]:
        return nodes
    bigger = np.empty((2 * (used + need), 4), dtype=np.int64)
    bigger[:used] = nodes[:used]
    return bigger


@inlined
def admit(roads: Roads, today: Day, present: Ints, later: Ints, link: int, n: int, rest: int) -> int:
    """Return how many of n get in at the end of a link; who finds a full camp starts back tomorrow.

    Those who get in are counted as present by the caller.
    """
    place = roads.link_to[link]
    if not roads.bind or not today.camp[place] or roads.capacity[place] < 1.0:
        return n
    inside = int(max(0, min(n, int(roads.capacity[place]) - present[place])))
    if inside < n:
        way = roads.reverse[link]
        plans = roads.plans[roads.link_to[way]]
        grains = max(1, roads.grains + 1)
        # the first slot: not yet under way
        later[roads.link_base[way] + (roads.starts - 1) * plans * grains + rest] += n - inside
    return inside
