"""Hunger against the record: deaths counted, bodies measured, and the days on which a ration was cut or raised.

Rows lie in `observed/deaths.csv`, `bodies.csv` and `ration_steps.csv`. Each names in its column `policy` the one that
replays what was done; the reference policy where it names none. Every row is scored beside baselines fixed here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from corridor.analysis.backtest.points import ALL, Floats, Forecast, Row, at, chosen, is_ahead, scored
from corridor.results import read
from corridor.results.dataset import ahead, history
from corridor.rules.bodies.barracks import USUAL_OF, usual_factor

RECORDED: Mapping[str, tuple[str, ...]] = {
    "deaths": ("deaths_expected", "deaths_baseline"),
    "bodies": ("thin_adults", "gam", "gam_muac", "sam", "weight_change", "people"),
    "ration_steps": ("ration",),
}
"""table -> variables that its scores read"""
SPANS = 3
"""spans from which on their middle is a baseline: that of one is the record itself, which nothing can beat"""


def deaths(ds: xr.Dataset, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return one row per span and forecast: deaths of all simulated causes against deaths registered, errors in logs.

    Baselines: every span has the median of all that were registered (the best constant, which nobody knew; not of fewer
    than three spans), and people die as they did before. An error of 0.69 is a factor of two.
    """
    inside = [row for row in rows if is_ahead(ds, row)]
    if not inside:
        return []
    moved = in_a_camp(ds)
    constant = np.median([np.log(float(row["persons"])) for row in inside])
    out = []
    for row in inside:
        died, usual = (_sum(ds, row, name) for name in RECORDED["deaths"])
        forecasts: list[Forecast] = [
            ("the run", "model", np.log(np.maximum(died, 0.5))),
            ("as before", "baseline", np.log(np.maximum(usual / moved, 0.5))),
        ]
        if len(inside) >= SPANS:
            forecasts.append(("the middle of the record", "baseline", np.array([constant])))
        head = {"from": row["from"], "to": row["to"], "observed": float(row["persons"])}
        out += list(scored(head, np.log(float(row["persons"])), forecasts, np.exp, read.weights(ds)))
    return out


def in_a_camp(ds: xr.Dataset) -> Floats:
    """Return what the rules make of the usual deaths of a camp, over those stated: no part of *as before*."""
    usual: Floats = usual_factor(1.0, *(read.drawn(ds, name) for name in USUAL_OF[1:]))
    return usual


def bodies(ds: xr.Dataset, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return one row per survey and forecast: the mean of the days of the survey against what it found.

    Baseline: no change since the start.
    """
    out = []
    for row in rows:
        measure = row["measure"]
        if measure not in ds or not is_ahead(ds, row):
            continue
        found = _mean(at(ds, row), row, measure).mean("day").values.astype(np.float64)
        before = _mean(history(ds[[measure, "people"]]).isel(day=0), row, measure).values.astype(np.float64)
        forecasts: list[Forecast] = [("the run", "model", found), ("no change", "baseline", before)]
        head = {key: row[key] for key in ("from", "to", "place", "measure")} | {"observed": float(row["value"])}
        out += list(scored(head, float(row["value"]), forecasts, weights=read.weights(ds)))
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
        out += list(scored(head, seen, forecasts, weights=read.weights(ds)))
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
        where = chosen(ds, row) | {"place": row["place"], "commodity": row["commodity"]}
        ration = ahead(ds["ration"]).sel(where).transpose("future", "day").values.astype(np.float64)
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


def _mean(part: xr.Dataset, row: Row, measure: str) -> xr.DataArray:
    """Return a measure at the place of a row, or its mean over all homes by people where that is `*`."""
    if row["place"] != ALL:
        return part[measure].sel(place=row["place"])
    return part[measure].weighted(part["people"].fillna(0.0)).mean("place")


def _sum(ds: xr.Dataset, row: Row, name: str) -> Floats:
    """Return (future,) the sum of a flow over the days of a row and all places."""
    return np.asarray(at(ds, row)[name].sum(("day", "place")).values, dtype=np.float64)
