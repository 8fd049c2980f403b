"""The wider country of a scenario: its places and roads as a displacement case, its calendar day by day.

The case is compiled once per schedule (history, or history and then a policy under a condition), because open roads,
violence and camps are the same in every future. Only the numbers of rule `followers` differ between futures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from corridor.engine.counts import camp_places, counts_of, last_counts
from corridor.engine.plan import Schedule
from corridor.rules.base import Inputs, State
from corridor.rules.displacement import flee3, followers, process
from corridor.rules.displacement.calendar import open_links
from corridor.rules.displacement.case import (
    CAMP,
    HUB,
    IDP_CAMP,
    MARKER,
    NO_PLACE,
    TOWN,
    UNLIMITED,
    Closure,
    ClosureKind,
    DisplacementCase,
)
from corridor.rules.displacement.flee3 import Flee3
from corridor.rules.displacement.process import Calendar
from corridor.rules.displacement.roads import closes
from corridor.scenario.model import Scenario
from corridor.scenario.traffic import Traffic

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

KINDS = {"town": TOWN, "camp": CAMP, "idp_camp": IDP_CAMP, "hub": HUB, "marker": MARKER, "waypoint": MARKER}
"""Kind in the folder -> kind for the rules; homes and outside places are towns where nobody is displaced."""
HOURS = 10.0
"""hours of travel a day: with 40 km/h the 400 km/day of Flee's settings"""


def with_calendars(
    scenario: Scenario, past: Schedule, ahead: Sequence[Sequence[Schedule]]
) -> tuple[Schedule, list[list[Schedule]]]:
    """Return the schedules, each with its calendar."""
    rule = scenario.rules.get("movement", "followers")
    cases = [[displacement_case(scenario, (past, one)) for one in row] for row in ahead]
    history = displacement_case(scenario, (past,))
    restart = last_counts(scenario)
    if rule == "flee3":
        open_ = [open_links(case) for row in cases for case in row]
        # one layout of the state for all schedules, since they go on from the same history
        may_close = np.any([closes(one) for one in open_], axis=0)
        settings = _flee3(scenario)

        def compiled(case: DisplacementCase, first: int) -> Calendar:
            made = flee3.compile_case(case, settings, may_close)
            return Calendar(made.days[first:], None, made.plan.roads, restart, case)
    else:
        speed, power = (_given(scenario, f"movement.followers_{name}") for name in ("speed", "origin_power"))

        def compiled(case: DisplacementCase, first: int) -> Calendar:
            ways = followers.open_ways(case, speed)
            return Calendar(followers.mornings_of(case, ways, power)[0][first:], ways, None, restart, case)

    after = [
        [replace(one, calendar=compiled(case, past.days)) for one, case in zip(row, beside, strict=True)]
        for row, beside in zip(ahead, cases, strict=True)
    ]
    return replace(past, calendar=compiled(history, 0)), after


def sizes(calendars: Sequence[Calendar]) -> dict[str, int]:
    """Return how long the dimensions of process `movement` are, enough for every calendar."""
    first = calendars[0]
    if first.roads is None:
        ahead = 1 + max(one.ways.longest for one in calendars if one.ways is not None)
        return {"way": first.case.link_from.size, "ahead": ahead}
    roads = first.roads
    cells = {"place_cell": int(roads.place_base[-1]), "link_cell": int(roads.link_base[-1])}
    return {"way": roads.link_from.size, **cells}


def settle(calendars: Sequence[Calendar], state: State) -> None:
    """Put people where the rule of `movement` finds them on the first morning, in place."""
    first, futures = calendars[0], state["displaced"].shape[-1]
    if first.roads is not None:
        people = flee3.first_people(first.case, first.roads, futures)
        process.settle(process.PEOPLE, people, first.case.camps, state)
    else:
        longest = max(one.ways.longest for one in calendars if one.ways is not None)
        crowd = followers.first_crowd(first.case, longest, futures)
        process.settle(process.CROWD, crowd, first.case.camps, state)


def mornings(calendar: Calendar, p: Inputs, futures: int, *, ahead: bool) -> list[tuple[Any, ...]]:
    """Return what the rule reads on each day of a schedule; `p` are the draws of a batch of so many futures."""
    case, ways = calendar.case, calendar.ways

    def counts(day: int) -> Ints | None:
        return calendar.restart[1] if calendar.restart is not None and calendar.restart[0] == day else None

    if ways is None:
        return [(calendar.roads, day, case.camps, ahead, counts(day.day)) for day in calendar.days]
    name = "movement.followers_"
    near = followers.nearness(ways, p[f"{name}distance_power"], p[f"{name}softening"])
    country = followers.country_of(
        case, ways, near, p[f"{name}company"], np.arange(futures), float(p[f"{name}room_power"][0])
    )
    return [(country, day, ahead, counts(day.day)) for day in calendar.days]


def displacement_case(scenario: Scenario, schedules: Sequence[Schedule]) -> DisplacementCase:
    """Return the wider country over consecutive schedules, the first of them from the scenario's start.

    What is shut on a day becomes a closure of that day, so that the rules read one form whatever wrote it.
    """
    places, links = scenario.places, scenario.links
    index = {place.id: i for i, place in enumerate(places)}
    days = sum(schedule.days for schedule in schedules)
    camps = camp_places(scenario)
    countries = tuple(dict.fromkeys(place.country for place in places))
    ends = np.array([[index[k.from_place], index[k.to_place]] for k in links], dtype=np.int64).reshape(-1, 2)
    forced = np.array([[k.forced == "from", k.forced == "to"] for k in links], dtype=np.int64).reshape(-1, 2)
    known = days if len(schedules) == 1 else schedules[0].days
    initial, counted = counts_of(scenario, camps, days, known)
    total = counted.sum(axis=1)
    return DisplacementCase(
        name=scenario.id,
        start=scenario.start,
        days=days,
        places=tuple(index),
        countries=countries,
        country=np.array([countries.index(place.country) for place in places], dtype=np.int64),
        latitude=np.array([place.latitude for place in places]),
        longitude=np.array([place.longitude for place in places]),
        kind=np.array([KINDS.get(place.kind, TOWN) for place in places], dtype=np.int64),
        population=np.array([int(p.population.value) if p.kind == "town" else 0 for p in places], dtype=np.int64),
        capacity=np.array([UNLIMITED if p.capacity is None else int(p.capacity) for p in places], dtype=np.int64),
        intensity=np.zeros(len(places)),
        initial=initial,
        link_from=ends.reshape(-1),
        link_to=ends[:, ::-1].reshape(-1),
        link_km=np.repeat([k.km.value for k in links], 2),
        link_forced=forced.reshape(-1),
        link_forced_by_flee=forced.reshape(-1),
        link_copies=np.ones(2 * len(links), dtype=np.int64),
        link_kmh_day=np.repeat([k.kmh.value * HOURS for k in links], 2),
        link_walk=np.zeros(2 * len(links)),
        closures=tuple(_closures(scenario, schedules, index)),
        conflict=np.concatenate([schedule.violence for schedule in schedules]),
        camps=camps,
        counted=counted,
        inflow=np.diff(total, prepend=total[:1]),
        open_from=np.zeros(camps.size, dtype=np.int64),
    )


def _closures(scenario: Scenario, schedules: Sequence[Schedule], index: dict[str, int]) -> list[Closure]:
    """Return what is shut and when, link by link and camp by camp.

    People go from a link's `from` to its `to` where it lets people out, the other way where it lets people in.
    """
    out: list[Closure] = []
    regime = np.concatenate([schedule.regime for schedule in schedules])
    onward, back = regime & Traffic.PEOPLE_OUT > 0, regime & Traffic.PEOPLE_IN > 0
    redirected = np.concatenate([schedule.redirected for schedule in schedules]) > 0
    takes = np.concatenate([schedule.takes for schedule in schedules]) > 0
    for i, link in enumerate(scenario.links):
        ends = index[link.from_place], index[link.to_place]
        out += _stretches("way", *ends, ~onward[:, i]) + _stretches("way", *ends[::-1], ~back[:, i])
        if link.forced:
            out += _stretches("unforce", *ends, ~redirected[:, i])
    for camp in scenario.camps:
        out += _stretches("camp", index[camp.id], NO_PLACE, ~takes[:, index[camp.id]])
    return out


def _stretches(kind: ClosureKind, first: int, second: int, shut: Bools) -> list[Closure]:
    edges = np.flatnonzero(np.diff(shut.astype(np.int8), prepend=0, append=0))
    return [
        Closure(kind, first, second, int(a), -1 if b == shut.size else int(b))
        for a, b in zip(edges[0::2], edges[1::2], strict=True)
    ]


def _given(scenario: Scenario, name: str) -> float:
    if name in scenario.parameters:
        return scenario.parameters[name].value
    everything = (*followers.PARAMETERS, *flee3.PARAMETERS)
    return next(parameter.default for parameter in everything if parameter.name == name)


def _flee3(scenario: Scenario) -> Flee3:
    """Return the settings of rule `flee3`: the scenario's values, without their ranges."""
    names = [parameter.name.removeprefix("movement.flee3_") for parameter in flee3.PARAMETERS]
    given: dict[str, Any] = {name: _given(scenario, f"movement.flee3_{name}") for name in names}
    return Flee3(**given)
