"""What the exercises on rows of `observed/` share: under which policy, on which days, and the scores of one row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from corridor.analysis.scores import measures as scores
from corridor.results import read
from corridor.results.dataset import ahead

Floats = NDArray[np.float64]
Row = Mapping[str, str]
Forecast = tuple[str, str, Floats]
"""name, kind (model or baseline), members"""
ALL = "*"
"""the place that stands for all homes together"""


def scored(
    head: Mapping[str, Any], seen: float, forecasts: Sequence[Forecast], unit: Callable[[Any], Any] = lambda x: x,
    weights: Floats | None = None,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Yield the scores of each forecast of one observation; `unit` turns members back into what a reader knows.

    weights : (future,) of the run's members, where signs weigh them; members of a baseline weigh the same
    """
    for name, kind, members in forecasts:
        w = weights if kind == "model" else None
        low, middle, high = scores.quantile(members, [0.1, 0.5, 0.9], w)
        found = scores.summary(members[:, None], np.array([seen]), w)
        found.pop("n")
        yield {
            **head, "forecast": name, "kind": kind, "median": float(unit(middle)), "low_80": float(unit(low)),
            "high_80": float(unit(high)), **found,
        }  # fmt: skip


def chosen(ds: xr.Dataset, row: Row) -> dict[str, str]:
    """Return the policy and condition under which a row is scored."""
    return {"policy": row.get("policy") or read.ids(ds, "policy")[0], "condition": read.ids(ds, "condition")[0]}


def span(row: Row) -> tuple[np.datetime64, np.datetime64]:
    """Return the first and last day of a row: its `from` and `to`, or its `date`."""
    first, last = (row["date"], row["date"]) if "date" in row else (row["from"], row["to"])
    return np.datetime64(first, "D"), np.datetime64(last, "D")


def is_ahead(ds: xr.Dataset, row: Row) -> bool:
    """Whether the span of a row lies after as_of and within the horizon."""
    (begin, end), days = span(row), ahead(ds["day"]).values.astype("datetime64[D]")
    return bool(days[0] <= begin and end <= days[-1])


def at(ds: xr.Dataset, row: Row) -> xr.Dataset:
    """Return the run on the days of a row, under its policy."""
    begin, end = span(row)
    part = ahead(ds).sel(chosen(ds, row))
    days = part["day"].values.astype("datetime64[D]")
    return part.isel(day=np.flatnonzero((days >= begin) & (days <= end)))


def total(array: xr.DataArray, row: Row) -> xr.DataArray:
    """Return a variable of the row's place, or added up over all homes where it is `*`."""
    return array.sum("place") if row["place"] == ALL else array.sel(place=row["place"])
