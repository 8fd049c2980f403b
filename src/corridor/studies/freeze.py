"""Predictions frozen before anybody looks at what happened: the run of every policy, its digest, a file that says so.

`freeze` never reads `observed/`; it only says which tables lay there by name. A backtest with `strict` scores the
frozen run and nothing else: neither what is made from the counts (nowcasts, fits) nor what a changed case would say.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError, Problem
from corridor.core.files import write_whole
from corridor.scenario import Scenario, find_folder
from corridor.scenario.observed import observed_tables
from corridor.studies.data import Told
from corridor.studies.keep import code
from corridor.studies.play import Run, play

if TYPE_CHECKING:
    import xarray as xr

FILE, RUN = "frozen.json", "run"
"""in the folder of frozen predictions"""


def freeze(
    case: str | Path,
    path: str | Path,
    *,
    variant: str | None = None,
    futures: int = 1000,
    seed: int = 1,
    set: Mapping[str, Any] | Sequence[str] | None = None,
    threads: int | None = None,
    told: Told = None,
) -> dict[str, Any]:
    """Play everything that a backtest may score, write it to a new folder, and return what `frozen.json` says.

    Raises
    ------
    InputError : the case is not sound, or the folder holds something already
    """
    from corridor.analysis.backtest.all import RECORDED
    from corridor.studies.prior import prior_of

    scenario, where = prior_of(case, variant, set, halfway=False), Path(path)
    if where.exists() and (not where.is_dir() or any(where.iterdir())):
        message = "holds something already: frozen predictions are never written over"
        raise InputError([Problem(str(where), 0, 0, "", message, "name a new folder")])
    folder = find_folder(scenario.origin.folder or scenario.id)
    record = sorted({name for names in RECORDED.values() for name in names} | {"hourly_arrivals"})
    play(scenario, store=where / RUN, threads=threads, told=told, futures=futures, seed=seed, record=record)
    said: dict[str, Any] = {
        "format": 1,
        "case": scenario.id,
        "variant": scenario.variant,
        "as_of": scenario.as_of.isoformat(),
        "horizon": scenario.horizon,
        "futures": futures,
        "seed": seed,
        "scenario_hash": scenario.hash,
        "code": code(),
        "frozen": datetime.now(UTC).isoformat(timespec="seconds"),
        "observed_then": list(observed_tables(folder)),
        "run": digest_of(where / RUN),
    }
    said["digest"] = _digest_of_words(said)
    write_whole(where / FILE, json.dumps(said, indent=1) + "\n")
    return said


def digest_of(store: Path) -> str:
    """Return the digest of every file of a stored run, by name and content."""
    sums = hashlib.sha256()
    for file in sorted(path for path in store.rglob("*") if path.is_file()):
        content = file.read_bytes()
        sums.update(f"{file.relative_to(store).as_posix()}\n{len(content)}\n".encode() + content)
    return sums.hexdigest()


def _digest_of_words(said: Mapping[str, Any]) -> str:
    kept = {name: value for name, value in said.items() if name != "digest"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def frozen(path: str | Path, scenario: Scenario) -> tuple[dict[str, Any], Run]:
    """Return what frozen predictions say and a `run` that only hands out the frozen run.

    Raises
    ------
    InputError : the folder holds none, they were changed since, or they are of another case or variant
    """
    where = Path(path)
    said = _read(where)
    problems = []

    def wrong(message: str, remedy: str) -> None:
        problems.append(Problem(str(where / FILE), 0, 0, "", message, remedy))

    if _digest_of_words(said) != said.get("digest"):
        wrong("was changed after it was frozen", "freeze anew, before you look at what happened")
    elif not (where / RUN).is_dir() or digest_of(where / RUN) != said["run"]:
        wrong("the run beside it was changed after it was frozen", "freeze anew, before you look at what happened")
    if (said.get("case"), said.get("variant")) != (scenario.id, scenario.variant):
        of = f"{said.get('case')}, variant {said.get('variant')}"
        wrong(f"is of {of}, and not of {scenario.id}, variant {scenario.variant}", "name its case and variant")
    elif said.get("scenario_hash") != scenario.hash:
        wrong("the case was changed after it was frozen", "take the case as it was then, or leave out --strict")
    if problems:
        raise InputError(problems)
    return said, _only(where / RUN)


def _read(where: Path) -> dict[str, Any]:
    try:
        said = json.loads((where / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"holds no frozen predictions ({type(error).__name__})"
        raise InputError([Problem(str(where), 0, 0, "", message, "write them with corridor freeze")]) from None
    if not isinstance(said, dict) or "run" not in said:
        message = "is no file of frozen predictions"
        raise InputError([Problem(str(where / FILE), 0, 0, "", message, "write them with corridor freeze")])
    return said


def _only(store: Path) -> Run:
    """Return a `run` that hands out parts of one stored run, whatever futures, seed and record are asked."""

    def run(
        _: Scenario, policies: Sequence[str] | None = None, conditions: Sequence[str] | None = None, **asked: Any
    ) -> xr.Dataset:
        from corridor.engine import open_run

        ds = open_run(store)
        chosen = {name: list(ids) for name, ids in (("policy", policies), ("condition", conditions)) if ids is not None}
        return ds.sel(chosen)

    return run
