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
RESTS_ON = "* On what this model of the sides rests, its file says: {note}"
"""What stands below a table with an offensive: a note that anybody may have written, so it is told whose it is."""
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
    equilibria(lasting, Labels(analysis))
    exchanges(analysis, names)
    paths(analysis, names)
    if data is not None:
        policies(data)
        flips(data)
    if caution:
        console.print(f"\n{caution}", style="dim")


class Labels:
    """What states of affairs are called on the screen: by what differs from today, in the words of the options."""

    def __init__(self, analysis: Mapping[str, Any]) -> None:
        """Know the words of the options and, where there is one, the label of today's state."""
        self.texts = {str(o["id"]): str(o["text"] or o["id"]).replace("_", " ") for o in analysis["options"]}
        today = analysis["status_quo"]
        self.today = None if today is None else _parts(today["label"])

    def difference(self, before: set[str], after: set[str]) -> str:
        """Return what is taken up (+) and dropped (−) from one state to another, a part a line."""
        order = list(self.texts)
        moves = [("+", name) for name in order if name in after - before]
        moves += [("−", name) for name in order if name in before - after]
        return "\n".join(f"{sign} {self.texts[name]}" for sign, name in moves)

    def told(self, label: str) -> str:
        """Return a state by what differs from today, by all that holds where there is no today."""
        if not self.texts:
            return label
        if self.today is None:
            return "\n".join(self.texts[name] for name in self.texts if name in _parts(label)) or "nothing"
        return self.difference(self.today, _parts(label)) or "as today"


def _parts(label: str) -> set[str]:
    """Return the options that are taken in a state; of those that may be either way nothing is said."""
    return {part for part in label.split(" + ") if not part.startswith("(")} - {"nothing"}


def equilibria(lasting: Sequence[Sequence[Any]], labels: Labels | None = None) -> None:
    """Print the states that are stable for everybody in some sense, the most stable first; headings come before."""
    (first, *others), *rows = lasting
    known = labels is not None and labels.today is not None and labels.texts
    grid = new_grid("\nWhat can last (1: no side leaves, in that sense)", lines=bool(known))
    for name in ("what differs from today" if known else first, *others):
        grid.add_column(str(name), overflow="fold")
    for state, *row in rows[:MOST]:
        grid.add_row(
            str(state) if labels is None else labels.told(str(state)),
            *("–" if cell is None else _number(cell) if isinstance(cell, float) else str(cell) for cell in row),
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


WAYS_TOLD = {
    "any move": "if each side did as it could",
    "improvements": "each side in its own interest",
    "improvements and packages": "the same, with agreements",
}
"""Way of `strategy.stability.reach` -> what a reader is told of it."""


def paths(analysis: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Print how the nearest lasting states come about from today; names : id -> words."""
    ways, labels = analysis["evolution"], Labels(analysis)
    who = {**names, **{one["id"]: f"agreement “{one['text'] or one['id']}”" for one in analysis["packages"]}}
    if not ways:
        return
    grid = new_grid("\nHow it can come about from today", lines=bool(labels.texts))
    for column in ("what would last", "way", "steps"):
        grid.add_column(column, overflow="fold")
    for way, entries in ways.items():
        near = sorted((e for e in entries if e["path"]), key=lambda e: e["steps"])
        for entry in near[:3]:
            path = [{**step, "who": who.get(step["who"], step["who"])} for step in entry["path"]]
            steps = _steps(analysis["status_quo"]["label"], path, labels)
            grid.add_row(labels.told(entry["label"]), WAYS_TOLD.get(way, way), steps)
    screen().print(grid)


def _steps(label: str, path: Sequence[Mapping[str, Any]], labels: Labels) -> str:
    """Return who takes up (+) and drops (−) what on each step of a path that begins at a state."""
    told, before = [], _parts(label)
    for step in path:
        after = _parts(step["label"])
        moves = labels.difference(before, after) if labels.texts else step["label"]
        told.append(f"{sentence(step['who']).rstrip('.')}:\n{moves}")
        before = after
    return "\nthen ".join(told)


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
        console.print(RESTS_ON.format(note=data["caution"]))
    console.print(
        f"Exact law over {data['futures']:,} draws of what the sides want. Difference to the first row in percentage "
        f"points, ± at most {_largest_error(data):.1f}; below it the share of draws in which the policy does better "
        "(+) and worse (−).",
        style="dim",
    )
    for says, text, harmful in answer(data):
        console.print(f"- {says}{'*' if harmful else ''}: {text}")


def _largest_error(data: Mapping[str, Any]) -> float:
    """Return the largest standard error of a difference, in points."""
    return 100 * max((one["error"] for by in data["change"].values() for one in by.values()), default=0.0)


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
        console.print(RESTS_ON.format(note=caution))
    if any(id_ == "below_requirement" for id_, _ in shown):
        console.print(f"** {FLED}")
    if any(one.get("process_only") for one in policies.values()):
        console.print(PROCESS_ONLY, style="dim")
    console.print(
        f"{futures:,} futures of each policy, with the same draws. In each cell: the share of the futures in which it "
        f"has happened at least once (grey: by day {early}), or the mean number of people on that day; the difference "
        f"to “{policies[reference]['title']}”, future by future, ± one standard error; and the share of the futures "
        f"that it makes better (+) and worse (−), where one direction is better. {trust}",
        style="dim",
    )


def _compared(row: Mapping[Any, Any], early: float) -> Text:
    share = row["unit"] == "1"
    parts: list[str | tuple[str, str]] = [percent(row["value"]) if share else count(row["value"])]
    if share:
        parts.append((f" ({percent(early)})", "dim"))
    if row["diff"] == row["diff"]:  # empty for the reference
        error = f"{100 * row['diff_error']:.1f}" if share else count(row["diff_error"])
        parts.append(f"\n{points(row['diff']) if share else signed(row['diff'])}")
        parts.append((f" ±{error}" if row["diff_error"] > 0.0 else "", "dim"))
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
