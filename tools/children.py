"""Print what becomes of children who eat a constant share of their need: z-score and wasting after 30, 60 and 180 days.

    python tools/children.py

Rule `balance` at its defaults, all households alike, the share being what every child has on its plate; no child dies.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from bodies import begin, numbers
from corridor.rules.base import Today
from corridor.rules.bodies import children_balance, wasting

SHARES = np.array([1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5])
DAYS = (30, 60, 180)


def table() -> np.ndarray:
    """Return (share, day, 2): mean z-score, and the share of children below -2 z-scores."""
    p = numbers(SHARES.size, {})
    state = begin((children_balance,), p, 1000)
    state["eaten_child"] = np.ones((1, 5, SHARES.size))
    below, out = np.empty((1, wasting.BANDS, SHARES.size)), np.empty((SHARES.size, len(DAYS), 2))
    for day in range(1, max(DAYS) + 1):
        state["eaten_child"][:] = np.minimum(SHARES, state["child_asks"])
        children_balance.RULE.step(None, state, p, Today(day, 0, np.zeros(1, np.uint32)))
        if day in DAYS:
            wasting.count_wasted_children(state["child_z"], p["wasting.spread"], below)
            out[:, DAYS.index(day), 0], out[:, DAYS.index(day), 1] = state["whz"][0], below[0, 1]
    return out


def rows() -> list[str]:
    """Return the rows of the table as the page of the rule has them."""
    return [
        f"| {share:.2f} | " + " | ".join(f"{z:.2f} ({100 * gam:.0f} %)" for z, gam in line) + " |"
        for share, line in zip(SHARES, table(), strict=True)
    ]


if __name__ == "__main__":
    print("| share of need | " + " | ".join(f"{day} d" for day in DAYS) + " |")
    print("|---|---|---|---|")
    print("\n".join(rows()))
