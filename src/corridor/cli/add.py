"""`corridor add fact|claim|event FOLDER`: one more row, asked for on a terminal, checked before it is written."""

from __future__ import annotations

import inspect
import shlex
import sys
from typing import Annotated, Any

import typer

from corridor.cli.as_of import day_of, meaning
from corridor.cli.printing import tell
from corridor.cli.say import say
from corridor.core.errors import InputError
from corridor.tables.asked import asked, missing

adds = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Put a fact, a claim or an event into a case, checked."
)
KINDS = {
    "fact": "Put a sourced fact into evidence.csv: what is said, by whom, where, who disputes it.",
    "claim": "Put what a source argues about the sides into claims.yaml.",
    "event": "Put a dated event into events.csv: what changed on which day.",
}
_DAY = "Refuse a row that was not known by this day; a claim is known from its source."
_FOLDER = Annotated[str, typer.Argument(metavar="FOLDER", help="The folder of your case.")]
_JSON = Annotated[bool, typer.Option("--json", help="Print JSON with stable keys.")]


def _register(kind: str, summary: str) -> None:
    def command(**given: Any) -> None:
        _add(kind, given.pop("folder"), given.pop("as_json"), {k: v for k, v in given.items() if v is not None})

    by_name = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter("folder", by_name, annotation=_FOLDER)]
    parameters += [
        inspect.Parameter(name, by_name, default=None, annotation=Annotated[str | None, typer.Option(help=meaning)])
        for name, meaning in _options(kind)
    ]
    parameters.append(inspect.Parameter("as_json", by_name, default=False, annotation=_JSON))
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    command.__doc__ = summary
    adds.command(kind, cls=meaning("Refuse a row that was not known by this day; a claim is known from its source."))(
        command
    )


def _options(kind: str) -> list[tuple[str, str]]:
    return [(one.name, one.meaning + (f": {', '.join(one.choices)}" if one.choices else "")) for one in asked(kind)]


def _add(kind: str, folder: str, as_json: bool, row: dict[str, str]) -> None:
    from corridor.studies.add import add, open_case

    open_case(folder)
    asking = bool(missing(kind, row)) and not as_json and sys.stdin.isatty() and sys.stderr.isatty()
    if asking:
        _ask(kind, row)
    try:
        done = add(folder, kind, row, as_of=day_of())
    except InputError:
        if asking:
            options = " ".join(f"--{k.replace('_', '-')} {shlex.quote(v)}" for k, v in row.items() if v)
            say(f"what you answered, to change and give again: corridor add {kind} {folder} {options}", err=True)
        raise
    before = done["before"]
    left = f"; the {len(before)} problem(s) that were there are there still" if before else ""  # type: ignore[arg-type]
    tell(as_json, {"folder": folder, **done}, f"{folder}/{done['file']}: line {done['line']} is new{left}")
    for sentence in () if as_json else done["told"]:  # type: ignore[attr-defined]
        say(sentence)


def _ask(kind: str, row: dict[str, str]) -> None:
    """Ask for what is needed, and for what else may be given; an empty answer leaves out what is not needed."""
    from corridor.studies.add import cell_problem

    say("an empty answer leaves out what is not needed; Ctrl-C writes nothing", err=True)
    for one in asked(kind):
        if row.get(one.name) or (kind == "claim" and _answered(one.name, row)):
            continue
        while True:
            needed = one.name in missing(kind, row)
            words = f" ({', '.join(one.choices)})" if one.choices else ""
            say(f"{'* ' if needed else '  '}{one.name}: {one.meaning}{words}: ", err=True, end="")
            line = sys.stdin.readline()
            if not line:
                return
            row[one.name] = line.strip()
            wrong = cell_problem(kind, one.name, row)
            if wrong:
                say(f"    {wrong}", err=True)
            elif needed and not row[one.name]:
                say("    is needed", err=True)
            else:
                break


def _answered(name: str, row: dict[str, str]) -> bool:
    """Whether a claim needs no answer to this, as it says why no model holds it, or what holds it is named."""
    return name in ("outcome", "sign", "when", "against", "held_by") and bool(row.get("unrepresented"))


for _kind, _summary in KINDS.items():
    _register(_kind, _summary)
