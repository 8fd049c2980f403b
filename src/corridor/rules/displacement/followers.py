"""Rule `followers`: the displaced choose a camp at once, by road distance, by who is there, by the room left.

    pull of camp c on somebody from o  =  (softening + km(o, c))^-distance_power * (company + open * share(c)) * room(c)

`km` is the shortest way over roads and borders open today; `share(c)` the camp's part of all who are in camps,
`open` the number of open camps; `room(c) = 1 - (present + on the way) / capacity` where a capacity is given, else 1.
Origins are places with violence today, weighted by residents. Nothing later than today is read.

Fitted: distance_power, softening, company (docs/rules/movement.md has the fits and what each kind of knowledge adds).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corridor.rules.displacement.calendar import camps_shut, open_links
from corridor.rules.displacement.case import Displacement, DisplacementCase
from corridor.rules.displacement.followers_day import Country, Crowd, Morning, play_followers
from corridor.tables.parameter import Parameter, fixed

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PARAMETERS = (
    Parameter(
        "movement.followers_distance_power", 0.8, "1", 0.3, 1.5,
        "Cohen, Roig, Reuman, GoGwilt 2008, PNAS 105:15269 (0.97 between countries); Zipf 1946 (1); fitted",
        "how fast the pull falls with road distance",
    ),
    Parameter(
        "movement.followers_softening", 200.0, "km", 50.0, 250.0,
        "assumed: within a day's drive distance hardly counts; Flee's settings have 50 km, its v1 a range of 200 km/day",
        "road distance below which nearness hardly counts",
        minimum=1.0,
    ),
    Parameter(
        "movement.followers_company", 0.7, "1", 0.25, 1.5,
        "pull of an average camp then rises by 1/(1 + company) of the rise of who is there: elasticity 0.4-0.8 as for "
        "networks of earlier migrants (Beine, Docquier, Özden 2011, J Dev Econ 95:30); fitted",
        "pull of an empty camp, where an average one adds 1",
    ),
    fixed("movement.followers_room_power", 1.0, "1", "assumed: in proportion to the free places", "pull of free room"),
    fixed("movement.followers_origin_power", 1.0, "1", "assumed: everybody flees alike", "residents' weight as origin"),
    fixed("movement.followers_speed", 400.0, "km/day", "Flee's settings for its validation cases", "range of a day"),
)  # fmt: skip


@dataclass(frozen=True)
class Followers:
    """Settings of the rule; see PARAMETERS for unit, range and source."""

    distance_power: float = 0.8
    softening: float = 200.0
    company: float = 0.7
    room_power: float = 1.0
    origin_power: float = 1.0
    speed: float = 400.0


@dataclass(frozen=True)
class Ways:
    """The shortest open ways to every camp, for every state of the roads that the calendar has.

    km, days, step : (state, place, camp) length, infinity where none is open; days under way; first link, -1 none
    state : (day,) which of the states holds
    """

    km: Floats
    days: Ints
    step: Ints
    state: Ints

    @property
    def longest(self) -> int:
        """Return the most days on the road."""
        return int(self.days.max(initial=0))


@dataclass(frozen=True)
class Compiled:
    """A case made ready for the rule."""

    country: Country
    mornings: tuple[Morning, ...]
    appeared: Ints
    longest: int
    """most days on the road"""


def compile_case(case: DisplacementCase, rule: Followers) -> Compiled:
    """Derive everything that is the same in every future."""
    ways = open_ways(case, rule.speed)
    near = nearness(ways, np.array([rule.distance_power]), np.array([rule.softening]))
    country = country_of(case, ways, near, np.array([rule.company]), np.zeros(1, dtype=np.int64), rule.room_power)
    mornings, new = mornings_of(case, ways, rule.origin_power)
    return Compiled(country, mornings, new, ways.longest)


def open_ways(case: DisplacementCase, speed: float) -> Ways:
    """Return the shortest ways on every day; speed: km/day."""
    states, state_of_day = np.unique(open_links(case), axis=0, return_inverse=True)
    found = [shortest_ways(case, state) for state in states]
    km = np.stack([way[0] for way in found])
    days = np.floor(np.where(np.isfinite(km), km, 0.0) / speed).astype(np.int64)
    return Ways(km, days, np.stack([way[1] for way in found]), state_of_day.reshape(-1))


def nearness(ways: Ways, power: Floats, softening: Floats) -> Floats:
    """Return (rule, state, place, camp) attraction of distance alone; power, softening: (rule,)."""
    reachable = np.isfinite(ways.km)
    distance = np.where(reachable, ways.km, 0.0)
    each = (slice(None), None, None, None)
    near = np.where(reachable, (softening[each] + distance) ** -power[each], 0.0)
    # the scale of the pull is free; about 1 keeps the weights far from the ends of a double
    out: Floats = near / near.max(axis=(1, 2, 3), keepdims=True, initial=1e-300)
    return out


def country_of(
    case: DisplacementCase, ways: Ways, near: Floats, company: Floats, rule: Ints, room_power: float
) -> Country:
    """Return what the kernel reads; near, company: (rule, ...), rule: (future,) which of them a future plays."""
    return Country(
        camp=case.camps,
        rule=rule,
        near=near,
        days=ways.days,
        step=ways.step,
        link_to=case.link_to,
        capacity=case.capacity[case.camps].astype(np.float64),
        company=company,
        room_power=room_power,
    )


def mornings_of(case: DisplacementCase, ways: Ways, origin_power: float) -> tuple[tuple[Morning, ...], Ints]:
    """Return what holds on each day, and (day,) persons who appear."""
    takes = ~camps_shut(case)[:, case.camps] & (np.arange(case.days)[:, None] >= case.open_from)
    residents = np.where(case.population > 0, np.maximum(case.population, 1) ** origin_power, 0.0)
    origin = np.where(case.conflict > 0, residents, 0.0)
    new, fewer = changes(case, origin.sum(axis=1) > 0)
    mornings = tuple(
        Morning(d, int(ways.state[d]), takes[d].astype(np.uint8), origin[d], new[d : d + 1], int(fewer[d]))
        for d in range(case.days)
    )
    return mornings, new


def first_crowd(case: DisplacementCase, longest: int, futures: int) -> Crowd:
    """Return who is where on the morning of day 0; longest: most days on the road."""
    crowd = Crowd(
        present=np.zeros((futures, len(case.places)), dtype=np.int64),
        coming=np.zeros((futures, case.camps.size, longest + 1), dtype=np.int64),
        owed=np.zeros(futures, dtype=np.int64),
        gone=np.zeros(futures, dtype=np.int64),
        entered=np.zeros((futures, case.link_from.size), dtype=np.int64),
    )
    crowd.present[:] = case.initial
    crowd.present[:, case.camps] += case.day0
    return crowd


def play_compiled(case: DisplacementCase, compiled: Compiled, futures: Ints, seed: int) -> Displacement:
    """Play a batch of futures of a compiled case."""
    n, places = futures.size, len(case.places)
    country = compiled.country._replace(rule=np.zeros(n, dtype=np.int64))
    crowd = first_crowd(case, compiled.longest, n)
    present = np.zeros((n, case.days, places), dtype=np.int64)
    on_road, gone = np.zeros((n, case.days), dtype=np.int64), np.zeros((n, case.days), dtype=np.int64)
    for today in compiled.mornings:
        play_followers(country, today._replace(new=np.repeat(today.new, n)), crowd, seed, futures)
        present[:, today.day] = crowd.present
        on_road[:, today.day] = crowd.coming.sum(axis=(1, 2))
        gone[:, today.day] = crowd.gone
    return Displacement(present, on_road, gone, crowd.entered, compiled.appeared)


def shortest_ways(case: DisplacementCase, is_open: Bools) -> tuple[Floats, Ints]:
    """Return (place, camp) km of the shortest open way and its first link (-1 none), by Floyd and Warshall."""
    n = len(case.places)
    km = np.full((n, n), np.inf)
    step = np.full((n, n), -1, dtype=np.int64)
    np.fill_diagonal(km, 0.0)
    for link in np.flatnonzero(is_open):
        a, b = case.link_from[link], case.link_to[link]
        if case.link_km[link] < km[a, b]:
            km[a, b] = case.link_km[link]
            step[a, b] = link
    for via in range(n):
        longer = km[:, via, None] + km[None, via, :]
        shorter = longer < km
        km = np.where(shorter, longer, km)
        step = np.where(shorter, step[:, via, None], step)
    return km[:, case.camps], step[:, case.camps]


def changes(case: DisplacementCase, violence: Bools) -> tuple[Ints, Ints]:
    """Return (day,) persons who appear and who are counted no more, from the daily total alone.

    Who appears on a day without violence anywhere waits for the next day with some.
    """
    new = np.zeros(case.days, dtype=np.int64)
    fewer = np.zeros(case.days, dtype=np.int64)
    change = np.diff(case.counted.sum(axis=1), prepend=case.counted[0].sum())
    waiting = 0
    for day in range(1, case.days):
        waiting += max(int(change[day]), 0)
        fewer[day] = max(-int(change[day]), 0)
        if violence[day]:
            new[day], waiting = waiting, 0
    return new, fewer
