"""Runs in which the sides chose, in the plain form that the report's section on the sides reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pandas as pd

from corridor.analysis.sides.outcomes import between_variants
from corridor.analysis.sides.words import OUTCOMES, Told, way_of_choosing

REPORTED: tuple[str, ...] = ("road_open", "offensive", "settlement", "way_out")
"""Events of a run that the section tells; relief comes in from the first day where the last day known lets it."""
SURE = 3.0
"""Standard errors that the contrast of a hinge must reach to be named."""
PEOPLE: Mapping[str, str] = {"below_requirement": "below_requirement", "departures": "left"}


def summary_of_runs(
    tables: Mapping[str, pd.DataFrame],
    told: Told,
    *,
    futures: int,
    titles: Mapping[str, str] | None = None,
    hinges: Sequence[pd.DataFrame] = (),
) -> dict[str, Any]:
    """Return runs as plain data; its form is described in `corridor.report.sections.sides`.

    Parameters
    ----------
    tables : variant -> `actor_table` of its run; the first is the run itself
    told : the words
    futures : played under each policy
    titles : variant -> what a reader calls it
    hinges : `actor_hinges`, for as many events as were asked
    """
    table = next(iter(tables.values()))
    policies = list(dict.fromkeys(table["policy"]))
    outcomes = [name for name in REPORTED if name in set(table["outcome"])]
    days = sorted({int(day) for day in table["day"]})
    spread = between_variants(tables).set_index(["policy", "outcome", "day"]) if len(tables) > 1 else None
    rows = {(row["policy"], row["outcome"], int(row["day"])): row for row in table.to_dict("records")}
    reference = str(table["reference"].iloc[0])

    def between(policy: str, outcome: str, kind: str) -> list[float] | None:
        if spread is None:
            return None
        row: Any = spread.loc[[(policy, outcome, days[-1])]].iloc[0]
        return [float(row[f"{kind}_low"]), float(row[f"{kind}_high"])]

    def level(policy: str, outcome: str) -> dict[str, Any]:
        return {
            "by": {str(day): float(rows[policy, outcome, day]["value"]) for day in days},
            "error": float(rows[policy, outcome, days[-1]]["error"]),
            "low_80": None,
            "high_80": None,
            "between": between(policy, outcome, "value"),
        }

    def change(policy: str, outcome: str) -> dict[str, Any]:
        row = rows[policy, outcome, days[-1]]
        return {
            "mean": float(row["diff"]),
            "error": float(row["diff_error"]),
            "low_80": None,
            "high_80": None,
            "better": _share(row, "share_better"),
            "worse": _share(row, "share_worse"),
            "between": between(policy, outcome, "diff"),
        }

    def people(policy: str) -> dict[str, Any]:
        found: dict[str, dict[str, float | None]] = {}
        for outcome, name in PEOPLE.items():
            if (policy, outcome, days[-1]) in rows:
                row = rows[policy, outcome, days[-1]]
                found[name] = dict.fromkeys(("diff", "error", "better", "worse"))
                found[name]["value"] = float(row["value"])
                if policy != reference:
                    found[name] |= {"diff": float(row["diff"]), "error": float(row["diff_error"])}
                if policy != reference and name != "left":  # who leaves may flee, or may be free to at last
                    found[name] |= {"better": _share(row, "share_better"), "worse": _share(row, "share_worse")}
        return found

    others = [name for name in policies if name != reference]
    return {
        **told.about(),
        "kind": "paths",
        "dates": [{"key": str(day), "date": _after(told, day)} for day in days],
        "futures": futures,
        "same": 0.0,
        "reference": reference,
        "policies": [{"id": name, **told.policies[name]} for name in policies],
        "outcomes": [{"id": name, "says": OUTCOMES[name][0], "good": OUTCOMES[name][1]} for name in outcomes],
        "level": {p: {o: level(p, o) for o in outcomes} for p in policies},
        "change": {p: {o: change(p, o) for o in outcomes} for p in others},
        "lasting": None,
        "structures": [
            {"id": name, "title": (titles or {}).get(name, name), "level": _levels(one, policies, outcomes, days[-1])}
            for name, one in tables.items()
        ],
        "hinges": [hinge for frame in hinges for hinge in _hinges(frame, told, outcomes)],
        "people": {p: people(p) for p in policies},
    }


def _after(told: Told, day: int) -> str:
    return (told.as_of + timedelta(days=day)).isoformat() if told.as_of else ""


def _share(row: Mapping[Any, Any], name: str) -> float | None:
    value = row.get(name)
    return None if value is None or pd.isna(value) else float(value)


def _levels(table: pd.DataFrame, policies: list[str], outcomes: list[str], day: int) -> dict[str, dict[str, float]]:
    last = table[table["day"] == day].set_index(["policy", "outcome"])["value"]
    return {p: {o: float(last.loc[(p, o)]) for o in outcomes} for p in policies}


def _hinges(frame: pd.DataFrame, told: Told, outcomes: list[str]) -> list[dict[str, Any]]:
    """Return what moves a difference beyond what chance gives to the best of all inputs, and beyond its own error."""
    return [
        {
            "policy": row["policy"],
            "outcome": row["outcome"],
            "of": "change",
            "statement": row["statement"],
            **_said(row, told),
            "low": float(row["low"]),
            "high": float(row["high"]),
            "error": float(row["error"]),
            "input": row["input"],
        }
        for row in frame.to_dict("records")
        if row["above_floor"] and row["outcome"] in outcomes and abs(row["high"] - row["low"]) >= SURE * row["error"]
    ]


def _said(row: Mapping[Any, Any], told: Told) -> Mapping[str, Any]:
    """Return what a reader is told of an input."""
    if row["statement"] in told.statements:
        return told.statements[row["statement"]]
    return way_of_choosing(str(row["input"]), told)
