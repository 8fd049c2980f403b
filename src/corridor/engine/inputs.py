"""Uncertain inputs: from a path, a central value and a 90 % range to one number per future."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special

from corridor.kernels.sobol import stratified
from corridor.tables.parameter import Distribution

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint32]
_Z95 = 1.6448536269514722
_LOG2_E = math.log2(math.e)
_EXACT = 1e-14
"""when the ends of a range are found"""


@dataclass(frozen=True)
class Input:
    """One number that every future draws once.

    Attributes
    ----------
    path : where the number stands, such as "links.pass.kmh"
    value, low, high : central value and 90 % range; low = high = value where it is certain
    dist : how it is drawn
    minimum, maximum : no draw passes them
    key : keys its draws, its path where empty; inputs of one key lie at the same place of their ranges in each future
    """

    path: str
    value: float
    low: float
    high: float
    dist: Distribution
    minimum: float
    maximum: float
    unit: str
    key: str = ""

    @property
    def uncertain(self) -> bool:
        """Whether futures differ in it."""
        return self.dist != "fixed" and self.low < self.high


@lru_cache(maxsize=4096)
def pert_ends(value: float, low: float, high: float) -> tuple[float, float]:
    """Return the ends of the PERT whose mode is `value` and whose 5 % and 95 % quantiles are `low` and `high`.

    A PERT on [a, b] with mode m is a beta with shapes 1 + 4 (m - a)/(b - a) and 1 + 4 (b - m)/(b - a).
    """
    from scipy import optimize  # half a second to load, and not every case asks for it

    scale = high - low

    def miss(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        a, b = value - math.exp(x[0]) * scale, value + math.exp(x[1]) * scale
        p, q = 1 + 4 * (value - a) / (b - a), 1 + 4 * (b - value) / (b - a)
        ends = a + (b - a) * special.betaincinv(p, q, np.array([0.05, 0.95]))
        return np.asarray((ends - np.array([low, high])) / scale)

    guess = np.log(np.maximum(1e-3, np.array([value - low, high - value]) * 1.5 / scale))
    found = optimize.least_squares(miss, guess, bounds=(-14.0, 4.0), xtol=_EXACT, ftol=_EXACT, gtol=_EXACT)
    # without the last digits, in which linear algebra differs between processors
    lower, upper = (round(float(x), 9) for x in found.x)
    return value - math.exp(lower) * scale, value + math.exp(upper) * scale


def quantile(source: Input, u: Floats) -> Floats:
    """Return the value of an input at each probability u in (0, 1)."""
    if not source.uncertain:
        return np.full(u.shape, source.value)
    if source.dist == "uniform":
        x = source.low + (source.high - source.low) * u
    elif source.dist in ("normal", "lognormal"):
        # two halves, so that an uneven range keeps its quantiles and the central value is the median
        log = source.dist == "lognormal"
        low, mid, high = (math.log(max(v, 1e-300)) if log else v for v in (source.low, source.value, source.high))
        z = special.ndtri(u) / _Z95
        x = mid + z * np.where(z < 0, mid - low, high - mid)
        x = special.exp2(x * _LOG2_E) if log else x  # np.exp ends in other digits on some processors
    else:
        a, b = pert_ends(source.value, source.low, source.high)
        p, q = 1 + 4 * (source.value - a) / (b - a), 1 + 4 * (b - source.value) / (b - a)
        x = a + (b - a) * special.betaincinv(p, q, u)
    return np.asarray(np.clip(x, source.minimum, source.maximum))


def draw(source: Input, seed: int, futures: Words) -> Floats:
    """Return the number of each future: (future,)."""
    if not source.uncertain:
        return np.full(futures.size, source.value)
    return quantile(source, stratified(source.key or source.path, seed, futures))
