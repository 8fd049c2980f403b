"""Thresholds at which an action begins, and ranges of days: `cover.food < 7 for 3 days`, `+3..+20`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from corridor.scenario.row import Row

FORM = (
    'write "cover.food < 7", "cover.flour < 3 for 7 days", "intake < 0.7", "gone > 0.2", "after NAME for 7 days", '
    '"taken NAME" or "not taken NAME"'
)
AFTER, TAKEN, NOT_TAKEN = "after ", "taken ", "not taken "
"""Beginnings of what is no measure: an action of the same policy has begun; an option is taken, or a feature holds."""
_FORM = re.compile(
    r"\s*(cover\.[A-Za-z0-9_-]+|intake|gone)\s*([<>])\s*([0-9]+(?:\.[0-9]*)?)\s*(%?)\s*(?:for\s+([0-9]{1,3})\s+days?)?\s*"
)
_NAMED = re.compile(r"\s*(after|taken|not taken)\s+([A-Za-z0-9_-]+)\s*(?:for\s+([0-9]{1,3})\s+days?)?\s*")
_RANGE = re.compile(r"\+?([0-9]{1,4})\s*\.\.\s*\+?([0-9]{1,4})")
_DATES = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\s*\.\.\s*([0-9]{4}-[0-9]{2}-[0-9]{2})")
RANGE_FORM = "write +3..+20, or 2024-01-10..2024-01-20: the first day, two points, the last"
Sign = Literal["<", ">"]


class Threshold(Row):
    """What must hold in the evening, for so many days on end, before an action begins the next morning.

    what : `cover.<good>` days, `cover.food`, `intake` (share of the need), `gone` (share of the people); `after ID`,
        where an action of the same policy began `days` ago; `taken NAME`, `not taken NAME`, of an option or a feature
        of the sides
    """

    what: str
    sign: Sign
    value: float
    days: int = 1

    @property
    def after(self) -> str:
        """Return the action that must have begun; empty where it is about something else."""
        return self.what.removeprefix(AFTER) if self.what.startswith(AFTER) else ""

    @property
    def taken(self) -> str:
        """Return the option or the feature of the sides that it is about; empty where there is none."""
        return self.what.rpartition(" ")[2] if self.what.startswith((TAKEN, NOT_TAKEN)) else ""


@dataclass(frozen=True)
class Days:
    """A range of days, both included: days after as_of, or civil days."""

    first: int | date
    last: int | date


def threshold_of(text: str) -> Threshold | None:
    """Return the threshold that a text says; None where it says none."""
    named = _NAMED.fullmatch(text)
    if named is not None:
        days = int(named[3] or 1)
        return Threshold(what=f"{named[1]} {named[2]}", sign=">", value=0.0, days=days) if days else None
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    sign: Sign = "<" if match[2] == "<" else ">"
    value = float(match[3]) / (100.0 if match[4] else 1.0)
    days = int(match[5] or 1)
    return Threshold(what=match[1], sign=sign, value=value, days=days) if days else None


def range_of(text: str) -> Days | None:
    """Return the range that `+3..+20` or `2024-01-10..2024-01-20` says; None where it says none."""
    civil = _DATES.fullmatch(text.strip())
    if civil is not None:
        try:
            begin, end = date.fromisoformat(civil[1]), date.fromisoformat(civil[2])
        except ValueError:
            return None
        return Days(begin, end) if begin <= end else None
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        return None
    first, last = int(match[1]), int(match[2])
    return Days(first, last) if 1 <= first <= last <= 1000 else None
