"""The comparison of actor policies as a table that carries its own warnings, and as plain data with stable keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from corridor.analysis.plain import plain, plain_row
from corridor.analysis.sides.outcomes import COLUMNS, TRUST
from corridor.core.text import for_csv

FLED = "Fewer below requirement can mean that they fled: read this beside the people who have left."
"""What stands wherever people below requirement are compared."""
NO_SIDE = "Who leaves may flee or may at last be free to: more is neither better nor worse."


def notes(caution: str) -> dict[str, str]:
    """Return outcome -> what must be read beside it; `caution` says what a model of the sides rests on."""
    said = {"offensive": caution, "below_requirement": FLED, "departures": NO_SIDE}
    return {outcome: note for outcome, note in said.items() if note}


def with_notes(table: pd.DataFrame, as_of: str, caution: str) -> pd.DataFrame:
    """Return an `actor_table` with the civil day of each row, and the note that belongs beside its outcome."""
    start, said = date.fromisoformat(as_of), notes(caution)
    days = [(start + timedelta(days=int(day))).isoformat() for day in table["day"]]
    found = table[list(COLUMNS)].copy()
    found.insert(COLUMNS.index("day"), "date", days)
    found["note"] = [for_csv(said.get(str(outcome), "")) for outcome in table["outcome"]]
    return found


def to_json(table: pd.DataFrame, origin: Mapping[str, Any], caution: str) -> dict[str, Any]:
    """Return the comparison as plain data; null where a number has no meaning.

    Parameters
    ----------
    table : `actor_table`
    origin : what identifies the run, `corridor.results.read.origin`
    caution : what the model of the sides rests on
    """
    told, said = with_notes(table, str(origin["as_of"]), caution), notes(caution)
    first = table.drop_duplicates("outcome").to_dict("records")
    about = ("name", "unit", "better")
    dropped = (*about, "reference", "note")
    kept = [name for name in told.columns if name not in dropped]
    return {
        "format": 1,
        "kind": "comparison of actor policies",
        **{key: plain(value) for key, value in origin.items()},
        "reference": str(table["reference"].iloc[0]),
        "trust": TRUST,
        "outcomes": {
            row["outcome"]: {**{key: row[key] for key in about}, "note": said.get(row["outcome"], "")} for row in first
        },
        "rows": [plain_row(row) for row in told[kept].to_dict("records")],
    }
