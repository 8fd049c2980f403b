"""Processes of this machine that play blocks: Python lets one thread of a process act at a time, and they do not wait.

A job goes to a process over its standard input, pickled, and its result comes back over its standard output. A process
that dies, such as one killed for memory, costs its job a second go on a thread of the process that asked. Another word
on standard input while a job is done says that it is no longer wanted.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, TypeVar

from corridor.core.parent import end_with_parent, environment

T = TypeVar("T")


LOOK = 0.01
"""seconds between two looks at whether a job is still wanted"""
TOLD = os.name == "posix"
"""whether a process can be told that a job is no longer wanted; where not, it does it to its end"""

BESIDE = "CORRIDOR_BESIDE"
"""set where a process does jobs for another one"""


class Worker:
    """A process that does one job at a time; begun by its first job, begun again where it died."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def do(self, job: Callable[[], T], stop: Callable[[], bool] | None = None) -> T:
        """Return what a job returns.

        stop : asked while it is done; where it says yes, `unwanted` is true in the process from then on
        """
        if self.process is None:
            self.process = _begin()
        jobs, results = self.process.stdin, self.process.stdout
        assert jobs is not None
        assert results is not None
        try:
            _send(job, jobs)
            while stop is not None and TOLD and not select.select([results], [], [], LOOK)[0]:
                if stop():
                    _send(None, jobs)
                    break
            done, value = pickle.load(results)
        except (OSError, EOFError, pickle.UnpicklingError):
            self.close()
            return job()
        if done:
            return value  # type: ignore[no-any-return]
        raise value

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                with suppress(OSError):
                    pipe.close()  # type: ignore[union-attr]
            self.process = None


def _send(job: Any, jobs: IO[bytes]) -> None:
    data = pickle.dumps(job, pickle.HIGHEST_PROTOCOL)
    jobs.write(len(data).to_bytes(8, "little") + data)
    jobs.flush()


def _heard(size: int) -> bytes:
    """Return so many bytes of standard input and read none beyond them, so that another word is still seen there."""
    parts, left = [], size
    while left:
        parts.append(os.read(0, left))
        left -= len(parts[-1])
        if not parts[-1]:
            raise EOFError
    return b"".join(parts)


def unwanted() -> bool:
    """Return whether the job that this process does for another one is no longer wanted."""
    return TOLD and BESIDE in os.environ and bool(select.select([0], [], [], 0.0)[0])


@contextmanager
def processes() -> Iterator[Callable[[Callable[[], T]], T]]:
    """Yield what does a job in a process of its own, from any thread; processes are begun as they are needed.

    They are used again by the next job, and end with the block.
    """
    idle: list[Worker] = []
    every: list[Worker] = []

    def do(job: Callable[[], T]) -> T:
        try:
            worker = idle.pop()
        except IndexError:
            worker = Worker()
            every.append(worker)
        try:
            return worker.do(job)
        finally:
            idle.append(worker)

    try:
        yield do
    finally:
        for worker in every:
            worker.close()


def _begin() -> subprocess.Popen[bytes]:
    from corridor.kernels.jit import cache

    given = environment(**{"NUMBA_CACHE_DIR": str(cache()), BESIDE: "1"})
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    command = [sys.executable, "-m", "corridor.engine.workers"]
    return subprocess.Popen(command, env=given, stdin=pipe, stdout=pipe, stderr=nowhere)


def work() -> None:
    """Do jobs from standard input until it ends; Ctrl-C is the business of the process that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anybody prints is no result
    while True:
        try:
            job = pickle.loads(_heard(int.from_bytes(_heard(8), "little")))
        except EOFError:
            return
        if job is None:  # said after the job before it had been done
            continue
        answer: tuple[bool, Any]
        try:
            answer = True, job()
        except Exception as error:  # noqa: BLE001  raised again where the job was asked for
            answer = False, error
        pickle.dump(answer, results, pickle.HIGHEST_PROTOCOL)
        results.flush()


if __name__ == "__main__":
    end_with_parent()
    work()
