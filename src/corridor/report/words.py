"""Plain words and rounded numbers: what a reader sees instead of names and floats."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

FLED = "Fewer people who eat too little can mean that they fled: read this beside the people who have left."
"""What stands wherever people below requirement are compared."""
FEWER_DIED = "Fewer excess deaths can mean that people fled: read them beside the people who have left."
"""What stands wherever excess deaths are compared and people leave."""
FLED_OR_DIED = "Fewer people who eat too little can mean that they fled or died: see who left, and the excess deaths."
"""The same where no table of the bodies stands beside it."""
NOT_A_CLASSIFICATION = "Comparison with published thresholds; not a classification."
DISCLAIMER = "Boundaries and names shown do not imply endorsement or acceptance."

HOURS_OF_A_YEAR = 8760.0
"""what the road reports where nobody gets through"""

NOTHING = 1e-12
"""size below which a number is what rounding left over, not a result"""

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def figures(value: float, significant: int) -> float:
    """Return `value` rounded to so many significant figures."""
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, significant - 1 - math.floor(math.log10(abs(value))))


def count(value: float) -> str:
    """Return a number of people with two figures, three from 10,000 on, millions in words; `-` where there is none."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    if size < 0.5:
        return "0"
    # below a hundred whole people are two figures; rounding twice would move 9.45 to 10
    rounded = round(value) if size < 99.5 else figures(value, 3 if size >= 9_950 else 2)
    if abs(rounded) >= 1e6:
        return f"{rounded / 1e6:,.6g} million".replace("-", "−")
    return f"{rounded:,.0f}".replace("-", "−")


def with_error(value: float, error: float) -> str:
    """Return a number of people with its error of one figure, two where that begins with 1, and no figure below it."""
    scale, unit = (1e6, " million") if abs(value) >= 1e6 else (1.0, "")
    value, error = value / scale, error / scale
    place = math.floor(math.log10(error)) if error > 0.0 else (-2 if unit else 0)
    if error > 0.0 and error / 10.0**place < 2.0:
        place -= 1
    place = min(place, 0) if unit else max(place, 0)
    shown = max(0, -place)
    # + 0.0: what is rounded to nothing has no sign
    return f"{round(value, -place) + 0.0:,.{shown}f} ± {round(error, -place):,.{shown}f}{unit}".replace("-", "−")


def days_with_error(value: float, error: float) -> str:
    """Return a number of days with its error, both to a tenth."""
    return f"{round(value, 1) + 0.0:,.1f} ± {max(error, 0.1):.1f}".replace("-", "−")


def quantity(value: float, unit: str) -> str:
    """Return a number rounded as its unit deserves, without the unit."""
    if not math.isfinite(value):
        return "–"
    if unit.startswith("vehicle") and 0.0005 <= abs(value) < 0.95:
        return f"{value:.1g}"  # one every few days is not none
    if unit.startswith(("person", "people", "vehicle")):
        return count(value)
    if unit.startswith("kcal"):
        return f"{round(value, -1):,.0f}".replace("-0", "0").replace("-", "−")
    if unit in {"1", "share"}:
        return percent(value)
    if unit in {"day", "days"} and value > 365:
        return "over 365"
    if unit == "hours" and value >= HOURS_OF_A_YEAR:
        return "no way through"
    size = abs(value)
    digits = 0 if size >= 10 or size < 0.05 else 1
    text = f"{figures(value, 3) if size >= 100 else value:,.{digits}f}"
    return "0" if text in {"-0", "-0.0"} else text.replace("-", "−")


def percent(share: float) -> str:
    """Return a share as whole percent; never 0 % or 100 % where it is neither."""
    if not math.isfinite(share):
        return "–"
    if 0 < share <= 0.005:
        return "under 1 %"
    if 0.995 <= share < 1:
        return "over 99 %"
    if -0.005 <= share <= 0:
        return "0 %"  # no sign before nothing
    return f"{100 * share:.0f} %".replace("-", "−")


def days(count: int) -> str:
    """Return "1 day" or "3 days"."""
    return f"{count} day" if count == 1 else f"{count} days"


def recent(days: int) -> str:
    """Return of which days something is the mean."""
    return "mean of the last week" if days == 7 else f"mean of the last {days} days, from one convoy to the next"


def span(low: float, high: float, unit: str) -> str:
    """Return "low to high", each with its own "million": "1 to 2.36 million" would read as one."""
    a, b = quantity(low, unit), quantity(high, unit)
    return a if a == b else f"{a} to {b}"


_UNITS = {
    "persons": "people",
    "person": "people",
    "share": "",
    "km/hour": "km/h",
    "kcal/person/day": "kcal a person a day",
    "t": "tonnes",
    "1": "",
    "day": "days",
    "h": "hours",
    "1/pp": "per percentage point",
}


_FIRST = {"t": "tonnes", "persons": "people", "person": "people", "vehicle": "vehicles", "lorry": "lorries",
          "1": "share"}  # fmt: skip


def unit_words(unit: str) -> str:
    """Return the unit as a reader would say it: "t/day" is "tonnes a day"."""
    if unit in _UNITS:
        return _UNITS[unit]
    first, *rest = unit.split("/")
    said = _FIRST.get(first, first)
    if rest and first != "km":
        return " ".join([said, *(f"an {one}" if one == "hour" else f"a {one}" for one in rest)])
    return unit if rest else said


def day(value: Any) -> str:
    """Return a civil day such as "18 September 2023" from a date, a datetime64 or ISO text."""
    when = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def sentence(text: str) -> str:
    """Return text with a capital first letter and a full stop."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?!" else ".")


def listed(items: list[str], joint: str = "and") -> str:
    """Return "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"
