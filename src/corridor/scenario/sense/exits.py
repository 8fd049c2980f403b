"""Where people may leave: told where the folder does not say it."""

from __future__ import annotations

from collections.abc import Iterator

from corridor.core.errors import Problem
from corridor.scenario.build.country import has_homes
from corridor.scenario.build.draft import Draft
from corridor.scenario.build.exits import implied_exits
from corridor.scenario.sense.remark import Remark, warning


def exits(draft: Draft) -> Iterator[Remark]:
    """Say which places are taken as exits, and that a key of older folders is read so or not at all."""
    taken = implied_exits(draft)
    named = ", ".join(f"{place} ({opens})" for place, opens in taken.items())
    remedy = "write release or regime in column exit of each place where people are safe"
    for entry in draft.rows("reception") if not taken else ():
        place = entry.cells["place"]
        if entry.values.get("registrations_per_hour") and place.text not in _exits(draft):
            message = f'people are registered at "{place.text}", which is no exit: nobody leaves by it'
            yield warning(place, message, "write release or regime in its column exit, or take the row out")
    key = draft.settings.exit_route if draft.settings else None
    if key is not None:
        message = (
            f"is a key of older folders; taken as exits: {named}" if taken else "is not read: places.csv has exits"
        )
        yield Remark(key.problem(f"exit_route {message}", f"{remedy}, and take this key out"), "note")
    elif taken and has_homes(draft):
        yield Remark(Problem("places.csv", 0, 0, "exit", f"no place is called an exit; taken: {named}", remedy), "note")


def _exits(draft: Draft) -> set[str]:
    return {entry.cells["id"].text for entry in draft.rows("places") if entry.values.get("exit")}
