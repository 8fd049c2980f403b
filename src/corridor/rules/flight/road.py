"""Road: vehicles, the hourly queue and journey time.

A fluid vertical queue at each place on the way (E46): served = min(Q, mu dt), mu in persons an hour = vehicles per hour
x occupancy, people move in whole persons and the fraction is carried to the next hour. Ride time is km / speed,
in whole hours. mu is the least of road and checkpoint (E44, E45), both part of the link's vehicles per hour.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network, other_end
from corridor.rules.base import Array, Floats, Inputs, Ints, Rule, State, Today
from corridor.rules.flight.queue import serve
from corridor.tables.parameter import Parameter

LONGEST_WAIT = 8760.0
"""Hours; a queue that would take longer, or that nobody leaves, counts as a year."""

LAG = 48
"""Hours of the longest ride over one link; slower links arrive after this."""

PARAMETERS = (
    Parameter(
        "road.occupancy", 4.5, "persons/vehicle", 3.0, 6.0, "evacuations in war: 3-6 persons a vehicle",
        "persons per leaving vehicle", minimum=1.0, maximum=60.0,
    ),
)  # fmt: skip


@kernel
def hours_to_pass(waiting: int, today: float, usual: float) -> float:
    """Return how long a queue takes to pass at today's rate; on a day lost to weather a day longer, at the usual rate."""
    rate, lost = (today, 0.0) if today > 0.0 else (usual, 24.0)
    return min(LONGEST_WAIT, lost + waiting / rate) if waiting < LONGEST_WAIT * rate else LONGEST_WAIT


class Way(NamedTuple):
    """The way out today."""

    link: Ints
    """(place, future) next link, -1 where no way leads out"""
    order: Ints
    """(place, future) places on the way, farthest first, then -1"""
    km: Floats
    """(link, future)"""
    kmh: Floats
    """(link, future)"""
    vehicles: Floats
    """(link, future) vehicles/hour today"""
    usual: Floats
    """(link, future) the same without weather and damage"""
    occupancy: Floats
    """(future,) persons/vehicle"""


class Queue(NamedTuple):
    """Who is on the road; updated."""

    standing: Ints
    """(place, future) persons waiting to enter the next link"""
    carry: Floats
    """(place, future) fraction of a person carried over to the next hour"""
    moving: Ints
    """(place, LAG, future) persons due at a place at hour t mod LAG"""
    on_road: Ints
    """(future,) persons between home and registration"""


class Traffic(NamedTuple):
    """What passes on one day; written."""

    arrivals: Ints
    """(destination, future) persons"""
    hourly_arrivals: Ints
    """(24, future) persons"""
    vehicles: Floats
    """(link, future) private vehicles that entered the link"""
    wait: Floats
    """(link, future) longest wait (hours), a year at most"""


@kernel
def drive_one_day(
    net: Network, day: int, departures: Ints, hourly: Ints, way: Way, queue: Queue, traffic: Traffic
) -> None:
    """Play the 24 hours of one day.

    Parameters
    ----------
    departures : (home, future) persons setting out today; hourly : (home, 24, future) in each hour
    """
    home, link_from, link_to, places = net.home, net.link_from, net.link_to, net.places
    link, order, km, kmh, occupancy = way.link, way.order, way.km, way.kmh, way.occupancy
    standing, carry, moving, on_road = queue.standing, queue.carry, queue.moving, queue.on_road
    arrivals, hourly_arrivals = traffic.arrivals, traffic.hourly_arrivals
    vehicles, wait = traffic.vehicles, traffic.wait
    arrivals[:] = 0
    hourly_arrivals[:] = 0
    vehicles[:] = 0.0
    wait[:] = 0.0
    # futures in which anybody is on the road today
    busy = np.empty(on_road.size, np.int64)
    n = 0
    for f in range(on_road.size):
        for h in range(home.size):
            on_road[f] += departures[h, f]
        if on_road[f] > 0:
            busy[n] = f
            n += 1
    if n == 0:
        return
    # where people register on arrival
    gate = np.full(places, NONE)
    for r in range(net.destination.size):
        if net.registers[r] == 1 and gate[net.destination[r]] == NONE:
            gate[net.destination[r]] = r
    for hour in range(24):
        slot = (24 * day + hour) % LAG
        for h in range(home.size):
            for i in range(n):
                standing[home[h], busy[i]] += hourly[h, hour, busy[i]]
        for place in range(places):
            for i in range(n):
                f = busy[i]
                due = moving[place, slot, f]
                if due == 0:
                    continue
                moving[place, slot, f] = 0
                if gate[place] == NONE:
                    standing[place, f] += due
                else:
                    arrivals[gate[place], f] += due
                    hourly_arrivals[hour, f] += due
                    on_road[f] -= due
        for step in range(places):
            served = False
            for i in range(n):
                f = busy[i]
                place = order[step, f]
                if place == NONE:
                    continue
                served = True
                if standing[place, f] == 0:
                    carry[place, f] = 0.0
                    continue
                k = link[place, f]
                per_hour = way.vehicles[k, f] * occupancy[f]
                if per_hour == np.inf:
                    passed = standing[place, f]
                else:
                    passed, carry[place, f] = serve(standing[place, f], per_hour, carry[place, f])
                standing[place, f] -= passed
                if standing[place, f] > 0:
                    longest = hours_to_pass(standing[place, f], per_hour, way.usual[k, f] * occupancy[f])
                    wait[k, f] = max(wait[k, f], longest)
                if passed == 0:
                    continue
                vehicles[k, f] += passed / occupancy[f]
                ride = min(LAG - 1, int(km[k, f] / kmh[k, f] + 0.5))
                far = other_end(place, link_from[k], link_to[k])
                if ride > 0:
                    moving[far, (slot + ride) % LAG, f] += passed
                elif gate[far] == NONE:
                    # farthest first: the far end is served later in this same hour
                    standing[far, f] += passed
                else:
                    arrivals[gate[far], f] += passed
                    hourly_arrivals[hour, f] += passed
                    on_road[f] -= passed
            if not served:
                break


@kernel
def look_at_queues(net: Network, way: Way, standing: Ints, on_road: Ints, queue: Floats, journey: Floats) -> None:
    """Write who waits at each link, and the journey time from each home if one left now.

    Parameters
    ----------
    standing, on_road : as in `Queue`
    queue : (link, future) persons, written
    journey : (home, future) hours, NaN where no way leads out, written
    """
    home, link_from, link_to = net.home, net.link_from, net.link_to
    link, km, kmh, occupancy = way.link, way.km, way.kmh, way.occupancy
    queue[:] = 0.0
    for place in range(net.places):
        for f in range(on_road.size):
            if on_road[f] > 0 and standing[place, f] > 0 and link[place, f] != NONE:
                queue[link[place, f], f] += standing[place, f]
    for h in range(home.size):
        for f in range(on_road.size):
            place, hours = home[h], 0.0
            k = link[place, f]
            if k == NONE:
                hours = np.nan
            while k != NONE:
                hours += km[k, f] / kmh[k, f]
                if standing[place, f] > 0:
                    per_hour = way.vehicles[k, f] * occupancy[f]
                    hours += hours_to_pass(standing[place, f], per_hour, way.usual[k, f] * occupancy[f])
                place = other_end(place, link_from[k], link_to[k])
                k = link[place, f]
            journey[h, f] = hours


def play_the_road(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day on the road."""
    way = Way(
        s["exit_way"], s["exit_order"], p["links.km"], p["links.kmh"], s["capacity_vehicles"], s["link_vehicles"],
        p["road.occupancy"],
    )  # fmt: skip
    queue = Queue(s["standing"], s["carry"], s["moving"], s["on_road"])
    traffic = Traffic(s["arrivals"], s["hourly_arrivals"], s["vehicles"], s["wait"])
    drive_one_day(net, today.day, s["departures"], s["hourly"], way, queue, traffic)
    look_at_queues(net, way, s["standing"], s["on_road"], s["queue"], s["journey"])


RULE = Rule(
    process="road",
    name="hourly_queue",
    step=play_the_road,
    parameters=PARAMETERS,
    states=(
        Array("standing", ("everywhere",), np.int64),
        Array("carry", ("everywhere",)),
        Array("moving", ("everywhere", LAG), np.int64),
        Array("on_road", (), np.int64),
        Array("arrivals", ("destination",), np.int64),
        Array("hourly_arrivals", ("hour",), np.int64),
        Array("vehicles", ("link",)),
        Array("wait", ("link",)),
        Array("queue", ("link",)),
        Array("journey", ("place",)),
    ),
    reads=("departures", "hourly", "exit_way", "exit_order", "capacity_vehicles", "link_vehicles"),
    inputs=("links.km", "links.kmh"),
    summary="People queue hour by hour at the tightest link of the way out; ride time, journey time, arrivals.",
)
