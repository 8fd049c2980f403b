"""Second pass over supply: what events and dated rows act on must be there."""

from __future__ import annotations

from corridor.core.errors import Problem
from corridor.scenario.build.draft import Draft
from corridor.scenario.read.cells import shorten


def check_supply(draft: Draft) -> list[Problem]:
    """Return every event that would change nothing because what it acts on is not given."""
    problems: list[Problem] = []
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
        if entry.values["kind"] == "damage" and target.text in bare and 0.0 < value < 1.0:
            message = f'links.csv gives no capacity of "{shorten(target.text)}" of which a share could be lost'
            problems.append(
                target.problem(message, "give tonnes_per_day or vehicles_per_hour, or write 1: all is lost")
            )
    return problems
