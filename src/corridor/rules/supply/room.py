"""Room: what each link could still carry of relief when the day's goods have passed. No rule reads it; the page does."""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.rules.base import Bytes, Floats

HUMANITARIAN = 2
"""Bit of the traffic class of relief."""


@kernel
def room_for_relief(regime: Bytes, capacity: Floats, carried: Floats, room: Floats) -> None:
    """Write what each link could still carry of relief today; all (link, future) t/day.

    room : infinite without limit, not a number where relief may not pass or nothing can, written
    """
    for k in range(room.shape[0]):
        for f in range(room.shape[1]):
            passes = regime[k, f] & HUMANITARIAN and capacity[k, f] > 0.0
            room[k, f] = max(0.0, capacity[k, f] - carried[k, f]) if passes else np.nan
