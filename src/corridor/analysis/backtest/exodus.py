"""The exodus against what was counted: a conditional hindcast, given an offensive on 19 September 2023.

Three exercises that must never be mistaken for one another: *blind* (priors from before 2023 only), *nowcast* (the
same priors and the counts up to a cut), *fitted* (parameters chosen to match the very rows that are scored).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import optimize, special
from scipy.stats import qmc

from corridor.analysis.backtest import nowcast
from corridor.analysis.backtest.priors import DIMENSIONS, POPULATION_LATER, POPULATION_THEN, Params, parameters
from corridor.analysis.scores import baselines
from corridor.analysis.scores import measures as scores
from corridor.results import read
from corridor.results.dataset import ahead
from corridor.rules.flight import queue as road

Floats = NDArray[np.float64]
Exodus = Callable[[Params, int], Floats]
"""(parameters by name, each (member,); hours) -> (member, hours + 1) persons arrived by the end of each hour."""

CLOCK = datetime.fromisoformat("2023-09-19T13:00:00+04:00")
"""Hour 0: the offensive starts. The delay until the exit opens counts from here."""
LAST = datetime.fromisoformat("2023-09-30T11:00:00+04:00")
"""The last row that is scored."""
CUTS = tuple(datetime.fromisoformat(f"2023-09-{t}:00:00+04:00") for t in ("26T20", "27T15"))
"""Moments from which the nowcast is made."""

COUNT_ERROR = 0.025
"""Error of a count, share of it: two official series of counts agree within 1-4 %; the middle of that range."""
COUNT_FLOOR = 100.0
"""Error of a count, persons, at least."""
FLOW_NOISE = 0.15
"""Assumed: the flow of each eight hours ahead differs from the model's by this (log standard deviation)."""
FLOW_HOURS = 8
HOURS = 24 * 30
"""how far a curve is played, hours"""


@dataclass(frozen=True)
class Counts:
    """Rows of the observed curve: hours since `CLOCK`, persons so far, how many hours the time may be off."""

    hours: Floats
    arrived: Floats
    time_error: Floats

    def where(self, keep: NDArray[np.bool_]) -> Counts:
        """Return some of the rows."""
        return Counts(self.hours[keep], self.arrived[keep], self.time_error[keep])


def hours_since(moment: datetime) -> float:
    """Return hours since `CLOCK`."""
    return (moment - CLOCK).total_seconds() / 3600.0


def read_counts(rows: Sequence[Mapping[str, str]], last: datetime = LAST) -> Counts:
    """Return the rows of kind `reported` up to `last` from the table of observed counts."""
    kept = []
    for row in rows:
        moment = datetime.fromisoformat(row.get("time") or row["datetime"])
        if row["kind"] == "reported" and moment <= last and row["cumulative_arrivals"]:
            error = float(row.get("time_uncertainty_hours") or 0.0)
            kept.append((hours_since(moment), float(row["cumulative_arrivals"]), error))
    table = np.array(sorted(kept), dtype=np.float64).reshape(-1, 3)
    return Counts(table[:, 0], table[:, 1], table[:, 2])


def play(params: Params, hours: int) -> Floats:
    """Play the road of `corridor.rules.flight.queue`: the default `Exodus`."""
    p = {name: np.ascontiguousarray(values, dtype=np.float64) for name, values in params.items()}
    return road.exodus(road.Bottleneck(**{name: p[name] for name in road.Bottleneck._fields}), hours)


def at_hours(curves: Floats, hours: Floats) -> Floats:
    """Return (member, row) persons so far at any hours, straight between whole hours."""
    left = np.clip(np.floor(hours).astype(np.int64), 0, curves.shape[1] - 2)
    rest = np.clip(hours - left, 0.0, 1.0)
    return np.asarray(curves[:, left] * (1 - rest) + curves[:, left + 1] * rest)


def prior_draws(members: int, population: baselines.Triangular, seed: int = 1) -> Params:
    """Return blind parameters on a scrambled Sobol sequence."""
    power = int(np.ceil(np.log2(max(2, members))))
    u = qmc.Sobol(DIMENSIONS, rng=np.random.default_rng(seed)).random_base2(power)[:members]
    return parameters(np.clip(u, 1e-9, 1 - 1e-9), population)


def log_likelihood(curves: Floats, counts: Counts) -> Floats:
    """Return how well each curve fits counts: independent normal errors of the count and of its hour."""
    steps = np.diff(counts.arrived, prepend=0.0) / np.maximum(np.diff(counts.hours, prepend=counts.hours[0] - 1.0), 1.0)
    sd = np.sqrt(COUNT_FLOOR**2 + (COUNT_ERROR * counts.arrived) ** 2 + (counts.time_error * steps) ** 2)
    return np.asarray(-0.5 * (((at_hours(curves, counts.hours) - counts.arrived) / sd) ** 2).sum(axis=1))


@dataclass(frozen=True)
class Forecast:
    """An ensemble of curves made at a moment, hours since `CLOCK`, with the parameters behind it."""

    curves: Floats
    """(member, hours + 1) persons so far"""
    params: Params
    cut: float | None = None

    def at(self, hours: Floats) -> Floats:
        """Return (member, row) persons so far."""
        return at_hours(self.curves, hours)


def blind(population: baselines.Triangular, *, members: int = 4096, seed: int = 1, exodus: Exodus = play) -> Forecast:
    """Return the blind forecast."""
    drawn = prior_draws(members, population, seed)
    return Forecast(exodus(drawn, HOURS), drawn)


def from_run(ds: xr.Dataset, policy: str | None = None, condition: str | None = None) -> Forecast:
    """Return the curves of a run recorded with `hourly_arrivals`, on the clock of this backtest.

    The first policy and the last condition (the offensive) where none is named.
    """
    chosen = ahead(ds["hourly_arrivals"]).sel(
        policy=policy or read.ids(ds, "policy")[0], condition=condition or read.ids(ds, "condition")[-1]
    )
    hourly = chosen.load().transpose("future", "day", "hour").values.astype(np.float64)
    hourly = hourly.reshape(hourly.shape[0], -1)
    first = datetime.fromisoformat(f"{np.datetime64(chosen['day'].values[0], 'D')}T00:00:00+04:00")
    gap = int(round(hours_since(first)))
    so_far = np.concatenate([np.zeros((hourly.shape[0], 1)), np.cumsum(hourly, axis=1)], axis=1)
    # column i stands `gap + i` hours after the clock
    curves = so_far[:, -gap:] if gap < 0 else np.pad(so_far, ((0, 0), (gap, 0)))
    return Forecast(curves, {})


def nowcast_at(
    counts: Counts, cut: float, population: baselines.Triangular, *, members: int = 4000, seed: int = 1,
    exodus: Exodus = play,
) -> Forecast:  # fmt: skip
    """Return the forecast made at `cut` (hours since `CLOCK`) from the priors and the counts up to it.

    Later rows are dropped first and never read. The curve continues from the last count: of those still to come, each
    member brings the share that its own curve brings, on a clock that runs faster or slower by `FLOW_NOISE`.
    """
    known = counts.where(counts.hours <= cut)
    horizon = int(np.ceil(cut)) + 1

    def value(z: Floats) -> Floats:
        return log_likelihood(exodus(parameters(_probability(z), population), horizon), known)

    found = nowcast.anneal(value, DIMENSIONS, members=members, seed=seed)
    params = parameters(_probability(found.latent), population)
    return Forecast(_continued(exodus(params, 2 * HOURS), params, known, cut, seed), params, cut)


def _probability(z: Floats) -> Floats:
    return np.asarray(np.clip(special.ndtr(z), 1e-9, 1 - 1e-9))


def _continued(curves: Floats, params: Params, known: Counts, cut: float, seed: int) -> Floats:
    """Return curves that pass through the last count and go on from there."""
    rng = np.random.default_rng([seed, 7])
    members = curves.shape[0]
    start = float(known.hours[-1])
    blocks = -(-HOURS // FLOW_HOURS)
    pace = np.exp(FLOW_NOISE * rng.standard_normal((members, blocks)) - FLOW_NOISE**2 / 2)
    clock = start + np.concatenate(
        [np.zeros((members, 1)), np.cumsum(np.repeat(pace, FLOW_HOURS, axis=1), axis=1)], axis=1
    )
    left = np.clip(np.floor(clock).astype(np.int64), 0, curves.shape[1] - 2)
    rest = np.clip(clock - left, 0.0, 1.0)
    rows = np.arange(members)[:, None]
    moved = curves[rows, left] * (1 - rest) + curves[rows, left + 1] * rest
    total = params["population"] * params["share"]
    here = at_hours(curves, np.array([start]))[:, 0]
    share = (moved - here[:, None]) / np.maximum(total - here, 1.0)[:, None]
    ahead = known.arrived[-1] + np.maximum(total - known.arrived[-1], 0.0)[:, None] * np.clip(share, 0.0, 1.0)
    hours = np.arange(HOURS + 1.0)
    before = np.interp(hours, np.r_[0.0, known.hours], np.r_[0.0, known.arrived])
    out = np.tile(before, (members, 1))
    grid = start + np.arange(ahead.shape[1])
    later = hours > start
    for i in range(members):
        out[i, later] = np.interp(hours[later], grid, ahead[i])
    return out


@dataclass(frozen=True)
class Fit:
    """Parameters chosen to match the scored rows. Not a forecast."""

    params: Params
    mae: float
    curve: Floats


def fitted(counts: Counts, *, seed: int = 1, exodus: Exodus = play) -> Fit:
    """Return the parameters that make the mean absolute error over `counts` least, by differential evolution.

    Free: leavers (100,417-103,000, the last count and what came later), delay, midpoint, slope, persons an hour over
    the bottleneck (reported as vehicles at 4.8 persons each). Ride time is held at 2 h: it only shifts the delay.
    """
    bounds = [(100_417.0, 103_000.0), (72.0, 140.0), (12.0, 96.0), (0.02, 0.3), (100.0, 400.0)]

    def turn(x: Floats) -> Params:
        leavers, delay, midpoint, slope, vehicles = x
        one = np.ones_like(leavers)
        return {
            "population": leavers, "share": one, "delay": delay, "midpoint": midpoint, "slope": slope,
            "vehicles_per_hour": vehicles, "occupancy": 4.8 * one, "ride": 2.0 * one,
        }  # fmt: skip

    horizon = int(np.ceil(counts.hours.max())) + 1

    def miss(x: Floats) -> Any:
        table = np.atleast_2d(x.T).T if x.ndim > 1 else x[:, None]
        curves = exodus(turn(np.ascontiguousarray(table)), horizon)
        found = np.abs(at_hours(curves, counts.hours) - counts.arrived).mean(axis=1)
        return found if x.ndim > 1 else float(found[0])

    best = optimize.differential_evolution(
        miss, bounds, popsize=30, maxiter=300, tol=1e-8, rng=np.random.default_rng(seed), vectorized=True,
        updating="deferred", polish=False,
    )  # fmt: skip
    params = turn(np.asarray(best.x)[:, None])
    return Fit(params, float(best.fun), exodus(params, HOURS)[0])


def table(
    rows: Sequence[Mapping[str, str]], *, members: int = 4000, seed: int = 1, run: xr.Dataset | None = None,
    populations: Mapping[str, baselines.Triangular] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return every score beside its baselines, as plain rows.

    Parameters
    ----------
    rows : the observed counts
    members : of each ensemble
    run : a run with `hourly_arrivals` of which the whole model's blind curve is scored too
    populations : population priors by name; as claimed then, and as derived later

    Returns
    -------
    rows with exercise (blind, nowcast 1, nowcast 2, fitted), forecast, kind (model or baseline), population, made
    (ISO time of the cut or empty) and the scores of `corridor.analysis.scores.measures.summary`
    """
    counts = read_counts(rows)
    priors = populations or {"as claimed then": POPULATION_THEN, "as derived later": POPULATION_LATER}
    out: list[dict[str, Any]] = []

    def add(
        exercise: str, forecast: str, kind: str, population: str, made: str, samples: Floats, truth: Floats
    ) -> None:
        head = {"exercise": exercise, "forecast": forecast, "kind": kind, "population": population, "made": made}
        out.append({**head, **scores.summary(samples, truth)})

    for name, prior in priors.items():
        ahead = blind(prior, members=members, seed=seed)
        add("blind", "road model", "model", name, "", ahead.at(counts.hours), counts.arrived)
        people, u = ahead.params["population"], np.random.default_rng(seed).permutation(members)
        spread = baselines.uniform_spread(people, counts.hours, 0.0, (u + 0.5) / members)
        add("blind", "naive spread, uniform over 3-14 days", "baseline", name, "", spread, counts.arrived)
        window = baselines.uniform_window(people, counts.hours, 0.0)
        add("blind", "naive window, from day 3 to day 14", "baseline", name, "", window, counts.arrived)
    if run is not None:
        add("blind", "whole model", "model", "scenario", "", from_run(run).at(counts.hours), counts.arrived)
    for number, moment in enumerate(CUTS, 1):
        cut = hours_since(moment)
        later = counts.where(counts.hours > cut)
        for name, prior in priors.items():
            made = nowcast_at(counts, cut, prior, members=members, seed=seed)
            head = (f"nowcast {number}", "road model", "model", name, moment.isoformat())
            add(*head, made.at(later.hours), later.arrived)
            for line, drawn in baselines.lines(counts.hours, counts.arrived, cut, prior.mean).items():
                head = (f"nowcast {number}", f"line, {line}", "baseline", name, moment.isoformat())
                add(*head, drawn.at(later.hours)[None, :], later.arrived)
    fit = fitted(counts, seed=seed)
    add("fitted", "road model", "model", "fitted", "", at_hours(fit.curve[None, :], counts.hours), counts.arrived)
    return out
