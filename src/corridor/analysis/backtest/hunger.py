"""Hunger against the record: deaths counted, bodies measured, and the days on which a ration was cut or raised.

Rows lie in `observed/deaths.csv`, `bodies.csv` and `ration_steps.csv`. Each names in its column `policy` the one that
replays what was done; the reference policy where it names none. Every row is scored beside baselines fixed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from corridor.analysis.scores import measures as scores
from corridor.results import read
from corridor.results.dataset import ahead, history

Floats = NDArray[np.float64]
Row = Mapping[str, str]
Forecast = tuple[str, str, Floats]
"""name, kind (model or baseline), members"""

RECORDED: Mapping[str, tuple[str, ...]] = {
    "deaths": ("deaths_expected", "deaths_baseline"),
    "bodies": ("thin_adults", "gam", "sam", "weight_change"),
    "ration_steps": ("ration",),
}
"""table -> variables that its scores read"""


def deaths(ds: xr.Dataset, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return one row per span and forecast: deaths of all simulated causes against deaths registered, errors in logs.

    Baselines: every span has the median of all that were registered (the best constant, which nobody knew), and people
    die as they did before. An error of 0.69 is a factor of two.
    """
    inside = [row for row in rows if _ahead(ds, row)]
    if not inside:
        return []
    constant = np.median([np.log(float(row["persons"])) for row in inside])
    out = []
    for row in inside:
        died, usual = (_sum(ds, row, name) for name in RECORDED["deaths"])
        forecasts: list[Forecast] = [
            ("the run", "model", np.log(np.maximum(died, 0.5))),
            ("the middle of the record", "baseline", np.array([constant])),
            ("as before", "baseline", np.log(np.maximum(usual, 0.5))),
        ]
        head = {"from": row["from"], "to": row["to"], "observed": float(row["persons"])}
        out += list(_scored(head, np.log(float(row["persons"])), forecasts, np.exp))
    return out


def bodies(ds: xr.Dataset, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return one row per survey and forecast: the mean of the days of the survey against what it found.

    Baseline: no change since the start.
    """
    out = []
    for row in rows:
        measure = row["measure"]
        if measure not in ds or not _ahead(ds, row):
            continue
        found = _at(ds, row)[measure].sel(place=row["place"]).mean("day").values.astype(np.float64)
        before = history(ds[[measure]])[measure].isel(day=0).sel(place=row["place"]).values.astype(np.float64)
        forecasts: list[Forecast] = [("the run", "model", found), ("no change", "baseline", before)]
        head = {key: row[key] for key in ("from", "to", "place", "measure")} | {"observed": float(row["value"])}
        out += list(_scored(head, float(row["value"]), forecasts))
    return out


def ration_steps(ds: xr.Dataset, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return one row per step and forecast: days after as_of on which the ration was cut or raised.

    Baselines: any day of the horizon, and the steps evenly spaced over it.
    """
    days, as_of, out = ahead(ds["day"]).size, np.datetime64(read.as_of(ds), "D"), []
    found = days_of_steps(ds, rows)
    for number, row in enumerate(rows):
        seen = float((np.datetime64(row["date"], "D") - as_of).astype(int))
        spaced = days * (number + 1.0) / (len(rows) + 1.0)
        forecasts: list[Forecast] = [
            ("the run", "model", found[:, number]),
            ("any day of the horizon", "baseline", np.arange(1.0, days + 1.0)),
            ("evenly spaced", "baseline", np.array([spaced])),
        ]
        head = {"date": row["date"], "share": float(row["share"]), "direction": row["direction"], "days": seen}
        out += list(_scored(head, seen, forecasts))
    return out


def days_of_steps(ds: xr.Dataset, rows: Sequence[Row]) -> Floats:
    """Return (future, step) the days after as_of on which a ration is cut or raised.

    A column `share` holds the level after the step over that of as_of. The step comes on the first day from the step
    before it on which the ration stands beyond the middle of the two levels; on the day after the horizon where it
    never does.
    """
    days, level = ahead(ds["day"]).size, 1.0
    since, out = np.zeros(ds.sizes["future"]), np.empty((ds.sizes["future"], len(rows)))
    for number, row in enumerate(rows):
        at = _chosen(ds, row) | {"place": row["place"], "commodity": row["commodity"]}
        ration = ahead(ds["ration"]).sel(at).transpose("future", "day").values.astype(np.float64)
        ration = ration / np.maximum(ration[:, :1], 1e-9)
        middle, level = (level + float(row["share"])) / 2.0, float(row["share"])
        beyond = ration < middle if row["direction"] == "down" else ration > middle
        beyond &= np.arange(days)[None, :] >= since[:, None]
        since = np.where(beyond.any(axis=1), beyond.argmax(axis=1), days).astype(np.float64)
        out[:, number] = since + 1.0
    return out


EXERCISES: Mapping[str, Callable[[xr.Dataset, Sequence[Row]], list[dict[str, Any]]]] = {
    "deaths": deaths, "bodies": bodies, "ration_steps": ration_steps,
}  # fmt: skip


def _scored(
    head: Mapping[str, Any], seen: float, forecasts: Sequence[Forecast], unit: Callable[[Any], Any] = lambda x: x
) -> Iterator[dict[str, Any]]:
    """Yield the scores of each forecast of one observation; `unit` turns members back into what a reader knows."""
    for name, kind, members in forecasts:
        low, middle, high = scores.quantile(members, [0.1, 0.5, 0.9])
        found = scores.summary(members[:, None], np.array([seen]))
        found.pop("n")
        yield {
            **head, "forecast": name, "kind": kind, "median": float(unit(middle)), "low_80": float(unit(low)),
            "high_80": float(unit(high)), **found,
        }  # fmt: skip


def _chosen(ds: xr.Dataset, row: Row) -> dict[str, str]:
    """Return the policy and condition under which a row is scored."""
    return {"policy": row.get("policy") or read.ids(ds, "policy")[0], "condition": read.ids(ds, "condition")[0]}


def _span(row: Row) -> tuple[np.datetime64, np.datetime64]:
    return np.datetime64(row["from"], "D"), np.datetime64(row["to"], "D")


def _ahead(ds: xr.Dataset, row: Row) -> bool:
    """Whether the span of a row lies after as_of and within the horizon."""
    (begin, end), days = _span(row), ahead(ds["day"]).values.astype("datetime64[D]")
    return bool(days[0] <= begin and end <= days[-1])


def _at(ds: xr.Dataset, row: Row) -> xr.Dataset:
    """Return the run on the days of a row, under its policy."""
    begin, end = _span(row)
    part = ahead(ds).sel(_chosen(ds, row))
    days = part["day"].values.astype("datetime64[D]")
    return part.isel(day=np.flatnonzero((days >= begin) & (days <= end)))


def _sum(ds: xr.Dataset, row: Row, name: str) -> Floats:
    """Return (future,) the sum of a flow over the days of a row and all places."""
    return np.asarray(_at(ds, row)[name].sum(("day", "place")).values, dtype=np.float64)
