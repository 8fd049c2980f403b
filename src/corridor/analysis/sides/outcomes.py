"""What the sides bring about under each actor policy, and how policies differ, future by future.

Road open (goods in), way out open, offensive and settlement are separate outcomes with first-passage times of their
own. Futures of two policies share their draws, so a difference is taken future by future before it is summarised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from corridor.analysis.outcomes.block import DATES, report_days
from corridor.analysis.outcomes.table import values
from corridor.analysis.scores.summary import TIE
from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.results import read
from corridor.results.dataset import ahead
from corridor.strategy import ActorsFile, evaluate, expand
from corridor.strategy.model.read_actors import read_actors_data

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

COMMERCIAL, HUMANITARIAN, PEOPLE_OUT = 1, 2, 8
"""bits of the classes of traffic in `regime`"""
_BLOCK = 512
"""futures read at a time"""
TRUST = (
    "Levels depend on how sharply, how far ahead and how often the sides are assumed to choose; differences between "
    "policies deserve more trust."
)
"""What stands beside every level."""


@dataclass(frozen=True)
class Event:
    """Something that may come about: which direction relieves people, and the features that say so, first known one."""

    id: str
    name: str
    better: Literal["higher", "lower", "none"]
    features: tuple[str, ...] = ()


EVENTS: tuple[Event, ...] = (
    Event("road_open", "road open (goods in), no offensive before", "higher", ("road_open", "corridor_open")),
    Event("relief_in", "relief let in", "higher"),
    Event("way_out", "way out open", "none"),
    Event("offensive", "offensive", "lower", ("offensive", "az_attack", "attack")),
    Event("settlement", "settlement", "higher", ("settlement",)),
)
PEOPLE: tuple[str, ...] = ("below_requirement", "departures")
"""Outcomes of people beside the events, where the run has them."""

COLUMNS: tuple[str, ...] = (
    "policy", "outcome", "name", "unit", "better", "day", "value", "error", "reference", "diff", "diff_error",
    "share_higher", "share_lower", "share_better", "share_worse",
)  # fmt: skip
"""Columns of `actor_table`.

value : probability of having come about by that day, or the mean; error : its Monte-Carlo standard error
diff, diff_error : this policy minus the reference, future by future; empty on the reference's own rows
share_higher, share_lower : of the futures that differ from the reference at all, in either direction, over all futures
share_better, share_worse : the same by what relieves people; empty where neither direction does
"""


def sides_of(ds: xr.Dataset) -> tuple[ActorsFile, dict[str, dict[str, bool]]]:
    """Return the model of the sides that a run carries, and the flags of each actor policy.

    Raises
    ------
    InputError : nobody chose in this run
    """
    scenario = read.scenario_of(ds)
    if "taken" not in ds or not scenario.actors:
        raise InputError([Problem("--actors", 0, 0, "", "the sides do not choose in this run", "run it with actors")])
    content = read_actors_data(scenario.actors)
    return content, {policy.id: dict(policy.flags) for policy in scenario.actor_policies}


def holds(taken: Bools, formula: str, content: ActorsFile, flags: Mapping[str, bool]) -> Bools:
    """Return (...) where a feature or an option holds.

    Parameters
    ----------
    taken : (..., option) options taken, in the order of the model of the sides
    formula : name of a feature or an option
    flags : of the policy
    """
    size = int(np.prod(taken.shape[:-1]))
    values = {option.id: taken[..., i].ravel() for i, option in enumerate(content.options)}
    for name, value in {**content.flags, **flags}.items():
        values[name] = np.full(size, bool(value))
    return evaluate(expand(("name", formula), content.features), values, size).reshape(taken.shape[:-1])


def first_passage(ds: xr.Dataset) -> xr.Dataset:
    """Return one variable per event, (policy, future): the day after as_of on which it first held, NaN if never.

    What the sides bring about counts if it held at some time of a day, as in the law of their choices. A road is
    open too where trade passes all links of some route and no offensive has come before: what a policy forces counts.
    """
    content, flags = sides_of(ds)
    known = {*content.features, *(option.id for option in content.options)}
    said = {event.id: name for event in EVENTS for name in event.features[::-1] if name in known}
    routes = _routes(ds) if "regime" in ds else {}
    ends = _ends(ds) if routes else ()
    wanted = [event for event in EVENTS if event.id in said or event.id in routes]
    at = {name: j for j, name in enumerate(read.ids(ds, "feature"))} if "touched" in ds else {}
    policies = read.ids(ds, "policy")
    ds = ahead(ds)
    found = {event.id: np.full((len(policies), ds.sizes["future"]), np.nan) for event in wanted}
    for start in range(0, ds.sizes["future"], _BLOCK):
        part = slice(start, start + _BLOCK)
        block = ds.isel(future=part, condition=0)
        taken = block["taken"].transpose("policy", "future", "day", "option").values > 0
        told = block["touched"].transpose("policy", "future", "day", "feature").values > 0 if at else taken
        regime = block["regime"].transpose("policy", "future", "day", "link").values if routes else None
        for i, policy in enumerate(policies):
            happens = {id_: holds(taken[i], name, content, flags.get(policy, {})) for id_, name in said.items()}
            happens |= {id_: told[i][..., at[said[id_]]] for id_ in said if said[id_] in at}
            if regime is not None:
                ways = {id_: _open(regime[i].astype(np.uint8), *way) for id_, way in routes.items()}
                ways["way_out"] = _leads_out(regime[i].astype(np.uint8), *ends)
                happens |= {id_: way | happens.get(id_, False) for id_, way in ways.items()}
                if "offensive" in happens:
                    happens["road_open"] &= ~np.logical_or.accumulate(happens["offensive"], axis=1)
            for event in wanted:
                day = happens[event.id]
                found[event.id][i, part] = np.where(day.any(axis=1), day.argmax(axis=1) + 1.0, np.nan)
    variables = {
        event.id: (("policy", "future"), found[event.id], {"name": event.name, "better": event.better, "units": "day"})
        for event in wanted
    }
    return xr.Dataset(variables, {"policy": ds["policy"].values, "future": ds["future"].values})


def _routes(ds: xr.Dataset) -> dict[str, tuple[list[list[int]], int]]:
    """Return event -> (links of each route that counts, classes of traffic of which one must pass)."""
    scenario, links = read.scenario_of(ds), read.ids(ds, "link")
    ways = [[links.index(name) for name in route.links] for route in scenario.routes]
    return {
        "road_open": (ways, COMMERCIAL),
        "relief_in": (ways, COMMERCIAL | HUMANITARIAN),
        "way_out": ([], PEOPLE_OUT),
    }


def _ends(ds: xr.Dataset) -> tuple[list[tuple[str, str]], set[str], set[str]]:
    """Return both ends of each link, the homes and the places where people are safe."""
    scenario = read.scenario_of(ds)
    of = {link.id: (link.from_place, link.to_place) for link in scenario.links}
    exits = {place.id for place in scenario.places if place.exit}
    return [of[name] for name in read.ids(ds, "link")], {home.id for home in scenario.homes}, exits


def _leads_out(regime: NDArray[np.uint8], ends: list[tuple[str, str]], homes: set[str], exits: set[str]) -> Bools:
    """Return (future, day) where people may drive or walk from some home to an exit, by named routes or others."""
    passes = ((regime | regime >> 5) & PEOPLE_OUT) != 0
    patterns, which = np.unique(passes.reshape(-1, passes.shape[-1]), axis=0, return_inverse=True)
    found = []
    for pattern in patterns:
        ways = [set(both) for both, passing in zip(ends, pattern, strict=True) if passing]
        reached, before = set(homes), 0
        while len(reached) > before:
            before = len(reached)
            for way in ways:
                reached |= way if way & reached else set()
        found.append(bool(reached & exits))
    return np.array(found, np.bool_)[which.ravel()].reshape(passes.shape[:2])


def _open(regime: NDArray[np.uint8], ways: list[list[int]], classes: int) -> Bools:
    """Return (future, day) where some route lets one of the classes pass on all its links."""
    passes = np.zeros(regime.shape[:2], np.bool_)
    for bit in (1, 2, 4, 8, 16):
        if classes & bit:
            for way in ways:
                passes |= (((regime | regime >> 5)[:, :, way] & bit) != 0).all(axis=2)
    return passes


def actor_table(ds: xr.Dataset, *, reference: str | None = None, days: Sequence[int] | None = None) -> pd.DataFrame:
    """Return how each actor policy does, one row per policy, outcome and day; columns as in `COLUMNS`.

    Parameters
    ----------
    ds : a run in which the sides choose, or choices alone
    reference : policy that the others are compared with; the first where None
    days : reporting dates, days after as_of; those chosen for the run where None, else 7, 30, 60, 91 and the last
    """
    base, policies = read.reference_policy(ds, reference), read.ids(ds, "policy")
    at = report_days(ds, days or read.chosen_days(ds) or (*DATES, ahead(ds["day"]).size)) + 1
    passage, events = first_passage(ds), {event.id: event for event in EVENTS}
    rows: list[dict[str, Any]] = []
    for id_, array in passage.data_vars.items():
        event = events[str(id_)]
        about = {"outcome": event.id, "unit": "1", "name": event.name, "better": event.better}
        for day in at.tolist():
            rows += _rows({p: array.sel(policy=p).values <= day for p in policies}, base, day, about)
    for row, x in values(ds, at - 1, PEOPLE) if all(name in ds for name in PEOPLE) else ():
        about = {"outcome": row.id, "unit": row.unit, "name": row.name, "better": row.better}
        for d, day in enumerate(at.tolist()):
            rows += _rows({policy: x[p, 0, d] for p, policy in enumerate(policies)}, base, day, about)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(values: Mapping[str, NDArray[Any]], base: str, day: int, about: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    ref = np.asarray(values[base], np.float64)
    for policy, given in values.items():
        x = np.asarray(given, np.float64)
        root = np.sqrt(max(1, x.size))
        row = {"policy": policy, "day": day, "reference": base, **about}
        row |= {"value": float(x.mean()), "error": float(x.std() / root)}
        if policy != base:
            diff = x - ref
            diff[np.abs(diff) <= TIE * np.maximum(np.abs(x), np.abs(ref))] = 0.0
            higher, lower = float((diff > 0).mean()), float((diff < 0).mean())
            row |= {"diff": float(diff.mean()), "diff_error": float(diff.std() / root)}
            row |= {"share_higher": higher, "share_lower": lower}
            if about["better"] != "none":
                good, bad = (higher, lower) if about["better"] == "higher" else (lower, higher)
                row |= {"share_better": good, "share_worse": bad}
        rows.append(row)
    return rows


def between_variants(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return levels and differences over structural variants, one row per policy, outcome and day.

    Parameters
    ----------
    tables : variant -> `actor_table` of its run; the first is the base

    Columns: value, diff of the base; value_low, value_high, diff_low, diff_high over all variants; same_sign: whether
    the difference has one sign in all variants, empty where the base has none.
    """
    keys = ["policy", "outcome", "name", "unit", "better", "day"]
    base = next(iter(tables.values()))[[*keys, "value", "diff"]]
    every = pd.concat([table.assign(variant=name) for name, table in tables.items()])
    spread = every.groupby(["policy", "outcome", "day"], sort=False).agg(
        value_low=("value", "min"), value_high=("value", "max"), diff_low=("diff", "min"), diff_high=("diff", "max")
    )
    found = base.merge(spread.reset_index(), on=["policy", "outcome", "day"], validate="one_to_one")
    signs = (found["diff_low"] > 0) | (found["diff_high"] < 0)
    found["same_sign"] = signs.astype(object).where(found["diff"].notna(), None)
    return found


def by_variant(tables: Mapping[str, pd.DataFrame], outcome: str, day: int | None = None) -> pd.DataFrame:
    """Return one outcome on one day (the last where None), policies down and variants across: levels."""
    one = next(iter(tables.values()))
    if outcome not in set(one["outcome"]):
        known = sorted(set(one["outcome"]))
        raise InputError([Problem("--outcome", 0, 0, "", f'no outcome "{outcome}"', did_you_mean(outcome, known))])
    at = int(one["day"].max()) if day is None else day
    columns = {}
    for name, table in tables.items():
        part = table[(table["outcome"] == outcome) & (table["day"] == at)]
        columns[name] = part.set_index("policy")["value"]
    return pd.DataFrame(columns)
