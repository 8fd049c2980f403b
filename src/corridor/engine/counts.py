"""Who was counted as displaced, and when: what a scenario's rows say, as arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from corridor.scenario.model import Quantity, Scenario

Ints = npt.NDArray[np.int64]

RECENT = 30
"""days of counts from which the number of newly displaced people after as_of is taken"""


def camp_places(scenario: Scenario) -> Ints:
    """Return the place index of each camp."""
    index = {place.id: i for i, place in enumerate(scenario.places)}
    return np.array([index[camp.id] for camp in scenario.camps], dtype=np.int64)


def recent_rise(scenario: Scenario) -> Quantity:
    """Return how many people were newly displaced a day, persons/day: the mean of the last 30 days of counts.

    Falls of the counts do not offset rises. Assumed to go on, between nobody and three times as many.
    """
    days = (scenario.as_of - scenario.start).days + 1
    total = counts_of(scenario, camp_places(scenario), days, days)[1].sum(axis=1)
    rise = np.maximum(np.diff(total), 0)[-RECENT:]
    value = round(float(rise.mean()), 1) if rise.size else 0.0
    return Quantity(value=value, low=0.0, high=3 * value)


def last_counts(scenario: Scenario) -> tuple[int, Ints] | None:
    """Return the day after the last count of a camp, once every camp has one, and (camp,) persons; None if never again.

    The counts of the first day are where people start; they are no restart.
    """
    found: dict[int, dict[str, float]] = {}
    for row in scenario.displaced:
        if row.place != "*" and row.date > scenario.start:
            found.setdefault((row.date - scenario.start).days, {})[row.place] = row.persons
    camps = [camp.id for camp in scenario.camps]
    latest: dict[str, float] = {}
    for day in sorted(found):
        latest |= found[day]  # each camp has dates of its own; the others keep their last count
    if not latest.keys() >= set(camps):
        return None
    return max(found) + 1, np.array([int(latest[camp]) for camp in camps], dtype=np.int64)


def counts_of(scenario: Scenario, camps: Ints, days: int, known: int) -> tuple[Ints, Ints]:
    """Return who is already displaced outside camps (place,) and counts (day, camp).

    A rule reads counts per camp on the first day and only the total afterwards, so later totals stand in one column.
    """
    index = {place.id: i for i, place in enumerate(scenario.places)}
    initial = np.zeros(len(index), dtype=np.int64)
    counted = np.zeros((days, camps.size), dtype=np.int64)
    totals: dict[int, float] = {}
    for row in scenario.displaced:
        if row.place == "*":
            totals[(row.date - scenario.start).days] = row.persons
        elif row.date == scenario.start:
            initial[index[row.place]] = int(row.persons)
    first = initial[camps].copy()
    initial[camps] = 0
    totals[0] = float(first.sum())
    at = sorted(day for day in totals if day < known)
    line = np.interp(np.arange(days), at, [totals[day] for day in at])
    counted[:, 0] = np.floor(line + 1e-9)
    counted[0] = first
    return initial, counted
