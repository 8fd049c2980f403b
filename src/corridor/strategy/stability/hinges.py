"""Which statements flip the outcome: one-place moves, terciles, and a box search.

Three views of the same question, from the most local to the most global. None of them is a cause:
they name the assumptions on which an answer hangs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc

from corridor.strategy.model.graph import others
from corridor.strategy.model.model import Model, worth_of
from corridor.strategy.stability.concepts import stability_of
from corridor.strategy.stability.propagate import CONCEPTS


@dataclass(frozen=True)
class Flip:
    """What moving one statement by one place changes among the equilibria.

    Attributes
    ----------
    actor, statement : names
    passes : the neighbour it changes places with (it becomes more important than this one)
    gained, lost : numbers of equilibria that appear and disappear
    outcomes : name -> (share of equilibria in which it holds before, after)
    """

    actor: str
    statement: str
    passes: str
    gained: int
    lost: int
    outcomes: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Contrast:
    """Outcome where a statement ranks high against where it ranks low.

    Attributes
    ----------
    statement : its id
    low, high : mean outcome in the third of draws in which it matters least, most
    difference, error : high - low, and its standard error
    """

    statement: str
    low: float
    high: float
    difference: float
    error: float


@dataclass(frozen=True)
class Box:
    """A region of the drawn places in which the outcome is frequent.

    Attributes
    ----------
    limits : statement -> (lowest, highest place), for statements that are restricted
    density : mean outcome inside
    coverage : share of all the outcome that lies inside
    mass : share of draws inside
    doubt : statement -> probability of a density this high without its restriction, by chance
    """

    limits: Mapping[str, tuple[float, float]]
    density: float
    coverage: float
    mass: float
    doubt: Mapping[str, float]


def one_place_moves(model: Model, outcomes: Mapping[str, NDArray[np.bool_]], concept: str = "seq") -> list[Flip]:
    """Return what each exchange of two neighbouring statements changes, the largest change first.

    Parameters
    ----------
    model : its statements in the central order; weights stay with the place
    outcomes : name -> (state,) where it holds
    concept : one of `CONCEPTS`
    """
    c = CONCEPTS.index(concept)
    prepared = others(model.space.graph)
    central = stability_of(model, prepared).equilibrium[c]
    found = []
    for i, actor in enumerate(model.actors):
        own, stakes = model.ranked(i), np.setdiff1d(model.of(i), model.ranked(i))
        for k in range(own.size - 1):
            order = own.copy()
            order[[k, k + 1]] = order[[k + 1, k]]
            both = [model.statements[j] for j in (*own, *stakes)]  # weights stay with the place
            row = worth_of(both, model.truth[[*order, *stakes]])
            now = stability_of(model, prepared, {i: row}).equilibrium[c]
            shares = {name: (_share(central, mask), _share(now, mask)) for name, mask in outcomes.items()}
            gained, lost = int((now & ~central).sum()), int((central & ~now).sum())
            names = model.statements[own[k + 1]].id, model.statements[own[k]].id
            found.append(Flip(actor, *names, gained, lost, shares))

    def size(flip: Flip) -> tuple[float, int]:
        return max((abs(a - b) for a, b in flip.outcomes.values()), default=0.0), flip.gained + flip.lost

    return sorted(found, key=size, reverse=True)


def _share(chosen: NDArray[np.bool_], mask: NDArray[np.bool_]) -> float:
    return float((chosen & mask).sum() / chosen.sum()) if chosen.any() else 0.0


def terciles(place: NDArray[np.int16], outcome: NDArray[np.float64], names: Sequence[str]) -> list[Contrast]:
    """Return the contrast of each statement, the largest first.

    Draws that share a place are not split, so the sides may be more or less than a third.

    Parameters
    ----------
    place : (draw, statement) 0 is the most important
    outcome : (draw,) any number, such as 0/1 or a probability
    """
    found = []
    for j, name in enumerate(names):
        values = place[:, j].astype(np.float64)
        near, far = np.quantile(values, [1 / 3, 2 / 3])
        high, low = values <= near, values >= far
        if near == far:  # most draws share one place: compare those before and after it, or either with it
            high, low = values < near, values > far
            high, low = high if high.any() else values == near, low if low.any() or not high.any() else values == far
        if not (high.any() and low.any()):
            continue
        top, bottom = outcome[high], outcome[low]
        error = float(np.sqrt(top.var() / top.size + bottom.var() / bottom.size))
        mean_low, mean_high = float(bottom.mean()), float(top.mean())
        found.append(Contrast(name, mean_low, mean_high, mean_high - mean_low, error))
    return sorted(found, key=lambda contrast: -abs(contrast.difference))


def find_box(
    place: NDArray[np.int16],
    outcome: NDArray[np.bool_],
    names: Sequence[str],
    peel: float = 0.05,
    least_mass: float = 0.05,
    least_coverage: float = 0.5,
) -> Box:
    """Return a box of places in which the outcome is frequent (patient rule induction, peeling only).

    Each step cuts away about `peel` of the draws where that raises the mean outcome most per draw
    lost. Of the boxes on the way, the densest with enough coverage is returned, after restrictions
    that are not needed for its density were taken back.

    Parameters
    ----------
    place : (draw, statement)
    outcome : (draw,) whether it happened
    names : of the statements
    peel, least_mass : shares of draws cut in a step, and left at the end
    least_coverage : share of the outcome that must lie inside

    Source
    ------
    Friedman and Fisher 1999, Bump hunting in high-dimensional data, Statistics and Computing 9;
    Bryant and Lempert 2010, Thinking inside the box, for coverage, density and the test of each limit.
    """
    values = place.astype(np.float64)
    low, high = values.min(axis=0, initial=0.0), values.max(axis=0, initial=0.0)
    ends = low.copy(), high.copy()
    inside = np.ones(outcome.size, np.bool_)
    total = max(1, int(outcome.sum()))
    best = (low.copy(), high.copy())
    best_density = float(outcome.mean()) if outcome.size else 0.0
    while True:
        step = _best_cut(values, outcome, inside, peel)
        if step is None:
            break
        j, below, limit = step
        (low if below else high)[j] = limit
        inside = ((values >= low) & (values <= high)).all(axis=1)
        if inside.sum() < least_mass * outcome.size or outcome[inside].sum() < least_coverage * total:
            break
        if outcome[inside].mean() > best_density:
            best, best_density = (low.copy(), high.copy()), float(outcome[inside].mean())
    return _described(values, outcome, names, best, ends)


def _best_cut(
    values: NDArray[np.float64], outcome: NDArray[np.bool_], inside: NDArray[np.bool_], peel: float
) -> tuple[int, bool, float] | None:
    """Return (column, whether the low end is cut, new limit) of the cut that gains most per draw lost."""
    here, happened = values[inside], outcome[inside]
    mean, best_gain, best = happened.mean(), 0.0, None
    for j in range(values.shape[1]):
        column = here[:, j]
        for below in (True, False):
            edge = np.quantile(column, peel if below else 1 - peel, method="nearest")
            kept = column > edge if below else column < edge
            lost = kept.size - kept.sum()
            if not kept.any() or lost == 0:
                continue
            gain = (happened[kept].mean() - mean) / lost
            if gain > best_gain:
                best_gain, best = gain, (j, below, float(column[kept].min() if below else column[kept].max()))
    return best


def _described(
    values: NDArray[np.float64],
    outcome: NDArray[np.bool_],
    names: Sequence[str],
    box: tuple[NDArray[np.float64], NDArray[np.float64]],
    ends: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Box:
    """Return the box without restrictions that chance explains, with the test of each that stays."""
    low, high = box[0].copy(), box[1].copy()
    within = (values >= low) & (values <= high)

    def chance(j: int) -> float:
        rest = np.delete(within, j, axis=1).all(axis=1)
        inside = rest & within[:, j]
        hits = int(outcome[inside].sum())
        return float(bdtrc(hits - 1, int(inside.sum()), outcome[rest].mean())) if hits else 1.0

    restricted = [j for j in range(len(names)) if low[j] > ends[0][j] or high[j] < ends[1][j]]
    while restricted:
        doubt = {j: chance(j) for j in restricted}
        worst = max(doubt, key=lambda j: doubt[j])
        if doubt[worst] < 0.05:
            break
        low[worst], high[worst] = ends[0][worst], ends[1][worst]
        within[:, worst] = True
        restricted.remove(worst)
    inside = within.all(axis=1)
    limits = {names[j]: (float(low[j]), float(high[j])) for j in restricted}
    doubt_of = {names[j]: chance(j) for j in restricted}
    hits = int(outcome[inside].sum())
    density = hits / max(1, int(inside.sum()))
    return Box(limits, density, hits / max(1, int(outcome.sum())), float(inside.mean()), doubt_of)
