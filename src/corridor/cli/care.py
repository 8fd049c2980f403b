"""Commands that take care: scrub (what could harm if published), doctor (what is installed and whether it works)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corridor.cli.as_of import day_of
from corridor.cli.options import AsJson, Case
from corridor.cli.say import say, say_json
from corridor.core.exits import EXIT_BAD_INPUT


def scrub(
    case: Case,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FOLDER", help="Write a copy without it.")] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="FILE", help="Leave this file out whole (repeatable).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what in a case could harm people if it were published, table by table; write a copy without it."""
    from corridor.studies.scrub import scrub as judged
    from corridor.studies.then import as_known

    with as_known(case, day_of()) as (then, gone):
        found = judged(then, out, without or ())
    for line in gone:
        say(line, err=True)
    if as_json:
        say_json({"case": case, "files": [one.as_dict() for one in found], "out": None if out is None else str(out)})
        return
    for one in found:
        rows = f", {one.rows} rows" if one.rows else ""
        say(f"{one.level:>8}  {one.file}{rows}: {one.why}")
        if one.copy:
            say(f"          {'in the copy' if out else 'a copy'}: {one.copy}")
    if out is None:
        say(f"nothing is written; corridor scrub {case} -o FOLDER writes a copy, --without FILE leaves a file out")
        return
    left = [one.file for one in found if one.level == "high" and one.rows and not one.copy]
    say(f"wrote {out}: a copy that can be played. A person has to read it before it is given away")
    if left:
        say(f"kept, as the case is not played without, and could harm: {', '.join(left)}; look at each row")


def doctor(
    play: Annotated[bool, typer.Option("--play/--no-play", help="Also play one day of a small case.")] = True,
    as_json: AsJson = False,
) -> None:
    """Say what is installed and whether it works, each fault with what mends it; nothing is sent anywhere."""
    from corridor.studies.doctor import doctor as looked

    found = looked(play=play)
    faults = [one for one in found if one.state == "fault"]
    if as_json:
        say_json({"findings": [one.as_dict() for one in found]})
    else:
        for one in found:
            mark = {"fine": "ok", "missing": "--", "fault": "!!"}[one.state]
            say(f"{mark}  {one.what}: {one.found}" + (f"; {one.remedy}" if one.remedy else ""))
        say(f"{len(faults)} fault(s)" if faults else "no fault found")
    if faults:
        raise typer.Exit(EXIT_BAD_INPUT)
