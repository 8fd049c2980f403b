"""Tables as spreadsheets save them read as they were meant, or are refused with both readings; nothing in between."""

from __future__ import annotations

import csv
import io
import re
import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.core.decode import decode
from corridor.core.errors import Problem
from corridor.scenario.build.draft import Draft
from corridor.scenario.build.tables import _read_table
from corridor.scenario.model import REGIMES
from corridor.scenario.read.csv_table import read_csv
from corridor.scenario.read.tolerant import Manner, settle
from corridor.tables.facts import EVENT_VALUES
from corridor.tables.field import NOTE, Field, Table
from corridor.tables.folder import TABLES


@dataclass(frozen=True)
class Locale:
    """How a spreadsheet of a country writes a CSV."""

    separator: str
    decimal: str
    thousands: str
    date: str


LOCALES = {
    "us": Locale(",", ".", ",", "{m}/{d}/{y}"),
    "de": Locale(";", ",", ".", "{d:02}.{m:02}.{y}"),
    "fr": Locale(";", ",", "\u202f", "{d:02}/{m:02}/{y}"),
}
IDS = st.from_regex(r"[a-z][a-z_]{0,7}", fullmatch=True)
WORDS = st.text(st.sampled_from("abcé ;,\"'\n|-.19/\t"), max_size=12).map(str.strip)


def numbers(field: Field) -> st.SearchStrategy[str]:
    """Numbers within the bounds of a field, with up to four decimals."""
    least, most = max(field.low, -1e7), min(field.high, 1e7)
    low, high = int(least * 10**4) + field.above, int(most * 10**4)
    whole = st.integers(low // 10**4 + 1, max(high // 10**4, low // 10**4 + 1))
    exact = st.integers(low, high).map(
        lambda n: f"{'-' * (n < 0)}{abs(n) // 10**4}.{abs(n) % 10**4:04}".rstrip("0").rstrip(".")
    )
    return st.one_of(whole.filter(lambda n: n <= most).map(str), exact) if most >= 1 else exact


def cells(field: Field) -> st.SearchStrategy[str]:
    """What may stand in a cell of a field."""
    match field.kind:
        case "date":
            days = st.dates(date(1950, 1, 1), date(2150, 1, 1)).map(str)
            return st.one_of(days, st.sampled_from(field.words)) if field.words else days
        case "number":
            return numbers(field)
        case "choice" | "switch":
            return st.sampled_from(field.choices)
        case "regime":
            return st.sampled_from([*REGIMES, "humanitarian+medical"])
        case "months":
            return st.sampled_from(["8", "7-9", "11-2"])
        case "names":
            return IDS.map(lambda name: f"{name} (en, all; both)")
        case "text":
            return WORDS.map(lambda words: words or "x")
        case "refs":
            return st.lists(IDS, min_size=1, max_size=3).map(" ".join)
        case _:
            return IDS


@st.composite
def rows(draw: st.DrawFn, spec: Table) -> dict[str, str]:
    """One row of a table: column -> text as the format asks."""
    row: dict[str, str] = {}
    for field in spec.columns:
        if field.kind == "quantity" and field.ends:
            low, value, high = sorted((draw(numbers(field)) for _ in range(3)), key=float)
            row |= dict(zip((field.name, *field.ends), (value, low, high, ""), strict=True))
        elif field.name == "value" and field.kind == "value":
            row["value"] = draw(cells(EVENT_VALUES[row["kind"]]))
        elif field.kind == "value":  # its range
            row[field.name] = row["value"] if EVENT_VALUES[row["kind"]].kind == "number" else ""
        else:
            row[field.name] = draw(cells(field)) if field.required or draw(st.booleans()) else ""
    return row | {NOTE: row.get(NOTE) or draw(WORDS)}


def kind_of(spec: Table, row: dict[str, str], name: str) -> str:
    """Whether a spreadsheet takes a cell for a number, a date, or neither."""
    for field in spec.columns:
        if name == field.name:
            kind = EVENT_VALUES[row["kind"]].kind if field.kind == "value" else field.kind
            return "number" if kind == "quantity" else kind
        if field.ends and name in field.ends[:2]:
            return "number"
    return "text"


def shown(text: str, kind: str, locale: Locale, *, grouped: bool) -> str:
    """What a spreadsheet of a country shows of a cell, and so saves."""
    if kind == "date" and re.fullmatch("[0-9-]+", text):
        day = date.fromisoformat(text)
        return locale.date.format(y=day.year, m=day.month, d=day.day)
    if kind == "number" and text:
        whole, _, part = text.partition(".")
        whole = f"{int(whole):,}".replace(",", locale.thousands) if grouped and abs(int(whole)) >= 1000 else whole
        return whole + (locale.decimal + part if part else "")
    return text


def saved(table: list[list[str]], separator: str, *, form: str = "csv", blank: int = 0, quote: bool = False) -> bytes:
    """The bytes that a spreadsheet writes: `csv` with a mark and CRLF, or `unicode` text with tabs."""
    out = io.StringIO()
    separator = "\t" if form == "unicode" else separator
    writer = csv.writer(
        out, delimiter=separator, lineterminator="\r\n", quoting=csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
    )
    writer.writerows([row + [""] * blank for row in table] + [[""] * (len(table[0]) + blank)] * blank)
    return out.getvalue().encode("utf-16" if form == "unicode" else "utf-8-sig")


def read(spec: Table, data: bytes) -> tuple[list[dict[str, Any]], list[Problem], list[str]]:
    """The typed values of the rows, the problems, and what was told."""
    draft, told = Draft(), list[str]()
    text, problem = decode(data, spec.file, told)
    assert problem is None
    told += _read_table(spec, {spec.file: text}, {}, draft)
    return [entry.values for entry in draft.tables[spec.name] or []], draft.problems, told


def two_readings(text: str, kind: str, locale: Locale, form: str) -> bool:
    """Whether nothing in a cell says which of two numbers or days is meant."""
    if kind == "date" and (parts := re.fullmatch(r"(\d+)/(\d+)/\d+", text)):
        return int(parts[1]) <= 12 and int(parts[2]) <= 12 and parts[1].zfill(2) != parts[2].zfill(2)
    marks = "," if locale.separator == "," and form == "csv" else ".,"
    return kind == "number" and re.fullmatch(rf"-?[1-9]\d{{0,2}}[{marks}]\d{{3}}", text) is not None


def speaks(text: str) -> bool:
    """Whether a number as shown says by itself which mark begins the decimals."""
    return not re.fullmatch(r"-?\d*", re.sub("\u202f", "", text)) and not re.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}", text)


@given(data=st.data(), country=st.sampled_from(sorted(LOCALES)), grouped=st.booleans(), blank=st.integers(0, 2),
       quote=st.booleans())  # fmt: skip
@pytest.mark.parametrize("form", ["csv", "unicode"])
def test_a_table_saved_by_a_spreadsheet_reads_equal_or_is_refused_with_both_readings(
    form: str, data: st.DataObject, country: str, grouped: bool, blank: int, quote: bool
) -> None:
    spec = data.draw(st.sampled_from(list(TABLES.values())))
    table = data.draw(st.lists(rows(spec), min_size=1, max_size=6))
    names = list(table[0])
    plain = io.StringIO()
    csv.writer(plain, lineterminator="\n").writerows([names, *([row[name] for name in names] for row in table)])
    original, problems, told = read(spec, plain.getvalue().encode())
    assert problems == []
    assert told == []

    locale = LOCALES[country]
    kinds = [[kind_of(spec, row, name) for name in names] for row in table]
    changed = [
        [shown(row[name], kind, locale, grouped=grouped) for name, kind in zip(names, of_row, strict=True)]
        for row, of_row in zip(table, kinds, strict=True)
    ]
    again, problems, told = read(spec, saved([names, *changed], locale.separator, form=form, blank=blank, quote=quote))
    assert told
    flat = [
        (n, text, kind)
        for row, of in zip(changed, kinds, strict=True)
        for n, text, kind in zip(names, row, of, strict=True)
    ]
    speaking = {n for n, text, kind in flat if kind == "number" and speaks(text)}
    unsure = [
        text for name, text, kind in flat
        if two_readings(text, kind, locale, form)
        and (kind == "date" or (name not in speaking if form == "unicode" else not speaking))
    ]  # fmt: skip
    assert sorted(re.findall('"(.*)" reads as', "\n".join(p.message for p in problems))) == sorted(unsure)
    assert len(problems) == len(unsure)
    if not unsure:
        assert again == original


def settled(text: str, **manners: Manner) -> tuple[list[list[str]], list[str], list[str]]:
    table, problems = read_csv(text, "x.csv")
    assert table is not None
    assert problems == []
    told, refused = settle(table, manners)
    rows = [[cell.text for cell in row.values()] for row in table.rows]
    return rows, told, [problem.sentence() for problem in refused]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("40 000", "40000"), ('"1,234,567"', "1234567"), ('"1,00,000"', "100000"), ("1'234.5", "1234.5"),
        ("-10.5", "-10.5"), ("−10.5", "-10.5"), ("'700", "700"), ("12 500 t/week", "12500 t/week"),
        ('"1,234.5 kg"', "1234.5 kg"), ("1.234", "1.234"), ("1e5", "1e5"), ("3 %", "3 %"), ("0.125", "0.125"),
    ],
)  # fmt: skip
def test_a_number_of_one_reading_in_a_file_with_commas_between_columns(written: str, read: str) -> None:
    rows, _, refused = settled(f"a,b\n{written},x\n", a="number")
    assert (rows, refused) == ([[read, "x"]], [])


@pytest.mark.parametrize(
    ("written", "read"),
    [("46,25", "46.25"), ("1.234,5", "1234.5"), ("1.234.567", "1234567"), (",5", ".5"), ("1,5E+03", "1.5E+03"),
     ("0,125", "0.125"), ("12,5%", "12.5%"), ("1 234,567 t", "1234.567 t"), ("46.25", "46.25")],
)  # fmt: skip
def test_a_number_of_one_reading_in_a_file_with_semicolons(written: str, read: str) -> None:
    rows, _, refused = settled(f"a;b\n{written};x\n", a="number")
    assert (rows, refused) == ([[read, "x"]], [])


@pytest.mark.parametrize(
    "junk", ["1,2,3", "1..2", "1.2.3", "12 34", "1,23,456,7", "1_000", "400-1000", "nan", "a,b", "1,", "--1"]
)
def test_what_is_no_number_in_any_reading_is_left_to_the_reader(junk: str) -> None:
    assert settled(f'a\n"{junk}"\n', a="number") == ([[junk]], [], [])


def test_a_column_speaks_for_itself_where_separators_and_decimals_do_not_go_together() -> None:
    """Coordinates pasted with points into a file with semicolons say nothing of 40.000 people."""
    rows, _, refused = settled("latitude;persons\n46.25;40.000\n", latitude="number", persons="number")
    assert rows[0] == ["46.25", "?"]
    assert refused == [
        'x.csv:2:7: persons: "40.000" reads as 40.000 and as 40000; write no separator of thousands, and decimals '
        "with more or fewer than three digits"
    ]
    assert settled("a;b\n46.25;40.000\n46.25;40.5\n", a="number", b="number")[0][0] == ["46.25", "40.000"]


DAY = date(2023, 12, 31)


@pytest.mark.parametrize(
    "written",
    ["2023-12-31", "31/12/2023", "12/31/2023", "31.12.2023", "31-12-2023", "2023/12/31", "2023. 12. 31.", "20231231",
     str((DAY - date(1899, 12, 30)).days), "2023-12-31 00:00:00", "12/31/2023 0:00", "2023-12-31T00:00"],
)  # fmt: skip
def test_a_day_of_one_reading(written: str) -> None:
    rows, told, refused = settled(f"day\n{written}\n", day="date")
    if written == "20231231":
        assert (rows, told) == ([[written]], [])  # the reader refuses it
    else:
        assert (rows, refused, bool(told)) == ([[str(DAY)]], [], written != str(DAY))


def test_a_spreadsheet_that_counts_days_counts_them_as_published() -> None:
    """Excel's documentation: 1 January 2008 is 39448."""
    assert settled("day\n39448\n", day="date")[0] == [["2008-01-01"]]


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)))
def test_a_day_with_slashes_is_that_day_or_two(day: date) -> None:
    rows, _, refused = settled(f"day\n{day.day}/{day.month}/{day.year}\n", day="date")
    if day.day <= 12 and day.day != day.month:
        assert str(day) in refused[0]
        assert str(date(day.year, day.day, day.month)) in refused[0]
    else:
        assert rows == [[str(day)]]


def test_times_have_their_day_mended_and_no_day_has_a_time() -> None:
    rows, _, refused = settled("t\n19/09/2023 9:30\n2023-09-19T13:00+04:00\n9/30/2023 13:00\n", t="time")
    assert rows[:2] == [["2023-09-19T09:30"], ["2023-09-19T13:00+04:00"]]
    assert "month first" in refused[0]
    assert settled("day\n19/09/2023 9:30\n", day="date")[0] == [["19/09/2023 9:30"]]


def test_the_line_that_names_the_separator_and_places_of_cells() -> None:
    table, problems = read_csv('sep=;\na;"b";\n;;\n\u00a0x ;"1;5"\n', "x.csv")
    assert problems == []
    assert table is not None
    assert [cell.text for cell in table.header] == ["a", "b"]
    assert [[(c.text, c.line, c.column) for c in row.values()] for row in table.rows] == [[("x", 4, 2), ("1;5", 4, 5)]]


@pytest.mark.parametrize("days", [0, 27, 58, 365])
def test_serial_days_run_on(days: int) -> None:
    first = date(1950, 1, 1)
    number = 18264 + days
    assert settled(f"day\n{number}\n", day="date")[0] == [[str(first + timedelta(days=days))]]


def test_long_junk_takes_no_time() -> None:
    began = time.process_time()
    settled(f"day,a\n{'T' * 100_000},{'1,' * 50_000}\n".replace("1,", "1'"), day="date", a="number")
    settled(f"a\nx{chr(0xA0) * 200_000}x\n", a="number")
    assert time.process_time() - began < 5
