"""The two pieces of an exodus: the S-curve of departures and the fluid queue; and both over one bottleneck."""

from __future__ import annotations

import math

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


def exodus(
    population: Floats, share: Floats, delay: Floats, midpoint: Floats, slope: Floats, vehicles_per_hour: Floats,
    occupancy: Floats, ride: Floats, hours: int,
) -> npt.NDArray[np.float64]:  # fmt: skip
    """Return cumulative arrivals over one bottleneck, by the same curve and queue as the daily rule.

    Parameters
    ----------
    population, share : (n,) persons present; share who leave
    delay : (n,) hours from the loss of control until the way out opens
    midpoint, slope : (n,) of the S-curve (hours, 1/hour)
    vehicles_per_hour, occupancy : (n,) of the bottleneck
    ride : (n,) hours from home to registration without a queue
    hours : how many hours to play

    Returns
    -------
    (n, hours + 1) persons who have arrived by the end of each hour; column 0 is 0
    """
    out = np.zeros((population.size, hours + 1))
    _exodus(population, share, delay, midpoint, slope, vehicles_per_hour, occupancy, ride, out)
    return out


@kernel
def _exodus(
    population: Floats, share: Floats, delay: Floats, midpoint: Floats, slope: Floats, vehicles_per_hour: Floats,
    occupancy: Floats, ride: Floats, out: Floats,
) -> None:  # fmt: skip
    hours = out.shape[1] - 1
    for f in range(population.size):
        pool = int(share[f] * population[f] + 0.5)
        gone, waiting, carry, passed_so_far = 0, 0, 0.0, 0
        lag = int(ride[f] + 0.5)
        for hour in range(1, hours + 1):
            due = int(pool * s_curve(hour - delay[f], midpoint[f], slope[f]) + 0.5)
            waiting += due - gone
            gone = due
            passed, carry = serve(waiting, vehicles_per_hour[f] * occupancy[f], carry)
            waiting -= passed
            passed_so_far += passed
            if hour + lag <= hours:
                out[f, hour + lag] = passed_so_far
