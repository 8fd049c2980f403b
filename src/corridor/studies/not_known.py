"""What a comparison says of policies and things that were not known on its day, and are left out."""

from __future__ import annotations

import re

from corridor.core.errors import InputError
from corridor.report.words import day
from corridor.scenario import Scenario
from corridor.scenario.load import not_known

MOST = 8
"""of a kind that are named; the others are counted"""
_MADE_OF = re.compile(r"what (.+) is made of is not known")


def sentences(scenario: Scenario, *, actors: bool = False) -> list[str]:
    """Return what a reader has to know of a run that leaves something out, a sentence each; nothing where none is.

    actors : whether the sides choose, under the actor policies
    """
    try:
        found = not_known(scenario)
    except InputError:  # the folder has changed under a scenario that was read before
        return []
    when, said = day(scenario.as_of), []
    other = "policies." if actors else "actor_policies."
    policies = [f"“{one.title or one.path}”" for one in found if one.is_policy and not one.path.startswith(other)]
    if policies:
        said.append(f"Not played, as resting on what was not known on {when}: {_names(policies)}.")
    things = [one for one in found if not one.is_policy]
    alone = [one.path for one in things if not one.why]
    if alone:
        said.append(f"Not in this run, as not known on {when}: {_names(alone)}.")
    causes: dict[tuple[str, str], list[str]] = {}
    for one in things:
        if one.why:
            causes.setdefault((one.why, day(one.known)), []).append(one.path)
    for (why, first), paths in causes.items():
        made = _MADE_OF.fullmatch(why)
        what = f"what {made[1]} is made of" if made else why.removesuffix(" is not known")
        said.append(f"Left out, as {what} was not known before {first}: {_names(paths)}.")
    if things:
        titles = [f"“{one.title}”" for one in (scenario.actor_policies if actors else scenario.policies)]
        said.append(f"What a policy says of itself may still count on what is left out: {', '.join(titles)}.")
    groups = (policies, alone, *causes.values())
    more = sum(max(0, len(group) - MOST) for group in groups)
    if more:
        said.append(f"Left out besides: {more} more, which `corridor check` names with the same --as-of.")
    return said


def _names(names: list[str]) -> str:
    return ", ".join(names[:MOST])
