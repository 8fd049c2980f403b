"""Rule `flee3`: people hop from place to place as in Flee 3, played with counts.

Behaviour after the description of Flee (Suleimenova, Bell, Groen 2017, Sci Rep 7:13377; Groen et al.), none of its
code. `as_flee` keeps its defects; by default they are mended (docs/rules/movement.md lists both).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corridor.rules.displacement.calendar import PlaceDays, forced_links, open_links, place_days
from corridor.rules.displacement.case import Displacement, DisplacementCase
from corridor.rules.displacement.flee3_day import play_flee3
from corridor.rules.displacement.roads import Plan, Pull, Walk, closes, plan_roads, route_weights
from corridor.rules.displacement.state import Day, People, Roads
from corridor.tables.parameter import Parameter, fixed

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_SETTINGS = "Flee's settings for its validation cases (simsetting.yml, 2026-05)"

PARAMETERS = (
    Parameter("movement.flee3_max_move_speed", 400.0, "km/day", 200.0, 500.0, _SETTINGS, "range of a day on the road"),
    Parameter(
        "movement.flee3_softening", 50.0, "km", 10.0, 100.0, _SETTINGS, "distance below which nearness hardly counts"
    ),
    Parameter(
        "movement.flee3_distance_power", 0.75, "1", 0.5, 2.0, _SETTINGS, "how fast attraction falls with distance"
    ),
    Parameter(
        "movement.flee3_default_movechance", 0.5, "1", 0.3, 0.7, _SETTINGS, "share leaving a town in a day", maximum=1.0
    ),
    Parameter(
        "movement.flee3_camp_movechance", 0.001, "1", 0.0, 0.01, _SETTINGS, "share leaving a camp in a day", maximum=1.0
    ),
    Parameter(
        "movement.flee3_conflict_weight", 0.25, "1", 0.1, 1.0, _SETTINGS, "attraction of a place at war", maximum=1.0
    ),
    fixed("movement.flee3_capacity_scaling", 1.25, "1", _SETTINGS, "people that a camp takes, over its given capacity"),
    fixed("movement.flee3_capacity_buffer", 0.9, "1", _SETTINGS, "filling from which a camp attracts less"),
)


@dataclass(frozen=True)
class Flee3:
    """Settings; names and meaning as in Flee's settings file, defaults those of its validation cases."""

    max_move_speed: float = 400.0
    softening: float = 50.0
    weight_softening: float = 0.0
    distance_power: float = 0.75
    weight_power: float = 1.0
    default_movechance: float = 0.5
    camp_movechance: float = 0.001
    idpcamp_movechance: float = 0.1
    conflict_movechance: float = 1.0
    camp_weight: float = 1.0
    foreign_weight: float = 1.0
    conflict_weight: float = 0.25
    capacity_scaling: float = 1.25
    capacity_buffer: float = 0.9
    awareness_level: int = 1
    avoid_short_stints: bool = True
    pruning_threshold: float = 1.0
    take_from_population: bool = False
    conflict_spawn_decay: tuple[float, ...] = (1.0, 1.0, 1.0, 0.5, 0.1)
    conflict_spawn_decay_interval: int = 30
    as_flee: bool = False
    """keep Flee's defects"""
    bind: bool = True
    """nobody enters a full camp (not with `as_flee`)"""
    memory_grains: int = 2
    """steps per day of travel in which the memory of recent travel is kept"""
    slot_km: float = 50.0
    """arrivals of a day that lie closer together on the road are played together"""
    parts: int = 32
    """most parts into which a day is cut while a camp fills (at most 64)"""

    def __post_init__(self) -> None:
        if self.awareness_level < 1:
            message = "awareness_level must be at least 1: with 0 nobody ever moves"
            raise ValueError(message)
        if not 1 <= self.parts <= 64:
            message = "parts must be 1 to 64"
            raise ValueError(message)


@dataclass(frozen=True)
class Compiled:
    """A case made ready for one rule: the network and one `Day` per day."""

    plan: Plan
    days: tuple[Day, ...]
    appeared: Ints


def compile_case(case: DisplacementCase, rule: Flee3, may_close: Bools | None = None) -> Compiled:
    """Derive everything that is the same in every future.

    may_close : (link,) links that may close under those on them, also on other calendars that share a state with this
        one; those that this calendar closes where None
    """
    is_open = open_links(case, as_flee=rule.as_flee)
    what = place_days(case, as_flee=rule.as_flee)
    walk = Walk(
        legs=rule.awareness_level,
        speed=rule.max_move_speed,
        grains=rule.memory_grains if rule.avoid_short_stints else 0,
        starts=1 if rule.as_flee else 8,
        slot=rule.slot_km,
        buffer=rule.capacity_buffer,
        weight_power=rule.weight_power,
        strict=rule.as_flee,
        bind=rule.bind and not rule.as_flee,
    )
    plan = plan_roads(case, _capacity(case, rule), walk, closes(is_open) if may_close is None else may_close)
    pull = Pull(
        softening=rule.softening,
        weight_softening=rule.weight_softening,
        distance_power=rule.distance_power,
        weight_power=rule.weight_power,
        pruning=rule.pruning_threshold,
        copies=rule.as_flee,
    )
    weight = route_weights(case, plan, _scores(case, what, rule), is_open, pull)
    leave = np.full((case.days, len(case.places)), 1.0)
    leave[what.town] = rule.default_movechance
    leave[what.camp] = rule.camp_movechance
    leave[what.idp] = rule.idpcamp_movechance
    leave[what.war] = rule.conflict_movechance
    origin = _origins(what, rule)
    appeared = newly_displaced(case, (origin * np.maximum(case.population, 0)).sum(axis=1))
    forced = np.full((case.days, len(case.places)), -1, dtype=np.int64)
    if not rule.as_flee:
        forced = forced_links(case, is_open)
    extra = plan.roads.link_from.size - is_open.shape[1]
    passable = np.pad(is_open, ((0, 0), (0, extra))).astype(np.uint8)
    closing = np.zeros_like(passable)
    closing[1:] = passable[:-1] & ~passable[1:] & 1
    days = tuple(
        Day(
            d, weight[d], passable[d], closing[d], leave[d], what.camp[d].astype(np.uint8),
            what.town[d].astype(np.uint8), forced[d], origin[d], appeared[d : d + 1], rule.parts,
            int(rule.take_from_population),
        )
        for d in range(case.days)
    )  # fmt: skip
    return Compiled(plan, days, appeared)


def play_compiled(case: DisplacementCase, compiled: Compiled, futures: Ints, seed: int) -> Displacement:
    """Play a batch of futures of a compiled case."""
    roads = compiled.plan.roads
    n, places = futures.size, len(case.places)
    people = first_people(case, roads, n)
    present = np.zeros((n, case.days, places), dtype=np.int64)
    on_road = np.zeros((n, case.days), dtype=np.int64)
    entered = np.zeros((n, roads.link_from.size), dtype=np.int64)
    for today in compiled.days:
        play_flee3(roads, today._replace(new=np.repeat(today.new, n)), people, seed, futures)
        present[:, today.day] = people.present
        on_road[:, today.day] = people.on.sum(axis=1)
        entered += people.entered
    gone = np.zeros((n, case.days), dtype=np.int64)
    return Displacement(present, on_road, gone, entered[:, : compiled.plan.real_links], compiled.appeared)


def first_people(case: DisplacementCase, roads: Roads, futures: int) -> People:
    """Return who is where on the morning of day 0."""
    people = People(
        present=np.zeros((futures, len(case.places)), dtype=np.int64),
        living=np.repeat(case.population[None, :], futures, axis=0),
        at=np.zeros((futures, roads.place_base[-1]), dtype=np.int64),
        on=np.zeros((futures, roads.link_base[-1]), dtype=np.int64),
        later=np.zeros((futures, roads.link_base[-1]), dtype=np.int64),
        entered=np.zeros((futures, roads.link_from.size), dtype=np.int64),
    )
    start = case.initial.copy()
    start[case.camps] += case.day0
    people.present[:] = start
    people.at[:, roads.place_base[:-1]] = start
    return people


def newly_displaced(case: DisplacementCase, weight: Floats) -> Ints:
    """Return (day,) persons who appear: the rise of the counts, after what earlier falls still owe.

    weight : (day,) sum of the origins' weights; who finds no origin waits for the first day with one
    """
    out = np.zeros(case.days, dtype=np.int64)
    debt = 0
    for day in range(1, case.days):
        n = int(case.inflow[day]) - debt
        if n < 0 or weight[day] <= 0:
            debt = -n
            continue
        debt = 0
        out[day] = n
    return out


def _capacity(case: DisplacementCase, rule: Flee3) -> Floats:
    capacity = case.capacity.astype(np.float64)
    if rule.as_flee:
        # the stock of day 0 is taken off, and counted again as present
        capacity[case.camps] -= np.where(capacity[case.camps] > 0, case.day0, 0)
    out: Floats = np.where(capacity >= 1, capacity * rule.capacity_scaling, -1.0)
    return out


def _decay(rule: Flee3, elapsed: Floats) -> Floats:
    if not rule.conflict_spawn_decay:
        return np.ones_like(elapsed)
    step = np.minimum(elapsed // rule.conflict_spawn_decay_interval, len(rule.conflict_spawn_decay) - 1)
    out: Floats = np.asarray(rule.conflict_spawn_decay)[np.maximum(step, 0).astype(np.int64)]
    return out


def _elapsed(what: PlaceDays, day: Ints) -> Floats:
    out: Floats = (day[:, None] - what.since).astype(np.float64)
    return out


def _scores(case: DisplacementCase, what: PlaceDays, rule: Flee3) -> Floats:
    """Return (day, place) attraction."""
    days = np.arange(case.days)
    score = np.where(case.country != case.country[0], rule.foreign_weight, 1.0)[None, :] * np.ones((case.days, 1))
    score = np.where(what.camp, score * rule.camp_weight, score)
    war = _decay(rule, _elapsed(what, days)) * what.intensity
    out: Floats = np.where(what.intensity > 0, score * rule.conflict_weight ** np.maximum(war, 0.0), score)
    return out


def _origins(what: PlaceDays, rule: Flee3) -> Floats:
    """Return (day, place) weight per resident. The decay lags a day, except on days of a new outbreak."""
    days = np.arange(what.since.shape[0])
    seen = np.where(what.outbreak, days, np.maximum(days - 1, 0))
    decay = _decay(rule, _elapsed(what, seen))
    out: Floats = np.where(what.intensity > 0, what.intensity * decay, 0.0)
    return out
