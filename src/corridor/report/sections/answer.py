"""The answer in three sentences, derived from the comparison: harm, help, flight. Never a weighted total.

One outcome ranks the policies: food missing, `energy_gap`, which a death never makes smaller at a given supply; excess
deaths stand beside it. Two policies are only told apart where their means differ by three Monte-Carlo standard errors,
and where the better mean is the better policy in most futures, too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corridor.report import words
from corridor.report.sections import chance, hold_out, inputs
from corridor.report.sections.labels import plain
from corridor.results import read, series
from corridor.results.dataset import ahead
from corridor.scenario.model import Scenario

GAP = "energy_gap"
"""The outcome by which policies are ranked, on the last reporting date."""
DEATHS = "excess_deaths"
FLIGHT_SHARE = 0.5
"""From this share of people gone in the middle future on, a condition is one of flight."""
ERRORS = 3.0
"""Standard errors from which on a difference is told in words."""
FEWEST = 10.0
"""Effective futures below which nothing is told apart: the error itself is not known from fewer."""

NEAR = 0.05
"""share by which medians or means may differ and still be called alike"""
SLIGHT = 0.01
"""share of those who leave up to which more or fewer of them in a queue are not told"""
WAY_OUT: Mapping[str, tuple[str, str]] = {
    "nine_tenths_out": ("takes on average {} days longer", "takes on average {} days less"),
    "longest_queue": ("has on average {} more people queueing", "has on average {} fewer people queueing"),
}
"""outcome of the way out -> what is said of a policy that makes it more, and less"""

Gaps = Mapping[tuple[str, str], read.Floats]
"""(policy, condition) -> (future,) `GAP` on the last date, as `corridor.analysis.compare.last` returns it."""


@dataclass(frozen=True)
class Answer:
    """Two or three sentences, and what they were derived from.

    sure : how sure that is and what it rests on, in one line
    best, following : policies under which least food is missing and that cannot be told apart, and the next one (empty
        where there is none)
    moves : inputs by how far they move what `sure` speaks of: path -> rank correlation
    moved : what that is, in words
    unchanged : conditions that change nothing beyond error: the sentences say so, and no table repeats it
    how_long : when food runs out and people eat less than 1,500 kcal a day, under the reference and, where that
        differs beyond its error, under the best policy; "" where that is not known
    """

    sentences: tuple[str, ...]
    best: tuple[str, ...]
    following: str
    moves: dict[str, float]
    moved: str
    sure: str = ""
    how_long: str = ""
    unchanged: tuple[str, ...] = ()


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
    """Return whether under most policies most people leave under a condition."""
    shares = []
    for policy in dict.fromkeys(comparison["policy"]):
        left, still = (cell(comparison, policy, condition, name) for name in ("departures", "people"))
        if left is not None and still is not None and left["median"] + still["median"] > 0:
            shares.append(left["median"] / (left["median"] + still["median"]))
    return bool(shares) and float(np.median(shares)) > FLIGHT_SHARE


@dataclass(frozen=True)
class Ranking:
    """Food missing under one condition, policy by policy: `gaps` policy -> (future,), `weights` (future,) of sum 1."""

    gaps: Mapping[str, read.Floats]
    weights: read.Floats

    @property
    def few(self) -> bool:
        """Whether there are too few effective futures to tell anything apart."""
        return 1.0 / float(np.sum(self.weights**2)) < FEWEST * (1.0 - 1e-9)

    def mean(self, policy: str) -> float:
        """Return the person-days of food missing on average over futures."""
        return float(self.weights @ self.gaps[policy])

    def order(self) -> list[str]:
        """Return policies from least to most food missing in the mean."""
        return sorted(self.gaps, key=self.mean)

    def difference(self, one: str, other: str) -> tuple[float, float]:
        """Return the mean paired difference in person-days, and its Monte-Carlo standard error."""
        d = self.gaps[one] - self.gaps[other]
        mean = float(self.weights @ d)
        return mean, float(np.sqrt(np.sum((self.weights * (d - mean)) ** 2)))

    def told_apart(self, one: str, other: str) -> bool:
        """Return whether `one` misses more than `other`: in the mean and in most futures, each beyond its error."""
        if self.few:
            return False
        mean, error = self.difference(one, other)
        sign = np.sign(self.gaps[one] - self.gaps[other])
        more = float(self.weights @ sign)
        chance = float(np.sqrt(np.sum((self.weights * (sign - more)) ** 2)))
        return mean > max(ERRORS * error, 1e-9) and more > ERRORS * chance


def ranking(dataset: xr.Dataset, gaps: Gaps, condition: str) -> Ranking:
    """Return the ranking under a condition, by the weights that the run carries."""
    here = {policy: gap for (policy, under), gap in gaps.items() if under == condition}
    given = read.weights(dataset)
    futures = dataset.sizes["future"]
    return Ranking(here, np.full(futures, 1.0 / futures) if given is None else given)


def _interval(row: Any, what: str, level: str = "80 %: ") -> str:
    """Return "900 excess deaths (80 %: 40 to 5,000)"; "no" only where the central 95 % of futures have none."""
    if row["high_95"] < 0.5 and row["low_95"] > -0.5:
        return f"no {what}"
    number = words.count(row["median"])
    named = what.removesuffix("s") if number == "1" else what
    return f"{number} {named} ({level}{words.span(row['low_80'], row['high_80'], 'persons')})"


def _harm(comparison: pd.DataFrame, policy: str, condition: str, named: Mapping[str, str]) -> str:
    """Return the sentence on what a policy costs."""
    gap, deaths = (cell(comparison, policy, condition, id_) for id_ in (GAP, DEATHS))
    if gap is None:
        return "This run says nothing of food."
    said = f"“{named[policy]}”, by {words.day(gap['date'])}: {_interval(gap, 'person-days of food missing')}"
    if deaths is not None:
        level = "" if said.endswith(")") else "80 %: "  # said once a sentence
        said += f", {_interval(deaths, 'excess deaths', level)}"
    return words.sentence(said)


def _help(ranks: Ranking, best: list[str], following: str, own: str, named: Mapping[str, str]) -> str:
    """Return the sentence on which policies help most, against the reference."""
    called = words.listed([f"“{named[policy]}”" for policy in best])
    if not following:
        alone = len(ranks.gaps) == 1
        return "Only one policy was played." if alone else "No policy can be told from another by these futures."
    if own in best:
        more = words.with_error(*ranks.difference(following, best[0]))
        return words.sentence(f"{called} leaves least missing; “{named[following]}” on average {more} person-days more")
    verb, who = ("helps", "it saves") if len(best) == 1 else ("help", "each saves")
    said = f"{called} {verb} most: on average {who} {words.with_error(*ranks.difference(own, best[0]))} "
    said += f"of {words.count(ranks.mean(own))} missing person-days"  # the same statistic: a median can be less
    if following != own:
        said += f"; next is “{named[following]}”"
    return words.sentence(said)


def leavers(dataset: xr.Dataset) -> dict[tuple[str, str], read.Floats]:
    """Return (policy, condition) -> (future,) how many have left by the last day; empty where a run does not say."""
    if "departures" not in dataset:
        return {}
    found = series.each(dataset, ["departures"])["departures"]
    return {pair: one.values.sum(axis=1) for pair, one in found.items()}


def unchanged(comparison: pd.DataFrame, paired: Sequence[Gaps], weights: read.Floats, calm: str) -> tuple[str, ...]:
    """Return the conditions under which, for every policy, all is as under `calm`: within three errors, and `NEAR`.

    paired : outcomes future by future, food missing and who left: their difference has the error of the same draws
    """
    if 1.0 / float(np.sum(weights**2)) < FEWEST * (1.0 - 1e-9):
        return ()
    last = comparison[comparison["day"] == comparison["day"].max()].set_index(["condition", "policy", "outcome"])
    found = []
    for condition in dict.fromkeys(comparison["condition"]):
        if condition == calm:
            continue
        pairs = [
            (one[policy, condition], one[policy, calm])
            for one in paired
            for policy, under in one
            if under == calm and (policy, condition) in one
        ]
        rows, base = (last.loc[id_].reindex(last.loc[calm].index) for id_ in (condition, calm))
        if all(_as_many(a, b, weights) for a, b in pairs) and _as_before(rows, base):
            found.append(condition)
    return tuple(found)


def _as_many(here: read.Floats, there: read.Floats, weights: read.Floats) -> bool:
    """Return whether an outcome is in the mean the same under two conditions, by its error in the same futures."""
    known = np.isfinite(here) & np.isfinite(there)
    d, w = (here - there)[known], weights[known]
    total = float(w.sum())
    if not total:
        return True
    mean = float(w @ d) / total
    error = float(np.sqrt(np.sum((w * (d - mean)) ** 2))) / total
    level = abs(float(w @ there[known])) / total
    return abs(mean) <= max(ERRORS * error, 1e-9 * level) and abs(mean) <= NEAR * level


def _as_before(rows: pd.DataFrame, base: pd.DataFrame) -> bool:
    """Return whether the means of all outcomes are the same on the last date, each by its error and by `NEAR`."""
    here, there = rows["mean"].to_numpy(dtype=float), base["mean"].to_numpy(dtype=float)
    missing = np.isnan(here) & np.isnan(there)
    size = np.abs(here - there)
    error = np.hypot(rows["error"].to_numpy(dtype=float), base["error"].to_numpy(dtype=float))
    level = np.maximum(np.abs(here), np.abs(there))
    alike = (size <= np.maximum(ERRORS * error, 1e-9 * level)) & (size <= NEAR * level)
    return bool(np.all(missing | alike))


def _nothing(conditions: Sequence[str], named: Mapping[str, str]) -> str:
    """Return the sentence on conditions that change nothing."""
    titles = words.listed([f"“{named[one]}”" for one in conditions])
    verb = "changes" if len(conditions) == 1 else "change"
    said = f"{titles} {verb} nothing beyond three standard errors: as much food is missing, as many die and leave"
    return f"{said}, under every policy."


def _without(left: Gaps, weights: read.Floats, own: str, conditions: tuple[str, str], row: Any) -> str:
    """Return how many leave without a condition, "as many" where that is the same by its error; "" where unknown.

    conditions : the one asked about, and the one without it; row : of who leaves under the latter
    """
    here, there = (left.get((own, condition)) for condition in conditions)
    if row is None or here is None or there is None:
        return ""
    many = "nobody" if row["median"] < 0.5 else words.count(row["median"])
    return "; without it " + ("as many" if _as_many(here, there, weights) else many)


def _flight(
    comparison: pd.DataFrame, condition: str, named: Mapping[str, str], own: str, without: str, *, few: bool
) -> str:
    """Return the sentence on who leaves under a condition in which most do; without : who leaves without it."""
    rows = {policy: cell(comparison, policy, condition, "departures") for policy in dict.fromkeys(comparison["policy"])}
    known = {policy: row for policy, row in rows.items() if row is not None}
    row = known.get(own, next(iter(known.values())))
    medians = [float(other["median"]) for other in known.values()]
    alike = max(medians) - min(medians) <= NEAR * max(medians)
    said = f"If “{named[condition]}”: {_interval(row, 'people leave')}"
    if alike and len(known) > 1:
        changed = "" if few else _on_the_way(comparison, condition, named)
        said += without + changed if changed else f", much alike under every policy{without}"
    elif not alike:
        low, high = min(known, key=lambda p: known[p]["median"]), max(known, key=lambda p: known[p]["median"])
        said += f", from {words.count(known[low]['median'])} (“{named[low]}”) to "
        said += f"{words.count(known[high]['median'])} (“{named[high]}”){without}"
    else:
        said += without
    return words.sentence(said)


def _turned(comparison: pd.DataFrame, condition: str, calm: str, named: Mapping[str, str], own: str) -> str:
    """Return the sentence on harm under a condition, and who has left: fewer die where more have fled."""
    said = f"Under “{named[condition]}”: {_harm(comparison, own, condition, named)}".rstrip(".")
    here, there = (cell(comparison, own, one, "departures") for one in (condition, calm))
    if here is not None and there is not None and max(here["median"], there["median"]) >= 0.5:
        many, without = (words.count(row["median"]) for row in (here, there))
        said += f"; {many} people have left, without it {'as many' if many == without else without}"
    return words.sentence(said)


def _on_the_way(comparison: pd.DataFrame, condition: str, named: Mapping[str, str]) -> str:
    """Return what a policy changes on the way out where as many leave: the worst first; "" where none does.

    A difference to the reference counts beyond `ERRORS` standard errors, and beyond `NEAR` of the reference's own; one
    of people who queue beyond `SLIGHT` of those who leave.
    """
    own = str(comparison["reference"].iloc[0])
    leave = cell(comparison, own, condition, "departures")
    slight = {"longest_queue": SLIGHT * (0.0 if leave is None else float(leave["mean"]))}
    changed: dict[tuple[str, str], tuple[float, float]] = {}
    for outcome in WAY_OUT:
        rows = {policy: cell(comparison, policy, condition, outcome) for policy in dict.fromkeys(comparison["policy"])}
        base = rows.pop(own, None)
        for policy, row in rows.items() if base is not None and base["defined"] >= 0.5 else ():
            if row is None or row["defined"] < 0.5:
                continue
            least = max(NEAR * abs(base["mean"]), slight.get(outcome, 0.0))
            if abs(row["diff_mean"]) > max(ERRORS * row["diff_error"], least):
                changed[outcome, policy] = float(row["diff_mean"]), float(row["diff_error"])
    for sign, side in ((1.0, 0), (-1.0, 1)):
        for outcome, said in WAY_OUT.items():
            found = {
                one: (sign * size, error)
                for (name, one), (size, error) in changed.items()
                if name == outcome and sign * size > 0.0
            }
            if found:
                policy = max(found, key=lambda one: found[one])
                size = words.days_with_error if outcome == "nine_tenths_out" else words.with_error
                return f"; “{named[policy]}” {said[side].format(size(*found[policy]))}"
    return ""


def _sure(
    dataset: xr.Dataset, scenario: Scenario, ranks: Ranking, best: str, following: str, named: Mapping[str, str]
) -> tuple[str, dict[str, float], str]:
    """Return the line on how sure the answer is, what moves it, and what "it" is."""
    if following:
        gap = ranks.gaps[following] - ranks.gaps[best]
        tied = np.abs(gap) <= 1e-6 * np.maximum(ranks.gaps[following], 1.0)
        said = f"“{named[best]}” does better than “{named[following]}” in "
        said += f"{words.percent(float(ranks.weights @ ((gap > 0) & ~tied)))} of the futures"
        said += f" and as well in {words.percent(float(ranks.weights @ tied))}" if tied.any() else ""
        moved = f"food missing: “{named[following]}” minus “{named[best]}”"
    else:
        gap = ranks.gaps[best]
        said, moved = "No policy of this run can be told from the others", f"food missing, “{named[best]}”"
    moves = inputs.influence(dataset, gap)
    strongest = next(iter(moves), "")
    if not strongest or abs(moves[strongest]) < inputs.noticeable(dataset):
        said += "; no single drawn number moves that by itself"
    else:
        number = next(n for n in inputs.numbers(dataset, scenario) if n.path == strongest)
        said += f"; the number that moves that most is “{plain(number.says)}”, which is {number.standing}"
        if number.disputed_by:
            said += f" and disputed by {number.disputed_by}"
    return words.sentence(f"{said}; it holds only as far as the rules and ranges of this page hold"), moves, moved


def answer(dataset: xr.Dataset, comparison: pd.DataFrame, gaps: Gaps, first: pd.DataFrame | None = None) -> Answer:
    """Return the three sentences for a run with homes and its comparison (columns of `corridor.analysis.compare`).

    first : `corridor.analysis.outcomes.first_days.first_days` of the run; nothing is said of how long where None

    `corridor.report.sections.answer_camps` has those of a run in which only movement is played.
    """
    scenario = read.scenario_of(dataset)
    conditions, named = read.ids(dataset, "condition"), read.titles(scenario)
    named = {id_: id_ for id_ in (*conditions, *read.ids(dataset, "policy"))} | named
    calm = next((c for c in conditions if not is_flight(comparison, c)), conditions[0])
    own = str(comparison["reference"].iloc[0])
    others = [c for c in conditions if c != calm]
    ranks = ranking(dataset, gaps, calm)
    left = leavers(dataset) if others else {}
    same = unchanged(comparison, (gaps, left), ranks.weights, calm) if others else ()
    turns = [condition for condition in others if condition not in same]
    third, alone = _nothing(same, named) if same else "", ""
    if not others:
        alone = "Only one condition was played; nothing is said of an attack or of any other turn of events."
    elif turns and is_flight(comparison, turns[0]):
        row = cell(comparison, own, calm, "departures")
        without = _without(left, ranks.weights, own, (turns[0], calm), row)
        third = f"{_flight(comparison, turns[0], named, own, without, few=ranks.few)} {third}".strip()
    elif turns:
        third = f"{_turned(comparison, turns[0], calm, named, own)} {third}".strip()
    order = ranks.order()
    if not order:
        said = (_harm(comparison, own, calm, named), "No policy can be ranked.", third)
        return Answer(
            tuple(filter(None, said)), (), "", {}, "", alone, _how_long(dataset, first, calm, (own, own), named), same
        )
    best = [policy for policy in order if not ranks.told_apart(policy, order[0])]
    rest = [policy for policy in order if policy not in best]
    following = rest[0] if rest else ""
    sure, moves, moved = _sure(dataset, scenario, ranks, order[0], following, named)
    all_said = (_harm(comparison, own, calm, named), _help(ranks, best, following, own, named), third)
    likely = [chance.said_of(one, named[one.id]) for one in scenario.policies if one.id in (order[0], following)]
    how_sure = " ".join(filter(None, (sure, *likely, alone)))
    how_long = _how_long(dataset, first, calm, (own, own if own in best else best[0]), named)
    return Answer(tuple(filter(None, all_said)), tuple(best), following, moves, moved, how_sure, how_long, same)


def _how_long(
    dataset: xr.Dataset, first: pd.DataFrame | None, condition: str, policies: tuple[str, str], named: Mapping[str, str]
) -> str:
    if first is None or first.empty:
        return ""
    end = np.datetime64(ahead(dataset["day"]).values[-1], "D").astype(object)
    return hold_out.line(first, condition, policies, named, (read.as_of(dataset), end))
