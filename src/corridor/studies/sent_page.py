"""A page that moves without a server: one HTML file with the screen's own code and answers worked out beforehand.

The grid: every policy, under every condition, begun at once or later, with less or more relief. Its size is told and
bounded; the page asks nobody for anything.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from html import escape
from importlib.resources import files
from itertools import product
from typing import Any

import numpy as np

from corridor.core.errors import InputError, Problem
from corridor.core.text import inert_json
from corridor.scenario import Scenario
from corridor.scenario.model import Quantity
from corridor.scenario.text import plain_text
from corridor.studies.data import Told
from corridor.studies.levers import Levers
from corridor.studies.whatif import QUICK, Desk
from corridor.studies.whatif_levers import describe
from corridor.studies.whatif_map import ground_of
from corridor.words.speak import check_language

MOST_BYTES = 5_000_000
"""of the page"""
LATER = (0, 14, 42)
"""days by which a policy begins later"""
WEEK = 7
"""days that a policy must have before the end to be shown begun later"""
RELIEF = (0.5, 1.0, 2.0)
"""times the tonnes a day of relief that waits for a policy"""
PAST = 30
"""days of history that the page shows"""
FANS = 4
"""fans that the page can show"""


def grid(desk: Desk, base: Levers) -> Iterator[tuple[dict[str, Any], Levers]]:
    """Yield the places of the grid and their levers: policy, condition, later (days), relief (times).

    base : what holds in all of them: variant, settings, acts
    """
    scenario = desk.place(Levers(variant=base.variant, set=base.set)).scenario
    waiting = [p for p in scenario.pipelines if p.dormant and p.traffic != "commercial"]
    times = RELIEF if waiting else (1.0,)
    for policy, condition in product(scenario.policies, scenario.conditions):
        first = min((action.starts for action in policy.actions), default=scenario.as_of)
        last = scenario.end - timedelta(days=WEEK)
        begins = [d for d in LATER if not d or first + timedelta(days=d) <= last] if policy.actions else [0]
        moved = {action.target.split(".")[1] for action in policy.actions if action.target.startswith("pipelines.")}
        for later, more in product(begins, times if moved & {p.id for p in waiting} else (1.0,)):
            begin = "" if not later else (first + timedelta(days=later)).isoformat()
            values = {} if more == 1.0 else {
                f"pipelines.{p.id}.tonnes_per_day": _times(p.tonnes_per_day, more) for p in waiting
            }  # fmt: skip
            at = {"policy": policy.id, "condition": condition.id, "later": later, "relief": more}
            both = {**base.set, **values}
            moved_to = {"policy": policy.id, "condition": condition.id, "begins": begin, "set": both}
            yield at, base.model_copy(update=moved_to)


def _times(quantity: Quantity, more: float) -> str:
    ends = {name: None if value is None else value * more for name, value in
            (("low", quantity.low), ("high", quantity.high))}  # fmt: skip
    return plain_text(quantity.model_copy(update={"value": quantity.value * more, **ends}))


def sent_page(
    desk: Desk, base: Levers | None = None, *, futures: int = QUICK, language: str = "en", told: Told = None
) -> str:
    """Return the page as the text of one HTML file.

    base : settings and acts that hold on the whole page, and its variant; it begins with the reference policy

    Raises
    ------
    InputError : a case that cannot be read; a page of more than `MOST_BYTES`
    """
    check_language(language)
    held = base or Levers()
    every = list(grid(desk, held))
    placed = desk.place(Levers(variant=held.variant, set=held.set))
    scenario, first = placed.scenario, desk.play(placed, futures)
    about = describe(scenario, first)
    want = [one["id"] for one in about["fans"][:FANS]]
    cells = []
    # one changed scenario after the other, so that each history is played once
    for done, (at, levers) in enumerate(sorted(every, key=lambda one: json.dumps(one[1].set))):
        if told is not None:
            told("the page", done, len(every))
        head, arrays = desk.answer(levers, want, futures)
        cut = max(0, head["known_days"] - PAST)
        kept = [_packed(name, array[cut:] if name.startswith("map ") else array[:, cut:]) for name, array in arrays]
        cells.append({"at": at, "head": _lean(head, cut), "arrays": kept})
    content = {"about": _about(about, held), "ground": ground_of(scenario), "cells": cells, "language": language}
    page = _html(content, scenario, language)
    size = len(page.encode())
    if size > MOST_BYTES:
        message = f"would have {size / 1e6:.1f} MB, more than {MOST_BYTES / 1e6:g} MB"
        raise InputError([Problem("page", 0, 0, "", message, "take a case with a shorter horizon or fewer policies")])
    return page


def _about(about: dict[str, Any], held: Levers) -> dict[str, Any]:
    """Leave out what the page does not show; what is set on all of it keeps its name, for the chips."""
    acts = {act.target.split(".")[1] for act in held.acts if "." in act.target}
    acts |= {path.split(".")[1] for path in held.set if path.startswith("links.")}
    named = {name: [one for one in about[name] if one["id"] in acts] for name in ("links", "pipelines")}
    levers = [one for one in about["levers"] if one["path"] in held.set]
    return {**about, **named, "levers": levers, "fans": about["fans"][:FANS]}


def _lean(head: dict[str, Any], cut: int) -> dict[str, Any]:
    """Leave out of an answer what the page does not show, and its first days."""
    last = max((row["day"] for row in head["outcomes"]), default=0)
    kept = [{k: v for k, v in row.items() if not k.startswith(("diff_low", "diff_high", "how"))}
            for row in head["outcomes"] if row["day"] == last]  # fmt: skip
    first = [row for row in head["first_days"] if row["place"] == "*"]
    days = {"days": head["days"][cut:], "known_days": head["known_days"] - cut}
    return {**head, **days, "outcomes": kept, "first_days": first}


def _packed(name: str, array: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Return an array in half the bytes: 16 bits between its ends, 65535 for what is not a number."""
    known = np.isfinite(array)
    low = float(array[known].min()) if known.any() else 0.0
    high = float(array[known].max()) if known.any() else 1.0
    span = (high - low) or 1.0
    whole = np.where(known, np.round((np.nan_to_num(array, nan=low) - low) / span * 65534.0), 65535).astype("<u2")
    data = base64.b64encode(whole.tobytes()).decode()
    return {"name": name, "shape": list(array.shape), "low": low, "span": span, "data": data}


def asset(name: str) -> str:
    """Return a built file of the front end."""
    return files("corridor").joinpath("web", "static", "assets", name).read_text(encoding="utf-8")


def _html(content: dict[str, Any], scenario: Scenario, language: str) -> str:
    script, style = asset("corridor.js"), asset("corridor.css")
    script = script.replace("</script", "<\\/script")
    plain = inert_json(json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
    plain = plain.replace("<", "\\u003c")  # no tag ends inside it
    policy = (
        f"default-src 'none'; script-src {_digest(script)}; style-src {_digest(style)}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
    direction = "rtl" if language == "ar" else "ltr"
    return (
        f'<!doctype html>\n<html lang="{escape(language)}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(scenario.title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<div id="app"></div>\n<script type="application/json" id="sent">{plain}</script>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
