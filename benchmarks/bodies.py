"""Cost of the bodies' rules: nanoseconds per body cell and day, one thread.

A cell is one (future, place, sex, intake quantile). Run: python benchmarks/bodies.py
"""

from __future__ import annotations

import time

import numpy as np

from corridor.rules.base import Today
from corridor.rules.bodies import adults, adults_reduced, children, deaths, sharing, wasting

FUTURES, PLACES, DAYS, REPEATS = 64, 5, 200, 5
CHAIN = (sharing, adults, children, wasting, deaths)
TODAY = Today(0, 0, np.arange(FUTURES, dtype=np.uint32))


def prepare(rules):
    """Return state and inputs of a batch in which every future has its own numbers and all are short of food."""
    uniform = np.random.default_rng(1).random
    inputs = {"intake.requirement": np.full(FUTURES, 2100.0), "intake.access_cv": 0.1 + 0.2 * uniform(FUTURES)}
    for rule in rules:
        for q in rule.PARAMETERS:
            inputs[q.name] = q.low + (q.high - q.low) * uniform(FUTURES)
    state = {"people": np.full((FUTURES, PLACES), 20_000)}
    state["intake"] = 2100.0 * (0.4 + 0.6 * uniform((FUTURES, PLACES)))
    for rule in rules:
        rule.RULE.start(None, state, inputs)
    return state, inputs


def cost(rules, only=None):
    """Return the least time of `REPEATS` in ns per cell and day, of all rules or of one in the chain."""
    best = np.inf
    for _ in range(REPEATS):
        state, inputs = prepare(rules)
        spent = 0.0
        for _ in range(DAYS):
            for rule in rules:
                begin = time.perf_counter()
                rule.RULE.step(None, state, inputs, TODAY)
                if only in (None, rule):
                    spent += time.perf_counter() - begin
        best = min(best, spent)
    return 1e9 * best / (DAYS * FUTURES * PLACES * 2 * sharing.QUANTILES)


def main():
    cost(CHAIN)  # compile
    for rule in CHAIN:
        print(f"{rule.RULE.process:10s} {rule.RULE.name:12s} {cost(CHAIN, rule):6.1f} ns")
    print(f"{'bodies':10s} {'hall':12s} {cost(CHAIN):6.1f} ns per cell and day (at most 60, aim 25)")
    simple = tuple(adults_reduced if rule is adults else rule for rule in CHAIN)
    cost(simple)
    print(f"{'bodies':10s} {'reduced':12s} {cost(simple):6.1f} ns per cell and day")


if __name__ == "__main__":
    main()
