"""Intake: from goods handed out to energy eaten, and how many eat less than they need.

kcal per person = sum of energy handed out / people + what they find elsewhere, never more than the requirement.
Unequal access (E10) acts on the shortfall only: a household at rank u gets min(R, s m(u)) with m lognormal of mean 1,
and s such that the mean is the mean intake. Full supply therefore leaves nobody short.
"""

from __future__ import annotations

import math

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Ints, Rule, State, Today
from corridor.tables.parameter import Parameter

PARAMETERS = (
    Parameter(
        "intake.requirement", 2100.0, "kcal/person/day", 1900.0, 2400.0,
        "UNHCR/UNICEF/WFP/WHO planning figure 2,100; range over age structures, activity and cold",
        "mean energy requirement of the population",
        minimum=1000.0, maximum=4000.0,
    ),
    Parameter(
        "intake.access_cv", 0.20, "1", 0.10, 0.25,
        "FAO: coefficient of variation of habitual consumption due to access 0.10-0.25",
        "coefficient of variation between households in access to food",
        minimum=0.01, maximum=1.0,
    ),
)  # fmt: skip


@kernel
def normal_cdf(x: float) -> float:
    """Return the standard normal distribution function."""
    return 0.5 * math.erfc(-x / 1.4142135623730951)


@kernel
def share_below(r: float, cv: float) -> float:
    """Return the share of people who eat less than they need when the mean is the share r of need.

    Solves E[min(1, s m)] = r for s, with m lognormal of mean 1 and coefficient of variation cv, by Newton
    steps on ln s; the share below is P(s m < 1). 0 at r >= 1, rising to 1 as r falls.
    """
    if r >= 1.0 - 1e-9:
        return 0.0
    if r <= 1e-9:
        return 1.0
    sigma = math.sqrt(math.log1p(cv * cv))
    lo, hi = math.log(r), math.log(r) + 12.0 * sigma + 1.0
    x, short = math.log(r) + 0.5 * sigma, 1.0
    for _ in range(60):
        z = (-x + 0.5 * sigma * sigma) / sigma
        below, short = math.exp(x) * normal_cdf(z - sigma), normal_cdf(z)
        gap = below + 1.0 - short - r
        if abs(gap) < 1e-10:
            break
        if gap > 0.0:
            hi = x
        else:
            lo = x
        step = x - gap / below if below > 1e-12 else 0.5 * (lo + hi)
        x = step if lo < step < hi else 0.5 * (lo + hi)
    return short


@kernel
def eat(
    used: Floats, energy: Floats, people: Ints, requirement: Floats, extra: Floats, cv: Floats,
    intake: Floats, below: Floats,
) -> None:  # fmt: skip
    """Write mean intake and people below their requirement.

    Parameters
    ----------
    used : (place, commodity, future) t/day handed out
    energy : (commodity,) kcal/t, 0 for what is not food
    people : (place, future)
    requirement : (future,) kcal/person/day; cv : (future,)
    extra : (place, future) what they find elsewhere, share of the requirement
    intake : (place, future) kcal/person/day, written, in [0, requirement]; the requirement where nobody lives
    below : (place, future) persons, written
    """
    places, futures = intake.shape
    kcal = np.empty(futures)
    for p in range(places):
        for f in range(futures):
            kcal[f] = 0.0
        for c in range(energy.size):
            for f in range(futures):
                kcal[f] += used[p, c, f] * energy[c]
        for f in range(futures):
            mean = kcal[f] / max(1, people[p, f]) + extra[p, f] * requirement[f]
            intake[p, f] = min(requirement[f], mean) if people[p, f] > 0 else requirement[f]
        for f in range(futures):
            below[p, f] = people[p, f] * share_below(intake[p, f] / requirement[f], cv[f])


def start_intake(net: Network, s: State, p: Inputs) -> None:
    """Everybody eats what they need."""
    s["intake"][:] = p["intake.requirement"]


def play_intake(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of eating."""
    eat(
        s["used"], net.energy, s["people"], p["intake.requirement"], s["extra"], p["intake.access_cv"],
        s["intake"], s["below_requirement"],
    )  # fmt: skip


RULE = Rule(
    process="intake", name="energy", step=play_intake, start=start_intake, parameters=PARAMETERS,
    states=(Array("intake", ("place",)), Array("below_requirement", ("place",))),
    reads=("used", "extra"), yesterday=("people",),
    summary="Energy per person from what is handed out and what nobody records; unequal access shares out the shortfall.",
)  # fmt: skip
