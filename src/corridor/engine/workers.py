"""Processes of this machine that play blocks: Python lets one thread of a process act at a time, and they do not wait.

A job goes to a process over its standard input, pickled, and its result comes back over its standard output. A process
that dies, such as one killed for memory, costs its job a second go on a thread of the process that asked.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")


@contextmanager
def processes() -> Iterator[Callable[[Callable[[], T]], T]]:
    """Yield what does a job in a process of its own, from any thread; processes are begun as they are needed.

    They are used again by the next job, and end with the block.
    """
    idle: list[subprocess.Popen[bytes]] = []
    every: list[subprocess.Popen[bytes]] = []

    def do(job: Callable[[], T]) -> T:
        try:
            worker = idle.pop()
        except IndexError:
            worker = _begin()
            every.append(worker)
        assert worker.stdin is not None
        assert worker.stdout is not None
        try:
            pickle.dump(job, worker.stdin)
            worker.stdin.flush()
            done, value = pickle.load(worker.stdout)
        except (OSError, EOFError, pickle.UnpicklingError):
            worker.kill()
            return job()
        idle.append(worker)
        if done:
            return value  # type: ignore[no-any-return]
        raise value

    try:
        yield do
    finally:
        for worker in every:
            worker.kill()
            worker.wait()


def _begin() -> subprocess.Popen[bytes]:
    from corridor.kernels.jit import cache

    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache())}
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    command = [sys.executable, "-m", "corridor.engine.workers"]
    return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=nowhere)


def work() -> None:
    """Do jobs from standard input until it ends; Ctrl-C is the business of the process that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    jobs, results = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anybody prints is no result
    while True:
        try:
            job = pickle.load(jobs)
        except EOFError:
            return
        answer: tuple[bool, Any]
        try:
            answer = True, job()
        except Exception as error:  # noqa: BLE001  raised again where the job was asked for
            answer = False, error
        pickle.dump(answer, results)
        results.flush()


if __name__ == "__main__":
    work()
