"""Access: what each link can carry today, per class of traffic.

capacity today = nominal capacity x (1 - damage) x hours open / 24 x (0 on a day lost to weather, else 1),
for the classes of traffic that the regime lets pass; where people are let out, `flight/exits.py` says.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.draw import Words, address, uniform
from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, PEOPLE_OUT, Network
from corridor.rules.base import Array, Bytes, Floats, Inputs, Ints, Rule, State, Today
from corridor.rules.supply.ways import find_ways_of_goods

WEATHER = address("weather")


class Links(NamedTuple):
    """What today's capacities come from; all but the last (link, future)."""

    tonnes: Floats
    """t/day without damage and weather"""
    vehicles: Floats
    """vehicles/hour, the same"""
    damage: Floats
    """share of capacity lost, in [0, 1]"""
    hours: Floats
    """hours a day in which it is open"""
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
            left = (1.0 - links.damage[k, f]) * (links.hours[k, f] / 24.0)
            tonnes[k, f] = 0.0 if lost else links.tonnes[k, f] * left
            vehicles[k, f] = 0.0 if lost else links.vehicles[k, f] * left


def let_pass_today(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of access."""
    n = let_pass(s["regime_set"], s["people_out"], s["regime"], s["seen"], s["regime_changed"])
    links = Links(
        s["link_tonnes"], s["link_vehicles"], s["damage"], p["links.hours_per_day"], p["links.weather"],
        net.link_address,
    )  # fmt: skip
    capacities_today(links, today.seed, today.futures, today.day, s["capacity_tonnes"], s["capacity_vehicles"])
    if n > 0:
        which, regime, hours = s["regime_changed"][:n], s["regime"], p["links.km"] / p["links.kmh"]
        find_ways_of_goods(
            net, np.arange(net.pipeline_from.size), which, regime, hours, s["goods_way"], s["goods_tied"]
        )


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
        Array("goods_tied", ("pipeline",), np.uint8),
    ),
    reads=("regime_set", "people_out", "damage", "link_tonnes", "link_vehicles"),
    inputs=("links.km", "links.kmh", "links.hours_per_day", "links.weather"),
    summary="Regime, damage and weather give each link's capacity, and the shortest open ways, per class of traffic.",
)
