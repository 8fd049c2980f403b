"""The second row of views of a position: policies side by side, evidence, the past. All plain data."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from corridor.analysis.compare import compare
from corridor.analysis.outcomes.first_days import ALL, first_days
from corridor.analysis.outcomes.table import available
from corridor.analysis.plain import plain_row
from corridor.analysis.signs.weights import before_and_after, conflicts, used_signs, weighted
from corridor.report.sections import inputs
from corridor.results import read, series
from corridor.studies.levers import OUTCOMES, Placed
from corridor.studies.whatif_words import judged, last

SEEN = ("people", "intake", "below_requirement")
"""quantities of which the past is shown before and after the signs"""


def policies_view(placed: Placed, joined: xr.Dataset) -> dict[str, Any]:
    """Return the policies outcome by outcome, as `corridor compare` has them, and when food runs out under each."""
    frame = compare(joined, outcomes=[id_ for id_ in OUTCOMES if id_ in available(joined)])
    first = first_days(joined)
    rows = [plain_row(row) for row in frame.to_dict("records")]
    days = [plain_row(row) for row in first[first["place"] == ALL].to_dict("records")] if len(first) else []
    named = [{"id": one.id, "title": one.title, "summary": one.summary} for one in placed.scenario.policies]
    return {"policies": named, "rows": rows, "first_days": days, "reference": str(frame["reference"].iloc[0]),
            "futures": int(joined.sizes["future"])}  # fmt: skip


def evidence_view(placed: Placed, played: xr.Dataset) -> dict[str, Any]:
    """Return every uncertain number: who says so, who disputes it, how far it moves what positions are judged by."""
    moves: dict[str, float] = {}
    outcome = judged(played)
    if outcome:
        moves = inputs.influence(played, np.nan_to_num(last(played, outcome)[1]))
    rows = []
    for one in inputs.numbers(played, placed.scenario):
        middle, low, high = one.drawn
        rows.append(plain_row({
            "path": one.path, "says": one.says.rstrip("."), "unit": one.unit, "middle": middle, "low": low,
            "high": high, "standing": one.standing, "basis": one.basis, "disputed_by": one.disputed_by,
            "moves": moves.get(one.path),
        }))  # fmt: skip
    rows.sort(key=lambda row: -abs(row["moves"] or 0.0))
    cited = [
        {
            "id": one.id, "quantity": one.quantity, "value": one.value, "unit": one.unit, "said_by": one.said_by,
            "source": one.source_title, "disputed_by": one.disputed_by, "note": one.note, "date": one.date,
        }
        for one in placed.scenario.evidence.values()
    ]  # fmt: skip
    return {
        "numbers": rows,
        "evidence": cited,
        "noticeable": inputs.noticeable(played),
        "judged": available(played)[outcome].outcome.name if outcome else "",
    }


def view_of_past(placed: Placed, played: xr.Dataset, said: str = "") -> dict[str, Any]:
    """Return the past before and after the signs: the signs, a table, bands of what was before as_of.

    played : futures that nobody chose; said : what weighs the futures of the other views, where they are others
    """
    weight = read.weights(played)
    table = before_and_after(played)
    shown = []
    for id_ in SEEN:
        asked = series.QUANTITIES[id_]
        found = series.history_series(played, id_) if all(name in played for name in asked.needs) else None
        if found is None:
            continue
        prior = series.Series(found.days, found.values, None).quantiles()
        now = series.Series(found.days, found.values, weight).quantiles()
        shown.append({
            "id": id_, "title": asked.title, "unit": asked.unit, "days": [str(day)[:10] for day in found.days],
            "prior": _rounded(prior), "conditioned": _rounded(now),
        })  # fmt: skip
    return {
        "rows": [plain_row(row) for row in table.to_dict("records")],
        "weighted": said or weighted(played),
        "signs": [
            {"label": one.label, "date": one.date.isoformat(), "kind": one.kind, "value": one.value, "note": one.note}
            for one in used_signs(placed.scenario)
        ],
        "conflicts": [plain_row({k: v for k, v in one.items() if k != "about"}) for one in conflicts(played)],
        "bands": shown,
    }


def _rounded(table: np.ndarray[Any, Any]) -> list[list[float | None]]:
    return [[None if value != value else float(f"{value:.6g}") for value in row] for row in table]
