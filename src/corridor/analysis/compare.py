"""Policies side by side: each outcome with its intervals, paired against a reference. No weighted total anywhere.

Futures of two policies share their draws, so a difference is taken future by future before it is summarised.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from corridor.analysis.outcomes.table import outcome_values
from corridor.analysis.plain import plain, plain_row
from corridor.analysis.scores.measures import LEVELS, normal_weights, quantile
from corridor.core.errors import InputError, Problem, did_you_mean

Floats = NDArray[np.float64]

TIE = 1e-6
"""Two values closer than this share of the greater one are a tie (results are stored in single precision)."""


def _ends(prefix: str) -> tuple[str, ...]:
    return tuple(f"{prefix}{end}_{level}" for level in LEVELS for end in ("low", "high"))


COLUMNS: tuple[str, ...] = (
    "policy", "condition", "date", "day", "outcome", "name", "unit", "better", "defined", "mean", "median", *_ends(""),
    "reference", "diff_mean", "diff_median", *_ends("diff_"), "p_better", "p_tied", "regret",
)  # fmt: skip
"""Columns of the comparison, stable.

defined : share of futures in which the outcome has a meaning; the rest of the row counts those only
low_50 .. high_95 : ends of the central 50, 80 and 95 % intervals
diff_* : this policy minus the reference, future by future; empty on the reference's own rows
p_better : share of futures better than the reference, ties counted half; p_tied : share of ties
regret : mean distance from the best policy of each future, in the outcome's unit
p_better and regret are empty where neither direction is better.
"""

HEADLINE: tuple[str, ...] = ("cover.food", "intake", "below_requirement", "departures", "arrivals", "delivered_food")
"""The rows that the terminal table shows per policy."""


def reference_policy(ds: xr.Dataset, reference: str | None = None) -> str:
    """Return the reference: the one asked for, the scenario's own where it was played, else the first policy."""
    played = [str(p) for p in ds["policy"].values]
    if reference is not None:
        if reference not in played:
            message = f'no policy "{reference}" in this run'
            raise InputError([Problem("--reference", 0, 0, "", message, did_you_mean(reference, played))])
        return reference
    own = str(json.loads(ds.attrs["scenario"]).get("reference_policy", ""))
    return own if own in played else played[0]


def compare(
    ds: xr.Dataset,
    *,
    reference: str | None = None,
    days: Sequence[int] | None = None,
    outcomes: Sequence[str] | None = None,
    weights: ArrayLike | None = None,
) -> pd.DataFrame:
    """Return the comparison, one row per policy, condition, date and outcome; columns as in `COLUMNS`.

    Parameters
    ----------
    ds : a run
    reference : policy that the others are compared with; the scenario's reference policy where None
    days : reporting dates, days after as_of; 7, 30, 60 and 91 where None, clipped to the horizon
    outcomes : ids, all where None
    weights : (future,) weights, as calibration gives them; equal where None

    Raises
    ------
    InputError : unknown policy, outcome or day
    """
    base = reference_policy(ds, reference)
    values = outcome_values(ds, days, outcomes)
    policies = [str(p) for p in values["policy"].values]
    own = policies.index(base)
    w = None if weights is None else normal_weights(weights, values.sizes["future"])
    rows = []
    for id_, array in values.data_vars.items():
        x = array.values
        regret = _regret(x, array.attrs["better"])
        for k, condition in enumerate(values["condition"].values):
            for d, (date, day) in enumerate(
                zip(values["date"].values, values["day_number"].values.tolist(), strict=True)
            ):
                for p, policy in enumerate(policies):
                    row: dict[str, Any] = {
                        "policy": policy,
                        "condition": str(condition),
                        "date": str(np.datetime64(date, "D")),
                        "day": day,
                        "outcome": str(id_),
                        "name": array.attrs["name"],
                        "unit": array.attrs["units"],
                        "better": array.attrs["better"],
                        "reference": base,
                        **describe(x[p, k, d], w),
                    }
                    if p != own:
                        row |= _paired(x[p, k, d], x[own, k, d], array.attrs["better"], w)
                    if regret is not None:
                        row["regret"] = _mean(regret[p, k, d], w)
                    rows.append(row)
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame.attrs = {**values.attrs, "reference": base}
    frame.attrs["how"] = {str(i): array.attrs["how"] for i, array in values.data_vars.items()}
    return frame


def describe(x: Floats, weights: Floats | None = None, prefix: str = "") -> dict[str, float]:
    """Return mean, median and intervals of the finite values, and the share that is finite (`defined`)."""
    finite = np.isfinite(x)
    w = None if weights is None else weights[finite]
    share = float(finite.mean()) if weights is None else float(weights[finite].sum())
    out = {} if prefix else {"defined": share}
    if not share > 0:
        return out
    tails = [t for level in LEVELS for t in ((1 - level / 100) / 2, (1 + level / 100) / 2)]
    found = quantile(x[finite], [0.5, *tails], w)
    out[f"{prefix}mean"] = _mean(x, weights)
    out[f"{prefix}median"] = float(found[0])
    return out | {name: float(value) for name, value in zip(_ends(prefix), found[1:], strict=True)}


def _paired(x: Floats, ref: Floats, better: str, weights: Floats | None) -> dict[str, float]:
    """Return the difference to the reference, and how often it is an improvement."""
    difference = x - ref
    out = describe(difference, weights, "diff_")
    finite = np.isfinite(difference)
    if not finite.any():
        return out
    tied = np.abs(difference) <= TIE * np.maximum(np.maximum(np.abs(x), np.abs(ref)), 1e-9)
    tied_share = _mean(np.where(finite, tied, np.nan), weights)
    out["p_tied"] = tied_share
    if better != "none":
        won = (difference > 0) if better == "higher" else (difference < 0)
        out["p_better"] = _mean(np.where(finite, won & ~tied, np.nan), weights) + tied_share / 2
    return out


def _regret(x: Floats, better: str) -> Floats | None:
    """Return the distance from the best policy, future by future; None where neither direction is better."""
    if better == "none":
        return None
    sign = 1.0 if better == "higher" else -1.0
    score = sign * x
    best = np.max(np.where(np.isfinite(score), score, -np.inf), axis=0)
    return np.asarray(np.where(np.isfinite(score), best - np.where(np.isfinite(score), score, 0.0), np.nan))


def _mean(x: Floats, weights: Floats | None) -> float:
    finite = np.isfinite(x)
    if not finite.any():
        return math.nan
    w = None if weights is None else weights[finite]
    if w is not None and not w.sum() > 0:
        return math.nan
    return float(np.average(x[finite], weights=w))


def headline(
    frame: pd.DataFrame, *, day: int | None = None, condition: str | None = None, outcomes: Sequence[str] = HEADLINE
) -> pd.DataFrame:
    """Return the few rows that a terminal shows: the last reporting date up to `day` (30 where None), in a fixed order.

    Columns: policy, condition, date, outcome, name, unit, median, low_80, high_80, diff_median, p_better, p_tied.
    """
    shown = ["policy", "condition", "date", "day", "outcome", "name", "unit", "median", "low_80", "high_80",
             "diff_median", "p_better", "p_tied"]  # fmt: skip
    upto = frame[frame["day"] <= (30 if day is None else day)]
    at = upto["day"].max() if len(upto) else frame["day"].min()
    part = frame[(frame["day"] == at) & frame["outcome"].isin(list(outcomes))]
    if condition is not None:
        part = part[part["condition"] == condition]
    order = {name: i for i, name in enumerate(outcomes)}
    places = {name: i for i, name in enumerate(dict.fromkeys(frame["policy"]))}
    conditions = {name: i for i, name in enumerate(dict.fromkeys(frame["condition"]))}
    key = pd.DataFrame(
        {
            "condition": part["condition"].map(conditions),
            "policy": part["policy"].map(places),
            "outcome": part["outcome"].map(order),
        }
    )
    found: pd.DataFrame = part.loc[key.sort_values(["condition", "policy", "outcome"]).index, shown].reset_index(
        drop=True
    )
    return found


def to_csv(frame: pd.DataFrame, path: str | Path) -> None:
    """Write the comparison as CSV: UTF-8, LF, columns in their order, empty cells where a number has no meaning."""
    frame.to_csv(path, index=False, lineterminator="\n", float_format="%.9g")


def to_json(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the comparison as plain data with stable keys and units; null where a number has no meaning."""
    attrs = frame.attrs
    first = frame.drop_duplicates("outcome")
    outcomes = {
        str(row["outcome"]): {
            **{key: str(row[key]) for key in ("name", "unit", "better")},
            "how": attrs.get("how", {}).get(row["outcome"], ""),
        }
        for _, row in first.iterrows()
    }
    kept = [column for column in frame.columns if column not in ("name", "unit", "better", "reference")]
    return {
        "format": 1,
        "kind": "comparison",
        **{key: plain(attrs.get(key)) for key in _ORIGIN},
        "reference": attrs.get("reference"),
        "intervals_percent": list(LEVELS),
        "outcomes": outcomes,
        "rows": [plain_row(row) for row in frame[kept].to_dict("records")],
    }


_ORIGIN = ("scenario_id", "scenario_hash", "variant", "as_of", "seed", "futures")
