"""`corridor backtest`: model against what happened, called what it is, a conditional hindcast.

Every score stands beside baselines fixed in code. What is scored depends on what a scenario has in `observed/`:
`exodus` (arrivals by hour), `scarcity` (dates on which a good ran short), `deliveries` (cumulative tonnes and the
false-alarm test). Simulation is handed in; nothing here imports the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from corridor.analysis import calibrate
from corridor.analysis.backtest import airlift as backtest_airlift
from corridor.analysis.backtest import exodus as backtest_exodus
from corridor.analysis.backtest import scarcity as backtest_scarcity
from corridor.analysis.backtest.priors import POPULATION_THEN
from corridor.analysis.plain import plain_row
from corridor.scenario.model import Scenario

Run = Callable[..., xr.Dataset]
"""`run(scenario, policies=, conditions=, futures=, seed=, record=)`."""
Rows = Sequence[Mapping[str, str]]

CALLED = "conditional hindcast: rules and priors were written by people who know how it ended; never a forecast"
"""Printed over every table."""

MEANINGS: Mapping[str, str] = {
    "blind": "priors from sources before 2023, no count read",
    "nowcast 1": "the same priors and the counts up to 26 September 20:00; scored on later counts only",
    "nowcast 2": "the same priors and the counts up to 27 September 15:00; scored on later counts only",
    "fitted": "parameters chosen to match the very counts that are scored; shows the model's form, not foresight",
    "scarcity": "first day after as_of on which days of cover fall below a level; errors in days",
    "deliveries": "prescribed deliveries against sourced sums: tests the chain, not foresight",
    "low_intake": "probability that mean intake falls below half of the requirement; comparison with published "
    "thresholds, not a classification",
    "shares": "how people are spread over camps after as_of: averaged relative difference, 0 to 2, the total rescaled",
    "camps": "people in each camp after as_of: mean absolute error over the days",
}  # fmt: skip
"""What each exercise is; none may be shown as another."""
CAMPS = {"camps": "1", "camps_each": "persons"}
"""Units of the exercises of a wider country."""


def backtest(
    scenario: Scenario, observed: Mapping[str, Rows], run: Run, *, futures: int = 1000, members: int = 4000,
    seed: int = 1,
) -> dict[str, list[dict[str, Any]]]:  # fmt: skip
    """Return the tables of every exercise that the observed rows allow.

    Parameters
    ----------
    scenario : one variant; the exodus is also scored on the whole model where the offensive of the last condition falls
        on the day it came
    observed : tables of `observed/` by name
    run : plays a scenario
    futures : of each run; members : of each ensemble of the road model alone

    Returns
    -------
    exercise -> rows of plain data: `exodus`, `scarcity`, `deliveries`, `low_intake`
    """
    out: dict[str, list[dict[str, Any]]] = {}
    reference, others = scenario.reference_policy, scenario.conditions
    if "exodus" in observed:
        whole = None
        if (backtest_exodus.CLOCK.date() - scenario.as_of).days == 1:
            whole = run(
                scenario, policies=[reference], conditions=[others[-1].id], futures=futures, seed=seed,
                record=("hourly_arrivals",),
            )  # fmt: skip
        out["exodus"] = backtest_exodus.table(observed["exodus"], members=members, seed=seed, run=whole)
    mine = [row for row in observed.get("scarcity", ()) if row.get("after") in (None, "", scenario.variant)]
    if mine:
        ds = run(scenario, policies=[reference], conditions=[others[0].id], futures=futures, seed=seed)
        signs = tuple(clue for clue in scenario.clues if clue.known <= scenario.as_of)
        weights = calibrate.weigh(ds, signs, seed=seed).by_commodity if signs else None
        out["scarcity"] = backtest_scarcity.table(ds, mine, weights=weights)
    if "deliveries" in observed:
        ds = run(scenario, conditions=[others[0].id], futures=futures, seed=seed)
        out["deliveries"] = backtest_airlift.cumulative_points(ds, observed["deliveries"], policy=reference)
        out["low_intake"] = backtest_airlift.low_intake(ds)
    return out


def pictures(rows: Rows, *, members: int = 1000, seed: int = 1) -> list[dict[str, Any]]:
    """Return what to draw against the counted exodus: the blind forecast and the nowcast of the first cut.

    Each has `name`, `times` (local, every three hours over two weeks), `members` (member, time) persons so far, `cut`.
    """
    counts = backtest_exodus.read_counts(rows)
    hours = np.arange(0.0, 24.0 * 14 + 1, 3.0)
    start = np.datetime64(backtest_exodus.CLOCK.replace(tzinfo=None))
    times = start + (hours * 3600).astype("timedelta64[s]")
    then = POPULATION_THEN
    blind = backtest_exodus.blind(then, members=members, seed=seed)
    moment = backtest_exodus.CUTS[0]
    cut = backtest_exodus.hours_since(moment)
    made = backtest_exodus.nowcast_at(counts, cut, then, members=members, seed=seed)
    return [
        {"name": f"blind: {MEANINGS['blind']}", "times": times, "members": blind.at(hours), "cut": None},
        {
            "name": f"nowcast: {MEANINGS['nowcast 1']}",
            "times": times[hours >= cut],
            "members": made.at(hours[hours >= cut]),
            "cut": np.datetime64(moment.replace(tzinfo=None)),
        },
    ]


def to_json(scenario: Scenario, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Return the tables as plain data with stable keys; null where a score has no meaning."""
    return {
        "format": 1,
        "kind": "backtest",
        "called": CALLED,
        "scenario_id": scenario.id,
        "scenario_hash": scenario.hash,
        "variant": scenario.variant,
        "units": {"exodus": "persons", "scarcity": "day", "deliveries": "t or t/day", "low_intake": "1", **CAMPS},
        "meanings": dict(MEANINGS),
        **{name: [plain_row(row) for row in rows] for name, rows in tables.items()},
    }
