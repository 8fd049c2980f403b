"""Scores of simulated camp counts, the naive forecasts beside them, and a bootstrap over cases.

The score is that of the field's yardstick (Suleimenova, Bell, Groen 2017, Sci Rep 7:13377): each day the sum over
camps of |simulated - counted| over the day's total, simulated counts rescaled to that total; then the mean over
days. It judges the distribution over camps only, and lies between 0 and 2. A day on which nobody was counted has
no distribution and adds 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corridor.rules.displacement.case import DisplacementCase

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PERSISTENCE_DAYS = 30
BASELINES = (
    "equal shares", "day 0 and newcomers equally", "last dated count", "capacity", "share at day 30", "persistence",
)  # fmt: skip


def relative_difference(simulated: npt.ArrayLike, counted: npt.ArrayLike) -> Floats:
    """Return the averaged relative difference.

    Parameters
    ----------
    simulated : (..., day, camp) persons
    counted : (day, camp) persons

    Returns
    -------
    (...) in [0, 2]; a day on which nobody is simulated while some were counted has error 1
    """
    there = np.asarray(counted, dtype=np.float64)
    played = np.asarray(simulated, dtype=np.float64)
    total = there.sum(axis=-1)
    sums = played.sum(axis=-1, keepdims=True)
    scaled = played / np.where(sums > 0, sums, 1.0) * total[:, None]
    daily = np.abs(scaled - there).sum(axis=-1) / np.where(total > 0, total, 1.0)
    out: Floats = np.where(total > 0, daily, 0.0).mean(axis=-1)
    return out


def baseline(case: DisplacementCase, name: str) -> Floats:
    """Return (day, camp) shares of one naive forecast; NaN where it is not defined.

    `equal shares`: know nothing. `capacity`: the capacity column, which in the given cases holds the later peak.
    `share at day 30`: the counts of day 30 on every day (leaks before it). `persistence`: the shares counted 30 days
    ago, equal ones until then (knows the counts up to then; the interpolation between counts leaks into them).
    `day 0 and newcomers equally`: who was counted on day 0 stays, and who came since is spread evenly over the camps
    open that day; it knows the day's total. `last dated count`: of each camp the last count that bears a date at least
    30 days back, which is what a person had in hand then; equal shares until every camp open then has one.
    """
    counted = case.counted.astype(np.float64)
    days, camps = counted.shape
    equal = np.full((days, camps), 1.0 / camps)
    if name == "equal shares":
        return equal
    if name == "capacity":
        given = np.maximum(case.capacity[case.camps], 0).astype(np.float64)
        return np.tile(given / given.sum(), (days, 1)) if given.sum() > 0 else np.full_like(equal, np.nan)
    if name == "share at day 30":
        then = counted[min(30, days - 1)]
        return np.tile(then / then.sum(), (days, 1)) if then.sum() > 0 else np.full_like(equal, np.nan)
    if name == "persistence":
        out = equal.copy()
        for day in range(PERSISTENCE_DAYS, days):
            before = counted[day - PERSISTENCE_DAYS]
            if before.sum() > 0:
                out[day] = before / before.sum()
        return out
    if name == "day 0 and newcomers equally":
        is_open = (np.arange(days)[:, None] >= case.open_from).astype(np.float64)
        new = np.maximum(counted.sum(axis=1) - counted[0].sum(), 0.0)
        open_now = is_open.sum(axis=1)
        people = counted[0] + (new / np.where(open_now > 0, open_now, 1.0))[:, None] * is_open
        total = people.sum(axis=1, keepdims=True)
        return np.where(total > 0, people / np.where(total > 0, total, 1.0), equal)
    if name == "last dated count":
        return _last_dated(case, counted, equal)
    message = f"{name} is none of {', '.join(BASELINES)}"
    raise ValueError(message)


def _last_dated(case: DisplacementCase, counted: Floats, equal: Floats) -> Floats:
    if case.dated is None:
        return np.full_like(equal, np.nan)
    days = np.arange(len(counted))
    at = np.where(case.dated, days[:, None], -1)
    last = np.maximum.accumulate(at, axis=0)  # (day, camp) day of the last count up to then
    out = equal.copy()
    for day in range(PERSISTENCE_DAYS, len(counted)):
        known = last[day - PERSISTENCE_DAYS]
        people = np.where(known >= 0, counted[np.maximum(known, 0), np.arange(known.size)], 0.0)
        if people.sum() > 0 and (known[case.open_from <= day - PERSISTENCE_DAYS] >= 0).all():
            out[day] = people / people.sum()
    return out


def on_dates(case: DisplacementCase, simulated: npt.ArrayLike) -> Floats:
    """Return the error on counts that bear a date, over the people counted then: (...); NaN where there is none.

    Simulated people are rescaled to the day's total, which every rule is given; then |simulated - counted| is summed
    over the camps and days after day 0 that bear a count, and divided by the people of these counts. Straight lines
    between counts are no truth and are left out.
    """
    there = np.asarray(simulated, dtype=np.float64)
    if case.dated is None or not (case.counted[1:] * case.dated[1:]).any():
        return np.full(there.shape[:-2], np.nan)
    counted = case.counted.astype(np.float64)
    sums = there.sum(axis=-1, keepdims=True)
    scaled = there / np.where(sums > 0, sums, 1.0) * counted.sum(axis=-1)[:, None]
    wrong = np.abs(scaled - counted)[..., 1:, :] * case.dated[1:]
    out: Floats = wrong.sum(axis=(-2, -1)) / (counted[1:] * case.dated[1:]).sum()
    return out


def baseline_scores(case: DisplacementCase) -> dict[str, float]:
    """Return the score of every baseline, NaN where it is not defined."""
    shares = {name: baseline(case, name) for name in BASELINES}
    return {
        name: float("nan") if np.isnan(share).any() else float(relative_difference(share, case.counted))
        for name, share in shares.items()
    }


@dataclass(frozen=True)
class Interval:
    """A mean over cases with the 90 % interval of a bootstrap over cases."""

    mean: float
    low: float
    high: float


def bootstrap_mean(values: npt.ArrayLike, *, draws: int = 10_000, seed: int = 0) -> Interval:
    """Return the mean of one value per case and its interval, cases drawn with replacement."""
    each = np.asarray(values, dtype=np.float64)
    index = np.random.default_rng(seed).integers(each.size, size=(draws, each.size))
    low, high = np.quantile(each[index].mean(axis=1), [0.05, 0.95])
    return Interval(float(each.mean()), float(low), float(high))


FLEE_2026 = {
    "burundi2015": (0.460, 0.769),
    "car2013": (0.366, 0.763),
    "mali2012": (0.318, 0.832),
    "nigeria2016": (0.210, 0.243),
    "ssudan2013": (0.548, 0.816),
    "syria2013": (0.342, 0.393),
}
"""Score of Flee (May 2026, settings of its validation, population / 10, Syria / 100) with the capacity column and
without it, as measured once; not computed here."""
