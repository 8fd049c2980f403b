"""How links are best shared among pipelines that do not serve the same homes, or not by the same links.

Flows of several kinds have no residual ways. Ford and Fulkerson (1958): a linear programme whose columns are ways,
found one by one as the quickest under the prices of links (the revised simplex method with column generation).
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.rules.base import Bytes, Floats, Ints
from corridor.rules.supply.ways import HEAD, LIMIT, TAIL, leads, reach_places

_NOTHING = 1e-8
"""of a value of 1 a tonne"""
_SLIGHT = 1e-5
"""value of an hour: of equally good ways the quicker one"""


@kernel
def share_links(
    n: int, active: Ints, sources: Ints, exits: Bytes, arcs: Ints, cost: Floats, bound: Floats, flow: Floats
) -> None:
    """Find flows of the greatest value within the capacities of links and the offers of pipelines.

    Parameters
    ----------
    n, active : how many pipelines offer, and which
    sources : (pipeline,) place; exits : (pipeline, place) 1 where it may deliver
    arcs : (link, 2, 3) as in `ways`; cost : (pipeline, link, 2) hours, infinity where it may not pass
    bound : (2, limit + pipeline) t: each limit, and what each pipeline offers, written: what it sends; below
        these the value of a tonne
    flow : (pipeline, link) t/day, negative against the link's direction, written
    """
    links, limits = arcs.shape[0], bound.shape[1] - flow.shape[0]
    rows = limits + n
    inverse, x, price = np.eye(rows), np.empty(rows), np.empty(rows)
    column, turned = np.empty(rows), np.empty(rows)
    gain, owner, taken = np.zeros(rows), np.full(rows, -1), np.zeros((rows, links))
    toll, time, steps = np.empty((links, 2)), np.empty(exits.shape[1]), np.empty(exits.shape[1], np.int64)
    best_way = np.empty(links)
    for r in range(rows):
        x[r] = bound[0, r if r < limits else limits + active[r - limits]]
    for _ in range(40 * rows):
        for j in range(rows):
            price[j] = 0.0
            for r in range(rows):
                price[j] += gain[r] * inverse[r, j]
        best, worth, enters, slack = _NOTHING, 0.0, -1, -1
        for j in range(rows):
            if -price[j] > best:
                best, slack = -price[j], j
        if slack == -1:
            for a in range(n):
                i = active[a]
                for k in range(links):
                    for d in range(2):
                        toll[k, d] = max(0.0, price[arcs[k, d, LIMIT]]) + _SLIGHT * cost[i, k, d]
                reach_places(sources[i], arcs, toll, time, steps)
                last = -1
                for place in range(time.size):
                    if exits[i, place] and time[place] < np.inf and (last == -1 or time[place] < time[last]):
                        last = place
                if last == -1 or bound[1, limits + i] - price[limits + a] - time[last] <= best:
                    continue
                best, enters = bound[1, limits + i] - price[limits + a] - time[last], a
                worth = bound[1, limits + i]
                best_way[:] = 0.0
                while steps[last] > 0:
                    # the first of the links that lead there
                    onward = last
                    for k in range(links):
                        for d in range(2):
                            if onward == last and arcs[k, d, HEAD] == last and leads(k, d, arcs, toll, time, steps):
                                best_way[k] = 1.0 - 2.0 * d
                                worth -= _SLIGHT * cost[i, k, d]
                                onward = arcs[k, d, TAIL]
                    last = onward
            if enters == -1:
                break
        for r in range(rows):
            column[r] = 0.0
        if slack >= 0:
            column[slack] = 1.0
        else:
            column[limits + enters] = 1.0
            for k in range(links):
                column[arcs[k, 0, LIMIT]] += abs(best_way[k])
        out = -1
        for r in range(rows):
            turned[r] = 0.0
            for j in range(rows):
                turned[r] += inverse[r, j] * column[j]
            if turned[r] > 1e-9 and (out == -1 or x[r] * turned[out] < x[out] * turned[r]):
                out = r
        if out == -1:
            break
        step = x[out] / turned[out]
        for j in range(rows):
            inverse[out, j] /= turned[out]
        for r in range(rows):
            if r != out and turned[r] != 0.0:
                x[r] = max(0.0, x[r] - step * turned[r])
                for j in range(rows):
                    inverse[r, j] -= turned[r] * inverse[out, j]
        x[out] = step
        gain[out] = 0.0 if slack >= 0 else worth
        owner[out] = -1 if slack >= 0 else active[enters]
        for k in range(links):
            taken[out, k] = 0.0 if slack >= 0 else best_way[k]
    flow[:] = 0.0
    for a in range(n):
        bound[0, limits + active[a]] = 0.0
    for r in range(rows):
        if owner[r] >= 0:
            bound[0, limits + owner[r]] += x[r]
            for k in range(links):
                flow[owner[r], k] += x[r] * taken[r, k]
