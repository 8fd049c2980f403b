"""A scenario as one workbook: a sheet a table, named as its file without `.csv`; YAML line by line in a sheet.

A table of `observed/` is the sheet `observed.exodus`. Cells become the text that the format asks for in a CSV, so that
everything after this page reads workbooks and folders alike; the place of a cell is its row and column.
"""

from __future__ import annotations

import hashlib
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.core.text import plain
from corridor.scenario.read.csv_table import Piece, Table, read_csv, tabled
from corridor.scenario.read.source import LARGEST, os_problem
from corridor.tables.folder import TABLES, YAML_FILES

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

SUFFIX = ".xlsx"
UNPACKED = 10 * LARGEST
"""bytes of a workbook's parts, unpacked"""
LAST_ROW = 1_048_576
"""of any sheet that a spreadsheet can hold"""
_OBSERVED = "observed."
_ACTORS = re.compile(r"actors-[a-z0-9][a-z0-9_-]*\.yaml")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_DECIMALS = re.compile(r"0(?:\.(0+))?")
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, ParseError, SyntaxError, KeyError, ValueError, TypeError, AttributeError,
    IndexError, EOFError, NotImplementedError, OverflowError, RuntimeError,
)  # fmt: skip
"""what a damaged workbook makes the library raise; lxml, which it uses where that is installed, syntax errors"""

Sheet = tuple[list[Piece], ...]
"""rows of text with row and column, without empty cells and rows at the end"""


@dataclass
class Book:
    """What a workbook holds: file -> sheet of a table, or text of YAML; what is wrong with it, what is not read."""

    files: dict[str, str | Sheet] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def digest(self, *, observed: bool = False) -> str:
        """Return the SHA-256 of what is read, or of what was observed, whatever else the workbook holds."""
        sums = hashlib.sha256()
        files = [one for one in sorted(self.files.items()) if one[0].startswith("observed/") == observed]
        for name, content in files:
            text = content if isinstance(content, str) else repr([[piece[0] for piece in row] for row in content])
            sums.update(f"{name}\n{len(text)}\n{text}".encode())
        return sums.hexdigest()


def is_book(path: Path) -> bool:
    """Return whether a path means a workbook."""
    return path.suffix.lower() == SUFFIX and not path.is_dir()


def sheet_name(file: str) -> str:
    """Return the name of the sheet that holds a file: `stocks`, `observed.exodus`, `policies.yaml`."""
    return file.removesuffix(".csv").replace("observed/", _OBSERVED)


def file_name(sheet: str) -> str:
    """Return the file that a sheet holds, "" where it holds none."""
    name = sheet.strip().lower()
    if name in YAML_FILES or _ACTORS.fullmatch(name):
        return name
    if name in TABLES:
        return f"{name}.csv"
    return f"observed/{name.removeprefix(_OBSERVED)}.csv" if name.startswith(_OBSERVED) else ""


def in_book(problem: Problem) -> Problem:
    """Return a problem of a file at its place in the workbook: `stocks!C7`."""
    if file_name(sheet_name(problem.file)) != problem.file:
        return problem
    column = 1 if problem.line and problem.file.endswith(".yaml") else problem.column
    return replace(problem, file=f"{sheet_name(problem.file)}!", column=column)


def grid(content: str | Sheet, file: str) -> tuple[Table | None, list[Problem]]:
    """Return the table in the text of a CSV or in a sheet, and what is wrong with its form."""
    if isinstance(content, str):
        return read_csv(content, file)
    problems: list[Problem] = []
    width = next((len(row) for row in content if row), 0)
    records: list[list[Piece]] = []
    for line, row in enumerate(content if width else (), 1):
        beyond = next((piece for piece in row[width:] if piece[0]), None)
        if beyond:
            message, remedy = (
                f'"{beyond[0][:60]}" stands in a column without a name',
                "name it in the header, or empty the cell",
            )
            problems.append(Problem(file, line, beyond[2], "", message, remedy))
        records.append([*row[:width], *(("", line, column) for column in range(len(row) + 1, width + 1))])
    return tabled(iter(records), file, problems), problems


def book_of(path: Path) -> Book:
    """Return what a workbook holds; one that has not changed is read once."""
    try:
        info = path.stat()
    except OSError as error:
        return Book(problems=[os_problem(error, plain(str(path)))])
    return _book_of(path, info.st_size, (info.st_mtime_ns, info.st_ino))


@lru_cache(maxsize=2)
def _book_of(path: Path, size: int, changed: tuple[int, int]) -> Book:
    book, name = Book(), plain(path.name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library warns of what a spreadsheet adds for its own use
            _read(path, name, size, book)
    except InputError as error:
        book.problems += error.problems
    except OSError as error:
        book.problems.append(os_problem(error, name))
    except _DAMAGED as error:
        message = f"cannot be read as a workbook: {plain(str(error))[:80] or type(error).__name__}"
        book.problems.append(Problem(name, 0, 0, "", message, "open it in a spreadsheet and save it anew as .xlsx"))
    return book


def library() -> Any:
    """Return the library that reads and writes workbooks.

    Raises
    ------
    InputError : it is not installed
    """
    try:
        import openpyxl
    except ImportError as error:
        remedy = 'install it: pip install "corridor[excel]"'
        raise InputError([Problem(SUFFIX, 0, 0, "", "workbooks need the extra `excel`", remedy)]) from error
    return openpyxl


def _read(path: Path, name: str, size: int, book: Book) -> None:
    with zipfile.ZipFile(path) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())
    if size > LARGEST or unpacked > UNPACKED:
        message = f"has {max(size, unpacked) / 1e6:,.0f} MB, unpacked, more than is read"
        raise InputError([Problem(name, 0, 0, "", message, "is this the right file?")])
    with path.open("rb") as stream:  # the library leaves a file open that it cannot read
        _sheets(path, name, library().load_workbook(stream, read_only=True), book)


def _sheets(path: Path, name: str, found: Workbook, book: Book) -> None:
    known = [*TABLES, *YAML_FILES]
    try:
        values: dict[str, Mapping[tuple[int, int], Any]] = {}
        for sheet in found.worksheets:
            file = file_name(sheet.title)
            if sheet.title.strip().lower() == "answer":
                continue  # what a comparison wrote
            if not file:
                book.notes.append(
                    Problem(f"{plain(sheet.title)}!", 0, 0, "", "is not read", did_you_mean(sheet.title, known))
                )
                continue
            if file in book.files:
                raise InputError([Problem(f"{plain(sheet.title)}!", 0, 0, "", "is there twice", "keep one of them")])
            rows = list(_rows(sheet, file, book.problems, values, path))
            while rows and not rows[-1]:
                rows.pop()
            if file.endswith(".csv"):
                book.files[file] = tuple(rows)
            else:
                book.files[file] = "\n".join(row[0][0] if row else "" for row in rows) + "\n"
                beside = next((row[-1] for row in rows if len(row) > 1), None)
                if beside:
                    message, remedy = "lines of YAML stand in column A alone", "move it there, or empty the cell"
                    book.problems.append(Problem(f"{sheet.title}!", beside[1], beside[2], "", message, remedy))
    finally:
        found.close()
    if not book.files:
        raise InputError([Problem(name, 0, 0, "", "has no sheet of a scenario", did_you_mean("", known))])


def _rows(
    sheet: Any, file: str, problems: list[Problem], values: dict[str, Mapping[tuple[int, int], Any]], path: Path
) -> Iterator[list[Piece]]:
    sheet.reset_dimensions()
    strip = file.endswith(".csv")
    for line, row in enumerate(sheet.iter_rows(), 1):
        if line > LAST_ROW:
            message = f"row {line:,} is beyond the last of a sheet"
            raise ValueError(message)
        pieces: list[Piece] = []
        for column, cell in enumerate(row, 1):
            value = cell.value
            if value is not None and cell.data_type in ("f", "e"):
                value = _computed(sheet.title, line, column, cell, file, problems, values, path)
            text = _text(value, getattr(cell, "number_format", ""))
            pieces.append((text.strip() if strip else text.rstrip(), line, column))
        while pieces and not pieces[-1][0]:
            pieces.pop()
        yield pieces


def _computed(
    title: str, line: int, column: int, cell: Any, file: str, problems: list[Problem],
    values: dict[str, Mapping[tuple[int, int], Any]], path: Path,
) -> Any:  # fmt: skip
    """Return what a formula gave when the workbook was saved last; an error of the spreadsheet is a problem."""
    value = cell.value
    if cell.data_type == "f":
        if title not in values:
            saved = library().load_workbook(path, read_only=True, data_only=True)
            sheet = saved[title]
            sheet.reset_dimensions()
            values[title] = {
                (r, c): one.value
                for r, those in enumerate(sheet.iter_rows(), 1)
                for c, one in enumerate(those, 1)
                if one.value is not None
            }
            saved.close()
        value = values[title].get((line, column))
    place = Problem(file, line, column, "", "", "")
    if value is None:
        message, remedy = "holds a formula without a value", "open the workbook in a spreadsheet and save it"
        problems.append(replace(place, message=message, remedy=remedy))
    elif isinstance(value, str) and re.fullmatch(r"#[A-Z/0-9]+[!?]?", value):
        message = f"holds an error of the spreadsheet, {value}"
        problems.append(replace(place, message=message, remedy="mend the formula, or write the value"))
    return value


def _text(value: Any, shape: str) -> str:
    """Return a value as the format writes it in a CSV; `shape` says with how many decimals a number is shown."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            text = str(value)
        case float():
            text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            return str(value.date()) if value.time() == time() else value.isoformat(timespec="minutes")
        case date() | time() | timedelta():
            return str(value)
        case _:
            return _ESCAPED.sub(lambda match: _meant(match[0], int(match[1], 16)), str(value)).replace("\r\n", "\n")
    decimals = _DECIMALS.fullmatch(shape)
    shown = f"{value:.{len(decimals[1] or '')}f}" if decimals else text
    return shown if float(shown) == value else text


def _meant(written: str, code: int) -> str:
    return chr(code) if code < 0x20 or 0x7F <= code < 0xA0 or code >= 0xFDD0 else written


def first_sheet(path: Path) -> list[tuple[int, list[str]]]:
    """Return the widest sheet of a workbook of somebody else: row number and cells as text.

    Raises
    ------
    InputError : it cannot be read
    """
    problems: list[Problem] = []
    try:
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = library().load_workbook(stream, read_only=True)
            sheets = [list(_rows(sheet, "x.csv", problems, {}, path)) for sheet in book.worksheets]
    except OSError as error:
        raise InputError([os_problem(error, plain(path.name))]) from error
    except _DAMAGED as error:
        message = f"cannot be read as a workbook: {plain(str(error))[:80] or type(error).__name__}"
        raise InputError([Problem(plain(path.name), 0, 0, "", message, "save it anew as .xlsx")]) from error
    if problems:
        raise InputError([replace(one, file=plain(path.name)) for one in problems])
    widest = max(sheets, key=lambda rows: sum(map(len, rows)), default=[])
    return [(row[0][1], [piece[0] for piece in row]) for row in widest if row]
