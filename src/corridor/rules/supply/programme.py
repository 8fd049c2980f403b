"""The linear programme of links shared among groups: its rows from the day's books, its flows back to them.

Each pipeline stands in it twice: what rounds sent of it, and the rest.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import part
from corridor.kernels.network import NONE, Network
from corridor.rules.base import Bytes, Floats
from corridor.rules.supply.books import Books, may_pass
from corridor.rules.supply.bottleneck import VALUE, is_met
from corridor.rules.supply.flow import BEFORE
from corridor.rules.supply.levels import HELD, USE
from corridor.rules.supply.optimum import share_links
from corridor.rules.supply.push import Loads, Terms, take_offer

_NOTHING = 1e-9
"""t of room in a home that is none"""
_KEPT = 1.0001
"""value of a tonne that rounds sent beside one that they did not"""


@part
def share_among_groups(
    f: int, count: int, net: Network, loads: Loads, terms: Terms, books: Books, found: Floats
) -> bool:
    """Share the links anew; False where a cut proves that no other use of them brings in more.

    Written: `books.share`; found : (class,) t that would come in, by the order of loading.
    """
    graph, places = books.graph, net.places + net.transfer.size + net.pipeline_from.size
    pipes, links, limits = graph.burn.shape[0], graph.hours.size, graph.most.size
    both, twice = np.empty(2 * pipes, np.int64), np.empty(2 * pipes, np.int64)
    exits, toll = np.zeros((2 * pipes, places), np.uint8), np.empty((2 * pipes, links, 2))
    bound, share = np.empty((2, limits + 2 * pipes)), np.zeros((2 * pipes, links))
    rank, ordered = np.empty(links, np.int64), np.empty((links, 2, 3), np.int64)
    # links by hours, so that the order of rows is none
    in_order = np.argsort(graph.hours)
    for j in range(links):
        rank[in_order[j]] = j
        for d in range(2):
            for end in range(3):
                ordered[j, d, end] = graph.arcs[in_order[j], d, end]
    for r in range(limits):
        bound[0, r] = graph.most[r]
    n = int(np.int64(0))
    for a in range(count):
        i = books.every[a]
        if net.pipeline_home[i] != NONE:
            continue
        read_offer(i, f, net, loads, terms.full[f], books, exits, bound)
        for row in (i, pipes + i):
            both[n], twice[row] = row, graph.sources[i]
            n += 1
            bound[1, limits + row] = VALUE[net.pipeline_turn[i] // 2] * (_KEPT if row == i else 1.0)
            for k in range(links):
                share[row, rank[k]] = books.flow[BEFORE, i, k] if row == i else 0.0
                for d in range(2):
                    open_to = may_pass(k, d, net.link_from.size, graph.regime, net.pipeline_class[i])
                    toll[row, rank[k], d] = graph.hours[k] if open_to else np.inf
    if is_met(n, both, twice, exits, ordered, toll, bound, share):
        return False
    share_links(n, both, twice, exits, ordered, toll, bound, share)
    found[:] = 0.0
    for a in range(n):
        i = both[a] % pipes
        found[net.pipeline_turn[i] // 2] += bound[0, limits + both[a]]
        for k in range(links):
            books.share[i, k] = share[i, rank[k]] + share[pipes + i, rank[k]]
    return True


@part
def read_offer(
    i: int, f: int, net: Network, loads: Loads, full: float, books: Books, exits: Bytes, bound: Floats
) -> None:
    """Write what rounds sent of a pipeline and what they left, where a home has room for it, and where each may go.

    full : days of cover of full stores; exits : (row, place) 1 where it may deliver; bound : (2, limit + row) t
    """
    pipes, limits = books.every.size, books.limit.size
    bound[0, limits + i], bound[0, limits + pipes + i] = 0.0, 0.0
    take_offer(i, f, loads.rate, loads.scale, books.offer)
    for place in range(exits.shape[1]):
        exits[i, place], exits[pipes + i, place] = 0, 0
    for c in range(books.offer.shape[1]):
        arrived, space = 0.0, 0.0
        for h in range(net.home.size):
            arrived += books.got[i, c, h]
            empty = full * books.cover[USE, c, h] - books.cover[HELD, c, h]
            if books.may[i, h] and empty > _NOTHING:
                space += empty
                if books.offer[i, c] > 0.0:
                    exits[pipes + i, net.home[h]] = 1
            if books.may[i, h]:
                exits[i, net.home[h]] = 1
        bound[0, limits + i] += arrived * books.heavy[i]
        bound[0, limits + pipes + i] += min(books.offer[i, c] - arrived, space) * books.heavy[i]
