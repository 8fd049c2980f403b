"""A literal second implementation of the exodus along one road: loops, one future at a time, no package import.

People want to go by a logit curve from the hour the exit opens; they sit in vehicles; vehicles queue before one
bottleneck; what passes arrives a fixed number of whole hours later.
"""

from __future__ import annotations

import math


def one(
    population: float,
    share: float,
    delay: float,
    midpoint: float,
    slope: float,
    vehicles_per_hour: float,
    occupancy: float,
    ride: int,
    hours: int,
) -> tuple[list[float], float]:
    """Return cumulative arrivals at hours 0..hours, and the longest wait at the bottleneck (hours)."""
    start = 1.0 / (1.0 + math.exp(slope * midpoint))

    def gone(t: float) -> float:
        if t <= 0:
            return 0.0
        return (1.0 / (1.0 + math.exp(-slope * (t - midpoint))) - start) / (1.0 - start)

    passed = [0.0]
    queue, longest = 0.0, 0.0
    for hour in range(1, hours + 1):
        t = hour - delay
        joined = population * share * (gone(t) - gone(t - 1.0)) / occupancy
        out = min(queue + joined, vehicles_per_hour)
        queue += joined - out
        longest = max(longest, queue / vehicles_per_hour)
        passed.append(passed[-1] + out * occupancy)
    return [passed[hour - ride] if hour >= ride else 0.0 for hour in range(hours + 1)], longest
