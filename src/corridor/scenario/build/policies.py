"""policies.yaml to drafts of policies and conditions."""

from __future__ import annotations

import re
from datetime import date

from corridor.core.errors import Problem, did_you_mean
from corridor.scenario.build.draft import ActionDraft, ActorPolicyDraft, Draft, PolicyDraft, Target
from corridor.scenario.build.settings import parameter_column, registry
from corridor.scenario.read.cells import read_choice, read_date, read_id, read_number, read_regime, shorten
from corridor.scenario.read.columns import MOST_PER_DAY
from corridor.scenario.read.fields import elements, entries, scalar, text, words
from corridor.scenario.read.source import Cell
from corridor.scenario.read.yaml_tree import Node

_DAYS = re.compile(r"\+?([0-9]{1,4})")
DOES = ("force", "set", "add", "remove")
FORMS = (
    "links.<id>.regime", "links.<id>.tonnes_per_day", "links.<id>.vehicles_per_hour", "pipelines.<id>",
    "pipelines.<id>.tonnes_per_day", "parameters.<name>", "places.<id>.release", "places.<id>.open",
)  # fmt: skip
_PARTS = {
    "links": ("regime", "tonnes_per_day", "vehicles_per_hour"),
    "pipelines": ("", "tonnes_per_day"),
    "places": ("release", "open"),
}
_SWITCHES = {"0": False, "1": True, "false": False, "true": True}
_POLICY_KEYS = ("id", "title", "summary", "evidence", "known", "actions")
_ACTION_KEYS = ("do", "target", "value", "from", "until", "evidence", "known")


def read_policies(root: Node, draft: Draft) -> None:
    """Fill the draft's policies and conditions."""
    known = ("policies", "conditions", "actor_policies")
    given = entries(root, draft.problems, known, ("policies", "conditions"))
    if given is None:
        return
    for node in elements(given["actor_policies"], draft.problems) if "actor_policies" in given else []:
        chosen = _actor_policy(node, draft.problems)
        if chosen is not None:
            draft.actor_policies.append(chosen)
    for kind in ("policies", "conditions"):
        if kind not in given:
            continue
        found: list[PolicyDraft] = []
        for node in elements(given[kind], draft.problems):
            policy = read_policy(node, draft.problems)
            if policy is not None:
                found.append(policy)
        if given[kind].kind != "list":
            continue
        if kind == "policies":
            draft.policies = found
        else:
            draft.conditions = found


def _actor_policy(node: Node, problems: list[Problem]) -> ActorPolicyDraft | None:
    """Return a policy of a run in which the sides choose: a policy with options and flags held at a value."""
    policy = read_policy(node, problems, ("fixes", "flags"))
    if policy is None:
        return None
    draft = ActorPolicyDraft(**vars(policy))
    for key, into in (("fixes", draft.fixes), ("flags", draft.flags)):
        part = node.entries.get(key)
        for name, value in (entries(part, problems) or {}).items() if part is not None else ():
            cell = scalar(value, problems)
            if cell is None:
                continue
            if cell.text.lower() not in _SWITCHES:
                message = f'"{shorten(cell.text)}" is not 0 or 1'
                problems.append(cell.problem(message, "write 1 where it is taken, 0 where not"))
                continue
            into[name] = _SWITCHES[cell.text.lower()]
            draft.names[name] = part.keys[name] if part is not None else cell
    return draft


def read_policy(node: Node, problems: list[Problem], more: tuple[str, ...] = ()) -> PolicyDraft | None:
    """Return one policy or condition; None where it has no id."""
    given = entries(node, problems, (*_POLICY_KEYS, *more), ("id", "title"))
    if given is None:
        return None
    cell = scalar(given.get("id"), problems)
    name = read_id(cell, problems) if cell else None
    actions: list[ActionDraft] = []
    for item in elements(given["actions"], problems) if "actions" in given else []:
        action = _action(item, problems)
        if action is not None:
            actions.append(action)
    known = scalar(given.get("known"), problems)
    if cell is None or name is None:
        return None
    return PolicyDraft(
        cell,
        name,
        text(given.get("title"), problems),
        text(given.get("summary"), problems),
        actions,
        words(given.get("evidence"), problems),
        read_date(known, problems) if known else None,
    )


def _action(node: Node, problems: list[Problem]) -> ActionDraft | None:
    given = entries(node, problems, _ACTION_KEYS, ("do", "target"))
    if given is None or "do" not in given or "target" not in given:
        return None
    before = len(problems)
    do_cell, target_cell = scalar(given["do"], problems), scalar(given["target"], problems)
    do = read_choice(do_cell, DOES, problems, what="action") if do_cell else None
    target = parse_target(target_cell, problems) if target_cell else None
    starts_cell, ends_cell = scalar(given.get("from"), problems), scalar(given.get("until"), problems)
    starts = _day(starts_cell, problems) if starts_cell else 1
    ends = _day(ends_cell, problems) if ends_cell else None
    value_cell = scalar(given.get("value"), problems)
    value = None
    if do and do_cell and target:
        value = _value(do, target, value_cell, do_cell, problems)
    known = scalar(given.get("known"), problems)
    known_date = read_date(known, problems) if known else None
    evidence = words(given.get("evidence"), problems)
    if len(problems) > before or do is None or target is None or target_cell is None or starts is None:
        return None
    if type(starts) is type(ends) and ends is not None and ends < starts and ends_cell:  # type: ignore[operator]
        problems.append(ends_cell.problem(f"until {ends_cell.text} is before from {starts}", "need from <= until"))
        return None
    return ActionDraft(
        node.cell,
        do,
        target,
        target_cell,
        value,
        starts,
        ends,
        starts_cell or node.cell,
        ends_cell,
        evidence,
        known_date,
    )


def parse_target(cell: Cell, problems: list[Problem]) -> Target | None:
    """Return what a target names; whether it exists is left to the second pass."""
    collection, _, rest = cell.text.partition(".")
    if collection == "parameters" and rest:
        return Target("parameters", rest, "")
    name, _, part = rest.partition(".")
    if name and part in _PARTS.get(collection, ()):
        return Target(collection, name, part)
    message = f'"{shorten(cell.text)}" is not a target'
    if collection not in (*_PARTS, "parameters"):
        remedy = f"write {', '.join(FORMS)}"
    elif name and collection in _PARTS:
        remedy = did_you_mean(f"{collection}.{name}.{part}", _forms(collection, name))
    else:
        remedy = "write parameters.<name>"
    problems.append(cell.problem(message, remedy))
    return None


def _forms(collection: str, name: str) -> list[str]:
    return [f"{collection}.{name}.{part}" if part else f"{collection}.{name}" for part in _PARTS[collection]]


def _value(do: str, target: Target, cell: Cell | None, do_cell: Cell, problems: list[Problem]) -> float | bool | None:
    """Return the value of an action in canonical units; adding and removing take none."""
    switch = target.collection == "pipelines" and not target.part
    if switch != (do in ("add", "remove")) and not (target.part == "release" and do != "remove"):
        remedy = "write add or remove" if switch else "write force or set"
        what = "a whole pipeline" if switch else target.part or "a parameter"
        problems.append(do_cell.problem(f'"{do}" does not go with {what}', remedy))
        return None
    if target.part == "release":
        if cell is None or cell.text in ("true", "True", "TRUE"):
            return True
        problems.append(
            cell.problem(f'"{shorten(cell.text)}" is not a value of release', "write true, or leave it out")
        )
        return None
    if switch:
        if cell is not None:
            problems.append(cell.problem(f"{do} takes no value", "leave it out"))
        return None
    if cell is None:
        problems.append(do_cell.problem("a value is missing", f"write what to {do} it to"))
        return None
    if target.part == "regime":
        regime = read_regime(cell, problems)
        return None if regime is None else float(regime)
    if target.part == "open":
        if cell.text.lower() not in _SWITCHES:
            problems.append(cell.problem(f'"{shorten(cell.text)}" is not true or false', "write true or false"))
            return None
        return _SWITCHES[cell.text.lower()]
    if target.part == "tonnes_per_day":
        return read_number(cell, "t/day", problems, high=MOST_PER_DAY)
    if target.part == "vehicles_per_hour":
        return read_number(cell, "vehicle/hour", problems, high=1e5)
    column = parameter_column(registry()[0].get(target.id), target.id)
    return read_number(cell, column.unit, problems, low=column.low, high=column.high)


def _day(cell: Cell, problems: list[Problem]) -> int | date | None:
    """Return days after as_of (`+1` is the first day of the horizon) or a civil day."""
    match = _DAYS.fullmatch(cell.text)
    if match is None:
        return read_date(cell, problems)
    days = int(match[1])
    if not 1 <= days <= 1000:
        problems.append(cell.problem(f"{cell.text} is not between +1 and +1000", "+1 is the first day after as_of"))
        return None
    return days
