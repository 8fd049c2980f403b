"""Naive forecasts of an exodus, fixed here so that no score is shown without its baseline.

Times are hours on one clock that the caller chooses; values are persons arrived so far. None of these
functions reads a row after the cut that it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

SPREAD_DAYS = (3.0, 14.0)
"""The naive spread's duration, uniform between these."""

LINE_HOURS: Mapping[str, float] = {"last 12 h": 12.0, "last 24 h": 24.0, "all": float("inf")}
"""How far each line looks back from the cut, hours."""


@dataclass(frozen=True)
class Triangular:
    """A population prior, persons: lowest, most likely and highest."""

    low: float
    mode: float
    high: float

    @property
    def mean(self) -> float:
        """The mean: the cap of the lines."""
        return (self.low + self.mode + self.high) / 3.0

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value below which a share u lies."""
        p = np.asarray(u, dtype=np.float64)
        span = self.high - self.low
        if span == 0:
            return np.full(p.shape, self.mode)
        split = (self.mode - self.low) / span
        left = self.low + np.sqrt(np.clip(p, 0.0, 1.0) * span * (self.mode - self.low))
        right = self.high - np.sqrt(np.clip(1.0 - p, 0.0, 1.0) * span * (self.high - self.mode))
        return np.where(p < split, left, right)


@dataclass(frozen=True)
class Line:
    """A straight line through the last row before a cut."""

    name: str
    time: float
    value: float
    slope: float
    """persons/hour"""
    cap: float

    def at(self, times: ArrayLike) -> Floats:
        """Return the forecast, persons so far, never above the cap."""
        elapsed = np.asarray(times, dtype=np.float64) - self.time
        return np.minimum(self.value + self.slope * elapsed, self.cap)


def lines(times: ArrayLike, arrived: ArrayLike, cut: float, cap: float) -> dict[str, Line]:
    """Return the three lines that can be drawn at a cut.

    Each starts at the last row at or before the cut. Its slope is that between the first and the last row inside
    [cut − w, cut], both ends included, with w = 12 h, 24 h or everything: two rows decide, the rows between do not. A
    window with one row takes the last two rows. The forecast stops at `cap`, the mean of the population prior.

    Parameters
    ----------
    times, arrived : (row,) hours and persons so far, in any order; rows after the cut are ignored
    cut, cap : hours, persons
    """
    t, y = np.asarray(times, dtype=np.float64), np.asarray(arrived, dtype=np.float64)
    known = t <= cut
    t, y = t[known], y[known]
    if t.size < 2:
        message = "a line needs two rows before the cut"
        raise ValueError(message)
    order = np.argsort(t, kind="stable")
    t, y = t[order], y[order]
    out = {}
    for name, width in LINE_HOURS.items():
        first = min(int(np.searchsorted(t, cut - width, side="left")), t.size - 2)
        slope = (y[-1] - y[first]) / (t[-1] - t[first])
        out[name] = Line(name, float(t[-1]), float(y[-1]), float(slope), cap)
    return out


def uniform_spread(population: ArrayLike, times: ArrayLike, start: float, u: ArrayLike) -> Floats:
    """Return the naive spread, persons so far, shape (member, time).

    Everybody comes at a constant rate from `start` on, over a duration uniform in 3-14 days (one per member).

    Parameters
    ----------
    population : (member,) persons, the same prior as the forecast beside it
    times : (time,) hours
    start : hours, the moment after which people may leave
    u : (member,) in [0, 1], draws the duration
    """
    people = np.asarray(population, dtype=np.float64)[:, None]
    low, high = SPREAD_DAYS
    hours = 24.0 * (low + (high - low) * np.asarray(u, dtype=np.float64))[:, None]
    share = (np.asarray(times, dtype=np.float64)[None, :] - start) / hours
    return np.asarray(people * np.clip(share, 0.0, 1.0), dtype=np.float64)


def uniform_window(population: ArrayLike, times: ArrayLike, start: float) -> Floats:
    """Return the other reading of the naive spread: everybody comes at a constant rate from day 3 to day 14."""
    low, high = SPREAD_DAYS
    share = (np.asarray(times, dtype=np.float64)[None, :] - start - 24.0 * low) / (24.0 * (high - low))
    return np.asarray(np.asarray(population, dtype=np.float64)[:, None] * np.clip(share, 0.0, 1.0))
