"""What is missing: people who eat less than they need, and the energy that the people who should be alive do without.

In words. Need is that of the bodies and the activity of the start, in today's cold: starving people burn less, and that is
no relief. Whoever died beyond the baseline is counted as missing all of it, so that a gap does not close by deaths; when
people leave, as large a share of the missing is taken to have left with them.
"""

from __future__ import annotations

from typing import NamedTuple

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Ints, Rule, State, Today
from corridor.rules.bodies.inequality import share_below
from corridor.tables.parameter import Parameter

PARAMETERS: tuple[Parameter, ...] = ()
"""None of its own."""


class Missing(NamedTuple):
    """What is missing today, (place, future) each, written."""

    below_requirement: Floats
    """persons who live and eat less than they need"""
    energy_gap: Floats
    """person-days of food that people who should be alive do without"""
    days_below_need: Floats
    """people who should be alive and eat less than they need, the dead among them"""
    should_live: Floats
    """persons, dead beyond the baseline, who would be here; updated in place"""
    present: Ints
    """persons this evening, for tomorrow"""


@kernel
def count_missing(
    handed: Floats, uneaten: Floats, people: Ints, deaths: Ints, access_cv: Floats, widened: Floats, evened: Floats,
    missing: Missing,
) -> None:  # fmt: skip
    """Count the day's shortfall.

    Parameters
    ----------
    handed, uneaten : (place, future) share of today's need that a person has, and of that what is not eaten
    people, deaths : (place, future) persons this morning, and those who die today
    access_cv : (future,); widened, evened : (place, future), see `inequality.share_below`
    """
    places, futures = people.shape
    for p in range(places):
        for f in range(futures):
            alive, was = people[p, f], missing.present[p, f]
            dead = missing.should_live[p, f] * (min(1.0, alive / was) if was > 0 else 0.0)
            short = share_below(handed[p, f], access_cv[f], widened[p, f], evened[p, f]) if alive > 0 else 0.0
            eaten = handed[p, f] - uneaten[p, f]
            missing.below_requirement[p, f] = alive * short
            missing.energy_gap[p, f] = alive * max(0.0, 1.0 - eaten) + dead
            missing.days_below_need[p, f] = alive * short + dead
            missing.should_live[p, f] = dead + deaths[p, f]
            missing.present[p, f] = alive - deaths[p, f]


def start_shortfall(net: Network, s: State, p: Inputs) -> None:
    """Nobody is missing."""
    s["present"][:] = s["people"]


def play_shortfall(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Count what is missing today."""
    need = p["intake.requirement"] * s["cold"]
    missing = Missing(*(s[name] for name in Missing._fields))
    count_missing(
        s["intake"] / need, s["uneaten"] / need, s["people"], s["deaths"], p["sharing.access_cv"], s["widened"],
        s["evened"], missing,
    )  # fmt: skip


RULE = Rule(
    process="shortfall", name="people_who_should_live", step=play_shortfall, start=start_shortfall,
    parameters=PARAMETERS,
    states=(
        *(Array(name, ("place",)) for name in Missing._fields[:-1]), Array("present", ("place",), int),
    ),
    reads=("intake", "uneaten", "cold", "deaths", "widened", "evened"), yesterday=("people",),
    inputs=("intake.requirement", "sharing.access_cv"),
    summary="People below need, and the energy missing to all who should be alive.",
)  # fmt: skip
