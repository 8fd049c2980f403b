"""How a sheet of a workbook is cut into columns and printed: A4, no letter below the size that can be read."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any

LANDSCAPE, PORTRAIT = 145.0, 96.0
"""characters of 11 points between the margins of a page of A4"""
SMALLEST = 0.75
"""of 11 points, to which a printed page may shrink: 8 points"""
LINE = 15.0
"""points of a line of 11 points"""
NARROWEST, LONG = 8.0, 22.0
"""characters that a column has at least; that its longest word gets unbroken"""
STEP = 2.0
"""characters by which a column grows at a time"""
A4 = 9
"""number of the paper, as spreadsheets count"""
MARGIN = 0.4
"""inch around a printed page; the foot has a line more"""
TALL, SURE = 523.0, 0.95
"""points between the margins of a landscape page; share of them that is counted on, as each program sets type anew"""
TALLEST = 400.0
"""points of a row: a spreadsheet takes no more"""


def widths(rows: Sequence[Sequence[str]], room: float = LANDSCAPE / SMALLEST) -> list[float]:
    """Return how many characters wide each column is, the cells of its rows wrapped.

    As wide as its longest text where all fit into `room`. Else each has its longest word, up to `LONG`, and what is
    left goes, a step at a time, to the column that makes most rows tall; numbers and days are one word and stay whole.
    """
    found, full = [], []
    for texts in zip(*rows, strict=True):
        lines = [line for text in texts for line in text.split("\n")]
        word = max((len(word) for line in lines for word in line.split()), default=0)
        found.append(min(max(word + 2.0, NARROWEST), LONG))
        full.append(max(max(map(len, lines), default=0) + 2.0, found[-1]))
    if sum(full) <= room:
        return full
    long = [[(at, len(text) + 2.0) for at, text in enumerate(row) if len(text) + 2.0 > found[at]] for row in rows]
    while sum(found) + STEP <= room:
        votes = [0.0] * len(found)
        for row in long:
            lines_of = [(length / found[at], at) for at, length in row if found[at] < full[at]]
            most = max(lines_of, default=(0.0, 0))
            if most[0] > 1.0:
                votes[most[1]] += most[0]
        if not any(votes):
            break
        found[votes.index(max(votes))] += STEP
    return found


def height(text: str, width: float) -> float:
    """Return the points that a text needs in a cell of so many characters, its words kept whole."""
    lines = sum(len(textwrap.wrap(line, max(int(width), 1))) or 1 for line in text.split("\n"))
    return min(LINE * lines, TALLEST)


def tall(texts: Sequence[str], wide: Sequence[float]) -> float | None:
    """Return the points that a row of wrapped cells needs, None where a line is enough: not every spreadsheet finds
    the height of a row by itself.
    """
    points = max((height(text, width) for text, width in zip(texts, wide, strict=False) if text), default=LINE)
    return points if points > LINE else None


def rows_on(heights: Sequence[float], above: float, head: float, wide: float, pages: int) -> int:
    """Return how many rows of a table so many landscape pages take, one below the other.

    heights : points of each row; above : of what stands before the first, its header included; head : of the header,
    which each further page repeats; wide : characters of the columns, by which a page shrinks
    """
    room = TALL / min(1.0, LANDSCAPE * _across(wide, LANDSCAPE) / wide) * SURE
    used = above
    for number, points in enumerate(heights):
        if used + points > room:
            pages, used = pages - 1, head
            if pages == 0:
                return number
        used += points
    return len(heights)


def _across(wide: float, page: float) -> int:
    """Return over how many pages columns go that are so many characters wide, letters of 8 points or more."""
    return max(1, math.ceil(wide * SMALLEST / page - 1e-9))


def on_paper(page: Any, wide: float, header: tuple[int, int] | None, *, upright: bool = False) -> None:
    """Set a sheet up for A4: landscape, as many pages across as letters of 8 points ask, header on each.

    wide : characters of all columns; header : first and last row to repeat; upright : portrait
    """
    setup = page.page_setup
    setup.paperSize, setup.orientation = A4, "portrait" if upright else "landscape"
    page.sheet_properties.pageSetUpPr.fitToPage = True
    across = _across(wide, PORTRAIT if upright else LANDSCAPE)
    setup.fitToWidth, setup.fitToHeight = across, 0
    margins = page.page_margins
    margins.left = margins.right = margins.top = MARGIN
    margins.bottom, margins.footer = MARGIN + 0.2, 0.2
    page.oddFooter.left.text, page.oddFooter.right.text = "&A", "&P / &N"
    if header is not None:
        page.print_title_rows = f"{header[0]}:{header[1]}"
    if across > 1:
        page.print_title_cols = "A:A"
