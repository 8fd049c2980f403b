"""The answer to a position of the levers: outcomes beside the reference, first days, fans, map, two lines of words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from corridor.analysis.outcomes.block import report_dates, report_days
from corridor.analysis.outcomes.first_days import ALL, EVENTS, first_rows, standing
from corridor.analysis.outcomes.table import available, values
from corridor.analysis.plain import plain_row
from corridor.analysis.scores.measures import effective_size
from corridor.analysis.scores.summary import describe, paired
from corridor.analysis.signs.weights import dead_before
from corridor.report.sections.hold_out import line_of
from corridor.report.sections.inputs import numbers
from corridor.results import read, series
from corridor.results.dataset import ahead, days_before
from corridor.studies.levers import FANS, OUTCOMES, Placed
from corridor.studies.whatif_map import map_of
from corridor.studies.whatif_words import judged, lines
from corridor.tables.outcome import Outcome
from corridor.words.speak import LANGUAGES, said

Named = list[tuple[str, NDArray[np.float32]]]
PAST = 90
"""days of history that fans and map show"""
MOST_DAYS = 250_000
"""future-days of which the outcomes of every day are kept in memory; 2,000 futures of four months"""
DATED = tuple(dict.fromkeys(event.outcome for event in EVENTS))
"""outcomes of which the first day is asked for, besides those that are compared"""
COVER = "cover."
FIRST = ("cover.food", "intake", "below_requirement", "people", "sheltered", "waiting")
"""fans of the first screen: the first two that a run has"""
HERE, THERE = "position", "reference"
MOVED = "{policy}, with the levers as they stand"
"""what a position is called that is more than a policy under a condition"""
UNDER = "{policy}, if ‘{condition}’"
"""what a position is called that is a policy under another condition than the first"""


Kept = tuple[xr.Dataset, dict[str, Any]]
"""a run of one policy and one condition, and what was worked out of it before"""


def answer_of(
    placed: Placed, one: Kept, other: Kept, want: Sequence[str], *, mapped: bool = True
) -> tuple[dict[str, Any], Named]:
    """Return plain data and named arrays of a run beside its reference; mapped : whether the map is among them."""
    (played, memo), (reference, _) = one, other
    known = fans(played)
    chosen = [id_ for id_ in dict.fromkeys(want) if id_ in known][:8] or list(known)[:2]
    w = read.weights(played)
    shown = days_before(played)
    keep = shown_days(played)
    # what is drawn and what is told are worked out side by side: most of both is ranking, which holds no lock
    with ThreadPoolExecutor(1) as aside:
        drawing = aside.submit(_drawn, one, other, chosen, mapped=mapped)
        at = report_days(played)
        outcomes = _outcomes(one, other, at)
        first, hold_out = _first(one, other), _hold_out(placed, one, other)
        arrays, drawn, map_arrays = drawing.result()
    key = f"lines {id(reference)} {placed.touched}"
    # what no lever after the last day known changes is worked out once for all positions
    shared = memo.setdefault("shared", {})
    if "died" not in shared:
        shared["died"] = spoken(dead_before(played))
    if key not in memo:
        if "numbers" not in shared:
            shared["numbers"] = {number.path: number for number in numbers(played, placed.scenario)}
        flips, sure, rests = lines(played, _judged(one, other, at), shared["numbers"], touched=placed.touched)
        memo[key] = spoken(flips), spoken(sure), rests
    flips, sure, rests = memo[key]
    head: dict[str, Any] = {
        "levers": placed.levers.model_dump(mode="json"),
        "changed": list(placed.changed),
        "case": placed.scenario.id,
        "variant": placed.scenario.variant,
        "as_of": placed.scenario.as_of.isoformat(),
        "seed": read.seed_of(played),
        "futures": int(played.sizes["future"]),
        "effective": None if w is None else int(f"{effective_size(w):.0f}"),
        "days": [str(day)[:10] for day in played["day"].to_numpy()[keep]],
        "known_days": min(shown, PAST),
        "fans": [{"id": id_, **known[id_]} for id_ in chosen],
        "outcomes": outcomes,
        "hold_out": hold_out,
        "died": shared["died"],
        "first_days": first,
        "flips": flips,
        "sure": sure,
        "rests": rests,
        "map": drawn,
    }
    return head, [*arrays, *map_arrays]


def shown_days(ds: xr.Dataset) -> slice:
    """Return the days that fans and map show: `PAST` of history and all after it."""
    return slice(max(0, days_before(ds) - PAST), None)


def drawn_map(kept: Kept) -> tuple[dict[str, Any], Named]:
    """Return what the map shows of a run."""
    keep = shown_days(kept[0])
    found: tuple[dict[str, Any], Named] = _once(
        kept, "map", lambda ds: map_of(ds, keep, kept[1].setdefault("shared", {}))
    )
    return found


def _drawn(one: Kept, other: Kept, chosen: Sequence[str], *, mapped: bool) -> tuple[Named, dict[str, Any], Named]:
    """Return fans of a run and of its reference, and what the map shows."""
    arrays: Named = []
    keep = shown_days(one[0])
    for id_ in chosen:
        for prefix, kept in (("", one), ("reference ", other)):
            arrays.append((f"{prefix}{id_}", _once(kept, f"fan {id_}", partial(_late_fan, kept, id_, keep))))
    return arrays, *(drawn_map(one) if mapped else ({}, []))


def _once(kept: Kept, key: str, make: Callable[[xr.Dataset], Any]) -> Any:
    ds, memo = kept
    if key not in memo:
        memo[key] = make(ds)
    return memo[key]


def fans(ds: xr.Dataset) -> dict[str, dict[str, str]]:
    """Return the quantities of which a run has a fan, those of the first screen first: id -> title, unit."""
    found: dict[str, dict[str, str]] = {}
    if "stock" in ds and "people" in ds:
        found["cover.food"] = {"title": "Food in stock lasts", "unit": "days"}
    for id_ in FANS:
        asked = series.QUANTITIES[id_]
        if all(name in ds for name in asked.needs):
            found[id_] = {"title": asked.title, "unit": asked.unit}
    if "stock" in ds and "people" in ds:
        found |= {
            f"{COVER}{good.id}": {"title": f"{good.name[:1].upper()}{good.name[1:]} in stock lasts", "unit": "days"}
            for good in read.goods(ds)
        }
    return dict(sorted(found.items(), key=lambda item: FIRST.index(item[0]) if item[0] in FIRST else len(FIRST)))


def fan(ds: xr.Dataset, id_: str) -> NDArray[np.float32]:
    """Return (7, day) quantiles over the day axis, history included; not a number where none is kept."""
    policy, condition = read.ids(ds, "policy")[0], read.ids(ds, "condition")[0]
    if id_.startswith(COVER):
        found = _cover(ds, id_.removeprefix(COVER))
    else:
        found = series.series(ds, id_, policy, condition, history=True)
    out = np.full((len(series.QUANTILES), ds.sizes["day"]), np.nan, np.float32)
    out[:, ds.sizes["day"] - found.values.shape[1] :] = found.quantiles()
    return out


def _late_fan(kept: Kept, id_: str, days: slice, ds: xr.Dataset) -> NDArray[np.float32]:
    """Return a fan of some days; what it shows of the past, which later levers do not change, is worked out once."""
    shared, known = kept[1].setdefault("shared", {}), days_before(ds) - days.start
    past = shared.get(f"past of {id_}")
    if past is None:
        whole = fan(ds.isel(day=days), id_)
        shared[f"past of {id_}"] = whole[:, :known]
        return whole
    return np.concatenate([past, fan(ahead(ds), id_)], axis=1)


def _cover(ds: xr.Dataset, good: str) -> series.Series:
    """Return the days that a good, or all food together, would last at normal use, history included."""
    one = ds[["stock", "people"]].isel(policy=0, condition=0)
    people = one["people"].transpose("future", "day", "place").to_numpy().sum(axis=2).astype(np.float64)
    stock = one["stock"].transpose("future", "day", "place", "commodity").to_numpy().sum(axis=2).astype(np.float64)
    if good == "food":
        kcal = np.array([g.kcal_per_tonne if g.kind == "food" else 0.0 for g in read.goods(ds)])
        held, each = stock @ kcal, ds["requirement"].to_numpy().astype(np.float64)[:, None]
    else:
        i = read.ids(ds, "commodity").index(good)
        held, each = stock[:, :, i], ds["need"].sel(commodity=good).to_numpy().astype(np.float64)[:, None]
    use = people * each
    with np.errstate(divide="ignore", invalid="ignore"):
        days = np.where(use > 0, held / use, np.nan)
    return series.Series(ds["day"].to_numpy(), np.minimum(days, series.LONGEST_COVER), read.weights(ds))


Valued = list[tuple[Outcome, NDArray[np.float64]]]


def _values(kept: Kept, at: NDArray[np.int64]) -> Valued:
    """Return the outcomes of a run on some days: rows of the table, and (policy, condition, day, future) values."""
    daily = _daily(kept)
    if daily:
        return [(outcome, x[:, :, at]) for outcome, x in daily if outcome.id in OUTCOMES]
    known = _once(kept, "ids", available)
    ids = [id_ for id_ in OUTCOMES if id_ in known]
    found: Valued = _once(kept, f"values {at.tolist()}", lambda ds: list(values(ds, at, ids)))
    return found


def _daily(kept: Kept) -> Valued:
    """Return the outcomes of a run on every day after as_of, where memory has room; else nothing.

    What is told of some days, the first days of events and positions that report on days of their own all read them.
    """
    ds = kept[0]
    days = np.arange(ds.sizes["day"] - days_before(ds))
    if days.size * ds.sizes["future"] > MOST_DAYS:
        return []
    known = _once(kept, "ids", available)
    ids = [id_ for id_ in dict.fromkeys((*OUTCOMES, *DATED)) if id_ in known]
    found: Valued = _once(kept, "daily", lambda ds: list(values(ds, days, ids)))
    return found


def _beside(kept: Kept, outcome: Outcome, x: NDArray[np.float64], day: int) -> dict[str, float | None]:
    """Return what is told of the reference beside a position, of one outcome on one day; x : (future,)."""
    found: dict[str, float | None] = _once(
        kept, f"beside {outcome.id} {day}", lambda ds: dict[str, float | None](describe(x, read.weights(ds)))
    )
    return {f"reference_{k}": found.get(k) for k in ("median", "low_80", "high_80")}


def _judged(
    one: Kept, other: Kept, at: NDArray[np.int64]
) -> tuple[Outcome, NDArray[np.float64], NDArray[np.float64]] | None:
    """Return the outcome by which positions are judged, its values on the last day, those of the reference."""
    id_ = judged(one[0])
    for (outcome, x), (_, base) in zip(_values(one, at), _values(other, at), strict=True):
        if outcome.id == id_:
            return outcome, x[0, 0, -1], base[0, 0, -1]
    return None


def _outcomes(one: Kept, other: Kept, at: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Return rows as `corridor compare` has them: of this position, and its paired difference to the reference."""
    played = one[0]
    w, dates = read.weights(played), report_dates(played, at)
    rows = []
    for (outcome, x), (_, base) in zip(_values(one, at), _values(other, at), strict=True):
        for d in range(at.size):
            row: dict[str, Any] = {
                "outcome": outcome.id, "name": outcome.name, "unit": outcome.unit, "better": outcome.better,
                "how": outcome.how, "date": dates[d], "day": int(at[d]) + 1, **describe(x[0, 0, d], w),
                **paired(x[0, 0, d], base[0, 0, d], outcome.better, w),
                **_beside(other, outcome, base[0, 0, d], int(at[d])),
            }  # fmt: skip
            rows.append(plain_row(row))
    return rows


def _dated(kept: Kept, ds: xr.Dataset) -> list[dict[str, Any]]:
    shared = kept[1].setdefault("shared", {})
    if "standing" not in shared:
        shared["standing"] = standing(ds, brief=True)
    return first_rows(ds, before=shared["standing"], brief=True, given={row.id: x for row, x in _daily(kept)})


def spoken(text: str) -> dict[str, str]:
    """Return a sentence in every language of the screen, which changes its own without asking again."""
    return {language: said(text, language) if text and language != "en" else text for language in LANGUAGES}


def _hold_out(placed: Placed, one: Kept, other: Kept) -> dict[str, str]:
    """Return how long people can hold out, in every language: at this position, and where it differs at the reference.

    "" where a run does not say.
    """
    rows = [
        {**row, "policy": name}
        for name, kept in ((HERE, one), (THERE, other))
        for row in _once(kept, "first", partial(_dated, kept))
        if row["place"] == ALL
    ]
    scenario = placed.scenario
    titles = {policy.id: policy.title for policy in scenario.policies}
    named = {HERE: _called(placed), THERE: titles[scenario.reference_policy]}
    end = np.datetime64(ahead(one[0]["day"]).to_numpy()[-1], "D").astype(object)
    return spoken(line_of(rows, (HERE, THERE if placed.touched else HERE), named, (scenario.as_of, end)))


def _called(placed: Placed) -> str:
    """Return what a position is called: its policy, and the condition or the levers that stand elsewhere too."""
    case, title = placed.scenario, placed.policy.title
    policy, condition = placed.policy.id != case.reference_policy, placed.condition.id != case.conditions[0].id
    if len(placed.changed) > policy + condition:
        return MOVED.format(policy=title)
    return UNDER.format(policy=title, condition=placed.condition.title) if condition else title


def _first(one: Kept, other: Kept) -> list[dict[str, Any]]:
    """Return the first days of events of all places together, with the reference's median beside them."""
    found, base = (_once(kept, "first", partial(_dated, kept)) for kept in (one, other))
    beside = {(row["place"], row["event"]): row for row in base}
    rows = []
    for row in found:
        there = beside.get((row["place"], row["event"]), {})
        more = {"reference_median": there.get("median", ""), "reference_never": there.get("never")}
        rows.append(plain_row({**row, **more}))
    return rows
