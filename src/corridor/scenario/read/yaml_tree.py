"""A YAML file as a tree with the place of every key and value.

Built from parser events, without recursion, so that neither deep nesting nor aliases can exhaust the
machine. Scalars stay text; whoever asks converts them (YAML 1.2 core: `no` and `on` are words).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from corridor.core.errors import Problem
from corridor.core.text import halved
from corridor.scenario.read.source import Cell

DEEPEST = 20
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass
class Node:
    """A value: a scalar, a list or a map, and where it begins."""

    kind: Literal["scalar", "list", "map"]
    cell: Cell
    plain: bool = True
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Cell] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing is written: null in the core schema."""
        return self.kind == "scalar" and self.plain and self.cell.text in _NULLS

    def problem(self, message: str, remedy: str = "") -> Problem:
        """Return a problem at this value."""
        return self.cell.problem(message, remedy)


@dataclass
class _Open:
    """A list or map that is being filled."""

    node: Node
    key: Cell | None = None


def read_yaml(text: str, file: str) -> tuple[Node | None, list[Problem]]:
    """Return the tree of the one document in the file, and what is wrong with its form."""
    problems: list[Problem] = []
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    stack: list[_Open] = []
    root: Node | None = None
    documents = 0
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    problems.append(_at(event, file).problem("a second document begins", "keep one document in a file"))
                    break
            elif isinstance(event, yaml.AliasEvent):
                problems.append(_at(event, file).problem("an alias (*) is not read", "write the value out"))
                return None, problems
            elif isinstance(event, yaml.NodeEvent):
                if event.anchor or not _usual(event):
                    problems.append(_at(event, file).problem("anchors (&) and tags (!) are not read", "take it out"))
                    return None, problems
                node = _node(event, stack, file)
                if halved(node.cell.text):
                    problems.append(node.problem("holds half of a character (a lone surrogate)", "write it anew"))
                    return None, problems
                if stack:
                    _put(stack[-1], node, problems)
                else:
                    root = node
                if node.kind != "scalar":
                    stack.append(_Open(node))
                    if len(stack) > DEEPEST:
                        problems.append(
                            node.problem(f"is nested deeper than {DEEPEST} levels", "check brackets, indents")
                        )
                        return None, problems
            elif isinstance(event, yaml.CollectionEndEvent):
                stack.pop()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        message = f"is not YAML here: {error.problem or error.context or 'unknown error'}"
        problems.append(Problem(file, line, column, "", message, "check indents, colons and quotes around here"))
        return None, problems
    except yaml.YAMLError as error:
        message = f"is not YAML: {str(error).splitlines()[0]}"
        problems.append(Problem(file, 0, 0, "", message, "remove characters that do not print"))
        return None, problems
    if root is None:
        problems.append(Problem(file, 0, 0, "", "is empty", "fill it in, or take it from what `corridor new` writes"))
    return root, problems


def _usual(event: Any) -> bool:
    """Whether an event carries no explicit tag."""
    return event.tag is None


def _at(event: Any, file: str, field: str = "") -> Cell:
    mark = event.start_mark
    return Cell("", file, mark.line + 1, mark.column + 1, field)


def _path(stack: list[_Open]) -> str:
    """Return the path of the value about to be put: `policies[1].actions[0].target`."""
    if not stack:
        return ""
    level = stack[-1]
    base = level.node.cell.field
    if level.node.kind == "list":
        return f"{base}[{len(level.node.items)}]"
    if level.key is None:
        return base
    return f"{base}.{level.key.text}" if base else level.key.text


def _node(event: Any, stack: list[_Open], file: str) -> Node:
    place = _at(event, file, _path(stack))
    if isinstance(event, yaml.ScalarEvent):
        plain = event.style in (None, "")
        cell = Cell(event.value.strip() if plain else event.value, file, place.line, place.column, place.field)
        return Node("scalar", cell, plain)
    return Node("list" if isinstance(event, yaml.SequenceStartEvent) else "map", place)


def _put(level: _Open, node: Node, problems: list[Problem]) -> None:
    """Put a value into the open list or map; in a map, keys and values alternate."""
    parent = level.node
    if parent.kind == "list":
        parent.items.append(node)
        return
    if level.key is None:
        if node.kind != "scalar":
            problems.append(node.problem("a key must be a word", "quote it if it is meant as text"))
            level.key = Cell("?", node.cell.file, node.cell.line, node.cell.column)
            return
        prefix = f"{parent.cell.field}." if parent.cell.field else ""
        level.key = Cell(node.cell.text, node.cell.file, node.cell.line, node.cell.column, prefix + node.cell.text)
        return
    key, level.key = level.key, None
    if key.text in parent.entries:
        message = f'key "{key.text}" occurs twice (first in line {parent.keys[key.text].line})'
        problems.append(key.problem(message, "keep one of them"))
        return
    parent.entries[key.text] = node
    parent.keys[key.text] = key
