"""The dates on which a comparison reports, as an analyst writes them: days after as_of or civil days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from corridor.core.errors import InputError, Problem
from corridor.scenario import Scenario

_AFTER = re.compile(r"\+?(\d{1,4})")


def days_of(scenario: Scenario, dates: str | Sequence[str | int | date] | None) -> tuple[int, ...] | None:
    """Return days after as_of in order, each once; None where none are named.

    dates : "+7, +30, 2023-10-15" or a list of such; the last day of the horizon is always reported besides

    Raises
    ------
    InputError : everything that is no date, or not after as_of and within the horizon
    """
    if not dates:
        return None
    written = dates.split(",") if isinstance(dates, str) else [part for one in dates for part in str(one).split(",")]
    found, problems = set[int](), []
    for text in (one.strip() for one in written):
        after = _AFTER.fullmatch(text)
        try:
            day = int(after[1]) if after else (date.fromisoformat(text) - scenario.as_of).days
        except ValueError:
            remedy = "write YYYY-MM-DD, or +30 for days after as_of"
            problems.append(Problem("--dates", 0, 0, "", f'"{text[:40]}" is no date', remedy))
            continue
        if not 1 <= day <= scenario.horizon:
            message = f"{text} is not after as_of {scenario.as_of} and within {scenario.horizon} days"
            problems.append(Problem("--dates", 0, 0, "", message, "name a day of the horizon, or set horizon"))
        found.add(day)
    if problems:
        raise InputError(problems)
    return tuple(sorted({*found, scenario.horizon}))
