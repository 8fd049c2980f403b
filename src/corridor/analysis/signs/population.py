"""Futures whose past agrees with what was seen: histories are tried in order of address, and thinned.

w = weight of a history by the signs, a function of its address. A history is kept with the chance min(1, w / C) and
carries the weight max(w, C): rejection control. Every expectation is that of the weighted histories, and no future
stands twice, so that errors are those of weighted futures. The ceiling C is taken from the first `PILOT` histories;
given their weights, the chance that keeps a history is its own, so that C biases nothing.

What is kept is one sequence of addresses: the futures of a run of 50 are the first 50 of a run of 500, and each goes on
after as_of with its own draws.

Source
------
Liu, Chen and Wong 1998, Rejection control and sequential importance sampling, Journal of the American Statistical
Association 93:1022.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from corridor.analysis.scores.measures import effective_size
from corridor.analysis.signs.weights import FEW, normalised
from corridor.kernels.sobol import stratified

Floats = NDArray[np.float64]
Words = NDArray[np.uint32]
Fit = Callable[[Words], Floats]
"""the log-weight by the signs of each history, by address"""

LOOK, CLEAR = 128, 2.0
"""histories looked at first: where they leave so many times as much as `FEW` of `DEFAULT`, weights alone do"""
PILOT = 512
"""histories from which it is told whether weights alone do, and from which the ceiling is taken"""
STEP = 1024
"""histories tried at a time: as many as two threads play at once in full batches"""
DEFAULT = 1000
"""futures that a comparison plays where nobody says how many: of these, weights alone must leave FEW"""
EVEN = 0.4
"""effective share of the futures that are kept, at which the ceiling is set: 400 of 1,000; more would cost more"""
LEAST_KEPT = 1.0 / 32.0
"""share of the histories that the ceiling keeps at least: so many are played for one future at most"""
STREAM = "signs.kept"
"""path of the draw that keeps a history or not"""


@dataclass
class Kept:
    """The histories kept so far.

    Attributes
    ----------
    ceiling : log C
    tried : how many histories were tried, from address 0 on
    effective : how many of the pilot count by their weights
    address, log_share : of each that was kept, and the logarithm of the chance with which it was
    """

    ceiling: float
    effective: float
    tried: int = 0
    address: list[int] = field(default_factory=list)
    log_share: list[float] = field(default_factory=list)


def begin(fit: Fit, seed: int) -> Kept | None:
    """Return the pilot, thinned; None where weights alone leave enough of a run of `DEFAULT` futures."""
    enough = FEW / DEFAULT
    if effective_size(normalised(fit(np.arange(LOOK, dtype=np.uint32)))) / LOOK >= CLEAR * enough:
        return None
    numbers = np.arange(PILOT, dtype=np.uint32)
    log_weight = fit(numbers)
    effective = effective_size(normalised(log_weight))
    if effective / PILOT >= enough:
        return None
    kept = Kept(ceiling_of(log_weight), effective)
    _thin(kept, numbers, log_weight, seed)
    return kept


def grow(kept: Kept, fit: Fit, seed: int, wanted: int, most: float = 2.0 / LEAST_KEPT) -> None:
    """Try further histories until so many are kept.

    Raises RuntimeError where `most` times as many were tried in vain: the pilot was no picture of the rest.
    """
    while len(kept.address) < wanted:
        if kept.tried > most * max(wanted, PILOT):
            message = f"{kept.tried} histories tried, {len(kept.address)} of {wanted} kept"
            raise RuntimeError(message)
        numbers = np.arange(kept.tried, kept.tried + STEP, dtype=np.uint32)
        _thin(kept, numbers, fit(numbers), seed)


def ceiling_of(log_weight: Floats) -> float:
    """Return log C: the least at which the kept count for `EVEN` of their number, but keeping at least `LEAST_KEPT`."""
    top = float(log_weight.max())
    w = np.exp(log_weight - top)
    levels = np.unique(w[w > 1e-12])

    def kept(c: float) -> float:
        return float(np.minimum(1.0, w / c).mean())

    def even(c: float) -> float:
        return float(w.mean() ** 2 / (kept(c) * (w * np.maximum(w, c)).mean()))

    found = next((c for c in levels if even(c) >= EVEN), levels[-1])
    if kept(found) < LEAST_KEPT:
        found = next((c for c in levels[::-1] if kept(c) >= LEAST_KEPT), w.mean() / LEAST_KEPT)
    return top + float(np.log(found))


def _thin(kept: Kept, numbers: Words, log_weight: Floats, seed: int) -> None:
    log_share = np.minimum(0.0, log_weight - kept.ceiling)
    taken = np.log(stratified(STREAM, seed, numbers)) < log_share
    kept.address += [int(one) for one in numbers[taken]]
    kept.log_share += [float(one) for one in log_share[taken]]
    kept.tried += int(numbers.size)
