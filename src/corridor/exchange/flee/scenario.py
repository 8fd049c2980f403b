"""A Flee case -> an ordinary scenario folder: places, links, events, counts, policies, evidence, what was observed.

Written in the form that `corridor check` reads (docs/scenario-format.md). Closures that overlap are resolved into the
regime of each road; a camp takes people from the day after its last count of zero, or when closures say.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corridor.exchange.flee.policies import policies_yaml, scenario_yaml, words
from corridor.exchange.flee.sources import ASSUMED_SPEED, EVIDENCE_HEADER, evidence_rows, series_files, series_id, slugs
from corridor.exchange.folder import write_folder
from corridor.rules.displacement.calendar import active, camps_shut, open_links
from corridor.rules.displacement.case import CAMP, HUB, IDP_CAMP, MARKER, DisplacementCase
from corridor.scenario.build.settings import LONGEST_PAST

_KINDS = {CAMP: "camp", IDP_CAMP: "idp_camp", HUB: "hub", MARKER: "marker"}
_HOURS = 10.0
"""Hours of travel a day."""
_KMH = 40.0

Row = Sequence[str]
Event = tuple[str, str, str, str, str]
"""date, kind, target, value, evidence"""


def write_scenario(
    case: DisplacementCase, source: Path, folder: Path, *, capacity: bool = True, force: bool = False
) -> tuple[str, ...]:
    """Write a case as a scenario folder, whole or not at all, and return the files' names.

    Parameters
    ----------
    source : the Flee folder that the case was read from, whose files are cited
    folder : new, or empty; with `force` also an older scenario folder, whose other files are kept
    capacity : keep the capacity column, although it holds the highest later count of nearly every camp

    Raises
    ------
    InputError
        Where the folder cannot be written.
    """
    files = scenario_files(case, source, capacity=capacity)
    write_folder(files, folder, force=force)
    return tuple(files)


def scenario_files(case: DisplacementCase, source: Path, *, capacity: bool = True) -> dict[str, str]:
    """Return the files of the scenario: name -> text."""
    everything, case = case, cut(case, LONGEST_PAST + 1)
    ids = slugs(case.places)
    camps = tuple(ids[place] for place in case.camps)
    roads = road_ids(case, ids)
    cited = series_files(source)
    counts = {
        camp: " ".join(series_id(camp, i) for i in range(len(cited.get(name, ()))))
        for camp, name in zip(camps, case.camp_names, strict=True)
    }
    has_closures = (source / "input_csv" / "closures.csv").is_file()
    return {
        "scenario.yaml": scenario_yaml(case, capacity=capacity),
        "policies.yaml": policies_yaml(case, roads),
        "places.csv": _csv(
            ("id", "name", "latitude", "longitude", "kind", "population", "country", "capacity", "evidence"),
            _places(case, ids, counts, capacity=capacity),
        ),
        "links.csv": _csv(("id", "from", "to", "km", "kmh", "regime", "forced", "evidence"), _links(case, ids, roads)),
        "displaced.csv": _csv(("date", "place", "persons", "evidence", "known"), _displaced(case, ids)),
        "events.csv": _csv(
            ("date", "known", "kind", "target", "value", "evidence"),
            (
                (date, date, kind, target, value, evidence)
                for date, kind, target, value, evidence in _events(case, ids, roads, counts, has_closures)
            ),
        ),
        "evidence.csv": _csv(EVIDENCE_HEADER, evidence_rows(case, source, camps)),
        "observed/camps.csv": _csv(("date", "place", "persons"), _observed(everything, camps)),
        "observed/problems.csv": _csv(
            ("file", "line", "column", "field", "message", "remedy"),
            ((p.file, str(p.line), str(p.column), p.field, p.message, p.remedy) for p in case.problems),
        ),
    }


def cut(case: DisplacementCase, days: int) -> DisplacementCase:
    """Return the first days of a case: a folder looks back no further than the format allows."""
    if case.days <= days:
        return case
    closures = tuple(closure for closure in case.closures if closure.start < days)
    return replace(
        case,
        days=days,
        conflict=case.conflict[:days],
        counted=case.counted[:days],
        inflow=case.inflow[:days],
        dated=None if case.dated is None else case.dated[:days],
        closures=closures,
        open_from=np.minimum(case.open_from, days),
    )


def road_ids(case: DisplacementCase, ids: Sequence[str]) -> tuple[str, ...]:
    """Return one id per road (two links of the case, one behind the other)."""
    pairs = zip(case.link_from[::2].tolist(), case.link_to[::2].tolist(), strict=True)
    return tuple(f"{ids[a]}-{ids[b]}" for a, b in pairs)


def _places(case: DisplacementCase, ids: Sequence[str], counts: dict[str, str], *, capacity: bool) -> Iterable[Row]:
    for i, name in enumerate(ids):
        limit = str(case.capacity[i]) if capacity and case.capacity[i] > 0 else ""
        yield (
            name, words(case.places[i]), _number(case.latitude[i]), _number(case.longitude[i]),
            _KINDS.get(int(case.kind[i]), "town"), str(max(int(case.population[i]), 0)),
            words(case.countries[case.country[i]]), limit, f"locations {counts.get(name, '')}".strip(),
        )  # fmt: skip


def _links(case: DisplacementCase, ids: Sequence[str], roads: Sequence[str]) -> Iterable[Row]:
    for road, name in enumerate(roads):
        link = 2 * road
        kmh = case.link_kmh_day[link] / _HOURS if case.link_kmh_day[link] > 0 else _KMH
        forced = "from" if case.link_forced[link] else "to" if case.link_forced[link + 1] else ""
        yield (
            name, ids[case.link_from[link]], ids[case.link_to[link]], _number(case.link_km[link]), _number(kmh), "open",
            forced, "routes" if case.link_kmh_day[link] > 0 else f"routes {ASSUMED_SPEED}",
        )  # fmt: skip


def _displaced(case: DisplacementCase, ids: Sequence[str]) -> Iterable[Row]:
    start = case.start.isoformat()
    # the total says how many are in camps: people displaced elsewhere at the start are not in it, and would break it
    first = np.zeros_like(case.initial)
    first[case.camps] = case.day0
    for place in np.flatnonzero(first > 0).tolist():
        yield start, ids[place], str(first[place]), "counts", start
    for day, persons in enumerate(np.maximum(case.counted.sum(axis=1), 0)):
        date = (case.start + timedelta(days=day)).isoformat()
        yield date, "*", str(persons), "counts", date
    for day in sorted({case.days // 2, case.days - 1} - {0}):  # what stands on day 0 was written above
        # where people were on the last day that each variant knows
        date = (case.start + timedelta(days=day)).isoformat()
        for camp, place in enumerate(case.camps.tolist()):
            yield date, ids[place], str(max(int(case.counted[day, camp]), 0)), "counts", date


def _events(
    case: DisplacementCase, ids: Sequence[str], roads: Sequence[str], counts: dict[str, str], has_closures: bool
) -> list[Event]:
    """Return every change, in the order of days: roads, camps, forced ways, violence."""
    found: list[tuple[int, str, str, str, str]] = []
    shut = "closures" if has_closures else ""

    def changes(states: npt.NDArray[np.float64], first: float) -> Iterable[tuple[int, float]]:
        for day in np.flatnonzero(np.diff(states, prepend=first)):
            yield int(day), float(states[day])

    is_open = open_links(case)
    for road, name in enumerate(roads):
        for day, now in changes(is_open[:, 2 * road].astype(float), 1.0):
            found.append((day, "regime", name, "open" if now else "closed", shut))
    closed = camps_shut(case)[:, case.camps]
    counted = np.arange(case.days)[:, None] >= case.open_from
    for camp, place in enumerate(case.camps.tolist()):
        both = (counted[:, camp] & ~closed[:, camp]).astype(float)
        for day, now in changes(both, 1.0):
            by_rule = closed[max(day - 1, 0) : day + 1, camp].any()
            found.append(
                (day, "camp", ids[place], "open" if now else "closed", shut if by_rule else counts[ids[place]])
            )
    for road, name in enumerate(roads):
        if case.link_forced[2 * road] or case.link_forced[2 * road + 1]:
            for day, now in changes((~_lifted(case, road)).astype(float), 1.0):
                found.append((day, "forced", name, "on" if now else "off", shut))
    for place in np.flatnonzero((case.conflict > 0).any(axis=0)).tolist():
        for day, now in changes(np.maximum(case.conflict[:, place], 0.0), 0.0):
            found.append((day, "violence", ids[place], _number(now), "conflicts"))
    found.sort(key=lambda event: event[0])
    return [((case.start + timedelta(days=day)).isoformat(), *rest) for day, *rest in found]  # type: ignore[misc]


def _lifted(case: DisplacementCase, road: int) -> npt.NDArray[np.bool_]:
    """Return (day,) whether a forced way is lifted."""
    ends = {int(case.link_from[2 * road]), int(case.link_to[2 * road])}
    lifts = [c for c in case.closures if c.kind == "unforce" and {c.first, c.second} == ends]
    return np.array([any(active(c, day) for c in lifts) for day in range(case.days)], dtype=np.bool_)


def _observed(case: DisplacementCase, camps: Sequence[str]) -> Iterable[Row]:
    for day in range(case.days):
        date = (case.start + timedelta(days=day)).isoformat()
        for camp, name in enumerate(camps):
            yield date, name, str(case.counted[day, camp])


def _number(value: float) -> str:
    """Return a number that reads back as itself, without a needless fraction."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _csv(header: Sequence[str], rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
