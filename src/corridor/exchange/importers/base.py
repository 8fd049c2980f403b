"""What every importer shares: foreign rows as text, days and numbers as agencies write them, tables with provenance."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from corridor.core.decode import decode
from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.exchange.flee.sources import EVIDENCE_HEADER, slugs
from corridor.scenario.read.source import read_bytes

MOST = 1e12
"""largest number that is taken for one"""
_LONG = ("%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%B %d, %Y")
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,\u00a0\u202f ]\d{3})+(\.\d+)?")

Picks = Mapping[str, str]
"""column -> the value whose rows are taken, as a person asked"""


@dataclass(frozen=True)
class Row:
    """One row: its line, and cells by column in lower case."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass
class Import:
    """What is read from one file, and what is told about it.

    tables : file of the folder -> header and rows, as text
    pages : file of the folder that is no table -> text
    told : what was dropped, chosen or could not be known; `wrong` stops the import
    """

    path: Path
    kind: str
    licence: str
    publisher: str
    tables: dict[str, tuple[tuple[str, ...], list[tuple[str, ...]]]] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    wrong: list[Problem] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    claim: str = ""
    days: list[date] = field(default_factory=list)

    @property
    def source(self) -> str:
        """Return the id of the claim that every row cites."""
        return f"{self.kind}_{slugs([self.path.stem], 'file')[0]}"

    def add(self, file: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Add a table; None is an empty cell, and numbers are written so that they read back as themselves."""
        self.tables[file] = (tuple(header), [tuple(map(plain, row)) for row in rows])

    def problem(self, row: Row | None, column: str, message: str, remedy: str = "") -> None:
        """Add what stops the import."""
        self.wrong.append(Problem(self.path.name, row.line if row else 0, 0, column, message, remedy))

    def finished(self) -> Import:
        """Add the claim that the rows cite, and say what was dropped.

        Raises
        ------
        InputError : everything that stops the import, or that nothing was found
        """
        if not self.wrong and not self.pages and not any(rows for _, rows in self.tables.values()):
            message = f"holds nothing that {self.kind} reads" + (f" ({self._said()})" if self.dropped else "")
            self.problem(None, "", message, "is this the right file?")
        if self.wrong:
            raise InputError(self.wrong[:100])
        self.told += [self._said()] if self.dropped else []
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        first, last = (min(self.days), max(self.days)) if self.days else ("", "")
        span = f"{first}" if first == last else f"{first} to {last}"
        note = f"licence: {self.licence}; sha256 {digest}; " + "; ".join(self.told)
        said = (self.publisher, self.path.name, "", "", note.strip("; "))
        row = (self.source, span, str(last), self.claim or self.kind, "", "", "", "", *said)
        self.tables["evidence.csv"] = (EVIDENCE_HEADER, [tuple(map(plain, row))])
        return self

    def _said(self) -> str:
        return "dropped: " + ", ".join(f"{number} {what}" for what, number in self.dropped.items())

    def number(self, row: Row, column: str, *, least: float = 0.0) -> float | None:
        """Return a number as people type it; None where the cell is empty, redacted or no number (then a problem)."""
        text = row[column].strip()
        if text in ("", "-", "*", "n/a", "NA", "N/A", "nan"):
            return None
        spare = text.removesuffix("%").strip()
        if _THOUSANDS.fullmatch(spare):
            spare = re.sub("[,\u00a0\u202f ]", "", spare)
        try:
            value = float(spare)
        except ValueError:
            value = float("nan")
        if not least <= value <= MOST:
            self.problem(row, column, f'"{text[:60]}" is not a number from {least:g}', "mend the cell")
            return None
        return value / 100 if text.endswith("%") else value

    def day(self, row: Row, column: str) -> date | None:
        """Return a day; a text that can be read in two ways, or in none, is a problem."""
        text = row[column].strip()
        found = days_of(text)
        if len(found) == 1:
            self.days.append(found[0])
            return found[0]
        if not text:
            self.dropped["rows without a date"] += 1
        elif found:
            self.problem(row, column, f'"{text[:60]}" reads as {found[0]} and as {found[1]}', "write YYYY-MM-DD")
        else:
            self.problem(row, column, f'"{text[:60]}" is not a date', "write YYYY-MM-DD")
        return None

    def picked(self, rows: Sequence[Row], column: str, picks: Picks, *, why: str, by: str = "") -> list[Row]:
        """Return the rows of one value of a column, the one asked for, or the one of most rows; the choice is told.

        by : a column that is summed to find the greatest in place of counting rows
        """
        values: Counter[str] = Counter()
        for row in rows:
            values[row[column]] += 1
        if column in picks:
            if picks[column] not in values:
                self.problem(None, column, f'no row has "{picks[column]}"', did_you_mean(picks[column], values))
            return [row for row in rows if row[column] == picks[column]]
        if len(values) < 2:
            return list(rows)
        chosen = values.most_common(1)[0][0]
        others = ", ".join(f'"{one}"' for one in list(values)[:12] if one != chosen)
        self.told.append(f'which {column}? taken: "{chosen}"; {why}. The others, by --pick {column}=...: {others}')
        self.dropped[f"rows of another {column}"] += len(rows) - values[chosen]
        return [row for row in rows if row[column] == chosen]


def days_of(text: str) -> list[date]:
    """Return the days that a text can mean, none where it is no date: ISO with or without a time, 12 March 2024."""
    head = text[:10].replace("/", "-")
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", head) and (len(text) == 10 or text[10] in "T "):
        try:
            return [date.fromisoformat(head)]
        except ValueError:
            return []
    for form in _LONG:
        try:
            return [datetime.strptime(text, form).date()]
        except ValueError:
            continue
    found: list[date] = []
    if match := _SLASHED.fullmatch(text):
        a, b, year = map(int, match.groups())
        for month, day in ((b, a), (a, b)):
            try:
                found.append(date(year, month, day))
            except ValueError:
                continue
    return list(dict.fromkeys(found))


def plain(value: object) -> str:
    """Return a cell as text."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    return " ".join(str(value).split())


def rows_of(found: Import, needed: Sequence[str] = (), *, header: Sequence[str] = ()) -> list[Row]:
    """Return the rows of a table: CSV as anybody saves it, JSON (a list, or an envelope around one), or a workbook.

    needed : columns without which it is another file
    header : the columns where the file has no header of its own

    A row of HXL tags under the header is dropped and told. Names of columns are lower case, blanks are `_`.

    Raises
    ------
    InputError : it cannot be read, or lacks a column
    """
    records = _records(found)
    if not records:
        raise InputError([Problem(found.path.name, 0, 0, "", "is empty", "is this the right file?")])
    names = [name_of(cell) for cell in records[0][1]]
    if header and not set(needed) <= set(names) and len(names) == len(header):
        names = list(header)
        found.told.append("the file has no header row; columns taken in the order of the publisher's codebook")
    else:
        records = records[1:]
    missing = [name for name in needed if name not in names]
    if missing:
        remedy = f"it has: {', '.join(filter(None, names[:30]))}"
        raise InputError([Problem(found.path.name, 1, 0, name, "this column is missing", remedy) for name in missing])
    rows: list[Row] = []
    for line, cells in records:
        filled = [cell for cell in cells if cell]
        if not filled:
            continue
        if filled[0].startswith("#") and all(cell.startswith("#") for cell in filled):
            found.dropped["row of HXL tags"] += 1
            continue
        if len(cells) > len(names) and any(cells[len(names) :]):
            found.wrong.append(
                Problem(found.path.name, line, 0, "", f"has {len(cells)} cells, the header has {len(names)}")
            )
            continue
        rows.append(Row(line, dict(zip(names, cells, strict=False))))
    return rows


def name_of(text: str) -> str:
    """Return the name of a column in the form in which importers ask for it."""
    return re.sub(r"[^a-z0-9+<>%#]+", "_", text.strip().lower()).strip("_")


def json_of(found: Import) -> Any:
    """Return a JSON file as data.

    Raises
    ------
    InputError : it cannot be read
    """
    try:
        return json.loads(text_of(found))
    except (ValueError, RecursionError) as error:
        message = f"is no JSON: {error}"[:200]
        raise InputError([Problem(found.path.name, 0, 0, "", message, "fetch it again")]) from error


def text_of(found: Import) -> str:
    """Return the text of the file, its oddities told. Raises InputError."""
    data, problem = read_bytes(found.path, found.path.name)
    text = None
    if data is not None:
        text, problem = decode(data, found.path.name, found.told)
    if text is None:
        raise InputError([problem] if problem else [])
    return text


def _records(found: Import) -> list[tuple[int, list[str]]]:
    if found.path.suffix.lower() == ".xlsx":
        return _of_book(found)
    if found.path.suffix.lower() in (".json", ".geojson"):
        return _of_json(found)
    text = text_of(found)
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        return [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        problem = Problem(found.path.name, reader.line_num, 0, "", f"is no table: {error}", "restore the file")
        raise InputError([problem]) from error


def _of_json(found: Import) -> list[tuple[int, list[str]]]:
    data = json_of(found)
    for key in ("data", "result", "results", "items", "timeseries"):
        while isinstance(data, dict) and key in data:
            data = data[key]
    if isinstance(data, dict) and isinstance(data.get("features"), list):
        data = [one.get("properties") for one in data["features"] if isinstance(one, dict)]
    rows = [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []
    names = list(dict.fromkeys(str(name) for row in rows for name in row))
    values = [[_json_cell(row.get(name)) for name in names] for row in rows]
    return [(number, cells) for number, cells in enumerate([names, *values], 1)] if rows else []


def _json_cell(value: object) -> str:
    return "" if value is None else plain(value) if isinstance(value, float) else str(value).strip()


def _of_book(found: Import) -> list[tuple[int, list[str]]]:
    from corridor.scenario.read.book import first_sheet

    return first_sheet(found.path)
