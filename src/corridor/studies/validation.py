"""Every bundled case against what happened, in one table: what `corridor validate` prints and docs/validation.md holds.

Each variant of each case is scored as `backtest` scores it. What was seen while the rules were built stands in the
case's own `observed/seen.csv`; where it says nothing, nothing is claimed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from corridor.core.errors import InputError, Problem
from corridor.scenario import bundled, find_folder, load
from corridor.scenario.observed import observed_tables, read_table
from corridor.studies.data import Column, Table, Told
from corridor.studies.hindcast import backtest
from corridor.studies.study import Study

TITLE = "The bundled cases against what happened"
CALLED = "Conditional hindcasts: rules and priors were written by people who know how it ended; never forecasts."
COLUMNS = (
    Column(id="case"), Column(id="variant"), Column(id="exercise"), Column(id="forecast"), Column(id="unit"),
    Column(id="points", says="observations"),
    Column(id="error", says="mean distance of the middle future"),
    Column(id="crps", says="mean ranked score of the model: smaller is better"),
    Column(id="naive", says="the naive forecast with the least score"),
    Column(id="naive_crps", says="its score"),
    Column(id="better", says="whether the model's score is below it"),
    Column(id="inside_80", unit="1", says="share of points inside the model's 80 % intervals"),
    Column(id="seen", says="whether these numbers were seen while the rules were built"),
)  # fmt: skip
TABLE_OF: Mapping[str, str] = {"blind": "exodus", "nowcast": "exodus", "camps_each": "camps"}
"""first word of an exercise -> its table in observed/, where the names differ"""


def validate(
    cases: Sequence[str] | None = None, *, futures: int = 1000, seed: int = 1, threads: int | None = None,
    told: Told = None, as_of: date | None = None,
) -> Study:  # fmt: skip
    """Return the scores of every variant of the bundled cases (or of `cases`) that something can be scored on.

    as_of : of one variant instead, made on the spot of what was known on this day, of each case whose history holds it

    Raises
    ------
    InputError : no case has a history that holds the day
    """
    rows: list[dict[str, Any]] = []
    silent = []
    asked = [name for name in cases or bundled() if _variants(name, as_of)]
    if not asked:
        message = f"no case has a history that holds {as_of}"
        raise InputError([Problem("--as-of", 0, 0, "", message, "corridor list shows from which days they look back")])
    for name in asked:
        folder, counted, told_of = find_folder(name), set[str](), list[set[str]]()
        seen = {}
        if "seen" in observed_tables(folder):
            seen = {row["table"].text: row["seen"].text for row in read_table(folder, "seen")}
        for variant, days in _variants(name, as_of):
            try:
                study = backtest(
                    name, variant=variant, futures=futures, seed=seed, threads=threads, told=told, set=days
                )
            except InputError:
                silent.append(name)
                continue
            for row in _summary(study):
                same = {str(row[key]) for key in ("exercise", "forecast", "crps", "points")}
                if same in told_of:  # the road model reads no as_of: its scores are those of every variant
                    continue
                told_of.append(same)
                counted.add(str(row["exercise"]))
                shown = "any" if row["forecast"] == "road model" else variant or str(as_of)
                rows.append({"case": name, "variant": shown, **row, "seen": seen.get(_table(row), "not said")})
        if not counted:
            silent.append(name)
    said = [one for one in (sentence(rows),) if one]
    if silent:
        said.append(f"Nothing to score in {', '.join(dict.fromkeys(silent))}.")
    kept = [{column.id: row.get(column.id) for column in COLUMNS} for row in rows]
    return Study(
        kind="validation", case="", title=TITLE, seed=seed, futures=futures, answer=tuple(said),
        warnings=(CALLED,), tables=(Table(id="validation", title=TITLE, columns=COLUMNS, rows=tuple(kept)),),
        command=f"corridor validate --futures {futures} --seed {seed}" + (f" --as-of {as_of}" if as_of else ""),
    )  # fmt: skip


def _variants(case: str, as_of: date | None) -> list[tuple[str | None, list[str]]]:
    """Return the variants that are scored, with what is set: the folder's own, or one of a day, or none."""
    scenario = load(case)
    if as_of is None:
        return [(one.id, []) for one in scenario.variants]
    held = scenario.start <= as_of <= max(one.as_of for one in scenario.variants)
    return [(None, [f"as_of={as_of}"])] if held else []


def _summary(study: Study) -> list[dict[str, Any]]:
    return [dict(row) for row in next((t.rows for t in study.tables if t.id == "summary"), ())]


def _table(row: Mapping[str, Any]) -> str:
    """Return the table of observed/ in which the numbers of an exercise stand."""
    first = str(row["exercise"]).split(",")[0].split(" ")[0]
    return TABLE_OF.get(first, first)


def sentence(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return what the table says; exercises whose coverage has no meaning are not counted in the share."""
    if not rows:
        return ""
    won = sum(bool(row["better"]) for row in rows)
    held = [row for row in rows if row["inside_80"] is not None and math.isfinite(row["inside_80"])]
    among = sum(int(row["points"]) for row in held)
    inside = sum(row["inside_80"] * int(row["points"]) for row in held)
    text = f"Better than the best naive forecast in {won} of {len(rows)} exercises; "
    text += f"80 % intervals hold {inside:.0f} of {among} points ({100 * inside / among:.0f} %), by case "
    by_case = []
    for case in dict.fromkeys(row["case"] for row in held):
        mine = [row for row in held if row["case"] == case]
        n = sum(int(row["points"]) for row in mine)
        by_case.append(f"{case} {100 * sum(r['inside_80'] * int(r['points']) for r in mine) / n:.0f} % of {n}")
    return text + ", ".join(by_case) + "."


def markdown(study: Study) -> str:
    """Return the page: the sentences, the table, what its columns are, and the line that makes it again."""
    table = study.tables[0]
    shown = [column for column in table.columns if column.id != "forecast"]
    lines = [f"# {TITLE}", "", *study.answer, "", *study.warnings, ""]
    lines.append(f"Made by `{study.command} -o docs/validation.md`; change nothing here by hand.")
    lines += ["", "| " + " | ".join(column.id.replace("_", " ") for column in shown) + " |"]
    lines.append("|" + "---|" * len(shown))
    for row in table.rows:
        named = {**row, "exercise": f"{row['exercise']}: {row['forecast']}"}
        lines.append("| " + " | ".join(cell(named[column.id], column.id) for column in shown) + " |")
    lines += ["", "Columns:", ""]
    lines += [f"- *{column.id.replace('_', ' ')}*: {column.says}" for column in shown if column.says]
    lines += ["", "How each exercise is scored, and every baseline: [backtest](rules/backtest.md).", ""]
    return "\n".join(lines)


def cell(value: Any, column: str) -> str:
    """Return a number to three figures, a share in percent, a truth as a word."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column == "inside_80":
        return f"{100 * float(value):.0f} %"
    if isinstance(value, float):
        return f"{float(f'{value:.3g}'):,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value)
