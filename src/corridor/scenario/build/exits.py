"""Exits that a folder does not name: where people are safe is then taken from what it says of reception and routes."""

from __future__ import annotations

from corridor.scenario.build.draft import Draft


def implied_exits(draft: Draft) -> dict[str, str]:
    """Return place -> `regime` or `release` where no place is called an exit; nothing where one is.

    The outer end of `exit_route`, a key of older folders, opens by a release too, the other places of registration by
    regimes alone. Without that key every place of registration, and where there is none every outside place, opens by
    a release.
    """
    rows = draft.rows("places")
    if any(entry.values.get("exit") for entry in rows):
        return {}
    outside = [entry.cells["id"].text for entry in rows if entry.values.get("kind") == "outside"]
    received = {e.cells["place"].text for e in draft.rows("reception") if e.values.get("registrations_per_hour")}
    places = [place for place in outside if place in received] or outside
    route = draft.settings.exit_route.text if draft.settings and draft.settings.exit_route else ""
    outer = _outer_end(route, draft)
    if outer not in outside:
        return dict.fromkeys(places, "release")
    return {**dict.fromkeys(places, "regime"), outer: "release"}


def _outer_end(route: str, draft: Draft) -> str:
    """Return the outside place at which a route begins, "" where there is none."""
    outside = {e.cells["id"].text for e in draft.rows("places") if e.values.get("kind") == "outside"}
    links = next((e.values.get("links") for e in draft.rows("routes") if e.cells["id"].text == route), None)
    first = next((e for e in draft.rows("links") if links and e.cells["id"].text == links[0]), None)
    ends = [first.at(end).text for end in ("from", "to")] if first else []
    return next((end for end in ends if end in outside), "")
