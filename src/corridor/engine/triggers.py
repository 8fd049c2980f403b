"""What begins or ends on a day of its own in each future: when a threshold is passed, or on a day drawn from a range.

In every future the policy is the one in which actions, and events, have that future's own days, no more: for each set
of days that occurs there is one schedule, made when it is first needed. Thresholds are looked at in the morning, on
what the evening before has left. Days are numbered from the start of the scenario, which is day 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from corridor.kernels.sobol import stratified
from corridor.rules.base import Floats, State, Today
from corridor.scenario.trigger import NOT_TAKEN, Threshold

Ints = npt.NDArray[np.int64]
Schedule = TypeVar("Schedule")
Key = tuple[str, str, int]
"""`event`, its path, 0; `from` or `until`, `policy` or `condition`, number of the action there."""
Days = tuple[int, ...]
"""Number of the day on which each has happened; 0 where it has not."""


@dataclass(frozen=True)
class Trigger:
    """When one action begins or ends, or one event happens.

    Attributes
    ----------
    first, last : numbers of the days between which it may happen
    threshold : what must hold; None where the day is drawn from first to last
    path : under which the day is drawn
    after : what must have happened `threshold.days` ago; None where nothing must
    chance, kept : of happening at all, and under which that is drawn
    lasts : whether it holds only as long as the threshold does
    """

    first: int
    last: int
    threshold: Threshold | None
    path: str
    after: Key | None = None
    chance: float = 1.0
    kept: str = ""
    lasts: bool = False


@dataclass(frozen=True)
class Triggers(Generic[Schedule]):
    """What in a schedule waits.

    Attributes
    ----------
    waiting : of each
    made : days -> the schedule in which it happens on them
    food : (commodity,) kcal/t of food, 0 for other goods
    commodities : names in order
    rows : key of what waits -> its number in `waiting`
    cache : schedules made so far
    """

    waiting: tuple[Trigger, ...]
    made: Callable[[Days], Schedule]
    food: Floats
    commodities: tuple[str, ...]
    rows: Mapping[Key, int] = field(default_factory=dict)
    cache: dict[Days, Schedule] = field(default_factory=dict)

    def of(self, days: Days) -> Schedule:
        """Return the schedule in which everything happens on these days."""
        if days not in self.cache:
            self.cache[days] = self.made(days)
        return self.cache[days]

    @property
    def all(self) -> Schedule:
        """Return a schedule in which everything happens, for the names of the numbers that it changes."""
        return self.of(tuple(one.first for one in self.waiting))


def begin(triggers: Triggers[Any], state: State, futures: int) -> None:
    """Put all where nothing has happened: `started` (one, future) its day, `kept` days a threshold has held."""
    state["started"] = np.zeros((len(triggers.waiting), futures), np.int64)
    state["kept"] = np.zeros((len(triggers.waiting), futures), np.int64)


def look(
    triggers: Triggers[Any], state: State, p: dict[str, Floats], today: Today, holds_in: Holds | None = None
) -> list[Group]:
    """Return the days on which all has happened by this morning, and the futures that have them.

    holds_in : name of an option or a feature of the sides -> (future,) where it holds
    """
    day, before = today.day + 1, state["started"].copy()
    for k, one in enumerate(triggers.waiting):
        started = state["started"][k]
        if one.threshold is None:
            days = drawn_day(one, today.seed, today.futures)
            now = day >= days
        else:
            days = np.full(started.size, day)
            now = _now(k, one, triggers, state, p, day, holds_in)
        if one.chance < 1.0:
            now = now & (stratified(one.kept, today.seed, today.futures) < one.chance)
        going = started if not one.lasts else np.where(now, started, 0)
        started[:] = np.where((going == 0) & now, days, going)
    patterns, which = np.unique(state["started"], axis=1, return_inverse=True)
    which, anew = which.reshape(-1), (state["started"] != before).any(axis=0)
    groups = [(patterns[:, n], np.flatnonzero(which == n)) for n in range(patterns.shape[1])]
    return [Group(tuple(int(d) for d in days), some, bool(anew[some].any())) for days, some in groups]


class Group(NamedTuple):
    """Futures in which the same has happened: on which days, which futures, and whether something did this morning."""

    days: Days
    futures: npt.NDArray[np.intp]
    anew: bool


Holds = Callable[[str], npt.NDArray[np.bool_]]


def _now(
    k: int, one: Trigger, triggers: Triggers[Any], state: State, p: dict[str, Floats], day: int, holds_in: Holds | None
) -> npt.NDArray[np.bool_]:
    """Return (future,) whether what an action waits for has come about by this morning."""
    assert one.threshold is not None
    inside = one.first <= day <= one.last
    if one.after is not None:
        earlier = state["started"][triggers.rows[one.after]]
        return np.asarray((earlier > 0) & (day >= earlier + one.threshold.days) & inside)
    if one.threshold.taken:
        assert holds_in is not None, "only a policy of the sides waits for them"
        holds = holds_in(one.threshold.taken)
        holds = ~holds if one.threshold.what.startswith(NOT_TAKEN) else holds
    else:
        holds = _holds(one.threshold, triggers, state, p)
    state["kept"][k] = np.where(holds, state["kept"][k] + 1, 0)
    return np.asarray((state["kept"][k] >= one.threshold.days) & inside)


def drawn_day(one: Trigger, seed: int, futures: npt.NDArray[np.uint32]) -> Ints:
    """Return (future,) the number of the day that each future draws, evenly over the range."""
    share = stratified(one.path, seed, futures)
    return np.minimum(one.first + np.floor(share * (one.last - one.first + 1)).astype(np.int64), one.last)


def _holds(threshold: Threshold, triggers: Triggers[Any], state: State, p: dict[str, Floats]) -> npt.NDArray[np.bool_]:
    value = measure(threshold.what, triggers, state, p)
    return np.asarray(value < threshold.value if threshold.sign == "<" else value > threshold.value)


def measure(what: str, triggers: Triggers[Any], state: State, p: dict[str, Floats]) -> Floats:
    """Return (future,) what a threshold is about, as it stood in the evening.

    cover.food : days that the energy of all food inside lasts; cover.<good> : days that one good lasts at normal use;
    intake : share of the energy needed that was eaten, mean over people; gone : share of the people who have left
    """
    people, began = state["people"].astype(np.float64), state["people_start"].astype(np.float64)
    present = people.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        if what == "gone":
            return np.asarray(np.where(began.sum(axis=0) > 0, 1.0 - present / began.sum(axis=0), 0.0))
        if what == "intake":
            eaten = (state["intake"] * people).sum(axis=0) / (present * p["intake.requirement"])
            return np.asarray(np.where(present > 0, eaten, 1.0))
        stock, good = state["stock"].sum(axis=0), what.removeprefix("cover.")
        if good == "food":
            held, used = triggers.food @ stock, present * p["intake.requirement"]
        else:
            k = triggers.commodities.index(good)
            held, used = stock[k], present * p["need"][k]
        return np.asarray(np.where(used > 0, held / used, np.inf))
