"""How cost grows: eight times the futures, days or places, and the processor time that each takes.

    python benchmarks/extremes.py

Prints the ratio of the two times over eight: 1 is linear, above 1 is worse. Memory of 100,000 futures and of a table of
100,000 links: `python tools/reliability.py --only memory`.
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
        # ways are kept for each home and link, which grows with the square: beyond some 600 of both it is felt
        "hundreds of places": (lambda n: run(star(n), futures=2, **one), 160),
    }
    run(small(history=2, horizon=2), futures=2, **one)
    for what, (play, base) in grown.items():
        few, many = seconds(play, base), seconds(play, TIMES * base)
        ratio = many / few / TIMES
        print(f"{what}: {base:,} in {few:.3f} s, {TIMES * base:,} in {many:.3f} s; {ratio:.2f} of linear")


if __name__ == "__main__":
    main()
