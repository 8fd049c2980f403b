"""Read a scenario by the name of a bundled case or by its folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from pydantic import ValidationError

from corridor.core.decode import tell
from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.core.uncollected import uncollected
from corridor.scenario.build.actors import MAIN
from corridor.scenario.build.assemble import assemble
from corridor.scenario.build.check import check
from corridor.scenario.build.draft import Draft
from corridor.scenario.build.known import Known
from corridor.scenario.build.late import Late, left_out, unplayable
from corridor.scenario.build.tables import read_folder
from corridor.scenario.change import seal
from corridor.scenario.model import Scenario
from corridor.scenario.observed import as_text, observed_problems, read_table
from corridor.scenario.read.book import in_book, is_book
from corridor.scenario.read.source import os_problem
from corridor.scenario.sense import sense
from corridor.scenario.sense.remark import Remark

MOST_PROBLEMS = 100
"""shown of one file"""
_READ = (".csv", ".yaml", ".yml", ".xlsx")
"""files whose content is read; of others the name alone is told"""
_PACKAGE = Path(__file__).parent.parent
_SHELVES = (_PACKAGE / "scenarios", _PACKAGE.parent.parent / "scenarios")
"""where bundled scenarios lie: inside the installed wheel, or at the top of a checkout"""


def bundled() -> tuple[str, ...]:
    """Return the names of the bundled scenarios."""
    return tuple(sorted(_bundled_folders()))


def _bundled_folders() -> dict[str, Path]:
    for shelf in _SHELVES:
        found = {path.parent.name: path.parent for path in shelf.glob("*/scenario.yaml")}
        if found:
            return found
    return {}


def find_folder(folder_or_name: str | os.PathLike[str]) -> Path:
    """Return the folder that a path or the name of a bundled scenario means.

    Raises
    ------
    InputError : neither exists
    """
    if not isinstance(folder_or_name, (str, os.PathLike)):
        message, remedy = "is neither a path nor the name of a scenario", "name a scenario or a folder"
        raise InputError([Problem(repr(folder_or_name)[:80], 0, 0, "", message, remedy)])
    text = os.fspath(folder_or_name)
    if not text or "\x00" in text:
        raise InputError([Problem(repr(text), 0, 0, "", "is no name of a folder", "name a scenario or a folder")])
    path = Path(text)
    text = text.encode("utf-8", "replace").decode()
    known = _bundled_folders()
    if text in known and not (path.is_dir() and os.sep in text):
        return known[text]
    try:
        path.stat()
    except FileNotFoundError:
        remedy = did_you_mean(text, [*_cases_beside(path), *(known if os.sep not in text else ())])
        if os.sep in text and not remedy.startswith("did you"):
            remedy = "check the path"
        message = "no bundled scenario and no folder has this name"
        raise InputError([Problem(text, 0, 0, "", message, remedy)]) from None
    except OSError as error:
        raise InputError([os_problem(error, text)]) from None
    return path


def _cases_beside(path: Path) -> list[str]:
    """Return the cases in the folder in which a path would lie, as one would write them."""
    try:
        return [str(path.parent / one.name) for one in path.parent.iterdir() if _is_case(one)]
    except OSError:
        return []


def _is_case(path: Path) -> bool:
    return path.suffix == ".xlsx" or (path / "scenario.yaml").is_file()


def load(
    folder_or_name: str | os.PathLike[str],
    variant: str | None = None,
    *,
    as_of: date | None = None,
    calibrated: bool = True,
    actors: str | None = MAIN,
) -> Scenario:
    """Return the scenario as a variant sees it; the folder's default variant where none is named.

    folder_or_name : a bundled case, a folder, or a workbook (.xlsx)
    as_of : another last day known than the variant's own, as `override` sets it

    calibrated : whether stocks come from calibrated.csv where it has them, or from stocks.csv alone (the prior)
    actors : which model of the sides it carries: `actors` for actors.yaml (nothing where the folder has none),
        `draft` for actors-draft.yaml, None for none

    Raises
    ------
    InputError : every problem of the folder, each with file, line, column and remedy
    """
    scenario = as_read(folder_or_name, variant, as_of=as_of, calibrated=calibrated, actors=actors)
    return seal(scenario, os.fspath(folder_or_name))


@uncollected()
def as_read(
    folder_or_name: str | os.PathLike[str], variant: str | None = None, *, as_of: date | None = None,
    calibrated: bool = True, actors: str | None = MAIN,
) -> Scenario:  # fmt: skip
    """Return what `load` does, but without the digest that tells a change by hand: for those who only look.

    Raises
    ------
    InputError : as `load`
    """
    draft, known, found = _examine(find_folder(folder_or_name))
    tell(draft.notes)
    settings = draft.settings
    if found or settings is None or known is None:
        raise InputError(_shown(found))
    name = settings.default_variant if variant is None else variant
    for candidate in settings.variants:
        if candidate.id == name:
            seen = candidate if as_of is None else candidate.model_copy(update={"as_of": as_of})
            if as_of is not None:
                _refuse(unplayable(draft, known, as_of))
            try:
                return assemble(draft, settings, known, seen, calibrated=calibrated, actors=actors)
            except ValidationError as error:
                raise InputError(_from_pydantic(error)) from error
    names = [candidate.id for candidate in settings.variants]
    message = f'no variant is called "{name}"'
    raise InputError([Problem("scenario.yaml", 0, 0, "variants", message, did_you_mean(name, names))])


def _refuse(late: list[Late]) -> None:
    """Refuse a day on which what nothing can be played without is not known."""
    remedy = "take a later day, or cite what was known by then"
    if late:
        raise InputError(Problem("--set", 0, 0, "as_of", one.sentence(), remedy) for one in late)


def problems(folder_or_name: str | os.PathLike[str], notes: list[Problem] | None = None) -> list[Problem]:
    """Return every problem of a folder, as `examined` does."""
    return examined(folder_or_name, notes)[0]


def remarks(folder_or_name: str | os.PathLike[str]) -> list[Remark]:
    """Return what is odd about a folder without problems (`scenario/sense/`); nothing where it has problems."""
    return examined(folder_or_name, [])[1]()


def examined(
    folder_or_name: str | os.PathLike[str], notes: list[Problem] | None = None
) -> tuple[list[Problem], Callable[[], list[Remark]]]:
    """Return every problem of a folder in the order of its files and lines, none where it is sound; and its remarks.

    The folder is read once for both; remarks are looked for where somebody asks. The tables of `observed/` that a
    backtest reads are checked too; `load` does not look at them. Files that are not read, and tables that were read
    although they are not written as the format asks, go into `notes`, or into the log.
    """
    try:
        folder = find_folder(folder_or_name)
        draft, _, found = _examine(folder)
        names = {"commodity": draft.ids("commodities"), "place": draft.ids("places"), "link": draft.ids("links")}
        told = list(draft.notes)
        seen = observed_problems(folder, names, told)
        every = _shown([*found, *map(in_book, seen)] if is_book(folder) else [*found, *seen])
    except InputError as error:
        return list(error.problems), list
    if notes is None:
        tell(told)
    else:
        notes += told
    return every, lambda: [] if found else _odd(draft, folder)


def examined_draft(folder: Path) -> tuple[Draft, Known]:
    """Return what a folder holds as it is written, and when each row could be known; nobody may change either.

    Raises
    ------
    InputError : every problem of the folder
    """
    draft, known, found = _examine(folder)
    if found or known is None:
        raise InputError(_shown(found))
    return draft, known


def not_known(scenario: Scenario) -> list[Late]:
    """Return what the day of a scenario leaves out of its folder: of a day made on the spot all, of the day of a
    variant only what cannot stand without something else.
    """
    if not scenario.origin.folder:
        return []
    draft, known = examined_draft(find_folder(scenario.origin.folder))
    found = left_out(draft, known, scenario.as_of)
    # a model that is read of an earlier day than its own has policies that cite what was thought of later
    there = {f"actor_policies.{policy.id}" for policy in scenario.actor_policies}
    found = [one for one in found if one.path not in there]
    own = {variant.id: variant.as_of for variant in scenario.variants}[scenario.variant]
    return found if own != scenario.as_of else [one for one in found if one.why and not one.is_policy]


def _odd(draft: Draft, folder: Path) -> list[Remark]:
    odd = sense(draft)
    return [replace(one, problem=in_book(one.problem)) for one in odd] if is_book(folder) else odd


@uncollected()
def _examine(folder: Path) -> tuple[Draft, Known | None, list[Problem]]:
    """Return what a folder holds and its problems; nobody changes them, for the last few are kept by their bytes."""
    try:
        content = _content(folder)
    except OSError:  # told by the reader, file by file
        return _examined.__wrapped__(folder, b"")
    return _examined(folder, content)


def _content(folder: Path) -> bytes:
    """Return a digest of the names and bytes of all that lies in a folder, or of a workbook."""
    sums = hashlib.sha256()
    for path in [folder] if folder.is_file() else sorted(folder.iterdir()):
        sums.update(f"{path.name}\n{path.is_file()}\n".encode("utf-8", "surrogateescape"))
        if path == folder or (path.is_file() and path.suffix.lower() in _READ):
            with path.open("rb") as file:
                sums.update(hashlib.file_digest(file, "sha256").digest())
    return sums.digest()


@lru_cache(maxsize=2)
def _examined(folder: Path, content: bytes) -> tuple[Draft, Known | None, list[Problem]]:
    draft = read_folder(folder)
    known = None
    if draft.tables:
        found, known = check(draft)
        draft.problems.extend(found)
    if is_book(folder):
        draft.problems, draft.notes = [*map(in_book, draft.problems)], [*map(in_book, draft.notes)]
    return draft, known, draft.problems


def _shown(found: list[Problem]) -> list[Problem]:
    """Return problems in the order of files and lines, at most MOST_PROBLEMS of one file."""
    shown: list[Problem] = []
    for file, group in groupby(sorted(set(found)), key=lambda problem: problem.file):
        here = list(group)
        shown.extend(here[:MOST_PROBLEMS])
        if len(here) > MOST_PROBLEMS:
            message = f"and {len(here) - MOST_PROBLEMS} more problems"
            shown.append(Problem(file, 0, 0, "", message, "mend the ones above first"))
    return shown


def _from_pydantic(error: ValidationError) -> list[Problem]:
    """Return what the typed rows refuse although the cells passed."""
    return [
        Problem(
            "scenario", 0, 0, ".".join(str(part) for part in item["loc"]), item["msg"], f"got {item['input']!r:.80}"
        )
        for item in error.errors()
    ]


def read_observed(folder_or_name: str | os.PathLike[str], name: str) -> list[dict[str, str]]:
    """Return the rows of observed/<name>.csv as text. No simulation reads them.

    Raises
    ------
    InputError : the table is absent, not a table, or holds a cell that its reader cannot use
    """
    return as_text(read_table(find_folder(folder_or_name), name))
