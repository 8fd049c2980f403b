"""The model against what happened, as a Study."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corridor.core.errors import InputError, Problem
from corridor.scenario import Scenario, find_folder
from corridor.scenario.observed import observed_tables
from corridor.studies.again import command, origin
from corridor.studies.data import Told, rows_table
from corridor.studies.freeze import frozen
from corridor.studies.keep import RUNS, kept, key_of, observed_digest
from corridor.studies.play import player
from corridor.studies.prior import prior_of
from corridor.studies.scoring import observed_of, scores
from corridor.studies.study import Study


def backtest(
    case: Scenario | str | Path,
    *,
    variant: str | None = None,
    futures: int = 1000,
    seed: int = 1,
    set: Mapping[str, Any] | Sequence[str] | None = None,
    runs: str | Path | None = None,
    threads: int | None = None,
    told: Told = None,
) -> Study:
    """Return every exercise that the counts of the case allow, each score beside naive baselines.

    Stocks come from the prior, since the signs themselves are weighed where they are scored. A folder with counts of
    its camps is scored on its variant `halfway` where none is named and it has one.

    Parameters
    ----------
    case : a scenario, a folder, or the name of a bundled case
    runs : the folder in which runs are kept; `runs` where None

    Raises
    ------
    InputError : the case holds nothing that happened
    """
    scenario = prior_of(case, variant, set)
    folder = find_folder(scenario.origin.folder or scenario.id)
    _check_observed(folder)
    key = key_of(scenario.model_dump_json(), futures, seed, observed_digest(folder))
    where = RUNS if runs is None else Path(runs)
    run = player(where, threads=threads, told=told, stage="backtest")

    def make() -> Any:
        from corridor.analysis.backtest.all import to_json

        return to_json(*scores(scenario, folder, run, futures=futures, seed=seed))

    found = kept(where, f"{scenario.id}-{scenario.variant}-{futures}-backtest-{key}", make)
    return _study(scenario, found, {"variant": scenario.variant, "futures": futures, "seed": seed})


def strict_backtest(
    case: str | Path, predictions: str | Path, *, variant: str | None = None,
    set: Mapping[str, Any] | Sequence[str] | None = None,
) -> Study:  # fmt: skip
    """Return the scores of predictions that `freeze` wrote, and of nothing else; nothing is played.

    Raises
    ------
    InputError : the case holds nothing that happened; the predictions are of something else, or were changed
    """
    from corridor.analysis.backtest.all import to_json

    scenario = prior_of(case, variant, set, halfway=False)
    folder = find_folder(scenario.origin.folder or scenario.id)
    _check_observed(folder)
    said, run = frozen(predictions, scenario)
    futures, seed = int(said["futures"]), int(said["seed"])
    found = json.loads(json.dumps(to_json(*scores(scenario, folder, run, futures=futures, seed=seed, strict=True))))
    return _study(scenario, found, {"variant": scenario.variant, "strict": str(predictions)}, said)


def _study(scenario: Scenario, found: Any, options: Mapping[str, object], said: Mapping[str, Any] = {}) -> Study:
    """Return the tables as a study; `said` is what stands with frozen predictions."""
    from corridor.analysis.backtest.all import unscored

    about, names = origin(scenario), list[str]()
    left = unscored(scenario, observed_of(scenario, find_folder(scenario.origin.folder or scenario.id)))
    names += [name for name, rows in found.items() if isinstance(rows, list) and rows and isinstance(rows[0], dict)]
    return Study(
        kind="backtest",
        **about,
        seed=int(said.get("seed", options.get("seed", 1))),
        futures=int(said.get("futures", options.get("futures", 0))),
        answer=tuple(filter(None, (found["sentence"] or _silence(found["silence"], left), *left, _frozen_words(said)))),
        warnings=(found["called"],),
        tables=tuple(rows_table(found[name], name, found["meanings"].get(name, name)) for name in names),
        detail={name: found[name] for name in ("called", "units", "meanings", "silence", "sentence")},
        command=command("backtest", about["folder"], about["changed"], options),
    )


def _silence(silence: str, left: Sequence[str]) -> str:
    """Return that nothing was scored; why is said by what was left out, where something was."""
    return f"{silence.split('. ')[0]}." if left else silence


def _frozen_words(said: Mapping[str, Any]) -> str:
    """Return what was frozen when; "" where nothing was."""
    if not said:
        return ""
    there = ", ".join(said["observed_then"])
    seen = f"observed/ held {there} already" if there else "observed/ was empty then"
    return f"Frozen on {said['frozen'][:10]}, digest {said['digest'][:12]}; {seen}. Nothing else is scored."


def _check_observed(folder: Path) -> None:
    if not observed_tables(folder):
        message = "the case holds nothing that happened, so there is nothing to score"
        remedy = "add tables such as observed/exodus.csv or observed/scarcity.csv (docs/scenario-format.md)"
        raise InputError([Problem(f"{folder.name}/observed", 0, 0, "", message, remedy)])
