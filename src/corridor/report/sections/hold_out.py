"""How long people can hold out, in short sentences: when food runs out, when they eat less than 1,500 kcal a day."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from corridor.report import words

HOLD_OUT = "How long can people hold out?"
ALL = "*"
"""the place that stands for all of them"""
ASKED: Mapping[str, tuple[str, str]] = {
    "out.*": ("food in store runs out", "food in store has run out"),
    "intake_1500": ("mean intake falls below 1,500 kcal", "mean intake has fallen below 1,500 kcal"),
}
"""event of `corridor.analysis.outcomes.first_days` -> what is said of it, and where it is so already"""
FOOD = "out.*"
WELL = 14.0
"""days by which food must run out earlier in a place than in all of them for the place to be named; assumed: what comes
within two weeks is one event to a planner"""
ERRORS = 3.0
"""standard errors from which on the best policy is told beside the reference"""
LEAST_ERROR = 1.5
"""days of error of a middle day from which on it is told"""
LEAST_SHARE = 0.005
"""error of a share of futures from which on it is told"""
NONE = 5e-4
"""share of futures up to which it is said of none"""


def line(first: pd.DataFrame, condition: str, policies: tuple[str, str], named: Mapping[str, str],
         days: tuple[date, date]) -> str:  # fmt: skip
    """Return when food runs out and when people eat less than 1,500 kcal a day, a sentence each, policy by policy.

    Parameters
    ----------
    first : `corridor.analysis.outcomes.first_days.first_days` of the run
    policies : the reference, and the policy under which least food is missing: told where it differs beyond its error
    days : the last day known, the last day played

    Returns
    -------
    "" where the run has neither event
    """
    here = first[(first["condition"] == condition) & (first["place"] == ALL) & first["policy"].isin(policies)]
    under = first[(first["condition"] == condition) & (first["policy"] == policies[0]) & (first["event"] == FOOD)]
    said = line_of(here.to_dict("records"), policies, named, days)
    return " ".join(filter(None, (said, _earliest(under.to_dict("records"), named))))


def _earliest(rows: Sequence[Mapping[Any, Any]], named: Mapping[str, str]) -> str:
    """Return where food runs out first, where that is well before it does so in all places together; else "".

    A small place that starves does not show in the sum of all.
    """
    whole = next((_number(row["day_median"]) for row in rows if row["place"] == ALL), math.nan)
    known = [row for row in rows if row["place"] != ALL and not math.isnan(_number(row["day_median"]))]
    if len({row["place"] for row in rows}) < 3 or not known:  # one place, and all of them
        return ""
    row = min(known, key=lambda row: _number(row["day_median"]))
    day, error = _number(row["day_median"]), _number(row["error"])
    if day + max(WELL, ERRORS * (0.0 if math.isnan(error) else error)) >= (math.inf if math.isnan(whole) else whole):
        return ""
    place = named.get(str(row["place"]), str(row["place"]))
    return (
        f"Food has run out in {place}."
        if day == 0.0
        else f"Food runs out first in {place}, on {words.day(row['median'])}."
    )


def line_of(
    rows: Sequence[Mapping[Any, Any]], policies: tuple[str, str], named: Mapping[str, str], days: tuple[date, date]
) -> str:  # fmt: skip
    """Return the same of rows of all places together, under one condition."""
    found = {policy: {str(row["event"]): row for row in rows if row["policy"] == policy} for policy in policies}
    own, best = (found[policy] for policy in policies)
    asked = [event for event in ASKED if event in own]
    if not asked:
        return ""
    first, *more = (_said(event, own[event], days) for event in asked)
    said = [f"Under “{named.get(policies[0], policies[0])}”, {first}.", *map(words.sentence, more)]
    changed = [event for event in asked if differs(own[event], best[event])] if policies[1] != policies[0] else []
    title = named.get(policies[1], policies[1])
    later = [event for event in changed if not as_early(own[event], best[event])]
    if later:
        said += _beside(title, {event: best[event] for event in later}, days)
    said += [_as_early(title, event, (own[event], best[event]), days) for event in changed if event not in later]
    told = [own[event] for event in asked] + [best[event] for event in changed]
    return " ".join([*said, *_good_to(told)])


def _said(event: str, row: Any, days: tuple[date, date]) -> str:
    """Return one event with its days, as what has come where it has in the middle future."""
    return f"{ASKED[event][_number(row['day_median']) == 0.0]} {when(row, days)}"


def _beside(title: str, rows: Mapping[str, Any], days: tuple[date, date]) -> list[str]:
    """Return what differs under the best policy: one sentence of both shares where neither has a middle day to come."""
    shares = [words.percent(1.0 - float(row["never"])) for row in rows.values() if not _number(row["day_median"]) > 0.0]
    if len(shares) == len(ASKED):
        end = words.day(days[1])
        # what has come before any policy began is no effect of it
        already = float(rows[FOOD]["already"])
        before = f" ({words.percent(already)} already)" if already > LEAST_SHARE else ""
        text = f"by {end} food has run out in {shares[0]} of futures{before}, intake is that low in {shares[1]}"
        return [f"Under “{title}”, {text}."]
    first, *more = (_said(event, row, days) for event, row in rows.items())
    return [f"Under “{title}”, {first}.", *map(words.sentence, more)]


def as_early(one: Any, other: Any) -> bool:
    """Return whether an event is still to come in the middle future, and comes there on one day within three errors:
    as where it comes before a policy has begun.
    """
    days = [_number(row["day_median"]) for row in (one, other)]
    error = math.hypot(*(_number(row["error"]) for row in (one, other)))
    return all(day > 0.0 for day in days) and abs(days[0] - days[1]) <= max(ERRORS * error, 0.5)


def _as_early(title: str, event: str, rows: tuple[Any, Any], days: tuple[date, date]) -> str:
    """Return in how many futures an event comes under the best policy, where its middle day is the same."""
    own, best = (words.percent(1.0 - float(row["never"])) for row in rows)
    text = f"{ASKED[event][0]} as early, but by {words.day(days[1])} in {best} of futures"
    return f"Under “{title}”, {text} instead of {own}."


def _good_to(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the sentence on the Monte-Carlo error of the shares of futures that were told, the largest of them."""
    errors = [
        float(row[f"{name}_error"])
        for row in rows
        for name in ("already", "never")
        if NONE < float(row[name]) < 1.0 - NONE
    ]
    error = max(errors, default=0.0)
    return [f"Shares of futures: ± {words.percent(error)}."] if error >= LEAST_SHARE else []


def differs(one: Any, other: Any) -> bool:
    """Return whether an event comes on another day, or in another share of futures, beyond three errors of both."""
    never = abs(float(one["never"]) - float(other["never"]))
    if never > max(ERRORS * math.hypot(float(one["never_error"]), float(other["never_error"])), NONE):
        return True
    days = [_number(row["day_median"]) for row in (one, other)]
    errors = [_number(row["error"]) for row in (one, other)]
    if any(math.isnan(value) for value in (*days, *errors)):
        return False  # the middle is beyond the horizon: the shares say it
    return abs(days[0] - days[1]) > max(ERRORS * math.hypot(*errors), 0.5)


def when(row: Any, days: tuple[date, date]) -> str:
    """Return the middle day and where eight futures of ten lie, or in how many futures it has not come."""
    as_of, end = (words.day(day) for day in days)
    already, never = float(row["already"]), float(row["never"])
    low, middle, high = (_number(row[f"day_{name}"]) for name in ("low_80", "median", "high_80"))
    came, so = words.percent(1.0 - never), words.percent(already)
    in_the_end = f"by {end} in {came}" if came != so else ""
    if math.isnan(middle):
        if never >= 1.0 - NONE:
            return f"in no future by {end}"
        if low == 0.0:
            return ", ".join(filter(None, [f"already by {as_of} in {so} of futures", in_the_end]))
        if low > 0.0 and came != "10 %" and words.day(row["low_80"]) != end:
            return f"by {words.day(row['low_80'])} in 10 % of futures, {in_the_end}"
        return f"by {end} in {came} of futures"
    later = in_the_end if math.isnan(high) else f"by {words.day(row['high_80'])} in 90 %" if high > 0.0 else ""
    if middle == 0.0:
        if already >= 1.0 - NONE:
            return f"by {as_of} in all futures"
        return ", ".join(filter(None, [f"by {as_of} in {so} of futures", later]))
    head = f"on {words.day(row['median'])}{_error(row)}"
    if low == high:
        return head
    if low > 0.0 and high > 0.0:
        return f"{head} (80 %: {words.day(row['low_80'])} to {words.day(row['high_80'])})"
    before = f"{so} already" if low == 0.0 else f"10 % by {words.day(row['low_80'])}"
    after = f"{came} by {end}" if math.isnan(high) else f"90 % by {words.day(row['high_80'])}"
    return f"{head} ({before}, {after})"


def _error(row: Any) -> str:
    """Return the error of the middle day, from `LEAST_ERROR` on; beyond the last day played, that it may be later."""
    days = _number(row["error"])
    return " or later" if math.isnan(days) else f" ± {days:.0f} days" if days >= LEAST_ERROR else ""


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)
