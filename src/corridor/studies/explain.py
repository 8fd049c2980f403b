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
    """Return the place of an input among those that move the answer, as the page of the same run has it."""
    from corridor.analysis.signs.weights import conditioned
    from corridor.results import read

    drawn = read.inputs(results)
    path = path if path in drawn else path.removeprefix("parameters.")  # a run draws a parameter under its own name
    if path not in drawn:
        return {"rank": None, "store": str(store), "says": "no future draws it: it is taken as certain, or no number"}
    reference = scenario.reference_policy
    key = key_of("moves", read.origin(results), reference, str(store), results.sizes["future"])
    try:
        found = kept(RUNS, f"{scenario.id}-moves-{key}", lambda: moves(conditioned(results), reference))
    except InputError as error:
        return {"rank": None, "store": str(store), "says": error.problems[0].sentence()}
    names = list(found["moves"])
    if path not in names:
        says = "this run cannot tell what moves the answer: nothing of it differs between its futures"
        return {"rank": None, "store": str(store), "of": len(names), "moved": found["moved"], "says": says}
    rank, size, floor = names.index(path) + 1, found["moves"][path], found["floor"]
    said = f"number {rank} of {len(names)} inputs by how strongly it moves {found['moved']}"
    if abs(size) < floor:
        said = f"chance would move {found['moved']} as much as it does (number {rank} of {len(names)} inputs)"
    row = {"correlation": size, "floor": floor}
    return {"rank": rank, "of": len(names), "moved": found["moved"], "store": str(store), "row": row, "says": said}


def moves(results: Any, reference: str) -> dict[str, Any]:
    """Return what moves the answer of a run and how far, strongest first, what that is, and what may be chance.

    The same numbers as the page has in its table of what moves the answer: `corridor.report.sections.answer` ranks
    them. `moved` names the policies that are compared.
    """
    from corridor.analysis.compare import compare, last
    from corridor.report.sections import inputs
    from corridor.report.sections.answer import GAP, answer
    from corridor.report.sections.answer_camps import answer_camps

    frame = compare(results, reference=reference)
    found = answer(results, frame, last(results, GAP)) if "people" in results else answer_camps(results, frame)
    return {"moves": found.moves, "moved": found.moved, "floor": inputs.noticeable(results)}
