"""Stocks from dated signs of scarcity: prior futures, weighted by how well their history fits what was seen.

Stocks are weakly identified: a small stock with generous deliveries and a large one with poor deliveries empty on the
same day. What the signs teach is printed as the width of the posterior relative to the prior, and it is little.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.special import log_ndtr

from corridor.analysis.backtest.nowcast import systematic
from corridor.analysis.scores.measures import effective_size, quantile
from corridor.core.errors import InputError, Problem
from corridor.results import read
from corridor.results.dataset import history
from corridor.scenario.model import Clue, Scenario

Floats = NDArray[np.float64]
Run = Callable[..., xr.Dataset]
"""`run(scenario, policies=, conditions=, futures=, seed=)`: plays a scenario."""

FEW = 50.0
"""Effective futures below which the posterior is called unreliable."""

WEAK = (
    "Stocks are weakly identified: the signs fix when a good ran short, not how much there was; the food share of "
    "deliveries, local output and unrecorded supply could each explain the same dates."
)


@dataclass(frozen=True)
class Calibration:
    """What the signs teach, as plain data.

    Attributes
    ----------
    inputs : one row per stock, mix or output of a commodity with signs: input, commodity, prior and posterior 5, 50 and
        95 % quantiles, `width` (posterior 90 % width over the prior's), `effective` (futures behind the posterior). A
        row is weighted by the signs of its own commodity only: the signs of others say next to nothing about it
    clues : one row per sign: date, commodity, sign, level, days, and the day the futures would have shown it, in days
        after the sign's date (5, 50 and 95 % quantiles of prior and posterior; none where it does not come by as_of)
    weights : (future,) posterior weights by all signs together, sum 1; they fit a run of the same seed and number
    by_commodity : commodity -> (future,) posterior weights by its own signs alone, sum 1
    effective : effective number of futures of `weights`
    resampled : (future,) indices drawn with these weights: equally likely futures
    futures, seed : of the run behind it
    notes : what to print beside it
    """

    inputs: tuple[dict[str, Any], ...]
    clues: tuple[dict[str, Any], ...]
    weights: Floats
    by_commodity: Mapping[str, Floats]
    effective: float
    resampled: NDArray[np.int64]
    futures: int
    seed: int
    notes: tuple[str, ...] = field(default=())

    def overrides(self) -> dict[str, tuple[float, float, float]]:
        """Return (value, low, high) per input: posterior median and 90 % range, for a scenario that learns from it.

        Single inputs lose their dependence on one another (a large stock goes with a poor mix); `weights` keep it.
        """
        return {row["input"]: (row["posterior_50"], row["posterior_5"], row["posterior_95"]) for row in self.inputs}

    def settings(self) -> tuple[str, ...]:
        """Return the overrides in the form of `--set`: path=low..value..high."""
        return tuple(
            f"{path}={low:.6g}..{value:.6g}..{high:.6g}" for path, (value, low, high) in self.overrides().items()
        )


def calibrate(scenario: Scenario, run: Run, *, futures: int = 2000, seed: int = 1) -> Calibration:
    """Return the posterior of stocks, mixes and outputs given the signs known up to `as_of`.

    Plays the reference policy without condition for one day after the history; nothing after `as_of` is read.

    Raises
    ------
    InputError : the scenario has no signs of scarcity
    """
    clues = tuple(clue for clue in scenario.clues if clue.known <= scenario.as_of)
    if not clues:
        message = f"variant {scenario.variant} has no signs of scarcity known by {scenario.as_of}"
        raise InputError([Problem("clues.csv", 0, 0, "", message, "add dated signs, or leave the stocks as they are")])
    short = scenario.model_copy(update={"horizon": 1})
    policies = [p.id for p in scenario.policies]
    chosen = scenario.reference_policy if scenario.reference_policy in policies else policies[0]
    ds = run(short, policies=[chosen], conditions=[scenario.conditions[0].id], futures=futures, seed=seed)
    return weigh(ds, clues, seed=seed)


def weigh(ds: xr.Dataset, clues: tuple[Clue, ...], *, seed: int = 1) -> Calibration:
    """Return the posterior from a run that already holds the history."""
    goods, known = read.ids(ds, "commodity"), history(ds[["stock", "people"]]).load()
    held = known["stock"].transpose("future", "day", "place", "commodity")
    stock = held.values.astype(np.float64).sum(axis=2)
    people = known["people"].transpose("future", "day", "place").values.astype(np.float64).sum(axis=2)
    need = ds["need"].load().transpose("future", "commodity").values.astype(np.float64)
    first = np.datetime64(known["day"].values[0], "D")
    fit: dict[str, Floats] = {}
    dates = []
    for clue in clues:
        c = goods.index(clue.commodity)
        use = np.maximum(people * need[:, c : c + 1], 1e-9)
        level = stock[:, :, c] / (stock[:, :1, c] if clue.sign == "share" else use)
        when = crossing(level, clue.level) - float((np.datetime64(clue.date) - first).astype(int))
        dates.append(when)
        found = log_fit(when, clue, known.sizes["day"] - float((np.datetime64(clue.date) - first).astype(int)))
        fit[clue.commodity] = fit.get(clue.commodity, np.zeros(found.size)) + found
    by_good = {good: _weights(total) for good, total in fit.items()}
    weights = _weights(np.sum(list(fit.values()), axis=0))
    effective = effective_size(weights)
    inputs = tuple(_input_rows(ds, by_good))
    notes = [WEAK, f"effective futures, all signs together: {effective:.0f} of {weights.size}"]
    notes += [f"effective futures, signs of {good} alone: {effective_size(w):.0f}" for good, w in by_good.items()]
    if min([effective, *(effective_size(w) for w in by_good.values())]) < FEW:
        notes.append(f"where fewer than {FEW:.0f} futures are effective, play more before trusting widths and weights")
    notes += [f"{r['input']}: posterior {r['width']:.0%} as wide as the prior" for r in inputs if r["width"] > 0]
    shown = tuple(_clue_row(clue, when, by_good[clue.commodity]) for clue, when in zip(clues, dates, strict=True))
    resampled = systematic(weights, weights.size, float(np.random.default_rng(seed).random()))
    return Calibration(inputs, shown, weights, by_good, effective, resampled, weights.size, seed, tuple(notes))


def crossing(level: Floats, threshold: float) -> Floats:
    """Return the first day on which each row is below the threshold (at it, for zero); infinity where it never is."""
    below = level < threshold if threshold > 0 else level <= threshold
    return np.where(below.any(axis=1), below.argmax(axis=1).astype(np.float64), np.inf)


def log_fit(when: Floats, clue: Clue, end: float) -> Floats:
    """Return the log-likelihood of one sign given the day it would have shown, in days after the sign's date.

    share : normal error of the day. empty : the fall came by then. present : it had not come. The day is off by
    `clue.days` (one standard deviation). A future in which it never came by `as_of` is taken to cross on the day after,
    `end` days after the sign: later days cannot be told apart.
    """
    z = np.minimum(when, max(end, 0.0)) / clue.days
    if clue.sign == "share":
        return np.asarray(-(z**2) / 2.0)
    return np.asarray(log_ndtr(-z if clue.sign == "empty" else z))


def _weights(log_likelihood: Floats) -> Floats:
    w = np.exp(log_likelihood - log_likelihood.max())
    return np.asarray(w / w.sum())


def _input_rows(ds: xr.Dataset, by_good: Mapping[str, Floats]) -> list[dict[str, Any]]:
    rows = []
    for path, drawn in read.inputs(ds).items():
        head, _, rest = path.partition(".")
        good = rest.split(".")[1] if "." in rest else ""
        if head not in ("stocks", "mixes", "outputs") or good not in by_good:
            continue
        prior = quantile(drawn, [0.05, 0.5, 0.95])
        after = quantile(drawn, [0.05, 0.5, 0.95], by_good[good])
        row: dict[str, Any] = {"input": path, "commodity": good}
        for name, found in (("prior", prior), ("posterior", after)):
            row |= {f"{name}_{q}": float(v) for q, v in zip((5, 50, 95), found, strict=True)}
        width = prior[2] - prior[0]
        rows.append({**row, "width": float((after[2] - after[0]) / width) if width > 0 else float("nan"),
                     "effective": effective_size(by_good[good])})  # fmt: skip
    return rows


def _clue_row(clue: Clue, when: Floats, weights: Floats) -> dict[str, Any]:
    row: dict[str, Any] = {
        "date": date.isoformat(clue.date), "commodity": clue.commodity, "sign": clue.sign, "level": clue.level,
        "days": clue.days,
    }  # fmt: skip
    shown = np.where(np.isfinite(when), when, 1e9)
    for name, w in (("prior", None), ("posterior", weights)):
        found = quantile(shown, [0.05, 0.5, 0.95], w)
        row |= {f"{name}_{q}": float(v) if v < 1e6 else None for q, v in zip((5, 50, 95), found, strict=True)}
    return row
