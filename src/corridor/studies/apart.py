"""Parts of a page worked out in processes of their own, side by side, while the page's figures are drawn.

Each process keeps what it found where `with_sections` looks for it, so that nothing is handed back and nothing changes
but the time. A part that could not be worked out here is worked out again there, where its error is told.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from corridor.core.parent import end_with_parent, environment
from corridor.studies.data import Answered, Told

ORDER = ("sides", "structures", "backtest", "explore")
"""parts of a page by how long they take, longest first"""
WORTH = 500
"""futures of a comparison from which on a process of its own pays for its start, seconds of a core"""


@contextmanager
def started(study: Answered, missing: Mapping[str, int], threads: int | None, told: Told) -> Iterator[bool]:
    """Work out parts of a page, name -> futures, while the block runs, and wait for them at its end; yield whether so.

    threads : in each process, one per core where None; told : called with (stage, done, wanted) as they go on
    """
    cores = os.cpu_count() or 1
    if study.kind != "comparison" or study.futures < WORTH or cores < 2 or threads == 1 or not missing:
        yield False
        return
    left = [name for name in ORDER if name in missing]
    with tempfile.TemporaryDirectory(prefix="corridor-") as folder:
        path = Path(folder) / "study.json"
        path.write_text(study.to_json(), encoding="utf-8")
        running: list[subprocess.Popen[str]] = []
        taken = threading.Lock()

        def follow() -> None:
            while True:
                with taken:
                    if not left:
                        return
                    name = left.pop(0)
                    one = _process(path, name, missing[name], threads)
                    running.append(one)
                for line in one.stdout or ():
                    with taken:
                        if told is not None:
                            told(*json.loads(line))
                one.wait()

        followers = [threading.Thread(target=follow, daemon=True) for _ in range(min(cores, len(left)))]
        for follower in followers:
            follower.start()
        try:
            yield True
            for follower in followers:
                follower.join()
        finally:
            with taken:
                left.clear()
                for one in running:
                    one.kill()


def _process(path: Path, name: str, futures: int, threads: int | None) -> subprocess.Popen[str]:
    from corridor.kernels.jit import cache

    command = [sys.executable, "-m", "corridor.studies.apart", str(path), name, str(futures), str(threads or 0)]
    given = environment(NUMBA_CACHE_DIR=str(cache()))
    return subprocess.Popen(command, env=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def work(path: Path, name: str, futures: int, threads: int | None) -> None:
    """Work out one part of a page and keep it; say how far it is on standard output, a JSON list a line."""
    from corridor.studies.sections import with_sections

    def told(stage: str, done: int, wanted: int) -> None:
        sys.stdout.write(json.dumps([stage, done, wanted]) + "\n")
        sys.stdout.flush()

    with_sections(Answered.from_json(path.read_text(encoding="utf-8")), {name: futures}, threads=threads, told=told)


if __name__ == "__main__":
    end_with_parent()
    work(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]) or None)
