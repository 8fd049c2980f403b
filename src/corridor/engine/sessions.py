"""A case in memory: compiled once, its history played once, levers played from the state at as_of; no disk.

    warm = session(case, futures=300)
    base = warm.play("status_quo")
    more = warm.play("status_quo", actions=[Action(do="set", target="links.gate.regime", value=31, starts=day)])

What changes history (`changed`) is another session; both keep their state, so that going back costs nothing.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeVar

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
from corridor.engine.workers import Worker, unwanted
from corridor.results.read import carried
from corridor.rules.base import State
from corridor.scenario.model import Action, Policy, Scenario
from corridor.tables.variable import BY_NAME, Variable

BATCH = 150
"""futures played together at most; batches are as many as keep every thread at work"""
MOST_ELSEWHERE = 12
"""sessions that a process beside this one keeps; the oldest goes first"""
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
    """Some futures at as_of: their numbers, draws, state at the end of history, and what was recorded of it.

    Where another process plays them, draws and state are there.
    """

    numbers: npt.NDArray[np.uint32]
    draws: Draws
    state: State
    past: Arrays


class Part(NamedTuple):
    """One lever in some futures.

    Attributes
    ----------
    out : what is recorded of each day after as_of, name -> (1, 1, day, *dims, future)
    once : what is drawn or happens once, as `once_of` has it
    past : what is recorded of history
    """

    out: Arrays
    once: Arrays
    past: Arrays


@dataclass(eq=False)
class Session:
    """Futures of a case that wait at as_of for a lever; made by `session`.

    Attributes
    ----------
    scenario : what was compiled
    variables : what is kept of each day
    seed, futures, threads : as in `run`
    workers : processes beside this one, of which each plays its share of the batches
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
    workers: tuple[Worker, ...] = field(repr=False, default=())
    made: bytes = field(repr=False, default=b"")
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
        batches = self.begin(stop)
        found: dict[int, Part] = {}
        here, there = partial(self.part, policy=chosen, condition=under), partial(_part, policy=chosen, condition=under)
        self._shared(range(len(batches)), found, here, there, stop)
        parts = [found[i] for i in range(len(batches))]
        if self.compiled.camps:
            batches = [batch._replace(past=part.past) for batch, part in zip(batches, parts, strict=True)]
        played = self.scenario.model_copy(
            update={
                "policies": _with(self.scenario.policies, chosen), "conditions": _with(self.scenario.conditions, under)
            }
        )  # fmt: skip
        layout = with_lever(self._layout(), played, chosen.id, under.id)
        carried(layout.about["scenario"], played)
        out = {name: np.concatenate([part.out[name] for part in parts], axis=-1) for name in parts[0].out}
        arrays = {name: np.moveaxis(array, -1, 2) for name, array in out.items()} | self._known(batches)
        arrays |= _joined([part.once for part in parts], layout)
        return dataset_of(layout, arrays)

    def part(self, i: int, stop: Stop | None, *, policy: Policy, condition: Policy) -> Part:
        """Play one lever in one batch here."""
        past, ahead = self.past, future(self.compiled, policy, condition)
        if self.compiled.camps:
            # which roads ever close decides how the state of the displaced is laid out, so their history is played anew
            past, [[ahead]] = displacement.with_calendars(self.scenario, past, [[ahead]])
            batch = self._begin(self.parts[i], (past, ahead), stop)
        else:
            batch = self.batch(i, stop)
        out = blank(self.variables, self.compiled, (1, 1), ahead.days, batch.numbers.size)
        state, p = snapshot(batch.state), dict(batch.draws.numbers)
        own = {name: array[0, 0] for name, array in out.items()}
        play(self.compiled, p, state, ahead, self.seed, batch.numbers, own, partial(_go_on, stop))
        return Part(out, once_of(self.compiled, batch.draws, batch.state, state), batch.past)

    def batch(self, i: int, stop: Stop | None = None) -> Batch:
        """Return one batch at as_of, its history played here; once, then from memory."""
        if i not in self.begun:
            self.begun[i] = self._begin(self.parts[i], (self.past,), stop)
        return self.begun[i]

    def _shared(
        self, which: Sequence[int], found: dict[int, R], here: Callable[[int, Stop | None], R],
        there: Callable[[Session, int, Stop | None], R], stop: Stop | None,
    ) -> None:  # fmt: skip
        """Write what is made of each batch: on threads here, or here and in each process beside this one its share.

        here, there : the same, of this session and of its like in another process; `there` goes there pickled
        """
        lanes = 1 + len(self.workers)

        def lane(one: int) -> None:
            for i in which:
                if i % lanes == one:
                    found[i] = (
                        self.workers[one - 1].do(partial(_there, self.made, there, i), stop) if one else here(i, stop)
                    )

        def alone(i: int) -> None:
            found[i] = here(i, stop)

        if self.workers:
            _each(lane, range(lanes), lanes)
        else:
            _each(alone, which, self.threads)

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
            ).beside(self.workers)  # fmt: skip
        self.others[scenario.hash] = found
        while len(self.others) > ROOM:
            del self.others[next(iter(self.others))]
        found.begin(stop)
        return found

    def beside(self, workers: tuple[Worker, ...]) -> Session:
        """Let processes play their share beside this one instead of threads; return the session, unplayed."""
        if workers:
            self.workers, self.threads = workers, 1 + len(workers)
            self.parts, self.begun = _parts(np.concatenate(self.parts), self.threads), {}
            names = tuple(variable.name for variable in self.variables)
            about: dict[str, Any] = {
                "scenario": self.scenario,
                "futures": self.population or self.futures,
                "seed": self.seed,
            }
            about |= {"record": names, "inputs": self.given, "threads": self.threads}
            self.made = pickle.dumps(about, pickle.HIGHEST_PROTOCOL)
        return self

    def begin(self, stop: Stop | None = None) -> list[Batch]:
        """Play what is left of history and return its batches; what was played before a stop is kept."""
        if self.compiled.camps:
            return [Batch(part, Draws({}, np.empty((0, 0))), {}, {}) for part in self.parts]
        left = [i for i in range(len(self.parts)) if i not in self.begun]
        self._shared(left, self.begun, self.batch, _past, stop)
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
    made.parts += _parts(np.arange(count, dtype=np.uint32) if chosen is None else chosen.address, threads)
    if not wait:
        made.begin(stop)
    return made


@lru_cache(maxsize=MOST_ELSEWHERE)
def _like(made: bytes) -> Session:
    """Return the session that another process told of, in this one; played as far as it was asked for."""
    return session(**pickle.loads(made), wait=True)


def _there(made: bytes, there: Callable[[Session, int, Stop | None], R], i: int) -> R:
    return there(_like(made), i, unwanted)


def _part(like: Session, i: int, stop: Stop | None, *, policy: Policy, condition: Policy) -> Part:
    part = like.part(i, stop, policy=policy, condition=condition)
    return part if like.compiled.camps else part._replace(past={})


def _past(like: Session, i: int, stop: Stop | None) -> Batch:
    return Batch(like.parts[i], Draws({}, np.empty((0, 0))), {}, like.batch(i, stop).past)


def _parts(numbers: npt.NDArray[np.uint32], threads: int) -> list[npt.NDArray[np.uint32]]:
    """Return futures in batches, as many as keep every thread at work."""
    rounds = -(-numbers.size // (BATCH * max(1, threads)))
    return np.array_split(numbers, min(numbers.size, rounds * max(1, threads)))


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
