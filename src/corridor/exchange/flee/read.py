"""A Flee case folder -> `DisplacementCase`, with the list of what was found wrong in the data.

Format: input_csv/{locations,routes,closures,conflicts,sim_period,registration_corrections}.csv and
source_data/{data_layout,<camp>}.csv (BSD-3 tool of Brunel University London; read from its description and its
cases, no code of it is used).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

from corridor.core.errors import InputError, did_you_mean
from corridor.exchange.flee.checks import check_case
from corridor.exchange.flee.counts import read_counts
from corridor.exchange.flee.links import Links, read_links
from corridor.exchange.flee.tables import Floats, Notes, Row, attribute, number, people, read_rows
from corridor.rules.displacement.case import (
    CAMP,
    CONFLICT,
    HUB,
    IDP_CAMP,
    MARKER,
    NO_PLACE,
    TOWN,
    UNLIMITED,
    Closure,
    ClosureKind,
    DisplacementCase,
)

_OWN_COLUMNS = 8
_CLOSURES: dict[str, ClosureKind] = {
    "country": "border",
    "location": "place",
    "link": "link",
    "camp": "camp",
    "idpcamp": "camp",
    "remove_forced_redirection": "unforce",
}
FIERCEST = 100.0
"""intensity above which nothing is played, as for events of a folder"""
MOST_DAYS = 36_525
"""of a case: a hundred years"""


def read_flee_case(folder: Path | str) -> DisplacementCase:
    """Read one case.

    Parameters
    ----------
    folder : holds `input_csv` and `source_data`

    Raises
    ------
    InputError
        With every problem that stops the import, at once.
    """
    root = Path(folder)
    notes = Notes(root)
    inputs = root / "input_csv"
    if not inputs.is_dir():
        notes.stop(inputs, 0, "", "no such folder", "name a folder that holds input_csv and source_data")
        raise InputError(notes.fatal)
    start, days = _period(inputs, notes)
    place_rows, place_header = _unique_places(inputs / "locations.csv", notes)
    path = inputs / "locations.csv"
    names = tuple(row.cell(0) for row in place_rows)
    index = {name: i for i, name in enumerate(names)}
    countries = tuple(dict.fromkeys(row.cell(2) for row in place_rows))
    kind = np.array([_kind(row, path, notes) for row in place_rows], dtype=np.int64)
    residents = np.array([int(people(row.cell(7), path, row, "population", notes)) for row in place_rows], np.int64)
    is_camp = (kind == CAMP) | (kind == IDP_CAMP)

    def free(row: Row, name: str, default: float) -> float:
        return attribute(row, place_header, _OWN_COLUMNS, name, default, path, notes)

    links = read_links(inputs / "routes.csv", index, notes)
    closures = _closures(inputs / "closures.csv", index, countries, links, notes)
    conflict = _conflicts(inputs / "conflicts.csv", index, days, notes)
    intensity = np.array([free(row, "conflict_intensity", 1.0) for row in place_rows])
    initial = np.array([int(free(row, "initial_idps", 0.0)) for row in place_rows], dtype=np.int64)
    camps = np.flatnonzero(is_camp)
    if not camps.size:
        remedy = "a case whose people only move inside the country cannot be imported yet: name the camps"
        notes.stop(path, 0, "location_type", "no place takes the displaced: none is a camp", remedy)
        raise InputError(notes.fatal)
    counted, inflow, scored, dated = read_counts(root, inputs, [names[i] for i in camps], start, days, notes)
    if notes.fatal:
        raise InputError(notes.fatal)
    kind[np.setdiff1d(camps, camps[scored])] = TOWN
    was_camp, camps = is_camp, camps[scored]
    ever = (counted > 0).any(axis=0)
    case = DisplacementCase(
        name=root.resolve().name,
        start=start,
        days=days,
        places=names,
        countries=countries,
        country=np.array([countries.index(row.cell(2)) for row in place_rows], dtype=np.int64),
        latitude=np.array([_degrees(row, 3, "latitude", 90.0, path, notes) for row in place_rows]),
        longitude=np.array([_degrees(row, 4, "longitude", 180.0, path, notes) for row in place_rows]),
        kind=kind,
        population=np.where(was_camp, 0, residents),
        capacity=np.where(was_camp & (kind != TOWN) & (residents >= 1), residents, UNLIMITED),
        intensity=np.where(kind == CONFLICT, intensity, 0.0),
        initial=initial,
        closures=closures,
        conflict=conflict,
        camps=camps,
        counted=counted,
        inflow=inflow,
        open_from=np.where(ever, (counted > 0).argmax(axis=0), days).astype(np.int64),
        problems=(),
        dated=dated,
        **links,
    )
    check_case(case, notes)
    if notes.fatal:
        raise InputError(notes.fatal)
    return replace(case, problems=tuple(sorted(notes.odd)))


def _period(inputs: Path, notes: Notes) -> tuple[date, int]:
    path = inputs / "sim_period.csv"
    if not path.is_file() and (inputs / "conflict_period.csv").is_file():
        path = inputs / "conflict_period.csv"
        notes.note(path, 0, "", "old name of sim_period.csv")
    values = {row.cell(0).lower(): row for row in read_rows(path, notes)[0]}
    start, days = date(1970, 1, 1), 1
    first, length = values.get("startdate"), values.get("length")
    if first is None or length is None:
        notes.stop(path, 0, "", "needs the rows StartDate and Length")
        return start, days
    try:
        start = datetime.strptime(first.cell(1), "%Y-%m-%d").date()
    except ValueError:
        notes.stop(path, first.line, "StartDate", f'"{first.cell(1)}" is not a date', "write YYYY-MM-DD", 2)
    days = int(number(length.cell(1), 1.0, path, length, "Length", notes))
    last = (date.max - start).days
    if not 1 <= days <= min(MOST_DAYS, last):
        notes.stop(path, length.line, "Length", f"{days} days", f"write 1 to {min(MOST_DAYS, last):,}")
        days = 1
    return start, days


def _unique_places(path: Path, notes: Notes) -> tuple[list[Row], tuple[str, ...]]:
    rows, header = read_rows(path, notes)
    kept: dict[str, Row] = {}
    for row in rows:
        if row.cell(0) in kept:
            notes.note(path, row.line, "name", f'"{row.cell(0)}" occurs twice', "the first row is used")
        else:
            kept[row.cell(0)] = row
    if not kept:
        notes.stop(path, 0, "", "holds no place")
        raise InputError(notes.fatal)
    return list(kept.values()), header


def _kind(row: Row, path: Path, notes: Notes) -> int:
    text = row.cell(5).lower()
    for word, kind in (("idp", IDP_CAMP), ("camp", CAMP), ("conflict", CONFLICT), ("forward", HUB), ("marker", MARKER)):
        if word in text:
            # a conflict that breaks out later starts as a town
            later = kind == CONFLICT and number(row.cell(6), 0.0, path, row, "conflict_date", notes) > 0
            return TOWN if later else kind
    if not any(word in text for word in ("town", "default", "flood")):
        notes.note(path, row.line, "location_type", f'"{row.cell(5)}" is not a kind of place', "taken as a town", 6)
    return TOWN


def _closures(
    path: Path, index: dict[str, int], countries: tuple[str, ...], links: Links, notes: Notes
) -> tuple[Closure, ...]:
    out: list[Closure] = []
    pairs = set(zip(links["link_from"].tolist(), links["link_to"].tolist(), strict=True))
    for row in read_rows(path, notes, required=False)[0]:
        kind = _CLOSURES.get(row.cell(0).lower())
        if kind is None:
            notes.note(path, row.line, "closure_type", f'"{row.cell(0)}" is unknown; ignored', "", 1)
            continue
        known: dict[str, int] = {name: i for i, name in enumerate(countries)} if kind == "border" else index
        first = known.get(row.cell(1), NO_PLACE)
        second = known.get(row.cell(2), NO_PLACE)
        needs_second = kind in ("border", "link", "unforce")
        for column, name, found in ((1, row.cell(1), first), (2, row.cell(2), second)):
            if found == NO_PLACE and (column == 1 or needs_second):
                remedy = f"ignored; {did_you_mean(name, known)}"
                notes.note(path, row.line, f"name{column}", f'nothing is called "{name}"', remedy, column + 1)
        if first == NO_PLACE or (needs_second and second == NO_PLACE):
            continue
        start = int(number(row.cell(3), 0.0, path, row, "closure_start", notes))
        end = int(number(row.cell(4), -1.0, path, row, "closure_end", notes))
        beside = second if kind == "place" and (first, second) in pairs else NO_PLACE
        if beside != NO_PLACE:
            notes.note(
                path, row.line, "", f"names the neighbours {row.cell(1)} and {row.cell(2)}",
                f"read as that one road; with Flee's behaviour all of {row.cell(1)} is sealed", 3,
            )  # fmt: skip
        if kind == "link":
            notes.note(path, row.line, "", "has no effect in Flee")
        if kind == "unforce" and end == 0:
            end = -1  # "from day 101 on, until never": 0 is a placeholder, the day before which nothing happens
        if 0 <= end <= start:
            notes.note(path, row.line, "closure_end", f"day {end} is not after day {start}", "", 5)
        out.append(Closure(kind, first, second if kind != "place" else NO_PLACE, start, end, beside))
    return tuple(out)


def _conflicts(path: Path, index: dict[str, int], days: int, notes: Notes) -> Floats:
    rows, header = read_rows(path, notes)
    conflict = np.zeros((days, len(index)))
    for column, name in enumerate(header[1:], start=1):
        if name and name not in index:
            notes.note(path, 1, name, "no such place; column ignored", did_you_mean(name, index), column + 1)
    columns = [(column, index[name]) for column, name in enumerate(header) if column and name in index]
    if rows and not columns:
        remedy = f"begin the file with a line such as #Day,{next(iter(index))}"
        notes.stop(path, 1, "", "no header names a place of locations.csv", remedy)
        return conflict
    dated = _calendar_days(rows, days, path, notes)
    for row, (day, until) in zip(rows, pairwise([*dated, days]), strict=True):
        for column, place in columns:
            value = number(row.cell(column), 0.0, path, row, header[column], notes)
            if not 0.0 <= value <= FIERCEST:
                message = f'"{row.cell(column)}" is no intensity'
                notes.stop(path, row.line, header[column], message, f"write 0 to {FIERCEST:g}", column + 1)
            conflict[day:until, place] = value
    if dated and dated[-1] + 1 < days:
        notes.note(path, 0, "", f"ends on day {dated[-1]} of {days}", "the last row is held; Flee stops")
    return conflict


def _calendar_days(rows: list[Row], days: int, path: Path, notes: Notes) -> list[int]:
    """Return the day of each row, by its first column; a row holds until the next one."""
    found: list[int] = []
    gaps = 0
    for row in rows:
        day = number(row.cell(0), -1.0, path, row, "Day", notes)
        if not day.is_integer() or day < 0 or (found and day <= found[-1]):
            message = f'"{row.cell(0)}" is not a day after the row before'
            notes.stop(path, row.line, "Day", message, "number the rows 0, 1, 2 and so on", 1)
            return [min(n, days) for n in range(len(rows))]
        gaps += day != (found[-1] + 1 if found else 0)
        found.append(int(day))
    if gaps:
        message = f"{gaps} gaps between days: a row holds until the next one"
        notes.note(path, 0, "Day", message, "Flee ignores this column and takes row after row")
    return [min(day, days) for day in found]


def _degrees(row: Row, column: int, name: str, most: float, path: Path, notes: Notes) -> float:
    """Return a latitude or longitude; nowhere is not 0 degrees."""
    if row.cell(column) == "":
        notes.stop(path, row.line, name, f"{row.cell(0)} has no {name}", "write decimal degrees", column + 1)
        return 0.0
    value = number(row.cell(column), 0.0, path, row, name, notes)
    if abs(value) > most:
        notes.stop(path, row.line, name, f'"{row.cell(column)}" is no {name}', "write decimal degrees", column + 1)
        return 0.0
    return value
