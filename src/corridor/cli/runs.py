"""`corridor runs`: the stored runs, what can go, whether one is sound; `corridor merge`: shards joined."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from corridor.cli.as_of import GroupWithDay, day_of, meaning
from corridor.cli.say import say, say_json
from corridor.core.errors import InputError, Problem

runs = typer.Typer(cls=GroupWithDay, help="Stored runs: list them, remove some, verify one.", rich_markup_mode=None)

Folder = Annotated[Path, typer.Option("--in", help="Folder of the runs.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON with stable keys and units.")]

_AGE = {"h": 1 / 24, "d": 1.0, "w": 7.0}
_SIZE = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}


@runs.callback(invoke_without_command=True)
def list_runs(context: typer.Context, folder: Folder = Path("runs"), as_json: AsJson = False) -> None:
    """List the stored runs, the newest first."""
    if context.invoked_subcommand is None:
        list_(folder, as_json)


@runs.command("list", cls=meaning("Only the runs that look back from this day."))
def list_(folder: Folder = Path("runs"), as_json: AsJson = False) -> None:
    """List the stored runs, the newest first; so does `corridor runs` alone."""
    from corridor.engine.catalogue import stored_runs

    found, day = stored_runs(folder), day_of()
    if day is not None:
        every, found = found, [run for run in found if run.as_of == day.isoformat()]
        say(f"{len(every) - len(found)} run(s) that look back from another day are not listed", err=True)
    if as_json:
        say_json({"runs": [run.as_dict() for run in found]})
        return
    for run in found:
        what = f"{run.case} {run.variant}".strip() or "?"
        what += f" as of {run.as_of}" if run.as_of else ""
        shard = f", shard {run.shard}" if run.shard else ""
        state = run.state if run.finished else f"{run.state}, {run.blocks} of {run.wanted} blocks"
        say(f"{run.when:%Y-%m-%d %H:%M}  {_size(run.bytes):>8}  {run.futures:>7} futures  {run.path}")
        say(f"    {what}, {len(run.policies)} policies, seed {run.seed}{shard}: {state}")
        if run.problem:
            say(f"    {run.problem}")
    say(f"{len(found)} run(s), {_size(sum(run.bytes for run in found))}")


@runs.command(cls=meaning("That look back from this day."))
def prune(
    folder: Folder = Path("runs"),
    older: Annotated[str | None, typer.Option("--older", help="Last written longer ago: 30d, 12h, 2w.")] = None,
    larger: Annotated[str | None, typer.Option("--larger", help="Larger than: 500MB, 1GB.")] = None,
    unfinished: Annotated[bool, typer.Option("--unfinished", help="Not finished.")] = False,
    unreadable: Annotated[bool, typer.Option("--unreadable", help="Damaged, or of another version.")] = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only print what would be removed.")] = False,
) -> None:
    """Remove the runs of which all that is asked for holds (unfinished or unreadable: one of both); asks nothing."""
    from corridor.engine.catalogue import kept_for
    from corridor.engine.catalogue import prune as remove

    day = day_of()
    if older is None and larger is None and not unfinished and not unreadable and day is None:
        remedy = "give --older, --larger, --unfinished, --unreadable or --as-of"
        raise InputError([Problem("corridor runs prune", 0, 0, "", "nothing says which runs are to go", remedy)])
    age = None if older is None else timedelta(days=_number("--older", older, _AGE, "30d, 12h or 2w"))
    size = None if larger is None else int(_number("--larger", larger, _SIZE, "500MB or 1GB"))
    as_of = None if day is None else day.isoformat()
    gone = remove(folder, older=age, larger=size, unfinished=unfinished, unreadable=unreadable, dry=dry, as_of=as_of)
    for run in gone:
        say(f"{'would remove' if dry else 'removed'} {run.path} ({_size(run.bytes)}, {run.state})")
    for path, names in kept_for(folder):
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        say(f"left alone: {path} also holds {', '.join(names[:3])}{more}, not of a run; move that elsewhere first")
    say(f"{len(gone)} run(s), {_size(sum(run.bytes for run in gone))}")


@runs.command(cls=meaning("The run has to look back from this day."))
def verify(store: str) -> None:
    """Hash every file of a stored run; exit status 3 where one is not what was written."""
    from corridor.engine.store import verify as verify_store
    from corridor.studies.then import refuse_other_day

    refuse_other_day(store, day_of())
    found = verify_store(store)
    if found:
        raise InputError(found)
    say(f"{store}: every file is what was written")


def merge(
    stores: Annotated[list[str], typer.Argument(help="Stores of all shards, or of successive futures.")],
    output: Annotated[str, typer.Option("--output", "-o", help="Store of the whole run.")],
) -> None:
    """Join shards of a run, or runs of successive futures, to the store of the whole run."""
    from corridor.engine.merge import merge as join
    from corridor.studies.then import runs_of_day

    day = day_of()
    stores, others = runs_of_day(stores, day)
    if not stores:
        raise InputError([Problem("--as-of", 0, 0, "", f"no store looks back from {day}", "corridor runs lists them")])
    for one in others:
        say(f"left out: {one} looks back from another day than {day}", err=True)
    say(f"results: {output} ({join(stores, output)} futures)")


def shard_of(text: str) -> tuple[int, int]:
    """Return (2, 4) of "2/4"; anything else is an InputError."""
    parts = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text.strip())
    if parts is None:
        message, remedy = f'"{text}" is no shard', "give 2/4 for the second of four"
        raise InputError([Problem("--shard", 0, 0, "", message, remedy)])
    return int(parts[1]), int(parts[2])


def _number(option: str, text: str, units: dict[str, float] | dict[str, int], examples: str) -> float:
    parts = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)", text.strip().lower())
    if parts is None or parts[2] not in units:
        raise InputError([Problem(option, 0, 0, "", f'"{text}" cannot be read', f"write {examples}")])
    return float(parts[1]) * units[parts[2]]


def _size(n: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if n >= size:
            return f"{n / size:.1f} {unit}"
    return f"{n} B"


def export(
    store: Annotated[str, typer.Argument(metavar="STORE", help="The folder of a finished run; a case for a package.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help=".nc, .parquet, .csv, .geojson, DIR/datapackage.json")
    ],
    hxl: Annotated[bool, typer.Option("--hxl", help="A row of HXL hashtags below the header of a CSV.")] = False,
    variables: Annotated[str, typer.Option("--variables", help="Only these: people,intake.")] = "",
    totals: Annotated[
        bool, typer.Option("--totals", help="All places together, by day: low, middle and high over the futures.")
    ] = False,
) -> None:
    """Write a stored run (or a case, as a data package) for other programs; the ending says in which form."""
    from corridor.studies.export import export as write

    asked = [name.strip() for name in variables.split(",") if name.strip()]
    files = write(store, out, hxl=hxl, variables=asked, totals=totals, told=lambda text: say(text, err=True),
                  as_of=day_of())  # fmt: skip
    more = f", {len(files)} files" if len(files) > 1 else ""
    say(f"wrote {out}{more}")
