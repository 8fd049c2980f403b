"""Rows of other people's files that were known on a day.

A row is taken as known from its own date: how much later it was published stands in no such file, which is told. Places
and roads have no date, and stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from corridor.core.errors import InputError, Problem
from corridor.exchange.importers.base import Import

_DATES = ("known", "date", "to", "analysis", "from")
"""columns that may say from when a row is known, the surest first; a period counts as known at its end"""
_CLAIMS = "evidence.csv"


def drop_later(found: Import, day: date) -> None:
    """Take rows known after a day out of what was read, say how many, and let their claim speak of the rest.

    Raises
    ------
    InputError : nothing was known by then
    """
    days: list[date] = []
    undated = kept = 0
    for file, (header, rows) in list(found.tables.items()):
        if file == _CLAIMS:
            continue
        own = [(row, _day(header, row)) for row in rows]
        stay = [(row, known) for row, known in own if known is None or known <= day]
        days += [known for _, known in stay if known is not None]
        undated += sum(known is None for _, known in stay)
        kept += len(stay)
        gone = len(own) - len(stay)
        found.told += [f"{file}: {gone} of {len(own)} rows are later than {day} and dropped"] * bool(gone)
        found.tables[file] = (header, [row for row, _ in stay])
    if not kept and not found.pages:
        message = f"holds nothing that was known on {day}"
        raise InputError([Problem(found.path.name, 0, 0, "", message, "take an earlier file, or a later --as-of")])
    found.told += ["a row counts as known on its own date; when it was published is not in the file"] * bool(days)
    found.told += [f"{undated} rows have no date and stay"] * bool(undated)
    found.told += ["pages have no date and stay"] * bool(found.pages)
    if days:
        _narrow(found, min(days), max(days), f"rows later than {day} are left out")


def _day(header: Sequence[str], row: Sequence[str]) -> date | None:
    """Return the day from which a row is known, None where it has none that can be read."""
    cells = dict(zip(header, row, strict=True))
    for name in _DATES:
        try:
            return date.fromisoformat(cells.get(name, ""))
        except ValueError:
            continue
    return None


def _narrow(found: Import, first: date, last: date, said: str) -> None:
    """Let the claim that the rows cite span the days that are left, known from the last of them."""
    header, rows = found.tables[_CLAIMS]
    span = f"{first}" if first == last else f"{first} to {last}"
    at = {name: header.index(name) for name in ("date", "known", "note")}
    new = []
    for row in rows:
        cells = list(row)
        cells[at["date"]], cells[at["known"]] = span, str(last)
        cells[at["note"]] = f"{cells[at['note']]}; {said}".removeprefix("; ")
        new.append(tuple(cells))
    found.tables[_CLAIMS] = (header, new)
