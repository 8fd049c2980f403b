"""What a run says of bodies: the comparison on them, and the series of every day that the report draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike

from corridor.analysis.compare import compare
from corridor.analysis.outcomes.bodies import FUNCTIONS
from corridor.analysis.outcomes.table import available, values
from corridor.results import read
from corridor.results.dataset import ahead, days_before, history_run, join

BODIES: tuple[str, ...] = tuple(FUNCTIONS)
"""Outcomes on bodies."""
ENERGY: tuple[str, ...] = ("intake", "intake_share")
"""Energy eaten, which thresholds and fans read beside the bodies."""


def bodies(
    ds: xr.Dataset, *, reference: str | None = None, days: Sequence[int] | None = None,
    weights: ArrayLike | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the comparison on bodies alone; arguments and columns as in `corridor.analysis.compare.compare`."""
    known = available(ds)
    chosen = [id_ for id_ in BODIES if id_ in known]
    return compare(ds, reference=reference, days=days, outcomes=chosen, weights=weights)


def daily(ds: xr.Dataset) -> xr.Dataset:
    """Return bodies and energy of every day over all places, as the report draws them.

    Returns
    -------
    One variable per outcome of `BODIES` and `ENERGY`, (policy, condition, future, day), over history and horizon with
    the coordinate `as_of`. Not a number where nobody is present.
    """
    later = _every_day(ds)
    if days_before(ds):
        later = join(later, _every_day(history_run(ds)).isel(policy=0, condition=0, drop=True))
    weight = read.weights(ds)
    later = later.assign_coords(as_of=ds["as_of"].values)
    return later if weight is None else later.assign_coords(weight=("future", weight))


def _every_day(run: xr.Dataset) -> xr.Dataset:
    """Return the days after the as_of of a run: one variable per outcome, (policy, condition, future, day) float32."""
    days, known = ahead(run["day"]).values, available(run)
    found = values(run, np.arange(days.size), [id_ for id_ in (*BODIES, *ENERGY) if id_ in known])
    dims = ("policy", "condition", "future", "day")
    parts = {row.id: (dims, np.swapaxes(x, 2, 3).astype(np.float32)) for row, x in found}
    return xr.Dataset(parts, {name: run[name].values for name in dims[:3]} | {"day": days})
