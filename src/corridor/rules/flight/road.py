"""Road: which way people take, the hourly queues, and the ride.

Where several links lead on, those who come to a place in an hour choose among them (logit over expected hours):
share_k ~ exp(-(ride_k + queue_k/mu_k + hours to safety from the far end)/spread), so that a shorter queue draws people.
A fluid vertical queue stands before each link (E46): served = min(Q, mu dt), mu in persons an hour = vehicles per hour
x occupancy, people move in whole persons and the fraction is carried to the next hour. Ride time is km / speed,
in whole hours. mu is the least of road and checkpoint (E44, E45), both part of the link's vehicles per hour. Where a
link shuts, those who wait before it choose again; where none is left, some turn back each day. Scheduled buses pass the
queues; people on foot walk so many km a day.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.draw import address, uniform
from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network, links_at, other_end
from corridor.rules.base import Array, Bytes, Floats, Inputs, Ints, Rule, State, Today
from corridor.rules.flight.afoot import DAYS, WEEK, Walk, go_back_home, outlast_food, send_buses, walk_one_day
from corridor.rules.flight.queue import serve
from corridor.rules.flight.ways import (
    LAG,
    LONGEST_RIDE,
    SEVERAL,
    Choice,
    divide,
    expect_hours,
    find_only_way,
    hours_by_leg,
    hours_to_pass,
    hours_to_safety,
    lay_out_legs,
)
from corridor.tables.parameter import Parameter

CHOOSE = address("road.choose")

PARAMETERS = (
    Parameter(
        "road.occupancy", 4.5, "persons/vehicle", 3.0, 6.0, "evacuations in war: 3-6 persons a vehicle",
        "persons per leaving vehicle", minimum=1.0, maximum=60.0,
    ),
    Parameter(
        "road.spread", 2.0, "hour", 0.5, 6.0,
        "assumed: no estimate for queues of hours to days; people know a queue to an hour or a few",
        "spread of the expected hours by which people choose between ways", minimum=0.01, maximum=1000.0,
    ),
    Parameter(
        "road.turn_back", 0.3, "1/day", 0.05, 0.9, "assumed: where no way is left some go home the same day, others wait for days",
        "share a day of those who turn back where no way leads on", maximum=1.0,
    ),
    Parameter(
        "road.food", 3.0, "day", 1.0, 7.0, "assumed: preparedness advice is three days of food; besieged people have less in hand",
        "days that the food lasts which people carry", maximum=7.0,
    ),
)  # fmt: skip


class Way(NamedTuple):
    """The ways out today; (link, future) but where it says otherwise."""

    link: Ints
    """(place, future) next link on the quickest way without queues, -1 where no way leads out"""
    order: Ints
    """(place, future) places on the way, farthest first, then -1"""
    usable: Bytes
    """(link, 2, future) 1 where a way out begins with the link, entered at `from` (0) or `to` (1)"""
    several: Bytes
    """(future,) 1 where people have a choice at some place"""
    hours: Floats
    """ride"""
    vehicles: Floats
    """vehicles/hour today"""
    usual: Floats
    """the same without weather and damage"""
    occupancy: Floats
    """(future,) persons/vehicle"""


class Queue(NamedTuple):
    """Who is on the road; updated."""

    standing: Ints
    """(place, future) persons who have not chosen a link, or have none"""
    waiting: Ints
    """(link, 2, future) persons waiting to enter a link at `from` (0) or `to` (1)"""
    carry: Floats
    """(link, 2, future) fraction of a person carried over to the next hour"""
    moving: Ints
    """(place, LAG, future) persons due at a place at hour t mod `LAG`"""
    on_road: Ints
    """(future,) persons between home and an exit"""


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
def leave_shut_queues(link_from: Ints, link_to: Ints, usable: Bytes, standing: Ints, waiting: Ints, f: int) -> None:
    """Let those choose again who wait before a link that no longer leads to an exit."""
    for k in range(waiting.shape[0]):
        for end in range(2):
            if waiting[k, end, f] > 0 and usable[k, end, f] == 0:
                standing[link_from[k] if end == 0 else link_to[k], f] += waiting[k, end, f]
                waiting[k, end, f] = 0


@kernel
def drive_one_day(
    net: Network, choice: Choice, departures: Ints, hourly: Ints, way: Way, queue: Queue, traffic: Traffic
) -> None:
    """Play the 24 hours of one day.

    Parameters
    ----------
    departures : (home, future) persons setting out today; hourly : (home, 24, future) in each hour
    """
    home, link_from, link_to, places, exits = net.home, net.link_from, net.link_to, net.places, net.exits
    link, order, usable, several = way.link, way.order, way.usable, way.several
    hours_of, per_hour_of, usual, occupancy = way.hours, way.vehicles, way.usual, way.occupancy
    standing, waiting, carry, moving, on_road = queue.standing, queue.waiting, queue.carry, queue.moving, queue.on_road
    arrivals, hourly_arrivals = traffic.arrivals, traffic.hourly_arrivals
    vehicles, wait = traffic.vehicles, traffic.wait
    links = link_from.size
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
            leave_shut_queues(link_from, link_to, usable, standing, waiting, f)
            busy[n] = f
            n += 1
    if n == 0:
        return
    # where people are counted on arrival
    gate = np.full(places, NONE)
    for r in range(net.destination.size):
        if exits[net.destination[r]] == 1 and gate[net.destination[r]] == NONE:
            gate[net.destination[r]] = r
    legs, safety, through = lay_out_legs(link_from, link_to), np.empty(places), np.empty(2 * links)
    option, going = np.empty(2 * links, np.int64), np.empty(2 * links, np.int64)
    beside, first_of = links_at(link_from, link_to, places)
    for hour in range(24):
        slot = (24 * choice.day + hour) % LAG
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
                first = link[place, f]
                if several[f]:
                    low, high = first_of[place], first_of[place + 1]
                    only = NONE
                    if standing[place, f] > 0:
                        only = find_only_way(link_from, first_of, beside, place, usable, f)
                    if only >= 0:
                        waiting[only, 0 if link_from[only] == place else 1, f] += standing[place, f]
                        standing[place, f] = 0
                    elif only == SEVERAL:
                        on = expect_hours(usable, hours_of, per_hour_of, usual, occupancy, waiting, f, legs)
                        hours_to_safety(on, legs, exits, place, safety)
                        options = hours_by_leg(on, legs, place, safety, option, through)
                        u = uniform(choice.seed, choice.futures[f], choice.day, CHOOSE, 24 * place + hour)
                        divide(options, standing[place, f], through, choice.spread[f], u, going)
                        for at in range(options):
                            waiting[option[at] // 2, option[at] % 2, f] += going[at]
                            standing[place, f] -= going[at]
                else:
                    low, high = 0, 1
                    end = 0 if link_from[first] == place else 1
                    if standing[place, f] > 0:
                        waiting[first, end, f] += standing[place, f]
                        standing[place, f] = 0
                    elif waiting[first, end, f] == 0:
                        carry[first, end, f] = 0.0
                        continue
                for at in range(low, high):
                    k = beside[at] if several[f] else first
                    end = 0 if link_from[k] == place else 1
                    if waiting[k, end, f] == 0:
                        carry[k, end, f] = 0.0
                        continue
                    per_hour = per_hour_of[k, f] * occupancy[f]
                    if per_hour == np.inf:
                        passed = waiting[k, end, f]
                    else:
                        passed, carry[k, end, f] = serve(waiting[k, end, f], per_hour, carry[k, end, f])
                    waiting[k, end, f] -= passed
                    if waiting[k, end, f] > 0:
                        longest = hours_to_pass(waiting[k, end, f], per_hour, usual[k, f] * occupancy[f])
                        wait[k, f] = max(wait[k, f], longest)
                    if passed == 0:
                        continue
                    vehicles[k, f] += passed / occupancy[f]
                    ride = min(LONGEST_RIDE, int(hours_of[k, f] + 0.5))
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
def look_at_queues(net: Network, way: Way, waiting: Ints, on_road: Ints, queue: Floats, journey: Floats) -> None:
    """Write who waits at each link, and the journey time from each home if one left now.

    Parameters
    ----------
    waiting, on_road : as in `Queue`
    queue : (link, future) persons, written
    journey : (home, future) hours, NaN where no way leads out, written
    """
    home, link_from, link_to = net.home, net.link_from, net.link_to
    link, hours_of, occupancy = way.link, way.hours, way.occupancy
    queue[:] = 0.0
    for k in range(queue.shape[0]):
        for f in range(on_road.size):
            if on_road[f] > 0:
                queue[k, f] = waiting[k, 0, f] + waiting[k, 1, f]
    for h in range(home.size):
        for f in range(on_road.size):
            place, hours = home[h], 0.0
            k = link[place, f]
            if k == NONE:
                hours = np.nan
            while k != NONE:
                hours += hours_of[k, f]
                end = 0 if link_from[k] == place else 1
                if waiting[k, end, f] > 0:
                    per_hour = way.vehicles[k, f] * occupancy[f]
                    hours += hours_to_pass(waiting[k, end, f], per_hour, way.usual[k, f] * occupancy[f])
                place = other_end(place, link_from[k], link_to[k])
                k = link[place, f]
            journey[h, f] = hours
    legs, safety = lay_out_legs(link_from, link_to), np.empty(net.places)
    for f in range(on_road.size):
        if way.several[f] and on_road[f] > 0:
            n = expect_hours(way.usable, hours_of, way.vehicles, way.usual, occupancy, waiting, f, legs)
            hours_to_safety(n, legs, net.exits, NONE, safety)
            for h in range(home.size):
                journey[h, f] = safety[home[h]] if np.isfinite(safety[home[h]]) else np.nan


DAILY = ("arrivals", "hourly_arrivals", "vehicles", "wait", "turned_back", "left_lately", "without_food")


def play_the_road(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day on the road."""
    way = Way(
        s["exit_way"], s["exit_order"], s["usable"], s["several_ways"], s["ride"], s["flow"], s["usual_flow"],
        p["road.occupancy"],
    )  # fmt: skip
    if s["on_road"].any() or s["departures"].any():
        lanes = 1.0 + p["links.contraflow"]
        np.multiply(s["capacity_vehicles"], lanes, out=s["flow"])
        np.multiply(s["link_vehicles"], lanes, out=s["usual_flow"])
        _let_people_move(net, s, p, today, way)
    else:
        for name in DAILY:
            s[name][:] = 0
    look_at_queues(net, way, s["waiting_at"], s["on_road"], s["queue"], s["journey"])


def _let_people_move(net: Network, s: State, p: Inputs, today: Today, way: Way) -> None:
    queue = Queue(s["standing"], s["waiting_at"], s["carry"], s["moving"], s["on_road"])
    traffic = Traffic(s["arrivals"], s["hourly_arrivals"], s["vehicles"], s["wait"])
    choice = Choice(today.seed, today.day, today.futures, p["road.spread"])
    arrivals, hourly_arrivals, on_road, back = s["arrivals"], s["hourly_arrivals"], s["on_road"], s["turned_back"]
    if net.bus_exit.size:
        send_buses(net.bus_exit, s["boarded"], s["bus_hours"], today.day, s["moving"])
    drive_one_day(net, choice, s["departures"], s["hourly"], way, queue, traffic)
    walk = Walk(s["walkers"], s["foot_km"], s["foot_exit"], s["km_on_foot"], s["afoot"])
    walk_one_day(net, today.day, walk, on_road, arrivals, hourly_arrivals, back)
    go_back_home(net, choice, p["road.turn_back"], s["exit_way"], s["standing"], on_road, back)
    outlast_food(today.day, s["departures"], on_road, p["road.food"], s["left_lately"], s["without_food"])


RULE = Rule(
    process="road",
    name="hourly_queue",
    step=play_the_road,
    parameters=PARAMETERS,
    states=(
        Array("standing", ("everywhere",), np.int64),
        Array("waiting_at", ("link", 2), np.int64),
        Array("carry", ("link", 2)),
        Array("moving", ("everywhere", LAG), np.int64),
        Array("on_road", (), np.int64),
        Array("flow", ("link",)),
        Array("usual_flow", ("link",)),
        Array("afoot", ("place", DAYS), np.int64),
        Array("turned_back", ("place",), np.int64),
        Array("left_lately", (WEEK,), np.int64),
        Array("without_food", (), np.int64),
        Array("arrivals", ("destination",), np.int64),
        Array("hourly_arrivals", ("hour",), np.int64),
        Array("vehicles", ("link",)),
        Array("wait", ("link",)),
        Array("queue", ("link",)),
        Array("journey", ("place",)),
    ),
    reads=(
        "departures", "hourly", "exit_way", "exit_order", "usable", "several_ways", "ride", "capacity_vehicles",
        "link_vehicles", "walkers", "km_on_foot", "foot_km", "foot_exit", "boarded", "bus_hours",
    ),
    inputs=("links.contraflow",),
    summary="People choose between open ways, queue hour by hour before the tight links, and ride to an exit.",
)  # fmt: skip
