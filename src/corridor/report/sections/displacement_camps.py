"""The part of "Where people go" on a wider country: ways taken, camps that fill, and what each policy changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corridor.report import words
from corridor.report.figures import fans as figures
from corridor.report.map.flow_map import flow_map, small_maps, widened
from corridor.report.map.flow_scale import Band, Circle, Shown
from corridor.report.map.ground import window_of
from corridor.report.map.places import regimes
from corridor.report.sections import flows
from corridor.report.sections.displacement_parts import Drawing, Named, Section, about, between, exact, spot
from corridor.results import read
from corridor.scenario.model import Scenario
from corridor.scenario.traffic import Traffic
from corridor.tables.network import CAMP_KINDS

CHANGED = 0.01
"""A camp changes where a policy moves at least this share of all people in camps there."""


def camps_section(
    dataset: xr.Dataset, comparison: pd.DataFrame, scenario: Scenario, observed: flows.Observed | None
) -> Section:
    """Return the part on a wider country: the map, the camps over time, the table, and policies that change them."""
    policy, named = str(comparison["reference"].iloc[0]), read.titles(scenario)
    condition = read.ids(dataset, "condition")[0]
    stays = flows.camp_stays(dataset, policy, condition, observed)
    last, under = words.day(stays[0].date), f"under “{named.get(policy, policy)}” and “{named[condition]}”"
    known = any(stay.counted is not None for stay in stays)
    shown = camps_shown(dataset, scenario, stays, policy, condition)
    caption = (
        f"Lines are as wide as the people who set out on them, either way, from {words.day(scenario.start)} to {last} "
        f"(middle future); circles have the area of the people in a camp on {last}: filled as simulated, 80 % interval "
        "in brackets"
    ) + (", outlined as counted. " if known else ". ")
    caption += f"Ways and violence as of {words.day(read.as_of(dataset))}. {words.DISCLAIMER}"
    drawings = [
        Drawing(flow_map(shown)[0], "camps-map", f"Ways taken, and people in camps on {last}, {under}", caption)
    ]
    dots = " dots: what was counted;" if (observed or {}).get("camps") else ""
    drawings.append(
        Drawing(
            figures.camps(dataset, condition, policy=policy, observed=(observed or {}).get("camps")), "camps-time",
            f"People in camps, {under}",
            "The largest camps one by one, each with its own scale, and all others together. Line: middle future; "
            f"bands: 50, 80 and 95 % of futures;{dots} dashed line across: the last day known, from "
            "whose counts the futures start where the folder has them; dotted: capacity.",
        )
    )  # fmt: skip
    tables = [_camp_table(stays, scenario, f"People in camps on {last}, {under}", known)]
    others = [p for p in read.ids(dataset, "policy") if p != policy]
    changes = {p: _changes(dataset, p, policy, condition) for p in others}
    total = sum(stay.middle for stay in stays)
    moved = {p: c for p, c in changes.items() if max(map(abs, c.values()), default=0.0) > CHANGED * max(total, 1.0)}
    if moved:
        drawings.append(_by_policy(dataset, scenario, [policy, *moved], moved, condition, named, last, total))
        tables.append(_policy_table(dataset, [policy, *moved], condition, named, last))
    said = f"The map shows ways taken and people in camps {under}{', beside what was counted' if known else ''}."
    if moved:
        said += " Policies that change where people are follow with maps of their own."
    elif others:
        said += f" No other policy changes any camp by as much as {words.percent(CHANGED)} of all people there."
    return Section(said, drawings, tables)


def camps_shown(
    dataset: xr.Dataset, scenario: Scenario, stays: Sequence[flows.Stay], policy: str, condition: str,
    most: tuple[float, float] | None = None, notes: Named | None = None,
) -> Shown:  # fmt: skip
    """Return the map of a wider country under one policy."""
    at = {place.id: place for place in scenario.places}
    now = regimes(scenario) | _shut_by(scenario, policy)
    bands = []
    for flow in flows.camp_flows(dataset, scenario, policy, condition):
        ends = spot(at[flow.start]), spot(at[flow.end])
        if flow.middle >= 0.5:
            bands.append(Band(*ends, flow.middle))
        if not now[flow.link] & Traffic.PEOPLE_OUT:
            bands.append(Band(*ends, 0.0, "closed"))
        elif flow.middle < 0.5:
            bands.append(Band(*ends, 0.0, "idle"))
    circles = []
    for stay in stays:
        counted = "" if stay.counted is None else f"\ncounted {exact(stay.counted, True)}"
        text = f"{at[stay.place].label}\n{words.count(stay.middle)}{about(stay)}{counted}"
        if max(stay.high, stay.counted or 0.0) >= 0.5:
            circles.append(Circle(at[stay.place], stay.middle, stay.counted, text))
    used = {circle.place.id for circle in circles}
    violent = flows.violence(scenario)
    return Shown(
        widened(window_of(scenario)), bands, circles, marks=[place for place in scenario.places if place.id in violent],
        others=[
            place
            for place in scenario.places
            if place.kind in ("town", *CAMP_KINDS) and place.id not in violent and place.id not in used
        ],
        most=most, notes=notes or {},
    )  # fmt: skip


def _shut_by(scenario: Scenario, policy: str) -> dict[str, int]:
    """Return the regimes that a policy imposes on links for the whole horizon or a part of it."""
    found = next((p for p in scenario.policies if p.id == policy), None)
    out = {}
    for action in found.actions if found else ():
        table, key, name = (*action.target.split("."), "", "")[:3]
        if table == "links" and name == "regime" and action.value is not None:
            out[key] = int(action.value)
    return out


def _camp_table(stays: Sequence[flows.Stay], scenario: Scenario, caption: str, known: bool) -> dict[str, Any]:
    at = {place.id: place for place in scenario.places}
    limited = any(at[stay.place].capacity is not None for stay in stays)
    columns = ["Camp", "People, simulated (80 % interval)"]
    columns += ["Of its capacity"] if limited else []
    columns += ["Counted", "When"] if known else []
    rows = []
    for stay in stays:
        row = [(at[stay.place].label, ""), (words.count(stay.middle), between(stay))]
        if limited:
            room = at[stay.place].capacity
            share = (words.percent(stay.middle / room), f"of {words.count(room)}") if room else ("–", "")
            row.append(share)
        if known:
            row += [("–" if stay.counted is None else exact(stay.counted, True), ""), (stay.when or "–", "")]
        rows.append(row)
    return {"caption": caption, "columns": columns, "rows": rows}


def _people_last(dataset: xr.Dataset, policy: str, condition: str) -> xr.DataArray:
    """Return (camp, future) persons on the last day."""
    chosen = dataset["sheltered"].sel(policy=policy, condition=condition).isel(day=-1)
    return chosen.transpose("camp", "future").astype(np.float64)


def _changes(dataset: xr.Dataset, policy: str, reference: str, condition: str) -> dict[str, float]:
    """Return the median of the paired difference to the reference in each camp on the last day, persons."""
    gap = _people_last(dataset, policy, condition) - _people_last(dataset, reference, condition)
    middle = np.median(gap.to_numpy(), axis=1)
    return dict(zip(read.ids(dataset, "camp"), map(float, middle), strict=True))


def _signed(value: float) -> str:
    text = words.count(value)
    return f"+{text}" if value > 0 and text != "0" else text


def _by_policy(
    dataset: xr.Dataset, scenario: Scenario, policies: Sequence[str], changes: Mapping[str, Mapping[str, float]],
    condition: str, named: Named, last: str, total: float,
) -> Drawing:  # fmt: skip
    """Return one small map per policy on one scale, with the camps that change most."""
    stays = {policy: flows.camp_stays(dataset, policy, condition) for policy in policies}
    lines = {policy: flows.camp_flows(dataset, scenario, policy, condition) for policy in policies}
    most = (
        max(1.0, *(flow.middle for found in lines.values() for flow in found)),
        max(1.0, *(stay.middle for found in stays.values() for stay in found)),
    )
    panels = {}
    for policy in policies[:6]:
        change = changes.get(policy, {})
        largest = sorted(change, key=lambda camp: -abs(change[camp]))[:3]
        notes = {camp: _signed(change[camp]) for camp in largest if abs(change[camp]) > CHANGED * total}
        title = named.get(policy, policy) + ("" if change else " (reference)")
        panels[title] = camps_shown(dataset, scenario, stays[policy], policy, condition, most, notes)
    caption = (
        "One scale for all maps. Numbers: the difference to the reference in the camps that change most, taken future "
        "by future (median). Policies that move hardly anybody are left out."
    )
    return Drawing(
        small_maps(panels), "camps-policies", f"Where the displaced are on {last}, policy by policy", caption
    )


def _policy_table(
    dataset: xr.Dataset, policies: Sequence[str], condition: str, named: Named, last: str
) -> dict[str, Any]:
    found = {p: {stay.place: stay for stay in flows.camp_stays(dataset, p, condition)} for p in policies}
    rows = [
        [
            (named.get(camp, camp), ""),
            *((words.count(found[p][camp].middle), between(found[p][camp])) for p in policies),
        ]
        for camp in found[policies[0]]
    ]
    columns = ["Camp", *(named.get(policy, policy) for policy in policies)]
    return {"caption": f"People in camps on {last}, policy by policy", "columns": columns, "rows": rows}
