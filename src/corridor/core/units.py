"""Units are converted at the border: a cell such as `80 t/week` becomes a plain float in the column's unit.

The table is small on purpose. Inside the program only the canonical units occur: t, day, km, person,
vehicle, kcal, litre, and hour where a name says so.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from corridor.core.errors import CorridorError, did_you_mean

Dimension = tuple[int, int, int, int, int, int, int]
"""Exponents of mass, time, length, person, vehicle, energy, volume."""

_NONE: Dimension = (0, 0, 0, 0, 0, 0, 0)
_MASS: Dimension = (1, 0, 0, 0, 0, 0, 0)
_TIME: Dimension = (0, 1, 0, 0, 0, 0, 0)
_LENGTH: Dimension = (0, 0, 1, 0, 0, 0, 0)
_PERSON: Dimension = (0, 0, 0, 1, 0, 0, 0)
_VEHICLE: Dimension = (0, 0, 0, 0, 1, 0, 0)
_ENERGY: Dimension = (0, 0, 0, 0, 0, 1, 0)
_VOLUME: Dimension = (0, 0, 0, 0, 0, 0, 1)

YEAR = 365.25
"""days"""

UNITS: MappingProxyType[str, tuple[float, Dimension]] = MappingProxyType(
    {
        "t": (1.0, _MASS),
        "kt": (1000.0, _MASS),
        "kg": (0.001, _MASS),
        "g": (1e-6, _MASS),
        "lb": (0.00045359237, _MASS),
        "oz": (0.000028349523125, _MASS),
        "short t": (0.90718474, _MASS),
        "long t": (1.0160469088, _MASS),
        "day": (1.0, _TIME),
        "hour": (1 / 24, _TIME),
        "week": (7.0, _TIME),
        "month": (YEAR / 12, _TIME),
        "year": (YEAR, _TIME),
        "km": (1.0, _LENGTH),
        "m": (0.001, _LENGTH),
        "mile": (1.609344, _LENGTH),
        "person": (1.0, _PERSON),
        "bed": (1.0, _PERSON),
        "vehicle": (1.0, _VEHICLE),
        "kcal": (1.0, _ENERGY),
        "MJ": (1000 / 4.184, _ENERGY),
        "litre": (1.0, _VOLUME),
        "share": (1.0, _NONE),
        "%": (0.01, _NONE),
        "1": (1.0, _NONE),
        "degree": (1.0, _NONE),
    }
)
"""name -> (factor to the canonical unit, dimension)"""

_ALIASES = {
    "tonne": "t",
    "tonnes": "t",
    "short ton": "short t",
    "short tons": "short t",
    "long ton": "long t",
    "long tons": "long t",
    "days": "day",
    "d": "day",
    "h": "hour",
    "hours": "hour",
    "weeks": "week",
    "months": "month",
    "years": "year",
    "miles": "mile",
    "mi": "mile",
    "persons": "person",
    "people": "person",
    "beds": "bed",
    "vehicles": "vehicle",
    "l": "litre",
    "L": "litre",
    "litres": "litre",
}
_AMBIGUOUS = {"ton", "tons"}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?\.?(nan|inf|infinity)\b", re.IGNORECASE)
_WITH_COMMA = re.compile(r"[+-]?\d[\d.,_' \u00a0\u202f]*")
_RANGE = re.compile(r"\s*(?:-|–|to|\.\.\.?)\s*[+-]?\d")


class UnitError(CorridorError):
    """A text that is not a number in the asked dimension and bounds."""

    def __init__(self, message: str, remedy: str = "") -> None:
        """Keep what is wrong and what to write instead."""
        self.message, self.remedy = message, remedy
        super().__init__(f"{message}; {remedy}" if remedy else message)


@dataclass(frozen=True)
class Unit:
    """A parsed unit: how many canonical units one of it is, and of which dimension."""

    factor: float
    dimension: Dimension


@lru_cache(maxsize=1000)
def parse_unit(text: str) -> Unit:
    """Return the unit written as `t/week`, `kg/person/day`, `1/day` or `%`.

    Raises
    ------
    UnitError : an unknown word, with the nearest known one
    """
    factor, dimension = 1.0, list(_NONE)
    for index, part in enumerate(text.split("/")):
        word = " ".join(part.split())
        word = _ALIASES.get(word, word)
        if word in _AMBIGUOUS:
            message = f'"{word}" may be three different masses'
            raise UnitError(message, "write t (1,000 kg), short t (907 kg) or long t (1,016 kg)")
        if word not in UNITS:
            message = f'unknown unit "{_short(word)}"' if word else f'a unit is missing in "{_short(text)}"'
            raise UnitError(message, did_you_mean(word, UNITS.keys() - {"1"}))
        size, exponents = UNITS[word]
        sign = -1 if index else 1
        factor *= size**sign
        dimension = [a + sign * b for a, b in zip(dimension, exponents, strict=True)]
    return Unit(factor, tuple(dimension))  # type: ignore[arg-type]


def parse_number(text: str) -> tuple[float, str]:
    """Split `80 t/week` into 80.0 and `t/week`; the unit is "" where none is written.

    Raises
    ------
    UnitError : no number, a number that is not finite, a thousands separator, a range
    """
    stripped = text.strip()
    if not stripped:
        message = "a number is missing"
        raise UnitError(message)
    if _NOT_FINITE.match(stripped):
        message = f'"{stripped}" is not a finite number'
        raise UnitError(message, "write a number, or leave the cell empty where that is allowed")
    match = _NUMBER.match(stripped)
    if match is None:
        message = f'"{_short(stripped)}" is not a number'
        raise UnitError(message, "write digits with a decimal point, then the unit if it differs, such as 80 t/week")
    rest = stripped[match.end() :]
    if rest[:1] in (",", "_", "'") or (rest[:1].isspace() and rest.strip()[:1].isdigit()):
        comma = _WITH_COMMA.match(stripped)
        shown = comma.group() if comma else stripped
        message = f'"{_short(shown.strip())}" has a separator inside the number'
        raise UnitError(message, "write thousands without a separator and decimals with a point")
    if _RANGE.match(rest):
        message = f'"{_short(stripped)}" is a range, not a number'
        raise UnitError(message, "write the central value here and the ends as low and high")
    return float(match.group()), rest.strip()


@lru_cache(maxsize=20_000)
def convert(
    text: str,
    unit: str,
    *,
    canonical: str = "",
    low: float = 0.0,
    high: float = math.inf,
    density: float | None = None,
) -> float:
    """Return the number written in `text` as a float in the canonical unit; a long table writes few numbers often.

    Parameters
    ----------
    text : a number with an optional unit
    unit : what a number without a unit is in; also the unit of `low` and `high`
    canonical : unit of the result; `unit` where empty
    low, high : bounds, both included
    density : kg/litre of the good, None where litres make no sense

    Raises
    ------
    UnitError : with what is wrong and what to write instead
    """
    number, written = parse_number(text)
    home = parse_unit(unit)
    value = number
    if written and written != unit:
        value = number * _factor(parse_unit(written), home, written, unit, density)
    if not value >= low:
        message = f"{_short(text.strip())} is below {_show(low, unit)}, the least allowed"
        raise UnitError(message, _between(low, high, unit))
    if not value <= high or math.isinf(value):
        most = high if math.isfinite(high) else 1e300
        message = f"{_short(text.strip())} is above {_show(most, unit)}, the most allowed"
        raise UnitError(message, _between(low, most, unit))
    if canonical and canonical != unit:
        value *= home.factor / parse_unit(canonical).factor
    return value


def _factor(given: Unit, wanted: Unit, written: str, unit: str, density: float | None) -> float:
    """Return what one `given` is in `wanted`; litres become tonnes where a density is known."""
    factor, dimension = given.factor, given.dimension
    if dimension[6] and not wanted.dimension[6]:
        swapped: Dimension = (dimension[0] + dimension[6], *dimension[1:6], 0)
        if swapped == wanted.dimension:
            if density is None:
                message = f'"{written}" needs the density of the good, and none is known'
                raise UnitError(message, f"write {unit}, or give kg_per_litre in commodities.csv")
            factor *= (density * 0.001) ** dimension[6]
            dimension = swapped
    # an angle has no dimension either, and 5 % of none is no place on a map
    if dimension != wanted.dimension or "degree" in (written, unit):
        asked = "a plain number" if wanted.dimension == _NONE else f"a quantity in {unit}"
        message = f'"{written}" does not measure what is asked here, {asked}'
        raise UnitError(message, _suggest(unit))
    return factor / wanted.factor


def _suggest(unit: str) -> str:
    if unit == "degree":
        return "write degrees as a decimal number, such as 46.75"
    return "write a share such as 0.25 or 25 %" if unit in ("share", "1") else f"write it in {unit}"


def _between(low: float, high: float, unit: str) -> str:
    if not math.isfinite(low):
        return f"write at most {_show(high, unit)}"
    if not math.isfinite(high):
        return f"write {_show(low, unit)} or more"
    return f"write a number from {_show(low, '1')} to {_show(high, unit)}"


def _show(value: float, unit: str) -> str:
    number = f"{value:,.0f}" if 1 <= abs(value) <= 1e12 and value == int(value) else f"{value:g}"
    return number if unit in ("1", "share", "degree") or value == 0 else f"{number} {unit}"


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
