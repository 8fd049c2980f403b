"""A run on a real Dask scheduler and two worker processes: the bytes of threads, also when a worker is killed."""

from __future__ import annotations

import filecmp
import os
import signal
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Timer

import pytest
import xarray as xr

from corridor.core.errors import InputError, SimulationError
from corridor.engine import executors, run
from corridor.engine.evaluate import task_of
from corridor.engine.executors import evaluate
from corridor.engine.task import play_files
from small import small

distributed = pytest.importorskip("distributed", reason="needs the extra [cluster]")
pytestmark = pytest.mark.filterwarnings("default")  # those of Dask, in this process and in its workers


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as made:
        yield made


def case():
    return small(history=8, horizon=6)


def same(a: Path, b: Path) -> None:
    names = sorted(str(p.relative_to(a)) for p in a.rglob("*") if p.is_file())
    assert names == sorted(str(p.relative_to(b)) for p in b.rglob("*") if p.is_file())
    assert filecmp.cmpfiles(a, b, names, shallow=False)[1:] == ([], [])


def test_a_cluster_gives_the_bytes_of_threads_though_a_worker_is_killed(cluster, tmp_path):
    run(case(), futures=600, seed=2, store=tmp_path / "threads")
    killed: list[int] = []

    def kill(done: int, wanted: int) -> None:
        if 0 < done < wanted and not killed:
            killed.append(next(iter(cluster.workers.values())).process.pid)
            os.kill(killed[0], signal.SIGKILL)

    run(case(), futures=600, seed=2, store=tmp_path / "dask", on=cluster.scheduler_address, progress=kill)
    assert killed
    same(tmp_path / "threads", tmp_path / "dask")


def test_a_fault_of_a_worker_is_told_in_words(cluster):
    task = task_of(case(), futures=2)
    other = partial(play_files, replace(task, code="other"), 0, [])
    with pytest.raises(InputError, match="a worker has other code"):
        list(evaluate([other], on=cluster.scheduler_address))
    with pytest.raises(SimulationError, match="future 7"):
        list(evaluate([_broken], on=cluster.scheduler_address))


def test_a_cluster_whose_workers_are_gone_is_told_in_words(monkeypatch):
    """The first worker is waited for, it may stand in a queue; when all are gone a run does not wait for ever."""
    monkeypatch.setattr(executors, "LOOK", 0.2)
    monkeypatch.setattr(executors, "ABSENT", 0.6)
    here = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "processes": False, "protocol": "tcp://"}
    with distributed.LocalCluster(n_workers=0, **here) as cluster:
        Timer(1.5, cluster.scale, (1,)).start()
        answers = evaluate([_one] * 99, on=cluster.scheduler_address)
        assert next(answers)[1] == 1
        cluster.sync(next(iter(cluster.workers.values())).close)
        with pytest.raises(InputError, match="all workers are gone"):
            list(answers)


def _one():
    return 1


def _broken():
    message = "bad"
    raise SimulationError(message, policy="p", condition="c", future=7, day=4, process="road")


def test_a_cluster_on_this_machine_starts_and_ends_by_itself():
    played = run(case(), futures=140, seed=2, on="dask", threads=2).load()
    xr.testing.assert_identical(played, run(case(), futures=140, seed=2).load())


def test_places_to_play_that_are_none(monkeypatch):
    monkeypatch.setattr(executors, "PATIENCE", "300ms")
    with pytest.raises(InputError, match="no place to play"):
        run(case(), futures=2, on="moon")
    with pytest.raises(InputError, match="no scheduler answers"):
        run(case(), futures=2, on="tcp://127.0.0.1:9")
