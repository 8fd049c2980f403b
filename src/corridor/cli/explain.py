"""`corridor explain CASE PATH`: where a figure comes from, who disputes it, what touches it, what rests on it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from corridor.cli.as_of import with_day
from corridor.cli.options import AsJson, Case, Set, Variant
from corridor.cli.say import say, say_json

Path_ = Annotated[
    str, typer.Argument(metavar="PATH", help="As --set names it: stocks.ID.flour, links.ID.km; or evidence.ID.")
]


def explain(
    case: Case,
    path: Path_,
    variant: Variant = None,
    set_: Set = None,
    store: Annotated[str | None, typer.Option("--store", help="A run of the case; the newest in runs/ else.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say where a figure comes from: file and line, source, who disputes it, what touches it, what rests on it."""
    from corridor.studies.explain import explain as study_of

    found = study_of(case, path, variant=variant, set=with_day(set_), store=store)
    if as_json:
        say_json(found)
        return
    for line in lines(found):
        say(line)


def lines(found: dict[str, Any]) -> list[str]:
    """Return what is known about a figure, a line each."""
    out = [f"{found['path']}: {found['meaning']}" + (f" (asked as {found['asked']})" if found["asked"] else "")]
    value = f"{found['value']} {found['unit'] if found['unit'] != '1' else ''}".rstrip() if found["value"] else ""
    if found["unseen"]:
        out.append(f"  value: {found['unseen']} (variant {found['variant']})")
    else:
        out.append(f"  value: {value or 'none'}, as variant {found['variant']} (as of {found['as_of']}) has it")
    out += [f"  written: {one['place']}: {one['written']}" for one in found["where"]]
    if found["default"] and found["default"] != value:
        out.append(f"  default: {found['default']}")
    out += [f"  drawn: {found['drawn']}"] if found["drawn"] else []
    if found["known"]:
        out.append(f"  known: from {found['known']}; seen by variants: {', '.join(found['seen']) or 'none'}")
    out += [f"  note: {one}" for one in found["notes"]]
    out += [f"  rests on: {found['grade']}"] if found["grade"] else []
    for one in found["evidence"]:
        amount = " ".join(filter(None, (one.get("value"), one.get("unit"))))
        title = ", ".join(filter(None, (one.get("source_title"), one.get("source_url"))))
        out.append(f"    {one['id']} ({one['place']}): {one['quantity']}{': ' if amount else ''}{amount}")
        out.append(
            f"      said by {one['said_by']}" + (f" in {title}" if title else "") + f", known from {one['known']}"
        )
        out += [f"      disputed by {one['disputed_by']}"] if one.get("disputed_by") else []
        out += [f"      {one['note']}"] if one.get("note") else []
    out += [f"  touched by: {one}" for one in found["touched"]]
    out += [f"  read by: {one['rule']}: {one['does']}" for one in found["read"]]
    rests = found["rests"]
    where = f" ({rests['store']})" if rests.get("store") else ""
    out.append(f"  the answer: {rests['says']}{where}")
    row = rests.get("row")
    if row:
        size = f"{row['correlation']:+.2f}".replace("-", "−")
        out.append(f"    rank correlation {size}; below {row['floor']:.2f} it may be chance")
    return out
