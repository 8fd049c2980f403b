"""What a number is called for people: its field and the places, goods and days of its row, and no id of the folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from corridor.report import words
from corridor.results import read
from corridor.scenario.model import Place, Scenario
from corridor.scenario.numbers import Number

LOADS: Mapping[str, str] = {
    "commercial": "commercial goods", "humanitarian": "relief goods", "medical": "medical goods",
}  # fmt: skip
"""class of a delivery of mixed goods -> what it carries"""
_ASIDE = re.compile(r"\s*\([^()]*\)|[;:] .*|, (?:where|to which|times) .*")
"""what explains a number to who knows the model: brackets, what follows a semicolon or a colon, conditions"""


def plain(says: str) -> str:
    """Return what a number is called without what only who knows the model understands."""
    return _ASIDE.sub("", says).rstrip(". ")


def place(scenario: Scenario, id_: str) -> str:
    """Return what a place is called; "all places" for the star."""
    found: dict[str, Place] = {one.id: one for one in scenario.places}
    return "all places" if id_ == "*" else found[id_].label if id_ in found else id_


def said_of(number: Number, scenario: Scenario) -> str:
    """Return what a number is called: the label of its field, and what its row is about."""
    label, row = number.field.label, number.row
    match number.field.table:
        case "places":
            return f"{label} in {row.label}"
        case "links":
            return f"{label}, {_way(scenario, row)}"
        case "commodities":
            return f"{label} of {row.name}"
        case "pipelines":
            return f"{label} of {_run(scenario, row)}"
        case "stocks" | "outputs" | "livestock":
            return f"{_good(scenario, row.commodity)} {label}, {place(scenario, row.place)}{_season(row)}"
        case "rations":
            group = row.group.replace("_", " ")
            return f"{label} of {group}, {_good(scenario, row.commodity)}, {place(scenario, row.place)}"
        case "events":
            return f"{label or number.field.meaning}, {_target(scenario, row.target)}, from {words.day(row.date)}"
        case "reception":
            return f"{label}, {place(scenario, row.place)}"
        case "buses":
            way = f"{label} of buses from {place(scenario, row.from_place)} to {place(scenario, row.to_place)}"
            return way + _days(row.starts, row.ends)
        case "mixes":
            return f"{_good(scenario, number.path.rpartition('.')[2])} in each load of {_load(scenario, row.id)}"
        case _:
            return label


def _good(scenario: Scenario, id_: str) -> str:
    return "food" if id_ == "kcal" else read.titles(scenario).get(id_, id_.replace("_", " "))


def _way(scenario: Scenario, link: Any) -> str:
    """Return both ends, and by what where there is another way between them."""
    ends = (link.from_place, link.to_place)
    said = f"{place(scenario, ends[0])} – {place(scenario, ends[1])}"
    beside = sum((one.from_place, one.to_place) == ends for one in scenario.links) > 1
    return f"{said}, by {link.kind}" if beside else said


def _carried(scenario: Scenario, row: Any) -> str:
    mixed = any(mix.id == row.commodity for mix in scenario.mixes)
    return LOADS[row.traffic] if mixed else _good(scenario, row.commodity)


def _run(scenario: Scenario, row: Any) -> str:
    """Return good, from and to of a delivery, and its days where another one is called the same."""

    def called(one: Any) -> str:
        to = words.listed([place(scenario, home) for home in one.to])
        return f"{_carried(scenario, one)}, {place(scenario, one.from_place)} – {to}"

    said = called(row)
    others = [one for one in scenario.pipelines if one.id != row.id and called(one) == said]
    if not others:
        return said
    if not row.dormant:
        return said + _days(row.starts, row.ends)
    first, titles = _begun(scenario, row.id)
    if first is None:
        return said
    alike = any(one.dormant and _begun(scenario, one.id)[0] == first for one in others)
    under = f", under {words.listed([f'‘{title}’' for title in titles])}" if alike else ""
    return f"{said}{under}, from {words.day(first)} on"


def _begun(scenario: Scenario, id_: str) -> tuple[date | None, list[str]]:
    """Return the first day on which a policy or a condition begins a delivery, and which of them do."""
    found = [
        (act.starts, one.title)
        for one in (*scenario.policies, *scenario.conditions)
        for act in one.actions
        if act.target.split(".")[:2] == ["pipelines", id_]
    ]
    return min((day for day, _ in found), default=None), list(dict.fromkeys(title for _, title in found))


def _days(starts: date | None, ends: date | None) -> str:
    if starts and ends:
        return f", on {words.day(starts)}" if starts == ends else f", {words.day(starts)} to {words.day(ends)}"
    return f", from {words.day(starts)} on" if starts else f", until {words.day(ends)}" if ends else ""


def _season(row: Any) -> str:
    """Return the months of an output that has some."""
    ends = getattr(row, "months", "").split("-")
    if not ends[0]:
        return ""
    first, last = (words.MONTHS[int(month) - 1] for month in (ends[0], ends[-1]))
    return f", {first}" if first == last else f", {first} to {last}"


def _load(scenario: Scenario, mix: str) -> str:
    """Return the first delivery that carries a mixed load; its id where none does."""
    of = next((one for one in scenario.pipelines if one.commodity == mix), None)
    return mix.replace("_", " ") if of is None else _run(scenario, of)


def _target(scenario: Scenario, id_: str) -> str:
    """Return what an event is about: a way, a delivery, a place, a good."""
    key = id_.split(".")[0]
    for link in scenario.links:
        if link.id == key:
            return _way(scenario, link)
    for pipe in scenario.pipelines:
        if pipe.id == key:
            return _run(scenario, pipe)
    where = place(scenario, key)
    return where if where != key else _good(scenario, key)
