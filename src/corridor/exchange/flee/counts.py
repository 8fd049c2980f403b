"""The counts of a Flee folder: one daily series per camp, and the inflow that they imply."""

from __future__ import annotations

from datetime import date
from functools import reduce
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corridor.core.errors import did_you_mean
from corridor.exchange.flee.tables import Ints, Notes, Series, add, correct, day_of, read_rows, read_series

Bools = npt.NDArray[np.bool_]


def read_counts(
    root: Path, inputs: Path, camps: list[str], start: date, days: int, notes: Notes
) -> tuple[Ints, Ints, list[int], Bools]:
    """Return (day, camp) persons, (day,) change of all series, those of places that are no camp included, and which

    of the camps have a series, and (day, camp) whether a count has that very date.
    """
    layout = root / "source_data" / "data_layout.csv"
    series: dict[str, Series] = {}
    for number_of_row, row in enumerate(read_rows(layout, notes)[0]):
        if number_of_row == 0:
            continue  # the total, which the sum over the others replaces
        parts = [read_series(layout.parent / name, start, notes) for name in row.cells[1:] if name]
        if len(parts) > 1:
            notes.note(layout, row.line, row.cell(0), "several files, added on the union of their dates")
        if parts:
            series[row.cell(0)] = reduce(add, parts)
        if row.cell(0) not in camps:
            notes.note(layout, row.line, row.cell(0), "is no camp of locations.csv but counts in the inflow")
    for camp in camps:
        if camp not in series:
            near = did_you_mean(camp, series)
            remedy = near if near.startswith("did") else "it takes people like a town, without a score"
            notes.note(layout, 0, camp, "this camp has no series", remedy)
    path = inputs / "registration_corrections.csv"
    for row in read_rows(path, notes, required=False)[0]:
        day = day_of(row.cell(1), start)
        if row.cell(0) not in series or day is None:
            notes.note(path, row.line, row.cell(0), "no such series or date; ignored")
            continue
        reason = correct(series[row.cell(0)], day)
        if reason:
            notes.note(path, row.line, row.cell(0), f"{row.cell(1)} {reason}")
    daily = {name: one.daily(days) for name, one in series.items()}
    kept = [camp for camp in camps if camp in daily]
    if not kept:
        notes.stop(layout, 0, "", "no camp has a series of counts", "name the camps of locations.csv")
        kept = camps
    counted = np.stack([daily.get(camp, np.zeros(days, np.int64)) for camp in kept], axis=1)
    dated = np.zeros(counted.shape, dtype=np.bool_)
    for column, camp in enumerate(kept):
        dated[[day for day in series[camp].days if 0 <= day < days] if camp in series else [], column] = True
    total = sum(daily.values(), np.zeros(days, dtype=np.int64))
    inflow = np.zeros(days, dtype=np.int64)
    inflow[1:] = np.diff(total)
    return counted, inflow, [camps.index(camp) for camp in kept], dated
