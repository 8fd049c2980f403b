"""Second pass over the network: routes join, homes can be reached, each variant sees what its rows refer to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from corridor.core.errors import Problem
from corridor.scenario.build.draft import Draft, Entry
from corridor.scenario.build.known import Known, policy_known
from corridor.tables.facts import EVENT_VALUES
from corridor.tables.folder import TABLES

_SEEN = ("links", "stocks", "outputs", "livestock", "pipelines", "fleets", "rations", "reception", "buses")
"""tables whose rows name others that a variant must know"""
Ends = dict[str, tuple[str, str]]


def check_network(draft: Draft, known: Known | None) -> list[Problem]:
    """Return problems of the network as a whole and, where `known` is given, as each variant sees it."""
    problems: list[Problem] = []
    if draft.ids("places") is None or draft.ids("links") is None:
        return problems
    kinds = {entry.cells["id"].text: entry.values.get("kind") for entry in draft.rows("places")}
    ends = _ends(draft.rows("links"))
    for entry in draft.rows("links"):
        name = entry.cells["id"].text
        if name in ends and ends[name][0] == ends[name][1]:
            problems.append(entry.at("to").problem("a link joins a place with itself", "name two places"))
    if problems:
        return problems
    _routes(draft, ends, kinds, problems)
    bad = [e for e in (*draft.rows("places"), *draft.rows("links")) if not e.whole]
    loose = any(end not in kinds for pair in ends.values() for end in pair)
    if bad or loose:
        return problems  # a home may be cut off only because the row of its road is bad, which is told already
    _reachable(draft, ends, kinds, problems)
    if known is not None and draft.settings is not None:
        _variants(draft, known, kinds, problems)
    return problems


def _ends(links: Iterable[Entry]) -> Ends:
    return {
        entry.cells["id"].text: (entry.cells["from"].text, entry.cells["to"].text)
        for entry in links
        if "from" in entry.cells and "to" in entry.cells
    }


def _routes(draft: Draft, ends: Ends, kinds: dict[str, str | None], problems: list[Problem]) -> None:
    for entry in draft.rows("routes"):
        links = [name for name in entry.values.get("links") or () if kinds.keys() >= set(ends.get(name, ("?",)))]
        if len(links) < len(entry.values.get("links") or ()) or not links:
            continue
        cell = entry.at("links")
        outer, inner = ends[links[0]]
        possible = {inner, outer}  # places that the route may have reached
        for before, name in pairwise(links):
            a, b = ends[name]
            onward = {other for here, other in ((a, b), (b, a)) if here in possible}
            if not onward:
                message = f'link "{name}" does not begin where "{before}" ends'
                problems.append(cell.problem(message, "name the links in order, the outside first"))
                break
            possible = onward


def _reach(ends: Ends, begin: Iterable[str]) -> set[str]:
    """Return the places that links join with any of `begin`, whatever their regime."""
    near: dict[str, list[str]] = {}
    for a, b in ends.values():
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    reached, front = set(begin), list(begin)
    while front:
        for place in near.get(front.pop(), ()):
            if place not in reached:
                reached.add(place)
                front.append(place)
    return reached


def _reachable(draft: Draft, ends: Ends, kinds: dict[str, str | None], problems: list[Problem]) -> None:
    outside = [name for name, kind in kinds.items() if kind == "outside"]
    reached = _reach(ends, outside)
    cut = {name for name, kind in kinds.items() if kind == "home" and name not in reached} if outside else set()
    for entry in draft.rows("places"):
        if entry.cells["id"].text in cut:
            message = f'no links join "{entry.cells["id"].text}" with a place of kind outside'
            problems.append(entry.cell.problem(message, "add the link even if it is closed at the start"))
    for entry in draft.rows("pipelines"):
        if "from" not in entry.cells or "to" not in entry.cells or entry.cells["from"].text not in kinds:
            continue
        reached = _reach(ends, [entry.cells["from"].text])
        for name in entry.cells["to"].text.split():
            if name in kinds and name not in reached and name not in cut:
                message = f'no links lead from "{entry.cells["from"].text}" to "{name}"'
                problems.append(entry.at("to").problem(message, "add a link, or take it from another place"))


def _variants(draft: Draft, known: Known, kinds: dict[str, str | None], problems: list[Problem]) -> None:
    """Check that no variant sees a row without what the row refers to."""
    settings = draft.settings
    if settings is None:
        return
    days: dict[tuple[str, str], date] = {}
    for table in ("places", "links", "pipelines", "fleets", "buses"):
        for entry in draft.rows(table):
            days[table, entry.cells["id"].text] = known.of(entry)
    policies = {policy.id: policy_known(policy, known, days) for policy in draft.policies or []}
    for variant in settings.variants:
        found: list[Problem] = []
        for spec in (TABLES[name] for name in _SEEN):
            placed = [field.name for field in spec.columns if "places" in field.refers]
            for entry in draft.rows(spec.name):
                if known.of(entry) > variant.as_of:
                    continue
                for column in placed:
                    for name in entry.at(column).text.split():
                        day = days.get(("places", name))
                        if day is not None and day > variant.as_of:
                            message = f'variant {variant.id} would see this row without "{name}", known from {day}'
                            found.append(entry.at(column).problem(message, "give both the same known"))
        for entry in draft.rows("events"):
            event = EVENT_VALUES.get(entry.values.get("kind") or "")
            name = entry.at("target").text
            day = days.get((event.refers[0], name)) if event and event.refers else None
            if known.of(entry) <= variant.as_of and day is not None and day > variant.as_of:
                message = f'variant {variant.id} would see this event without "{name}", known from {day}'
                found.append(entry.at("target").problem(message, "give both the same known"))
        cell = settings.reference_policy
        if cell is not None and policies.get(cell.text, known.start) > variant.as_of:
            message = f'variant {variant.id} cannot see policy "{cell.text}", known from {policies[cell.text]}'
            found.append(cell.problem(message, "rest it on what was known then"))
        if "home" in kinds.values() and not any(
            kinds[name] == "home" and days["places", name] <= variant.as_of for table, name in days if table == "places"
        ):
            message = f"variant {variant.id} sees no home: every one is known only later"
            found.append(Problem("places.csv", 0, 0, "known", message, "cite what was known then"))
        problems.extend(found)
