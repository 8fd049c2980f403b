"""A literal second implementation of the exodus along one road: loops, one future at a time, no package import.

People want to go by a logit curve from the hour the exit opens; they sit in vehicles; vehicles queue before one bottleneck;
what passes arrives a fixed lag later.
"""

from __future__ import annotations

import math

import numpy as np


def one(
    population: float,
    midpoint: float,
    slope: float,
    capacity: float,
    occupancy: float,
    lag: float,
    exit_delay: float,
    hours: int,
) -> tuple[list[float], float]:
    """Return cumulative arrivals at the end of hours 1..hours, and the longest wait at the bottleneck (hours)."""
    start = 1.0 / (1.0 + math.exp(slope * midpoint))

    def gone(t: float) -> float:
        if t <= 0:
            return 0.0
        return (1.0 / (1.0 + math.exp(-slope * (t - midpoint))) - start) / (1.0 - start)

    passed = [0.0]
    queue, longest = 0.0, 0.0
    for hour in range(1, hours + 1):
        t = hour - exit_delay
        joined = population * (gone(t) - gone(t - 1.0)) / occupancy
        out = min(queue + joined, capacity)
        queue += joined - out
        longest = max(longest, queue / capacity)
        passed.append(passed[-1] + out * occupancy)

    def at(t: float) -> float:
        if t <= 0:
            return 0.0
        whole = int(t)
        rest = t - whole
        return passed[whole] + (rest * (passed[whole + 1] - passed[whole]) if rest else 0.0)

    return [at(hour - lag) for hour in range(1, hours + 1)], longest


NAMES = ("population", "midpoint", "slope", "capacity", "occupancy", "lag", "exit_delay")


def exodus(params: dict[str, np.ndarray], hours: int) -> np.ndarray:
    """Return cumulative arrivals (n, hours)."""
    n = len(params["population"])
    return np.array([one(*(float(params[name][i]) for name in NAMES), hours)[0] for i in range(n)])
