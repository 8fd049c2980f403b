"""The first run: machine code for all rules of a case, compiled in parallel processes, once for each state of the code.

A kernel is compiled when it is first called. Left to one process that takes most of a minute; here each process takes
the next rule that nobody has taken, plays it once on two futures, and leaves its machine code in the cache.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from corridor.core.parent import end_with_parent, environment
from corridor.kernels.jit import cache, digest
from corridor.scenario.model import Scenario

MOST = 8
"""processes at the most: more would wait for the longest kernel"""
SLOWEST = (
    "delivery",
    "movement",
    "leaving",
    "exits",
    "road",
    "access",
    "deaths",
    "adults",
    "rations",
    "sharing",
    "intake",
)
"""processes of a day by the time their kernels take to compile, longest first; the rest follows"""
FEW = 4
"""rules that are compiled as they are called: beginning processes for less would take longer"""
CASE = "berlin-1948"
"""a bundled case on which rules for homes are tried"""
MOVING = {"release", "departures", "on_road"}
"""states that are set so that somebody leaves: kernels of the road are called only where somebody is on it"""


def prepare(scenario: Scenario, say: Callable[[str], None] | None = None) -> None:
    """Compile the rules of a case in parallel where that has not been done; tell it through `say` before it begins.

    Nothing is lost where it fails: kernels are then compiled as they are called.
    """
    cores = min(MOST, os.cpu_count() or 1)
    from corridor.engine.compile import rules_of

    rules = {rule.process: rule.name for rule in rules_of(scenario) if rule.process != "movement"}
    marks = [_mark(process, rule) for process, rule in rules.items()]
    missing = sum(not mark.exists() for mark in marks)
    if cores < 2 or not scenario.homes or missing < FEW or os.environ.get("NUMBA_DISABLE_JIT") == "1":
        return
    if say is not None:
        say(f"first run of this version: compiling the rules, on {cores} cores")
    with tempfile.TemporaryDirectory(prefix="corridor-") as taken:
        command = [sys.executable, "-m", "corridor.engine.warm", taken, json.dumps(rules)]
        given = environment(NUMBA_CACHE_DIR=str(cache()))
        workers = [subprocess.Popen(command, env=given, stderr=subprocess.DEVNULL) for _ in range(cores)]
        try:
            done = [worker.wait() == 0 for worker in workers]
        finally:
            for worker in workers:
                worker.kill()
    if all(done):
        for mark in marks:
            mark.touch()


def _mark(process: str, rule: str) -> Path:
    """Return the file that says that a rule has been compiled, named by what it was compiled from."""
    # with its folder: machine code is kept for each copy of the package
    sums = hashlib.sha256(f"{digest(__file__)} {__file__} {process} {rule}".encode())
    return cache() / f"compiled-{sums.hexdigest()[:16]}"


def work(taken: Path, rules: Mapping[str, str]) -> None:
    """Play each rule once that no other process has taken; taken : folder in which a rule is taken by a file."""
    import numpy as np

    from corridor.engine.compile import compile_scenario, draw_inputs
    from corridor.engine.day import hands, start_state
    from corridor.rules.base import Today
    from corridor.scenario import load

    gc.disable()  # the compiler makes many small things, and a twentieth of its time went into looking at them
    case = load(CASE)
    c = compile_scenario(case.model_copy(update={"rules": rules}))
    futures = np.arange(2, dtype=np.uint32)
    p = dict(draw_inputs(c, 1, futures).numbers)
    state = start_state(c, p)
    rank = {process: i for i, process in enumerate(SLOWEST)}
    for rule, arrays, numbers in sorted(hands(c, state, p), key=lambda hand: rank.get(hand[0].process, len(rank))):
        try:
            os.close(os.open(taken / rule.process, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            continue
        for name in MOVING & arrays.keys():
            arrays[name][:] = 1
        rule.step(c.net, arrays, numbers, Today(0, 1, futures))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        end_with_parent()
        work(Path(sys.argv[1]), json.loads(sys.argv[2]))
    else:
        from corridor.scenario import bundled, load

        for name in bundled():
            prepare(load(name), print)
