"""The analysis of one conflict in sentences, for a reader who has never met game theory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corridor.strategy.stability.reach import WAYS

CONCEPT_WORDS: dict[str, str] = {
    "nash": "no side gains by leaving alone",
    "gmr": "no side gains by leaving once the others have answered, even where the answer hurts them",
    "smr": "no side gains by leaving once the others have answered, even after moving again",
    "seq": "no side gains by leaving once the others have answered in their own interest",
    "sseq": "no side gains by leaving once the others have answered in their own interest, even after moving again",
}


def in_words(data: Mapping[str, Any]) -> list[str]:
    """Return what `tables.analyse` found, as sentences."""
    concept = data["concept"]
    steady = data["lasting"][concept]
    said = [f"{len(data['actors'])} sides can bring about {data['states']:,} different states of affairs."]
    if data["status_quo"]:
        said.append(f"Today: {data['status_quo']['text']}.")
    said += [f"{one['actor']} would gain at once by moving to: {one['best']['text']}." for one in data["leaving"]]
    said += [text for one in data["beliefs"] for text in _believing(one)]
    said.append(f"{steady} of these states of affairs can last, in the sense that {CONCEPT_WORDS[concept]}.")
    if data["reached"]:
        alone, joint = (data["reached"][way] for way in WAYS[1:])
        said.append(
            f"From today, {alone} of those that can last can come about by each side following its own interest, one "
            f"move at a time, and {joint} if agreements are also made where all their members gain."
        )
    for outcome, counts in data["outcomes"].items():
        said.append(f"{counts[concept]} of the lasting states {'has' if counts[concept] == 1 else 'have'}: {outcome}.")
    for gains in (True, False):
        named = [f"“{p['text'] or p['id']}”" for p in data["packages"] if p["all_gain_at_status_quo"] is gains]
        if len(named) == 1:
            said.append(
                f"The agreement {named[0]} {'would' if gains else 'would not'} leave every member better off today."
            )
        elif named:
            which = f"{len(named)} agreements would" if gains else f"None of {len(named)} agreements would"
            said.append(f"{which} leave every member better off today: {'; '.join(named)}.")
    said += [_giving_way(outcome, removal["changes"]) for outcome, removal in data["what_removes"].items()]
    return said


def _believing(one: Mapping[str, Any]) -> list[str]:
    """Return what a side believes of others, and what it does because of that."""
    name, wants = one["actor"], one["of"].items()
    said = [f"{name} believes that {actor} wants, most important first: {'; '.join(ids)}." for actor, ids in wants]
    parts = [
        f"{verb} {number} state{'' if number == 1 else 's'} of affairs that it now {now}"
        for verb, number, now in (("stay in", one["leaves"], "leaves"), ("leave", one["stays_in"], "stays in"))
        if number
    ]
    if not parts:
        return [*said, f"That changes nothing of where {name} stays, in the sense of what can last below."]
    text = f"If {name} knew what the others want, it would {' and '.join(parts)}"
    if one["today"]:
        text += f"; it {'leaves' if one['today'] == 'leaves' else 'stays in'} today's for that reason"
    said.append(f"{text}.")
    if one["lasting_lost"]:
        said.append(f"{one['lasting_lost']} of them would then last.")
    return said


def _giving_way(outcome: str, changes: list[dict[str, Any]]) -> str:
    """Return what would remove the stability of the nearest lasting state with an outcome."""
    if not changes:
        return f"No small change of what the sides want was found that makes the nearest state with {outcome} give way."
    parts = [
        f"{shift['item']} of {shift['actor']} moves from place {shift['before'] + 1} to {shift['after'] + 1}"
        for shift in changes[0]["shifts"]
    ]
    return f"The nearest lasting state with {outcome} would give way if {' and '.join(parts)} in importance."
