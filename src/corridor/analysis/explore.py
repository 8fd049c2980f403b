"""What an answer rests on: from the futures that were played, no further run, no model of the model.

`explore` takes a matrix of drawn inputs and one number per policy and future; it knows neither food nor sides. Inputs
of any origin are columns of that matrix. For each it says how strongly it moves the difference between two policies
(PAWN), what knowing it would be worth (EVPPI), and how far along its own range it must go until another policy is best.

Source
------
PAWN: Pianosi and Wagener 2018, Environmental Modelling & Software 108:197, as SALib computes it: the median over ten
slices of an input of the Kolmogorov-Smirnov distance. It knows no weights: it is taken of equally weighted futures,
drawn again for it alone.
EVPPI by regression: Strong, Oakley and Brennan 2014, Medical Decision Making 34:311; the regression is a cubic in the
normal score of the input, weighted; the mean of what shuffled inputs reach is taken off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from corridor.analysis.scores.measures import normal_weights, quantile
from corridor.core.errors import InputError, Problem

Floats = NDArray[np.float64]

COLUMNS = (
    "input", "pawn", "floor", "above_floor", "low", "high", "worth", "worth_floor", "flip_to", "flip_at",
    "flip_quantile", "flip_distance",
)  # fmt: skip
"""Columns of the rows.

pawn : 0 (does not move the difference) to 1; floor : what the strongest of all inputs reaches in 95 % of shufflings
low, high : mean difference in the lowest and the highest third of the input, in the outcome's unit
worth : what knowing the input would be worth, in the outcome's unit; worth_floor : 95 % point of it over shufflings
flip_to : policy that is best from `flip_at` (value) on; flip_quantile : how much of the input's draws lie below that;
    flip_distance : how far that is from the middle of its range, 0 to 0.5; empty where none is within 95 % of its
    draws, where the input is not above its floor, or where no command may seek it
"""
SLICES = 10
SHUFFLES = 19
"""of PAWN: the greatest of 19 has one chance in twenty to be passed by chance"""
TRIED = 60
"""shufflings of EVPPI"""
SHOWN = 12
"""inputs whose PAWN is taken from SALib: those that come first"""
REACH = (0.025, 0.975)
"""part of an input's draws within which another best policy is looked for"""
FEWEST = 64
"""futures below which nothing is said"""


@dataclass(frozen=True)
class Explored:
    """What was found.

    best : the policy that is best in the mean; against : the one it is compared with
    rows : one per input, the strongest first, columns as in `COLUMNS`
    futures : how many; effective : how many of them weigh
    """

    best: str
    against: str
    rows: list[dict[str, Any]]
    futures: int
    effective: float


def explore(
    names: Sequence[str], inputs: Floats, outcomes: Mapping[str, Floats], *, better: str, reference: str,
    weights: Floats | None = None, may_flip: Callable[[str], bool] = lambda _: True, seed: int = 1,
) -> Explored:  # fmt: skip
    """Return what moves the difference between the best policy and the reference, strongest first.

    Parameters
    ----------
    names, inputs : of the inputs, (future, input); those that do not vary are left out
    outcomes : policy -> (future,) the outcome by which policies are ranked, without gaps
    better : "lower" or "higher"
    reference : policy with which the best is compared; the next best where it is the best itself
    weights : (future,) of any sum
    may_flip : whether the value at which the answer turns may be looked for

    Raises
    ------
    InputError : too few futures or policies, or SALib is not there
    """
    n = inputs.shape[0]
    if n < FEWEST or len(outcomes) < 2:
        message = f"{n} futures of {len(outcomes)} policies say too little of what the answer rests on"
        raise InputError([Problem("explore", 0, 0, "", message, f"play {FEWEST} or more of two policies or more")])
    policies = list(outcomes)
    gain = np.column_stack([outcomes[p] for p in policies]) * (1.0 if better == "higher" else -1.0)
    w = normal_weights(weights, n)
    order = np.argsort(-(w @ gain), kind="stable")
    best = policies[order[0]]
    against = reference if reference != best else policies[order[1]]
    difference = outcomes[best] - outcomes[against]
    vary = np.flatnonzero(np.ptp(inputs, axis=0) > 0)
    inputs, names = inputs[:, vary], [names[int(i)] for i in vary]

    picked = equal(w, np.random.default_rng([seed, 1]))
    index, floor = pawn(inputs, difference, names, picked, seed=seed)
    regress = [_Regression(inputs[:, i], w) for i in range(len(names))]
    rng = np.random.default_rng([seed, 2])
    shuffled = np.stack([rng.permutation(n) for _ in range(TRIED)])
    rows = []
    for i, name in enumerate(names):
        worth, line = regress[i].worth(gain, shuffled)
        x, row = inputs[:, i], dict[str, Any](dict.fromkeys(COLUMNS))
        row |= {"input": name, "pawn": float(index[i]), "floor": floor}
        row |= {"above_floor": bool(index[i] > floor), **_thirds(x, difference, w), "worth": worth, "worth_floor": line}
        if row["above_floor"] and may_flip(name):
            row |= regress[i].flip(gain, policies, int(order[0]))
        rows.append(row)
    rows.sort(key=lambda row: -float(row["pawn"]))
    return Explored(best, against, rows, n, float(1.0 / np.sum(w**2)))


def equal(w: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return as many futures that weigh the same, by systematic resampling; all of them where they do already."""
    if np.ptp(w) <= 1e-12 * w.max():
        return np.arange(w.size)
    edges = np.cumsum(w)
    steps = (rng.random() + np.arange(w.size)) / w.size * edges[-1]
    return np.asarray(np.minimum(np.searchsorted(edges, steps), w.size - 1), dtype=np.int64)


def pawn(
    inputs: Floats, y: Floats, names: Sequence[str], picked: NDArray[np.int64] | None = None, *, seed: int = 1
) -> tuple[Floats, float]:
    """Return PAWN of each input, and the greatest that any reaches in `SHUFFLES` shufflings of y.

    picked : the futures that are taken, some of them twice: all copies of one are shuffled together, since copies alone
        make any input look as if it moved y

    Raises
    ------
    InputError : SALib is not installed
    """
    try:
        from SALib.analyze import pawn as salib
    except ImportError:
        remedy = 'pip install "corridor[analysis]"'
        raise InputError([Problem("explore", 0, 0, "", "needs SALib, which is not installed", remedy)]) from None
    picked = np.arange(y.size) if picked is None else picked
    some, copies = np.unique(picked, return_inverse=True)
    inputs, of_each, y = inputs[picked], y[some], y[picked]
    slices, rng = _slices(inputs), np.random.default_rng([seed, 3])
    found = _distances(slices, y)
    floor = max(float(_distances(slices, rng.permutation(of_each)[copies]).max()) for _ in range(SHUFFLES))
    first = np.argsort(-found, kind="stable")[:SHOWN]
    problem = {"num_vars": first.size, "names": [names[i] for i in first], "bounds": [[0.0, 1.0]] * first.size}
    found[first] = salib.analyze(problem, inputs[:, first], y, S=SLICES)["median"]
    return found, floor


def _slices(inputs: Floats) -> NDArray[np.int64]:
    """Return (input, future) the slice in which each draw lies, as SALib cuts them; -1 for the greatest draw."""
    cuts = np.quantile(inputs, np.arange(0, 1 + 1 / SLICES, 1 / SLICES), axis=0)
    out = np.full(inputs.T.shape, -1)
    for s in range(SLICES):
        out[((inputs >= cuts[s]) & (inputs < cuts[s + 1])).T] = s
    return out


def _distances(slices: NDArray[np.int64], y: Floats) -> Floats:
    """Return the median over slices of the Kolmogorov-Smirnov distance between y in the slice and all y: (input,)."""
    order = np.argsort(y, kind="stable")
    last = np.append(np.diff(y[order]) > 0, True)  # where values tie, distances are read behind the last
    whole = (np.arange(y.size) + 1.0) / y.size
    out = np.full((SLICES, slices.shape[0]), np.nan)
    for s in range(SLICES):
        inside = np.cumsum(slices[:, order] == s, axis=1)
        count = inside[:, -1:]
        with np.errstate(invalid="ignore"):
            apart = np.abs(inside / count - whole)[:, last].max(axis=1)
        out[s] = np.where(count[:, 0] > 0, apart, np.nan)
    return np.asarray(np.nanmedian(out, axis=0))


def _thirds(x: Floats, y: Floats, w: Floats) -> dict[str, float]:
    """Return the mean of y in the lowest and the highest third of x."""
    cuts = quantile(x, (1 / 3, 2 / 3), w)
    low, high = x <= cuts[0], x >= cuts[1]
    return {
        name: float(np.average(y[at], weights=w[at])) if at.any() and w[at].sum() > 0 else float("nan")
        for name, at in (("low", low), ("high", high))
    }


class _Regression:
    """A weighted cubic in the normal score of one input, kept as an orthonormal basis."""

    def __init__(self, x: Floats, w: Floats) -> None:
        self.x, self.w = x, w
        values, at = np.unique(x, return_inverse=True)
        each = np.bincount(at, weights=w)
        below = (np.cumsum(each) - each / 2.0)[at]  # mid-ranks, so that ties share theirs
        z = ndtri(np.clip(below, 1e-6, 1.0 - 1e-6))
        degree = min(3, values.size - 1)
        basis = np.stack([np.ones_like(z), z, z**2 - 1.0, z**3 - 3.0 * z][: degree + 1], axis=1)
        self._root = np.sqrt(w)
        self._q, self._r = np.linalg.qr(basis * self._root[:, None])
        self.degree = degree

    def fit(self, y: Floats) -> Floats:
        """Return the regression of each column of y at every future's own input."""
        scaled = self._q @ (self._q.T @ (y * self._root[:, None]))
        return np.asarray(scaled / np.maximum(self._root, 1e-150)[:, None])

    def worth(self, gain: Floats, shuffled: NDArray[np.int64]) -> tuple[float, float]:
        """Return the EVPPI of the input and the 95 % point of what it reaches shuffled, its mean there taken off."""
        flat = float((self.w @ gain).max())

        def raw(y: Floats, mean: float) -> float:
            fitted = np.where((self.w > 0)[:, None], self.fit(y), -np.inf)
            known = self.w > 0
            return float(self.w[known] @ fitted[known].max(axis=1)) - mean

        null = []
        for order in shuffled:
            # the outcomes move among the inputs, each with the weight of where it comes to lie
            moved = gain[order]
            null.append(raw(moved, float((self.w @ moved).max())))
        middle = float(np.mean(null))
        return max(0.0, raw(gain, flat) - middle), float(np.quantile(null, 0.95)) - middle

    def flip(self, gain: Floats, policies: Sequence[str], best: int) -> dict[str, Any]:
        """Return the nearest point of the input, from its middle, at which another policy is best; {} where none is."""
        u = np.linspace(*REACH, 191)
        z = ndtri(u)
        basis = np.stack([np.ones_like(z), z, z**2 - 1.0, z**3 - 3.0 * z][: self.degree + 1], axis=1)
        line = basis @ np.linalg.solve(self._r, self._q.T @ (gain * self._root[:, None]))
        ahead = np.argmax(line, axis=1)
        other = np.flatnonzero(ahead != best)
        if not other.size:
            return {}
        at = other[np.argmin(np.abs(u[other] - 0.5))]
        return {
            "flip_to": policies[ahead[at]], "flip_at": float(quantile(self.x, u[at], self.w)[0]),
            "flip_quantile": float(u[at]), "flip_distance": float(abs(u[at] - 0.5)),
        }  # fmt: skip
