"""Ways out: how long each takes now, and how people divide among them."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from corridor.kernels.draw import Words
from corridor.kernels.jit import kernel
from corridor.kernels.network import other_end
from corridor.rules.base import Bytes, Floats, Ints

LONGEST_WAIT = 8760.0
"""Hours; a queue that would take longer, or that nobody leaves, counts as a year."""
LAG = 168
"""Hours of the longest ride over one link, a day more; slower links arrive after `LONGEST_RIDE`."""
LONGEST_RIDE = LAG - 25


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


@kernel
def expect_hours(
    usable: Bytes, ride: Floats, vehicles: Floats, usual: Floats, occupancy: Floats, waiting: Ints, f: int, cost: Floats
) -> None:
    """Write the hours that each link takes now, its queue included, infinity where none leads on: cost (link, 2).

    Parameters
    ----------
    usable : (link, 2, future) 1 where a way out begins with the link, entered at `from` (0) or `to` (1)
    ride : (link, future) hours; vehicles, usual : (link, future) vehicles/hour today, without weather and damage
    occupancy : (future,) persons/vehicle
    waiting : (link, 2, future) persons; f : the future
    """
    for k in range(cost.shape[0]):
        for end in range(2):
            cost[k, end] = np.inf
            if usable[k, end, f]:
                cost[k, end] = ride[k, f]
                if waiting[k, end, f] > 0:
                    per_hour = vehicles[k, f] * occupancy[f]
                    cost[k, end] += hours_to_pass(waiting[k, end, f], per_hour, usual[k, f] * occupancy[f])


@kernel
def hours_to_safety(link_from: Ints, link_to: Ints, exits: Bytes, cost: Floats, avoid: int, safety: Floats) -> None:
    """Write the least hours from each place to an exit without passing the place `avoid` (-1: none): safety (place,).

    Parameters
    ----------
    exits : (place,) 1 where people are safe
    cost : (link, 2) hours over a link entered at `from` or at `to`
    """
    for place in range(safety.size):
        safety[place] = 0.0 if exits[place] else np.inf
    shorter = True
    while shorter:
        shorter = False
        for k in range(link_from.size):
            a, b = link_from[k], link_to[k]
            if a != avoid and cost[k, 0] + safety[b] < safety[a] - 1e-9:
                safety[a], shorter = cost[k, 0] + safety[b], True
            if b != avoid and cost[k, 1] + safety[a] < safety[b] - 1e-9:
                safety[b], shorter = cost[k, 1] + safety[a], True


@kernel
def hours_by_link(
    link_from: Ints, link_to: Ints, place: int, here: Ints, cost: Floats, safety: Floats, hours: Floats
) -> None:
    """Write the hours to safety that begin with each of the links at a place: here (option,) links, hours (option,)."""
    for x in range(here.size):
        k = here[x]
        hours[x] = cost[k, 0 if link_from[k] == place else 1] + safety[other_end(place, link_from[k], link_to[k])]


@kernel
def divide(persons: int, hours: Floats, spread: float, u: float, going: Ints) -> None:
    """Divide people among options by a logit of the hours that each takes, in whole persons.

    Parameters
    ----------
    hours : (option,) infinity where there is none; spread : hours
    u : random number in (0, 1): the expected numbers are the shares, where few people come too
    going : (option,) persons, written
    """
    least, total = np.inf, 0.0
    for k in range(hours.size):
        going[k] = 0
        least = min(least, hours[k])
    if not np.isfinite(least):
        return
    for k in range(hours.size):
        total += math.exp((least - hours[k]) / spread)
    so_far, gone = u, 0
    for k in range(hours.size):
        so_far += persons * math.exp((least - hours[k]) / spread) / total
        going[k] = min(persons, int(so_far + 1e-9)) - gone
        gone += going[k]
