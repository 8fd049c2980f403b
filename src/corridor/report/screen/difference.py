"""What differs between two runs or cases, on the terminal: names instead of ids, no wider than 100 columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from corridor.report.screen.console import Screen, grid
from corridor.report.words import quantity, span, unit_words

WIDTH = 100
"""columns"""
ROWS = 40
"""rows of a table that are printed"""
LONGEST = 160
"""letters of a cell"""
Rows = Sequence[Mapping[str, Any]]


def difference(said: Sequence[str], tables: Mapping[str, tuple[str, Rows]], detail: Mapping[str, Any]) -> None:
    """Print the sentences and the tables `inputs`, `facts`, `answers` of a difference.

    detail : `called`, path -> what the number is called, and `titles`, id -> title of policies and conditions
    """
    console = Screen(width=WIDTH, highlight=False)
    for line in said:
        console.print(line)
    console.print(f"a: {detail['a']}\nb: {detail['b']}", style="dim")
    for id_ in ("answers", "inputs", "facts"):
        title, rows = tables.get(id_, ("", ()))
        if not rows:
            continue
        shown = _last_day(rows) if id_ == "answers" else rows
        if id_ == "answers":
            _answers(console, title, shown[:ROWS], detail.get("titles", {}))
        else:
            _cells(console, title, shown[:ROWS], detail.get("called", {}))
        if len(rows) > len(shown[:ROWS]):
            days = " (those of the last day stand here)" if len(shown) < len(rows) else ""
            console.print(f"and {len(rows) - len(shown[:ROWS])} more{days}: --json", style="dim")


def _cells(console: Screen, title: str, rows: Rows, called: Mapping[str, str]) -> None:
    """Print what is written in both: its name, below it its path, as `--set` takes it."""
    table = grid(f"\n{title}", lines=True)
    for heading, width in (("what", 38), ("a", 27), ("b", 27)):
        table.add_column(heading, overflow="fold", width=width)
    for row in rows:
        path = str(row.get("path", row.get("evidence", "")))
        name = called.get(path, path)
        table.add_row(name if name == path else f"{name}\n{path}", _short(row["a"]), _short(row["b"]))
    console.print(table)


def _short(value: Any) -> str:
    text = str(value) or "–"
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _last_day(rows: Rows) -> list[Mapping[str, Any]]:
    last = max(int(row["day"]) for row in rows)
    return [row for row in rows if int(row["day"]) == last]


def _answers(console: Screen, title: str, rows: Rows, titles: Mapping[str, str]) -> None:
    """Print a table a condition: policy, outcome, the middle and 80 % interval of both, the difference."""
    for condition in dict.fromkeys(str(row["condition"]) for row in rows):
        here = [row for row in rows if row["condition"] == condition]
        table = grid(f"\n{title}: {titles.get(condition, condition)}, day {here[0]['day']}", lines=True)
        for heading, width in (("policy", 18), ("outcome", 26), ("a", 15), ("b", 15), ("b − a", 10)):
            table.add_column(heading, overflow="fold", width=width, justify="left" if width > 17 else "right")
        for row in here:
            unit, policy = str(row["unit"]), str(row["policy"])
            said = unit_words(unit)
            name = f"{row['name']}, {said}" if said and said not in str(row["name"]) else str(row["name"])
            change = _number(row["difference"], unit)
            table.add_row(titles.get(policy, policy), name, _side(row, "a", unit), _side(row, "b", unit), change)
        console.print(table)


def _side(row: Mapping[str, Any], side: str, unit: str) -> str:
    middle = _number(row[f"median_{side}"], unit)
    ends = [row.get(f"{end}_{side}") for end in ("low_80", "high_80")]
    if any(not _known(end) for end in ends):
        return middle
    around = span(float(ends[0]), float(ends[1]), unit)  # type: ignore[arg-type]
    return middle if around == middle else f"{middle}\n{around}"


def _known(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _number(value: Any, unit: str) -> str:
    return quantity(float(value), unit) if _known(value) else "–"
