"""The roads of a Flee folder: every row is two links, one behind the other."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

import numpy as np

from corridor.core.errors import did_you_mean
from corridor.exchange.flee.tables import Floats, Ints, Notes, attribute, number, read_rows

_OWN_COLUMNS = 4


class Links(TypedDict):
    """The link columns of a `DisplacementCase`."""

    link_from: Ints
    link_to: Ints
    link_km: Floats
    link_forced: Ints
    link_forced_by_flee: Ints
    link_copies: Ints
    link_kmh_day: Floats
    link_walk: Floats


def read_links(path: Path, index: dict[str, int], notes: Notes) -> Links:
    """Read routes.csv; what is odd is noted, a road to nowhere is fatal."""
    rows, header = read_rows(path, notes)
    seen: dict[tuple[int, int], int] = {}
    table: list[list[float]] = []
    for row in rows:
        ends = [index.get(row.cell(i)) for i in (0, 1)]
        for column, end in enumerate(ends):
            if end is None:
                name = row.cell(column)
                notes.stop(
                    path, row.line, f"name{column + 1}", f'no place "{name}"', did_you_mean(name, index), column + 1
                )
        km = number(row.cell(2), -1.0, path, row, "distance", notes)
        if km <= 0:
            notes.stop(path, row.line, "distance", f'"{row.cell(2)}" is not a length in km', "", 3)
        if None in ends:
            continue
        a, b = int(ends[0] or 0), int(ends[1] or 0)
        forced = int(number(row.cell(3), 0.0, path, row, "forced_redirection", notes))
        if forced not in (0, 1, 2):
            notes.note(path, row.line, "forced_redirection", f"{forced} is none of 0, 1, 2", "taken as 0", 4)
            forced = 0
        # the manual (and the cases) say 1 = towards name1, 2 = towards name2; Flee's reader has it the other way
        # round, and holds a link with value 1 twice
        if forced:
            here, there = (row.cell(0), row.cell(1)) if forced == 2 else (row.cell(1), row.cell(0))
            notes.note(
                path, row.line, "forced_redirection", f"everybody leaving {here} must go to {there}; Flee ignores it"
            )
        if forced == 1:
            notes.note(path, row.line, "forced_redirection", "Flee holds this link twice: double weight")
        if (min(a, b), max(a, b)) in seen:
            at = seen[min(a, b), max(a, b)]
            notes.note(path, row.line, "", "this road occurs twice", "held once; twice with Flee's behaviour")
            table[at][5] += 1
            table[at + 1][5] += 1
            continue
        seen[min(a, b), max(a, b)] = len(table)
        kmh = attribute(row, header, _OWN_COLUMNS, "max_move_speed", 0.0, path, notes)
        walk = attribute(row, header, _OWN_COLUMNS, "walk_probability", 0.0, path, notes)
        copies = 2 if forced == 1 else 1
        table.append([a, b, km, forced == 2, forced == 1, copies, kmh, walk])
        table.append([b, a, km, forced == 1, forced == 2, copies, kmh, walk])
    columns = np.array(table, dtype=np.float64).reshape(-1, 8).T
    whole = columns.astype(np.int64)
    return Links(
        link_from=whole[0],
        link_to=whole[1],
        link_km=columns[2],
        link_forced=whole[3],
        link_forced_by_flee=whole[4],
        link_copies=whole[5],
        link_kmh_day=columns[6],
        link_walk=columns[7],
    )
