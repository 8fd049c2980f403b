"""Reads where people go in a run: how many pass each link, how many are where, and what was counted there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import xarray as xr

from corridor.report import words
from corridor.results import read, series
from corridor.results.dataset import ahead
from corridor.scenario.model import Scenario

Rows = Sequence[Mapping[str, str]]
Observed = Mapping[str, Rows]
"""tables of `observed/` by name, as text"""

INTERVAL = (0.1, 0.5, 0.9)
"""ends of the 80 % interval and the median"""
NEARLY_ALL = 0.99
"""An exodus counts as over on the first count that holds this share of the last one."""


@dataclass(frozen=True)
class Flow:
    """People who pass a link: ends of the 80 % interval and median; `start` to `end` where they go one way."""

    link: str
    start: str
    end: str
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Stay:
    """People who reach a place or are there, and what was counted.

    what, date : what they do there and on which evening; counted : persons, None where nobody counted; when : of what
    was counted, in words; share : counted share of all, where that was counted
    """

    place: str
    what: str
    date: date
    low: float
    middle: float
    high: float
    counted: float | None = None
    when: str = ""
    share: float | None = None
    simulated_share: float | None = None


def _three(values: Any, weights: read.Floats | None = None) -> tuple[float, float, float]:
    found = series.quantiles(np.asarray(values, dtype=np.float64), INTERVAL, weights)
    low, middle, high = (float(v) for v in found)
    return low, middle, high


def _values(dataset: xr.Dataset, name: str, policy: str, condition: str, *dims: str) -> read.Floats:
    chosen = dataset[name] if "day" not in dims else ahead(dataset[name])
    chosen = chosen.sel(policy=policy, condition=condition).transpose(*dims)
    return np.asarray(chosen.to_numpy(), dtype=np.float64)


def _day(dataset: xr.Dataset, number: int) -> date:
    """Return a day after as_of by its position."""
    return date.fromisoformat(str(ahead(dataset["day"]).to_numpy()[number])[:10])


def flight_flows(dataset: xr.Dataset, scenario: Scenario, policy: str, condition: str) -> list[Flow]:
    """Return the people who leave over each link during the horizon, one way: towards registration.

    Vehicles are counted by link, people on arrival; people on a link are its vehicles times the people who arrived
    for each vehicle on the last links before an exit, future by future: who walked or took a bus is spread over them.
    """
    if "vehicles" not in dataset or "arrivals" not in dataset:
        return []
    vehicles = _values(dataset, "vehicles", policy, condition, "future", "day", "link").sum(axis=1)
    arrived = _values(dataset, "arrivals", policy, condition, "future", "day", "destination").sum(axis=1)
    goals = {place for place, n in zip(read.ids(dataset, "destination"), arrived.sum(axis=0), strict=True) if n > 0}
    by_id = {link.id: link for link in scenario.links}
    used = [by_id[id_] for id_, n in zip(read.ids(dataset, "link"), vehicles.sum(axis=0), strict=True) if n > 0]
    steps = _steps(used, goals)
    order = {id_: i for i, id_ in enumerate(read.ids(dataset, "link"))}
    last = [order[link.id] for link in used if {link.from_place, link.to_place} & goals]
    if not last:
        return []
    passed = vehicles[:, last].sum(axis=1)
    a_vehicle = np.divide(arrived.sum(axis=1), passed, out=np.zeros_like(passed), where=passed > 0)
    flows = []
    for link in used:
        there, here = sorted((link.from_place, link.to_place), key=lambda place: steps.get(place, math.inf))
        low, middle, high = _three(vehicles[:, order[link.id]] * a_vehicle, read.weights(dataset))
        flows.append(Flow(link.id, here, there, low, middle, high))
    return flows


def _steps(links: Sequence[Any], goals: set[str]) -> dict[str, int]:
    """Return how many links lie between each place and the nearest goal."""
    steps = dict.fromkeys(goals, 0)
    for _ in links:
        for link in links:
            for a, b in ((link.from_place, link.to_place), (link.to_place, link.from_place)):
                if a in steps and steps[a] + 1 < steps.get(b, len(links) + 1):
                    steps[b] = steps[a] + 1
    return steps


def exodus_counts(observed: Observed, last: date) -> list[tuple[str, float, str]]:
    """Return time, count and kind of two counts of all who arrived by `last`: when nearly all had, and the last one."""
    rows = [
        (row["time"], float(row["cumulative_arrivals"]), row.get("kind") or "reported")
        for row in observed.get("exodus", ())
        if row.get("cumulative_arrivals") and date.fromisoformat(row["time"][:10]) <= last
    ]
    firm = [row for row in rows if row[2] == "reported"]
    if not firm:
        return []
    most = max(count for _, count, _ in firm)
    over = next(row for row in firm if row[1] >= NEARLY_ALL * most)
    return [over] if rows[-1] == over else [over, rows[-1]]


def flight_stays(dataset: xr.Dataset, policy: str, condition: str, observed: Observed | None = None) -> list[Stay]:
    """Return who reached registration, and where people went on to live by the last day, beside what was counted.

    `observed` may hold `exodus` (time, cumulative_arrivals, kind) and `destination` (date, place, share).
    """
    if "arrivals" not in dataset:
        return []
    seen, last = observed or {}, ahead(dataset["day"]).size - 1
    places = read.ids(dataset, "destination")
    arrivals = _values(dataset, "arrivals", policy, condition, "future", "destination", "day").cumsum(axis=2)
    gates = [i for i in range(len(places)) if arrivals[:, i, last].any()]
    counts = exodus_counts(seen, _day(dataset, last)) if len(gates) == 1 else []
    stays, weights = list[Stay](), read.weights(dataset)
    for i in gates:
        for time, count, kind in counts:
            day = date.fromisoformat(time[:10])
            number = (day - _day(dataset, 0)).days
            if number >= 0:
                when = f"{words.day(day)}, {time[11:16]}" + ("" if kind == "reported" else f" ({kind})")
                stays.append(Stay(places[i], "came here", day, *_three(arrivals[:, i, number], weights), count, when))
        if not stays:
            stays.append(Stay(places[i], "came here", _day(dataset, last), *_three(arrivals[:, i, last], weights)))
    if "settled" not in dataset:
        return stays
    settled = _values(dataset, "settled", policy, condition, "future", "day", "destination")[:, last]
    total = settled.sum(axis=1)
    shares = {row["place"]: (float(row["share"]), row["date"]) for row in seen.get("destination", ())}
    known = counts[-1][1] if counts else math.nan
    for i in np.argsort(-np.median(settled, axis=0), kind="stable"):
        if not settled[:, i].any():
            continue
        share, when = shares.get(places[i], (math.nan, ""))
        part = float(np.median(settled[total > 0, i] / total[total > 0]))
        counted = share * known if math.isfinite(share * known) else None
        stays.append(
            Stay(places[i], "live here", _day(dataset, last), *_three(settled[:, i], weights), counted,
                 words.day(when) if when else "", share if when else None, part)
        )  # fmt: skip
    return stays


def counted_in_camps(observed: Observed | None, day: date) -> dict[str, float]:
    """Return what was counted in each camp on a day, persons; empty where nothing was."""
    rows = (observed or {}).get("camps", ())
    return {row["place"]: float(row["persons"]) for row in rows if row["date"] == day.isoformat() and row["persons"]}


def camp_stays(dataset: xr.Dataset, policy: str, condition: str, observed: Observed | None = None) -> list[Stay]:
    """Return the people in each camp on the last day, fullest first, beside what was counted that day."""
    last = _day(dataset, ahead(dataset["day"]).size - 1)
    counted = counted_in_camps(observed, last)
    values = _values(dataset, "sheltered", policy, condition, "camp", "future", "day")[:, :, -1]
    stays = [
        Stay(camp, "live here", last, *_three(people), counted.get(camp), words.day(last) if camp in counted else "")
        for camp, people in zip(read.ids(dataset, "camp"), values, strict=True)
    ]
    return sorted(stays, key=lambda stay: -stay.middle)


def camp_flows(dataset: xr.Dataset, scenario: Scenario, policy: str, condition: str) -> list[Flow]:
    """Return the people who set out on each link, either way, from the first day to the end of the horizon."""
    crossed = _values(dataset, "crossed", policy, condition, "link", "future")
    by_id = {link.id: link for link in scenario.links}
    flows = []
    for id_, values in zip(read.ids(dataset, "link"), crossed, strict=True):
        low, middle, high = _three(values)
        flows.append(Flow(id_, by_id[id_].from_place, by_id[id_].to_place, low, middle, high))
    return flows


def violence(scenario: Scenario) -> dict[str, float]:
    """Return the places with violence on `as_of` and its intensity."""
    now: dict[str, float] = {}
    for event in sorted(scenario.events, key=lambda event: event.date):
        if event.kind == "violence" and event.date <= scenario.as_of:
            now[event.target.removeprefix("places.").removesuffix(".violence")] = float(event.value)
    return {place: intensity for place, intensity in now.items() if intensity > 0}
