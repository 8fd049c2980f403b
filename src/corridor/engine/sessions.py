"""A case in memory: compiled once, its history played once, levers played from the state at as_of; no disk.

    warm = session(case, futures=300)
    base = warm.play("status_quo")
    more = warm.play("status_quo", actions=[Action(do="set", target="links.gate.regime", value=31, starts=day)])

What changes history (`changed`) is another session; both keep their state, so that going back costs nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from corridor.engine import displacement
from corridor.engine.compile import Compiled, Draws, compile_scenario, draw_inputs
from corridor.engine.day import Arrays, blank, once_of, play, snapshot, start_state
from corridor.engine.design import design, known
from corridor.engine.plan import Schedule, future, history
from corridor.engine.population import Population
from corridor.engine.store.layout import HISTORY, Layout, layout_of, with_lever
from corridor.engine.store.open import dataset_of
from corridor.results.read import carried
from corridor.rules.base import State
from corridor.scenario.model import Action, Policy, Scenario
from corridor.tables.variable import BY_NAME, Variable

BATCH = 75
"""futures played together at most; batches are as many as keep every thread at work"""
ROOM = 4
"""changed scenarios whose history a session keeps; the oldest goes first"""
RECORD = ("people", "intake", "below_requirement", "stock", "gam", "deaths_expected", "arrivals")
Stop = Callable[[], bool]
"""says whether a play is no longer wanted"""
T = TypeVar("T")
R = TypeVar("R")


class Stopped(Exception):  # noqa: N818 (no error: somebody said stop)
    """A play that is no longer wanted ended on the morning of a day."""


class Batch(NamedTuple):
    """Some futures at as_of: their numbers, draws, state at the end of history, and what was recorded of it."""

    numbers: npt.NDArray[np.uint32]
    draws: Draws
    state: State
    past: Arrays


@dataclass(eq=False)
class Session:
    """Futures of a case that wait at as_of for a lever; made by `session`.

    Attributes
    ----------
    scenario : what was compiled
    variables : what is kept of each day
    seed, futures, threads : as in `run`
    """

    scenario: Scenario
    variables: tuple[Variable, ...]
    seed: int
    futures: int
    threads: int
    given: pd.DataFrame | None = field(repr=False)
    population: Population | None = field(repr=False)
    compiled: Compiled = field(repr=False)
    past: Schedule = field(repr=False)
    parts: list[npt.NDArray[np.uint32]] = field(repr=False, default_factory=list)
    begun: dict[int, Batch] = field(repr=False, default_factory=dict)
    others: dict[str, Session] = field(repr=False, default_factory=dict)
    columns: Layout | None = field(repr=False, default=None)
    recorded: Arrays | None = field(repr=False, default=None)

    def play(
        self, policy: str | Policy, condition: str | Policy | None = None, actions: Sequence[Action] = (),
        stop: Stop | None = None,
    ) -> xr.Dataset:  # fmt: skip
        """Play one lever from as_of and return its results.

        Parameters
        ----------
        policy, condition : ids of the case, or policies; its first condition where None
        actions : done besides those of the policy; among those of one precedence the last word holds
        stop : asked before each day; where it says yes, the play ends as `Stopped`

        Returns
        -------
        Dataset as `run` returns it, with one policy and one condition, of the variables that are kept.

        Raises
        ------
        InputError : no policy or condition of that name
        Stopped : `stop` said so
        """
        chosen = _one(self.scenario.policies, policy, "policy")
        under = _one(self.scenario.conditions, condition or self.scenario.conditions[0], "condition")
        chosen = chosen.model_copy(update={"actions": (*chosen.actions, *actions)})
        past, ahead = self.past, future(self.compiled, chosen, under)
        batches = self.begin(stop)
        if self.compiled.camps:
            # which roads ever close decides how the state of the displaced is laid out, so their history is played anew
            past, [[ahead]] = displacement.with_calendars(self.scenario, past, [[ahead]])
            batches = [self._begin(batch.numbers, (past, ahead), stop) for batch in batches]
        out = blank(self.variables, self.compiled, (1, 1), ahead.days, self.futures)

        def one(item: tuple[slice, Batch]) -> Arrays:
            part, batch = item
            state, p = snapshot(batch.state), dict(batch.draws.numbers)
            own = {name: array[0, 0, ..., part] for name, array in out.items()}
            play(self.compiled, p, state, ahead, self.seed, batch.numbers, own, partial(_go_on, stop))
            return once_of(self.compiled, batch.draws, batch.state, state)

        parts = _each(one, list(zip(_slices(batches), batches, strict=True)), self.threads)
        played = self.scenario.model_copy(
            update={
                "policies": _with(self.scenario.policies, chosen), "conditions": _with(self.scenario.conditions, under)
            }
        )  # fmt: skip
        layout = with_lever(self._layout(), played, chosen.id, under.id)
        carried(layout.about["scenario"], played)
        arrays = {name: np.moveaxis(array, -1, 2) for name, array in out.items()} | self._known(batches)
        arrays |= _joined(parts, layout)
        return dataset_of(layout, arrays)

    def _layout(self) -> Layout:
        """Return what results hold under any lever: made once."""
        if self.columns is None:
            first = (self.scenario.policies[0].id,), (self.scenario.conditions[0].id,)
            numbers = self.futures, 0, self.seed
            self.columns = layout_of(self.compiled, self.variables, *first, *numbers, self.population)
        return self.columns

    def _known(self, batches: list[Batch]) -> Arrays:
        """Return what is recorded of history, which no lever changes: put together once where it is played once."""
        if self.recorded is None or self.compiled.camps:
            past = [{f"{HISTORY}/{name}": array for name, array in batch.past.items()} for batch in batches]
            self.recorded = _joined(past, self._layout())
        return self.recorded

    def changed(self, scenario: Scenario, stop: Stop | None = None) -> Session:
        """Return a session of a changed scenario with the same futures: played once, then kept for a while."""
        if scenario.hash == self.scenario.hash:
            return self
        found = self.others.pop(scenario.hash, None)
        if found is None:
            names = tuple(variable.name for variable in self.variables)
            found = session(
                scenario, futures=self.population or self.futures, seed=self.seed, record=names, inputs=self.given,
                threads=self.threads, wait=True,
            )  # fmt: skip
        self.others[scenario.hash] = found
        while len(self.others) > ROOM:
            del self.others[next(iter(self.others))]
        found.begin(stop)
        return found

    def begin(self, stop: Stop | None = None) -> list[Batch]:
        """Play what is left of history and return its batches; what was played before a stop is kept."""

        def begun(item: tuple[int, npt.NDArray[np.uint32]]) -> None:
            i, part = item
            empty = Batch(part, Draws({}, np.empty((0, 0))), {}, {})
            self.begun[i] = empty if self.compiled.camps else self._begin(part, (self.past,), stop)

        _each(begun, [(i, part) for i, part in enumerate(self.parts) if i not in self.begun], self.threads)
        return [self.begun[i] for i in range(len(self.parts))]

    def _begin(
        self, numbers: npt.NDArray[np.uint32], schedules: tuple[Schedule, ...], stop: Stop | None
    ) -> Batch:  # fmt: skip
        """Play the history of some futures; schedules : history, then what may be played after it."""
        draws = draw_inputs(self.compiled, self.seed, numbers)
        p = dict(draws.numbers)
        state = start_state(self.compiled, p, schedules)
        then = blank(tuple(v for v in self.variables if v.past), self.compiled, (), schedules[0].days, numbers.size)
        play(self.compiled, p, state, schedules[0], self.seed, numbers, then, partial(_go_on, stop))
        return Batch(numbers, draws, state, {name: np.moveaxis(array, -1, 0) for name, array in then.items()})


def session(
    scenario: Scenario,
    *,
    futures: int | Population = 300,
    seed: int = 1,
    record: Iterable[str] = RECORD,
    inputs: pd.DataFrame | None = None,
    threads: int = 1,
    stop: Stop | None = None,
    wait: bool = False,
) -> Session:
    """Compile a case, play its history, and return what plays levers from there.

    Parameters
    ----------
    scenario : as one variant sees it
    futures : how many, or which, chosen by address; no design matrix goes with chosen ones
    seed : as in `run`: the same futures of the same seed give the same numbers
    record : names of the variables that are kept; those that the case does not have are left out
    inputs : a design matrix, one row a future, one column a path of an input ("links.pass.kmh"); what it does not
        name is drawn
    threads : worker threads
    stop : asked before each day; where it says yes, the play ends as `Stopped`
    wait : leave history unplayed until it is needed

    Raises
    ------
    InputError : unknown variable, or a column that is no input
    Stopped : `stop` said so
    """
    compiled = compile_scenario(scenario)
    names = dict.fromkeys(record)
    known(names, BY_NAME, "--record", "variable")
    variables = tuple(BY_NAME[n] for n in names if (scenario.camps if BY_NAME[n].wider else scenario.homes))
    chosen, count = (None, futures) if isinstance(futures, int) else (futures, int(futures.address.size))
    if inputs is not None:
        chosen, compiled, count = None, replace(compiled, given=design(inputs, compiled)), len(inputs)
    made = Session(scenario, variables, seed, count, threads, inputs, chosen, compiled, history(compiled))
    numbers = np.arange(count, dtype=np.uint32) if chosen is None else chosen.address
    rounds = -(-count // (BATCH * max(1, threads)))
    made.parts += np.array_split(numbers, min(count, rounds * max(1, threads)))
    if not wait:
        made.begin(stop)
    return made


def _slices(batches: Sequence[Batch]) -> list[slice]:
    """Return where the futures of each batch stand among all."""
    ends = np.cumsum([0, *(batch.numbers.size for batch in batches)])
    return [slice(int(first), int(end)) for first, end in itertools.pairwise(ends)]


def _joined(parts: Sequence[Arrays], layout: Layout) -> Arrays:
    """Return the arrays of all batches, one after the other along the futures."""
    axis = {name: layout.columns[name].dims.index("future") for name in parts[0]}
    return {name: np.concatenate([part[name] for part in parts], axis=axis[name]) for name in parts[0]}


def _go_on(stop: Stop | None) -> None:
    if stop is not None and stop():
        raise Stopped


def _one(policies: tuple[Policy, ...], wanted: str | Policy, word: str) -> Policy:
    if isinstance(wanted, Policy):
        return wanted
    by_id = {policy.id: policy for policy in policies}
    known([wanted], by_id, f"--{word}", word)
    return by_id[wanted]


def _with(policies: tuple[Policy, ...], one: Policy) -> tuple[Policy, ...]:
    """Return policies with one of them as it was played, so that results say what was done."""
    found = tuple(one if policy.id == one.id else policy for policy in policies)
    return found if one in found else (*found, one)


def _each(function: Callable[[T], R], items: Sequence[T], threads: int) -> list[R]:
    """Return the function of each item, in order, on so many threads."""
    if threads <= 1 or len(items) <= 1:
        return [function(item) for item in items]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, items))
