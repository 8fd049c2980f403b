"""The answer in three sentences, derived from the comparison. One outcome at a time; never a weighted total."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corridor.report import words
from corridor.report.sections import inputs
from corridor.results import read, series
from corridor.scenario.model import Scenario

FED = "below_requirement"
"""The outcome that "fed" means: people eating less than they need, on the last reporting date."""
FLIGHT_SHARE = 0.2
"""From this share of people gone in the middle future on, a condition is one of flight."""
SAME_SHARE = 0.01
"""Policies closer than this share of the people present count as equally good."""


@dataclass(frozen=True)
class Answer:
    """Three sentences, and what they were derived from.

    best, following : policies that keep most people fed, and the next one (empty where there is none)
    moves : inputs by how far they move what the third sentence speaks of: path -> rank correlation
    moved : what that is, in words
    """

    sentences: tuple[str, ...]
    best: tuple[str, ...]
    following: str
    moves: dict[str, float]
    moved: str


def cell(comparison: pd.DataFrame, policy: str, condition: str, outcome: str, day: int | None = None) -> Any:
    """Return one row of the comparison (the last date where `day` is None), or None where it is missing."""
    rows = comparison[
        (comparison["policy"] == policy)
        & (comparison["condition"] == condition)
        & (comparison["outcome"] == outcome)
        & (comparison["day"] == (comparison["day"].max() if day is None else day))
    ]
    return None if rows.empty or not math.isfinite(rows.iloc[0]["median"]) else rows.iloc[0]


def is_flight(comparison: pd.DataFrame, condition: str) -> bool:
    """Return whether most policies see a great part of the people leave under a condition."""
    shares = []
    for policy in dict.fromkeys(comparison["policy"]):
        left, still = (cell(comparison, policy, condition, name) for name in ("departures", "people"))
        if left is not None and still is not None and left["median"] + still["median"] > 0:
            shares.append(left["median"] / (left["median"] + still["median"]))
    return bool(shares) and float(np.median(shares)) > FLIGHT_SHARE


def ranked(comparison: pd.DataFrame, condition: str, outcome: str = FED) -> list[tuple[str, float]]:
    """Return policies from least to most mean regret on one outcome, on the last date."""
    found = []
    for policy in dict.fromkeys(comparison["policy"]):
        row = cell(comparison, policy, condition, outcome)
        if row is not None and math.isfinite(row["regret"]):
            found.append((policy, float(row["regret"])))
    return sorted(found, key=lambda item: item[1])


def people(row: Any) -> str:
    """Return "53,000 (80 % interval 0 to 114,000)", or "nobody" where hardly any future has anyone."""
    if row["high_80"] < 0.5:
        return "nobody, in at least nine futures of ten,"
    if row["median"] < 0.5:
        return f"nobody in the middle future (80 % interval {words.span(row['low_80'], row['high_80'], 'persons')})"
    return f"{words.count(row['median'])} people (80 % interval {words.span(row['low_80'], row['high_80'], 'persons')})"


def _fed(comparison: pd.DataFrame, condition: str, named: dict[str, str], size: float) -> tuple[str, list[str], str]:
    """Return the sentence on who is fed under a condition, the best policies, and the next."""
    order = ranked(comparison, condition)
    where = f"Under “{named[condition]}”"
    if not order:
        return f"{where}, the run says nothing about who is fed.", [], ""
    best = [policy for policy, regret in order if regret - order[0][1] <= SAME_SHARE * size]
    rest = [policy for policy, _ in order if policy not in best]
    following = rest[0] if rest else ""
    row = cell(comparison, best[0], condition, FED)
    date = words.day(row["date"])
    if not rest:
        every = "the only policy played" if len(order) == 1 else "every policy alike"
        return f"{where} and {every}, on {date} {people(row)} eat{_s(row)} less than they need.", best, ""
    called = words.listed([f"“{named[policy]}”" for policy in best])
    verb = "keeps" if len(best) == 1 else "keep"
    said = f"{where}, {called} {verb} most people fed: on {date} {people(row)} eat{_s(row)} less than needed"
    own = str(row["reference"])
    against = [own] if own in rest and own != following else []
    for policy in [*against, following]:
        other = cell(comparison, policy, condition, FED)
        joint = "against" if policy == (against or [following])[0] else "and"
        said += f", {joint} {people(other)} under “{named[policy]}”"
    left = cell(comparison, best[0], condition, "departures")
    if left is not None and left["median"] > SAME_SHARE * size:
        said += f"; with it {people(left)} have left home by then"
    return words.sentence(said.replace(",,", ",")), best, following


def _s(row: Any) -> str:
    return "s" if row["median"] < 0.5 else ""


def _half_way(dataset: xr.Dataset, policy: str, condition: str) -> str:
    """Return how long until half of those who arrive in the horizon have arrived."""
    if "arrivals" not in dataset:
        return ""
    curves = series.series(dataset, "arrivals", policy, condition).values
    some = curves[curves[:, -1] > 100]
    if not len(some):
        return ""
    days = (some < some[:, -1:] / 2).sum(axis=1) + 1.0
    low, middle, high = np.quantile(days, (0.1, 0.5, 0.9))
    return f"half of them have reached safety after {middle:.0f} days (80 % interval {low:.0f} to {high:.0f})"


def _flight(dataset: xr.Dataset, comparison: pd.DataFrame, condition: str, named: dict[str, str], own: str) -> str:
    """Return the sentence on who leaves under a condition in which most do."""
    rows = {policy: cell(comparison, policy, condition, "departures") for policy in dict.fromkeys(comparison["policy"])}
    known = {policy: row for policy, row in rows.items() if row is not None}
    row = known.get(own, next(iter(known.values())))
    medians = [float(other["median"]) for other in known.values()]
    alike = max(medians) - min(medians) <= 0.05 * max(medians)
    said = f"If “{named[condition]}” comes true (a hypothesis of this run, not a forecast), "
    said += f"{people(row)} have left home by {words.day(row['date'])}"
    said += ", much the same under every policy" if alike and len(known) > 1 else f" under “{named[row['policy']]}”"
    if not alike:
        low, high = min(known, key=lambda p: known[p]["median"]), max(known, key=lambda p: known[p]["median"])
        said += f" (from {words.count(known[low]['median'])} under “{named[low]}” to "
        said += f"{words.count(known[high]['median'])} under “{named[high]}”)"
    half = _half_way(dataset, str(row["policy"]), condition)
    return words.sentence(f"{said}; {half}" if half else said)


def _sure(
    dataset: xr.Dataset, scenario: Scenario, condition: str, best: list[str], following: str, named: dict[str, str]
) -> tuple[str, dict[str, float], str]:
    """Return the sentence on how sure the answer is, what moves it, and what "it" is."""
    burden = {p: series.series(dataset, FED, p, condition).values.sum(axis=1) for p in (best[0], following) if p}
    if following:
        gap = burden[following] - burden[best[0]]
        tied = np.abs(gap) <= 1e-6 * np.maximum(burden[following], 1.0)
        ahead = float(((gap > 0) & ~tied).mean())
        said = f"“{named[best[0]]}” does better than “{named[following]}” in {words.percent(ahead)} of the futures"
        said += f" and as well in {words.percent(float(tied.mean()))}" if tied.any() else ""
        moved = f"days that people eat less than they need: “{named[following]}” minus “{named[best[0]]}”"
    else:
        gap = next(iter(burden.values()))
        said = "No policy of this run does better than the others"
        moved = f"days that people eat less than they need, “{named[best[0]]}”"
    moves = inputs.influence(dataset, gap)
    strongest = next(iter(moves), "")
    if not strongest or abs(moves[strongest]) < inputs.noticeable(gap.size):
        said += "; no single drawn number moves that by itself"
    else:
        number = next(n for n in inputs.numbers(dataset, scenario) if n.path == strongest)
        said += f"; the number that moves that most is “{number.says.rstrip('.')}”, which is {number.standing}"
        if number.disputed_by:
            said += f" and disputed by {number.disputed_by}"
    return (
        words.sentence(f"{said}; all of it holds only as far as the rules and ranges of this page hold"),
        moves,
        moved,
    )


def answer(dataset: xr.Dataset, comparison: pd.DataFrame) -> Answer:
    """Return the three sentences for a run with homes and its comparison (columns of `corridor.analysis.compare`).

    `corridor.report.sections.answer_camps` has those of a run in which only movement is played.
    """
    scenario = read.scenario_of(dataset)
    conditions, named = read.ids(dataset, "condition"), read.titles(scenario)
    named = {id_: id_ for id_ in (*conditions, *read.ids(dataset, "policy"))} | named
    size = float(dataset["people_start"].sum("place").median())
    calm = next((c for c in conditions if not is_flight(comparison, c)), conditions[0])
    first, best, following = _fed(comparison, calm, named, size)
    own = str(comparison["reference"].iloc[0])
    others = [c for c in conditions if c != calm]
    if not others:
        second = "Only one condition was played, so this page says nothing of an attack or of any other turn of events."
    elif is_flight(comparison, others[0]):
        second = _flight(dataset, comparison, others[0], named, own)
    else:
        second = _fed(comparison, others[0], named, size)[0]
    if not best:
        return Answer((first, second, "How sure this is cannot be said."), (), "", {}, "")
    third, moves, moved = _sure(dataset, scenario, calm, best, following, named)
    return Answer((first, second, third), tuple(best), following, moves, moved)
