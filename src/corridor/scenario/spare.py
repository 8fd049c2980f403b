"""What a case is read from is never written over by an answer; where none can be written is told before it is made."""

from __future__ import annotations

import logging
from pathlib import Path

from corridor.core.errors import InputError, Problem
from corridor.core.files import folder_to_make
from corridor.scenario.build.actors import model_name
from corridor.scenario.read.book import book_of, is_book
from corridor.tables.folder import TABLES, YAML_FILES

_log = logging.getLogger(__name__)
INPUTS = {spec.file for spec in TABLES.values()} | {*YAML_FILES}
REMEDY = "choose another path, outside what the case is read from"


def spare(path: str | Path) -> None:
    """Refuse a path at which a file of a case lies: a table or YAML file of its folder, what it observed, its workbook.

    So is one at which nothing can be written. A folder that is made on the way is told in the log.

    Raises
    ------
    InputError : it is read by a case, or cannot be written; nothing has been written
    """
    made = folder_to_make(Path(path))
    if made is not None:
        _log.warning("%s: the folder %s is made for it", path, made)
    place = Path(path).resolve()
    if not place.is_file():
        return
    observed = place.parent.name == "observed"
    folder = place.parent.parent if observed else place.parent
    named = observed or place.name in INPUTS or model_name(place.name) is not None
    if named and (folder / "scenario.yaml").is_file():
        message = f"is read by the case {folder.name}: it is not written over"
        raise InputError([Problem(str(path), 0, 0, "", message, REMEDY)])
    if is_book(place) and "scenario.yaml" in book_of(place).files:
        message = "is the workbook of a case: it is not written over"
        raise InputError([Problem(str(path), 0, 0, "", message, REMEDY)])
