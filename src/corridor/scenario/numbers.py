"""Every number that a folder gives, with its path, its row in the table of fields and the evidence that it cites."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from corridor.scenario.model import Quantity, Scenario
from corridor.tables.field import Field, Table
from corridor.tables.folder import POPULATION, SHARE, TABLES
from corridor.tables.goods import MIXES


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
    given : whether something else than the default is written
    """

    path: str
    field: Field
    quantity: Quantity
    evidence: tuple[str, ...] = ()
    row: Any = None
    given: bool = True


def numbers(scenario: Scenario) -> Iterator[Number]:
    """Yield every quantity of the scenario in the order of the folder's tables, those that are left empty included.

    Places have what belongs to their kind.
    """
    if scenario.population is not None:
        yield Number(POPULATION.name, POPULATION, scenario.population, scenario.population.evidence)
    for name in ("places", "links", "commodities", "stocks", "outputs", "pipelines", "fleets"):
        yield from _of_table(scenario, TABLES[name])
    for mix in scenario.mixes:
        for good, share in mix.shares.items():
            yield Number(MIXES.path(SHARE, mix.id, good), SHARE, share, share.evidence, mix)
    yield from _of_table(scenario, TABLES["reception"])


def _of_table(scenario: Scenario, table: Table) -> Iterator[Number]:
    for row in getattr(scenario, table.name):
        for field in table.quantities:
            if field.kinds and row.kind not in field.kinds:
                continue
            written = row.quantity(field.attribute or field.name)
            quantity = written or Quantity(value=field.default or 0.0)
            path = table.path(field, *(getattr(row, column) for column in table.key))
            evidence = quantity.evidence or getattr(row, "evidence", ())
            given = written is not None and written.value != field.default
            yield Number(path, field, quantity, evidence, row, given)
