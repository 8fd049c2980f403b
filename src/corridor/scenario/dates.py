"""Other days than the folder's: the first day of history, and the last day of which something is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from corridor.core.errors import Problem
from corridor.scenario.change import Change, changes
from corridor.scenario.load import load
from corridor.scenario.model import Scenario
from corridor.scenario.read.cells import read_date
from corridor.scenario.read.source import Cell

DAYS = ("as_of", "start")
Again = Callable[[Scenario, Sequence[Change]], Scenario]


def move(scenario: Scenario, days: Mapping[str, Cell], problems: list[Problem], again: Again) -> Scenario:
    """Return the scenario with another `as_of` and another `start`; what is wrong goes into `problems`.

    Another `as_of` means another folder, as nothing known later may be seen: it is read anew, and `again` puts what had
    been changed before over it.
    """
    found = {name: read_date(cell, problems) for name, cell in days.items()}
    as_of, start = found.get("as_of"), found.get("start")
    moved = scenario
    if as_of is not None:
        moved = _seen(scenario, as_of, days["as_of"], problems, again)
    if start is not None and not problems:
        if not scenario.start <= start <= moved.as_of:
            message = f"{start} is not between {scenario.start} and {moved.as_of}"
            problems.append(days["start"].problem(message, "stocks are given for the folder's own start"))
        moved = moved.model_copy(update={"start": start})
    return moved


def _seen(scenario: Scenario, as_of: date, cell: Cell, problems: list[Problem], again: Again) -> Scenario:
    last = max(variant.as_of for variant in scenario.variants)
    if not scenario.start <= as_of <= last:
        message = f"{as_of} is not between the start {scenario.start} and the last as_of {last}"
        problems.append(cell.problem(message, "what came later stands in observed/, which no simulation reads"))
        return scenario
    if not scenario.origin.folder or any(change.kind == "by hand" for change in changes(scenario)):
        problems.append(cell.problem("needs a scenario as its folder has it", "set it first, then change by hand"))
        return scenario
    moved = load(scenario.origin.folder, scenario.variant, as_of=as_of)
    if moved.actors is None and scenario.actors is not None:
        moved = moved.model_copy(update={"actor_policies": ()})
    for policy in (*moved.policies, *moved.conditions, *moved.actor_policies):
        for action in policy.actions:
            if not as_of < action.starts <= as_of + timedelta(days=moved.horizon):
                message = f"policy {policy.id} begins {action.starts}, not within {moved.horizon} days after {as_of}"
                problems.append(cell.problem(message, "write days after as_of (+1) in policies.yaml"))
    if problems:
        return scenario
    return again(moved, [change for change in scenario.changed if change.path != "as_of"])
