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

from corridor.analysis.backtest.nowcast import systematic
from corridor.analysis.scores.measures import effective_size, quantile
from corridor.analysis.signs.past import Past
from corridor.analysis.signs.stocks import days_off, fit
from corridor.core.errors import InputError, Problem
from corridor.results import read
from corridor.scenario.model import Scenario, Sign
from corridor.tables.signs import STOCK_SIGNS

Floats = NDArray[np.float64]
Run = Callable[..., xr.Dataset]
"""`run(scenario, policies=, conditions=, futures=, seed=)`: plays a scenario."""

FEW = 50.0
"""Effective futures below which the posterior is called unreliable."""
TOO_FEW = 20.0
"""Effective futures below which no posterior is told: its ends would be a handful of draws"""

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
        row is weighted by the signs of its own commodity only: the signs of others say next to nothing about it. The
        posterior is not a number where fewer than `TOO_FEW` futures are effective
    signs : one row per sign: date, commodity, kind, value, days, and the day the futures would have shown it, in days
        after the sign's date (5, 50 and 95 % quantiles of prior and posterior; none where it does not come by as_of)
    weights : (future,) posterior weights by all signs together, sum 1; they fit a run of the same seed and number
    by_commodity : commodity -> (future,) posterior weights by its own signs alone, sum 1
    effective : effective number of futures of `weights`
    resampled : (future,) indices drawn with these weights: equally likely futures
    futures, seed : of the run behind it
    notes : what to print beside it
    """

    inputs: tuple[dict[str, Any], ...]
    signs: tuple[dict[str, Any], ...]
    weights: Floats
    by_commodity: Mapping[str, Floats]
    effective: float
    resampled: NDArray[np.int64]
    futures: int
    seed: int
    notes: tuple[str, ...] = field(default=())

    def overrides(self) -> dict[str, tuple[float, float, float]]:
        """Return (value, low, high) per input that has a posterior: its median and 90 % range.

        Single inputs lose their dependence on one another (a large stock goes with a poor mix); `weights` keep it.
        """
        told = (row for row in self.inputs if row["effective"] >= TOO_FEW)
        return {row["input"]: (row["posterior_50"], row["posterior_5"], row["posterior_95"]) for row in told}

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
    signs = known_signs(scenario)
    if not signs:
        message = f"variant {scenario.variant} has no signs of stocks known by {scenario.as_of}"
        raise InputError([Problem("signs.csv", 0, 0, "", message, "add dated signs, or leave the stocks as they are")])
    short = scenario.model_copy(update={"horizon": 1})
    policies = [p.id for p in scenario.policies]
    chosen = scenario.reference_policy if scenario.reference_policy in policies else policies[0]
    ds = run(short, policies=[chosen], conditions=[scenario.conditions[0].id], futures=futures, seed=seed)
    return weigh(ds, signs, seed=seed)


def known_signs(scenario: Scenario) -> tuple[Sign, ...]:
    """Return the signs of stocks that the variant knows."""
    return tuple(sign for sign in scenario.signs if sign.kind in STOCK_SIGNS and sign.known <= scenario.as_of)


def weigh(ds: xr.Dataset, signs: tuple[Sign, ...], *, seed: int = 1) -> Calibration:
    """Return the posterior from a run that already holds the history."""
    past = Past(ds)
    fitted: dict[str, Floats] = {}
    dates = []
    for sign in signs:
        dates.append(days_off(sign, past))
        found = fit(sign, past)
        fitted[sign.commodity] = fitted.get(sign.commodity, np.zeros(found.size)) + found
    by_good = {good: _weights(total) for good, total in fitted.items()}
    weights = _weights(np.sum(list(fitted.values()), axis=0))
    effective = effective_size(weights)
    inputs = tuple(_input_rows(ds, by_good))
    notes = [WEAK, f"effective futures, all signs together: {effective:.0f} of {weights.size}"]
    notes += [f"effective futures, signs of {good} alone: {effective_size(w):.0f}" for good, w in by_good.items()]
    lost = [good for good, w in by_good.items() if effective_size(w) < TOO_FEW]
    if lost:
        notes.insert(
            0, f"nothing is told of {', '.join(lost)}: fewer than {TOO_FEW:.0f} futures fit; play more futures"
        )
    if min([effective, *(effective_size(w) for w in by_good.values())]) < FEW:
        notes.append(f"where fewer than {FEW:.0f} futures are effective, play more before trusting widths and weights")
    notes += [f"{r['input']}: posterior {r['width']:.0%} as wide as the prior" for r in inputs if r["width"] > 0]
    shown = tuple(_sign_row(sign, when, by_good[sign.commodity]) for sign, when in zip(signs, dates, strict=True))
    resampled = systematic(weights, weights.size, float(np.random.default_rng(seed).random()))
    return Calibration(inputs, shown, weights, by_good, effective, resampled, weights.size, seed, tuple(notes))


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
        told = effective_size(by_good[good]) >= TOO_FEW
        after = quantile(drawn, [0.05, 0.5, 0.95], by_good[good]) if told else np.full(3, np.nan)
        row: dict[str, Any] = {"input": path, "commodity": good}
        for name, found in (("prior", prior), ("posterior", after)):
            row |= {f"{name}_{q}": float(v) for q, v in zip((5, 50, 95), found, strict=True)}
        width = prior[2] - prior[0]
        rows.append({**row, "width": float((after[2] - after[0]) / width) if width > 0 else float("nan"),
                     "effective": effective_size(by_good[good])})  # fmt: skip
    return rows


def _sign_row(sign: Sign, when: Floats, weights: Floats) -> dict[str, Any]:
    row: dict[str, Any] = {
        "date": date.isoformat(sign.date), "commodity": sign.commodity, "kind": sign.kind, "value": sign.value,
        "days": sign.days,
    }  # fmt: skip
    shown = np.where(np.isfinite(when), when, 1e9)
    for name, w in (("prior", None), ("posterior", weights)):
        found = quantile(shown, [0.05, 0.5, 0.95], w)
        row |= {f"{name}_{q}": float(v) if v < 1e6 else None for q, v in zip((5, 50, 95), found, strict=True)}
    return row
