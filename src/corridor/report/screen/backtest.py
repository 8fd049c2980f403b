"""A backtest on the terminal: one sentence, one line an exercise, then each exercise with its naive forecasts.

Every table fits a terminal of 100 columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corridor.report.screen.console import grid as new_grid
from corridor.report.screen.console import screen, styled

Row = Mapping[str, Any]

EXERCISES = (
    "exodus", "scarcity", "deliveries", "low_intake", "deaths", "bodies", "ration_steps", "people", "lorries", "prices",
    "camps", "camps_each",
)  # fmt: skip
"""in the order in which they are printed"""
TITLES: Mapping[str, str] = {
    "camps": "camps: how the displaced are shared among them (averaged relative difference, 0 to 2)",
    "camps_each": "camps: people in each (mean over the days, errors in persons)",
}
"""of exercises whose unit alone would not say what they are"""
HIDDEN = (
    "exercise", "crps_fair", "pit_mean", "made", "kind", "coverage_50", "coverage_95", "bias", "population", "median",
    "low_80", "high_80", "low_90", "high_90",
)  # fmt: skip
"""columns that only JSON and CSV have, or that are said in other cells"""
WORDS: Mapping[str, str] = {
    "mae": "error", "crps": "score", "coverage_80": "in 80 %", "n": "points", "observed": "seen", "days": "day seen",
    "relative_error": "rel. error", "counted_mean": "counted", "simulated_mean": "simulated",
    "mae_persistence": "last count kept", "mae_equal_shares": "equal shares",
}  # fmt: skip
"""headings for people"""
ALONE = ("the run", "road model")
"""forecasts of the model that need no name of their own"""
RANGES = (("low_80", "high_80", "middle (80 %)"), ("low_90", "high_90", "middle (90 %)"))


def scored(answer: Sequence[str], outcome: Row) -> None:
    """Print a backtest: `answer` first, then its summary and every exercise; none may be read as another."""
    console = screen()
    console.print(styled("\n", (outcome["called"], "dim")))
    for sentence in answer:
        console.print(sentence, style="bold")
    summary_table("Each exercise beside the best naive forecast", outcome.get("summary") or ())
    for name in EXERCISES:
        rows = outcome.get(name) or []
        for group in dict.fromkeys(str(row.get("exercise", name)) for row in rows):
            mine = [row for row in rows if str(row.get("exercise", name)) == group]
            unit, says = outcome["units"].get(name, ""), outcome["meanings"]
            populations = list(dict.fromkeys(str(row.get("population") or "") for row in mine))
            for population in [one for one in populations if one != "scenario"] or populations:
                # the whole model, which has the case's own people, stands with the first belief about them
                with_it = (population, "scenario") if population == populations[0] else (population,)
                part = [row for row in mine if str(row.get("population") or "") in with_it]
                title = TITLES.get(group) or f"{group}{', people ' + population if population else ''} ({unit})"
                _exercise(title, part)
            console.print(says.get(group, says.get(name, "")), style="dim")


def summary_table(title: str, rows: Sequence[Row], first: Sequence[str] = (), last: Sequence[str] = ()) -> None:
    """Print one line an exercise: the model's error, its score, the best naive forecast and its score, coverage."""
    if not rows:
        return
    table = new_grid(f"\n{title}")
    for name in (*first, "exercise"):
        table.add_column(name, overflow="fold", min_width=9)
    for name in ("points", "error", "score", "naive", "in 80 %"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("best naive forecast", overflow="fold", min_width=12)
    for name in last:
        table.add_column(name, overflow="fold", min_width=6)
    for row in rows:
        unit = f" ({row['unit']})" if row["unit"] not in ("", "1") else ""
        own = row["exercise"] if row["forecast"] in ALONE else f"{row['exercise']}: {row['forecast']}"
        table.add_row(
            *(str(row[name]) for name in first), f"{own}{unit}", str(row["points"]), number(row["error"]),
            styled((number(row["crps"]), "bold" if row["better"] else "")), number(row["naive_crps"]),
            percent(row["inside_80"]),
            str(row["naive"]), *(str(row[name]) for name in last),
        )  # fmt: skip
    screen().print(table)
    screen().print("score: smaller is better; bold where below that of the best naive forecast", style="dim")


def _exercise(title: str, rows: Sequence[Row]) -> None:
    keys = [k for k in rows[0] if k not in HIDDEN and any(r.get(k) is not None for r in rows)]
    span = next(((low, high, said) for low, high, said in RANGES if low in rows[0]), None)
    table = new_grid(f"\n{title}")
    for key in keys:
        table.add_column(WORDS.get(key, key.replace("_", " ")), overflow="fold", min_width=5)
    if span:
        table.add_column(span[2], no_wrap=True)
    for row in rows:
        naive = row.get("kind") == "baseline"
        cells = [percent(row.get(k)) if k == "coverage_80" else number(row.get(k)) for k in keys]
        if naive and "forecast" in keys:
            cells[keys.index("forecast")] = f"naive: {str(row['forecast']).removeprefix('naive ')}"
        if span:
            ends = f" ({number(row[span[0]])}–{number(row[span[1]])})" if row[span[0]] != row[span[1]] else ""
            cells.append(f"{number(row['median'])}{ends}")
        table.add_row(*cells, style="dim" if naive else "")
    screen().print(table)


def percent(value: Any) -> str:
    """Return a share in percent, a dash for none."""
    return "–" if value is None else f"{100 * float(value):.0f} %"


def number(value: object) -> str:
    """Return a number to three figures, a dash for none, text as it is."""
    if value is None:
        return "–"
    if not isinstance(value, float):
        return str(value)
    return f"{float(f'{value:.4g}'):,.0f}" if abs(value) >= 1000 else f"{value:,.3g}"
