"""A run: all futures of all policies and conditions, on threads over batches, into a store that resumes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.core.version import __version__
from corridor.engine import displacement as country
from corridor.engine import store as stores
from corridor.engine.compile import Compiled, compile_scenario
from corridor.engine.day import Arrays, play_batch
from corridor.engine.fault import fault
from corridor.engine.plan import Schedule, future, history
from corridor.engine.sides.compile import as_played, compile_play, compile_sides
from corridor.scenario.model import Policy, Scenario
from corridor.tables.variable import VARIABLES, Variable

Progress = Callable[[int, int], None]
"""Called with (futures done, futures wanted)."""

BATCH = 64
"""Futures played together: measured best on the flagship, before the state outgrows a core's cache."""


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
) -> xr.Dataset:
    """Play a scenario and return its results.

    Parameters
    ----------
    scenario : as one variant sees it
    policies, conditions : ids to play, all where None
    futures, first_future : how many futures, and the index of the first
    seed : of every draw; the same seed gives the same bytes on any number of threads and in any batch size
    store : folder of the Zarr store; an unfinished run there is resumed. A temporary folder where None
    record : names of variables that are not always recorded
    threads : worker threads, one per core where None
    batch : futures played together
    progress : called from this thread as blocks finish
    actors : whether the sides choose after as_of: `policies` are then ids of actor policies, under one condition,
        and the options taken and the regimes are recorded too

    Returns
    -------
    Dataset with dimensions policy, condition, future, day, place, destination, commodity, link; `day` runs
    from the start to the end of the horizon, and the coordinate `as_of` says where history ends.

    Raises
    ------
    InputError : unknown policy, condition or variable; fewer than one future; a store that holds another run
    SimulationError : a number that is not finite; names the future and the day
    """
    if actors:
        scenario = as_played(scenario)
        if scenario.camps:
            message = "the choices of the sides do not reach the camps of a wider country"
            raise InputError([Problem("--actors", 0, 0, "", message, "leave it out, or take the camps out")])
    chosen_policies = _choose(scenario.policies, policies, "policy")
    chosen_conditions = _choose(scenario.conditions, conditions, "condition")
    variables = _variables(scenario, record, actors)
    if not 1 <= futures <= 10_000_000 or first_future < 0:
        raise InputError([Problem("--futures", 0, 0, "", f"{futures} futures cannot be played", "give 1 to 10000000")])
    c = compile_scenario(scenario, compile_sides(scenario) if actors else None)
    past = history(c)
    ahead = [[future(c, policy, condition) for condition in chosen_conditions] for policy in chosen_policies]
    if c.sides is not None:
        plays = [compile_play(scenario, c.sides, policy, c.net) for policy in chosen_policies]
        ahead = [[replace(one, play=play) for one in row] for row, play in zip(ahead, plays, strict=True)]
    if c.camps:
        past, ahead = country.with_calendars(scenario, past, ahead)
    path = Path(store) if store is not None else Path(tempfile.mkdtemp(prefix="corridor-")) / "run"
    ids = tuple(p.id for p in chosen_policies), tuple(k.id for k in chosen_conditions)
    key = _key(scenario, *ids, futures, first_future, seed, variables)
    if not stores.same_run(path, key):
        if path.exists():
            shutil.rmtree(path)
        stores.create(path, c, key, stores.attributes(scenario, futures, first_future, seed), variables, *ids, futures)
    _fill(
        path,
        c,
        past,
        ahead,
        ids,
        seed,
        first_future,
        futures,
        variables,
        threads or os.cpu_count() or 1,
        batch,
        progress,
    )
    return stores.open_run(path)


def run_name(
    scenario: Scenario,
    *,
    policies: Sequence[str] | None = None,
    conditions: Sequence[str] | None = None,
    futures: int = 1000,
    first_future: int = 0,
    seed: int = 1,
    record: Iterable[str] = (),
    actors: bool = False,
) -> str:
    """Return a folder name that belongs to exactly this run, so that the same command finds its results again."""
    if actors:
        scenario = as_played(scenario)
    ids = (
        tuple(p.id for p in _choose(scenario.policies, policies, "policy")),
        tuple(k.id for k in _choose(scenario.conditions, conditions, "condition")),
    )
    key = _key(scenario, *ids, futures, first_future, seed, _variables(scenario, record, actors))
    digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()
    return f"{scenario.id}-{scenario.variant}-{futures}-{digest[:10]}"


def _fill(
    path: Path, c: Compiled, past: Schedule, ahead: list[list[Schedule]], ids: tuple[tuple[str, ...], tuple[str, ...]],
    seed: int, first_future: int, futures: int, variables: tuple[Variable, ...], threads: int, batch: int,
    progress: Progress | None,
) -> None:  # fmt: skip
    """Play and write every block that is not written yet."""
    blocks = -(-futures // stores.BLOCK)
    done = stores.finished(path)
    root = stores.writable(path)
    stop = threading.Event()

    def work(block: int) -> int:
        if stop.is_set():
            return 0
        first, last = block * stores.BLOCK, min(futures, (block + 1) * stores.BLOCK)
        numbers = np.arange(first_future + first, first_future + last, dtype=np.uint32)
        parts = [play_batch(c, past, ahead, seed, part, variables) for part in _split(numbers, batch)]
        arrays = _join(parts)
        fault(c, past, ahead, seed, numbers, arrays, ids)
        stores.write_block(root, path, block, arrays)
        return last - first

    finished = sum(min(futures, (b + 1) * stores.BLOCK) - b * stores.BLOCK for b in done)
    if progress is not None:
        progress(finished, futures)
    todo = [block for block in range(blocks) if block not in done]
    with ThreadPoolExecutor(max_workers=max(1, min(threads, len(todo) or 1))) as pool:
        running: set[Future[int]] = {pool.submit(work, block) for block in todo}
        try:
            while running:
                ready, running = wait(running, return_when=FIRST_COMPLETED)
                for job in ready:
                    finished += job.result()
                if progress is not None:
                    progress(finished, futures)
        except BaseException:
            # Ctrl-C or a fault: blocks under way finish or are dropped, written ones stay for the next call
            stop.set()
            for job in running:
                job.cancel()
            raise


def _split(numbers: npt.NDArray[np.uint32], batch: int) -> list[npt.NDArray[np.uint32]]:
    return [numbers[i : i + max(1, batch)] for i in range(0, numbers.size, max(1, batch))]


def _join(parts: list[tuple[Arrays, Arrays, Arrays]]) -> Arrays:
    """Join batches along their futures, under the names of the store."""
    out: Arrays = {f"{stores.HISTORY}/{name}": np.concatenate([p[0][name] for p in parts]) for name in parts[0][0]}
    out |= {name: np.concatenate([p[1][name] for p in parts], axis=2) for name in parts[0][1]}
    for name in parts[0][2]:
        axis = 2 if name in ("exit_opened", "crossed") else 0
        out[name] = np.concatenate([p[2][name] for p in parts], axis=axis)
    return out


def _choose(known: tuple[Policy, ...], wanted: Sequence[str] | None, word: str) -> tuple[Policy, ...]:
    if wanted is None:
        return known
    by_id = {item.id: item for item in known}
    unknown = [id_ for id_ in wanted if id_ not in by_id]
    if unknown:
        flag = f"--{word}"
        raise InputError(Problem(flag, 0, 0, "", f'no {word} "{i}"', did_you_mean(i, by_id)) for i in unknown)
    return tuple(by_id[id_] for id_ in dict.fromkeys(wanted))


def _variables(scenario: Scenario, record: Iterable[str], actors: bool) -> tuple[Variable, ...]:
    """Return what is recorded: a wider country and homes each leave their own."""
    wanted = set(record) | ({"taken", "regime"} if actors else set())
    here = {v.name: v for v in VARIABLES if (scenario.camps if v.wider else scenario.homes)}
    unknown = wanted - set(here) | (wanted & {"taken"} if not actors else set())
    if unknown:
        problems = [Problem("--record", 0, 0, "", f'no variable "{n}"', did_you_mean(n, here)) for n in sorted(unknown)]
        raise InputError(problems)
    return tuple(v for v in here.values() if v.always or v.name in wanted)


def _key(
    scenario: Scenario, policies: tuple[str, ...], conditions: tuple[str, ...], futures: int, first_future: int,
    seed: int, variables: tuple[Variable, ...],
) -> dict[str, Any]:  # fmt: skip
    """Return what makes a run this run; a store with another key is never resumed."""
    text = scenario.model_dump_json()
    return {
        "scenario": hashlib.sha256(text.encode()).hexdigest(),
        "policies": list(policies),
        "conditions": list(conditions),
        "futures": futures,
        "first_future": first_future,
        "seed": seed,
        "variables": [v.name for v in variables],
        "version": __version__,
        "code": _code(),
    }


@lru_cache(maxsize=1)
def _code() -> str:
    """Return a digest of the code that plays, so that nobody reads results of rules that have changed since."""
    package = Path(__file__).parent.parent
    files = [file for part in ("engine", "kernels", "rules", "strategy") for file in (package / part).rglob("*.py")]
    sums = hashlib.sha256()
    for file in sorted(files):
        sums.update(file.relative_to(package).as_posix().encode() + b"\n" + file.read_bytes())
    return sums.hexdigest()
