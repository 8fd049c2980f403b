"""Published conflicts as JSON, and stability tables as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.strategy.model import Model
from corridor.strategy.propagate import CONCEPTS
from corridor.strategy.space import graph_space
from corridor.strategy.stability import Stability

_NEEDED = ("decision_makers", "states", "unilateral_moves", "preference_best_to_worst")


def read_case_json(path: str | Path) -> Model:
    """Return the conflict of a CASE.json: decision makers, states, moves, preferences from best to worst.

    A place in `preference_best_to_worst` may be a list of states that are equally good. Computed and
    published results in the file are not read.

    Raises
    ------
    InputError : with everything that is missing or unknown
    """
    path = Path(path)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError([Problem(path.name, 0, 0, "", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise InputError([Problem(path.name, 0, 0, "", "is not UTF-8 text")]) from error
    except json.JSONDecodeError as error:
        raise InputError([Problem(path.name, error.lineno, error.colno, "", f"not JSON: {error.msg}")]) from error
    return case_model(data, path.name)


def case_model(data: Any, file: str = "") -> Model:
    """Return the conflict of the plain data of a CASE.json; errors name `file`."""

    def problem(field: str, message: str, remedy: str = "") -> Problem:
        return Problem(file, 0, 0, field, message, remedy)

    if not isinstance(data, dict):
        raise InputError([problem("", "must be an object")])
    missing = [problem(key, "is missing") for key in _NEEDED if key not in data]
    if missing:
        raise InputError(missing)
    actors = [str(name) for name in data["decision_makers"]]
    try:
        states = [str(entry["id"] if isinstance(entry, dict) else entry) for entry in data["states"]]
    except KeyError as error:
        raise InputError([problem("states", "a state has no id")]) from error
    problems: list[Problem] = []
    moves = {
        str(actor): {str(s): [str(t) for t in reached] for s, reached in table.items()}
        for actor, table in data["unilateral_moves"].items()
    }
    payoff = np.zeros((len(actors), len(states)))
    for i, actor in enumerate(actors):
        field = f"preference_best_to_worst.{actor}"
        ranking = data["preference_best_to_worst"].get(actor)
        if ranking is None:
            problems.append(problem(field, "is missing"))
            continue
        classes = [[str(s) for s in place] if isinstance(place, list) else [str(place)] for place in ranking]
        problems += ranking_problems(classes, states, file, field)
        for height, members in enumerate(reversed(classes)):
            for state in members:
                if state in states:
                    payoff[i, states.index(state)] = height
    status_quo = str(data["status_quo"]) if "status_quo" in data else None
    if status_quo is not None and status_quo not in states:
        problems.append(problem("status_quo", f'no state "{status_quo}"', did_you_mean(status_quo, states)))
    try:
        space = graph_space(actors, states, moves)
    except InputError as error:
        problems += [Problem(file, 0, 0, p.field, p.message, p.remedy) for p in error.problems]
    if problems:
        raise InputError(problems)
    place = states.index(status_quo) if status_quo is not None else -1
    return Model(str(data.get("id", "")), str(data.get("title", "")), space, payoff, place)


def ranking_problems(
    classes: Sequence[Sequence[str]], states: Sequence[str], file: str, field: str, line: int = 0, column: int = 0
) -> list[Problem]:
    """Return what keeps a ranking from naming every state exactly once."""
    named = [state for members in classes for state in members]
    found = [
        Problem(file, line, column, field, f'no state "{state}"', did_you_mean(state, states))
        for state in dict.fromkeys(named)
        if state not in set(states)
    ]
    found += [
        Problem(file, line, column, field, f'state "{state}" is ranked {named.count(state)} times', "name it once")
        for state in states
        if named.count(state) > 1
    ]
    left_out = [state for state in states if state not in set(named)]
    if left_out:
        shown = ", ".join(left_out[:8]) + (", …" if len(left_out) > 8 else "")
        found.append(Problem(file, line, column, field, f"{len(left_out)} states are not ranked: {shown}", "add them"))
    return found


def stability_rows(model: Model, result: Stability) -> list[list[str | int]]:
    """Return the stability table: a header, then a row a state: 0 or 1 per concept and actor, and `EQ:concept`."""
    header: list[str | int] = ["state"]
    header += [f"{concept}:{actor}" for concept in CONCEPTS for actor in model.actors]
    header += [f"EQ:{concept}" for concept in CONCEPTS]
    rows = [header]
    for s, name in enumerate(model.states):
        cells = [int(result.stable[c, i, s]) for c in range(len(CONCEPTS)) for i in range(len(model.actors))]
        rows.append([name, *cells, *(int(result.equilibrium[c, s]) for c in range(len(CONCEPTS)))])
    return rows


def as_csv(rows: Sequence[Sequence[object]]) -> str:
    """Return rows as CSV text with line ends of one character."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
