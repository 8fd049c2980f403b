"""Write a scenario as one workbook, of which `read/book.py` reads the same cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from corridor.core.errors import InputError, Problem
from corridor.core.files import write_bytes_whole
from corridor.scenario.read.book import library, sheet_name
from corridor.scenario.read.csv_table import UNITS
from corridor.scenario.read.tolerant import Manner, manners_of
from corridor.scenario.write import paper
from corridor.tables.field import Field
from corridor.tables.folder import TABLES
from corridor.tables.parameter import DISTRIBUTIONS

Rows = Sequence[Sequence[str]]
"""cells of a table, the header first"""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_LIKE_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_|x005F_")
_DAY = re.compile(r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.(?P<part>[0-9]{1,9}))?")
_TEXT = "@"
YAML = paper.PORTRAIT
"""characters of a line of settings before it is wrapped: a column that is wider than a page is cut, not shrunk"""
MOST_MEASURED = 200
"""rows whose texts say how wide a column is"""
LONGEST = 32_767
"""characters of a cell"""
ANSWER = "Answer"
"""the sheet that a comparison fills"""
CATALOGUE = Path(__file__).parents[2] / "data" / "commodities.csv"
"""the goods that every case has"""
_BY_FILE = {spec.file: spec for spec in TABLES.values()}


def write_book(files: Mapping[str, str | Rows], path: Path) -> None:
    """Write a workbook whose sheets hold the files: cells of tables, lines of YAML.

    Numbers and days are cells of their kind where they read back letter by letter; everything else is text, which
    a spreadsheet neither changes nor runs.

    Raises
    ------
    InputError : a text that a workbook cannot hold; the file cannot be written
    """
    from openpyxl.styles import Alignment

    book = library().Workbook()
    book.remove(book.active)
    wrapped = Alignment(wrap_text=True, vertical="top")
    problems: list[Problem] = []
    for file, content in files.items():
        sheet = book.create_sheet(sheet_name(file))
        if isinstance(content, str):
            rows: Rows = [[line] for line in content.removesuffix("\n").split("\n")]
            sheet.column_dimensions["A"].width = YAML
            paper.on_paper(sheet, YAML, None, upright=True)
            wide = [YAML]
        else:
            rows = content
            wide = _dress(sheet, file, rows, files)
        manners = _manners(file, rows)
        below = 1 if not isinstance(content, str) and _units(file, rows[0] if rows else ()) else 0
        for number, row in enumerate(rows, 1):
            line = number + (below if number > 1 else 0)
            sheet.row_dimensions[line].height = paper.tall(row, wide)
            for column, text in enumerate(row, 1):
                if len(text) > LONGEST or _LIKE_ESCAPED.search(text):
                    message = "holds a text that a workbook cannot hold"
                    problems.append(
                        Problem(file, line, column, "", message, "shorten it, or take out what looks like _x0041_")
                    )
                elif text:
                    cell = sheet.cell(line, column)
                    _put(cell, text, manners[column - 1] if number > 1 else "text")
                    cell.alignment = wrapped
    answer = book.create_sheet(ANSWER)
    _put(answer["A1"], "corridor compare fills this sheet; it is never read", "text")
    answer.column_dimensions["A"].width = YAML
    if problems:
        raise InputError(problems)
    held = io.BytesIO()
    book.save(held)
    write_bytes_whole(path, held.getvalue())


def _manners(file: str, rows: Rows) -> list[Manner]:
    """Return what each column holds; a column of events whose kind differs from row to row is text."""
    known = manners_of(_BY_FILE[file]) if file in _BY_FILE else {}
    found = [known.get(name, "number" if file.startswith("observed/") else "text") for name in rows[0]] if rows else []
    return [manner if isinstance(manner, str) else "number" for manner in found]


def _put(cell: Any, text: str, manner: Manner) -> None:
    number = _NUMBER.fullmatch(text) if manner == "number" else None
    if number and (float(text) or not text.startswith("-")):
        part = number["part"]
        cell.value = float(text) if part else int(text)
        cell.number_format = f"0.{'0' * len(part)}" if part else "0"
        if f"{cell.value:.{len(part or '')}f}" == text:
            return
    if manner == "date" and _DAY.fullmatch(text):
        try:
            cell.value = date.fromisoformat(text)
        except ValueError:
            pass
        else:
            cell.number_format = "yyyy-mm-dd"
            return
    cell.value = _CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    cell.data_type = "s"  # whatever it begins with
    cell.quotePrefix = text[0] in "=+-@"
    cell.number_format = _TEXT


def _dress(sheet: Any, file: str, rows: Rows, files: Mapping[str, str | Rows]) -> list[float]:
    """Make the sheet fit to be filled in and printed: a header that stays, a row of units, meanings and drop-downs.

    Returns the characters of each column.
    """
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    units = _units(file, rows[0] if rows else ())
    first = 3 if units else 2
    sheet.freeze_panes = f"A{first}"
    for column, unit in enumerate(units, 1):
        cell = sheet.cell(2, column)
        _put(cell, unit, "text") if unit else None
        cell.font, cell.fill = (
            Font(name="Calibri", size=11, italic=True, color="666666"),
            PatternFill("solid", start_color="EEEEEE"),
        )
    wide = paper.widths([*([units] if units else []), *rows[:MOST_MEASURED]])
    paper.on_paper(sheet, sum(wide), (1, first - 1))
    for column, name in enumerate(rows[0] if rows else (), 1):
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = wide[column - 1]
        # what is typed into a row that is empty as yet is wrapped too
        sheet.column_dimensions[letter].alignment = Alignment(wrap_text=True, vertical="top")
        head = sheet.cell(1, column)
        head.font = Font(name="Calibri", size=11, bold=True)
        field = _field(file, name)
        listed = _listed(file, name, field, files)
        if listed:  # what is not in the list may still be typed: checking tells, a spreadsheet only knows no
            allowed = DataValidation(type="list", formula1=listed, allow_blank=True, showErrorMessage=False)
            sheet.add_data_validation(allowed)
            allowed.add(f"{letter}{first}:{letter}1000")
        if field is None:
            continue
        unit = f" ({field.unit})" if field.unit not in ("", "1") else ""
        head.comment = Comment(f"{field.meaning}{unit}", "corridor")
    return wide


def _listed(file: str, name: str, field: Field | None, files: Mapping[str, str | Rows]) -> str:
    """Return what a drop-down of a column lists: its words, the ids of the one sheet that it names; "" for none."""
    spec = _BY_FILE.get(file)
    if spec is not None and name in {column.ends[2] for column in spec.columns if column.ends}:
        return f'"{",".join(DISTRIBUTIONS)}"'
    if field is None or name != field.name:
        return ""
    if field.choices:
        return f'"{",".join(field.choices)}"'
    named = f"{field.refers[0]}.csv" if field.kind == "ref" and len(field.refers) == 1 else ""
    rows = files.get(named)
    if "commodities" in field.refers and "commodities.csv" not in files:
        return f'"{",".join(_goods(files if "mixes" in field.refers else {}))}"'
    if not rows or isinstance(rows, str) or not rows[0] or rows[0][0] != "id":
        return ""
    first = 3 if _units(named, rows[0]) else 2
    return f"{field.refers[0]}!$A${first}:$A$500"


def _goods(files: Mapping[str, str | Rows]) -> list[str]:
    """Return the goods that every case has, and the mixes of the settings."""
    with CATALOGUE.open(encoding="utf-8", newline="") as text:
        known = [row["id"] for row in csv.DictReader(text)]
    settings = files.get("scenario.yaml", "")
    mixes = re.search(r"^mixes:\n((?:[ #].*\n|\n)*)", settings, re.M) if isinstance(settings, str) else None
    return [*known, *(re.findall(r"^  (\w+):", mixes[1], re.M) if mixes else [])]


def _units(file: str, header: Sequence[str]) -> list[str]:
    """Return the row of units that stands under the header of a sheet; empty where no column has one."""
    fields = [_field(file, name) for name in header]
    found = [field.unit if field is not None and field.unit != "1" else "" for field in fields]
    return [UNITS, *found[1:]] if any(found) else []


def _field(file: str, name: str) -> Field | None:
    spec = _BY_FILE.get(file)
    if spec is None:
        return None
    ends = {end: field for field in spec.columns for end in (field.ends or ())[:2]}
    return next((field for field in spec.columns if field.name == name), ends.get(name))
