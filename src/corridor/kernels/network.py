"""The fixed network as a tuple of arrays, and shortest open ways over it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corridor.kernels.jit import kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


class Network(NamedTuple):
    """What never changes during a run.

    Letters: P places, H homes, R destinations, K links, L pipelines, C commodities.
    """

    places: int
    link_from: Ints
    """(K,) place"""
    link_to: Ints
    """(K,) place"""
    home: Ints
    """(H,) place of each home"""
    destination: Ints
    """(R,) place of each destination"""
    registers: Bytes
    """(R,) 1 where people register"""
    exits: Bytes
    """(P,) 1 where people on their way out arrive and are safe"""
    exit_link: Bytes
    """(K,) 1 on the ways that open to people after a loss of control"""
    driven: Bytes
    """(K,) 1 where vehicles pass"""
    walked: Bytes
    """(K,) 1 where people can walk"""
    bus_home: Ints
    """(B,) home at which each bus starts"""
    bus_exit: Ints
    """(B,) place that it goes to"""
    bus_days: Ints
    """(B, 2) first and last day on which it runs, days since the start"""
    nearest_home: Ints
    """(P,) home to which people turn back from each place, -1 where no links lead to one"""
    latitude: float
    """degrees north, mean of the homes"""
    new_year: int
    """days from New Year to the first day"""
    pipeline_from: Ints
    """(L,) place"""
    pipeline_home: Ints
    """(L,) home that the goods are taken from, -1 where they come from outside"""
    pipeline_to: Bytes
    """(L, H) 1 where it may deliver"""
    pipeline_class: Bytes
    """(L,) traffic class"""
    pipeline_turn: Ints
    """(L,) when it loads: by class in the folder's order, of a class those from outside first"""
    pipeline_rank: Ints
    """(L,) place of its name among those of all in the order of letters: of equals, the first comes first"""
    pipeline_convoy: Bytes
    """(L,) 1 where it sends on some days only"""
    pipeline_ran: Bytes
    """(L,) 1 where it sent on every day before the first, too"""
    pipeline_fleet: Ints
    """(L,) fleet whose lorries it needs, -1 where it has its own"""
    transfer: Ints
    """(X,) places where what passes is handed over, so many tonnes a day"""
    food: Bytes
    """(C,) 1 for what is eaten"""
    energy: Floats
    """(C,) kcal/t"""
    spoilage: Floats
    """(C,) share/day"""
    lorry_fuel: int
    """commodity that lorries burn, -1 where none is modelled"""
    car_fuel: int
    """commodity that leaving vehicles take from local stock, -1 where none is modelled"""
    link_address: npt.NDArray[np.uint32]
    """(K,) address of each link's draws"""
    home_address: npt.NDArray[np.uint32]
    """(H,) address of each home's draws"""


NONE = -1
"""No link, no home, no commodity."""

PEOPLE_OUT, PEOPLE_IN = 8, 16
"""Bits of the classes of traffic of people on their way out, and in."""


@kernel
def shortest_ways(
    source: int, link_from: Ints, link_to: Ints, passes: Bytes, length: Floats, f: int, distance: Floats, via: Ints
) -> None:
    """Fill one future's distance from `source` and the link by which each place is reached.

    Parameters
    ----------
    passes : (link,) 1 where the link may be used, in both directions
    length : (link, future) km, >= 0; f : the future
    distance : (place,) km, written; infinity where no open way leads
    via : (place,) link, written; -1 at the source and where no way leads

    Bellman-Ford: networks here have tens of links. Equal lengths keep the link that comes first.
    """
    for place in range(distance.size):
        distance[place] = np.inf
        via[place] = NONE
    distance[source] = 0.0
    changed = True
    while changed:
        changed = False
        for k in range(link_from.size):
            if passes[k] == 0:
                continue
            a, b = link_from[k], link_to[k]
            if distance[a] + length[k, f] < distance[b] - 1e-9:
                distance[b], via[b], changed = distance[a] + length[k, f], k, True
            if distance[b] + length[k, f] < distance[a] - 1e-9:
                distance[a], via[a], changed = distance[b] + length[k, f], k, True


@kernel
def links_at(link_from: Ints, link_to: Ints, places: int) -> tuple[Ints, Ints]:
    """Return the links at each place, (2 link,), in their order, and where those of each place begin, (place + 1,)."""
    first, at = np.zeros(places + 1, np.int64), np.empty(2 * link_from.size, np.int64)
    for k in range(link_from.size):
        first[link_from[k]] += 1
        first[link_to[k]] += 1
    so_far = 0
    for place in range(places + 1):
        so_far += first[place]
        first[place] = so_far
    for k in range(link_from.size - 1, -1, -1):
        for place in (link_to[k], link_from[k]):
            first[place] -= 1
            at[first[place]] = k
    return at, first


@kernel
def lets_pass(regime: int, traffic: int, direction: int) -> bool:
    """Return whether a link lets a class of traffic pass from its first end to its second (0) or back (1).

    Five bits above a class's own, a second bit says that the way back differs: own bit alone is both ways, both bits
    are one way there, the second alone is one way back.
    """
    return ((regime ^ (regime >> 5) if direction else regime) & traffic) != 0


@kernel
def other_end(place: int, one: int, other: int) -> int:
    """Return the place at the far end of a link that joins `one` and `other`, seen from `place`."""
    return other if one == place else one
