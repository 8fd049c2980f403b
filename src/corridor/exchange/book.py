"""A case from folder to workbook and back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from corridor.core.errors import InputError, Problem
from corridor.exchange.folder import write_folder
from corridor.scenario import find_folder, write_new
from corridor.scenario.convert import contents, csv_text
from corridor.scenario.known_by import known_by
from corridor.scenario.read.book import SUFFIX, is_book
from corridor.scenario.write.book import write_book


def new_book(path: Path, title: str = "", *, blank: bool = False) -> tuple[Path]:
    """Write a small synthetic case as a workbook; title, blank : as in `write_new`.

    Raises
    ------
    InputError : it is there already, or cannot be written
    """
    with TemporaryDirectory() as where:
        folder = Path(where) / path.stem
        write_new(folder, title, blank=blank)
        convert(str(folder), path, [])
    return (path,)


def convert(
    case: str, target: Path, notes: list[Problem], *, force: bool = False, day: date | None = None
) -> list[str]:
    """Write a folder as a workbook, or a workbook as a folder; return the files that were carried over.

    day : write nothing that was known later; a folder may then be written of a folder, and a workbook of a workbook

    Raises
    ------
    InputError : what cannot be read or has two readings; a target that is there and is not forced
    """
    source = find_folder(case)
    if day is None and is_book(source) == is_book(target):
        message = "both are workbooks" if is_book(source) else f"{target.name} is no workbook"
        remedy = "name a folder" if is_book(source) else f"give it the ending {SUFFIX}"
        raise InputError([Problem(str(target), 0, 0, "", message, remedy)])
    files = contents(source, notes)
    if day is not None:
        files, told = known_by(source, day)
        notes += [Problem(target.name, 0, 0, "", line) for line in told]
    if not is_book(target):
        write_folder(
            {name: text if isinstance(text, str) else csv_text(text) for name, text in files.items()},
            target,
            force=force,
        )
    elif target.exists() and not force:
        raise InputError([Problem(str(target), 0, 0, "", "is there already", "name a new one, or add --force")])
    else:
        write_book(files, target)
    return list(files)
