"""The line that makes a study again, and what was chosen in it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from corridor.scenario import Scenario
from corridor.scenario.change import Change, changes

PAGE = "report.html"
BACKTEST = 300
"""futures of the backtest on a page, where nobody says how many"""


def only(scenario: Scenario, policies: Sequence[str] | None, conditions: Sequence[str] | None) -> tuple[str, ...]:
    """Return what was left out by choosing policies or conditions, in words."""
    found = []
    for word, chosen, every in (
        ("policies", policies, scenario.policies),
        ("conditions", conditions, scenario.conditions),
    ):
        if chosen is not None and set(chosen) != {one.id for one in every}:
            found.append(f"only {word}: {', '.join(dict.fromkeys(chosen))} (of {len(every)})")
    return tuple(found)


def command(
    name: str, folder: str, changed: Sequence[Change], options: Mapping[str, object], *, page: bool = False
) -> str:
    """Return the command line that makes a study again, its page where `page`; "" where no line does.

    options : option -> value in order; a list repeats it, True is a switch, None and False leave it out
    """
    if not folder or any(change.kind != "set" for change in changed):
        return ""
    words = ["corridor", name, folder, *words_of(options)]
    for change in changed:
        words += ["--set", f"{change.path}={change.value}"]
    return shlex.join([*words, *(["--report", PAGE] if page else [])])


def words_of(options: Mapping[str, object]) -> list[str]:
    """Return options as words of a command line."""
    words: list[str] = []
    for option, value in options.items():
        if value is True:
            words.append(f"--{option}")
        elif value is not None and value is not False:
            for one in value if isinstance(value, (list, tuple)) else (value,):
                words += [f"--{option}", str(one)]
    return words


def origin(scenario: Scenario) -> dict[str, Any]:
    """Return the fields of a study that say what it is about."""
    return {
        "case": scenario.id,
        "folder": scenario.origin.folder,
        "title": scenario.title,
        "question": scenario.question,
        "variant": scenario.variant,
        "as_of": scenario.as_of.isoformat(),
        "horizon": scenario.horizon,
        "changed": changes(scenario),
        "scenario_hash": scenario.hash,
    }
