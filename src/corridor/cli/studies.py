"""Commands that play and answer: run, compare, calibrate, diff."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corridor.cli.as_of import day_of, with_day
from corridor.cli.net import drop_streams
from corridor.cli.options import (
    AsJson,
    Case,
    Condition,
    Csv,
    Futures,
    Language,
    On,
    Policy,
    Seed,
    Set,
    Store,
    Threads,
    Variant,
)  # fmt: skip
from corridor.cli.printing import tell, warn
from corridor.cli.say import say, say_json
from corridor.cli.stop import work_lies_in

if TYPE_CHECKING:
    from corridor.studies import Study

Report = Annotated[Path | None, typer.Option("--report", help="Write the report (HTML) here.")]
Annex = Annotated[Path | None, typer.Option("--annex", help="Write the planning annex (.docx or .html) here.")]
Brief = Annotated[Path | None, typer.Option("--brief", help="Write one page for a minister (.html, prints on A4).")]
Xlsx = Annotated[Path | None, typer.Option("--xlsx", help="Write the answer, figures and sources as a workbook.")]


def run(
    case: Case,
    variant: Variant = None,
    futures: Futures = 1000,
    first_future: Annotated[int, typer.Option("--first-future", help="Index of the first future.")] = 0,
    seed: Seed = 1,
    set_: Set = None,
    policy: Policy = None,
    condition: Condition = None,
    store: Store = None,
    record: Annotated[list[str] | None, typer.Option("--record", help="Also record this variable.")] = None,
    actors: Annotated[bool, typer.Option("--actors", help="Let the sides choose, under the actor policies.")] = False,
    threads: Threads = None,
    on: On = "here",
    shard: Annotated[
        str | None, typer.Option("--shard", help="Only one of n shares: 1/4 to 4/4; corridor merge joins them.")
    ] = None,
    xlsx: Xlsx = None,
    as_json: AsJson = False,
) -> None:
    """Play the futures and store them."""
    from corridor.cli.runs import shard_of
    from corridor.engine import play_shard, run_name
    from corridor.report.screen.progress import progress
    from corridor.results import read
    from corridor.scenario.change import changes
    from corridor.studies.not_known import sentences
    from corridor.studies.play import case_of, play

    set_ = with_day(set_)
    if xlsx is not None:
        _check_office(xlsx, shard or actors or first_future)
    work_lies_in(store)
    scenario = case_of(case, variant, set_)
    chosen: dict[str, Any] = {
        "policies": policy, "conditions": condition, "futures": futures, "first_future": first_future, "seed": seed,
        "record": record or (), "actors": actors,
    }  # fmt: skip
    share = shard_of(shard) if shard else None
    path = store or f"runs/{run_name(scenario, **chosen)}" + ("-shard-{}-of-{}".format(*share) if share else "")
    changed = [change.sentence() for change in changes(scenario)]
    facts: dict[str, Any] = {
        "store": path, "case": scenario.id, "folder": case, "variant": scenario.variant, "futures": futures,
        "seed": seed, "changed": changed,
    }  # fmt: skip
    with progress() as told:
        if share:
            play_shard(scenario, share, path, **chosen, threads=threads, progress=_stage(told), on=on)
        else:
            results = play(scenario, store=path, threads=threads, told=told, on=on, verify=True, **chosen)
    if share:
        tell(as_json, {**facts, "shard": shard}, f"shard {shard}: {path}")
        return
    for line in () if as_json else changed:
        say(f"changed: {line}")
    for line in sentences(scenario, actors=actors):
        say(line, err=True)
    warn(case)
    tell(as_json, {**facts, "store": read.store_of(results), "sizes": dict(results.sizes)}, f"results: {path}")
    if xlsx is not None:
        from corridor.studies import compare as study_of
        from corridor.studies.office import write_xlsx

        study = study_of(case, variant=variant, policies=policy, conditions=condition, futures=futures, seed=seed,
                         set=set_, store=path, threads=threads)  # fmt: skip
        write_xlsx(study, xlsx)
        say_files((("workbook", xlsx),), as_json)


def _check_office(path: Path, part: object) -> None:
    """Refuse a workbook of another form, or of a run that is no comparison, before anything is played."""
    from corridor.core.errors import InputError, Problem
    from corridor.studies.office import check_xlsx

    check_xlsx(path)
    if part:
        message = "a workbook is written of a whole run under imposed policies"
        raise InputError([Problem("--xlsx", 0, 0, "", message, "leave out --shard, --first-future and --actors")])


def _stage(told: Any) -> Any:
    return lambda done, wanted: told("futures", done, wanted)


def compare(
    case: Case,
    variant: Variant = None,
    futures: Futures = 1000,
    seed: Seed = 1,
    set_: Set = None,
    policy: Policy = None,
    condition: Condition = None,
    store: Store = None,
    threads: Threads = None,
    on: On = "here",
    reference: Annotated[str | None, typer.Option("--reference", help="Policy to compare with.")] = None,
    dates: Annotated[
        str | None, typer.Option("--dates", help="Report on these days: 2023-10-15 or +30, commas between them.")
    ] = None,
    csv: Csv = None,
    report: Report = None,
    xlsx: Xlsx = None,
    annex: Annex = None,
    brief: Brief = None,
    structures: Annotated[
        int, typer.Option("--structures", help="In the report: play each structural choice with so many futures.")
    ] = 0,
    sides: Annotated[int, typer.Option("--sides", help="In the report: let the sides choose, in so many futures.")] = 0,
    backtest: Annotated[
        int, typer.Option("--backtest", help="In the report: score what happened, if known, in so many futures.")
    ] = 300,
    explored: Annotated[
        bool, typer.Option("--explore", help="In the report: what the answer rests on, and what would turn it round.")
    ] = False,
    actors: Annotated[
        bool, typer.Option("--actors", help="Compare the actor policies instead: the sides choose.")
    ] = False,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Compare the policies: play (or reopen) the futures, print the table, write CSV or report if asked."""
    from corridor.report.screen.progress import progress
    from corridor.report.screen.study import show
    from corridor.studies import compare as study_of
    from corridor.studies.page import check_csv, check_path
    from corridor.words.speak import check_language, spoken

    set_ = with_day(set_)
    work_lies_in(store)
    check_language(language)
    if report is not None:
        check_path(report)
    if csv is not None:
        check_csv(csv)
    if xlsx is not None:
        _check_office(xlsx, actors)
    _check_documents(annex, brief)
    asked = (("backtest", backtest), ("structures", structures), ("sides", sides), ("explore", int(explored)))
    sections = {name: n for name, n in asked if n}
    with progress(language) as told:
        study = study_of(
            case, variant=variant, policies=policy, conditions=condition, futures=futures, seed=seed, set=set_,
            store=store, reference=reference, dates=dates, actors=actors, threads=threads, on=on, told=told,
        )  # fmt: skip
    if csv is not None:
        study.to_csv(csv)
    if as_json:
        say(study.to_json())
    else:
        try:
            with spoken(language) as note:
                show(study)
                if note:
                    say(note)
            sys.stdout.flush()
        except BrokenPipeError:  # who reads has read enough; the files are written all the same
            drop_streams()
        warn(case)
        _warn_of_room()
    if report is not None:
        with progress(language) as told:
            study.report(report, sections=sections, threads=threads, told=told, language=language)
    if xlsx is not None:
        from corridor.studies.office import write_xlsx

        write_xlsx(study, xlsx, language)
    if annex is not None or brief is not None:
        from corridor.studies.annex import write_annex, write_brief

        if annex is not None:
            write_annex(study, annex, language)
        if brief is not None:
            write_brief(study, brief, language)
    _fill_answer(study, case, asis=not (set_ or policy or condition))
    files = (("table", csv), ("report", report), ("workbook", xlsx), ("annex", annex), ("brief", brief))
    say_files(files, as_json)


def _check_documents(annex: Path | None, brief: Path | None) -> None:
    """Refuse a document in a form that is not written before anything is played."""
    if annex is not None or brief is not None:
        from corridor.studies.annex import check_annex

        for path, forms in ((annex, (".docx", ".html")), (brief, (".html",))):
            if path is not None:
                check_annex(path, forms)


def _fill_answer(study: Study, case: str, *, asis: bool) -> None:
    """Fill the sheet "Answer" of a case that is a workbook; say where that cannot be, and where it is not meant.

    asis : whether the case was played as it stands; what was tried beside it is no answer of the workbook
    """
    if case.lower().endswith(".xlsx") and Path(case).is_file():
        if not asis:
            say(
                f'{case}: the sheet "Answer" stays as it was: this run changes the case, or takes a part of it',
                err=True,
            )
            return
        from corridor.studies.office import fill_answer

        say(fill_answer(study, Path(case)), err=True)


def say_files(files: tuple[tuple[str, Path | None], ...], as_json: bool) -> None:
    """Say which files were written, by what they hold."""
    for word, path in files:
        if path is not None and not as_json:
            say(f"{word}: {path}")


def _warn_of_room() -> None:
    """Say where the stored runs grow large; where nothing was played, nothing has grown."""
    if "corridor.engine" not in sys.modules:
        return
    from corridor.engine.catalogue import too_much

    if told := too_much():
        say(told, err=True)


def calibrate(
    case: Case,
    variant: Variant = None,
    futures: Futures = 8192,
    seed: Seed = 1,
    set_: Set = None,
    write: Annotated[bool, typer.Option("--write", help="Write calibrated.csv for every variant.")] = False,
    threads: Threads = None,
    as_json: AsJson = False,
) -> None:
    """Fit stocks to the signs of scarcity known before as_of; print how wide they stay."""
    from corridor.core.errors import InputError, Problem
    from corridor.report.screen.progress import progress
    from corridor.report.screen.study import show
    from corridor.scenario import load
    from corridor.studies import calibrate as study_of

    set_ = with_day(set_)
    if write and set_:
        message = "changed numbers are not written into the folder"
        raise InputError([Problem("--write", 0, 0, "", message, "leave out --write, or --set and --as-of")])
    names = [one.id for one in load(case, variant).variants] if write else [variant]
    studies = []
    for name in names:
        with progress() as told:
            study = study_of(case, variant=name, futures=futures, seed=seed, set=set_, threads=threads, told=told)
        studies.append(study)
        if not as_json:
            show(study)
    if write:
        say(f"wrote {_written(case, studies)}", err=True)
    if as_json:
        whole = [study.model_dump(mode="json") for study in studies]
        say_json(whole[0] if len(whole) == 1 else {"studies": whole})


def _written(case: str, studies: list[Study]) -> Path:
    from corridor.core.errors import InputError, Problem
    from corridor.scenario import find_folder, load, write_calibrated
    from corridor.scenario.read.book import is_book
    from corridor.scenario.write.calibrated import EVIDENCE

    rows: list[Any] = [
        (study.variant, {path: tuple(ends) for path, ends in dict(study.detail["overrides"]).items()})  # type: ignore[arg-type]
        for study in studies
    ]
    if is_book(find_folder(case)):
        remedy = "make a folder of it with `corridor convert`, and calibrate that"
        raise InputError([Problem(case, 0, 0, "", "is a workbook; calibrated.csv belongs to a folder", remedy)])
    return write_calibrated(find_folder(case), rows, cite=EVIDENCE in load(case).evidence)


def diff(
    a: Annotated[str, typer.Argument(metavar="A", help="A stored run, a folder, or a bundled case.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The same.")],
    as_json: AsJson = False,
) -> None:
    """Tell what differs between two runs or two cases: inputs, facts, answers."""
    from corridor.report.screen.study import show
    from corridor.studies import diff as study_of

    study = study_of(a, b, as_of=day_of())
    if as_json:
        say(study.to_json())
    else:
        show(study)
