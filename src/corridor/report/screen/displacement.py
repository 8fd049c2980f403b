"""The yardstick of movement on the terminal, and what an import found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corridor.report.screen.console import grid as new_grid
from corridor.report.screen.console import screen, styled

if TYPE_CHECKING:
    from rich.text import Text


def validation_tables(found: Mapping[str, Any]) -> None:
    """Print scores per knowledge, run times, and what the other cases chose; `found` as `--json` has it."""
    console = screen()
    rows, summaries = found["rows"], found["summaries"]
    cases = list(dict.fromkeys(row["case"] for row in rows))
    for number, knowledge in enumerate(dict.fromkeys(row["knowledge"] for row in rows)):
        here = {(row["method"], row["case"]): row for row in rows if row["knowledge"] == knowledge}
        title = f"\n({'ab'[number]}) {knowledge}: averaged relative difference, 0 to 2, lower is better"
        grid = new_grid(title)
        grid.add_column("method")
        for case in cases:
            grid.add_column(case, justify="right", overflow="fold")
        grid.add_column("mean (90 %\nover cases)", justify="right")
        grid.add_column("below\nequal", justify="right")
        for summary in summaries:
            if summary["knowledge"] != knowledge:
                continue
            cells = [_score(here.get((summary["method"], case))) for case in cases]
            score = summary["score"]
            mean = f"{score['mean']:.3f}"
            if summary["cases"] > 1:
                mean += f" ({score['low']:.2f}-{score['high']:.2f})"
            if summary["cases"] < len(cases):
                mean += f" of {summary['cases']}"
            better = f"{summary['better_than_equal']} of {summary['cases']}"
            grid.add_row(summary["method"], *cells, mean, better if summary["method"] != "equal shares" else "")
        console.print(grid)
    _times(rows, cases)
    chosen = dict.fromkeys((r["knowledge"], r["case"], r["settings"]) for r in rows if r["settings"])
    if found["fitted"]:
        console.print("\nWhat the other cases chose for followers:")
        for knowledge, case, settings in chosen:
            console.print(f"- {knowledge}, {case}: {settings}", style="dim")
    else:
        console.print("\nfollowers plays its defaults, which were fitted on the six cases of the yardstick.")
    console.print(f"\n{found['leak']}")
    fit = f", {found['fit_seconds']:.0f} s of it the fit" if found["fitted"] else ""
    console.print(f"{found['futures']} futures each, seed {found['seed']}; {found['seconds']:.0f} s{fit}.", style="dim")


def _score(row: Mapping[str, Any] | None) -> str | Text:
    if row is None or row["score"] is None:
        return "-"
    score = f"{row['score']:.3f}"
    return styled(f"{score}\n", (f"± {row['spread']:.3f}", "dim")) if row["seconds"] else score


def _times(rows: Sequence[Mapping[str, Any]], cases: Sequence[str]) -> None:
    grid = new_grid("\nSeconds for one future, one core, after warm-up")
    grid.add_column("rule")
    for case in cases:
        grid.add_column(case, justify="right", overflow="fold")
    timed = {(r["method"], r["case"]): r["seconds"] for r in rows if r["seconds"]}
    for method in dict.fromkeys(method for method, _ in timed):
        grid.add_row(method, *(f"{timed[method, case]:.3f}" for case in cases))
    screen().print(grid)


def problems_table(title: str, problems: Sequence[Mapping[str, Any]]) -> None:
    """Print what was found in the data, one row each."""
    if not problems:
        return
    grid = new_grid(f"\n{title}")
    for heading in ("where", "what", "so"):
        grid.add_column(heading, overflow="fold")
    for problem in problems:
        where = problem["file"] + (f":{problem['line']}" if problem["line"] else "")
        what = f"{problem['field']}: {problem['message']}" if problem["field"] else problem["message"]
        grid.add_row(where, what, problem["remedy"])
    screen().print(grid)
