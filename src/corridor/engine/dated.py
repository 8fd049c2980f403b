"""Dated values that each future draws: events with a range, and deliveries as reporters tell them.

Letters: D days, N dated values, F futures.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corridor.scenario.model import Report, Scenario
from corridor.scenario.numbers import REPORTER, event_path, reporters
from corridor.tables.facts import EVENT_VALUES, RANGED
from corridor.tables.folder import TABLES

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Told(NamedTuple):
    """What one reporter says: his number, the path of the draw, and whether lorries were counted."""

    reporter: int
    path: str
    lorries: bool = False


class Dated(NamedTuple):
    """One value: from which day it holds, in which array, for which row of which table, and who tells it."""

    date: date
    array: str
    table: str
    target: str
    told: tuple[Told, ...]


def dated_values(scenario: Scenario) -> list[Dated]:
    """Return the values in the order of their days; of an event whose day is drawn, the first that it may be."""
    events = [
        Dated(
            event.date,
            RANGED[event.kind],
            EVENT_VALUES[event.kind].refers[0],
            event.target,
            (Told(0, event_path(event)),),
        )
        for event in scenario.events
        if event.low is not None
    ]
    return sorted([*events, *_reported(scenario)], key=lambda value: value.date)


def _reported(scenario: Scenario) -> list[Dated]:
    """Return a value for each day on which any reporter says something new of a pipeline or a link."""
    table, names, found = TABLES["series"], reporters(scenario), []
    pipes = {pipe.id for pipe in scenario.pipelines}
    for target, day in sorted({(row.target, row.date) for row in scenario.series}):
        last: dict[str, Report] = {}
        for row in sorted(scenario.series, key=lambda row: row.date):
            if row.target == target and row.date <= day:
                last[row.reporter] = row
        told = tuple(
            Told(i, table.path(table.field("value"), *table.ids(last[name])), last[name].counts == "lorries")
            for i, name in enumerate(names)
            if name in last
        )
        place = ("rate", "pipelines") if target in pipes else ("tonnes", "links")
        found.append(Dated(day, *place, target, told))
    return found


def dated_numbers(scenario: Scenario, x: dict[str, Floats], futures: int) -> Floats:
    """Return what each value is, (N, F); of rivals the one who is believed, or the first who says anything of it."""
    believed = np.floor(x.get(REPORTER, np.zeros(futures)))
    out = np.empty((0, futures))
    for value in dated_values(scenario):
        amounts = [x[told.path] * (x["delivery.lorry_tonnes"] if told.lorries else 1.0) for told in value.told]
        held = amounts[0]
        for told, amount in zip(value.told[1:], amounts[1:], strict=True):
            held = np.where(believed == told.reporter, amount, held)
        out = np.vstack([out, held])
    return out


def held_today(row: Floats, by: Ints, values: Floats) -> Floats:
    """Return (column, F): the certain value of each column, or the dated one that holds there.

    Parameters
    ----------
    row : (column,) or (column, F) certain values; by : (column,) number of the dated value, -1 where the certain holds
    values : (N, F)
    """
    row = row if row.ndim == 2 else row[:, None]
    if not (by >= 0).any():
        return row
    return np.where(by[:, None] >= 0, values[by], row)
