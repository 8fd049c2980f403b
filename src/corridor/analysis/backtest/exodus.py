"""The exodus against what was counted: a conditional hindcast, given that people could leave from a moment on.

Three exercises that must never be mistaken for one another: *blind* (priors from before 2023 only), *nowcast* (the
same priors and the counts up to a cut), *fitted* (parameters chosen to match the very rows that are scored).
Clock, cuts and population are the case's own (`setup.py`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import optimize, special
from scipy.stats import qmc

from corridor.analysis.backtest import nowcast
from corridor.analysis.backtest.priors import DIMENSIONS, Params, parameters
from corridor.analysis.backtest.setup import Counts, Setup
from corridor.analysis.scores import baselines
from corridor.analysis.scores import measures as scores
from corridor.results import read
from corridor.results.dataset import ahead
from corridor.rules.flight import queue as road

Floats = NDArray[np.float64]
Exodus = Callable[[Params, int], Floats]
"""(parameters by name, each (member,); hours) -> (member, hours + 1) persons arrived by the end of each hour."""

COUNT_ERROR = 0.025
"""Error of a count, share of it: two official series of counts agree within 1-4 %; the middle of that range."""
COUNT_FLOOR = 100.0
"""Error of a count, persons, at least."""
FLOW_NOISE = 0.15
"""Assumed: the flow of each eight hours ahead differs from the model's by this (log standard deviation)."""
FLOW_DRIFT = 0.22
"""Assumed: all of the flow still to come differs from the model's by this (log standard deviation), the same median:
what slows the last days shows in no count before. Chosen with the coverage of the bundled case's second cut in view."""
FLOW_HOURS = 8
OCCUPANCY = 4.8
"""persons a vehicle in the fit: only the product with the flow of vehicles can be told"""
HOURS = 24 * 30
"""how far a curve is played, hours, or a day beyond the last count if that is later"""


def play(params: Params, hours: int) -> Floats:
    """Play the road of `corridor.rules.flight.queue`: the default `Exodus`."""
    p = {name: np.ascontiguousarray(values, dtype=np.float64) for name, values in params.items()}
    return road.exodus(road.Bottleneck(**{name: p[name] for name in road.Bottleneck._fields}), hours)


def at_hours(curves: Floats, hours: Floats) -> Floats:
    """Return (member, row) persons so far at any hours, straight between whole hours."""
    left = np.clip(np.floor(hours).astype(np.int64), 0, curves.shape[1] - 2)
    rest = np.clip(hours - left, 0.0, 1.0)
    return np.asarray(curves[:, left] * (1 - rest) + curves[:, left + 1] * rest)


def prior_draws(members: int, population: baselines.Triangular, seed: int = 1, ride: float = 1.0) -> Params:
    """Return blind parameters on a scrambled Sobol sequence."""
    power = int(np.ceil(np.log2(max(2, members))))
    u = qmc.Sobol(DIMENSIONS, rng=np.random.default_rng(seed)).random_base2(power)[:members]
    return parameters(np.clip(u, 1e-9, 1 - 1e-9), population, ride)


def log_likelihood(curves: Floats, counts: Counts) -> Floats:
    """Return how well each curve fits counts: independent normal errors of the count and of its hour."""
    steps = np.diff(counts.arrived, prepend=0.0) / np.maximum(np.diff(counts.hours, prepend=counts.hours[0] - 1.0), 1.0)
    sd = np.sqrt(COUNT_FLOOR**2 + (COUNT_ERROR * counts.arrived) ** 2 + (counts.time_error * steps) ** 2)
    return np.asarray(-0.5 * (((at_hours(curves, counts.hours) - counts.arrived) / sd) ** 2).sum(axis=1))


@dataclass(frozen=True)
class Forecast:
    """An ensemble of curves made at a moment, hours since the clock, with the parameters behind it."""

    curves: Floats
    """(member, hours + 1) persons so far"""
    params: Params
    cut: float | None = None

    def at(self, hours: Floats) -> Floats:
        """Return (member, row) persons so far."""
        return at_hours(self.curves, hours)


def blind(
    population: baselines.Triangular, *, members: int = 4096, seed: int = 1, ride: float = 1.0, hours: int = HOURS,
    exodus: Exodus = play,
) -> Forecast:  # fmt: skip
    """Return the blind forecast; `ride` is the length of the way out as in `Setup`, `hours` how far it is played."""
    drawn = prior_draws(members, population, seed, ride)
    return Forecast(exodus(drawn, hours), drawn)


def from_run(ds: xr.Dataset, clock: datetime, policy: str | None = None, condition: str | None = None) -> Forecast:
    """Return the curves of a run recorded with `hourly_arrivals`, on a clock. Days of the run are of the clock's zone.

    The first policy and the last condition (the offensive) where none is named.
    """
    chosen = ahead(ds["hourly_arrivals"]).sel(
        policy=policy or read.ids(ds, "policy")[0], condition=condition or read.ids(ds, "condition")[-1]
    )
    hourly = chosen.load().transpose("future", "day", "hour").values.astype(np.float64)
    hourly = hourly.reshape(hourly.shape[0], -1)
    first = datetime.fromisoformat(f"{np.datetime64(chosen['day'].values[0], 'D')}T00:00:00")
    gap = int(round((first.replace(tzinfo=clock.tzinfo) - clock).total_seconds() / 3600.0))
    so_far = np.concatenate([np.zeros((hourly.shape[0], 1)), np.cumsum(hourly, axis=1)], axis=1)
    # column i stands `gap + i` hours after the clock
    curves = so_far[:, -gap:] if gap < 0 else np.pad(so_far, ((0, 0), (gap, 0)))
    return Forecast(curves, {})


def nowcast_at(
    counts: Counts, cut: float, population: baselines.Triangular, *, members: int = 4000, seed: int = 1,
    ride: float = 1.0, exodus: Exodus = play,
) -> Forecast:  # fmt: skip
    """Return the forecast made at `cut` (hours since the clock) from the priors and the counts up to it.

    Later rows are dropped first and never read. The curve continues from the last count: of those still to come, each
    member brings the share that its own curve brings, on a clock that runs faster or slower by `FLOW_NOISE` and
    `FLOW_DRIFT`.
    """
    known = counts.where(counts.hours <= cut)
    horizon = int(np.ceil(cut)) + 1

    def value(z: Floats) -> Floats:
        return log_likelihood(exodus(parameters(_probability(z), population, ride), horizon), known)

    found = nowcast.anneal(value, DIMENSIONS, members=members, seed=seed)
    params = parameters(_probability(found.latent), population, ride)
    hours = played(counts)
    return Forecast(_continued(exodus(params, 2 * hours), params, known, hours, seed), params, cut)


def played(counts: Counts) -> int:
    """Return how far a curve is played to reach every count, hours."""
    return max(HOURS, int(np.ceil(counts.hours.max())) + 24)


def _probability(z: Floats) -> Floats:
    return np.asarray(np.clip(special.ndtr(z), 1e-9, 1 - 1e-9))


def _continued(curves: Floats, params: Params, known: Counts, until: int, seed: int) -> Floats:
    """Return curves that pass through the last count and go on from there."""
    rng = np.random.default_rng([seed, 7])
    members = curves.shape[0]
    start = float(known.hours[-1])
    blocks = -(-until // FLOW_HOURS)
    pace = np.exp(FLOW_NOISE * rng.standard_normal((members, blocks)) - FLOW_NOISE**2 / 2)
    pace = pace * np.exp(FLOW_DRIFT * rng.standard_normal((members, 1)))
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
    hours = np.arange(until + 1.0)
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

    Free: leavers (the last count and a little more), delay (around the first count), midpoint, slope, persons an hour
    over the bottleneck (around the greatest flow counted, as vehicles at 4.8 persons each). Ride time is held at 2 h:
    it only shifts the delay.
    """
    bounds = fit_bounds(counts)

    def turn(x: Floats) -> Params:
        leavers, delay, midpoint, slope, vehicles = x
        one = np.ones_like(leavers)
        return {
            "population": leavers, "share": one, "delay": delay, "midpoint": midpoint, "slope": slope,
            "vehicles_per_hour": vehicles, "occupancy": OCCUPANCY * one, "ride": 2.0 * one,
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
    return Fit(params, float(best.fun), exodus(params, played(counts))[0])


def fit_bounds(counts: Counts) -> list[tuple[float, float]]:
    """Return between which ends each free number of `fitted` is looked for.

    Leavers: from the last count to 2.5 % more (the error of a count), rounded up to a thousand. Delay: from 48 hours
    before the first count that is not 0 to 24 after it. Flow: 0.4 to 1.6 of the greatest between two counts.
    """
    last = float(counts.arrived[-1])
    first = float(counts.hours[np.argmax(counts.arrived > 0)])
    flow = np.diff(counts.arrived, prepend=0.0)[1:] / np.diff(counts.hours)
    most = max(1.0, float(flow.max())) / OCCUPANCY
    leavers = (last, 1000.0 * np.ceil((1.0 + COUNT_ERROR) * last / 1000.0))
    delay = (max(0.0, first - 48.0), first + 24.0)
    return [leavers, delay, (12.0, 96.0), (0.02, 0.3), (0.4 * most, 1.6 * most)]


def blind_table(
    setup: Setup, *, members: int = 4000, seed: int = 1, run: xr.Dataset | None = None, alone: bool = False
) -> list[dict[str, Any]]:
    """Return the scores of what is said before any count, beside the naive spreads; rows as in `table`.

    alone : of the whole model's run only, not of the road model
    """
    counts, hours, out = setup.counts, played(setup.counts), list[dict[str, Any]]()
    if alone and run is None:
        return []
    for name, prior in setup.populations.items():
        ahead = blind(prior, members=members, seed=seed, ride=setup.ride, hours=hours)
        if not alone:
            out.append(_row("blind", "road model", "model", name, "", ahead.at(counts.hours), counts.arrived))
        people, u = ahead.params["population"], np.random.default_rng(seed).permutation(members)
        spread = baselines.uniform_spread(people, counts.hours, 0.0, (u + 0.5) / members)
        head = ("blind", "naive spread, uniform over 3-14 days", "baseline", name, "")
        out.append(_row(*head, spread, counts.arrived))
        window = baselines.uniform_window(people, counts.hours, 0.0)
        head = ("blind", "naive window, from day 3 to day 14", "baseline", name, "")
        out.append(_row(*head, window, counts.arrived))
    if run is not None:
        own = from_run(run, setup.clock)
        within = counts.where(counts.hours < own.curves.shape[1])  # the run may end before the last count
        if within.hours.size:
            head, w = ("blind", "whole model", "model", "scenario", ""), read.weights(run)
            out.append(_row(*head, own.at(within.hours), within.arrived, w))
    return out


def _row(
    exercise: str, forecast: str, kind: str, population: str, made: str, samples: Floats, truth: Floats,
    weights: Floats | None = None,
) -> dict[str, Any]:  # fmt: skip
    head = {"exercise": exercise, "forecast": forecast, "kind": kind, "population": population, "made": made}
    return {**head, **scores.summary(samples, truth, weights)}


def table(setup: Setup, *, members: int = 4000, seed: int = 1, run: xr.Dataset | None = None) -> list[dict[str, Any]]:
    """Return every score beside its baselines, as plain rows.

    Parameters
    ----------
    setup : clock, counts, cuts and populations of the case
    members : of each ensemble
    run : a run with `hourly_arrivals` of which the whole model's blind curve is scored too

    Returns
    -------
    rows with exercise (blind, nowcast 1, 2 ..., fitted), forecast, kind (model or baseline), population, made
    (ISO time of the cut or empty) and the scores of `corridor.analysis.scores.measures.summary`
    """
    counts = setup.counts
    out = blind_table(setup, members=members, seed=seed, run=run)
    asked = [
        (number, moment, name, prior)
        for number, moment in enumerate(setup.cuts, 1)
        for name, prior in setup.populations.items()
    ]

    def made_at(moment: datetime, prior: baselines.Triangular) -> Forecast:
        return nowcast_at(counts, setup.hours(moment), prior, members=members, seed=seed, ride=setup.ride)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        forecasts = list(pool.map(lambda one: made_at(one[1], one[3]), asked))
    for (number, moment, name, prior), made in zip(asked, forecasts, strict=True):
        cut = setup.hours(moment)
        later = counts.where(counts.hours > cut)
        head = (f"nowcast {number}", "road model", "model", name, moment.isoformat())
        out.append(_row(*head, made.at(later.hours), later.arrived))
        for line, drawn in baselines.lines(counts.hours, counts.arrived, cut, prior.mean).items():
            head = (f"nowcast {number}", f"line, {line}", "baseline", name, moment.isoformat())
            out.append(_row(*head, drawn.at(later.hours)[None, :], later.arrived))
    fit = fitted(counts, seed=seed)
    fits = at_hours(fit.curve[None, :], counts.hours)
    return [*out, _row("fitted", "road model", "model", "fitted", "", fits, counts.arrived)]
