"""What a source argues about the sides, held and tested: each claim is a direction that a model has or has not.

A claim says that one setting of options raises or lowers the chance of an outcome against another setting. A model
holds it where named statements, stakes or rules of the model carry it; leaving those out must reverse the direction or
make it go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corridor.core.decode import text_of
from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.core.spots import Spot, read_spots
from corridor.strategy.choice.futures import draw_choices, outcome_chances
from corridor.strategy.model.actors_file import ActorsFile, build, feature_values
from corridor.strategy.model.desk import Desk
from corridor.strategy.model.draws import draw_preferences

SURE = 3.0
"""Standard errors of the paired difference below which nothing is said in words."""
LEAST = 0.005
"""A smaller difference of two chances is nothing to speak of, however exactly it is known."""
_CLAIM = ("id", "says", "said_by", "whose", "strength", "test", "held_by", "unrepresented", "note")
_TEST = ("outcome", "sign", "when", "against", "start", "weeks")
Verdict = Literal["holds", "reversed", "no clear effect", "not represented"]


@dataclass(frozen=True)
class Direction:
    """A claim as a direction: with `when`, the outcome is raised or lowered against `against`, from `start`."""

    outcome: str
    sign: int
    when: Mapping[str, bool]
    against: Mapping[str, bool]
    start: Mapping[str, bool]
    weeks: int | None = None


@dataclass(frozen=True)
class Claim:
    """One argument of a source.

    Attributes
    ----------
    id : paragraph, with a letter where a paragraph argues several things
    says, said_by, whose, strength : in words, by whom, whose choice it is about, how directly it is said (0 to 1)
    test : the direction; None where no model can hold it
    held_by : model -> ids of statements, stakes, packages and options that carry it; see `without`
    unrepresented : why no model holds it
    note : what must be read beside its test
    line, column : where it is written, 0 where it is not from a file
    """

    id: str
    says: str
    said_by: str
    whose: str
    strength: float
    test: Direction | None = None
    held_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unrepresented: str = ""
    note: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Found:
    """What a model makes of a claim: the mean change of the outcome, its standard error, and the verdict."""

    claim: str
    change: float
    error: float
    verdict: Verdict


def read_claims(path: str | Path) -> tuple[Claim, ...]:
    """Return the claims of a file; see `read_claims_text`."""
    return read_claims_text(text_of(Path(path)), Path(path).name)


def read_claims_text(text: str, file: str = "claims.yaml") -> tuple[Claim, ...]:
    """Return the claims of the text of a `claims.yaml`.

    Raises
    ------
    InputError : with every problem, each with its line and column
    """
    desk = Desk(file)
    top = desk.mapping(read_spots(text, file), ("format", "source", "claims", "note"))
    found: list[Claim] = []
    for item in desk.sequence(top.get("claims")):
        entry = desk.mapping(item, _CLAIM)
        name = desk.text(entry.get("id"))
        for key in ("id", "says"):
            if key not in entry:
                desk.problem(item, f'needs "{key}"')
        if name in {one.id for one in found}:
            desk.problem(entry.get("id", item), f'"{name}" is used twice', "one id for each claim")
        reason = desk.text(entry.get("unrepresented"))
        if reason and "test" in entry:
            desk.problem(entry["test"], "is tested and unrepresented", "leave one of the two out")
        held = {
            model: tuple(desk.text(one) for one in desk.sequence(spot))
            for model, spot in desk.mapping(entry.get("held_by")).items()
        }
        found.append(
            Claim(
                name,
                desk.text(entry.get("says")),
                desk.text(entry.get("said_by")),
                desk.text(entry.get("whose")),
                desk.number(entry.get("strength"), 0.5, 0.0, 1.0),
                _direction(desk, entry["test"]) if "test" in entry else None,
                held,
                reason,
                desk.text(entry.get("note")),
                entry.get("id", item).line,
                entry.get("id", item).column,
            )
        )
    if desk.problems:
        raise InputError(sorted(desk.problems))
    return tuple(found)


def _direction(desk: Desk, spot: Spot) -> Direction | None:
    entry = desk.mapping(spot, _TEST)
    if "outcome" not in entry or "sign" not in entry:
        desk.problem(spot, 'needs "outcome" and "sign" (raise or lower)')
        return None
    sign = desk.text(entry["sign"])
    desk.known(entry["sign"], sign, ("raise", "lower"), "sign")
    when, against, start = (
        {name: desk.switch(value) for name, value in desk.mapping(entry.get(key)).items()}
        for key in ("when", "against", "start")
    )
    weeks = int(desk.number(entry["weeks"], 13, 1, 520)) if "weeks" in entry else None
    return Direction(desk.text(entry["outcome"]), 1 if sign == "raise" else -1, when, against, start, weeks)


def claim_problems(
    claims: Iterable[Claim], models: Mapping[str, ActorsFile], file: str = "claims.yaml"
) -> list[Problem]:
    """Return what claims name that the models do not have: models, sides, statements, and what a test is about.

    Parameters
    ----------
    models : name -> model of the sides; what a test is about must be known to the first of them, and to each that is
        said to hold the claim
    """
    found: list[Problem] = []
    for claim in claims:

        def wrong(what: str, name: str, known: Iterable[str], claim: Claim = claim) -> None:
            message = f'claim {claim.id}: no {what} "{name}"'
            found.append(Problem(file, claim.line, claim.column, "claims", message, did_you_mean(name, known)))

        for name in claim.held_by:
            if name not in models:
                wrong("model", name, models)
        for n, (name, content) in enumerate(models.items()):
            if n == 0 and claim.whose and claim.whose not in {actor.id for actor in content.actors}:
                wrong("side", claim.whose, [actor.id for actor in content.actors])
            own = [s.id for s in (*content.statements, *content.stakes)] + [p.id for p in content.packages]
            own += [option.id for option in content.options]
            for held in claim.held_by.get(name, ()):
                if held not in own:
                    wrong(f"statement, stake, package or option of {content.file}", held, own)
            test = claim.test if n == 0 or name in claim.held_by else None
            options = [*content.flags, *(option.id for option in content.options)]
            if test is not None:
                if test.outcome not in {*options, *content.features}:
                    wrong("feature or option", test.outcome, [*options, *content.features])
                for switch in dict.fromkeys((*test.when, *test.against, *test.start)):
                    if switch not in options:
                        wrong("option or flag", switch, options)
    return found


def without(content: ActorsFile, ids: tuple[str, ...]) -> ActorsFile:
    """Return a model of the sides without some statements, stakes and options, and without what speeds packages up.

    A package whose rate nothing changes is left out whole. An option that is left out is never taken.

    Raises
    ------
    InputError : an id that is neither of a statement or a stake nor of a package, nor of an option that is not taken
        today
    """
    free = [one.id for one in content.options if not content.status_quo.get(one.id, False)]
    wanted = [one.id for one in content.wanted(a.id for a in content.actors)]
    known = [*wanted, *(one.id for one in content.packages), *free]
    unknown = [name for name in ids if name not in known]
    if unknown:
        raise InputError(
            content.problem("preferences", f'no statement or stake "{name}"', did_you_mean(name, known))
            for name in unknown
        )
    return replace(
        content,
        infeasible=(*content.infeasible, *({name: True} for name in ids if name in free and name not in wanted)),
        statements=tuple(one for one in content.statements if one.id not in ids),
        beliefs=tuple(one for one in content.beliefs if one.id not in ids),
        stakes=tuple(one for one in content.stakes if one.id not in ids),
        packages=tuple(
            replace(one, multipliers={}) if one.id in ids else one
            for one in content.packages
            if one.id not in ids or one.multipliers
        ),
    )


Memory = dict[tuple[object, ...], NDArray[np.float64]]
"""What one model has been asked already, in one set of draws: claims often share a side of their comparison."""


def tried(
    content: ActorsFile, claim: Claim, draws: int = 1000, seed: int = 1, threads: int | None = None,
    memory: Memory | None = None,
) -> Found:  # fmt: skip
    """Return what a model makes of a claim, in the same draws with and without what it is about.

    A claim whose options or outcome the model does not know is not represented in it.

    memory : of this model with these draws, read and added to
    """
    memory = {} if memory is None else memory
    one = claim.test
    known = {*content.flags, *content.features, *(option.id for option in content.options)}
    if one is None or not {one.outcome, *one.when, *one.against, *one.start} <= known:
        return Found(claim.id, 0.0, 0.0, "not represented")
    chances = []
    for held in (one.when, one.against):
        asked = (one.outcome, one.weeks, tuple(sorted(held.items())), tuple(sorted(one.start.items())))
        if asked in memory:
            chances.append(memory[asked])
            continue
        try:
            model = build(content, held)
        except InputError:
            return Found(claim.id, 0.0, 0.0, "not represented")
        begin = {**content.status_quo, **one.start, **{k: v for k, v in held.items() if k not in content.flags}}
        start = model.space.find(begin)
        if start < 0:
            return Found(claim.id, 0.0, 0.0, "not represented")
        values = feature_values(content, model.space, {k: v for k, v in held.items() if k in content.flags})
        chance = outcome_chances(
            model,
            draw_preferences(model, content.priors, draws, seed),
            draw_choices(content, model, draws, seed),
            {one.outcome: values[one.outcome]},
            one.weeks or content.horizon_weeks,
            start=start,
            threads=threads,
        )
        memory[asked] = chance[:, 0, -1]
        chances.append(memory[asked])
    change = chances[0] - chances[1]
    mean, error = float(change.mean()), float(change.std() / np.sqrt(max(1, draws)))
    if abs(mean) <= SURE * error or abs(mean) < LEAST:
        return Found(claim.id, mean, error, "no clear effect")
    return Found(claim.id, mean, error, "holds" if np.sign(mean) == one.sign else "reversed")
