"""A small run in the shape that the engine leaves, built by hand. All numbers are invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import xarray as xr

from corridor.scenario.model import Commodity, Scenario
from corridor.tables.variable import BY_NAME
from small import q, small

SIZES = {
    "place": ("near", "far"),
    "destination": ("gate",),
    "commodity": ("flour", "petrol", "cloth"),
    "link": ("road", "pass"),
}
GOODS = (
    Commodity(id="flour", name="Flour", kind="food", kcal_per_tonne=3.5e6, need=q(5e-4)),
    Commodity(id="petrol", name="Petrol", kind="fuel", need=q(1e-4)),
    Commodity(id="cloth", name="Cloth", kind="other", need=q(0.0)),
)


def toy(**changes: Any) -> Scenario:
    """The scenario that a hand-made run carries: three goods, reference policy `held`."""
    told = {"id": "toy", "commodities": GOODS, "reference_policy": "held", "as_of": date(2030, 1, 1), "hash": "0"}
    return small(history=1).model_copy(update=told | changes)


def blank(
    policies: Sequence[str] = ("held", "open"), conditions: Sequence[str] = ("calm",), futures: int = 4, days: int = 10,
    past: int = 0, case: Scenario | None = None,
) -> xr.Dataset:  # fmt: skip
    """Zero everywhere but people (600 and 400), need (0.5 kg flour, 0.1 kg petrol) and requirement (1,750 kcal).

    as_of is 1 January 2030; `past` days of history end with it, day 0 of the axis is the first of them.
    It carries the scenario `case`, or `toy()`.
    """
    sizes = {"policy": len(policies), "condition": len(conditions), "future": futures, "day": past + days}
    sizes |= {name: len(ids) for name, ids in SIZES.items()}
    data = {}
    for variable in BY_NAME.values():
        if not variable.wider and not {"hour", "option", "feature"} & set(variable.dims):
            dims = ("policy", "condition", "future", "day", *variable.dims)
            data[variable.name] = (dims, np.zeros([sizes[d] for d in dims], np.float32), {"units": variable.unit})
    data["people"][1][..., :] = [600, 400]
    data["need"] = (("future", "commodity"), np.tile([5e-4, 1e-4, 0.0], (futures, 1)))
    data["requirement"] = (("future",), np.full(futures, 1750.0))
    data["people_start"] = (("future", "place"), np.tile([600.0, 400.0], (futures, 1)))
    as_of = np.datetime64("2030-01-01")
    coords = {
        "policy": list(policies), "condition": list(conditions), "future": np.arange(futures),
        "day": (as_of + np.arange(1 - past, days + 1)).astype("datetime64[ns]"), "as_of": as_of.astype("datetime64[ns]"),
        **{name: list(ids) for name, ids in SIZES.items()},
    }  # fmt: skip
    attrs = {
        "scenario": (case or toy()).model_dump_json(), "scenario_id": "toy",
        "scenario_hash": "0", "variant": "now", "seed": 1, "futures": futures,
    }  # fmt: skip
    return xr.Dataset(data, coords, attrs)
