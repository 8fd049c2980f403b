"""A model of the sides as GMCR+ keeps one (.gmcr): options, what cannot be, and preferences.

Ordered statements become conditions, in the same order, which decide there as here: the first that separates two
states. What a side weighs otherwise (stakes, weights, joined states, long formulas) becomes a ranking of its states by
their worth at middle values. What has no place in the format is told, never dropped in silence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from corridor.core.errors import InputError, Problem
from corridor.exchange.importers.gmcr import DIRECTIONS, MOST_RANKED, Condition
from corridor.strategy.model.actors_file import ActorsFile, build
from corridor.strategy.model.language import Formula, expand
from corridor.strategy.model.model import Model
from corridor.strategy.model.space import Option

MOST_MEMBERS = 256
"""Longest condition that is written; a longer one makes the sides rank their states."""
LONGEST_NAME = 28
"""Letters of an option's words that stand in a column of GMCR+; a longer one is called by its id."""
_WAYS = {ours: theirs for theirs, ours in DIRECTIONS.items()}


def gmcr_of(content: ActorsFile, held: Mapping[str, bool] | None = None) -> tuple[dict[str, Any], list[str]]:
    """Return a conflict in the form of GMCR+, ready to be written as JSON, and what has no place in it, in words.

    Parameters
    ----------
    held : option or flag -> value under a policy: every state that differs is excluded

    Raises
    ------
    InputError : no state can be; more states than can be ranked one by one, where they must be
    """
    held = dict(held or {})
    model = build(content, held)
    flags = {**content.flags, **{name: value for name, value in held.items() if name in content.flags}}
    actors = [actor.id for actor in content.actors]
    options = sorted(content.options, key=lambda option: actors.index(option.owner))
    number = {option.id: at for at, option in enumerate(options)}
    patterns = [dict(pattern) for pattern in content.infeasible]
    patterns += [{name: not value} for name, value in held.items() if name in number]
    told = _told(content, model, held)
    conditions = _conditions(content, flags, number)
    weighs = bool(
        content.stakes or content.rankings or content.same or any(s.weight is not None for s in content.statements)
    )
    by_hand = weighs or conditions is None
    if by_hand and not content.rankings:
        told.append("the sides rank states, by their worth at middle values: by how much one is better has no place")
    sides = []
    for actor in content.actors:
        side: dict[str, Any] = {"name": actor.name, "options": [number[o.id] for o in options if o.owner == actor.id]}
        side["preferences"] = [] if by_hand or conditions is None else conditions[actor.id]
        if by_hand:
            side["preferenceRanking"] = _ranking(content, model, actor.id, [content.options.index(o) for o in options])
        sides.append(side)
    data = {
        "decisionMakers": sides,
        "options": [{"name": _name(o), "permittedDirection": _WAYS[o.direction]} for o in options],
        "infeasibles": [[[number[name], _letter(value)] for name, value in pattern.items()] for pattern in patterns],
        "useManualPreferenceRanking": by_hand,
        "program": "corridor",
        "version": "1",
    }
    return data, told


def text_of(data: Mapping[str, Any]) -> str:
    """Return the text of a file of GMCR+."""
    return json.dumps(data, ensure_ascii=False) + "\n"


def _told(content: ActorsFile, model: Model, held: Mapping[str, bool]) -> list[str]:
    """Return what the format has no place for."""
    found = []
    if content.packages:
        found.append(f"packages ({len(content.packages)}): a move is one side's own there")
    if content.same:
        found.append("states that count as one (same) stand apart there, each with moves of its own")
    if content.stakes:
        found.append(f"stakes ({len(content.stakes)}) count in the rankings alone, at their middle values")
    if content.beliefs:
        found.append("what sides believe of others' wants")
    if held:
        found.append(f"what the policy holds is written as states that cannot be: {', '.join(held)}")
    elif content.policies:
        found.append(f"policies ({len(content.policies)}): write one with --policy")
    if content.effects:
        found.append(f"effects on the world ({len(content.effects)})")
    if model.status_quo >= 0:
        found.append(f"what is taken today ({model.states[model.status_quo]}): the format names no beginning")
    if any(_name(option) != option.text for option in content.options):
        found.append("long names of options: their ids stand there")
    found.append("evidence, strength, rates, and how all of it is drawn")
    return found


def _conditions(
    content: ActorsFile, flags: Mapping[str, bool], number: Mapping[str, int]
) -> dict[str, list[Any]] | None:
    """Return each side's statements as conditions, most important first; None where one is too long."""
    found: dict[str, list[Any]] = {actor.id: [] for actor in content.actors}
    for one in content.statements:
        members = alternatives(expand(one.wants, content.features), flags, number)
        if members is None:
            return None
        if not members or [] in members:  # never, or always: it separates no two states
            continue
        plain = [[[at, _letter(value)] for at, value in member] for member in members]
        found[one.actor].append(plain[0] if len(plain) == 1 else {"compound": True, "members": plain})
    return found


def alternatives(formula: Formula, flags: Mapping[str, bool], number: Mapping[str, int]) -> Condition | None:
    """Return a formula as alternatives, each of options that hold together: no alternative implies another.

    Parameters
    ----------
    flags : name -> value of what is no option
    number : option -> its number

    None where there are more than `MOST_MEMBERS`.
    """
    found = _members(formula, True, flags, number)
    if found is None:
        return None
    return [sorted(member) for member in sorted(found, key=lambda one: (len(one), sorted(one)))]


Members = set[frozenset[tuple[int, bool]]]


def _members(formula: Formula, wanted: bool, flags: Mapping[str, bool], number: Mapping[str, int]) -> Members | None:
    """Return when a formula is true (or, not wanted, when it is false)."""
    kind, parts = formula[0], formula[1:]
    if kind == "name" and parts[0] in number:
        return {frozenset({(number[parts[0]], wanted)})}
    if kind in {"name", "true", "false"}:
        value = flags[parts[0]] if kind == "name" else kind == "true"
        return {frozenset()} if value == wanted else set()
    if kind == "not":
        return _members(parts[0], not wanted, flags, number)
    if kind == "iff":  # both, or neither; not wanted: one and not the other
        a, b = parts
        both = _joined(_members(a, True, flags, number), _members(b, wanted, flags, number), True)
        neither = _joined(_members(a, False, flags, number), _members(b, not wanted, flags, number), True)
        return _joined(both, neither, False)
    first = _members(parts[0], wanted, flags, number)
    second = _members(parts[1], wanted != (kind == "if"), flags, number)
    return _joined(first, second, (kind == "and") == wanted)


def _joined(one: Members | None, other: Members | None, both: bool) -> Members | None:
    """Return the alternatives of `and` (both) or `or`, the shortest that say the same; None where too many."""
    if one is None or other is None or (both and len(one) * len(other) > MOST_MEMBERS**2):
        return None
    found = {a | b for a in one for b in other} if both else one | other
    found = {member for member in found if len(dict(member)) == len(member)}  # no option both taken and not
    kept: list[frozenset[tuple[int, bool]]] = []
    for member in sorted(found, key=len):
        if not any(shorter <= member for shorter in kept):
            kept.append(member)
        if len(kept) > MOST_MEMBERS:
            return None
    return set(kept)


def _ranking(content: ActorsFile, model: Model, actor: str, order: list[int]) -> list[Any]:
    """Return the states as GMCR+ counts them, the side's best first; a list where some are equally good."""
    space = model.space
    if space.codes.size > MOST_RANKED:
        message = f"{space.codes.size:,} states would be ranked one by one, at most {MOST_RANKED:,} are"
        remedy = "write a policy that holds more options, or leave out stakes, weights and what is the same"
        raise InputError([Problem(content.file, 0, 0, "infeasible", message, remedy)])
    theirs = np.zeros_like(space.codes)
    for new, old in enumerate(order):
        theirs |= (space.codes >> old & 1) << new
    numbers = np.argsort(np.argsort(theirs)) + 1
    if actor not in model.actors:  # all that it could do is held: no state is better for it than another
        return [sorted(numbers.tolist())]
    worth = model.payoff[model.actors.index(actor)][space.state_of]
    places = [sorted(numbers[worth == value].tolist()) for value in np.unique(worth)[::-1]]
    return [place[0] if len(place) == 1 else place for place in places]


def _name(option: Option) -> str:
    """Return what an option is called in a narrow column."""
    return option.text if 0 < len(option.text) <= LONGEST_NAME else option.id


def _letter(value: bool) -> str:
    return "Y" if value else "N"
