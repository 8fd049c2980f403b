"""What events, policies and conditions impose, day by day.

Precedence: condition `force`, policy `force`, choices of the sides, condition `set`, policy `set`, events. Up to
`as_of` only events rule; after it the regimes of `as_of` are held unless a policy, a condition or a choice changes
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corridor.engine.compile import Compiled
from corridor.engine.dated import dated_values
from corridor.engine.output import growing_days
from corridor.engine.rations import endless_rations, ration_days
from corridor.engine.triggers import Triggers
from corridor.engine.waiting import (
    Happened,
    Waiting,
    as_happened,
    day_of,
    number_of,
    settled,
    waiting_actions,
    waiting_events,
)
from corridor.scenario.model import Action, Output, Pipeline, Policy
from corridor.scenario.numbers import event_path
from corridor.scenario.traffic import Traffic
from corridor.tables.facts import EVENT_VALUES
from corridor.tables.folder import PARAMETERS, imposed, split_target
from corridor.tables.goods import WEEKDAYS

if TYPE_CHECKING:
    from corridor.engine.sides.compile import Play
    from corridor.rules.displacement.process import Calendar

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Schedule:
    """What is imposed on each day of a stretch of days (D days from `first`).

    Attributes
    ----------
    first : first civil day; first_day : its number since the scenario's start
    regime : (D, link) classes of traffic let pass
    damage : (D, link) share of capacity lost
    running : (D, pipeline) 1 on the days on which it sends
    rhythm : (D, pipeline) days whose load it sends: 1, or as a convoy so many on its days and 0 between them
    rate : (D, pipeline) t/day imposed, NaN where the drawn one holds
    coupon : (D, commodity) t/person/day handed out at most, infinity without coupons
    output : (D, commodity) multiplier on local output
    counted : (D, home) persons on the days on which people are counted there, NaN on the others
    release : (D, home) 1 on the days on which control is lost there
    growing, rationed : (D, row of outputs.csv, of rations.csv) 1 where the row holds
    forced : (D, link) 1 where a policy or a condition forces the regime, so that no choice changes it
    begins : (D, link) 1 where a set regime begins, which holds until a choice changes something there
    violence : (D, place) intensity, all places of the folder
    takes : (D, place) 1 where a camp takes people
    redirected : (D, link) 1 where everybody who leaves the link's `forced` end takes it
    by : array -> (D, its dimension) number of the dated value that each future draws, -1 where the certain one holds
    output_rows : rows of outputs.csv
    endless : (row of rations.csv,) 1 where it holds until supply is normal again
    output_of, ration_of : home (or all) and good, home, group and good of each row of outputs.csv, of rations.csv
    tables : number of a table with keys that a policy sets -> (D, home, its keys), NaN where it sets none
    numbers : array of a number that is imposed -> (D, its dimensions), NaN where the drawn one holds
    parameters : name of a parameter that is imposed -> (D,), NaN where the drawn one holds
    play : the sides under the policy, None where nobody chooses
    triggers : actions that begin on a day of their own in each future, None where all begin on fixed days
    calendar : the same for the rule of `movement`, None without a wider country
    """

    first: date
    first_day: int
    regime: Bytes
    damage: Floats
    running: Floats
    rhythm: Floats
    rate: Floats
    coupon: Floats
    output: Floats
    counted: Floats
    release: Bytes
    forced: Bytes
    begins: Bytes
    violence: Floats
    takes: Bytes
    redirected: Bytes
    growing: Bytes
    rationed: Bytes
    by: Mapping[str, Ints] = field(default_factory=dict)
    output_rows: tuple[Output, ...] = ()
    output_of: list[tuple[int | slice, int]] = field(default_factory=list)
    ration_of: list[tuple[int | slice, int, int]] = field(default_factory=list)
    endless: Bytes = field(default_factory=lambda: np.zeros(0, np.uint8))
    tables: Mapping[str, Floats] = field(default_factory=dict)
    numbers: Mapping[str, Floats] = field(default_factory=dict)
    parameters: Mapping[str, Floats] = field(default_factory=dict)
    play: Play | None = None
    triggers: Triggers[Schedule] | None = None
    calendar: Calendar | None = None

    @cached_property
    def changes(self) -> npt.NDArray[np.bool_]:
        """(D,) whether what is imposed differs from the day before; the first day always does."""
        out = np.ones(self.days, np.bool_)
        out[1:] = False
        given = (*self.numbers.values(), *self.tables.values(), *self.by.values())
        for rows in (*(getattr(self, name) for name in _IMPOSED), *given):
            same = (rows[1:] == rows[:-1]) | ((rows[1:] != rows[1:]) & (rows[:-1] != rows[:-1]))
            out[1:] |= ~same.all(axis=tuple(range(1, same.ndim)))
        return out

    def said(self, name: str, i: int) -> Floats | None:
        """Return (home, keys) what policies set of a table on day i; None where they set nothing of it."""
        return self.tables[name][i] if name in self.tables else None

    @cached_property
    def sealed(self) -> Bytes:
        """(D, link) 1 where a policy or a condition forces the link closed to people on their way out."""
        return np.asarray(self.forced & ((self.regime & Traffic.PEOPLE_OUT) == 0), np.uint8)

    @property
    def days(self) -> int:
        """How many days it covers."""
        return int(self.regime.shape[0])


def history(c: Compiled) -> Schedule:
    """Return the days from the start to `as_of`, both included: events rule.

    Events on a day that each future draws are not in it: `triggers` makes the schedules that have them.
    """

    def made(happened: Happened) -> Schedule:
        return _with_events(c, _blank(c, c.scenario.start, (c.scenario.as_of - c.scenario.start).days + 1), happened)

    days = number_of(c.scenario, c.scenario.as_of)
    return _waited(c, [one for one in waiting_events(c.scenario) if one.trigger.first <= days], made)


def future(c: Compiled, policy: Policy, condition: Policy) -> Schedule:
    """Return the days after `as_of`: what held at `as_of`, then conditions and policies by precedence.

    What begins, ends or happens on a day of its own in each future is not in it: `triggers` makes the schedules that
    have it.
    """

    def made(happened: Happened) -> Schedule:
        begun = (as_happened(c.scenario, one, happened, whose) for whose, one in both)
        return _future(c, happened, *begun)

    both = ("policy", policy), ("condition", condition)

    waiting, over = waiting_events(c.scenario), settled(c.scenario)
    waiting = [one for one in waiting if one.key not in over]
    for whose, source in both:
        waiting += waiting_actions(c.scenario, source, whose)
    return _waited(c, waiting, lambda happened: made({**over, **happened}))


def _waited(c: Compiled, waiting: list[Waiting], made: Callable[[Happened], Schedule]) -> Schedule:
    """Return the schedule in which nothing that waits has happened, with what makes the others."""
    if not waiting:
        return made({})

    def on(days: tuple[int, ...]) -> Schedule:
        return made({one.key: day for one, day in zip(waiting, days, strict=True) if day})

    food = np.array([good.kcal_per_tonne if good.kind == "food" else 0.0 for good in c.scenario.commodities])
    rows = {one.key: row for row, one in enumerate(waiting)}
    return replace(made({}), triggers=Triggers(tuple(one.trigger for one in waiting), on, food, c.commodities, rows))


def _future(c: Compiled, happened: Happened, policy: Policy, condition: Policy) -> Schedule:
    scenario = c.scenario
    days = (scenario.as_of - scenario.start).days + 1
    held = _with_events(c, _blank(c, scenario.start, days + scenario.horizon), happened)
    cut = replace(
        held,
        first=scenario.as_of + timedelta(days=1),
        first_day=days,
        endless=endless_rations(scenario.rations, scenario.as_of),
        by={name: numbers[days:].copy() for name, numbers in held.by.items()},
        **{name: getattr(held, name)[days:].copy() for name in _ARRAYS},
        numbers={name: array[days:].copy() for name, array in held.numbers.items()},
    )
    for source, verbs in ((policy, _SOFT), (condition, _SOFT), (policy, _HARD), (condition, _HARD)):
        cut = _impose(c, cut, (action for action in source.actions if action.do in verbs))
    return cut


_ARRAYS = (
    "regime", "damage", "running", "rhythm", "rate", "coupon", "output", "counted", "release", "forced", "begins",
    "violence", "takes", "redirected", "growing", "rationed",
)  # fmt: skip
_IMPOSED = (
    "regime", "sealed", "damage", "running", "rhythm", "rate", "coupon", "output", "counted", "release", "growing",
    "rationed",
)  # fmt: skip
_SOFT, _HARD = ("set",), ("add", "remove", "force")


def _blank(c: Compiled, first: date, days: int) -> Schedule:
    links, pipes, commodities = len(c.links), len(c.pipelines), len(c.commodities)
    running = np.zeros((days, pipes))
    for i, pipe in enumerate(c.scenario.pipelines):
        if not pipe.dormant:
            begin = 0 if pipe.starts is None else max(0, (pipe.starts - first).days)
            end = days if pipe.ends is None else max(0, (pipe.ends - first).days + 1)
            running[begin:end, i] = 1.0
    rhythm = [rhythm_of(pipe, first, days, pipe.starts or c.scenario.start) for pipe in c.scenario.pipelines]
    return Schedule(
        first=first,
        first_day=(first - c.scenario.start).days,
        regime=np.repeat(np.array([[k.regime for k in c.scenario.links]], np.uint8), days, axis=0),
        damage=np.zeros((days, links)),
        running=running,
        rhythm=np.array(rhythm, np.float64).reshape(pipes, days).T.copy(),
        rate=np.full((days, pipes), np.nan),
        coupon=np.full((days, commodities), np.inf),
        output=np.ones((days, commodities)),
        counted=np.full((days, len(c.homes)), np.nan),
        release=np.zeros((days, len(c.homes)), np.uint8),
        forced=np.zeros((days, links), np.uint8),
        begins=np.zeros((days, links), np.uint8),
        violence=np.zeros((days, len(c.places))),
        takes=np.ones((days, len(c.places)), np.uint8),
        redirected=np.ones((days, links), np.uint8),
        growing=growing_days(c.scenario.outputs, first, days),
        by={
            "damage": np.full((days, links), -1),
            "rate": np.full((days, pipes), -1),
            "coupon": np.full((days, commodities), -1),
            "output": np.full((days, commodities), -1),
            "tonnes": np.full((days, links), -1),
            "counted": np.full((days, len(c.homes)), -1),
        },
        output_rows=c.scenario.outputs,
        output_of=[(_at(row.place, c.homes), c.commodities.index(row.commodity)) for row in c.scenario.outputs],
        rationed=ration_days(c.scenario.rations, first, days),
        ration_of=[
            (_at(row.place, c.homes), c.groups.index(row.group), c.members("ration").index(row.commodity))
            for row in c.scenario.rations
        ],
        endless=np.zeros(len(c.scenario.rations), np.uint8),
    )


_EVENTS = {
    "regime": "regime", "damage": "damage", "pipeline": "rate", "coupon": "coupon", "output": "output",
    "violence": "violence", "camp": "takes", "forced": "redirected", "population": "counted",
}  # fmt: skip
"""Kind of an event -> the array that it writes; a note writes nothing."""
_EVENT_NUMBERS = {"hours": "links.hours_per_day"}
"""Kind of an event -> the drawn number that it replaces."""


def rhythm_of(pipe: Pipeline, first: date, days: int, since: date) -> Floats:
    """Return (D,) how many days' load a pipeline sends on each day; convoys are counted from `since` on."""
    number = np.arange(days) + (first - since).days
    if pipe.weekday:
        weekday = (np.arange(days) + first.weekday()) % 7
        return np.where(weekday == WEEKDAYS.index(pipe.weekday), 7.0, 0.0)
    every = int(pipe.every or 1)
    return np.where(number % every == 0, float(every), 0.0)


def _with_events(c: Compiled, schedule: Schedule, happened: Happened) -> Schedule:
    """Write the events into a schedule; happened : the days of those whose day is drawn, the others wait."""
    dated = dated_values(c.scenario)
    numbers = {told.path: number for number, value in enumerate(dated) for told in value.told}
    paths = {event_path(event) for event in c.scenario.events}
    for number, value in enumerate(dated):
        if value.told[0].path in paths:
            continue  # of an event: written below, on the day on which it happens
        day = max(0, (value.date - schedule.first).days)
        among = c.homes if value.array == "counted" else getattr(c, value.table)
        column = among.index(value.target)
        schedule.by[value.array][_since(value.array, day), column] = number
        if value.table == "pipelines":
            _begin(schedule, day, column)
    given: dict[str, Floats] = {}
    of = {id(event): day_of(c.scenario, event, happened) for event in c.scenario.events}
    for event in sorted((e for e in c.scenario.events if of[id(e)]), key=lambda event: of[id(event)] or event.date):
        happens = of[id(event)] or event.date
        if event.kind in _EVENTS:
            (table,) = EVENT_VALUES[event.kind].refers
            array = _EVENTS[event.kind]
            day = max(0, (happens - schedule.first).days)
            column = c.homes.index(event.target) if array == "counted" else getattr(c, table).index(event.target)
            getattr(schedule, array)[_since(array, day), column] = event.value
            if array in schedule.by:
                schedule.by[array][_since(array, day), column] = numbers.get(event_path(event), -1)
            if event.kind == "pipeline":
                _begin(schedule, day, column)
        elif event.kind in _EVENT_NUMBERS:
            (table,) = EVENT_VALUES[event.kind].refers
            among, day = getattr(c, table), max(0, (happens - schedule.first).days)
            row = given.setdefault(_EVENT_NUMBERS[event.kind], np.full((schedule.days, len(among)), np.nan))
            row[day:, among.index(event.target)] = event.value
    return replace(schedule, numbers=given)


def _since(array: str, day: int) -> slice:
    """Return the days on which a value holds that is told for a day: people are counted once, the rest goes on."""
    return slice(day, day + 1 if array == "counted" else None)


def _begin(schedule: Schedule, day: int, pipe: int) -> None:
    """Let a pipeline send from a day on where it did not: what is said to send, sends, whatever its own days are."""
    if day < schedule.days and not schedule.running[day, pipe]:
        schedule.running[day:, pipe] = 1.0


def _at(name: str, ids: tuple[str, ...]) -> int | slice:
    """Return where an id stands along its dimension; `*` is all of it."""
    return slice(None) if name == "*" else ids.index(name)


def _impose(c: Compiled, schedule: Schedule, actions: Iterable[Action]) -> Schedule:
    parameters, numbers, tables = dict(schedule.parameters), dict(schedule.numbers), dict(schedule.tables)
    for action in actions:
        if action.holds_option:
            continue  # of the sides: `engine/sides/held.py`
        begin = max(0, (action.starts - schedule.first).days)
        end = schedule.days if action.ends is None else max(0, (action.ends - schedule.first).days + 1)
        days = slice(begin, end)
        table, id_, part = split_target(action.target)
        value = float(action.value or 0.0)
        if table == PARAMETERS:
            parameters.setdefault(id_, np.full(schedule.days, np.nan))[days] = value
        elif part == "regime":
            column = c.links.index(id_)
            schedule.regime[days, column] = int(value)
            if action.do == "force":
                schedule.forced[days, column] = 1
            else:
                schedule.begins[begin : begin + 1, column] = 1
        elif table == "pipelines":
            column = c.pipelines.index(id_)
            schedule.running[days, column] = 0.0 if action.do == "remove" else 1.0
            if action.do == "add":
                pipe = c.scenario.pipelines[column]
                schedule.rhythm[days, column] = rhythm_of(pipe, schedule.first, schedule.days, action.starts)[days]
            if part:
                schedule.rate[days, column] = value
                schedule.by["rate"][days, column] = -1
        elif part == "open":
            schedule.takes[days, c.places.index(id_)] = int(value)
        elif part == "population":
            schedule.counted[begin : begin + 1, c.homes.index(id_)] = value
            schedule.by["counted"][begin : begin + 1, c.homes.index(id_)] = -1
        elif part == "release":
            schedule.release[begin : begin + 1, _at(id_, c.homes)] = 1
        else:
            row = imposed(table, part)
            assert row is not None, "a checked action names a field that may be imposed"
            among = [c.members(dim) for dim in row.dims]
            array = (tables if row.keys else numbers).setdefault(
                row.array, np.full((schedule.days, *map(len, among)), np.nan)
            )
            names = (id_, *part.split(".")) if row.keys else (id_,)
            if row.array == "links.tonnes_per_day":
                schedule.by["tonnes"][days, among[0].index(id_)] = -1
            array[(days, *(_at(name, ids) for name, ids in zip(names, among, strict=True)))] = value
    return replace(schedule, numbers=numbers, tables=tables, parameters=parameters)
