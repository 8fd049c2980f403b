"""Planning figures: people and food by place and month, low, middle and high over the futures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from corridor.results import read
from corridor.results.dataset import ahead
from corridor.results.series import quantiles

Floats = NDArray[np.float64]
ALL = "*"
"""the place that stands for all of them"""
ENDS = (0.1, 0.5, 0.9)

COLUMNS = ("policy", "condition", "place", "month", "from", "to", "measure", "name", "unit", "low", "middle", "high")
"""Columns of `by_month`; low and high are the ends of the central 80 % of futures."""


@dataclass(frozen=True)
class Measure:
    """A figure of a month: its variable, where it stands, how a month is made of its days, what weighs it over places.

    how : `last` day of the month, its `most` on any day, its `sum`, or its `mean`
    """

    id: str
    name: str
    unit: str
    dim: str
    how: Literal["last", "most", "sum", "mean"]
    weight: str = ""


MEASURES = (
    Measure("people", "people present, on the last day", "persons", "place", "last"),
    Measure("below_requirement", "people eating less than they need, most on a day", "persons", "place", "most"),
    Measure("intake", "energy eaten, mean of the days", "kcal/person/day", "place", "mean", "people"),
    Measure("departures", "people who leave, in all", "persons", "place", "sum"),
    Measure("arrivals", "people who arrive, in all", "persons", "destination", "sum"),
    Measure("sheltered", "displaced people in the camp, on the last day", "persons", "camp", "last"),
)


def by_month(ds: xr.Dataset) -> pd.DataFrame:
    """Return each measure that the run has, one row per policy, condition, place and month of the horizon.

    The first and the last month hold the days of the horizon only, `from` and `to` say which. Places are homes, where
    people arrive, or camps; `*` is all of them together (intake: the mean of the people present).
    """
    days = ahead(ds["day"]).values.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    w = read.weights(ds)
    rows: list[dict[str, Any]] = []
    for measure in MEASURES:
        if measure.id not in ds or measure.dim not in ds[measure.id].dims:
            continue
        for policy in read.ids(ds, "policy"):
            for condition in read.ids(ds, "condition"):
                for place, daily in _places(ds, measure, policy, condition):
                    for month in np.unique(months):
                        here = months == month
                        low, middle, high = quantiles(_month(daily[:, here], measure.how), ENDS, w).tolist()
                        first, last = days[here][[0, -1]]
                        rows.append(
                            dict(
                                zip(
                                    COLUMNS,
                                    (policy, condition, place, str(month), str(first), str(last), measure.id,
                                     measure.name, measure.unit, low, middle, high),
                                    strict=True,
                                )
                            )
                        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _places(ds: xr.Dataset, measure: Measure, policy: str, condition: str) -> Iterator[tuple[str, Floats]]:
    """Yield each place, all together first, with (future, day)."""
    at = {"policy": policy, "condition": condition}

    def read_of(name: str) -> Floats:
        array = ahead(ds[name]).sel(at).load().transpose(measure.dim, "future", "day")
        return np.asarray(array.values, dtype=np.float64)

    values = read_of(measure.id)
    if measure.weight:
        people = read_of(measure.weight)
        total = people.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            yield ALL, np.where(total > 0, (values * people).sum(axis=0) / total, np.nan)
            values = np.where(people > 0, values, np.nan)  # nobody there eats nothing, which is no hunger
    else:
        yield ALL, values.sum(axis=0)
    yield from zip(read.ids(ds, measure.dim), values, strict=True)


def _month(daily: Floats, how: str) -> Floats:
    """Return (future,) the figure of a month from (future, day); not a number where no day has one."""
    match how:
        case "last":
            return daily[:, -1]
        case "most":
            return np.asarray(daily.max(axis=1))
        case "sum":
            return np.asarray(daily.sum(axis=1))
    known = np.isfinite(daily)
    count = known.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 0, np.where(known, daily, 0.0).sum(axis=1) / count, np.nan)
