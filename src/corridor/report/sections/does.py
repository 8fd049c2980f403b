"""What a policy or a condition does, read from its actions: tonnes, days, what a way lets pass."""

from __future__ import annotations

from datetime import date

from corridor.report import words
from corridor.report.sections import chance
from corridor.report.sections.tables import value
from corridor.results import read
from corridor.scenario.model import Action, Policy, Scenario
from corridor.scenario.text import plain_text
from corridor.scenario.traffic import REGIMES, words_of
from corridor.scenario.trigger import Threshold
from corridor.tables.folder import imposed, split_target

NOTHING = "Nothing is imposed: everything stays as it is on the last day known."
_PASSING = {
    "commercial": "commercial goods", "humanitarian": "relief goods", "medical": "medical traffic",
    "people_out": "people who leave", "people_in": "people who return",
}  # fmt: skip


def summary(policy: Policy, scenario: Scenario) -> str:
    """Return the summary that the case gives, or what the actions say where it gives none, and how likely they are."""
    if not policy.actions:
        return words.sentence(policy.summary) if policy.summary else NOTHING
    said = policy.summary or "; ".join(_said(action, scenario) for action in policy.actions)
    return " ".join(filter(None, (words.sentence(said), chance.said(policy))))


def _said(action: Action, scenario: Scenario) -> str:
    head, id_, part = split_target(action.target)
    named = {place.id: place.label for place in scenario.places} | {"*": "all places"}
    titles = read.titles(scenario)
    when = _when(action, scenario.as_of)
    if head == "links":
        link = next(one for one in scenario.links if one.id == id_)
        way = f"{named[link.from_place]} – {named[link.to_place]} ({id_.replace('_', ' ')})"
        if part == "regime":
            return f"{way} {_passes(int(action.value or 0))} {when}"
        return f"{way}: {_number(part, action, head)} {when}"
    if head == "pipelines":
        pipe = next(one for one in scenario.pipelines if one.id == id_)
        what = f"{id_.replace('_', ' ')} ({titles.get(pipe.commodity, pipe.commodity)} from {named[pipe.from_place]})"
        if not part:
            amount = "" if action.do != "add" else f", {value(pipe.tonnes_per_day.value, 't/day')} tonnes a day"
            return f"{what} {'stops' if action.do == 'remove' else 'begins'} {when}{amount}"
        return f"{what}: {_number(part, action, head)} {when}"
    if head == "places" and part == "release":
        return f"{'every home' if id_ == '*' else named.get(id_, id_)} changes hands {when}"
    if head == "places" and part == "open":
        return f"{named.get(id_, id_)} {'takes people' if action.value else 'takes nobody more'} {when}"
    return f"{action.target} is set to {plain_text(action.value)} {when}"


def _number(part: str, action: Action, table: str) -> str:
    """Return "30 tonnes a day"; the name of what is set where that does not say it."""
    field = imposed(table, part)
    amount = float(action.value or 0.0)
    if field is None:
        return f"{part.replace('_', ' ')} {plain_text(action.value)}"
    unit = "" if field.canonical == "1" else words.unit_words(field.canonical)
    what = "" if unit.startswith(("tonnes", "vehicles")) else f"{(field.label or part.replace('_', ' '))} "
    return f"{what}{value(amount, field.canonical)} {unit}".strip()


def _passes(regime: int) -> str:
    """Return what a way is, or lets pass."""
    if regime == REGIMES["closed"]:
        return "is closed"
    if regime == REGIMES["open"]:
        return "is open to all"
    passing = words_of(regime).split("+")
    said = "lets pass " + words.listed([_PASSING.get(word, word.replace("_", " ")) for word in passing])
    shut = [_PASSING[word] for word in ("people_out",) if word not in passing]
    return said + (f", not {shut[0]}," if shut else "")


def _when(action: Action, as_of: date) -> str:
    if action.when is not None:
        return f"once {_threshold(action.when)}, from {_day(action.starts, as_of)} at the earliest"
    if action.latest is not None:
        return f"from a day between {_day(action.starts, as_of)} and {_day(action.latest, as_of)} on"
    until = "" if action.ends is None else f" until {_day(action.ends, as_of)}"
    return f"from {_day(action.starts, as_of)}{until or ' on'}"


def _threshold(when: Threshold) -> str:
    what = {"intake": "intake as a share of need", "gone": "the share of people gone"}.get(when.what)
    if what is None:
        what = f"days of cover of {when.what.partition('.')[2]}"
    for_days = f" for {when.days} days" if when.days > 1 else ""
    return f"{what} {'is below' if when.sign == '<' else 'is above'} {when.value:g}{for_days}"


def _day(day: date, as_of: date) -> str:
    return f"{words.day(day)} (day {(day - as_of).days})"
