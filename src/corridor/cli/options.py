"""Arguments and options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Case = Annotated[str, typer.Argument(metavar="CASE", help="A bundled case or a folder.")]
Variant = Annotated[str | None, typer.Option("--variant", help="What could be known when (an as_of date).")]
Futures = Annotated[int, typer.Option("--futures", "-n", help="Futures per policy and condition.")]
Seed = Annotated[int, typer.Option("--seed", help="Seed of every draw.")]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="Change a number: links.ID.kmh=30, as_of=2023-06-30, horizon=30.")
]
Policy = Annotated[list[str] | None, typer.Option("--policy", help="Only this policy (repeatable).")]
Condition = Annotated[list[str] | None, typer.Option("--condition", help="Only this condition (repeatable).")]
Store = Annotated[
    str | None, typer.Option("--store", help="Folder or address of the results; an unfinished run resumes.")
]
Threads = Annotated[int | None, typer.Option("--threads", help="Worker threads; one per core if not given.")]
On = Annotated[
    str,
    typer.Option(
        "--on", help="Where to play: here (threads or processes), dask, or tcp://host:8786 (a Dask scheduler)."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON with stable keys and units.")]
Csv = Annotated[Path | None, typer.Option("--csv", help="Write the whole table here.")]
Language = Annotated[
    str, typer.Option("--language", help="Of table and report: en, fr, ar, es; translations are machine-made.")
]
