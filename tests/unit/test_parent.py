"""A process that was killed leaves nobody behind: those that worked for it end by themselves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corridor.core.parent import PARENT, environment

SOURCE = Path(__file__).parents[2] / "src"
BUSY = "from functools import partial\nfrom time import sleep\nfrom corridor.engine.workers import Worker\n"
WORKER = BUSY + "Worker().do(partial(sleep, 90))"
WARM = "from corridor.engine.warm import prepare\nfrom corridor.scenario import load\nprepare(load('berlin-1948'))"
PART = "from pathlib import Path\nfrom corridor.studies.apart import _process\n_process(Path('{fifo}'), 'sides', 8, 1).wait()"
pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")


def children(of: int) -> list[int]:
    found = []
    for told in Path("/proc").glob("[0-9]*/stat"):
        try:
            first, _, rest = told.read_text().rpartition(")")
        except OSError:
            continue
        if int(rest.split()[1]) == of:
            found.append(int(first.split()[0]))
    return found


def runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(true, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(true())


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("begun", [WORKER, WARM, PART], ids=["worker", "warm", "part"])
def test_who_works_for_a_killed_process_ends_with_it(begun, end, tmp_path, monkeypatch) -> None:
    # machine code is nowhere yet, so that there is much to compile; a part of a page waits for its study
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    monkeypatch.delenv("NUMBA_DISABLE_JIT", raising=False)
    given = {**os.environ, "PYTHONPATH": str(SOURCE), "NUMBA_CACHE_DIR": str(tmp_path / "code")}
    parent = subprocess.Popen([sys.executable, "-c", begun.format(fifo=fifo)], env=given)
    try:
        assert until(lambda: children(parent.pid), 120)
        time.sleep(1.0)
        left = children(parent.pid)
        assert left
        parent.send_signal(end)
        parent.wait(20)
        assert until(lambda: not any(runs(one) for one in left), 60)
    finally:
        parent.kill()


def test_who_works_for_nobody_goes_on(monkeypatch) -> None:
    code = (
        "from corridor.core.parent import end_with_parent\nimport time\nend_with_parent()\ntime.sleep(1.2)\nprint('on')"
    )
    for given in ({}, {PARENT: str(os.getpid())}, {PARENT: "no number"}):
        said = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(SOURCE), **given},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert said.stdout.strip() == "on", said.stderr
    assert environment(A="b")[PARENT] == str(os.getpid())
