"""What a folder's own evidence says about days before as_of, beside what its futures have on those days.

Evidence is text. A claim is compared where its unit and a word of its quantity leave one reading, where it is dated
between the first day and as_of, and where nobody disputes it; a sign on the same thing would weigh the futures, this
only tells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from corridor.analysis.scores.measures import quantile
from corridor.analysis.signs.past import Past
from corridor.core.units import UnitError, convert
from corridor.results import read
from corridor.results.dataset import days_before, has_history
from corridor.scenario.model import Evidence

Floats = NDArray[np.float64]

CENTRAL = (0.01, 0.99)
"""A claim whose whole range lies outside this range of the futures is told."""
NEAR = 0.05
"""share by which a claim may lie beyond it: claims are rounded"""
TOLD = (
    "Evidence {id}, {day}: {quantity} {seen}; the futures of these tables have {low:,.4g} to {high:,.4g} {unit}. If "
    "the claim is right, write it as a sign."
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Reading(NamedTuple):
    """What a claim may be about: words of its quantity, unit, variables that are read."""

    words: re.Pattern[str]
    unit: str
    reads: tuple[str, ...]


READINGS: Mapping[str, Reading] = {
    "gam_muac": Reading(re.compile(r"\bmuac\b", re.I), "share", ("gam_muac", "people")),
    "gam": Reading(
        re.compile(r"\b(global acute malnutrition|gam|acute(ly)? malnutrition|acutely malnourished|wasting)\b", re.I),
        "share", ("gam", "people"),
    ),
    "deaths": Reading(
        re.compile(r"\b(starvation deaths|(deaths|died) (of|from|by) (hunger|starvation))\b", re.I),
        "person", ("deaths_expected", "deaths_baseline"),
    ),
    "people": Reading(
        re.compile(r"^(residents|inhabitants|people present|people (living )?inside|population)\b", re.I),
        "person", ("people",),
    ),
    "intake": Reading(re.compile(r"\b(energy intake|intake|energy eaten|kcal eaten)\b", re.I), "kcal/person/day",
                      ("intake", "people")),
}  # fmt: skip
"""in the order in which they are tried; of people, the whole of a case, so that a town's residents are left out"""


def contradicted(ds: xr.Dataset) -> list[str]:
    """Return a sentence for each claim of the folder that lies outside what its futures have on that day."""
    if "people" not in ds or not days_before(ds):
        return []
    scenario, weight, found = read.scenario_of(ds), read.weights(ds), list[str]()
    past: Past | None = None
    for one in scenario.evidence.values():
        asked = reading_of(one)
        if asked is None or one.known > scenario.as_of:
            continue
        name, day, low, high = asked
        reads = READINGS[name].reads
        if not has_history(ds, *reads):
            continue
        past = past or Past(ds)
        if not past.days[0] <= np.datetime64(day) <= past.days[-1] or (name == "people" and not _whole(scenario, high)):
            continue
        x = _simulated(past, name, past.on(day))
        known = np.isfinite(x)
        ends = quantile(x[known], CENTRAL, None if weight is None else weight[known])
        if high < ends[0] * (1.0 - NEAR) or low > ends[1] * (1.0 + NEAR):
            said = f"{one.value}{'' if one.unit == '%' else ' '}{one.unit}"
            unit = {"share": "(share)", "person": "people"}.get(READINGS[name].unit, READINGS[name].unit)
            found.append(TOLD.format(id=one.id, day=day, quantity=one.quantity, seen=said, low=ends[0], high=ends[1],
                                     unit=unit))  # fmt: skip
    return found


def reading_of(one: Evidence) -> tuple[str, date, float, float] | None:
    """Return what a claim is about, its day and its range in the unit of the reading; None where nothing is sure."""
    if one.said_by == "assumed" or one.disputed_by or not one.value or not _DAY.fullmatch(one.date):
        return None
    for name, asked in READINGS.items():
        if not asked.words.search(one.quantity):
            continue
        try:
            numbers = [convert(f"{text} {one.unit}", asked.unit) for text in (one.value, one.low, one.high) if text]
            return name, date.fromisoformat(one.date), min(numbers), max(numbers)
        except (UnitError, ValueError):
            continue
    return None


def _whole(scenario: Any, persons: float) -> bool:
    """Whether a count of people may be of the whole case: more than half of those in its tables at the start."""
    whole = scenario.population
    total = whole.value if whole else sum(home.population.value for home in scenario.homes if home.population)
    return bool(persons > total / 2.0)


def _simulated(past: Past, name: str, day: int) -> Floats:
    if name == "deaths":
        above = past.total("deaths_expected") - past.total("deaths_baseline")
        return np.asarray(above[:, : day + 1].sum(axis=1))
    return np.asarray((past.total(name) if name == "people" else past.mean(name))[:, day])
