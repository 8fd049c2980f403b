"""Seconds, peak memory, cost per place-day and share of time per process of the daily engine.

    python benchmarks/engine.py [--futures 100 1000 10000] [--repeat 3]

Each size runs in a process of its own, after a warm-up, several times; medians and spreads are printed. The small
case has 2 homes and plays 300 days (30 of history) of one policy; the flagship plays everything.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))


def play(name: str, futures: int, threads: int) -> dict[str, float]:
    """Play once after a warm-up; return seconds and peak memory of this process."""
    import corridor

    if name == "small":
        from small import small

        case = small(history=30, horizon=270)
        chosen = {"policies": ["relief"], "conditions": ["calm"]}
    else:
        case, chosen = corridor.load(name), {}
    corridor.run(case, futures=2, threads=1, **chosen)
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        corridor.run(case, futures=futures, threads=threads, store=Path(folder) / "run", **chosen)
        seconds = time.perf_counter() - begin
        size = sum(p.stat().st_size for p in Path(folder).rglob("*") if p.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak_mib": peak, "stored_mib": size / 2**20}


def shares() -> list[tuple[str, float]]:
    """Return the share of one thread's time spent in each process, on the flagship."""
    import numpy as np

    import corridor
    from corridor.engine.compile import compile_scenario, draw_inputs
    from corridor.engine.day import impose, prepared, start_state
    from corridor.engine.plan import future, history
    from corridor.rules.base import Today

    c = compile_scenario(corridor.load("nagorno-karabakh-2023"))
    futures = np.arange(32, dtype=np.uint32)
    spent: dict[str, float] = {}
    for _ in range(2):
        spent = dict.fromkeys(["schedule", *(rule.process for rule in c.rules)], 0.0)
        p = dict(draw_inputs(c, 1, futures).numbers)
        state = start_state(c, p)
        for schedule in (history(c), future(c, c.scenario.policies[1], c.scenario.conditions[1])):
            drawn, handed = prepared(c, state, p, schedule)
            for i in range(schedule.days):
                begin = time.perf_counter()
                impose(state, p, drawn, schedule, i)
                spent["schedule"] += time.perf_counter() - begin
                for rule, arrays, numbers in handed:
                    begin = time.perf_counter()
                    rule.step(c.net, arrays, numbers, Today(schedule.first_day + i, 1, futures))
                    spent[rule.process] += time.perf_counter() - begin
    total = sum(spent.values())
    return sorted(((name, s / total) for name, s in spent.items()), key=lambda row: -row[1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--futures", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--one", nargs=2)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(play(given.one[0], int(given.one[1]), given.threads)))
        return
    print("case               futures   days   seconds (spread)      ns/place-day   peak MiB   stored MiB")
    sizes = [("small", n, 300, 2) for n in given.futures] + [("nagorno-karabakh-2023", 1000, 281 + 12 * 91, 5)]
    for name, futures, days, places in sizes:
        runs = []
        for _ in range(given.repeat):
            command = [sys.executable, __file__, "--threads", str(given.threads), "--one", name, str(futures)]
            runs.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
        seconds = [r["seconds"] for r in runs]
        middle = statistics.median(seconds)
        print(
            f"{name:<22} {futures:>6} {days:>6} {middle:>8.2f} ({min(seconds):.2f}-{max(seconds):.2f})"
            f" {1e9 * middle / (futures * days * places):>14.0f} {max(r['peak_mib'] for r in runs):>10.0f}"
            f" {runs[0]['stored_mib']:>12.1f}",
            flush=True,
        )
    print("\nshare of one thread's time, flagship:")
    for process, share in shares():
        print(f"  {process:<10} {100 * share:5.1f} %")


if __name__ == "__main__":
    main()
