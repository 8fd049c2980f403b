"""The workbook of an answer on paper: few pages, a header on each, and a note wherever less is printed than is there."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

import corridor
from corridor.exchange.office.xlsx import Sheet, rows_on, write_sheets
from corridor.report import words
from corridor.scenario import write_new
from corridor.scenario.write import paper
from corridor.studies import Study, for_paper, office
from corridor.studies.pack import pack

OFFICE = shutil.which("soffice")
MOST = 40
"""pages of an answer, however large the case is"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    where = tmp_path_factory.mktemp("printed")
    write_new(where / "case")
    return corridor.compare(where / "case", futures=6, store=where / "run")


@pytest.fixture(scope="module")
def large(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the workbook of an answer whose tables have 600 rows each."""
    path = tmp_path_factory.mktemp("large") / "large.xlsx"
    tables = tuple(one.model_copy(update={"rows": (one.rows * 600)[:600]}) for one in pack(study))
    write_sheets([*office.sheets(study, tables)], path)
    return path


@pytest.fixture(scope="module")
def book(large: Path) -> Any:
    return openpyxl.load_workbook(large)


def printed(sheet: Any) -> tuple[int, int, int]:
    """Return the row of the header, the last row and the last column that are printed."""
    top = int(str(sheet.print_title_rows).split(":")[0].strip("$"))
    if not sheet.print_area:
        return top, sheet.max_row, sheet.max_column
    _, _, column, row = range_boundaries(str(sheet.print_area).split("!")[1].replace("$", ""))
    return top, int(row), int(column)


def notes(sheet: Any) -> list[str]:
    return [str(cell.value) for cell in sheet["A"] if isinstance(cell.value, str)]


def tables(book: Any) -> Iterator[Any]:
    yield from (sheet for sheet in book if not sheet.title.startswith("Chart"))


def test_every_sheet_has_its_print_settings_and_tells_what_is_left_out(book: Any) -> None:
    cut = set()
    for sheet in tables(book):
        top, last, column = printed(sheet)
        assert sheet.page_setup.orientation == "landscape"
        assert (int(sheet.page_setup.fitToWidth), int(sheet.page_setup.fitToHeight)) == (1, 0), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.cell(top, 1).value and sheet.cell(top + 1, 1).value, "the header is repeated"
        wide = sum(sheet.column_dimensions[openpyxl.utils.get_column_letter(n)].width for n in range(1, column + 1))
        assert wide <= paper.LANDSCAPE / paper.SMALLEST, "letters of 8 points or more"
        told = [one for one in notes(sheet) if one.startswith("Prints the first")]
        if last < sheet.max_row:
            cut.add(sheet.title)
            assert told == [f"Prints the first {last - top:,} of {sheet.max_row - top:,} rows; the sheet holds all."]
        else:
            assert not told, sheet.title
        aside = f"Columns after {openpyxl.utils.get_column_letter(column)} are not printed."
        assert (aside in notes(sheet)) == (column < sheet.max_column), sheet.title
        merged = [one.max_col for one in sheet.merged_cells.ranges]
        assert all(end <= column for end in merged), "no line above the table is cut off"
    assert {"Policies by date", "Places by month", "What runs out when", "Assumptions", "Sources"} <= cut
    assert not {"Summary", "Policies side by side", "Stock-out calendar"} & cut


def test_an_answer_takes_few_pages_however_long_its_tables_are(book: Any) -> None:
    pages = sum(sheet.title.startswith("Chart") for sheet in book)
    for sheet in tables(book):
        top, last, column = printed(sheet)
        wide = sum(sheet.column_dimensions[openpyxl.utils.get_column_letter(n)].width for n in range(1, column + 1))
        room = 523.0 * max(1.0, wide / paper.LANDSCAPE)  # points between the margins of a page that is shrunk to fit
        head, used, here = sheet.row_dimensions[top].height or 15.0, 0.0, 1
        for row in range(1, last + 1):
            points = sheet.row_dimensions[row].height or 15.0
            if used + points > room:
                here, used = here + 1, head
            used += points
        most = office.PAGES.get(
            next((id_ for id_, name in office.NAMES.items() if name == sheet.title), ""), office.FOR_PAPER
        )
        assert here <= most, sheet.title
        pages += here
    assert pages <= MOST


@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice (soffice) is installed here")
@pytest.mark.slow
def test_libreoffice_prints_as_few(large: Path, tmp_path: Path) -> None:
    words_ = [
        str(OFFICE),
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    done = subprocess.run(
        [*words_, "--outdir", str(tmp_path), str(large)], capture_output=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", (tmp_path / "large.pdf").read_bytes()))
    assert 5 < pages <= MOST


def test_rows_are_counted_as_a_page_takes_them() -> None:
    rows: list[list[Any]] = [[f"row {n}", "word " * 60] for n in range(300)]
    sheet = Sheet("s", "t", ("a", "b"), rows)
    one, two = rows_on(sheet, 1), rows_on(sheet, 2)
    assert 5 < one < two < 300
    assert rows_on(Sheet("s", "t", ("a", "b"), rows[:3]), 1) == 3
    wider = Sheet("s", "t", ("a", "b", "c"), [[*row, "word " * 600] for row in rows], across=2)
    assert rows_on(wider, 1) < one, "a row is as high as its highest cell, printed or not"


def test_policies_stand_side_by_side_with_the_numbers_of_the_comparison(study: Study) -> None:
    side, calendar = for_paper.for_paper(study)
    titles = {one.title: one.id for one in study.policies}
    conditions = {one.title: one.id for one in study.conditions}
    given = {(r["condition"], r["name"], r["date"], r["policy"]): r for r in study.table("comparison").rows}
    seen = 0
    for row in side.rows:
        for title, cell in zip(side.header[4:], row[4:], strict=True):
            one = given[conditions[str(row[0])], row[1], row[3], titles[title]]
            if one["median"] is None:
                assert cell == ""
                continue
            middle = words.quantity(float(one["median"]), str(one["unit"]))  # type: ignore[arg-type]
            assert str(cell).split(" (")[0] == middle
            seen += 1
    assert seen > 20
    assert list(side.header[4:]) == list(calendar.header[3:]) == list(titles)
    first = {(r["condition"], r["name"], r["policy"]): r for r in study.table("first_days").rows if r["place"] == "*"}
    for row in (row for row in calendar.rows if row[1] == for_paper.WHOLE):
        for title, cell in zip(calendar.header[3:], row[3:], strict=True):
            day = first[conditions[str(row[0])], row[2], titles[title]]
            assert ("not by the end" == str(cell).split("\n")[0]) == (not day["median"])
