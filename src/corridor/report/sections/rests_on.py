"""What the answer rests on, in sentences: the inputs that move it, what they stand on, and what would turn it round."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from corridor.report import words
from corridor.report.sections.inputs import Number

FIVE = 5
"""inputs that are told in sentences"""
HEADINGS = (
    "Input", "Strength (PAWN)", "In its lowest third", "In its highest third", "Worth of knowing it", "Turns round at"
)  # fmt: skip


def sentences(rows: Sequence[Mapping[str, Any]], about: Mapping[str, Any], known: Iterable[Number]) -> list[str]:
    """Return one sentence on what is compared, one per input that moves it, one on what turns it round first.

    Parameters
    ----------
    rows : of `corridor.analysis.explore`, the strongest first
    about : `best`, `against` (titles), `outcome`, `unit`, `condition` (title), `titles` (policy -> title)
    known : the uncertain numbers of the run
    """
    named, unit = {one.path: one for one in known}, str(about["unit"])
    strong = [row for row in rows if row["above_floor"]][:FIVE]
    name = str(about["outcome"])
    head = f"{name[:1].upper()}{name[1:]}, {about['best']} against {about['against']}, {about['condition']}: "
    if not strong:
        return [f"{head}no drawn number by itself moves the difference more than chance would."]
    out = [f"{head}what moves the difference most, strongest first."]
    for row in strong:
        low, high = (words.quantity(float(row[end]), unit) for end in ("low", "high"))
        text = (
            f"“{_says(named, row['input'])}”: {low} in its lowest third, {high} in its highest; {_stands(named, row)}"
        )
        if row["worth"] > max(row["worth_floor"], 0.0):
            text += f"; knowing it would be worth {words.quantity(float(row['worth']), unit)}"
        out.append(words.sentence(text))
    turning = [row for row in rows if row["flip_to"]]
    if turning:
        row = min(turning, key=lambda one: one["flip_distance"])
        one = named.get(row["input"])
        side = "or less" if row["flip_quantile"] < 0.5 else "or more"
        share = row["flip_quantile"] if row["flip_quantile"] < 0.5 else 1.0 - row["flip_quantile"]
        value = words.quantity(float(row["flip_at"]), one.unit if one else "")
        then = about["titles"].get(row["flip_to"], row["flip_to"])
        out.append(
            f"The smallest change that turns it round: “{_says(named, row['input'])}” at {value} {side} "
            f"({words.percent(share)} of its draws); then {then} is best."
        )
    else:
        out.append("None of these, within 95 % of its draws, makes another policy the best.")
    return out


def lines(
    rows: Sequence[Mapping[str, Any]], unit: str, known: Iterable[Number], titles: Mapping[str, str]
) -> list[Any]:
    """Return the table: a list of cells per input above its floor, as `HEADINGS` has them."""
    named, out = {one.path: one for one in known}, []
    for row in rows:
        if not row["above_floor"]:
            continue
        one, turn = named.get(row["input"]), "–"
        if row["flip_to"]:
            value = words.quantity(float(row["flip_at"]), one.unit if one else "")
            turn = f"{value} (quantile {row['flip_quantile']:.2f}): {titles.get(row['flip_to'], row['flip_to'])}"
        worth = words.quantity(float(row["worth"]), unit) if row["worth"] > max(row["worth_floor"], 0.0) else "–"
        ends = [words.quantity(float(row[end]), unit) if math.isfinite(row[end]) else "–" for end in ("low", "high")]
        out.append([_says(named, row["input"]), f"{row['pawn']:.2f} (chance {row['floor']:.2f})", *ends, worth, turn])
    return out


def _says(named: Mapping[str, Number], path: str) -> str:
    return named[path].says.rstrip(".") if path in named else path


def _stands(named: Mapping[str, Number], row: Mapping[str, Any]) -> str:
    one = named.get(row["input"])
    if one is None:
        return "no source given"
    first = re.split(r"(?<=[a-z\d)])[.;] ", one.basis)[0].rstrip(".")  # a reason may be long: its first clause
    text = one.standing + (f" ({first})" if first else "")
    return text + (f", disputed by {one.disputed_by}" if one.disputed_by else "")
