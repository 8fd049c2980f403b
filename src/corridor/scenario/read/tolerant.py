"""What a spreadsheet makes of numbers and dates, undone column by column, so that every cell reads as the format asks.

What allows one reading only is read so and told; what allows two is refused with both. Whether a point or a comma
begins the decimals is settled for a whole file: numbers of one reading (`46,25`, `1.234,5`) speak for `1.234`. A date
whose day and month may be swapped is never settled by its neighbours: a spreadsheet that took 01/02/2024 for a date may
have left 31/12/2023 beside it as it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from corridor.core.errors import Problem
from corridor.scenario.read.csv_table import ODD, ODD_TOLD, Table
from corridor.scenario.read.source import Cell
from corridor.tables.facts import EVENT_VALUES
from corridor.tables.field import Table as FieldTable

Manner = Literal["number", "date", "time", "word", "text"]
"""how a column is read; `word`: neither number nor day nor free text"""
Manners = Mapping[str, Manner | Mapping[str, Manner]]
"""column -> how it is read, or how by the `kind` of the row; a column that is missing here is left alone"""

_MANNERS: Mapping[str, Manner] = {
    "number": "number", "quantity": "number", "date": "date", "text": "text", "names": "text",
}  # fmt: skip

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.]) ?([0-9]{1,2})\2 ?([0-9]{1,2})\.?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
DAY_FIRST, MONTH_FIRST = "dates with the day first", "dates with the month first"
_SERIAL = re.compile(r"[0-9]{5}")
_SERIAL_ZERO = date(1899, 12, 30)
"""day 0 of a spreadsheet that counts from 1900 (right from March 1900 on)"""
_CLOCK = re.compile(r"(?P<day>.*?)[T ]+(?P<clock>[0-9]{1,2}(?::[0-9]{2}){1,2})(?:\.0+)?")

LONGEST = 100
"""characters of a number with its unit, or of a day"""
_UNUSUAL = re.compile(r"[,'’−]|[0-9] [0-9]|\.[0-9]*\.")
"""what no number holds that is written as the format asks"""
_BETWEEN = {",": "commas", ".": "points", " ": "spaces", "'": "apostrophes", "’": "apostrophes"}


def _written(decimal: str, thousands: str) -> re.Pattern[str]:
    """Return the form of a number with its decimals after one mark, and thousands apart by another, or by a space."""
    threes = rf"[1-9][0-9]{{0,2}}(?P<mark>[{thousands}'’ ])[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*"
    lakhs = rf"[1-9][0-9]?(?:{thousands}[0-9]{{2}})+{thousands}[0-9]{{3}}"
    return re.compile(
        rf"'?(?P<sign>[+−-]?)(?P<whole>{threes}|{lakhs}|[0-9]*)(?:{decimal}(?P<part>[0-9]+))?"
        rf"(?<=[0-9])(?![0-9.,'’_]| +[0-9])"
    )


_FORMS = {"point": _written(r"\.", ","), "comma": _written(",", r"\.")}


@dataclass
class _Settled:
    """What was read although it is not written as the format asks, manner -> words; what is refused."""

    told: dict[str, str] = field(default_factory=dict)
    refused: list[Problem] = field(default_factory=list)

    def refuse(self, row: dict[str, Cell], name: str, message: str, remedy: str) -> None:
        self.refused.append(row[name].problem(message, remedy))
        row[name] = row[name]._replace(text="?")  # so that no other cell is held against a number that is not known

    def tell(self, manner: str, before: str, after: str) -> None:
        self.told.setdefault(manner, f"{manner} ({before} is {after})")


def settle(table: Table, manners: Manners) -> tuple[list[str], list[Problem]]:
    """Write the cells of a table as the format asks, in place; return what is told of it and what is refused."""
    done = _Settled()
    numbers: list[str] = []
    for name in (cell.text for cell in table.header):
        manner = manners.get(name, "text")
        if table.odd and manner != "text":
            _usual_spaces(table, name, done)
        if manner in ("date", "time"):
            _settle_dates(table, name, manner == "time", done)
        elif manner not in ("word", "text"):
            numbers.append(name)
    if table.separator != "," or any(_UNUSUAL.search("\n".join(_column(table, name))) for name in numbers):
        rows = {name: _with_numbers(table, manners[name]) for name in numbers}
        _settle_numbers(rows, table.separator, done)
    return list(done.told.values()), done.refused


def manners_of(spec: FieldTable) -> Manners:
    """Return how the columns of a table of the house are read, as far as a spreadsheet may have changed them."""
    found: dict[str, Manner | Mapping[str, Manner]] = {}
    for column in spec.columns:
        found[column.name] = _MANNERS.get(column.kind, "word")
        if column.kind == "value":
            found[column.name] = {value.name: _MANNERS.get(value.kind, "word") for value in EVENT_VALUES.values()}
        if column.ends:
            found |= dict.fromkeys(column.ends[:2], _MANNERS["number"]) | {column.ends[2]: "word"}
    return found


def without_echo(refused: list[Problem], found: list[Problem]) -> list[Problem]:
    """Return problems, of a cell that was refused here nothing that a later reader says of it."""
    places = {(problem.line, problem.column) for problem in refused}
    return [*refused, *(problem for problem in found if (problem.line, problem.column) not in places)]


def _column(table: Table, name: str) -> list[str]:
    return [row[name].text for row in table.rows]


def _with_numbers(table: Table, manner: Manner | Mapping[str, Manner]) -> Sequence[dict[str, Cell]]:
    """Return the rows in which a column holds numbers."""
    if isinstance(manner, str):
        return table.rows
    return [row for row in table.rows if "kind" in row and manner.get(row["kind"].text) == "number"]


def _usual_spaces(table: Table, name: str, done: _Settled) -> None:
    for row in table.rows:
        cell = row[name]
        if ODD.search(cell.text):
            plain = ODD.sub(lambda match: "" if match[0] in "\u200b\ufeff" else " ", cell.text)
            row[name] = cell._replace(text=plain.strip())
            done.told["spaces"] = ODD_TOLD


def _reading(text: str, decimal: str) -> str:
    """Return a number as the format writes it, if `decimal` begins its decimals; "" where it cannot."""
    match = _FORMS[decimal].match(text) if len(text) <= LONGEST else None
    if match is None:
        return ""
    sign = match["sign"].replace("−", "-")
    whole = re.sub("[^0-9]", "", match["whole"])
    part = f".{match['part']}" if match["part"] else ""
    return sign + whole + part + text[match.end() :]


def _settle_numbers(rows: Mapping[str, Sequence[dict[str, Cell]]], separator: str, done: _Settled) -> None:
    """Write numbers with a point before decimals and nothing between thousands; `rows` by column."""
    texts = {row[name].text for name, those in rows.items() for row in those}
    forms = {text: (_reading(text, "point"), _reading(text, "comma")) for text in texts}
    points = _speaking(rows, {text for text, (point, comma) in forms.items() if point and not comma})
    commas = _speaking(rows, {text for text, (point, comma) in forms.items() if comma and not point})
    decimal = "comma" if commas and not points else "point"
    speak = {} if points and commas else points or commas
    # commas between columns go with decimal points, semicolons with decimal commas; else a column must speak for itself
    usual = bool(speak) and (separator, decimal) in ((",", "point"), (";", "comma"))
    for name, those in rows.items():
        for row in those:
            cell = row[name]
            point, comma = forms[cell.text]
            new = comma if decimal == "comma" else point
            if decimal == "point" and separator == "," and not _UNUSUAL.search(cell.text):
                continue  # as the format asks
            if comma and not new:
                other = next(iter(points.values()))
                message = f'"{cell.text}" has a decimal comma, and "{other.text}" in line {other.line} a decimal point'
                done.refuse(row, name, message, f"write {comma}, or every number of the file with a comma")
            elif point and comma and point != comma and not (usual or name in speak):
                remedy = "write no separator of thousands, and decimals with more or fewer than three digits"
                done.refuse(row, name, f'"{cell.text}" reads as {point} and as {comma}', remedy)
            elif new and new != cell.text:
                _tell(cell.text, new, decimal, done)
                row[name] = cell._replace(text=new)


def _speaking(rows: Mapping[str, Sequence[dict[str, Cell]]], texts: set[str]) -> dict[str, Cell]:
    """Return the first cell of each column that is one of the texts."""
    found = (
        (name, next((row[name] for row in those if row[name].text in texts), None)) for name, those in rows.items()
    )
    return {name: cell for name, cell in found if cell is not None}


def _tell(text: str, new: str, decimal: str, done: _Settled) -> None:
    match = _FORMS[decimal].match(text)
    if match is None:
        return
    for mark in set(re.sub("[0-9]", "", match["whole"])):
        done.tell(f"{_BETWEEN[mark]} between thousands", text, new)
    if match["part"] and decimal == "comma":
        done.tell("decimal commas", text, new)
    if text.startswith("'"):
        done.tell("apostrophes before numbers", text, new)
    if match["sign"] == "−":
        done.tell("typographic minus signs", text, new)


def _days(text: str) -> dict[str, date]:
    """Return how a text can be read as a day: manner -> day."""
    if _SERIAL.fullmatch(text):
        return {"days numbered from 1900": _SERIAL_ZERO + timedelta(days=int(text))}
    tried: dict[str, tuple[str, str, str]] = {}
    if match := _YEAR_FIRST.fullmatch(text):
        tried["dates with the year first"] = (match[1], match[3], match[4])
    elif match := _YEAR_LAST.fullmatch(text):
        tried[DAY_FIRST] = (match[4], match[3], match[1])
        if match[2] != ".":  # dates with points have the day first everywhere
            tried[MONTH_FIRST] = (match[4], match[1], match[3])
    found: dict[str, date] = {}
    for manner, parts in tried.items():
        try:
            found[manner] = date(*map(int, parts))
        except ValueError:
            continue
    return found


def _day_and_clock(text: str, *, clock: bool) -> tuple[dict[str, date], str]:
    """Return the readings of the day, and the clock as `T09:30`, "" where no clock is asked; midnight is none."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return ({} if clock else _days(text)), ""
    hour = match["clock"]
    if clock:
        return _days(match["day"]), "T" + hour.zfill(5 if hour.count(":") == 1 else 8)
    return ({} if hour.strip("0:") else _days(match["day"])), ""


def _settle_dates(table: Table, name: str, clock: bool, done: _Settled) -> None:
    """Write days as 2023-12-31, those of times too."""
    usual = _ISO.match if clock else _ISO.fullmatch
    odd = sorted(text for text in set(_column(table, name)) if 0 < len(text) <= LONGEST and not usual(text))
    read = {text: _day_and_clock(text, clock=clock) for text in odd}
    day_first = [text for text, (days, _) in read.items() if [*days] == [DAY_FIRST] and "." not in text]
    for row in table.rows if read else ():
        cell = row[name]
        days, hour = read.get(cell.text, ({}, ""))
        shown = " and as ".join(str(day) for day in dict.fromkeys(days.values()))
        if len(set(days.values())) > 1:
            remedy = "write the one that is meant, or let the spreadsheet show dates as yyyy-mm-dd"
            done.refuse(row, name, f'"{cell.text}" reads as {shown}', remedy)
        elif [*days] == [MONTH_FIRST] and day_first:
            message = f'"{cell.text}" has the month first, and "{day_first[0]}" of this column the day'
            done.refuse(row, name, message, f"write it as {shown}, and all others so")
        elif days:
            done.tell(next(iter(days)), cell.text, shown + hour)
            row[name] = cell._replace(text=shown + hour)
