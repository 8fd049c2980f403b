"""Values of a YAML tree to typed values; everything wrong becomes a problem at its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from corridor.core.errors import Problem, did_you_mean
from corridor.scenario.model import Quantity
from corridor.scenario.read.cells import LONGEST, quantity, read_date, read_number, shorten
from corridor.scenario.read.source import Cell
from corridor.scenario.read.yaml_tree import Node
from corridor.tables.field import Field

_FORM = {"scalar": "a single value", "list": "a list", "map": "keys with values"}
QUANTITY_KEYS = ("value", "low", "high", "dist", "evidence", "known")


@dataclass
class CitedQuantity:
    """A quantity of a YAML file with the evidence that it cites."""

    cell: Cell
    quantity: Quantity | None
    evidence: tuple[Cell, ...] = ()
    known: date | None = None


def entries(
    node: Node, problems: list[Problem], allowed: Iterable[str] | None = None, required: Iterable[str] = ()
) -> dict[str, Node] | None:
    """Return the keys with values of a map, without empty ones; None where it is no map.

    Unknown keys (where `allowed` is given) and missing ones are problems.
    """
    if node.empty:
        return _missing({}, node, problems, required)
    if node.kind != "map":
        problems.append(node.problem(f"is {_FORM[node.kind]} where keys with values are asked", _like(allowed)))
        return None
    known = None if allowed is None else tuple(allowed)
    for key, cell in node.keys.items():
        if known is not None and key not in known:
            problems.append(cell.problem(f'no key "{shorten(key)}" is read here', did_you_mean(key, known)))
    found = {key: value for key, value in node.entries.items() if not value.empty}
    return _missing(found, node, problems, required)


def _missing(found: dict[str, Node], node: Node, problems: list[Problem], required: Iterable[str]) -> dict[str, Node]:
    problems.extend(node.problem(f'key "{key}" is missing', "add it") for key in required if key not in found)
    return found


def _like(allowed: Iterable[str] | None) -> str:
    return f"write {', '.join(allowed)} below it, each with a colon" if allowed else "write one `name: value` a line"


def elements(node: Node, problems: list[Problem]) -> list[Node]:
    """Return the elements of a list."""
    if node.empty:
        return []
    if node.kind != "list":
        problems.append(node.problem(f"is {_FORM[node.kind]} where a list is asked", "begin each element with `- `"))
        return []
    return node.items


def scalar(node: Node | None, problems: list[Problem]) -> Cell | None:
    """Return a single value as text with its place; None where it is absent or has another form."""
    if node is None or node.empty:
        return None
    if node.kind != "scalar":
        problems.append(node.problem(f"is {_FORM[node.kind]} where a single value is asked", "write one value"))
        return None
    if len(node.cell.text) > LONGEST:
        problems.append(node.problem(f"holds {len(node.cell.text):,} characters", f"keep it below {LONGEST:,}"))
        return None
    return node.cell


def text(node: Node | None, problems: list[Problem]) -> str:
    """Return the text of a single value, "" where there is none."""
    cell = scalar(node, problems)
    return cell.text.strip() if cell else ""


def texts(node: Node | None, problems: list[Problem]) -> tuple[str, ...]:
    """Return a list of texts."""
    if node is None:
        return ()
    return tuple(filter(None, (text(item, problems) for item in elements(node, problems))))


def words(node: Node | None, problems: list[Problem]) -> tuple[Cell, ...]:
    """Return ids with places, from a list or from one text with spaces between them."""
    if node is None or node.empty:
        return ()
    cells: list[Cell] = []
    for item in node.items if node.kind == "list" else [node]:
        cell = scalar(item, problems)
        if cell is not None:
            cells.extend(Cell(word, cell.file, cell.line, cell.column, cell.field) for word in cell.text.split())
    return tuple(cells)


def whole_number(node: Node | None, low: int, high: int, problems: list[Problem]) -> int | None:
    """Return a whole number within its bounds."""
    cell = scalar(node, problems)
    if cell is None:
        return None
    value = read_number(cell, "1", problems, low=low, high=high)
    if value is None:
        return None
    if value != int(value):
        problems.append(cell.problem(f"{cell.text} is not a whole number", "take off the decimals"))
        return None
    return int(value)


def cited_quantity(node: Node, field: Field, problems: list[Problem]) -> CitedQuantity:
    """Return a quantity with evidence: a plain number, or the keys value, low, high, dist, evidence, known."""
    if node.kind == "scalar":
        cell = scalar(node, problems)
        found = quantity(cell, None, None, None, field, problems) if cell else None
        return CitedQuantity(node.cell, found)
    given = entries(node, problems, QUANTITY_KEYS, ("value",))
    if given is None:
        return CitedQuantity(node.cell, None)
    value, low, high, dist = (scalar(given.get(key), problems) for key in ("value", "low", "high", "dist"))
    found = quantity(value, low, high, dist, field, problems) if value else None
    known = scalar(given.get("known"), problems)
    return CitedQuantity(
        given["value"].cell if "value" in given else node.cell,
        found,
        words(given.get("evidence"), problems),
        read_date(known, problems) if known else None,
    )
