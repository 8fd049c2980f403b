"""Times the displacement rules against their peer (Flee 3.1 of the package index) on the same case, one core each.

    python benchmarks/flee.py CASE_FOLDER SETTINGS.yml [--scales 0.1 1 10] [--all CASES_FOLDER] [--no-peer]

The peer is installed into an environment of its own, and held to 4 GiB. Both are timed over the simulated days alone,
reading excluded; ours after a warm-up run, with the compilation of the network included, several times: median, and
the fastest and the slowest run. A run of the peer takes minutes: it is run once, and what it took is kept beside its
environment (`--again` repeats it). CPU time is the fairer ratio on a machine that others use. `--all` adds every case
of a folder, ours alone: one future at the given population and at 100 times it, and 1,000 futures on two cores.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from statistics import median

from corridor.analysis.displacement.scores import FLEE_2026, relative_difference
from corridor.exchange.flee.cases import read_flee_cases
from corridor.exchange.flee.read import read_flee_case
from corridor.exchange.flee.settings import read_flee_settings
from corridor.rules.displacement.case import DisplacementCase, scaled
from corridor.rules.displacement.flee3 import Flee3
from corridor.rules.displacement.followers import Followers
from corridor.rules.displacement.simulate import DisplacementRule, simulate_displacement

PEER = "flee==3.1"
# what the peer needs for a run without MPI and couplings; its own list of requirements is longer
NEEDED = ("numpy", "pandas", "pyyaml", "beartype", "networkx", "matplotlib")
Times = dict[str, float]
DRIVER = Path(__file__).with_name("flee_driver.py")


def peer_python(folder: Path) -> Path:
    """Return the interpreter of the peer's environment, made and filled where it is missing."""
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        print(f"installing {PEER} into {folder.name} ...", flush=True)
        venv.create(folder, with_pip=True)
        for words in ((*NEEDED,), ("--no-deps", PEER)):
            subprocess.run([str(python), "-m", "pip", "install", "-q", *words], check=True)
    return python


def time_peer(python: Path, case: Path, settings: Path, scale: float, kept: Path, *, again: bool) -> Times:
    """Run the peer once, or return what it took the last time."""
    known: dict[str, Times] = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    inputs = b"".join(path.read_bytes() for path in (settings, DRIVER, *sorted((case / "input_csv").glob("*.csv"))))
    key = f"{case.resolve().name} x {scale:g} {hashlib.sha256(inputs).hexdigest()[:12]}"
    if key in known and not again:
        return known[key]
    # -P: this very file would else be imported in place of the peer, whose name it bears
    words = [str(python), "-P", str(DRIVER), str(case), str(settings), "--scale", str(scale)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    out = subprocess.run(words, check=True, capture_output=True, text=True, env=environment)
    known[key] = {name: value for name, value in json.loads(out.stdout).items() if isinstance(value, int | float)}
    kept.write_text(json.dumps(known, indent=1), encoding="utf-8")
    return known[key]


def time_ours(case: DisplacementCase, rule: DisplacementRule, repeats: int = 9) -> Times:
    """Run one future several times: median, fastest and slowest wall time, median CPU time."""
    simulate_displacement(case, rule)
    wall, cpu = [], []
    for _ in range(repeats):
        began, used = time.perf_counter(), time.process_time()
        out = simulate_displacement(case, rule)
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - used)
    many = simulate_displacement(case, rule, futures=8)
    error = relative_difference(many.camps(case), case.counted)
    return {
        "wall_s": median(wall),
        "fastest_s": min(wall),
        "slowest_s": max(wall),
        "cpu_s": median(cpu),
        "error": float(error.mean()),
        "agents": int(out.people[0, -1].sum() + out.on_road[0, -1] + out.gone[0, -1]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", type=Path)
    parser.add_argument("settings", type=Path)
    parser.add_argument("--scales", type=float, nargs="+", default=[0.1, 1.0, 10.0], help="population, times")
    parser.add_argument("--environment", type=Path, default=Path(tempfile.gettempdir()) / "corridor-flee-3.1")
    parser.add_argument("--no-peer", action="store_true", help="time ours alone")
    parser.add_argument("--again", action="store_true", help="run the peer even where its time is known")
    parser.add_argument("--all", type=Path, metavar="CASES_FOLDER", help="also time ours on every case in there")
    wanted = parser.parse_args()
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else set()
    pin(cores, 1)
    rule, notes = read_flee_settings(wanted.settings, as_flee=True)
    for note in notes:
        print(note.sentence(), file=sys.stderr)
    python = None if wanted.no_peer else peer_python(wanted.environment)
    kept = wanted.environment / "times.json"
    case = read_flee_case(wanted.case)
    print(f"{case.name}: Flee (May 2026, once) scores {FLEE_2026.get(case.name, (float('nan'),))[0]:.3f}")
    print("population    program    persons    wall s (fastest-slowest)     CPU s  error  wall x   CPU x")
    for scale in wanted.scales:
        peer = time_peer(python, wanted.case, wanted.settings, scale, kept, again=wanted.again) if python else None
        if peer:
            show(scale, "Flee 3.1", peer, peer)
        there = scaled(case, scale)
        show(scale, "flee3", time_ours(there, rule), peer)
        show(scale, "followers", time_ours(there, Followers()), peer)
    pin(cores, 2)
    for name, one in (("flee3", rule), ("followers", Followers())):
        began = time.perf_counter()
        simulate_displacement(case, one, futures=1000, threads=2)
        print(f"1,000 futures of {name} on two cores: {time.perf_counter() - began:.1f} s", flush=True)
    if wanted.all:
        every_case(wanted.all, rule, cores)


def every_case(folder: Path, rule: Flee3, cores: set[int]) -> None:
    """Time ours on all cases of a folder: one future, 100 times as many people, 1,000 futures on two cores."""
    print("\nOne future, one core: median (fastest-slowest) s; x 100: cost of 100 times as many people")
    print("case           flee3                  x 100   followers              x 100   1,000 futures of followers, s")
    for case in read_flee_cases([folder]):
        cells = []
        for one in (rule, Followers()):
            pin(cores, 1)
            # turn about, so that a busy minute of the machine does not fall on one of the two alone
            small, large = [], []
            for _ in range(3):
                small.append(time_ours(case, one, 3))
                large.append(time_ours(scaled(case, 100.0), one, 3))
            spread = f"({min(s['fastest_s'] for s in small):.3f}-{max(s['slowest_s'] for s in small):.3f})"
            cost = median(m["cpu_s"] for m in large) / median(s["cpu_s"] for s in small)
            cells.append(f"{median(s['wall_s'] for s in small):6.3f} {spread:>15} {cost:6.2f}")
        pin(cores, 2)
        began = time.perf_counter()
        simulate_displacement(case, Followers(), futures=1000, threads=2)
        print(f"{case.name:12} {cells[0]}  {cells[1]}  {time.perf_counter() - began:8.1f}", flush=True)


def pin(cores: set[int], number: int) -> None:
    """Stay on so many of the cores, here and in what is started from here."""
    if cores:
        os.sched_setaffinity(0, set(sorted(cores)[:number]))


def show(scale: float, program: str, one: Times, peer: Times | None) -> None:
    """Print one line of the table."""
    wall, cpu = (f"{peer[k] / one[k]:7,.0f}" if peer else "      -" for k in ("wall_s", "cpu_s"))
    spread = f"({one['fastest_s']:.3f}-{one['slowest_s']:.3f})" if "fastest_s" in one else ""
    figures = f"{one['agents']:10,.0f} {one['wall_s']:9.3f} {spread:>15} {one['cpu_s']:9.3f} {one['error']:6.3f}"
    print(f"{scale:10g} {program:>10} {figures} {wall} {cpu}", flush=True)


if __name__ == "__main__":
    main()
