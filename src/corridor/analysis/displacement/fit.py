"""Fit the few numbers of rule `followers` on some cases and judge it on a case it has not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
import numpy.typing as npt

from corridor.analysis.displacement.scores import relative_difference
from corridor.rules.displacement.case import DisplacementCase
from corridor.rules.displacement.followers import (
    Followers,
    Ways,
    country_of,
    first_crowd,
    mornings_of,
    nearness,
    open_ways,
)
from corridor.rules.displacement.followers_day import Morning, play_followers

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_BATCH = 80
"""Rules played together: memory stays small, the loop over days is shared."""

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
    cases: Sequence[DisplacementCase], grid: Mapping[str, tuple[float, ...]] = GRID, *, seed: int = 0, threads: int = 1
) -> tuple[list[Followers], Floats]:
    """Return the rules of the grid and (rule, case) scores of future 0 each, all with the same seed.

    A batch plays one rule per row, so that what the rules share (roads, ways, calendar) is derived once per case.
    """
    rules = [Followers(**dict(zip(grid, values, strict=True))) for values in product(*grid.values())]
    # what a rule does not share with the others of its batch must be the same in all of them
    groups: dict[tuple[float, float, float], list[int]] = {}
    for i, rule in enumerate(rules):
        groups.setdefault((rule.speed, rule.origin_power, rule.room_power), []).append(i)
    scores = np.empty((len(rules), len(cases)))

    def fill(task: tuple[int, Shared, list[int]]) -> None:
        column, shared, members = task
        played = play_rules(cases[column], shared, [rules[i] for i in members], seed)
        scores[members, column] = relative_difference(played, cases[column].counted)

    with ThreadPoolExecutor(threads) as pool:
        for members in groups.values():
            shares = list(pool.map(partial(share, rule=rules[members[0]]), cases))
            tasks = [
                (column, shared, members[i : i + _BATCH])
                for column, shared in enumerate(shares)
                for i in range(0, len(members), _BATCH)
            ]
            list(pool.map(fill, tasks))
    return rules, scores


@dataclass(frozen=True)
class Shared:
    """What rules of one speed, power of residents and power of room share on a case."""

    ways: Ways
    mornings: tuple[Morning, ...]


def share(case: DisplacementCase, rule: Followers) -> Shared:
    """Derive what does not depend on the numbers that are fitted."""
    ways = open_ways(case, rule.speed)
    return Shared(ways, mornings_of(case, ways, rule.origin_power)[0])


def play_rules(case: DisplacementCase, shared: Shared, rules: Sequence[Followers], seed: int) -> Ints:
    """Return (rule, day, camp) persons in camps: future 0 of every rule, as `simulate_displacement` plays it."""
    n = len(rules)
    near = nearness(
        shared.ways, np.array([rule.distance_power for rule in rules]), np.array([rule.softening for rule in rules])
    )
    company = np.array([rule.company for rule in rules])
    country = country_of(case, shared.ways, near, company, np.arange(n, dtype=np.int64), rules[0].room_power)
    crowd = first_crowd(case, shared.ways.longest, n)
    out = np.empty((n, case.days, case.camps.size), dtype=np.int64)
    same = np.zeros(n, dtype=np.int64)
    for today in shared.mornings:
        play_followers(country, today._replace(new=np.repeat(today.new, n)), crowd, seed, same)
        out[:, today.day] = crowd.present[:, case.camps]
    return out


def leave_one_out(cases: Sequence[DisplacementCase], rules: Sequence[Followers], scores: Floats) -> list[Fit]:
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
