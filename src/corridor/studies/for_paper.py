"""Two sheets of a workbook that are made to be printed: policies side by side by date, and the stock-out calendar.

They hold nothing that the long sheets behind them do not hold: a column for each policy, what is said of it in a cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from corridor.exchange.office.xlsx import Sheet
from corridor.report import words
from corridor.report.sections.how_long import cell
from corridor.studies.data import Answered
from corridor.tables.outcome import Where, columns

SHOWN: tuple[Where, ...] = ("screen", "screen of camps", "flight", "supply")
"""where outcomes are shown that the summary tells"""
WHOLE = "all places"


def chosen() -> set[str]:
    """Return the ids of the outcomes that are told on paper."""
    return {one.id for where in SHOWN for one, _ in columns(where)} | {"excess_deaths"}


def for_paper(study: Answered) -> Iterator[Sheet]:
    """Yield the policies side by side, and the calendar where people live."""
    named = {one.id: one.title for one in (*study.policies, *study.conditions)}
    policies = [one.id for one in study.policies if one.id in {row["policy"] for row in study.table("comparison").rows}]
    titles = [named[one] for one in policies]
    yield Sheet(
        "Policies side by side", "Policies side by side", ("condition", "outcome", "unit", "date", *titles),
        _side_by_side(study, named, policies),
        ["The middle future and, in brackets, the ends of the middle 80 % of futures. Model output, not a forecast."],
    )  # fmt: skip
    if any(table.id == "first_days" and table.rows for table in study.tables):
        from corridor.results import read

        rows = _calendar(study, {**read.titles(read.scenario_of(study.results)), **named}, policies)
        yield Sheet(
            "Stock-out calendar", "Stock-out calendar, and thresholds", ("condition", "place", "what", *titles), rows,
            ["The first day on which it is so, in the middle future; below it the days between which eight of ten "
             "futures lie, or in how many of them it is so by a day."],
        )  # fmt: skip


def _side_by_side(study: Answered, named: Mapping[str, str], policies: list[str]) -> list[list[Any]]:
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    shown = chosen()
    for row in study.table("comparison").rows:
        if row["outcome"] in shown:
            key = (str(row["condition"]), str(row["outcome"]), str(row["date"]))
            found.setdefault(key, {})[str(row["policy"])] = row
    at = {one.id: number for number, one in enumerate(study.conditions)}
    outcomes = list(dict.fromkeys(outcome for _, outcome, _ in found))
    out = []
    for key in sorted(found, key=lambda one: (at.get(one[0], 0), outcomes.index(one[1]), one[2])):
        some = next(iter(found[key].values()))
        cells = [_figure(found[key].get(policy)) for policy in policies]
        unit = words.unit_words(str(some["unit"]))
        if any(cells):
            out.append([named.get(key[0], key[0]), some["name"], unit, key[2], *cells])
    return out


def _figure(row: Mapping[str, Any] | None) -> str:
    """Return "4,100 (3,900 to 4,300)", "" where the number has no meaning."""
    if row is None or row["median"] is None or math.isnan(row["median"]):
        return ""
    unit = str(row["unit"])
    middle, around = words.quantity(row["median"], unit), words.span(row["low_80"], row["high_80"], unit)
    return middle if middle == around else f"{middle} ({around})"


def _calendar(study: Answered, named: Mapping[str, str], policies: list[str]) -> list[list[Any]]:
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in study.table("first_days").rows:
        key = (str(row["condition"]), str(row["place"]), str(row["event"]))
        found.setdefault(key, {})[str(row["policy"])] = row
    at = {one.id: number for number, one in enumerate(study.conditions)}
    places, events = (list(dict.fromkeys(key[part] for key in found)) for part in (1, 2))
    out = []
    for key in sorted(found, key=lambda one: (at.get(one[0], 0), places.index(one[1]), events.index(one[2]))):
        by_policy = found[key]
        cells = ["\n".join(filter(None, cell(by_policy[policy]))) if policy in by_policy else "" for policy in policies]
        name = next(iter(by_policy.values()))["name"]
        place = WHOLE if key[1] == "*" else named.get(key[1], key[1])
        out.append([named.get(key[0], key[0]), place, name, *cells])
    return out
