"""What the signs of scarcity teach of the stocks, as a Study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corridor.scenario import Scenario
from corridor.studies.again import command, origin
from corridor.studies.data import Told, rows_table
from corridor.studies.keep import RUNS, kept, key_of
from corridor.studies.play import player
from corridor.studies.prior import prior_of
from corridor.studies.study import Study


def calibrate(
    case: Scenario | str | Path,
    *,
    variant: str | None = None,
    futures: int = 8192,
    seed: int = 1,
    set: Mapping[str, Any] | Sequence[str] | None = None,
    runs: str | Path | None = None,
    threads: int | None = None,
    told: Told = None,
) -> Study:
    """Return prior and posterior of stocks, mixes and outputs given the signs known up to `as_of`.

    `detail` holds `overrides`: input -> value, low, high, as `corridor.override` may set them.

    Raises
    ------
    InputError : the scenario has no signs of scarcity
    """
    scenario = prior_of(case, variant, set)
    where = RUNS if runs is None else Path(runs)
    key = key_of(scenario.model_dump_json(), futures, seed)

    def make() -> Any:
        from corridor.analysis.calibrate import calibrate as fit
        from corridor.analysis.plain import plain_row

        run = player(where, threads=threads, told=told, stage="calibration")
        found = fit(scenario, run, futures=futures, seed=seed)
        return {
            "inputs": [plain_row(row) for row in found.inputs],
            "signs": [plain_row(row) for row in found.signs],
            "notes": list(found.notes),
            "effective": float(found.effective),
            "overrides": {path: [float(v) for v in ends] for path, ends in found.overrides().items()},
        }

    found = kept(where, f"{scenario.id}-{scenario.variant}-{futures}-calibrate-{key}", make)
    about = origin(scenario)
    options: dict[str, object] = {"variant": scenario.variant, "futures": futures, "seed": seed}
    return Study(
        kind="calibration",
        **about,
        seed=seed,
        futures=futures,
        warnings=tuple(found["notes"]),
        tables=(
            rows_table(found["inputs"], "inputs", "What the signs teach of stocks, mixes and outputs"),
            rows_table(found["signs"], "signs", "The signs, and when the futures would have shown them"),
        ),
        detail={"effective": found["effective"], "overrides": found["overrides"]},
        command=command("calibrate", about["folder"], about["changed"], options),
    )
