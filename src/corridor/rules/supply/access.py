"""Access: what each link can carry today, per class of traffic.

capacity today = nominal capacity x (1 - damage) x (0 on a day lost to weather, else 1),
for the classes of traffic that the regime lets pass. After a loss of control the way out opens on the exit route
after an uncertain delay: blocking concerns goods and people in, the way out is an effect of its own.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.draw import address, fill_uniform
from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network, other_end, shortest_ways
from corridor.rules.base import Bytes, Floats, Inputs, Ints, Rule, State, Today
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


@kernel
def open_exit(exit_hour: Floats, day: int, exit_link: Bytes, regime: Bytes) -> None:
    """Let people out on the exit route from the day on which the way out opens, in place."""
    for f in range(exit_hour.size):
        if exit_hour[f] < 24.0 * (day + 1):
            for k in range(exit_link.size):
                if exit_link[k] == 1:
                    regime[f, k] |= PEOPLE_OUT


@kernel
def capacity_today(nominal: Floats, damage: Floats, weather_share: Floats, draw: Floats, capacity: Floats) -> None:
    """Write what each link carries today.

    Parameters
    ----------
    nominal : (future, link) t/day or vehicles/hour
    damage : (future, link) share of capacity lost, in [0, 1]
    weather_share : (future, link) share of days that weather closes the link
    draw : (future, link) uniform numbers of the day
    capacity : (future, link), written
    """
    for f in range(nominal.shape[0]):
        for k in range(nominal.shape[1]):
            # nothing passes a link that is wholly damaged, however wide it was
            lost = draw[f, k] < weather_share[f, k] or damage[f, k] >= 1.0
            capacity[f, k] = 0.0 if lost else nominal[f, k] * (1.0 - damage[f, k])


@kernel
def ways_of_goods(net: Network, regime: Bytes, seen: Bytes, km: Floats, way: Ints, length: Floats) -> None:
    """Find the shortest open way from each pipeline's source, only where a regime changed since the last look.

    Parameters
    ----------
    regime, seen : (future, link) classes of traffic let pass today; at the last look (updated)
    km : (future, link)
    way : (future, pipeline, place) link by which each place is reached, written
    length : (future, pipeline, place) km, written
    """
    links = net.link_from.size
    passes = np.zeros(links, np.uint8)
    for f in range(regime.shape[0]):
        changed = False
        for k in range(links):
            if regime[f, k] != seen[f, k]:
                changed = True
        if not changed:
            continue
        for pipe in range(net.pipeline_from.size):
            for k in range(links):
                passes[k] = 1 if regime[f, k] & net.pipeline_class[pipe] else 0
            shortest_ways(
                net.pipeline_from[pipe], net.link_from, net.link_to, passes, km[f], length[f, pipe], way[f, pipe]
            )


@kernel
def ways_out(net: Network, regime: Bytes, seen: Bytes, km: Floats, way: Ints, length: Floats, order: Ints) -> None:
    """Find each place's next link on the shortest open way out to a place of registration.

    Parameters
    ----------
    regime, seen : (future, link); `seen` is brought up to date
    way : (future, place) next link, -1 where no way leads out, written
    length : (future, place) km to safety, written
    order : (future, place) places that have a way out, farthest first, then -1, written
    """
    links, places = net.link_from.size, net.places
    passes = np.zeros(links, np.uint8)
    distance, via = np.empty(places), np.empty(places, np.int64)
    for f in range(regime.shape[0]):
        changed = False
        for k in range(links):
            if regime[f, k] != seen[f, k]:
                changed = True
                seen[f, k] = regime[f, k]
        if not changed:
            continue
        for k in range(links):
            passes[k] = 1 if regime[f, k] & PEOPLE_OUT else 0
        length[f, :] = np.inf
        way[f, :] = NONE
        for r in range(net.destination.size):
            if net.registers[r] == 0:
                continue
            shortest_ways(net.destination[r], net.link_from, net.link_to, passes, km[f], distance, via)
            for place in range(places):
                if distance[place] < length[f, place]:
                    length[f, place] = distance[place]
                    way[f, place] = via[place]
        # only places that somebody can pass: on the way from a home
        order[f, :] = NONE
        used = np.zeros(places, np.uint8)
        for h in range(net.home.size):
            place = net.home[h]
            while way[f, place] != NONE and used[place] == 0:
                used[place] = 1
                place = other_end(way[f, place], place, net.link_from, net.link_to)
        farthest_first = np.argsort(-length[f], kind="mergesort")
        n = 0
        for i in range(places):
            if used[farthest_first[i]] == 1:
                order[f, n] = farthest_first[i]
                n += 1


def start(net: Network, s: State, p: Inputs) -> None:
    """Nothing has been looked at yet; no way out has been granted."""
    futures, links, pipes = s["regime_set"].shape[0], net.link_from.size, net.pipeline_from.size
    s["regime"] = np.zeros((futures, links), np.uint8)
    s["seen"] = np.full((futures, links), 255, np.uint8)
    s["goods_way"] = np.full((futures, pipes, net.places), NONE, np.int64)
    s["goods_km"] = np.full((futures, pipes, net.places), np.inf)
    s["exit_way"] = np.full((futures, net.places), NONE, np.int64)
    s["exit_km"] = np.full((futures, net.places), np.inf)
    s["exit_order"] = np.full((futures, net.places), NONE, np.int64)
    s["exit_hour"] = np.full(futures, np.inf)
    s["released"] = np.zeros((futures, net.home.size), np.uint8)
    s["capacity_tonnes"] = np.zeros((futures, links))
    s["capacity_vehicles"] = np.zeros((futures, links))
    s["weather_draw"] = np.zeros((futures, links))


def step(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of access."""
    granted = np.isfinite(s["exit_granted"]) & ~np.isfinite(s["exit_hour"])
    s["exit_hour"][granted] = s["exit_granted"][granted]
    newly = (s["release"].any(axis=1)) & ~np.isfinite(s["exit_hour"])
    if newly.any():
        # control is lost at midday: the delay counts from there
        s["exit_hour"][newly] = 24.0 * today.day + 12.0 + 24.0 * p["access.exit_delay"][newly]
    np.maximum(s["released"], s["release"], out=s["released"])
    s["regime"][:] = s["regime_set"]
    open_exit(s["exit_hour"], today.day, net.exit_link, s["regime"])
    fill_uniform(s["weather_draw"], today.seed, today.futures, today.day, WEATHER, net.link_address)
    for nominal, capacity in (("link_tonnes", "capacity_tonnes"), ("link_vehicles", "capacity_vehicles")):
        capacity_today(s[nominal], s["damage"], p["links.weather"], s["weather_draw"], s[capacity])
    ways_of_goods(net, s["regime"], s["seen"], p["links.km"], s["goods_way"], s["goods_km"])
    ways_out(net, s["regime"], s["seen"], p["links.km"], s["exit_way"], s["exit_km"], s["exit_order"])


RULE = Rule(
    future_first=True,
    process="access",
    name="regime_damage_weather",
    step=step,
    start=start,
    parameters=PARAMETERS,
    reads=("regime_set", "exit_granted", "damage", "link_tonnes", "link_vehicles", "release"),
    writes=(
        "regime",
        "released",
        "capacity_tonnes",
        "capacity_vehicles",
        "goods_way",
        "goods_km",
        "exit_way",
        "exit_km",
        "exit_order",
        "exit_hour",
    ),
    summary="Regime, damage and weather give each link's capacity, and the shortest open ways, per class of traffic.",
)
