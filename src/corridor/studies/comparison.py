"""Policies side by side as a Study: what `corridor compare` prints and its page draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.scenario import Scenario
from corridor.studies.again import command, only, origin
from corridor.studies.data import Named, Series, Table, Told, table_of
from corridor.studies.dates import days_of
from corridor.studies.keep import kept_text, key_of
from corridor.studies.not_known import sentences
from corridor.studies.past import is_of_weights, pilot_of, population_of
from corridor.studies.play import beside, case_of, gone, path_in, play
from corridor.studies.sections import with_sections
from corridor.studies.study import Study

if TYPE_CHECKING:
    import xarray as xr

    from corridor.scenario.model import Sign

CONDITIONAL = "A condition is a hypothesis, not a forecast."
CONFLICT = "In conflict with all else: {sign}, seen {seen}; {said}."
RECONCILED = " The smallest change of one number that would reconcile it: “{says}” from {middle} to about {to}{unit}."
TOO_FEW = "Only {n} {futures} played: no interval, error or chance on this page means anything; play 100 or more."
SHOWN = ("below_requirement", "intake", "people", "departures", "arrivals", "queue", "sheltered", "waiting")
"""quantities over time that a study carries for figures, where the run has them"""
QUANTILES = ("low_95", "low_80", "low_50", "median", "high_50", "high_80", "high_95")


def compare(
    case: Scenario | str | Path,
    *,
    variant: str | None = None,
    policies: Sequence[str] | None = None,
    conditions: Sequence[str] | None = None,
    futures: int = 1000,
    seed: int = 1,
    set: Mapping[str, Any] | Sequence[str] | None = None,
    as_of: date | str | None = None,
    start: date | str | None = None,
    horizon: int | None = None,
    store: str | Path | None = None,
    reference: str | None = None,
    dates: str | Sequence[str | int | date] | None = None,
    sections: Mapping[str, int] | None = None,
    actors: bool = False,
    threads: int | None = None,
    on: str = "threads",
    told: Told = None,
) -> Study:
    """Play (or reopen) the futures of each policy and return the comparison.

    Parameters
    ----------
    case : a scenario, a folder, or the name of a bundled case, seen as `variant`
    policies, conditions : ids, all where None
    futures, seed : of each policy under each condition; of every draw
    set, as_of, start, horizon : changes, as `corridor.override` takes them
    store : folder or address of the run; a folder of its own name in `runs/` where None
    reference : policy that the others are compared with; the scenario's own where None
    dates : "+7, 2023-10-15": days on which outcomes are reported; a spread over the horizon where None
    sections : further parts of the page, name -> futures: `backtest`, `structures`, `sides`, and `explore` (any
        number: the futures of the comparison); none where None
    actors : the sides choose, under the actor policies
    threads, on : one thread per core where None; where to play, as `corridor.run` takes it
    told : called with (stage, done, wanted)

    Raises
    ------
    InputError : everything that is wrong with the case or with what was asked
    """
    scenario = case_of(case, variant, set, as_of=as_of, start=start, horizon=horizon)
    if actors:
        from corridor.engine.sides.compile import as_played

        as_played(scenario)  # tells where there is nothing to play
    _check_reference(scenario, policies, reference, actors=actors)
    chosen: dict[str, Any] = {
        "policies": policies,
        "conditions": conditions,
        "futures": futures,
        "seed": seed,
        "actors": actors,
    }
    where, days = beside(store), days_of(scenario, dates)
    parts = (scenario.model_dump_json(), scenario.origin.folder, chosen, reference, str(store), days)
    name = f"{scenario.id}-{scenario.variant}-{futures}-compare-{key_of(*parts)}.json"

    def make() -> str:
        from corridor.analysis.signs.weights import conditioned
        from corridor.results import read

        chosen_past = None
        if store is None or not is_of_weights(store):
            chosen_past = population_of(scenario, futures, seed, where, threads=threads, told=told)
        asked = chosen if chosen_past is None else chosen | {"population": chosen_past}
        path = str(store) if store is not None else str(path_in(where, scenario, **asked))
        results = conditioned(play(scenario, store=path, threads=threads, told=told, on=on, **asked))
        pilot = None if chosen_past is None or actors else pilot_of(scenario, seed, threads)
        if days is not None:
            results = read.with_chosen_days(results, days)
        if told is not None:
            told("the table", 0, 1)
        return _study(scenario, results, path, reference, policies, conditions, actors, pilot).to_json()

    study = Study.from_json(kept_text(where, name, make))
    if gone(study.store):
        study = Study.from_json(make())
    if sections is None:
        return study
    return with_sections(study, sections, threads=threads, told=told)


def _check_reference(scenario: Scenario, policies: Sequence[str] | None, asked: str | None, *, actors: bool) -> None:
    """Refuse a reference that is not played before anything is played."""
    played = [policy.id for policy in (scenario.actor_policies if actors else scenario.policies)]
    known = [name for name in played if policies is None or name in policies]
    if asked is not None and asked not in known:
        message = f'no policy "{asked}" in this run'
        raise InputError([Problem("--reference", 0, 0, "", message, did_you_mean(asked, known))])


def _study(
    scenario: Scenario, results: xr.Dataset, path: str, reference: str | None, policies: Sequence[str] | None,
    conditions: Sequence[str] | None, actors: bool, pilot: xr.Dataset | None,
) -> Study:  # fmt: skip
    from corridor.results import read

    about = origin(scenario)
    seed, futures, played = read.seed_of(results), int(results.sizes["future"]), read.ids(results, "policy")
    named = scenario.actor_policies if actors else scenario.policies
    options: dict[str, object] = {
        "variant": scenario.variant, "futures": futures, "seed": seed, "policy": policies, "condition": conditions,
        "reference": reference, "dates": ",".join(f"+{day}" for day in read.chosen_days(results)) or None,
        "actors": actors,
    }  # fmt: skip
    made: dict[str, Any] = (
        _of_sides(scenario, results, reference) if actors else _of_policies(scenario, results, reference, pilot)
    )
    return Study(
        **about,
        seed=seed,
        futures=futures,
        policies=tuple(_named(one) for one in named if one.id in played),
        conditions=tuple(_named(one) for one in scenario.conditions if one.id in read.ids(results, "condition")),
        only=only(scenario.model_copy(update={"policies": named}), policies, conditions),
        command=command("compare", scenario.origin.folder, about["changed"], options, page=True),
        versions=read.versions(results),
        store=path,
        **made,
    )


def _named(one: Any) -> Named:
    return Named(id=one.id, title=one.title, summary=one.summary)


def _of_policies(
    scenario: Scenario, results: xr.Dataset, reference: str | None, pilot: xr.Dataset | None
) -> dict[str, Any]:
    """Return what a comparison says; pilot : histories that nobody chose, where those of the run were."""
    from corridor.analysis.compare import compare as compare_policies
    from corridor.analysis.compare import last
    from corridor.analysis.outcomes.first_days import first_days
    from corridor.analysis.signs.facts import contradicted
    from corridor.analysis.signs.weights import before_and_after, conflicts, dead_before, weighted
    from corridor.report.sections.answer import FEWEST, GAP, answer
    from corridor.report.sections.answer_camps import answer_camps
    from corridor.report.words import FLED, NOT_A_CLASSIFICATION
    from corridor.results import read
    from corridor.scenario.groups import told
    from corridor.scenario.questions import questions
    from corridor.scenario.ways_out import shut_in
    from corridor.tables.outcome import row_of

    frame = compare_policies(results, reference=reference)
    homes = "people" in results
    first = first_days(results) if homes else None
    found = answer(results, frame, last(results, GAP), first) if homes else answer_camps(results, frame)
    n = int(results.sizes["future"])
    few = [TOO_FEW.format(n=n, futures="future was" if n == 1 else "futures were")] if n < FEWEST else []
    fled = [FLED] if "below_requirement" in set(frame["outcome"]) else []
    warnings = [*few, CONDITIONAL, NOT_A_CLASSIFICATION, *fled]
    tables = [table_of(frame, "comparison", "The policies, outcome by outcome")]
    if first is not None:
        tables.append(table_of(first, "first_days", "How long: the first day of each event"))
        past = before_and_after(results, pilot)
        if len(past):
            tables.append(table_of(past, "past", "The past before and after the signs, on as_of"))
    tried = None if pilot is None else int(results[read.ADDRESS].max()) + 1
    prior = results if pilot is None else pilot
    # first of all: who reads a policy's name takes it for played
    against = sentences(scenario)
    against += [CONFLICT.format(**one) + reconciled(prior, one["about"]) for one in conflicts(prior)]
    died = dead_before(results)
    against += [one for one in (died, *contradicted(results)) if one]
    against += shut_in(read.scenario_of(results)) if homes else []
    asked = [f"Not said: {one}" for one in questions(read.scenario_of(results))]
    warnings += against + asked
    warnings += [text for text in (told(read.scenario_of(results)),) if text]
    how = {id_: row_of(id_).how for id_ in dict.fromkeys(str(id_) for id_ in frame["outcome"])}
    return {
        "kind": "comparison",
        "reference": str(frame["reference"].iloc[0]),
        "answer": tuple(found.sentences),
        "warnings": tuple(warnings),
        "tables": tuple(tables),
        "series": tuple(_series(results)),
        "detail": {
            "dates": list(read.chosen_days(results)),
            "how": how,
            "how_long": found.how_long,
            "sure": found.sure,
            "unchanged": list(found.unchanged),
            "weighted": weighted(results, tried),
            "conflicts": against,
            "asked": asked,
            **({"died": died} if died else {}),
        },
    }


def reconciled(prior: xr.Dataset, sign: Sign) -> str:
    """Return the sentence on what would bring a sign in conflict back; "" where no single number would.

    prior : histories that nobody chose
    """
    from corridor.analysis.signs.reconcile import smallest_change
    from corridor.report.sections.inputs import named
    from corridor.report.words import quantity
    from corridor.results import read

    change = smallest_change(prior, sign)
    if change is None:
        return ""
    says, unit = named(change.path, read.scenario_of(prior))
    middle, to = (quantity(value, unit) for value in (change.middle, change.to))
    behind = "" if unit in ("1", "share") else f" {unit}"
    return RECONCILED.format(says=says.rstrip("."), middle=middle, to=to, unit=behind)


def _of_sides(scenario: Scenario, results: xr.Dataset, reference: str | None) -> dict[str, Any]:
    from corridor.analysis.sides.compare import with_notes
    from corridor.analysis.sides.outcomes import TRUST, actor_table, sides_of
    from corridor.analysis.sides.words import told_of_scenario

    frame = actor_table(results, reference=reference)
    said = told_of_scenario(scenario, sides_of(results)[0])
    table: Table = table_of(
        with_notes(frame, scenario.as_of.isoformat(), said.caution), "comparison", "What each policy changes"
    )
    return {
        "kind": "comparison of actor policies",
        "reference": str(frame["reference"].iloc[0]),
        "warnings": tuple(text for text in (*sentences(scenario, actors=True), said.caution, TRUST) if text),
        "tables": (table,),
        "detail": {"caution": said.caution, "trust": TRUST, "conflicts": sentences(scenario, actors=True),
                   "main": {name: bool(one["main"]) for name, one in said.policies.items()},
                   "process_only": [name for name, one in said.policies.items() if one.get("process_only")]},
    }  # fmt: skip


def _series(results: xr.Dataset) -> list[Series]:
    """Return the quantiles over futures of what figures show, day by day."""
    from corridor.analysis.plain import plain
    from corridor.results import read, series

    out = []
    shown = [id_ for id_ in SHOWN if all(name in results for name in series.QUANTITIES[id_].needs)]
    every = series.each(results, shown)
    for id_, condition, policy in product(shown, read.ids(results, "condition"), read.ids(results, "policy")):
        asked, found = series.QUANTITIES[id_], every[id_][policy, condition]
        rows = {
            name: tuple(plain(float(f"{value:.6g}")) for value in row)
            for name, row in zip(QUANTILES, found.quantiles(), strict=True)
        }
        days = tuple(str(day) for day in found.days)
        out.append(Series(id=id_, title=asked.title, unit=asked.unit, policy=policy, condition=condition,
                          days=days, quantiles=rows))  # fmt: skip
    return out
