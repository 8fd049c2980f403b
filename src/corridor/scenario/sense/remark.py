"""A remark: something odd at a place of a folder, with a remedy."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from corridor.core.errors import Problem
from corridor.scenario.build.draft import Entry
from corridor.scenario.read.source import Cell

Level = Literal["warning", "note"]


@dataclass(frozen=True, order=True)
class Remark:
    """One remark.

    problem : place, message and remedy
    level : `warning` is counted and refused by `check --strict`; a `note` is only told
    """

    problem: Problem
    level: Level = "warning"

    def sentence(self) -> str:
        """Return the one line shown on screen."""
        return f"{self.level}: {self.problem.sentence()}"

    def as_dict(self) -> dict[str, object]:
        """Return the fields as plain data, for `--json`."""
        return {"level": self.level, **asdict(self.problem)}


def warning(cell: Cell, message: str, remedy: str) -> Remark:
    """Return a warning at a cell."""
    return Remark(cell.problem(message, remedy))


def value(entry: Entry, column: str) -> float | None:
    """Return the central value of a quantity; None where the cell is empty."""
    found = entry.values.get(column)
    return None if found is None else float(found.value)
