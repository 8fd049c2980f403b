"""The form of the field table: what a cell of a scenario folder holds, and everything that is done with it.

Reading, checking, `--set`, policies, audit, schema, documentation, the engine's inputs and the report's labels all read
the same rows. The rows themselves stand beside this file: `network.py`, `goods.py`, `facts.py`; `folder.py` lists them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

Kind = Literal[
    "id", "text", "names", "date", "months", "choice", "regime", "number", "quantity", "ref", "refs", "value", "switch"
]
Dim = Literal["place", "everywhere", "link", "pipeline", "fleet", "commodity", "destination", "group", "ration", "bus"]
Verb = Literal["force", "set", "add", "remove"]

NOTE = "note"
"""a free column of every table, for people; read only where a table lists it"""
HOLD: tuple[Verb, ...] = ("force", "set")
"""what a policy does to a number or a regime"""


@dataclass(frozen=True)
class Field:
    """One field of a table.

    Attributes
    ----------
    table, name : where it stands; also its path, `links.gate.km`
    kind : what a cell holds; `value` is read by the row's `kind` (events), `refs` are ids separated by spaces, a
        `switch` is one of two words, the one for no first
    meaning : one sentence without a full stop
    required : whether a row must have it
    unit : of a number that carries none; also of `low` and `high`
    canonical : unit in the typed result, in results and in tables
    low, high : bounds of what may be written; `above` excludes the lower one
    default : number where nothing is written; None where that means that there is none
    choices : words of a choice or a switch
    refers : tables whose ids may stand here; `words` may stand here too
    role : kind of place that must stand here, and why
    kinds : kinds of place for which it is asked and drawn; empty: every row
    ends : names of the columns low, high, dist of a quantity
    attribute : its name in the typed row
    column : whether a cell holds it; False: only a policy changes it
    uncertain : each future draws it, keyed by its path
    most : no draw passes it
    array, dims : name and dimensions (besides the future) of the array in which rules read it; "" where no rule does
    settable : whether `--set` changes it
    imposable : what an action of a policy may do to it
    keys : columns that a target names after the place, in place of its own name: `outputs.<id>.<commodity>`
    evidence : whether evidence is asked for it
    label : what it is called for people, beside the name of its row
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    unit: str = ""
    canonical: str = ""
    low: float = 0.0
    high: float = math.inf
    above: bool = False
    default: float | None = None
    choices: tuple[str, ...] = ()
    refers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    role: tuple[str, str] = ("", "")
    kinds: tuple[str, ...] = ()
    ends: tuple[str, str, str] | None = None
    attribute: str = ""
    column: bool = True
    uncertain: bool = False
    most: float = math.inf
    array: str = ""
    dims: tuple[Dim, ...] = ()
    settable: bool = False
    imposable: tuple[Verb, ...] = ()
    keys: tuple[str, ...] = ()
    evidence: bool = False
    label: str = ""
    table: str = ""

    @property
    def form(self) -> str:
        """Return its path with placeholders: `links.<id>.km`, `pipelines.<id>` for a whole row."""
        return ".".join(filter(None, (self.table, "<id>", self.part)))

    @property
    def part(self) -> str:
        """Return what a target names after the id."""
        return ".".join(f"<{key}>" for key in self.keys) or self.name


@dataclass(frozen=True)
class Table:
    """One file: its fields, what makes a row unique, whether a folder may do without it; made by `table`.

    Attributes
    ----------
    one : what one row is called
    key : columns that no two rows share
    required : whether a folder must have it
    short : its one quantity is meant where a path names the row alone: `stocks.town.flour`
    dated : column of `key` that tells the rows of one series apart; what a future draws is the same in all of them
    """

    name: str
    one: str
    meaning: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ("id",)
    required: bool = True
    short: bool = False
    dated: str = ""

    @property
    def file(self) -> str:
        """Return the file's name."""
        return f"{self.name}.csv"

    @cached_property
    def columns(self) -> tuple[Field, ...]:
        """Return the fields that stand in cells."""
        return tuple(field for field in self.fields if field.column)

    @property
    def quantities(self) -> tuple[Field, ...]:
        """Return the columns that hold a number with its range."""
        return tuple(field for field in self.columns if field.kind == "quantity")

    def header(self) -> tuple[str, ...]:
        """Return every column name that may stand in the header, in the usual order; `note` may in any."""
        names = [name for field in self.columns for name in (field.name, *(field.ends or ()))]
        return tuple(dict.fromkeys((*names, NOTE)))

    def field(self, name: str) -> Field:
        """Return the field of that name; raises KeyError where there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def ids(self, row: object, *, dated: bool = True) -> tuple[str, ...]:
        """Return what names a typed row, by its key without empty cells; `dated` false leaves out its date."""
        columns = (self.field(name) for name in self.key if dated or name != self.dated)
        return tuple(filter(None, (str(getattr(row, column.attribute or column.name)) for column in columns)))

    def path(self, field: Field, *ids: str) -> str:
        """Return the path of a field of one row: `links.gate.km`, `stocks.town.flour`."""
        return ".".join((self.name, *ids) if self.short else (self.name, *ids, field.name))


def table(
    name: str, one: str, meaning: str, *fields: Field, key: tuple[str, ...] = ("id",), required: bool = True,
    short: bool = False, dims: tuple[Dim, ...] = (), dated: str = "",
) -> Table:  # fmt: skip
    """Return a table whose fields know their table; numbers that are drawn have its `dims` in the engine."""
    return Table(name, one, meaning, tuple(placed(field, name, dims) for field in fields), key, required, short, dated)


def placed(field: Field, table: str, dims: tuple[Dim, ...] = ()) -> Field:
    """Return a field that knows its table, and its array where it is drawn."""
    if not (field.uncertain and dims):
        return replace(field, table=table)
    return replace(field, table=table, dims=field.dims or dims, array=field.array or f"{table}.{field.name}")


def quantity(
    name: str, unit: str, meaning: str, high: float, *, label: str = "", alone: bool = False, required: bool = False,
    low: float = 0.0,
    above: bool = False, canonical: str = "", default: float | None = None, most: float = math.inf, array: str = "",
    kinds: tuple[str, ...] = (), imposable: tuple[Verb, ...] = (), evidence: bool = True, drawn: bool = True,
    dims: tuple[Dim, ...] = (),
) -> Field:  # fmt: skip
    """Return a number with its range: alone in its table it has low, high, dist; else they carry its name."""
    ends = ("low", "high", "dist") if alone else (f"{name}_low", f"{name}_high", f"{name}_dist")
    return Field(
        name, "quantity", meaning, required, unit, canonical or unit, low=low, high=high, above=above, default=default,
        ends=ends, kinds=kinds, uncertain=drawn, most=most, array=array, settable=drawn, imposable=imposable,
        evidence=evidence, label=label, dims=dims,
    )  # fmt: skip


def identity(meaning: str = "name by which other rows refer to it") -> Field:
    """Return the column `id`."""
    return Field("id", "id", meaning, required=True)


def text(name: str, meaning: str, *, required: bool = False) -> Field:
    """Return a column of plain text."""
    return Field(name, "text", meaning, required)


def reference(
    name: str, tables: tuple[str, ...], meaning: str, *, words: tuple[str, ...] = (), role: tuple[str, str] = ("", ""),
    attribute: str = "",
) -> Field:  # fmt: skip
    """Return a column that names a row of another table."""
    return Field(name, "ref", meaning, True, refers=tables, words=words, role=role, attribute=attribute)


CITED = Field("evidence", "refs", "ids of evidence.csv, separated by spaces", refers=("evidence",))
KNOWN = Field("known", "date", "first day on which it could be known; the latest of its evidence where empty")
MOST_PER_DAY = 1e7
