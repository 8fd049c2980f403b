"""Tables as a workbook for people: numbers as numbers, everything a person wrote as text, native charts."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from corridor.core.files import write_bytes_whole
from corridor.core.text import visible, visible_but_isolates
from corridor.scenario.read.book import library

Cell = str | float | int | bool | None
LONGEST = 32_000
"""characters of a cell"""
WIDEST = 64
"""characters of a column"""
MOST_ROWS = 1_000_000
_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_INK, _HEAD, _FAINT = "FF1B1B1B", "FFE3EDF6", "FF6B6B6B"


@dataclass(frozen=True)
class Chart:
    """A native chart of columns of its sheet: positions of the axis and of the lines, 1-based; it stands on top."""

    title: str
    axis: int
    lines: tuple[int, ...]
    unit: str = ""
    rows: tuple[int, int] = (0, 0)
    """first and last row of data; (0, 0) for all"""
    kind: str = "line"


@dataclass(frozen=True)
class Sheet:
    """One sheet: a title, lines above the table, a header and its rows, and charts of it."""

    name: str
    title: str
    header: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()
    notes: Sequence[str] = ()
    charts: Sequence[Chart] = field(default=())
    to_the_left: bool = False
    """whether its columns run from right to left"""


def write_sheets(sheets: Sequence[Sheet], path: Path) -> None:
    """Write a workbook; it appears whole or not at all. ISO days become dates of the spreadsheet.

    Raises
    ------
    InputError : it cannot be written, or openpyxl is not installed
    """
    book = library().Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _write(book.create_sheet(sheet.name), sheet)
    held = io.BytesIO()
    book.save(held)
    write_bytes_whole(path, held.getvalue(), "choose another path, or close it")


def _write(page: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    page.sheet_view.rightToLeft = sheet.to_the_left
    line = 1
    title = (sheet.title, Font(bold=True, size=14, color=_INK))
    for text, font in (title, *((one, Font(color=_FAINT)) for one in sheet.notes)):
        put(page.cell(line, 1), text, isolated=sheet.to_the_left)
        page.cell(line, 1).font = font
        if sheet.to_the_left:
            page.cell(line, 1).alignment = Alignment(horizontal="right", readingOrder=2)
        line += 1
    if not sheet.header:
        page.column_dimensions["A"].width = 110
        for row in page.iter_rows(min_row=1, max_row=line, max_col=1):
            row[0].alignment = Alignment(wrap_text=True, vertical="top")
        return
    line += 1
    top = line + 20 * len(sheet.charts)
    page.row_dimensions[top].height = 32
    for column, name in enumerate(sheet.header, 1):
        cell = page.cell(top, column)
        put(cell, name, isolated=sheet.to_the_left)
        cell.font, cell.fill = Font(bold=True, color=_INK), PatternFill("solid", fgColor=_HEAD)
        values = [row[column - 1] for row in sheet.rows[:400]]
        side = "right" if any(isinstance(value, int | float) for value in values) else "left"
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal=side)  # over its numbers
        widest = max((len(_shown(value)) for value in values), default=0)
        page.column_dimensions[get_column_letter(column)].width = min(WIDEST, max(11, widest + 2, len(name) * 0.6))
    for number, row in enumerate(sheet.rows[:MOST_ROWS], top + 1):
        for column, value in enumerate(row, 1):
            put(page.cell(number, column), value, isolated=sheet.to_the_left)
            if sheet.to_the_left and isinstance(value, str):
                page.cell(number, column).alignment = Alignment(horizontal="right", readingOrder=2)
    if not sheet.charts:
        page.freeze_panes = page.cell(top + 1, 1)
    last = max(top + 1, top + len(sheet.rows))
    page.auto_filter.ref = f"A{top}:{get_column_letter(len(sheet.header))}{last}"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{top}:{top}"
    for at, chart in enumerate(sheet.charts):
        _draw(page, chart, (top, last), f"A{line + 20 * at}")


def _shown(value: Cell) -> str:
    return f"{value:,.1f}" if isinstance(value, float) else "" if value is None else str(value)


def put(cell: Any, value: Cell, *, isolated: bool = False) -> None:
    """Write one value; a text stays text, whatever it begins with. isolated : keep a translation's isolates."""
    if value is None or value == "":
        return
    if isinstance(value, bool | int | float):
        if value != value or value in (float("inf"), float("-inf")):
            return
        cell.value = value
        if not isinstance(value, bool):
            size = abs(value)
            cell.number_format = "#,##0" if size >= 100 or float(value).is_integer() else "0.0" if size >= 1 else "0.00"
        return
    if _DAY.fullmatch(value):
        try:
            cell.value = date.fromisoformat(value)
        except ValueError:
            pass
        else:
            cell.number_format = "yyyy-mm-dd"
            return
    shown = visible_but_isolates(value) if isolated else visible(value)
    text = re.sub("[\x00-\x08\x0b-\x1f\ufffe\uffff]", "", shown)
    cell.value = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    cell.data_type = "s"
    cell.quotePrefix = text[:1] in tuple("=+-@")


_COLOURS = ("0072B2", "D55E00", "009E73", "CC79A7", "E69F00", "56B4E9", "000000", "8C6D31")
_DASHES = ("solid", "dash", "sysDot", "dashDot", "lgDash", "sysDash", "lgDashDot", "solid")


def _draw(page: Any, chart: Chart, lines: tuple[int, int], place: str) -> None:
    from openpyxl.chart import BarChart, LineChart, Reference
    from openpyxl.chart.axis import DateAxis
    from openpyxl.chart.shapes import GraphicalProperties
    from openpyxl.drawing.line import LineProperties

    top, last = lines
    first, end = chart.rows if chart.rows != (0, 0) else (top + 1, last)
    drawn: Any = LineChart() if chart.kind == "line" else BarChart()
    if chart.kind != "line":
        drawn.type = "bar"
    elif isinstance(page.cell(first, chart.axis).value, date):
        # days, about eight of them named: of other axes LibreOffice names every row
        drawn.x_axis = DateAxis(crossAx=100, majorUnit=max(1, (end - first) // 8), majorTimeUnit="days")
    for column in chart.lines:
        values = Reference(page, min_col=column, min_row=top, max_row=end)
        if first != top + 1:
            values = Reference(page, min_col=column, min_row=first, max_row=end)
        drawn.add_data(values, titles_from_data=first == top + 1)
    drawn.set_categories(Reference(page, min_col=chart.axis, min_row=first, max_row=end))
    drawn.title, drawn.y_axis.title = chart.title, chart.unit
    drawn.x_axis.number_format, drawn.y_axis.number_format = "yyyy-mm-dd", "#,##0"
    drawn.x_axis.delete = drawn.y_axis.delete = False
    drawn.y_axis.crosses = "min"
    drawn.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="D9D9D9"))
    drawn.width, drawn.height, drawn.legend.position = 24, 10, "b"
    drawn.x_axis.tickLblSkip = max(1, (end - first) // 8)
    for index, one in enumerate(drawn.series):
        colour = _COLOURS[index % len(_COLOURS)]
        if chart.kind == "line":
            one.smooth = False
            one.graphicalProperties.line.solidFill = colour
            one.graphicalProperties.line.dashStyle = _DASHES[index % len(_DASHES)]
            one.graphicalProperties.line.width = 22000
            one.marker.symbol = "none"
        else:
            one.graphicalProperties.solidFill = colour
    page.add_chart(drawn, place)
