"""Print what becomes of children who eat a constant share of their need: z-score and wasting after 30, 60 and 180 days.

    python tools/children.py [--blockade]

Rule `balance` at its defaults, all households alike, the share being what every child has on its plate; no child dies.
`--blockade` plays whole blockades instead, of folders that say little, in which half or six tenths of need are sent for
half a year: by what is sent, porosity, and what people find.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

import blockades

import corridor
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


def sent(share: float, porosity: str, found: float | None) -> corridor.Scenario:
    """Return half a year of a blockade in which a share of need is sent, of a folder that says next to nothing.

    found : what people find that nobody counts, share of need, and that is all; None where the folder does not say it
    """
    start = date(2016, 1, 1)

    def ends(value: float, low: float, high: float) -> dict[str, float]:
        return {"value": value, "low": low, "high": high}

    one = {
        "id": "half", "title": "Half a year", "start": start, "days": 190, "source": "assumed", "checked": "invented",
        "place": {"latitude": 11.5, "longitude": 13.7, "group": "middle_east_north_africa", "porosity": porosity},
        "inputs": {
            "people": ends(24_000, 15_000, 30_000), "pantry": ends(7, 3, 14), "stock": ends(7, 3, 14),
            "output": ends(0, 0, 0),
        },
        "sends": [{"from": start, "class": "commercial", **ends(share, 0.9 * share, 1.1 * share)}], "records": [],
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        case = corridor.load(blockades.write(one, Path(folder) / "half", silent=True))
    return case if found is None else corridor.override(case, {"places.town.extra": found})


def after_half_a_year(case: corridor.Scenario, futures: int = 128) -> str:
    """Return wasting, mean z-score, and the share of children who live: median and ends of 80 %."""
    ds = corridor.run(case, futures=futures, seed=1, record=["gam", "whz", "people_under5"])
    part = ds.isel(policy=0, condition=0).squeeze("place")
    gam, z, children = (part[name].transpose("future", "day").values for name in ("gam", "whz", "people_under5"))
    told = []
    for values in (gam[:, -1], z[:, -1], children[:, -1] / children[:, 1]):
        low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
        told.append(f"{middle:.2f} ({low:.2f} to {high:.2f})")
    return " | ".join([*told, f"{gam[:, -1].max():.2f}"])


BLOCKADES = ((0.5, "guarded", None), (0.5, "sealed", None), (0.5, "sealed", 0.0), (0.6, "sealed", 0.0))
"""share of need sent, porosity, and what people find"""


def main() -> None:
    """Print the table that is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--blockade", action="store_true", help="play whole blockades instead")
    if parser.parse_args().blockade:
        print("| sent | porosity | found | wasting | z | children who live | wasting at most |")
        print("|---|---|---|---|---|---|---|")
        for share, porosity, found in BLOCKADES:
            said = "not said" if found is None else found
            print(f"| {share} | {porosity} | {said} | {after_half_a_year(sent(share, porosity, found))} |", flush=True)
        return
    print("| share of need | " + " | ".join(f"{day} d" for day in DAYS) + " |")
    print("|---|---|---|---|")
    print("\n".join(rows()))


if __name__ == "__main__":
    main()
