"""What the sides may do, what can last and what it hangs on, as a Study."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.scenario import Scenario
from corridor.studies.again import command
from corridor.studies.data import Named, rows_table
from corridor.studies.keep import RUNS, kept, key_of
from corridor.studies.rivals import DRAWS as RIVAL_DRAWS
from corridor.studies.rivals import rivals_of
from corridor.studies.sides_case import Case, quiet, read
from corridor.studies.study import Study

if TYPE_CHECKING:
    from corridor.analysis.sides.law import Law
    from corridor.strategy import ActorsFile, Model, Stability

CONCEPT = "sseq"
LARGE = 300_000
"""States above which only what can last and how it comes about is told: one exchange of wants takes as long as that."""
LEFT_OUT = (
    "{states:,} states: left out are the chances under each policy, what an exchange of two wants changes, and what "
    "would make a lasting harm give way: each takes as long as all that is told here. Hold options with a policy, or "
    "rule states out."
)
"""What is said of a model above `LARGE`, on screen and page."""
SILENT = 18
"""Free options up to which nothing is said of how far the work is."""
STRUCTURE_DRAWS = 250
"""Draws in which each structure is tried: enough for means, and structures cost as much as policies."""


def sides(
    case: Case | Scenario | str | Path,
    *,
    policies: Sequence[str] | None = None,
    draws: int = 1000,
    seed: int = 1,
    weeks: int | None = None,
    begin: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    structures: bool = True,
) -> Study:
    """Return what the sides may do: what lasts, how it comes about, what flips it, what each policy changes.

    Parameters
    ----------
    case : a scenario, a folder, the name of a bundled case, or a file of the form of actors.yaml; another variant or
        model as `corridor.load` gives it
    policies : ids, all where None; the first policy of the case is what the others are compared with
    draws, seed : of what the sides want; no law where 0
    weeks : how far ahead, the file's own horizon where None
    begin : where to begin, if not on as_of: `option=0`
    outcomes : features or options that are told besides the known ones
    structures : also vary how choosing is modelled; without it no command makes the page again

    Raises
    ------
    InputError : no model of the sides; an unknown policy, option or feature
    """
    found = case if isinstance(case, Case) else read(case)
    chosen = _chosen(found, policies)
    shown = next(iter(held_by(found, policies)))
    told = _outcomes(found.content, outcomes)
    start = dict(_setting(found.content, text) for text in begin)
    asked: dict[str, Any] = {"policies": policies, "draws": draws, "seed": seed, "weeks": weeks, "begin": list(begin),
                             "outcomes": list(outcomes), "structures": structures}  # fmt: skip

    def make() -> Any:
        free = sum(option.id not in chosen[shown] for option in found.content.options)
        say = found.tell if free > SILENT else quiet
        say("states and moves", 0, 1)
        one = build_model(found, chosen[shown])
        say(f"what lasts of {len(one.states):,} states with {one.space.graph.to.size:,} moves", 0, 1)
        result = stability_of(one)
        say("how it comes about", 0, 1)
        analysis = _analysis(found, one, chosen[shown], told, result)
        law = None
        if draws and not analysis["left_out"]:
            say("chances", 0, 1)
            law = _summary(found, chosen, told, draws, seed, weeks, start, structures)
            law["process_only"] = list(found.process_only.values())
            if structures:
                law["rivals"] = rivals_of(found, tuple(chosen), seed, min(draws, RIVAL_DRAWS))
        return json.loads(
            json.dumps({"analysis": analysis, "law": law, "lasting": lasting(one, result)}, default=_plain)
        )

    from corridor.strategy.stability.concepts import stability_of

    key = key_of(found.digest, found.model, asked)
    data = kept(RUNS, f"{found.id}-sides-{key}", make)
    options: dict[str, object] = {
        "model": None if found.model == "actors" else found.model, "variant": found.variant or None,
        "policy": policies, "draws": draws, "seed": seed, "weeks": weeks, "start": list(begin),
        "outcome": list(outcomes),
    }  # fmt: skip
    words = found.told.policies
    caution = found.told.caution
    return Study(
        kind="sides",
        case=found.id,
        folder=found.folder,
        title=found.told.title,
        variant=found.variant,
        as_of=found.as_of,
        seed=seed,
        futures=draws,
        reference=next(iter(chosen)),
        policies=tuple(
            Named(id=name, title=words[name]["title"], summary=words[name].get("summary", "")) for name in chosen
        ),
        changed=found.changed,
        only=() if policies is None else (f"only policies: {', '.join(chosen)} (of {len(found.policies)})",),
        warnings=(caution,) if caution else (),
        tables=tuple(_tables(data)),
        asked={"structures": int(structures)},
        detail={"policy": shown, "analysis": data["analysis"], "law": data["law"], "names": _names(found)},
        command=command("actors", found.folder, found.changed, options, page=True) if structures else "",
    )


def held_by(found: Case, policies: Sequence[str] | None) -> dict[str, Mapping[str, bool]]:
    """Return the policy that is told in words, the first asked for or the reference, and what it holds."""
    chosen = _chosen(found, policies)
    shown = next((name for name in chosen if name in (policies or ())), next(iter(chosen)))
    return {shown: chosen[shown]}


def _named(name: str, words: Mapping[str, Any]) -> Named:
    return Named(id=name, title=words["title"], summary=words.get("summary", ""))


def lasting(one: Model, result: Stability | None = None) -> list[list[Any]]:
    """Return the states that are stable for everybody in some sense: a heading, then rows, the most stable first.

    None where a margin is not finite: nobody can leave.
    """
    from corridor.analysis.plain import plain
    from corridor.strategy import equilibrium_rows
    from corridor.strategy.stability.concepts import stability_of
    from corridor.strategy.stability.tables import LISTED

    header, *rows = equilibrium_rows(one, result or stability_of(one), LISTED)
    heading = "options taken" if one.space.options else "state"
    return [[heading, *header[2:]], *([plain(cell) for cell in row[1:]] for row in rows)]


def _tables(data: Mapping[str, Any]) -> list[Any]:
    heading, *rows = data["lasting"]
    tables = [rows_table([dict(zip(heading, row, strict=True)) for row in rows], "lasting", "What can last")]
    law = data["law"]
    if law is not None:
        levels = [
            {"policy": policy, "outcome": outcome, "date": date, "share": share}
            for policy, by_outcome in law["level"].items()
            for outcome, level in by_outcome.items()
            for date, share in level["by"].items()
        ]
        tables.insert(0, rows_table(levels, "levels", "Chance of each outcome by a date", {"share": "1"}))
    return tables


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else list(value)


def _chosen(found: Case, policies: Sequence[str] | None) -> dict[str, Mapping[str, bool]]:
    """Return the reference and the policies asked for, or all of them."""
    unknown = [name for name in policies or () if name not in found.policies]
    if unknown:
        raise InputError(_no_law(found, name) for name in unknown)
    first = next(iter(found.policies))
    wanted = [first, *(name for name in policies if name != first)] if policies else list(found.policies)
    return {name: found.policies[name] for name in wanted}


def _no_law(found: Case, name: str) -> Problem:
    if name in found.process_only:
        message = f'only the process tells policy "{name}": it acts on days, or waits for what people suffer'
        return Problem("policies.yaml", 0, 0, "actor_policies", message, "play it: corridor compare CASE --actors")
    remedy = did_you_mean(name, found.policies)
    return Problem(found.content.file, 0, 0, "policies", f'no policy "{name}"', remedy)


def _setting(content: ActorsFile, text: str) -> tuple[str, bool]:
    name, _, value = text.partition("=")
    known = [option.id for option in content.options]
    if name not in known:
        raise InputError([Problem("--start", 0, 0, "", f'no option "{name}"', did_you_mean(name, known))])
    if value not in ("0", "1"):
        raise InputError([Problem("--start", 0, 0, name, f'"{value}" is not 0 or 1', "write option=0 or option=1")])
    return name, value == "1"


def _outcomes(content: ActorsFile, more: Sequence[str]) -> dict[str, tuple[str, bool | None]]:
    """Return the outcomes to report: those known that the file has, and those asked for (more of them is better)."""
    import numpy as np

    from corridor.analysis.sides.outcomes import holds
    from corridor.analysis.sides.words import OUTCOMES

    words = {*content.features, *(option.id for option in content.options), *content.flags}
    unknown = [name for name in more if name not in words]
    if unknown:
        raise InputError(
            Problem("--outcome", 0, 0, "", f'no feature or option "{name}"', did_you_mean(name, words))
            for name in unknown
        )
    today = np.array([[bool(content.status_quo.get(option.id)) for option in content.options]])
    begun = {name for name in ("relief_in", "relief_stops") if name in words and holds(today, name, content, {})[0]}
    found = {name: told for name, told in OUTCOMES.items() if name in words - begun}
    if "relief_stops" in found:
        found.pop("relief_in", None)
    return {**found, **{name: (name.replace("_", " "), True) for name in more if name not in found}}


def build_model(found: Case, held: Mapping[str, bool]) -> Model:
    """Return the model of the sides under a policy."""
    from corridor.strategy import build

    return build(found.content, held)


def _analysis(
    found: Case, one: Model, held: Mapping[str, bool], outcomes: Mapping[str, tuple[str, bool | None]],
    result: Stability,
) -> dict[str, Any]:  # fmt: skip
    from corridor.analysis.sides.law import masks
    from corridor.strategy import analyse, one_place_moves

    where = masks(found.content, one, held, outcomes)
    named = {outcomes[name][0].lower(): mask for name, mask in where.items()}
    harm = [outcomes[name][0].lower() for name in outcomes if name == "offensive"]
    if len(one.states) > LARGE:
        left_out = LEFT_OUT.format(states=len(one.states))
        return {**analyse(one, named, (), CONCEPT, result), "exchanges": [], "left_out": left_out}
    # what would make a harmful state last is not asked: such outcomes are left out of the exchanges
    calm = {name: mask for name, mask in named.items() if name not in harm}
    moved = [flip for flip in one_place_moves(one, calm, CONCEPT) if flip.gained or flip.lost]
    exchanges = [asdict(flip) for flip in moved]
    return {**analyse(one, named, harm, CONCEPT, result), "exchanges": exchanges, "left_out": ""}


def _summary(
    found: Case,
    chosen: Mapping[str, Mapping[str, bool]],
    outcomes: Mapping[str, tuple[str, bool | None]],
    draws: int,
    seed: int,
    weeks: int | None,
    start: Mapping[str, bool],
    structures: bool,
) -> dict[str, Any]:
    from corridor.analysis.sides.law import AS_GIVEN, STRUCTURES, choice_law
    from corridor.analysis.sides.summary import summary

    law: Law = choice_law(
        found.content,
        chosen,
        list(outcomes),
        draws=draws,
        seed=seed,
        weeks=weeks,
        structures=tuple(STRUCTURES) if structures else (AS_GIVEN,),
        structure_draws=STRUCTURE_DRAWS,
        start=start,
        stability=True,
    )
    begin = {**found.content.status_quo, **start}
    today = tuple(option.text or option.id for option in found.content.options if begin.get(option.id))
    return summary(law, replace(found.told, today=today), outcomes)


def _names(found: Case) -> dict[str, str]:
    """Return id -> words of actors and statements, for sentences that name them by id."""
    said = {name: f"“{told['says']}” ({name})" for name, told in found.told.statements.items()}
    return {**{actor.id: actor.name for actor in found.content.actors}, **said}
