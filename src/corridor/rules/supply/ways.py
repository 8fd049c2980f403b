"""Ways of goods: the quickest open ways from where a pipeline starts, and how they share among equals.

A link is looked at once in each direction: `arcs` (link, 2, 3) are where it begins and ends and the limit that it counts
against, `cost` (link, 2) the hours there and back, infinity where nothing passes. A cost is negative where goods on the way turn back (a residual way).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network, lets_pass
from corridor.rules.base import Bytes, Floats, Ints

_SAME = 1e-9
"""hours that make no difference"""
TAIL, HEAD, LIMIT = 0, 1, 2
"""of an arc"""


class Graph(NamedTuple):
    """Links as arcs, and which of them leave and enter each place; an arc is numbered 2 link + direction."""

    arcs: Ints
    """(link, 2, 3)"""
    leaving: Ints
    """(arc,) by the place that it leaves, those of one place in the order of links"""
    leaves: Ints
    """(place + 1,) where those of a place begin in `leaving`"""
    entering: Ints
    """(arc,) by the place that it enters"""
    enters: Ints
    """(place + 1,) where those of a place begin in `entering`"""


@kernel
def empty_graph(links: int, places: int) -> Graph:
    """Return a graph whose arcs are to be written, and then sorted by `sort_graph`."""
    return Graph(
        np.zeros((links, 2, 3), np.int64), np.empty(2 * links, np.int64), np.empty(places + 1, np.int64),
        np.empty(2 * links, np.int64), np.empty(places + 1, np.int64),
    )  # fmt: skip


@kernel
def sort_graph(graph: Graph) -> None:
    """Sort the arcs by the places that they leave and enter."""
    sort_arcs(graph.arcs, TAIL, graph.leaving, graph.leaves)
    sort_arcs(graph.arcs, HEAD, graph.entering, graph.enters)


@kernel
def sort_arcs(arcs: Ints, end: int, order: Ints, first: Ints) -> None:
    """Write the arcs in the order of the places at one end of them, and where those of each place begin."""
    first[:] = 0
    for k in range(arcs.shape[0]):
        for d in range(2):
            first[arcs[k, d, end]] += 1
    so_far = 0
    for place in range(first.size):
        so_far += first[place]
        first[place] = so_far
    for arc in range(order.size - 1, -1, -1):
        place = arcs[arc // 2, arc % 2, end]
        first[place] -= 1
        order[first[place]] = arc


@kernel
def reach_places(source: int, graph: Graph, cost: Floats, time: Floats, steps: Ints) -> bool:
    """Fill the hours from `source` to each place, and how many links that takes.

    time : (place,) hours, written; infinity where no way leads
    steps : (place,) links of the way, the fewest of equally quick ones, written

    Bellman-Ford with a queue: only from where something changed is anything looked at anew. Returns False where a circle
    of costs is negative, so that no way is the quickest.
    """
    arcs, leaving, leaves, places = graph.arcs, graph.leaving, graph.leaves, time.size
    queue, queued = np.empty(places, np.int64), np.zeros(places, np.uint8)
    time[:] = np.inf
    steps[:] = places
    time[source], steps[source] = 0.0, 0
    queue[0], queued[source] = source, 1
    head, count, sweep, of_sweep = 0, 1, 0, 1
    while count > 0 and sweep < 2 * places:
        a = queue[head]
        head = head + 1 if head + 1 < places else 0
        count -= 1
        queued[a] = 0
        for x in range(leaves[a], leaves[a + 1]):
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


@kernel
def leads(k: int, d: int, arcs: Ints, cost: Floats, time: Floats, steps: Ints) -> bool:
    """Return whether a link, taken in direction d, is the last of a quickest way to its far end."""
    a, b = arcs[k, d, TAIL], arcs[k, d, HEAD]
    return bool(steps[a] + 1 == steps[b] and abs(time[a] + cost[k, d] - time[b]) < 3 * _SAME)


@kernel
def trace_ways(graph: Graph, cost: Floats, time: Floats, steps: Ints, order: Ints, share: Floats) -> None:
    """Write the quickest ways to all places; equally quick ones share alike.

    order : (place,) those that a way leads to, nearest first, then -1, written
    share : (link, 2) of what goes to or through its far end, written
    """
    places = time.size
    begins = np.zeros(places + 1, np.int64)
    for place in range(places):
        if time[place] < np.inf:
            begins[steps[place] + 1] += 1
    for step in range(places):
        begins[step + 1] += begins[step]
    order[:] = NONE
    share[:] = 0.0
    for place in range(places):
        if time[place] == np.inf:
            continue
        order[begins[steps[place]]] = place
        begins[steps[place]] += 1
        alike = 0
        for x in range(graph.enters[place], graph.enters[place + 1]):
            alike += 1 if leads(graph.entering[x] // 2, graph.entering[x] % 2, graph.arcs, cost, time, steps) else 0
        for x in range(graph.enters[place], graph.enters[place + 1]):
            k, d = graph.entering[x] // 2, graph.entering[x] % 2
            if leads(k, d, graph.arcs, cost, time, steps):
                share[k, d] = 1.0 / alike


@kernel
def load_ways(graph: Graph, order: Ints, share: Floats, load: Floats, flow: Floats) -> None:
    """Load what is bound for each place on the ways there, farthest first.

    order, share : as in `trace_ways`
    load : (place,) t bound for it; afterwards what passes through it, too
    flow : (link,) t, negative against the link's direction, added to
    """
    for x in range(order.size - 1, -1, -1):
        place = order[x]
        if place == NONE or load[place] == 0.0:
            continue
        for y in range(graph.enters[place], graph.enters[place + 1]):
            k, d = graph.entering[y] // 2, graph.entering[y] % 2
            if share[k, d] > 0.0:
                flow[k] += load[place] * share[k, d] * (1 - 2 * d)
                load[graph.arcs[k, d, TAIL]] += load[place] * share[k, d]


@kernel
def measure_ways(graph: Graph, order: Ints, share: Floats, each: Floats, total: Floats) -> None:
    """Write the sum along the ways to each place, the mean of equally quick ones: total (place,).

    each : (road,) what a link adds; what comes after the roads adds nothing
    """
    total[:] = 0.0
    for place in order:
        if place == NONE:
            break
        for y in range(graph.enters[place], graph.enters[place + 1]):
            k, d = graph.entering[y] // 2, graph.entering[y] % 2
            if share[k, d] > 0.0:
                total[place] += share[k, d] * (total[graph.arcs[k, d, TAIL]] + (each[k] if k < each.size else 0.0))


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
    graph = empty_graph(links, net.places)
    arcs = graph.arcs
    for k in range(links):
        arcs[k, 0, TAIL] = arcs[k, 1, HEAD] = net.link_from[k]
        arcs[k, 0, HEAD] = arcs[k, 1, TAIL] = net.link_to[k]
    sort_graph(graph)
    cost, reached, steps = np.empty((links, 2)), np.empty(net.places), np.empty(net.places, np.int64)
    for pipe in pipelines:
        for f in which:
            for k in range(links):
                for d in range(2):
                    cost[k, d] = hours[k, f] if lets_pass(regime[k, f], classes[pipe], d) else np.inf
            reach_places(sources[pipe], graph, cost, reached, steps)
            tied[pipe, f] = 0
            for place in range(net.places):
                way[pipe, place, f] = NONE
            for k in range(links):
                for d in range(2):
                    place = arcs[k, d, HEAD]
                    if cost[k, d] < np.inf and leads(k, d, arcs, cost, reached, steps):
                        if way[pipe, place, f] == NONE:
                            way[pipe, place, f] = k
                        else:
                            tied[pipe, f] = 1
