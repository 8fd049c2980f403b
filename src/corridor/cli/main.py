"""The command line: parse, call, print. Exit status 0 done, 1 a fault of ours, 3 bad input, 130 stopped."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from corridor import __version__
from corridor.cli.displacement import imports, validate_movement
from corridor.cli.runs import merge, runs, shard_of
from corridor.cli.say import open_streams, say, say_json
from corridor.cli.sides import actors as actors_command
from corridor.core.errors import EXIT_BAD_INPUT, InputError, Problem, SimulationError
from corridor.core.files import write_whole

if TYPE_CHECKING:
    from corridor.scenario.model import Scenario

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Plays thousands of futures of a closed road under each policy: supply, hunger, choices, flight.",
)

Case = Annotated[str, typer.Argument(metavar="CASE", help="A bundled case or a folder.")]
VariantOption = Annotated[str | None, typer.Option("--variant", help="What could be known when (an as_of date).")]
Futures = Annotated[int, typer.Option("--futures", "-n", help="Futures per policy and condition.")]
FirstFuture = Annotated[int, typer.Option("--first-future", help="Index of the first future.")]
Seed = Annotated[int, typer.Option("--seed", help="Seed of every draw.")]
Set = Annotated[list[str] | None, typer.Option("--set", help="Change a number: links.ID.vehicles_per_hour=300")]
PolicyOption = Annotated[list[str] | None, typer.Option("--policy", help="Only this policy (repeatable).")]
ConditionOption = Annotated[list[str] | None, typer.Option("--condition", help="Only this condition (repeatable).")]
Store = Annotated[
    str | None, typer.Option("--store", help="Folder or address of the results; an unfinished run resumes.")
]
Threads = Annotated[int | None, typer.Option("--threads", help="Worker threads; one per core if not given.")]
On = Annotated[str, typer.Option("--on", help="Where to play: threads, dask, or tcp://host:8786 (a Dask scheduler).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON with stable keys and units.")]


@app.command()
def check(case: Case, as_json: AsJson = False) -> None:
    """Check a folder: every problem at once, with file, line, column and remedy; then advice on the sides."""
    from dataclasses import asdict

    from corridor.cli.sides_check import check_sides, told
    from corridor.scenario import problems

    found, advice = check_sides(case, problems(case))
    if not found:
        from corridor.analysis.backtest.setup import exodus_problems

        found = exodus_problems(case)
    if as_json:
        plain = {"problems": [p.as_dict() for p in found], "advice": [asdict(one) for one in advice]}
        say_json({"case": case, **plain})
    else:
        for problem in found:
            say(problem.sentence(), err=True)
        say(f"{case}: {len(found)} problem(s)" if found else f"{case}: no problem found")
        if advice:
            say(f"advice on the sides ({len(advice)}), which changes no exit status:")
        for one in advice:
            say(f"  {told(one, 'actors.yaml')}")
    if found:
        raise typer.Exit(EXIT_BAD_INPUT)


@app.command()
def audit(case: Case, variant: VariantOption = None, as_json: AsJson = False) -> None:
    """List numbers without evidence, numbers that are assumed, and disputed numbers."""
    from dataclasses import asdict

    from corridor.report.screen.tables import audit_table
    from corridor.scenario import audit as audit_case

    rows = audit_case(_load(case, variant, None))
    if as_json:
        say_json({"case": case, "rows": [asdict(row) for row in rows]})
    else:
        audit_table(rows)


@app.command()
def new(folder: Path, as_json: AsJson = False) -> None:
    """Write a small synthetic case that runs, to start your own from."""
    from corridor.scenario import write_new

    files = [str(path) for path in write_new(folder)]
    _say(as_json, {"folder": str(folder), "files": files}, f"wrote {len(files)} files; next: corridor compare {folder}")


@app.command()
def plan(
    case: Annotated[str | None, typer.Argument(metavar="[CASE]", help="A bundled case or a folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print the order of the day, the rule that serves each process, and its parameters."""
    from corridor.engine import rules_of
    from corridor.report.screen.tables import plan_table, rule_rows
    from corridor.rules import chosen

    rules = rules_of(_load(case, None, None)) if case else chosen({})
    if as_json:
        say_json({"case": case, "order": rule_rows(rules)})
    else:
        plan_table(rules)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a scenario folder."""
    from corridor.scenario import schema as folder_schema

    say_json(folder_schema())


@app.command()
def run(
    case: Case,
    variant: VariantOption = None,
    futures: Futures = 1000,
    first_future: FirstFuture = 0,
    seed: Seed = 1,
    set_: Set = None,
    policy: PolicyOption = None,
    condition: ConditionOption = None,
    store: Store = None,
    record: Annotated[list[str] | None, typer.Option("--record", help="Also record this variable.")] = None,
    actors: Annotated[bool, typer.Option("--actors", help="Let the sides choose, under the actor policies.")] = False,
    threads: Threads = None,
    on: On = "threads",
    shard: Annotated[
        str | None, typer.Option("--shard", help="Only one of n shares: 1/4 to 4/4; corridor merge joins them.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Play the futures and store them."""
    scenario = _load(case, variant, set_)
    asked = (policy, condition, futures, first_future, seed, store, record or (), threads, actors, on)
    if shard is not None:
        path = _run(scenario, *asked, shard=shard)
        _say(as_json, {"store": path, "futures": futures, "seed": seed, "shard": shard}, f"shard {shard}: {path}")
        return
    results = _run(scenario, *asked, verify=True)
    from corridor.results import read

    path = read.store_of(results)
    facts = {"store": path, "futures": futures, "seed": seed, "sizes": dict(results.sizes)}
    _say(as_json, facts, f"results: {path}")


@app.command()
def compare(
    case: Case,
    variant: VariantOption = None,
    futures: Futures = 1000,
    seed: Seed = 1,
    set_: Set = None,
    policy: PolicyOption = None,
    condition: ConditionOption = None,
    store: Store = None,
    threads: Threads = None,
    on: On = "threads",
    reference: Annotated[str | None, typer.Option("--reference", help="Policy to compare with.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the whole table here.")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write the report (HTML) here.")] = None,
    structures: Annotated[
        int, typer.Option("--structures", help="In the report: play each structural choice with so many futures.")
    ] = 0,
    sides: Annotated[int, typer.Option("--sides", help="In the report: let the sides choose, in so many futures.")] = 0,
    actors: Annotated[
        bool, typer.Option("--actors", help="Compare the actor policies instead: the sides choose.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare the policies: play (or reopen) the futures, print the table, write CSV or report if asked."""
    from corridor.analysis.compare import compare as compare_policies
    from corridor.analysis.compare import to_json
    from corridor.cli.report import write_case_report
    from corridor.report.screen.tables import policy_table
    from corridor.results import read

    scenario = _load(case, variant, set_)
    results = _run(scenario, policy, condition, futures, 0, seed, store, (), threads, actors, on)
    if actors:
        from corridor.cli.sides_compare import compare_sides

        asked = (reference, csv, report, structures)
        compare_sides(scenario, results, *asked, threads=threads, as_json=as_json)
        return
    table = compare_policies(results, reference=reference)
    if csv is not None:
        write_whole(csv, table.to_csv(index=False, lineterminator="\n"))
    if report is not None:
        write_case_report(case, scenario, results, table, report, threads=threads, structures=structures, sides=sides)
    if as_json:
        say_json(to_json(table, read.origin(results)))
    else:
        policy_table(results, table)
        _warn_of_room()
        for path in (csv, report):
            if path is not None:
                say(f"{'report' if path == report else 'table'}: {path}")


@app.command()
def calibrate(
    case: Case,
    variant: VariantOption = None,
    futures: Futures = 8192,
    seed: Seed = 1,
    write: Annotated[bool, typer.Option("--write", help="Write calibrated.csv for every variant.")] = False,
    threads: Threads = None,
    as_json: AsJson = False,
) -> None:
    """Fit stocks to the signs of scarcity known before as_of; print how wide they stay."""
    from corridor.analysis.calibrate import calibrate as fit
    from corridor.engine import run as play
    from corridor.report.screen.tables import calibration_table
    from corridor.scenario import find_folder, load, write_calibrated
    from corridor.scenario.write.calibrated import EVIDENCE

    first = load(case, variant, calibrated=False)
    names = [v.id for v in first.variants] if write else [first.variant]
    found = {}
    for name in names:
        prior = load(case, name, calibrated=False)
        found[name] = fit(prior, partial(play, threads=threads), futures=futures, seed=seed)
        if not as_json:
            calibration_table(name, found[name])
    if write:
        rows = [(name, result.overrides()) for name, result in found.items()]
        path = write_calibrated(find_folder(case), rows, cite=EVIDENCE in first.evidence)
        say(f"wrote {path}", err=True)
    if as_json:
        say_json({"case": case, "variants": {name: _calibrated(result) for name, result in found.items()}})


def _calibrated(found: Any) -> dict[str, Any]:
    """Return a calibration as plain data, without the weights of single futures."""
    plain = {"inputs": found.inputs, "clues": found.clues, "notes": found.notes, "effective": found.effective}
    return {"format": 1, "kind": "calibration", "futures": found.futures, "seed": found.seed, **plain}


@app.command()
def backtest(
    case: Case,
    variant: VariantOption = None,
    futures: Futures = 1000,
    seed: Seed = 1,
    threads: Threads = None,
    as_json: AsJson = False,
) -> None:
    """Conditional hindcast: the model against what happened, every score beside naive baselines."""
    from corridor.analysis.backtest.all import to_json
    from corridor.cli.report import score_case
    from corridor.report.screen.tables import backtest_table

    outcome = to_json(*score_case(case, variant, futures=futures, seed=seed, threads=threads))
    if as_json:
        say_json(outcome)
    else:
        backtest_table(outcome)


app.command("actors")(actors_command)
app.command("validate-movement")(validate_movement)
app.add_typer(imports, name="import")
app.add_typer(runs, name="runs")
app.command("merge")(merge)


def _load(case: str, variant: str | None, settings: Sequence[str] | None) -> Scenario:
    from corridor.scenario import load, override

    scenario = load(case, variant)
    return override(scenario, settings) if settings else scenario


def _run(
    scenario: Scenario,
    policies: Sequence[str] | None,
    conditions: Sequence[str] | None,
    futures: int,
    first_future: int,
    seed: int,
    store: str | None,
    record: Sequence[str],
    threads: int | None,
    actors: bool = False,
    on: str = "threads",
    shard: str | None = None,
    verify: bool = False,
) -> Any:
    """Return the results, with the store among their attributes; of a shard the store only."""
    from corridor.engine import play_shard, run_name
    from corridor.engine import run as play
    from corridor.report.screen.progress import progress

    chosen: dict[str, Any] = {
        "policies": policies,
        "conditions": conditions,
        "futures": futures,
        "first_future": first_future,
        "seed": seed,
        "record": record,
        "actors": actors,
    }
    share = shard_of(shard) if shard else None
    path = store or f"runs/{run_name(scenario, **chosen)}" + ("-shard-{}-of-{}".format(*share) if share else "")
    with progress() as told:
        try:
            if share:
                play_shard(scenario, share, path, **chosen, threads=threads, progress=told, on=on)
                return path
            results = play(scenario, **chosen, store=path, threads=threads, progress=told, on=on, verify=verify)
        except KeyboardInterrupt:
            say(f"stopped; what is finished lies in {path}; the same command goes on from there", err=True)
            raise typer.Exit(130) from None
    return results


def _warn_of_room() -> None:
    from corridor.engine.catalogue import too_much

    if told := too_much():
        say(told, err=True)


def _say(as_json: bool, facts: dict[str, Any], sentence: str) -> None:
    if as_json:
        say_json(facts)
    else:
        say(sentence)


def _version(asked: bool) -> None:
    if asked:
        say(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> NoReturn:
    """Entry point: turns errors into sentences and exit statuses."""
    open_streams()
    try:
        app()
    except InputError as error:
        _complain(error.problems)
        sys.exit(EXIT_BAD_INPUT)
    except SimulationError as error:
        say(f"SimulationError: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)
    sys.exit(0)


def _complain(problems: Sequence[Problem]) -> None:
    if "--json" in sys.argv:
        say_json({"problems": [p.as_dict() for p in problems]})
    for problem in problems:
        say(problem.sentence(), err=True)
    word = "problem" if len(problems) == 1 else "problems"
    say(f"{len(problems)} {word}; nothing was written", err=True)
