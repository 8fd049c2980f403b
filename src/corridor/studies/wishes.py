"""Wishes of the sides that were moved by hand: the model with them, and each in words."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from corridor.core.errors import InputError, Problem
from corridor.scenario.model import Scenario
from corridor.studies.sides_case import Case, changed_case, read

FILE = "levers"
OUT = "out"
"""value of a wish that is left out of the model"""
KEPT = 8
_READ: OrderedDict[str, Case] = OrderedDict()
_WISHED: OrderedDict[str, tuple[Case, list[str]]] = OrderedDict()


def case_of(scenario: Scenario) -> Case:
    """Return the model of the sides of a case. InputError: it has none, or something is wrong with it."""
    key = f"{scenario.hash}|{scenario.variant}"
    if key not in _READ:
        _READ[key] = read(scenario)
        while len(_READ) > KEPT:
            _READ.popitem(last=False)
    return _READ[key]


def wished(scenario: Scenario, wishes: Mapping[str, str]) -> tuple[Case, list[str]]:
    """Return the model of the sides with wishes moved, and each move in words.

    Raises
    ------
    InputError : no such wish, a value out of its bounds, a case without a model of the sides
    """
    key = f"{scenario.hash}|{scenario.variant}|{sorted(wishes.items())}"
    if key not in _WISHED:
        found = case_of(scenario)
        sets = [f"{path}={text}" for path, text in wishes.items() if text.strip() != OUT]
        without = [_id(path) for path, text in wishes.items() if text.strip() == OUT]
        try:
            changed = changed_case(found, sets, without)
        except InputError as error:
            told = [Problem(FILE, 0, 0, one.field, one.message, one.remedy) for one in error.problems]
            raise InputError(told) from error
        names = {actor.id: actor.name for actor in found.content.actors}
        said = [_sentence(path, text, found, names) for path, text in wishes.items()]
        _WISHED[key] = changed, said
        while len(_WISHED) > KEPT:
            _WISHED.popitem(last=False)
    return _WISHED[key]


def _id(path: str) -> str:
    parts = path.split(".")
    if len(parts) != 4 or parts[0] != "actors":
        raise InputError([Problem(FILE, 0, 0, "wishes", f'"{path[:80]}" is no wish', "write actors.<side>.<id>.place")])
    return parts[2]


def _sentence(path: str, text: str, found: Case, names: Mapping[str, str]) -> str:
    """Return `actors.AZE.A6.place = 1 (Azerbaijan: relief by Lachin …)`."""
    parts = path.split(".")
    told = found.told.statements.get(parts[2]) if len(parts) == 4 else None
    about = f" ({names.get(parts[1], parts[1])}: {str(told['says']).rstrip('.')})" if told else ""
    return f"{path} = {'left out' if text.strip() == OUT else text.strip()}{about}"
