"""Dated values that each future draws: on which days which of them holds.

Letters: D days, N dated values, F futures.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corridor.scenario.model import Scenario
from corridor.scenario.numbers import event_path
from corridor.tables.facts import EVENT_VALUES, RANGED

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Dated(NamedTuple):
    """One value: from which day it holds, in which array, for which row of which table, and the path of its draw."""

    date: date
    array: str
    table: str
    target: str
    path: str


def dated_values(scenario: Scenario) -> list[Dated]:
    """Return the values in the order of their days."""
    found = [
        Dated(event.date, RANGED[event.kind], EVENT_VALUES[event.kind].refers[0], event.target, event_path(event))
        for event in scenario.events
        if event.low is not None
    ]
    return sorted(found, key=lambda value: value.date)


def dated_numbers(scenario: Scenario, x: dict[str, Floats], futures: int) -> Floats:
    """Return what each value is, (N, F)."""
    rows = [x[value.path] for value in dated_values(scenario)]
    return np.array(rows).reshape(len(rows), futures)


def held_today(row: Floats, by: Ints, values: Floats) -> Floats:
    """Return (column, F): the certain value of each column, or the dated one that holds there.

    Parameters
    ----------
    row : (column,) certain values; by : (column,) number of the dated value, -1 where the certain one holds
    values : (N, F)
    """
    if not (by >= 0).any():
        return row[:, None]
    return np.where(by[:, None] >= 0, values[by], row[:, None])
