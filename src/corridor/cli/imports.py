"""`corridor import KIND FILE -o FOLDER | --into FOLDER`: one command a kind, from the registry of importers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corridor.cli.as_of import day_of, meaning
from corridor.cli.say import say, say_json
from corridor.core.errors import InputError, Problem
from corridor.exchange.registry import Kind, kinds

imports = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Read other people's files into a folder.")


def _add(name: str, kind: Kind) -> None:
    def read(
        file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, JSON, GeoJSON or .xlsx, as published.")],
        out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FOLDER", help="Write a new folder.")] = None,
        into: Annotated[
            Path | None, typer.Option("--into", metavar="FOLDER", help="Merge into a case: shows what would change.")
        ] = None,
        yes: Annotated[bool, typer.Option("--yes", help="Write what --into shows.")] = False,
        replace: Annotated[
            bool, typer.Option("--replace", help="With --into: rows that differ take the new cells.")
        ] = False,
        force: Annotated[bool, typer.Option("--force", help="With -o: replace what the folder holds.")] = False,
        pick: Annotated[
            list[str] | None, typer.Option("--pick", help="Take the rows of this value: operation=..., admin_level=1.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON with stable keys.")] = False,
    ) -> None:
        _run(name, kind, file, (out, into), {"yes": yes, "replace": replace, "force": force}, pick or [], as_json)

    read.__doc__ = kind.summary
    imports.command(name, cls=meaning("Drop rows later than this day, and say how many."))(read)


def _run(
    name: str, kind: Kind, file: Path, where: tuple[Path | None, Path | None], asked: dict[str, bool],
    pick: list[str], as_json: bool,
) -> None:  # fmt: skip
    from corridor.exchange.folder import write_folder
    from corridor.exchange.known import drop_later
    from corridor.exchange.merge import difference, pages_difference, texts, write
    from corridor.exchange.registry import reader_of

    out, into = where
    if (out is None) == (into is None):
        raise InputError([Problem("import", 0, 0, "", "where to?", "add -o FOLDER, or --into CASE; not both")])
    picks = dict(one.partition("=")[::2] for one in pick)
    found = reader_of(kind)(file, picks)
    if (day := day_of()) is not None:
        drop_later(found, day)
    rows = {table: len(cells) for table, (_, cells) in found.tables.items()}
    for line in found.told if not as_json else ():
        say(f"{file.name}: {line}")
    lines: list[str] = []
    written = True
    if out is not None:
        write_folder({**texts(found.tables), **found.pages}, out, force=asked["force"])
        said = f"wrote {out}: " + ", ".join([*found.pages, *(f"{table} ({n})" for table, n in rows.items())])
    else:
        assert into is not None
        changes = difference(found.tables, into, replace=asked["replace"])
        changes += pages_difference(found.pages, into, replace=asked["replace"])
        lines = [line for one in changes for line in one.sentences()]
        written = asked["yes"]
        if written:
            write(changes, into)
        said = f"{into}: written; next: corridor check {into}" if written else "nothing is written yet; add --yes"
    if as_json:
        say_json({"kind": name, "file": str(file), "told": found.told, "rows": rows, "difference": lines,
                  "written": written})  # fmt: skip
        return
    for line in (*lines, said):
        say(line)


for _name, _kind in kinds().items():
    _add(_name, _kind)
