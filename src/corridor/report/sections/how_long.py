"""How long: the calendar of first days as tables, and the line on the terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from corridor.report import words

ALL = "*"
"""the place that stands for all of them"""
FOOD = "out.*"
"""the event of all food together running out"""
NEVER = "not by the end"
"""beyond the horizon"""
NONE = 5e-4
"""share of futures up to which nothing is said of them"""
SHOWN: Mapping[str, str] = {
    FOOD: "Food in store runs out",
    "intake_1500": "Mean intake below 1,500 kcal",
    "intake_half": "Mean intake below half of need",
    "gam_15": "Acute malnutrition 15 % or more",
    "cdr_1": "Deaths 1 or more per 10,000 a day",
}
"""events of the table by policy, and of the figure"""


def short_day(iso: str) -> str:
    """Return "18 Sep 2023"."""
    day, month, year = words.day(iso).split()
    return f"{day} {month[:3]} {year}"


def cell(row: Any) -> tuple[str, str]:
    """Return the middle day with its error, and below it where eight futures of ten lie, in words that can be read out.

    An end of the interval that is no day (so already, or not by the end) is told as the share of futures instead.
    """
    low, middle, high = (_day(row[f"day_{name}"]) for name in ("low_80", "median", "high_80"))
    already, never = float(row["already"]), float(row["never"])
    early, late = (short_day(str(row[name])) if day else "" for name, day in (("low_80", low), ("high_80", high)))
    before = f"already in {words.percent(already)}" if low == 0 else f"by {early} in 10 %" if early else ""
    beyond = f"{NEVER} in {words.percent(never)}" if high is None else f"by {late} in 90 %" if late else ""
    if middle is None:
        said = [f"in {words.percent(never)}", before]
        return NEVER, "" if never >= 1.0 - NONE else "; ".join(filter(None, said))
    if middle == 0:
        said = [f"in {words.percent(already)}", beyond]
        return "already", "" if already >= 1.0 - NONE else "; ".join(filter(None, said))
    text, error = short_day(str(row["median"])), row["error"]
    if error is not None and float(error) >= 0.5:
        text += f" ± {words.days(max(1, round(float(error))))}"
    if low and high:
        return text, "" if low == high else f"{early} to {late}"
    return text, f"{before}; {beyond}"


def _day(value: Any) -> int | None:
    """Return days after as_of; None beyond the horizon."""
    return None if value is None or math.isnan(float(value)) else int(value)


def by_policy(first: pd.DataFrame, condition: str, named: Mapping[str, str], end: Any) -> dict[str, Any]:
    """Return the table of the events of all places together, a row per policy."""
    here = first[(first["condition"] == condition) & (first["place"] == ALL)]
    shown = [(id_, title) for id_, title in SHOWN.items() if (here["event"] == id_).any()]
    rows = []
    for policy in dict.fromkeys(here["policy"]):
        own = here[here["policy"] == policy].set_index("event")
        rows.append([(named.get(policy, policy), ""), *(cell(own.loc[id_]) for id_, _ in shown)])
    caption = f"First day, all places together, under “{named.get(condition, condition)}”"
    return {"caption": caption, "columns": ["Policy", *(title for _, title in shown)], "rows": rows}


def calendar(first: pd.DataFrame, condition: str, policy: str, named: Mapping[str, str]) -> dict[str, Any]:
    """Return the stock-out calendar of one policy: a row per good, a column per place."""
    here = first[(first["condition"] == condition) & (first["policy"] == policy)]
    here = here[here["event"].str.startswith("out.") & (here["event"] != FOOD)]
    places = list(dict.fromkeys(here["place"]))
    rows = []
    for event in dict.fromkeys(here["event"]):
        own = here[here["event"] == event].set_index("place")
        title = str(own.iloc[0]["name"]).removesuffix(" runs out")
        rows.append([(title, ""), *(cell(own.loc[place]) for place in places)])
    called = {ALL: "all places", **named}
    caption = f"When goods run out under “{named.get(policy, policy)}”: less than one day of normal use is left"
    return {
        "caption": caption,
        "columns": ["Good", *(called.get(place, place).replace("/", "/\N{ZERO WIDTH SPACE}") for place in places)],
        "rows": rows,
    }


def tables(first: pd.DataFrame, named: Mapping[str, str], condition: str, reference: str, end: Any) -> dict[str, Any]:
    """Return an introduction and the tables of one condition.

    Parameters
    ----------
    first : `corridor.analysis.outcomes.first_days.first_days` of the run
    named : id -> title; end : last day of the horizon
    """
    intro = (
        f"Under “{named.get(condition, condition)}”: the first day on which it is so, in the middle future. Below it "
        "the days between which eight of ten futures lie, or in how many of them it is so by a day. “Already” is on "
        f"the last day known, “{NEVER}” is after {words.day(end)}, the last day played, or never. "
        "Days on which it is no longer so are not counted. “± days”: error of the middle day, by the number of futures."
    )
    found = [by_policy(first, condition, named, end), calendar(first, condition, reference, named)]
    return {"intro": intro, "tables": [table for table in found if table["rows"]]}


def past(table: pd.DataFrame, as_of: Any) -> dict[str, Any]:
    """Return the table of the past before and after the signs."""
    rows = []
    for _, row in table.iterrows():
        unit = words.unit_words(row["unit"])
        texts = [(f"{row['what']}, {unit}" if unit and unit != "people" else str(row["what"]), "")]
        for name in ("prior", "conditioned"):
            low, middle, high = (float(row[f"{name}_{end}"]) for end in ("low_80", "median", "high_80"))
            texts.append((words.quantity(middle, row["unit"]), words.span(low, high, row["unit"])))
        rows.append(texts)
    caption = f"The past on {words.day(as_of)}: middle future, 80 % interval below it"
    return {"caption": caption, "columns": ["", "Before the signs", "Weighted by the signs"], "rows": rows}


def lines(rows: Sequence[Mapping[str, Any]], condition: str) -> list[dict[str, str]]:
    """Return the table by policy as plain rows for the terminal: policy id, then one text per event."""
    found = []
    here = [row for row in rows if row["condition"] == condition and row["place"] == ALL]
    for policy in dict.fromkeys(str(row["policy"]) for row in here):
        own = {str(row["event"]): row for row in here if row["policy"] == policy}
        texts = {title: "\n".join(filter(None, cell(own[id_]))) for id_, title in SHOWN.items() if id_ in own}
        found.append({"policy": policy, **texts})
    return found
