"""What an answer rests on as a Study: what `corridor explore` prints and the page of a comparison shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.studies.again import command
from corridor.studies.comparison import compare
from corridor.studies.data import Told, rows_table
from corridor.studies.study import Study

if TYPE_CHECKING:
    import xarray as xr

TITLE = "What the answer rests on"
OUTCOME = "energy_gap"


def explore(
    case: str | Path,
    *,
    variant: str | None = None,
    outcome: str | None = None,
    condition: str | None = None,
    futures: int = 1000,
    seed: int = 1,
    set: Mapping[str, Any] | Sequence[str] | None = None,
    store: str | Path | None = None,
    reference: str | None = None,
    threads: int | None = None,
    told: Told = None,
) -> Study:
    """Play (or reopen) the comparison and return what moves it: one row per input, the strongest first.

    Parameters
    ----------
    outcome : what policies are ranked by; food missing on the last day where None
    condition : the first where None
    others : as `compare` takes them

    Raises
    ------
    InputError : too few futures, an outcome or condition that the run does not have, or SALib is not installed
    """
    study = compare(
        case, variant=variant, futures=futures, seed=seed, set=set, store=store, reference=reference, threads=threads,
        told=told,
    )  # fmt: skip
    if told is not None:
        told("what moves it", 0, 1)
    found = rests_on(study.results, reference=study.reference, outcome=outcome, condition=condition, seed=seed)
    options: dict[str, object] = {"variant": study.variant, "outcome": outcome, "condition": condition,
                                  "futures": futures, "seed": seed, "reference": reference}  # fmt: skip
    kept = {name: getattr(study, name) for name in (
        "case", "folder", "title", "question", "variant", "as_of", "horizon", "seed", "futures", "reference",
        "policies", "conditions", "changed", "scenario_hash", "store", "versions",
    )}  # fmt: skip
    return Study(
        kind="exploration",
        **kept,
        answer=tuple(found["sentences"]),
        warnings=(found["note"],),
        tables=(rows_table(found["rows"], "rests_on", TITLE, {"low": found["unit"], "high": found["unit"],
                                                              "worth": found["unit"]}),),
        detail={"lines": found["lines"], "headings": found["headings"]},
        command=command("explore", study.folder, study.changed, options),
    )  # fmt: skip


def rests_on(
    results: xr.Dataset, *, reference: str, outcome: str | None = None, condition: str | None = None, seed: int = 1
) -> dict[str, Any]:
    """Return what an answer rests on as plain data: sentences, rows, the lines of a table, a note."""
    import numpy as np

    from corridor.analysis.compare import last
    from corridor.analysis.explore import explore as found_in
    from corridor.analysis.outcomes.table import available
    from corridor.analysis.plain import plain_row
    from corridor.report.sections import inputs
    from corridor.report.sections import rests_on as section
    from corridor.results import read
    from corridor.tables.folder import sought

    known, under = available(results), read.ids(results, "condition")
    asked, here = outcome or OUTCOME, condition or under[0]
    rankable = [name for name, row in known.items() if row.outcome.better != "none"]
    problems = []
    if asked not in rankable:
        problems.append(
            Problem("--outcome", 0, 0, "", f'no outcome "{asked}" to rank by', did_you_mean(asked, rankable))
        )
    if here not in under:
        problems.append(Problem("--condition", 0, 0, "", f'no condition "{here}"', did_you_mean(here, under)))
    if problems:
        raise InputError(problems)
    row = known[asked].outcome
    values = {p: x for (p, c), x in last(results, asked).items() if c == here}
    whole = np.all([np.isfinite(x) for x in values.values()], axis=0)
    drawn, weight = read.inputs(results), read.weights(results)
    scenario = read.scenario_of(results)
    found = found_in(
        list(drawn), np.stack(list(drawn.values()), axis=1)[whole], {p: x[whole] for p, x in values.items()},
        better=row.better, reference=reference, weights=None if weight is None else weight[whole], may_flip=sought,
        seed=seed,
    )  # fmt: skip
    titles, numbers = read.titles(scenario), inputs.numbers(results, scenario)
    about = {"best": titles.get(found.best, found.best), "against": titles.get(found.against, found.against),
             "outcome": row.name, "unit": row.unit, "condition": titles.get(here, here), "titles": titles}  # fmt: skip
    return {
        "title": TITLE,
        "sentences": section.sentences(found.rows, about, numbers),
        "headings": list(section.HEADINGS),
        "lines": section.lines(found.rows, row.unit, numbers, titles),
        "unit": row.unit,
        "rows": [plain_row(one) for one in found.rows],
        "note": (
            f"From {found.futures:,} futures, of which {found.effective:,.0f} weigh. Strength is above what the "
            "strongest of all inputs reaches by chance; inputs below it are left out. What people are given to eat or "
            "find elsewhere is never sought."
        ),
    }
