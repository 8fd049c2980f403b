"""Local output: on which days a row of outputs.csv holds, and what a day hands to the rule of output.

Letters: D days, R rows of outputs.csv, F futures.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from corridor.rules.base import State
from corridor.scenario.model import Output

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]


def growing_days(rows: tuple[Output, ...], first: date, days: int) -> Bytes:
    """Return (D, R) 1 on the days of a row's months, 1 everywhere for a row of all the year."""
    month = np.array([(first + timedelta(days=i)).month for i in range(days)], np.int64)
    out = np.ones((days, len(rows)), np.uint8)
    for i, row in enumerate(rows):
        if row.months:
            begin, _, end = row.months.partition("-")
            length = (int(end or begin) - int(begin)) % 12  # 11-2 goes over the turn of the year
            out[:, i] = (month - int(begin)) % 12 <= length
    return out


def set_output(
    state: State, p: dict[str, Floats], rows: tuple[Output, ...], where: list[tuple[int | slice, int]], holds: Bytes,
    imposed: Floats | None,
) -> None:  # fmt: skip
    """Write today's share of normal use that is made locally, and how much of it needs fuel and hands, in place.

    Parameters
    ----------
    where : home (or all) and good of each row; rows of one home and good add up
    holds : (R,) 1 where a row holds today
    imposed : (home, good) shares that a policy sets, which need nothing; not a number where it sets none
    """
    share, fuel, work = state["output_share"], state["output_fuel"], state["output_work"]
    share[:], fuel[:], work[:] = 0.0, 0.0, 0.0
    for row in np.flatnonzero(holds):
        made = p["outputs.share"][row]
        share[where[row]] += made
        fuel[where[row]] += rows[row].fuel * made
        work[where[row]] += rows[row].work * made
    if imposed is not None:
        said = ~np.isnan(imposed)
        share[said] = imposed[said][:, None]
        fuel[said] = work[said] = 0.0
