"""What the sides may do, on the terminal: in words, then as tables."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from corridor.report.figures.sides import HARM
from corridor.report.screen.console import grid as new_grid
from corridor.report.screen.console import heading, screen, styled
from corridor.report.sections.sides import answer, signed
from corridor.report.sections.sides_law import PROCESS_ONLY, process_only
from corridor.report.sections.sides_rivals import points
from corridor.report.words import FLED, count, percent, sentence
from corridor.report.words import day as day_words
from corridor.strategy import in_words
from corridor.strategy.words import CONCEPT_WORDS

if TYPE_CHECKING:
    import pandas as pd
    from rich.text import Text

MOST = 12
"""Lasting states and steps of a path that are printed."""
EXCHANGES = 5
"""Exchanges of two wants that are printed."""
COMPARED = (
    ("road_open", "road open\n(goods in)"),
    ("way_out", "way out\nopen"),
    ("offensive", "an\noffensive*"),
    ("settlement", "a settle-\nment"),
    ("below_requirement", "people who\neat too\nlittle**"),
    ("departures", "people who\nhave left"),
)
"""Outcome and heading of each column of the comparison."""


def show(
    title: str,
    caution: str,
    policy: str,
    analysis: Mapping[str, Any],
    lasting: Sequence[Sequence[Any]],
    data: Mapping[str, Any] | None,
    names: Mapping[str, str],
) -> None:
    """Print one policy in words and tables, then what each policy changes.

    Parameters
    ----------
    lasting : the states that can last, headings first
    names : id -> words
    """
    console = screen()
    console.print(heading(title), f"Under “{policy}”:", sep="\n")
    for text in in_words(analysis):
        console.print(f"- {re.sub(r'[A-Za-z0-9_]+', lambda found: names.get(found[0], found[0]), text)}")
    equilibria(lasting)
    exchanges(analysis, names)
    paths(analysis)
    if data is not None:
        policies(data)
        flips(data)
    if caution:
        console.print(f"\n{caution}", style="dim")


def equilibria(lasting: Sequence[Sequence[Any]]) -> None:
    """Print the states that are stable for everybody in some sense, the most stable first; headings come before."""
    header, *rows = lasting
    grid = new_grid("\nWhat can last (1: no side leaves, in that sense)")
    for name in header:
        grid.add_column(str(name), overflow="fold")
    for row in rows[:MOST]:
        grid.add_row(
            *("–" if cell is None else _number(cell) if isinstance(cell, float) else str(cell) for cell in row)
        )
    console = screen()
    console.print(grid)
    senses = "; ".join(f"{concept}: {meaning}" for concept, meaning in CONCEPT_WORDS.items())
    console.print(
        f"{senses}. Margin: by how many places in its order the best departure falls short, for the side to which it "
        "comes nearest; below zero somebody leaves.",
        style="dim",
    )
    if len(rows) > MOST:
        console.print(f"and {len(rows) - MOST} more: --csv, --json", style="dim")


def exchanges(analysis: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Print which exchange of two neighbouring wants changes what can last."""
    console = screen()
    found = analysis["exchanges"]
    if analysis["left_out"]:
        console.print(f"\n{analysis['left_out']}")
        return
    if not found:
        console.print("\nNo exchange of two neighbouring wants of one side changes what can last.")
        return
    console.print(heading("If two neighbouring wants of one side changed places"))
    for flip in found[:EXCHANGES]:
        wants, passed, side = (names.get(flip[key], flip[key]) for key in ("statement", "passes", "actor"))
        parts = [
            f"{says}, in {percent(b)} of them (was {percent(a)})" for says, (a, b) in flip["outcomes"].items() if a != b
        ]
        gives = "gives" if flip["lost"] == 1 else "give"
        others = "other becomes" if flip["gained"] == 1 else "others become"
        text = f"{flip['lost']} of the lasting states {gives} way, {flip['gained']} {others} lasting"
        console.print(f"- {wants} above {passed}, to {side}: {'; '.join([text, *parts])}")
    if len(found) > EXCHANGES:
        console.print(f"and {len(found) - EXCHANGES} more: --json", style="dim")


def _shares(better: float, worse: float) -> str:
    return f"+{percent(better)} −{percent(worse)}".replace("under ", "<").replace("over ", ">")


def _number(value: float) -> str:
    return f"{value:g}" if math.isfinite(value) else "–"


def paths(analysis: Mapping[str, Any]) -> None:
    """Print how the nearest lasting states come about from today."""
    ways = analysis["evolution"]
    if not ways:
        return
    grid = new_grid("\nHow it can come about from today")
    for column in ("lasting state", "way", "steps"):
        grid.add_column(column, overflow="fold")
    for way, entries in ways.items():
        near = sorted((e for e in entries if e["path"]), key=lambda e: e["steps"])
        for entry in near[:3]:
            grid.add_row(entry["label"], way, _changes(analysis["status_quo"]["label"], entry["path"]))
    screen().print(grid)


def _changes(label: str, path: Sequence[Mapping[str, Any]]) -> str:
    """Return who takes up (+) and drops (−) what on each step of a path that begins at a state."""
    told, before = [], set(label.split(" + "))
    for step in path:
        after = set(step["label"].split(" + "))
        moves = [f"+{name}" for name in sorted(after - before)] + [f"−{name}" for name in sorted(before - after)]
        told.append(f"{step['who']} {' '.join(moves)}")
        before = after
    return ", then ".join(told)


def policies(data: Mapping[str, Any]) -> None:
    """Print the probability of each outcome under each policy, and the difference to the first one."""
    last = data["dates"][-1]["key"]
    console = screen()
    grid = new_grid(f"\nIn {last} weeks, at least once", lines=True)
    grid.add_column("policy", overflow="fold", min_width=16)
    for outcome in data["outcomes"]:
        grid.add_column(outcome["says"] + ("*" if outcome["id"] == HARM else ""), justify="right", overflow="fold")
    for policy in data["policies"]:
        cells = []
        for outcome in data["outcomes"]:
            level = data["level"][policy["id"]][outcome["id"]]
            parts: list[str | tuple[str, str]] = [percent(level["by"][last])]
            if level["between"]:
                parts.append((f"\n{percent(level['between'][0])} to {percent(level['between'][1])}", "dim"))
            if policy["id"] in data["change"]:
                change = data["change"][policy["id"]][outcome["id"]]
                parts.append(f"\n{points(change['mean'])}")
                if change["better"] is not None:
                    parts.append((f"\n{_shares(change['better'], change['worse'])}", "dim"))
            cells.append(styled(*parts))
        grid.add_row(policy["title"], *cells)
    console.print(grid)
    if data.get("process_only"):
        console.print(process_only(data))
    if data["caution"]:
        console.print(f"* An offensive: {data['caution']}")
    console.print(
        f"Exact law over {data['futures']:,} draws of what the sides want. Difference to the first row in percentage "
        "points; below it the share of draws in which the policy does better (+) and worse (−).",
        style="dim",
    )
    for says, text, harmful in answer(data):
        console.print(f"- {says}{'*' if harmful else ''}: {text}")


def compared(
    table: pd.DataFrame,
    title: str,
    policies: Mapping[str, Mapping[str, Any]],
    caution: str,
    as_of: str,
    futures: int,
    trust: str,
) -> None:
    """Print how each actor policy does by the last day, with the paired difference to the reference below.

    Parameters
    ----------
    table : `corridor.analysis.sides.outcomes.actor_table`
    policies : policy -> title, main (false for a hypothesis about others), and process_only
    caution : what the model of the sides rests on
    trust : what stands beside every level
    """
    console = screen()
    reference, last = str(table["reference"].iloc[0]), int(table["day"].max())
    early = min((int(day) for day in table["day"].unique()), key=lambda day: abs(day - 30))
    rows = {(r["policy"], r["outcome"], int(r["day"])): r for r in table.to_dict("records")}
    shown = [(id_, heading) for id_, heading in COMPARED if (reference, id_, last) in rows]
    until = day_words(date.fromisoformat(as_of) + timedelta(days=last))
    console.print(heading(title), f"The sides choose for themselves. By {until}:", sep="\n")
    grid = new_grid(lines=True)
    grid.add_column("policy", overflow="fold", min_width=16)
    for _, column in shown:
        grid.add_column(column, justify="right", overflow="fold")
    for policy in dict.fromkeys(table["policy"]):
        own = [_compared(rows[policy, id_, last], rows[policy, id_, early]["value"]) for id_, _ in shown]
        mark = "reference" if policy == reference else "" if policies[policy]["main"] else "hypothesis about others"
        marks = [mark, "process only" if policies[policy].get("process_only") else ""]
        marked = [(f"\n({', '.join(filter(None, marks))})", "dim")] if any(marks) else []
        grid.add_row(styled(policies[policy]["title"], *marked), *own)
    console.print(grid)
    if caution:
        console.print(f"* An offensive: {caution}")
    if any(id_ == "below_requirement" for id_, _ in shown):
        console.print(f"** {FLED}")
    if any(one.get("process_only") for one in policies.values()):
        console.print(PROCESS_ONLY, style="dim")
    console.print(
        f"{futures:,} futures of each policy, with the same draws. In each cell: the share of the futures in which it "
        f"has happened at least once (grey: by day {early}), or the mean number of people on that day; the difference "
        f"to “{policies[reference]['title']}”, future by future; and the share of the futures that it makes "
        f"better (+) and worse (−), where one direction is better. {trust}",
        style="dim",
    )


def _compared(row: Mapping[Any, Any], early: float) -> Text:
    share = row["unit"] == "1"
    parts: list[str | tuple[str, str]] = [percent(row["value"]) if share else count(row["value"])]
    if share:
        parts.append((f" ({percent(early)})", "dim"))
    if row["diff"] == row["diff"]:  # empty for the reference
        parts.append(f"\n{points(row['diff']) if share else signed(row['diff'])}")
        if row["share_better"] + row["share_worse"] > 0.0:  # empty where neither direction is better
            parts.append((f"\n{_shares(row['share_better'], row['share_worse'])}", "dim"))
    return styled(*parts)


def flips(data: Mapping[str, Any]) -> None:
    """Print the statements that the answers hang on, with their evidence."""
    if not data["hinges"]:
        return
    console = screen()
    titles = {p["id"]: p["title"] for p in data["policies"]}
    says = {o["id"]: o["says"] + ("*" if o["id"] == HARM else "") for o in data["outcomes"]}
    console.print(heading("What the answer hangs on"))
    for hinge in data["hinges"]:
        told = percent if hinge["of"] == "level" else points
        asked = f"{says[hinge['outcome']]}, {'under' if hinge['of'] == 'level' else 'changed by'}"
        if not hinge["statement"]:
            said = f"- {asked} “{titles[hinge['policy']]}”: {told(hinge['high'])} in the highest third, "
            console.print(f"{said}{told(hinge['low'])} in the lowest: {sentence(hinge['says'])}")
            continue
        claims = "; ".join(one["claim"] for one in hinge["evidence"])
        said = (
            f"- {asked} “{titles[hinge['policy']]}”: {told(hinge['high'])} where it matters most to {hinge['actor']}, "
            f"{told(hinge['low'])} where least: {sentence(hinge['says'])} "
        )
        console.print(styled(said, (f"({hinge['statement']}: {claims})", "dim")))
