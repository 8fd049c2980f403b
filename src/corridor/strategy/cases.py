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
from corridor.core.text import for_csv
from corridor.strategy.model.model import Model
from corridor.strategy.model.space import graph_space
from corridor.strategy.stability.concepts import Stability
from corridor.strategy.stability.propagate import CONCEPTS

_NEEDED: dict[str, tuple[type, str]] = {
    "decision_makers": (list, "a list"),
    "states": (list, "a list"),
    "unilateral_moves": (dict, "an object"),
    "preference_best_to_worst": (dict, "an object"),
}


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
    except (RecursionError, ValueError) as error:
        message = "is nested too deeply" if isinstance(error, RecursionError) else "holds a number of too many digits"
        raise InputError([Problem(path.name, 0, 0, "", message, "is this the right file?")]) from error
    return case_model(data, path.name)


def case_model(data: Any, file: str = "") -> Model:
    """Return the conflict of the plain data of a CASE.json; errors name `file`."""

    def problem(field: str, message: str, remedy: str = "") -> Problem:
        return Problem(file, 0, 0, field, message, remedy)

    if not isinstance(data, dict):
        raise InputError([problem("", "must be an object")])
    problems = [problem(key, "is missing") for key in _NEEDED if key not in data]
    problems += [problem(key, f"must be {words}") for key, (kind, words) in _NEEDED.items() if _is_not(data, key, kind)]
    if not problems:
        tables = data["unilateral_moves"].items()
        problems += [
            problem(f"unilateral_moves.{a}", "must be an object") for a, t in tables if not isinstance(t, dict)
        ]
        if any(isinstance(entry, dict) and "id" not in entry for entry in data["states"]):
            problems.append(problem("states", "a state has no id"))
    if problems:
        raise InputError(problems)
    actors = [str(name) for name in data["decision_makers"]]
    states = [str(entry["id"] if isinstance(entry, dict) else entry) for entry in data["states"]]
    moves = {
        str(actor): {str(s): _listed(reached) for s, reached in table.items()}
        for actor, table in data["unilateral_moves"].items()
    }
    payoff = np.zeros((len(actors), len(states)))
    for i, actor in enumerate(actors):
        field = f"preference_best_to_worst.{actor}"
        ranking = data["preference_best_to_worst"].get(actor)
        if ranking is None:
            problems.append(problem(field, "is missing"))
            continue
        classes = [_listed(place) for place in (ranking if isinstance(ranking, list) else [ranking])]
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


def _is_not(data: dict[str, Any], key: str, kind: type) -> bool:
    return key in data and not isinstance(data[key], kind)


def _listed(place: Any) -> list[str]:
    """Return one name or a list of names as a list."""
    return [str(name) for name in place] if isinstance(place, list) else [str(place)]


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
    """Return rows as CSV text with line ends of one character; no text in it acts, in a terminal or a spreadsheet."""
    out = io.StringIO()
    shown = ([for_csv(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    csv.writer(out, lineterminator="\n").writerows(shown)
    return out.getvalue()
