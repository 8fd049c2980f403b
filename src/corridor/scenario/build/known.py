"""When each row could be known, and which variant may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from corridor.core.errors import Problem
from corridor.scenario.build.draft import Draft, Entry, PolicyDraft
from corridor.scenario.read.source import Cell

DATED = ("events", "displaced", "series")
"""tables whose rows are known on their date where no evidence says otherwise"""


SEEN = ("signs", "displaced", "series")
"""tables of what was counted or seen on a day: nobody knew it long before"""
AHEAD = timedelta(days=31)
"""how far ahead of its day it may be known: a ration is announced, a stock is said to end"""


@dataclass
class Known:
    """First day on which each thing could be known. Days of rows are keyed by the row's identity."""

    start: date
    last: date
    evidence: dict[str, date]
    sure: bool
    """whether the table of evidence could be read"""
    rows: dict[int, date] = field(default_factory=dict)

    def cited(self, ids: Iterable[str], given: date | None = None, default: date | None = None) -> date:
        """Return the given day, or the latest of the evidence, or the default (the start)."""
        if given is not None:
            return given
        return max((self.evidence[name] for name in ids if name in self.evidence), default=default or self.start)

    def of(self, entry: Entry) -> date:
        """Return the day of a row."""
        return self.rows[id(entry)]


def find_known(draft: Draft) -> Known | None:
    """Return the days of all rows; None where start or variants are missing."""
    settings = draft.settings
    if settings is None or settings.start is None or settings.last_as_of is None:
        return None
    evidence = {}
    for entry in draft.rows("evidence"):
        assumed = entry.values.get("said_by") == "assumed"
        day = entry.values.get("known") or (settings.start if assumed else None)
        if day is not None:
            evidence[entry.cells["id"].text] = day
    sure = draft.ids("evidence") is not None
    known = Known(settings.start, settings.last_as_of, evidence, sure)
    for table, entries in draft.tables.items():
        for entry in entries or []:
            if table == "evidence":
                known.rows[id(entry)] = evidence.get(entry.cells["id"].text, settings.start)
                continue
            dated = table in DATED
            happened = entry.values.get("latest") or entry.values.get("date")
            default = max(settings.start, happened or settings.start) if dated else None
            cited = entry.values.get("evidence") or ()
            known.rows[id(entry)] = known.cited(cited, entry.values.get("known"), default)
    return known


def check_known(draft: Draft, known: Known) -> list[Problem]:
    """Return rows known too late for every variant, and rows said to be known before any of their evidence."""
    problems: list[Problem] = []
    for table, entries in draft.tables.items():
        for entry in entries or []:
            given = entry.values.get("known")
            place = entry.at("known") if given else entry.cell
            if table == "evidence":
                if entry.values.get("known") is None and entry.values.get("said_by") not in (None, "assumed"):
                    message = "a claim needs the day from which it could be known"
                    problems.append(entry.at("known").problem(message, "write the day on which it was published"))
                elif known.of(entry) > known.last:
                    problems.append(_late(place, known.of(entry), known.last, "this claim"))
                continue
            problems.extend(_check(place, given, entry.values.get("evidence") or (), known))
            day = entry.values.get("date")
            if table in SEEN and day is not None and known.sure and known.of(entry) + AHEAD < day:
                message = f"{day} is more than a month after {known.of(entry)}, the day on which it was known"
                problems.append(entry.at("date").problem(message, "correct the date, or the day in known"))
            if not given and table in DATED and known.of(entry) > known.last and not entry.values.get("evidence"):
                place = entry.at("latest" if entry.values.get("latest") else "date")
                problems.append(_late(place, known.of(entry), known.last, "this event"))
    settings = draft.settings
    cited = list(settings.parameters.values()) if settings else []
    cited += [share for mix in settings.mixes.values() for share in mix.values()] if settings else []
    cited += [settings.population] if settings and settings.population else []
    for item in cited:
        problems.extend(_check(item.cell, item.known, [cell.text for cell in item.evidence], known))
    for policy in draft.every_policy:
        problems.extend(_check(policy.cell, policy.known, [cell.text for cell in policy.evidence], known))
        for action in policy.actions:
            problems.extend(_check(action.cell, action.known, [cell.text for cell in action.evidence], known))
    return problems


def _check(place: Cell, given: date | None, ids: Iterable[str], known: Known) -> list[Problem]:
    """Check a day that is written out; one taken from evidence is late only if the evidence is, which is told there."""
    if given is None:
        return []
    if given > known.last:
        return [_late(place, given, known.last, "this row")]
    days = [known.evidence[name] for name in ids if name in known.evidence]
    if days and known.sure and given < min(days):
        message = f"known {given} is before the earliest evidence that it cites ({min(days)})"
        return [place.problem(message, "cite what was known then, or move known")]
    return []


def _late(place: Cell, day: date, last: date, what: str) -> Problem:
    message = f"{what} is known from {day}, after the last as_of {last}"
    return place.problem(message, "move it to observed/, or use what was known then")


def policy_known(policy: PolicyDraft, known: Known, targets: Mapping[tuple[str, str], date]) -> date:
    """Return the first day on which a policy could be written: all its evidence and all its targets are known."""
    days = [known.cited((cell.text for cell in policy.evidence), policy.known)]
    for action in policy.actions:
        days.append(known.cited((cell.text for cell in action.evidence), action.known))
        target = (action.target.collection, action.target.id)
        if target in targets:
            days.append(targets[target])
    return max(days)
