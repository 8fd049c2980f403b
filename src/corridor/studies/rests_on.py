"""What an answer rests on, as plain data: from the futures of one run, for screen and page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError, Problem, did_you_mean

if TYPE_CHECKING:
    import xarray as xr

TITLE = "What the answer rests on"
OUTCOME = "energy_gap"
"""outcome by which policies are ranked where none is named"""


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
