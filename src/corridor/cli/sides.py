"""`corridor actors`: what the sides may do, what can last, how it comes about, and what it hangs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corridor.cli.say import say, say_json
from corridor.cli.sides_case import Case, read
from corridor.cli.sides_check import told
from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.core.files import write_whole

if TYPE_CHECKING:
    from corridor.analysis.sides.law import Law
    from corridor.strategy import ActorsFile, Model

CONCEPT = "sseq"
STRUCTURE_DRAWS = 250
"""Draws in which each structure is tried: enough for means, and structures cost as much as policies."""

CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="A bundled case, a folder, actors.yaml, CASE.json.")]
ModelOption = Annotated[str, typer.Option("--model", help="actors, or draft for actors-draft.yaml.")]
VariantOption = Annotated[str | None, typer.Option("--variant", help="What could be known when (an as_of date).")]
PolicyOption = Annotated[list[str] | None, typer.Option("--policy", help="Only this policy (repeatable).")]
Draws = Annotated[int, typer.Option("--draws", min=0, help="Draws of what the sides want; 0 for none.")]
Weeks = Annotated[int | None, typer.Option("--weeks", min=1, help="How far ahead, if not the file's horizon.")]
Start = Annotated[list[str] | None, typer.Option("--start", help="Begin elsewhere: option=0 (repeatable).")]
Outcomes = Annotated[list[str] | None, typer.Option("--outcome", help="Also report this feature (repeatable).")]
Report = Annotated[Path | None, typer.Option("--report", help="Write the report's section (HTML) here.")]


def actors(
    case: CaseArgument,
    model: ModelOption = "actors",
    variant: VariantOption = None,
    policy: PolicyOption = None,
    draws: Draws = 1000,
    seed: Annotated[int, typer.Option("--seed", help="Seed of every draw.")] = 1,
    weeks: Weeks = None,
    start: Start = None,
    outcome: Outcomes = None,
    structures: Annotated[bool, typer.Option("--structures", help="Also vary how choosing is modelled.")] = False,
    lint: Annotated[bool, typer.Option("--lint", help="Run the eight checks instead.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print the stability table as CSV instead.")] = False,
    graphviz: Annotated[bool, typer.Option("--graphviz", help="Print states and moves as Graphviz instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON with stable keys.")] = False,
    report: Report = None,
) -> None:
    """Say what the sides may do: states, what lasts, how it comes about, what flips it, what each policy changes."""
    if case.endswith(".json"):
        _published(case, csv, graphviz, as_json)
        return
    found = read(case, model, variant)
    if lint:
        _lint(found, as_json)
        return
    chosen = _chosen(found, policy)
    shown = next((name for name in chosen if name in (policy or ())), next(iter(chosen)))
    one = _built(found, chosen[shown])
    if csv or graphviz:
        say(_table_text(one, csv), end="")
        return
    outcomes = _outcomes(found.content, outcome or ())
    begin = dict(_setting(found.content, text) for text in start or ())
    analysis = _analysis(found, one, chosen[shown], outcomes)
    data = None
    if draws:
        data = _summary(found, chosen, outcomes, draws, seed, weeks, begin, structures or report is not None)
    if report is not None and data is not None:
        from corridor.report.sections.sides import page

        write_whole(report, page(data))
    if as_json:
        say_json({"case": case, "policy": shown, "analysis": analysis, "law": data})
        return
    from corridor.report.screen.sides import show

    show(found.told.title, found.told.caution, found.told.policies[shown]["title"], analysis, one, data, _names(found))
    if report is not None:
        say(f"report: {report}")


def _chosen(found: Case, policies: Sequence[str] | None) -> dict[str, Mapping[str, bool]]:
    """Return the reference and the policies asked for, or all of them."""
    unknown = [name for name in policies or () if name not in found.policies]
    if unknown:
        raise InputError(
            Problem(found.content.file, 0, 0, "policies", f'no policy "{name}"', did_you_mean(name, found.policies))
            for name in unknown
        )
    first = next(iter(found.policies))
    wanted = [first, *(name for name in policies if name != first)] if policies else list(found.policies)
    return {name: found.policies[name] for name in wanted}


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
    from corridor.analysis.sides.words import OUTCOMES

    words = {*content.features, *(option.id for option in content.options), *content.flags}
    unknown = [name for name in more if name not in words]
    if unknown:
        raise InputError(
            Problem("--outcome", 0, 0, "", f'no feature or option "{name}"', did_you_mean(name, words))
            for name in unknown
        )
    found = {name: told for name, told in OUTCOMES.items() if name in words}
    return {**found, **{name: (name.replace("_", " "), True) for name in more if name not in found}}


def _built(found: Case, held: Mapping[str, bool]) -> Model:
    from corridor.strategy import build

    return build(found.content, held)


def _analysis(
    found: Case, one: Model, held: Mapping[str, bool], outcomes: Mapping[str, tuple[str, bool | None]]
) -> dict[str, Any]:
    from corridor.analysis.sides.law import masks
    from corridor.strategy import analyse, one_place_moves

    where = masks(found.content, one, held, outcomes)
    named = {outcomes[name][0].lower(): mask for name, mask in where.items()}
    harm = [outcomes[name][0].lower() for name in outcomes if name == "offensive"]
    # what would make a harmful state last is not asked: such outcomes are left out of the exchanges
    calm = {name: mask for name, mask in named.items() if name not in harm}
    moved = [flip for flip in one_place_moves(one, calm, CONCEPT) if flip.gained or flip.lost]
    return {**analyse(one, named, harm, CONCEPT), "exchanges": [asdict(flip) for flip in moved]}


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


def _lint(found: Case, as_json: bool) -> None:
    from corridor.strategy import lint

    findings = lint(found.content, found.policies)
    if as_json:
        say_json({"findings": [asdict(one) for one in findings]})
        return
    for one in findings:
        say(told(one, found.content.file))
    warnings = sum(one.level == "warning" for one in findings)
    say(f"{warnings} warning(s), {len(findings) - warnings} note(s)")


def _table_text(one: Model, csv: bool) -> str:
    from corridor.strategy import as_csv, graphviz, stability_rows
    from corridor.strategy.stability.concepts import stability

    result = stability(one.space.graph, one.payoff)
    return as_csv(stability_rows(one, result)) if csv else graphviz(one, result, CONCEPT)


def _published(case: str, csv: bool, graphviz: bool, as_json: bool) -> None:
    """Analyse a conflict given as decision makers, states, moves and rankings."""
    from corridor.strategy import analyse, in_words, read_case_json

    one = read_case_json(case)
    if csv or graphviz:
        if graphviz and one.status_quo < 0:
            raise InputError(
                [Problem(Path(case).name, 0, 0, "status_quo", "is missing", "name the state to start from")]
            )
        say(_table_text(one, csv), end="")
        return
    analysis = analyse(one, concept=CONCEPT)
    if as_json:
        say_json({"case": case, "analysis": analysis})
        return
    from corridor.report.screen.sides import equilibria

    for text in in_words(analysis):
        say(text)
    equilibria(one)


def _names(found: Case) -> dict[str, str]:
    """Return id -> words of actors and statements, for sentences that name them by id."""
    said = {name: f"“{told['says']}” ({name})" for name, told in found.told.statements.items()}
    return {**{actor.id: actor.name for actor in found.content.actors}, **said}
