"""In how many futures a policy comes about, where its actions say that it does not in all."""

from __future__ import annotations

from math import prod

from corridor.report import words
from corridor.scenario.model import Action, Policy

Draw = tuple[str, str]
"""What decides whether an action is kept is drawn once in a future for each (target, do)."""


def said(policy: Policy) -> str:
    """Return the sentence on a policy that is named; "" where all of it comes about in every future."""
    whole, each = shares(policy)
    if whole >= 1.0:
        return ""
    if min(each) < max(each) or whole < min(each):
        return f"All of it comes about in {words.percent(whole)} of futures only."
    return f"It comes about in {words.percent(whole)} of futures."


def said_of(policy: Policy, title: str) -> str:
    """Return the same with the policy's title."""
    sentence = said(policy)
    return sentence.replace("All of it", f"All of “{title}”", 1).replace("It comes", f"“{title}” comes", 1)


def shares(policy: Policy) -> tuple[float, list[float]]:
    """Return the share of futures in which all of a policy comes about, and that of each of its actions.

    Actions on different things are kept or not by draws of their own; one that waits for another has the other's too.
    """
    kept: list[dict[Draw, float]] = []
    named: dict[str, dict[Draw, float]] = {}
    for action in policy.actions:
        needs = dict(named.get(_waits_for(action), {}))
        if action.chance is not None and action.chance < 1.0:
            draw = (action.target, action.do)
            needs[draw] = min(action.chance, needs.get(draw, 1.0))
        kept.append(needs)
        if action.id:
            named[action.id] = needs
    every: dict[Draw, float] = {}
    for needs in kept:
        every |= {draw: min(share, every.get(draw, 1.0)) for draw, share in needs.items()}
    return prod(every.values()), [prod(needs.values()) for needs in kept] or [1.0]


def _waits_for(action: Action) -> str:
    return "" if action.when is None else action.when.after
