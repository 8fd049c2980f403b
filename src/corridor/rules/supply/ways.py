"""Ways of goods: the quickest open ways from where a pipeline starts, and how they share among equals.

A link is looked at once in each direction: `arcs` (link, 2, 3) are where it begins and ends and the limit that it counts
against, `cost` (link, 2) the hours there and back, infinity where nothing passes. A cost is negative where goods on the way turn back (a residual way).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import bare, kernel
from corridor.kernels.network import NONE, Network, lets_pass
from corridor.rules.base import Bytes, Floats, Ints

_SAME = 1e-9
"""hours that make no difference"""
TAIL, HEAD, LIMIT = 0, 1, 2
"""of an arc"""
BEFORE, MORE = 0, 1
"""rows of a flow: what is loaded so far, and what a level would add"""


class Reached(NamedTuple):
    """What is found on the way from a source."""

    time: Floats
    """(place,) hours; infinity where no way leads"""
    steps: Ints
    """(place,) links of the way, the fewest of equally quick ones"""
    queue: Ints
    """(place + 1,) to work with"""
    queued: Bytes
    """(place,) to work with"""


@kernel
def rule_reached(places: int) -> Reached:
    """Return an empty sheet for what is found."""
    return Reached(
        np.empty(places), np.empty(places, np.int64), np.empty(places + 1, np.int64), np.zeros(places, np.uint8)
    )


@kernel
def sort_arcs(arcs: Ints, end: int, places: int) -> Ints:
    """Return the arcs, numbered 2 link + direction, by the place at one end of them, `TAIL` or `HEAD`.

    The first `places + 1` numbers say where in the array those of each place begin; the arcs follow, those of a place in
    the order of links.
    """
    count = arcs.shape[0]
    by = np.zeros(places + 1 + 2 * count, np.int64)
    for k in range(count):
        for d in range(2):
            by[arcs[k, d, end]] += 1
    so_far = places + 1
    for place in range(places + 1):
        so_far += by[place]
        by[place] = so_far
    for arc in range(2 * count - 1, -1, -1):
        place = arcs[arc // 2, arc % 2, end]
        by[place] -= 1
        by[by[place]] = arc
    return by


@bare
def reach_places(source: int, arcs: Ints, leaving: Ints, cost: Floats, reached: Reached) -> bool:
    """Write the hours from `source` to each place, and how many links that takes, to `reached`.

    leaving : arcs by the place that they leave, as in `sort_arcs`

    Bellman-Ford with a queue: only from where something changed is anything looked at anew. Returns False where a circle
    of costs is negative, so that no way is the quickest.
    """
    time, steps, queue, queued = reached.time, reached.steps, reached.queue, reached.queued
    places = time.size
    time[:] = np.inf
    steps[:] = places
    queued[:] = 0
    time[source], steps[source] = 0.0, 0
    queue[0], queued[source] = source, 1
    head, count, sweep, of_sweep = 0, 1, 0, 1
    while count > 0 and sweep < 2 * places:
        a = queue[head]
        head = head + 1 if head + 1 < places else 0
        count -= 1
        queued[a] = 0
        for x in range(leaving[a], leaving[a + 1]):
            k, d = leaving[x] // 2, leaving[x] % 2
            b, t = arcs[k, d, HEAD], time[a] + cost[k, d]
            if t < time[b] - _SAME or (t < time[b] + _SAME and steps[a] + 1 < steps[b]):
                time[b], steps[b] = min(t, time[b]), steps[a] + 1
                if queued[b] == 0:
                    end = head + count
                    queue[end if end < places else end - places] = b
                    queued[b] = 1
                    count += 1
        of_sweep -= 1
        if of_sweep == 0:
            sweep += 1
            of_sweep = count
    return count == 0


@bare
def leads(k: int, d: int, arcs: Ints, cost: Floats, time: Floats, steps: Ints) -> bool:
    """Return whether a link, taken in direction d, is the last of a quickest way to its far end."""
    a, b = arcs[k, d, TAIL], arcs[k, d, HEAD]
    return bool(steps[a] + 1 == steps[b] and abs(time[a] + cost[k, d] - time[b]) < 3 * _SAME)


@bare
def trace_ways(i: int, arcs: Ints, entering: Ints, cost: Floats, reached: Reached, order: Ints, share: Floats) -> None:
    """Write the quickest ways of pipeline i to all places; equally quick ones share alike.

    entering : arcs by the place that they enter, as in `sort_arcs`
    order : (pipeline, place) those that a way leads to, nearest first, then -1, row i is written
    share : (pipeline, link, 2) of what goes to or through its far end, row i is written
    """
    time, steps, begins = reached.time, reached.steps, reached.queue
    places = time.size
    begins[:] = 0
    for place in range(places):
        if time[place] < np.inf:
            begins[steps[place] + 1] += 1
    for step in range(places):
        begins[step + 1] += begins[step]
    order[i, :] = NONE
    share[i, :, :] = 0.0
    for place in range(places):
        if time[place] == np.inf:
            continue
        order[i, begins[steps[place]]] = place
        begins[steps[place]] += 1
        alike = 0
        for x in range(entering[place], entering[place + 1]):
            alike += 1 if leads(entering[x] // 2, entering[x] % 2, arcs, cost, time, steps) else 0
        for x in range(entering[place], entering[place + 1]):
            k, d = entering[x] // 2, entering[x] % 2
            if leads(k, d, arcs, cost, time, steps):
                share[i, k, d] = 1.0 / alike


@bare
def load_ways(
    i: int, g: int, arcs: Ints, entering: Ints, order: Ints, share: Floats, load: Floats, flow: Floats
) -> None:
    """Load what is bound for each place on the ways of pipeline i, farthest first.

    order, share : as in `trace_ways`
    load : (place,) t bound for it; afterwards what passes through it, too
    flow : (2, group, link) t, negative against the link's direction; what is added to group g is added to `MORE`
    """
    for x in range(order.shape[1] - 1, -1, -1):
        place = order[i, x]
        if place == NONE or load[place] == 0.0:
            continue
        for y in range(entering[place], entering[place + 1]):
            k, d = entering[y] // 2, entering[y] % 2
            if share[i, k, d] > 0.0:
                flow[MORE, g, k] += load[place] * share[i, k, d] * (1 - 2 * d)
                load[arcs[k, d, TAIL]] += load[place] * share[i, k, d]


@bare
def measure_ways(
    i: int, j: int, arcs: Ints, entering: Ints, order: Ints, share: Floats, each: Floats, total: Floats
) -> None:
    """Write the sum along the ways of pipeline j to each place, the mean of equally quick ones: total (pipeline, place).

    each : (pipeline, road) what a link adds; what comes after the roads adds nothing. Row i of `each` and `total`
    """
    roads = each.shape[1]
    total[i, :] = 0.0
    for x in range(order.shape[1]):
        place = order[j, x]
        if place == NONE:
            break
        for y in range(entering[place], entering[place + 1]):
            k, d = entering[y] // 2, entering[y] % 2
            if share[j, k, d] > 0.0:
                total[i, place] += share[j, k, d] * (total[i, arcs[k, d, TAIL]] + (each[i, k] if k < roads else 0.0))


@kernel
def find_ways_of_goods(
    net: Network, pipelines: Ints, which: Ints, regime: Bytes, hours: Floats, way: Ints, tied: Bytes
) -> None:
    """Find the quickest open way from the source of pipelines, whatever its links can carry today.

    Parameters
    ----------
    pipelines, which : pipelines and futures to look at
    regime : (link, future) classes of traffic let pass today
    hours : (link, future) from end to end
    way : (pipeline, place, future) link by which each place is reached, -1 where no way leads, written
    tied : (pipeline, future) 1 where some place has several quickest ways, written
    """
    sources, classes, links = net.pipeline_from, net.pipeline_class, net.link_from.size
    arcs = np.zeros((links, 2, 3), np.int64)
    for k in range(links):
        arcs[k, 0, TAIL] = arcs[k, 1, HEAD] = net.link_from[k]
        arcs[k, 0, HEAD] = arcs[k, 1, TAIL] = net.link_to[k]
    leaving = sort_arcs(arcs, TAIL, net.places)
    cost, reached = np.empty((links, 2)), rule_reached(net.places)
    for pipe in pipelines:
        for f in which:
            for k in range(links):
                for d in range(2):
                    cost[k, d] = hours[k, f] if lets_pass(regime[k, f], classes[pipe], d) else np.inf
            reach_places(sources[pipe], arcs, leaving, cost, reached)
            tied[pipe, f] = 0
            for place in range(net.places):
                way[pipe, place, f] = NONE
            for k in range(links):
                for d in range(2):
                    place = arcs[k, d, HEAD]
                    if cost[k, d] < np.inf and leads(k, d, arcs, cost, reached.time, reached.steps):
                        if way[pipe, place, f] == NONE:
                            way[pipe, place, f] = k
                        else:
                            tied[pipe, f] = 1
