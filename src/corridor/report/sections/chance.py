"""In how many futures a policy comes about, where its actions say that it does not in all."""

from __future__ import annotations

from corridor.report import words
from corridor.scenario.model import Policy


def said(policy: Policy) -> str:
    """Return the sentence on a policy that is named; "" where all of it comes about in every future."""
    chances = [1.0 if action.chance is None else action.chance for action in policy.actions]
    least = min(chances, default=1.0)
    if least >= 1.0:
        return ""
    if max(chances) > least:
        return f"Part of it comes about in {words.percent(least)} of futures only."
    return f"It comes about in {words.percent(least)} of futures."


def said_of(policy: Policy, title: str) -> str:
    """Return the same with the policy's title; "" where parts of it are not as likely as others."""
    sentence = said(policy)
    return sentence.replace("It", f"“{title}”", 1) if sentence.startswith("It ") else ""
