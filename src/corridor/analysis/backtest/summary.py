"""Every exercise of a backtest in one line: the model's error and score, the best naive forecast beside it, coverage.

The best naive forecast is the one with the least score once everything is known: a model that beats it beats them all.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

Rows = Sequence[Mapping[str, Any]]
Tables = Mapping[str, Rows]

COLUMNS = (
    "exercise", "forecast", "unit", "points", "error", "crps", "inside_80", "naive", "naive_error", "naive_crps",
    "better",
)  # fmt: skip
"""Columns of `summary`.

error : mean distance of the middle future from what was seen; crps : mean ranked score; both in `unit`
inside_80 : share of points inside the 80 % intervals
naive, naive_error, naive_crps : the naive forecast with the least score
better : whether the model's score is below it
"""
APART = ("exercise", "population")
"""columns by which the rows of one table are exercises of their own"""
UNSCORED = ("low_intake", "fitted")
"""tables and exercises that hold no forecast of anything: a chance without an event, and a fit to what is scored"""


def summary(tables: Tables, units: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return one row per exercise and forecast of the model, columns as in `COLUMNS`."""
    out = []
    for name, rows in tables.items():
        if name in UNSCORED or not rows:
            continue
        unit = units.get(name, "")
        if name == "camps_each":
            out.append(_camps(rows, unit))
            continue
        measure = "ard" if name == "camps" else "crps"
        for exercise, mine in _apart(name, rows):
            out += list(_of_one(exercise, mine, unit, measure))
    return out


def _apart(name: str, rows: Rows) -> Iterator[tuple[str, Rows]]:
    """Yield the exercises of a table: blind, nowcast ... of each population, or the table itself."""
    populations = dict.fromkeys(r["population"] for r in rows if r.get("population")) if name == "exodus" else {}
    if not populations:
        yield name, rows
        return
    for exercise in dict.fromkeys(str(r["exercise"]) for r in rows if r["exercise"] not in UNSCORED):
        part = [r for r in rows if r["exercise"] == exercise]
        shared = [r for r in part if r["population"] == "scenario"]
        for population in populations:
            own = [r for r in part if r["population"] == population]
            naive = [r for r in own if r["kind"] == "baseline"]
            if naive:
                yield f"{exercise}, {population}" if len(populations) > 1 else exercise, own
            if naive and shared:  # the whole model has one population; the first prior's baselines stand beside it
                yield f"{exercise}, {population}", [*shared, *naive]
                shared = []


def _of_one(exercise: str, rows: Rows, unit: str, measure: str) -> Iterator[dict[str, Any]]:
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault((str(row["forecast"]), str(row["kind"])), []).append(row)
    naive = {name: mine for (name, kind), mine in groups.items() if kind == "baseline"}
    score = {name: _mean(mine, measure) for name, mine in naive.items()}
    best = min(score, key=lambda name: score[name]) if score else ""
    for (name, kind), mine in groups.items():
        if kind == "baseline":
            continue
        own = _mean(mine, measure)
        yield {
            "exercise": exercise, "forecast": name, "unit": unit, "points": _points(mine),
            "error": _mean(mine, "mae" if measure == "crps" else measure), "crps": own,
            "inside_80": _mean(mine, "coverage_80"), "naive": best,
            "naive_error": _mean(naive[best], "mae" if measure == "crps" else measure) if best else math.nan,
            "naive_crps": score[best] if best else math.nan, "better": bool(best and own < score[best]),
        }  # fmt: skip


def _camps(rows: Rows, unit: str) -> dict[str, Any]:
    """Return the line of people in each camp: absolute errors, no ranked score."""
    own = _mean(rows, "mae")
    kept, equal = _mean(rows, "mae_persistence"), _mean(rows, "mae_equal_shares")
    found = {"last count kept": kept, "equal shares": equal}
    best = min(found, key=lambda name: found[name])
    return {
        "exercise": "camps_each", "forecast": "the run", "unit": unit, "points": len(rows), "error": own, "crps": own,
        "inside_80": _mean(rows, "coverage_80"), "naive": best, "naive_error": found[best], "naive_crps": found[best],
        "better": own < found[best],
    }  # fmt: skip


def _points(rows: Rows) -> int:
    """Return how many observations stand behind rows: their `n` or `days`, else one each."""
    return int(sum(row.get("n") or (row.get("days") if "ard" in row else 0) or 1 for row in rows))


def _mean(rows: Rows, key: str) -> float:
    values = [float(row[key]) for row in rows if row.get(key) is not None and math.isfinite(float(row[key]))]
    return float(np.mean(values)) if values else math.nan


def sentence(rows: Rows) -> str:
    """Return what was scored in one sentence; "" where nothing was."""
    if not rows:
        return ""
    won = [row for row in rows if row["better"]]
    points = sum(int(row["points"]) for row in rows)
    text = f"{len(rows)} {'exercise' if len(rows) == 1 else 'exercises'} scored on {points} points: better than every "
    text += f"naive forecast in {len(won)}"
    text += f" ({'; '.join(dict.fromkeys(str(row['exercise']) for row in won))})" if 0 < len(won) <= 4 else ""
    held = [row for row in rows if math.isfinite(row["inside_80"])]
    if held:
        among = sum(int(row["points"]) for row in held)
        inside = sum(row["inside_80"] * int(row["points"]) for row in held)
        text += f". 80 % intervals hold {inside:.0f} of {among} points ({100 * inside / among:.0f} %)"
    return text + "."
