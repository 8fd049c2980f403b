"""What `compare --report` and `backtest` put together: runs, scores and sections handed from one part to the next."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.cli.say import say

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from markupsafe import Markup

    from corridor.scenario.model import Scenario


def write_case_report(
    case: str,
    scenario: Scenario,
    results: xr.Dataset,
    table: pd.DataFrame,
    path: Path,
    *,
    threads: int | None,
    structures: int,
    sides: int,
) -> None:
    """Write the report; where the case holds what happened, the backtest is played and shown too."""
    from corridor.analysis.bodies import bodies, daily
    from corridor.analysis.outcomes.relief import relief_gap
    from corridor.analysis.outcomes.thresholds import thresholds
    from corridor.report import write_report
    from corridor.report.sections.bodies import section
    from corridor.results import read

    seen = {name: rows for name in SHOWN if (rows := _observed(case, name))}
    if "people" not in results:
        _, scores = score_case(case, read.variant_of(results), futures=300, seed=1, threads=threads)
        write_report(results, table, path, backtest=_readable(scores, scenario), observed=seen)
        return
    shown: dict[str, Any] | None = None
    if "exodus" in seen:
        from corridor.analysis.backtest.all import pictures
        from corridor.analysis.backtest.setup import read_exodus
        from corridor.report.figures.fans import curve_of

        exodus, counts = read_exodus(case, scenario)
        zone = exodus.clock.tzinfo
        counted = [
            {
                "time": row.time.astimezone(zone).replace(tzinfo=None),
                "value": row.persons,
                "kind": row.kind,
            }
            for row in counts
            if row.persons is not None
        ]
        drawn = [
            {"name": p["name"], "curve": curve_of(list(p["times"]), p["members"]), "cut": p["cut"]}
            for p in pictures(exodus)
        ]
        _, scores = score_case(case, read.variant_of(results), futures=300, seed=1, threads=threads)
        shown = {**scores, "observed": counted, "curves": drawn}
    swept = None
    if structures > 0:
        from corridor.analysis.structures import sweep
        from corridor.engine import run as play
        from corridor.scenario import override

        calm, policies = read.ids(results, "condition")[:1], read.ids(results, "policy")
        say(f"structural choices: {structures} futures each", err=True)
        with_threads = partial(play, threads=threads)
        _, swept = sweep(scenario, with_threads, override, futures=structures, policies=policies, conditions=calm)
    body = section(results, daily(results), bodies(results), thresholds(results), swept)
    chosen, said = None, None
    if sides:
        chosen, said = sides_section(scenario, futures=sides, seed=read.seed_of(results), threads=threads)
    write_report(
        results,
        table,
        path,
        relief=relief_gap(results),
        backtest=shown,
        bodies=body,
        sides=chosen,
        sides_answer=said,
        observed=seen,
    )


SHOWN = ("exodus", "destination", "camps")
"""what was counted of displacement: shown beside the simulated numbers, read by no simulation"""


def _observed(case: str, name: str) -> list[dict[str, str]]:
    """Return the rows of a table of `observed/`, none where the case has none."""
    from corridor.scenario import find_folder, read_observed

    return read_observed(case, name) if (find_folder(case) / "observed" / f"{name}.csv").is_file() else []


def _readable(scores: dict[str, Any], scenario: Scenario) -> dict[str, Any]:
    """Return the scores with the names of places as a reader knows them."""
    named = {place.id: place.label for place in scenario.places}
    return {
        name: [row | {"place": named.get(row["place"], row["place"])} if "place" in row else row for row in rows]
        for name, rows in scores.items()
    }


def sides_section(
    scenario: Scenario, *, futures: int, seed: int, threads: int | None
) -> tuple[Markup | None, str | None]:
    """Return the report's section on the sides from whole runs in which they choose, and its few first sentences.

    None where no sides are modelled.

    The structural variants are played with a quarter of the futures: they show how far levels move, not digits.
    """
    from corridor.analysis.sides.hinges import actor_hinges
    from corridor.analysis.sides.outcomes import actor_table, sides_of
    from corridor.analysis.sides.paths import summary_of_runs
    from corridor.analysis.sides.words import told_of_scenario
    from corridor.engine import run as play
    from corridor.engine import structural_variants
    from corridor.report.sections.sides import brief, section

    if scenario.actors is None or not scenario.actor_policies:
        return None, None
    variants = structural_variants(scenario)
    tables, titles, hinges = {}, {}, []
    for name, variant in variants.items():
        n = futures if name == "base" else max(32, futures // 4)
        say(f"the sides choose: {variant.title}, {n} futures", err=True)
        played = play(variant.scenario, actors=True, futures=n, seed=seed, threads=threads)
        tables[name], titles[name] = actor_table(played), variant.title
        if name == "base":
            hinges = [actor_hinges(played, event) for event in ("road_open", "offensive", "settlement")]
            told = told_of_scenario(scenario, sides_of(played)[0])
    data = summary_of_runs(tables, told, futures=futures, titles=titles, hinges=hinges)
    return section(data), brief(data)


def score_case(
    case: str, variant: str | None, *, futures: int, seed: int, threads: int | None
) -> tuple[Scenario, dict[str, Any]]:
    """Score one variant; stocks come from the prior, since the signs themselves are weighed where they are scored.

    A folder with counts of its camps is scored on its variant `halfway` where none is named and it has one.
    """
    from corridor.analysis.backtest.all import backtest as score
    from corridor.analysis.backtest.setup import read_exodus
    from corridor.analysis.outcomes.displacement import camps_backtest
    from corridor.analysis.outcomes.displacement import tables as of_camps
    from corridor.engine import run as play
    from corridor.scenario import find_folder, load
    from corridor.scenario.observed import read_all

    scenario = load(case, variant, calibrated=False)
    names = {"commodity": [row.id for row in scenario.commodities], "place": [row.id for row in scenario.places]}
    observed = read_all(find_folder(case), names)
    if "camps" in observed and variant is None and HALFWAY in {one.id for one in scenario.variants}:
        scenario = load(case, HALFWAY, calibrated=False)
    with_threads = partial(play, threads=threads)
    exodus = read_exodus(case, scenario)[0] if "exodus" in observed else None
    scores = dict(score(scenario, observed, with_threads, exodus=exodus, futures=futures, seed=seed))
    if "camps" in observed and scenario.camps:
        scores |= of_camps(camps_backtest(with_threads, scenario, observed["camps"], futures=futures, seed=seed))
    return scenario, scores


HALFWAY = "halfway"
"""the variant that knows half of what came, as an imported case has it"""
