"""A Flee case folder -> `MovementCase`, with the list of what was found wrong in the data.

Format: input_csv/{locations,routes,closures,conflicts,sim_period,registration_corrections}.csv and
source_data/{data_layout,<camp>}.csv (BSD-3 tool of Brunel University London; read from its description and its
cases, no code of it is used).
"""

from __future__ import annotations

from datetime import date, datetime
from functools import reduce
from pathlib import Path

import numpy as np

from corridor.core.errors import InputError, did_you_mean
from corridor.exchange.flee_checks import check_case
from corridor.exchange.flee_tables import (
    Floats,
    Ints,
    Notes,
    Row,
    Series,
    add,
    correct,
    day_of,
    number,
    read_rows,
    read_series,
)
from corridor.processes.movement_case import (
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
    MovementCase,
)

_OWN_COLUMNS = {"locations": 8, "routes": 4}
_CLOSURES: dict[str, ClosureKind] = {
    "country": "border",
    "location": "place",
    "link": "link",
    "camp": "camp",
    "idpcamp": "camp",
    "remove_forced_redirection": "unforce",
}


def read_flee_case(folder: Path | str) -> MovementCase:
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
    people = np.array([int(number(row.cell(7), 0.0, path, row, "population", notes)) for row in place_rows], np.int64)
    is_camp = (kind == CAMP) | (kind == IDP_CAMP)

    def attribute(row: Row, name: str, default: float) -> float:
        return _attribute(row, place_header, _OWN_COLUMNS["locations"], name, default, path, notes)

    links = _links(inputs / "routes.csv", index, notes)
    closures = _closures(inputs / "closures.csv", index, countries, links, notes)
    conflict = _conflicts(inputs / "conflicts.csv", index, days, notes)
    intensity = np.array([attribute(row, "conflict_intensity", 1.0) for row in place_rows])
    initial = np.array([int(attribute(row, "initial_idps", 0.0)) for row in place_rows], dtype=np.int64)
    camps = np.flatnonzero(is_camp)
    counted, inflow = _counts(root, inputs, [names[i] for i in camps], start, days, notes)
    if notes.fatal:
        raise InputError(notes.fatal)
    ever = (counted > 0).any(axis=0)
    case = MovementCase(
        name=root.resolve().name,
        start=start,
        days=days,
        places=names,
        countries=countries,
        country=np.array([countries.index(row.cell(2)) for row in place_rows], dtype=np.int64),
        latitude=np.array([number(row.cell(3), 0.0, path, row, "latitude", notes) for row in place_rows]),
        longitude=np.array([number(row.cell(4), 0.0, path, row, "longitude", notes) for row in place_rows]),
        kind=kind,
        population=np.where(is_camp, 0, people),
        capacity=np.where(is_camp & (people >= 1), people, UNLIMITED),
        intensity=np.where(kind == CONFLICT, intensity, 0.0),
        initial=initial,
        closures=closures,
        conflict=conflict,
        camps=camps,
        counted=counted,
        inflow=inflow,
        open_from=np.where(ever, (counted > 0).argmax(axis=0), days).astype(np.int64),
        problems=(),
        **links,
    )
    check_case(case, notes)
    if notes.fatal:
        raise InputError(notes.fatal)
    from dataclasses import replace

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
        start = datetime.strptime(first.cell(1), "%Y-%m-%d").date()  # noqa: DTZ007  a local civil day
    except ValueError:
        notes.stop(path, first.line, "StartDate", f'"{first.cell(1)}" is not a date', "write YYYY-MM-DD", 2)
    days = int(number(length.cell(1), 1.0, path, length, "Length", notes))
    if days < 1:
        notes.stop(path, length.line, "Length", f"{days} days")
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


def _attribute(
    row: Row, header: tuple[str, ...], own: int, name: str, default: float, path: Path, notes: Notes
) -> float:
    if name not in header[own:]:
        return default
    return number(row.cell(header.index(name)), default, path, row, name, notes)


def _links(path: Path, index: dict[str, int], notes: Notes) -> dict[str, Ints | Floats]:
    rows, header = read_rows(path, notes)
    seen: dict[tuple[int, int], int] = {}
    table: list[list[float]] = []
    for row in rows:
        ends = [index.get(row.cell(i)) for i in (0, 1)]
        for column, end in enumerate(ends):
            if end is None:
                name = row.cell(column)
                notes.stop(
                    path, row.line, f"name{column + 1}", f'no place "{name}"', did_you_mean(name, index), column + 1
                )
        km = number(row.cell(2), -1.0, path, row, "distance", notes)
        if km <= 0:
            notes.stop(path, row.line, "distance", f'"{row.cell(2)}" is not a length in km', "", 3)
        if None in ends:
            continue
        a, b = int(ends[0] or 0), int(ends[1] or 0)
        forced = int(number(row.cell(3), 0.0, path, row, "forced_redirection", notes))
        if forced not in (0, 1, 2):
            notes.note(path, row.line, "forced_redirection", f"{forced} is none of 0, 1, 2", "taken as 0", 4)
            forced = 0
        # the manual (and the cases) say 1 = towards name1, 2 = towards name2; Flee's reader has it the other way
        # round, and holds a link with value 1 twice
        if forced:
            here, there = (row.cell(0), row.cell(1)) if forced == 2 else (row.cell(1), row.cell(0))
            notes.note(
                path, row.line, "forced_redirection", f"everybody leaving {here} must go to {there}; Flee ignores it"
            )
        if forced == 1:
            notes.note(path, row.line, "forced_redirection", "Flee holds this link twice: double weight")
        if (min(a, b), max(a, b)) in seen:
            at = seen[min(a, b), max(a, b)]
            notes.note(path, row.line, "", "this road occurs twice", "held once; twice with Flee's behaviour")
            table[at][5] += 1
            table[at + 1][5] += 1
            continue
        seen[min(a, b), max(a, b)] = len(table)
        kmh = _attribute(row, header, _OWN_COLUMNS["routes"], "max_move_speed", 0.0, path, notes)
        walk = _attribute(row, header, _OWN_COLUMNS["routes"], "walk_probability", 0.0, path, notes)
        copies = 2 if forced == 1 else 1
        table.append([a, b, km, forced == 2, forced == 1, copies, kmh, walk])
        table.append([b, a, km, forced == 1, forced == 2, copies, kmh, walk])
    columns = np.array(table, dtype=np.float64).reshape(-1, 8).T
    order = ("link_from", "link_to", "link_km", "link_forced", "link_forced_by_flee", "link_copies")
    out: dict[str, Ints | Floats] = {
        name: columns[i] if name == "link_km" else columns[i].astype(np.int64) for i, name in enumerate(order)
    }
    out["link_kmh_day"], out["link_walk"] = columns[6], columns[7]
    return out


def _closures(
    path: Path, index: dict[str, int], countries: tuple[str, ...], links: dict[str, Ints | Floats], notes: Notes
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
    for day, row in enumerate(rows[:days]):
        for column, place in columns:
            conflict[day, place] = number(row.cell(column), 0.0, path, row, header[column], notes)
    if len(rows) < days:
        notes.note(path, 0, "", f"{len(rows)} days for a period of {days}", "the last row is held; Flee stops")
        if rows:
            conflict[len(rows) :] = conflict[len(rows) - 1]
    return conflict


def _counts(
    root: Path, inputs: Path, camps: list[str], start: date, days: int, notes: Notes
) -> tuple[Ints, Ints]:
    layout = root / "source_data" / "data_layout.csv"
    series: dict[str, Series] = {}
    for number_of_row, row in enumerate(read_rows(layout, notes)[0]):
        if number_of_row == 0:
            continue  # the total, which the sum over the others replaces
        parts = [read_series(layout.parent / name, start, notes) for name in row.cells[1:] if name]
        if len(parts) > 1:
            notes.note(layout, row.line, row.cell(0), "several files, added on the union of their dates")
        if parts:
            series[row.cell(0)] = reduce(add, parts)
        if row.cell(0) not in camps:
            notes.note(layout, row.line, row.cell(0), "is no camp of locations.csv but counts in the inflow")
    for camp in camps:
        if camp not in series:
            notes.stop(layout, 0, camp, "this camp has no series", did_you_mean(camp, series))
    path = inputs / "registration_corrections.csv"
    for row in read_rows(path, notes, required=False)[0]:
        day = day_of(row.cell(1), start)
        if row.cell(0) not in series or day is None:
            notes.note(path, row.line, row.cell(0), "no such series or date; ignored")
            continue
        reason = correct(series[row.cell(0)], day)
        if reason:
            notes.note(path, row.line, row.cell(0), f"{row.cell(1)} {reason}")
    daily = {name: one.daily(days) for name, one in series.items()}
    counted = np.stack([daily[camp] if camp in daily else np.zeros(days, np.int64) for camp in camps], axis=1)
    total = sum(daily.values(), np.zeros(days, dtype=np.int64))
    inflow = np.zeros(days, dtype=np.int64)
    inflow[1:] = np.diff(total)
    return counted, inflow
