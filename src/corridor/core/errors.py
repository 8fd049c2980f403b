"""Errors are data; the sentence is derived from them.

Bad input is collected into `Problem`s, each with file, line, column and remedy, and raised once as
`InputError`. A fault of the simulation itself is a `SimulationError`, which names the future and
the day that reproduce it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from functools import partial
from typing import Any

from corridor.core.text import plain


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with what a person wrote.

    Attributes
    ----------
    file : name of the file, relative to the scenario folder; `stocks!` for a sheet of a workbook
    line, column : 1-based; 0 where the whole file is meant
    field : column of a table or key of a YAML file, "" where none is meant
    message : what is wrong, without a final full stop
    remedy : what to do about it, "" where the message says it
    """

    file: str
    line: int
    column: int
    field: str
    message: str
    remedy: str = ""

    def sentence(self) -> str:
        """Return the one line shown on screen: `links.csv:7:4: to: no place "gorris"; did you mean "goris"?`."""
        where = self.file
        if where.endswith("!"):
            cell = f"{_letters(self.column)}{self.line}" if self.line else ""
            where = where + cell if cell else where[:-1]
        elif self.line:
            where += f":{self.line}"
            if self.column:
                where += f":{self.column}"
        field = f"{self.field}: " if self.field else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return plain(f"{where}: {field}{self.message}{remedy}")

    def as_dict(self) -> dict[str, object]:
        """Return the fields as plain data, for `--json`."""
        return asdict(self)


def _letters(column: int) -> str:
    """Return the letters of a column of a spreadsheet, "" for none: C for 3, AA for 27."""
    if column <= 0:
        return ""
    return _letters((column - 1) // 26) + chr(ord("A") + (column - 1) % 26)


class CorridorError(Exception):
    """Root of every error that this package raises on purpose."""


class InputError(CorridorError):
    """All the problems of one folder or one command line, together."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(problem.sentence() for problem in self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)  # an error of a worker reaches the process that asked


class SimulationError(CorridorError):
    """The simulation broke one of its own laws. Names what reproduces it."""

    def __init__(self, message: str, *, policy: str, condition: str, future: int, day: int, process: str) -> None:
        self.message, self.policy, self.condition = message, policy, condition
        self.future, self.day, self.process = future, day, process
        super().__init__(
            f"{message} (policy {policy}, condition {condition}, future {future}, day {day}, after {process}). "
            f"Replay it alone: corridor run … --policy {policy} --condition {condition} "
            f"--first-future {future} --futures 1"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        told = {name: getattr(self, name) for name in ("policy", "condition", "future", "day", "process")}
        return partial(type(self), **told), (self.message,)


def disk_problem(error: OSError, name: str = "", remedy: str = "") -> Problem:
    """Return what a file system refused as data.

    Parameters
    ----------
    name : of the file as a person knows it; the one of the error where empty
    """
    named = name or os.fsdecode(error.filename or "") or "the file system"
    told = (error.strerror or str(error) or type(error).__name__).lower()
    return Problem(named, 0, 0, "", told, remedy or _REMEDIES.get(error.errno or 0, ""))


_FULL = "make room; what is finished is kept, and the same command goes on from there"
_REMEDIES = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: "allow it, or choose another place",
    errno.EPERM: "allow it, or choose another place",
    errno.EROFS: "choose a place that can be written",
    errno.ENOENT: "it is not there, or went away while it was read; look at the path",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ELOOP: "the link leads back to itself; give what it should lead to",
    errno.EMFILE: "allow more open files (ulimit -n), or give fewer --threads",
}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a remedy that names the nearest known word, or all of them where none is near."""
    words = sorted(set(known))
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return f'did you mean "{near[0]}"?'
    shown = ", ".join(words[:12]) + (", …" if len(words) > 12 else "")
    return f"known: {shown}" if words else "none is declared"
