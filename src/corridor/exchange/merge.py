"""Imported tables into a folder: new rows are added, nothing is overwritten unasked, the difference is told first."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corridor.core.errors import InputError, Problem
from corridor.core.files import write_whole
from corridor.scenario.convert import contents, csv_text
from corridor.scenario.read.book import is_book
from corridor.tables.folder import TABLES

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]
_KEYS = {spec.file: spec.key for spec in TABLES.values()}


@dataclass(frozen=True)
class Difference:
    """What an import does to one file: rows added, those there already, pairs that differ (old, new); or in words."""

    file: str
    text: str
    added: int
    same: int
    differ: tuple[tuple[dict[str, str], dict[str, str]], ...] = ()
    said: str = ""

    def sentences(self) -> list[str]:
        """Return the lines shown before anything is written."""
        if self.said:
            return [self.said]
        kept = f", {len(self.differ)} differ from what stands there" if self.differ else ""
        lines = [f"{self.file}: {self.added} new rows, {self.same} there already{kept}"]
        for old, new in self.differ[:5]:
            moved = [f"{n}: {old.get(n, '')!r} -> {new[n]!r}" for n in new if new[n] and old.get(n, "") != new[n]]
            lines.append(f"  {' '.join(list(new.values())[:3])}: {'; '.join(moved)}")
        return lines


def texts(tables: Mapping[str, Table]) -> dict[str, str]:
    """Return file -> CSV of imported tables."""
    return {file: csv_text([header, *rows]) for file, (header, rows) in tables.items()}


def difference(tables: Mapping[str, Table], folder: Path, *, replace: bool) -> list[Difference]:
    """Return what an import would do to a case; with `replace`, rows of the same key take the new cells.

    Raises
    ------
    InputError : the case is a workbook, no folder, or cannot be read
    """
    if is_book(folder):
        remedy = "make a folder of it with `corridor convert`"
        raise InputError([Problem(str(folder), 0, 0, "", "is a workbook; an import goes into a folder", remedy)])
    if not (folder / "scenario.yaml").is_file():
        raise InputError([Problem(str(folder), 0, 0, "", "is no scenario folder", "write a new one with -o")])
    there = contents(folder, [])
    out = []
    for file, (header, rows) in tables.items():
        given = there.get(file, "")
        old: Sequence[Sequence[str]] = list(csv.reader(io.StringIO(given))) if isinstance(given, str) else given
        out.append(_one(file, header, rows, old, replace))
    return out


def pages_difference(pages: Mapping[str, str], folder: Path, *, replace: bool) -> list[Difference]:
    """Return what an import would do to files that are no tables: one that stands there is kept, or replaced."""
    out = []
    for file, text in pages.items():
        path = folder / file
        try:
            old = path.read_text(encoding="utf-8", errors="replace") if path.exists() else None
        except OSError as error:
            raise InputError([Problem(file, 0, 0, "", f"cannot be read: {error.strerror}")]) from error
        if old is None or old == text:
            said = f"{file}: a new file" if old is None else f"{file}: stands there already"
        elif replace:
            said = f"{file}: replaces the one that stands there"
        else:
            said = f"{file}: another one stands there and is kept; --replace takes the new one, or name another"
        out.append(Difference(file, text, int(old is None or (replace and old != text)), 0, said=said))
    return out


def _one(
    file: str, header: Sequence[str], rows: Sequence[Sequence[str]], old: Sequence[Sequence[str]], replace: bool
) -> Difference:
    names = list(dict.fromkeys([*(old[0] if old else ()), *header]))
    table = [dict(zip(old[0], row, strict=True)) for row in old[1:]]
    key = [name for name in _KEYS.get(file, ()) if name in header] or [n for n in header if n not in _FIGURES]
    at = {tuple(row.get(n, "") for n in key): i for i, row in enumerate(table)}
    added = same = 0
    differ = []
    for cells in rows:
        new = dict(zip(header, cells, strict=True))
        where = at.get(tuple(new[n] for n in key))
        if where is None:
            at[tuple(new[n] for n in key)] = len(table)
            table.append(new)
            added += 1
        elif all(table[where].get(n, "") == v for n, v in new.items() if v and n not in ("note", "known")):
            same += 1
        else:
            differ.append((dict(table[where]), new))
            if replace:
                table[where] |= {n: v for n, v in new.items() if v}
    lines = [names, *([row.get(n, "") for n in names] for row in table)]
    return Difference(file, csv_text(lines), added, same, tuple(differ))


_FIGURES = ("persons", "value", "share", "low", "high", "price", "usd", "events", "fatalities", "note", "evidence", "n")


def write(found: Sequence[Difference], folder: Path) -> None:
    """Write the files of a difference that change anything."""
    for one in found:
        path = folder / one.file
        if one.added or one.differ:
            write_whole(path, one.text)
