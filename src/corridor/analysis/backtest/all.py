"""`corridor backtest`: model against what happened, called what it is, a conditional hindcast.

Every score stands beside baselines fixed in code. What is scored depends on what a scenario has in `observed/`:
`exodus` (arrivals by hour), `scarcity` (dates on which a good ran short), `deliveries` (cumulative tonnes and the
false-alarm test), `deaths`, `bodies` and `ration_steps` (hunger), `people`, `lorries` and `prices` (counted).
Simulation is handed in; nothing here imports the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import xarray as xr

from corridor.analysis import calibrate
from corridor.analysis.backtest import airlift as backtest_airlift
from corridor.analysis.backtest import counted as backtest_counted
from corridor.analysis.backtest import exodus as backtest_exodus
from corridor.analysis.backtest import hunger as backtest_hunger
from corridor.analysis.backtest import scarcity as backtest_scarcity
from corridor.analysis.backtest.points import span
from corridor.analysis.backtest.setup import Setup, release_day
from corridor.analysis.backtest.summary import sentence, summary
from corridor.analysis.plain import plain_row
from corridor.scenario.model import Scenario

Run = Callable[..., xr.Dataset]
"""`run(scenario, policies=, conditions=, futures=, seed=, record=)`."""
Rows = Sequence[Mapping[str, str]]

CALLED = "conditional hindcast: rules and priors were written by people who know how it ended; never a forecast"
"""Printed over every table."""

MEANINGS: Mapping[str, str] = {
    "blind": "priors from sources before the event, no count read",
    "nowcast": "the same priors and the counts up to then; scored on later counts only",
    "fitted": "parameters chosen to match the very counts that are scored; shows the model's form, not foresight",
    "scarcity": "first day after as_of on which days of cover fall below a level; errors in days",
    "deliveries": "prescribed deliveries against sourced sums: tests the chain, not foresight",
    "low_intake": "probability that mean intake falls below half of the requirement; comparison with published "
    "thresholds, not a classification",
    "shares": "how people are spread over camps after as_of: averaged relative difference, 0 to 2, the total rescaled",
    "camps": "people in each camp after as_of: mean absolute error over the days",
    "deaths": "deaths of all simulated causes against those registered; errors in logs, 0.69 is a factor of two",
    "bodies": "what surveys found of bodies, as shares of people; the mean of the days of the survey",
    "ration_steps": "days after as_of on which the ration was cut or raised; errors in days",
    "people": "people present at the end of a day",
    "lorries": "lorries over a link: what it carried over what one loads",
    "prices": "whether a price rose between two reports, by whether people got less of the good: Brier scores",
}  # fmt: skip
"""What each exercise is; none may be shown as another."""
CAMPS = {"camps": "1", "camps_each": "persons"}
"""Units of the exercises of a wider country."""
UNITS = {
    "exodus": "persons", "scarcity": "day", "deliveries": "t or t/day", "low_intake": "1", **CAMPS, "deaths": "log",
    "bodies": "1", "ration_steps": "day", "people": "persons", "lorries": "lorries", "prices": "1",
}  # fmt: skip
"""Units of every exercise."""
BY_ROW: Mapping[str, Callable[[xr.Dataset, Rows], list[dict[str, Any]]]] = {
    **backtest_hunger.EXERCISES, **backtest_counted.EXERCISES,
}  # fmt: skip
"""Exercises whose rows each name the policy that replays what was done."""
RECORDED: Mapping[str, tuple[str, ...]] = {**backtest_hunger.RECORDED, **backtest_counted.RECORDED}
"""table -> variables that its scores read"""


def backtest(
    scenario: Scenario, observed: Mapping[str, Rows], run: Run, *, exodus: Setup | None = None, futures: int = 1000,
    members: int = 4000, seed: int = 1, strict: bool = False,
) -> dict[str, list[dict[str, Any]]]:  # fmt: skip
    """Return the tables of every exercise that the observed rows allow.

    Parameters
    ----------
    scenario : one variant; the exodus is also scored on the whole model where the last condition releases people on
        the day of the clock
    observed : tables of `observed/` by name
    run : plays a scenario
    exodus : what was counted of an exodus and how it is scored, where the case has such counts
    futures : of each run; members : of each ensemble of the road model alone
    strict : score the runs alone: no forecast of the road model, none that is made from counts

    Returns
    -------
    exercise -> rows of plain data: `exodus`, `scarcity`, `deliveries`, `low_intake`, and those of `BY_ROW`
    """
    out: dict[str, list[dict[str, Any]]] = {}
    reference, others = scenario.reference_policy, scenario.conditions
    if exodus is not None:
        whole = None
        if others and release_day(scenario, others[-1].id) == exodus.clock.date():
            whole = run(
                scenario, policies=[reference], conditions=[others[-1].id], futures=futures, seed=seed,
                record=("hourly_arrivals",),
            )  # fmt: skip
        if strict:
            out["exodus"] = backtest_exodus.blind_table(exodus, members=members, seed=seed, run=whole, alone=True)
        else:
            out["exodus"] = backtest_exodus.table(exodus, members=members, seed=seed, run=whole)
    mine = [row for row in observed.get("scarcity", ()) if row.get("after") in (None, "", scenario.variant)]
    if mine:
        ds = run(scenario, policies=[reference], conditions=[others[0].id], futures=futures, seed=seed)
        signs = calibrate.known_signs(scenario)
        weights = calibrate.weigh(ds, signs, seed=seed).by_commodity if signs else None
        out["scarcity"] = backtest_scarcity.table(ds, mine, weights=weights)
    if "deliveries" in observed:
        ds = run(scenario, conditions=[others[0].id], futures=futures, seed=seed)
        out["deliveries"] = backtest_airlift.cumulative_points(ds, observed["deliveries"], policy=reference)
        out["low_intake"] = backtest_airlift.low_intake(ds)
    known = {policy.id for policy in scenario.policies}
    for name, score in BY_ROW.items():
        rows = [dict(row) | {"policy": row.get("policy") or reference} for row in observed.get(name, ())]
        rows = [row for row in rows if row["policy"] in known]  # a variant may not see the policy of a replay
        if rows:
            ds = run(
                scenario, policies=list(dict.fromkeys(row["policy"] for row in rows)), conditions=[others[0].id],
                futures=futures, seed=seed, record=RECORDED[name],
            )  # fmt: skip
            out[name] = score(ds, rows)
    return out


def pictures(exodus: Setup, *, members: int = 1000, seed: int = 1) -> list[dict[str, Any]]:
    """Return what to draw against the counted exodus: the blind forecast and the nowcast of the first cut.

    Each has `name`, `times` (local, every three hours over two weeks or to the last count), `members` (member, time)
    persons so far, `cut`.
    """
    counts = exodus.counts
    hours = np.arange(0.0, max(24.0 * 14, float(counts.hours.max())) + 1, 3.0)
    prior, played = next(iter(exodus.populations.values())), backtest_exodus.played(counts)
    blind = backtest_exodus.blind(prior, members=members, seed=seed, ride=exodus.ride, hours=played)
    out = [
        {
            "name": f"blind: {MEANINGS['blind']}",
            "times": exodus.local(hours),
            "members": blind.at(hours),
            "cut": None,
        }
    ]
    for moment in exodus.cuts[:1]:
        cut = exodus.hours(moment)
        made = backtest_exodus.nowcast_at(counts, cut, prior, members=members, seed=seed, ride=exodus.ride)
        later = hours[hours >= cut]
        out.append(
            {
                "name": f"nowcast: {made_at(moment.isoformat())}",
                "times": exodus.local(later),
                "members": made.at(later),
                "cut": exodus.local(np.array([cut]))[0],
            }
        )
    return out


def made_at(moment: str) -> str:
    """Return what a nowcast made at an ISO time is."""
    when = datetime.fromisoformat(moment)
    return f"the same priors and the counts up to {when.day} {when:%B %H:%M}; scored on later counts only"


def meanings(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, str]:
    """Return what each exercise is, with the moments of the nowcasts that were made."""
    made = {str(row["exercise"]): str(row["made"]) for row in tables.get("exodus", ()) if row.get("made")}
    return {**MEANINGS, **{name: made_at(moment) for name, moment in made.items()}}


def unscored(scenario: Scenario, observed: Mapping[str, Rows]) -> list[str]:
    """Return a sentence for each table with rows that are not scored: of policies not seen, of days not played."""
    known = {policy.id for policy in scenario.policies}
    first, last = scenario.as_of + timedelta(days=1), scenario.as_of + timedelta(days=scenario.horizon)
    out = []
    for name in BY_ROW:
        here = observed.get(name, ())
        unseen = sorted({row["policy"] for row in here if row.get("policy") and row["policy"] not in known})
        if unseen:
            out.append(
                f"Not scored: rows of observed/{name}.csv that replay {', '.join(unseen)}, which variant "
                f"{scenario.variant} does not see; name another with --variant."
            )
        spans = [span(row) for row in here if not row.get("policy") or row["policy"] in known]
        outside = [one for one in spans if one[0] < np.datetime64(first, "D") or one[1] > np.datetime64(last, "D")]
        if outside:
            begin, end = (day.astype(object) for day in outside[0])
            which = f"{begin}" if begin == end else f"{begin} to {end}"
            more = f" and {len(outside) - 1} more" if len(outside) > 1 else ""
            out.append(
                f"Not scored: observed/{name}.csv, {which}{more}: days from {first} to {last} are played ahead, "
                "and a row is scored where all of its days are."
            )
    return out


def silence(scenario: Scenario, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Return in words that nothing could be scored; "" where something was."""
    if any(tables.values()):
        return ""
    return (
        f"{scenario.id}, variant {scenario.variant}: nothing to score. The folder holds no counts of what happened "
        "after as_of: observed/exodus.csv (arrivals), scarcity.csv, deliveries.csv, deaths.csv, bodies.csv, "
        "people.csv, lorries.csv, prices.csv or camps.csv"
    )


def to_json(scenario: Scenario, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Return the tables as plain data with stable keys; null where a score has no meaning."""
    lines = summary(tables, UNITS)
    return {
        "format": 1,
        "kind": "backtest",
        "called": CALLED,
        "scenario_id": scenario.id,
        "scenario_hash": scenario.hash,
        "variant": scenario.variant,
        "units": UNITS,
        "meanings": meanings(tables),
        "silence": silence(scenario, tables),
        "sentence": sentence(lines),
        "summary": [plain_row(row) for row in lines],
        **{name: [plain_row(row) for row in rows] for name, rows in tables.items()},
    }
