"""Ways to set out: a seat on a scheduled bus, a vehicle, or on foot.

Whoever wants to leave takes a seat where a bus runs. Of the others those who are able walk or drive, by a logit of the
hours that each takes: share on foot = able / (1 + exp((hours on foot - hours by vehicle)/spread)).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from corridor.kernels.draw import Words, address, binomial, uniform
from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE
from corridor.rules.base import Floats, Ints

WALK = address("leaving.walk")


class Buses(NamedTuple):
    """Scheduled buses today; (bus,) or (bus, future)."""

    home: Ints
    """(bus,) home at which it starts"""
    days: Ints
    """(bus, 2) first and last day on which it runs"""
    seats: Floats
    """persons a departure"""
    departures: Floats
    """a day"""
    hours: Floats
    """ride, infinity where the way is shut"""


class OnFoot(NamedTuple):
    """What walking takes; (future,) or (home, future)."""

    able: Floats
    """(future,) share of people who can walk it"""
    km_a_day: Floats
    """(future,)"""
    km: Floats
    """(home, future) way on foot, infinity where none is open"""
    spread: Floats
    """(future,) hours"""
    people_start: Ints
    """(home, future) persons at the start"""
    walkers: Ints
    """(home, future) persons who set out on foot today, updated"""
    walked: Ints
    """(home, future) persons who ever did, updated"""


def daylight(latitude: float, day_of_year: int) -> float:
    """Return the hours between sunrise and sunset (degrees north; days since New Year).

    Declination of the sun: -23.44 degrees cos(2 pi (day + 10)/365.25); hours = 24/pi acos(-tan(latitude) tan(declination)).
    """
    declination = -math.radians(23.44) * math.cos(2 * math.pi * (day_of_year + 10) / 365.25)
    x = -math.tan(math.radians(max(-89.0, min(89.0, latitude)))) * math.tan(declination)
    return 24.0 / math.pi * math.acos(max(-1.0, min(1.0, x)))


@kernel
def thin_out(hourly: Ints, h: int, f: int, left: int, total: int) -> None:
    """Leave `left` of the `total` who set out, spread over the hours as they were: hourly (home, 24, future), updated."""
    before, so_far = 0, 0
    for hour in range(24):
        before += hourly[h, hour, f]
        now = before * left // total
        hourly[h, hour, f] = now - so_far
        so_far = now


@kernel
def board_buses(buses: Buses, day: int, intent: Ints, departures: Ints, hourly: Ints, boarded: Ints) -> None:
    """Fill the seats of today's buses, first with those who would not set out by themselves today.

    Parameters
    ----------
    intent : (home, future) persons who want to leave, those who set out today included
    departures, hourly : (home, future), (home, 24, future) persons who set out by vehicle, updated
    boarded : (bus, future) persons, written
    """
    home, days, seats, runs, hours = buses.home, buses.days, buses.seats, buses.departures, buses.hours
    for b in range(boarded.shape[0]):
        for f in range(boarded.shape[1]):
            boarded[b, f] = 0
            if day < days[b, 0] or day > days[b, 1] or not np.isfinite(hours[b, f]):
                continue
            h, free = home[b], int(seats[b, f] * runs[b, f])
            wanting = intent[h, f] - departures[h, f]
            for other in range(b):
                if home[other] == h:
                    wanting -= boarded[other, f]
            boarded[b, f] = min(free, wanting)
            free -= boarded[b, f]
            drivers = min(free, departures[h, f])
            if drivers > 0:
                thin_out(hourly, h, f, departures[h, f] - drivers, departures[h, f])
                departures[h, f] -= drivers
                boarded[b, f] += drivers


@kernel
def set_out_on_foot(
    people: Ints, drive: Floats, foot: OnFoot, seed: int, futures: Words, day: int, home: Words, going: Ints
) -> None:
    """Let some of those who want to set out today walk.

    Parameters
    ----------
    people : (home, future) persons who choose; drive : (home, future) hours by vehicle, its queue included
    home : (home,) address of its draws
    going : (home, future) those of them who walk, written
    """
    able, km_a_day, km, spread = foot.able, foot.km_a_day, foot.km, foot.spread
    people_start, walkers, walked = foot.people_start, foot.walkers, foot.walked
    for h in range(people.shape[0]):
        for f in range(people.shape[1]):
            going[h, f] = 0
            if people[h, f] == 0 or not np.isfinite(km[h, f]) or km_a_day[f] <= 0.0:
                continue
            more = (24.0 * km[h, f] / km_a_day[f] - drive[h, f]) / spread[f]
            if more > 30.0:
                continue  # too few to matter
            u = uniform(seed, futures[f], day, WALK, home[h])
            left = max(0, int(able[f] * people_start[h, f]) - walked[h, f])
            going[h, f] = min(left, binomial(u, people[h, f], able[f] / (1.0 + math.exp(more))))
            walkers[h, f] += going[h, f]
            walked[h, f] += going[h, f]


@kernel
def take_from_vehicles(walkers: Ints, departures: Ints, hourly: Ints) -> None:
    """Take those who walk off those who drive; (home, future), (home, 24, future)."""
    for h in range(departures.shape[0]):
        for f in range(departures.shape[1]):
            if walkers[h, f] > 0:
                thin_out(hourly, h, f, departures[h, f] - walkers[h, f], departures[h, f])
                departures[h, f] -= walkers[h, f]


@kernel
def expect_to_drive(home: Ints, exit_way: Ints, exit_hours: Floats, journey: Floats, drive: Floats) -> None:
    """Write the hours by vehicle from each home, yesterday's queues included, infinity where no way leads out.

    Parameters
    ----------
    exit_way, exit_hours : (place, future) next link, ride; journey : (home, future) hours of yesterday, NaN where shut
    """
    for h in range(drive.shape[0]):
        for f in range(drive.shape[1]):
            drive[h, f] = np.inf
            if exit_way[home[h], f] != NONE:
                drive[h, f] = exit_hours[home[h], f]
                if journey[h, f] > drive[h, f]:
                    drive[h, f] = journey[h, f]


@kernel
def wait_for_a_seat(seats: Floats, stuck: Ints, drive: Floats) -> None:
    """Add the days that those whose vehicles have no fuel wait for a seat (future,): drive (home, future) hours, updated."""
    for h in range(stuck.shape[0]):
        for f in range(stuck.shape[1]):
            if stuck[h, f] > 0:
                drive[h, f] += 24.0 * stuck[h, f] / seats[f] if seats[f] > 0.0 else np.inf
