"""A comparison as a workbook: the sheets that planners hand in, and the sheet `Answer` of a case that is a workbook."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError, Problem
from corridor.core.text import visible
from corridor.exchange.office.answer import fill_sheet
from corridor.exchange.office.xlsx import Chart, Sheet, rows_on, write_sheets
from corridor.report import words
from corridor.scenario.spare import spare
from corridor.scenario.write.book import ANSWER
from corridor.studies.data import Answered, Table
from corridor.studies.for_paper import chosen, for_paper
from corridor.studies.pack import pack
from corridor.words.speak import MACHINE_MADE, TO_THE_LEFT, check_language, line_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAMES = {"policies": "Policies by date", "months": "Places by month", "runs_out": "What runs out when",
         "entries": "Relief gap by entry", "assumptions": "Assumptions", "evidence": "Sources"}  # fmt: skip
"""table of the pack -> its sheet"""
LONGEST_NAME = 31
"""letters of a sheet's name, as Excel takes it"""
_ISO = re.compile(r"\d{4}-\d\d(-\d\d)?")
PAGES = {"policies": 1, "months": 1, "runs_out": 1, "entries": 1, "assumptions": 11, "evidence": 9}
"""table -> how many pages of it are printed: what is read on paper stands on sheets of its own before"""
FOR_PAPER = 6
"""pages of each sheet that is made to be printed, at most"""
ASIDE = {
    "entries": ("link", "kind", "carries_at_most", "carries_low", "carries_high", "passes", "shut_since"),
    "assumptions": ("path", "evidence"), "evidence": ("date", "source_url", "note"),
}  # fmt: skip
"""columns that stand last and are not printed"""
AS_GIVEN = ("assumptions", "evidence")
"""tables of what the case says, written as it says it; results have three figures, as the page has"""


def check_xlsx(path: Path) -> None:
    """Refuse a workbook in a form that is not written, or over that of a case. Raises InputError."""
    if path.suffix.lower() != ".xlsx":
        message = f"a workbook is written as .xlsx, not as {path.suffix or 'a file without an ending'}"
        raise InputError([Problem("--xlsx", 0, 0, "", message, f"write {path.stem}.xlsx")])
    spare(path)


def write_xlsx(study: Answered, path: Path, language: str = "en") -> Path:
    """Write the comparison as a workbook, its words in a language, and return its path.

    Raises
    ------
    InputError : no comparison of policies; the run is gone; the file cannot be written
    """
    check_xlsx(path)
    if study.kind != "comparison":
        message = f"no workbook is written of a {study.kind}"
        raise InputError([Problem("--xlsx", 0, 0, "", message, "write its table: --csv")])
    write_sheets([*sheets(study, pack(study), check_language(language))], path)
    return path


def sheets(study: Answered, tables: tuple[Table, ...], language: str = "en") -> Iterator[Sheet]:
    """Yield the sheets of a comparison: summary, charts, then one for each table."""
    first = sheet_in(summary(study, language), language)
    translated = [] if language == "en" else [line_in(MACHINE_MADE, language)]
    yield replace(first, notes=[*translated, *first.notes])
    for one in _series(study):
        yield sheet_in(one, language)
    for one in for_paper(study):
        yield _printed(sheet_in(one, language), FOR_PAPER, len(one.header), language)
    for table in tables:
        aside = ASIDE.get(table.id, ())
        columns = sorted(table.columns, key=lambda one: one.id in aside)
        units = [f", {_unit_in(one.unit, language)}" if one.unit else "" for one in columns]
        written = _cell if table.id in AS_GIVEN else _figure
        rows = [[written(row.get(one.id)) for one in columns] for row in table.rows]
        says = [f"{one.id.replace('_', ' ')}: {one.says}" for one in columns if one.says]
        head = [one.id.replace("_", " ") for one in columns]
        made = sheet_in(Sheet(NAMES[table.id], table.title, head, rows, ["; ".join(says)] if says else ()), language)
        made = replace(made, header=[f"{name}{unit}" for name, unit in zip(made.header, units, strict=True)])
        yield _printed(made, PAGES[table.id], len(columns) - len(aside), language)


def _printed(sheet: Sheet, pages: int, across: int, language: str) -> Sheet:
    """Return a sheet of which so many pages and columns are printed; where that is a part, a note on it says so."""
    notes = []
    if across < len(sheet.header):
        sheet = replace(sheet, across=across)
        notes.append(f"Columns after {chr(ord('A') + across - 1)} are not printed.")
    rows = rows_on(sheet, pages)
    if rows < len(sheet.rows):
        sheet = replace(sheet, prints=rows)
        notes.append(f"Prints the first {rows:,} of {len(sheet.rows):,} rows; the sheet holds all.")
    return replace(sheet, notes=[*sheet.notes, *(line_in(one, language) for one in notes)])


def _unit_in(unit: str, language: str) -> str:
    """Return a unit as the format writes it, and in words where the sheet is translated."""
    return unit if language == "en" else line_in(words.unit_words(unit) or unit, language)


def summary(study: Answered, language: str = "en") -> Sheet:
    """Return the sheet that stands first: the answer, the policies on the last date, what must be read beside it."""
    notes = [
        f"Known until {words.day(study.as_of)} (variant {study.variant}); {words.days(study.horizon)} ahead; "
        f"{study.futures:,} futures of each policy, seed {study.seed}.",
        *(f"Changed: {one}" for one in study.changes),
        *filter(None, [str(study.detail.get("how_long", ""))]),
        *study.answer,
        *filter(None, [str(study.detail.get("sure", ""))]),
        *study.warnings,
        "Low and high are the ends of the middle 80 % of futures. Model output, not a forecast.",
    ]
    if study.command:
        again = study.command if language == "en" else f"{study.command} --language {language}"
        notes.append(f"Made again by: {again}")
    return Sheet("Summary", study.title, SUMMARY, _last_date(study), notes)


def sheet_in(sheet: Sheet, language: str) -> Sheet:
    """Return a sheet in a language; numbers stay numbers, days stay ISO, which a spreadsheet sorts."""
    if language == "en":
        return sheet

    def told(value: Any) -> Any:
        if not isinstance(value, str) or _ISO.fullmatch(value):
            return value
        return "\n".join(line_in(visible(line), language) for line in value.split("\n"))

    charts = [replace(one, title=told(one.title), unit=told(one.unit)) for one in sheet.charts]
    return replace(
        sheet, name=told(sheet.name)[:LONGEST_NAME], title=told(sheet.title),
        header=[told(name) for name in sheet.header],
        rows=[[told(value) for value in row] for row in sheet.rows], notes=[told(note) for note in sheet.notes],
        charts=charts, to_the_left=language in TO_THE_LEFT,
    )  # fmt: skip


SUMMARY = (
    "condition",
    "policy",
    "outcome",
    "unit",
    "low",
    "middle",
    "high",
    "better than the reference",
    "as good as the reference",
)


def _last_date(study: Answered) -> list[list[Any]]:
    """Return the outcomes that the terminal shows, on the last date, one row per condition, policy and outcome."""
    rows, named = study.table("comparison").rows, _named(study)
    last = max(int(row["day"]) for row in rows)  # type: ignore[arg-type]
    shown = chosen()
    ends = ("low_80", "median", "high_80", "p_better", "p_tied")
    return [
        [named.get(str(row["condition"]), row["condition"]), named.get(str(row["policy"]), row["policy"]), row["name"],
         words.unit_words(str(row["unit"])), *(_figure(row[name]) for name in ends)]
        for row in rows if row["day"] == last and row["outcome"] in shown and row["median"] is not None
    ]  # fmt: skip


def fill_answer(study: Answered, book: Path) -> str:
    """Write the summary into the sheet "Answer" of a workbook, every other part of it left as it is; say what was done.

    Nothing is raised where it cannot be: the answer stands on screen.
    """
    if study.kind != "comparison":
        return f"{book.name}: the sheet Answer is filled by a comparison of policies only"
    page = summary(study)
    rows: list[Sequence[Any]] = [[page.title], *([one] for one in page.notes), [], list(page.header), *page.rows]
    try:
        fill_sheet(book, ANSWER, rows)
    except InputError as error:
        return "; ".join(one.sentence() for one in error.problems)
    return f"{book.name}: the sheet Answer is filled"


def _named(study: Answered) -> dict[str, str]:
    return {one.id: one.title for one in (*study.policies, *study.conditions)}


def _series(study: Answered) -> Iterator[Sheet]:
    """Yield one sheet per quantity over time, with a chart of the middle futures of each policy by condition."""
    named = _named(study)
    for number, id_ in enumerate(dict.fromkeys(one.id for one in study.series), 1):
        those = [one for one in study.series if one.id == id_]
        header, across, charts = ["date"], [list(those[0].days)], list[Chart]()
        for condition in dict.fromkeys(one.condition for one in those):
            middle = []
            for one in (one for one in those if one.condition == condition):
                label = f"{named.get(one.policy, one.policy)} ({named.get(condition, condition)})"
                for name, says in (("median", ""), ("low_80", ", low"), ("high_80", ", high")):
                    header.append(label + says)
                    across.append(list(one.quantiles[name]))  # type: ignore[arg-type]
                    if name == "median":
                        middle.append(len(header))
            title = f"{those[0].title}: middle futures, {named.get(condition, condition)}"
            charts.append(Chart(title, 1, tuple(middle), words.unit_words(those[0].unit) or those[0].unit))
        rows = [list(row) for row in zip(*across, strict=True)]
        yield Sheet(
            f"Chart {number}", those[0].title, header, rows, [f"Unit: {words.unit_words(those[0].unit)}"], charts
        )


def _figure(value: Any) -> Any:
    if not isinstance(value, float):
        return _cell(value)
    return 0.0 if abs(value) < words.NOTHING else words.figures(value, 3)


def _cell(value: Any) -> Any:
    return value if isinstance(value, int | float | str | type(None)) else str(value)
