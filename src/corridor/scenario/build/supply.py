"""Second pass over supply: what events, rations and policies act on must be there."""

from __future__ import annotations

from datetime import date

from corridor.core.errors import Problem
from corridor.scenario.build.country import has_camps
from corridor.scenario.build.draft import Draft, Entry
from corridor.scenario.read.cells import quantity, shorten
from corridor.tables.facts import DRAWN_DAY, EVENT_VALUES, RANGED

_ONCE = {
    "rations.extra_": "is what people find, not what anybody imposes",
    "delivery.lorry_tonnes": "tells what reports mean; nobody imposes it",
}
"""Beginning of a parameter that is read once, when a future begins -> why no policy changes it."""


def check_supply(draft: Draft) -> list[Problem]:
    """Return every problem of events without a base, of rations by group and of policies on either."""
    problems: list[Problem] = []
    _bases(draft, problems)
    _ranges(draft, problems)
    _drawn_days(draft, problems)
    _rations(draft, problems)
    _series(draft, problems)
    for policy in draft.every_policy:
        for action in policy.actions:
            cell, target = action.target_cell, action.target
            group = target.part.partition(".")[0]
            if target.collection == "rations" and group != "all" and not _sized(draft, target.id, group):
                message = f'rations.csv gives no share of people for "{shorten(group)}" in "{shorten(target.id)}"'
                problems.append(cell.problem(message, "add a row with their share; amount and extra may stay empty"))
            for name, why in _ONCE.items() if target.collection == "parameters" else ():
                if target.id.startswith(name):
                    problems.append(cell.problem(f"{target.id} {why}", "give it in scenario.yaml or places.csv"))
    return problems


def _bases(draft: Draft, problems: list[Problem]) -> None:
    """Refuse events that would change nothing because what they act on is not given."""
    grown = {entry.cells["commodity"].text for entry in draft.rows("outputs") if "commodity" in entry.cells}
    bare = {
        entry.cells["id"].text
        for entry in draft.rows("links")
        if entry.whole and not any(entry.values.get(part) for part in ("tonnes_per_day", "vehicles_per_hour"))
    }
    for entry in draft.rows("events"):
        target, value = entry.cells.get("target"), entry.values.get("value")
        if target is None or not entry.whole:
            continue
        if entry.values["kind"] == "output" and target.text in draft.commodities and target.text not in grown:
            message = f'outputs.csv gives no output of "{shorten(target.text)}" to multiply'
            problems.append(
                target.problem(message, "give what is made locally before the event, or take the event out")
            )
        if entry.values["kind"] == "damage" and target.text in bare and 0.0 < float(value or 0.0) < 1.0:
            message = f'links.csv gives no capacity of "{shorten(target.text)}" of which a share could be lost'
            problems.append(
                target.problem(message, "give tonnes_per_day or vehicles_per_hour, or write 1: all is lost")
            )


def _ranges(draft: Draft, problems: list[Problem]) -> None:
    """Check the range of each event that has one, as the kind of its value asks."""
    for entry in draft.rows("events"):
        ends = [entry.cells.get(name) for name in ("low", "high", "dist")]
        given = [cell if cell is not None and cell.text else None for cell in ends]
        first = next((cell for cell in given if cell is not None), None)
        if first is None or not entry.whole:
            continue
        if entry.values["kind"] not in RANGED:
            message = f"an event of kind {entry.values['kind']} has no range"
            problems.append(first.problem(message, f"leave it empty; {', '.join(RANGED)} may have one"))
        else:
            low, high, dist = given
            quantity(entry.at("value"), low, high, dist, EVENT_VALUES[entry.values["kind"]], problems)


def _drawn_days(draft: Draft, problems: list[Problem]) -> None:
    """Check the days of each event whose day is drawn: in order, of a kind that can wait, not in a wider country."""
    for entry in draft.rows("events"):
        last, first, kind = (entry.values.get(name) for name in ("latest", "date", "kind"))
        if last is None or first is None or kind is None:
            continue
        cell = entry.at("latest")
        if last < first:
            problems.append(cell.problem(f"latest {last} is before date {first}", "need date <= latest"))
        elif kind not in DRAWN_DAY:
            remedy = f"leave it empty; the day of {', '.join(DRAWN_DAY)} may be drawn"
            problems.append(cell.problem(f"the day of an event of kind {kind} is not drawn", remedy))
        elif has_camps(draft):
            message = "in a wider country every event is on its day"
            problems.append(cell.problem(message, "leave it empty, and write the likeliest day as date"))


def _series(draft: Draft, problems: list[Problem]) -> None:
    """Refuse a report of something that an event tells too, or whose name is both a pipeline and a link."""
    told = {
        e.cells["target"].text
        for e in draft.rows("events")
        if e.values.get("kind") == "pipeline" and "target" in e.cells
    }
    both = (draft.ids("pipelines") or set()) & (draft.ids("links") or set())
    for entry in draft.rows("series"):
        target = entry.at("target")
        if target.text in told:
            message = f'an event says too what "{shorten(target.text)}" sends'
            problems.append(target.problem(message, "keep the series, with the event as one of its rows"))
        if target.text in both:
            problems.append(target.problem(f'"{shorten(target.text)}" is a pipeline and a link', "rename one of them"))


def _rations(draft: Draft, problems: list[Problem]) -> None:
    rows = [entry for entry in draft.rows("rations") if entry.whole]
    for entry in rows:
        first, last = entry.values["from"], entry.values.get("until")
        share, group = entry.values.get("share"), entry.values["group"]
        if last and last < first:
            problems.append(entry.at("until").problem(f"ends {last} before it starts {first}", "need from <= until"))
        if group == "all" and share is not None:
            problems.append(entry.at("share").problem("all are everybody in no other group", "leave share empty"))
        if group != "all" and share is None:
            message = f"how many of the people are {group} is missing"
            problems.append(entry.at("share").problem(message, "give their share of the people there"))
    for entry in rows:
        there = {group: share for group, share in _shares(rows, entry).items() if group != "all"}
        if sum(there.values()) > 1.005:
            message = f"the groups of that day add up to {sum(there.values()):.4g} of the people"
            problems.append(entry.at("share").problem(message, "need at most 1 together"))


def _shares(rows: list[Entry], here: Entry) -> dict[str, float]:
    """Return group -> share of people in the place of a row on its first day."""
    day: date = here.values["from"]
    out: dict[str, float] = {}
    for entry in sorted(rows, key=lambda entry: entry.values["from"]):
        same = entry.cells["place"].text == here.cells["place"].text
        over = entry.values.get("until") is not None and entry.values["until"] < day
        if same and not over and entry.values["from"] <= day and entry.values.get("share") is not None:
            out[entry.values["group"]] = entry.values["share"].value
    return out


def _sized(draft: Draft, place: str, group: str) -> bool:
    """Whether rations.csv says how many of a place are of a group; a bad row is taken to say so."""
    rows = draft.rows("rations")
    places = {entry.cells["place"].text for entry in rows if entry.values.get("group") in (group, None)}
    return "*" in places or place in places or draft.tables.get("rations") is None
