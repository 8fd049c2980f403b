"""A small run in the shape that the engine leaves, built by hand. All numbers are invented."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import xarray as xr

from corridor.tables.variable import BY_NAME

SIZES = {
    "place": ("near", "far"),
    "destination": ("gate",),
    "commodity": ("flour", "petrol", "cloth"),
    "link": ("road", "pass"),
}
GOODS = [
    {"id": "flour", "name": "Flour", "kind": "food", "kcal_per_tonne": 3.5e6},
    {"id": "petrol", "name": "Petrol", "kind": "fuel", "kcal_per_tonne": 0.0},
    {"id": "cloth", "name": "Cloth", "kind": "other", "kcal_per_tonne": 0.0},
]  # fmt: skip


def blank(
    policies: Sequence[str] = ("held", "open"), conditions: Sequence[str] = ("calm",), futures: int = 4, days: int = 10,
    past: int = 0,
) -> xr.Dataset:  # fmt: skip
    """Zero everywhere but people (600 and 400), need (0.5 kg flour, 0.1 kg petrol) and requirement (1,750 kcal)."""
    sizes = {"policy": len(policies), "condition": len(conditions), "future": futures, "day": days, "past_day": past}
    sizes |= {name: len(ids) for name, ids in SIZES.items()}
    data = {}
    for variable in BY_NAME.values():
        if not variable.wider and not {"hour", "option"} & set(variable.dims):
            for prefix, first in (("", ("policy", "condition", "future", "day")), ("past_", ("future", "past_day"))):
                if not prefix or past:
                    dims = (*first, *variable.dims)
                    data[prefix + variable.name] = (
                        dims, np.zeros([sizes[d] for d in dims], np.float32), {"units": variable.unit}
                    )  # fmt: skip
    for name in ("people", *(["past_people"] if past else [])):
        data[name][1][..., :] = [600, 400]
    data["need"] = (("future", "commodity"), np.tile([5e-4, 1e-4, 0.0], (futures, 1)))
    data["requirement"] = (("future",), np.full(futures, 1750.0))
    data["people_start"] = (("future", "place"), np.tile([600.0, 400.0], (futures, 1)))
    start = np.datetime64("2030-01-01")
    coords = {
        "policy": list(policies), "condition": list(conditions), "future": np.arange(futures),
        "day": (start + np.arange(1, days + 1)).astype("datetime64[ns]"),
        "past_day": (start + np.arange(1 - past, 1)).astype("datetime64[ns]"),
        **{name: list(ids) for name, ids in SIZES.items()},
    }  # fmt: skip
    attrs = {
        "scenario": json.dumps({"commodities": GOODS, "reference_policy": "held"}), "scenario_id": "toy",
        "scenario_hash": "0", "variant": "now", "as_of": "2030-01-01", "seed": 1, "futures": futures,
    }  # fmt: skip
    return xr.Dataset(data, coords, attrs)
