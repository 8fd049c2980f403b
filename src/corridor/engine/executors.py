"""Where the blocks of a run are played: on threads or processes here, or on a Dask cluster. The bytes are the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from importlib import import_module
from typing import Any, TypeVar

from corridor.core.errors import InputError, Problem
from corridor.engine.workers import processes

T = TypeVar("T")
Jobs = Sequence[Callable[[], T]]
"""Pure functions without arguments; those for a cluster can be pickled, such as `partial(play_files, task, block)`."""

HERE, THREADS, PROCESSES, DASK = "here", "threads", "processes", "dask"
MANY = 6
"""jobs from which on processes pay for their start, seconds of a core each"""
PATIENCE = "10s"
"""how long a scheduler may take to answer"""
LOOK, ABSENT = 10.0, 600.0
"""seconds after which it is asked whether it has workers, and for which a run that had some waits for others"""


def evaluate(jobs: Jobs[T], *, on: str = THREADS, threads: int | None = None) -> Iterator[tuple[int, T]]:
    """Do all jobs and yield (index, result) as they finish, in any order.

    A few more jobs than there are workers are under way at a time, so that results do not pile up in memory. What is
    under way is dropped where the reader stops.

    Parameters
    ----------
    on : `threads`; `processes`; `here`, whichever of the two is quicker; `dask`, a cluster of processes on this
        machine; or the address of a Dask scheduler, `tcp://host:8786`. What was changed in Python in this process
        alone, such as a rule, is played by threads only
    threads : threads or processes; one per core where None

    Raises
    ------
    InputError : an unknown place, Dask is not installed, no scheduler answers, all its workers are gone for ten
        minutes, or a job ends worker after worker. The first worker is waited for: it may stand in a queue
    """
    workers = max(1, min(threads or os.cpu_count() or 1, len(jobs)))
    if on == HERE:
        on = PROCESSES if workers > 1 and len(jobs) >= MANY else THREADS
    if on == THREADS:
        yield from _on_threads(jobs, workers)
    elif on == PROCESSES:
        with processes() as do:
            yield from _on_threads([partial(do, job) for job in jobs], workers)
    elif on == DASK or "://" in on:
        yield from _on_dask(jobs, on, workers)
    else:
        remedy = "give here, threads, processes, dask, or the address of a scheduler such as tcp://host:8786"
        raise InputError([Problem("--on", 0, 0, "", f'"{on}" is no place to play', remedy)])


def _on_threads(jobs: Jobs[T], workers: int) -> Iterator[tuple[int, T]]:
    todo = iter(enumerate(jobs))
    running: dict[Future[T], int] = {}
    pool = ThreadPoolExecutor(max_workers=workers)
    try:
        while True:
            for index, job in todo:
                running[pool.submit(job)] = index
                if len(running) > workers:
                    break
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(future), future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _on_dask(jobs: Jobs[T], on: str, workers: int) -> Iterator[tuple[int, T]]:
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        remedy = 'install it: pip install "corridor[cluster]"'
        raise InputError([Problem("--on", 0, 0, "", "Dask is not installed", remedy)]) from None
    if on == DASK:
        here = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "worker_dashboard_address": "127.0.0.1:0"}
        options: dict[str, Any] = {"n_workers": workers, "threads_per_worker": 1, **here}
        with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
            yield from _with_client(jobs, client, distributed)
        return
    try:
        client = distributed.Client(on, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        remedy = "start one, or give --on dask for a cluster on this machine"
        raise InputError([Problem("--on", 0, 0, "", f"no scheduler answers at {on}", remedy)]) from error
    with client:
        yield from _with_client(jobs, client, distributed)


def _with_client(jobs: Jobs[T], client: Any, distributed: Any) -> Iterator[tuple[int, T]]:
    todo = iter(enumerate(jobs))
    running: dict[Any, int] = {}
    alone, seen = 0.0, False
    try:
        while True:
            there = sum(client.nthreads().values())  # workers come and go
            seen, most = seen or there > 0, 2 * max(1, there)
            while len(running) < most and (following := next(todo, None)) is not None:
                future = client.submit(following[1], pure=False)
                running[future] = following[0]
            if not running:
                return
            try:
                done = distributed.wait(list(running), timeout=LOOK, return_when="FIRST_COMPLETED").done
            except distributed.TimeoutError:
                alone, done = (0.0 if client.nthreads() else alone + LOOK), set()
                if seen and alone >= ABSENT:
                    raise _gone() from None
            for future in done:
                alone = 0.0
                yield running.pop(future), _result(future, client, distributed)
                future.release()
    except distributed.KilledWorker as error:
        remedy = "give the workers more memory; finished blocks are kept, the same command goes on from there"
        raise InputError([Problem("--on", 0, 0, "", "a block ended its workers again and again", remedy)]) from error
    finally:
        client.cancel(list(running))


def _result(future: Any, client: Any, distributed: Any) -> Any:
    """Return what a job gave; it is played again by another worker where the one that holds it is gone."""
    while True:
        try:
            return future.result(timeout=ABSENT)
        except distributed.TimeoutError:
            if not client.nthreads():
                raise _gone() from None


def _gone() -> InputError:
    remedy = "start workers; finished blocks are kept, the same command goes on from there"
    return InputError([Problem("--on", 0, 0, "", f"all workers are gone, for {ABSENT:.0f} seconds", remedy)])
