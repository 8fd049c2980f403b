"""This commit beside an old one, alternated: the whole chain on the flagship, stored; a lever; the first run.

    python benchmarks/house.py [--old 3581821] [--futures 1000] [--repeat 5]

The old commit is unpacked from this repository's history into a temporary folder and run by the same interpreter.
Quote the ratio of processor time: wall time depends on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
FLAGSHIP = "nagorno-karabakh-2023"

RUN = """
import sys, corridor
case = corridor.load(sys.argv[1])
corridor.run(case, futures=int(sys.argv[2]), store=sys.argv[3], threads=int(sys.argv[4]))
"""
LEVER = """
import json, statistics, sys, time, corridor
from corridor.engine import session
from corridor.results.series import series
case = corridor.load(sys.argv[1])
def times(futures, record):
    warm = session(case, futures=futures, record=record, threads=1)
    policy, out = case.policies[-1].id, []
    for _ in range(12):
        begin = time.perf_counter()
        ds = warm.play(policy)
        if futures > 1:
            for name in record:
                series(ds, name, policy, case.conditions[0].id).quantiles()
        out.append(time.perf_counter() - begin)
    return statistics.median(out[2:])
print(json.dumps([times(300, ("intake", "people")), times(1, ("intake", "people"))]))
"""


def unpack(commit: str, folder: Path) -> Path:
    """Return a folder with the files of a commit."""
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed, check=True)
    return folder


def timed(code: str, source: Path, *words: str, **environment: str) -> tuple[float, float, float]:
    """Return processor seconds, wall seconds and peak MiB of a Python program on the package in `source`."""
    environment = {**os.environ, "PYTHONPATH": str(source / "src"), **environment}
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", code, *words], env=environment, check=True, cwd=source)
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall, after.ru_maxrss / 1024


def stored(folder: Path) -> int:
    """Return the bytes in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--old", default="3581821")
    parser.add_argument("--futures", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "old").mkdir()
        sources = {"old": unpack(given.old, folder / "old"), "new": ROOT}

        print("the first run, nothing compiled (2 futures)", flush=True)
        for which, source in sources.items():
            code = folder / f"code-{which}"
            cpu, wall, _ = timed(
                RUN, source, FLAGSHIP, "2", str(folder / f"first-{which}"), "2", NUMBA_CACHE_DIR=str(code)
            )
            print(f"  {which}  {cpu:6.1f} CPU s  {wall:6.1f} s wall", flush=True)

        print(
            f"\nflagship, {given.futures} futures x 6 policies x 2 conditions, stored, {given.threads} threads",
            flush=True,
        )
        taken: dict[str, list[tuple[float, float]]] = {"old": [], "new": []}
        for turn in range(given.repeat):
            for which, source in sources.items():
                at = folder / f"store-{which}-{turn}"
                words = (FLAGSHIP, str(given.futures), str(at), str(given.threads))
                cpu, wall, _ = timed(RUN, source, *words, NUMBA_CACHE_DIR=str(folder / f"code-{which}"))
                taken[which].append((cpu, wall))
                size = stored(at) / given.futures / 1e6
                print(f"  {which}  {cpu:6.1f} CPU s  {wall:6.1f} s wall  {size:.2f} MB a future", flush=True)
        ratio = statistics.median(n[0] / o[0] for n, o in zip(taken["new"], taken["old"], strict=True))
        print(f"  processor time, new over old, median of {given.repeat} pairs: {ratio:.2f}")

        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NUMBA_CACHE_DIR": str(folder / "code-new")}
        out = subprocess.run(
            [sys.executable, "-c", LEVER, FLAGSHIP], env=environment, check=True, capture_output=True, text=True
        )
        many, one = json.loads(out.stdout)
        print(
            f"\na lever from a warm session, one thread: 300 futures {many:.3f} s with quantiles, "
            f"one future {1e3 * one:.0f} ms"
        )


if __name__ == "__main__":
    main()
