"""A case of the workspace as tables in the browser: read as it stands, one file written whole, checked at once."""

from __future__ import annotations

import csv
import io
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import Field

from corridor.core.errors import InputError, Problem
from corridor.core.files import STALE, write_whole
from corridor.exchange.book import convert
from corridor.scenario import examined, find_folder, write_new
from corridor.scenario.convert import csv_text
from corridor.scenario.write.new import entitle
from corridor.scenario.write.places import add_place, drop_place, rename_place, strangers
from corridor.studies.data import Plain
from corridor.tables.folder import TABLES, YAML_FILES
from corridor.web.workspace import Workspace

_PART = ".part-"
MOST_ROWS, MOST_COLUMNS, MOST_CELL = 20_000, 120, 20_000
_SPECS = {spec.file: spec for spec in TABLES.values()}


class Sheet(Plain):
    """One file as the browser sends it: rows of a table, the header first, or the text of a YAML file."""

    rows: tuple[tuple[str, ...], ...] | None = Field(default=None, max_length=MOST_ROWS)
    text: str | None = Field(default=None, max_length=2_000_000)


class Settled(Plain):
    """A place of a case by a new name: one that is there (`place`), or a home that is put in beside another.

    drop : take `place` out instead
    """

    name: str = Field(default="", max_length=80)
    place: str = Field(default="", max_length=100)
    people: str = Field(default="", max_length=40)
    beside: str = Field(default="", max_length=100)
    km: str = Field(default="", max_length=40)
    drop: bool = False


def new_case(desk: Workspace, name: str, source: str, title: str = "") -> None:
    """Make a case in the workspace: the template where `source` is empty, else a copy of a bundled or own case.

    title : what it is called on every page; that of the template or of the source where empty

    Raises
    ------
    InputError : it is there already, or there is no such source
    """
    target = desk.case(name)
    if target.exists():
        message = f'a case "{name}" is there already'
        raise InputError([Problem("workspace", 0, 0, "name", message, "choose another name")])
    if not source:
        _appear(target, lambda part: write_new(part, title))
        return
    folder = desk.case(source) if source in desk.cases() else find_folder(source)

    def copy(part: Path) -> None:
        if folder.is_dir():
            shutil.copytree(folder, part, ignore=shutil.ignore_patterns(".*", "runs"))
        else:
            convert(str(folder), part, [])
        if title.strip():
            entitle(part, title)

    _appear(target, copy)


def _appear(target: Path, make: Callable[[Path], object]) -> None:
    """Let `make` write a case beside its place and move it there: a case appears whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    # what a server that was killed left here is nobody's any more
    for left in target.parent.glob(f"{_PART}*"):
        if time.time() - left.stat().st_mtime > STALE:
            shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=_PART, dir=target.parent) as where:
        part = Path(where) / target.name  # a new case takes its id from its folder's name
        make(part)
        part.rename(target)


def open_book(desk: Workspace, name: str, data: bytes) -> None:
    """Make a case of the workspace out of a workbook. InputError: whatever is wrong with it."""
    target = desk.case(name)
    if target.exists():
        message = f'a case "{name}" is there already'
        raise InputError([Problem("workspace", 0, 0, "name", message, "choose another name")])
    with TemporaryDirectory() as where:
        path = Path(where) / f"{name}.xlsx"
        path.write_bytes(data)
        _appear(target, lambda part: convert(str(path), part, []))


def as_book(desk: Workspace, name: str) -> bytes:
    """Return a case of the workspace as a workbook."""
    with TemporaryDirectory() as where:
        path = Path(where) / f"{name}.xlsx"
        convert(str(_there(desk, name)), path, [])
        return path.read_bytes()


def read_case(desk: Workspace, name: str) -> dict[str, Any]:
    """Return every file of a case that the format knows, what its columns mean, and what is wrong with it."""
    folder = _there(desk, name)
    files: list[dict[str, Any]] = []
    for file in YAML_FILES:
        path = folder / file
        if path.is_file():
            files.append({"file": file, "text": path.read_text(encoding="utf-8", errors="replace"), "there": True})
    for spec in TABLES.values():
        path = folder / spec.file
        known = [
            {"name": one.name, "meaning": one.meaning, "unit": one.unit, "required": one.required,
             "choices": list(one.choices), "ends": list(one.ends or ()), "refers": list(one.refers)}
            for one in spec.columns
        ]  # fmt: skip
        there = path.is_file()
        text = path.read_text(encoding="utf-8-sig", errors="replace") if there else ""
        rows = list(csv.reader(io.StringIO(text))) if text else [[one.name for one in spec.columns]]
        files.append(
            {"file": spec.file, "meaning": spec.meaning, "columns": known, "header": list(spec.header()),
             "rows": rows, "there": there}
        )  # fmt: skip
    return {"name": name, "files": files, **checked(desk, name)}


def checked(desk: Workspace, name: str) -> dict[str, Any]:
    """Return what `corridor check` says of a case: problems, remarks; and names that stand for no place of it."""
    folder = _there(desk, name)
    found, remarks = examined(folder)
    odd = [] if found else remarks()
    return {
        "problems": [{**one.as_dict(), "sentence": one.sentence()} for one in found],
        "remarks": [one.sentence() for one in odd],
        "strangers": strangers(folder) if found else [],
    }


def settle(desk: Workspace, name: str, asked: Settled) -> dict[str, Any]:
    """Call a place otherwise in all tables of a case, put in a home with its road, or take one out; return the case.

    Raises
    ------
    InputError : no such place, or one of that name is there already
    """
    folder = _there(desk, name)
    if asked.drop:
        drop_place(folder, asked.place)
    elif asked.place:
        rename_place(folder, asked.place, asked.name)
    else:
        add_place(folder, asked.name, asked.people, asked.beside, asked.km)
    return read_case(desk, name)


def write_sheet(desk: Workspace, name: str, file: str, sheet: Sheet) -> dict[str, Any]:
    """Write one file of a case whole and return what is wrong with the case then. An empty table takes its file away.

    Raises
    ------
    InputError : a file that the format does not know; too many columns or letters
    """
    folder = _there(desk, name)
    if file in YAML_FILES and sheet.text is not None:
        write_whole(folder / file, sheet.text.replace("\r\n", "\n"))
        return checked(desk, name)
    if file not in _SPECS or sheet.rows is None:
        message = f'"{file[:80]}" is no table of a case'
        raise InputError([Problem("workspace", 0, 0, "file", message, "name one, such as stocks.csv")])
    if any(len(row) > MOST_COLUMNS or any(len(cell) > MOST_CELL for cell in row) for row in sheet.rows):
        message = f"more than {MOST_COLUMNS} columns, or a cell of more than {MOST_CELL:,} letters"
        raise InputError([Problem(file, 0, 0, "", message)])
    rows = [row for i, row in enumerate(sheet.rows) if i == 0 or any(cell.strip() for cell in row)]
    if len(rows) < 2 and not _SPECS[file].required:
        (folder / file).unlink(missing_ok=True)
    else:
        # a line break inside a cell would move the lines that problems name
        write_whole(folder / file, csv_text([[" ".join(cell.split()) for cell in row] for row in rows]))
    return checked(desk, name)


def _there(desk: Workspace, name: str) -> Path:
    folder = desk.case(name)
    if not folder.is_dir():
        message = f'no case "{name}" in the workspace'
        raise InputError([Problem("workspace", 0, 0, "name", message, "make it, or open another")])
    return folder
