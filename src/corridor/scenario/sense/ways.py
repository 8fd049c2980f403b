"""Sense checks of ways: what can be reached, when, and by whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import product

from corridor.scenario.build.country import has_camps
from corridor.scenario.build.draft import ActionDraft, Draft, Entry, PolicyDraft
from corridor.scenario.sense.graph import groups, useless
from corridor.scenario.sense.remark import Remark, warning
from corridor.scenario.traffic import GOODS, REGIMES, Traffic

Regimes = Mapping[str, int]
"""link -> classes of traffic that it lets pass"""
WAITS = "policy"
"""a pipeline that starts with a policy"""
_PRECEDENCE = ((0, ("set",)), (1, ("set",)), (0, ("force",)), (1, ("force",)))
"""whose actions come first: those of a policy (0) and of a condition (1) that set, then those that force"""


def cut_off(draft: Draft) -> Iterator[Remark]:
    """Tell homes that no pipeline can reach on the first day."""
    start = draft.settings.start if draft.settings else None
    changed = next(iter(history(draft).values()))
    first = {**regimes_given(draft), **changed}
    living, reached = {entry.cells["id"].text for entry in homes(draft)}, reach(draft, [changed])
    for entry in homes(draft):
        home = entry.cells["id"].text
        serving = [pipe for pipe in draft.rows("pipelines") if {"*", home} & set(pipe.values["to"])]
        near = sorted(_neighbours(draft, first, home, living))
        # what waits for a policy sends nothing yet: told where a neighbour could
        running = [pipe for pipe in serving if not near or pipe.values.get("starts") != WAITS]
        if not any(home in reached(0, pipe) for pipe in running):
            what = f"no way is open on {start} for any pipeline to {home}" if serving else f"no pipeline goes to {home}"
            remedy = "open a link to it" if serving else "name it in pipelines.csv"
            for link, other in near:
                remedy += f", or let a pipeline start in {other}, whose goods may pass {link}"
            message = f"{what}: it lives on what it holds"
            yield warning(entry.cell, message, f"{remedy}, unless it was besieged from the first day")


def _neighbours(draft: Draft, regimes: Regimes, home: str, living: set[str]) -> set[tuple[str, str]]:
    """Return (link, other home) for the links that let goods pass to a home from another home."""
    found = set()
    for entry in draft.rows("links"):
        ends = {entry.values["from"], entry.values["to"]}
        if home in ends and regimes[entry.cells["id"].text] & GOODS:
            found |= {(entry.cells["id"].text, near) for near in (ends - {home}) & living}
    return found


def unused(draft: Draft) -> Iterator[Remark]:
    """Tell links that are on no way between a home, a source of goods or a place for people, and those never open."""
    if has_camps(draft):
        return  # everybody may go everywhere in a wider country
    ends = {entry.cells["id"].text: (entry.values["from"], entry.values["to"]) for entry in draft.rows("links")}
    receiving = {entry.values["place"] for entry in draft.rows("reception")}
    outside = {entry.cells["id"].text for entry in draft.rows("places") if entry.values["kind"] == "outside"}
    matter = {entry.cells["id"].text for entry in homes(draft)} | (receiving or outside)
    matter |= {entry.values["from"] for entry in draft.rows("pipelines")}
    dead = useless(ends, matter)
    ever = regimes_given(draft)
    for regimes in moments(draft):
        for name, classes in regimes.items():
            ever[name] |= classes
    for entry in draft.rows("links"):
        name = entry.cells["id"].text
        if name in dead:
            message = f"no path between a home and a place outside uses {name}"
            yield warning(entry.cell, message, "a link is missing beyond it, or it can be taken out")
        elif not ever[name]:
            message = f"{name} is closed to everybody at all times: no event, policy or condition opens it"
            yield warning(entry.at("regime"), message, "mend the regime, or take the link out")


def pipelines_without_way(draft: Draft) -> Iterator[Remark]:
    """Tell homes of a pipeline to which its class of traffic can never pass."""
    names = [entry.cells["id"].text for entry in homes(draft)]
    times = moments(draft)
    reached = reach(draft, times)
    for pipe in draft.rows("pipelines"):
        to = names if "*" in pipe.values["to"] else pipe.values["to"]
        never = set(to).difference(*(reached(i, pipe) for i in range(len(times))))
        if never:
            which = "any of its homes" if never == set(to) else ", ".join(sorted(never)[:3])
            message = (
                f"no way lets {pipe.values['class']} goods pass from {pipe.values['from']} to {which}, at any time"
            )
            remedy = "open links for that class by regime, event or policy, or mend its class"
            yield warning(pipe.at("class"), f"{message}, under any policy", remedy)


def twins(draft: Draft) -> Iterator[Remark]:
    """Note two links between the same places, once for each pair of places."""
    between: dict[frozenset[str], list[Entry]] = {}
    for entry in draft.rows("links"):
        between.setdefault(frozenset((entry.values["from"], entry.values["to"])), []).append(entry)
    for first, *others in between.values():
        if others:
            message = f"joins the same places as {first.cells['id'].text}"
            if len(others) > 1:
                message += f", as {len(others) - 1} more {'does' if len(others) == 2 else 'do'}"
            remedy = "right where there are two ways, which carry both; else take one out"
            yield Remark(others[0].cell.problem(message, remedy), "note")


def homes(draft: Draft) -> list[Entry]:
    """Return the rows of homes."""
    return [entry for entry in draft.rows("places") if entry.values["kind"] == "home"]


def reach(draft: Draft, times: Sequence[Regimes]) -> Callable[[int, Entry], set[str]]:
    """Return which places a pipeline's class of traffic may pass to from where it starts, at one of these times.

    times : what each changes of the regimes that the table gives
    """
    given = regimes_given(draft)
    ends = [(entry.cells["id"].text, entry.values["from"], entry.values["to"]) for entry in draft.rows("links")]

    @cache
    def joined(i: int, kind: str) -> dict[str, set[str]]:
        passing, held = int(Traffic[kind.upper()]), {**given, **times[i]}
        return groups((a, b) for name, a, b in ends if held[name] & passing)

    def reached(i: int, pipe: Entry) -> set[str]:
        begin = pipe.values["from"]
        return joined(i, pipe.values["class"]).get(begin, {begin})

    return reached


def regimes_given(draft: Draft) -> dict[str, int]:
    """Return the regimes that the table of links gives."""
    return {entry.cells["id"].text: int(entry.values["regime"]) for entry in draft.rows("links")}


def history(draft: Draft) -> dict[date, Regimes]:
    """Return day -> the regimes that events have changed up to that day, the first day first."""
    start = draft.settings.start if draft.settings and draft.settings.start else date.min
    now: Regimes = {}
    told = {start: now}
    events = [event for event in draft.rows("events") if event.values["kind"] == "regime"]
    for event in sorted(events, key=lambda event: event.values["date"]):
        now = {**now, event.values["target"]: int(event.values["value"])}
        told[max(start, event.values["date"])] = now
    return told


def moments(draft: Draft) -> list[Regimes]:
    """Return every set of regimes that holds at some time: in history, and under each policy and condition after it.

    Each is what it changes of the regimes that the table gives. What the sides may decide counts as open, as nobody
    knows what they do.
    """
    effects = str([model.data.get("effects") for model in draft.actors.values()])
    decided = set(re.findall(r"[\w-]+", effects))
    opened = {name: REGIMES["open"] for name in regimes_given(draft) if name in decided}
    past = history(draft)
    found = {frozenset(regimes.items()) for regimes in past.values()}
    variants = draft.settings.variants if draft.settings else ()
    policies = [*(draft.policies or []), *draft.actor_policies]
    for variant, policy, condition in product(variants, policies, draft.conditions or []):
        known = [regimes for day, regimes in past.items() if day <= variant.as_of]
        found |= _ahead(known[-1], variant.as_of, (policy, condition))
    return [{**dict(regimes), **opened} for regimes in found]


def _ahead(held: Regimes, as_of: date, pair: tuple[PolicyDraft, PolicyDraft]) -> set[frozenset[tuple[str, int]]]:
    """Return the sets of regimes that a policy and a condition make after `as_of` out of those that held then."""

    def day(when: int | date) -> date:
        return as_of + timedelta(days=when) if isinstance(when, int) else when

    def runs(action: ActionDraft, today: date) -> bool:
        # what ends on a drawn day may still hold on the last of its range
        last = action.ends if action.ends_latest is None else action.ends_latest
        return day(action.starts) <= today and (last is None or today <= day(last))

    acts = [[a for a in source.actions if a.target.part == "regime"] for source in pair]
    days = {day(a.starts) for source in acts for a in source}
    days |= {day(a.ends) + timedelta(days=1) for source in acts for a in source if a.ends is not None}
    found = set()
    for today in days:
        now = dict(held)
        for source, verbs in _PRECEDENCE:
            now |= {a.target.id: int(a.value or 0) for a in acts[source] if a.do in verbs and runs(a, today)}
        found.add(frozenset(now.items()))
    return found
