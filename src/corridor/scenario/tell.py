"""A scenario on one screen."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import shorten
from typing import Any

from corridor.scenario.change import changes

WIDTH = 100


def tell(scenario: Any) -> str:
    """Return title, days, places, links, policies and conditions of a `Scenario`, a line each, a screen wide."""
    until = f"{scenario.horizon} day{'' if scenario.horizon == 1 else 's'} ahead"
    lines = [
        f"{scenario.id}: {scenario.title}",
        f"variant {scenario.variant}: from {scenario.start}, known up to {scenario.as_of}, {until}"
        f" (variants: {', '.join(variant.id for variant in scenario.variants)})",
        _list("places", (f"{place.id} ({place.kind})" for place in scenario.places)),
        _list("links", (link.id for link in scenario.links)),
        _list("goods", (good.id for good in scenario.commodities)),
        _list("policies", (policy.id for policy in scenario.policies)),
        _list("conditions", (condition.id for condition in scenario.conditions)),
    ]
    if scenario.actor_policies:
        lines.append(_list("actor policies", (policy.id for policy in scenario.actor_policies)))
    done = changes(scenario)
    lines.append("changed: " + ("; ".join(change.sentence() for change in done) if done else "nothing"))
    return "\n".join(lines)


def _list(word: str, names: Iterable[str]) -> str:
    found = list(names)
    return shorten(f"{word} ({len(found)}): {', '.join(found) or 'none'}", WIDTH, placeholder=" …")
