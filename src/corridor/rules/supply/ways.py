"""Ways of goods: the quickest open ways from where a pipeline starts, and how they share among equals.

A link is looked at once in each direction: `arcs` (link, 2, 3) are where it begins and ends and the limit that it counts
against, `cost` (link, 2) the hours there and back, infinity where nothing passes. A cost is negative where goods on the way turn back (a residual way).
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network, lets_pass
from corridor.rules.base import Bytes, Floats, Ints

_SAME = 1e-9
"""hours that make no difference"""
TAIL, HEAD, LIMIT = 0, 1, 2
"""of an arc"""


@kernel
def reach_places(source: int, arcs: Ints, cost: Floats, time: Floats, steps: Ints) -> bool:
    """Fill the hours from `source` to each place, and how many links that takes.

    time : (place,) hours, written; infinity where no way leads
    steps : (place,) links of the way, the fewest of equally quick ones, written

    Bellman-Ford: networks here have tens of links. Returns False where a circle of costs is negative, so that no way is
    the quickest.
    """
    time[:] = np.inf
    steps[:] = time.size
    time[source] = 0.0
    steps[source] = 0
    changed, sweep = True, 0
    while changed and sweep < 2 * time.size:
        changed = False
        sweep += 1
        for k in range(arcs.shape[0]):
            for d in range(2):
                a, b = arcs[k, d, TAIL], arcs[k, d, HEAD]
                t = time[a] + cost[k, d]
                if t < time[b] - _SAME or (t < time[b] + _SAME and steps[a] + 1 < steps[b]):
                    time[b], steps[b], changed = min(t, time[b]), steps[a] + 1, True
    return not changed


@kernel
def leads(k: int, d: int, arcs: Ints, cost: Floats, time: Floats, steps: Ints) -> bool:
    """Return whether a link, taken in direction d, is the last of a quickest way to its far end."""
    a, b = arcs[k, d, TAIL], arcs[k, d, HEAD]
    return bool(steps[a] + 1 == steps[b] and abs(time[a] + cost[k, d] - time[b]) < 3 * _SAME)


@kernel
def trace_ways(i: int, home: Ints, arcs: Ints, cost: Floats, time: Floats, steps: Ints, way: Floats) -> None:
    """Write which share of what goes to each home passes each link; equally quick ways share alike.

    way : (pipeline, home, link) share, negative against the link's direction; row i is written
    """
    links, places = arcs.shape[0], time.size
    part, alike, last = np.empty(places), np.zeros(places), np.empty((links, 2), np.bool_)
    for k in range(links):
        for d in range(2):
            last[k, d] = leads(k, d, arcs, cost, time, steps)
            alike[arcs[k, d, HEAD]] += 1.0 if last[k, d] else 0.0
    for h in range(home.size):
        for k in range(links):
            way[i, h, k] = 0.0
        if time[home[h]] == np.inf:
            continue
        part[:] = 0.0
        part[home[h]] = 1.0
        for step in range(steps[home[h]], 0, -1):
            for place in range(places):
                if steps[place] != step or part[place] == 0.0:
                    continue
                for k in range(links):
                    for d in range(2):
                        if last[k, d] and arcs[k, d, HEAD] == place:
                            way[i, h, k] += part[place] / alike[place] * (1 - 2 * d)
                            part[arcs[k, d, TAIL]] += part[place] / alike[place]


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
    arcs = np.empty((links, 2, 3), np.int64)
    for k in range(links):
        arcs[k, 0, TAIL] = arcs[k, 1, HEAD] = net.link_from[k]
        arcs[k, 0, HEAD] = arcs[k, 1, TAIL] = net.link_to[k]
    cost, reached, steps = np.empty((links, 2)), np.empty(net.places), np.empty(net.places, np.int64)
    for pipe in pipelines:
        for f in which:
            for k in range(links):
                for d in range(2):
                    cost[k, d] = hours[k, f] if lets_pass(regime[k, f], classes[pipe], d) else np.inf
            reach_places(sources[pipe], arcs, cost, reached, steps)
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
