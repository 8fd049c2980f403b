"""One change of a model of the sides, as an analyst writes it: `actors.AZE.A6.place=1`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.strategy.ask import moved, with_stake
from corridor.strategy.claims import Claim
from corridor.strategy.model.actors_file import ActorsFile, Priors
from corridor.strategy.model.read_preferences import MOST_STAKE
from corridor.strategy.model.space import Option

FORMS = (
    "actors.<side>.<statement>.place", "actors.<side>.<statement>.strength", "actors.<side>.<stake>.worth",
    "actors.<side>.rate", "actors.lambda", "actors.inertia", "actors.irreversible_cost",
)  # fmt: skip
_PRIORS = {"lambda": "lambda_median", "inertia": "inertia_sd", "irreversible_cost": "irreversible_sd"}
_OPTION = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*:\s*([^,]+?)\s*(?:,\s*(.*))?")


def put(content: ActorsFile, text: str) -> ActorsFile:
    """Return the model with one value set; raises InputError where the path or the value is wrong."""
    path, _, written = text.partition("=")
    parts = path.strip().split(".")
    if parts[0] != "actors" or not 2 <= len(parts) <= 4:
        raise InputError([_wrong(path, "is no value of the sides", f"write one of {', '.join(FORMS)}")])
    try:
        value = float(written)
    except ValueError:
        raise InputError([_wrong(path, f'"{written}" is not a number', "write PATH=NUMBER")]) from None
    if not abs(value) <= 1e6:
        raise InputError([_wrong(path, f'"{written}" is not a number in bounds', "write a smaller number")])
    if len(parts) == 2:
        return _prior(content, path, parts[1], value)
    actors = {actor.id: actor for actor in content.actors}
    if parts[1] not in actors:
        raise InputError([_wrong(path, f'no side "{parts[1]}"', did_you_mean(parts[1], actors))])
    if parts[2:] == ["rate"]:
        _bounds(path, value, 0.0, 1e3)
        found = tuple(replace(one, rate=value) if one.id == parts[1] else one for one in content.actors)
        return replace(content, actors=found)
    own = {one.id: one for one in (*content.statements, *content.stakes) if one.actor == parts[1]}
    if parts[2] not in own or len(parts) != 4:
        raise InputError(
            [_wrong(path, f'no statement or stake "{parts[2]}" of {parts[1]}', did_you_mean(parts[2], own))]
        )
    one, what = own[parts[2]], parts[3]
    if one.stake is not None and what == "worth":
        _bounds(path, value, -MOST_STAKE, MOST_STAKE)
        return with_stake(content, replace(one, stake=(value, value, value)))
    if one.stake is None and what == "place":
        _bounds(path, value, 1, 1e3)
        return moved(content, one.id, round(value))
    if one.stake is None and what == "strength":
        _bounds(path, value, 0.0, 1.0)
        found_ = tuple(replace(s, strength=value) if s.id == one.id else s for s in content.statements)
        return replace(content, statements=found_)
    remedy = "a stake has worth; a statement has place and strength"
    raise InputError([_wrong(path, f'"{what}" cannot be set', remedy)])


def _prior(content: ActorsFile, path: str, name: str, value: float) -> ActorsFile:
    if name not in _PRIORS:
        raise InputError([_wrong(path, f'no value "{name}"', did_you_mean(name, _PRIORS))])
    _bounds(path, value, 0.0, 1e3)
    change: Callable[..., Priors] = replace
    return replace(content, priors=change(content.priors, **{_PRIORS[name]: value}))


def add_option(content: ActorsFile, text: str) -> ActorsFile:
    """Return the model with one more option, written `id: owner, what it is`; it is not taken at the beginning."""
    match = _OPTION.fullmatch(text)
    if match is None:
        raise InputError([Problem("--add-option", 0, 0, "", f'"{text}" cannot be read', "write id: owner, what it is")])
    name, owner, said = match[1], match[2], match[3] or ""
    owners = [actor.id for actor in content.actors]
    if owner not in owners:
        raise InputError([Problem("--add-option", 0, 0, name, f'no side "{owner}"', did_you_mean(owner, owners))])
    if name in {*content.features, *content.flags, *(option.id for option in content.options)}:
        raise InputError([Problem("--add-option", 0, 0, name, "is already a name of the model", "choose another")])
    quo = {**content.status_quo, name: False} if content.status_quo else content.status_quo
    return replace(content, options=(*content.options, Option(name, owner, "both", said)), status_quo=quo)


def claim_ids(content: ActorsFile, claims: Sequence[Claim], model: str, without: Sequence[str]) -> tuple[str, ...]:
    """Return the statements and stakes that claims, or ids of statements and stakes themselves, name.

    Raises
    ------
    InputError : an id that is neither; a claim that the model does not hold
    """
    by_id = {claim.id: claim for claim in claims}
    own = [one.id for one in (*content.statements, *content.stakes, *content.beliefs)]
    found: list[str] = []
    problems = []
    for name in without:
        if name in own:
            found.append(name)
        elif name in by_id and by_id[name].held_by.get(model):
            found += by_id[name].held_by[model]
        elif name in by_id:
            reason = by_id[name].unrepresented or "this model does not hold it"
            problems.append(Problem("--without", 0, 0, name, "there is nothing to leave out", reason))
        else:
            remedy = did_you_mean(name, [*by_id, *own])
            problems.append(Problem("--without", 0, 0, "", f'no claim, statement or stake "{name}"', remedy))
    if problems:
        raise InputError(problems)
    return tuple(dict.fromkeys(found))


def _bounds(path: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InputError([_wrong(path, f"{value:g} is outside {low:g} to {high:g}", "write a value within")])


def _wrong(path: str, message: str, remedy: str) -> Problem:
    return Problem("--set", 0, 0, path, message, remedy)
