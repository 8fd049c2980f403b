"""How links are best shared among pipelines that do not serve the same homes, or not by the same links.

Flows of several kinds have no residual ways. Ford and Fulkerson (1958): a linear programme whose columns are ways,
found one by one as the quickest under the prices of links (the revised simplex method with column generation).
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.rules.base import Bytes, Floats, Ints
from corridor.rules.supply.ways import HEAD, LIMIT, TAIL, leads, reach_places, rule_reached, sort_arcs

_NOTHING = 1e-8
"""of a value of 1 a tonne"""
_ALIKE = 1e-10
"""t that rounding makes: of equally tight rows the first leaves"""
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
    leaving, entering = sort_arcs(arcs, TAIL, exits.shape[1]), sort_arcs(arcs, HEAD, exits.shape[1])
    links, limits = arcs.shape[0], bound.shape[1] - flow.shape[0]
    rows = limits + n
    # of the inverse only the columns that are no longer those of the unit matrix, (column, row), by `kept`; the rows that
    # are not slack lie among them
    inverse, taken, kept, columns = np.zeros((16, rows)), np.zeros((16, links)), np.full(rows, -1), 0
    in_column, x, price = np.empty(rows, np.int64), np.empty(rows), np.zeros(rows)
    column, turned = np.zeros(rows), np.empty(rows)
    gain, owner = np.zeros(rows), np.full(rows, -1)
    toll, reached = np.empty((links, 2)), rule_reached(exits.shape[1])
    time, steps = reached.time, reached.steps
    best_way = np.empty(links)
    for r in range(rows):
        x[r] = bound[0, r if r < limits else limits + active[r - limits]]
    for _ in range(40 * rows):
        for j in range(rows):
            price[j] = 0.0
            if kept[j] >= 0:
                for r in range(rows):
                    price[j] += gain[r] * inverse[kept[j], r]
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
                reach_places(sources[i], arcs, leaving, toll, reached)
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
                    for y in range(entering[last], entering[last + 1]):
                        k, d = entering[y] // 2, entering[y] % 2
                        if leads(k, d, arcs, toll, time, steps):
                            best_way[k] = 1.0 - 2.0 * d
                            worth -= _SLIGHT * cost[i, k, d]
                            last = arcs[k, d, TAIL]
                            break
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
        n_in = 0
        for j in range(rows):
            if column[j] != 0.0:
                in_column[n_in] = j
                n_in += 1
        out = -1
        for r in range(rows):
            turned[r] = 0.0
            for y in range(n_in):
                j = in_column[y]
                if kept[j] >= 0:
                    turned[r] += inverse[kept[j], r] * column[j]
                elif j == r:
                    turned[r] += column[j]
            if turned[r] > 1e-9 and (out == -1 or x[r] * turned[out] < (x[out] - _ALIKE) * turned[r]):
                out = r
        if out == -1:
            break
        if kept[out] == -1:
            if columns == inverse.shape[0]:
                wider, longer = np.zeros((2 * columns, rows)), np.zeros((2 * columns, links))
                # by loops: what compares the shapes of slices takes two seconds to compile
                for j in range(columns):
                    for r in range(rows):
                        wider[j, r] = inverse[j, r]
                    for k in range(links):
                        longer[j, k] = taken[j, k]
                inverse, taken = wider, longer
            inverse[columns, out] = 1.0
            kept[out] = columns
            columns += 1
        step = x[out] / turned[out]
        for r in range(rows):
            if r != out and turned[r] != 0.0:
                x[r] = max(0.0, x[r] - step * turned[r])
        for j in range(columns):
            inverse[j, out] /= turned[out]
            pivot = inverse[j, out]
            if pivot != 0.0:
                for r in range(rows):
                    if r != out:
                        inverse[j, r] -= turned[r] * pivot
        x[out] = step
        gain[out] = 0.0 if slack >= 0 else worth
        owner[out] = -1 if slack >= 0 else active[enters]
        for k in range(links):
            taken[kept[out], k] = 0.0 if slack >= 0 else best_way[k]
    flow[:] = 0.0
    for a in range(n):
        bound[0, limits + active[a]] = 0.0
    for r in range(rows):
        if owner[r] >= 0:
            bound[0, limits + owner[r]] += x[r]
            for k in range(links):
                flow[owner[r], k] += x[r] * taken[kept[r], k]
