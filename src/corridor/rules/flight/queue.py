"""The two pieces of an exodus: the S-curve of departures and the fluid queue; and both over one bottleneck."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corridor.kernels.jit import kernel

Floats = npt.NDArray[np.float64]


@kernel
def s_curve(hours: float, midpoint: float, slope: float) -> float:
    """Return the share that has set out after `hours` (E41), rescaled so that it is 0 at 0 and tends to 1."""
    if hours <= 0.0:
        return 0.0
    zero = 1.0 / (1.0 + math.exp(slope * midpoint))
    return (1.0 / (1.0 + math.exp(-slope * (hours - midpoint))) - zero) / (1.0 - zero)


@kernel
def serve(waiting: int, per_hour: float, carry: float) -> tuple[int, float]:
    """Return how many of those waiting pass in one hour, and the fraction of a person kept for the next hour.

    An idle road saves nothing up: where everybody passes, the fraction is lost.
    """
    able = per_hour + carry
    if waiting <= able:
        return waiting, 0.0
    passed = int(able)
    return passed, able - passed


class Bottleneck(NamedTuple):
    """One exodus over one bottleneck per member; all (n,)."""

    population: Floats
    """persons present"""
    share: Floats
    """of them who leave"""
    delay: Floats
    """hours from the loss of control until the way out opens"""
    midpoint: Floats
    """hours"""
    slope: Floats
    """1/hour"""
    vehicles_per_hour: Floats
    occupancy: Floats
    """persons/vehicle"""
    ride: Floats
    """hours from home to registration without a queue"""


def exodus(road: Bottleneck, hours: int) -> Floats:
    """Return cumulative arrivals over one bottleneck, by the same curve and queue as the daily rule.

    Parameters
    ----------
    hours : how many hours to play

    Returns
    -------
    (n, hours + 1) persons who have arrived by the end of each hour; column 0 is 0
    """
    out = np.zeros((road.population.size, hours + 1))
    pass_bottleneck(road, out)
    return out


@kernel
def pass_bottleneck(road: Bottleneck, out: Floats) -> None:
    """Write cumulative arrivals (n, hours + 1) at the end of each hour; `out` is 0 before."""
    hours = out.shape[1] - 1
    for f in range(road.population.size):
        pool = int(road.share[f] * road.population[f] + 0.5)
        gone, waiting, carry, passed_so_far = 0, 0, 0.0, 0
        lag = int(road.ride[f] + 0.5)
        for hour in range(1, hours + 1):
            due = int(pool * s_curve(hour - road.delay[f], road.midpoint[f], road.slope[f]) + 0.5)
            waiting += due - gone
            gone = due
            passed, carry = serve(waiting, road.vehicles_per_hour[f] * road.occupancy[f], carry)
            waiting -= passed
            passed_so_far += passed
            if hour + lag <= hours:
                out[f, hour + lag] = passed_so_far
