"""What in a case could harm if it were published, table by table, and a copy without it.

A copy is coarser, never a case of other people's numbers: notes are gone, positions are rounded, stores of all places
stand together. What the case cannot be played without and could harm all the same is named, for a person to judge.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.core.files import write_whole
from corridor.exchange.folder import write_folder
from corridor.scenario import find_folder, load, problems
from corridor.scenario.build.tables import read_folder
from corridor.scenario.convert import contents, csv_text
from corridor.tables.field import NOTE
from corridor.tables.sensitive import LEVELS, Sensitive, sensitive

FEWEST = 10
"""persons below which a count of observed/ points at persons"""
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Judged:
    """One file: how sensitive it is and why, how many rows it has, and what a copy does to it ("" for nothing)."""

    file: str
    level: str
    why: str
    rows: int
    copy: str

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain data."""
        return {"file": self.file, "level": self.level, "why": self.why, "rows": self.rows, "copy": self.copy}


def scrub(case: str, target: Path | None = None, without: Sequence[str] = ()) -> list[Judged]:
    """Return how sensitive each file of a case is, the most sensitive first; write a copy without it where asked.

    Parameters
    ----------
    target : a new folder for the copy
    without : files that the copy does not have at all

    Raises
    ------
    InputError : what is wrong with the case, or would be with the copy; nothing is written then
    """
    folder = find_folder(case)
    load(folder)  # says what is wrong with it
    found = contents(folder, [])
    unknown = [name for name in without if name not in found]
    if unknown:
        told = [(f'no file "{name}"', did_you_mean(name, found)) for name in unknown]
        raise InputError(Problem("--without", 0, 0, "", *words) for words in told)
    judged, copy = [], dict[str, str]()
    for file, content in found.items():
        about = sensitive(file)
        if file in without:
            judged.append(Judged(file, about.level, about.why, _count(content), "left out"))
            continue
        text, done = _scrubbed(file, content, about, folder)
        copy[file] = text
        judged.append(Judged(file, about.level, about.why, _count(content), done))
    judged.sort(key=lambda one: (-LEVELS.index(one.level), one.file))
    if target is not None:
        _refuse(copy)
        write_folder(copy, target, force=False)
    return judged


def _count(content: str | Rows) -> int:
    return 0 if isinstance(content, str) else len(content) - 1


def _scrubbed(file: str, content: str | Rows, about: Sensitive, folder: Path) -> tuple[str, str]:
    """Return the text of a file in the copy, and what was done to it."""
    if isinstance(content, str):
        lines = [line for line in content.split("\n") if not line.lstrip().startswith("#")]
        gone = len(content.split("\n")) - len(lines)
        return "\n".join(lines), f"{gone} lines of comment left out" if gone else ""
    header, rows = list(content[0]), [list(row) for row in content[1:]]
    done = []
    if about.rows and rows:
        rows, done = [], ["all rows left out"]
    if about.joined and rows:
        rows, said = _joined(header, rows, folder)
        done += said
    for name in (NOTE, *about.emptied):
        changed = [row for row in rows if name in header and row[header.index(name)] and not _reason(name, header, row)]
        done += [f"{name} emptied in {len(changed)} rows"] * bool(changed)
        for row in changed:
            row[header.index(name)] = ""
    for name in (name for name in about.rounded if name in header):
        at = header.index(name)
        changed = [row for row in rows if row[at] and _rounded(row[at]) != row[at]]
        done += [f"{name} rounded to one decimal"] * bool(changed)
        for row in changed:
            row[at] = _rounded(row[at])
    if file.startswith("observed/"):
        kept = [row for row in rows if not _few(header, row)]
        done += [f"{len(rows) - len(kept)} rows of fewer than {FEWEST} persons left out"] * (len(kept) < len(rows))
        rows = kept
    return csv_text([header, *rows]), "; ".join(done)


def _reason(name: str, header: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a cell gives the author's own reason for an assumption, which a reader needs."""
    return name == NOTE and "said_by" in header and row[header.index("said_by")] == "assumed"


def _rounded(cell: str) -> str:
    try:
        return f"{float(cell):.1f}"
    except ValueError:
        return cell


_PERSONS = ("persons", "people", "count", "arrivals", "individuals")


def _few(header: Sequence[str], row: Sequence[str]) -> bool:
    for name, cell in zip(header, row, strict=True):
        if name in _PERSONS:
            try:
                if 0 < float(cell) < FEWEST:
                    return True
            except ValueError:
                continue
    return False


def _joined(header: Sequence[str], rows: list[list[str]], folder: Path) -> tuple[list[list[str]], list[str]]:
    """Return one row for each good, the sum over all places: as futures draw them, in tonnes."""
    places = {row[header.index("place")] for row in rows}
    if places == {"*"}:
        return rows, []
    sums: dict[str, list[Any]] = {}
    for entry in read_folder(folder).rows("stocks"):
        good, held = entry.cells["commodity"].text, entry.values.get("tonnes")
        if held is None:
            continue
        one = sums.setdefault(good, [0.0, 0.0, 0.0, []])
        for i, part in enumerate((held.value, held.low, held.high)):
            one[i] += held.value if part is None else part
        one[3] += [cell for cell in entry.values.get("evidence") or () if cell not in one[3]]
    out = []
    for good, (value, low, high, cited) in sums.items():
        cells = {"place": "*", "commodity": good, "tonnes": f"{value:.3g}", "evidence": " ".join(cited)}
        ends = {} if low == high else {"low": f"{low:.3g}", "high": f"{high:.3g}"}
        out.append([{**cells, **ends}.get(name, "") for name in header])
    return out, ["places joined to one row for each good"]


def _refuse(copy: Mapping[str, str]) -> None:
    """Refuse a copy that is no case any more."""
    with tempfile.TemporaryDirectory() as where:
        for name, text in copy.items():
            write_whole(Path(where) / "case" / name, text)
        found = problems(Path(where) / "case", [])
    if found:
        raise InputError(found)
