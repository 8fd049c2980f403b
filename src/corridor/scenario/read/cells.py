"""Text of one cell to a typed value; everything wrong with it becomes a problem at its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import cast

from corridor.core.errors import Problem, did_you_mean
from corridor.core.units import UnitError, convert
from corridor.scenario.model import Name, Quantity
from corridor.scenario.read.source import Cell
from corridor.scenario.row import quantity_of
from corridor.scenario.traffic import REGIMES, joined
from corridor.tables.field import Field
from corridor.tables.parameter import DISTRIBUTIONS, Distribution

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_EVIDENCE_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NAME = re.compile(r"(?P<text>.+?)\s*\((?P<inside>[^()]*)\)")
LONGEST = 20_000
"""characters of one cell"""

Problems = list[Problem]


def read_id(cell: Cell, problems: Problems, *, evidence: bool = False) -> str | None:
    """Return an identifier: letters, digits, _ and - (evidence also . and :)."""
    if (_EVIDENCE_ID if evidence else _ID).fullmatch(cell.text) and len(cell.text) <= 100:
        return cell.text
    message = f'"{shorten(cell.text)}" is not an id' if cell.text else "an id is missing"
    problems.append(cell.problem(message, "use up to 100 letters a-z, digits, _ and -"))
    return None


def read_date(cell: Cell, problems: Problems) -> date | None:
    """Return a civil day written as 2023-09-19."""
    if _DATE.fullmatch(cell.text):
        try:
            day = date.fromisoformat(cell.text)
        except ValueError:
            problems.append(cell.problem(f'"{cell.text}" is not a day of the calendar', "check month and day"))
            return None
        if 1800 <= day.year <= 2200:
            return day
        problems.append(cell.problem(f'"{cell.text}" is not between 1800 and 2200', "check the year"))
        return None
    problems.append(cell.problem(f'"{shorten(cell.text)}" is not a date', "write year-month-day, such as 2023-09-19"))
    return None


def read_months(cell: Cell, problems: Problems) -> str | None:
    """Return months of the year as written: one, or the first and the last of a stretch, `11-2`."""
    parts = cell.text.split("-")
    if len(parts) <= 2 and all(part.isascii() and part.isdigit() and 1 <= int(part) <= 12 for part in parts):
        return "-".join(str(int(part)) for part in parts)
    message = f'"{shorten(cell.text)}" are no months'
    problems.append(cell.problem(message, "write one, such as 8, or the first and the last, such as 7-9 or 11-2"))
    return None


def read_choice(cell: Cell, choices: Iterable[str], problems: Problems, *, what: str = "") -> str | None:
    """Return a word that is one of `choices`."""
    allowed = tuple(choices)
    if cell.text in allowed:
        return cell.text
    what = what or cell.field.rsplit(".", 1)[-1]
    problems.append(cell.problem(f'no {what} is called "{shorten(cell.text)}"', did_you_mean(cell.text, allowed)))
    return None


def read_regime(cell: Cell, problems: Problems) -> int | None:
    """Return the set of classes of traffic: `open`, `closed`, or words joined by `+`."""
    words = [word.strip() for word in cell.text.split("+")]
    for word in words:
        if word not in REGIMES:
            remedy = did_you_mean(word, REGIMES)
            problems.append(cell.problem(f'no class of traffic is called "{shorten(word)}"', remedy))
            return None
        if len(words) > 1 and word in ("open", "closed"):
            problems.append(cell.problem(f'"{word}" cannot be joined with other words', "write it alone"))
            return None
    return joined(words)


def read_number(
    cell: Cell, unit: str, problems: Problems, *, canonical: str = "", low: float = 0.0, high: float = float("inf"),
    above: bool = False, density: float | None = None,
) -> float | None:  # fmt: skip
    """Return a number within its bounds in the canonical unit."""
    try:
        value = convert(cell.text, unit, canonical=canonical, low=low, high=high, density=density)
    except UnitError as error:
        problems.append(cell.problem(error.message, error.remedy))
        return None
    if above and value <= low:
        problems.append(cell.problem(f"{cell.text} is not above {low:g}", "write a positive number"))
        return None
    return value


def read_quantity(
    field: Field, cells: Mapping[str, Cell], problems: Problems, density: float | None = None
) -> Quantity | None:
    """Return a number with its optional range from the cells of one row; None where bad or not given."""
    if field.ends is None:
        message = f"{field.name} is no quantity"
        raise AssertionError(message)
    if field.name not in cells:
        return None  # the header is to blame, and has been
    given = [_given(cells, name) for name in (field.name, *field.ends)]
    key = (id(field), density, *(cell and cell.text for cell in given))
    if key in _READ:  # a long table writes few numbers often
        return _READ[key][1]
    value, low, high, dist = given
    found = quantity(value, low, high, dist, field, problems, density)
    if found is not None and len(_READ) < MOST_READ:
        _READ[key] = field, found
    return found


_READ: dict[tuple[object, ...], tuple[Field, Quantity]] = {}
"""cells of a quantity that were sound -> what they say, and the field, which so keeps the number that names it"""
MOST_READ = 20_000


def _given(cells: Mapping[str, Cell], name: str) -> Cell | None:
    cell = cells.get(name)
    return cell if cell is not None and cell.text else None


def quantity(
    value: Cell | None, low: Cell | None, high: Cell | None, dist: Cell | None, field: Field, problems: Problems,
    density: float | None = None,
) -> Quantity | None:  # fmt: skip
    """Return a quantity from its four pieces of text; None where anything is wrong or nothing is given."""
    before = len(problems)

    def number(cell: Cell | None, *, above: bool = False) -> float | None:
        if cell is None:
            return None
        return read_number(cell, field.unit, problems, canonical=field.canonical, low=field.low, high=field.high,
                           above=above, density=density)  # fmt: skip

    centre, least, most = number(value, above=field.above), number(low, above=field.above), number(high)
    form = read_choice(dist, DISTRIBUTIONS, problems, what="distribution") if dist else "pert"
    if value is None:
        stray = low or high or dist
        if stray:
            problems.append(stray.problem(f"a range without its {field.name}", f"write {field.name} too"))
        return None
    if low and not high:
        problems.append(low.problem("low is given without high", "give both ends, or none"))
    if high and not low:
        problems.append(high.problem("high is given without low", "give both ends, or none"))
    if low and centre is not None and least is not None and least > centre:
        problems.append(low.problem(f"low {low.text} is above the value {value.text}", "need low <= value <= high"))
    if high and centre is not None and most is not None and most < centre:
        problems.append(high.problem(f"high {high.text} is below the value {value.text}", "need low <= value <= high"))
    if form == "lognormal" and dist and (least is None or least <= 0):
        problems.append(dist.problem("a lognormal needs low above 0", "give low and high, or use pert"))
    if form in ("uniform", "normal") and dist and not (low and high):
        problems.append(dist.problem(f"{form} needs low and high", "give both ends"))
    if len(problems) > before or centre is None:
        return None
    # no sign at zero: it would hang on which of the two was read first
    least, most = (None if end is None else end + 0.0 for end in (least, most))
    return quantity_of(centre + 0.0, least, most, cast("Distribution", form))


def read_names(cell: Cell, problems: Problems) -> tuple[Name, ...]:
    """Return the names of a place from `text (language, user[, former]) | ...`."""
    names: list[Name] = []
    for part in cell.text.split("|"):
        text = part.strip()
        match = _NAME.fullmatch(text)
        if not text or ("(" in text and match is None):
            message = f'"{shorten(text)}" is not a name'
            problems.append(cell.problem(message, 'write "text (language, user)" and join names with " | "'))
            continue
        inside = [piece.strip() for piece in match["inside"].split(",")] if match else []
        current = not (inside and inside[-1] == "former")
        inside = inside if current else inside[:-1]
        language, user = (inside[0] if inside else ""), ", ".join(inside[1:])
        names.append(Name(text=match["text"] if match else text, language=language, user=user, current=current))
    return tuple(names)


def shorten(text: str, most: int = 60) -> str:
    """Return the text on one line, cut where it is long, for a message."""
    line = " ".join(text.split())
    line = "".join(letter if letter.isprintable() else "?" for letter in line)
    return line if len(line) <= most else line[: most - 1] + "…"
