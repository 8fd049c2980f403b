"""The section "Where people go": maps of flows and stays, people by camp over time, and a small table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import xarray as xr

from corridor.report import words
from corridor.report.map.flow_map import flow_map, window_around
from corridor.report.map.flow_scale import Band, Circle, Shown
from corridor.report.map.places import regimes
from corridor.report.sections import flows
from corridor.report.sections.answer import is_flight
from corridor.report.sections.displacement_camps import camps_section
from corridor.report.sections.displacement_parts import Drawing, Named, Section, about, between, exact, spot
from corridor.results import read
from corridor.results.dataset import ahead
from corridor.scenario.model import Place, Scenario
from corridor.scenario.traffic import Traffic


def section(dataset: xr.Dataset, comparison: pd.DataFrame, observed: flows.Observed | None = None) -> Section | None:
    """Return the section; None where the run records no movement at all.

    observed : rows of `observed/exodus.csv`, `destination.csv` and `camps.csv` by name, where the case has them
    """
    scenario = read.scenario_of(dataset)
    wider, parts = "sheltered" in dataset, []
    if "departures" in dataset:
        flight = _flight(dataset, comparison, scenario, observed)
        parts += [flight] if flight.drawings or not wider else []
    if wider:
        parts.append(camps_section(dataset, comparison, scenario, observed))
    if not parts:
        return None
    text = " ".join(part.text for part in parts)
    return Section(text, [d for part in parts for d in part.drawings], [t for part in parts for t in part.tables])


def _nobody(comparison: pd.DataFrame) -> Section:
    """Say in one sentence that nobody is displaced, and how many leave all the same."""
    rows = comparison[(comparison["outcome"] == "departures") & (comparison["day"] == comparison["day"].max())]
    most = float(rows["median"].max()) if len(rows) else 0.0
    if not most >= 0.5:
        return Section(
            "Nobody is displaced in this run: under every condition and policy all stay in the middle future."
        )
    return Section(
        f"Nobody is displaced in this run: under no condition does a great part of the people leave (at most "
        f"{words.count(most)} by the last date in the middle future, and they leave one by one)."
    )


def _flight(
    dataset: xr.Dataset, comparison: pd.DataFrame, scenario: Scenario, observed: flows.Observed | None
) -> Section:
    condition = next((c for c in read.ids(dataset, "condition") if is_flight(comparison, c)), None)
    if condition is None:
        return _nobody(comparison)
    policy, named = str(comparison["reference"].iloc[0]), read.titles(scenario)
    passed = [flow for flow in flows.flight_flows(dataset, scenario, policy, condition) if flow.high >= 0.5]
    stays = flows.flight_stays(dataset, policy, condition, observed)
    if not passed or not stays:
        return _nobody(comparison)
    under = f"under “{named[condition]}” (a hypothesis of this run) and “{named.get(policy, policy)}”"
    title = f"Where people go {under}"
    gates = list(dict.fromkeys(stay.place for stay in stays if stay.what == "came here"))
    known = any(stay.counted is not None for stay in stays)
    caption = (
        f"Lines are as wide as the people who passed by {words.day(stays[-1].date)}, arrows say where to; circles have "
        "the area of the people who came there or went on to live there. Middle future; 80 % interval in brackets. "
        "People on a road are its vehicles times the people who arrived for each vehicle, on foot and by bus included."
    )
    if known:
        caption += (
            " Outlined: what was counted, known only afterwards; where a share was published, it stands for that share "
            "of all who were counted."
        )
    drawn = flow_map(_flight_shown(dataset, scenario, passed, stays, gates[0], policy, condition))[0]
    return Section(
        f"The map shows the way out and the places of reception {under}"
        f"{', and what was counted' if known else ''}; where people wished to go is not asked here.",
        [Drawing(drawn, "flows", title, f"{caption} {words.DISCLAIMER}")],
        [_stay_table(stays, f"People who came and stayed, {under}", named, known)],
    )


def _flight_shown(
    dataset: xr.Dataset, scenario: Scenario, passed: Sequence[flows.Flow], stays: Sequence[flows.Stay], gate: str,
    policy: str, condition: str,
) -> Shown:  # fmt: skip
    """Return the map of an exodus: homes, the way out, the place of registration and where people went on to live."""
    at: dict[str, Place] = {place.id: place for place in scenario.places}
    used = {flow.link for flow in passed}
    bands = [Band(spot(at[f.start]), spot(at[f.end]), f.middle, "road", directed=True) for f in passed]
    homes = {place.id for place in scenario.homes}
    now = regimes(scenario)
    bands += [
        Band(spot(at[link.from_place]), spot(at[link.to_place]), 0.0, "closed")
        for link in scenario.links
        if link.id not in used and not now[link.id] & Traffic.PEOPLE_OUT and {link.from_place, link.to_place} & homes
    ]
    circles, seen = [], set[str]()
    for stay in stays:
        if stay.place in seen:
            continue
        seen.add(stay.place)
        came, counted = "", "" if stay.counted is None else f"\ncounted {exact(stay.counted, stay.share is None)}"
        if stay.what == "came here":
            same = [other for other in stays if other.place == stay.place and other.what == stay.what]
            firm = [f"{exact(other.counted, True)} ({_short(other.date)})" for other in same if other.counted]
            came, counted, stay = " came", f"\ncounted {' and '.join(firm)}" if firm else "", same[-1]
        text = f"{at[stay.place].label}\n{words.count(stay.middle)}{came}{about(stay)}{counted}"
        circles.append(Circle(at[stay.place], stay.middle, stay.counted, text))
        if stay.what == "live here":
            bands.append(Band(spot(at[gate]), spot(at[stay.place]), stay.middle, "onward", directed=True))
    left = ahead(dataset["departures"]).sel(policy=policy, condition=condition).sum("day").median("future")
    for place in scenario.homes:
        text = f"{place.label}\n{words.count(float(left.sel(place=place.id)))} left"
        circles.append(Circle(place, 0.0, None, text))
    points = [spot(circle.place) for circle in circles] + [spot(at[f.end]) for f in passed]
    return Shown(window_around(points), bands, circles)


def _short(day: date) -> str:
    """Return "30 Sep"."""
    return f"{day.day} {words.MONTHS[day.month - 1][:3]}"


def _stay_table(stays: Sequence[flows.Stay], caption: str, named: Named, known: bool) -> dict[str, Any]:
    """Return place, simulated people and, where somebody counted, the count and its date."""
    rows = []
    for stay in stays:
        by = "by" if stay.what == "came here" else "on"
        # what people do there stands with the place: the first column is the heading of its row
        place = f"{named.get(stay.place, stay.place)}: {stay.what} {by} {words.day(stay.date)}"
        row = [(place, ""), (words.count(stay.middle), between(stay))]
        if known:
            if stay.share is not None and stay.simulated_share is not None:
                row[1] = (words.count(stay.middle), f"{between(stay)}; {words.percent(stay.simulated_share)} of all")
                about = "" if stay.counted is None else f"about {words.count(stay.counted)}"
                row += [(f"{words.percent(stay.share)} of all", about), (stay.when, "")]
            else:
                row += [("–" if stay.counted is None else exact(stay.counted, True), ""), (stay.when or "–", "")]
        rows.append(row)
    columns = ["Place", "People, simulated (80 % interval)", *(["Counted", "When"] if known else [])]
    return {"caption": caption, "columns": columns, "rows": rows}
