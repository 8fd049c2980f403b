"""The three sentences for a run in which only movement is played: where to, which camps fill, what policies change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corridor.report import words
from corridor.report.sections import inputs
from corridor.report.sections.answer import Answer, cell
from corridor.results import read
from corridor.results.dataset import has_history, history
from corridor.scenario.model import Scenario

Named = Mapping[str, str]
MOST = 3
"""camps or changes named in a sentence"""


def _last(dataset: xr.Dataset, name: str, policy: str, condition: str) -> read.Floats:
    """Return (future,) or (camp, future) persons on the last day."""
    array = dataset[name].sel(policy=policy, condition=condition).isel(day=-1)
    order = [dim for dim in ("camp", "future") if dim in array.dims]
    return np.asarray(array.transpose(*order).to_numpy(), dtype=np.float64)


def _people(row: Any) -> str:
    """Return "53,000 people (80 % interval 0 to 114,000)", without an interval where it has no width."""
    if row["high_80"] < 0.5:
        return "nobody"
    span = words.span(row["low_80"], row["high_80"], "persons")
    middle = words.count(row["median"])
    return f"{middle} people" if span == middle else f"{middle} people (80 % interval {span})"


def _where(dataset: xr.Dataset, comparison: pd.DataFrame, policy: str, condition: str, named: Named) -> str:
    row = cell(comparison, policy, condition, "sheltered")
    middle = np.median(_last(dataset, "sheltered", policy, condition), axis=1)
    camps = read.ids(dataset, "camp")
    order = [i for i in np.argsort(-middle, kind="stable") if middle[i] >= 0.5][:MOST]
    held = words.listed([f"{named[camps[i]]} ({words.count(middle[i])})" for i in order])
    used = int((middle >= 0.5).sum())
    said = f"Under “{named.get(policy, policy)}” and “{named[condition]}”, on {words.day(row['date'])} {_people(row)} "
    said += f"{'is' if row['high_80'] < 0.5 else 'are'} in {used} {'camp' if used == 1 else 'camps'}"
    if held:
        said += f", most of them in {held}" if used > MOST else f": {held}"
    outside, road = (cell(comparison, policy, condition, name) for name in ("waiting", "travelling"))
    if outside is not None and road is not None:
        said += f"; {_people(outside)} {'is' if outside['high_80'] < 0.5 else 'are'} displaced outside camps"
        said += f", {words.count(road['median'])} on the road" if road["median"] >= 0.5 else ", nobody on the road"
    return words.sentence(said)


def _grown(dataset: xr.Dataset, policy: str, condition: str, named: Named) -> str:
    """Say which camp grows most after as_of; empty where history is not kept or none grows."""
    if not has_history(dataset, "sheltered"):
        return ""
    known = history(dataset[["sheltered"]])["sheltered"].isel(day=-1)
    before = np.asarray(known.transpose("camp", "future").to_numpy())
    growth = np.median(_last(dataset, "sheltered", policy, condition) - before, axis=1)
    best = int(np.argmax(growth))
    if growth[best] < 0.5:
        return "no camp grows after the last day known"
    camp = named[read.ids(dataset, "camp")[best]]
    return f"{camp} grows most, by {words.count(growth[best])} people in the middle future"


def _full(dataset: xr.Dataset, comparison: pd.DataFrame, policy: str, condition: str, scenario: Scenario) -> str:
    named, at = read.titles(scenario), {place.id: place for place in scenario.places}
    grown = _grown(dataset, policy, condition, named)
    values = _last(dataset, "sheltered", policy, condition)
    share = {}
    for camp, persons in zip(read.ids(dataset, "camp"), values, strict=True):
        room = at[camp].capacity
        if room:
            share[camp] = (float(np.median(persons)) / room, float((persons > room).mean()))
    if not share:
        said = "The folder gives no capacities, so this page cannot say which camps are full"
        return words.sentence(f"{said}; {grown}" if grown else said)
    over = sorted((camp for camp in share if share[camp][1] > 0.5), key=lambda camp: -share[camp][0])
    if over:
        listed = [f"{named[camp]} (at {words.percent(share[camp][0])})" for camp in over[:MOST]]
        more = f" and {len(over) - MOST} more" if len(over) > MOST else ""
        verb = "holds" if len(over) == 1 else "hold"
        said = f"{words.listed(listed)}{more} {verb} more people than {'its' if len(over) == 1 else 'their'} capacity"
        row = cell(comparison, policy, condition, "above_capacity")
        if row is not None:
            said += f", in all {_people(row)} too many"
    else:
        camp = max(share, key=lambda camp: share[camp][0])
        said = f"No camp holds more than its capacity in most futures; the fullest, {named[camp]}, "
        said += f"is at {words.percent(share[camp][0])} of it"
        if share[camp][1] > 0:
            said += f" and beyond it in {words.percent(share[camp][1])} of the futures"
    return words.sentence(f"{said}; {grown}" if grown else said)


def _change(dataset: xr.Dataset, policy: str, own: str, condition: str, named: Named) -> tuple[str, float, read.Floats]:
    """Return what a policy changes in words, the size of its largest change, and that change by future."""
    gap = _last(dataset, "sheltered", policy, condition) - _last(dataset, "sheltered", own, condition)
    outside = _last(dataset, "waiting", policy, condition) - _last(dataset, "waiting", own, condition)
    middle = np.append(np.median(gap, axis=1), np.median(outside))
    called = [*(f"in {named[camp]}" for camp in read.ids(dataset, "camp")), "outside camps"]
    every = np.vstack([gap, outside])
    order = [i for i in np.argsort(-np.abs(middle), kind="stable") if abs(middle[i]) >= 0.5][:MOST]
    parts = []
    for i in order:
        low, high = np.quantile(every[i], (0.1, 0.9))
        ends = sorted((abs(float(low)), abs(float(high)))) if low * high > 0 else None
        span = f" ({words.span(ends[0], ends[1], 'persons')})" if ends else ""
        parts.append(f"{words.count(abs(middle[i]))}{span} {'more' if middle[i] > 0 else 'fewer'} {called[i]}")
    first = order[0] if order else 0
    return words.listed(parts), float(np.abs(middle[first])), every[first]


def answer_camps(dataset: xr.Dataset, comparison: pd.DataFrame) -> Answer:
    """Return the three sentences for a run without homes, about its first condition."""
    scenario = read.scenario_of(dataset)
    condition, own = read.ids(dataset, "condition")[0], str(comparison["reference"].iloc[0])
    named = {id_: id_ for id_ in (*read.ids(dataset, "condition"), *read.ids(dataset, "policy"))} | read.titles(
        scenario
    )
    first = _where(dataset, comparison, own, condition, named)
    second = _full(dataset, comparison, own, condition, scenario)
    found = {p: _change(dataset, p, own, condition, named) for p in read.ids(dataset, "policy") if p != own}
    total = max(float(np.median(_last(dataset, "sheltered", own, condition).sum(axis=0))), 1.0)
    order = sorted((p for p in found if found[p][1] >= 0.001 * total), key=lambda p: -found[p][1])
    result = _last(dataset, "waiting", own, condition) + _last(dataset, "travelling", own, condition)
    moved = "displaced people outside camps and on the road on the last date"
    if np.ptp(result) == 0:
        result, moved = _last(dataset, "sheltered", own, condition).sum(axis=0), "people in camps on the last date"
    if not found:
        third = "Only one policy was played, so this page says nothing of what another would change"
    elif not order:
        third = "No other policy of this run moves as many as one in a thousand of them"
    else:
        told = [f"“{named[p]}” leaves {found[p][0]}" for p in order[:2]]
        third = f"Against “{named[own]}”, on the last date {words.listed(told)}"
        rest = [f"“{named[p]}”" for p in found if p not in order]
        if rest:
            third += f"; {words.listed(rest)} {'changes' if len(rest) == 1 else 'change'} next to nothing"
        result, moved = found[order[0]][2], f"the largest change that “{named[order[0]]}” makes"
    third = words.sentence(f"{third}; all of it holds only as far as the rules and ranges of this page hold")
    return Answer((first, second, third), (), "", inputs.influence(dataset, result), moved)
