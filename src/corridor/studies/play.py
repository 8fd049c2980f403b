"""Runs of a study: played into the folder of runs under a name of their own, so that the next study finds them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError, Problem
from corridor.core.files import may_be_written
from corridor.scenario import Scenario, find_folder, load, override
from corridor.scenario.change import changes
from corridor.studies.data import Told
from corridor.studies.keep import RUNS, to_write

if TYPE_CHECKING:
    import xarray as xr

    from corridor.engine import Population

Run = Callable[..., "xr.Dataset"]
"""`run(scenario, policies=, conditions=, futures=, seed=, record=, actors=)`."""
Way = tuple[str, "xr.Dataset"]
"""One way in which the sides may choose: what it is called, and what was played of it."""


def case_of(case: Scenario | str | Path, variant: str | None = None, settings: Any = None, **days: Any) -> Scenario:
    """Return a scenario from a name, a folder or a scenario, with settings and days (as_of, start, horizon) over it.

    Raises
    ------
    InputError : no such case; the store of a run in place of a case; a setting that cannot be
    """
    if isinstance(case, Scenario):
        if variant is not None and variant != case.variant:
            message = f'the scenario is of variant "{case.variant}"'
            raise InputError([Problem("variant", 0, 0, "", message, "give the variant to corridor.load")])
        scenario = case
    else:
        refuse_store(str(case))
        scenario = load(case, variant)
    if settings:
        scenario = override(scenario, settings)
    chosen = {name: value for name, value in days.items() if value is not None}
    return override(scenario, chosen) if chosen else scenario


def seen_by_then(scenario: Scenario) -> dict[str, tuple[int, int]]:
    """Return table -> how many of its rows a scenario sees, and how many its folder has."""
    from corridor.scenario.build.tables import read_folder

    rows = read_folder(find_folder(scenario.origin.folder))
    found = {}
    for name, entries in rows.tables.items():
        held = getattr(scenario, name, None)
        if entries and held is not None and name not in ("commodities", "calibrated", "reception", "routes"):
            found[name] = (len(held), len(entries))
    return found


def refuse_store(case: str) -> None:
    """Say what it is where somebody gives the store of a run in place of a case."""
    if (Path(case) / "run.json").is_file():
        message = "is the store of a run, not a case"
        remedy = "give the case, and this folder as --store; corridor.open_run and corridor diff read stores"
        raise InputError([Problem(case, 0, 0, "", message, remedy)])


def beside(store: str | Path | None) -> Path:
    """Return the folder in which further runs and what is worked out are kept: that of the store, of the runs else."""
    return RUNS if store is None or "://" in str(store) else Path(store).parent


def path_in(where: Path, scenario: Scenario, **chosen: Any) -> Path:
    """Return where a run lies or is to be stored: under its own name in `where`.

    Where nothing can be written there, a finished run is read there all the same, and any other goes to the folder that
    stands for it.

    chosen : as `corridor.engine.run_name` takes them
    """
    from corridor.engine import is_stored, run_name

    path = where / run_name(scenario, **chosen)
    if may_be_written(where) or is_stored(scenario, path, **chosen):
        return path
    return to_write(where) / path.name


def gone(store: str) -> bool:
    """Whether the store of a run was taken away; what lies at an address is not looked for."""
    return "://" not in store and not (Path(store) / "run.json").is_file()


def again(scenario: Scenario, *, calibrated: bool) -> Scenario:
    """Return the scenario read anew with everything that was changed, with or without calibrated stocks."""
    from corridor.scenario.override import reapply

    if not scenario.origin.folder or any(change.kind == "by hand" for change in changes(scenario)):
        return scenario
    fresh = load(scenario.origin.folder, scenario.variant, calibrated=calibrated)
    return reapply(fresh, scenario.changed) if scenario.changed else fresh


def play(
    scenario: Scenario, *, store: str | Path, threads: int | None = None, told: Told = None, stage: str = "futures",
    **chosen: Any,
) -> xr.Dataset:  # fmt: skip
    """Play a run into a store, or reopen it there, and say how far it is."""
    from corridor.engine import run
    from corridor.engine.warm import prepare

    if not (Path(store) / "run.json").is_file():
        prepare(scenario, None if told is None else lambda text: told(text, 0, 1))

    def progress(done: int, wanted: int) -> None:
        if told is not None:
            told(stage, done, wanted)

    return run(scenario, store=store, threads=threads, progress=progress, **chosen)


def player(
    where: Path, *, threads: int | None, told: Told, stage: str, population: Population | None = None
) -> Run:  # fmt: skip
    """Return `run(scenario, ...)` for those who are handed one: each run lies under its own name in `where`.

    population : futures chosen by their past, which every run plays that asks for no more of them
    """

    def played(scenario: Scenario, **chosen: Any) -> xr.Dataset:
        if population is not None and chosen.get("futures", 1000) <= population.address.size:
            chosen = chosen | {"population": population.first(int(chosen.get("futures", 1000)))}
        path = path_in(where, scenario, **chosen)
        return play(scenario, store=path, threads=threads, told=told, stage=stage, **chosen)

    return played


def other_ways(
    scenario: Scenario, *, policies: list[str], futures: int, seed: int, threads: int | None = None, told: Told = None,
    population: Population | None = None,
) -> dict[str, Way]:  # fmt: skip
    """Play the ways in which the sides may choose besides the given one; nothing of it is kept.

    population : as in `player`
    """
    from corridor.engine import structural_variants, ways_of_choosing

    _, *others = structural_variants(scenario).items()

    def progress(done: int, wanted: int) -> None:
        if told is not None:
            told("the sides choose in other ways", done, wanted)

    fits = population is not None and futures <= population.address.size
    played = ways_of_choosing(
        {name: one.scenario for name, one in others}, policies=policies, futures=futures, seed=seed,
        population=population if fits else None, threads=threads, progress=progress,
    )  # fmt: skip
    return {name: (one.title, played[name]) for name, one in others}
