"""The functions of the outcomes on a wider country: camps, and who is displaced outside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from corridor.analysis.outcomes.block import Block

Floats = NDArray[np.float64]


def above_capacity(b: Block) -> Floats:
    """Return the people beyond the capacity of their camp."""
    return np.asarray(np.maximum(b.at("sheltered") - b.capacity[:, None], 0.0).sum(axis=3))


def fullest(b: Block) -> Floats:
    """Leave out camps without limit, and those whose capacity is nought: nothing can be divided by it."""
    limited = np.isfinite(b.capacity) & (b.capacity > 0)
    return np.asarray((b.at("sheltered")[..., limited, :] / b.capacity[limited, None]).max(axis=3))


FUNCTIONS: Mapping[str, Callable[[Block], Floats]] = {
    "sheltered": lambda b: b.total("sheltered"),
    "waiting": lambda b: b.at("waiting"),
    "travelling": lambda b: b.at("travelling"),
    "above_capacity": above_capacity,
    "fullest_camp": fullest,
    "counted_no_more": lambda b: b.at("counted_no_more"),
}
"""outcome -> function of a block: (policy, condition, date, future)"""
