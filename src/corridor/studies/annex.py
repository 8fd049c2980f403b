"""The planning annex and the brief of one page, as blocks from the tables that the workbook has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError, Problem
from corridor.core.files import write_whole
from corridor.exchange.office.blocks import (
    Block,
    Grid,
    Heading,
    Lines,
    Picture,
    check_word,
    html_of,
    write_docx,
    write_html,
)
from corridor.report import words
from corridor.report.sections.hold_out import HOLD_OUT
from corridor.studies.data import Answered, Table
from corridor.studies.pack import one_of, pack
from corridor.words.speak import check_language, page_in, said

if TYPE_CHECKING:
    import xarray as xr

MOST_WORDS = 25
"""of a sentence of the brief"""
MOST_ROWS = 60
"""of a table of the annex; the workbook has all of them"""
BANNER = "Model output, not a forecast and not an assessment of fact."


def check_annex(path: Path, suffixes: tuple[str, ...] = (".docx", ".html")) -> None:
    """Refuse a document in a form that is not written. Raises InputError."""
    if path.suffix.lower() not in suffixes:
        message = (
            f"a document is written as {' or '.join(suffixes)}, not as {path.suffix or 'a file without an ending'}"
        )
        raise InputError([Problem("--annex", 0, 0, "", message, f"write {path.stem}{suffixes[0]}")])
    if path.suffix.lower() == ".docx":
        check_word(path)


def write_annex(study: Answered, path: Path) -> Path:
    """Write the planning annex of a comparison as DOCX or HTML and return its path. Raises InputError."""
    check_annex(path)
    blocks = list(annex(study, pack(study)))
    if path.suffix.lower() == ".docx":
        write_docx(blocks, path)
    else:
        write_html(blocks, path)
    return path


def write_brief(study: Answered, path: Path, language: str = "en") -> Path:
    """Write one page for a minister, to be printed on A4, and return its path. Raises InputError."""
    check_annex(path, (".html",))
    check_language(language)
    write_whole(path, page_in(html_of(brief(study, language), big=True), language))
    return path


def annex(study: Answered, tables: tuple[Table, ...]) -> Iterator[Block]:
    """Yield the annex: scenario, assumptions, triggers, planning figures, gaps, options, what would change it."""
    first = study.conditions[0].title if study.conditions else ""
    reference = next((one.title for one in study.policies if one.id == study.reference), study.reference)
    yield Heading(f"Planning annex: {study.title}", 0)
    yield Lines([BANNER], small=True)
    yield Heading("Scenario statement")
    yield Lines(
        [
            study.question or study.title,
            f"Known until {words.day(study.as_of)} (variant {study.variant}); {study.horizon} days ahead; "
            f"{study.futures:,} futures of each policy, seed {study.seed}.",
            *(f"Changed: {one}" for one in study.changes),
            *filter(None, [str(study.detail.get("how_long", ""))]),
            *study.answer,
        ]
    )
    yield Lines([f"{one.title}: {one.summary or 'a hypothesis'}" for one in study.conditions], points=True)
    months = one_of(tables, "months")
    if months is not None:
        yield Heading("Planning figures by place and month")
        yield Lines([f"Under “{reference}”, {first}. Low, most likely (middle future), high: the middle 80 %."])
        yield from _months(months, reference, first)
    triggers = one_of(tables, "runs_out")
    if triggers is not None:
        yield Heading("Triggers, with dates and thresholds")
        yield _grid(triggers, {"condition": first, "policy": reference},
                    ("place", "what", "early", "middle", "late", "not by the end"), "When it comes")  # fmt: skip
    entries = one_of(tables, "entries")
    if entries is not None:
        last = max(str(row["date"]) for row in entries.rows)
        yield Heading("Gap in supply, by entry point and vehicle")
        where = {"condition": first, "policy": reference, "date": last}
        names = ("goods", "entry", "link", "vehicle", "comes_in", "carries_at_most", "gap", "vehicles", "vehicles_low",
                 "vehicles_high")  # fmt: skip
        yield _grid(entries, where, names, f"By {words.day(last)}; the whole gap over that entry alone, a day")
    yield Heading("Options compared")
    yield Lines([f"{one.title}: {one.summary}" for one in study.policies], points=True)
    policies = one_of(tables, "policies")
    if policies is not None:
        end = max(str(row["date"]) for row in policies.rows)
        shown = ("mean intake", "people below requirement", "food missing so far", "excess deaths so far",
                 "people who left so far")  # fmt: skip
        rows = [row for row in policies.rows if row["date"] == end and row["outcome"] in shown]
        yield _table(rows, ("condition", "outcome", "policy", "low", "middle", "high", "unit"), words.day(end))
    yield Heading("Planning assumptions and their sources")
    found = one_of(tables, "assumptions")
    if found is not None:
        disputed = [row for row in found.rows if row["finding"] == "disputed"]
        rest = [row for row in found.rows if row["finding"] != "disputed"]
        told = [{**row, "value and range": _range(row)} for row in (*disputed, *rest)]
        parts = ("number", "value and range", "said by", "disputed by", "why")
        yield _table(told, parts, "Disputed first, then what rests on assumptions or on nothing")
    yield Heading("What would change it")
    yield Lines([str(study.detail.get("sure", "")) or "Not worked out.", *study.warnings])
    sources = one_of(tables, "evidence")
    if sources is not None:
        yield Heading("Sources")
        yield _table(
            sources.rows, ("id", "date", "quantity", "said_by", "source_title", "disputed_by"), "As the case cites them"
        )
    yield Lines([words.NOT_A_CLASSIFICATION, words.DISCLAIMER, f"Made again by: {study.command}"], small=True)


def _range(row: Any) -> str:
    ends_of = (row[name] for name in ("value", "low", "high"))
    value, low, high = (f"{one:,.6g}" if isinstance(one, int | float) else one for one in ends_of)
    ends = f" ({low} to {high})" if low and high and low != high else ""
    return f"{value}{ends} {'' if row['unit'] == '1' else row['unit']}".strip()


def _months(table: Table, policy: str, condition: str) -> Iterator[Grid]:
    for figure in dict.fromkeys(str(row["figure"]) for row in table.rows):
        here = [
            row for row in table.rows if (row["figure"], row["policy"], row["condition"]) == (figure, policy, condition)
        ]
        months = list(dict.fromkeys(str(row["month"]) for row in here))
        at = {(row["place"], row["month"]): row for row in here}
        places = dict.fromkeys(str(row["place"]) for row in here)
        rows = [[place, *(_three(at[place, month]) for month in months)] for place in places]
        if rows:
            yield Grid(f"{figure[0].upper()}{figure[1:]} ({here[0]['unit']})", ["place", *months], rows)


def _three(row: Any) -> str:
    unit = str(row["unit"])
    low, middle, high = (
        "–" if row[n] is None else words.quantity(float(row[n]), unit) for n in ("low", "middle", "high")
    )
    return middle if low == high else f"{low} / {middle} / {high}"


def _grid(table: Table, where: dict[str, str], names: tuple[str, ...], caption: str) -> Grid:
    rows = [row for row in table.rows if all(row[name] == value for name, value in where.items())]
    return _table(rows, names, caption)


def _table(rows: Any, names: tuple[str, ...], caption: str) -> Grid:
    rows = list(rows)
    more = f" (the first {MOST_ROWS} of {len(rows)}; all in the workbook)" if len(rows) > MOST_ROWS else ""
    columns = {name: [_cell(name, row) for row in rows[:MOST_ROWS]] for name in names}
    said = {name: cells for name, cells in columns.items() if any(cells)} or columns  # nobody reads an empty column
    return Grid(caption + more, [name.replace("_", " ") for name in said], list(zip(*said.values(), strict=True)))


def _cell(name: str, row: Any) -> str:
    value = row.get(name)
    if value is None:
        return "later" if name in ("middle", "late", "early") and "what" in row else ""
    if name in ("already", "not by the end"):
        return words.percent(float(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        unit = str(row.get("unit", "t"))
        return words.quantity(float(value), unit)
    return str(value)


def brief(study: Answered, language: str = "en") -> list[Block]:
    """Return the brief: how long people can hold out, three sentences of at most 25 words, one picture, what must be
    said beside it.
    """
    blocks: list[Block] = [Heading(study.title, 0)]
    if study.detail.get("how_long"):
        blocks += [Heading(HOLD_OUT, 2), Lines([str(study.detail["how_long"])])]
    # a sentence is said before it is cut short: what is left of it no longer is one that the other language knows
    said_whole = [text if language == "en" else said(text, language) for text in study.answer[:3]]
    blocks.append(Lines([short(text) for text in said_whole]))
    if study.series:
        first = study.series[0]
        held = next((one.title for one in study.conditions if one.id == first.condition), first.condition)
        blocks += [Heading(f"{first.title}, {held}", 2), Picture(_picture(study, study.results))]
    known = f"Known until {words.day(study.as_of)}; {study.futures:,} futures, {study.horizon} days. {BANNER}"
    return [*blocks, Lines([known, words.NOT_A_CLASSIFICATION, words.DISCLAIMER], small=True)]


def _picture(study: Answered, results: xr.Dataset) -> str:
    from corridor.report.figures.fans import fan
    from corridor.report.style import to_svg

    first = study.series[0]
    return to_svg(fan(results, first.id, first.condition), "brief", first.title, f"{first.title}, {first.condition}")


def short(sentence: str) -> str:
    """Return a sentence of at most 25 words: ranges in brackets go first, then whatever follows a semicolon."""
    text = re.sub(r"\s*\([^()]*\)", "", sentence)
    if len(text.split()) > MOST_WORDS:
        text = text.split("; ")[0].rstrip(".") + "."
    parts = text.split()
    return text if len(parts) <= MOST_WORDS else " ".join(parts[: MOST_WORDS - 1]) + " …"
