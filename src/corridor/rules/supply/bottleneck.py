"""Whether the links have given what they can: a cut that proves that no other use of them brings in more.

By weak duality: let each limit in a cut cost 1 and every other nothing. Whatever way a tonne takes it pays at the
tolls, or had a way without any; so no more can arrive than the cut carries and those offer who have a way without toll.
Where so much has arrived, and that for each class with those before it, nothing is left to be found (the min-cut of
Ford and Fulkerson 1956; for several kinds of flow it may fail to prove what is true, never prove what is false).
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.rules.base import Bytes, Floats, Ints
from corridor.rules.supply.ways import HEAD, LIMIT, TAIL, reach_places, rule_reached, sort_arcs

VALUE = (1e6, 1e4, 1e2)
"""of a tonne by class in the order of loading: a tonne displaces at most one a link of the next class"""
_SURE = 1e-9
"""t beside an offer of one tonne that make no difference"""


@kernel
def is_met(
    n: int, active: Ints, sources: Ints, exits: Bytes, arcs: Ints, cost: Floats, bound: Floats, flow: Floats
) -> bool:
    """Return whether a cut proves that no class, with those before it, could bring in more; False proves nothing.

    All as in `share_links`, whose rows are each pipeline twice: what it sent (the first half), and what it has left.

    bound : (2, limit + row) t and value, read; flow : (row, link) t/day of what was sent, read
    """
    leaving = sort_arcs(arcs, TAIL, exits.shape[1])
    links, limits, pipes = arcs.shape[0], bound.shape[1] - flow.shape[0], flow.shape[0] // 2
    toll, reached = np.empty((links, 2)), rule_reached(exits.shape[1])
    time = reached.time
    room, price, inside = np.empty(limits), np.empty(limits), np.empty(exits.shape[1], np.uint8)
    sure = _SURE
    for r in range(limits):
        room[r] = bound[0, r]
    for a in range(n):
        sure += _SURE * bound[0, limits + active[a]]
        for k in range(links):
            room[arcs[k, 0, LIMIT]] -= abs(flow[active[a], k])
    for value in VALUE:
        last, left_over = False, False
        for a in range(n):
            i = active[a]
            last = last or value <= bound[1, limits + i] < 10.0 * value
            left_over = left_over or (i >= pipes and bound[1, limits + i] >= value and bound[0, limits + i] > sure)
        if not last or not left_over:
            continue
        # what is left of a class and those before it reaches so far, by its own rights of way, then by anybody's
        met = False
        for anybody in range(2):
            inside[:] = 0
            for a in range(n):
                i = active[a]
                if met or i < pipes or bound[1, limits + i] < value or bound[0, limits + i] <= sure:
                    continue
                for k in range(links):
                    for d in range(2):
                        toll[k, d] = np.inf
                        for b in range(n):
                            j = active[b]
                            if bound[1, limits + j] < value:
                                continue
                            if (j == i or anybody) and cost[j, k, d] < np.inf and room[arcs[k, d, LIMIT]] > sure:
                                toll[k, d] = 0.0
                            if (-flow[j, k] if d == 0 else flow[j, k]) > 0.0:
                                toll[k, d] = 0.0
                reach_places(sources[i], arcs, leaving, toll, reached)
                for place in range(time.size):
                    if time[place] < np.inf:
                        inside[place] = 1
            if met:
                continue
            price[:] = 0.0
            for a in range(n):
                i = active[a]
                left = i >= pipes and bound[1, limits + i] >= value and bound[0, limits + i] > sure
                for k in range(links):
                    for d in range(2):
                        if (
                            left
                            and inside[arcs[k, d, TAIL]]
                            and not inside[arcs[k, d, HEAD]]
                            and cost[i, k, d] < np.inf
                        ):
                            price[arcs[k, d, LIMIT]] = 1.0
            most, arrived = 0.0, 0.0
            for r in range(limits):
                most += bound[0, r] if price[r] > 0.0 else 0.0
            for a in range(n):
                i = active[a]
                if bound[1, limits + i] < value or bound[0, limits + i] <= 0.0:
                    continue
                arrived += bound[0, limits + i] if i < pipes else 0.0
                for k in range(links):
                    for d in range(2):
                        toll[k, d] = price[arcs[k, d, LIMIT]] if cost[i, k, d] < np.inf else np.inf
                reach_places(sources[i], arcs, leaving, toll, reached)
                free = False
                for place in range(time.size):
                    free = free or (exits[i, place] != 0 and time[place] < 0.5)
                most += bound[0, limits + i] if free else 0.0
            met = most <= arrived + sure
        if not met:
            return False
    return True
