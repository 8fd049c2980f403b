"""YAML as plain data that remembers where each piece was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from corridor.core.errors import InputError, Problem, did_you_mean

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
        """Return the data without places."""
        if isinstance(self.value, dict):
            return {key: spot.plain() for key, spot in self.value.items()}
        if isinstance(self.value, list):
            return [spot.plain() for spot in self.value]
        return self.value


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
            key = str(loader.construct_object(key_node, deep=True))
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
        value = loader.construct_object(node, deep=True)
        column += 1 if node.style in {"'", '"'} else 0
    done[id(node)] = Spot(value, line, column, field)
    return done[id(node)]


class Desk:
    """Collects the problems of one file while it is read."""

    def __init__(self, file: str) -> None:
        """Start with no problem."""
        self.file = file
        self.problems: list[Problem] = []

    def problem(self, spot: Spot, message: str, remedy: str = "", shift: int = 0) -> None:
        """Note a problem at a spot, `shift` characters into it."""
        self.problems.append(Problem(self.file, spot.line, spot.column + shift, spot.field, message, remedy))

    def mapping(self, spot: Spot | None, known: Iterable[str] | None = None) -> dict[str, Spot]:
        """Return the entries of a mapping; note anything else, and keys that are not known."""
        if spot is None or spot.value is None:
            return {}
        if not isinstance(spot.value, dict):
            self.problem(spot, "must be a mapping (name: value)")
            return {}
        if known is not None:
            words = list(known)
            for key, value in spot.value.items():
                if key not in words:
                    self.problem(value, "unknown key", did_you_mean(key, words))
        return spot.value

    def sequence(self, spot: Spot | None) -> list[Spot]:
        """Return the items of a list; note anything else."""
        if spot is None or spot.value is None:
            return []
        if not isinstance(spot.value, list):
            self.problem(spot, "must be a list")
            return []
        return spot.value

    def text(self, spot: Spot | None, default: str = "") -> str:
        """Return a text; a number or a yes/no is taken as written."""
        if spot is None or spot.value is None:
            return default
        if isinstance(spot.value, (dict, list)):
            self.problem(spot, "must be a text")
            return default
        return str(spot.value)

    def number(self, spot: Spot | None, default: float, low: float = 0.0, high: float = float("inf")) -> float:
        """Return a number within bounds."""
        if spot is None or spot.value is None:
            return default
        if isinstance(spot.value, bool) or not isinstance(spot.value, (int, float)):
            self.problem(spot, "must be a number")
            return default
        if not low <= spot.value <= high:
            self.problem(spot, f"{spot.value} is outside {low:g} to {high:g}")
            return default
        return float(spot.value)

    def switch(self, spot: Spot) -> bool:
        """Return a yes or no: 0, 1, true, false, or Y, N in quotes."""
        if spot.value in (0, 1, True, False):
            return bool(spot.value)
        if spot.value in {"Y", "N", "y", "n"} if isinstance(spot.value, str) else False:
            return str(spot.value).upper() == "Y"
        self.problem(spot, "must be 0 or 1")
        return False

    def known(self, spot: Spot, name: str, words: Iterable[str], what: str) -> bool:
        """Return whether a name is declared; note it if not."""
        words = list(words)
        if name in words:
            return True
        self.problem(spot, f'no {what} "{name}"', did_you_mean(name, words))
        return False
