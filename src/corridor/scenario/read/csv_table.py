"""A table with the place of every cell. Own reader, because the one of the library forgets columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corridor.core.errors import Problem
from corridor.scenario.read.source import Cell

MOST_ROWS = 100_000


@dataclass(frozen=True)
class Table:
    """A header and the rows under it, as text with places."""

    file: str
    header: tuple[Cell, ...]
    rows: tuple[dict[str, Cell], ...]


def read_csv(text: str, file: str) -> tuple[Table | None, list[Problem]]:
    """Return the table and what is wrong with its form.

    Cells are stripped. A row with too few or too many cells is a problem and is left out. The table is
    None where not even a header could be read.
    """
    problems: list[Problem] = []
    lines = _records(text, file, problems)
    first = next(lines, None)
    header = [Cell(" ".join(cell.text.split()), file, cell.line, cell.column) for cell in first or ()]
    if first is None:
        if not problems:
            problems.append(Problem(file, 0, 0, "", "has no header row", "name the columns in the first line"))
        return None, problems
    names: list[str] = []
    for cell in header:
        if not cell.text:
            problems.append(cell.problem("a column has no name", "name it, or take out the comma"))
        elif cell.text in names:
            problems.append(cell.problem(f'column "{cell.text[:60]}" occurs twice', "keep one of them"))
        names.append(cell.text)
    rows: list[dict[str, Cell]] = []
    for record in lines:
        if len(rows) >= MOST_ROWS:
            message = f"has more than {MOST_ROWS:,} rows"
            problems.append(Problem(file, record[0].line, 0, "", message, "is this the right file?"))
            break
        if len(record) != len(names):
            message = f"has {_count(len(record), 'cell')}, the header has {len(names)}"
            remedy = "put a text that contains a comma into double quotes" if len(record) > len(names) else "add commas"
            problems.append(Problem(file, record[0].line, 0, "", message, remedy))
            continue
        rows.append(
            {
                name: Cell(cell.text, file, cell.line, cell.column, name)
                for name, cell in zip(names, record, strict=True)
            }
        )
    return Table(file, tuple(header), tuple(rows)), problems


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _records(text: str, file: str, problems: list[Problem]) -> Iterator[list[Cell]]:
    """Yield the cells of each line that is not blank; a quoted cell may span lines."""
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if not line.strip():
            continue
        if '"' not in line:
            yield _plain(line, file, index)
            continue
        record, used = _quoted(lines, index - 1, file, problems)
        index += used
        if record is None:
            return
        yield record


def _plain(line: str, file: str, number: int) -> list[Cell]:
    cells, column = [], 1
    for part in line.split(","):
        cells.append(_cell(part, file, number, column))
        column += len(part) + 1
    return cells


def _cell(raw: str, file: str, line: int, column: int) -> Cell:
    """Return the stripped cell, placed where its text begins."""
    stripped = raw.strip()
    lead = len(raw) - len(raw.lstrip()) if stripped else 0
    return Cell(stripped, file, line, column + lead)


def _quoted(lines: list[str], first: int, file: str, problems: list[Problem]) -> tuple[list[Cell] | None, int]:
    """Read one record that has quotes; return its cells and how many further lines it took."""
    cells: list[Cell] = []
    at, index, line = first, 0, lines[first]
    while True:
        lead = len(line) - len(line[index:].lstrip(" ")) if line[index:].lstrip(" ") else index
        if line[lead : lead + 1] != '"':
            end = line.find(",", index)
            end = len(line) if end < 0 else end
            raw = line[index:end]
            if '"' in raw:
                place = Cell("", file, at + 1, index + raw.index('"') + 1)
                problems.append(
                    place.problem("a double quote inside a cell", "quote the whole cell and double the quote")
                )
            cells.append(_cell(raw, file, at + 1, index + 1))
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
            cells.append(Cell("".join(pieces).strip(), file, start.line, start.column))
            end = line.find(",", index)
            end = len(line) if end < 0 else end
            if line[index:end].strip():
                place = Cell("", file, at + 1, index + 1)
                problems.append(
                    place.problem("text follows a closed double quote", "double the quotes inside the cell")
                )
        if end >= len(line):
            return cells, at - first
        index = end + 1
