"""Thresholds at which an action begins, and ranges of days, as written: `cover.food < 7 for 3 days`, `+3..+20`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from corridor.scenario.row import Row

FORM = 'write "cover.food < 7", "cover.flour < 3 for 7 days", "intake < 0.7" or "gone > 0.2"'
_FORM = re.compile(
    r"\s*(cover\.[A-Za-z0-9_-]+|intake|gone)\s*([<>])\s*([0-9]+(?:\.[0-9]*)?)\s*(%?)\s*(?:for\s+([0-9]{1,3})\s+days?)?\s*"
)
_RANGE = re.compile(r"\+?([0-9]{1,4})\s*\.\.\s*\+?([0-9]{1,4})")
Sign = Literal["<", ">"]


class Threshold(Row):
    """What must hold in the evening, for so many days on end, before an action begins the next morning.

    what : `cover.<good>` days, `cover.food`, `intake` (share of the need), `gone` (share of the people)
    """

    what: str
    sign: Sign
    value: float
    days: int = 1


@dataclass(frozen=True)
class Days:
    """A range of days after as_of."""

    first: int
    last: int


def threshold_of(text: str) -> Threshold | None:
    """Return the threshold that a text says; None where it says none."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    sign: Sign = "<" if match[2] == "<" else ">"
    value = float(match[3]) / (100.0 if match[4] else 1.0)
    days = int(match[5] or 1)
    return Threshold(what=match[1], sign=sign, value=value, days=days) if days else None


def range_of(text: str) -> Days | None:
    """Return the range that `+3..+20` says; None where it says none."""
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        return None
    first, last = int(match[1]), int(match[2])
    return Days(first, last) if 1 <= first <= last <= 1000 else None
