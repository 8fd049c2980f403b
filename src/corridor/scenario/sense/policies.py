"""Sense checks of what policies and conditions set: two things on the same days, and amounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

from corridor.scenario.build.draft import ActionDraft, Draft
from corridor.scenario.build.known import find_known, policy_known
from corridor.scenario.build.late import standing, waiting
from corridor.scenario.sense.amounts import people, slip_of_pipeline
from corridor.scenario.sense.remark import Remark, warning


def overlaps(draft: Draft) -> Iterator[Remark]:
    """Tell an action that begins before the last day of an earlier one on the same target: the later row holds."""
    as_of = draft.settings.last_as_of if draft.settings else None
    if as_of is None:
        return
    for policy in (*(draft.policies or ()), *(draft.conditions or ())):
        for first, second in combinations([a for a in policy.actions if _is_plain(a)], 2):
            if first.target != second.target or first.value == second.value or first.ends is None:
                continue
            begins, ends = _day(first.starts, as_of), _day(first.ends, as_of)
            anew, last = _day(second.starts, as_of), None if second.ends is None else _day(second.ends, as_of)
            if begins <= anew <= ends and (last is None or last > ends):
                both = f"on {anew}" if anew == ends else f"from {anew} to {ends}"
                message = f'"{policy.id}" sets {second.target_cell.text} twice {both}; the later row holds'
                yield warning(
                    second.starts_cell,
                    message,
                    "let the first end on the day before, or write the one that is meant last",
                )


def amounts(draft: Draft) -> Iterator[Remark]:
    """Tell tonnes a day, set by a policy, that would bury the people served, or that nobody would notice."""
    persons, pipes = people(draft), {entry.cells["id"].text: entry for entry in draft.rows("pipelines")}
    for policy in (*(draft.policies or ()), *(draft.conditions or ())):
        for act in policy.actions:
            entry = pipes.get(act.target.id)
            if act.target.collection != "pipelines" or entry is None or not act.value or isinstance(act.value, bool):
                continue
            yield from slip_of_pipeline(draft, persons, entry, float(act.value), act.cell)


def alone(draft: Draft) -> Iterator[Remark]:
    """Tell a count of people of the only home: people move between homes, and there is no other."""
    if sum(entry.values.get("kind") == "home" for entry in draft.rows("places")) != 1:
        return
    for policy in (*(draft.policies or ()), *(draft.conditions or ())):
        for act in policy.actions:
            if act.target.part == "population":
                message = (
                    f"{act.target_cell.text} changes nothing: who is counted anew moves between homes, and there is one"
                )
                remedy = "to let people leave open an exit; to begin with fewer change places.csv"
                yield warning(act.cell, message, remedy)


def unseen(draft: Draft) -> Iterator[Remark]:
    """Tell a policy that the default variant leaves out: it rests on what was known only after that variant's day."""
    known = find_known(draft)
    if known is None or draft.settings is None:
        return
    usual = next((one for one in draft.settings.variants if one.id == draft.settings.default_variant), None)
    days = standing(draft, known, waiting(draft, known, usual.as_of)) if usual is not None else {}
    for policy in (*(draft.policies or ()), *(draft.conditions or ())):
        day = policy_known(policy, known, days)
        if usual is not None and usual.as_of < day:
            late = [
                f'{action.target.collection}.csv "{action.target.id}"'
                for action in policy.actions
                if days.get((action.target.collection, action.target.id)) == day
            ]
            message = f'"{policy.id}" is not played in {usual.id}, as of {usual.as_of}: it rests on what was known on '
            message += f"{day}" + (f", {late[0]}" if late else "")
            remedy = "give an earlier known, or other evidence, if it is meant there"
            yield Remark(policy.cell.problem(message, remedy), "note")


def _is_plain(action: ActionDraft) -> bool:
    """Return whether an action is in force from one known day on."""
    drawn = (action.when, action.chance, action.latest, action.ends_latest)
    return all(one is None for one in drawn) and action.value is not None


def _day(given: int | date, as_of: date) -> date:
    return as_of + timedelta(days=given) if isinstance(given, int) else given
