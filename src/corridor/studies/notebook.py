"""A study in a notebook: the answer, the first table, figures of change over time."""

from __future__ import annotations

from corridor.report.html import escaped
from corridor.studies.data import Answered
from corridor.studies.play import gone

ROWS = 24
"""rows of the first table that are shown"""


def notebook(study: Answered) -> str:
    """Return the study as an HTML fragment: no script, nothing loaded from outside."""
    changed = "; ".join(study.changes)
    parts = [
        f"<h3>{escaped(study.title)}</h3>",
        f"<p>{escaped(study.kind)}: {escaped(study.case)}, variant {escaped(study.variant)}, "
        f"as of {escaped(study.as_of)}; {study.futures:,} futures, seed {study.seed}</p>",
        f"<p><b>Changed:</b> {escaped(changed)}</p>" if changed else "",
        f"<ol>{''.join(f'<li>{escaped(sentence)}</li>' for sentence in study.answer)}</ol>" if study.answer else "",
        _table(study),
        _figures(study),
        "".join(f"<p><small>{escaped(warning)}</small></p>" for warning in study.warnings),
    ]
    return "\n".join(part for part in parts if part)


def _table(study: Answered) -> str:
    if not study.tables:
        return ""
    table = study.tables[0]
    shown = table.rows[:ROWS]
    head = "".join(f'<th scope="col">{escaped(column.id)}</th>' for column in table.columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escaped(_cell(row.get(column.id)))}</td>' for column in table.columns)}</tr>"
        for row in shown
    )
    more = f"<p><small>{len(table.rows) - ROWS} more rows: to_frame()</small></p>" if len(table.rows) > ROWS else ""
    caption = f"<caption>{escaped(table.title)}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _cell(value: object) -> str:
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


def _figures(study: Answered) -> str:
    if not study.series or gone(study.store):
        return ""
    from corridor.report.figures.fans import fan
    from corridor.report.style import to_svg

    first = study.series[0]
    wanted = dict.fromkeys((one.id, one.title, one.condition) for one in study.series if one.id == first.id)
    drawn = [
        to_svg(fan(study.results, id_, condition), f"note-{id_}-{condition}", title, f"{title}, {condition}")
        for id_, title, condition in wanted
    ]
    return "".join(f"<figure>{svg}</figure>" for svg in drawn)
