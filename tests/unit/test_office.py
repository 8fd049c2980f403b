"""Workbooks for people: text stays text, numbers are numbers, a sheet is filled without touching the rest."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import openpyxl
import pandas as pd
import pytest

import corridor
from corridor.analysis.outcomes.months import _month
from corridor.analysis.signs import weights
from corridor.cli.studies import _fill_answer
from corridor.core.errors import InputError
from corridor.exchange.book import new_book
from corridor.exchange.office.answer import fill_sheet
from corridor.exchange.office.blocks import Grid, Heading, Lines, Picture, shares, write_docx, write_html
from corridor.exchange.office.xlsx import Chart, Sheet, write_sheets
from corridor.scenario import problems, write_new
from corridor.scenario.write import paper
from corridor.studies import Study, office
from corridor.studies.annex import (
    BRACKETS,
    GLANCE,
    WITH_ERROR,
    _months,
    _options,
    _range,
    blocks_in,
    brief,
    check_annex,
    short,
    write_brief,
)
from corridor.studies.data import Column, Table
from corridor.studies.office import check_xlsx, sheet_in
from corridor.tables.outcome import OUTCOMES
from corridor.words.speak import said


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


def test_what_is_tried_beside_a_case_is_no_answer_of_its_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "case.xlsx"
    new_book(book)
    monkeypatch.setattr(office, "fill_answer", lambda study, path: f"filled {path.name}")
    _fill_answer(cast(Study, None), str(book), asis=False)
    assert 'the sheet "Answer" stays as it was' in capsys.readouterr().err
    _fill_answer(cast(Study, None), str(book), asis=True)
    assert "filled case.xlsx" in capsys.readouterr().err


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
    assert short(long) == "word " * 20 + "(80 %: 1 to 2)."
    assert len(short("word " * 40).split()) == 25
    assert short("If X: 5 leave; without it nobody; " + "word " * 20 + ".") == "If X: 5 leave; without it nobody."
    assert short("Un reste\u00a0; " + "mot " * 25 + ".") == "Un reste."
    assert short("واحد؛ " + "كلمة " * 25 + ".") == "واحد."
    assert short("“Held”: 5 deaths (80 %: 1 to 9).") == "“Held”: 5 deaths (80 %: 1 to 9)."


@pytest.mark.parametrize(
    ("language", "asks", "says"),
    [
        (
            "en",
            "How long can people hold out?",
            "Under “Held”, food in store runs out on 3 March 2024.",
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
        "Under “Held”, food in store runs out on 3 March 2024. Mean intake falls below 1,500 kcal in no future by "
        "1 April 2024."
    )
    study = SimpleNamespace(
        title="A town", question="", answer=("No policy can be ranked.",), detail={"how_long": held}, series=(), as_of="2024-01-01",
        futures=300, horizon=91,
    )  # fmt: skip
    page = write_brief(cast(Study, study), tmp_path / "brief.html", language).read_text(encoding="utf-8")
    assert f'<html lang="{language}"' in page
    assert (asks in page) and (says.removesuffix(".") in page)
    assert page.index(asks) < page.index("300")
    assert ("No policy can be ranked." in page) == (language == "en")


def table(*rows: dict) -> Table:
    return Table(id="t", title="T", columns=tuple(Column(id=name) for name in rows[0]), rows=rows)


def test_figures_of_the_annex_are_rounded_as_on_the_page() -> None:
    at = {"policy": "Held", "condition": "Calm"}
    rows = [
        {**at, "figure": "people present", "unit": "persons", "place": place, "month": month, "from": first,
         "to": last, "low": 100123.4, "middle": 119876.5, "high": 1234567.8}
        for place in "abcdef"
        for month, first, last in (("2023-09", "2023-09-19", "2023-09-30"), ("2023-10", "2023-10-01", "2023-10-31"))
    ]  # fmt: skip
    first, second = _months(table(*rows), "Held", "Calm")
    assert isinstance(first, Grid)
    assert isinstance(second, Grid)
    assert first.header == ["month", "a", "b", "c"], "as many places as can be read beside each other"
    assert second.header == ["month", "d", "e", "f"]
    assert first.rows[0][:2] == ["19 Sep 2023 to 30 Sep 2023", "120,000 (100,000 to 1.23 million)"], "part of a month"
    assert first.rows[1][0] == "October 2023"
    (nobody,) = _months(table(*({**row, "low": 0.0, "middle": 0.0, "high": 0.0} for row in rows)), "Held", "Calm")
    assert nobody == Lines(["People present: 0 in every place and month"])
    given = {"value": 102345.678, "low": 98765.4, "high": 104321.0, "unit": "persons"}
    assert _range(given) == "102,000 (98,800 to 104,000) people"
    assert (
        _range({"value": 0.000123456, "low": None, "high": None, "unit": "t/person/day"}) == "0.123 kg a person a day"
    )


def test_the_options_of_the_annex_say_what_harms() -> None:
    deaths = {"condition": "Calm", "policy": "Held", "date": "2023-12-18", "unit": "persons", "low": 37.2, "middle": 451.0,
              "high": 1304.0, "outcome": next(one.name for one in OUTCOMES if one.id == "excess_deaths")}  # fmt: skip
    (grid,) = _options(table(deaths))
    assert grid.caption == "“Calm”, 18 December 2023"
    assert (grid.header, grid.rows) == (["policy", "Excess deaths so far"], [["Held", "450 (37 to 1,300)"]])


@pytest.mark.parametrize(
    ("language", "title", "cell"),
    [("fr", "Annexe de planification : A town", "120\u202f000 (100\u202f000 à 130\u202f000)"),
     ("es", "Anexo de planificación: A town", "120.000 (100.000 a 130.000)"),
     ("ar", "ملحق التخطيط: \u2068A town\u2069", "120,000 (100,000 إلى 130,000)")],
)  # fmt: skip
def test_annex_and_summary_speak_the_language_and_say_who_made_it(
    tmp_path: Path, language: str, title: str, cell: str
) -> None:
    docx = pytest.importorskip("docx")
    grid = Grid("Sources", ("policy", "a\u2066b"), (("Held", "120,000 (100,000 to 130,000)"),))
    blocks = blocks_in([Heading("Planning annex: A town", 0), Heading("Sources"), grid], language)
    assert isinstance(blocks[1], Lines)
    note = blocks[1].texts[0]
    write_docx(blocks, tmp_path / "a.docx", to_the_left=language == "ar")
    made = docx.Document(str(tmp_path / "a.docx"))
    assert [one.text for one in made.paragraphs][:2] == [title, note]
    assert made.tables[0].rows[1].cells[1].text == cell
    assert "a\\u2066b" in made.tables[0].rows[0].cells[1].text, "what a person wrote turns nothing round"
    turned = "w:bidi/" in made.paragraphs[0]._p.xml and "w:rtl/" in made.paragraphs[0]._p.xml
    assert (turned, made.tables[0].table_direction is not None) == (language == "ar", language == "ar")
    sheet = Sheet("Summary", "A town", ("policy", "unit"), (("Held", 1.5),), ("Sources",))
    write_sheets([sheet_in(sheet, language)], tmp_path / "s.xlsx")
    page = openpyxl.load_workbook(tmp_path / "s.xlsx").worksheets[0]
    assert page.title == said("Summary", language) != "Summary"
    assert page["A4"].value == said("policy", language) != "policy"
    assert page.sheet_view.rightToLeft == (language == "ar")
    assert 1.5 in [page.cell(row, 2).value for row in range(1, 10)]
    assert sheet_in(sheet, "en") == sheet


def test_the_column_of_long_texts_is_the_widest_whatever_one_long_word_asks() -> None:
    why = "half of the main town, the range of the statistics office of each district, weighed by hand " * 2
    rows = [("signs.2023-08-17.deaths_unreported", "0.05 (0.03 to 0.2)", "statistics office", "", why)] * 9
    wide = shares([("number", "value and range", "said by", "disputed by", "why"), *rows])
    assert max(wide) == wide[-1]
    assert sum(wide) == pytest.approx(1.0)
    assert wide[-1] > 0.3


def test_documents_of_other_forms_are_refused() -> None:
    check_annex(Path("a.docx"))
    with pytest.raises(InputError, match=r"write a\.docx"):
        check_annex(Path("a.odt"))
    with pytest.raises(InputError, match=r"--brief: .*write a\.html"):
        check_annex(Path("a.docx"), (".html",))


@pytest.mark.parametrize(("name", "said"), [("", "is no name"), ("y.docx", "write y, or y.xlsx")])
def test_a_new_case_is_a_folder_or_a_workbook(name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        write_new(name)


def test_the_picture_of_the_brief_is_the_policies_and_the_dead_count_as_hungry() -> None:
    ends = {"low_80": 1.0, "median": 2.0, "high_80": 3.0}
    rows = [
        {"condition": "calm", "policy": policy, "outcome": id_, "day": 91, "date": "2024-04-01", **ends}
        for policy in ("held", "open")
        for id_ in ("energy_gap", "excess_deaths")
    ]
    first = SimpleNamespace(id="below_requirement", condition="calm", title="People eating less than they need")
    study = SimpleNamespace(
        title="A town", question="", answer=("On average it saves 3 ± 1 of 5 (80 %: 2 to 4).",), detail={"sure": "Sure enough."},
        series=(first,), as_of="2024-01-01", futures=300, horizon=91,
        conditions=(SimpleNamespace(id="calm", title="Calm"),), policies=(SimpleNamespace(id="held", title="Held"),),
        to_frame=lambda table: pd.DataFrame(rows),
    )  # fmt: skip
    blocks = brief(cast(Study, study))
    said = [text for block in blocks if isinstance(block, Lines) for text in block.texts]
    assert [block.text for block in blocks if isinstance(block, Heading)] == [
        "A town", "The policies by 1 April 2024, “Calm”",
    ]  # fmt: skip
    (picture,) = [block.svg for block in blocks if isinstance(block, Picture)]
    assert "<svg" in picture
    assert {GLANCE, WITH_ERROR, "Sure enough.", "On average it saves 3 ± 1 of 5 (80 %: 2 to 4)."} <= {*said}
    study.answer = ("No policy can be ranked.",)
    assert WITH_ERROR not in [t for block in brief(cast(Study, study)) if isinstance(block, Lines) for t in block.texts]


DIED = (
    "By 1 January 2024 about 690 people more than usual have died of hunger and disease in these futures, 6 in 1,000 "
    "(80 %: 160 to 3,200 people). If no record knows of them, food or a sign is missing, or fewer are exposed to disease "
    "than `care.exposed` says."
)


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
def test_the_brief_asks_its_question_and_says_who_has_died_and_what_brackets_mean(language: str) -> None:
    held = "“Held”, by 15 April 2024: 5 person-days of food missing (80 %: 4 to 6), 1 excess death (0 to 2)."
    study = SimpleNamespace(
        title="A town", question="Which relief?", answer=(held,), detail={"died": DIED}, series=(), as_of="2024-01-01",
        futures=300, horizon=91,
    )  # fmt: skip
    said = [t for block in brief(cast(Study, study), language) if isinstance(block, Lines) for t in block.texts]
    assert said[0] == "Which relief?"
    assert DIED in said and BRACKETS in said
    study.detail, study.question, study.answer = {"died": ""}, "", ("No policy (of two) can be ranked.",)
    said = [t for block in brief(cast(Study, study), language) if isinstance(block, Lines) for t in block.texts]
    assert not {DIED, BRACKETS, ""} & {*said}


def test_who_has_died_comes_from_the_run_into_the_brief(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(weights, "dead_before", lambda _: DIED)
    write_new(Path("mine"))
    study = corridor.compare("mine", futures=8)
    said = [text for block in brief(study) if isinstance(block, Lines) for text in block.texts]
    assert DIED in said and study.question in said and DIED in study.warnings


def test_no_mark_of_direction_is_written_out_in_the_brief(tmp_path: Path) -> None:
    study = SimpleNamespace(
        title="A town", question="", answer=("“Held”, by 15 April 2024: 5 person-days of food missing, 1 excess death.",), detail={},
        series=(), as_of="2024-01-01", futures=300, horizon=91,
    )  # fmt: skip
    page = write_brief(cast(Study, study), tmp_path / "brief.html", "ar").read_text(encoding="utf-8")
    assert "Held" in page
    assert not any(mark in page for mark in ("\\u2068", "\\u2069"))
    # a line that begins with a title in English still runs to the left
    assert not re.search("\u2068[^\u2069]*[\u0600-\u06ff]", page)


def test_a_workbook_can_be_printed_on_a4(tmp_path: Path) -> None:
    why = "nobody weighed it, and the two who were asked say what they remember of it. " * 5
    few = Sheet("Few", "title", ("place", "why", "tonnes"), [["near", why, 1.5], ["far", "short", 2.0]], (why,))
    many = Sheet("Many", "title", ["date", *(f"policy number {i}" for i in range(40))], [[1000.0] * 41])
    drawn = Sheet("Drawn", "title", ("day", "t"), [["2024-03-01", 1.0]], (), (Chart("Middle", 1, (2,)),))
    write_sheets([few, many, drawn], tmp_path / "o.xlsx")
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    for sheet in book:
        wide = sum(one.width for one in sheet.column_dimensions.values())
        setup = sheet.page_setup
        assert (int(setup.paperSize), setup.orientation, int(setup.fitToHeight)) == (9, "landscape", 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert wide / setup.fitToWidth <= paper.LANDSCAPE / paper.SMALLEST, "letters of 8 points or more"
    sheet = book["Few"]
    assert sheet.print_title_rows == "$4:$4"
    assert sheet["B5"].alignment.wrap_text and sheet["A2"].alignment.wrap_text
    lines = len(why) / sheet.column_dimensions["B"].width
    assert sheet.row_dimensions[5].height >= 15 * lines
    assert sheet.row_dimensions[6].height is None
    assert {str(one) for one in sheet.merged_cells.ranges} == {"A1:C1", "A2:C2"}
    assert book["Many"].page_setup.fitToWidth > 1 and book["Many"].print_title_cols == "$A:$A"
    assert book["Drawn"].print_area == "'Drawn'!$A$1:$B$22"


def test_the_workbook_of_a_case_can_be_printed_on_a4(tmp_path: Path) -> None:
    new_book(tmp_path / "case.xlsx")
    fill_sheet(
        tmp_path / "case.xlsx", "Answer", [["a sentence of the answer, longer than a column is wide. " * 9], ["x", 1]]
    )
    book = openpyxl.load_workbook(tmp_path / "case.xlsx")
    assert len(book.sheetnames) > 8
    for sheet in book:
        assert int(sheet.page_setup.paperSize) == 9 and sheet.sheet_properties.pageSetUpPr.fitToPage
        room = (paper.PORTRAIT if sheet.page_setup.orientation == "portrait" else paper.LANDSCAPE) / paper.SMALLEST
        wide = sum(one.width for one in sheet.column_dimensions.values())
        assert wide / sheet.page_setup.fitToWidth <= room, sheet.title
    assert book["stocks"].print_title_rows == "$1:$2"
    answer = book["Answer"]
    assert answer["A1"].alignment.wrap_text and answer.row_dimensions[1].height > 30
    assert [str(one) for one in answer.merged_cells.ranges] == ["A1:I1"]


def test_columns_share_a_page_by_what_they_hold() -> None:
    short, long = "a word", "word " * 100
    assert paper.widths([[short, short]], 100) == [8, 8]
    wide = paper.widths([[short, long, long * 4]], 100)
    assert 100 - paper.STEP < sum(wide) <= 100
    assert wide[0] == 8 < wide[1] < wide[2]
    assert wide[2] / wide[1] == pytest.approx(4, rel=0.5), "rows as low as the page lets them be"
    assert paper.widths([["1,234,567"] * 40], 100) == [11] * 40, "never narrower than a number"
