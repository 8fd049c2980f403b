"""policies.yaml to drafts of policies and conditions."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import cast, get_args

from corridor.core.errors import Problem, did_you_mean
from corridor.scenario.build.draft import ActionDraft, ActorPolicyDraft, Draft, PolicyDraft, Target
from corridor.scenario.build.settings import parameter_column, registry
from corridor.scenario.read.cells import read_choice, read_date, read_id, read_number, read_regime, shorten
from corridor.scenario.read.fields import elements, entries, scalar, text, words
from corridor.scenario.read.source import Cell
from corridor.scenario.read.yaml_tree import Node
from corridor.scenario.trigger import FORM, RANGE_FORM, Days, Threshold, range_of, threshold_of
from corridor.tables.field import HOLD, Field, Verb
from corridor.tables.folder import (
    HELD_OPTION,
    OPTION_FORM,
    OPTIONS,
    PARAMETER_FORM,
    PARAMETERS,
    forms,
    imposed,
    split_target,
    targets,
)
from corridor.tables.goods import in_unit

_DAYS = re.compile(r"\+?([0-9]{1,4})")
_PAST = re.compile(r"[-−][0-9]{1,4}")
DOES: tuple[Verb, ...] = get_args(Verb)
_SWITCHES = {"0": False, "1": True, "false": False, "true": True}
_POLICY_KEYS = ("id", "title", "summary", "evidence", "known", "actions")
_ACTION_KEYS = ("id", "do", "target", "value", "from", "until", "when", "while", "credibility", "evidence", "known")


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
    starts, drawn = _days(starts_cell, problems) if starts_cell else (1, None)
    when_cell = scalar(given.get("when"), problems)
    while_cell = scalar(given.get("while"), problems)
    if when_cell is not None and while_cell is not None:
        problems.append(while_cell.problem("an action has both when and while", "keep one"))
    when = _threshold(while_cell or when_cell, drawn, problems)
    if while_cell is not None and target is not None:
        _lasting(while_cell, when, target, problems)
    chance_cell, id_cell = scalar(given.get("credibility"), problems), scalar(given.get("id"), problems)
    chance = read_number(chance_cell, "share", problems, low=0.0, high=1.0) if chance_cell else None
    id_ = read_id(id_cell, problems) if id_cell else ""
    ends, over = _days(ends_cell, problems) if ends_cell else (None, None)
    value_cell = scalar(given.get("value"), problems)
    value = None
    if do and do_cell and target:
        value = _value(cast("Verb", do), target, value_cell, do_cell, problems)
    known = scalar(given.get("known"), problems)
    known_date = read_date(known, problems) if known else None
    evidence = words(given.get("evidence"), problems)
    if len(problems) > before or do is None or target is None or target_cell is None or starts is None:
        return None
    last = drawn.last if drawn else starts
    if type(last) is type(ends) and ends is not None and ends < last and ends_cell:  # type: ignore[operator]
        first = starts_cell.text if starts_cell and drawn else starts
        message, remedy = f"until {ends_cell.text} is before from {first}", "need from <= until"
        problems.append(ends_cell.problem(message, remedy + (", in every future" if drawn or over else "")))
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
        drawn.last if drawn else None,
        over.last if over else None,
        when,
        while_cell or when_cell,
        while_cell is not None,
        chance,
        id_ or "",
        id_cell,
    )


def _lasting(cell: Cell, when: Threshold | None, target: Target, problems: list[Problem]) -> None:
    """Refuse to put in force, and out of force again, what cannot be taken back or is told once."""
    if target.collection == PARAMETERS or target.part in ("release", "population"):
        problems.append(cell.problem("what is done there is not taken back", "write when: in place of while:"))
    if when is not None and when.after:
        problems.append(cell.problem("what has begun has begun", "write when: in place of while:"))


def _threshold(cell: Cell | None, drawn: Days | None, problems: list[Problem]) -> Threshold | None:
    """Return the threshold of an action; one that waits for a threshold has no day that is drawn."""
    if cell is None:
        return None
    found = threshold_of(cell.text)
    if found is None:
        problems.append(cell.problem(f'"{shorten(cell.text)}" is no threshold', FORM))
    elif drawn is not None:
        problems.append(cell.problem("a threshold and a range of days cannot both say when it begins", "keep one"))
    return found


def parse_target(cell: Cell, problems: list[Problem]) -> Target | None:
    """Return what a target names; whether it exists is left to the second pass."""
    collection, name, part = split_target(cell.text)
    near = [field for field in targets() if field.table == collection]
    known = collection == PARAMETERS or (collection == OPTIONS and not part) or imposed(collection, part) is not None
    if name and known:
        return Target(collection, name, part)
    message = f'"{shorten(cell.text)}" is not a target'
    if collection == OPTIONS:
        remedy = f"write {OPTION_FORM}"
    elif not near and collection != PARAMETERS:
        remedy = f"write {', '.join(forms())}"
    elif name and near:
        remedy = did_you_mean(f"{collection}.{name}.{part}", [field.form.replace("<id>", name) for field in near])
    else:
        remedy = f"write {PARAMETER_FORM}"
    problems.append(cell.problem(message, remedy))
    return None


def target_field(target: Target) -> Field:
    """Return the row of the table of fields that a target names; for a parameter, how its value is read."""
    if target.collection == OPTIONS:
        return HELD_OPTION
    if target.collection == PARAMETERS:
        field = parameter_column(registry()[0].get(target.id), target.id)
        return replace(field, table=PARAMETERS, imposable=HOLD)
    found = imposed(target.collection, target.part)
    assert found is not None, "a target names a field that may be imposed"
    return in_unit(found, target.part.rpartition(".")[2])


def _value(do: Verb, target: Target, cell: Cell | None, do_cell: Cell, problems: list[Problem]) -> float | bool | None:
    """Return the value of an action in canonical units; adding and removing take none."""
    field = target_field(target)
    whole = not field.name
    if do not in field.imposable:
        what = "a whole pipeline" if whole else target.part or "a parameter"
        verbs = field.imposable if whole else HOLD
        problems.append(do_cell.problem(f'"{do}" does not go with {what}', f"write {' or '.join(verbs)}"))
        return None
    if whole:
        if cell is not None:
            problems.append(cell.problem(f"{do} takes no value", "leave it out"))
        return None
    if "add" in field.imposable:
        return _happens(field, cell, problems)
    if cell is None:
        problems.append(do_cell.problem("a value is missing", f"write what to {do} it to"))
        return None
    if field.kind == "regime":
        regime = read_regime(cell, problems)
        return None if regime is None else float(regime)
    if field.kind == "switch":
        if cell.text.lower() not in _SWITCHES:
            problems.append(cell.problem(f'"{shorten(cell.text)}" is not true or false', "write true or false"))
            return None
        return _SWITCHES[cell.text.lower()]
    return read_number(cell, field.unit, problems, canonical=field.canonical, low=field.low, high=field.high,
                       above=field.above)  # fmt: skip


def _happens(field: Field, cell: Cell | None, problems: list[Problem]) -> bool | None:
    """Return that it happens: the only value of what begins and cannot be taken back."""
    if cell is None or cell.text in ("true", "True", "TRUE"):
        return True
    message = f'"{shorten(cell.text)}" is not a value of {field.name}'
    problems.append(cell.problem(message, "write true, or leave it out"))
    return None


def _days(cell: Cell, problems: list[Problem]) -> tuple[int | date | None, Days | None]:
    """Return the first day that a cell says, and the range of which each future draws one, where it says one."""
    found = range_of(cell.text)
    if found is None and ".." in cell.text:
        problems.append(cell.problem(f'"{shorten(cell.text)}" is no range of days', RANGE_FORM))
        return None, None
    return (found.first, found) if found else (_day(cell, problems), None)


def _day(cell: Cell, problems: list[Problem]) -> int | date | None:
    """Return days after as_of (`+1` is the first day of the horizon) or a civil day."""
    match = _DAYS.fullmatch(cell.text)
    if _PAST.fullmatch(cell.text):
        message = f'"{cell.text}" is no day of a policy: none acts on what is past'
        problems.append(cell.problem(message, "write days after as_of, +1 or later, or year-month-day"))
        return None
    if match is None:
        return read_date(cell, problems)
    days = int(match[1])
    if not 1 <= days <= 1000:
        problems.append(cell.problem(f"{cell.text} is not between +1 and +1000", "+1 is the first day after as_of"))
        return None
    return days
