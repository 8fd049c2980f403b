"""A case from folder to workbook and back: every cell and every line of YAML, in the form that the format asks for."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path

from corridor.core.decode import decode, note
from corridor.core.errors import InputError, Problem
from corridor.scenario.build.actors import model_files
from corridor.scenario.observed import manners_of_observed
from corridor.scenario.read.book import Sheet, book_of, grid, in_book, is_book
from corridor.scenario.read.csv_table import Table
from corridor.scenario.read.source import read_bytes
from corridor.scenario.read.tolerant import Manner, manners_of, settle
from corridor.scenario.write.book import Rows
from corridor.tables.folder import TABLES, YAML_FILES

_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")
_SPECS = {spec.file: spec for spec in TABLES.values()}


def contents(case: Path, notes: list[Problem]) -> dict[str, str | Rows]:
    """Return the files of a folder or workbook: YAML as text, tables as cells, the header first.

    What was read although it is not written as the format asks, and what is not carried over, goes into `notes`.

    Raises
    ------
    InputError : a file that cannot be read, or whose cells allow two readings
    """
    problems: list[Problem] = []
    found: dict[str, str | Rows] = {}
    told: dict[str, list[str]] = {}
    for file, content in _files(case, told, problems, notes).items():
        if not file.endswith(".csv"):
            found[file] = content if isinstance(content, str) else ""
            continue
        table, wrong = grid(content, file)
        problems += wrong
        if table is not None:
            spec = _SPECS.get(file)
            manners = manners_of(spec) if spec else {**_unknown(table), **manners_of_observed(Path(file).stem)}
            settled, refused = settle(table, manners)
            problems += refused
            told.setdefault(file, []).extend([*table.told, *settled])
            names = [cell.text for cell in table.header]
            found[file] = [names, *([row[name].text for name in names] for row in table.rows)]
    notes += [line for file, words in told.items() for line in note(file, words)]
    if is_book(case):
        problems, notes[:] = [*map(in_book, problems)], [*map(in_book, notes)]
    if problems:
        raise InputError(problems)
    return found


def _unknown(table: Table) -> dict[str, Manner]:
    """Return the columns of a table that nobody reads which hold numbers alone, where commas may begin decimals."""
    if table.separator != ";":
        return {}
    columns = {cell.text: [row[cell.text].text for row in table.rows] for cell in table.header}
    return {name: "number" for name, cells in columns.items() if all(not c or _NUMBER.fullmatch(c) for c in cells)}


def _files(
    case: Path, told: dict[str, list[str]], problems: list[Problem], notes: list[Problem]
) -> Mapping[str, str | Sheet]:
    if is_book(case):
        book = book_of(case)
        problems += book.problems
        notes += book.notes
        return book.files
    paths = {path.relative_to(case).as_posix(): path for path in sorted([*case.glob("*"), *case.glob("observed/*")])}
    names = [
        *YAML_FILES,
        *model_files(paths),
        *_SPECS,
        *(n for n in paths if n.startswith("observed/") and n.endswith(".csv")),
    ]
    found: dict[str, str | Sheet] = {}
    for name in (name for name in names if name in paths):
        data, problem = read_bytes(paths.pop(name), name)
        text = None
        if data is not None:
            text, problem = decode(data, name, told.setdefault(name, []))
        if text is not None:
            found[name] = text
        problems += [problem] if problem else []
    notes += [Problem(name, 0, 0, "", "is not carried over") for name, path in paths.items() if path.is_file()]
    return found


def csv_text(rows: Rows) -> str:
    """Return cells as the text of a CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
