"""`corridor actors`: what the sides may do, what can last, how it comes about, and what it hangs on."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridor.cli.as_of import day_asked
from corridor.cli.say import say, say_json
from corridor.core.errors import InputError, Problem

if TYPE_CHECKING:
    from corridor.strategy import Model
    from corridor.studies.sides_case import Case

CONCEPT = "sseq"

CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="A bundled case, a folder, actors.yaml, CASE.json.")]
ModelOption = Annotated[str, typer.Option("--model", help="actors, or draft for actors-draft.yaml.")]
VariantOption = Annotated[str | None, typer.Option("--variant", help="What could be known when (an as_of date).")]
PolicyOption = Annotated[list[str] | None, typer.Option("--policy", help="Only this policy (repeatable).")]
Draws = Annotated[int, typer.Option("--draws", min=0, help="Draws of what the sides want; 0 for none.")]
Error = Annotated[float | None, typer.Option("--error", min=0.001, help="Choose the draws by this error.")]
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
    error: Error = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of every draw.")] = 1,
    weeks: Weeks = None,
    start: Start = None,
    outcome: Outcomes = None,
    structures: Annotated[bool, typer.Option("--structures", help="Also vary how choosing is modelled.")] = False,
    lint: Annotated[bool, typer.Option("--lint", help="Run the nine checks instead.")] = False,
    claims: Annotated[bool, typer.Option("--claims", help="What each model makes of the source's claims.")] = False,
    history: Annotated[bool, typer.Option("--history", help="Forecast the coded past, week by week.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Keep --claims or --history here.")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print the stability table as CSV instead.")] = False,
    graphviz: Annotated[bool, typer.Option("--graphviz", help="Print states and moves as Graphviz instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON with stable keys.")] = False,
    gmcr: Annotated[Path | None, typer.Option("--gmcr", help="Write the model for GMCR+ (.gmcr) here instead.")] = None,
    report: Report = None,
) -> None:
    """Say what the sides may do: states, what lasts, how it comes about, what flips it, what each policy changes."""
    from corridor.report.screen.progress import progress
    from corridor.report.screen.study import show
    from corridor.strategy.ask import draws_for
    from corridor.studies import sides as study_of
    from corridor.studies.actors import build_model, held_by
    from corridor.studies.page import check_path
    from corridor.studies.sides_case import read

    if case.endswith(".json"):
        _published(case, csv, graphviz, as_json)
        return
    found = read(case, model, variant, day_asked())
    if claims or history:
        _kept(found, history, max(draws, 8), seed, output, as_json)
        return
    if lint or csv or graphviz or gmcr is not None:
        if gmcr is not None:
            _gmcr(found, policy, gmcr, as_json)
        elif lint:
            _lint(found, as_json)
        else:
            say(_table_text(build_model(found, next(iter(held_by(found, policy).values()))), csv), end="")
        return
    if report is not None:
        check_path(report)
    draws = draws if error is None else draws_for(error)
    with progress() as tell:
        study = study_of(
            replace(found, tell=tell), policies=policy, draws=draws, seed=seed, weeks=weeks, begin=start or (),
            outcomes=outcome or (), structures=structures or report is not None,
        )  # fmt: skip
    if report is not None and study.futures:
        study.report(report)
    if as_json:
        say(study.to_json())
        return
    show(study)
    if report is not None:
        say(f"report: {report}")


def _kept(found: Case, history: bool, draws: int, seed: int, output: Path | None, as_json: bool) -> None:
    """Print what the models make of the source's claims or of the coded past, or keep it as a page (Markdown)."""
    from corridor.core.files import write_whole
    from corridor.report.screen.study import show
    from corridor.studies.rivals import claims_page, claims_text
    from corridor.studies.sides_history import history as study_of
    from corridor.studies.sides_history import markdown

    asked = f"--draws {draws} --seed {seed}"
    if history:
        study = study_of(found, draws=draws, seed=seed)
        text = markdown(study, study.title, f"corridor actors {found.folder} --history {asked} -o {output}")
    else:
        text = claims_text(found, draws, seed)
    if output is not None:
        line = f"corridor actors {found.folder} --claims {asked} -o {output}"
        write_whole(output, text if history else claims_page(found, text, line))
        say(f"page: {output}")
    elif history and as_json:
        say(study.to_json())
    elif history:
        show(study)
    else:
        say(text)


def _gmcr(found: Case, policy: list[str] | None, path: Path, as_json: bool) -> None:
    """Write the model, under the first policy asked for, as GMCR+ keeps one, and say what has no place there."""
    from corridor.core.files import write_whole
    from corridor.exchange.gmcr import gmcr_of, text_of
    from corridor.studies.actors import held_by

    data, told = gmcr_of(found.content, next(iter(held_by(found, policy).values())) if policy else None)
    write_whole(path, text_of(data))
    if as_json:
        say_json({"file": str(path), "left_out": told})
        return
    say(f"wrote {path}; what has no place in it:")
    for line in told:
        say(f"  {line}")


def _lint(found: Case, as_json: bool) -> None:
    from corridor.strategy import lint
    from corridor.studies.sides_check import told

    findings = lint(found.content, found.policies)
    if as_json:
        say_json({"findings": [asdict(one) for one in findings]})
        return
    for line in told(findings, found.content.file):
        say(line)
    warnings = sum(one.level == "warning" for one in findings)
    say(f"{warnings} warning(s), {len(findings) - warnings} note(s)")


def _table_text(one: Model, csv: bool) -> str:
    from corridor.strategy import as_csv, graphviz, stability_rows
    from corridor.strategy.stability.concepts import stability_of

    result = stability_of(one)
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
    from corridor.studies.actors import lasting

    for text in in_words(analysis):
        say(text)
    equilibria(lasting(one))
