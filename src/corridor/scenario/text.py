"""A number of a scenario as text, by the path that `--set` gives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corridor.scenario.model import Quantity, Scenario
from corridor.scenario.traffic import words_of
from corridor.tables.folder import TABLES


def text_at(scenario: Scenario, path: str) -> str:
    """Return a number as `--set` would write it, "" where the scenario does not have it."""
    found = _at(scenario, path)
    return "" if found is None else plain_text(found, regime=path.endswith(".regime"))


def plain_text(value: Any, *, regime: bool = False) -> str:
    """Return a value as `--set` writes it: a number, low..value..high, a date, the words of a regime."""
    if isinstance(value, Quantity):
        middle = _number(value.value)
        ends = value.low, value.high
        return middle if None in ends or ends[0] == ends[1] else f"{_number(ends[0])}..{middle}..{_number(ends[1])}"
    if regime and isinstance(value, int):
        return words_of(value)
    return _number(value) if isinstance(value, float) else str(value)


def _number(value: Any) -> str:
    return "unlimited" if value == float("inf") else f"{value:.12g}"


def _at(scenario: Scenario, path: str) -> Any:
    head, _, rest = path.partition(".")
    if not rest:
        return getattr(scenario, head, None)
    name, _, part = rest.rpartition(".")
    if head in ("stocks", "outputs"):
        held = [row for row in getattr(scenario, head) if ".".join(TABLES[head].ids(row)) == rest]
        return getattr(held[0], "tonnes" if head == "stocks" else "share") if held else None
    if head == "mixes":
        mix = next((mix for mix in scenario.mixes if mix.id == name), None)
        return mix.shares.get(part) if mix else None
    if head == "rules":
        from corridor.rules import RULES

        return scenario.rules.get(rest) or next(iter(RULES.get(rest, ())), None)
    rows = getattr(scenario, head, None)
    if isinstance(rows, tuple):
        row = next((row for row in rows if head in TABLES and ".".join(TABLES[head].ids(row)) == name), None)
        if row is not None:
            return getattr(row, part, None)
    return _parameter(scenario.parameters, rest if head == "parameters" else path)


def _parameter(given: Mapping[str, Any], name: str) -> Any:
    from corridor.rules import PARAMETERS

    if name in given or name not in PARAMETERS:
        return given.get(name)
    known = PARAMETERS[name]
    return Quantity(value=known.default, low=known.low, high=known.high)
