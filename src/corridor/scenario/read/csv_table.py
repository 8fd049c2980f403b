"""A table with the place of every cell. Own reader, because the one of the library forgets columns.

What spreadsheets do to the form of a table is read all the same and said in `Table.told`: semicolons or tabs between
columns, blank rows and columns, spaces that do not break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corridor.core.errors import Problem
from corridor.scenario.read.source import Cell

MOST_ROWS = 100_000
_BETWEEN = {",": "commas", ";": "semicolons", "\t": "tabs"}
_SAID = re.compile(r'"?sep=([,;\t])"?[,;\t]*', re.IGNORECASE)
ODD = re.compile("[\u00a0\u2007\u2009\u200b\u202f\ufeff]")
"""spaces that do not break, thin spaces, and marks without width"""
ODD_TOLD = "spaces that do not break"
_ODD_EDGE = re.compile(
    rf'(?<!{ODD.pattern}){ODD.pattern}+(?=[ \t]*(?:[,;\t\n"]|\Z))|(?:(?<=[,;\t\n"])|\A){ODD.pattern}+'
)
"""the same at the ends of a cell"""
UNITS = "(units)"
"""what stands first in a row of units under the header, which a workbook has for people; no reader takes it for data"""
Piece = tuple[str, int, int]
"""text, line, column"""


@dataclass(frozen=True)
class Table:
    """A header and the rows under it, as text with places.

    Attributes
    ----------
    separator : what stands between columns
    odd : whether spaces that do not break, or marks without width, stand somewhere in the file
    told : what was read although it is not written as the format asks
    """

    file: str
    header: tuple[Cell, ...]
    rows: tuple[dict[str, Cell], ...]
    separator: str = ","
    odd: bool = False
    told: tuple[str, ...] = ()


def read_csv(text: str, file: str) -> tuple[Table | None, list[Problem]]:
    """Return the table and what is wrong with its form.

    Cells are stripped. Rows and columns without any text are left out. A row with too few or too many cells is a
    problem and is left out. The table is None where not even a header could be read.
    """
    problems: list[Problem] = []
    told: list[str] = []
    odd = not text.isascii() and ODD.search(text) is not None
    if odd:
        text, trimmed = _ODD_EDGE.subn(lambda match: " " * len(match[0]), text)  # as wide: columns stay
        told += [ODD_TOLD] * bool(trimmed)
    lines = text.split("\n")
    separator = _separator(lines, file, problems)
    if separator is None:
        return None, problems
    if separator != ",":
        told.append(f"{_BETWEEN[separator]} between columns")
    records = _records(lines, separator, file, problems)
    return tabled(records, file, problems, told, separator, odd=odd), problems


def tabled(
    records: Iterator[list[Piece]], file: str, problems: list[Problem], told: Sequence[str] = (), separator: str = ",",
    *, odd: bool = True,
) -> Table | None:  # fmt: skip
    """Return the table of records, the header first; see `read_csv`."""
    told = list(told)
    first = next((record for record in records if any(text for text, _, _ in record)), None)
    if first is None:
        if not problems:
            problems.append(Problem(file, 0, 0, "", "has no header row", "name the columns in the first line"))
        return None
    header = [Cell(" ".join(text.split()), file, line, column) for text, line, column in first]
    names = [cell.text for cell in header]
    problems.extend(
        cell.problem(f'column "{cell.text[:60]}" occurs twice', "keep one of them")
        for index, cell in enumerate(header)
        if cell.text and cell.text in names[:index]
    )
    nameless: dict[int, Piece | None] = {index: None for index, name in enumerate(names) if not name}
    rows: list[dict[str, Cell]] = []
    blank, width = 0, len(names)
    for number, record in enumerate(records):
        if not record[0][0] and not any(text for text, _, _ in record):
            blank += 1
            continue
        if number == 0 and record[0][0] == UNITS:
            continue
        if len(rows) >= MOST_ROWS:
            message = f"has more than {MOST_ROWS:,} rows"
            problems.append(Problem(file, record[0][1], 0, "", message, "is this the right file?"))
            break
        if len(record) > width and not any(text for text, _, _ in record[width:]):
            nameless.setdefault(width, None)
            del record[width:]
        if len(record) < width and not any(names[len(record) :]):
            record += [("", record[0][1], 0)] * (width - len(record))
        if len(record) != width:
            problems.append(_uneven(record, width, file, separator))
            continue
        for index in nameless:
            if index < width and record[index][0]:
                nameless[index] = nameless[index] or record[index]
        cells = zip(names, record, strict=True)
        rows.append({name: Cell(text, file, line, column, name) for name, (text, line, column) in cells})
    for index, piece in nameless.items():
        if piece is not None:
            remedy = f'name it, or empty it (line {piece[1]} has "{piece[0][:60]}")'
            problems.append(header[index].problem("a column has no name", remedy))
    if nameless:
        header = [cell for cell in header if cell.text]
        for row in rows:
            row.pop("", None)
    told += [_count(blank, "blank row")] * bool(blank)
    told += ["blank columns"] * (None in nameless.values())
    return Table(file, tuple(header), tuple(rows), separator, odd, tuple(told))


def _separator(lines: list[str], file: str, problems: list[Problem]) -> str | None:
    """Return what stands between columns, from the header or from the line `sep=;`, which is emptied; None: unclear.

    Names of columns hold none of the three; a tab beside another is only a space.
    """
    at = next((index for index, line in enumerate(lines) if line.strip()), 0)
    said = _SAID.fullmatch(lines[at])
    if said:
        lines[at] = ""
        return said[1]
    bare = re.sub(r'"[^"]*"', "", lines[at])
    found = [separator for separator in _BETWEEN if separator in bare]
    if "," in found and ";" in found:
        message = f"the header reads as {_count(bare.count(',') + 1, 'column')} with commas between them, and as "
        message += f"{bare.count(';') + 1} with semicolons"
        problems.append(
            Problem(file, at + 1, 0, "", message, "keep one of the two; put names that hold it into quotes")
        )
        return None
    return found[0] if found else ","


def _uneven(record: list[Piece], width: int, file: str, separator: str) -> Problem:
    message = f"has {_count(len(record), 'cell')}, the header has {width}"
    mark = _BETWEEN[separator][:-1]
    remedy = (
        f"put a text that contains a {mark} into double quotes"
        if len(record) > width
        else f"add a {mark} where a cell is missing, or at the end where the last cells are empty"
    )
    return Problem(file, record[0][1], 0, "", message, remedy)


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _records(lines: list[str], separator: str, file: str, problems: list[Problem]) -> Iterator[list[Piece]]:
    """Yield the cells of each line that is not blank; a quoted cell may span lines."""
    index, known = 0, dict[str, str]()
    while index < len(lines):
        line = lines[index]
        index += 1
        if not line.strip():
            continue
        if '"' not in line:
            yield _plain(line, separator, index, known)
            continue
        record, used = _quoted(lines, index - 1, separator, file, problems)
        index += used
        if record is None:
            return
        yield record


def _plain(line: str, separator: str, number: int, known: dict[str, str]) -> list[Piece]:
    """Return the cells of a line without quotes; known : texts met before, of which a long table has few."""
    cells, column = [], 1
    for part in line.split(separator):
        stripped = part.strip()
        if len(stripped) == len(part):  # nearly always
            cells.append((known.setdefault(part, part), number, column))
        else:
            cells.append(_piece(part, number, column))
        column += len(part) + 1
    return cells


def _piece(raw: str, line: int, column: int) -> Piece:
    """Return the stripped cell, placed where its text begins."""
    stripped = raw.strip()
    return stripped, line, column + len(raw) - len(raw.lstrip()) if stripped else column


def _quoted(
    lines: list[str], first: int, separator: str, file: str, problems: list[Problem]
) -> tuple[list[Piece] | None, int]:
    """Read one record that has quotes; return its cells and how many further lines it took."""
    cells: list[Piece] = []
    at, index, line = first, 0, lines[first]
    while True:
        lead = len(line) - len(line[index:].lstrip(" ")) if line[index:].lstrip(" ") else index
        if line[lead : lead + 1] != '"':
            end = line.find(separator, index)
            end = len(line) if end < 0 else end
            raw = line[index:end]
            if '"' in raw:
                place = Cell("", file, at + 1, index + raw.index('"') + 1)
                problems.append(
                    place.problem("a double quote inside a cell", "quote the whole cell and double the quote")
                )
            cells.append(_piece(raw, at + 1, index + 1))
        else:
            start = Cell("", file, at + 1, lead + 1)
            pieces: list[str] = []
            index = lead + 1
            while True:
                end = line.find('"', index)
                if end < 0:
                    pieces.append(line[index:] + "\n")
                    at += 1
                    if at >= len(lines):
                        problems.append(start.problem("a double quote is opened and never closed", "close it"))
                        return None, at - first
                    line, index = lines[at], 0
                elif line[end + 1 : end + 2] == '"':
                    pieces.append(line[index : end + 1])
                    index = end + 2
                else:
                    pieces.append(line[index:end])
                    index = end + 1
                    break
            cells.append(("".join(pieces).strip(), start.line, start.column))
            end = line.find(separator, index)
            end = len(line) if end < 0 else end
            if line[index:end].strip():
                place = Cell("", file, at + 1, index + 1)
                problems.append(
                    place.problem("text follows a closed double quote", "double the quotes inside the cell")
                )
        if end >= len(line):
            return cells, at - first
        index = end + 1
