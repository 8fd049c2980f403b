"""Sense checks of policies: people kept off a way that is opened to goods, and what no reader is told."""

from __future__ import annotations

from collections.abc import Iterator

from corridor.scenario.build.draft import Draft
from corridor.scenario.sense.remark import Remark, warning
from corridor.scenario.sense.ways import history, homes, regimes_given
from corridor.scenario.traffic import Traffic
from corridor.scenario.ways_out import REMEDY, released, sentence, shut


def shut_to_people(draft: Draft) -> Iterator[Remark]:
    """Tell policies that open a way to goods by a regime that keeps people off it."""
    places = draft.rows("places")
    ends = {entry.cells["id"].text: (entry.values["from"], entry.values["to"]) for entry in draft.rows("links")}
    exits = {entry.cells["id"].text for entry in places if entry.values.get("exit") == "release"}
    outside = {entry.cells["id"].text for entry in places if entry.values["kind"] == "outside"}
    opening = released(ends, exits, {entry.cells["id"].text for entry in homes(draft)}, outside)
    every = [*(draft.policies or ()), *(draft.conditions or ())]
    if not any(act.target.part == "release" for one in every for act in one.actions):
        opening = frozenset()
    last = draft.settings.last_as_of if draft.settings else None
    changed = [regimes for day, regimes in history(draft).items() if last is None or day <= last]
    known = {**regimes_given(draft), **changed[-1]}
    for policy in draft.policies or ():
        acts = [a for a in policy.actions if a.target.collection == "links" and a.target.part == "regime"]
        if not acts:
            continue
        found, felt = shut([(a.do, a.target.id, int(a.value or 0)) for a in acts], known, opening)
        if found:
            at = next(a.target_cell for a in acts if a.target.id in found)
            yield warning(at, sentence(f'"{policy.id}"', found, felt), REMEDY)


def by_air(draft: Draft) -> Iterator[Remark]:
    """Tell air links over which people leave as over a road."""
    for entry in draft.rows("links"):
        if entry.values.get("kind") == "air" and int(entry.values["regime"]) & Traffic.PEOPLE_OUT:
            walk = "" if entry.values.get("foot") == "no" else ", or on foot"
            message = (
                f"people leave by air over {entry.cells['id'].text} as over a road, in vehicles of their own{walk}"
            )
            yield warning(entry.at("regime"), message, "take people_out out of its regime; seats stand in buses.csv")


def summaries(draft: Draft) -> Iterator[Remark]:
    """Ask for a sentence on each policy and condition that does something."""
    for policy in (*(draft.policies or ()), *(draft.conditions or ())):
        if policy.actions and not policy.summary:
            message = f'"{policy.id}" has no summary: the page can only list its actions'
            problem = policy.cell.problem(message, "say in one line what is done, and for whom: summary: ...")
            yield Remark(problem, "note")
