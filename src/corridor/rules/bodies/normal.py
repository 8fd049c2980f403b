"""The normal law, exactly and fast, and functions of one number taken of many."""

from __future__ import annotations

from collections.abc import Callable
from math import erfc

import numpy as np
import numpy.typing as npt

from corridor.kernels.jit import inlined

Floats = npt.NDArray[np.float64]

ROOT_HALF = 0.7071067811865476
MANY = 700.0  # exp(-700) is nothing, and the powers below stay numbers


@inlined
def below(z: float) -> float:
    """Return the standard normal probability of a value below `z`, within 1.5e-7.

    Source
    ------
    Abramowitz and Stegun 1964, 26.2.19: a polynomial to the power -16, which processors compute for many at a time.
    """
    u = abs(z)
    t = 1.0 + u * (0.0498673470 + u * (0.0211410061 + u * (0.0032776263 + u * (0.0000380036 + u * (
        0.0000488906 + u * 0.0000053830)))))  # fmt: skip
    t *= t
    t *= t
    t *= t
    t *= t
    half = 0.5 / t
    share: float = half if z < 0.0 else 1.0 - half
    return share


@inlined
def decay(x: float) -> float:
    """Return exp(-x) for x >= 0, within 5e-9: a series at x / 32, to the power -32, which processors compute for many."""
    y = min(x, MANY) * (1.0 / 32.0)
    p = 1.0 + y * (1.0 + y * (1 / 2 + y * (1 / 6 + y * (1 / 24 + y * (1 / 120)))))
    p *= p
    p *= p
    p *= p
    p *= p
    p *= p
    return 1.0 / p


def normal_below(z: Floats) -> Floats:
    """Return the standard normal probability of a value below each of `z`."""
    return 0.5 * each(erfc, -ROOT_HALF * z)


def each(function: Callable[[float], float], values: Floats) -> Floats:
    """Return `function` of each value, one by one: a digit depends neither on the shape nor on the processor."""
    values = np.asarray(values, dtype=np.float64)
    return np.fromiter(map(function, values.ravel().tolist()), np.float64, values.size).reshape(values.shape)
