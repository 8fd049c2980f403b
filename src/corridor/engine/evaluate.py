"""A run: all futures of all policies and conditions, block by block, into a store that resumes and grows."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.core.uncollected import uncollected
from corridor.engine.compile import compile_scenario
from corridor.engine.day import Arrays
from corridor.engine.design import design
from corridor.engine.executors import THREADS, evaluate
from corridor.engine.population import Population
from corridor.engine.sides.compile import as_played
from corridor.engine.store.begin import begin, is_whole, stored
from corridor.engine.store.encode import Files, frame
from corridor.engine.store.files import Place, place
from corridor.engine.store.layout import BLOCK, HISTORY, Column
from corridor.engine.store.lock import is_locked, locked
from corridor.engine.store.marks import Found, blocks_of, inspect, mark, read_key
from corridor.engine.store.open import dataset_of, opened, opened_files
from corridor.engine.task import BATCH, Room, Rooms, Task, code, play_block, play_files, prepare
from corridor.results.read import ADDRESS, LOG_SHARE
from corridor.scenario.model import Policy, Scenario
from corridor.strategy.model.actors_file import TOLD
from corridor.tables import outcome
from corridor.tables.signs import SIGNS_SEEN
from corridor.tables.variable import AFTER, VARIABLES

_log = logging.getLogger(__name__)
BEGUN = (
    "{at}: a run of {whole:,} futures was begun there and not ended: it is played to its end, and the first {asked:,} "
    "are taken; to play those alone choose another --store, or `corridor runs prune --unfinished` first"
)
Progress = Callable[[int, int], None]
"""Called with (futures done, futures wanted)."""

MOST_FUTURES, MOST_SEED = 2**32, 2**63 - 1
"""the address of a future has 32 bits, that of a seed 63"""
PLAIN_MEMORY = 2**29
"""bytes of results up to which a run without a store is held as it is; a larger one is held compressed"""


def run(
    scenario: Scenario,
    *,
    policies: Sequence[str] | None = None,
    conditions: Sequence[str] | None = None,
    futures: int = 1000,
    first_future: int = 0,
    seed: int = 1,
    store: str | Path | None = None,
    record: Iterable[str] = (),
    threads: int | None = None,
    batch: int = BATCH,
    progress: Progress | None = None,
    actors: bool = False,
    on: str = THREADS,
    verify: bool = False,
    inputs: pd.DataFrame | None = None,
    population: Population | None = None,
) -> xr.Dataset:
    """Play a scenario and return its results.

    Parameters
    ----------
    scenario : as one variant sees it
    policies, conditions : ids to play, all where None
    futures, first_future : how many futures, and the index of the first
    seed : of every draw; the same seed gives the same bytes on any number of threads and in any batch size
    store : folder or address of the Zarr store. An unfinished run there is resumed, one with fewer futures grows, of
        one with more the first are returned. Results are held in memory where None
    record : names of variables that are recorded besides those that outcomes and page read, with their history
    threads : worker threads, one per core where None
    batch : futures played together
    progress : called from this thread as blocks finish
    actors : whether the sides choose after as_of: `policies` are then ids of actor policies, under one condition,
        and the options taken and the regimes are recorded too
    on : where to play, as `executors.evaluate` says
    inputs : a design matrix, one row a future, one column a path of an input, which stands instead of its draws
    population : futures chosen by address, played instead of those numbered from 0; as many as `futures`, or more
    verify : hash every stored file first; without it a changed byte is found, and its block played anew, when read

    Returns
    -------
    Dataset with dimensions policy, condition, future, day, place, destination, commodity, link; `day` runs
    from the start to the end of the horizon, and the coordinate `as_of` says where history ends.

    Raises
    ------
    InputError : unknown policy, condition or variable; fewer than one future; a store that holds another run, or into
        which another run writes
    SimulationError : a number that is not finite; names the future and the day
    """
    task = task_of(
        scenario, policies=policies, conditions=conditions, futures=futures, first_future=first_future, seed=seed,
        record=record, actors=actors,
    )  # fmt: skip
    task = replace(_of(task, population), batch=batch)
    if inputs is not None:
        task = replace(task, given=design(inputs, compile_scenario(task.scenario), first_future), futures=len(inputs))
        futures = len(inputs)
    if store is None:
        return _in_memory(task, on, threads, progress)
    at = place(store)
    task = _as_stored(at, task)
    found = _fill(at, task, task.key, on, threads, progress, verify=verify, asked=futures)
    results = opened(at, task.key, found, partial(_mend, at, task))
    if task.futures > futures:
        results = results.isel(future=slice(futures)).assign_attrs(futures=futures)
    return results


def play_shard(
    scenario: Scenario,
    shard: tuple[int, int],
    store: str | Path,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    on: str = THREADS,
    **asked: Any,
) -> None:
    """Play one of n shares of a run into a store of its own; `merge` joins all n to the store of the whole run.

    Parameters
    ----------
    shard : (i, n), from (1, n) to (n, n): every n-th block of 128 futures, from block i - 1 on
    asked : policies, conditions, futures, first_future, seed, record, actors of `run`
    """
    if not 1 <= shard[0] <= shard[1]:
        message = f"{shard[0]}/{shard[1]} is no shard"
        raise InputError([Problem("--shard", 0, 0, "", message, "give 1/4, 2/4, 3/4 or 4/4 to play a quarter")])
    task = task_of(scenario, **asked)
    key = {**task.key, "shard": list(shard)}
    at = place(store)
    before = stored(at, key)
    if before not in (0, task.futures):
        message, remedy = f"holds a shard of {before} futures", "a shard does not grow: choose another path for --store"
        raise InputError([Problem(str(at), 0, 0, "", message, remedy)])
    _fill(at, task, key, on, threads, progress, verify=True)


def is_stored(
    scenario: Scenario, store: str | Path, population: Population | None = None, **asked: Any
) -> bool:  # fmt: skip
    """Whether a run lies there, finished and whole, so that `run` would read it and write nothing.

    Parameters
    ----------
    population : futures chosen by address, as `run` takes them
    asked : policies, conditions, futures, first_future, seed, record, actors of `run`
    """
    at = place(store)
    try:
        task = _as_stored(at, _of(task_of(scenario, **asked), population))
        return is_whole(inspect(at), task.key, frame(prepare(task, anew=True).layout(task)))
    except InputError:  # another run, or none
        return False


def run_name(scenario: Scenario, population: Population | None = None, **asked: Any) -> str:
    """Return a folder name that belongs to exactly this run, so that the same command finds its results again.

    Parameters
    ----------
    population : futures chosen by address, as `run` takes them
    asked : policies, conditions, futures, first_future, seed, record, actors of `run`; the number of futures changes
        nothing, for a store grows
    """
    task = _of(task_of(scenario, **asked), population)
    return f"{task.scenario.id}-{task.scenario.variant}-{task.digest[:10]}"


def task_of(
    scenario: Scenario,
    *,
    policies: Sequence[str] | None = None,
    conditions: Sequence[str] | None = None,
    futures: int = 1000,
    first_future: int = 0,
    seed: int = 1,
    record: Iterable[str] = (),
    actors: bool = False,
) -> Task:
    """Return what is to be played; arguments and errors as in `run`."""
    if actors:
        scenario = as_played(scenario)
        if scenario.camps:
            message = "the choices of the sides do not reach the camps of a wider country"
            raise InputError([Problem("--actors", 0, 0, "", message, "leave it out, or take the camps out")])
    chosen = _choose(scenario.policies, policies, "policy"), _choose(scenario.conditions, conditions, "condition")
    variables = _variables(scenario, record, actors)
    numbers = {"--futures": futures, "--first-future": first_future, "--seed": seed}
    odd = [name for name, given in numbers.items() if not isinstance(given, (int, np.integer))]
    if odd:
        raise InputError(Problem(n, 0, 0, "", f"{numbers[n]!r} is no whole number", "give one") for n in odd)
    if not 1 <= futures <= 10_000_000 or first_future < 0:
        raise InputError([Problem("--futures", 0, 0, "", f"{futures} futures cannot be played", "give 1 to 10000000")])
    if first_future + futures > MOST_FUTURES:
        message = f"there is no future {first_future + futures - 1}"
        remedy = f"futures are numbered from 0 to {MOST_FUTURES - 1}"
        raise InputError([Problem("--first-future", 0, 0, "", message, remedy)])
    if not 0 <= seed <= MOST_SEED:
        raise InputError([Problem("--seed", 0, 0, "", f"{seed} is no seed", f"give 0 to {MOST_SEED}")])
    return Task(scenario, *chosen, futures, first_future, seed, variables, actors, BATCH, code())


def _of(task: Task, population: Population | None) -> Task:
    """Return a task that plays chosen futures where some were."""
    if population is not None and (task.first_future or population.address.size < task.futures):
        message = f"{population.address.size} futures were chosen, and {task.futures} asked from {task.first_future} on"
        raise ValueError(message)
    return replace(task, population=population)


@uncollected()
def _in_memory(task: Task, on: str, threads: int | None, progress: Progress | None) -> xr.Dataset:
    """Play without a store and leave nothing behind."""
    layout = prepare(task, anew=True).layout(task)
    done = 0
    if layout.bytes > PLAIN_MEMORY:
        files: Files = frame(layout)
        jobs = _jobs(task, range(task.blocks))
        for block, made in evaluate(jobs, on=on, threads=threads):
            files |= made
            done += task.size(block)
            if progress is not None:
                progress(done, task.futures)
        return opened_files(files)
    whole = {name: _empty(column) for name, column in layout.played.items()}
    rooms = [_room(whole, task, b) if on == THREADS else None for b in range(task.blocks)]
    plays = [partial(play_block, task, b, room) for b, room in enumerate(rooms)]
    for block, arrays in evaluate(plays, on=on, threads=threads):
        for name, values in arrays.items():
            at = layout.columns[name].dims.index("future")
            there = whole[name][(slice(None),) * at + (slice(block * BLOCK, block * BLOCK + values.shape[at]),)]
            if not np.may_share_memory(there, values):
                there[...] = values
        done += task.size(block)
        if progress is not None:
            progress(done, task.futures)
    return dataset_of(layout, whole)


def _empty(column: Column) -> npt.NDArray[Any]:
    """Return an array of a column's shape that lies in memory as days are played, futures side by side."""
    at = column.dims.index("future")
    shape = (*column.shape[:at], *column.shape[at + 1 :], column.shape[at])
    return np.moveaxis(np.empty(shape, column.dtype), -1, at)


def _room(whole: Arrays, task: Task, block: int) -> Room:
    """Return the part of whole arrays that a block is played into."""
    part = slice(block * BLOCK, block * BLOCK + task.size(block))
    before, after = {}, {}
    for variable in prepare(task).variables:
        past = f"{HISTORY}/{variable.name}"
        if past in whole:
            before[variable.name] = np.moveaxis(whole[past], 0, -1)[..., part]
        after[variable.name] = np.moveaxis(whole[variable.name], 2, -1)[..., part]
    return before, after


@uncollected()
def _fill(
    at: Place, task: Task, key: dict[str, Any], on: str, threads: int | None, progress: Progress | None,
    verify: bool = False, asked: int | None = None,
) -> Found:  # fmt: skip
    """Make a store whole: begin it or let it grow, play every missing or damaged block; return what it holds.

    asked : how many futures somebody wants of it, where that may be fewer than it was begun with
    """
    wanted = blocks_of(key)
    total = sum(task.size(block) for block in wanted)
    files = frame(prepare(task, anew=True).layout(task))
    told = progress or (lambda done, of: None)
    found = inspect(at, hashed=verify)
    if is_whole(found, key, files):
        if isinstance(at, Path):
            is_locked(at)  # takes away the lock of a run that was killed when all was written
        told(total, total)
        return found
    with locked(at):
        found = begin(at, key, files, verify=verify)
        todo = found.missing(wanted)
        done = total - sum(task.size(block) for block in todo)
        if todo and asked is not None and asked < task.futures:
            _log.warning(BEGUN.format(at=at, whole=task.futures, asked=asked))
        told(done, total)
        for index, made in evaluate(_jobs(task, todo), on=on, threads=threads):
            mark(at, todo[index], made)
            done += task.size(todo[index])
            told(done, total)
        return inspect(at)


def _jobs(task: Task, blocks: Iterable[int]) -> list[Callable[[], Files]]:
    """Return what plays each block; on threads of this process they play into the same few rooms by turns."""
    rooms = Rooms(f"{task.digest} {min(BLOCK, task.futures)}")
    return [partial(play_files, task, block, rooms) for block in blocks]


def _mend(at: Place, task: Task, block: int) -> None:
    """Play a block of a store anew, one at a time."""
    with _ONE, locked(at):
        mark(at, block, play_files(task, block, Rooms("")))


_ONE = threading.Lock()


def _as_stored(at: Place, task: Task) -> Task:
    """Return a task with as many futures as its store holds where those are more."""
    task = replace(task, futures=max(task.futures, stored(at, task.key)))
    if task.population is not None and task.futures > task.population.address.size:
        task = replace(task, population=_kept(at, task.population.name))
    return task


def _kept(at: Place, name: str) -> Population:
    """Return the futures that a store was played with, which are more than are asked for now."""
    whole = opened(at, read_key(at) or {}, inspect(at))
    return Population(name, whole[ADDRESS].values.astype(np.uint32), whole[LOG_SHARE].values)


def _choose(known: tuple[Policy, ...], wanted: Sequence[str] | None, word: str) -> tuple[str, ...]:
    by_id = {item.id: item for item in known}
    if wanted is None:
        return tuple(by_id)
    unknown = [id_ for id_ in wanted if id_ not in by_id]
    if unknown:
        flag = f"--{word}"
        more = "; what rests on later facts is not played: `corridor check`, with the same --as-of, tells it"
        raise InputError(Problem(flag, 0, 0, "", f'no {word} "{i}"', did_you_mean(i, by_id) + more) for i in unknown)
    return tuple(dict.fromkeys(wanted))


def _told(scenario: Scenario) -> bool:
    """Return whether the model of the sides has a feature that is told."""
    return bool(set(TOLD) & set((scenario.actors or {}).get("features") or ()))


def _variables(scenario: Scenario, record: Iterable[str], actors: bool) -> tuple[str, ...]:
    """Return what is recorded, in the words of `recorded`.

    What outcomes and page read, with history where they read it, and what signs read and what is asked for, with
    history. A wider country and homes each leave their own.
    """
    sides = {"taken"} | ({"touched"} if _told(scenario) else set())
    wanted = set(record) | (sides | {"regime"} if actors else set())
    wanted |= {name for sign in scenario.signs for name in SIGNS_SEEN[sign.kind].reads}
    here = {v.name: v for v in VARIABLES if (scenario.camps if v.wider else scenario.homes)}
    here = here if actors else {name: v for name, v in here.items() if name not in ("taken", "touched")}
    unknown = wanted - set(here)
    if unknown:
        problems = [Problem("--record", 0, 0, "", f'no variable "{n}"', did_you_mean(n, here)) for n in sorted(unknown)]
        raise InputError(problems)
    read = outcome.needed(outcome.OUTCOMES, (*outcome.FIGURES, *outcome.CALIBRATED, *outcome.SCORED))
    history = {name for name, need in read.items() if need.history} | wanted
    return tuple(n if n in history else f"{n} {AFTER}" for n in here if n in wanted | set(read))
