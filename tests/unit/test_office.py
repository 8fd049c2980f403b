"""Workbooks for people: text stays text, numbers are numbers, a sheet is filled without touching the rest."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import openpyxl
import pytest

from corridor.analysis.outcomes.months import _month
from corridor.core.errors import InputError
from corridor.exchange.book import new_book
from corridor.exchange.office.answer import fill_sheet
from corridor.exchange.office.blocks import Grid, Heading, Lines, write_docx, write_html
from corridor.exchange.office.xlsx import Chart, Sheet, write_sheets
from corridor.scenario import problems, write_new
from corridor.studies import Study
from corridor.studies.annex import check_annex, short, write_brief
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


BLOCKS = (
    Heading("A <b>title</b>", 0), Lines(("=1+1", "a\x1b[31m point"), points=True), Lines(("small",), small=True),
    Grid("Caption", ("a", "b"), (("1", "<td>"), ("", "x"))),
)  # fmt: skip


def test_a_document_shows_what_people_wrote_as_it_is(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    write_docx(BLOCKS, tmp_path / "a.docx")
    made = docx.Document(str(tmp_path / "a.docx"))
    texts = [one.text for one in made.paragraphs]
    assert "A <b>title</b>" in texts
    assert "=1+1" in texts
    assert [[cell.text for cell in row.cells] for row in made.tables[0].rows] == [["a", "b"], ["1", "<td>"], ["", "x"]]
    write_html(BLOCKS, tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text()
    assert "A &lt;b&gt;title&lt;/b&gt;" in page
    assert "\x1b" not in page
    assert "http" not in page


def test_a_sentence_of_the_brief_has_at_most_25_words() -> None:
    long = "word " * 20 + "(80 %: 1 to 2); " + "more " * 20
    assert len(short(long).split()) <= 25
    assert "80 %" not in short(long)
    assert len(short("word " * 40).split()) == 25
    assert short("“Held”: 5 deaths (80 %: 1 to 9).") == "“Held”: 5 deaths."


@pytest.mark.parametrize(
    ("language", "asks", "says"),
    [
        (
            "en",
            "How long can people hold out?",
            "Under “Held”, food in store runs out on 3 March 2024 in the middle future.",
        ),
        ("fr", "Combien de temps les gens peuvent-ils tenir ?", "les stocks de nourriture s’épuisent le 3 mars 2024"),
        ("es", "¿Cuánto puede aguantar la gente?", "las existencias de alimentos se agotan el 3 de marzo de 2024"),
        ("ar", "كم يستطيع الناس الصمود؟", "ينفد الغذاء المخزون"),
    ],
)
def test_the_brief_says_first_how_long_people_can_hold_out(
    tmp_path: Path, language: str, asks: str, says: str
) -> None:  # fmt: skip
    held = (
        "Under “Held”, food in store runs out on 3 March 2024 in the middle future; mean intake falls below 1,500 kcal a day "
        "in no future by 1 April 2024."
    )
    study = SimpleNamespace(
        title="A town", answer=("No policy can be ranked.",), detail={"how_long": held}, series=(), as_of="2024-01-01",
        futures=300, horizon=91,
    )  # fmt: skip
    page = write_brief(cast(Study, study), tmp_path / "brief.html", language).read_text(encoding="utf-8")
    assert f'<html lang="{language}"' in page
    assert (asks in page) and (says.removesuffix(".") in page)
    assert page.index(asks) < page.index("300")
    assert ("No policy can be ranked." in page) == (language == "en")


def test_documents_of_other_forms_are_refused() -> None:
    check_annex(Path("a.docx"))
    with pytest.raises(InputError, match=r"write a\.docx"):
        check_annex(Path("a.odt"))
    with pytest.raises(InputError, match=r"write a\.html"):
        check_annex(Path("a.docx"), (".html",))


@pytest.mark.parametrize(("name", "said"), [("", "is no name"), ("y.docx", "write y, or y.xlsx")])
def test_a_new_case_is_a_folder_or_a_workbook(name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        write_new(name)
