"""What `corridor check` says of the models of the sides: problems beyond the form of the file, and advice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.core.errors import InputError, Problem
from corridor.core.text import plain
from corridor.scenario.read.book import book_of, in_book, is_book

if TYPE_CHECKING:
    from corridor.scenario.model import Scenario
    from corridor.strategy import Lint
    from corridor.strategy.model.actors_file import ActorsFile

_FILE = re.compile(r"actors(?:-([a-z0-9][a-z0-9_-]*))?\.yaml")
MAIN = "actors"


def check_sides(case: str, found: Iterable[Problem]) -> tuple[list[Problem], list[Lint]]:
    """Return the problems of a folder with those of its models of the sides, and advice on the main one.

    Every `actors*.yaml` whose form is sound is read by the strategy library. Where the whole folder is sound, each
    model is put together under each policy that it can play, which shows effects on things that do not exist and a
    status quo that cannot be. The nine checks are run on the main model of a folder without problems.
    """
    from corridor.scenario import find_folder

    problems = list(found)
    try:
        folder = find_folder(case)
    except InputError:
        return problems, []
    models = models_of(folder)
    shown = in_book if is_book(folder) else lambda problem: problem
    spoilt = {problem.file for problem in problems}
    for file in models.values():
        if shown(Problem(file, 0, 0, "", "")).file not in spoilt:
            problems += map(shown, _read(folder, file))
    if not problems:
        problems += map(shown, _claims(folder, models))
    if problems or not models:
        return _ordered(problems), []
    advice: list[Lint] = []
    for name in models:
        scenario = _with_sides(case, name)
        if scenario is not None:
            problems += map(shown, _put_together(scenario))
            if name == MAIN and not problems:
                advice = _advice(scenario, folder, models[name])
    return _ordered(problems), advice


PLAIN: Mapping[int, str] = {
    1: "what changes nobody's choice, or not everybody's",
    2: "what no agreement on the table brings about",
    3: "what a side must sign without gaining by it",
    4: "what is stable whatever the sides want",
    5: "where everything ends in the same state in the long run",
    6: "what is never or always done",
    7: "what no evidence is given for",
    8: "how much a side's wants weigh against chance",
    9: "what a policy makes no dearer for the side that does harm",
}
"""number of a check -> what it finds, in plain words"""


def told(found: Sequence[Lint], file: str) -> list[str]:
    """Return the lines shown on screen, one for each kind of finding: in plain words what it finds, then each."""
    groups: dict[tuple[str, int, str], list[Lint]] = {}
    for one in found:
        groups.setdefault((one.level, one.number, one.remedy), []).append(one)
    lines = []
    for (level, number, remedy), ones in groups.items():
        said = "; ".join(f"{one.subject}{_at(one, file)} {one.message}" for one in ones)
        lines.append(plain(f"{level}: {PLAIN[number]} (check {number}, {ones[0].name}): {said}; {remedy}"))
    return lines


def _at(one: Lint, file: str) -> str:
    return f" ({file}:{one.line}:{one.column})" if one.line else ""


def models_of(folder: Path) -> dict[str, str]:
    """Return name -> file of the models of the sides in a folder or workbook, the main one first."""
    if is_book(folder):
        files = sorted(book_of(folder).files)
    else:
        files = sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    matches = {file: _FILE.fullmatch(file) for file in files}
    found = {match[1] or MAIN: file for file, match in matches.items() if match}
    return dict(sorted(found.items(), key=lambda item: (item[0] != MAIN, item[0])))


def _model(folder: Path, file: str) -> ActorsFile:
    from corridor.core.decode import text_of

    return _parsed(str(book_of(folder).files[file]) if is_book(folder) else text_of(folder / file), file)


@lru_cache(maxsize=8)
def _parsed(text: str, file: str) -> ActorsFile:
    from corridor.strategy import read_actors

    return read_actors(text, file)


def _read(folder: Path, file: str) -> list[Problem]:
    try:
        _model(folder, file)
    except InputError as error:
        return list(error.problems)
    return []


def _claims(folder: Path, models: Mapping[str, str]) -> list[Problem]:
    """Return the problems of what the source argues, against the models that are said to hold it."""
    from corridor.strategy.claims import claim_problems, read_claims_text

    file = "claims.yaml"
    if is_book(folder):
        text = str(book_of(folder).files.get(file, ""))
    else:
        text = (folder / file).read_text(encoding="utf-8") if (folder / file).is_file() else ""
    if not text:
        return []
    try:
        claims = read_claims_text(text, file)
    except InputError as error:
        return list(error.problems)
    return claim_problems(claims, {name: _model(folder, one) for name, one in models.items()}, file)


def _with_sides(case: str, model: str) -> Scenario | None:
    """Return the first variant that is not too early for a model of the sides."""
    from corridor.scenario import load

    first = load(case, actors=model)
    names = [first.variant, *(v.id for v in first.variants if v.id != first.variant)]
    return next((s for s in (load(case, name, actors=model) for name in names) if s.actors is not None), None)


def _put_together(scenario: Scenario) -> list[Problem]:
    from corridor.engine.compile import compile_scenario
    from corridor.engine.sides.compile import compile_play, compile_sides

    net, sides = compile_scenario(scenario).net, None
    problems: dict[Problem, None] = {}
    for policy in scenario.actor_policies:
        try:
            sides = compile_sides(scenario) if sides is None else sides
            compile_play(scenario, sides, policy, net)
        except InputError as error:
            problems |= dict.fromkeys(error.problems)
    return list(problems)


def _advice(scenario: Scenario, folder: Path, file: str) -> list[Lint]:
    from corridor.strategy import lint

    policies = {policy.id: {**policy.fixes, **policy.flags} for policy in scenario.actor_policies}
    return lint(_model(folder, file), policies or None)


def _ordered(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(set(problems))
