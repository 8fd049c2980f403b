"""How cost grows: eight times the futures, days or places, and the processor time that each takes.

    python benchmarks/extremes.py

Prints the ratio of the two times over eight: 1 is linear, above 1 is worse; then what 100 to 5,000 places take, each on
a way of its own: cost a place in the last column, which grows where cost is worse than linear. Memory of 100,000
futures and of a table of 100,000 links: `python tools/reliability.py --only memory`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

for folder in ("tests", "tests/claims"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / folder))

from test_extremes import star  # noqa: E402

from corridor.engine import run  # noqa: E402
from small import small  # noqa: E402

TIMES = 8
PLACES = (100, 300, 600, 1200, 2500, 5000)


def seconds(play: Callable[[int], object], size: int) -> float:
    """Return the least processor time of three plays."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        play(size)
        spent.append(time.process_time() - start)
    return min(spent)


def main() -> None:
    one = {"policies": ["open"], "conditions": ["calm"], "threads": 1}
    grown: dict[str, tuple[Callable[[int], object], int]] = {
        "futures": (lambda n: run(small(history=5, horizon=20), futures=n, **one), 128),
        "days": (lambda n: run(small(history=5, horizon=n), futures=64, **one), 100),
        "places": (lambda n: run(star(n), futures=16, **one), 40),
    }
    run(small(history=2, horizon=2), futures=2, **one)
    for what, (play, base) in grown.items():
        few, many = seconds(play, base), seconds(play, TIMES * base)
        ratio = many / few / TIMES
        print(f"{what}: {base:,} in {few:.3f} s, {TIMES * base:,} in {many:.3f} s; {ratio:.2f} of linear")
    print("places    s  ms a place  (2 futures, 7 days)")
    for places in PLACES:
        case = star(places)
        taken = seconds(lambda _, case=case: run(case, futures=2, **one), places)
        print(f"{places:6,} {taken:5.2f} {1000.0 * taken / places:8.2f}")


if __name__ == "__main__":
    main()
