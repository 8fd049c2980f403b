"""What a read case reveals only as a whole: places nobody can reach, roads shorter than the crow flies, the leak."""

from __future__ import annotations

import numpy as np

from corridor.core.earth import great_circle_km
from corridor.exchange.flee.tables import Notes
from corridor.rules.displacement.case import CONFLICT, DisplacementCase

_LEAK = (0.9, 1.15)
"""Capacity over the highest count: within this band the column holds the later peak."""


def check_case(case: DisplacementCase, notes: Notes) -> None:
    """Add what is odd about the case as a whole."""
    inputs = notes.root / "input_csv"
    _roads_too_short(case, notes)
    ends = np.union1d(case.link_from, case.link_to)
    for alone in range(len(case.places)):
        if alone not in ends:
            notes.note(inputs / "routes.csv", 0, case.places[alone], "no road leads there")
    fought = (case.conflict > 0).any(axis=0) | (case.kind == CONFLICT)
    for place in np.flatnonzero(fought & (case.population == 0)):
        notes.note(inputs / "locations.csv", 0, case.places[place], "conflict but no population: nobody flees from it")
    if not (case.conflict > 0).any():
        notes.note(inputs / "conflicts.csv", 0, "", "no conflict on any day: nobody flees")
    if (case.counted < 0).any():
        notes.note(notes.root / "source_data", 0, "", "a count falls below 0")
    _displaced_at_the_start(case, notes)
    _capacity(case, notes)


def _displaced_at_the_start(case: DisplacementCase, notes: Notes) -> None:
    """Say that a folder leaves out people displaced at the start whom no count of the camps holds."""
    for place in np.flatnonzero(case.initial):
        message = f"{case.initial[place]} people displaced there at the start are in no count of the camps"
        remedy = "a folder leaves them out, so that its total stays the counted one"
        notes.note(notes.root / "input_csv" / "locations.csv", 0, case.places[place], message, remedy)


def _roads_too_short(case: DisplacementCase, notes: Notes) -> None:
    for link in range(0, case.link_from.size, 2):
        a, b = int(case.link_from[link]), int(case.link_to[link])
        crow = great_circle_km(case.latitude[a], case.longitude[a], case.latitude[b], case.longitude[b])
        if case.link_km[link] < 0.95 * crow:
            message = f"the road of {case.link_km[link]:g} km is shorter than the straight line of {crow:.0f} km"
            notes.note(notes.root / "input_csv" / "routes.csv", 0, f"{case.places[a]}-{case.places[b]}", message)


def _capacity(case: DisplacementCase, notes: Notes) -> None:
    path = notes.root / "input_csv" / "locations.csv"
    peak = case.counted.max(axis=0)
    given = case.capacity[case.camps]
    leaks = (given > 0) & (peak > 0) & (given >= _LEAK[0] * peak) & (given <= _LEAK[1] * peak)
    if leaks.any():
        message = f"capacity is the highest later count in {leaks.sum()} of {leaks.size} camps"
        notes.note(path, 0, "population", message, "score without the column as well")
    for camp, place in enumerate(case.camps):
        if 0 < given[camp] < case.counted[0, camp]:
            notes.note(path, 0, case.places[place], f"{case.counted[0, camp]} counted on day 0, capacity {given[camp]}")
