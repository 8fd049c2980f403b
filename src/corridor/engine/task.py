"""The unit of a run: a task is plain data, and `play_block(task, block)` plays 128 futures of it in any process."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from corridor.core.errors import InputError, Problem
from corridor.core.version import __version__
from corridor.engine import displacement as country
from corridor.engine.batch import play_batch
from corridor.engine.compile import Compiled, Given, compile_scenario
from corridor.engine.day import Arrays, blank
from corridor.engine.fault import fault
from corridor.engine.plan import Schedule, future, history
from corridor.engine.population import Population, Words
from corridor.engine.sides.compile import compile_play, compile_sides
from corridor.engine.store.encode import Files, block_files
from corridor.engine.store.layout import BLOCK, HISTORY, Layout, layout_of
from corridor.engine.store.marks import FORMAT
from corridor.scenario.model import Scenario
from corridor.tables.variable import Variable, recorded

BATCH = 128
"""Futures played together: measured best on the flagship, before the state outgrows a core's cache."""
Room = tuple[Arrays, Arrays]
"""Where futures are played into, history and results, as `play_batch` writes them."""


class Rooms(list[Room]):
    """The rooms of one task that nobody plays in now. Another process that is handed them takes its own."""

    def __init__(self, task: str) -> None:
        """Begin without any; task : its digest, with the number of futures of a room."""
        super().__init__()
        self.task = task

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave the rooms behind."""
        return own_rooms, (self.task,)


_OWN = Rooms("")


def own_rooms(task: str) -> Rooms:
    """Return the rooms of this process for a task; those of another task are forgotten."""
    global _OWN
    if _OWN.task != task:
        _OWN = Rooms(task)
    return _OWN


@dataclass(frozen=True)
class Task:
    """What a process needs to play any block of a run; it can be pickled.

    Attributes
    ----------
    scenario : as one variant sees it; with the actor policies as policies where the sides choose
    policies, conditions : ids to play
    futures, first_future, seed : how many futures, the index of the first, the seed of every draw
    variables : names of what is recorded, those without their history as "NAME after as_of"
    actors : whether the sides choose after as_of
    batch : futures played together
    code : digest of the code that plays, so that no worker of another version takes part
    given : numbers that stand instead of draws; None where all are drawn
    population : futures chosen by address; None where they are numbered from `first_future` on
    """

    scenario: Scenario
    policies: tuple[str, ...]
    conditions: tuple[str, ...]
    futures: int
    first_future: int
    seed: int
    variables: tuple[str, ...]
    actors: bool
    batch: int
    code: str
    given: Given | None = None
    population: Population | None = None

    @cached_property
    def key(self) -> dict[str, Any]:
        """What makes a run this run; a store with another key is never resumed, only `futures` may grow."""
        text = self.scenario.model_dump_json()
        return {
            "format": FORMAT,
            "scenario_id": self.scenario.id,
            "variant": self.scenario.variant,
            "scenario": hashlib.sha256(text.encode()).hexdigest(),
            "policies": list(self.policies),
            "conditions": list(self.conditions),
            "futures": self.futures,
            "first_future": self.first_future,
            "seed": self.seed,
            "variables": list(self.variables),
            "actors": self.actors,
            "version": __version__,
            "code": self.code,
            **({} if self.given is None else {"inputs": self._given()}),
            **({} if self.population is None else {"population": self.population.name}),
        }

    def _given(self) -> str:
        assert self.given is not None
        sums = hashlib.sha256()
        for path, values in sorted(self.given.values.items()):
            sums.update(path.encode() + b"\n" + values.tobytes())
        return sums.hexdigest()

    @cached_property
    def digest(self) -> str:
        """Hash of everything but the number of futures."""
        same = {name: value for name, value in self.key.items() if name != "futures"}
        return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()

    @property
    def blocks(self) -> int:
        """How many blocks it has."""
        return -(-self.futures // BLOCK)

    def size(self, block: int) -> int:
        """How many futures a block has."""
        return min(self.futures, (block + 1) * BLOCK) - block * BLOCK

    def numbers(self, block: int) -> Words:
        """Which futures a block has."""
        part = slice(block * BLOCK, block * BLOCK + self.size(block))
        if self.population is not None:
            return self.population.address[part]
        return np.arange(self.first_future + part.start, self.first_future + part.stop, dtype=np.uint32)


@dataclass(frozen=True)
class Prepared:
    """A task compiled: history, and the days ahead by policy and condition."""

    compiled: Compiled
    past: Schedule
    ahead: list[list[Schedule]]
    variables: tuple[Variable, ...]
    layouts: dict[int, Layout] = field(default_factory=dict)
    """by the number of futures, the one thing in which tasks of one digest differ"""

    def layout(self, task: Task) -> Layout:
        """Return what the store of the task holds."""
        if task.futures not in self.layouts:
            numbers = task.futures, task.first_future, task.seed
            chosen = None if task.population is None else task.population.first(task.futures)
            made = layout_of(self.compiled, self.variables, task.policies, task.conditions, *numbers, chosen)
            self.layouts[task.futures] = made
        return self.layouts[task.futures]

    def room(self, futures: int) -> Room:
        """Return arrays to play so many futures into: history and results."""
        c, ahead = self.compiled, self.ahead
        history = blank(tuple(v for v in self.variables if v.past), c, (), self.past.days, futures)
        return history, blank(self.variables, c, (len(ahead), len(ahead[0])), ahead[0][0].days, futures)


_PREPARED: OrderedDict[str, Prepared] = OrderedDict()
_LOCK = threading.Lock()


def prepare(task: Task, *, anew: bool = False) -> Prepared:
    """Return a task compiled; the last few of a process are kept.

    Parameters
    ----------
    anew : compile even so: rules and tables of this process may have been changed since

    Raises
    ------
    InputError : the task comes from another version of the code
    """
    if task.code != code():
        remedy = "install the version of the process that asks on every worker"
        raise InputError([Problem("--on", 0, 0, "", "a worker has other code than the process that asks", remedy)])
    with _LOCK:
        if anew or task.digest not in _PREPARED:
            _PREPARED[task.digest] = _prepare(task)
            while len(_PREPARED) > 4:
                _PREPARED.popitem(last=False)
        return _PREPARED[task.digest]


def _prepare(task: Task) -> Prepared:
    scenario = task.scenario
    policies = {p.id: p for p in scenario.policies}
    conditions = {k.id: k for k in scenario.conditions}
    c = compile_scenario(scenario, compile_sides(scenario) if task.actors else None)
    c = replace(c, given=task.given)
    past = history(c)
    ahead = [[future(c, policies[p], conditions[k]) for k in task.conditions] for p in task.policies]
    if c.sides is not None:
        plays = [compile_play(scenario, c.sides, policies[p], c.net) for p in task.policies]
        ahead = [[replace(one, play=play) for one in row] for row, play in zip(ahead, plays, strict=True)]
    if c.camps:
        past, ahead = country.with_calendars(scenario, past, ahead)
    return Prepared(c, past, ahead, tuple(recorded(word) for word in task.variables))


def play_block(task: Task, block: int, room: Room | None = None) -> Arrays:
    """Play one block of futures.

    Parameters
    ----------
    room : is written over and is what the returned arrays lie in; made where None

    Returns
    -------
    arrays by their names and in the dimensions of the store, history as `history/NAME`

    Raises
    ------
    SimulationError : a number that is not finite; names the future and the day
    """
    made = prepare(task)
    size = task.size(block)
    numbers = task.numbers(block)
    before, after = room or made.room(size)
    once = []
    for start in range(0, size, max(1, task.batch)):
        part = slice(start, min(size, start + max(1, task.batch)))
        own = ({name: array[..., part] for name, array in arrays.items()} for arrays in (before, after))
        once.append(play_batch(made.compiled, made.past, made.ahead, task.seed, numbers[part], *own))
    arrays = {f"{HISTORY}/{name}": np.moveaxis(array[..., :size], -1, 0) for name, array in before.items()}
    arrays |= {name: np.moveaxis(array[..., :size], -1, 2) for name, array in after.items()}
    for name in once[0]:
        at = made.layout(task).columns[name].dims.index("future")
        arrays[name] = np.concatenate([one[name] for one in once], axis=at)
    fault(made.compiled, made.past, made.ahead, task.seed, numbers, arrays, (task.policies, task.conditions))
    return arrays


def play_files(task: Task, block: int, rooms: Rooms) -> Files:
    """Play one block of futures and return it as the files of a store.

    Parameters
    ----------
    rooms : those that nobody plays in now; one is taken, or made, and put back: new memory for every block would cost
        as much time as compressing it
    """
    made = prepare(task)
    try:
        room = rooms.pop()
    except IndexError:
        room = made.room(min(BLOCK, task.futures))
    files = block_files(made.layout(task), block, play_block(task, block, room))
    rooms.append(room)
    return files


@lru_cache(maxsize=1)
def code() -> str:
    """Return a digest of the code that plays, so that nobody reads results of rules that have changed since."""
    package = Path(__file__).parent.parent
    files = [file for part in ("engine", "kernels", "rules", "strategy") for file in (package / part).rglob("*.py")]
    sums = hashlib.sha256()
    for file in sorted(files):
        sums.update(file.relative_to(package).as_posix().encode() + b"\n" + file.read_bytes())
    return sums.hexdigest()
