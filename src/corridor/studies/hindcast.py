"""The model against what happened, as a Study."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corridor.core.errors import InputError, Problem
from corridor.scenario import Scenario, find_folder, load, override
from corridor.scenario.observed import observed_tables
from corridor.studies.again import command, origin
from corridor.studies.data import Told, rows_table
from corridor.studies.freeze import frozen
from corridor.studies.keep import RUNS, kept, key_of, observed_digest
from corridor.studies.play import again, case_of, player
from corridor.studies.scoring import scores
from corridor.studies.study import Study

HALFWAY = "halfway"
"""the variant that knows half of what came, as an imported case has it"""


def backtest(
    case: Scenario | str | Path,
    *,
    variant: str | None = None,
    futures: int = 1000,
    seed: int = 1,
    set: Mapping[str, Any] | Sequence[str] | None = None,
    runs: str | Path = RUNS,
    strict: str | Path | None = None,
    threads: int | None = None,
    told: Told = None,
) -> Study:
    """Return every exercise that the counts of the case allow, each score beside naive baselines.

    Stocks come from the prior, since the signs themselves are weighed where they are scored. A folder with counts of
    its camps is scored on its variant `halfway` where none is named and it has one.

    Parameters
    ----------
    case : a scenario, a folder, or the name of a bundled case
    runs : the folder in which runs are kept
    strict : a folder of frozen predictions (`freeze`): they are scored and nothing else, and nothing is played

    Raises
    ------
    InputError : the case holds nothing that happened; the frozen predictions are of something else, or were changed
    """
    scenario = prior_of(case, variant, set, halfway=strict is None)
    folder = find_folder(scenario.origin.folder or scenario.id)
    _check_observed(folder)
    key = key_of(scenario.model_dump_json(), futures, seed, observed_digest(folder))
    where = Path(runs)
    said: dict[str, Any] = {}
    if strict is None:
        run = player(where, threads=threads, told=told, stage="backtest")
    else:
        said, run = frozen(strict, scenario)
        futures, seed = int(said["futures"]), int(said["seed"])

    def make() -> Any:
        from corridor.analysis.backtest.all import to_json

        return to_json(*scores(scenario, folder, run, futures=futures, seed=seed, strict=strict is not None))

    if strict is None:
        found = kept(where, f"{scenario.id}-{scenario.variant}-{futures}-backtest-{key}", make)
    else:
        found = json.loads(json.dumps(make()))
    about = origin(scenario)
    names = [name for name, rows in found.items() if isinstance(rows, list) and rows and isinstance(rows[0], dict)]
    options: dict[str, object] = {"variant": scenario.variant, "futures": futures, "seed": seed,
                                  "strict": None if strict is None else str(strict)}  # fmt: skip
    return Study(
        kind="backtest",
        **about,
        seed=seed,
        futures=futures,
        answer=tuple(filter(None, (found["sentence"] or found["silence"], _frozen_words(said)))),
        warnings=(found["called"],),
        tables=tuple(rows_table(found[name], name, found["meanings"].get(name, name)) for name in names),
        detail={name: found[name] for name in ("called", "units", "meanings", "silence", "sentence")},
        command=command("backtest", about["folder"], about["changed"], options),
    )


def _frozen_words(said: Mapping[str, Any]) -> str:
    """Return what was frozen when; "" where nothing was."""
    if not said:
        return ""
    there = ", ".join(said["observed_then"])
    seen = f"observed/ held {there} already" if there else "observed/ was empty then"
    return f"Frozen on {said['frozen'][:10]}, digest {said['digest'][:12]}; {seen}. Nothing else is scored."


def prior_of(case: Scenario | str | Path, variant: str | None, settings: Any, *, halfway: bool = True) -> Scenario:
    """Return the scenario with stocks from the prior, and with what was changed.

    halfway : whether a folder with counts of its camps is taken at its variant of that name where none is asked
    """
    if isinstance(case, Scenario):
        return case_of(again(case, calibrated=False), variant, settings)
    folder = find_folder(case)
    case_of(case, variant)  # a store, or no such variant, is told here
    scenario = load(case, variant, calibrated=False)
    if (
        halfway
        and "camps" in observed_tables(folder)
        and variant is None
        and HALFWAY in {one.id for one in scenario.variants}
    ):
        scenario = load(case, HALFWAY, calibrated=False)
    return override(scenario, settings) if settings else scenario


def _check_observed(folder: Path) -> None:
    if not observed_tables(folder):
        message = "the case holds nothing that happened, so there is nothing to score"
        remedy = "add tables such as observed/exodus.csv or observed/scarcity.csv (docs/scenario-format.md)"
        raise InputError([Problem(f"{folder.name}/observed", 0, 0, "", message, remedy)])
