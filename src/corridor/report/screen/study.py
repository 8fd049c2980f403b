"""A study on the terminal: what it is about and what was changed, then its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corridor.report.screen.backtest import scored, summary_table
from corridor.report.screen.console import grid as new_grid
from corridor.report.screen.console import screen, styled
from corridor.report.screen.tables import calibration_table, plain_table, policy_table
from corridor.report.sections import how_long
from corridor.report.sections.hold_out import HOLD_OUT

Drawn = Any
"""a `corridor.studies.Study`, which stands above this package"""


def show(study: Drawn) -> None:
    """Print a study of any kind."""
    _PRINTED[study.kind](study)
    if study.case:
        origin(study)


def origin(study: Drawn) -> None:
    """Print the run's case, folder, variant, seed and futures, and what was changed in it, a line each."""
    console = screen()
    where = f" (folder {study.folder})" if study.folder not in ("", study.case) else ""
    known = (("variant", study.variant), ("as of", study.as_of), ("seed", study.seed))
    told = ", ".join([f"{study.case}{where}", *(f"{name} {value}" for name, value in known if value != "")])
    if study.kind != "difference":
        console.print(told, style="dim")
    for line in study.changes if study.kind != "difference" else ():
        console.print(f"changed: {line}", style="bold")


def _head(study: Drawn) -> None:
    console = screen()
    console.print(styled("\n", (study.title, "bold"), f"  as of {study.as_of}"))
    if study.question:
        console.print(study.question)


def _comparison(study: Drawn) -> None:
    console = screen()
    _head(study)
    names = {one.id: one.title for one in (*study.policies, *study.conditions)}
    if study.detail.get("how_long"):
        console.print(styled((HOLD_OUT, "bold"), " ", study.detail["how_long"]))
    for sentence in study.answer:
        console.print(f"• {sentence}")
    if study.detail.get("sure"):
        console.print(study.detail["sure"], style="dim")
    for warning in study.detail.get("conflicts", ()):
        console.print(warning, style="bold")
    for question in study.detail.get("asked", ()):
        console.print(question)
    if study.detail.get("weighted"):
        console.print(study.detail["weighted"], style="dim")
    policy_table(study.to_frame(), names, study.futures, study.seed, study.detail.get("unchanged", ()))
    _how_long(study, names)


def _how_long(study: Drawn, names: Mapping[str, str]) -> None:
    """Print the first days under the first condition."""
    found = next((table for table in study.tables if table.id == "first_days"), None)
    if found is None or not found.rows:
        return
    condition = study.conditions[0].id
    grid = new_grid(f"\nHow long: the first day, under {names[condition]}", lines=True)
    rows = how_long.lines(found.rows, condition)
    for heading in rows[0]:
        grid.add_column(heading, overflow="fold", min_width=16 if heading == "policy" else 10)
    for row in rows:
        grid.add_row(names.get(row["policy"], row["policy"]), *list(row.values())[1:])
    screen().print(grid)


def _actor_policies(study: Drawn) -> None:
    from corridor.report.screen.sides import compared

    detail = study.detail
    for line in detail.get("conflicts", ()):
        screen().print(line, style="bold")
    only = detail.get("process_only", ())
    policies = {
        one.id: {"title": one.title, "main": detail["main"][one.id], "process_only": one.id in only}
        for one in study.policies
    }
    compared(
        study.to_frame(), study.title, policies, detail["caution"], study.as_of, study.futures, detail["trust"]
    )  # fmt: skip


def _sides(study: Drawn) -> None:
    from corridor.report.screen.sides import show as show_sides

    detail = study.detail
    title = next(one.title for one in study.policies if one.id == detail["policy"])
    lasting = next(table for table in study.tables if table.id == "lasting")
    caution = study.warnings[0] if study.warnings else ""
    rows: list[Sequence[Any]] = [[column.id for column in lasting.columns], *(list(r.values()) for r in lasting.rows)]
    show_sides(study.title, caution, title, detail["analysis"], rows, detail["law"], detail["names"])


def _backtest(study: Drawn) -> None:
    scored(study.answer, {**study.detail, **{table.id: table.rows for table in study.tables}})


def _exploration(study: Drawn) -> None:
    _head(study)
    for sentence in study.answer:
        screen().print(f"• {sentence}")
    headings = study.detail["headings"]
    if study.detail["lines"]:
        plain_table(study.tables[0].title, [dict(zip(headings, line, strict=True)) for line in study.detail["lines"]])
    for note in study.warnings:
        screen().print(note, style="dim")


def _validation(study: Drawn) -> None:
    screen().print(styled("\n", (study.title, "bold")))
    rows = study.tables[0].rows
    for case in dict.fromkeys(str(row["case"]) for row in rows):
        summary_table(case, [row for row in rows if row["case"] == case], ("variant",), ("seen",))
    for sentence in (*study.answer, *study.warnings):
        screen().print(sentence)


def _calibration(study: Drawn) -> None:
    calibration_table(study.variant, study.tables[0].rows, study.futures)
    for note in study.warnings:
        screen().print(note, style="dim")


def _difference(study: Drawn) -> None:
    from corridor.report.screen.difference import difference

    difference(study.answer, {table.id: (table.title, table.rows) for table in study.tables}, study.detail)


def _ask(study: Drawn) -> None:
    console = screen()
    console.print(styled("\n", (study.title, "bold")))
    for sentence in study.answer:
        console.print(f"• {sentence}")
    for table in study.tables:
        units = {column.id: f", {column.unit}" if column.unit else "" for column in table.columns}
        plain_table(table.title, [{f"{name}{units[name]}": cell for name, cell in row.items()} for row in table.rows])
    for warning in study.warnings:
        console.print(warning, style="dim")


_PRINTED = {
    "comparison": _comparison,
    "comparison of actor policies": _actor_policies,
    "sides": _sides,
    "backtest": _backtest,
    "validation": _validation,
    "exploration": _exploration,
    "calibration": _calibration,
    "difference": _difference,
    "ask": _ask,
}
