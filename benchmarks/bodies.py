"""Cost of the bodies' rules: nanoseconds per body cell and day, one thread, a batch of futures as the engine plays it.

    python benchmarks/bodies.py [--old FOLDER] [--repeat 5]

A cell is one (place, sex, intake quantile, future). FOLDER is a checkout of an earlier commit, whose own benchmark of
the same name is run in turn with this one; quote the ratio, because the time depends on what else the machine does.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from corridor.engine.evaluate import BATCH
from corridor.rules.base import Today, made
from corridor.rules.bodies import (
    adults,
    adults_reduced,
    care,
    child_deaths,
    children_balance,
    deaths,
    inequality,
    need,
    sharing,
    wasting,
)

PLACES, DAYS, REPEATS = 5, 200, 40
CHAIN = (need, care, sharing, adults, children_balance, wasting, child_deaths, deaths)
TODAY = Today(0, 0, np.arange(BATCH, dtype=np.uint32))


def prepare(rules):
    """Return arrays and inputs of a batch in which every future has its own numbers and all are short of food."""
    uniform = np.random.default_rng(1).random
    inputs = {"bodies.first_day": np.full(BATCH, 1.0)}
    for rule in rules:
        for q in rule.PARAMETERS:
            inputs[q.name] = q.low + (q.high - q.low) * uniform(BATCH)
    inputs |= need.derived(inputs)
    state = {"people": np.full((PLACES, BATCH), 20_000), "ration_cv": np.zeros((PLACES, BATCH))}
    state["plenty"] = np.ones((PLACES, BATCH))
    state["unmet"] = uniform((PLACES, BATCH))
    state["intake"] = inputs["intake.requirement"] * (0.4 + 0.6 * uniform((PLACES, BATCH)))
    for rule in rules:
        state |= made(rule.RULE.states, {"place": PLACES}, BATCH)
    for rule in rules:
        if rule.RULE.start is not None:
            rule.RULE.start(None, state, inputs)
    return state, inputs


def cost(rules):
    """Return the least time of each rule, ns per cell and day; other programs seldom stop the same rule each time."""
    tries = []
    for _ in range(REPEATS):
        state, inputs = prepare(rules)
        spent = [0.0] * len(rules)
        for _ in range(DAYS):
            for i, rule in enumerate(rules):
                begin = time.perf_counter()
                rule.RULE.step(None, state, inputs, TODAY)
                spent[i] += time.perf_counter() - begin
            state["people"] -= state["deaths"]
        tries.append(spent)
    return [1e9 * spent / (DAYS * BATCH * PLACES * 2 * inequality.QUANTILES) for spent in np.min(tries, axis=0)]


def show():
    """Print the table of this checkout."""
    simple = tuple(adults_reduced if rule is adults else rule for rule in CHAIN)
    for rules in (CHAIN, simple):
        cost(rules)  # compile
        spent = cost(rules)
        if rules is CHAIN:
            for rule, ns in zip(rules, spent, strict=True):
                print(f"{rule.RULE.process:10s} {rule.RULE.name:12s} {ns:6.1f} ns")
        print(f"{'bodies':10s} {rules[CHAIN.index(adults)].RULE.name:12s} {sum(spent):6.1f} ns per cell and day")


def run(folder):
    """Return what the benchmark in a checkout prints, and the sum of the rules of the chain."""
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    # as many repetitions on both sides: the least time is then free of what else the machine does
    code = f"import sys; sys.path.insert(0, sys.argv.pop()); import bodies; bodies.REPEATS = {REPEATS}; bodies.main()"
    command = [sys.executable, "-c", code, str(folder / "benchmarks")]
    text = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in text.splitlines()]
    return text, sum(float(row[2]) for row in rows if row[0] != "bodies")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--old", type=Path, help="a checkout of an earlier commit")
    parser.add_argument("--repeat", type=int, default=5, help="pairs of runs, old and new in turn")
    given = parser.parse_args()
    if given.old is None:
        show()
        return
    pairs = []
    for _ in range(given.repeat):
        (old_text, old), (new_text, new) = run(given.old.resolve()), run(Path(__file__).parents[1])
        pairs.append((old, new))
        print(f"old {old:5.1f} ns   new {new:5.1f} ns   new over old {new / old:.2f}", flush=True)
    print(f"\nold\n{old_text}\nnew\n{new_text}")
    print(f"new over old, median of {given.repeat} pairs: {statistics.median(new / old for old, new in pairs):.2f}")


if __name__ == "__main__":
    main()
