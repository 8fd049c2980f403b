"""A model of the sides from a folder or a single file, with its policies and its words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.core.errors import InputError, Problem
from corridor.scenario import Scenario, load
from corridor.scenario.change import Change, changes, digest

if TYPE_CHECKING:
    from corridor.analysis.sides.words import Told
    from corridor.strategy import ActorsFile

MAIN = "actors"
NO_POLICY = "as_it_is"


@dataclass(frozen=True)
class Case:
    """What `corridor actors` works on.

    content : the model of the sides
    policies : id -> option or flag -> value; the first is what the others are compared with
    told : the words
    id, folder, variant, as_of, changed : what it is about; digest : of everything that was read;
    model : which model of the sides
    """

    content: ActorsFile
    policies: Mapping[str, Mapping[str, bool]]
    told: Told
    id: str = ""
    folder: str = ""
    variant: str = ""
    as_of: str = ""
    changed: tuple[Change, ...] = ()
    digest: str = ""
    model: str = MAIN


def read(case: Scenario | str | Path, model: str = MAIN, variant: str | None = None) -> Case:
    """Return a case: of a bundled case or folder, with its policies and evidence, or of an actors file alone.

    Raises
    ------
    InputError : everything that is wrong with the file; a folder or variant without a model of the sides
    """
    from corridor.analysis.sides.words import policy_words, told_of, told_of_scenario
    from corridor.strategy import read_actors_data

    if not isinstance(case, Scenario) and str(case).endswith((".yaml", ".yml")):
        return _of_file(Path(case))
    scenario = case if isinstance(case, Scenario) else load(case, variant, actors=model)
    file = "actors.yaml" if model == MAIN else f"actors-{model}.yaml"
    if scenario.actors is None:
        message = f'variant "{scenario.variant}" has no model of the sides'
        remedy = "add the file, or take a variant whose as_of is not before the model's own"
        raise InputError([Problem(file, 0, 0, "", message, remedy)])
    content = read_actors_data(scenario.actors, file, scenario.actors_places)
    policies = {p.id: {**p.fixes, **p.flags} for p in scenario.actor_policies}
    told = told_of_scenario(scenario, content)
    if not policies:
        policies, words = {NO_POLICY: {}}, {NO_POLICY: policy_words("As it is")}
        told = told_of(content, scenario.actors, words, scenario.evidence, scenario.title, scenario.as_of)
    return Case(
        content,
        policies,
        told,
        id=scenario.id,
        folder=scenario.origin.folder,
        variant=scenario.variant,
        as_of=scenario.as_of.isoformat(),
        changed=changes(scenario),
        digest=digest(scenario),
        model=model,
    )


def _of_file(path: Path) -> Case:
    from corridor.analysis.sides.words import policy_words, told_of
    from corridor.core.decode import text_of
    from corridor.core.spots import read_spots
    from corridor.strategy import read_actors_file

    content = read_actors_file(path)
    text = text_of(path)
    held = content.policies or {NO_POLICY: {}}
    words = {name: policy_words(name.replace("_", " ")) for name in held}
    told = told_of(content, read_spots(text, str(path)).plain(), words)
    sums = hashlib.sha256(text.encode()).hexdigest()
    return Case(content, held, told, id=path.stem, folder=str(path), digest=sums)
