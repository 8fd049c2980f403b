"""Commands on cases: list, check, audit, new, plan, schema."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridor.cli.as_of import day_asked, day_of, with_day
from corridor.cli.options import AsJson, Case, Variant
from corridor.cli.printing import tell
from corridor.cli.say import hush_notes, say, say_json
from corridor.core.errors import InputError, Problem
from corridor.core.exits import EXIT_BAD_INPUT

if TYPE_CHECKING:
    from corridor.scenario.build.late import Late

COUNTED_ON = "what a policy says of itself may still count on what is left out"


def list_cases(as_json: AsJson = False) -> None:
    """List the bundled cases with their variants."""
    from corridor.scenario import bundled, load

    cases, day = [load(name, actors=None) for name in bundled()], day_of()
    if day is not None:
        every = len(cases)
        cases = [case for case in cases if case.start <= day <= max(one.as_of for one in case.variants)]
        say(f"{len(cases)} of {every} cases can look back from {day}", err=True)
    if as_json:
        rows = [
            {
                "case": case.id,
                "title": case.title,
                "question": case.question,
                "variants": [one.model_dump(mode="json") for one in case.variants if day is None or one.as_of <= day],
            }
            for case in cases
        ]
        say_json({"cases": rows})
        return
    for case in cases:
        say(f"{case.id}: {case.title}")
        for one in (one for one in case.variants if day is None or one.as_of <= day):
            own = ", taken where none is named" if one.id == case.variant else ""
            say(f"  --variant {one.id}: what could be known on {one.as_of}{own}")


def check(
    case: Case,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 where there are warnings, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check a folder: every problem at once, with file, line, column and remedy; what is odd; advice on the sides."""
    from dataclasses import asdict

    from corridor.core.uncollected import uncollected
    from corridor.scenario import examined
    from corridor.scenario.load import as_read, not_known
    from corridor.scenario.questions import questions
    from corridor.studies.play import case_of, refuse_store, seen_by_then
    from corridor.studies.sides_check import check_sides, told

    as_of = day_asked()
    refuse_store(case)
    hush_notes()  # they stand below
    notes: list[Problem] = []
    here, remarks = examined(case, notes)
    found, advice = check_sides(case, here)
    if not found:
        from corridor.analysis.backtest.setup import exodus_problems

        found = exodus_problems(case)
    with uncollected():  # a large table is looked at once, and no cycle is left behind
        odd = remarks()
    warnings = sum(one.level == "warning" for one in odd)
    asked = [] if found else questions(as_read(case, actors=None))
    seen: dict[str, tuple[int, int]] = {}
    late: list[Late] = []
    played: list[str] = []
    if as_of is not None and not found:
        then = case_of(case, None, [f"as_of={as_of}"])
        seen, late = seen_by_then(then), not_known(then)
        played = [policy.id for policy in then.policies]
    if as_json:
        plain = {
            "problems": [p.as_dict() for p in found],
            "remarks": [one.as_dict() for one in odd],
            "advice": [asdict(one) for one in advice],
            "notes": [one.as_dict() for one in notes],
            "questions": asked,
            **({"seen": seen, "left_out": [one.as_dict() for one in late]} if as_of is not None else {}),
        }
        say_json({"case": case, **plain})
    else:
        for problem in found:
            say(problem.sentence(), err=True)
        for remark in odd:
            say(remark.sentence(), err=True)
        told_odd = f", {warnings} warning(s), {len(odd) - warnings} note(s)" if odd else ""
        say((f"{case}: {len(found)} problem(s)" if found else f"{case}: no problem found") + told_odd)
        for note in notes:
            say(f"  {note.sentence()}")
        if advice:
            say(f"advice on the sides ({len(advice)}), which changes no exit status:")
        for line in told(advice, "actors.yaml"):
            say(f"  {line}")
        for question in asked:
            say(f"asked: {question}")
        for table, (known, every) in seen.items():
            say(f"as of {as_of}: {table}: {known} of {every} rows are known")
        for one in late:
            say(f"as of {as_of}: {one.sentence()}")
        if any(not one.is_policy for one in late):
            say(f"as of {as_of}: {COUNTED_ON}: {', '.join(played)}")
    if found or (strict and warnings):
        raise typer.Exit(EXIT_BAD_INPUT)


def audit(case: Case, variant: Variant = None, as_json: AsJson = False) -> None:
    """List numbers without evidence, numbers that are assumed, and disputed numbers."""
    from dataclasses import asdict

    from corridor.report.screen.tables import audit_table
    from corridor.scenario import audit as audit_case
    from corridor.studies.play import case_of

    rows = audit_case(case_of(case, variant, with_day(None)))
    if as_json:
        say_json({"case": case, "rows": [asdict(row) for row in rows]})
    else:
        audit_table(rows)


def new(
    folder: str,
    blank: Annotated[
        bool, typer.Option("--blank", help="No example rows: headers and settings to fill with your own.")
    ] = False,
    title: Annotated[
        str | None, typer.Option("--title", help="What the case is called on every page; asked for on a terminal.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a small synthetic case that runs, to start your own from: a folder, or a workbook (.xlsx)."""
    from corridor.exchange.book import new_book
    from corridor.scenario import write_new
    from corridor.scenario.read.book import is_book

    book = is_book(Path(folder))
    if title is None and not as_json and sys.stdin.isatty() and sys.stderr.isatty():
        title = typer.prompt("title of the case (Enter: that of the example)", default="", show_default=False, err=True)
    made = new_book(Path(folder), title or "", blank=blank) if book else write_new(folder, title or "", blank=blank)
    files = [str(path) for path in made]
    fill = f"fill places, links, stocks, pipelines and evidence, then corridor check {folder}"
    tell(
        as_json,
        {"folder": str(folder), "files": files},
        f"wrote {len(files)} file{'s' * (len(files) != 1)}; next: {fill if blank else f'corridor compare {folder}'}",
    )


def convert(
    case: Case,
    target: Annotated[Path, typer.Argument(help="A workbook (.xlsx), or a folder where CASE is a workbook.")],
    force: Annotated[bool, typer.Option("--force", help="Write over what is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a workbook of a folder, or a folder of a workbook: every cell, and what a spreadsheet changed mended."""
    from corridor.exchange.book import convert as convert_case

    notes: list[Problem] = []
    files = convert_case(case, target, notes, force=force, day=day_of())
    for note in notes:
        say(note.sentence(), err=True)
    tell(as_json, {"target": str(target), "files": files}, f"wrote {target}: {len(files)} tables and files")


def plan(
    case: Annotated[str | None, typer.Argument(metavar="[CASE]", help="A bundled case or a folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print the order of the day, the rule that serves each process, and its parameters."""
    from corridor.engine import rules_of
    from corridor.report.screen.tables import plan_table, rule_rows
    from corridor.rules import chosen
    from corridor.studies.play import case_of

    if not case and day_asked() is not None:
        message = "without a case the rules are the same on every day"
        raise InputError([Problem("--as-of", 0, 0, "", message, "name a case, or leave it out")])
    rules = rules_of(case_of(case, None, with_day(None))) if case else chosen({})
    if as_json:
        say_json({"case": case, "order": rule_rows(rules)})
    else:
        plan_table(rules)


def schema(
    study: Annotated[bool, typer.Option("--study", help="Of a study, as compare --json prints it.")] = False,
) -> None:
    """Print the JSON Schema of a scenario folder, or of a study."""
    if study:
        from corridor.studies import schema as study_schema

        say_json(study_schema())
        return
    from corridor.scenario import schema as folder_schema

    say_json(folder_schema())
