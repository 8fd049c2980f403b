"""What a run says of bodies: weight, wasting, death rates and who eats, over all places; and published thresholds.

Rates follow `rules/bodies/rates` (E48, E49): deaths of all simulated causes over the person-days of the last 30 days,
history included, beside what the same people would have lost without the deficit. Comparison with published
thresholds; not a classification.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from corridor.analysis.compare import COLUMNS, _mean, _paired, _regret, describe, reference_policy
from corridor.analysis.outcomes.table import Block, Outcome, report_days
from corridor.analysis.scores.measures import normal_weights
from corridor.rules import PARAMETERS
from corridor.rules.bodies import rates

Floats = NDArray[np.float64]

RECALL = 30
"""Days over which a death rate is taken."""

RATE = "1/10000/day"
"""Unit of death rates: per 10,000 people and day."""

_BLOCK = 256
"""futures read at a time"""


def _total(b: Block, name: str) -> Floats:
    """Return a variable added up over places: (policy, condition, day, future)."""
    return np.asarray(b.all_days(name).sum(axis=3))


def _before(b: Block, name: str) -> Floats:
    """Return what history holds, added up over places: (past_day, future); no days where a run keeps none."""
    past = f"past_{name}"
    if past not in b._ds:
        return np.empty((0, b._ds.sizes["future"]))
    values = np.asarray(b._ds[past].transpose("past_day", "place", "future").values, dtype=np.float64)
    return np.asarray(values.sum(axis=1))


def _joined(b: Block, name: str) -> Floats:
    """Return history and horizon after each other: (policy, condition, past_day + day, future)."""
    ahead, before = _total(b, name), _before(b, name)
    lead = np.broadcast_to(before, (*ahead.shape[:2], *before.shape))
    return np.concatenate([lead, ahead], axis=2)


def _alive(b: Block) -> Floats:
    """Return people in the morning of each day, in the shape of `_joined`: `people` is counted in the evening."""
    evening = _joined(b, "people")
    first = np.broadcast_to(b.start.sum(axis=0), (*evening.shape[:2], 1, evening.shape[3]))
    return np.concatenate([first, evening[:, :, :-1]], axis=2)


def _rate(b: Block, deaths: Floats, people: Floats) -> Floats:
    """Return deaths per 10,000 and day over the last `RECALL` days of each date; not a number where nobody lived."""
    found = rates.death_rate(np.moveaxis(deaths, 2, -1), np.moveaxis(people, 2, -1), RECALL)
    lived = rates.windowed(np.moveaxis(people, 2, -1), RECALL) > 0.0
    horizon = b.all_days("people").shape[2]
    daily = np.moveaxis(np.where(lived, found, np.nan), -1, 2)[:, :, -horizon:]
    return np.asarray(daily[:, :, b.days])


def _cdr(b: Block) -> Floats:
    return _rate(b, _joined(b, "deaths_expected"), _alive(b))


def _cdr_excess(b: Block) -> Floats:
    return _rate(b, _joined(b, "deaths_expected") - _joined(b, "deaths_baseline"), _alive(b))


def _u5dr(b: Block) -> Floats:
    # children below five are counted in the morning, before the day's deaths
    return _rate(b, _joined(b, "deaths_under5"), _joined(b, "people_under5"))


def _u5dr_excess(b: Block) -> Floats:
    return _u5dr(b) - drawn(b._ds, "deaths.under5_baseline")


def _excess_deaths(b: Block) -> Floats:
    deaths, baseline = (np.moveaxis(_total(b, name), 2, -1) for name in ("deaths_expected", "deaths_baseline"))
    return np.asarray(np.moveaxis(rates.excess(deaths, baseline), -1, 2)[:, :, b.days])


def _mean_over(name: str, weight: str) -> Callable[[Block], Floats]:
    """Return the mean over places, by people or by children below five; not a number where there are none."""

    def compute(b: Block) -> Floats:
        people = b.at(weight)
        total = people.sum(axis=3)
        top = (b.at(name) * people).sum(axis=3)
        return np.where(total > 0, top / np.where(total > 0, total, 1.0), np.nan)

    return compute


def drawn(ds: xr.Dataset, name: str) -> Floats:
    """Return the value of a parameter in each future: drawn, set by the scenario, or the rule's default: (future,)."""
    futures = ds.sizes["future"]
    if "inputs" in ds:
        for path in (name, f"parameters.{name}"):
            if path in ds["input"].values:
                return np.asarray(ds["inputs"].sel(input=path).values, dtype=np.float64)
    given = json.loads(ds.attrs["scenario"]).get("parameters", {}).get(name)
    return np.full(futures, PARAMETERS[name].default if given is None else float(given["value"]))


_LAST = f"last {RECALL} days up to that date, history included, all places"
_ADULTS, _CHILDREN = "mean over the adults present that day", "mean over the children below five present that day"

OUTCOMES: tuple[Outcome, ...] = (
    Outcome("weight_change", "change of adult weight", "1", "higher", f"since the start of history, {_ADULTS}",
            ("weight_change", "people"), _mean_over("weight_change", "people")),
    Outcome("gam", "children with acute malnutrition (GAM)", "1", "lower",
            "weight-for-height below -2 z-scores, children below five present that day",
            ("gam", "people_under5"), _mean_over("gam", "people_under5")),
    Outcome("sam", "children with severe acute malnutrition (SAM)", "1", "lower",
            "weight-for-height below -3 z-scores, children below five present that day",
            ("sam", "people_under5"), _mean_over("sam", "people_under5")),
    Outcome("thin_adults", "thin adults", "1", "lower", "body-mass index below 18.5, adults present that day",
            ("thin_adults", "people"), _mean_over("thin_adults", "people")),
    Outcome("cdr", "crude death rate", RATE, "lower", f"expected deaths of all simulated causes, {_LAST}",
            ("deaths_expected", "people", "people_start"), _cdr),
    Outcome("cdr_excess", "crude death rate above the same future without the deficit", RATE, "lower",
            f"baseline rate on the same people taken off, {_LAST}",
            ("deaths_expected", "deaths_baseline", "people", "people_start"), _cdr_excess),
    Outcome("u5dr", "death rate of children below five", RATE, "lower", f"per 10,000 of them, {_LAST}",
            ("deaths_under5", "people_under5", "people"), _u5dr),
    Outcome("u5dr_excess", "death rate of children below five above the same future without the deficit", RATE, "lower",
            f"baseline rate taken off, {_LAST}", ("deaths_under5", "people_under5", "people"), _u5dr_excess),
    Outcome("excess_deaths", "expected deaths above the same future without the deficit, so far", "persons", "lower",
            "since as_of, all places; the baseline acts on the same people",
            ("deaths_expected", "deaths_baseline"), _excess_deaths),
    Outcome("eaten_child", "children of 0-9 years: eaten over need", "1", "higher", _CHILDREN,
            ("eaten_child", "people_under5"), _mean_over("eaten_child", "people_under5")),
    Outcome("eaten_adult", "adults: eaten over need", "1", "higher", _ADULTS,
            ("eaten_adult_mean", "people"), _mean_over("eaten_adult_mean", "people")),
)  # fmt: skip
"""What a run says of bodies, as rows of the outcome table."""

SUPPLY: tuple[Outcome, ...] = (
    Outcome("intake", "mean intake", "kcal/person/day", "higher", "mean over the people present that day",
            ("intake", "people"), _mean_over("intake", "people")),
    Outcome("intake_share", "mean intake over need", "1", "higher", "mean over the people present that day",
            ("intake", "people", "requirement"), lambda b: _mean_over("intake", "people")(b) / b.requirement),
)  # fmt: skip
"""Energy eaten, which thresholds and fans read beside the bodies."""


def outcomes(ds: xr.Dataset) -> tuple[Outcome, ...]:
    """Return the rows of the bodies that a run supports, for the outcome table."""
    return tuple(row for row in OUTCOMES if all(name in ds for name in row.needs))


def history_of(ds: xr.Dataset) -> xr.Dataset | None:
    """Return history as a run of its own, one policy and one condition named `history`; None where none is kept."""
    past = [str(name) for name in ds.data_vars if str(name).startswith("past_")]
    if not past or not ds.sizes.get("past_day", 0):
        return None
    kept = [name for name in ("need", "requirement", "people_start", "inputs") if name in ds]
    one = ds[past].rename({name: name.removeprefix("past_") for name in past} | {"past_day": "day"})
    one = one.expand_dims(policy=["history"], condition=["history"])
    joined = one.merge(ds[kept], combine_attrs="drop").assign_coords(commodity=ds["commodity"].values)
    return joined.assign_attrs(ds.attrs)


def daily(ds: xr.Dataset) -> xr.Dataset:
    """Return bodies and energy of every day over all places, as the report draws them.

    Returns
    -------
    One variable per outcome of `OUTCOMES` and `SUPPLY`, (policy, condition, day, future) float32, and its history
    `past_*`, (past_day, future), with attributes name, units, better, how. Not a number where nobody is present.
    """
    parts: dict[str, Any] = {}
    times = {"day": ds["day"].values}
    before = history_of(ds)
    for prefix, time, run in (("", "day", ds), ("past_", "past_day", before)):
        if run is None:
            continue
        times[time] = run["day"].values
        for row, found in values(run, np.arange(run.sizes["day"])):
            about = {"name": row.name, "units": row.unit, "better": row.better, "how": row.how}
            dims = ("policy", "condition", time, "future") if time == "day" else (time, "future")
            parts[prefix + row.id] = (dims, found.astype(np.float32) if not prefix else found[0, 0], about)
    coords = {name: ds[name].values for name in ("policy", "condition", "future")}
    return xr.Dataset(parts, coords | times, {k: v for k, v in ds.attrs.items() if k != "scenario"})


def values(ds: xr.Dataset, at: NDArray[np.int64], ids: Sequence[str] | None = None) -> list[tuple[Outcome, Floats]]:
    """Return outcomes on days given by position: (policy, condition, date, future); those of `ids`, all where None."""
    rows = [row for row in (*OUTCOMES, *SUPPLY) if all(name in ds for name in row.needs)]
    rows = [row for row in rows if ids is None or row.id in ids]
    futures = ds.sizes["future"]
    found: dict[str, list[Floats]] = {row.id: [] for row in rows}
    for first in range(0, futures, _BLOCK):
        block = Block(ds, slice(first, min(futures, first + _BLOCK)), at)
        for row in rows:
            found[row.id].append(row.compute(block))
    return [(row, np.concatenate(found[row.id], axis=-1)) for row in rows]


def bodies(
    ds: xr.Dataset, *, reference: str | None = None, days: Sequence[int] | None = None,
    weights: ArrayLike | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the bodies of each policy, in the columns of the comparison, one row per condition, date and outcome.

    Parameters
    ----------
    ds : a run
    reference, days, weights : as in `corridor.analysis.compare.compare`

    Raises
    ------
    InputError : unknown policy or day
    """
    base = reference_policy(ds, reference)
    at = report_days(ds, days)
    w = None if weights is None else normal_weights(weights, ds.sizes["future"])
    policies, conditions = ([str(i) for i in ds[name].values] for name in ("policy", "condition"))
    own = policies.index(base)
    dates = [str(np.datetime64(ds["day"].values[d], "D")) for d in at]
    rows: list[dict[str, Any]] = []
    for outcome, x in values(ds, at, [row.id for row in OUTCOMES]):
        regret = _regret(x, outcome.better)
        about = {"outcome": outcome.id, "name": outcome.name, "unit": outcome.unit, "better": outcome.better}
        for c, d, p in np.ndindex(len(conditions), len(dates), len(policies)):
            row = {"policy": policies[p], "condition": conditions[c], "date": dates[d], "day": int(at[d]) + 1, **about,
                   "reference": base, **describe(x[p, c, d], w)}  # fmt: skip
            if p != own:
                row |= _paired(x[p, c, d], x[own, c, d], outcome.better, w)
            if regret is not None:
                row["regret"] = _mean(regret[p, c, d], w)
            rows.append(row)
    return pd.DataFrame(rows, columns=list(COLUMNS))
