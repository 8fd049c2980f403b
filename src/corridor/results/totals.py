"""All places together, by day: what is told of every future in three numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from corridor.core.errors import InputError, Problem
from corridor.results import read
from corridor.results.series import QUANTILES, QUANTITIES, each

ENDS: Mapping[str, float] = {"low": 0.10, "middle": 0.50, "high": 0.90}
"""what is told of all futures: eight of ten lie between low and high"""


def totals(ds: xr.Dataset) -> xr.Dataset:
    """Return all places together by day, policy and condition: low, middle and high over the futures.

    Raises
    ------
    InputError : the run records nothing that adds up over places
    """
    ids = [id_ for id_, one in QUANTITIES.items() if all(name in ds for name in one.needs)]
    if not ids:
        raise InputError(
            [Problem("--totals", 0, 0, "", "this run records nothing that adds up over places", "leave it out")]
        )
    found = each(ds, ids)
    policies, conditions = read.ids(ds, "policy"), read.ids(ds, "condition")
    at = [QUANTILES.index(share) for share in ENDS.values()]
    days = next(iter(found[ids[0]].values())).days
    made = {
        id_: (
            ("policy", "condition", "end", "day"),
            np.stack([[found[id_][p, c].quantiles()[at] for c in conditions] for p in policies]),
            {"units": QUANTITIES[id_].unit, "long_name": QUANTITIES[id_].title},
        )
        for id_ in ids
    }
    coords = {"policy": policies, "condition": conditions, "end": list(ENDS), "day": days}
    return xr.Dataset(made, coords, dict(ds.attrs))
