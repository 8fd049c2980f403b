"""Which events and actions happen on a day of their own in each future, and a policy in which they have happened.

A waiting thing is named by its key; `Happened` says of those that have happened on which day. Days are numbered from
the start of the scenario, which is day 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from corridor.engine.triggers import Key, Trigger
from corridor.scenario.model import Action, Event, Policy, Scenario
from corridor.scenario.numbers import event_path

Happened = Mapping[Key, int]
"""Key of what has happened -> number of the day."""


@dataclass(frozen=True)
class Waiting:
    """What waits, and for what."""

    key: Key
    trigger: Trigger


def number_of(scenario: Scenario, day: date) -> int:
    """Return the number of a civil day."""
    return (day - scenario.start).days + 1


def waiting_events(scenario: Scenario) -> list[Waiting]:
    """Return the events whose day each future draws; what lies before the start has happened by then."""
    return [
        Waiting(
            ("event", event_path(event), 0),
            Trigger(
                max(1, number_of(scenario, event.date)),
                max(1, number_of(scenario, event.latest or event.date)),
                None,
                f"{event_path(event)}.date",
            ),
        )
        for event in _drawn(scenario)
    ]


def day_of(scenario: Scenario, event: Event, happened: Happened) -> date | None:
    """Return the day on which an event happens; None where it waits."""
    if event.latest is None:
        return event.date
    number = happened.get(("event", event_path(event), 0))
    return None if number is None else scenario.start + timedelta(days=number - 1)


def settled(scenario: Scenario) -> Happened:
    """Return of the events whose day is drawn those that have happened by as_of, whenever it was: their last day.

    What comes after as_of is then the same on whichever day it was, unless another event of its kind acts on its target
    within the range.
    """
    last, found = number_of(scenario, scenario.as_of), {}
    for one, event in zip(waiting_events(scenario), _drawn(scenario), strict=True):
        alike = [e for e in scenario.events if e is not event and (e.kind, e.target) == (event.kind, event.target)]
        ranges = [(number_of(scenario, e.date), number_of(scenario, e.latest or e.date)) for e in alike]
        alone = not any(a <= one.trigger.last and one.trigger.first <= b for a, b in ranges)
        if one.trigger.last <= last and alone:
            found[one.key] = one.trigger.last
    return found


def _drawn(scenario: Scenario) -> list[Event]:
    return [event for event in scenario.events if event.latest is not None]


def waiting_actions(scenario: Scenario, policy: Policy, whose: str) -> list[Waiting]:
    """Return when the actions of a policy begin that wait, and when those end whose last day is drawn."""
    found: list[Waiting] = []
    named: dict[str, tuple[int, Action]] = {}
    for n, action in enumerate(policy.actions):
        name, first = f"policies.{action.target}.{action.do}", number_of(scenario, action.starts)
        when, after = action.when, None
        last = number_of(scenario, action.latest or (action.starts if when is None else scenario.end))
        if when is not None and when.after:
            m, earlier = named[when.after]
            after = ("from", whose, m) if begins_anew(earlier) else None
            if after is None:  # it begins on a day that is known: so does this
                first = last = max(first, number_of(scenario, earlier.starts) + when.days)
                when = None
        if begins_anew(action):
            chance = 1.0 if action.chance is None else action.chance
            one = Trigger(first, last, when, f"{name}.from", after, chance, f"{name}.kept", action.lasts)
            found.append(Waiting(("from", whose, n), one))
        if action.ends is not None and (action.ends_latest is not None or action.holds_option):
            days = number_of(scenario, action.ends), number_of(scenario, action.ends_latest or action.ends)
            found.append(Waiting(("until", whose, n), Trigger(*days, None, f"{name}.until")))
        if action.id:
            named[action.id] = n, action
    return found


def begins_anew(action: Action) -> bool:
    """Return whether each future is asked when an action begins: the world, or the sides, may not be as on others."""
    return action.begins_anew or action.holds_option


def as_happened(scenario: Scenario, policy: Policy, happened: Happened, whose: str) -> Policy:
    """Return a policy with the days given, in the order in which it is written; what waits for its end goes on."""
    actions = []
    for n, action in enumerate(policy.actions):
        if not action.waits:
            actions.append(action)
            continue
        days: dict[str, date | None] = {}
        if begins_anew(action):
            number = happened.get(("from", whose, n))
            if number is None:
                continue
            days["starts"] = scenario.start + timedelta(days=number - 1)
        if action.ends_latest is not None:
            over = happened.get(("until", whose, n))
            days["ends"] = None if over is None else scenario.start + timedelta(days=over - 1)
        plain = {"when": None, "latest": None, "ends_latest": None, "lasts": False, "chance": None}
        begun: Action = action.model_copy(update={**plain, **days})
        if begun.ends is None or begun.ends >= begun.starts:
            actions.append(begun)
    return policy.model_copy(update={"actions": tuple(actions)})
