"""What a row of signs.csv says by its kind."""

from __future__ import annotations

from collections.abc import Iterator

from corridor.core.errors import Problem
from corridor.scenario.build.draft import Entry
from corridor.tables.signs import SIGNS_SEEN


def sign_problems(entry: Entry) -> Iterator[Problem]:
    """Yield what does not fit the kind of a sign."""
    kind, good = entry.values.get("kind"), entry.cells.get("commodity")
    seen = SIGNS_SEEN.get(kind) if kind else None
    if seen is None:
        return
    if seen.good != bool(good and good.text):
        message = f"a sign of kind {kind} is about {'a good' if seen.good else 'no good'}"
        yield entry.at("commodity").problem(message, "name the good" if seen.good else "leave the cell empty")
    for name in ("value", "low", "high"):
        number = entry.values.get(name)
        if number is not None and not seen.least <= number <= seen.most:
            message = f"{number:g} is no value of kind {kind}: {seen.meaning}"
            yield entry.at(name).problem(message, f"need {seen.least:g} to {seen.most:g} {seen.unit}")
    low, value, high = (entry.values.get(name) for name in ("low", "value", "high"))
    if (low is None) != (high is None):
        given, missing = ("low", "high") if high is None else ("high", "low")
        yield entry.at(given).problem(f"has {given} without {missing}", "give both ends, or none")
    elif low is not None and high is not None and value is not None and not low <= value <= high:
        message = f"{value:g} does not lie between {low:g} and {high:g}"
        yield entry.at("value").problem(message, "need low <= value <= high")
    if entry.values.get("n") is not None and not seen.sized:
        yield entry.at("n").problem(f"a sign of kind {kind} has no sample", "leave the cell empty")
    if kind in ("ration", "people", "weight_change", "deaths") and low is None:
        yield entry.at("value").problem("has no range", "give low and high: how far the source may be off")
    if seen.sized and low is None and entry.values.get("n") is None:
        yield entry.at("value").problem("has neither a range nor a sample", "give low and high, or n")
