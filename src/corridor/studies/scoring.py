"""What happened against the model: every exercise that the counts of a folder allow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.scenario import Scenario
from corridor.studies.play import Run

if TYPE_CHECKING:
    from corridor.analysis.backtest.setup import Setup
    from corridor.scenario.observed import Count


def scores(scenario: Scenario, folder: Path, run: Run, *, futures: int, seed: int) -> tuple[Scenario, dict[str, Any]]:
    """Return the tables of every exercise that the counts of the folder allow."""
    from corridor.analysis.backtest.all import backtest as score
    from corridor.analysis.outcomes.displacement import camps_backtest
    from corridor.analysis.outcomes.displacement import tables as of_camps
    from corridor.scenario.observed import read_all

    names = {"commodity": [row.id for row in scenario.commodities], "place": [row.id for row in scenario.places]}
    observed = read_all(folder, names)
    exodus = exodus_of(folder, scenario)[0] if "exodus" in observed else None
    found = dict(score(scenario, observed, run, exodus=exodus, futures=futures, seed=seed))
    if "camps" in observed and scenario.camps:
        found |= of_camps(camps_backtest(run, scenario, observed["camps"], futures=futures, seed=seed))
    return scenario, {name: _plain(rows) for name, rows in found.items()}


def exodus_of(folder: Path, scenario: Scenario) -> tuple[Setup, list[Count]]:
    """Return what was counted of a case's exodus, and how it is scored.

    Raises
    ------
    InputError : the tables cannot be used, or nothing says from when on people could leave
    """
    from corridor.analysis.backtest.setup import setup_of
    from corridor.scenario.observed import counts_of, observed_tables, populations_of, read_table, zone_of

    counts = counts_of(read_table(folder, "exodus"), zone_of(scenario.time_zone))
    believed = populations_of(read_table(folder, "population")) if "population" in observed_tables(folder) else []
    return setup_of(scenario, counts, believed), counts


def _plain(rows: Any) -> list[dict[str, Any]]:
    from corridor.analysis.plain import plain_row

    return [plain_row(row) for row in rows]
