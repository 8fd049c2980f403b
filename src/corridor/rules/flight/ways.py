"""Ways out: how long each takes now, and how people divide among them."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from corridor.kernels.draw import Words
from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE
from corridor.rules.base import Bytes, Floats, Ints

LONGEST_WAIT = 8760.0
"""Hours; a queue that would take longer, or that nobody leaves, counts as a year."""
LAG = 168
"""Hours of the longest ride over one link, a day more; slower links arrive after `LONGEST_RIDE`."""
LONGEST_RIDE = LAG - 25
SEVERAL = -2
"""instead of a link: there are several"""


class Choice(NamedTuple):
    """How people choose between ways."""

    seed: int
    day: int
    futures: Words
    """(future,) indices"""
    spread: Floats
    """(future,) hours"""


@kernel
def hours_to_pass(waiting: int, today: float, usual: float) -> float:
    """Return how long a queue takes to pass at today's rate; on a day lost to weather a day longer, at the usual rate."""
    rate, lost = (today, 0.0) if today > 0.0 else (usual, 24.0)
    return min(LONGEST_WAIT, lost + waiting / rate) if waiting < LONGEST_WAIT * rate else LONGEST_WAIT


class Legs(NamedTuple):
    """Every link in each of its directions, and those that lead on now."""

    tail: Ints
    """(2 x link,) place where it is entered; link k is 2k from `from` to `to`, 2k + 1 back"""
    head: Ints
    """(2 x link,) place at its far end"""
    on: Ints
    """(2 x link,) those that lead on, the first ones"""
    hours: Floats
    """(2 x link,) ride and queue of those"""


@kernel
def lay_out_legs(link_from: Ints, link_to: Ints) -> Legs:
    """Return the legs of all links, none of which leads on yet."""
    most = 2 * link_from.size
    legs = Legs(np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most))
    for k in range(link_from.size):
        legs.tail[2 * k] = legs.head[2 * k + 1] = link_from[k]
        legs.head[2 * k] = legs.tail[2 * k + 1] = link_to[k]
    return legs


@kernel
def expect_hours(
    usable: Bytes, ride: Floats, vehicles: Floats, usual: Floats, occupancy: Floats, waiting: Ints, f: int, legs: Legs
) -> int:
    """Write which legs lead on, and the hours that each takes now, its queue included; return how many there are.

    Parameters
    ----------
    usable : (link, 2, future) 1 where a way out begins with the link, entered at `from` (0) or `to` (1)
    ride : (link, future) hours; vehicles, usual : (link, future) vehicles/hour today, without weather and damage
    occupancy : (future,) persons/vehicle
    waiting : (link, 2, future) persons; f : the future
    """
    n = 0
    for k in range(usable.shape[0]):
        for end in range(2):
            if usable[k, end, f]:
                legs.on[n] = 2 * k + end
                legs.hours[2 * k + end] = ride[k, f]
                if waiting[k, end, f] > 0:
                    per_hour = vehicles[k, f] * occupancy[f]
                    legs.hours[2 * k + end] += hours_to_pass(waiting[k, end, f], per_hour, usual[k, f] * occupancy[f])
                n += 1
    return n


@kernel
def hours_to_safety(n: int, legs: Legs, exits: Bytes, avoid: int, safety: Floats) -> None:
    """Write the least hours from each place to an exit without passing the place `avoid` (-1: none): safety (place,).

    Parameters
    ----------
    n, legs : how many legs lead on, and in how many hours; exits : (place,) 1 where people are safe
    """
    for place in range(safety.size):
        safety[place] = 0.0 if exits[place] else np.inf
    shorter = True
    while shorter:
        shorter = False
        for i in range(n):
            a, through = legs.tail[legs.on[i]], legs.hours[legs.on[i]] + safety[legs.head[legs.on[i]]]
            if a != avoid and through < safety[a] - 1e-9:
                safety[a], shorter = through, True


@kernel
def find_only_way(link_from: Ints, first: Ints, beside: Ints, place: int, usable: Bytes, f: int) -> int:
    """Return the link with which every way out of a place begins; -1 where none does, `SEVERAL` where people choose.

    first, beside : links by place as in `links_at`; usable : as in `expect_hours`
    """
    found = NONE
    for at in range(first[place], first[place + 1]):
        k = beside[at]
        if usable[k, 0 if link_from[k] == place else 1, f]:
            if found != NONE:
                return SEVERAL
            found = k
    return found


@kernel
def hours_by_leg(n: int, legs: Legs, place: int, safety: Floats, option: Ints, hours: Floats) -> int:
    """Write the legs that lead on from a place and the hours to safety by each, (option,); return how many there are.

    n, legs : as in `hours_to_safety`
    """
    options = 0
    for i in range(n):
        leg = legs.on[i]
        if legs.tail[leg] == place:
            option[options], hours[options] = leg, legs.hours[leg] + safety[legs.head[leg]]
            options += 1
    return options


@kernel
def divide(options: int, persons: int, hours: Floats, spread: float, u: float, going: Ints) -> None:
    """Divide people among options by a logit of the hours that each takes, in whole persons.

    Parameters
    ----------
    options : how many there are
    hours : (option,) infinity where there is none; spread : hours
    u : random number in (0, 1): the expected numbers are the shares, where few people come too
    going : (option,) persons, written
    """
    least, total = np.inf, 0.0
    for k in range(options):
        going[k] = 0
        least = min(least, hours[k])
    if not np.isfinite(least):
        return
    for k in range(options):
        total += math.exp((least - hours[k]) / spread)
    so_far, gone = u, 0
    for k in range(options):
        so_far += persons * math.exp((least - hours[k]) / spread) / total
        going[k] = min(persons, int(so_far + 1e-9)) - gone
        gone += going[k]
