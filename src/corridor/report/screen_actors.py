"""What the sides may do, on the terminal: in words, then as tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from corridor.report.actors import answer, points
from corridor.report.screen import _console
from corridor.report.words import percent, sentence
from corridor.strategy import Model, equilibrium_rows, in_words, stability

MOST = 12
"""Lasting states and steps of a path that are printed."""


def show(
    title: str,
    caution: str,
    policy: str,
    analysis: Mapping[str, Any],
    model: Model,
    data: Mapping[str, Any] | None,
    names: Mapping[str, str],
) -> None:
    """Print one policy in words and tables, then what each policy changes; `names` puts words for ids."""
    console = _console()
    console.print(f"\n[bold]{title}[/bold]", f"Under “{policy}”:", sep="\n")
    for text in in_words(analysis):
        console.print(f"- {re.sub(r'[A-Za-z0-9_]+', lambda found: names.get(found[0], found[0]), text)}")
    equilibria(model)
    paths(analysis)
    if data is not None:
        policies(data)
        flips(data)
    if caution:
        console.print(f"\n{caution}", style="dim")


def equilibria(model: Model) -> None:
    """Print the states that are stable for everybody in some sense, the most stable first."""
    header, *rows = equilibrium_rows(model, stability(model.space.graph, model.payoff))
    grid = Table(title="\nWhat can last (1: no side leaves, in that sense)", title_justify="left", title_style="bold")
    for name in header[1:]:
        grid.add_column(str(name), overflow="fold")
    for row in rows[:MOST]:
        grid.add_row(*(f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row[1:]))
    console = _console()
    console.print(grid)
    if len(rows) > MOST:
        console.print(f"and {len(rows) - MOST} more: --csv, --json", style="dim")


def paths(analysis: Mapping[str, Any]) -> None:
    """Print how the nearest lasting states come about from today."""
    ways = analysis["evolution"]
    if not ways:
        return
    grid = Table(title="\nHow it can come about from today", title_justify="left", title_style="bold")
    for heading in ("lasting state", "way", "steps"):
        grid.add_column(heading, overflow="fold")
    for way, entries in ways.items():
        near = sorted((e for e in entries if e["path"]), key=lambda e: e["steps"])
        for entry in near[:3]:
            grid.add_row(entry["label"], way, _changes(analysis["status_quo"]["label"], entry["path"]))
    _console().print(grid)


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
    console = _console()
    grid = Table(title=f"\nIn {last} weeks, at least once", title_justify="left", title_style="bold", show_lines=True)
    grid.add_column("policy", overflow="fold", min_width=16)
    for outcome in data["outcomes"]:
        grid.add_column(outcome["says"], justify="right", overflow="fold")
    for policy in data["policies"]:
        cells = []
        for outcome in data["outcomes"]:
            level = data["level"][policy["id"]][outcome["id"]]
            text = percent(level["by"][last])
            if level["between"]:
                text += f"\n[dim]{percent(level['between'][0])} to {percent(level['between'][1])}[/dim]"
            if policy["id"] in data["change"]:
                change = data["change"][policy["id"]][outcome["id"]]
                text += (
                    f"\n{points(change['mean'])}\n[dim]+{percent(change['better'])} −{percent(change['worse'])}[/dim]"
                )
            cells.append(text)
        grid.add_row(policy["title"], *cells)
    console.print(grid)
    console.print(
        f"Exact law over {data['futures']:,} draws of what the sides want. Difference to the first row in percentage "
        "points; below it the share of draws in which the policy does better (+) and worse (−).",
        style="dim",
    )
    for says, text, _ in answer(data):
        console.print(f"- {says}: {text}")


def flips(data: Mapping[str, Any]) -> None:
    """Print the statements that the answers hang on, with their evidence."""
    if not data["hinges"]:
        return
    console = _console()
    titles = {p["id"]: p["title"] for p in data["policies"]}
    says = {o["id"]: o["says"] for o in data["outcomes"]}
    console.print("\n[bold]What the answer hangs on[/bold]")
    for hinge in data["hinges"]:
        told = percent if hinge["of"] == "level" else points
        asked = f"{says[hinge['outcome']]}, {'under' if hinge['of'] == 'level' else 'changed by'}"
        claims = "; ".join(one["claim"] for one in hinge["evidence"])
        console.print(
            f"- {asked} “{titles[hinge['policy']]}”: {told(hinge['high'])} where it matters most to {hinge['actor']}, "
            f"{told(hinge['low'])} where least: {sentence(hinge['says'])} [dim]({hinge['statement']}: {claims})[/dim]"
        )
