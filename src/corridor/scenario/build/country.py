"""Second pass over a wider country: kinds of place, camps, forced links, counts of the displaced."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from corridor.core.errors import Problem
from corridor.scenario.build.draft import Draft
from corridor.scenario.read.cells import shorten
from corridor.tables.facts import EVENT_VALUES
from corridor.tables.network import CAMP_KINDS, WIDER_KINDS


def has_homes(draft: Draft) -> bool:
    """Whether any place that could be read is a home."""
    return any(entry.values.get("kind") == "home" for entry in draft.rows("places"))


def has_camps(draft: Draft) -> bool:
    """Whether any place that could be read is a camp."""
    return any(entry.values.get("kind") in CAMP_KINDS for entry in draft.rows("places"))


def check_country(draft: Draft) -> list[Problem]:
    """Return every problem of places, links, events and counts that only a wider country has."""
    problems: list[Problem] = []
    kinds = {entry.cells["id"].text: entry.values.get("kind") for entry in draft.rows("places") if "id" in entry.cells}
    for entry in draft.rows("places"):
        kind = entry.values.get("kind")
        if entry.values.get("capacity") is not None and kind is not None and kind not in CAMP_KINDS:
            cell = entry.at("capacity")
            problems.append(cell.problem(f"a {kind} has no capacity", "give it to a camp, or leave the cell empty"))
        if kind in WIDER_KINDS and not has_camps(draft):
            message = f"kind {kind} is for a wider country, and no place is a camp"
            problems.append(entry.at("kind").problem(message, "add a place of kind camp, or use waypoint"))
    for entry in draft.rows("links"):
        if entry.values.get("forced") and not has_camps(draft):
            cell = entry.at("forced")
            problems.append(cell.problem("forced is for a wider country, and no place is a camp", "take it out"))
    _twins(draft, problems)
    for entry in draft.rows("events"):
        event = EVENT_VALUES.get(entry.values.get("kind") or "")
        wanted = event.kinds if event else ()
        name = entry.cells["target"].text if "target" in entry.cells else ""
        found = kinds.get(name)
        if wanted and found is not None and found not in wanted:
            message = f'"{shorten(name)}" is of kind {found}'
            problems.append(entry.at("target").problem(message, f"name a place of kind {' or '.join(wanted)}"))
    _forced_events(draft, problems)
    _counts(draft, kinds, problems)
    for policy in draft.every_policy:
        for action in policy.actions:
            found = kinds.get(action.target.id)
            if action.target.part == "open" and found is not None and found not in CAMP_KINDS:
                message = f'"{shorten(action.target.id)}" is of kind {found}'
                problems.append(action.target_cell.problem(message, "name a camp"))
    return problems


def _twins(draft: Draft, problems: list[Problem]) -> None:
    """Refuse a second road between two places of a wider country: what shuts one would shut both."""
    first: dict[frozenset[str], str] = {}
    for entry in draft.rows("links") if has_camps(draft) else []:
        if not {"id", "from", "to"} <= entry.cells.keys():
            continue
        ends = frozenset((entry.cells["from"].text, entry.cells["to"].text))
        other = first.setdefault(ends, entry.cells["id"].text)
        if other != entry.cells["id"].text:
            message = f'joins the same places as link "{shorten(other)}"'
            problems.append(entry.cells["id"].problem(message, "keep the shorter road"))


def _forced_events(draft: Draft, problems: list[Problem]) -> None:
    forced = {e.cells["id"].text: e.values.get("forced") for e in draft.rows("links") if "id" in e.cells}
    for entry in draft.rows("events"):
        name = entry.cells["target"].text if "target" in entry.cells else ""
        if entry.values.get("kind") == "forced" and name in forced and not forced[name]:
            message = f'nobody is forced onto link "{shorten(name)}"'
            problems.append(entry.at("target").problem(message, "say in links.csv which end's people take it"))


def _counts(draft: Draft, kinds: dict[str, str | None], problems: list[Problem]) -> None:
    start = draft.settings.start if draft.settings else None
    rows = draft.rows("displaced")
    if rows and not has_camps(draft) and kinds and all(kinds.values()):
        message = "counts of the displaced need a place of kind camp"
        problems.append(Problem("displaced.csv", 0, 0, "", message, "add camps to places.csv, or take the file out"))
        return
    there = _sums(draft, kinds)
    for entry in rows:
        name = entry.cells["place"].text if "place" in entry.cells else ""
        day, kind = entry.values.get("date"), kinds.get(name)
        if kind is not None and kind not in WIDER_KINDS:
            message = f'"{shorten(name)}" is of kind {kind}'
            problems.append(entry.at("place").problem(message, "name a camp or a town, or *"))
        if start is None or day is None or not entry.whole:
            continue
        camps = there.get(day, {})
        if day < start:
            problems.append(entry.at("date").problem(f"{day} is before the start {start}", "start there"))
        elif name != "*" and day != start and kind not in CAMP_KINDS and kind is not None:
            message = "people outside camps are counted on the first day only"
            problems.append(entry.at("date").problem(message, f"write {start}, or name a camp"))
        elif (
            name == "*"
            and (day == start or _all_camps(camps, kinds))
            and sum(camps.values()) != entry.values["persons"]
        ):
            message = f"{entry.values['persons']:,.0f} people in camps, and those of the camps add up to "
            message += f"{sum(camps.values()):,.0f}"
            problems.append(entry.at("persons").problem(message, "say for each camp who is there that day"))


def _all_camps(counted: Mapping[str, float], kinds: Mapping[str, str | None]) -> bool:
    """Whether every camp was counted; each has dates of its own, and the others keep their last count."""
    return bool(counted) and all(name in counted for name, kind in kinds.items() if kind in CAMP_KINDS)


def _sums(draft: Draft, kinds: dict[str, str | None]) -> dict[date, dict[str, float]]:
    """Return the counts of single camps, day -> camp -> persons."""
    out: dict[date, dict[str, float]] = {}
    for entry in draft.rows("displaced"):
        name = entry.cells["place"].text if "place" in entry.cells else ""
        if entry.whole and kinds.get(name) in CAMP_KINDS:
            out.setdefault(entry.values["date"], {})[name] = entry.values["persons"]
    return out
