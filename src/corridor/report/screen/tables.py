"""Tables on the terminal. Numbers are rounded as in the report; the whole table goes to --csv or --json."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corridor.report.screen.console import grid as new_grid
from corridor.report.screen.console import screen, styled
from corridor.report.words import FEWER_DIED, FLED, NOTHING, percent, quantity, span
from corridor.tables import outcome

if TYPE_CHECKING:
    import pandas as pd
    from rich.text import Text

    from corridor.rules.base import Rule
    from corridor.scenario import AuditRow

CHANCES = (
    ("energy_gap", "less food missing\nthan first row", "last"),
    ("waiting", "fewer outside\ncamps than\nunder first row", "last"),
)
"""The chance in the last column: of the first outcome that the run has."""


def policy_table(
    table: pd.DataFrame, names: Mapping[str, str], futures: int, seed: int, unchanged: Collection[str] = ()
) -> None:
    """Print one table per condition: medians with 80 % intervals, and how sure each policy beats the reference.

    Parameters
    ----------
    table : `corridor.analysis.compare.compare`
    names : policy or condition -> title
    futures, seed : of the run
    unchanged : conditions that change nothing, whose tables would say the same again
    """
    console = screen()
    days = sorted(set(table["day"]))
    on = {"middle": min(days, key=lambda d: abs(d - 30)), "last": days[-1]}
    reference, played = table["reference"].iloc[0], set(table["outcome"])
    chosen = (*outcome.columns("screen"), *outcome.columns("screen of camps"))
    columns = [(row.id, column.heading, column.date) for row, column in chosen if row.id in played]
    chance = next((column for column in CHANCES if column[0] in played), None)
    for condition in (one for one in dict.fromkeys(table["condition"]) if one not in unchanged):
        grid = new_grid(f"\n{names[condition]}", lines=True)
        grid.add_column("policy", overflow="fold", min_width=16)
        for _, heading, when in columns:
            grid.add_column(f"{heading}\n(day {on[when]})", justify="right", min_width=9)
        if chance:
            grid.add_column(f"{chance[1]}\n(chance, day {on[chance[2]]})", justify="right", min_width=12)
        # the reference comes first, the others are compared with it
        for policy in sorted(dict.fromkeys(table["policy"]), key=lambda p: p != reference):
            rows = table[(table["policy"] == policy) & (table["condition"] == condition)].set_index(["outcome", "day"])
            cells: list[Text | str] = [_cell(rows, id_, on[when]) for id_, _, when in columns]
            if chance:
                cells.append("–" if policy == reference else _chance(rows.loc[(chance[0], on[chance[2]])]))
            grid.add_row(names[policy], *cells)
        console.print(grid)
    console.print(
        f"Median and 80 % interval of {futures:,} futures (seed {seed}). "
        "A condition is a hypothesis, not a forecast." + (f" {FLED}" if "below_requirement" in played else ""),
        style="dim",
    )
    left = table[(table["outcome"] == "departures") & (table["day"] == days[-1])]
    if "excess_deaths" in played and (left["mean"] >= 0.5).any():
        console.print(FEWER_DIED, style="dim")


def _cell(rows: pd.DataFrame, outcome: str, day: int) -> Text:
    row: Any = rows.loc[(outcome, day)]
    unit = str(row["unit"])
    median, low, high = (float(row[name]) for name in ("median", "low_80", "high_80"))
    return styled(f"{quantity(median, unit)}\n", (span(low, high, unit), "dim"))


def _chance(row: Any) -> str:
    """Return in how many futures a policy is better; what is the same in most of them is neither better nor worse."""
    tied = float(row["p_tied"])
    return ("the same" if tied >= 1.0 else f"the same in {percent(tied)}") if tied > 0.5 else percent(row["p_better"])


def audit_table(rows: Sequence[AuditRow]) -> None:
    """Print what rests on nothing, on assumptions, and on claims that somebody disputes."""
    console = screen()
    for finding in dict.fromkeys(row.finding for row in rows):
        found = [row for row in rows if row.finding == finding]
        grid = new_grid(f"\n{finding} ({len(found)})")
        for heading in ("number", "value", "range", "said by", "disputed by", "why"):
            grid.add_column(heading, overflow="fold")
        for row in found:
            ends = "" if row.low is None or row.high is None else f"{row.low:g}–{row.high:g}"
            value = f"{row.value:g} {row.unit}" if isinstance(row.value, float) else f"{row.value} {row.unit}"
            grid.add_row(row.path, value, ends, row.said_by, row.disputed_by, row.why)
        console.print(grid)
    console.print(f"{len(rows)} rows")


def rule_rows(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """Return the order of the day as plain data."""
    from corridor.rules.base import MORNING  # numba only where rules are shown

    first = {
        "process": "history or choice", "rule": "schedule", "reads": [], "parameters": [],
        "summary": "Up to as_of events rule; after it conditions and policies impose regimes and pipelines.",
        "writes": [array.name for array in MORNING],
    }  # fmt: skip
    return [
        first,
        *(
            {
                "process": rule.process,
                "rule": rule.name,
                "summary": rule.summary,
                "reads": list(rule.reads),
                "writes": list(rule.written),
                "parameters": [
                    {
                        "name": p.name, "value": p.default, "low": p.low, "high": p.high, "unit": p.unit,
                        "dist": p.dist, "source": p.source, "meaning": p.meaning,
                    }
                    for p in rule.parameters
                ],
            }
            for rule in rules
        ),
    ]  # fmt: skip


def plan_table(rules: Iterable[Rule]) -> None:
    """Print the order of the day, then every parameter with its range and source."""
    console = screen()
    order = new_grid("\nThe order of a day")
    for heading in ("", "process", "rule", "what it does"):
        order.add_column(heading, overflow="fold")
    numbers = new_grid("\nParameters, drawn once per future")
    for heading in ("parameter", "value", "90 % range", "unit", "meaning", "source"):
        numbers.add_column(heading, overflow="fold")
    for i, row in enumerate(rule_rows(rules)):
        order.add_row(str(i), row["process"], row["rule"], row["summary"])
        for p in row["parameters"]:
            ends = "–" if p["dist"] == "fixed" else f"{p['low']:g}–{p['high']:g}"
            numbers.add_row(p["name"], f"{p['value']:g}", ends, p["unit"], p["meaning"], p["source"])
    console.print(order)
    console.print(numbers)


def calibration_table(variant: str, inputs: Iterable[Mapping[str, Any]], futures: int) -> None:
    """Print what the signs of scarcity taught: prior and posterior of each input."""
    rows = [
        {
            "input": r["input"],
            "prior (90 %)": f"{r['prior_50']:.3g} ({r['prior_5']:.3g}–{r['prior_95']:.3g})",
            "posterior (90 %)": "too few futures fit"
            if r["posterior_50"] is None
            else f"{r['posterior_50']:.3g} ({r['posterior_5']:.3g}–{r['posterior_95']:.3g})",
            "width left": "–" if r["width"] is None else f"{100 * r['width']:.0f} %",
        }
        for r in inputs
    ]
    plain_table(f"What the signs known by variant {variant} teach ({futures:,} futures)", rows)


def plain_table(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Print plain rows that share their keys."""
    console = screen()
    grid = new_grid(f"\n{title}")
    for heading in rows[0] if rows else ():
        grid.add_column(str(heading).replace("_", " "), overflow="fold")
    for row in rows:
        grid.add_row(*(_plain(v) for v in row.values()))
    console.print(grid)


def _plain(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    value = 0.0 if abs(value) < NOTHING else value  # what arithmetic leaves over is nothing
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"
