"""`observed/`: what happened, read by backtests and pictures only, never by a simulation.

A table whose name stands in `COLUMNS` is checked cell by cell; any other is read as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo

from corridor.core.decode import decode, note, tell
from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.core.units import UnitError, parse_number
from corridor.scenario.read.book import Sheet, book_of, grid, is_book
from corridor.scenario.read.cells import read_date, shorten
from corridor.scenario.read.csv_table import Table
from corridor.scenario.read.source import Cell, os_problem, read_bytes, unread
from corridor.scenario.read.tolerant import Manner, settle, without_echo

MOST = 1e12
"""largest number that is taken for a count"""
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?")

COLUMNS: Mapping[str, tuple[tuple[str, str, bool], ...]] = {
    "exodus": (
        ("time", "time", True), ("cumulative_arrivals", "number", False), ("kind", "text", True),
        ("time_uncertainty_hours", "number", False),
    ),
    "population": (
        ("name", "text", True), ("persons", "positive", True), ("low", "positive", True), ("high", "positive", True),
    ),
    "scarcity": (("date", "date", True), ("commodity", "commodity", True), ("level", "number", True)),
    "deliveries": (
        ("from", "date", True), ("to", "date", True), ("quantity", "text", True), ("tonnes", "positive", True),
    ),
    "camps": (("date", "date", True), ("place", "place", True), ("persons", "number", True)),
    "destination": (("date", "date", True), ("place", "place", True), ("share", "share", True)),
    "deaths": (("from", "date", True), ("to", "date", True), ("persons", "positive", True)),
    "bodies": (
        ("from", "date", True), ("to", "date", True), ("place", "home", True), ("measure", "text", True),
        ("value", "share", True),
    ),
    "people": (("date", "date", True), ("place", "home", True), ("persons", "number", True)),
    "lorries": (("from", "date", True), ("to", "date", True), ("link", "link", True), ("lorries", "number", True)),
    "prices": (
        ("date", "date", True), ("place", "home", True), ("commodity", "commodity", True), ("price", "positive", True),
    ),
    "seen": (("table", "text", True), ("seen", "text", True)),
    "choices": (("date", "date", True), ("option", "text", True), ("value", "share", True)),
    "ration_steps": (
        ("date", "date", True), ("place", "place", True), ("commodity", "commodity", True), ("share", "number", True),
        ("direction", "text", True),
    ),
}  # fmt: skip
"""table -> its columns that somebody reads: name, kind, whether every row needs it; a `home` may be `*`, all of them"""

_MANNERS: Mapping[str, Manner] = {
    "number": "number", "positive": "number", "share": "number", "date": "date", "time": "time", "text": "text",
}  # fmt: skip
Names = Mapping[str, Iterable[str] | None]
"""`commodity`, `link`, `place` -> the ids that a row may name; None, or no entry, where they are not known"""


@dataclass(frozen=True)
class Count:
    """A row of the exodus: a moment, persons so far (None where it counts nobody), hours it may be off, its kind."""

    cell: Cell
    time: datetime
    persons: float | None
    error: float
    kind: str


@dataclass(frozen=True)
class Population:
    """A belief about how many people were present: lowest, most likely, highest."""

    name: str
    low: float
    persons: float
    high: float


def zone_of(name: str) -> tzinfo:
    """Return a case's time zone: an IANA name, or UTC, UTC+4, UTC+4:30."""
    if not name.startswith("UTC"):
        return ZoneInfo(name)
    hours, _, minutes = name[4:].partition(":")
    away = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return timezone(-away if name[3:4] == "-" else away) if away else UTC


SLIP = 0.82
"""likeness of two names from which on one is taken for a slip of the other"""


def observed_tables(folder: Path) -> tuple[str, ...]:
    """Return the names of the tables that a folder has in `observed/`, in the order of the alphabet."""
    inside = folder / "observed"
    if is_book(folder):
        return tuple(sorted(Path(name).stem for name in book_of(folder).files if name.startswith("observed/")))
    try:
        return tuple(sorted(path.stem for path in inside.iterdir() if path.suffix == ".csv"))
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise InputError([os_problem(error, "observed")]) from None


def observed_problems(folder: Path, names: Names, notes: list[Problem]) -> list[Problem]:
    """Return everything that is wrong with the tables that somebody reads; what is told of them goes into `notes`."""
    found: list[Problem] = []
    try:
        tables = observed_tables(folder)
    except InputError as error:
        return list(error.problems)
    for name in tables:
        if name in COLUMNS:
            found += _read(folder, name, names, notes)[1]
    left = _unread(folder)
    if left:
        # only a slip of the pen: a table kept for readers alone may well resemble one that is read
        near = [name for name in left if get_close_matches(Path(name).stem.lower(), COLUMNS, 1, SLIP)]
        remedy = did_you_mean(Path(near[0]).stem.lower(), COLUMNS) if near else "right where they are kept for readers"
        notes.append(Problem("observed", 0, 0, "", f"not read: {', '.join(left)}", remedy))
    return found


def _unread(folder: Path) -> list[str]:
    """Return what lies in `observed/` and is none of the tables that somebody reads."""
    if is_book(folder):
        return [f"{shorten(name)}.csv" for name in observed_tables(folder) if name not in COLUMNS]
    inside = folder / "observed"
    paths = sorted(inside.iterdir()) if inside.is_dir() else []
    others = [path for path in paths if path.suffix != ".csv" or path.stem not in COLUMNS]
    return [line.file for line in map(unread, others) if line]


def read_table(folder: Path, name: str, names: Names | None = None) -> list[dict[str, Cell]]:
    """Return the rows of observed/<name>.csv as cells.

    Raises
    ------
    InputError : the table is absent, not a table, or holds a cell that its reader cannot use
    """
    if Path(name).name != name or "\x00" in name:
        raise InputError([Problem(f"observed/{name}.csv", 0, 0, "", "is not the name of a table", "leave out folders")])
    notes: list[Problem] = []
    table, found = _read(folder, name, names or {}, notes)
    tell(notes)
    if found or table is None:
        raise InputError(found)
    return list(table.rows)


def read_all(folder: Path, names: Names) -> dict[str, list[dict[str, str]]]:
    """Return every table of `observed/` as text, by name.

    Raises
    ------
    InputError : every problem of every table
    """
    rows: dict[str, list[dict[str, str]]] = {}
    problems: list[Problem] = []
    notes: list[Problem] = []
    for name in observed_tables(folder):
        table, found = _read(folder, name, names, notes)
        problems += found
        rows[name] = as_text(table.rows if table else ())
    tell(notes)
    if problems:
        raise InputError(problems)
    return rows


def as_text(rows: Iterable[Mapping[str, Cell]]) -> list[dict[str, str]]:
    """Return rows of cells as plain text."""
    return [{column: cell.text for column, cell in row.items()} for row in rows]


def counts_of(rows: Iterable[Mapping[str, Cell]], zone: tzinfo) -> list[Count]:
    """Return the rows of a checked `exodus` table; a time without an offset is local."""
    found = []
    for row in rows:
        time = moment(row["time"].text)
        optional = ("cumulative_arrivals", "time_uncertainty_hours")
        number, error = (row[name].text if name in row else "" for name in optional)
        found.append(
            Count(
                row["time"],
                time if time.tzinfo else time.replace(tzinfo=zone),
                float(number) if number else None,
                float(error) if error else 0.0,
                row["kind"].text,
            )
        )
    return found


def populations_of(rows: Iterable[Mapping[str, Cell]]) -> list[Population]:
    """Return the rows of a checked `population` table."""
    return [Population(r["name"].text, *(float(r[key].text) for key in ("low", "persons", "high"))) for r in rows]


def moment(text: str) -> datetime:
    """Return a time written as 2023-09-19T13:00+04:00, with or without seconds and offset."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _read(folder: Path, name: str, names: Names, notes: list[Problem]) -> tuple[Table | None, list[Problem]]:
    file = f"observed/{shorten(name)}.csv"
    told: list[str] = []
    content, problem = _content(folder, name, file, told)
    if content is None:
        return None, [problem] if problem else []
    table, found = grid(content, file)
    columns = COLUMNS.get(name)
    if found or table is None or columns is None:
        return table, found
    there = {cell.text for cell in table.header}
    for column, _, required in columns:
        if required and column not in there:
            found.append(Problem(file, 1, 0, column, "this column is missing", "name it in the first line"))
    settled, refused = settle(table, manners_of_observed(name))
    notes += note(file, [*told, *table.told, *settled])
    if not found:
        found += refused
        for row in table.rows:
            for column, kind, required in columns:
                if column in row:
                    _check(row[column], kind, required, names, found)
            _together(name, row, found)
    return table, without_echo(refused, found)


def manners_of_observed(name: str) -> dict[str, Manner]:
    """Return how the columns of a table that somebody reads are read, as far as a spreadsheet may have changed them."""
    return {column: _MANNERS.get(kind, "word") for column, kind, _ in COLUMNS.get(name, ())}


def _content(folder: Path, name: str, file: str, told: list[str]) -> tuple[str | Sheet | None, Problem | None]:
    if is_book(folder):
        content = book_of(folder).files.get(f"observed/{name}.csv")
        return content, None if content else Problem(file, 0, 0, "", "there is no such sheet", "add it")
    data, problem = read_bytes(folder / "observed" / f"{name}.csv", file)
    return decode(data, file, told) if data is not None else (None, problem)


def _check(cell: Cell, kind: str, required: bool, names: Names, found: list[Problem]) -> None:
    if not cell.text:
        if required:
            found.append(cell.problem("this cell is empty", "fill it in, or take the row out"))
    elif kind == "date":
        read_date(cell, found)
    elif kind == "time":
        _check_time(cell, found)
    elif kind in ("commodity", "place", "home", "link"):
        word = "place" if kind == "home" else kind
        known = names.get(word)
        if known is not None and cell.text not in {*known, *(("*",) if kind == "home" else ())}:
            found.append(cell.problem(f'no {word} is called "{shorten(cell.text)}"', did_you_mean(cell.text, known)))
    elif kind != "text":
        _check_number(cell, kind, found)


def _check_time(cell: Cell, found: list[Problem]) -> None:
    remedy = "write 2023-09-19T13:00+04:00; without the offset it is local time"
    try:
        good = _TIME.fullmatch(cell.text) is not None and 1800 <= moment(cell.text).year <= 2200
    except ValueError:
        good = False
    if not good:
        found.append(cell.problem(f'"{shorten(cell.text)}" is not a time', remedy))


def _check_number(cell: Cell, kind: str, found: list[Problem]) -> None:
    try:
        value, unit = parse_number(cell.text)
    except UnitError as error:
        found.append(cell.problem(error.message, error.remedy))
        return
    most = 1.0 if kind == "share" else MOST
    if unit:
        found.append(cell.problem(f'"{shorten(cell.text)}" is not a plain number', "write the number alone"))
    elif not 0 <= value <= most:
        found.append(cell.problem(f"{shorten(cell.text)} is not between 0 and {most:,.0f}", "check the number"))
    elif kind == "positive" and value == 0:
        found.append(cell.problem("is 0", "write a number above 0, or take the row out"))


def _together(name: str, row: Mapping[str, Cell], found: list[Problem]) -> None:
    """Check the cells of a row against each other, where each is sound by itself."""
    lines = {problem.line for problem in found}
    if next(iter(row.values())).line in lines:
        return
    if name in ("deliveries", "deaths", "bodies", "lorries") and row["from"].text > row["to"].text:
        found.append(row["to"].problem(f"{row['to'].text} is before {row['from'].text}", "the last day comes second"))
    if name == "population":
        low, persons, high = (float(row[key].text) for key in ("low", "persons", "high"))
        if not low <= persons <= high:
            found.append(row["persons"].problem("is not between low and high", "need low <= persons <= high"))
    if name == "exodus" and row["kind"].text == "reported":
        number = row.get("cumulative_arrivals")
        if number is None or not number.text:
            remedy = "write it in cumulative_arrivals, or give the row another kind"
            found.append((number or row["kind"]).problem("a reported count is empty", remedy))
