"""How often the futures of a run pass published thresholds. A comparison, never a classification.

A classification needs evidence of several kinds and an agreed process between agencies; what stands here is a share of
futures, conditional on the supply that a policy assumes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta

from corridor.analysis.outcomes.block import report_dates, report_days
from corridor.analysis.outcomes.table import available, values
from corridor.analysis.scores.measures import effective_size, normal_weights
from corridor.results import read
from corridor.results.dataset import ahead, days_before, history_run
from corridor.tables.outcome import RATE

Floats = NDArray[np.float64]
Side = Literal["at least", "below"]

SENTENCE = "Comparison with published thresholds; not a classification."
"""What every table of thresholds says, on every row."""

HISTORY = "history"
"""Policy and condition of the rows on history, which all policies share."""
ANY = "any day"
"""`when` of the rows that ask whether a threshold is passed on any day of the horizon (or of history)."""
ALL = "*"
"""The place that stands for all of them together."""


@dataclass(frozen=True)
class Threshold:
    """One published threshold.

    Attributes
    ----------
    id, name : stable key; what a reader sees
    outcome : what is compared, an id of the outcome table
    side, value, unit : passed when the outcome is `at least` or `below` the value
    band : the band of the published five-band scale that begins here, where one does; none for energy, which is not
        mapped to bands
    source : where the threshold is published
    """

    id: str
    name: str
    outcome: str
    side: Side
    value: float
    unit: str
    band: int | None
    source: str


THRESHOLDS: tuple[Threshold, ...] = (
    Threshold("gam_15", "acute malnutrition (GAM) 15 % or more", "gam", "at least", 0.15, "1", 4,
              "WHO/UNICEF 2018 wasting labels (very high); IPC acute malnutrition scale"),
    Threshold("gam_30", "acute malnutrition (GAM) 30 % or more", "gam", "at least", 0.30, "1", 5,
              "IPC acute malnutrition scale"),
    Threshold("cdr_1", "crude death rate 1 or more", "cdr", "at least", 1.0, RATE, 4,
              "emergency threshold of Sphere and of the IPC reference table"),
    Threshold("cdr_2", "crude death rate 2 or more", "cdr", "at least", 2.0, RATE, 5, "IPC reference table"),
    Threshold("intake_2100", "mean intake below 2,100 kcal and below need", "intake", "below", 2100.0,
              "kcal/person/day", None, "UNHCR/UNICEF/WFP/WHO planning figure"),
    Threshold("intake_half", "mean intake below half of need", "intake_share", "below", 0.5, "1", None,
              "survival deficit of 50 % of need, household economy analysis"),
)  # fmt: skip

COLUMNS = (
    "policy", "condition", "place", "when", "day", "threshold", "name", "outcome", "side", "value", "unit", "band",
    "defined", "p", "error", "low_95", "high_95", "note",
)  # fmt: skip
"""Columns of `thresholds`.

when : a date (ISO), or `any day`; day : days after as_of, 0 on as_of, empty for `any day`
defined : share of futures in which the outcome has a meaning; the rest of the row counts those only
p, error : share of futures past the threshold, and its Monte-Carlo standard error
low_95, high_95 : exact (Clopper-Pearson) 95 % interval of that share for the number of futures played; it is not
    empty where no future or every future passes
note : the sentence that goes with every number
"""

_ROUNDING = 1e-6
"""Single precision: intake within this share of need is not below it."""


def thresholds(
    ds: xr.Dataset, *, days: Sequence[int] | None = None, weights: ArrayLike | None = None, places: bool = False
) -> pd.DataFrame:
    """Return how often each threshold is passed: on any day of the horizon, on the reporting dates, and in history.

    Parameters
    ----------
    ds : a run
    days : reporting dates, days after as_of; 7, 30, 60 and 91 where None, clipped to the horizon
    weights : (future,) weights; those that the run carries where None
    places : also ask it of each place by itself

    Death rates look back 30 days, into history where the horizon is younger. Energy is compared with the lower of
    2,100 kcal and the need of that future: people who need 2,000 and eat 2,000 are not short.

    Raises
    ------
    InputError : a day before the first
    """
    at = report_days(ds, days)
    w = read.weights(ds) if weights is None else normal_weights(weights, ds.sizes["future"])
    policies, conditions, dates = read.ids(ds, "policy"), read.ids(ds, "condition"), report_dates(ds, at)
    before = history_run(ds) if days_before(ds) else None
    as_of = read.as_of(ds).isoformat()
    rows: list[dict[str, Any]] = []
    for place in (ALL, *read.ids(ds, "place")) if places else (ALL,):
        if before is not None:
            past = _passed(_at(before, place))
            for threshold, state in past.items():
                head = _head(threshold, HISTORY, HISTORY, place)
                rows.append(head | {"when": ANY, "day": pd.NA} | _share(_ever(state)[0, 0], w))
                rows.append(head | {"when": as_of, "day": 0} | _share(state[0, 0, -1], w))
        for threshold, state in _passed(_at(ds, place)).items():
            for p, c in np.ndindex(len(policies), len(conditions)):
                head = _head(threshold, policies[p], conditions[c], place)
                rows.append(head | {"when": ANY, "day": pd.NA} | _share(_ever(state[p, c], 0), w))
                for date, day in zip(dates, at.tolist(), strict=True):
                    rows.append(head | {"when": date, "day": day + 1} | _share(state[p, c, day], w))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"day": "Int64", "band": "Int64"})


def _at(ds: xr.Dataset, place: str) -> xr.Dataset:
    return ds if place == ALL else ds.isel(place=[read.ids(ds, "place").index(place)])


def _passed(ds: xr.Dataset) -> dict[Threshold, Floats]:
    """Return per threshold 1 where it is passed, 0 where not, not a number where nobody is there, for every day."""
    wanted = sorted({t.outcome for t in THRESHOLDS} | {"intake_share"})
    known = available(ds)
    found = {
        row.id: x for row, x in values(ds, np.arange(ahead(ds["day"]).size), [id_ for id_ in wanted if id_ in known])
    }
    out = {}
    for t in THRESHOLDS:
        if t.outcome not in found:
            continue
        x = found[t.outcome]
        past = x >= t.value if t.side == "at least" else x < t.value
        if t.outcome == "intake":
            past &= found["intake_share"] < 1.0 - _ROUNDING
        out[t] = np.where(np.isfinite(x), past.astype(np.float64), np.nan)
    return out


def _ever(state: Floats, axis: int = 2) -> Floats:
    """Return whether a threshold is passed on any day on which anybody is there."""
    most = np.max(np.where(np.isfinite(state), state, -1.0), axis=axis)
    return np.where(most < 0.0, np.nan, most)


def _head(t: Threshold, policy: str, condition: str, place: str) -> dict[str, Any]:
    return {
        "policy": policy, "condition": condition, "place": place, "threshold": t.id, "name": t.name,
        "outcome": t.outcome, "side": t.side, "value": t.value, "unit": t.unit,
        "band": pd.NA if t.band is None else t.band, "note": SENTENCE,
    }  # fmt: skip


def _share(state: Floats, weights: Floats | None) -> dict[str, float]:
    """Return the share of futures past a threshold, with its Monte-Carlo error."""
    known = np.isfinite(state)
    w = np.full(state.size, 1.0 / state.size) if weights is None else weights
    defined = float(w[known].sum())
    if not defined > 0.0:
        return {"defined": 0.0}
    share = w[known] / defined
    p = float(state[known].mean()) if weights is None else float(min(1.0, np.sum(share * state[known])))
    n = float(known.sum()) if weights is None else effective_size(share)
    hits = p * n
    low = 0.0 if hits <= 0.0 else float(beta.ppf(0.025, hits, n - hits + 1.0))
    high = 1.0 if hits >= n else float(beta.ppf(0.975, hits + 1.0, n - hits))
    return {"defined": defined, "p": p, "error": float(np.sqrt(p * (1.0 - p) / n)), "low_95": low, "high_95": high}
