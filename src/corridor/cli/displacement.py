"""`corridor validate-movement` and `corridor import flee`: the field's yardstick, and its cases as scenario folders."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from corridor.cli.as_of import day_of, meaning
from corridor.cli.imports import imports
from corridor.cli.say import say, say_json
from corridor.core.errors import Problem

Cases = Annotated[list[str], typer.Argument(metavar="CASES...", help="Flee case folders, or folders that hold some.")]
Futures = Annotated[int, typer.Option("--futures", "-n", min=1, help="Futures per case and rule.")]
Threads = Annotated[int | None, typer.Option("--threads", min=1, help="Worker threads; one per core if not given.")]
Settings = Annotated[Path | None, typer.Option("--settings", help="Flee's settings file (simsetting.yml) for flee3.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON with stable keys and units.")]


def validate_movement(
    cases: Cases,
    futures: Futures = 4,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of every draw.")] = 0,
    threads: Threads = None,
    fit: Annotated[bool, typer.Option("--fit/--no-fit", help="Let the other cases choose followers' numbers.")] = True,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Score the movement rules on Flee's cases beside naive forecasts: capacities as given, and leak-free."""
    from corridor.analysis.displacement.validate import seconds_to_fit
    from corridor.analysis.displacement.validate import validate_displacement as validate
    from corridor.exchange.flee.cases import read_flee_cases
    from corridor.exchange.flee.settings import read_flee_settings
    from corridor.report.screen.displacement import validation_tables

    read = read_flee_cases(cases)
    rule = None
    if settings is not None:
        rule, notes = read_flee_settings(settings)
        for note in notes:
            say(note.sentence(), err=True)
    workers = threads or os.cpu_count() or 1
    fitted = fit and len(read) > 1
    if fitted:
        seconds = seconds_to_fit(read, workers)
        say(f"fitting followers takes about {max(seconds, 1):.0f} s; --no-fit plays its defaults", err=True)
    found = validate(read, futures=futures, seed=seed, threads=workers, fit=fit, flee=rule, told=partial(say, err=True))
    facts = {"format": 1, "kind": "movement-validation", "futures": futures, "seed": seed, "fitted": fitted}
    plain = {**facts, **found.as_dict()}
    if as_json:
        say_json(plain)
    else:
        validation_tables(plain)


@imports.command("flee", cls=meaning("Write only what was known on this day."))
def import_flee(
    case: Annotated[Path, typer.Argument(metavar="CASE_FOLDER", help="Holds input_csv and source_data.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FOLDER", help="The scenario folder to write.")],
    capacity: Annotated[
        bool, typer.Option("--capacity/--no-capacity", help="Keep the capacity column, which holds later peaks.")
    ] = True,
    force: Annotated[bool, typer.Option("--force", help="Replace what the folder holds.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a Flee case as an ordinary scenario folder, and list what was found wrong in its data."""
    from corridor.exchange.book import convert
    from corridor.exchange.flee.read import read_flee_case
    from corridor.exchange.flee.scenario import write_scenario
    from corridor.report.screen.displacement import problems_table

    read = read_flee_case(case)
    if (day := day_of()) is None:
        files = write_scenario(read, case, out, capacity=capacity, force=force)
    else:
        with TemporaryDirectory() as where:  # the whole case first, and of that what was known
            write_scenario(read, case, Path(where) / "case", capacity=capacity)
            notes: list[Problem] = []
            files = tuple(convert(str(Path(where) / "case"), out, notes, force=force, day=day))
        for note in notes:
            say(note.sentence(), err=True)
    found = [problem.as_dict() for problem in read.problems]
    if as_json:
        say_json({"case": read.name, "folder": str(out), "files": list(files), "problems": found})
    else:
        problems_table(f"Found in the data of {read.name}, and put right", found)
        say(f"wrote {len(files)} files; next: corridor check {out}, then corridor compare {out}")
