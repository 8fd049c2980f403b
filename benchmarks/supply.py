"""Cost of access, delivery, rations, leaving and the road: microseconds a future and day, one thread, on the flagship.

    python benchmarks/supply.py [--old FOLDER] [--repeat 5]

History, then every policy under every condition, as one batch of the engine's size; times are processor time of the
thread. Delivery is told apart too: what a future-day costs where the quickest ways suffice, and where goods have to go
by all ways because something binds. FOLDER is a checkout of commit 3581821, which is played in turn with this one;
quote the ratio, because the time depends on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

PROCESSES = ("access", "delivery", "rations", "leaving", "road", "reception", "ledger")
FLAGSHIP, BATCH, REPEATS = "nagorno-karabakh-2023", 128, 5
OLD_BATCH = 64
QUICKEST, ALL_WAYS = "delivery, by the quickest ways", "delivery, by all ways"

OLD = """
import sys, time, json
import numpy as np, corridor
from corridor.engine.compile import compile_scenario, draw_inputs
from corridor.engine.day import impose, snapshot, start_state
from corridor.engine.schedule import future, history
from corridor.processes.base import Today

def once(c, futures):
    spent, days = {}, 0
    def play(state, schedule):
        nonlocal days
        for i in range(schedule.days):
            impose(state, p, schedule, i)
            days += 1
            for rule in c.rules:
                begin = time.thread_time()
                rule.step(c.net, state, p, Today(schedule.first_day + i, 1, futures))
                spent[rule.process] = spent.get(rule.process, 0.0) + time.thread_time() - begin
    p = draw_inputs(c, 1, futures)
    state = start_state(c, p)
    play(state, history(c))
    for policy in c.scenario.policies:
        for condition in c.scenario.conditions:
            play(snapshot(state), future(c, policy, condition))
    return {process: 1e6 * seconds / days / futures.size for process, seconds in spent.items()}

c = compile_scenario(corridor.load(sys.argv[1]))
tries = [once(c, np.arange(int(sys.argv[2]), dtype=np.uint32)) for _ in range(int(sys.argv[3]) + 1)]
print(json.dumps({process: min(one[process] for one in tries) for process in tries[0]}))
"""
"""The same for a commit of before, whose arrays began with the future."""


def once(c, futures):
    """Return the microseconds a future and day of each process."""
    from corridor.engine.compile import draw_inputs
    from corridor.engine.day import days, morning, prepared, start_state
    from corridor.engine.plan import future, history
    from corridor.rules.supply import delivery

    spent, played, bound = {}, 0, [0.0, 0]
    send_by_all_ways = delivery.send_by_all_ways

    def watched(*given):
        begin = time.thread_time()
        send_by_all_ways(*given)
        bound[0] += time.thread_time() - begin
        bound[1] += given[-1].size

    def play(state, p, schedule):
        nonlocal played
        drawn, handed = prepared(c, state, p, schedule)
        for i, today in enumerate(days(schedule, p, 1, futures)):
            morning(state, p, drawn, schedule, i, today)
            played += 1
            for rule, arrays, numbers in handed:
                begin = time.thread_time()
                rule.step(c.net, arrays, numbers, today)
                spent[rule.process] = spent.get(rule.process, 0.0) + time.thread_time() - begin

    p = dict(draw_inputs(c, 1, futures).numbers)
    state = start_state(c, p)
    delivery.send_by_all_ways = watched
    try:
        play(state, p, history(c))
        for policy in c.scenario.policies:
            for condition in c.scenario.conditions:
                play({name: array.copy() for name, array in state.items()}, dict(p), future(c, policy, condition))
    finally:
        delivery.send_by_all_ways = send_by_all_ways
    quick = spent["delivery"] - bound[0]
    parts = {QUICKEST: 1e6 * quick / played / futures.size, ALL_WAYS: 1e6 * bound[0] / bound[1]}
    return {process: 1e6 * seconds / played / futures.size for process, seconds in spent.items()} | parts


def new():
    """Print the least of several tries of this checkout, as JSON."""
    import numpy as np

    import corridor
    from corridor.engine.compile import compile_scenario

    c = compile_scenario(corridor.load(FLAGSHIP))
    tries = [once(c, np.arange(BATCH, dtype=np.uint32)) for _ in range(REPEATS + 1)]
    print(json.dumps({process: min(one[process] for one in tries) for process in tries[0]}))


def measured(folder, *command):
    """Return what a program prints as JSON, run on the package in a checkout."""
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    done = subprocess.run([sys.executable, *command], env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--old", type=Path, help="a checkout of commit 3581821")
    parser.add_argument("--repeat", type=int, default=5, help="runs, old and new in turn")
    parser.add_argument("--one", action="store_true", help="print one run of this checkout as JSON")
    given = parser.parse_args()
    if given.one:
        new()
        return
    root, rows = Path(__file__).parents[1], []
    for _ in range(given.repeat):
        old = given.old and measured(given.old.resolve(), "-c", OLD, FLAGSHIP, str(OLD_BATCH), str(REPEATS))
        rows.append((old, measured(root, __file__, "--one")))
    groups = [*((process,) for process in PROCESSES), ("access", "leaving", "road")]
    print(f"microseconds a future and day, batch of {BATCH}, medians of {given.repeat}")
    for group in groups:
        after = [sum(new[process] for process in group) for _, new in rows]
        line = f"{'+'.join(group):20s} new {statistics.median(after):6.2f}"
        if given.old:
            before = [sum(old[process] for process in group) for old, _ in rows]
            ratio = statistics.median(a / b for a, b in zip(after, before, strict=True))
            line += f"   old {statistics.median(before):6.2f}   new over old {ratio:.2f}"
        print(line)
    for part in (QUICKEST, ALL_WAYS):
        print(f"{part:30s} {statistics.median(new[part] for _, new in rows):6.2f}")


if __name__ == "__main__":
    main()
