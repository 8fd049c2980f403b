"""The normal law, exactly and from a table, and functions of one number taken of many."""

from __future__ import annotations

from collections.abc import Callable
from math import erfc, sqrt

import numpy as np
import numpy.typing as npt

from corridor.kernels.jit import kernel

Floats = npt.NDArray[np.float64]

ROOT_HALF = 0.7071067811865476
REACH, PER_UNIT = 8.0, 100.0
NORMAL = np.array([0.5 * erfc((REACH - k / PER_UNIT) / sqrt(2.0)) for k in range(int(2 * REACH * PER_UNIT) + 2)])
"""The normal distribution function, tabulated: three times as fast as erfc and within 4e-6 of it."""


@kernel
def tabulated_below(z: float) -> float:
    """Return the standard normal probability of a value below `z`, from the table."""
    place = (min(REACH, max(-REACH, z)) + REACH) * PER_UNIT
    k = int(place)
    share: float = NORMAL[k] + (place - k) * (NORMAL[k + 1] - NORMAL[k])
    return share


def normal_below(z: Floats) -> Floats:
    """Return the standard normal probability of a value below each of `z`."""
    return 0.5 * each(erfc, -ROOT_HALF * z)


def each(function: Callable[[float], float], values: Floats) -> Floats:
    """Return `function` of each value, one by one: a digit depends neither on the shape nor on the processor."""
    values = np.asarray(values, dtype=np.float64)
    return np.fromiter(map(function, values.ravel().tolist()), np.float64, values.size).reshape(values.shape)
