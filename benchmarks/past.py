"""What a past that agrees with the signs costs: processor time of histories beside that of the futures of a comparison.

    python benchmarks/past.py [--case nagorno-karabakh-2023] [--futures 128]

The look is at 128 histories, or at 640 where those leave it open; the search is counted where signs leave too few.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import corridor
from corridor.analysis.signs.population import DEFAULT, LOOK, PILOT
from corridor.engine import histories, run
from corridor.studies.past import population_of, reads_of


def seconds(do: Callable[[], Any]) -> tuple[float, Any]:
    """Return processor time and what was done."""
    since = time.process_time()
    done = do()
    return time.process_time() - since, done


def main() -> None:
    """Print milliseconds of a history and of a future, and what follows for a comparison of 1,000 futures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--case", default="nagorno-karabakh-2023")
    parser.add_argument("--futures", type=int, default=128)
    asked = parser.parse_args()
    case, n = corridor.load(asked.case), asked.futures
    numbers = np.arange(n, dtype=np.uint32)
    run(case, futures=8, seed=1, threads=1)  # compiles
    past, _ = seconds(lambda: histories(case, numbers, seed=1, record=reads_of(case)))
    whole, _ = seconds(lambda: run(case, futures=n, seed=1, threads=1))
    each = past / whole
    print(f"history {1e3 * past / n:.1f} ms, future {1e3 * whole / n:.1f} ms")
    for name, tried in (("look, clear", LOOK), ("look, not clear", LOOK + PILOT)):
        print(f"{name}: {tried} histories, {100 * each * tried / DEFAULT:.0f} % of {DEFAULT} futures")
    took, kept = seconds(lambda: population_of(case, n, 1, threads=1))
    if kept is not None:
        tried = int(kept.address[-1]) + 1
        print(f"search: {tried / n:.2f} histories a future, {100 * each * tried / n:.0f} % more; {took:.0f} s for {n}")


if __name__ == "__main__":
    main()
