"""The plain data of a Study: tables, series, sections, what was asked and changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from corridor.core.files import write_whole
from corridor.core.text import for_csv, inert_json, visible
from corridor.scenario.change import Change
from corridor.scenario.spare import spare

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Told = Callable[[str, int, int], None] | None
"""Called with (stage, done, wanted); None for silence."""
Kind = Literal[
    "comparison",
    "comparison of actor policies",
    "backtest",
    "validation",
    "exploration",
    "calibration",
    "sides",
    "difference",
    "ask",
]


class Plain(BaseModel):
    """Frozen plain data."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(Plain):
    """A column of a table: its key in the rows, its unit ("" where the row names it or there is none), its meaning."""

    id: str
    unit: str = ""
    says: str = ""


class Table(Plain):
    """Rows with named columns; null where a number has no meaning."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[dict[str, JsonValue], ...]


class Series(Plain):
    """One quantity over time under one policy and condition: quantiles over the futures by day, for a figure."""

    id: str
    title: str
    unit: str
    policy: str
    condition: str
    days: tuple[str, ...]
    quantiles: dict[str, tuple[float | None, ...]]


class Named(Plain):
    """A policy or a condition as a reader knows it."""

    id: str
    title: str
    summary: str = ""


class Answered(Plain):
    """The answer to one question, as `Study` has it, without what draws it.

    Attributes
    ----------
    kind : which question
    case, folder : the scenario's id, and what was given to load it
    seed, futures : of every draw; how many futures of each policy under each condition, 0 where none was played
    changed : everything that was changed in the scenario; `only` names what was chosen among policies and conditions
    answer : sentences; warnings : what must be read beside them
    tables : the first is the main one; series : what figures of change over time draw
    sections : further parts of the page by id, each as plain data; asked : the futures that each was asked with
    detail : what only this kind of study has, as plain data
    command : the line that makes this page again, "" where none does
    store : folder of the run
    """

    format: Literal[1] = 1
    kind: Kind
    case: str
    folder: str = ""
    title: str
    question: str = ""
    variant: str = ""
    as_of: str = ""
    horizon: int = 0
    seed: int = 0
    futures: int = 0
    reference: str = ""
    policies: tuple[Named, ...] = ()
    conditions: tuple[Named, ...] = ()
    changed: tuple[Change, ...] = ()
    only: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    series: tuple[Series, ...] = ()
    asked: dict[str, int] = Field(default_factory=dict)
    sections: dict[str, JsonValue] = Field(default_factory=dict)
    detail: dict[str, JsonValue] = Field(default_factory=dict)
    command: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    scenario_hash: str = ""
    store: str = ""

    @property
    def results(self) -> xr.Dataset:
        """Return the run behind it, opened lazily; anew each time, as a store may have grown since.

        Raises
        ------
        InputError : the store is gone
        """
        from corridor.analysis.signs.weights import conditioned
        from corridor.engine import open_run
        from corridor.results.read import with_chosen_days

        opened = open_run(self.store)
        # a store grows: what it holds beyond this study is left out
        kept = opened.isel(future=slice(self.futures)).assign_attrs(futures=self.futures)
        return conditioned(with_chosen_days(kept, self.detail.get("dates") or ()))  # type: ignore[arg-type]

    @property
    def changes(self) -> tuple[str, ...]:
        """Return what was changed, a line each; none where this is the folder's own run."""
        return (*(change.sentence() for change in self.changed), *self.only)

    def table(self, id_: str) -> Table:
        """Return a table by its id. Raises KeyError where it has none."""
        return next((table for table in self.tables if table.id == id_), None) or self._no_table(id_)

    def _no_table(self, id_: str) -> Table:
        message = f'no table "{id_}"; there are {", ".join(table.id for table in self.tables)}'
        raise KeyError(message)

    def to_frame(self, table: str | None = None) -> pd.DataFrame:
        """Return a table as a DataFrame, the main one where none is named."""
        return frame_of(self.tables[0] if table is None else self.table(table))

    def to_csv(self, path: str | Path | None = None, table: str | None = None) -> str:
        """Return a table as CSV and write it where a path is given: the table's columns, then what the run was."""
        frame: Any = self.to_frame(table)
        origin = {"case": self.case, "folder": self.folder, "variant": self.variant, "as_of": self.as_of,
                  "seed": self.seed, "futures": self.futures, "changed": "; ".join(self.changes)}  # fmt: skip
        whole = frame.assign(**{k: v for k, v in origin.items() if k not in frame})
        text: str = whole.map(lambda cell: for_csv(cell) if isinstance(cell, str) else cell).to_csv(
            index=False, lineterminator="\n", float_format="%.9g"
        )
        if path is not None:
            spare(path)
            write_whole(Path(path), text)
        return text

    def to_json(self, path: str | Path | None = None) -> str:
        """Return the whole study as JSON and write it where a path is given; `Study.from_json` reads it."""
        text = inert_json(self.model_dump_json(indent=1))
        if path is not None:
            write_whole(Path(path), text + "\n")
        return text

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the study that `to_json` wrote."""
        return cls.model_validate_json(text)

    def __repr__(self) -> str:
        """Return what fits on a screen."""
        changed = "; ".join(self.changes) or "nothing"
        head = [f"{self.kind}: {self.title}", f"{self.case}, variant {self.variant}, as of {self.as_of}; "
                f"{self.futures} futures, seed {self.seed}; changed: {changed}"]  # fmt: skip
        tables = [f"table {table.id}: {len(table.rows)} rows" for table in self.tables]
        return visible("\n".join([*head, *self.answer, *tables]))

    __str__ = __repr__


def table_of(
    frame: pd.DataFrame, id_: str, title: str, units: Mapping[str, str] | None = None,
    says: Mapping[str, str] | None = None,
) -> Table:  # fmt: skip
    """Return a DataFrame as a plain table."""
    from corridor.analysis.plain import plain_row

    columns = [Column(id=str(name), unit=(units or {}).get(str(name), ""), says=(says or {}).get(str(name), ""))
               for name in frame.columns]  # fmt: skip
    rows = tuple(plain_row(row) for row in frame.to_dict("records"))
    return Table(id=id_, title=title, columns=tuple(columns), rows=rows)


def rows_table(rows: Any, id_: str, title: str, units: Mapping[str, str] | None = None) -> Table:
    """Return plain rows as a table; its columns are the keys in the order in which they first come."""
    from corridor.analysis.plain import plain_row

    kept = tuple(plain_row(row) for row in rows)
    names = dict.fromkeys(str(name) for row in kept for name in row)
    columns = tuple(Column(id=name, unit=(units or {}).get(name, "")) for name in names)
    return Table(id=id_, title=title, columns=columns, rows=kept)


def frame_of(table: Table) -> pd.DataFrame:
    """Return a table as a DataFrame, NaN where a number has no meaning."""
    import pandas as pd

    names = [column.id for column in table.columns]
    frame = pd.DataFrame([{name: row.get(name) for name in names} for row in table.rows], columns=names)
    # a column without any number is one of numbers that have no meaning, not of objects
    return frame.astype({name: float for name in names if len(frame) and frame[name].isna().all()})
