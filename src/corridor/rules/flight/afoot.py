"""People on the road who wait in no queue: on scheduled buses, on foot, on their way back; and who has eaten up the food."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.draw import address, binomial, uniform
from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network
from corridor.rules.base import Floats, Ints
from corridor.rules.flight.ways import LAG, LONGEST_RIDE, Choice

TURN = address("road.turn")
DAYS = 60
"""Days of the longest way on foot."""
EVENING = 17
"""Hour in which people on foot arrive."""
WEEK = 8
"""Days that carried food lasts at most, one more."""


@kernel
def send_buses(bus_exit: Ints, boarded: Ints, hours: Floats, day: int, moving: Ints) -> None:
    """Put those on buses on the road, evenly over the day; buses pass the queues: moving (place, LAG, future), updated.

    Parameters
    ----------
    bus_exit : (bus,) place that it goes to; boarded : (bus, future) persons; hours : (bus, future) ride
    """
    for b in range(boarded.shape[0]):
        for f in range(boarded.shape[1]):
            if boarded[b, f] == 0:
                continue
            ride = max(1, min(LONGEST_RIDE, int(hours[b, f] + 0.5)))
            for hour in range(24):
                n = boarded[b, f] * (hour + 1) // 24 - boarded[b, f] * hour // 24
                moving[bus_exit[b], (24 * day + hour + ride) % LAG, f] += n


class Walk(NamedTuple):
    """Who is on foot."""

    walkers: Ints
    """(home, future) persons who set out today"""
    km: Floats
    """(home, future) way on foot, infinity where none is open"""
    exit: Ints
    """(home, future) place to which it leads"""
    km_a_day: Floats
    """(future,)"""
    afoot: Ints
    """(home, DAYS, future) persons due at an exit in the evening of day t mod `DAYS`, updated"""


@kernel
def walk_one_day(
    net: Network, day: int, walk: Walk, on_road: Ints, arrivals: Ints, hourly_arrivals: Ints, turned_back: Ints
) -> None:
    """Let people on foot set out, arrive, and turn back where their way shuts.

    Parameters
    ----------
    on_road, arrivals, hourly_arrivals : as in `Queue` and `Traffic`, updated
    turned_back : (home, future) persons, written
    """
    walkers, km, goal, km_a_day, afoot = walk.walkers, walk.km, walk.exit, walk.km_a_day, walk.afoot
    slot = day % DAYS
    turned_back[:] = 0
    for h in range(afoot.shape[0]):
        for f in range(on_road.size):
            if on_road[f] == 0:
                continue
            if goal[h, f] == NONE:
                for i in range(DAYS):
                    turned_back[h, f] += afoot[h, i, f]
                    afoot[h, i, f] = 0
                on_road[f] -= turned_back[h, f]
                continue
            if walkers[h, f] > 0:
                took = min(DAYS - 1, max(0, int(np.ceil(km[h, f] / km_a_day[f])) - 1))
                afoot[h, (slot + took) % DAYS, f] += walkers[h, f]
            n = afoot[h, slot, f]
            if n > 0:
                afoot[h, slot, f] = 0
                on_road[f] -= n
                hourly_arrivals[EVENING, f] += n
                for r in range(net.destination.size):
                    if net.destination[r] == goal[h, f]:
                        arrivals[r, f] += n
                        break


@kernel
def go_back_home(
    net: Network, choice: Choice, share: Floats, exit_way: Ints, standing: Ints, on_road: Ints, turned_back: Ints
) -> None:
    """Let some of those turn back to the nearest home who stand where no way leads out.

    Parameters
    ----------
    share : (future,) of them a day; exit_way : (place, future) -1 where no way leads out
    standing, on_road, turned_back : as in `Queue`, (home, future), updated
    """
    nearest, seed, day, futures = net.nearest_home, choice.seed, choice.day, choice.futures
    for place in range(standing.shape[0]):
        for f in range(on_road.size):
            if standing[place, f] == 0 or exit_way[place, f] != NONE or nearest[place] == NONE:
                continue
            u = uniform(seed, futures[f], day, TURN, place)
            n = binomial(u, standing[place, f], share[f])
            standing[place, f] -= n
            on_road[f] -= n
            turned_back[nearest[place], f] += n


@kernel
def outlast_food(day: int, departures: Ints, on_road: Ints, days: Floats, left_lately: Ints, without: Ints) -> None:
    """Write how many on the road left longer ago than the food they carry lasts (future,), first come first out.

    Parameters
    ----------
    days : (future,) days that it lasts; left_lately : (WEEK, future) persons who left on day t mod `WEEK`, updated
    """
    for f in range(on_road.size):
        left_lately[day % WEEK, f] = 0
        for h in range(departures.shape[0]):
            left_lately[day % WEEK, f] += departures[h, f]
        without[f] = on_road[f]
        for ago in range(min(WEEK, int(days[f]))):
            without[f] -= left_lately[(day - ago) % WEEK, f]
        without[f] = max(0, without[f])
