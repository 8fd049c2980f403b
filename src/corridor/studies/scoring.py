"""What happened against the model: every exercise that the counts of a folder allow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corridor.scenario import Scenario, read_observed
from corridor.studies.play import Run


def scores(scenario: Scenario, folder: Path, run: Run, *, futures: int, seed: int) -> tuple[Scenario, dict[str, Any]]:
    """Return the tables of every exercise that the counts of the folder allow."""
    from corridor.analysis.backtest.all import backtest as score
    from corridor.analysis.outcomes.displacement import camps_backtest
    from corridor.analysis.outcomes.displacement import tables as of_camps

    names = sorted(path.stem for path in (folder / "observed").glob("*.csv"))
    observed = {name: read_observed(folder, name) for name in names}
    found = dict(score(scenario, observed, run, futures=futures, seed=seed))
    if "camps" in observed and scenario.camps:
        found |= of_camps(camps_backtest(run, scenario, observed["camps"], futures=futures, seed=seed))
    return scenario, {name: _plain(rows) for name, rows in found.items()}


def _plain(rows: Any) -> list[dict[str, Any]]:
    from corridor.analysis.plain import plain_row

    return [plain_row(row) for row in rows]
