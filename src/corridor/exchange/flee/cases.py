"""Several Flee case folders at once: found, read, and everything that is wrong with any of them told together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from corridor.core.errors import InputError, Problem
from corridor.exchange.flee.read import read_flee_case
from corridor.rules.displacement.case import DisplacementCase


def find_flee_cases(folders: Iterable[Path | str]) -> tuple[Path, ...]:
    """Return the case folders among `folders` and right inside them, each once, those inside in order of their names.

    Raises
    ------
    InputError
        Where a folder is none, or holds no case.
    """
    found: dict[Path, Path] = {}
    problems: list[Problem] = []
    for folder in map(Path, folders):
        if _is_case(folder):
            inside = [folder]
        elif folder.is_dir():
            inside = sorted(path for path in folder.iterdir() if _is_case(path))
        else:
            problems.append(Problem(str(folder), 0, 0, "", "no such folder", "name a Flee case or a folder of cases"))
            continue
        if not inside:
            message = "holds no case: no input_csv, here or one folder down"
            problems.append(Problem(str(folder), 0, 0, "", message, "name a folder that holds input_csv"))
        for path in inside:
            found.setdefault(path.resolve(), path)
    if problems:
        raise InputError(problems)
    return tuple(found.values())


def read_flee_cases(folders: Iterable[Path | str]) -> tuple[DisplacementCase, ...]:
    """Read every case in and under `folders`.

    Raises
    ------
    InputError
        With every problem of every case.
    """
    cases: list[DisplacementCase] = []
    problems: list[Problem] = []
    for folder in find_flee_cases(folders):
        try:
            cases.append(read_flee_case(folder))
        except InputError as error:
            problems += [replace(problem, file=f"{folder.name}/{problem.file}") for problem in error.problems]
    if problems:
        raise InputError(problems)
    return tuple(cases)


def _is_case(folder: Path) -> bool:
    return (folder / "input_csv").is_dir()
