"""Access: what each link can carry today, per class of traffic.

capacity today = nominal capacity x (1 - damage) x hours open / 24 x (0 on a day lost to weather, else 1),
for the classes of traffic that the regime lets pass. After a loss of control the way out opens on the exit route
after an uncertain delay: blocking concerns goods and people in, the way out is an effect of its own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.draw import Words, address, uniform
from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network, other_end, shortest_ways
from corridor.rules.base import Array, Bytes, Floats, Inputs, Ints, Rule, State, Today
from corridor.rules.supply.ways import find_ways_of_goods
from corridor.tables.parameter import Parameter

PEOPLE_OUT = 8
"""Bit of the traffic class of people on their way out."""

WEATHER = address("weather")

PARAMETERS = (
    Parameter(
        "access.exit_delay", 4.0, "day", 0.5, 14.0,
        "assumed: no data set of delays between a loss of control and an open way out; from a day (a negotiated "
        "evacuation) to two weeks (Kalbajar 2020: 10 days granted, then 10 more)",
        "days from a loss of control until people may leave by the exit route",
        minimum=0.0, maximum=365.0,
    ),
)  # fmt: skip


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
def lose_control(release: Bytes, granted: Floats, delay: Floats, day: int, exit_hour: Floats, released: Bytes) -> None:
    """Note where control is lost today, and from which hour people may leave.

    Parameters
    ----------
    release : (place, future) 1 where control is lost today; released : where it was ever lost, updated
    granted : (future,) hour at which a choice lets people out, infinity where none does
    delay : (future,) days from a loss of control until people may leave
    exit_hour : (future,) hours since the start, infinity before a way out is granted; the first grant holds
    """
    for h in range(release.shape[0]):
        for f in range(release.shape[1]):
            released[h, f] = max(released[h, f], release[h, f])
    for f in range(exit_hour.size):
        if np.isfinite(exit_hour[f]):
            continue
        exit_hour[f] = granted[f]
        for h in range(release.shape[0]):
            if release[h, f] and not np.isfinite(exit_hour[f]):
                # control is lost at midday: the delay counts from there
                exit_hour[f] = 24.0 * day + 12.0 + 24.0 * delay[f]


@kernel
def let_pass(
    regime_set: Bytes, exit_hour: Floats, day: int, exit_link: Bytes, regime: Bytes, seen: Bytes, changed: Ints
) -> int:
    """Write what passes today; people may leave by the exit route from the day on which the way out opens.

    Parameters
    ----------
    regime_set : (link, future) classes of traffic that events, policies and choices let pass
    exit_hour : (future,) hour since the start; exit_link : (link,) 1 on the exit route
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
            granted = exit_link[k] == 1 and exit_hour[f] < 24.0 * (day + 1)
            regime[k, f] = regime_set[k, f] | PEOPLE_OUT if granted else regime_set[k, f]
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


@kernel
def find_ways_out(net: Network, which: Ints, regime: Bytes, km: Floats, way: Ints, length: Floats, order: Ints) -> None:
    """Find each place's next link on the shortest open way out to a place of registration.

    Parameters
    ----------
    which : futures to look at
    regime : (link, future) classes of traffic let pass today; km : (link, future)
    way : (place, future) next link, -1 where no way leads out, written
    length : (place, future) km to safety, written
    order : (place, future) places on the way from a home, farthest first, then -1, written
    """
    home, registers, destination = net.home, net.registers, net.destination
    link_from, link_to = net.link_from, net.link_to
    links, places = link_from.size, net.places
    passes, used = np.zeros(links, np.uint8), np.zeros(places, np.uint8)
    distance, via = np.empty(places), np.empty(places, np.int64)
    for f in which:
        for k in range(links):
            passes[k] = 1 if regime[k, f] & PEOPLE_OUT else 0
        for place in range(places):
            length[place, f] = np.inf
            way[place, f] = NONE
            order[place, f] = NONE
            used[place] = 0
        for r in range(destination.size):
            if registers[r] == 0:
                continue
            shortest_ways(destination[r], link_from, link_to, passes, km, f, distance, via)
            for place in range(places):
                if distance[place] < length[place, f]:
                    length[place, f] = distance[place]
                    way[place, f] = via[place]
        # only places that somebody can pass: on the way from a home
        for h in range(home.size):
            place = home[h]
            while way[place, f] != NONE and used[place] == 0:
                used[place] = 1
                k = way[place, f]
                place = other_end(place, link_from[k], link_to[k])
        n = 0
        for place in range(places):
            if used[place] == 0:
                continue
            i = n
            while i > 0 and length[order[i - 1, f], f] < length[place, f]:
                order[i, f] = order[i - 1, f]
                i -= 1
            order[i, f] = place
            n += 1


def let_pass_today(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of access."""
    lose_control(s["release"], s["exit_granted"], p["access.exit_delay"], today.day, s["exit_hour"], s["released"])
    n = let_pass(s["regime_set"], s["exit_hour"], today.day, net.exit_link, s["regime"], s["seen"], s["regime_changed"])
    links = Links(
        s["link_tonnes"],
        s["link_vehicles"],
        s["damage"],
        p["links.hours_per_day"],
        p["links.weather"],
        net.link_address,
    )
    capacities_today(links, today.seed, today.futures, today.day, s["capacity_tonnes"], s["capacity_vehicles"])
    if n > 0:
        which, regime, km = s["regime_changed"][:n], s["regime"], p["links.km"]
        find_ways_of_goods(net, which, regime, km / p["links.kmh"], s["goods_way"], s["goods_tied"])
        find_ways_out(net, which, regime, km, s["exit_way"], s["exit_km"], s["exit_order"])


RULE = Rule(
    process="access",
    name="regime_damage_weather",
    step=let_pass_today,
    parameters=PARAMETERS,
    states=(
        Array("regime", ("link",), np.uint8),
        Array("seen", ("link",), np.uint8, 255),
        Array("regime_changed", (), np.int64),
        Array("capacity_tonnes", ("link",)),
        Array("capacity_vehicles", ("link",)),
        Array("goods_way", ("pipeline", "everywhere"), np.int64, NONE),
        Array("goods_tied", ("pipeline",), np.uint8),
        Array("exit_way", ("everywhere",), np.int64, NONE),
        Array("exit_km", ("everywhere",), start=np.inf),
        Array("exit_order", ("everywhere",), np.int64, NONE),
        Array("exit_hour", (), start=np.inf),
        Array("released", ("place",), np.uint8),
    ),
    reads=("regime_set", "damage", "link_tonnes", "link_vehicles", "release", "exit_granted"),
    inputs=("links.km", "links.kmh", "links.hours_per_day", "links.weather"),
    summary="Regime, damage and weather give each link's capacity, and the shortest open ways, per class of traffic.",
)
