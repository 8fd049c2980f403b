"""Two lines: what would flip the answer, and how sure it is and what it rests on."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from corridor.analysis.hinges import of_difference
from corridor.analysis.outcomes.table import available, values
from corridor.analysis.scores.measures import effective_size
from corridor.analysis.signs.weights import FEW
from corridor.report import words
from corridor.report.sections import inputs
from corridor.results import read
from corridor.results.dataset import ahead
from corridor.tables.outcome import Outcome

Floats = NDArray[np.float64]
JUDGED = ("energy_gap", "waiting")
"""the outcome by which a position is judged: food missing; displaced people outside camps in a wider country"""
MOST = 3
"""inputs named"""


def judged(ds: xr.Dataset) -> str:
    """Return the outcome by which a position is judged, "" where a run has none."""
    known = available(ds)
    return next((id_ for id_ in JUDGED if id_ in known), "")


def last(ds: xr.Dataset, outcome: str) -> tuple[Outcome, Floats]:
    """Return the outcome on the last day: its row, and (future,) values."""
    ((row, x),) = values(ds, np.array([ahead(ds["day"]).size - 1]), [outcome])
    return row, x[0, 0, 0]


def lines(
    played: xr.Dataset,
    asked: tuple[Outcome, Floats, Floats] | None,
    names: dict[str, inputs.Number],
    *,
    touched: bool = True,
) -> tuple[str, str, list[dict[str, Any]]]:
    """Return what would flip the answer, how sure it is, and the inputs on which it rests most.

    asked : the outcome judged by, its values on the last day (future,), those of the reference; None without one
    names : the run's uncertain inputs by path
    touched : whether a lever stands elsewhere than in the case
    """
    if asked is None:
        return "This case has no outcome by which positions are judged.", "", []
    row, x, base = asked
    keep = np.isfinite(x) & np.isfinite(base)
    difference = np.where(np.abs(x - base) <= 1e-6 * np.maximum(np.abs(x), np.abs(base)), 0.0, x - base)
    w = read.weights(played)
    weight = np.full(x.size, 1.0 / x.size) if w is None else w
    same = not difference[keep].any()
    target = x if same else difference
    rests = _rests(played, target, names)
    flips = _level(row, rests, touched=touched) if same else _flips(played, target, keep, row, names)
    return flips, _sure(row, x, difference, weight, w is not None, rests, (same, touched)), rests


def _rests(played: xr.Dataset, target: Floats, names: dict[str, inputs.Number]) -> list[dict[str, Any]]:
    """Return the inputs that move what is asked most, beyond what chance gives."""
    moves = inputs.influence(played, np.nan_to_num(target))
    floor = inputs.noticeable(played)
    found = [(path, r) for path, r in moves.items() if abs(r) >= floor and path in names][:MOST]
    return [
        {
            "path": path, "says": names[path].says.rstrip("."), "correlation": round(r, 3),
            "standing": names[path].standing, "basis": names[path].basis, "disputed_by": names[path].disputed_by,
        }
        for path, r in found
    ]  # fmt: skip


def _level(row: Outcome, rests: list[dict[str, Any]], *, touched: bool) -> str:
    if touched:
        return words.sentence(f"What is changed moves {row.name} in no future: it is what the reference gives")
    if not rests:
        return "Nothing is changed yet: this is the case as it stands. Move a lever to see what it does."
    says = f"more of it means {'more' if rests[0]['correlation'] > 0 else 'less'} {row.name}"
    return f"Nothing is changed yet. What moves the case as it stands most: {rests[0]['says']}; {says}."


def _flips(
    played: xr.Dataset, target: Floats, keep: NDArray[np.bool_], row: Outcome, names: dict[str, inputs.Number]
) -> str:
    """Return at which value of an input the position stops doing better (or worse) than the reference."""
    drawn = read.inputs(played)
    if not drawn or keep.sum() < 9:
        return "Too few futures to tell what would flip this."
    table = np.stack(list(drawn.values()), axis=1)[keep]
    found = of_difference(table, list(drawn), target[keep], row.better, top=5)
    strong = [one for one in found if one["above_floor"]]
    for one in strong:
        if one["flips"]:
            number = names[one["input"]]
            below, above = ("better", "worse") if one["p_better_low"] > one["p_better_high"] else ("worse", "better")
            value = words.quantity(one["flip_at"], number.unit)
            unit = words.unit_words(number.unit)
            return words.sentence(
                f"{number.says.rstrip('.')}: around {value} {unit}".rstrip()
                + f" it turns round; {below} than the reference below that, {above} above"
            )
    lead = f"None of {len(drawn)} uncertain numbers turns this round within its range"
    if not strong:
        return f"{lead}, and none moves it more than chance would."
    one, number = strong[0], names[strong[0]["input"]]
    low, high = (words.quantity(one[f"diff_{end}"], row.unit) for end in ("low", "high"))
    unit = words.unit_words(row.unit)
    said = f"{lead}. “{number.says.rstrip('.')}” moves it most: {row.name} differs from the reference by {low} {unit}"
    return f"{said} where it is low, by {high} where it is high."


def _sure(
    row: Outcome, x: Floats, difference: Floats, weight: Floats, weighted: bool, rests: list[dict[str, Any]],
    like: tuple[bool, bool],
) -> str:  # fmt: skip
    """Return how sure the answer is; like : whether no future differs from the reference, whether a lever was moved."""
    same, touched = like
    n = effective_size(weight)
    counted = f"{x.size:,} futures"
    if weighted:
        counted += f", weighted: they tell as much as {n:,.0f} unweighted ones"
    if same:
        said = f"{'As the reference' if touched else 'The case as it stands'} ({counted})"
    else:
        sign = -1.0 if row.better == "lower" else 1.0
        won, lost = float(weight @ (sign * difference > 0)), float(weight @ (sign * difference < 0))
        tied = float(weight @ (difference == 0))
        told, share = ("better", won) if won >= lost else ("worse", lost)
        said = f"{row.name.capitalize()}: {told} than the reference in {words.percent(share)} of the futures"
        said += f", the same in {words.percent(tied)}" if tied > 0 else ""
        said += f" ({counted})"
    if rests:
        said += f"; it rests most on “{rests[0]['says']}”, which is {rests[0]['standing']}"
        said += f" and disputed by {rests[0]['disputed_by']}" if rests[0]["disputed_by"] else ""
    else:
        said += "; no single number stands out from chance"
    if weighted and n < FEW:
        said += "; so few futures agree with what was seen that the ends of the fans are coarse"
    return words.sentence(said)
