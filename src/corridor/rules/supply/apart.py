"""Numbers that tell links, places and pipelines apart by what they are and what they join, never by their rows.

Weisfeiler and Leman (1968): each begins with a number of its own properties and takes in those of its neighbours as a
sum, which has no order, until nothing more is told apart. What still has equal numbers is alike, but for rare networks.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import bare, kernel
from corridor.kernels.order import order_of
from corridor.rules.base import Floats, Ints
from corridor.rules.supply.desk import Books, Lines
from corridor.rules.supply.levels import USE
from corridor.rules.supply.ways import HEAD, LIMIT, TAIL

_PRIME = 2147483647
"""numbers are below it, so that no product of two passes 64 bits"""
_LOOKS = 12
"""at neighbours of neighbours at most"""


@bare
def mix(one: int, other: int) -> int:
    """Return a number that two numbers give in this order."""
    z = (one * 48271 + other * 69621 + 11) % _PRIME
    return (z * z + one) % _PRIME


@kernel
def rank_values(values: Floats) -> Ints:
    """Return the place of each value among those that differ, (value,)."""
    order, rank = order_of(values, values.size), np.zeros(values.size, np.int64)
    for x in range(1, values.size):
        rank[order[x]] = rank[order[x - 1]] + (1 if values[order[x]] > values[order[x - 1]] else 0)
    return rank


@kernel
def count_different(numbers: Ints) -> int:
    """Return how many different numbers there are."""
    values, n = np.empty(numbers.size), 1
    for x in range(numbers.size):
        values[x] = numbers[x]
    order = order_of(values, numbers.size)
    for x in range(1, numbers.size):
        n += 1 if numbers[order[x]] != numbers[order[x - 1]] else 0
    return n


@kernel
def tell_apart(
    lines: Lines, books: Books, count: int, every: Ints, turns: Ints, link: Ints, place: Ints, pipe: Ints
) -> None:
    """Write numbers of links (link,), of places (place,) and of the pipelines that offer (pipeline,)."""
    arcs, home, may, use = lines.arcs, lines.home, books.may, books.cover
    of = np.arange(9)  # kinds of neighbours; as literals they would have `mix` compiled for each
    links, most = arcs.shape[0], np.empty(arcs.shape[0])
    for k in range(links):
        most[k] = lines.most[arcs[k, 0, LIMIT]]
    hours, width = rank_values(lines.hours), rank_values(most)
    offers, uses = np.zeros(count), np.zeros(home.size)
    for a in range(count):
        for c in range(books.offered.shape[1]):
            offers[a] += books.offered[every[a], c] * books.heavy[every[a]]
    for h in range(home.size):
        for c in range(use.shape[1]):
            uses[h] += use[USE, c, h]
    offer, eaten = rank_values(offers), rank_values(uses)
    for a in range(count):
        pipe[every[a]] = mix(turns[every[a]], offer[a])
    place[:] = 1
    for h in range(home.size):
        place[home[h]] = mix(of[2], eaten[h])
    told, more = 0, np.empty(place.size, np.int64)
    passes = np.empty((links, 2), np.int64)
    for _ in range(_LOOKS):
        more[:] = 0
        passes[:] = 0
        for a in range(count):
            i = every[a]
            bound_for = int(np.int64(0))
            for h in range(home.size):
                bound_for += mix(of[3], place[home[h]]) if may[i, h] else 0
            pipe[i] = mix(pipe[i], mix(place[lines.sources[i]], bound_for % _PRIME))
        for a in range(count):
            i = every[a]
            more[lines.sources[i]] += mix(of[4], pipe[i])
            for h in range(home.size):
                more[home[h]] += mix(of[5], pipe[i]) if may[i, h] else 0
            for k in range(links):
                for d in range(2):
                    passes[k, d] += mix(of[6], pipe[i]) if lines.passes[i, k, d] else 0
        for k in range(links):
            for d in range(2):
                a, b = arcs[k, d, TAIL], arcs[k, d, HEAD]
                own = mix(mix(hours[k], width[k]), passes[k, d] % _PRIME)
                more[a] += mix(mix(of[7], own), place[b])
                more[b] += mix(mix(of[8], own), place[a])
        for b in range(place.size):
            place[b] = mix(place[b], more[b] % _PRIME)
        now = count_different(place)
        if now == told:
            break
        told = now
    for k in range(links):
        link[k] = 0
        for d in range(2):
            own = mix(mix(hours[k], width[k]), passes[k, d] % _PRIME)
            link[k] += mix(own, mix(place[arcs[k, d, TAIL]], place[arcs[k, d, HEAD]]))
