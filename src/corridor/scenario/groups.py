"""Bodies and ages of groups of countries: what stands where a case gives none, from `data/bodies.csv`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from corridor.scenario.model import Quantity, Scenario

FILE = Path(__file__).parents[1] / "data" / "bodies.csv"
PREFIX = "bodies."
"""What the names of these parameters begin with."""


@cache
def groups() -> Mapping[str, Mapping[str, tuple[Quantity, str]]]:
    """Return group -> parameter -> its default and the source of that."""
    found: dict[str, dict[str, tuple[Quantity, str]]] = {}
    with FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            numbers = (float(row[name]) for name in ("value", "low", "high"))
            value, low, high = numbers
            quantity = Quantity(value=value, low=low, high=high, dist="pert")
            found.setdefault(row["group"], {})[row["parameter"]] = (quantity, row["source"])
    return found


def of_group(scenario: Scenario) -> Mapping[str, tuple[Quantity, str]]:
    """Return the defaults of the case's group of countries; none where it names none."""
    return groups().get(scenario.bodies, {})


def given(scenario: Scenario, name: str) -> Quantity | None:
    """Return what stands for a parameter: the case's own number, that of its group, or None for the built-in one."""
    own = scenario.parameters.get(name)
    return own if own is not None else of_group(scenario).get(name, (None, ""))[0]


def told(scenario: Scenario) -> str:
    """Return the sentence on what is no fact of the case; empty where it gives bodies, ages and temperature itself."""
    from corridor.rules.bodies.need import PARAMETERS

    missing = [q.name for q in PARAMETERS if q.name not in scenario.parameters and q.low < q.high]
    cold = f"{PREFIX}temperature" not in scenario.parameters
    if not scenario.homes or not (missing or cold):
        return ""
    whose = f"the group {scenario.bodies.replace('_', ' ')}" if scenario.bodies else "the world and of planning tables"
    parts = [f"Defaults of {whose}, not facts of the case: {len(missing)} numbers on bodies, work and ages."] * bool(
        missing
    )
    return " ".join([*parts, *["No cold is played: the case gives no temperature."] * cold])
