"""Further parts of a page: the backtest, the structural choices, the choices of the sides; each kept when worked out.

Their runs lie beside the main one under names of their own, so that the next page finds them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.scenario import Scenario, find_folder, override, read_observed
from corridor.scenario.change import seal
from corridor.scenario.observed import observed_tables
from corridor.scenario.override import reapply
from corridor.studies.again import BACKTEST, words_of
from corridor.studies.data import Answered, Told, rows_table
from corridor.studies.keep import is_kept, kept, key_of, observed_digest
from corridor.studies.past import population_in
from corridor.studies.play import Run, Way, beside, other_ways, player
from corridor.studies.scoring import scores

if TYPE_CHECKING:
    import xarray as xr

At = Callable[..., Run]
"""`at(stage=)`: what plays runs that are told as of this stage"""
Others = Callable[..., dict[str, Way]]
"""`others(scenario, policies=, futures=, seed=)`: the other ways of choosing, played"""
Maker = Callable[[Any, int, At], Any]
"""what makes a part of a page of a study, with so many futures"""
Kept = TypeVar("Kept", bound=Answered)
SECTIONS = ("backtest", "structures", "sides", "explore")
SHOWN = ("exodus", "destination", "camps")
"""what was counted of displacement: shown beside the simulated numbers, read by no simulation"""
EVENTS = ("road_open", "offensive", "settlement")
"""events whose hinges the page names"""
BY_DEFAULT: Mapping[str, int] = {"backtest": BACKTEST}
SOME_FEWER = 4
"""structural variants of the sides are played with so many times fewer futures: they show how far levels move"""
AT_LEAST = 32


def with_sections(study: Kept, asked: Mapping[str, int] | None, *, threads: int | None, told: Told) -> Kept:
    """Return a comparison with further parts: name -> futures; where None, the backtest where the case has counts.

    Raises
    ------
    InputError : no such part
    """
    if asked is None:
        asked = BY_DEFAULT
    where, wanted = beside(study.store), _wanted(study, asked)
    kept_by_past = population_in(study.results) if {"structures", "sides"} & {*wanted} else None
    others = partial(other_ways, threads=threads, told=told, population=kept_by_past)
    sides = partial(_sides, others=others)
    makers: dict[str, Maker] = {"backtest": _backtest, "structures": _structures, "sides": sides, "explore": _explored}
    if study.kind != "comparison":
        makers = {"structures": partial(_variants, others=others)}
    at = partial(player, where, threads=threads, told=told)
    chosen = partial(at, population=kept_by_past)
    sections: dict[str, Any] = {}
    for name, n in wanted.items():
        run = at if name == "backtest" else chosen
        found = kept(where, _file(study, name, n), lambda name=name, n=n, run=run: makers[name](study, n, run))  # type: ignore[misc]
        if found is not None:
            sections[name] = found
    tables = [table for table in study.tables if table.id not in sections]
    tables += [rows_table(found["rows"], name, found["title"]) for name, found in sections.items() if "rows" in found]
    return study.model_copy(
        update={"sections": sections, "asked": dict(asked), "command": _command(study, asked), "tables": tuple(tables)}
    )


def _wanted(study: Answered, asked: Mapping[str, int]) -> dict[str, int]:
    """Return the parts that a study of this kind has, name -> futures, in their order. Raises InputError."""
    unknown = [name for name in asked if name not in SECTIONS]
    if unknown:
        raise InputError(Problem("sections", 0, 0, "", f'no section "{n}"', did_you_mean(n, SECTIONS)) for n in unknown)
    if study.kind != "comparison":
        return {"structures": max(0, asked.get("structures", 0))}
    return {name: asked[name] for name in SECTIONS if asked.get(name, 0) > 0}


def _file(study: Answered, name: str, futures: int) -> str:
    """Return the name under which a part is kept."""
    base = study.model_dump_json(exclude={"sections", "asked", "command", "tables", "series"})
    counted = observed_digest(find_folder(study.folder)) if name == "backtest" and study.folder else ""
    return f"{study.case}-{study.variant}-{futures}-{name}-{key_of(base, name, futures, counted)}"


def missing(study: Answered, asked: Mapping[str, int] | None) -> dict[str, int]:
    """Return the parts that have not been worked out yet, name -> futures. Raises InputError."""
    wanted = _wanted(study, BY_DEFAULT if asked is None else asked)
    return {name: n for name, n in wanted.items() if not is_kept(beside(study.store), _file(study, name, n))}


def _command(study: Answered, asked: Mapping[str, int]) -> str:
    """Return the line that makes the page with these parts."""
    if not study.command:
        return ""
    wanted = {name: True if name == "explore" else n for name, n in asked.items() if n > 0}
    options: dict[str, object] = {name: n for name, n in wanted.items() if (name, n) != ("backtest", BACKTEST)}
    if study.kind == "comparison" and asked.get("backtest", 0) == 0:
        options["backtest"] = 0
    before, _, page = study.command.rpartition(" --report ")
    return " ".join([before, *words_of(options), "--report", page])


def scenario_behind(study: Answered, *, calibrated: bool = True) -> Scenario:
    """Return the scenario of a study: read anew with its changes, or as the run carries it where made by hand."""
    from corridor.results.read import scenario_of
    from corridor.scenario import load

    if not study.folder or any(change.kind == "by hand" for change in study.changed):
        return scenario_of(study.results)
    fresh = load(study.folder, study.variant, calibrated=calibrated)
    return reapply(fresh, study.changed) if study.changed else seal(fresh)


def observed(study: Answered) -> dict[str, list[dict[str, str]]]:
    """Return what was counted of displacement, none where the case has no counts."""
    if not study.folder:
        return {}
    folder = find_folder(study.folder)
    there = observed_tables(folder)
    return {name: read_observed(folder, name) for name in SHOWN if name in there}


def _backtest(study: Answered, futures: int, at: At) -> Any:
    """Return the scores of what happened and, of an exodus, the counts and the curves beside them."""
    seen = observed(study)
    homes = "people" in study.results
    if homes and "exodus" not in seen:
        return None
    run = at(stage="backtest")
    scenario = scenario_behind(study, calibrated=False)
    _, found = scores(scenario, find_folder(study.folder), run, futures=futures, seed=1)
    if not homes:
        named = {place.id: place.label for place in scenario.places}
        return {
            name: [row | {"place": named.get(row["place"], row["place"])} if "place" in row else row for row in rows]
            for name, rows in found.items()
        }
    from corridor.analysis.backtest.all import pictures
    from corridor.analysis.backtest.setup import read_exodus
    from corridor.report.figures.fans import curve_of

    exodus, counts = read_exodus(find_folder(study.folder), scenario)
    curves = []
    for one in pictures(exodus):
        curve = curve_of(list(one["times"]), one["members"])
        curve["time"] = [str(time) for time in curve["time"]]
        cut = None if one["cut"] is None else str(one["cut"])
        curves.append({"name": one["name"], "curve": curve.to_dict("records"), "cut": cut})
    zone = exodus.clock.tzinfo
    counted = [
        {"time": str(row.time.astimezone(zone).replace(tzinfo=None)), "value": row.persons, "kind": row.kind}
        for row in counts
        if row.persons is not None
    ]
    return {**found, "observed": counted, "curves": curves}


def _explored(study: Answered, _: int, at: At) -> Any:
    """Return what the answer rests on, from the futures of the comparison itself."""
    from corridor.studies.rests_on import OUTCOME, rests_on

    known = {row["outcome"] for row in study.tables[0].rows}
    return rests_on(study.results, reference=study.reference, seed=study.seed) if OUTCOME in known else None


def _structures(study: Answered, futures: int, at: At) -> Any:
    """Return how far answers move between structural choices, every one played with the same futures."""
    from corridor.analysis.plain import plain_row
    from corridor.analysis.structures import structures, sweep

    results = study.results
    if "people" not in results:
        return None
    from corridor.results import read

    every, played = len(structures()), 0

    def run(scenario: Scenario, **chosen: Any) -> Any:
        nonlocal played
        played += 1
        stage = f"structural choices, {played} of {every}"
        return at(stage=stage)(scenario, **chosen)

    calm, policies = read.ids(results, "condition")[:1], read.ids(results, "policy")
    asked: dict[str, Any] = {"futures": futures, "seed": study.seed, "policies": policies, "conditions": calm}
    _, swept = sweep(scenario_behind(study), run, override, **asked)
    title = "How far an answer moves within a structure, and between structures"
    return {"title": title, "futures": futures, "rows": [plain_row(row) for row in swept.to_dict("records")]}


def _sides(study: Answered, futures: int, at: At, others: Others) -> Any:
    """Return whole runs in which the sides choose, and as many ways of choosing; None where no sides are modelled."""
    scenario = scenario_behind(study)
    if scenario.actors is None or not scenario.actor_policies:
        return None
    asked: dict[str, Any] = {"policies": [policy.id for policy in scenario.actor_policies], "seed": study.seed}
    run = at(stage="the sides choose")
    # a run of few futures keeps a single core busy: the other ways are played meanwhile
    with ThreadPoolExecutor(1) as beside_it:
        other = beside_it.submit(others, scenario, futures=max(AT_LEAST, futures // SOME_FEWER), **asked)
        played = run(scenario, actors=True, futures=futures, **asked)
        return _chosen(scenario, played, "", other.result())


def _variants(study: Answered, futures: int, at: At, others: Others) -> Any:
    """Return a comparison of actor policies for its page, other ways of choosing beside it where futures are asked."""
    from corridor.results import read

    scenario, played = scenario_behind(study), study.results
    asked: dict[str, Any] = {"policies": read.ids(played, "policy"), "seed": read.seed_of(played)}
    return _chosen(scenario, played, study.reference, others(scenario, futures=futures, **asked) if futures else {})


def _chosen(scenario: Scenario, played: xr.Dataset, reference: str, others: Mapping[str, Way]) -> Any:
    """Return the plain data of the section on the sides.

    played : the run in which they chose; reference : policy that others are compared with, the first where empty
    others : other ways of choosing, in fewer futures
    """
    from corridor.analysis.sides.hinges import actor_hinges
    from corridor.analysis.sides.outcomes import actor_table, sides_of
    from corridor.analysis.sides.paths import summary_of_runs
    from corridor.report.sections.inputs import named
    from corridor.results import read
    from corridor.studies.rivals import rivals_beside
    from corridor.studies.sides_case import words_of

    base = reference or None
    tables, titles = {"base": actor_table(played, reference=base)}, {"base": "as given"}
    for name, (title, run) in others.items():
        tables[name], titles[name] = actor_table(run, reference=base), title
    said = words_of(scenario, sides_of(played)[0])
    hinges = [actor_hinges(played, event, reference=base) for event in EVENTS]
    data = summary_of_runs(tables, said, futures=played.sizes["future"], titles=titles, hinges=hinges)
    for hinge in data["hinges"]:
        if not hinge["statement"] and not hinge["input"].startswith("actors."):
            hinge["says"] = named(hinge["input"], scenario)[0]
    data["rivals"] = rivals_beside(scenario, list(read.ids(played, "policy")), reference, read.seed_of(played))
    return json.loads(json.dumps(data, default=_plain))


def _plain(value: Any) -> Any:
    """Return a number of NumPy as a plain one, a tuple as a list."""
    return value.item() if hasattr(value, "item") else list(value)
