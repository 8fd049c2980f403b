"""The log of a session as an annex: what was asked, what came out, in the order in which it was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from corridor.report.html import escaped
from corridor.report.words import NOT_A_CLASSIFICATION
from corridor.scenario import Scenario

STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}"
    "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #c9c9c9;padding:.4rem;text-align:left;"
    "vertical-align:top}.chip{border:1px solid #6b6b6b;border-radius:1rem;padding:0 .5rem;display:inline-block;"
    "margin:.1rem}"
)


def annex(title: str, entries: Sequence[dict[str, Any]], scenario: Scenario) -> str:
    """Return the annex as one HTML page; an entry has `at`, `changed` (a list), `lines` (a list) and `note`."""
    rows = []
    for number, entry in enumerate(entries, 1):
        chips = "".join(f'<span class="chip">{escaped(_text(one))}</span> ' for one in _list(entry.get("changed")))
        lines = "".join(f"<div>{escaped(_text(one))}</div>" for one in _list(entry.get("lines")))
        note = f"<div><i>{escaped(_text(entry['note']))}</i></div>" if entry.get("note") else ""
        at = escaped(_text(entry.get("at", "")))
        rows.append(
            f"<tr><td>{number}</td><td>{at}</td><td>{chips or 'nothing changed'}</td><td>{lines}{note}</td></tr>"
        )
    head = f"{scenario.title}, variant {scenario.variant}, as of {scenario.as_of}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Annex: {escaped(scenario.title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escaped(title[:400] or 'What was tried')}</h1><p>{escaped(head)}.</p>"
        f"<p>{escaped(scenario.question)}</p>"
        f"<table><thead><tr><th>#</th><th>When</th><th>What was changed</th><th>What came out</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table><p><small>{escaped(NOT_A_CLASSIFICATION)} Model output under the "
        f"stated changes; not a forecast.</small></p></body></html>\n"
    )


def _list(value: Any) -> list[Any]:
    return list(value)[:200] if isinstance(value, (list, tuple)) else []


def _text(value: Any) -> str:
    return str(value)[:2000]
