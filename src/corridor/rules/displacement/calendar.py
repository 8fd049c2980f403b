"""What is open on which day: links, camps, forced ways, and where people are at war."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corridor.rules.displacement.case import CAMP, CONFLICT, IDP_CAMP, NO_PLACE, TOWN, Closure, DisplacementCase

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def active(closure: Closure, day: int) -> bool:
    """Whether a closure holds on a day."""
    return closure.start <= day and (closure.end < 0 or day < closure.end)


def shut_links(case: DisplacementCase, closure: Closure, *, as_flee: bool) -> Bools:
    """Return (link,) which links one closure shuts.

    With Flee's behaviour a `link` closure does nothing and a place is sealed even where the row names one road.
    """
    a, b = closure.first, closure.second
    if closure.kind == "border":
        return _between(case.country[case.link_from], case.country[case.link_to], a, b)
    if closure.kind == "place" and (closure.beside == NO_PLACE or as_flee):
        touches: Bools = (case.link_from == a) | (case.link_to == a)
        return touches
    if closure.kind == "place":
        return _between(case.link_from, case.link_to, a, closure.beside)
    if closure.kind == "way":
        way: Bools = (case.link_from == a) & (case.link_to == b)
        return way
    if closure.kind == "link" and not as_flee:
        return _between(case.link_from, case.link_to, a, b)
    return np.zeros(case.link_from.size, dtype=np.bool_)


def _between(one: Ints, two: Ints, a: int, b: int) -> Bools:
    out: Bools = ((one == a) & (two == b)) | ((one == b) & (two == a))
    return out


def open_links(case: DisplacementCase, *, as_flee: bool = False) -> Bools:
    """Return (day, link) whether a link may be entered.

    A link is shut while any closure holds. With Flee's behaviour the last event wins: the end of one closure opens
    what another still shuts.
    """
    out = np.ones((case.days, case.link_from.size), dtype=np.bool_)
    shut = [shut_links(case, closure, as_flee=as_flee) for closure in case.closures]
    if not as_flee:
        for closure, links in zip(case.closures, shut, strict=True):
            for day in range(case.days):
                if active(closure, day):
                    out[day] &= ~links
        return out
    now = np.ones(case.link_from.size, dtype=np.bool_)
    for day in range(case.days):
        for closure, links in zip(case.closures, shut, strict=True):
            if closure.start == day:
                now &= ~links
            if closure.end == day:
                now |= links
        out[day] = now
    return out


def camps_shut(case: DisplacementCase) -> Bools:
    """Return (day, place) whether a camp is an ordinary town today."""
    out = np.zeros((case.days, len(case.places)), dtype=np.bool_)
    for closure in case.closures:
        if closure.kind == "camp":
            for day in range(case.days):
                out[day, closure.first] |= active(closure, day)
    return out


def forced_links(case: DisplacementCase, is_open: Bools) -> Ints:
    """Return (day, place) the link that everybody who leaves must take, -1 none."""
    out = np.full((case.days, len(case.places)), -1, dtype=np.int64)
    for link in np.flatnonzero(case.link_forced):
        a, b = int(case.link_from[link]), int(case.link_to[link])
        for day in range(case.days):
            lifted = any(
                c.kind == "unforce" and {c.first, c.second} == {a, b} and active(c, day) for c in case.closures
            )
            if is_open[day, link] and not lifted:
                out[day, a] = link
    return out


@dataclass(frozen=True)
class PlaceDays:
    """(day, place) what each place is.

    intensity : of the conflict, <= 0 none
    since : day on which it last broke out, -1 before any did
    camp, idp, town, war : flags; `war` places are left as a conflict zone
    """

    intensity: Floats
    since: Ints
    camp: Bools
    idp: Bools
    town: Bools
    war: Bools
    outbreak: Bools
    """(day,) whether a conflict broke out anywhere"""


def place_days(case: DisplacementCase, *, as_flee: bool = False) -> PlaceDays:
    """Follow every place through outbreaks, ends and camp closures.

    With Flee's behaviour only the change between peace and conflict acts, not a change of intensity.
    """
    days, places = case.days, len(case.places)
    out = PlaceDays(
        intensity=np.zeros((days, places)),
        since=np.full((days, places), -1, dtype=np.int64),
        camp=np.zeros((days, places), dtype=np.bool_),
        idp=np.zeros((days, places), dtype=np.bool_),
        town=np.zeros((days, places), dtype=np.bool_),
        war=np.zeros((days, places), dtype=np.bool_),
        outbreak=np.zeros(days, dtype=np.bool_),
    )
    now = np.where(case.kind == CONFLICT, case.intensity, -1.0)
    since = np.full(places, -1, dtype=np.int64)
    camp = (case.kind == CAMP) | (case.kind == IDP_CAMP)
    idp = case.kind == IDP_CAMP
    town = case.kind == TOWN
    war = case.kind == CONFLICT
    for day in range(days):
        value = case.conflict[day]
        before = case.conflict[day - 1] if day else np.zeros(places)
        begins = (value > 0) & (before <= 0)
        ends = (value <= 0) & (before > 0)
        now = np.where(begins, value, np.where(ends, -1.0, now))
        if not as_flee:
            now = np.where((value > 0) & (now > 0), value, now)
        since = np.where(begins, day, since)
        town = (town & ~begins) | ends
        war = (war | begins) & ~ends
        for closure in case.closures:
            if closure.kind != "camp":
                continue
            i = closure.first
            if closure.start == day:
                camp[i], idp[i], town[i], war[i], now[i] = False, False, True, False, -1.0
            if closure.end == day:
                camp[i], idp[i], town[i], war[i], now[i] = True, case.kind[i] == IDP_CAMP, False, False, -1.0
        out.intensity[day], out.since[day] = now, since
        out.camp[day], out.idp[day], out.town[day], out.war[day] = camp, idp, town, war
        out.outbreak[day] = bool(begins.any())
    return out
