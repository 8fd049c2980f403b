"""Every number that a folder gives, with its path, its row in the table of fields and the evidence that it cites."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from corridor.scenario.model import Event, Quantity, Scenario
from corridor.tables.facts import EVENT_VALUES
from corridor.tables.field import Field, Table
from corridor.tables.folder import POPULATION, SHARE, TABLES
from corridor.tables.goods import MIXES, SERIES, UNIT_FROM, in_unit


@dataclass(frozen=True)
class Number:
    """One number of a scenario.

    Attributes
    ----------
    path : as in `--set`; keys what futures draw
    field : its row in the table of fields
    quantity : what is written; the default, or zero, where nothing is
    evidence : ids that it, or its row, cites
    row : the row in which it stands; None where it stands in scenario.yaml
    key : what keys its draws, where that is not its path: rows of one series, and pipelines of one reporter, draw the
        same
    given : whether something else than the default is written
    """

    path: str
    field: Field
    quantity: Quantity
    evidence: tuple[str, ...] = ()
    row: Any = None
    given: bool = True
    key: str = ""


def numbers(scenario: Scenario) -> Iterator[Number]:
    """Yield every quantity of the scenario in the order of the folder's tables, those that are left empty included.

    Places have what belongs to their kind.
    """
    if scenario.population is not None:
        yield Number(POPULATION.name, POPULATION, scenario.population, scenario.population.evidence)
    for name in (
        "places",
        "links",
        "commodities",
        "stocks",
        "outputs",
        "livestock",
        "pipelines",
        "fleets",
        "rations",
        "series",
    ):
        yield from _of_table(scenario, TABLES[name])
    for mix in scenario.mixes:
        for good, share in mix.shares.items():
            yield Number(MIXES.path(SHARE, mix.id, good), SHARE, share, share.evidence, mix)
    yield from _of_table(scenario, TABLES["reception"])
    yield from _of_table(scenario, TABLES["buses"])
    names = reporters(scenario)
    if len(names) > 1:
        label = "reporter of series.csv who is believed: " + ", ".join(f"{i} {name}" for i, name in enumerate(names))
        which = Field("reporter", "quantity", label, table=SERIES.name, label=label, uncertain=True, canonical="1")
        choice = Quantity(value=0.0, low=0.0, high=float(len(names)), dist="uniform")
        yield Number(REPORTER, which, choice, given=False)
    for event in scenario.events:
        if event.low is not None:
            field = replace(
                EVENT_VALUES[event.kind], uncertain=True, evidence=False, most=EVENT_VALUES[event.kind].high
            )
            quantity = Quantity(value=float(event.value), low=event.low, high=event.high, dist=event.dist)
            yield Number(event_path(event), field, quantity, event.evidence, event)


def speaks_of_rations(scenario: Scenario) -> bool:
    """Whether a table or a policy gives rations by group."""
    policies = (*scenario.policies, *scenario.conditions, *scenario.actor_policies)
    targets = (action.target for policy in policies for action in policy.actions)
    return bool(scenario.rations) or any(target.startswith("rations.") for target in targets)


REPORTER = "series.reporter"
"""Path of the draw of who is believed: from 0 to the number of reporters, its whole part counts."""


def reporters(scenario: Scenario) -> tuple[str, ...]:
    """Return who reports deliveries, in the order of the table."""
    return tuple(dict.fromkeys(row.reporter for row in scenario.series))


def event_path(event: Event) -> str:
    """Return the path of an event's value."""
    return f"events.{event.date}.{event.kind}.{event.target}"


def _of_table(scenario: Scenario, table: Table) -> Iterator[Number]:
    for row in getattr(scenario, table.name):
        word = getattr(row, UNIT_FROM.get(table.name, ""), "")
        for field in (in_unit(one, word) for one in table.quantities):
            if field.kinds and row.kind not in field.kinds:
                continue
            written = row.quantity(field.attribute or field.name)
            if written is None and table.dated:
                continue
            quantity = written or Quantity(value=field.default or 0.0)
            path = table.path(field, *table.ids(row))
            key = table.path(field, *table.ids(row, dated=False)) if table.dated else ""
            if reporter := getattr(row, "reporter", "") if table.name == "pipelines" else "":
                key = table.path(field, "*", reporter)
            evidence = quantity.evidence or getattr(row, "evidence", ())
            given = written is not None and written.value != field.default
            yield Number(path, field, quantity, evidence, row, given, key)
