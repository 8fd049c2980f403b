"""How food is spread over households: laws of access that more than one rule, and the tests, read.

Access is lognormal between households. The inequality of before the crisis acts on the shortfall only, so that full
supply leaves nobody short; what a crisis adds to it acts at full supply too.
"""

from __future__ import annotations

from math import erfc, exp, log, log1p, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import inlined, kernel
from corridor.rules.base import FIXED, Floats, Ints

QUANTILES = FIXED["quantile"]
"""Intake quantiles of a place."""
ELASTICITY = 0.61
"""Fall of the cereals eaten per rise of their price, low-income countries: Green et al. 2013 (BMJ 346:f3703)."""
SCARCEST = 0.84
"""Lagged shortfall at which prices stop rising, twenty times those of before."""
NOBODY = 1e-12
"""A share of people too small to count."""
DUST = 1e-9
"""A shortfall that only rounding makes."""
FAR = 40.0
"""A score beyond which nobody stands."""


def scores(quantiles: int) -> Floats:
    """Return the standard normal score of the middle of each intake quantile, ascending: (quantile,)."""
    normal = NormalDist()
    return np.array([normal.inv_cdf((q + 0.5) / quantiles) for q in range(quantiles)])


SCORES = scores(QUANTILES)


@kernel
def undernourished(mean: float, cv: float, threshold: float) -> float:
    """Return the prevalence of undernourishment: the share of people whose habitual intake is below a threshold (E9).

    Parameters
    ----------
    mean, threshold : kcal/person/day
    cv : coefficient of variation of intake, all of it (access and need)

    Source
    ------
    FAO, lognormal case. It asks how many are short at a given supply in ordinary years; the rule of this file does not
    use it, because the part of `cv` that comes from need would starve people at full supply.
    """
    variance = log(1.0 + cv * cv)
    share: float = 0.5 * erfc(-(log(threshold / mean) + 0.5 * variance) / sqrt(2.0 * variance))
    return share


@kernel
def normal_cdf(x: float) -> float:
    """Return the standard normal distribution function."""
    return 0.5 * erfc(-x / 1.4142135623730951)


@kernel
def score_below(r: float, cv: float) -> float:
    """Return the score below which households eat less than they need when the mean is the share r of need.

    Solves E[min(1, s m)] = r for s, with m lognormal of mean 1 and coefficient of variation cv, by Newton steps on
    ln s; the score is that of s m = 1. -FAR at r >= 1, rising to FAR as r falls.
    """
    if r >= 1.0 - 1e-9:
        return -FAR
    if r <= 1e-9:
        return FAR
    sigma = sqrt(log1p(cv * cv))
    lo, hi = log(r), log(r) + 12.0 * sigma + 1.0
    x, z = log(r) + 0.5 * sigma, FAR
    for _ in range(60):
        z = (-x + 0.5 * sigma * sigma) / sigma
        below, short = exp(x) * normal_cdf(z - sigma), normal_cdf(z)
        gap = below + 1.0 - short - r
        if abs(gap) < 1e-10:
            break
        if gap > 0.0:
            hi = x
        else:
            lo = x
        step = x - gap / below if below > 1e-12 else 0.5 * (lo + hi)
        x = step if lo < step < hi else 0.5 * (lo + hi)
    return z


@kernel
def share_below(r: float, cv: float, added: float, evened: float) -> float:
    """Return the share of people who eat less than they need.

    Parameters
    ----------
    r : mean share of need
    cv : coefficient of variation of access, which acts on the shortfall
    added : standard deviation of the log by which the crisis widens access, at full supply too; 0 for none
    evened : factor that keeps the mean as it is widened
    """
    z = score_below(r, cv)
    if added > 0.0:
        fair = -log(evened) / added  # the score at which the crisis neither gives nor takes
        sigma = sqrt(log1p(cv * cv))
        z = fair if z < fair else (sigma * z + added * fair) / (sigma + added)
    return normal_cdf(z)


@kernel
def rank_households(
    intake: Floats, people: Ints, requirement: Floats, access_cv: Floats, scores: Floats, size: Floats, eaten: Floats
) -> None:
    """Share the mean intake of each place among households of unequal access.

    Parameters
    ----------
    intake : (place, future) kcal/person/day, mean
    people : (place, future) person; a place without people is short of nothing
    requirement : (future,) kcal/person/day, today's
    access_cv : (future,) `sharing.access_cv`
    scores : (quantile,) from `inequality.scores`, ascending
    size : (place, quantile, future) share of the living who belong to a quantile, sum 1
    eaten : (place, quantile, future) share of own need that the households of a quantile have, 0-1, written

    Source
    ------
    Lognormal inequality with the access part of FAO's CV (E9, E10), applied to the shortfall only.
    """
    places, count, futures = eaten.shape
    multiplier = np.empty((count, futures))
    total, r, s, above = np.empty(futures), np.empty(futures), np.empty(futures), np.empty(futures)
    for f in range(futures):
        s[f] = sqrt(log(1.0 + access_cv[f] * access_cv[f]))
    for q in range(count):
        for f in range(futures):
            multiplier[q, f] = exp(s[f] * scores[q])
    for p in range(places):
        for f in range(futures):
            # whoever has the need or more eats it, so how much more is no matter
            r[f] = max(0.0, intake[p, f] / requirement[f]) if people[p, f] > 0 else np.inf
            total[f] = 0.0
            above[f] = 1.0
            s[f] = 0.0
        # The best-placed quantiles reach their need first: those above q, of size `above`; q and the poorer ones, of
        # weight `total`, share what is left.
        for q in range(count):
            for f in range(futures):
                total[f] += size[p, q, f] * multiplier[q, f]
                above[f] -= size[p, q, f]
                tried = (r[f] - (above[f] if above[f] > NOBODY else 0.0)) / max(NOBODY, total[f])
                s[f] = tried if tried * multiplier[q, f] <= 1.0 or q == 0 else s[f]
        for q in range(count):
            for f in range(futures):
                eaten[p, q, f] = min(1.0, s[f] * multiplier[q, f]) if r[f] < 1.0 else 1.0


class Market(NamedTuple):
    """What the crisis adds to inequality: the first is (place, future), the others (future,)."""

    ration_cv: Floats
    """coefficient of variation of rations between groups"""
    crisis_cv: Floats
    shortage_spread: Floats
    price_effect: Floats
    price_memory: Floats
    """parameters"""


@inlined
def log_price(scarcity: float) -> float:
    """Return the log of the price over that of before at a shortfall (E13): -ln(1 - scarcity) / ELASTICITY, by series."""
    y = min(SCARCEST, scarcity)
    u = y / (2.0 - y)
    v = u * u
    log: float = 2.0 * u * (1.0 + v * (1 / 3 + v * (1 / 5 + v * (1 / 7 + v * (1 / 9))))) * (1.0 / ELASTICITY)
    return log


@inlined
def near_exp(x: float) -> float:
    """Return exp(x) by its series, within 1e-4 where |x| < 1.1; what it multiplies is brought back to its mean after."""
    y: float = 1.0 + x * (1.0 + x / 2 * (1.0 + x / 3 * (1.0 + x / 4 * (1.0 + x / 5 * (1.0 + x / 6 * (1.0 + x / 7))))))
    return y


class Widened(NamedTuple):
    """What the crisis does to access today, (place, future) each, written."""

    spread: Floats
    """standard deviation of the log by which it widens"""
    evened: Floats
    """factor that keeps the mean"""
    held: Floats
    """held by those who have more than they can eat, share of need, mean of quantiles; beyond need it is not counted"""


@kernel
def widen_by_crisis(
    market: Market, access_cv: Floats, scores: Floats, scarcity: Floats, plenty: Floats, size: Floats, eaten: Floats,
    widened: Widened,
) -> None:  # fmt: skip
    """Let the crisis widen access, at the same mean; what the best placed cannot eat is held.

    Where more is handed out than people need, that is the mean which is widened, and what is eaten by nobody is no loss.

    Prices hurt those who were poor before, so they widen that same spread. Rations of other groups, zones and power fall
    on other people than poverty does: variances of logs add up, as those of independent causes do.

    Parameters
    ----------
    access_cv, scores, size : as in `rank_households`
    scarcity : (place, future) lagged shortfall that prices follow, 0-1, updated in place
    plenty : (place, future) what is handed out over need where that is more than 1, else 1
    eaten : (place, quantile, future) share of own need, updated in place

    Source
    ------
    E13 price = (supply / need)^(-1 / ELASTICITY) with a lag, E10 the rise of inequality with it (assumed).
    """
    places, count, futures = eaten.shape
    r, sigma, total, level = np.empty(futures), np.empty(futures), np.empty(futures), np.empty(futures)
    before = np.empty(futures)
    for f in range(futures):
        before[f] = sqrt(log(1.0 + access_cv[f] * access_cv[f]))
    for p in range(places):
        wide = 0.0
        for f in range(futures):
            r[f] = 0.0
        for q in range(count):
            for f in range(futures):
                r[f] += eaten[p, q, f] * size[p, q, f]
        for f in range(futures):
            short = 1.0 - r[f] if 1.0 - r[f] > DUST else 0.0
            scarcity[p, f] += (short - scarcity[p, f]) / market.price_memory[f]
            poorest, richest = eaten[p, 0, f], eaten[p, count - 1, f]
            unequal = before[f]  # as far as the shortfall lets it show
            if poorest > 0.0 and count > 1:
                unequal = min(unequal, log(richest / poorest) / (scores[count - 1] - scores[0]))
            priced_out = market.price_effect[f] * access_cv[f] * log_price(scarcity[p, f])
            other = market.crisis_cv[f] * market.crisis_cv[f] + market.ration_cv[p, f] * market.ration_cv[p, f]
            other += market.shortage_spread[f] * market.shortage_spread[f] * max(0.0, scarcity[p, f])
            poor = unequal + priced_out
            sigma[f] = sqrt(poor * poor + other) - unequal if other > 0.0 else priced_out
            wide = max(wide, sigma[f])
            total[f] = 0.0
            widened.spread[p, f] = sigma[f]
            widened.held[p, f] = 0.0
        if wide > 0.0:
            for q in range(count):
                for f in range(futures):
                    eaten[p, q, f] *= near_exp(sigma[f] * scores[q])
                    total[f] += eaten[p, q, f] * size[p, q, f]
            for f in range(futures):
                mean = plenty[p, f] if plenty[p, f] > 1.0 and sigma[f] > 0.0 else r[f]
                level[f] = mean / total[f] if total[f] > 0.0 else 1.0
                widened.held[p, f] = min(0.0, 1.0 - mean)  # what is beyond need is no loss
            for q in range(count):
                for f in range(futures):
                    has = eaten[p, q, f] * level[f]
                    eaten[p, q, f] = min(1.0, has)
                    widened.held[p, f] += max(0.0, has - 1.0) * size[p, q, f]
        for f in range(futures):
            widened.held[p, f] = max(0.0, widened.held[p, f]) if sigma[f] > 0.0 else 0.0
            widened.evened[p, f] = level[f]
