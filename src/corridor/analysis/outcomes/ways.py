"""Goods by way and class, and which way binds: where one more tonne of added capacity would bring one more of relief.

The second is asked for relief only and in one direction only: added capacity. It is told date by date, never ranked
across links, and it leaves the program as words on the page alone: no table, CSV or JSON carries it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from corridor.analysis.outcomes.block import report_dates, report_days
from corridor.analysis.scores.measures import quantile
from corridor.results import read
from corridor.results.dataset import ahead
from corridor.scenario.model import Policy, Quantity

Floats = NDArray[np.float64]
Ends = Mapping[str, tuple[str, str]]

FULL = 0.01
"""t of room below which a way is full"""

State = Literal["binds", "together", "none", "closed", "fed", "unsent"]
"""of one future: some single way binds; only several in a row would help; relief still finds room; no way lets relief
pass; nobody eats less than needed; no relief is sent that day"""


def goods_by_way(ds: xr.Dataset, *, days: Sequence[int] | None = None) -> pd.DataFrame:
    """Return t/day on each link, mean of the last days (`window`).

    Columns: policy, condition, date, link, class, median, low_80, high_80.

    Classes are `relief` (humanitarian and medical) and `all` (trade as well).
    """
    at, named = report_days(ds, days), ("policy", "condition", "day", "link", "future")
    every, relief = (np.asarray(ahead(ds[v]).transpose(*named), np.float64) for v in ("carried", "carried_relief"))
    rows, span, weights = [], read.window(read.scenario_of(ds)), read.weights(ds)
    for date, day in zip(report_dates(ds, at), at.tolist(), strict=True):
        last = slice(max(0, day - span + 1), day + 1)
        for name, tonnes in (("relief", relief), ("all", every)):
            low, middle, high = quantile(np.moveaxis(tonnes[:, :, last].mean(axis=2), -1, 0), (0.1, 0.5, 0.9), weights)
            for p, policy in enumerate(read.ids(ds, "policy")):
                for c, condition in enumerate(read.ids(ds, "condition")):
                    rows += [
                        (policy, condition, date, link, name, middle[p, c, k], low[p, c, k], high[p, c, k])
                        for k, link in enumerate(read.ids(ds, "link"))
                    ]
    columns = ["policy", "condition", "date", "link", "class", "median", "low_80", "high_80"]
    return pd.DataFrame(rows, columns=columns)


@dataclass(frozen=True)
class Binding:
    """Which way binds on one date under one policy.

    Attributes
    ----------
    shares : state -> share of futures
    links : links that bind in at least half of the futures in which a way binds, in the order of the folder
    kcal : kcal a person and day that one more tonne of added capacity a day would bring there, middle future; NaN where
        none binds
    """

    policy: str
    condition: str
    date: str
    shares: Mapping[State, float]
    links: tuple[str, ...]
    kcal: float


def bindings(ds: xr.Dataset, *, days: Sequence[int] | None = None) -> list[Binding]:
    """Return which way binds on each date under each policy and condition under which relief is sent."""
    scenario, at = read.scenario_of(ds), report_days(ds, days)
    ends = {link.id: (link.from_place, link.to_place) for link in scenario.links}
    loss, found = read.drawn(ds, "delivery.loss"), []
    chosen = ahead(ds[["relief_room", "below_requirement", "people"]]).isel(day=at).load()
    policies = {policy.id: policy for policy in (*scenario.policies, *scenario.actor_policies)}
    for policy in read.ids(ds, "policy"):
        for condition in read.ids(ds, "condition"):
            for d, date in enumerate(report_dates(ds, at)):
                energy, sources = relief_sent(ds, policies[policy], date)
                now = chosen.sel(policy=policy, condition=condition).isel(day=d).transpose("future", ...)
                room, hungry = now["relief_room"].to_numpy(), now["below_requirement"].to_numpy() >= 1.0
                cost = np.where(np.isnan(room), -1, room <= FULL).astype(np.int8)
                patterns, which = np.unique(np.hstack([cost, hungry]), axis=0, return_inverse=True)
                told = [_told(pattern, ds, ends, sources) for pattern in patterns]
                states = np.array([state for state, _ in told])[which.ravel()]
                shares: dict[State, float] = {state: float((states == state).mean()) for state in dict.fromkeys(states)}
                binds = states == "binds"
                often = {k: np.mean([k in told[i][1] for i in which.ravel()[binds]]) for k in ends if binds.any()}
                people = now["people"].sum("place").to_numpy()
                kcal = np.median((energy * (1.0 - loss) / np.maximum(people, 1.0))[binds]) if binds.any() else np.nan
                links = tuple(k for k, share in often.items() if share >= 0.5)
                found.append(Binding(policy, condition, date, shares, links, float(kcal)))
    return found


def relief_sent(ds: xr.Dataset, policy: Policy, date: str) -> tuple[Floats, frozenset[str]]:
    """Return kcal in a tonne of the relief that a policy sends on a date, (future,), and where it comes from.

    The relief of pipelines that run on that day by themselves or that the policy adds, weighted by their tonnes; 0 and
    nowhere where there is none.
    """
    scenario, drawn, day = read.scenario_of(ds), read.inputs(ds), dt.date.fromisoformat(date)

    def runs(starts: dt.date | None, ends: dt.date | None) -> bool:
        return (starts is None or starts <= day) and (ends is None or day <= ends)

    def energy(load: str) -> Any:
        shares = next((mix.shares for mix in scenario.mixes if mix.id == load), {load: Quantity(value=1.0)})
        each = {good: drawn.get(f"mixes.{load}.{good}", share.value) for good, share in shares.items()}
        whole = np.maximum(1.0, sum(each.values()))
        return sum(share * per_tonne[good] for good, share in each.items()) / whole

    per_tonne = {good.id: good.kcal_per_tonne for good in scenario.commodities}
    verbs = {action.target: action.do for action in policy.actions if runs(action.starts, action.ends)}
    tonnes, kcal, sources = np.zeros(ds.sizes["future"]), np.zeros(ds.sizes["future"]), set()
    for pipe in scenario.pipelines:
        verb = verbs.get(f"pipelines.{pipe.id}")
        sent = verb == "add" or (verb != "remove" and not pipe.dormant and runs(pipe.starts, pipe.ends))
        if sent and pipe.traffic == "humanitarian":
            load = drawn.get(f"pipelines.{pipe.id}.tonnes_per_day", pipe.tonnes_per_day.value)
            tonnes, kcal = tonnes + load, kcal + load * energy(pipe.commodity)
            sources.add(pipe.from_place)
    return kcal / np.where(tonnes > 0, tonnes, 1.0), frozenset(sources)


def _told(pattern: NDArray[np.int8], ds: xr.Dataset, ends: Ends, sources: frozenset[str]) -> tuple[State, set[str]]:
    """Return `bottleneck` of one pattern: the cost of every link of the run, then whether each home is hungry."""
    links, homes = read.ids(ds, "link"), read.ids(ds, "place")
    cost = {k: int(c) for k, c in zip(links, pattern[: len(links)], strict=True) if c >= 0}
    return bottleneck(ends, cost, sources, {h for h, yes in zip(homes, pattern[len(links) :], strict=True) if yes})


def bottleneck(
    ends: Ends, cost: Mapping[str, int], sources: frozenset[str], hungry: set[str]
) -> tuple[State, set[str]]:
    """Return what limits relief, and the links that do.

    Parameters
    ----------
    cost : link that lets relief pass -> 1 where it is full, else 0
    sources : places from which relief is sent; hungry : homes that lack it

    The fewest full links between a source and a home that none can reach otherwise: 1 means that each link that can be
    that one binds by itself; more, that only several in a row would help.
    """
    if not hungry or not sources:
        return ("unsent" if hungry else "fed"), set()
    from_source = _full_between(ends, cost, sources)
    short = {home for home in hungry if from_source.get(home, np.inf) > 0}
    if not short:
        return "none", set()
    least = min(from_source.get(home, np.inf) for home in short)
    if least == np.inf:
        return "closed", set()
    to_home = _full_between(ends, cost, short)
    far = np.inf
    links = {
        k
        for k, full in cost.items()
        for a, b in (ends[k], ends[k][::-1])
        if full and from_source.get(a, far) + 1 + to_home.get(b, far) == least
    }
    return ("binds" if least == 1 else "together"), links


def _full_between(ends: Ends, cost: Mapping[str, int], begin: frozenset[str] | set[str]) -> dict[str, int]:
    """Return place -> the fewest full links on a way to it from any of `begin`, for places that relief can reach."""
    found, changed = dict.fromkeys(begin, 0), True
    while changed:
        changed = False
        for k, full in cost.items():
            for a, b in (ends[k], ends[k][::-1]):
                if a in found and found[a] + full < found.get(b, len(cost) + 1):
                    found[b], changed = found[a] + full, True
    return found
