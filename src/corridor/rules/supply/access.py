"""Access: what each link can carry today, per class of traffic.

capacity today = nominal capacity x (1 - damage) x (0 on a day lost to weather, else 1),
for the classes of traffic that the regime lets pass; where people are let out, `flight/exits.py` says.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.draw import Words, address, uniform
from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, PEOPLE_OUT, Network, shortest_ways
from corridor.rules.base import Array, Bytes, Floats, Inputs, Ints, Rule, State, Today

WEATHER = address("weather")


class Links(NamedTuple):
    """What today's capacities come from; all but the last (link, future)."""

    tonnes: Floats
    """t/day without damage and weather"""
    vehicles: Floats
    """vehicles/hour, the same"""
    damage: Floats
    """share of capacity lost, in [0, 1]"""
    weather: Floats
    """share of days that weather closes the link"""
    address: Words
    """(link,) of its draws"""


@kernel
def let_pass(regime_set: Bytes, people_out: Bytes, regime: Bytes, seen: Bytes, changed: Ints) -> int:
    """Write what passes today.

    Parameters
    ----------
    regime_set : (link, future) classes of traffic that events, policies and choices let pass
    people_out : (link, future) 1 where people may leave
    regime : (link, future) written
    seen : (link, future) regime at the last look, brought up to date
    changed : (future,) futures in which any regime changed since then come first, written

    Returns
    -------
    how many futures those are
    """
    links, futures = regime.shape
    differs = np.zeros(futures, np.uint8)
    for k in range(links):
        for f in range(futures):
            regime[k, f] = regime_set[k, f] | PEOPLE_OUT if people_out[k, f] else regime_set[k, f]
            differs[f] |= regime[k, f] ^ seen[k, f]
            seen[k, f] = regime[k, f]
    n = 0
    for f in range(futures):
        if differs[f] != 0:
            changed[n] = f
            n += 1
    return n


@kernel
def capacities_today(links: Links, seed: int, futures: Words, day: int, tonnes: Floats, vehicles: Floats) -> None:
    """Write what each link carries today: tonnes (link, future) t/day, vehicles (link, future) vehicles/hour."""
    for k in range(tonnes.shape[0]):
        for f in range(tonnes.shape[1]):
            # nothing passes a link that is wholly damaged, however wide it was
            lost = links.damage[k, f] >= 1.0
            if links.weather[k, f] > 0.0 and not lost:
                lost = uniform(seed, futures[f], day, WEATHER, links.address[k]) < links.weather[k, f]
            left = 1.0 - links.damage[k, f]
            tonnes[k, f] = 0.0 if lost else links.tonnes[k, f] * left
            vehicles[k, f] = 0.0 if lost else links.vehicles[k, f] * left


@kernel
def find_ways_of_goods(net: Network, which: Ints, regime: Bytes, km: Floats, way: Ints, length: Floats) -> None:
    """Find the shortest open way from each pipeline's source.

    Parameters
    ----------
    which : futures to look at
    regime : (link, future) classes of traffic let pass today
    km : (link, future)
    way : (pipeline, place, future) link by which each place is reached, written
    length : (pipeline, place, future) km, written
    """
    sources, classes, link_from, link_to = net.pipeline_from, net.pipeline_class, net.link_from, net.link_to
    links, places = link_from.size, net.places
    passes = np.zeros(links, np.uint8)
    distance, via = np.empty(places), np.empty(places, np.int64)
    for pipe in range(sources.size):
        for f in which:
            for k in range(links):
                passes[k] = 1 if regime[k, f] & classes[pipe] else 0
            shortest_ways(sources[pipe], link_from, link_to, passes, km, f, distance, via)
            for place in range(places):
                way[pipe, place, f] = via[place]
                length[pipe, place, f] = distance[place]


def let_pass_today(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of access."""
    n = let_pass(s["regime_set"], s["people_out"], s["regime"], s["seen"], s["regime_changed"])
    links = Links(s["link_tonnes"], s["link_vehicles"], s["damage"], p["links.weather"], net.link_address)
    capacities_today(links, today.seed, today.futures, today.day, s["capacity_tonnes"], s["capacity_vehicles"])
    if n > 0:
        which, regime, km = s["regime_changed"][:n], s["regime"], p["links.km"]
        find_ways_of_goods(net, which, regime, km, s["goods_way"], s["goods_km"])


RULE = Rule(
    process="access",
    name="regime_damage_weather",
    step=let_pass_today,
    parameters=(),
    states=(
        Array("regime", ("link",), np.uint8),
        Array("seen", ("link",), np.uint8, 255),
        Array("regime_changed", (), np.int64),
        Array("capacity_tonnes", ("link",)),
        Array("capacity_vehicles", ("link",)),
        Array("goods_way", ("pipeline", "everywhere"), np.int64, NONE),
        Array("goods_km", ("pipeline", "everywhere"), start=np.inf),
    ),
    reads=("regime_set", "people_out", "damage", "link_tonnes", "link_vehicles"),
    inputs=("links.km", "links.weather"),
    summary="Regime, damage and weather give each link's capacity, and the shortest open ways, per class of traffic.",
)
