"""Where the exact law of the choices is silent: policies that only the process tells, and models that are too large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from corridor.core.text import plain

PROCESS_ONLY = (
    "Process only: the policy does something on a day of its own, or waits for what happens. Its figures come from "
    "playing day by day alone; no exact calculation stands behind them, as it does for the others while nobody goes "
    "hungry."
)
"""What the mark means that stands beside a policy of which no law tells."""


def process_only(data: Mapping[str, Any]) -> str:
    """Return which policies a law leaves out because only days that are played tell them; empty where it has all."""
    titles = [f"“{title}”" for title in data.get("process_only", ())]
    if not titles:
        return ""
    text = f"Not in these tables: {', '.join(titles)}. "
    if len(titles) == 1:
        return (
            text
            + "It does something on a day of its own, or waits for what happens: only days that are played tell it."
        )
    return (
        text + "They do something on days of their own, or wait for what happens: only days that are played tell them."
    )


def without_chances(said: Sequence[str], left_out: str) -> Markup:
    """Return the section of a model that is too large for chances: what is left out, then what can be told."""
    rows = Markup("").join(Markup("<li>{}</li>").format(plain(text)) for text in said)
    head = Markup('<section aria-labelledby="actors"><h2 id="actors">What the sides may do</h2>\n')
    finding = Markup('<p class="finding">{}</p>\n').format(left_out)
    return head + finding + Markup("<ul>{}</ul></section>").format(rows)
