"""People present, lorries and prices against what was counted.

Rows lie in `observed/people.csv`, `lorries.csv` and `prices.csv`. As in `hunger`, each may name its policy. The model
has no prices: what is scored is whether a price rose between two reports, by whether the share of normal use that
people got of the good fell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import xarray as xr

from corridor.analysis.backtest.points import Floats, Forecast, Row, at, is_ahead, scored, total
from corridor.analysis.outcomes.relief import payloads
from corridor.results import read
from corridor.results.dataset import has_history, history

RECORDED: Mapping[str, tuple[str, ...]] = {"people": ("people",), "lorries": ("carried",), "prices": ("used", "people")}
"""table -> variables that its scores read"""
BEFORE = 30
"""days before as_of whose mean is what goes on as before"""
SURE = 1e-3
"""share of normal use by which it has to fall or rise to count"""


def people(ds: xr.Dataset, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return one row per count and forecast: people present at the end of the day. Baseline: as on as_of."""
    out, weights = [], read.weights(ds)
    for row in rows:
        if not is_ahead(ds, row):
            continue
        found = total(at(ds, row)["people"].isel(day=0), row)
        known = total(history(ds[["people"]])["people"].isel(day=-1), row)
        made: list[Forecast] = [
            ("the run", "model", _members(found)),
            ("as on as_of", "baseline", _members(known)),
        ]
        head = {"date": row["date"], "place": row["place"], "observed": float(row["persons"])}
        out += list(scored(head, float(row["persons"]), made, weights=weights))
    return out


def lorries(ds: xr.Dataset, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return one row per span and forecast: lorries over a link, what it carried over what one loads.

    Baselines: as many a day as in the `BEFORE` days up to as_of where the run keeps them, and none.
    """
    out, weights = [], read.weights(ds)
    load = payloads(ds["future"].values, seed=read.seed_of(ds))
    for row in rows:
        if row["link"] not in read.ids(ds, "link") or not is_ahead(ds, row):
            continue
        part = at(ds, row)
        found = _members(part["carried"].sel(link=row["link"]).sum("day")) / load
        forecasts: list[Forecast] = [("the run", "model", found)]
        if has_history(ds, "carried"):
            earlier = history(ds[["carried"]])["carried"].sel(link=row["link"]).isel(day=slice(-BEFORE, None))
            as_before = _members(earlier.mean("day")) / load * part.sizes["day"]
            forecasts.append((f"as in the {BEFORE} days before", "baseline", as_before))
        forecasts.append(("none", "baseline", np.zeros(1)))
        head = {"from": row["from"], "to": row["to"], "link": row["link"], "observed": float(row["lorries"])}
        out += list(scored(head, float(row["lorries"]), forecasts, weights=weights))
    return out


def prices(ds: xr.Dataset, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return one row per two reports of a price that differ, and forecast: the chance given to a rise, its Brier score.

    The run's chance: share of futures in which people get a smaller share of normal use at the later report than at the
    earlier, ties counted half. Baselines: a coin, and a rise as sure as prices in a closure always rise.
    """
    out: list[dict[str, Any]] = []
    groups = dict.fromkeys((row["place"], row["commodity"], row.get("policy") or "") for row in rows)
    for key in groups:
        mine = [r for r in rows if (r["place"], r["commodity"], r.get("policy") or "") == key and is_ahead(ds, r)]
        for before, after in pairwise(sorted(mine, key=lambda r: r["date"])):
            earlier, later = float(before["price"]), float(after["price"])
            if earlier == later or key[1] not in read.ids(ds, "commodity"):
                continue
            change = _share_of_use(ds, after) - _share_of_use(ds, before)
            fell = np.where(np.abs(change) <= SURE, 0.5, (change < 0).astype(float))
            rose, chance = float(later > earlier), float(np.average(fell, weights=read.weights(ds)))
            head = {"from": before["date"], "to": after["date"], "place": key[0], "commodity": key[1], "rose": rose}
            for name, kind, p in (("the run", "model", chance), ("a coin", "baseline", 0.5), ("up", "baseline", 1.0)):
                # of a chance, the ranked score is Brier's
                brier = (p - rose) ** 2
                out.append({**head, "forecast": name, "kind": kind, "chance": p, "mae": abs(p - rose), "crps": brier})
    return out


def _share_of_use(ds: xr.Dataset, row: Row) -> Floats:
    """Return what people got of a good on a day over their normal use: (future,)."""
    good = read.ids(ds, "commodity").index(row["commodity"])
    day = at(ds, row).isel(day=0)
    used = _members(total(day["used"].isel(commodity=good), row))
    need = ds["need"].isel(commodity=good).values.astype(np.float64) * _members(total(day["people"], row))
    return np.asarray(used / np.maximum(need, 1e-12))


def _members(array: xr.DataArray) -> Floats:
    return np.asarray(array.values, dtype=np.float64)


EXERCISES: Mapping[str, Callable[[xr.Dataset, Sequence[Row]], list[dict[str, Any]]]] = {
    "people": people, "lorries": lorries, "prices": prices,
}  # fmt: skip
