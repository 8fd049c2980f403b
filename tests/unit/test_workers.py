"""Blocks played in processes of this machine: the same bytes, errors as they were raised, a death that costs nothing."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

import corridor
from corridor.core.errors import InputError
from corridor.engine import executors
from corridor.engine.store.files import place
from corridor.engine.workers import Worker, processes
from corridor.scenario import write_new

FUTURES = 130
"""two blocks of 128 and 2"""


def files_of(folder: Path) -> dict[str, bytes]:
    found = place(folder)
    assert isinstance(found, Path)
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }


def test_processes_write_the_bytes_that_threads_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_new(tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    case = corridor.override(corridor.load("mine"), {"horizon": 5})
    for on in ("threads", "processes"):
        corridor.run(case, futures=FUTURES, threads=2, store=tmp_path / on, on=on)
    assert files_of(tmp_path / "processes") == files_of(tmp_path / "threads")


def test_many_blocks_go_to_processes_and_few_to_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []

    def begin() -> None:
        begun.append(1)
        msg = "no more processes"
        raise OSError(msg)

    monkeypatch.setattr("corridor.engine.workers._begin", begin)
    few = [partial(int, i) for i in range(executors.MANY - 1)]
    assert sorted(executors.evaluate(few, on="here", threads=2)) == [(i, i) for i in range(len(few))]
    assert not begun
    with pytest.raises(OSError, match="no more"):
        list(executors.evaluate([*few, partial(int, 9)], on="here", threads=2))
    assert begun
    with pytest.raises(InputError, match="give here, threads, processes"):
        list(executors.evaluate(few, on="somewhere"))


def test_a_job_is_done_elsewhere_and_its_error_is_raised_here() -> None:
    with processes() as do:
        assert do(os.getpid) != os.getpid()
        assert do(os.getpid) == do(os.getpid)  # the same process again
        with pytest.raises(ZeroDivisionError):
            do(partial(divmod, 1, 0))
        assert do(partial(print, "what is printed is no result")) is None


def test_a_process_that_dies_costs_its_job_a_second_go() -> None:
    dies_elsewhere = f"__import__('os')._exit(1) if __import__('os').getpid() != {os.getpid()} else 7"
    with processes() as do:
        assert do(partial(eval, dies_elsewhere)) == 7
        assert do(partial(int, "8")) == 8


WAITED = (
    "next(i / 100 for i in range(6000) "
    "if __import__('corridor.engine.workers').engine.workers.unwanted() or __import__('time').sleep(0.01))"
)
"""seconds until a job is no longer wanted, a minute at most"""


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a job is done to its end")
def test_a_job_hears_that_it_is_no_longer_wanted_and_the_next_one_is_done() -> None:
    worker = Worker()
    try:
        # the function as the other process finds it
        job = partial(eval, WAITED)
        assert worker.do(job, lambda: True) < 30.0
        assert worker.do(partial(int, "8"), lambda: False) == 8
    finally:
        worker.close()
