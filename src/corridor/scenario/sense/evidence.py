"""Sense checks of numbers against the claims that they cite: size, and the day that a claim is about.

A claim is compared where its unit is that of the number and its text is a plain number; `evidence.csv` is never read
for more than that, and nothing is computed from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from corridor.core.units import UnitError, convert
from corridor.scenario.build.draft import Draft, Entry
from corridor.scenario.read.source import Cell
from corridor.scenario.sense.remark import Remark, warning

TWICE = 2.0
"""times by which a number may differ from everything that it cites, between the ends of their ranges"""
LATER = 120
"""days after the start from which on a claim says little about the people or the stocks of the start"""
_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
COMPARED = (("places", "population", "person"), ("stocks", "tonnes", "t"), ("pipelines", "tonnes_per_day", "t/day"))
"""table, column, unit"""


class Claim(NamedTuple):
    """A claim that a number cites: its id, its range in the unit of the number, the first day that it is about."""

    id: str
    low: float
    high: float
    day: date | None


def first_day(text: str) -> date | None:
    """Return the first day of a date, a month, a year or a span of them; None where the text is none."""
    found = _DAY.match(text)
    try:
        return date(*(int(part or 1) for part in found.groups())) if found else None
    except ValueError:
        return None


def claims(draft: Draft, unit: str) -> dict[str, Claim]:
    """Return the claims with a number in this unit, by id; assumptions of the folder are none."""
    found = {}
    for entry in draft.rows("evidence"):
        text = {
            name: entry.cells[name].text if name in entry.cells else "" for name in ("value", "low", "high", "unit")
        }
        if entry.values.get("said_by") == "assumed" or not text["value"]:
            continue
        numbers = []
        for name in ("value", "low", "high"):
            try:
                numbers += [convert(f"{text[name]} {text['unit']}", unit)] if text[name] else []
            except UnitError:
                continue
        if numbers:
            day = first_day(entry.cells["date"].text) if "date" in entry.cells else None
            id_ = entry.cells["id"].text
            found[id_] = Claim(id_, min(numbers), max(numbers), day)
    return found


def against_evidence(draft: Draft) -> Iterator[Remark]:
    """Tell a number that is far from every claim in its unit that it cites, and one whose claims are all of later."""
    start = draft.settings.start if draft.settings else None
    for table, column, unit in COMPARED:
        known = claims(draft, unit)
        sums = _sums(draft, table, column)
        for entry in draft.rows(table):
            number = entry.values.get(column)
            cited = [known[name] for name in entry.values.get("evidence") or () if name in known]
            if number is None or not cited:
                continue
            low = number.value if number.low is None else number.low
            high = number.value if number.high is None else number.high
            good = entry.values.get("commodity")
            if not any(
                one.low <= TWICE * most and least <= TWICE * one.high
                for one in cited
                for least, most in ((low, high), sums[one.id, good])
            ):
                said = ", ".join(f"{one.id} {_range(one)}" for one in cited)
                message = f"{number.value:,.6g} {unit}, and what it cites says {said}"
                yield warning(entry.at(column), message, "mend the number, its unit, or what it cites")
            elif start is not None and table in ("places", "stocks"):
                yield from _dated(entry.at(column), cited, start, table)
    yield from _of_total(draft, start)


def _sums(draft: Draft, table: str, column: str) -> dict[tuple[str, str | None], tuple[float, float]]:
    """Return (claim, good) -> the sum of the numbers that cite it: several places may cite one total."""
    sums: dict[tuple[str, str | None], tuple[float, float]] = {}
    for entry in draft.rows(table):
        number = entry.values.get(column)
        if number is None:
            continue
        for name in dict.fromkeys(entry.values.get("evidence") or ()):
            key = name, entry.values.get("commodity")
            low, high = sums.get(key, (0.0, 0.0))
            low += number.value if number.low is None else number.low
            sums[key] = low, high + (number.value if number.high is None else number.high)
    return sums


def _of_total(draft: Draft, start: date | None) -> Iterator[Remark]:
    """Tell the same of the total population."""
    given = draft.settings.population if draft.settings else None
    if given is None or given.quantity is None or start is None:
        return
    known = claims(draft, "person")
    cited = [known[cell.text] for cell in given.evidence if cell.text in known]
    yield from _dated(given.cell, cited, start, "places")


def _dated(cell: Cell, cited: list[Claim], start: date, table: str) -> Iterator[Remark]:
    days = [one.day for one in cited if one.day is not None]
    if len(days) < len(cited) or not days or (min(days) - start).days <= LATER:
        return
    what, kind = ("people", "people") if table == "places" else ("stock", "present or share")
    message = f"is the {what} of {start}, and all that it cites is of {min(days)} or later"
    yield warning(cell, message, f"give that of the start, and the later number as a sign (signs.csv, {kind})")


def _range(claim: Claim) -> str:
    ends = f"{claim.low:,.6g}" if claim.low == claim.high else f"{claim.low:,.6g} to {claim.high:,.6g}"
    return f"{ends} ({claim.day})" if claim.day else ends


def signs(draft: Draft) -> Iterator[Remark]:
    """Tell a sign of a good that the case never holds, one of a day before the start, people far from the start's."""
    tables = ("stocks", "outputs", "livestock", "pipelines")
    held = {entry.values.get("commodity") for table in tables for entry in draft.rows(table)}
    for shares in draft.settings.mixes.values() if draft.settings else ():
        held |= shares.keys()
    start = draft.settings.start if draft.settings else None
    for entry in draft.rows("signs"):
        good, day = entry.values.get("commodity"), entry.values.get("date")
        if good and good not in held:
            message = f"a sign of {good}, which no stock, pipeline or output of this folder holds: it weighs nothing"
            yield warning(entry.at("commodity"), message, "name a good that the folder holds, or add its stock")
        if day is not None and start is not None and day < start:
            message = f"{day} is before the start, {start}: the sign is read on the first day"
            yield warning(entry.at("date"), message, "mend the date, or begin the case earlier")
        yield from _people_of(draft, entry)


def _people_of(draft: Draft, entry: Entry) -> Iterator[Remark]:
    from corridor.scenario.sense.amounts import people

    if entry.values.get("kind") != "people":
        return
    there, place, seen = people(draft), entry.values.get("place"), entry.values.get("value")
    known = sum(there.values()) if place == "*" else there.get(str(place), 0.0)
    if known and seen is not None and not known / TWICE <= seen <= TWICE * known:
        message = f"{seen:,.0f} people seen, and {known:,.0f} at the start"
        yield warning(entry.at("value"), message, "mend one of the two, or say in events.csv what moved them")
