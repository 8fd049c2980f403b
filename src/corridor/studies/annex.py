"""The planning annex and the brief of one page, as blocks from the tables that the workbook has."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from corridor.core.errors import InputError, Problem
from corridor.core.files import write_whole
from corridor.core.text import visible
from corridor.exchange.office.blocks import (
    Block,
    Grid,
    Heading,
    Lines,
    Picture,
    check_word,
    html_of,
    write_docx,
)
from corridor.report import words
from corridor.report.sections.hold_out import HOLD_OUT
from corridor.report.sections.how_long import short_day
from corridor.report.sections.tables import in_one_unit
from corridor.scenario.spare import spare
from corridor.studies.data import Answered, Table
from corridor.studies.pack import one_of, pack
from corridor.tables.link_kind import KINDS
from corridor.words.speak import MACHINE_MADE, TO_THE_LEFT, check_language, line_in, page_in, said, spoken

WITH_ERROR = "“±” is the error that the number of futures leaves."
BRACKETS = "In brackets, from one number to another: eight of ten futures lie there (80 %)."
MOST_WORDS = 25
"""of a sentence of the brief"""
MOST_PLACES = 5
"""beside each other in a table of the annex"""
MOST_ROWS = 60
"""of a table of the annex; the workbook has all of them"""
TRIGGERS = {"place": "place", "what": "what", "early": "one future in ten by", "middle": "half of the futures by",
            "late": "nine in ten by", "not by the end": "not by the end"}  # fmt: skip
WHEN = ("early", "middle", "late")
SOURCES = {"date": "date", "quantity": "quantity", "said_by": "said by", "source_title": "source",
           "disputed_by": "disputed by"}  # fmt: skip
"""column -> its heading"""
SHOWN = {
    "food missing so far": "Food missing so far, person-days",
    "expected deaths above the same future without the deficit, so far": "Excess deaths so far",
    "mean intake": "Energy eaten, kcal a person a day",
    "people who left so far": "People who have left home",
    "people in camps": "Displaced people in camps",
    "displaced people outside camps": "Displaced people outside camps",
}
"""outcome of the options -> its heading; not how many eat too little, who are fewer too where they fled or died"""
_INTERVAL = re.compile(r"\([^()]*\d[^()]* [^()]*\d[^()]*\)")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
GLANCE = (
    "Dot: middle future; bar: eight of ten futures. Further left is better; people who died count as lacking all food."
)
BANNER = "Model output, not a forecast and not an assessment of fact."


def check_annex(path: Path, suffixes: tuple[str, ...] = (".docx", ".html")) -> None:
    """Refuse a document in a form that is not written. Raises InputError."""
    if path.suffix.lower() not in suffixes:
        option = "--annex" if ".docx" in suffixes else "--brief"
        message = (
            f"a document is written as {' or '.join(suffixes)}, not as {path.suffix or 'a file without an ending'}"
        )
        raise InputError([Problem(option, 0, 0, "", message, f"write {path.stem}{suffixes[0]}")])
    if path.suffix.lower() == ".docx":
        check_word(path)
    spare(path)


def write_annex(study: Answered, path: Path, language: str = "en") -> Path:
    """Write the planning annex of a comparison as DOCX or HTML and return its path. Raises InputError."""
    check_annex(path)
    check_language(language)
    blocks = list(annex(study, pack(study), language))
    if path.suffix.lower() == ".docx":
        write_docx(blocks_in(blocks, language), path, to_the_left=language in TO_THE_LEFT)
    else:
        write_whole(path, page_in(html_of(blocks), language))
    return path


def blocks_in(blocks: list[Block], language: str) -> list[Block]:
    """Return blocks in a language, with the line on who translated them below the title."""
    if language == "en":
        return blocks
    out: list[Block] = []

    def told(text: str) -> str:
        return line_in(visible(text), language)

    for block in blocks:
        match block:
            case Heading(text, level):
                out.append(Heading(told(text), level))
                if level == 0:
                    out.append(Lines([told(MACHINE_MADE)], small=True))
            case Lines(texts, points, small):
                out.append(Lines([told(text) for text in texts], points, small))
            case Grid(caption, header, rows):
                out.append(
                    Grid(told(caption), [told(one) for one in header], [[told(one) for one in row] for row in rows])
                )
            case Picture():
                out.append(block)
    return out


def write_brief(study: Answered, path: Path, language: str = "en") -> Path:
    """Write one page for a minister, to be printed on A4, and return its path. Raises InputError."""
    check_annex(path, (".html",))
    check_language(language)
    with spoken(language):  # its picture is drawn in it
        write_whole(path, page_in(html_of(brief(study, language), big=True), language))
    return path


def annex(study: Answered, tables: tuple[Table, ...], language: str = "en") -> Iterator[Block]:
    """Yield the annex: scenario, assumptions, triggers, planning figures, gaps, options, what would change it."""
    first = study.conditions[0].title if study.conditions else ""
    reference = next((one.title for one in study.policies if one.id == study.reference), study.reference)
    yield Heading(f"Planning annex: {study.title}", 0)
    yield Lines([BANNER], small=True)
    yield Heading("Scenario statement")
    yield Lines(
        [
            study.question or study.title,
            f"Known until {words.day(study.as_of)} (variant {study.variant}); {words.days(study.horizon)} ahead; "
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
        figures = f"Under “{reference}”, “{first}”: the middle future, and in brackets where eight of ten futures lie."
        yield Lines([figures])
        yield from _months(months, reference, first)
        yield Lines([words.FLED_OR_DIED], small=True)
    triggers = one_of(tables, "runs_out")
    if triggers is not None:
        yield Heading("Triggers, with dates and thresholds")
        rows = [
            # what has come by the last day known has no date of its own
            {name: "already" if name in WHEN and cell == study.as_of else cell for name, cell in row.items()}
            for row in triggers.rows
            if (row["condition"], row["policy"]) == (first, reference)
        ]
        yield _table(rows, TRIGGERS, f"When it comes, under “{reference}”, “{first}”")
    entries = one_of(tables, "entries")
    if entries is not None:
        yield Heading("Gap in supply, by entry point and vehicle")
        yield _gap(entries, reference, first)
    yield Heading("Options compared")
    yield Lines([": ".join(filter(None, (one.title, one.summary))) for one in study.policies], points=True)
    policies = one_of(tables, "policies")
    if policies is not None:
        yield from _options(policies)
    yield Heading("Planning assumptions and their sources")
    found = one_of(tables, "assumptions")
    if found is not None:
        disputed = [row for row in found.rows if row["finding"] == "disputed"]
        rest = [row for row in found.rows if row["finding"] != "disputed"]
        told = [{**row, "value and range": _range(row)} for row in (*disputed, *rest)]
        parts = {name: name for name in ("number", "value and range", "said by", "disputed by", "why")}
        yield _table(told, parts, "Disputed first, then what rests on assumptions or on nothing")
    yield Heading("What would change it")
    yield Lines([str(study.detail.get("sure", "")) or "Not worked out.", *study.warnings])
    sources = one_of(tables, "evidence")
    if sources is not None:
        yield Heading("Sources")
        yield _table(sources.rows, SOURCES, "As the case cites them")
    again = study.command if language == "en" else f"{study.command} --language {language}"
    yield Lines([words.NOT_A_CLASSIFICATION, words.DISCLAIMER, f"Made again by: {again}"], small=True)


def _range(row: Any) -> str:
    ends = [row[name] for name in ("value", "low", "high")]
    if not isinstance(ends[0], int | float):
        return str(ends[0])
    (value, *span), unit = in_one_unit([one for one in ends if isinstance(one, int | float)], str(row["unit"]))
    around = f" ({span[0]} to {span[1]})" if len(span) == 2 and span[0] != span[1] else ""
    return f"{value}{around} {unit}".strip()


def _figure(row: Any, unit: str, name: str = "") -> str:
    """Return the middle of a row and, in brackets, where eight of ten futures lie, rounded as the page does it."""
    before, after = (f"{name}_", name) if name else ("", "middle")
    low, middle, high = row[f"{before}low"], row[after], row[f"{before}high"]
    if middle is None:
        return "–"
    said = words.quantity(float(middle), unit)
    around = "" if low is None or high is None else words.span(float(low), float(high), unit)
    return f"{said} ({around})" if around not in ("", said) else said


def _told(row: Any) -> str:
    return "–" if row is None else _figure(row, str(row["unit"]))


def _months(table: Table, policy: str, condition: str) -> Iterator[Block]:
    """Yield a table a figure: a row a month, a column a place, few enough places beside each other to be read."""
    for figure in dict.fromkeys(str(row["figure"]) for row in table.rows):
        here = [
            row for row in table.rows if (row["figure"], row["policy"], row["condition"]) == (figure, policy, condition)
        ]
        if not here:
            continue
        unit = words.unit_words(str(here[0]["unit"]))
        caption = f"{figure[0].upper()}{figure[1:]}" + ("" if unit == "people" else f" ({unit})")
        at = {(row["place"], row["month"]): _told(row) for row in here}
        if set(at.values()) == {"0"}:
            yield Lines([f"{caption}: 0 in every place and month"])
            continue
        months = {str(row["month"]): _month(str(row["from"]), str(row["to"])) for row in here}
        places = list(dict.fromkeys(str(row["place"]) for row in here))
        wide = math.ceil(len(places) / math.ceil(len(places) / MOST_PLACES))
        for first in range(0, len(places), wide):
            beside = places[first : first + wide]
            rows = [[said, *(at.get((place, month), "–") for place in beside)] for month, said in months.items()]
            yield Grid(caption, ["month", *beside], rows)


def _month(first: str, last: str) -> str:
    """Return a month by its name, one that the run has only a part of by the days of that part (from ISO days)."""
    ends = date.fromisoformat(first), date.fromisoformat(last)
    if ends[0].day == 1 and (ends[1] + timedelta(days=1)).day == 1:
        return f"{words.MONTHS[ends[0].month - 1]} {ends[0].year}"
    return f"{short_day(first)} to {short_day(last)}"


def _gap(table: Table, policy: str, condition: str) -> Grid:
    """Return what is missing to full supply by the last day, and the vehicles that would bring it over one entry."""
    last = max(str(row["date"]) for row in table.rows)
    header = [
        "goods",
        "entry",
        "vehicle",
        "comes in",
        "carries at most",
        "missing",
        "vehicles for all that is missing",
        "one carries",
    ]
    rows = [
        ["all goods" if row["goods"] == "all" else str(row["goods"]), str(row["entry"]), str(row["vehicle"]),
         _figure(row, "t", "comes_in"), _most(row), _figure(row, "t", "gap"),
         _figure(row, "vehicle", "vehicles"), _load(row)]
        for row in table.rows if (row["policy"], row["condition"], row["date"]) == (policy, condition, last)
    ]  # fmt: skip
    caption = f"By {words.day(last)}, a day, in tonnes and vehicles; all that is missing over that entry alone"
    return Grid(caption, header, rows)


def _load(row: Any) -> str:
    """Return what one vehicle of relief carries over an entry, "7.6 – 19.1"."""
    load = KINDS[str(row["kind"])].payload  # type: ignore[index]
    return f"{load.low:g} – {load.high:g}"


def _most(row: Any) -> str:
    """Return what an entry carries at most, "closed since 3 May 1992 (300 if open)" where relief may not pass."""
    most = "–" if row["carries_at_most"] is None else words.quantity(float(row["carries_at_most"]), "t")
    if row.get("carries_high") is not None and float(row["carries_low"]) < float(row["carries_high"]):
        most += f" ({words.span(float(row['carries_low']), float(row['carries_high']), 't')})"
    if row["passes"] is None or float(row["passes"]) == 1.0:
        return most
    if float(row["passes"]) > 0.0:
        return f"{most}; no relief passes that day in {words.percent(1.0 - float(row['passes']))} of futures"
    since = f" since {words.day(str(row['shut_since']))}" if row["shut_since"] else ""
    return f"closed to relief{since}" + ("" if row["carries_at_most"] is None else f" ({most} if open)")


def _options(table: Table) -> Iterator[Grid]:
    """Yield one table a condition: a row a policy, a column an outcome, on the last day."""
    last = max(str(row["date"]) for row in table.rows)
    ends = [row for row in table.rows if row["date"] == last and row["outcome"] in SHOWN]
    outcomes = [name for name in SHOWN if any(row["outcome"] == name for row in ends)]
    for condition in dict.fromkeys(str(row["condition"]) for row in ends):
        at = {(row["policy"], row["outcome"]): row for row in ends if row["condition"] == condition}
        policies = dict.fromkeys(str(policy) for policy, _ in at)
        rows = [[policy, *(_told(at.get((policy, one))) for one in outcomes)] for policy in policies]
        yield Grid(f"“{condition}”, {words.day(last)}", ["policy", *(SHOWN[one] for one in outcomes)], rows)


def _table(rows: Any, names: Mapping[str, str], caption: str) -> Grid:
    """Return rows as a table; names : column -> its heading."""
    rows = list(rows)
    more = f" (the first {MOST_ROWS} of {len(rows)}; all in the workbook)" if len(rows) > MOST_ROWS else ""
    columns = {name: [_cell(name, row) for row in rows[:MOST_ROWS]] for name in names}
    said = {name: cells for name, cells in columns.items() if any(cells)} or columns  # nobody reads an empty column
    return Grid(caption + more, [names[name] for name in said], list(zip(*said.values(), strict=True)))


def _cell(name: str, row: Any) -> str:
    value = row.get(name)
    if value is None:
        return "later" if name in TRIGGERS else ""
    if isinstance(value, int | float):
        return words.percent(float(value))  # shares are the only numbers of these tables
    text = str(value)
    return words.day(text) if _ISO.fullmatch(text) else text


def brief(study: Answered, language: str = "en") -> list[Block]:
    """Return the brief: the question, how long people can hold out, three sentences of at most 25 words, who has died
    by now where many have, one picture, how sure it is and what must be said beside it.
    """
    blocks: list[Block] = [Heading(study.title, 0), *([Lines([study.question])] if study.question else [])]
    if study.detail.get("how_long"):
        blocks += [Heading(HOLD_OUT, 2), Lines([str(study.detail["how_long"])])]
    # a sentence is said before it is cut short: what is left of it no longer is one that the other language knows
    said_whole = [text if language == "en" else _in_page(text, language) for text in study.answer[:3]]
    blocks.append(Lines([short(text) for text in said_whole]))
    if study.detail.get("died"):
        blocks.append(Lines([str(study.detail["died"])]))
    if study.series:
        blocks += _picture(study)
    if study.detail.get("sure"):
        blocks.append(Lines([str(study.detail["sure"])]))
    known = f"Known until {words.day(study.as_of)}; {study.futures:,} futures, {words.days(study.horizon)}. {BANNER}"
    error = [WITH_ERROR] if any("±" in text for text in said_whole) else []
    error += [BRACKETS] if any(_INTERVAL.search(text) for text in said_whole) else []
    return [*blocks, Lines([*error, known, words.NOT_A_CLASSIFICATION, words.DISCLAIMER], small=True)]


def _in_page(text: str, language: str) -> str:
    """Return a sentence in a language, without the marks of direction that a page sets itself."""
    return said(visible(text), language).translate(dict.fromkeys((0x2068, 0x2069)))


def _picture(study: Answered) -> Iterator[Block]:
    """Yield food missing and excess deaths by policy; the first fan in a wider country, which has neither."""
    from corridor.report.figures.fans import fan
    from corridor.report.figures.glance import glance
    from corridor.report.style import to_svg

    first = study.series[0]
    held = next((one.title for one in study.conditions if one.id == first.condition), first.condition)
    frame = study.to_frame("comparison")
    policies = glance(frame, first.condition, {one.id: one.title for one in study.policies})
    if policies is not None:
        title = f"The policies by {words.day(frame['date'].max())}, “{held}”"
        yield Heading(title, 2)
        yield Picture(to_svg(policies, "brief", title, title))
        yield Lines([GLANCE], small=True)
    else:
        yield Heading(f"{first.title}, {held}", 2)
        drawn = fan(study.results, first.id, first.condition)
        yield Picture(to_svg(drawn, "brief", first.title, f"{first.title}, {first.condition}"))


CLAUSE = re.compile(r"\s*[;؛]\s")
"""where a clause ends; French has a space before it, Arabic a sign of its own"""


def short(sentence: str) -> str:
    """Return a sentence of at most 25 words, less its last clauses; ranges in brackets stay, uncounted."""
    if _length(sentence) <= MOST_WORDS:
        return sentence
    ends = [match.start() for match in CLAUSE.finditer(sentence)]
    for end in reversed(ends):
        first = sentence[:end].rstrip(".") + "."
        if _length(first) <= MOST_WORDS:
            return first
    parts = (sentence[: ends[0]] if ends else sentence).split()
    while _length(" ".join(parts)) >= MOST_WORDS:
        parts.pop()
    return " ".join(parts) + " …"


def _length(text: str) -> int:
    return len(re.sub(r"\([^()]*\)", "", text).split())
