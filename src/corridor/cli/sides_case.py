"""A model of the sides from a folder or a single file, with its policies and its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.core.errors import InputError, Problem

if TYPE_CHECKING:
    from corridor.analysis.sides.words import Told
    from corridor.strategy import ActorsFile

NO_POLICY = "as_it_is"


@dataclass(frozen=True)
class Case:
    """What `corridor actors` works on.

    content : the model of the sides
    policies : id -> option or flag -> value; the first is what the others are compared with
    told : the words
    """

    content: ActorsFile
    policies: Mapping[str, Mapping[str, bool]]
    told: Told


def read(case: str, model: str = "actors", variant: str | None = None) -> Case:
    """Return a case: of a bundled case or folder, with its policies and evidence, or of an actors file alone.

    Raises
    ------
    InputError : everything that is wrong with the file; a folder or variant without a model of the sides
    """
    from corridor.analysis.sides.words import policy_words, told_of, told_of_scenario
    from corridor.core.spots import read_spots
    from corridor.strategy import read_actors_data, read_actors_file

    if case.endswith((".yaml", ".yml")):
        content, data = read_actors_file(case), read_spots(Path(case).read_text(encoding="utf-8"), case).plain()
        held = content.policies or {NO_POLICY: {}}
        return Case(content, held, told_of(content, data, {n: policy_words(n.replace("_", " ")) for n in held}))
    from corridor.scenario import load

    scenario = load(case, variant, actors=model)
    file = "actors.yaml" if model == "actors" else f"actors-{model}.yaml"
    if scenario.actors is None:
        message = f'variant "{scenario.variant}" has no model of the sides'
        remedy = "add the file, or take a variant whose as_of is not before the model's own"
        raise InputError([Problem(file, 0, 0, "", message, remedy)])
    content = read_actors_data(scenario.actors, file, scenario.actors_places)
    policies = {p.id: {**p.fixes, **p.flags} for p in scenario.actor_policies}
    if policies:
        return Case(content, policies, told_of_scenario(scenario, content))
    words = {NO_POLICY: policy_words("As it is")}
    return Case(
        content,
        {NO_POLICY: {}},
        told_of(content, scenario.actors, words, scenario.evidence, scenario.title, scenario.as_of),
    )
