"""What each kind of knowledge adds: rule `followers` with one of them taken away at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from corridor.analysis.displacement.scores import relative_difference
from corridor.rules.displacement.case import DisplacementCase
from corridor.rules.displacement.followers import Followers
from corridor.rules.displacement.simulate import simulate_displacement

_ALONE = 1e6
"""`company` so large that who is there no longer matters."""


def without_openings(case: DisplacementCase) -> DisplacementCase:
    """Return the case with every camp open from the start."""
    kept = tuple(closure for closure in case.closures if closure.kind != "camp")
    return replace(case, open_from=np.zeros_like(case.open_from), closures=kept)


def without_day0(case: DisplacementCase) -> DisplacementCase:
    """Return the case with the people of day 0 spread evenly over the camps open then."""
    counted = case.counted.copy()
    at_first = (case.open_from == 0).astype(np.int64)
    if at_first.sum() > 0:
        each, left = divmod(int(counted[0].sum()), int(at_first.sum()))
        counted[0] = at_first * each
        counted[0, np.flatnonzero(at_first)[:left]] += 1
    return replace(case, counted=counted)


def without_closures(case: DisplacementCase) -> DisplacementCase:
    """Return the case with every road and border open; camps keep their opening days."""
    return replace(case, closures=tuple(closure for closure in case.closures if closure.kind == "camp"))


def without_calendar(case: DisplacementCase) -> DisplacementCase:
    """Return the case with people fleeing from everywhere, by residents, on every day."""
    return replace(case, conflict=np.broadcast_to((case.population > 0).astype(float), case.conflict.shape).copy())


TAKEN_AWAY: Mapping[str, Callable[[DisplacementCase, Followers], tuple[DisplacementCase, Followers]]] = {
    "nothing": lambda case, rule: (case, rule),
    "road distance": lambda case, rule: (case, replace(rule, distance_power=0.0)),
    "who is there": lambda case, rule: (case, replace(rule, company=_ALONE)),
    "counts of day 0": lambda case, rule: (without_day0(case), rule),
    "opening days": lambda case, rule: (without_openings(case), rule),
    "closed roads and borders": lambda case, rule: (without_closures(case), rule),
    "conflict calendar": lambda case, rule: (without_calendar(case), rule),
}


@dataclass(frozen=True)
class Loss:
    """Score of a case when one kind of knowledge is taken away."""

    case: str
    taken_away: str
    score: float


def what_knowledge_adds(case: DisplacementCase, rule: Followers, *, futures: int = 4, seed: int = 0) -> list[Loss]:
    """Return the score of a case without each kind of knowledge in turn; the rule is not fitted anew."""
    out = []
    for name, change in TAKEN_AWAY.items():
        other, settings = change(case, rule)
        played = simulate_displacement(other, settings, futures=futures, seed=seed)
        out.append(Loss(case.name, name, float(relative_difference(played.camps(case), case.counted).mean())))
    return out
