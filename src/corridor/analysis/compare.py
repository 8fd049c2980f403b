"""Policies side by side: each outcome with its intervals, paired against a reference. No weighted total anywhere.

Futures of two policies share their draws, so a difference is taken future by future before it is summarised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from corridor.analysis.outcomes.block import report_dates, report_days
from corridor.analysis.outcomes.table import available, values
from corridor.analysis.plain import plain, plain_row
from corridor.analysis.scores.measures import LEVELS, normal_weights
from corridor.analysis.scores.summary import describe, ends, mean, paired, regret
from corridor.results import read
from corridor.results.dataset import ahead
from corridor.results.read import reference_policy
from corridor.tables.outcome import row_of

Floats = NDArray[np.float64]

COLUMNS: tuple[str, ...] = (
    "policy", "condition", "date", "day", "outcome", "name", "unit", "better", "defined", "mean", "error", "median",
    *ends(""), "reference", "diff_mean", "diff_error", "diff_median", *ends("diff_"), "p_better", "p_tied", "regret",
)  # fmt: skip
"""Columns of the comparison, stable.

defined : share of futures in which the outcome has a meaning; the rest of the row counts those only
error, diff_error : Monte-Carlo standard errors of `mean` and `diff_mean`
low_50 .. high_95 : ends of the central 50, 80 and 95 % intervals
diff_* : this policy minus the reference, future by future; empty on the reference's own rows
p_better : share of futures that are better than the reference; p_tied : share that are as good
regret : mean distance from the best policy of each future, in the outcome's unit
p_better and regret are empty where neither direction is better.
"""


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
    weights : (future,) weights; those that the run carries where None

    Raises
    ------
    InputError : unknown policy, outcome or day
    """
    base = reference_policy(ds, reference)
    at = report_days(ds, days)
    policies, conditions, dates = read.ids(ds, "policy"), read.ids(ds, "condition"), report_dates(ds, at)
    own = policies.index(base)
    w = read.weights(ds) if weights is None else normal_weights(weights, ds.sizes["future"])
    rows = []
    for outcome, x in values(ds, at, outcomes):
        lost = regret(x, outcome.better)
        about = {"outcome": outcome.id, "name": outcome.name, "unit": outcome.unit, "better": outcome.better}
        for k, d, p in np.ndindex(len(conditions), len(dates), len(policies)):
            row: dict[str, Any] = {
                "policy": policies[p], "condition": conditions[k], "date": dates[d], "day": int(at[d]) + 1, **about,
                "reference": base, **describe(x[p, k, d], w),
            }  # fmt: skip
            if p != own:
                row |= paired(x[p, k, d], x[own, k, d], outcome.better, w)
            if lost is not None:
                row["regret"] = mean(lost[p, k, d], w)
            rows.append(row)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def last(ds: xr.Dataset, outcome: str) -> dict[tuple[str, str], Floats]:
    """Return (policy, condition) -> (future,) an outcome on the last day; empty where the run does not have it."""
    if outcome not in available(ds):
        return {}
    ((_, x),) = values(ds, np.array([ahead(ds["day"]).size - 1]), [outcome])
    policies, conditions = read.ids(ds, "policy"), read.ids(ds, "condition")
    return {(p, c): x[i, k, 0] for i, p in enumerate(policies) for k, c in enumerate(conditions)}


def to_csv(frame: pd.DataFrame, path: str | Path) -> None:
    """Write the comparison as CSV: UTF-8, LF, columns in their order, empty cells where a number has no meaning."""
    frame.to_csv(path, index=False, lineterminator="\n", float_format="%.9g")


def to_json(frame: pd.DataFrame, origin: Mapping[str, Any]) -> dict[str, Any]:
    """Return the comparison as plain data with stable keys and units; null where a number has no meaning.

    Parameters
    ----------
    frame : from `compare`
    origin : what identifies the run, `corridor.results.read.origin`
    """
    first = frame.drop_duplicates("outcome").to_dict("records")
    about = ("name", "unit", "better")
    outcomes = {
        str(row["outcome"]): {**{key: str(row[key]) for key in about}, "how": row_of(row["outcome"]).how}
        for row in first
    }
    kept = [column for column in frame.columns if column not in (*about, "reference")]
    return {
        "format": 1,
        "kind": "comparison",
        **{key: plain(value) for key, value in origin.items()},
        "reference": str(first[0]["reference"]),
        "intervals_percent": list(LEVELS),
        "outcomes": outcomes,
        "rows": [plain_row(row) for row in frame[kept].to_dict("records")],
    }
