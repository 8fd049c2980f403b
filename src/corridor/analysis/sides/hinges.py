"""Which belief about what a side wants moves the difference between two actor policies: statements with their evidence.

These name assumptions, not causes. Ranks are used throughout, and a statement is only called a hinge where its
correlation passes what chance alone gives to the best of all inputs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from corridor.analysis.hinges import noise_floor, spearman
from corridor.analysis.sides.outcomes import first_passage, sides_of
from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.results import read
from corridor.results.dataset import ahead

COLUMNS: tuple[str, ...] = (
    "policy", "outcome", "day", "input", "actor", "statement", "wants", "evidence", "correlation", "floor",
    "above_floor", "low", "middle", "high", "error", "flips",
)  # fmt: skip
"""Columns of `actor_hinges`.

input : path of what was drawn; `actors.<actor>.<statement>` is the weight of a statement
actor, statement, wants, evidence : what is believed, as a formula, and who says so; empty for other inputs
correlation : Spearman's, of the input with the difference; floor : what chance alone reaches for the best of all inputs
low, middle, high : mean difference in the lowest, middle and highest third of the input
error : standard error of high less low
flips : whether it changes sign between two thirds, each clear of zero by two standard errors
"""


def actor_hinges(
    ds: xr.Dataset,
    event: str,
    *,
    reference: str | None = None,
    day: int | None = None,
    top: int = 5,
    shuffles: int = 200,
) -> pd.DataFrame:  # fmt: skip
    """Return what moves the difference of each policy to the reference in whether an event has come about by a day.

    Parameters
    ----------
    ds : a run in which the sides choose, or choices alone
    event : road_open, relief_in, way_out, offensive or settlement
    day : days after as_of, the horizon where None
    top : rows per policy
    shuffles : of the noise floor

    Raises
    ------
    InputError : an event that the run cannot tell
    """
    passage = first_passage(ds)
    if event not in passage:
        remedy = did_you_mean(event, [str(name) for name in passage])
        raise InputError([Problem("--outcome", 0, 0, "", f'no event "{event}" in this run', remedy)])
    base, at = read.reference_policy(ds, reference), ahead(ds["day"]).size if day is None else day
    drawn = read.inputs(ds)
    names, table = list(drawn), np.stack(list(drawn.values()), axis=1)
    content, _ = sides_of(ds)
    said = {f"actors.{s.actor}.{s.id}": s for s in (*content.statements, *content.stakes)}
    happened = passage[event] <= at
    rows: list[dict[str, Any]] = []
    for policy in ds["policy"].values:
        difference = happened.sel(policy=policy).values.astype(float) - happened.sel(policy=base).values
        if str(policy) == base or np.ptp(difference) == 0.0:
            continue
        rank, floor = spearman(table, difference), noise_floor(table, difference, shuffles=shuffles)
        for i in np.argsort(-np.abs(rank), kind="stable")[:top]:
            one = said.get(names[i])
            rows.append(
                {
                    "policy": str(policy),
                    "outcome": event,
                    "day": at,
                    "input": names[i],
                    "actor": one.actor if one else "",
                    "statement": one.id if one else "",
                    "wants": one.text if one else "",
                    "evidence": one.evidence if one else "",
                    "correlation": float(rank[i]),
                    "floor": floor,
                    "above_floor": bool(abs(rank[i]) > floor),
                    **_thirds(table[:, i], difference),
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _thirds(x: NDArray[np.float64], difference: NDArray[np.float64]) -> dict[str, Any]:
    third = np.searchsorted(np.quantile(x, [1 / 3, 2 / 3]), x, side="left")
    out: dict[str, Any] = {}
    clear, error = [], 0.0
    for i, name in enumerate(("low", "middle", "high")):
        part = difference[third == i]
        mean = float(part.mean()) if part.size else float("nan")
        out[name] = mean
        error += float(part.var() / part.size) if part.size and name != "middle" else 0.0
        if part.size and abs(mean) > 2.0 * part.std() / np.sqrt(part.size):
            clear.append(np.sign(mean))
    return {**out, "error": float(np.sqrt(error)), "flips": len(set(clear)) > 1}
