"""`corridor compare --actors`: the actor policies, played with the sides choosing, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.cli.say import say, say_json
from corridor.core.files import write_whole

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from corridor.analysis.sides.words import Told
    from corridor.scenario.model import Scenario

ASKED = ("road_open", "offensive", "settlement")
"""Events whose hinges the report names."""


def compare_sides(
    scenario: Scenario,
    results: xr.Dataset,
    reference: str | None,
    csv: Path | None,
    report: Path | None,
    structures: int,
    *,
    threads: int | None,
    as_json: bool,
) -> None:
    """Print or write the comparison of a run in which the sides chose.

    Parameters
    ----------
    results : of a run with `actors=True`
    reference : policy that the others are compared with, the first where None
    csv, report : where the table and the section of the report go, if anywhere
    structures : futures in which each other way of choosing is played for the report; 0 for none
    """
    from corridor.analysis.sides.compare import to_json, with_notes
    from corridor.analysis.sides.outcomes import TRUST, actor_table, sides_of
    from corridor.analysis.sides.words import told_of_scenario
    from corridor.report.screen.sides import compared
    from corridor.results import read

    table = actor_table(results, reference=reference)
    told = told_of_scenario(scenario, sides_of(results)[0])
    if csv is not None:
        text = with_notes(table, read.as_of(results).isoformat(), told.caution).to_csv(index=False, lineterminator="\n")
        write_whole(csv, text)
    if report is not None:
        from corridor.report.sections.sides import page

        write_whole(report, page(report_data(scenario, results, table, told, structures=structures, threads=threads)))
    if as_json:
        plain = to_json(table, read.origin(results), told.caution)
        say_json(plain)
        return
    day, futures = read.as_of(results).isoformat(), results.sizes["future"]
    compared(table, told.title, told.policies, told.caution, day, futures, TRUST)
    for path in (csv, report):
        if path is not None:
            say(f"{'report' if path == report else 'table'}: {path}")


def report_data(
    scenario: Scenario, results: xr.Dataset, table: pd.DataFrame, told: Told, *, structures: int, threads: int | None
) -> dict[str, Any]:
    """Return what the report's section shows of a run, with other ways of choosing beside it if asked."""
    from corridor.analysis.sides.hinges import actor_hinges
    from corridor.analysis.sides.outcomes import actor_table
    from corridor.analysis.sides.paths import summary_of_runs
    from corridor.engine import run as play
    from corridor.engine import structural_variants
    from corridor.results import read

    base, policies = str(table["reference"].iloc[0]), read.ids(results, "policy")
    tables, titles = {"base": table}, {"base": "as given"}
    for name, variant in structural_variants(scenario).items() if structures else ():
        if name != "base":
            say(f"the sides choose: {variant.title}, {structures} futures", err=True)
            chosen: dict[str, Any] = {
                "policies": policies,
                "futures": structures,
                "seed": read.seed_of(results),
                "threads": threads,
            }
            played = play(variant.scenario, actors=True, threads=threads, **chosen)
            tables[name], titles[name] = actor_table(played, reference=base), variant.title
    hinges = [actor_hinges(results, event, reference=base) for event in ASKED]
    return summary_of_runs(tables, told, futures=results.sizes["future"], titles=titles, hinges=hinges)
