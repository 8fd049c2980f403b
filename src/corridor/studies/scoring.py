"""What happened against the model: every exercise that the counts of a folder allow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corridor.scenario import Scenario
from corridor.studies.play import Run

ENOUGH = 30
"""effective futures below which weights say too little about the ends of an 80 % interval"""


def scores(
    scenario: Scenario, folder: Path, run: Run, *, futures: int, seed: int, strict: bool = False
) -> tuple[Scenario, dict[str, Any]]:
    """Return the tables of every exercise that the counts of the folder allow.

    The past of each run is conditioned on the signs known by as_of where `ENOUGH` futures agree with them; a run from
    prior stocks often has fewer, and is then scored as it is. strict : only what the runs say is scored, nothing
    that is made from the counts
    """
    from corridor.analysis.backtest.all import backtest as score
    from corridor.analysis.backtest.setup import read_exodus
    from corridor.analysis.outcomes.displacement import camps_backtest
    from corridor.analysis.outcomes.displacement import tables as of_camps
    from corridor.analysis.scores.measures import effective_size
    from corridor.analysis.signs.weights import conditioned
    from corridor.results import read

    def weighed(*given: Any, **chosen: Any) -> Any:
        played = run(*given, **chosen)
        found = conditioned(played)
        weight = read.weights(found)
        return found if weight is not None and effective_size(weight) >= ENOUGH else played

    observed = observed_of(scenario, folder)
    exodus = read_exodus(folder, scenario)[0] if "exodus" in observed else None
    found = dict(score(scenario, observed, weighed, exodus=exodus, futures=futures, seed=seed, strict=strict))
    if "camps" in observed and scenario.camps:
        found |= of_camps(camps_backtest(run, scenario, observed["camps"], futures=futures, seed=seed))
    return scenario, {name: _plain(rows) for name, rows in found.items()}


def observed_of(scenario: Scenario, folder: Path) -> dict[str, list[dict[str, str]]]:
    """Return what happened, table by table, as the folder has it."""
    from corridor.scenario.observed import read_all

    names = {
        "commodity": [row.id for row in scenario.commodities], "place": [row.id for row in scenario.places],
        "link": [row.id for row in scenario.links],
    }  # fmt: skip
    return read_all(folder, names)


def _plain(rows: Any) -> list[dict[str, Any]]:
    from corridor.analysis.plain import plain_row

    return [plain_row(row) for row in rows]
