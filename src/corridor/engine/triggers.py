"""Actions that begin on a day of their own in each future: when a threshold is passed, or on a day drawn from a range.

In every future the policy is the one in which these actions have that future's own first days, no more: for each set of
first days that occurs there is one schedule of days, made when it is first needed. Thresholds are looked at in the
morning, on what the evening before has left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from corridor.kernels.sobol import stratified
from corridor.rules.base import Floats, State
from corridor.scenario.trigger import Threshold

Ints = npt.NDArray[np.int64]
Schedule = TypeVar("Schedule")
Days = tuple[int, ...]
"""First day of each action, days after as_of; 0 where it has not begun."""


@dataclass(frozen=True)
class Trigger:
    """When one action begins.

    Attributes
    ----------
    first, last : days after as_of between which it may begin
    threshold : what must hold; None where the day is drawn from first to last
    path : under which the day is drawn
    """

    first: int
    last: int
    threshold: Threshold | None
    path: str


@dataclass(frozen=True)
class Triggers(Generic[Schedule]):
    """The actions of a schedule that wait.

    Attributes
    ----------
    waiting : of each action
    made : first days -> the schedule in which the actions have them
    food : (commodity,) kcal/t of food, 0 for other goods
    commodities : names in order
    cache : schedules made so far
    """

    waiting: tuple[Trigger, ...]
    made: Callable[[Days], Schedule]
    food: Floats
    commodities: tuple[str, ...]
    cache: dict[Days, Schedule] = field(default_factory=dict)

    def of(self, days: Days) -> Schedule:
        """Return the schedule in which the actions begin on these days."""
        if days not in self.cache:
            self.cache[days] = self.made(days)
        return self.cache[days]

    @property
    def all(self) -> Schedule:
        """Return a schedule in which every action begins, for the names of the numbers that it changes."""
        return self.of(tuple(one.first for one in self.waiting))


def begin(triggers: Triggers[Any], state: State, futures: int) -> None:
    """Put the actions where none has begun: `started` (action, future) first day, `kept` days a threshold has held."""
    state["started"] = np.zeros((len(triggers.waiting), futures), np.int64)
    state["kept"] = np.zeros((len(triggers.waiting), futures), np.int64)


def look(
    triggers: Triggers[Any], state: State, p: dict[str, Floats], i: int, seed: int, futures: npt.NDArray[np.uint32]
) -> list[tuple[Days, npt.NDArray[np.intp]]]:
    """Return first days and the futures that have them on the morning of day i (0 is the day after as_of)."""
    day = i + 1
    for k, one in enumerate(triggers.waiting):
        started = state["started"][k]
        if one.threshold is None:
            drawn = one.first + np.floor(stratified(one.path, seed, futures) * (one.last - one.first + 1))
            now = day >= np.minimum(drawn, one.last)
        else:
            holds = _holds(one.threshold, triggers, state, p)
            state["kept"][k] = np.where(holds, state["kept"][k] + 1, 0)
            now = (state["kept"][k] >= one.threshold.days) & (one.first <= day <= one.last)
        started[:] = np.where((started == 0) & now, day, started)
    patterns, which = np.unique(state["started"], axis=1, return_inverse=True)
    which = which.reshape(-1)
    return [(tuple(int(d) for d in patterns[:, n]), np.flatnonzero(which == n)) for n in range(patterns.shape[1])]


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
