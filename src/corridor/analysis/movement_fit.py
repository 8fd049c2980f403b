"""Fit the few numbers of rule `followers` on some cases and judge it on a case it has not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from corridor.analysis.movement_scores import relative_difference
from corridor.processes.movement_case import MovementCase
from corridor.processes.movement_followers import Followers
from corridor.processes.movement_simulate import simulate_movement

Floats = npt.NDArray[np.float64]

GRID: Mapping[str, tuple[float, ...]] = {
    "distance_power": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5),
    "softening": (50.0, 100.0, 150.0, 200.0),
    "company": (0.25, 0.4, 0.55, 0.7, 0.85, 1.0, 1.25, 1.5),
}
"""Values tried, within the ranges of the rule's parameters."""


@dataclass(frozen=True)
class Fit:
    """The settings that the other cases chose for one case, and its score with them."""

    case: str
    rule: Followers
    score: float
    """of the case left out"""
    fitted: float
    """mean over the cases that chose"""


def score_grid(
    cases: Sequence[MovementCase], grid: Mapping[str, tuple[float, ...]] = GRID, *, seed: int = 0, threads: int = 1
) -> tuple[list[Followers], Floats]:
    """Return the rules of the grid and (rule, case) scores of one future each, all with the same seed."""
    rules = [Followers(**dict(zip(grid, values, strict=True))) for values in product(*grid.values())]

    def row(rule: Followers) -> list[float]:
        return [
            float(relative_difference(simulate_movement(case, rule, seed=seed).camps(case)[0], case.counted))
            for case in cases
        ]

    with ThreadPoolExecutor(threads) as pool:
        return rules, np.array(list(pool.map(row, rules)))


def leave_one_out(cases: Sequence[MovementCase], rules: Sequence[Followers], scores: Floats) -> list[Fit]:
    """Return one `Fit` per case: the rule with the lowest mean over the *other* cases.

    scores : (rule, case)
    """
    if len(cases) < 2:
        message = "leaving one case out needs at least two"
        raise ValueError(message)
    fits = []
    for i, case in enumerate(cases):
        others = np.delete(scores, i, axis=1).mean(axis=1)
        best = int(others.argmin())
        fits.append(Fit(case.name, rules[best], float(scores[best, i]), float(others[best])))
    return fits


def fit_all(rules: Sequence[Followers], scores: Floats) -> tuple[Followers, float]:
    """Return the rule with the lowest mean over all cases, and that mean (in sample)."""
    means = scores.mean(axis=1)
    return rules[int(means.argmin())], float(means.min())
