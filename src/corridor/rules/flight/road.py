"""Road: vehicles, the hourly queue and journey time.

A fluid vertical queue at each place on the way (E46): served = min(Q, mu dt), mu in persons an hour = vehicles per hour
x occupancy, people move in whole persons and the fraction is carried to the next hour. Ride time is km / speed,
in whole hours. mu is the least of road and checkpoint (E44, E45), both part of the link's vehicles per hour.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network, other_end
from corridor.rules.base import Floats, Inputs, Ints, Rule, State, Today
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
def _hours(waiting: int, today: float, usual: float) -> float:
    """Return how long a queue takes to pass at today's rate; on a day lost to weather a day longer, at the usual rate."""
    rate, lost = (today, 0.0) if today > 0.0 else (usual, 24.0)
    return min(LONGEST_WAIT, lost + waiting / rate) if waiting < LONGEST_WAIT * rate else LONGEST_WAIT


@kernel
def drive(
    net: Network, day: int, hourly: Ints, exit_way: Ints, order: Ints, km: Floats, kmh: Floats, vehicles_per_hour: Floats,
    nominal: Floats, occupancy: Floats, waiting: Ints, carry: Floats, moving: Ints, on_road: Ints,
    arrivals: Ints, hourly_arrivals: Ints, vehicles: Floats, wait: Floats,
) -> None:  # fmt: skip
    """Play the 24 hours of one day.

    Parameters
    ----------
    hourly : (future, home, 24) persons setting out
    exit_way : (future, place) next link; order : (future, place) places on the way, farthest first, then -1
    km, kmh, vehicles_per_hour, nominal : (future, link) capacity today; without weather and damage
    occupancy : (future,) persons/vehicle
    waiting : (future, place) persons waiting to enter the next link, updated
    carry : (future, place) fraction of a person carried over, updated
    moving : (future, place, LAG) persons due at a place at hour t mod LAG, updated
    on_road : (future,) persons between home and registration, updated
    arrivals : (future, destination) persons of the day, written
    hourly_arrivals : (future, 24) persons, written
    vehicles : (future, link) private vehicles that entered the link today, written
    wait : (future, link) longest wait of the day (hours), written; a year at most
    """
    for f in range(hourly.shape[0]):
        arrivals[f] = 0
        hourly_arrivals[f] = 0
        vehicles[f] = 0.0
        wait[f] = 0.0
        starting = hourly[f].sum()
        if starting == 0 and on_road[f] == 0:
            continue
        on_road[f] += starting
        for hour in range(24):
            slot = (24 * day + hour) % LAG
            for h in range(net.home.size):
                waiting[f, net.home[h]] += hourly[f, h, hour]
            for place in range(net.places):
                due = moving[f, place, slot]
                if due > 0:
                    moving[f, place, slot] = 0
                    _arrive(net, place, due, f, hour, waiting, on_road, arrivals, hourly_arrivals)
            for i in range(net.places):
                place = order[f, i]
                if place == NONE:
                    break
                if waiting[f, place] == 0:
                    carry[f, place] = 0.0
                    continue
                k = exit_way[f, place]
                per_hour = vehicles_per_hour[f, k] * occupancy[f]
                if per_hour == np.inf:
                    passed = waiting[f, place]
                else:
                    passed, carry[f, place] = serve(waiting[f, place], per_hour, carry[f, place])
                waiting[f, place] -= passed
                if waiting[f, place] > 0:
                    wait[f, k] = max(wait[f, k], _hours(waiting[f, place], per_hour, nominal[f, k] * occupancy[f]))
                if passed == 0:
                    continue
                vehicles[f, k] += passed / occupancy[f]
                ride = min(LAG - 1, int(km[f, k] / kmh[f, k] + 0.5))
                far = other_end(k, place, net.link_from, net.link_to)
                if ride == 0:
                    # farthest first: the far end is served later in this same hour
                    _arrive(net, far, passed, f, hour, waiting, on_road, arrivals, hourly_arrivals)
                else:
                    moving[f, far, (slot + ride) % LAG] += passed


@kernel
def _arrive(
    net: Network,
    place: int,
    n: int,
    f: int,
    hour: int,
    waiting: Ints,
    on_road: Ints,
    arrivals: Ints,
    hourly_arrivals: Ints,
) -> None:
    """Register the arrival at a destination, or let people wait for the next link."""
    for r in range(net.destination.size):
        if net.destination[r] == place and net.registers[r] == 1:
            arrivals[f, r] += n
            hourly_arrivals[f, hour] += n
            on_road[f] -= n
            return
    waiting[f, place] += n


@kernel
def queues_and_journeys(
    net: Network, exit_way: Ints, km: Floats, kmh: Floats, vehicles_per_hour: Floats, nominal: Floats, occupancy: Floats,
    waiting: Ints, queue: Floats, journey: Floats,
) -> None:  # fmt: skip
    """Write who waits at each link, and the journey time from each home if one left now.

    queue : (future, link) persons; journey : (future, home) hours, NaN where no way leads out.
    """
    for f in range(waiting.shape[0]):
        queue[f] = 0.0
        for place in range(net.places):
            if waiting[f, place] > 0 and exit_way[f, place] != NONE:
                queue[f, exit_way[f, place]] += waiting[f, place]
        for h in range(net.home.size):
            place, hours = net.home[h], 0.0
            if exit_way[f, place] == NONE:
                hours = np.nan
            while exit_way[f, place] != NONE:
                k = exit_way[f, place]
                per_hour = vehicles_per_hour[f, k] * occupancy[f]
                hours += km[f, k] / kmh[f, k]
                if waiting[f, place] > 0:
                    hours += _hours(waiting[f, place], per_hour, nominal[f, k] * occupancy[f])
                place = other_end(k, place, net.link_from, net.link_to)
            journey[f, h] = hours


def start(net: Network, s: State, p: Inputs) -> None:
    """The road is empty."""
    futures, links = s["damage"].shape
    s["waiting"] = np.zeros((futures, net.places), np.int64)
    s["carry"] = np.zeros((futures, net.places))
    s["moving"] = np.zeros((futures, net.places, LAG), np.int64)
    s["on_road"] = np.zeros(futures, np.int64)
    s["arrivals"] = np.zeros((futures, net.destination.size), np.int64)
    s["hourly_arrivals"] = np.zeros((futures, 24), np.int64)
    for name in ("vehicles", "wait", "queue"):
        s[name] = np.zeros((futures, links))
    s["journey"] = np.zeros((futures, net.home.size))


def step(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day on the road."""
    km, kmh, capacity, occupancy = p["links.km"], p["links.kmh"], s["capacity_vehicles"], p["road.occupancy"]
    drive(
        net, today.day, s["hourly"], s["exit_way"], s["exit_order"], km, kmh, capacity, s["link_vehicles"], occupancy, s["waiting"], s["carry"],
        s["moving"], s["on_road"], s["arrivals"], s["hourly_arrivals"], s["vehicles"], s["wait"],
    )  # fmt: skip
    queues_and_journeys(
        net, s["exit_way"], km, kmh, capacity, s["link_vehicles"], occupancy, s["waiting"], s["queue"], s["journey"]
    )


RULE = Rule(
    future_first=True, process="road", name="hourly_queue", step=step, start=start, parameters=PARAMETERS,
    reads=("hourly", "exit_way", "exit_order", "capacity_vehicles"),
    writes=("arrivals", "hourly_arrivals", "vehicles", "wait", "queue", "journey", "on_road"),
    summary="People queue hour by hour at the tightest link of the way out; ride time, journey time, arrivals.",
)  # fmt: skip
