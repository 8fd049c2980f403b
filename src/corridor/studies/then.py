"""What commands that do not play make of a day: a case as it was known then, and runs that look back from it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from corridor.core.errors import InputError, Problem
from corridor.exchange.folder import write_folder
from corridor.scenario import find_folder
from corridor.scenario.convert import csv_text
from corridor.scenario.known_by import known_by


@contextmanager
def as_known(case: str, day: date | None) -> Iterator[tuple[str, list[str]]]:
    """Give a case as it was known on a day, in a folder that goes afterwards, and what was left out; as it is for None.

    Raises
    ------
    InputError : every problem of the case; a day of which no variant can be made
    """
    if day is None:
        yield case, []
        return
    source = find_folder(case)
    files, told = known_by(source, day)
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where) / source.stem
        texts = {name: content if isinstance(content, str) else csv_text(content) for name, content in files.items()}
        write_folder(texts, folder, force=False)
        yield str(folder), told


def refuse_other_day(store: str, day: date | None) -> None:
    """Refuse a run that looks back from another day; None asks for none.

    Raises
    ------
    InputError : it does, or does not say from which
    """
    if day is None:
        return
    from corridor.engine.catalogue import day_of

    own = day_of(store)
    if own != day.isoformat():
        message = f"is a run as of {own}, not {day}" if own else "does not say from which day it looks back"
        remedy = f"what is stored is not made anew: corridor run CASE --as-of {day} plays one"
        raise InputError([Problem(store, 0, 0, "", message, remedy)])


def runs_of_day(stores: list[str], day: date | None) -> tuple[list[str], list[str]]:
    """Return the stores whose runs look back from a day, and the others; all for None."""
    if day is None:
        return stores, []
    from corridor.engine.catalogue import day_of

    own = [store for store in stores if day_of(store) == day.isoformat()]
    return own, [store for store in stores if store not in own]
