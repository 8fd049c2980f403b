"""Counts of people on roads: one day of a place-by-place rule, drawn per place and choice, never per person.

People who differ in nothing that the rule reads are one number. A cell is (place, legs still planned, recent travel)
or (link, days under way, distance of the first day, legs still planned, recent travel). Every split is a chain of
binomial draws at its own address, so people are conserved exactly and the cost does not grow with their number.

The tables are those of `state`: places, routes, links, and `now`, a table of one row.
"""

from __future__ import annotations

import math

import numpy as np

from corridor.kernels.draw import binomial, uniform
from corridor.kernels.jit import inlined, kernel
from corridor.rules.displacement.state import Ints, Table

SPAWN, MORNING, TRAVEL = 0, 1, 2
"""Streams of draws; each part and slot of the day has one of its own after `TRAVEL`."""
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


@kernel
def turned_away(places: Table, now: Table, place: int) -> bool:
    """Whether a place is a camp that is more than half way through its buffer: who draws it stays."""
    full = crowding(places[place]["capacity"], now[0]["buffer"], places[place]["present"])
    return bool(places[place]["camp"] != 0 and full < 0.5)


@kernel
def split_over_routes(places: Table, routes: Table, now: Table, place: int, n: int, entity: int) -> int:
    """Split n people over the routes from a place, into `taken`; return how many go."""
    low, high = places[place]["routes"], places[place]["routes_end"]
    seed, future, day, stream = now[0]["seed"], now[0]["future"], now[0]["day"], now[0]["stream"]
    buffer, power = now[0]["buffer"], now[0]["weight_power"]
    total, ways = 0.0, 0
    for r in range(low, high):
        routes[r]["taken"] = 0
        routes[r]["pull"] = 0.0
        weight = routes[r]["weight"]
        if weight >= 0.0:
            ways += 1
            end = routes[r]["end"]
            if places[end]["capacity"] >= 1.0:
                full = crowding(places[end]["capacity"], buffer, places[end]["present"])
                weight *= full if power == 1.0 else full**power
            routes[r]["pull"] = weight
            total += weight
    if ways == 0:
        return 0
    if total <= 0.0:
        total = float(ways)
        for r in range(low, high):
            routes[r]["pull"] = 1.0 if routes[r]["weight"] >= 0.0 else 0.0
    if n <= _FEW:
        # cheaper than binomial draws; the law is the same
        for i in range(n):
            u = uniform(seed, future, day, stream, entity * _CHOICES + _ONE_BY_ONE + i) * total
            r = low
            while r < high - 1 and (u >= routes[r]["pull"] or routes[r]["pull"] <= 0.0):
                u -= routes[r]["pull"]
                r += 1
            routes[r]["taken"] += 1
    else:
        left = n
        for r in range(low, high):
            share = routes[r]["pull"]
            if share <= 0.0 or left == 0:
                continue
            k = left
            if share < total * (1.0 - 1e-12):
                u = uniform(seed, future, day, stream, entity * _CHOICES + r - low)
                k = binomial(u, left, share / total)
            total -= share
            left -= k
            routes[r]["taken"] = k
    gone = 0
    for r in range(low, high):
        if routes[r]["taken"] > 0:
            if routes[r]["pull"] <= 0.0 or turned_away(places, now, routes[r]["end"]):
                routes[r]["taken"] = 0
            gone += routes[r]["taken"]
    return gone


@kernel
def leavers(
    places: Table, routes: Table, links: Table, now: Table, place: int, cell: int, n: int, chance: float
) -> int:
    """Decide for n people of a cell at a place; return how many go, and by which route in `taken`.

    chance : of leaving, for those without a plan
    """
    low, high = places[place]["routes"], places[place]["routes_end"]
    plan = (cell - places[place]["cells"]) // (now[0]["grains"] + 1)
    if plan > 0:
        for r in range(low, high):
            routes[r]["taken"] = 0
        r = low + plan - 1
        if turned_away(places, now, routes[r]["end"]) or not links[routes[r]["first"]]["open"]:
            return 0
        routes[r]["taken"] = n
        return n
    k = n
    if chance < 1.0:
        u = uniform(now[0]["seed"], now[0]["future"], now[0]["day"], now[0]["stream"], cell * _CHOICES + _LEAVE)
        k = binomial(u, n, chance)
    if k == 0:
        return 0
    forced = places[place]["forced"]
    if forced >= 0:
        for r in range(low, high):
            routes[r]["taken"] = 0
        for r in range(low, high):
            if routes[r]["first"] == forced and routes[r]["next"] == 0:
                routes[r]["taken"] = k
                return k
    return split_over_routes(places, routes, now, place, k, cell)


@kernel
def spawn(places: Table, now: Table, at: Ints, n: int) -> None:
    """Place n newly displaced people at their origins, drawn by residents and violence."""
    row = now[0]["row"]
    total = 0.0
    for p in range(places.size):
        total += places[p]["origin"] * max(places[p]["living"], 0)
    left = n
    for p in range(places.size):
        w = places[p]["origin"] * max(places[p]["living"], 0)
        if w <= 0.0 or left == 0:
            continue
        k = left
        if w < total * (1.0 - 1e-12):
            k = binomial(uniform(now[0]["seed"], now[0]["future"], now[0]["day"], SPAWN, p), left, w / total)
        total -= w
        left -= k
        at[row, places[p]["cells"]] += k
        places[p]["present"] += k
        if now[0]["deplete"]:
            places[p]["living"] -= k


@kernel
def parts_of_day(places: Table, links: Table, now: Table, on: Ints) -> int:
    """Return into how many parts the day is cut, so that no part brings a filling camp much more than 2 % of its size.

    People act one after the other: who comes early travels on past camps that later ones will have filled. It
    matters on days on which many arrive at a camp that they may fill, and only then is the day cut.
    """
    row, starts, grains = now[0]["row"], now[0]["starts"], now[0]["grains"] + 1
    most = 1
    for p in range(places.size):
        capacity, present = places[p]["capacity"], places[p]["present"]
        if capacity < 1.0 or present >= capacity:
            continue
        coming = 0
        for link in range(links.size):
            if links[link]["to"] != p:
                continue
            width, speed, km = links[link]["plans"] * grains, links[link]["speed"], links[link]["km"]
            for step in range(links[link]["days"] * starts):
                k, start = divmod(step, starts)
                behind = 0.0 if k == 0 else speed * ((start + 1) / starts + k - 1)
                if behind + speed >= km:
                    for rest in range(width):
                        coming += on[row, links[link]["cells"] + step * width + rest]
        # those who come over a place in between are about as many again
        if present + 2 * coming > now[0]["buffer"] * capacity:
            most = max(most, int(math.ceil(coming / (_PART * capacity))))
    return int(min(most, now[0]["parts"]))


@kernel
def turn_back(links: Table, now: Table, on: Ints) -> None:
    """Turn people round whose link shuts under them: they walk to its end and are put back at its start."""
    row, starts, grains = now[0]["row"], now[0]["starts"], now[0]["grains"] + 1
    for link in range(links.size):
        if not links[link]["closing"] or links[link]["turned"] < 0:
            continue
        other = links[link]["turned"]
        plans, other_plans = links[link]["plans"], links[other]["plans"]
        for step in range(links[link]["days"] * starts):
            for plan in range(plans):
                for g in range(grains):
                    here = links[link]["cells"] + (step * plans + plan) * grains + g
                    there = links[other]["cells"] + step * other_plans * grains + g
                    on[row, there] += on[row, here]
                    on[row, here] = 0


@kernel
def grow(nodes: Ints, used: int, need: int) -> Ints:
    """Return `nodes` with room for `need` more rows."""
    if used + need <= nodes.shape[0]:
        return nodes
    bigger = np.empty((2 * (used + need), 4), dtype=np.int64)
    bigger[:used] = nodes[:used]
    return bigger


@kernel
def admit(places: Table, links: Table, now: Table, later: Ints, link: int, n: int, rest: int) -> int:
    """Return how many of n get in at the end of a link; who finds a full camp starts back tomorrow.

    Those who get in are counted as present by the caller.
    """
    place = links[link]["to"]
    if not now[0]["bind"] or not places[place]["camp"] or places[place]["capacity"] < 1.0:
        return n
    inside = int(max(0, min(n, int(places[place]["capacity"]) - places[place]["present"])))
    if inside < n:
        way = links[link]["reverse"]
        # the first slot: not yet under way
        slot = (now[0]["starts"] - 1) * links[way]["plans"] * (now[0]["grains"] + 1)
        later[now[0]["row"], links[way]["cells"] + slot + rest] += n - inside
    return inside
