"""Commands that judge: backtest, explore, freeze, validate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corridor.cli.as_of import day_of, with_day
from corridor.cli.options import AsJson, Case, Csv, Futures, Seed, Set, Threads, Variant
from corridor.cli.printing import tell
from corridor.cli.say import say
from corridor.cli.stop import work_lies_in
from corridor.cli.studies import say_files


def backtest(
    case: Case,
    variant: Variant = None,
    futures: Futures = 1000,
    seed: Seed = 1,
    set_: Set = None,
    strict: Annotated[
        Path | None, typer.Option("--strict", help="Score predictions that corridor freeze wrote here, nothing else.")
    ] = None,
    threads: Threads = None,
    as_json: AsJson = False,
) -> None:
    """Conditional hindcast: the model against what happened, every score beside naive baselines."""
    from corridor.report.screen.progress import progress
    from corridor.report.screen.study import show
    from corridor.studies import backtest as study_of
    from corridor.studies import strict_backtest

    with progress() as told:
        if strict is None:
            study = study_of(
                case, variant=variant, futures=futures, seed=seed, set=with_day(set_), threads=threads, told=told
            )
        else:
            study = strict_backtest(case, strict, variant=variant, set=with_day(set_))
    if as_json:
        say(study.to_json())
    else:
        show(study)


def explore(
    case: Case,
    variant: Variant = None,
    futures: Futures = 1000,
    seed: Seed = 1,
    set_: Set = None,
    outcome: Annotated[str | None, typer.Option("--outcome", help="Rank policies by this outcome.")] = None,
    condition: Annotated[str | None, typer.Option("--condition", help="Under this condition; the first else.")] = None,
    as_json: AsJson = False,
) -> None:
    """What the answer rests on: the inputs that move it, what knowing them is worth, what would turn it round."""
    from corridor.report.screen.progress import progress
    from corridor.report.screen.study import show
    from corridor.studies import compare
    from corridor.studies import explore as study_of

    with progress() as told:
        played = compare(case, variant=variant, futures=futures, seed=seed, set=with_day(set_), told=told)
        told("what moves it", 0, 1)
        study = study_of(played, outcome=outcome, condition=condition)
    if as_json:
        say(study.to_json())
    else:
        show(study)


def freeze(
    case: Case,
    output: Annotated[Path, typer.Option("--output", "-o", help="New folder for the predictions.")],
    variant: Variant = None,
    futures: Futures = 1000,
    seed: Seed = 1,
    set_: Set = None,
    threads: Threads = None,
    as_json: AsJson = False,
) -> None:
    """Write predictions with their digest before observed/ is read; corridor backtest --strict scores them."""
    from corridor.report.screen.progress import progress
    from corridor.studies import freeze as written

    work_lies_in(str(output))
    with progress() as told:
        said = written(
            case, output, variant=variant, futures=futures, seed=seed, set=with_day(set_), threads=threads,
            told=told,
        )  # fmt: skip
    tell(as_json, said, f"frozen: {output}, digest {said['digest']}")


def validate(
    futures: Futures = 1000,
    seed: Seed = 1,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the page (Markdown) here.")] = None,
    csv: Csv = None,
    threads: Threads = None,
    as_json: AsJson = False,
) -> None:
    """Score every variant of every bundled case against what happened, naive forecasts beside it, in one table."""
    from corridor.core.files import write_whole
    from corridor.report.screen.progress import progress
    from corridor.report.screen.study import show
    from corridor.studies import validate as study_of
    from corridor.studies.page import check_csv
    from corridor.studies.validation import markdown

    if csv is not None:
        check_csv(csv)
    with progress() as told:
        study = study_of(futures=futures, seed=seed, threads=threads, told=told, as_of=day_of())
    if csv is not None:
        study.to_csv(csv)
    if output is not None:
        write_whole(output, markdown(study))
    if as_json:
        say(study.to_json())
    else:
        show(study)
    say_files((("table", csv), ("page", output)), as_json)
