"""Dates of scarcity after `as_of`, forecast by a run and scored in days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from corridor.analysis.scores import measures as scores
from corridor.analysis.signs.stocks import crossing
from corridor.results import read
from corridor.results.dataset import ahead, history

Floats = NDArray[np.float64]


def forecast_days(
    ds: xr.Dataset, commodity: str, level: float, policy: str | None = None, condition: str | None = None
) -> Floats:
    """Return per future the days after `as_of` until days of cover fall below `level`; horizon + 1 where they do not.

    The first policy and condition of the run (roads as they stand, nothing else happens) where none is named.
    """
    ds = ahead(ds)
    at = {"policy": policy or read.ids(ds, "policy")[0], "condition": condition or read.ids(ds, "condition")[0]}
    stock = ds["stock"].sel(at).sel(commodity=commodity).load().transpose("future", "day", "place").values
    people = ds["people"].sel(at).load().transpose("future", "day", "place").values
    need = ds["need"].sel(commodity=commodity).values.astype(np.float64)
    use = people.astype(np.float64).sum(axis=2) * need[:, None]
    cover = stock.astype(np.float64).sum(axis=2) / np.maximum(use, 1e-9)
    return np.minimum(crossing(cover, level) + 1.0, ds.sizes["day"] + 1.0)


def naive_days(ds: xr.Dataset, commodity: str, level: float) -> float:
    """Return the arithmetic forecast: median cover at `as_of` minus the level, as if nothing came in or was saved."""
    known = history(ds[["stock", "people"]]).isel(day=-1)
    stock = known["stock"].sel(commodity=commodity).values.astype(np.float64).sum(axis=1)
    people = known["people"].values.astype(np.float64).sum(axis=1)
    need = ds["need"].sel(commodity=commodity).values.astype(np.float64)
    cover = np.median(stock / np.maximum(people * need, 1e-9))
    return float(np.clip(np.ceil(cover - level), 1.0, ahead(ds["day"]).size + 1.0))


def table(
    ds: xr.Dataset, rows: Sequence[Mapping[str, str]], *, policy: str | None = None, condition: str | None = None,
    weights: Mapping[str, ArrayLike] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return one row per observed date and forecast: the run, and two baselines fixed here.

    weights : commodity -> (future,) weights from the signs known by `as_of`; the run is then scored with them too

    Baselines: any day of the horizon equally likely, and `naive_days`. Rows of another variant (column `after`), before
    the first day or beyond the horizon are left out. Keys: date, commodity, level, days (what was observed), forecast,
    kind, median, low_90, high_90, mae, crps, crps_fair, coverage_*; errors in days.
    """
    horizon = ahead(ds["day"]).size
    any_day = np.arange(1.0, horizon + 1.0)
    as_of = np.datetime64(read.as_of(ds), "D")
    out = []
    for row in rows:
        if row.get("after") and row["after"] != read.variant_of(ds):
            continue
        seen = float((np.datetime64(row["date"], "D") - as_of).astype(int))
        if not 1 <= seen <= horizon:
            continue
        level = float(row["level"])
        drawn = forecast_days(ds, row["commodity"], level, policy, condition)
        own = None if weights is None else weights.get(row["commodity"])
        forecasts: tuple[tuple[str, str, Floats, ArrayLike | None], ...] = (
            ("the run", "model", drawn, None),
            *([("the run, weighted by earlier signs", "model", drawn, own)] if own is not None else []),
            ("any day of the horizon", "baseline", any_day, None),
            ("stock over use", "baseline", np.array([naive_days(ds, row["commodity"], level)]), None),
        )
        for name, kind, samples, w in forecasts:
            low, middle, high = scores.quantile(samples, [0.05, 0.5, 0.95], w)
            found = scores.summary(samples[:, None], np.array([seen]), w)
            found.pop("n")
            out.append({
                "date": row["date"], "commodity": row["commodity"], "level": level, "days": seen, "forecast": name,
                "kind": kind, "median": float(middle), "low_90": float(low), "high_90": float(high), **found,
            })  # fmt: skip
    return out
