"""Rations by group: what each row draws, on which days it holds, and what a day hands to the rule of rations.

Letters: D days, R rows of rations.csv, F futures.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from corridor.rules.base import State
from corridor.scenario.model import Ration, Scenario
from corridor.tables.folder import TABLES

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]

_UNWRITTEN = {"amount": np.nan, "share": 0.0, "honoured": 1.0, "extra": np.nan}
"""Column of rations.csv -> what holds where its cell is empty."""


_OF_A_PLACE = frozenset({"honoured", "extra"})


def ration_numbers(scenario: Scenario, x: dict[str, Floats], futures: int) -> dict[str, Floats]:
    """Return what each row draws, (R, F) by column: `rations.amount` and so on, not a number where nothing is said.

    What is honoured and what is found elsewhere are facts of a place: its rows that give the same number with the same
    range mean one unknown, so they share the draw of the first. Amounts and shares are each row's own.
    """
    table = TABLES["rations"]
    out = {}
    for name, missing in _UNWRITTEN.items():
        first: dict[object, Ration] = {}
        rows = []
        for row in scenario.rations:
            said = getattr(row, name)
            key = (row.place, said.value, said.low, said.high) if said is not None else None
            drawn_by = first.setdefault(key, row) if name in _OF_A_PLACE and key else row
            rows.append(x.get(table.path(table.field(name), *table.ids(drawn_by))))
        drawn = [np.full(futures, missing) if row is None else row for row in rows]
        out[f"rations.{name}"] = np.array(drawn).reshape(len(rows), futures)
    return out


def ration_days(rows: tuple[Ration, ...], first: date, days: int) -> Bytes:
    """Return (D, R) 1 where a row holds: from its first day to its last, or to the next row of its series."""
    out = np.zeros((days, len(rows)), np.uint8)
    for i, row in enumerate(rows):
        series = [one.starts for one in rows if _series(one) == _series(row) and one.starts > row.starts]
        last = min([*series, *([row.ends + timedelta(days=1)] if row.ends else [])], default=None)
        begin, end = (row.starts - first).days, days if last is None else (last - first).days
        out[max(0, begin) : max(0, end), i] = 1
    return out


def endless_rations(rows: tuple[Ration, ...], as_of: date) -> Bytes:
    """Return (R,) 1 for rows that hold on the last day known and have no end: nobody knows how long they will."""
    return np.array([row.starts <= as_of and row.ends is None for row in rows], np.uint8)


def _series(row: Ration) -> tuple[str, str, str]:
    return row.place, row.group, row.commodity


def set_rations(
    state: State, p: dict[str, Floats], where: list[tuple[int | slice, int, int]], holds: Bytes, endless: Bytes,
    imposed: Floats | None,
) -> None:  # fmt: skip
    """Write what is allotted today, in place.

    Parameters
    ----------
    where : home (or all), group and good of each row; a home's own row goes before one for all homes
    holds : (R,) 1 where a row holds today
    endless : (R,) 1 where it holds until supply is normal again
    imposed : (home, group, good) amounts that a policy sets, not a number where it sets none; None without any
    """
    promised, share, extra = state["promised"], state["group_share"], state["group_extra"]
    lapsing = state["lapsing"]
    promised[:], share[:], extra[:], lapsing[:] = np.nan, 0.0, np.nan, 0
    honoured = np.ones_like(promised)
    for row in sorted(np.flatnonzero(holds), key=lambda row: isinstance(where[row][0], int)):
        home, group, good = where[row]
        promised[home, group, good] = p["rations.amount"][row]
        lapsing[home, group, good] = endless[row]
        honoured[home, group, good] = p["rations.honoured"][row]
        share[home, group] = p["rations.share"][row]
        found = p["rations.extra"][row]
        extra[home, group] = np.where(np.isnan(found), extra[home, group], found)
    if imposed is not None:
        ordered = ~np.isnan(imposed)[..., None]
        promised[:] = np.where(ordered, imposed[..., None], promised)
        lapsing[:] = np.where(ordered, 0, lapsing)
    state["allotted"][:] = promised * honoured
