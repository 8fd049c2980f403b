"""What was believed about an exodus before 2023: the priors of the blind hindcast, one line each with its source.

None of them is taken from the exodus of 2023. They were still chosen by people who know how it ended; that is why the
backtest is called a conditional hindcast and not a forecast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from corridor.analysis.scores.baselines import Triangular

Floats = NDArray[np.float64]
Params = dict[str, Floats]


@dataclass(frozen=True)
class Prior:
    """One uncertain number of the exodus.

    Attributes
    ----------
    name, unit : of the number
    quantile : probability in (0, 1) -> value
    source : why this range; "assumed: reason" where nothing supports it
    """

    name: str
    unit: str
    quantile: Callable[[Floats], Floats]
    source: str


def pert(low: float, mode: float, high: float) -> Callable[[Floats], Floats]:
    """Return the quantile function of a PERT between `low` and `high` (the ends themselves)."""
    a, b = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
    return lambda u: np.asarray(low + (high - low) * special.betaincinv(a, b, u))


def uniform(low: float, high: float) -> Callable[[Floats], Floats]:
    """Return the quantile function of a uniform law."""
    return lambda u: np.asarray(low + (high - low) * u)


def lognormal(low: float, high: float) -> Callable[[Floats], Floats]:
    """Return the quantile function of a lognormal law with 90 % of its weight between `low` and `high`."""
    middle, width = np.log(low * high) / 2, np.log(high / low) / 2 / 1.6448536269514722
    return lambda u: np.asarray(np.exp(middle + width * special.ndtri(u)))


BLIND: tuple[Prior, ...] = (
    Prior("share", "1", pert(0.85, 0.97, 1.0),
          "Krajina 1995 and the districts handed over in November 2020 emptied almost wholly; range assumed"),
    Prior("delay", "hours", lambda u: np.asarray(24.0 * pert(0.0, 3.0, 14.0)(u)),
          "assumed: eastern Aleppo 2016 two to nine days from the deal, the autumn of 2020 none"),
    Prior("midpoint", "hours", lognormal(6.0, 72.0),
          "hurricane evacuations 6-24 h; a whole society with its belongings slower, assumed to 72 h"),
    Prior("steepness", "1", uniform(2.5, 6.0),
          "slope x midpoint: a Rayleigh curve has 2.8 at its median; logit curves fitted to evacuations up to 6"),
    Prior("lane", "vehicles/hour", lambda u: np.full_like(u, 600.0),
          "evacuation traffic, one lane: 600 an hour sustained"),
    Prior("damage", "1", uniform(0.5, 1.0), "assumed: share of the lane's flow that breakdowns and damage leave"),
    Prior("lanes", "1", lambda u: np.where(u < 0.5, 1.0, 2.0), "assumed: one or two lanes at a border post"),
    Prior("seconds", "s/vehicle", uniform(30.0, 120.0), "border posts 30-120 s a vehicle"),
    Prior("occupancy", "persons/vehicle", pert(3.0, 4.5, 6.0), "evacuations in war: 3-6 persons a vehicle"),
    Prior("ride", "hours", uniform(1.2, 3.0), "68-83 km at 30-60 km/h, without a queue"),
)  # fmt: skip
"""Priors from sources before 2023."""

DIMENSIONS = len(BLIND) + 1
"""of the latent space: the priors, and the population first"""


def parameters(u: Floats, population: Triangular, ride: float = 1.0) -> Params:
    """Return the parameters of the exodus at (member, DIMENSIONS) probabilities.

    `ride` is the length of the way out, in lengths of the road for which the prior of the ride was written (68-83 km).

    Keys as in `rules.flight.queue.exodus`: population, share, delay, midpoint, slope, vehicles_per_hour, occupancy,
    ride. The road's flow is the least of one lane as damage leaves it and the border post (E44, E45).
    """
    drawn = {prior.name: prior.quantile(u[:, i + 1]) for i, prior in enumerate(BLIND)}
    post = 3600.0 * drawn["lanes"] / drawn["seconds"]
    return {
        "population": population.quantile(u[:, 0]),
        "share": drawn["share"],
        "delay": drawn["delay"],
        "midpoint": drawn["midpoint"],
        "slope": drawn["steepness"] / drawn["midpoint"],
        "vehicles_per_hour": np.minimum(drawn["lane"] * drawn["damage"], post),
        "occupancy": drawn["occupancy"],
        "ride": ride * drawn["ride"],
    }
