"""What has been read of a folder so far: typed where it could be, with places kept for the second pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from corridor.core.errors import Problem
from corridor.core.spots import Places
from corridor.scenario.model import Commodity, Variant, Window
from corridor.scenario.read.fields import CitedQuantity
from corridor.scenario.read.source import Cell
from corridor.scenario.trigger import Threshold
from corridor.tables.goods import GoodsClass


@dataclass(slots=True)
class Entry:
    """One row of a table: its text with places, and what each column was read as (absent where bad)."""

    cells: Mapping[str, Cell]
    values: dict[str, Any]
    whole: bool
    """whether every cell was good"""

    @property
    def cell(self) -> Cell:
        """Return the first cell: the place of the row."""
        return next(iter(self.cells.values()))

    def at(self, column: str) -> Cell:
        """Return the place of a column, of the row where the table lacks it."""
        return self.cells.get(column, self.cell)


@dataclass
class Settings:
    """What scenario.yaml says."""

    root: Cell | None = None
    id: str = ""
    title: str = ""
    question: str = ""
    time_zone: str = ""
    start: date | None = None
    variants: tuple[Variant, ...] = ()
    default_variant: str = ""
    horizon: int = 1
    population: CitedQuantity | None = None
    exit_route: Cell | None = None
    """a key that exits of places.csv have replaced"""
    reference_policy: Cell | None = None
    bodies: str = ""
    rules: dict[str, Cell] = field(default_factory=dict)
    parameters: dict[str, CitedQuantity] = field(default_factory=dict)
    mixes: dict[str, dict[str, CitedQuantity]] = field(default_factory=dict)
    mix_cells: dict[str, Cell] = field(default_factory=dict)
    priority: tuple[GoodsClass, ...] = ()
    window: Window | None = None
    no_voice: tuple[str, ...] = ()
    cannot_tell: tuple[str, ...] = ()

    @property
    def last_as_of(self) -> date | None:
        """Return the latest day that any variant sees."""
        return max((variant.as_of for variant in self.variants), default=None)


@dataclass(frozen=True)
class Target:
    """What an action acts on: `links`, `pipelines`, `parameters` or `places`, an id, and which part of it."""

    collection: str
    id: str
    part: str


@dataclass
class ActionDraft:
    """One action of a policy."""

    cell: Cell
    do: str
    target: Target
    target_cell: Cell
    value: float | bool | None
    starts: int | date
    ends: int | date | None
    starts_cell: Cell
    ends_cell: Cell | None
    evidence: tuple[Cell, ...] = ()
    known: date | None = None
    latest: int | date | None = None
    ends_latest: int | date | None = None
    when: Threshold | None = None
    when_cell: Cell | None = None
    lasts: bool = False
    chance: float | None = None
    id: str = ""
    id_cell: Cell | None = None


@dataclass
class PolicyDraft:
    """A policy or a condition."""

    cell: Cell
    id: str
    title: str
    summary: str
    actions: list[ActionDraft]
    evidence: tuple[Cell, ...] = ()
    known: date | None = None


@dataclass
class ActorPolicyDraft(PolicyDraft):
    """A policy for runs in which the sides choose: options and flags held at a value, each with its place."""

    fixes: dict[str, bool] = field(default_factory=dict)
    flags: dict[str, bool] = field(default_factory=dict)
    names: dict[str, Cell] = field(default_factory=dict)


@dataclass
class ActorsDraft:
    """A model of the sides: plain data as written with the place of each piece, and the names it declares."""

    file: str
    data: dict[str, Any]
    places: Places
    options: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    as_of: date | None = None
    """the day up to which it was written; an earlier variant does not see it"""


@dataclass
class Draft:
    """Everything read of one folder. A table or a part is None where it could not be read at all."""

    tables: dict[str, list[Entry] | None] = field(default_factory=dict)
    settings: Settings | None = None
    policies: list[PolicyDraft] | None = None
    conditions: list[PolicyDraft] | None = None
    actor_policies: list[ActorPolicyDraft] = field(default_factory=list)
    actors: dict[str, ActorsDraft] = field(default_factory=dict)
    """models of the sides by name: `actors` from actors.yaml, `draft` from actors-draft.yaml"""
    commodities: dict[str, Commodity] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    """files that are not read, or were read although they are not written as the format asks"""
    unsure: set[str] = field(default_factory=set)
    """tables of which some rows could not be read, so that a missing id proves nothing"""
    digest: str = ""
    hints: int = 300
    """names still to be compared with known ones, which takes long in a large folder"""
    _ids: dict[str, set[str]] = field(default_factory=dict)

    @property
    def every_policy(self) -> list[PolicyDraft]:
        """Return policies, conditions and actor policies."""
        return [*(self.policies or []), *(self.conditions or []), *self.actor_policies]

    def rows(self, table: str) -> list[Entry]:
        """Return the rows of a table, none where it could not be read."""
        return self.tables.get(table) or []

    def ids(self, table: str) -> set[str] | None:
        """Return the ids that other rows may name; None where the table could not be read. Only once all is read."""
        if table == "mixes":
            return None if self.settings is None else set(self.settings.mixes)
        if table in self.unsure or self.tables.get(table, []) is None:
            return None
        if table not in self._ids:
            found = {entry.cells["id"].text for entry in self.rows(table) if "id" in entry.cells}
            self._ids[table] = found | set(self.commodities) if table == "commodities" else found
        return self._ids[table]
