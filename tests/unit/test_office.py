"""Workbooks for people: text stays text, numbers are numbers, a sheet is filled without touching the rest."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from corridor.analysis.outcomes.months import _month
from corridor.core.errors import InputError
from corridor.exchange.book import new_book
from corridor.exchange.office.answer import fill_sheet
from corridor.exchange.office.xlsx import Chart, Sheet, write_sheets
from corridor.scenario import problems
from corridor.studies.office import check_xlsx


def test_what_begins_like_a_formula_is_text(tmp_path: Path) -> None:
    texts = ["=1+1", "+41 22", "-5 people", "@here", "plain"]
    rows = [[text, 1.5, "2024-03-01"] for text in texts]
    chart = Chart("Middle", 3, (2,), "t")
    write_sheets([Sheet("One", "=title", ("=a", "b", "c"), rows, ("@note",), (chart,))], tmp_path / "o.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "o.xlsx")["One"]
    top = next(row for row in range(1, 60) if sheet.cell(row, 1).value == "=a")
    for at, text in enumerate(texts, top + 1):
        assert (sheet.cell(at, 1).value, sheet.cell(at, 1).data_type) == (text, "s")
        assert sheet.cell(at, 1).quotePrefix == (text[0] in "=+-@")
        assert sheet.cell(at, 2).value == 1.5
        assert sheet.cell(at, 3).value == datetime(2024, 3, 1)
    assert sheet["A1"].data_type == sheet["A2"].data_type == "s"
    assert len(sheet._charts) == 1


def test_the_sheet_answer_is_filled_and_the_rest_is_as_it_was(tmp_path: Path) -> None:
    book = tmp_path / "case.xlsx"
    new_book(book)

    def parts() -> dict[str, bytes]:
        with zipfile.ZipFile(book) as found:
            return {name: found.read(name) for name in found.namelist()}

    before = parts()
    fill_sheet(book, "Answer", [["=1+1", 2.5, None], [], ["next"]])
    after = parts()
    assert [name for name in before if before[name] != after[name]] == [max(n for n in before if n.startswith("xl/worksheets/sheet") and b"fills this" in _strings(before, n))]  # fmt: skip
    sheet = openpyxl.load_workbook(book)["Answer"]
    assert (sheet["A1"].value, sheet["A1"].data_type, sheet["B1"].value, sheet["A3"].value) == (
        "=1+1",
        "s",
        2.5,
        "next",
    )
    notes: list = []
    assert (problems(book, notes), notes) == ([], [])


def _strings(parts: dict[str, bytes], name: str) -> bytes:
    """Return the sheet's XML, or the words of the table of strings where it is the last sheet."""
    sheets = sorted((n for n in parts if n.startswith("xl/worksheets/sheet")), key=lambda n: int(n[19:-4]))
    return b"fills this" if name == sheets[-1] else parts[name]


def test_a_workbook_without_the_sheet_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "own.xlsx")
    with pytest.raises(InputError, match='has no sheet "Answer" to fill'):
        fill_sheet(tmp_path / "own.xlsx", "Answer", [["x"]])
    (tmp_path / "bad.xlsx").write_bytes(b"no zip")
    with pytest.raises(InputError, match="cannot be filled"):
        fill_sheet(tmp_path / "bad.xlsx", "Answer", [["x"]])


def test_another_form_is_refused_before_anything_is_played() -> None:
    with pytest.raises(InputError, match=r"write out\.xlsx"):
        check_xlsx(Path("out.xls"))


def test_a_month_is_made_of_its_days() -> None:
    daily = np.array([[1.0, 5.0, 3.0], [2.0, np.nan, 4.0]])
    assert _month(daily[:1], "last").tolist() == [3.0]
    assert _month(daily[:1], "most").tolist() == [5.0]
    assert _month(daily[:1], "sum").tolist() == [9.0]
    assert _month(daily, "mean").tolist() == [3.0, 3.0]
    assert np.isnan(_month(np.full((1, 2), np.nan), "mean")).all()
