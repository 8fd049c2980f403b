"""Which links open to people after a loss of control, and which policies keep people off them without saying so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from corridor.scenario.model import Scenario
from corridor.scenario.traffic import Traffic, words_of

Ends = Mapping[str, tuple[str, str]]
"""link -> its two places"""
REMEDY = "add +people_out to the regime, unless people are to be kept off"


def released(ends: Ends, exits: set[str], homes: set[str], outside: set[str]) -> frozenset[str]:
    """Return the links that open to people after a loss of control.

    All on ways from a home to an exit that a release opens, ways that pass no other outside place: what hangs together
    with such an exit, without dead ends in which nobody lives.
    """
    closed = outside - exits
    at: dict[str, list[str]] = {}
    for id_, pair in ends.items():
        if not closed.intersection(pair):
            for end in pair:
                at.setdefault(end, []).append(id_)
    left, todo = set[str](), [place for place in exits if place in at]
    reached = set(todo)
    while todo:
        for id_ in at[todo.pop()]:
            left.add(id_)
            todo += [end for end in ends[id_] if end not in reached]
            reached.update(ends[id_])
    joined = Counter(end for id_ in left for end in ends[id_])
    todo = [place for place, links in joined.items() if links == 1 and place not in exits and place not in homes]
    while todo:
        for id_ in left.intersection(at[todo.pop()]):
            left.discard(id_)
            for end in ends[id_]:
                joined[end] -= 1
                if joined[end] == 1 and end not in exits and end not in homes:
                    todo.append(end)
    return frozenset(left)


def released_links(scenario: Scenario) -> frozenset[str]:
    """Return the links of a scenario that open to people after a loss of control."""
    return released(
        {link.id: (link.from_place, link.to_place) for link in scenario.links},
        {place.id for place in scenario.places if place.exit == "release"},
        {place.id for place in scenario.homes},
        {place.id for place in scenario.places if place.kind == "outside"},
    )


def shut(
    actions: Iterable[tuple[str, str, int]], before: Mapping[str, int], opening: Iterable[str]
) -> tuple[dict[str, int], str]:
    """Return the links that actions let goods pass and shut to people, with their regimes, and when people feel it.

    Parameters
    ----------
    actions : verb, link and regime of each
    before : classes of traffic that each link let pass on the last day known
    opening : links that a loss of control opens to people, except where a regime is forced
    """
    open_later = set(opening)
    found: dict[str, int] = {}
    felt = ""
    for verb, link, regime in actions:
        if not regime or regime & Traffic.PEOPLE_OUT:
            continue  # a link that is closed to all is closed in so many words
        if before.get(link, 0) & Traffic.PEOPLE_OUT:
            found[link], felt = regime, "which let people out before"
        elif verb == "force" and link in open_later:
            found[link], felt = regime, felt or "which a loss of control would open to them"
    return found, felt


def sentence(policy: str, found: Mapping[str, int], felt: str) -> str:
    """Return what a policy does to people who want to leave, without the remedy."""
    links = ", ".join(f"{link} ({words_of(regime)})" for link, regime in found.items())
    return f"{policy} also shuts {links} to people who want to leave, {felt}"


def shut_in(scenario: Scenario) -> list[str]:
    """Return a sentence for each policy that opens a way to goods and thereby shuts it to people."""
    before = {link.id: int(link.regime) for link in scenario.links}
    for event in sorted(scenario.events, key=lambda one: one.date):
        if event.kind == "regime" and event.date <= scenario.as_of:
            before[event.target] = int(event.value)
    opening = released_links(scenario) if released_by_any(scenario) else frozenset[str]()
    said = []
    for policy in scenario.policies:
        acts = [
            (act.do, act.target.removeprefix("links.").removesuffix(".regime"), int(act.value or 0))
            for act in policy.actions
            if act.target.startswith("links.") and act.target.endswith(".regime")
        ]
        found, felt = shut(acts, before, opening)
        if found:
            said.append(f"{sentence(f'“{policy.title}”', found, felt)}: {REMEDY}.")
    return said


def released_by_any(scenario: Scenario) -> bool:
    """Return whether any policy or condition has a loss of control."""
    return any(
        act.target.startswith("places.") and act.target.endswith(".release")
        for one in (*scenario.policies, *scenario.conditions)
        for act in one.actions
    )
