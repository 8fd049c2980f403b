"""Times rule `flee3` against its peer (Flee 3.1 of the package index) on the same case, one core each.

    python benchmarks/flee.py CASE_FOLDER SETTINGS.yml [--scales 0.1 1 10] [--environment FOLDER]

The peer is installed into an environment of its own. Both are timed over the simulated days alone, reading excluded;
ours after one warm-up run, with the compilation of the network included. Memory is not compared.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from corridor.analysis.movement_scores import FLEE_2026, relative_difference
from corridor.exchange.flee import read_flee_case
from corridor.exchange.flee_settings import read_flee_settings
from corridor.processes.movement_case import scaled
from corridor.processes.movement_followers import Followers
from corridor.processes.movement_simulate import MovementRule, simulate_movement

PEER = "flee==3.1"
# what the peer needs for a run without MPI and couplings; its own list of requirements is longer
NEEDED = ("numpy", "pandas", "pyyaml", "beartype", "networkx", "matplotlib")
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


def time_peer(python: Path, case: Path, settings: Path, scale: float) -> dict[str, float]:
    """Run the peer once."""
    # -P: this very file would else be imported in place of the peer, whose name it bears
    words = [str(python), "-P", str(DRIVER), str(case), str(settings), "--scale", str(scale)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    out = subprocess.run(words, check=True, capture_output=True, text=True, env=environment)
    return dict(json.loads(out.stdout))


def time_ours(case: Path, rule: MovementRule, scale: float, repeats: int = 5) -> dict[str, float]:
    """Run one future several times and keep the fastest."""
    there = scaled(read_flee_case(case), scale)
    simulate_movement(there, rule)
    best = (float("inf"), float("inf"))
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        out = simulate_movement(there, rule)
        best = min(best, (time.perf_counter() - wall, time.process_time() - cpu))
    many = simulate_movement(there, rule, futures=10)
    error = relative_difference(many.camps(there), there.counted)
    persons = int(out.people[0, -1].sum() + out.on_road[0, -1] + out.gone[0, -1])
    return {"wall_s": best[0], "cpu_s": best[1], "error": float(error.mean()), "agents": persons}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", type=Path)
    parser.add_argument("settings", type=Path)
    parser.add_argument("--scales", type=float, nargs="+", default=[0.1, 1.0, 10.0])
    parser.add_argument("--environment", type=Path, default=Path(tempfile.gettempdir()) / "corridor-flee-3.1")
    parser.add_argument("--no-peer", action="store_true", help="time ours alone")
    wanted = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        # one core, here and in what is started from here
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rule, notes = read_flee_settings(wanted.settings, as_flee=True)
    for note in notes:
        print(note.sentence(), file=sys.stderr)
    python = None if wanted.no_peer else peer_python(wanted.environment)
    name = wanted.case.resolve().name
    print(f"{name}: Flee (May 2026, once) scores {FLEE_2026.get(name, (float('nan'),))[0]:.3f}")
    print("population    program    persons    wall s     CPU s  error  wall x   CPU x")
    for scale in wanted.scales:
        peer = time_peer(python, wanted.case, wanted.settings, scale) if python else None
        if peer:
            show(scale, "Flee 3.1", peer, peer)
        show(scale, "flee3", time_ours(wanted.case, rule, scale), peer)
        show(scale, "followers", time_ours(wanted.case, Followers(), scale), peer)


def show(scale: float, program: str, one: dict[str, float], peer: dict[str, float] | None) -> None:
    wall, cpu = (f"{peer[k] / one[k]:7.0f}" if peer else "      -" for k in ("wall_s", "cpu_s"))
    figures = f"{one['agents']:10,.0f} {one['wall_s']:9.3f} {one['cpu_s']:9.3f} {one['error']:6.3f}"
    print(f"{scale:10g} {program:>10} {figures} {wall} {cpu}", flush=True)


if __name__ == "__main__":
    main()
