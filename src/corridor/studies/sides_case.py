"""A model of the sides from a folder or a single file, with its policies and its words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.core.errors import InputError, Problem
from corridor.scenario import Scenario, load, override
from corridor.scenario.change import Change, changes, digest

if TYPE_CHECKING:
    from corridor.analysis.sides.words import Told
    from corridor.strategy import ActorsFile
    from corridor.strategy.claims import Claim

MAIN = "actors"
NO_POLICY = "as_it_is"


def quiet(stage: str, done: int, wanted: int) -> None:
    """Say nothing of how far the work is."""


@dataclass(frozen=True)
class Case:
    """What `corridor actors` works on.

    content : the model of the sides
    policies : id -> option or flag -> value; the first is what the others are compared with
    told : the words
    id, folder, variant, as_of, changed : what it is about; digest : of everything that was read;
    model : which model of the sides
    tell : told (stage, done, wanted) while a large model is worked out
    process_only : id -> title of the policies of which no law tells, only days that are played
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
    tell: Callable[[str, int, int], None] = quiet
    process_only: Mapping[str, str] = field(default_factory=dict)


def read(case: Scenario | str | Path, model: str = MAIN, variant: str | None = None, as_of: str | None = None) -> Case:
    """Return a case: of a bundled case or folder, with its policies and evidence, or of an actors file alone.

    as_of : another last day of which anything is known than the variant's own

    Raises
    ------
    InputError : everything that is wrong with the file; a folder or variant without a model of the sides
    """
    from corridor.analysis.sides.words import policy_words, told_of
    from corridor.strategy import read_actors_data

    if not isinstance(case, Scenario) and str(case).endswith((".yaml", ".yml")):
        if as_of is not None:
            message, remedy = "a single file of the sides knows no other day", "give the folder of the case"
            raise InputError([Problem("--as-of", 0, 0, "", message, remedy)])
        return _of_file(Path(case))
    scenario = case if isinstance(case, Scenario) else load(case, variant, actors=model)
    if as_of is not None:
        scenario = override(scenario, {"as_of": as_of})
    file = "actors.yaml" if model == MAIN else f"actors-{model}.yaml"
    if scenario.actors is None:
        message = f'variant "{scenario.variant}" has no model of the sides'
        remedy = "add the file, or take a variant (or --as-of) that is not before the model's own day"
        raise InputError([Problem(file, 0, 0, "", message, remedy)])
    content = read_actors_data(scenario.actors, file, scenario.actors_places)
    felt = any(statement.feedback for statement in content.statements)
    process_only = {p.id: p.title for p in scenario.actor_policies if p.process_only(felt)}
    policies = {p.id: {**p.fixes, **p.flags} for p in scenario.actor_policies if p.id not in process_only}
    told = words_of(scenario, content)
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
        process_only=process_only,
    )


def words_of(scenario: Scenario, content: ActorsFile) -> Told:
    """Return the words of the sides of a scenario; what its variant cannot know yet is told, and told to be later."""
    from corridor.analysis.sides.words import told_of_scenario

    wanted = (*content.statements, *content.stakes, *content.beliefs)
    named = {name for one in wanted for name in one.evidence.split("; ") if name}
    unseen = bool(scenario.origin.folder) and not named <= scenario.evidence.keys()
    return told_of_scenario(scenario, content, load(scenario.origin.folder).evidence if unseen else None)


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


def changed_case(found: Case, sets: Sequence[str], without: Sequence[str], options: Sequence[str] = ()) -> Case:
    """Return a case whose model of the sides was changed: values set, claims or statements left out, options added.

    Raises
    ------
    InputError : every change that cannot be made
    """
    from corridor.strategy.change import add_option, claim_ids, put
    from corridor.strategy.claims import without as leave_out

    content = found.content
    for text in options:
        content = add_option(content, text)
    for text in sets:
        content = put(content, text)
    ids = claim_ids(content, claims_of(found.folder), found.model, without)
    content = leave_out(content, ids) if ids else content
    return found if content is found.content else replace(found, content=content)


def claims_of(folder: str) -> tuple[Claim, ...]:
    """Return the claims of a folder; none where it has no claims.yaml."""
    from corridor.scenario import find_folder
    from corridor.strategy.claims import read_claims

    if not folder or folder.endswith((".yaml", ".yml", ".xlsx")):
        return ()
    path = find_folder(folder) / "claims.yaml"
    return read_claims(path) if path.is_file() else ()
