"""Where a figure comes from and what rests on it: the case's own account, and its rank in a stored run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corridor.core.errors import InputError
from corridor.scenario import Scenario
from corridor.scenario.explain import explain as explained
from corridor.studies.keep import RUNS, kept, key_of
from corridor.studies.play import case_of

FEWEST = 64
"""futures of a stored run below which nothing is said of what an answer rests on"""


def explain(
    case: Scenario | str | Path, path: str, *, variant: str | None = None,
    set: Mapping[str, Any] | Sequence[str] | None = None, store: str | Path | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return what is known about one figure as plain data: `Explained`, and `rests`, what an answer owes to it.

    Parameters
    ----------
    path : as `--set` names it; `evidence.ID` for a claim
    store : a run of the case; the newest of the case, variant and changes in `runs/` where None

    Raises
    ------
    InputError : what is wrong with the case or the path
    """
    scenario = case_of(case, variant, set)
    found = explained(scenario, path)
    rests = _rests(scenario, found.path, None if store is None else Path(store))
    facts = {"case": scenario.id, "variant": scenario.variant, "as_of": scenario.as_of.isoformat()}
    return {**facts, **asdict(found), "rests": rests}


def _rests(scenario: Scenario, path: str, store: Path | None) -> dict[str, Any]:
    """Return the rank of an input in a stored run, or why there is none."""
    from corridor.engine import open_run
    from corridor.engine.catalogue import stored_runs
    from corridor.results import read

    none = {"rank": None, "says": f"no stored run says: corridor compare {scenario.origin.folder} plays one"}
    paths = [store] if store is not None else [
        run.path for run in stored_runs(RUNS)
        if (run.case, run.variant) == (scenario.id, scenario.variant) and run.finished and not run.problem
        and run.futures >= FEWEST and len(run.policies) > 1 and not run.shard
    ]  # fmt: skip
    for one in paths:
        results = open_run(str(one))
        if store is None and read.origin(results)["scenario_hash"] != scenario.hash:
            continue
        return _ranked(results, scenario, path, one)
    return none


def _ranked(results: Any, scenario: Scenario, path: str, store: Path) -> dict[str, Any]:
    from corridor.analysis.signs.weights import conditioned
    from corridor.results import read
    from corridor.studies.rests_on import OUTCOME, rests_on

    drawn = read.inputs(results)
    if path not in drawn:
        return {"rank": None, "store": str(store), "says": "no future draws it: it is taken as certain, or no number"}
    seed, reference = read.seed_of(results), scenario.reference_policy
    key = key_of("rests on", read.origin(results), reference, str(store), results.sizes["future"])
    try:
        found = kept(RUNS, f"{scenario.id}-rests-on-{key}",
                     lambda: rests_on(conditioned(results), reference=reference, seed=seed))  # fmt: skip
    except InputError as error:
        return {"rank": None, "store": str(store), "says": error.problems[0].sentence()}
    names = [str(row["input"]) for row in found["rows"]]
    if path not in names:
        return {"rank": None, "store": str(store), "of": len(drawn), "outcome": OUTCOME,
                "says": "it moves the answer no more than chance does"}  # fmt: skip
    row = found["rows"][names.index(path)]
    rank = names.index(path) + 1
    said = f"number {rank} of {len(drawn)} inputs by how strongly it moves the answer"
    if row["pawn"] <= row["floor"]:
        said = f"chance would move the answer as much as it does (number {rank} of {len(drawn)} inputs)"
    return {"rank": rank, "of": len(drawn), "outcome": OUTCOME, "store": str(store), "row": row, "says": said}
