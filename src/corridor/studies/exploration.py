"""What an answer rests on as a Study: what `corridor explore` prints and the page of a comparison shows."""

from __future__ import annotations

from corridor.studies.again import command
from corridor.studies.data import rows_table
from corridor.studies.rests_on import TITLE, rests_on
from corridor.studies.study import Study


def explore(study: Study, *, outcome: str | None = None, condition: str | None = None) -> Study:
    """Return what moves the answer of a comparison: one row per input, the strongest first.

    Parameters
    ----------
    study : what `compare` returned
    outcome : what policies are ranked by; food missing on the last day where None
    condition : the first where None

    Raises
    ------
    InputError : too few futures, an outcome or condition that the run does not have, or SALib is not installed
    """
    found = rests_on(study.results, reference=study.reference, outcome=outcome, condition=condition, seed=study.seed)
    options: dict[str, object] = {"variant": study.variant, "outcome": outcome, "condition": condition,
                                  "futures": study.futures, "seed": study.seed}  # fmt: skip
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
