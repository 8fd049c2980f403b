"""How long: the first day on which a good runs out, people eat too little, or a published threshold is passed.

A good has run out at a place on the first evening on which less than one day of normal use of the people there is
left. Days count from as_of, and day 0 says that it was so on as_of already; a future in which it never comes within the
horizon counts as later than every day of it, so that a median is told only where at least half of the futures come to
it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from corridor.analysis.outcomes.block import Block
from corridor.analysis.outcomes.table import Row, available
from corridor.analysis.scores.measures import effective_size, normal_weights
from corridor.results import read
from corridor.results.dataset import ahead, days_before, history_run, in_parts

Floats = NDArray[np.float64]

ALL = "*"
"""The place that stands for all of them together."""
QUANTILES = (0.1, 0.5, 0.9)
NAMES = ("low_80", "median", "high_80")

COLUMNS = (
    "policy", "condition", "place", "event", "name", *(f"day_{name}" for name in NAMES), "error", *NAMES,
    "already", "already_error", "never", "never_error",
)  # fmt: skip
"""Columns of `first_days`.

day_low_80, day_median, day_high_80 : days after as_of; empty where the quantile lies beyond the horizon
error : Monte-Carlo standard error of the median, days; empty where the median or its error is beyond the horizon
low_80, median, high_80 : the same as civil days (ISO), empty likewise
already, already_error : share of futures in which it was so on as_of, and its Monte-Carlo standard error
never, never_error : share of futures in which it does not come within the horizon, and its Monte-Carlo standard error
"""


class Event(NamedTuple):
    """Something whose first day is asked for: passed where the outcome is at least (`above`) or below the value."""

    id: str
    name: str
    outcome: str
    above: bool
    value: float


EVENTS: tuple[Event, ...] = (
    Event("intake_1500", "mean intake below 1,500 kcal", "intake", above=False, value=1500.0),
    Event("intake_half", "mean intake below half of need", "intake_share", above=False, value=0.5),
    Event("gam_15", "acute malnutrition (GAM) 15 % or more", "gam", above=True, value=0.15),
    Event("gam_30", "acute malnutrition (GAM) 30 % or more", "gam", above=True, value=0.30),
    Event("cdr_1", "crude death rate 1 or more", "cdr", above=True, value=1.0),
    Event("cdr_2", "crude death rate 2 or more", "cdr", above=True, value=2.0),
)
"""Asked of all places together; stock-outs are asked of each place too."""

Key = tuple[str, str, str]
"""place, event, name"""
FOOD = "out.*"
"""All food together runs out."""


class FirstDay(NamedTuple):
    """The first day of one event at one place: (policy, condition, future) days after as_of, infinity for never."""

    place: str
    event: str
    name: str
    day: Floats


def first_day(state: NDArray[np.bool_], axis: int = 2) -> Floats:
    """Return the position of the first true along an axis, counted from 1; infinity where there is none."""
    return np.where(state.any(axis=axis), state.argmax(axis=axis) + 1.0, np.inf)


def standing(ds: xr.Dataset, *, brief: bool = False) -> dict[Key, NDArray[np.bool_]]:
    """Return what is so already on the last day known: (1, 1, future); empty without history. No lever changes it.

    brief : of each place, food alone
    """
    if "stock" not in ds or not days_before(ds):
        return {}
    before = history_run(ds)
    every, known = np.arange(before.sizes["day"]), available(before)
    found = in_parts(
        before, lambda part: {key: state[:, :, -1] for key, state in _states(Block(before, part, every), known, brief)}
    )
    return {key: np.concatenate([one[key] for one in found], axis=-1) for key in found[0]}


def played(
    ds: xr.Dataset, before: Mapping[Key, NDArray[np.bool_]] | None = None, *, brief: bool = False,
    given: Mapping[str, Floats] | None = None,
) -> list[FirstDay]:  # fmt: skip
    """Return the first day of every event in every future of a run, stock-outs first; `first_days` says the rest.

    given : outcomes that are known on every day after as_of, (policy, condition, day, future); others are computed
    """
    if "stock" not in ds:
        return []
    every, known = np.arange(ahead(ds["day"]).size), available(ds)
    found = in_parts(
        ds,
        lambda part: {
            key: first_day(state)
            for key, state in _states(
                Block(ds, part, every), known, brief, {id_: x[..., part] for id_, x in (given or {}).items()}
            )
        },
    )
    days = {key: np.concatenate([one[key] for one in found], axis=-1) for key in found[0]}
    for key, so in (standing(ds, brief=brief) if before is None else before).items():
        days[key] = np.where(so, 0.0, days[key])
    return [FirstDay(*key, day) for key, day in days.items()]


def _states(
    b: Block, known: Mapping[str, Row], brief: bool, given: Mapping[str, Floats] = MappingProxyType({})
) -> Iterator[tuple[Key, NDArray[np.bool_]]]:
    """Yield each event at each place, and whether it is so: (policy, condition, day, future)."""
    places = read.ids(b.ds, "place")
    stock, people = b.every("stock"), b.every("people")
    for place, chosen in ((ALL, slice(None)), *((id_, slice(i, i + 1)) for i, id_ in enumerate(places))):
        if place != ALL and len(places) == 1:
            continue
        held, eaters = stock[:, :, :, chosen].sum(axis=3), people[:, :, :, chosen].sum(axis=3)
        kcal = np.array([good.kcal_per_tonne if good.kind == "food" else 0.0 for good in b.goods])
        energy = np.einsum("pcdgf,g->pcdf", held, kcal)
        yield (place, FOOD, "food in store runs out"), (energy < eaters * b.requirement) & (eaters > 0)
        for i, good in enumerate(b.goods if place == ALL or not brief else ()):
            use = eaters * b.need[i]
            if good.kind != "food" or (b.need[i] > 0).any():
                yield (place, f"out.{good.id}", f"{good.name} runs out"), (held[:, :, :, i] < use) & (use > 0)
    computed = dict(given)
    for event in EVENTS:
        if event.outcome not in known:
            continue
        if event.outcome not in computed:
            computed[event.outcome] = known[event.outcome].compute(b)
        x = computed[event.outcome]
        yield (ALL, event.id, event.name), (x >= event.value) if event.above else (x < event.value)


def first_days(
    ds: xr.Dataset, *, weights: ArrayLike | None = None, before: Mapping[Key, NDArray[np.bool_]] | None = None,
    brief: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Return the first day of every event, one row per policy, condition, place and event; columns as in `COLUMNS`.

    Parameters
    ----------
    ds : a run; empty where it has no homes
    weights : (future,) weights; those that the run carries where None
    before : `standing` of the run, where it is known
    brief : of each place, food alone; of all together everything
    """
    return pd.DataFrame(first_rows(ds, weights=weights, before=before, brief=brief), columns=list(COLUMNS))


def first_rows(
    ds: xr.Dataset, *, weights: ArrayLike | None = None, before: Mapping[Key, NDArray[np.bool_]] | None = None,
    brief: bool = False, given: Mapping[str, Floats] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the rows of `first_days` as plain data: None where a number has no meaning; given : as in `played`."""
    policies, conditions, as_of = read.ids(ds, "policy"), read.ids(ds, "condition"), read.as_of(ds)
    w = normal_weights(read.weights(ds) if weights is None else weights, ds.sizes["future"])
    rows = []
    for one in played(ds, before, brief=brief, given=given):
        for p, k in np.ndindex(len(policies), len(conditions)):
            head = {"policy": policies[p], "condition": conditions[k], "place": one.place, "event": one.event,
                    "name": one.name}  # fmt: skip
            told = summarise(one.day[p, k], w)
            dates = {
                name: "" if told[f"day_{name}"] is None else str(as_of + timedelta(days=int(told[f"day_{name}"])))
                for name in NAMES
            }
            rows.append(head | told | dates)
    return rows


def summarise(day: Floats, weights: Floats) -> dict[str, Any]:
    """Return quantiles, the error of the median and the share of never of one event's first days.

    Parameters
    ----------
    day : (future,) days after as_of, infinity for never
    weights : (future,) of sum 1

    Source
    ------
    Error of the median: half the distance between the order statistics one standard error of a share to either side
    of one half (binomial, `sqrt(1/4n)` with Kish's effective number).
    """
    order = np.argsort(day, kind="stable")
    ranked, cumulated = day[order], np.cumsum(weights[order])
    n = effective_size(weights)
    step = 0.5 / np.sqrt(n)
    tails = (*QUANTILES, 0.5 - step, 0.5 + step)
    at = np.minimum(np.searchsorted(cumulated, np.array(tails) - 1e-12), day.size - 1)
    low, middle, high, below, above = (float(ranked[i]) for i in at)
    already, never = (float(weights[so].sum()) for so in (day == 0.0, ~np.isfinite(day)))
    known: Mapping[str, float] = {"day_low_80": low, "day_median": middle, "day_high_80": high}
    return {
        **{name: int(value) if np.isfinite(value) else None for name, value in known.items()},
        "error": (above - below) / 2.0 if np.isfinite(above) else None,
        "already": already,
        "already_error": float(np.sqrt(max(0.0, already * (1.0 - already)) / n)),
        "never": never,
        "never_error": float(np.sqrt(max(0.0, never * (1.0 - never)) / n)),
    }


def survival(day: Floats, horizon: int, weights: Floats | None = None) -> Floats:
    """Return the share of futures in which it has not come by the end of each day: (horizon + 1,), from day 0 on."""
    w = normal_weights(weights, day.size)
    return np.array([float(w[day > d].sum()) for d in range(horizon + 1)])


def curves(ds: xr.Dataset, *, weights: ArrayLike | None = None) -> pd.DataFrame:
    """Return `survival` of the events of all places together: policy, condition, event, day, share."""
    w = read.weights(ds) if weights is None else normal_weights(weights, ds.sizes["future"])
    policies, conditions, horizon = read.ids(ds, "policy"), read.ids(ds, "condition"), ahead(ds["day"]).size
    rows = [
        {"policy": policy, "condition": condition, "event": one.event, "day": d, "share": share}
        for one in played(ds)
        if one.place == ALL
        for p, policy in enumerate(policies)
        for k, condition in enumerate(conditions)
        for d, share in enumerate(survival(one.day[p, k], horizon, w))
    ]
    return pd.DataFrame(rows, columns=["policy", "condition", "event", "day", "share"])
