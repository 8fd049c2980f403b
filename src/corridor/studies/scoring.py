"""What happened against the model: every exercise that the counts of a folder allow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corridor.scenario import Scenario
from corridor.studies.play import Run


def scores(scenario: Scenario, folder: Path, run: Run, *, futures: int, seed: int) -> tuple[Scenario, dict[str, Any]]:
    """Return the tables of every exercise that the counts of the folder allow."""
    from corridor.analysis.backtest.all import backtest as score
    from corridor.analysis.backtest.setup import read_exodus
    from corridor.analysis.outcomes.displacement import camps_backtest
    from corridor.analysis.outcomes.displacement import tables as of_camps
    from corridor.scenario.observed import read_all

    names = {"commodity": [row.id for row in scenario.commodities], "place": [row.id for row in scenario.places]}
    observed = read_all(folder, names)
    exodus = read_exodus(folder, scenario)[0] if "exodus" in observed else None
    found = dict(score(scenario, observed, run, exodus=exodus, futures=futures, seed=seed))
    if "camps" in observed and scenario.camps:
        found |= of_camps(camps_backtest(run, scenario, observed["camps"], futures=futures, seed=seed))
    return scenario, {name: _plain(rows) for name, rows in found.items()}


def _plain(rows: Any) -> list[dict[str, Any]]:
    from corridor.analysis.plain import plain_row

    return [plain_row(row) for row in rows]
