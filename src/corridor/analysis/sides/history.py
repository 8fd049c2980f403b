"""What a coded past says of the choice process: forecasts one week ahead beside two naive ones, and a posterior.

Nothing is read before its week: the draws that forecast a week are weighted by the weeks before it, and the naive
forecasts count what had come before it. The one that has hindsight says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.strategy.choice.process import ChoiceDraws, draws_in
from corridor.strategy.history import WEEK, Likelihood, Past
from corridor.strategy.model.draws import PreferenceDraws

Floats = NDArray[np.float64]
HALF = 0.5
"""Changes that a base rate begins with, and `HALF_YEAR` days on which they came: one change a year, before anything."""
HALF_YEAR = 182.0


@dataclass(frozen=True)
class Scores:
    """Log scores of each week, higher is better; all give a probability to every day's options.

    Attributes
    ----------
    weeks : (week,) number of option changes that came in the week
    model : posterior of the choice process from the weeks before; prior : the same draws, never weighted
    rates : each option has its own base rate, counted in the weeks before
    nothing : nothing changes, but for one rate for all options that fits the whole past best (with hindsight)
    effective : how many draws weigh, at the beginning of each week
    """

    weeks: NDArray[np.int64]
    model: Floats
    prior: Floats
    rates: Floats
    nothing: Floats
    effective: Floats


def scores(like: Likelihood, past: Past) -> Scores:
    """Return the log score of each week, one week ahead."""
    changes = np.zeros((past.weeks, len(past.options)))
    for move in past.moves:
        for name in move.flips:
            changes[past.week_of(move.day), past.options.index(name)] += 1.0
    days = np.array([_days(past, week) for week in range(past.weeks)])
    before = np.vstack([np.zeros(len(past.options)), np.cumsum(changes, axis=0)[:-1]])
    gone = np.concatenate([[0.0], np.cumsum(days)[:-1]])[:, None]
    own = (before + HALF) / (gone + HALF_YEAR)
    best = np.full(own.shape, max(changes.sum(), HALF) / (days.sum() * len(past.options)))
    weigh = [_mean(like.by_week[week]) for week in range(past.weeks + 1)]
    step = np.diff(like.by_week, axis=0)
    return Scores(
        changes.sum(axis=1).astype(np.int64),
        np.diff([value for value, _ in weigh]),
        np.array([_mean(step[week])[0] for week in range(past.weeks)]),
        _score(changes, days, own),
        _score(changes, days, best),
        np.array([effective for _, effective in weigh[:-1]]),
    )


def _days(past: Past, week: int) -> float:
    """Return how many days of a week are read."""
    end = min(past.last, past.first + timedelta(days=WEEK * (week + 1)))
    return float((end - past.first).days - WEEK * week)


def _score(changes: Floats, days: Floats, rate: Floats) -> Floats:
    """Return (week,) log probability of the changes where each option changes on a day with its own probability."""
    quiet = days[:, None] - changes
    return np.asarray((changes * np.log(rate) + quiet * np.log1p(-rate)).sum(axis=1))


def _mean(log: Floats) -> tuple[float, float]:
    """Return the log of the mean, and how many draws weigh."""
    top = float(log.max())
    odds = np.exp(log - top)
    return top + float(np.log(odds.mean())), float(odds.sum() ** 2 / (odds**2).sum())


def weights(like: Likelihood, week: int = -1) -> Floats:
    """Return (draw,) the weight of each draw given the past up to the end of a week."""
    odds = np.exp(like.by_week[week] - like.by_week[week].max())
    return np.asarray(odds / odds.sum())


def posterior(like: Likelihood, actors: tuple[str, ...], week: int = -1) -> list[dict[str, Any]]:
    """Return a row for each number that says how the sides choose: median and 80 % range, before and after."""
    w, even = weights(like, week), np.full(like.draws.lam.size, 1.0 / like.draws.lam.size)
    numbers: Mapping[str, Floats] = {
        "lambda": like.draws.lam, "inertia": like.draws.inertia, "irreversible_cost": like.draws.cost,
        "patience": like.draws.patience, "foresight": like.draws.rounds.astype(np.float64),
    }  # fmt: skip
    rows = [
        {"input": name, **_spread(value, even, "prior"), **_spread(value, w, "posterior")}
        for name, value in numbers.items()
    ]
    for i, actor in enumerate(actors):
        node = w @ like.share[week, i]
        rows.append(
            {
                "input": f"rate of {actor}",
                **_spread(like.rates[i], even @ like.share[0, i], "prior"),
                **_spread(like.rates[i], node, "posterior"),
            }
        )
    return rows


def _spread(values: Floats, weight: Floats, name: str) -> dict[str, float]:
    order = np.argsort(values, kind="stable")
    edge = np.cumsum(weight[order]) / weight.sum()
    at = np.minimum(np.searchsorted(edge, [0.1, 0.5, 0.9]), order.size - 1)
    low, middle, high = values[order][at].tolist()
    return {f"{name}_low": low, name: middle, f"{name}_high": high}


def sample(like: Likelihood, count: int, seed: int = 1, week: int = -1) -> tuple[PreferenceDraws, ChoiceDraws]:
    """Return draws that weigh the same and follow the posterior, rates too; some of them come several times."""
    rng = np.random.default_rng([seed, 11])
    edge = np.cumsum(weights(like, week))
    picked = np.minimum(np.searchsorted(edge, (rng.random() + np.arange(count)) / count), edge.size - 1)
    rate = np.empty((like.rates.shape[0], count))
    for i in range(rate.shape[0]):
        nodes = np.cumsum(like.share[week, i, picked], axis=1)
        at = (nodes < rng.random(count)[:, None] * nodes[:, -1:]).sum(axis=1)
        rate[i] = like.rates[i, np.minimum(at, nodes.shape[1] - 1)]
    ways = like.draws._replace(
        lam=like.draws.lam[picked], inertia=like.draws.inertia[picked], cost=like.draws.cost[picked],
        patience=like.draws.patience[picked], rounds=like.draws.rounds[picked], rate=rate,
    )  # fmt: skip
    wants = PreferenceDraws(like.preferences.weights[picked], like.preferences.place[picked])
    return wants, draws_in(ways, slice(None))
