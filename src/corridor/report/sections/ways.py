"""The section "How goods come in": tonnes by way and class, and which way binds on each date, for relief only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from corridor.report import words
from corridor.report.figures.ways import ways
from corridor.report.sections.displacement_parts import Drawing, Section
from corridor.scenario.model import Scenario

LEAST = 0.5
"""t/day below which nobody would call it a way of goods"""
SAID = {
    "together": "several ways in a row are full: one alone would not help",
    "none": "no way binds: what is sent arrives, and more could",
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
        "Bars: middle future, mean of the last week; relief and medical goods dark, trade behind them light. A way of "
        "several links shows on each of them. Ways that carry nothing under any policy are left out.",
    )
    told = [one for one in bindings if one.condition == condition]
    text = (
        "A way binds where one more tonne of capacity, added there, would bring one more tonne of relief to people who "
        "eat less than they need. It is asked for relief and for added capacity only; what a narrower way would do is "
        "not asked, and the numbers stand on this page alone."
    )
    return Section(text, [drawing], [_table(told, ends, named, under)] if told else [])


def link_names(scenario: Scenario) -> dict[str, str]:
    """Return link -> its two ends in words; its id where another link joins the same places."""
    at = {place.id: place.label for place in scenario.places}
    pairs = {link.id: f"{at[link.from_place]} – {at[link.to_place]}" for link in scenario.links}
    said = list(pairs.values())
    return {id_: f"{pair} ({id_})" if said.count(pair) > 1 else pair for id_, pair in pairs.items()}


def _table(told: Sequence[Any], ends: Mapping[str, str], named: Mapping[str, str], under: str) -> dict[str, Any]:
    dates = list(dict.fromkeys(one.date for one in told))
    cells = {(one.policy, one.date): _cell(one, ends) for one in told}
    policies = list(dict.fromkeys(one.policy for one in told))
    rows = [[(named.get(policy, policy), ""), *(cells[policy, date] for date in dates)] for policy in policies]
    columns = ["Policy", *(words.day(date) for date in dates)]
    return {"caption": f"Which way binds for relief, {under}", "columns": columns, "rows": rows}


def _cell(one: Any, ends: Mapping[str, str]) -> tuple[str, str]:
    """Return what holds in most futures, and in how many; where a way binds, what a tonne there would bring."""
    state = max(one.shares, key=one.shares.get)
    share = f"in {words.percent(one.shares[state])} of futures"
    if state != "binds":
        return SAID[state], share
    names = words.listed([ends[link] for link in one.links]) or "now one way, now another"
    return names, f"{share}; a tonne a day more: {one.kcal:.2g} kcal a person and day"
