"""The false-alarm control: a city supplied by air, in which nobody starved (Berlin 1948-49).

Deliveries are prescribed, so the cumulative points test the chain from a pipeline to a place, not foresight; the test
of the hunger model is that it stays quiet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from corridor.analysis.scores import measures as scores
from corridor.results import read
from corridor.results.dataset import ahead

Floats = NDArray[np.float64]

NAIVE_TONNES_PER_DAY = 700.0
"""What the air forces thought possible on 28 June 1948, t/day: the baseline of the cumulative points."""
HALF = 0.5
"""Share of the requirement below which a day counts; a comparison with published thresholds, not a classification."""


def flown(ds: xr.Dataset, policy: str | None = None, condition: str | None = None) -> xr.DataArray:
    """Return tonnes a day that entered homes from outside places over all links: (future, day), history first."""
    scenario = read.scenario_of(ds)
    kind = {row.id: row.kind for row in scenario.places}
    ends = {row.id: (row.from_place, row.to_place) for row in scenario.links}
    entering = [k for k in read.ids(ds, "link") if sorted(kind[p] for p in ends[k]) == ["home", "outside"]]
    at = {"policy": policy or read.ids(ds, "policy")[0], "condition": condition or read.ids(ds, "condition")[0]}
    return ds["carried"].sel(at).sel(link=entering).sum("link").load().transpose("future", "day")


def cumulative_points(
    ds: xr.Dataset, rows: Sequence[Mapping[str, str]], *, policy: str | None = None, condition: str | None = None
) -> list[dict[str, Any]]:
    """Return model against source for each row of kind cumulative or daily mean inside the run.

    Keys: from, to, quantity, observed (t, or t/day), forecast, kind, median, relative_error and the scores.
    """
    daily = flown(ds, policy, condition)
    days = daily["day"].values.astype("datetime64[D]")
    values = daily.values.astype(np.float64)
    out = []
    for row in rows:
        first, last = np.datetime64(row["from"], "D"), np.datetime64(row["to"], "D")
        if row["quantity"] not in ("cumulative", "daily mean") or first < days[0] or last > days[-1]:
            continue
        inside = (days >= first) & (days <= last)
        span = float(inside.sum())
        share = 1.0 if row["quantity"] == "cumulative" else 1.0 / span
        seen = float(row["tonnes"])
        for name, kind, samples in (
            ("the run", "model", values[:, inside].sum(axis=1) * share),
            ("as estimated in June 1948", "baseline", np.array([NAIVE_TONNES_PER_DAY * span * share])),
        ):
            middle = float(scores.quantile(samples, 0.5)[0])
            found = scores.summary(samples[:, None], np.array([seen]))
            found.pop("n")
            out.append({
                "from": row["from"], "to": row["to"], "quantity": row["quantity"], "observed": seen, "forecast": name,
                "kind": kind, "median": middle, "relative_error": middle / seen - 1.0, **found,
            })  # fmt: skip
    return out


def low_intake(ds: xr.Dataset, *, share: float = HALF) -> list[dict[str, Any]]:
    """Return, by policy and condition, how likely mean intake falls below a share of the requirement.

    Keys: any_day (futures with at least one such day), month (futures with a mean below it over some 30 days), days
    (mean share of days), lowest_month (median over futures of the lowest 30-day mean intake over requirement).
    """
    need = ds["requirement"].values.astype(np.float64)[:, None]
    ds = ahead(ds)
    out = []
    for policy in ds["policy"].values:
        for condition in ds["condition"].values:
            at = {"policy": policy, "condition": condition}
            intake = ds["intake"].sel(at).load().transpose("future", "day", "place").values.astype(np.float64)
            people = ds["people"].sel(at).load().transpose("future", "day", "place").values.astype(np.float64)
            total = people.sum(axis=2)
            mean = (intake * people).sum(axis=2) / np.maximum(total, 1.0) / need
            mean = np.where(total > 0, mean, 1.0)
            window = min(30, mean.shape[1])
            sums = np.cumsum(np.pad(mean, ((0, 0), (1, 0))), axis=1)
            month = (sums[:, window:] - sums[:, :-window]) / window
            out.append({
                "policy": str(policy), "condition": str(condition), "share": share,
                "any_day": float((mean < share).any(axis=1).mean()),
                "month": float((month < share).any(axis=1).mean()),
                "days": float((mean < share).mean()),
                "lowest_month": float(np.median(month.min(axis=1))),
            })  # fmt: skip
    return out
