"""What an exodus is scored with, all of it the case's own: clock, last count, moments of nowcasts, population, road.

Rows of `observed/exodus.csv` say it: kind `clock` (hour 0: people may leave from then on), `last` (the last count that
is scored), `cut` (a nowcast is made then). Where they do not, the clock is the first day on which a condition releases
people, every reported count is scored, and nowcasts are made when a quarter and half of those counted had come.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corridor.analysis.scores.baselines import Triangular
from corridor.core.errors import InputError, Problem
from corridor.scenario.load import find_folder, load
from corridor.scenario.model import Quantity, Scenario
from corridor.scenario.observed import (
    Count,
    Population,
    counts_of,
    observed_tables,
    populations_of,
    read_table,
    zone_of,
)

Floats = NDArray[np.float64]

FILE = "observed/exodus.csv"
FEWEST = 3
"""counts that make a curve"""
LONGEST = 120
"""days from the clock to the last count that is scored"""
SHARES = (0.25, 0.5)
"""of those counted: a nowcast is made when so many had come, where the table names no moment"""
ROAD_KM = 68.3
"""length of the road that the prior of the ride was written for"""
AS_GIVEN = "as the case has it"
"""name of the population prior of a case without `observed/population.csv`"""


@dataclass(frozen=True)
class Counts:
    """Rows of the observed curve: hours since the clock, persons so far, how many hours the time may be off."""

    hours: Floats
    arrived: Floats
    time_error: Floats

    def where(self, keep: NDArray[np.bool_]) -> Counts:
        """Return some of the rows."""
        return Counts(self.hours[keep], self.arrived[keep], self.time_error[keep])


@dataclass(frozen=True)
class Setup:
    """One exodus to be scored.

    Attributes
    ----------
    clock : hour 0
    counts : the reported counts up to the last one scored, in the order of time
    cuts : moments from which nowcasts are made
    populations : prior of the people present by name; the first is the one that pictures show
    ride : length of the case's way out over that of the road for which the prior of the ride was written
    """

    clock: datetime
    counts: Counts
    cuts: tuple[datetime, ...]
    populations: Mapping[str, Triangular]
    ride: float = 1.0

    def hours(self, moment: datetime) -> float:
        """Return hours since the clock."""
        return (moment - self.clock).total_seconds() / 3600.0

    def local(self, hours: Floats) -> NDArray[np.datetime64]:
        """Return hours since the clock as local times without an offset."""
        start = np.datetime64(self.clock.replace(tzinfo=None), "s")
        return np.asarray(start + np.asarray(hours * 3600).astype("timedelta64[s]"))


def read_exodus(case: str | os.PathLike[str], scenario: Scenario) -> tuple[Setup, list[Count]]:
    """Return how a case's exodus is scored, and every row that was counted of it; `case` is its name or folder.

    Raises
    ------
    InputError : the tables cannot be used, or nothing says from when on people could leave
    """
    folder = find_folder(case)
    counts = counts_of(read_table(folder, "exodus"), zone_of(scenario.time_zone))
    believed = populations_of(read_table(folder, "population")) if "population" in observed_tables(folder) else []
    return setup_of(scenario, counts, believed), counts


def exodus_problems(case: str | os.PathLike[str]) -> list[Problem]:
    """Return what stands between a sound case and the score of its exodus; nothing where none was counted."""
    if "exodus" not in observed_tables(find_folder(case)):
        return []
    try:
        read_exodus(case, load(case, calibrated=False))
    except InputError as error:
        return list(error.problems)
    return []


def setup_of(scenario: Scenario, counts: Sequence[Count], populations: Sequence[Population] = ()) -> Setup:
    """Return what an exodus is scored with.

    Parameters
    ----------
    scenario : the case; its release day, population and way out stand where the tables say nothing
    counts : rows of `observed/exodus.csv`; populations : rows of `observed/population.csv`

    Raises
    ------
    InputError : no clock, counts before it or out of order, too few of them, a cut that leaves nothing to score
    """
    zone = zone_of(scenario.time_zone)
    problems: list[Problem] = []
    clock = _one(counts, "clock", problems)
    start = clock.time if clock else _released(scenario, zone)
    last = _one(counts, "last", problems)
    if start is None:
        remedy = "add a row of kind clock, or a condition that releases people (places.*.release)"
        problems.append(Problem(FILE, 0, 0, "kind", "nothing says from when on people could leave", remedy))
        raise InputError(problems)
    kept = sorted(
        (row for row in counts if row.kind == "reported" and (last is None or row.time <= last.time)),
        key=lambda row: row.time,
    )
    problems += _order(kept, start)
    if len(kept) < FEWEST:
        message = f"{len(kept)} reported counts"
        problems.append(Problem(FILE, 0, 0, "kind", message, f"a curve needs {FEWEST}: nothing is scored"))
    if problems:
        raise InputError(problems)
    made = [[(r.time - start).total_seconds() / 3600.0, r.persons or 0.0, r.error] for r in kept]
    found = np.array(made, dtype=np.float64)
    curve = Counts(found[:, 0], found[:, 1], found[:, 2])
    cuts = _cuts(counts, kept, problems)
    if problems:
        raise InputError(problems)
    priors = {one.name: Triangular(one.low, one.persons, one.high) for one in populations}
    return Setup(start, curve, cuts, priors or {AS_GIVEN: _population(scenario)}, _ride(scenario))


def release_day(scenario: Scenario, condition: str | None = None) -> date | None:
    """Return the first day on which a condition (any where None) releases people; None where none does."""
    days = [
        action.starts
        for one in scenario.conditions
        if condition in (None, one.id)
        for action in one.actions
        if action.target.endswith(".release") and action.value and action.starts is not None
    ]
    return min(days, default=None)


def _released(scenario: Scenario, zone: tzinfo) -> datetime | None:
    day = release_day(scenario)
    return None if day is None else datetime.combine(day, time(), zone)


def _one(counts: Sequence[Count], kind: str, problems: list[Problem]) -> Count | None:
    rows = [row for row in counts if row.kind == kind]
    problems += [row.cell.problem(f"a second row of kind {kind}", "keep one of them") for row in rows[1:]]
    return rows[0] if rows else None


def _order(kept: Sequence[Count], start: datetime) -> list[Problem]:
    """Return what is wrong with reported counts in the order of time."""
    found = []
    for row in kept:
        if row.time < start:
            message = f"{row.time.isoformat()} is before the clock, {start.isoformat()}"
            found.append(row.cell.problem(message, "give the moment from which people could leave a row of kind clock"))
        elif (row.time - start).days >= LONGEST:
            message = f"{row.time.isoformat()} is more than {LONGEST} days after the clock, {start.isoformat()}"
            found.append(row.cell.problem(message, "end what is scored with a row of kind last"))
    for before, row in pairwise(kept):
        if row.time == before.time:
            found.append(row.cell.problem("a second reported count of this time", "give one of them another kind"))
        elif (row.persons or 0.0) < (before.persons or 0.0):
            message = f"{row.persons:,.0f} persons so far, and {before.persons:,.0f} before"
            found.append(row.cell.problem(message, "counts cannot fall: give one of them another kind"))
    if kept and not kept[-1].persons:
        found.append(kept[-1].cell.problem("nobody had come by the last count", "there is nothing to score"))
    return found


def _cuts(counts: Sequence[Count], kept: Sequence[Count], problems: list[Problem]) -> tuple[datetime, ...]:
    """Return the moments of nowcasts, each with two counts before it and one after."""
    named = sorted((row for row in counts if row.kind == "cut"), key=lambda row: row.time)
    for row in named:
        before = sum(one.time <= row.time for one in kept)
        if before < 2 or before == len(kept):
            message = f"{before} of {len(kept)} reported counts stand before this cut"
            problems.append(row.cell.problem(message, "a nowcast needs two counts before it and one after"))
    if named:
        return tuple(dict.fromkeys(row.time for row in named))
    total = kept[-1].persons or 0.0
    found = [next(row.time for row in kept[1:] if (row.persons or 0.0) >= share * total) for share in SHARES]
    return tuple(moment for moment in dict.fromkeys(found) if moment < kept[-1].time)


def _population(scenario: Scenario) -> Triangular:
    """Return the case's own prior: of the whole, or the sum over homes."""
    whole = scenario.population
    parts: list[Quantity] = [whole] if whole else [home.population for home in scenario.homes if home.population]
    total = sum(part.value for part in parts)
    if not total > 0:
        remedy = "give observed/population.csv: name, persons, low, high"
        raise InputError([Problem(FILE, 0, 0, "", "nothing says how many people were present", remedy)])
    low = sum(part.value if part.low is None else part.low for part in parts)
    return Triangular(low, total, sum(part.value if part.high is None else part.high for part in parts))


def _ride(scenario: Scenario) -> float:
    """Return the length of the way out in lengths of the road that the prior of the ride was written for."""
    links = next((route.links for route in scenario.ways_out), ())
    km = sum(link.km.value for link in scenario.links if link.id in links)
    return round(km / ROAD_KM, 9) if km > 0 else 1.0
