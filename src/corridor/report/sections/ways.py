"""The section "How goods come in": tonnes by way and class, and which way binds on each date, for relief only."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import pandas as pd

from corridor.report import words
from corridor.report.figures.ways import ways
from corridor.report.sections.displacement_parts import Drawing, Section
from corridor.results import read
from corridor.scenario.model import Scenario

LEAST = 0.5
"""t/day below which nobody would call it a way of goods"""
SAID = {
    "together": "several ways in a row are full: one alone would not help",
    "none": "no way binds: more relief would find room",
    "closed": "no way lets relief pass",
    "fed": "nobody eats less than needed",
    "unsent": "no relief is sent",
}
"""state of a future -> its words"""


def section(
    goods: pd.DataFrame, bindings: Sequence[Any], scenario: Scenario, named: Mapping[str, str], condition: str
) -> Section | None:
    """Return the section for one condition; None where no goods move.

    Parameters
    ----------
    goods, bindings : what `goods_by_way` and `bindings` of `corridor.analysis.outcomes.ways` returned
    """
    here = goods[goods["condition"] == condition]
    date = min(dict.fromkeys(here["date"]), key=lambda day: abs((pd.Timestamp(day).date() - scenario.as_of).days - 30))
    now = here[here["date"] == date]
    most = now[now["class"] == "all"].groupby("link")["high_80"].max()
    links = [link.id for link in scenario.links if most[link.id] >= LEAST]
    if not links:
        return None
    ends = link_names(scenario)
    under = f"under “{named.get(condition, condition)}”"
    drawing = Drawing(
        ways(now, links, ends, named),
        "ways",
        f"Goods by way and class on {words.day(date)}, {under}",
        f"Bars: middle future, {words.recent(read.window(scenario))}; relief and medical goods dark, trade behind "
        "them light. A way of several links shows on each of them. Ways that carry nothing under any policy are left "
        "out.",
    )
    told = [one for one in bindings if one.condition == condition]
    text = (
        "A way binds where a tonne of capacity more would bring a tonne of relief more to people who eat less than "
        "they need. It is asked for relief and for added capacity only. What a narrower way would do is not asked, and "
        "these numbers stand on this page alone."
    )
    return Section(text, [drawing], [_table(told, ends, named, under)] if told else [])


def link_names(scenario: Scenario) -> dict[str, str]:
    """Return link -> its two ends in words; its id where another link joins the same places."""
    at = {place.id: place.label for place in scenario.places}
    pairs = {link.id: f"{at[link.from_place]} – {at[link.to_place]}" for link in scenario.links}
    said = list(pairs.values())
    return {id_: f"{pair} ({id_})" if said.count(pair) > 1 else pair for id_, pair in pairs.items()}


def _table(told: Sequence[Any], ends: Mapping[str, str], named: Mapping[str, str], under: str) -> dict[str, Any]:
    """Return what limits relief, a row for each policy and run of dates on which that stays the same."""
    rows = []
    for (policy, said), run in groupby(told, lambda one: (one.policy, _said(one, ends))):
        same = list(run)
        when = [words.day(one.date) for one in same]
        shares = [one.shares[_state(one)] for one in same]
        kcal = [one.kcal for one in same if math.isfinite(one.kcal)] if said not in SAID.values() else []
        rows.append(
            [
                (named.get(policy, policy), ""),
                (when[0] if len(when) == 1 else f"{when[0]} to {when[-1]}", ""),
                (said, ""),
                (words.span(min(shares), max(shares), "1"), ""),
                (" to ".join(dict.fromkeys(f"{value:.2g}" for value in (min(kcal), max(kcal)))) if kcal else "", ""),
            ]
        )
    columns = ["Policy", "On", "What limits relief", "Share of futures", "A tonne a day more, kcal a person and day"]
    return {"caption": f"Which way binds for relief, {under}", "columns": columns, "rows": rows, "words": 3}


def _state(one: Any) -> str:
    """Return what holds in most futures."""
    return str(max(one.shares, key=one.shares.get))


def _said(one: Any, ends: Mapping[str, str]) -> str:
    """Return it in words: the ways that bind, in the order of the folder, or why none does."""
    if _state(one) != "binds":
        return SAID[_state(one)]
    return words.listed([ends[link] for link in one.links]) or "now one way, now another"
