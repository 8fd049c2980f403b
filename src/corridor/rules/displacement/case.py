"""A country in which people move: places, links, camps, a conflict calendar and what was counted.

The one form that every displacement rule reads, whatever file it came from. Plain arrays, nothing derived.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt

from corridor.core.errors import Problem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TOWN, CAMP, IDP_CAMP, CONFLICT, HUB, MARKER = range(6)
"""Kinds of place. A camp counts for the score; a hub and a marker are left at once."""

UNLIMITED = -1
NO_PLACE = -1

ClosureKind = Literal["border", "place", "link", "way", "camp", "unforce"]


@dataclass(frozen=True)
class Closure:
    """Something that is shut from day `start` until the morning of day `end`.

    Attributes
    ----------
    kind : `border` between two countries, all links of a `place`, one `link`, one `way` of it (from first to second),
        a `camp` that is an ordinary town meanwhile, or `unforce`: a forced redirection that is lifted meanwhile
    first, second : place indices (`place`, `link`, `way`, `camp`, `unforce`) or country indices (`border`);
        `second` is -1 where only one is meant
    start, end : days; `end` is -1 for never
    beside : for `place`, the neighbouring place that the source names beside it, else -1. The row then reads
        like one link, and Flee seals the whole place.
    """

    kind: ClosureKind
    first: int
    second: int
    start: int
    end: int
    beside: int = NO_PLACE


@dataclass(frozen=True)
class DisplacementCase:
    """One displacement crisis.

    Attributes
    ----------
    name : of the case
    start : local date of day 0
    days : length of the period
    places, countries : names
    country : (place,) country index; country 0 is home
    latitude, longitude : (place,) degrees
    kind : (place,) see TOWN ... MARKER
    population : (place,) persons; 0 for camps
    capacity : (place,) persons as given; -1 unlimited
    intensity : (place,) conflict intensity from the start, 0 = none. Only places that start as conflict zones
    initial : (place,) persons already displaced there besides the camps' counts
    link_from, link_to : (link,) place indices; every road is two links, one behind the other
    link_km : (link,) length, km
    link_forced : (link,) 1 where people who leave `link_from` must take this link
    link_forced_by_flee : (link,) the same as Flee's reader understands the column
    link_copies : (link,) how often Flee holds this link (duplicate rows, value 1 of the column)
    link_kmh_day : (link,) km/day on this link, 0 = the rule's own
    link_walk : (link,) share of days on which people walk here
    closures : what shuts and when
    conflict : (day, place) intensity of the calendar
    camps : (camp,) place indices, in the order of `places`
    counted : (day, camp) persons, interpolated and corrected
    inflow : (day,) change of all counts, persons; day 0 is 0
    open_from : (camp,) first day on which anybody was counted there; `days` where nobody ever was
    problems : what was found wrong in the source; nothing here stops a run
    dated : (day, camp) whether a count has that very date; other days are straight lines between counts. None where
        nothing says so
    """

    name: str
    start: date
    days: int
    places: tuple[str, ...]
    countries: tuple[str, ...]
    country: Ints
    latitude: Floats
    longitude: Floats
    kind: Ints
    population: Ints
    capacity: Ints
    intensity: Floats
    initial: Ints
    link_from: Ints
    link_to: Ints
    link_km: Floats
    link_forced: Ints
    link_forced_by_flee: Ints
    link_copies: Ints
    link_kmh_day: Floats
    link_walk: Floats
    closures: tuple[Closure, ...]
    conflict: Floats
    camps: Ints
    counted: Ints
    inflow: Ints
    open_from: Ints
    problems: tuple[Problem, ...] = ()
    dated: npt.NDArray[np.bool_] | None = None

    @property
    def day0(self) -> Ints:
        """(camp,) persons counted on day 0."""
        first: Ints = self.counted[0]
        return first

    @property
    def camp_names(self) -> tuple[str, ...]:
        """Names of the camps, in the order of the score."""
        return tuple(self.places[i] for i in self.camps)


def scaled(case: DisplacementCase, factor: float) -> DisplacementCase:
    """Return the case with every number of people multiplied by `factor` and rounded down."""

    def times(persons: Ints) -> Ints:
        # -1 (unlimited) stays what it is
        return np.where(persons < 0, persons, np.floor(persons * factor + 1e-9)).astype(np.int64)

    counted = times(case.counted)
    inflow = np.zeros(case.days, dtype=np.int64)
    total = np.floor(np.cumsum(case.inflow) * factor + 1e-9).astype(np.int64)
    inflow[1:] = np.diff(total)
    return replace(
        case,
        population=times(case.population),
        capacity=times(case.capacity),
        initial=times(case.initial),
        counted=counted,
        inflow=inflow,
    )


def without_capacity(case: DisplacementCase) -> DisplacementCase:
    """Return the case with the capacity column blanked: every camp unlimited."""
    return replace(case, capacity=np.full_like(case.capacity, UNLIMITED))


@dataclass(frozen=True)
class Displacement:
    """What a rule played.

    Attributes
    ----------
    people : (future, day, place) persons present in the evening
    on_road : (future, day) persons on links
    gone : (future, day) persons who left the case for good, cumulative
    entered : (future, link) persons who set out on a link over the whole period
    appeared : (day,) newly displaced persons, the same in every future
    """

    people: Ints
    on_road: Ints
    gone: Ints
    entered: Ints
    appeared: Ints

    def camps(self, case: DisplacementCase) -> Ints:
        """Return (future, day, camp) persons."""
        out: Ints = self.people[:, :, case.camps]
        return out
