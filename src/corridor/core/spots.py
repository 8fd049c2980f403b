"""YAML as plain data that remembers where each piece was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from corridor.core.errors import InputError, Problem
from corridor.core.text import halved

Places = Mapping[str, tuple[int, int]]
"""Keys that lead to a piece of a file -> line, column."""
MAX_DEPTH = 40
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Spot:
    """A piece of a YAML file.

    Attributes
    ----------
    value : None, bool, int, float, str, a list of spots, or a dict of spots
    line, column : 1-based place of its first character (inside the quotes of a quoted text)
    field : the keys that lead to it
    """

    value: Any
    line: int
    column: int
    field: str

    def __iter__(self) -> Iterator[Spot]:
        return iter(self.value)

    def plain(self) -> Any:
        """Return the data without places, as JSON can hold it: days are written out."""
        if isinstance(self.value, dict):
            return {key: spot.plain() for key, spot in self.value.items()}
        if isinstance(self.value, list):
            return [spot.plain() for spot in self.value]
        return self.value.isoformat() if isinstance(self.value, date) else self.value

    def places(self) -> dict[str, tuple[int, int]]:
        """Return the place of this piece and of every piece in it."""
        found = {self.field: (self.line, self.column)}
        for inner in self.value.values() if isinstance(self.value, dict) else ():
            found |= inner.places()
        for inner in self.value if isinstance(self.value, list) else ():
            found |= inner.places()
        return found


def spotted(data: Any, places: Places, field: str = "") -> Spot:
    """Return plain data as it was read from a file, with the places that are known; 0 where one is not."""
    value = data
    if isinstance(data, Mapping):
        value = {key: spotted(item, places, f"{field}.{key}" if field else key) for key, item in data.items()}
    elif isinstance(data, (list, tuple)):
        value = [spotted(item, places, f"{field}[{n}]") for n, item in enumerate(data)]
    return Spot(value, *places.get(field, (0, 0)), field)


def read_spots(text: str, file: str) -> Spot:
    """Return the one document of a YAML text.

    Raises
    ------
    InputError : where it is not YAML, repeats a key, or is nested without end
    """
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return Spot({}, 1, 1, "")
        problems: list[Problem] = []
        spot = _spot(node, loader, "", file, problems, {}, 0)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        message = f"not YAML: {error.problem or error.context or 'cannot be read'}"
        remedy = 'put quotes around a formula that begins with "!"' if "tag" in f"{message} {error.context}" else ""
        raise InputError([Problem(file, line, column, "", message, remedy)]) from error
    except yaml.YAMLError as error:
        raise InputError([Problem(file, 0, 0, "", f"not YAML: {error}")]) from error
    finally:
        loader.dispose()
    if problems:
        raise InputError(problems)
    return spot


def _value(node: Any, loader: Any, field: str, file: str) -> Any:
    """Return the value of a single piece; one that looks like a day or a number and is none is a problem."""
    try:
        return loader.construct_object(node, deep=True)
    except ValueError as error:
        mark, said = node.start_mark, str(getattr(node, "value", ""))[:40]
        message = f'"{said}" is read as a day or a number and is none'
        remedy = "put it into quotes if it is meant as text"
        raise InputError([Problem(file, mark.line + 1, mark.column + 1, field, message, remedy)]) from error


def _spot(
    node: Any, loader: Any, field: str, file: str, problems: list[Problem], done: dict[int, Spot], depth: int
) -> Spot:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if depth > MAX_DEPTH:
        raise InputError([Problem(file, line, column, field, f"more than {MAX_DEPTH} levels deep", "flatten it")])
    if id(node) in done:
        return done[id(node)]
    if isinstance(node, yaml.MappingNode):
        entries: dict[str, Spot] = {}
        for key_node, value_node in node.value:
            key = str(_value(key_node, loader, field, file))
            inside = f"{field}.{key}" if field else key
            if key in entries:
                mark = key_node.start_mark
                problems.append(Problem(file, mark.line + 1, mark.column + 1, inside, "is given twice", "remove one"))
            entries[key] = _spot(value_node, loader, inside, file, problems, done, depth + 1)
        value: Any = entries
    elif isinstance(node, yaml.SequenceNode):
        value = [
            _spot(item, loader, f"{field}[{n}]", file, problems, done, depth + 1) for n, item in enumerate(node.value)
        ]
    else:
        value = _value(node, loader, field, file)
        column += 1 if node.style in {"'", '"'} else 0
        if isinstance(value, str) and halved(value):
            message = "holds half of a character (a lone surrogate)"
            problems.append(Problem(file, line, column, field, message, "write it anew"))
    done[id(node)] = Spot(value, line, column, field)
    return done[id(node)]
