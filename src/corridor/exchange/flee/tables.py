"""The tables of a Flee folder: rows with their line, numbers as people typed them, dated series.

Fields are positional and header names are ignored; a row is a comment where it is empty or its first cell starts
with `#`. What is merely odd becomes a `Problem` and is put right; what cannot be read stops the import.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corridor.core.errors import Problem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_HEADS = ("name", "name1", "day", "closure_type")
"""first cell of a header that somebody wrote without `#`"""
_TWO_READINGS = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
MOST = 1e12
"""largest number that is taken for one"""


@dataclass
class Notes:
    """What is found on the way: `odd` is put right and reported, `fatal` stops the import."""

    root: Path
    odd: list[Problem] = field(default_factory=list)
    fatal: list[Problem] = field(default_factory=list)

    def note(self, path: Path, line: int, name: str, message: str, remedy: str = "", column: int = 0) -> None:
        """Add something odd."""
        self.odd.append(Problem(self.relative(path), line, column, name, message, remedy))

    def stop(self, path: Path, line: int, name: str, message: str, remedy: str = "", column: int = 0) -> None:
        """Add something that cannot be read."""
        self.fatal.append(Problem(self.relative(path), line, column, name, message, remedy))

    def relative(self, path: Path) -> str:
        """Return the path as the reader of a message wants it."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name


@dataclass(frozen=True)
class Row:
    """One row that is not a comment, cells stripped."""

    line: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """Return a cell, "" where the row is too short."""
        return self.cells[column] if column < len(self.cells) else ""


def read_rows(path: Path, notes: Notes, *, required: bool = True) -> tuple[list[Row], tuple[str, ...]]:
    """Return the rows of a file and the cells of its last comment row (a header, where it has one)."""
    try:
        raw = path.read_bytes() if path.is_file() else None
    except (OSError, ValueError) as error:
        notes.stop(path, 0, "", f"cannot be read: {getattr(error, 'strerror', None) or error}")
        return [], ()
    if raw is None:
        if required:
            notes.stop(path, 0, "", "no such file")
        return [], ()
    if raw.startswith(b"\xef\xbb\xbf"):
        notes.note(path, 1, "", "starts with a byte order mark, which breaks the first cell in Flee")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        notes.note(path, 0, "", f"is not UTF-8 ({error.reason}); read as Latin-1")
        text = raw.decode("latin-1")
    try:
        return _rows(path, text, notes)
    except csv.Error as error:
        notes.stop(path, 0, "", f"is no table: {error}", "restore the file")
        return [], ()


def _rows(path: Path, text: str, notes: Notes) -> tuple[list[Row], tuple[str, ...]]:
    rows: list[Row] = []
    header: tuple[str, ...] = ()
    reader = csv.reader(text.splitlines())
    for cells in reader:
        if not cells or not "".join(cells).strip():
            continue
        if cells[0].lstrip().startswith("#"):
            header = tuple(cell.strip().lstrip("#") for cell in cells)
            continue
        if not rows and not header and cells[0].strip().lower() in _HEADS:
            header = tuple(cell.strip() for cell in cells)
            notes.note(path, reader.line_num, "", "the header has no # before it; Flee reads it as a row")
            continue
        rows.append(Row(reader.line_num, tuple(cell.strip() for cell in cells)))
        if cells[0] != cells[0].strip():
            notes.note(path, reader.line_num, "", f'blanks around the name "{cells[0].strip()}"')
    return rows, header


def number(text: str, default: float, path: Path, row: Row, name: str, notes: Notes) -> float:
    """Return a number as people type it: empty is the default, thousands separators go."""
    if text == "":
        return default
    plain = text.replace(",", "").replace(" ", "").replace("\u202f", "")
    if plain != text:
        notes.note(path, row.line, name, f'"{text}" has a thousands separator, which stops Flee')
    try:
        value = float(plain)
    except ValueError:
        value = math.nan
    if abs(value) <= MOST:
        return value
    reason = "is not a number" if math.isnan(value) else f"is beyond {MOST:,.0f}"
    notes.stop(path, row.line, name, f'"{text}" {reason}')
    return default


def people(text: str, path: Path, row: Row, name: str, notes: Notes) -> float:
    """Return a number of people: not negative, and no `45.892`, which is 45,892 where points part thousands."""
    if _TWO_READINGS.fullmatch(text):
        message = f'"{text}" people reads as {float(text):g} and as {text.replace(".", "")}'
        notes.stop(path, row.line, name, message, "write the number without a separator")
        return 0.0
    persons = number(text, 0.0, path, row, name, notes)
    if persons < 0:
        notes.stop(path, row.line, name, f"{persons:g} people", "write 0 or more")
        return 0.0
    if not persons.is_integer():
        notes.note(path, row.line, name, f'"{text}" is no whole number of people', "the fraction is cut off")
    return persons


def attribute(
    row: Row, header: tuple[str, ...], own: int, name: str, default: float, path: Path, notes: Notes
) -> float:
    """Return a free attribute of a row, whose column the header names behind the `own` fixed ones."""
    if name not in header[own:]:
        return default
    return number(row.cell(header.index(name)), default, path, row, name, notes)


def day_of(text: str, start: date) -> int | None:
    """Return the days from `start` to an ISO date, None where the text is no such date."""
    try:
        return (datetime.strptime(text, "%Y-%m-%d").date() - start).days
    except ValueError:
        return None


@dataclass
class Series:
    """Dated counts of one place: (point,) days since the start and (point,) persons."""

    days: list[int]
    persons: list[float]

    def daily(self, length: int) -> Ints:
        """Return (length,) persons: linear between points, constant outside, the fraction cut off."""
        out = np.zeros(length, dtype=np.int64)
        if not self.days:
            return out
        i = 1
        for day in range(length):
            if day <= self.days[0]:
                out[day] = int(self.persons[0])
                continue
            while i < len(self.days) and day >= self.days[i]:
                i += 1
            if i == len(self.days):
                out[day] = int(self.persons[-1])
                continue
            before, after = self.days[i - 1], self.days[i]
            share = (day - before) / (after - before)
            out[day] = int(self.persons[i - 1] + share * (self.persons[i] - self.persons[i - 1]))
        return out


def read_series(path: Path, start: date, notes: Notes) -> Series:
    """Read one file of dated counts."""
    rows, _ = read_rows(path, notes)
    series = Series([], [])
    for index, row in enumerate(rows):
        day = day_of(row.cell(0), start)
        if day is None:
            if index > 0 or row.cell(0)[:1].isdigit():
                notes.stop(path, row.line, "date", f'"{row.cell(0)}" is not a date', "write YYYY-MM-DD", 1)
            continue
        if row.cell(1) == "":
            continue
        persons = people(row.cell(1), path, row, "count", notes)
        series.days.append(day)
        series.persons.append(persons)
    if not series.days and not rows and any(one.file == notes.relative(path) for one in notes.fatal):
        return Series([0], [0.0])  # told already
    if not series.days:
        notes.stop(path, 0, "", "holds no dated count")
        return Series([0], [0.0])
    if any(b < a for a, b in zip(series.days, series.days[1:], strict=False)):
        notes.note(path, 0, "date", "dates are not in order", "sorted here; in Flee the result depends on the order")
        order = sorted(range(len(series.days)), key=lambda i: series.days[i])
        series = Series([series.days[i] for i in order], [series.persons[i] for i in order])
    if len(set(series.days)) < len(series.days):
        notes.note(path, 0, "date", "a date occurs twice", "the later row counts from that day on")
    return series


def add(one: Series, two: Series) -> Series:
    """Add two series on the union of their dates, each interpolated linearly."""
    days = sorted(set(one.days) | set(two.days))
    sums = np.interp(days, one.days, one.persons) + np.interp(days, two.days, two.persons)
    return Series(days, [float(v) for v in sums])


def correct(series: Series, day: int) -> str:
    """Rescale everything before `day` to the level first counted on it, in place; "" or why it was not possible.

    A new registration on that day found a different number than the estimate before it.
    """
    if day not in series.days:
        return "no count has this date; ignored"
    index = series.days.index(day)
    if index == 0:
        return "is the first count; nothing before it to correct"
    if series.persons[index - 1] <= 0:
        return "the count before it is 0; ignored"
    factor = series.persons[index] / series.persons[index - 1]
    series.persons[:index] = [value * factor for value in series.persons[:index]]
    return ""
