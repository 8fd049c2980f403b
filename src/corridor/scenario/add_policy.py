"""A policy or a condition written in Python, in the form that policies.yaml has."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.scenario.build.assemble import policy_of
from corridor.scenario.build.check import unknown_good
from corridor.scenario.build.draft import ActionDraft
from corridor.scenario.build.policies import read_policy
from corridor.scenario.build.sequence import sequence_problems
from corridor.scenario.build.settings import registry
from corridor.scenario.change import Change, changes, resealed
from corridor.scenario.model import Policy, Scenario
from corridor.scenario.read.cells import shorten
from corridor.scenario.read.source import Cell
from corridor.scenario.read.yaml_tree import Node
from corridor.tables.folder import OPTIONS

FILE = "add_policy"


def add_policy(scenario: Scenario, entry: Mapping[str, Any], *, condition: bool = False) -> Scenario:
    """Return the scenario with one more policy, or one more condition.

    Parameters
    ----------
    entry : as an entry of policies.yaml: id, title, summary, evidence, and actions, each with do, target, value, from,
        until, evidence. `{"id": "wider_gate", "title": "Wider gate", "actions": [{"do": "force",
        "target": "links.gate.vehicles_per_hour", "value": 480, "from": "+1"}]}`
    condition : whether it is a hypothesis about others

    Raises
    ------
    InputError : everything that is wrong with it, with the path of the value
    """
    return _added(scenario, json.loads(json.dumps(dict(entry), default=str)), condition=condition)


def policy_from(scenario: Scenario, entry: Mapping[str, Any]) -> Policy:
    """Return an entry as a policy of the scenario, which is not changed; `add_policy` says what an entry is.

    Raises
    ------
    InputError : everything that is wrong with it
    """
    return _read(scenario, json.loads(json.dumps(dict(entry), default=str)), condition=False)


def add_text(scenario: Scenario, entry: str, *, condition: bool = False) -> Scenario:
    """Return the scenario with a policy that stands as JSON in an earlier change."""
    return _added(scenario, json.loads(entry), condition=condition)


def _read(scenario: Scenario, entry: Mapping[str, Any], *, condition: bool) -> Policy:
    problems: list[Problem] = []
    draft = read_policy(_node(entry, ""), problems)
    kind = "condition" if condition else "policy"
    there = scenario.conditions if condition else scenario.policies
    if draft is None:
        raise InputError(problems)
    if draft.id in {policy.id for policy in there}:
        problems.append(draft.cell.problem(f'{kind} "{draft.id}" is there already', "give it another id"))
    _cite(draft.evidence, scenario, problems)
    problems += sequence_problems(draft)
    for action in draft.actions:
        _cite(action.evidence, scenario, problems)
        _target(action, scenario, problems)
        _days(action, scenario, problems)
    if problems:
        raise InputError(problems)
    return policy_of(draft, scenario.as_of, lambda ids: tuple(ids))


def _added(scenario: Scenario, entry: Mapping[str, Any], *, condition: bool) -> Scenario:
    policy = _read(scenario, entry, condition=condition)
    there = scenario.conditions if condition else scenario.policies
    text = json.dumps(entry, ensure_ascii=False)
    change = Change(kind="condition" if condition else "policy", path=policy.id, value=text)
    by_hand = tuple(one for one in changes(scenario) if one.kind == "by hand" and one not in scenario.changed)
    update: dict[str, Any] = {"changed": (*scenario.changed, *by_hand, change)}
    update["conditions" if condition else "policies"] = (*there, policy)
    return resealed(scenario.model_copy(update=update))


def _node(value: Any, path: str) -> Node:
    """Return plain data as the tree that the readers of YAML take."""
    cell = Cell("", FILE, 0, 0, path)
    if isinstance(value, Mapping):
        where = {str(key): f"{path}.{key}" if path else str(key) for key in value}
        keys = {key: Cell(key, FILE, 0, 0, at) for key, at in where.items()}
        entries = {str(key): _node(item, where[str(key)]) for key, item in value.items()}
        return Node("map", cell, entries=entries, keys=keys)
    if isinstance(value, list):
        return Node("list", cell, items=[_node(item, f"{path}[{i}]") for i, item in enumerate(value)])
    text = "" if value is None else json.dumps(value) if isinstance(value, bool) else str(value).strip()
    return Node("scalar", Cell(text, FILE, 0, 0, path))


def _cite(cells: Iterable[Cell], scenario: Scenario, problems: list[Problem]) -> None:
    for cell in cells:
        if cell.text not in scenario.evidence:
            message = f'no evidence "{shorten(cell.text)}"'
            problems.append(cell.problem(message, did_you_mean(cell.text, scenario.evidence)))


def _target(action: ActionDraft, scenario: Scenario, problems: list[Problem]) -> None:
    target, cell = action.target, action.target_cell
    problems.extend(unknown_good(action, [good.id for good in scenario.commodities]))
    if target.collection == OPTIONS:
        return
    if target.collection == "parameters":
        known: Iterable[str] = registry()[0]
    elif target.collection == "places":
        rows = scenario.homes if target.part == "release" else scenario.camps
        known = [row.id for row in rows] + (["*"] if target.part == "release" else [])
    else:
        known = [row.id for row in getattr(scenario, target.collection)]
    if target.id not in known:
        what = target.collection[:-1]
        problems.append(cell.problem(f'no {what} "{shorten(target.id)}"', did_you_mean(target.id, known)))


def _days(action: ActionDraft, scenario: Scenario, problems: list[Problem]) -> None:
    last = scenario.as_of + timedelta(days=scenario.horizon)
    given = action.starts
    starts = scenario.as_of + timedelta(days=given) if isinstance(given, int) else given
    if not scenario.as_of < starts <= last:
        message = f"begins {starts}, not within {scenario.horizon} days after {scenario.as_of}"
        problems.append(action.starts_cell.problem(message, "write +1 for the day after as_of"))
