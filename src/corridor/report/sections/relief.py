"""The relief gap as tables: what full need would take, beside what comes in, by policy, place and date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from corridor.report import words

EVERYWHERE = "*"
"""the place that stands for all of them"""

TONNES = ("need", "comes_in", "gap")
"""measures in tonnes; the others are in vehicles"""

_HEADINGS: Mapping[str, str] = {
    "need": "Full need, tonnes a day",
    "comes_in": "Comes in or grows, tonnes a day",
    "gap": "Missing, tonnes a day",
    "trucks": "Lorries a day for it",
    "convoys": "Convoys a day for it",
}


def headings(frame: pd.DataFrame) -> dict[str, str]:
    """Return measure -> heading: tonnes, lorries where the case has a road, then the vehicles of its other ways."""
    here = list(dict.fromkeys(frame["measure"]))
    first = {measure: heading for measure, heading in _HEADINGS.items() if measure in here}
    return {**first, **{name: f"Or {name} a day" for name in here if name not in _HEADINGS}}


def _cells(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Return one text per measure: the middle future and its 80 % interval."""
    by_measure = frame.set_index("measure")
    out = []
    for measure in headings(frame):
        row: Any = by_measure.loc[measure]
        unit = "t" if measure in TONNES else "vehicle"
        middle, around = words.quantity(row["median"], unit), words.span(row["low_80"], row["high_80"], unit)
        out.append((middle, "" if around == middle else around))
    return out


def _table(caption: str, head: str, frame: pd.DataFrame, by: str, called: Mapping[Any, str]) -> dict[str, Any]:
    keys = list(dict.fromkeys(frame[by]))
    rows = [[(called.get(key, str(key)), ""), *_cells(frame[frame[by] == key])] for key in keys]
    return {"caption": caption, "columns": [head, *headings(frame).values()], "rows": rows}


def tables(
    relief: pd.DataFrame, named: Mapping[str, str], condition: str, reference: str, counted: int
) -> dict[str, Any]:
    """Return an introduction and the tables for one condition.

    relief: what `analysis.outcomes.relief` returned. By policy for food and for all goods, by place and by
    date for food under the reference. counted: of how many days what comes in is the mean.
    """
    here = relief[relief["condition"] == condition]
    days = sorted(set(here["day"]))
    early = min(days, key=lambda day: abs(day - 30))
    date = words.day(here.loc[here["day"] == early, "date"].iloc[0])
    total, food = here["place"] == EVERYWHERE, here["goods"] == "food"
    called = {EVERYWHERE: "all places", **named}
    own, now = here["policy"] == reference, here["day"] == early
    under = f"under “{named.get(reference, reference)}”"
    dates = {text: words.day(text) for text in set(here["date"])}
    found = [
        _table(f"Food, all places, {date}", "Policy", here[total & food & now], "policy", called),
        _table(f"All goods, all places, {date}", "Policy", here[total & ~food & now], "policy", called),
        _table(f"Food by place {under}, {date}", "Place", here[own & food & now], "place", called),
        _table(f"Food by date {under}, all places", "Date", here[own & food & total], "date", dates),
    ]
    intro = (
        f"Under “{named.get(condition, condition)}”: what the people present would need to live as normal, what comes "
        f"in or is grown there ({words.recent(counted)}), and the vehicles that the missing part would fill. Middle "
        "future, 80 % interval below it. The gap is counted good by good: too much of one does not make up for "
        "another. What each carries is drawn too."
    )
    others = [name for name in headings(here) if name not in _HEADINGS]
    if others:
        intro += (
            f" A column that begins with “Or”: how many {words.listed(others, 'or')} would carry all of it, if it came "
        )
        intro += "that way alone."
    return {"intro": intro, "tables": found}
