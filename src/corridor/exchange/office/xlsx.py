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
from corridor.scenario.write import paper

Cell = str | float | int | bool | None
LONGEST = 32_000
"""characters of a cell"""
MOST_ROWS = 1_000_000
MOST_MEASURED = 400
"""rows whose texts say how wide a column is"""
MOST_FROZEN = 200.0
"""points that stay while the rest scrolls: more would leave a small screen nothing to scroll"""
BOLD = 0.85
"""of a column's characters that fit into it where they are bold"""
CHART_ROWS = 20
"""rows that a chart stands over"""
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
    prints: int | None = None
    """how many of its rows are printed; all where None"""
    across: int | None = None
    """how many of its columns are printed; all where None"""


def rows_on(sheet: Sheet, pages: int) -> int:
    """Return how many rows of a sheet so many printed pages take, one below the other, with a note to be added."""
    wide = _wide(sheet)
    own = wide[: sheet.across]
    total = _across(own)[1]
    notes = sum(paper.height(text, total) + 1 for text in (sheet.title, *sheet.notes))
    head = paper.tall(sheet.header, [width * BOLD for width in wide]) or paper.LINE
    heights = [paper.tall([_shown(value) for value in row], wide) or paper.LINE for row in sheet.rows]
    return paper.rows_on(heights, notes + 3 * paper.LINE + head, head, sum(own), pages)


def _wide(sheet: Sheet) -> list[float]:
    """Return how many characters wide each column is: those that are printed share a page, the others another one."""
    if not sheet.header:
        return [paper.PORTRAIT]
    shown = [list(sheet.header), *([_shown(value) for value in row] for row in sheet.rows[:MOST_MEASURED])]
    if sheet.across is None:
        return paper.widths(shown)
    cut = sheet.across
    return [*paper.widths([row[:cut] for row in shown]), *paper.widths([row[cut:] for row in shown])]


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
    from openpyxl.utils import get_column_letter

    page.sheet_view.rightToLeft = sheet.to_the_left
    wide = _wide(sheet)
    for column, width in enumerate(wide, 1):
        page.column_dimensions[get_column_letter(column)].width = width
    across, total = _across(wide[: sheet.across])  # of a page
    line = _above(page, sheet, across, total)
    if not sheet.header:
        paper.on_paper(page, total, None, upright=True)
        return
    line += 1
    top = line + CHART_ROWS * len(sheet.charts)
    _table(page, sheet, top, wide)
    above = sum(page.row_dimensions[at].height or paper.LINE for at in range(1, top + 1))
    if not sheet.charts and above <= MOST_FROZEN:
        page.freeze_panes = page.cell(top + 1, 1)
    last = max(top + 1, top + len(sheet.rows))
    page.auto_filter.ref = f"A{top}:{get_column_letter(len(sheet.header))}{last}"
    if sheet.charts:  # the numbers behind a chart are for the screen
        page.print_area = f"A1:{get_column_letter(across)}{top - 1}"
        paper.on_paper(page, total, None)
    else:
        printed = wide[: sheet.across]
        if len(printed) < len(wide) or sheet.prints is not None:
            rows = len(sheet.rows) if sheet.prints is None else sheet.prints
            page.print_area = f"A1:{get_column_letter(len(printed))}{top + rows}"
        paper.on_paper(page, sum(printed), (top, top))
    for at, chart in enumerate(sheet.charts):
        _draw(page, chart, (top, last), f"A{line + CHART_ROWS * at}")


def _across(wide: Sequence[float]) -> tuple[int, float]:
    """Return how many columns the lines above a table go over, and their characters: as many as one page takes."""
    total, columns = 0.0, 0
    for width in wide:
        if columns and total + width > paper.LANDSCAPE / paper.SMALLEST:
            break
        total, columns = total + width, columns + 1
    return columns, total


def _above(page: Any, sheet: Sheet, across: int, total: float) -> int:
    """Write the title and the lines below it, each over the columns of a page and as high as its text asks; returns
    the row after them.
    """
    from openpyxl.styles import Font

    title = (sheet.title, Font(bold=True, size=14, color=_INK), 14 / 11)
    line = 1
    for text, font, size in (title, *((one, Font(color=_FAINT), 1.0) for one in sheet.notes)):
        cell = page.cell(line, 1)
        put(cell, text, isolated=sheet.to_the_left)
        cell.font = font
        cell.alignment = _wrapped(to_the_left=sheet.to_the_left)
        if across > 1:
            page.merge_cells(start_row=line, end_row=line, start_column=1, end_column=across)
        page.row_dimensions[line].height = size * paper.height(text, total / size) + 1
        line += 1
    return line


def _table(page: Any, sheet: Sheet, top: int, wide: Sequence[float]) -> None:
    """Write the header into row `top`, its rows below, each as high as its cells ask; wide : characters by column."""
    from openpyxl.styles import Alignment, Font, PatternFill

    few = sheet.rows[:MOST_MEASURED]
    numbers = [any(isinstance(row[at], int | float) for row in few) for at in range(len(sheet.header))]
    # a text right of numbers stands off them; in a sheet to the left both have the same side
    apart = [int(at > 0 and numbers[at - 1] and not sheet.to_the_left) for at in range(len(sheet.header))]
    for at, name in enumerate(sheet.header):
        cell = page.cell(top, at + 1)
        put(cell, name, isolated=sheet.to_the_left)
        cell.font, cell.fill = Font(bold=True, color=_INK), PatternFill("solid", fgColor=_HEAD)
        side, off = ("right", 0) if numbers[at] or sheet.to_the_left else ("left", apart[at])
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal=side, indent=off)  # over its numbers
    page.row_dimensions[top].height = paper.tall(sheet.header, [width * BOLD for width in wide])
    texts = [_wrapped(to_the_left=sheet.to_the_left, indent=off) for off in apart]
    days = Alignment(vertical="top", horizontal="right" if sheet.to_the_left else "left")
    rest = Alignment(vertical="top")
    for number, row in enumerate(sheet.rows[:MOST_ROWS], top + 1):
        page.row_dimensions[number].height = paper.tall([_shown(value) for value in row], wide)
        for at, value in enumerate(row):
            cell = page.cell(number, at + 1)
            put(cell, value, isolated=sheet.to_the_left)
            is_day = isinstance(value, str) and _DAY.fullmatch(value)
            cell.alignment = days if is_day else texts[at] if isinstance(value, str) else rest


def _wrapped(*, to_the_left: bool, indent: int = 0) -> Any:
    from openpyxl.styles import Alignment

    side: dict[str, Any] = {"horizontal": "right", "readingOrder": 2} if to_the_left else {}
    side |= {"horizontal": "left", "indent": indent} if indent else {}
    return Alignment(wrap_text=True, vertical="top", **side)


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
    drawn.x_axis.title = page.cell(top, chart.axis).value
    drawn.x_axis.number_format, drawn.y_axis.number_format = "yyyy-mm-dd", "#,##0"
    drawn.x_axis.delete = drawn.y_axis.delete = False
    drawn.y_axis.crosses = "min"
    drawn.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="D9D9D9"))
    drawn.width, drawn.height, drawn.legend.position = 22, 10, "b"
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
