"""Sense checks of dated events: those of days that a run does not know, and those that it does not see."""

from __future__ import annotations

from collections.abc import Iterator

from corridor.scenario.build.draft import Draft
from corridor.scenario.build.known import find_known
from corridor.scenario.sense.remark import Remark


def beyond(draft: Draft) -> Iterator[Remark]:
    """Tell an event dated after the default variant's day: played as certain where known by then, else not at all."""
    known, settings = find_known(draft), draft.settings
    usual = next((one for one in settings.variants if one.id == settings.default_variant), None) if settings else None
    if known is None or usual is None:
        return
    unused = []
    for entry in draft.rows("events"):
        day = entry.values.get("date")
        if day is None or day <= usual.as_of or entry.values.get("kind") == "note":
            continue
        if known.of(entry) > usual.as_of:
            unused.append(entry)
            continue
        message = f"{day} is after {usual.as_of}, the last day of which {usual.id} knows anything, and the event is "
        message += f"known from {known.of(entry)}: every future of {usual.id} plays it as certain"
        remedy = "leave it if it was announced for that day; else write it under conditions in policies.yaml"
        yield Remark(entry.at("date").problem(message, remedy), "note")
    if unused:
        others = f", nor {len(unused) - 1} more" if len(unused) > 1 else ""
        message = f"is not used by a run as of {usual.as_of} ({usual.id}){others}: it was not known by then"
        remedy = "another variant sees it; what may come is written under conditions in policies.yaml"
        yield Remark(unused[0].at("date").problem(message, remedy), "note")
