"""Camps of a wider country against what was counted after the last day known.

The backtest is a conditional hindcast: the run has read no count after `as_of`. Like the naive forecasts beside it, it
starts from what was counted on `as_of` where the folder has the counts of single camps up to then.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from corridor.analysis.displacement.scores import relative_difference
from corridor.analysis.plain import plain_row
from corridor.core.errors import InputError, Problem
from corridor.results import read
from corridor.results.dataset import ahead
from corridor.scenario.model import Scenario

Floats = NDArray[np.float64]
Rows = Sequence[Mapping[str, str]]
Run = Callable[..., xr.Dataset]
"""`run(scenario, policies=, conditions=, futures=, seed=)`."""

COLUMNS = (
    "exercise", "forecast", "kind", "days", "ard", "ard_low_80", "ard_high_80", "place", "counted_mean",
    "simulated_mean", "mae", "coverage_80", "mae_persistence", "mae_equal_shares",
)  # fmt: skip
"""Columns of the scores. Rows of exercise `shares` have the averaged relative difference (ARD, 0 to 2), those of
exercise `camps` one camp's errors in persons; what does not belong to an exercise is empty.

ard : of the mean of the futures; ard_low_80, ard_high_80 : between which eight futures of ten lie, one by one
counted_mean, simulated_mean : persons, mean over the scored days (and the futures)
mae : mean absolute error of the middle future; coverage_80 : share of days inside the 80 % interval
mae_persistence, mae_equal_shares : of the counts of `as_of` kept, and of their sum split equally
"""

FORECASTS = ("persistence of shares", "equal shares")


def counted(observed: Rows, camps: Sequence[str]) -> tuple[NDArray[np.datetime64], Floats]:
    """Return the days on which every camp has a count, and the counts, (day, camp) persons.

    Raises
    ------
    InputError : a number that is none, or no day with all camps
    """
    problems, cells = [], {}
    for number, row in enumerate(observed, start=2):
        try:
            day, persons = date.fromisoformat(row["date"]), float(row["persons"])
        except (KeyError, ValueError) as error:
            problems.append(Problem("observed/camps.csv", number, 0, "", f"is no count: {error}"))
            continue
        if row["place"] in camps and math.isfinite(persons):
            cells[day, row["place"]] = persons
    if problems:
        raise InputError(problems)
    days = [day for day in sorted({day for day, _ in cells}) if all((day, camp) in cells for camp in camps)]
    if not days:
        message = "has no day on which every camp was counted"
        raise InputError([Problem("observed/camps.csv", 0, 0, "", message, "write a row for each camp and day")])
    values = np.array([[cells[day, camp] for camp in camps] for day in days])
    return np.array(days, dtype="datetime64[D]"), values


def score_camps(results: xr.Dataset, policy: str, condition: str, observed: Rows, as_of: date) -> pd.DataFrame:
    """Return the scores of one policy of a run on the days after `as_of` that were counted; columns as in `COLUMNS`.

    Empty where nothing was counted after `as_of` inside the horizon, or nothing on or before it (there would be no
    naive forecast).
    """
    camps = read.ids(results, "camp")
    results = ahead(results)
    days, persons = counted(observed, camps)
    played = results["day"].values.astype("datetime64[D]")
    before = persons[days <= np.datetime64(as_of)]
    scored = (days > np.datetime64(as_of)) & np.isin(days, played)
    if not scored.any() or not len(before):
        return pd.DataFrame(columns=list(COLUMNS))
    there, at = persons[scored], np.searchsorted(played, days[scored])
    chosen = results["sheltered"].sel(policy=policy, condition=condition).isel(day=at)
    simulated = np.asarray(chosen.transpose("future", "day", "camp").to_numpy(), dtype=np.float64)
    last = before[-1]
    equal = np.full_like(last, last.sum() / last.size)
    rows = [
        {"exercise": "shares", "forecast": "this run", "kind": "model", "days": len(there), **_shares(simulated, there)}
    ]
    for name, forecast in zip(FORECASTS, (last, equal), strict=True):
        score = float(relative_difference(np.tile(forecast, (len(there), 1)), there))
        rows.append({"exercise": "shares", "forecast": name, "kind": "baseline", "days": len(there), "ard": score})
    low, middle, high = np.quantile(simulated, (0.1, 0.5, 0.9), axis=0)
    for i, camp in enumerate(camps):
        inside = (there[:, i] >= np.floor(low[:, i])) & (there[:, i] <= np.ceil(high[:, i]))
        rows.append(
            {
                "exercise": "camps", "forecast": "this run", "kind": "model", "days": len(there), "place": camp,
                "counted_mean": float(there[:, i].mean()), "simulated_mean": float(simulated[:, :, i].mean()),
                "mae": _error(middle[:, i], there[:, i]), "coverage_80": float(inside.mean()),
                "mae_persistence": _error(last[i], there[:, i]), "mae_equal_shares": _error(equal[i], there[:, i]),
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _shares(simulated: Floats, there: Floats) -> dict[str, float]:
    each = relative_difference(simulated, there)
    low, high = np.quantile(each, (0.1, 0.9))
    together = float(relative_difference(simulated.mean(axis=0), there))
    return {"ard": together, "ard_low_80": float(low), "ard_high_80": float(high)}


def _error(forecast: Floats | float, there: Floats) -> float:
    return float(np.abs(forecast - there).mean())


def camps_backtest(run: Run, scenario: Scenario, observed: Rows, *, futures: int = 300, seed: int = 1) -> pd.DataFrame:
    """Play a variant under its reference policy and score its camps on the days counted after `as_of`.

    Parameters
    ----------
    run : plays a scenario
    scenario : one variant, such as one that knows half of what came
    observed : rows of `observed/camps.csv` (date, place, persons) as text; no simulation reads them

    Returns
    -------
    Table with `COLUMNS`; empty where there is nothing to score
    """
    policy, condition = scenario.reference_policy, scenario.conditions[0].id
    results = run(scenario, policies=[policy], conditions=[condition], futures=futures, seed=seed)
    return score_camps(results, policy, condition, observed, scenario.as_of)


def tables(scores: pd.DataFrame) -> dict[str, list[dict[str, object]]]:
    """Return the scores as two lists of plain rows, `camps` and `camps_each`, each with its own columns only."""
    out: dict[str, list[dict[str, object]]] = {}
    for name, exercise, columns in (
        ("camps", "shares", ("forecast", "kind", "days", "ard", "ard_low_80", "ard_high_80")),
        ("camps_each", "camps", COLUMNS[7:]),
    ):
        part = scores.loc[scores["exercise"] == exercise, list(columns)]
        if len(part):
            out[name] = [plain_row(row) for row in part.to_dict("records")]
    return out
