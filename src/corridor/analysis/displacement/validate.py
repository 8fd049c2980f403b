"""The table of `corridor validate-movement`: rules and naive forecasts on cases with known counts."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np

from corridor.analysis.displacement.fit import leave_one_out, score_grid
from corridor.analysis.displacement.scores import (
    BASELINES,
    FLEE_2026,
    Interval,
    baseline,
    baseline_scores,
    bootstrap_mean,
    on_dates,
    relative_difference,
)
from corridor.rules.displacement.case import DisplacementCase, without_capacity
from corridor.rules.displacement.flee3 import Flee3
from corridor.rules.displacement.followers import Followers
from corridor.rules.displacement.simulate import DisplacementRule, simulate_displacement

Knowledge = Literal["capacities as given", "leak-free"]
GIVEN: Knowledge = "capacities as given"
LEAK_FREE: Knowledge = "leak-free"
PUBLISHED = "Flee (May 2026, once)"
_CORE_SECONDS_A_DAY = 0.004
"""Of one core, per day of a case, for the whole grid with and without capacities; measured on the six given cases."""

LEAK = (
    "Capacities as given: the column holds the highest later count of nearly every camp, so whoever reads it reads "
    "the answer. Leak-free: no capacities, no later counts but the daily total; counts of day 0 and the days on "
    "which camps open are known, the conflict calendar is read up to the day."
)


@dataclass(frozen=True)
class Row:
    """One method on one case.

    Attributes
    ----------
    case, knowledge, method : what was judged; naive forecasts of later counts are listed under the first knowledge
    score : averaged relative difference, mean over futures; NaN where the method is not defined
    spread : standard deviation over futures
    seconds : wall time of one future after warm-up
    settings : what other cases chose for it, "" where nothing is chosen
    on_dates : the error on counts that bear a date; NaN where none is known
    """

    case: str
    knowledge: Knowledge
    method: str
    score: float
    spread: float = 0.0
    seconds: float = 0.0
    settings: str = ""
    on_dates: float = math.nan


@dataclass(frozen=True)
class Summary:
    """One method over all cases on which it is defined."""

    knowledge: Knowledge
    method: str
    cases: int
    score: Interval
    better_than_equal: int
    """cases on which it is below equal shares"""


@dataclass(frozen=True)
class Validation:
    """The whole table; `as_dict` for `--json`."""

    rows: tuple[Row, ...]
    summaries: tuple[Summary, ...]
    fit_seconds: float = 0.0
    seconds: float = 0.0
    """wall time of the fit, and of everything"""
    leak: str = LEAK

    def as_dict(self) -> dict[str, Any]:
        """Return plain data; a score that is not defined is None."""
        plain = asdict(self)
        for row in plain["rows"]:
            for name in ("score", "on_dates"):
                if math.isnan(row[name]):
                    row[name] = None
        return plain


def validate_displacement(
    cases: Sequence[DisplacementCase],
    *,
    futures: int = 4,
    seed: int = 0,
    threads: int = 1,
    fit: bool = True,
    flee: Flee3 | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> Validation:
    """Play every case under every rule and score it beside the naive forecasts.

    Parameters
    ----------
    futures : per case and rule
    fit : let the other cases choose the numbers of `followers` (`seconds_to_fit`); otherwise its defaults, which were
        chosen on the six cases that ship with the yardstick. One case alone has no others: defaults
    flee : settings of `flee3`; its own defaults are those of the yardstick
    told : is given a line before each part of the work
    """
    started = time.perf_counter()
    settings = flee or Flee3()
    rows: list[Row] = []
    fitted = 0.0
    for knowledge in (GIVEN, LEAK_FREE):
        played = list(cases) if knowledge == GIVEN else [without_capacity(case) for case in cases]
        chosen = [Followers() for _ in played]
        if fit and len(cases) > 1:
            told(f"{knowledge}: the other cases choose the numbers of followers")
            began = time.perf_counter()
            rules, scores = score_grid(played, seed=seed, threads=threads)
            chosen = [one.rule for one in leave_one_out(played, rules, scores)]
            fitted += time.perf_counter() - began
        for case, followers in zip(played, chosen, strict=True):
            told(f"{knowledge}: {case.name}")
            methods: dict[str, DisplacementRule] = {
                "flee3 as Flee": replace(settings, as_flee=True),
                "flee3": replace(settings, as_flee=False),
                "followers": followers,
            }
            rows += [_play(case, knowledge, name, rule, futures, seed, threads) for name, rule in methods.items()]
            naive = baseline_scores(case)
            names = BASELINES if knowledge == GIVEN else ("equal shares", "day 0 and newcomers equally")
            rows += [
                Row(case.name, knowledge, name, naive[name], on_dates=float(on_dates(case, baseline(case, name))))
                for name in names
            ]
            if case.name in FLEE_2026 and flee is None:
                published = FLEE_2026[case.name][0 if knowledge == GIVEN else 1]
                rows.append(Row(case.name, knowledge, PUBLISHED, published))
    return Validation(tuple(rows), tuple(_summaries(rows)), fitted, time.perf_counter() - started)


def seconds_to_fit(cases: Sequence[DisplacementCase], threads: int) -> float:
    """Return about how long the fit of both knowledges takes, s."""
    return _CORE_SECONDS_A_DAY * sum(case.days for case in cases) / max(threads, 1)


def _play(
    case: DisplacementCase,
    knowledge: Knowledge,
    name: str,
    rule: DisplacementRule,
    futures: int,
    seed: int,
    threads: int,
) -> Row:
    out = simulate_displacement(case, rule, futures=futures, seed=seed, threads=threads)
    started = time.perf_counter()
    simulate_displacement(case, rule, futures=1, seed=seed)
    seconds = time.perf_counter() - started
    scores = relative_difference(out.camps(case), case.counted)
    settings = ""
    if isinstance(rule, Followers):
        settings = f"power {rule.distance_power:g}, softening {rule.softening:g} km, company {rule.company:g}"
    dated = float(np.mean(on_dates(case, out.camps(case))))
    return Row(case.name, knowledge, name, float(scores.mean()), float(scores.std()), seconds, settings, dated)


def _summaries(rows: Sequence[Row]) -> list[Summary]:
    equal = {row.case: row.score for row in rows if row.method == "equal shares"}
    groups: dict[tuple[Knowledge, str], list[Row]] = {}
    for row in rows:
        if row.score == row.score:  # not NaN
            groups.setdefault((row.knowledge, row.method), []).append(row)
    return [
        Summary(
            knowledge,
            method,
            len(group),
            bootstrap_mean([row.score for row in group]),
            sum(row.score < equal[row.case] for row in group),
        )
        for (knowledge, method), group in groups.items()
    ]
