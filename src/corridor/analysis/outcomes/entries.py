"""The relief gap by entry point: what comes in over it, and how many of its vehicles the whole gap would fill."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from corridor.analysis.outcomes.block import report_dates, report_days
from corridor.analysis.outcomes.relief import ALL, PAYLOAD, relief_gap
from corridor.analysis.outcomes.ways import goods_by_way
from corridor.results import read
from corridor.results.dataset import ahead
from corridor.scenario.model import Quantity, Scenario
from corridor.scenario.traffic import Traffic
from corridor.tables.link_kind import KINDS

Bools = NDArray[np.bool_]

COLUMNS = (
    "policy", "condition", "date", "goods", "entry", "link", "kind", "vehicle", "comes_in", "comes_in_low",
    "comes_in_high", "carries_at_most", "carries_low", "carries_high", "passes", "shut_since", "gap", "gap_low",
    "gap_high", "vehicles", "vehicles_low", "vehicles_high",
)  # fmt: skip
"""Columns of `by_entry`.

entry : the outside place at which the link begins; vehicle : what goes on a link of its kind
comes_in : t/day over the link, mean of the last week or from one convoy to the next; of all goods, since nobody records
    what they are: empty in rows of food, and where the run did not record it
carries_at_most : t/day that the folder gives the link while it is open, with the ends of its range; empty without limit
passes : share of futures in which the link, and a way from it to where people live, let relief pass on that day; empty
    where the run did not record it
shut_since : ISO day from which on no relief passes in any future; empty where it passes in some, or where the link or
    the way beyond it has been shut since before a day that is known
gap : t/day missing to full need, all places together; vehicles : a day, if the whole gap came this way alone
"""


def by_entry(ds: xr.Dataset) -> pd.DataFrame:
    """Return one row per policy, condition, reporting date, goods and link that begins at an outside place."""
    scenario = read.scenario_of(ds)
    outside = {place.id: place.label for place in scenario.places if place.kind == "outside"}
    entries = [link for link in scenario.links if {link.from_place, link.to_place} & set(outside)]
    if not entries or "people" not in ds or "delivered" not in ds:
        return pd.DataFrame(columns=list(COLUMNS))
    relief = relief_gap(ds, seed=read.seed_of(ds))
    total: Any = (
        relief[relief["place"] == ALL].set_index(["policy", "condition", "date", "goods", "measure"]).sort_index()
    )
    coming: dict[tuple[str, ...], Any] = {}
    if {"carried", "carried_relief"} <= set(ds):
        ways = goods_by_way(ds)
        ways = ways[ways["class"] == "all"]
        coming = {tuple(row[:4]): tuple(row[4:]) for row in ways.drop(columns="class").itertuples(index=False)}
    lets = passing(ds)
    rows = []
    for policy in read.ids(ds, "policy"):
        for condition in read.ids(ds, "condition"):
            for date in report_dates(ds, report_days(ds)):
                for goods in ("food", "all"):
                    for link in entries:
                        kind = KINDS[link.kind]
                        measure = "trucks" if kind.payload is PAYLOAD else kind.vehicles
                        gap: Any = total.loc[(policy, condition, date, goods, "gap")]
                        fill: Any = total.loc[(policy, condition, date, goods, measure)]
                        most, own = _most(link.tonnes_per_day), link.id if goods == "all" else ""
                        place = link.from_place if link.from_place in outside else link.to_place
                        rows.append(
                            (
                                policy, condition, date, goods, outside[place], link.id, link.kind, kind.vehicles,
                                *coming.get((policy, condition, date, own), (np.nan,) * 3),
                                *most,
                                *lets.get((policy, condition, date, link.id), (np.nan, "")),
                                gap["median"], gap["low_80"], gap["high_80"],
                                fill["median"], fill["low_80"], fill["high_80"],
                            )
                        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _most(given: Quantity) -> list[float]:
    return [np.nan if x is None or not np.isfinite(x) else x for x in (given.value, given.low, given.high)]


def passing(ds: xr.Dataset) -> dict[tuple[str, str, str, str], tuple[float, str]]:
    """Return (policy, condition, date, link) -> the share of futures in which relief may pass to where people live, and
    since when it may not in any; nothing where the run did not record it.
    """
    if "relief_room" not in ds:
        return {}
    scenario, found = read.scenario_of(ds), {}
    room = ahead(ds["relief_room"]).transpose("policy", "condition", "day", "link", "future")
    passes = ~np.isnan(room.to_numpy())  # a way without limit has room without end
    damaged = broken_at(scenario)
    broken = [k in damaged for k in read.ids(ds, "link")]
    passes[:, :, :, broken] &= room.to_numpy()[:, :, :, broken] > 0.0
    links = read.ids(ds, "link")
    beyond = reaching(scenario, links, passes)
    share = np.average(passes & beyond, axis=-1, weights=read.weights(ds))
    ends_there = ~(passes[:, :, 0] & ~beyond[:, :, 0]).any(axis=-1)  # what shuts the first day is the link, not a way
    days = [str(day)[:10] for day in room["day"].to_numpy()]
    before = shut_before(scenario)
    for p, policy in enumerate(read.ids(ds, "policy")):
        for c, condition in enumerate(read.ids(ds, "condition")):
            for k, link in enumerate(links):
                for date, at in zip(report_dates(ds, report_days(ds)), report_days(ds).tolist(), strict=True):
                    until = share[p, c, : at + 1, k]
                    some = np.flatnonzero(until > 0)
                    first = int(some[-1]) + 1 if some.size else 0
                    shut = before.get(link, days[0] if ends_there[p, c, k] else "")
                    since = "" if until[-1] > 0 else days[first] if first else shut
                    found[policy, condition, date, link] = float(until[-1]), since
    return found


def reaching(scenario: Scenario, links: Sequence[str], passes: Bools) -> Bools:
    """Return whether relief that has come over a link from outside may go on from there to a place where people live.

    Parameters
    ----------
    links : ids of the links of `passes`
    passes : (policy, condition, day, link, future) whether each lets relief pass

    Returns
    -------
    As `passes`; of a link that does not begin outside: true.
    """
    outside = {place.id for place in scenario.places if place.kind == "outside"}
    home = {place.id for place in scenario.places if place.kind == "home"}
    ends = {link.id: (link.from_place, link.to_place) for link in scenario.links}
    inner = [(k, ends[id_]) for k, id_ in enumerate(links) if not outside & set(ends[id_])]
    one = passes[:, :, :, 0]
    there = {place.id: np.full(one.shape, place.id in home) for place in scenario.places}
    for _ in scenario.places:  # a way has fewer links than there are places
        before = sum(int(found.sum()) for found in there.values())
        for k, (start, end) in inner:
            there[start] |= passes[:, :, :, k] & there[end]
            there[end] |= passes[:, :, :, k] & there[start]
        if sum(int(found.sum()) for found in there.values()) == before:
            break
    out = np.ones_like(passes)
    for k, id_ in enumerate(links):
        inside = [place for place in ends[id_] if place not in outside]
        if len(inside) == 1:
            out[:, :, :, k] = there[inside[0]]
    return out


def shut_before(scenario: Scenario) -> dict[str, str]:
    """Return link -> ISO day since which it has let no relief pass, for those that let none pass on `as_of`; "" for
    one that never did.
    """
    relief = int(Traffic.HUMANITARIAN)
    now = {link.id: "" for link in scenario.links if not _either_way(link.regime) & relief}
    for event in sorted(scenario.events, key=lambda event: event.date):
        link = event.target.removeprefix("links.").removesuffix(".regime")
        if event.kind != "regime" or event.date > scenario.as_of:
            continue
        if _either_way(int(event.value)) & relief:
            now.pop(link, None)
        else:
            now.setdefault(link, event.date.isoformat())
    return {**broken_at(scenario), **now}


def broken_at(scenario: Scenario) -> dict[str, str]:
    """Return link -> ISO day since which damage takes all that it could carry, for those that are so on `as_of`."""
    now: dict[str, str] = {}
    for event in sorted(scenario.events, key=lambda event: event.date):
        if event.kind == "damage" and event.date <= scenario.as_of:
            link = event.target.removeprefix("links.").removesuffix(".damage")
            if float(event.value) >= 1.0:
                now.setdefault(link, event.date.isoformat())
            else:
                now.pop(link, None)
    return now


def _either_way(regime: int) -> int:
    """Return the classes that a regime lets pass forth or back; five bits higher it says that goods differ."""
    return regime | regime >> 5
