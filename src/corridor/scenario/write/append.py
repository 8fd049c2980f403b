"""One more row at the end of a table, everything else left byte for byte as it is: separator, mark, line ends.

Where the header lacks a column that the row has, the column is put behind the last one, in every row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from corridor.core.decode import decode
from corridor.core.errors import InputError, Problem
from corridor.scenario.read.csv_table import Table as Grid
from corridor.scenario.read.csv_table import read_csv
from corridor.scenario.read.tolerant import manners_of, settle
from corridor.tables.field import Table

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def coding_of(data: bytes) -> tuple[bytes, str]:
    """Return the mark that a file begins with, and how the rest of it is encoded."""
    for mark, coding in _MARKS:
        if data.startswith(mark):
            return mark, coding
    return b"", "utf-8"


def line_end(text: str) -> str:
    """Return what ends the lines of a text: that of the first line, LF where there is one line only."""
    at = min((text.find(end) for end in "\r\n" if end in text), default=-1)
    if at < 0:
        return "\n"
    return "\r\n" if text.startswith("\r\n", at) else text[at]


def append_row(data: bytes, spec: Table, row: Mapping[str, str]) -> bytes:
    """Return the bytes of a table with one more row.

    Parameters
    ----------
    data : the file as it is; nothing where there is none: it begins with the header in the usual order
    spec : the table that it holds
    row : column -> cell; numbers with a point before decimals, days as 2023-12-31

    Raises
    ------
    InputError : the table cannot be read, or has no place for a column that the row has
    """
    if not data:
        data = (",".join(spec.header()) + "\n").encode()
    grid, decimal = _read(data, spec)
    mark, coding = coding_of(data)
    text = data.removeprefix(mark).decode(coding)
    end = line_end(text)
    names = [cell.text for cell in grid.header]
    new = [name for name, cell in row.items() if cell and name not in names]
    header_line = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[grid.header[0].line - 1]
    places = _places(header_line, grid)
    if new and len(places) != len(names):
        message = f"has no column {', '.join(new)}, and blank columns in its header"
        raise InputError([Problem(spec.file, grid.header[0].line, 0, "", message, "name one of them so")])
    numbers = {name for name, manner in manners_of(spec).items() if manner == "number"}
    if isinstance(manners_of(spec).get("value"), Mapping):
        numbers.add("value")
    cells = []
    for name in [*places, *new]:
        cell = row.get(name, "")
        cells.append(_local(cell) if decimal == "," and name in numbers else cell)
    if new:
        text = _widened(text, new, grid)
    if text and not text.endswith(("\n", "\r")):
        text += end
    out = io.StringIO()
    csv.writer(out, delimiter=grid.separator, lineterminator=end).writerow(cells)
    return mark + (text + out.getvalue()).encode(coding)


def _read(data: bytes, spec: Table) -> tuple[Grid, str]:
    """Return the table, and what begins its decimals."""
    told: list[str] = []
    text, problem = decode(data, spec.file, told)
    if text is None:
        raise InputError([problem] if problem else [])
    grid, problems = read_csv(text, spec.file)
    if grid is None or problems:
        raise InputError(problems)
    settled, _ = settle(grid, manners_of(spec))
    return grid, "," if any(line.startswith("decimal commas") for line in settled) else "."


def _places(line: str, grid: Grid) -> list[str]:
    """Return the header as it is written, blank columns included."""
    return [" ".join(name.replace("\ufeff", "").split()) for name in next(csv.reader([line], delimiter=grid.separator))]


def _local(cell: str) -> str:
    try:
        float(cell)
    except ValueError:
        return cell
    return cell.replace(".", ",")


def _widened(text: str, names: list[str], grid: Grid) -> str:
    """Return the text with columns behind the last one: their names in the header, empty cells below it."""
    out: list[str] = []
    record = ""
    number, header = 0, grid.header[0].line
    for line in io.StringIO(text, newline=""):
        number += 1
        record += line
        if record.count('"') % 2:
            continue  # a cell goes on in the next line
        body = record.rstrip("\r\n")
        first = number - record[: len(body)].count("\n") == header
        added = names if first else [""] * len(names)
        keep = not body.strip() or number < header  # a blank line, or the line that names the separator
        out.append(record if keep else body + grid.separator + grid.separator.join(added) + record[len(body) :])
        record = ""
    return "".join(out) + record
