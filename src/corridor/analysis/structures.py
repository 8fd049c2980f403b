"""Structural choices swept: how much an answer moves within a structure, and how much between structures.

A range of a number is drawn inside every run. A choice between rules, or of who eats first, is not a range: it is swept
here, every combination played with the same futures, and both intervals are given side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any, Protocol

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from corridor.analysis.outcomes.block import report_dates, report_days
from corridor.analysis.outcomes.table import values
from corridor.analysis.scores.summary import describe
from corridor.analysis.signs.weights import conditioned
from corridor.results import read
from corridor.scenario.model import Scenario

Floats = NDArray[np.float64]
Override = Callable[[Scenario, Sequence[str]], Scenario]
"""`override(scenario, settings)`: the scenario with `path=value` settings."""


class Run(Protocol):
    """`run(scenario, policies=, conditions=, futures=, seed=)`: plays a scenario."""

    def __call__(self, scenario: Scenario, **settings: Any) -> xr.Dataset:
        """Return the run."""
        ...


CHOICES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "rationing": {"none": ("rules.rations=none",), "stretch": ("rules.rations=stretch",)},
    "adult protection": {
        "low": ("sharing.adult_protection=0.2",),
        "middle": ("sharing.adult_protection=0.5",),
        "high": ("sharing.adult_protection=0.9",),
    },
    "adults": {"hall": ("rules.adults=hall",), "reduced": ("rules.adults=reduced",)},
}
"""Choice -> option -> settings. Twelve structures."""

WATCHED: tuple[str, ...] = ("intake", "weight_change", "gam", "sam", "cdr", "u5dr", "eaten_child", "eaten_adult")
"""Outcomes that are swept where none are named."""

ROWS = (
    "structure", "policy", "condition", "date", "day", "outcome", "name", "unit", "defined", "mean", "median",
    "low_50", "high_50", "low_80", "high_80", "low_95", "high_95",
)  # fmt: skip
"""Columns of `sweep`'s rows after one column per choice; intervals are over the futures of one structure."""

SUMMARY = (
    "policy", "condition", "date", "day", "outcome", "name", "unit", "structures", "within_median", "within_low",
    "within_high", "between_low", "between_high", "lowest", "highest", "all_low", "all_high", "share_between",
    "decides", "decides_by",
)  # fmt: skip
"""Columns of `both_intervals`.

within_* : median and 80 % interval over futures, each the median of the structures' own
between_low, between_high : lowest and highest median of any structure; lowest, highest : which structure
all_low, all_high : lowest end of the 80 % intervals and their highest: what every structure together leaves possible
share_between : share of the variance over futures and structures that lies between structures, each as likely as the
    next; paired futures, mean of squares, so a heavy tail counts; empty where nothing varies
decides, decides_by : the choice that moves the median most, and by how much (mean over the other choices)
"""


def structures(choices: Mapping[str, Mapping[str, tuple[str, ...]]] = CHOICES) -> dict[str, dict[str, str]]:
    """Return every combination: its name -> choice -> option."""
    combined = (dict(zip(choices, options, strict=True)) for options in product(*choices.values()))
    return {", ".join(f"{choice} {option}" for choice, option in one.items()): one for one in combined}


def sweep(
    scenario: Scenario, run: Run, override: Override, *, futures: int = 200, seed: int = 1,
    policies: Sequence[str] | None = None, conditions: Sequence[str] | None = None, days: Sequence[int] | None = None,
    outcomes: Sequence[str] = WATCHED, choices: Mapping[str, Mapping[str, tuple[str, ...]]] = CHOICES,
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """Play every structure with the same futures and return its intervals, and both intervals beside each other.

    Parameters
    ----------
    scenario : the case; settings of `choices` are put over its own
    run, override : play and change a scenario
    futures, seed : of every structure
    policies, conditions : ids, all where None
    days : reporting dates, days after as_of
    outcomes : ids of the outcome table
    choices : choice -> option -> settings

    Returns
    -------
    rows : one per structure, policy, condition, date and outcome, columns: the choices, then `ROWS`
    summary : one per policy, condition, date and outcome, columns `SUMMARY`

    Raises
    ------
    InputError : unknown outcome, setting, policy or day
    """
    named = structures(choices)
    rows: list[dict[str, Any]] = []
    samples: dict[tuple[str, str, str, str], list[Floats]] = {}
    for structure, picked in named.items():
        settings = [setting for choice, option in picked.items() for setting in choices[choice][option]]
        ds = conditioned(run(
            override(scenario, settings), policies=policies, conditions=conditions, futures=futures, seed=seed
        ))  # fmt: skip
        at = report_days(ds, days)
        played, under, dates = read.ids(ds, "policy"), read.ids(ds, "condition"), report_dates(ds, at)
        for outcome, x in values(ds, at, outcomes):
            about = {"name": outcome.name, "unit": outcome.unit}
            for p, c, d in np.ndindex(x.shape[:3]):
                key = (played[p], under[c], dates[d], outcome.id)
                head = dict(zip(("policy", "condition", "date", "outcome"), key, strict=True))
                rows.append(
                    {
                        **picked,
                        "structure": structure,
                        **head,
                        "day": int(at[d]) + 1,
                        **about,
                        **describe(x[p, c, d], read.weights(ds)),
                    }
                )
                samples.setdefault(key, []).append(x[p, c, d])
    frame = pd.DataFrame(rows, columns=[*choices, *ROWS])
    return frame, both_intervals(frame, list(choices), samples)


def both_intervals(
    rows: pd.DataFrame, choices: Sequence[str], samples: Mapping[tuple[str, str, str, str], Sequence[Floats]]
) -> pd.DataFrame:
    """Return what moves within structures beside what moves between them, columns `SUMMARY`.

    Parameters
    ----------
    rows : from `sweep`
    choices : names of the choice columns
    samples : (policy, condition, date, outcome) -> values per structure, (future,) each
    """
    out = []
    for key, part in rows.groupby(["policy", "condition", "date", "outcome"], sort=False):
        known = part[part["median"].notna()]
        first = part.iloc[0]
        policy, condition, date, outcome = (str(k) for k in key)
        row: dict[str, Any] = {"policy": policy, "condition": condition, "date": date, "day": first["day"],
                               "outcome": outcome, "name": first["name"], "unit": first["unit"],
                               "structures": len(known)}  # fmt: skip
        if len(known):
            order = known.sort_values("median", kind="stable")["structure"]
            effects = {choice: _effect(known, choice) for choice in choices}
            decides = max(effects, key=lambda choice: effects[choice])
            row |= {
                "within_median": float(known["median"].median()), "within_low": float(known["low_80"].median()),
                "within_high": float(known["high_80"].median()), "between_low": float(known["median"].min()),
                "between_high": float(known["median"].max()), "lowest": order.iloc[0],
                "highest": order.iloc[-1], "all_low": float(known["low_80"].min()),
                "all_high": float(known["high_80"].max()),
                "share_between": _share_between(np.stack(samples[policy, condition, date, outcome])),
                "decides": decides if effects[decides] > 0.0 else "", "decides_by": effects[decides],
            }  # fmt: skip
        out.append(row)
    return pd.DataFrame(out, columns=list(SUMMARY))


def _effect(rows: pd.DataFrame, choice: str) -> float:
    """Return how far apart the options of a choice lie: range of their medians' means over the other choices."""
    means = rows.groupby(choice, sort=False)["median"].mean()
    return float(means.max() - means.min())


def _share_between(x: Floats) -> float:
    """Return the variance between the means of structures over the whole variance: (structure, future) -> 0..1."""
    known = x[:, np.isfinite(x).all(axis=0)]
    total = float(known.var()) if known.size else 0.0
    return float(known.mean(axis=1).var() / total) if total > 0.0 else float("nan")
