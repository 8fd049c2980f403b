"""A case as a workbook: nothing is lost either way, and problems stand at their cells."""

from __future__ import annotations

import io
import random
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_tolerant import rows
from test_tolerant import saved as as_csv

from corridor.core.errors import InputError, Problem
from corridor.exchange.book import convert, new_book
from corridor.scenario import bundled, load, problems
from corridor.scenario.convert import contents
from corridor.scenario.read.book import book_of
from corridor.scenario.read.csv_table import UNITS
from corridor.scenario.write.book import write_book
from corridor.scenario.write.new import write_new
from corridor.studies.sides_check import check_sides
from corridor.tables.folder import TABLES

openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    write_new(tmp_path / "case")
    convert(str(tmp_path / "case"), tmp_path / "case.xlsx", [])
    return tmp_path / "case.xlsx"


def edit(path: Path, sheet: str, **cells: Any) -> None:
    """Write values into cells of a sheet, made where it is missing."""
    found = openpyxl.load_workbook(path)
    page = found[sheet] if sheet in found.sheetnames else found.create_sheet(sheet)
    for place, value in cells.items():
        page[place] = value
    found.save(path)


def said(path: Path) -> list[str]:
    return [problem.sentence() for problem in problems(path)]


def test_a_new_workbook_is_the_new_case(book: Path, tmp_path: Path) -> None:
    new_book(tmp_path / "new" / "case.xlsx")
    assert contents(tmp_path / "new" / "case.xlsx", []) == contents(tmp_path / "case", []) == contents(book, [])


@pytest.mark.parametrize("name", bundled())
def test_a_bundled_case_comes_back_cell_by_cell(name: str, tmp_path: Path) -> None:
    notes: list[Problem] = []
    convert(name, tmp_path / "case.xlsx", notes)
    convert(str(tmp_path / "case.xlsx"), tmp_path / "case", notes)
    assert notes == []
    folder = next(path for path in Path(__file__).parents[2].glob(f"scenarios/{name}"))
    assert contents(tmp_path / "case", []) == contents(folder, [])
    same = {"hash": "", "origin": load(name).origin}
    as_folder, as_book, original = (
        load(case).model_copy(update=same) for case in (tmp_path / "case", tmp_path / "case.xlsx", name)
    )
    assert as_folder == as_book == original


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=20).filter(
    lambda text: "x005F_" not in text and "_x" not in text
)


@given(data=st.data())
def test_any_table_and_any_lines_come_back_letter_by_letter(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("book") / "case.xlsx"
    spec = data.draw(st.sampled_from(list(TABLES.values())))
    table = data.draw(st.lists(rows(spec), min_size=1, max_size=4))
    names = list(table[0])
    cells = [names, *([row[name] for name in names] for row in table)]
    cells[1][-1] = data.draw(TEXT).strip()
    lines = "\n".join(
        line.rstrip() for line in data.draw(st.lists(TEXT.map(lambda t: t.replace("\n", "")), max_size=4))
    ).rstrip("\n")
    write_book({"scenario.yaml": lines + "\n", spec.file: cells}, path)
    found = book_of(path)
    assert found.problems == []
    assert found.files["scenario.yaml"] == lines + "\n"
    sheet = found.files[spec.file]
    assert not isinstance(sheet, str)
    read = [[text for text, _, _ in row] for row in sheet if not (row and row[0][0] == UNITS)]
    assert [row + [""] * (len(names) - len(row)) for row in read] == cells


def test_numbers_and_days_are_of_their_kind_and_text_is_text(book: Path) -> None:
    page = openpyxl.load_workbook(book)
    assert (page["places"]["D3"].value, page["places"]["D3"].number_format) == (45.7, "0.00")
    assert page["stocks"]["C3"].value == 700
    assert page["events"]["A2"].value == datetime(2024, 1, 18)
    assert page["stocks"]["C5"].value == "90 t"
    write_book({"stocks.csv": [["place", "note"], ["=1+1", "@x"], ["+1", "-x"]]}, book)
    cells = [cell for row in openpyxl.load_workbook(book)["stocks"].iter_rows(min_row=2) for cell in row]
    assert all(cell.data_type == "s" and cell.quotePrefix and cell.number_format == "@" for cell in cells)


def test_a_row_of_units_stands_under_the_header_and_is_no_data(book: Path, tmp_path: Path) -> None:
    page = openpyxl.load_workbook(book)
    head = [cell.value for cell in page["stocks"][1]]
    units = dict(zip(head, [cell.value for cell in page["stocks"][2]], strict=True))
    assert {name: unit for name, unit in units.items() if unit} == {
        "place": "(units)", "tonnes": "t", "low": "t", "high": "t",
    }  # fmt: skip
    assert page["stocks"]["A2"].font.italic
    assert page["events"]["A2"].value != "(units)"  # no column there has a unit of its own
    assert page["stocks"].freeze_panes == "A3"
    csv_file = tmp_path / "case" / "stocks.csv"
    lines = csv_file.read_text().splitlines()
    before = load(tmp_path / "case")
    csv_file.write_text("\n".join([lines[0], ",".join(str(units[name] or "") for name in head), *lines[1:]]))
    after = load(tmp_path / "case")
    assert after.stocks == before.stocks
    csv_file.write_text("\n".join([*lines, ",".join(str(units[name] or "") for name in head)]))
    assert problems(tmp_path / "case")  # anywhere else it is data, and bad


def test_drop_downs_list_words_and_the_ids_of_other_sheets(book: Path) -> None:
    page = openpyxl.load_workbook(book)
    lists = {
        name: {str(one.sqref): one.formula1 for one in page[name].data_validations.dataValidation}
        for name in ("places", "links", "stocks", "events", "pipelines")
    }
    kind = [cell.value for cell in page["places"][1]].index("kind")
    letter = "ABCDEFGHIJ"[kind]
    assert lists["places"][f"{letter}3:{letter}1000"].startswith('"home,')
    assert lists["links"]["B3:B1000"] == lists["links"]["C3:C1000"] == "places!$A$3:$A$500"
    assert lists["stocks"]["B3:B1000"].startswith('"flour,groceries,food,')
    assert lists["pipelines"]["D3:D1000"].endswith(',market,relief"'), "mixes of the settings are goods too"
    assert not any(one.showErrorMessage for one in page["links"].data_validations.dataValidation)


@pytest.mark.parametrize("name", ["mine", "mine.xlsx"])
def test_a_blank_case_asks_for_its_rows_only(name: str, tmp_path: Path) -> None:
    target = tmp_path / name
    assert len(new_book(target, blank=True) if target.suffix else write_new(target, blank=True)) in (1, 12)
    found = [one.sentence() for one in problems(target)]
    assert len(found) == 1
    assert "has no rows; write a row for each place" in found[0]


def test_a_problem_stands_at_its_cell(book: Path) -> None:
    edit(book, "stocks", C3=-700, A6="nowhere")
    edit(book, "links", B4="planport")
    edit(book, "scenario.yaml", A9="  base: {as_of: never}")
    edit(book, "outputs", AB2="x")
    edit(book, "policies.yaml", B2="x")
    found = said(book)
    assert 'stocks!A6: place: no place "nowhere"; known: hilltown, plainport, valleytown' in found
    assert "stocks!C3: tonnes: -700 is below 0, the least allowed; write a number from 0 to 1,000,000,000 t" in found
    assert 'links!B4: to: no place "planport"; did you mean "plainport"?' in [
        one.replace("from:", "to:") for one in found
    ]
    assert any(one.startswith("scenario.yaml!A9: ") for one in found)
    assert "policies.yaml!B2: lines of YAML stand in column A alone; move it there, or empty the cell" in found
    assert 'outputs!AB2: "x" stands in a column without a name; name it in the header, or empty the cell' in found


def test_what_people_type_into_cells(book: Path) -> None:
    before = load(book)
    edit(book, "events", A2=45309, A3=date(2024, 2, 1), B2="18/01/2024", J9="   ")
    edit(book, "stocks", C3="700,0", C4="200")
    edit(book, "Remarks", A1="=SUM(stocks!C3:C5)")
    found = openpyxl.load_workbook(book)
    found["events"]["A2"].number_format = "General"
    found.save(book)
    notes: list[Problem] = []
    assert problems(book, notes) == []
    odd = "read although it is not written as the format asks"
    assert [note.file for note in notes if note.message == "is not read"] == ["Remarks!"]
    assert sorted(note.sentence() for note in notes) == [
        *[note.sentence() for note in notes if note.message == "is not read"],
        f"events: {odd}: days numbered from 1900 (45309 is 2024-01-18); dates with the day first (18/01/2024 is 2024-01-18)",
        f"stocks: {odd}: decimal commas (700,0 is 700.0)",
    ]
    after = load(book)
    assert after.model_copy(update={"hash": before.hash}) == before


def test_formulas_without_a_value_and_errors_are_refused(book: Path) -> None:
    edit(book, "stocks", C3="=300+400", B4="#N/A")
    found = said(book)
    assert "stocks!C3: holds a formula without a value; open the workbook in a spreadsheet and save it" in found
    assert "stocks!B4: holds an error of the spreadsheet, #N/A; mend the formula, or write the value" in found


def test_a_sheet_that_is_missing_twice_or_unknown(book: Path, tmp_path: Path) -> None:
    found = openpyxl.load_workbook(book)
    del found["links"]
    found.save(book)
    assert said(book)[0].startswith("links: there is no such sheet")
    found.create_sheet("Stocks ")
    found.save(book)
    assert said(book)[0] == "Stocks : is there twice; keep one of them"
    other = openpyxl.Workbook()
    other.save(tmp_path / "other.xlsx")
    assert said(tmp_path / "other.xlsx")[0].startswith("other.xlsx: has no sheet of a scenario")


def test_observed_tables_are_sheets(book: Path, tmp_path: Path) -> None:
    observed = tmp_path / "case" / "observed"
    observed.mkdir()
    (observed / "scarcity.csv").write_bytes(
        as_csv([["date", "commodity", "level"], ["2024-01-31", "flour", "1,5"]], ";")
    )
    notes: list[Problem] = []
    convert(str(tmp_path / "case"), book, notes, force=True)
    assert "decimal commas (1,5 is 1.5)" in notes[0].message
    assert problems(book) == []
    edit(book, "observed.scarcity", B2="floor")
    assert said(book) == ['observed.scarcity!B2: commodity: no commodity is called "floor"; did you mean "flour"?']


def test_the_sides_of_a_workbook_are_checked_too(tmp_path: Path) -> None:
    convert("nagorno-karabakh-2023", tmp_path / "case.xlsx", [])
    found, _ = check_sides(str(tmp_path / "case.xlsx"), problems(tmp_path / "case.xlsx"))
    assert found == []
    page = openpyxl.load_workbook(tmp_path / "case.xlsx")
    cell = next(row[0] for row in page["actors-draft.yaml"].iter_rows() if "!penalised" in str(row[0].value))
    cell.value = cell.value.replace("!penalised", "!penalized")
    page.save(tmp_path / "case.xlsx")
    found, _ = check_sides(str(tmp_path / "case.xlsx"), problems(tmp_path / "case.xlsx"))
    assert [one.sentence().split(":")[0] for one in found] == [f"actors-draft.yaml!A{cell.row}"]


def test_nothing_is_written_over_unasked_and_both_ways_need_two_forms(book: Path, tmp_path: Path) -> None:
    for source, target in (
        ("case", "case.xlsx"),
        ("case", "other"),
        ("case.xlsx", "other.xlsx"),
        ("case.xlsx", "case"),
    ):
        with pytest.raises(InputError):
            convert(str(tmp_path / source), tmp_path / target, [])


def test_without_the_library_the_extra_is_named(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    book.touch()
    assert said(book) == ['.xlsx: workbooks need the extra `excel`; install it: pip install "corridor[excel]"']


def test_a_row_that_no_sheet_has_ends_the_reading(book: Path) -> None:
    with zipfile.ZipFile(book) as parts:
        inside = {name: parts.read(name) for name in parts.namelist()}
    with zipfile.ZipFile(book, "w") as parts:
        for name, content in inside.items():
            parts.writestr(name, content.replace(b'<row r="2"', b'<row r="9999999999"'))
    assert "beyond the last of a sheet" in said(book)[0]


def test_a_damaged_workbook_is_a_problem_and_nothing_else(book: Path) -> None:
    """Bytes of the file, and bytes of its parts, are changed, cut off or left out."""
    whole, chance = book.read_bytes(), random.Random(1)
    with zipfile.ZipFile(io.BytesIO(whole)) as parts:
        inside = {name: parts.read(name) for name in parts.namelist()}
    for turn in range(60):
        if turn % 3 == 0:
            at = chance.randrange(len(whole))
            data = whole[:at] + chance.randbytes(chance.randrange(3)) + whole[at + chance.randrange(9) :]
        else:
            name = chance.choice(list(inside))
            at = chance.randrange(len(inside[name]))
            changed = (
                inside[name][:at] + chance.randbytes(chance.randrange(4)) + inside[name][at + chance.randrange(40) :]
            )
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as parts:
                for other, content in inside.items():
                    if turn % 3 == 1 or other != name:
                        parts.writestr(other, changed if other == name else content)
            data = out.getvalue()
        book.write_bytes(data)
        for problem in problems(book):
            assert problem.message
