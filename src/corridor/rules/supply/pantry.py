"""Pantry: what families have at home, which no authority hands out and no shop sells.

In words. While shops and rations give people what they need the pantry is not touched. When they do not, a family fills the
gap from its own store, but makes it last: never more in a day than what is left over the days it is to last. The store of
those who die stays with the others; who leaves takes his part.
"""

from __future__ import annotations

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Ints, Rule, State, Today
from corridor.tables.parameter import Parameter

PARAMETERS = (
    Parameter(
        "pantry.lasting", 60.0, "day", 30.0, 120.0,
        "assumed: families do not know how long a closure takes and spare more than shops do; no survey",
        "days that a family makes what is left at home last", minimum=1.0, maximum=1000.0,
    ),
    Parameter(
        "pantry.usual", 7.0, "day", 2.0, 20.0,
        "assumed: town households keep food for some days to three weeks, those that farm for months after a harvest; "
        "no survey of the day on which a road closed",
        "days of food that families have at home at the start where the case does not say it", minimum=0.0, maximum=365.0,
    ),
)  # fmt: skip


@kernel
def eat_from_home(
    used: Floats, energy: Floats, people: Ints, need: Floats, elsewhere: Floats, lasting: Floats, larder: Floats,
    eaten: Floats,
) -> None:  # fmt: skip
    """Fill part of the gap between what people get and what they need from what they have at home.

    Parameters
    ----------
    used : (place, commodity, future) t/day handed out and not captured; energy : (commodity,) kcal/t, 0 for what is not food
    people : (place, future)
    need : (future,) kcal/person/day, today's
    elsewhere : (place, future) food found elsewhere, share of need
    lasting : (future,) day
    larder : (place, future) days of food of one person, all families together, updated in place
    eaten : (place, future) share of need, written
    """
    for p in range(larder.shape[0]):
        for f in range(larder.shape[1]):
            eaten[p, f] = 0.0
            if larder[p, f] <= 0.0 or people[p, f] == 0:
                continue
            kcal = 0.0
            for c in range(energy.size):
                kcal += used[p, c, f] * energy[c]
            gap = 1.0 - elsewhere[p, f] - kcal / (people[p, f] * need[f])
            eaten[p, f] = max(0.0, min(gap, larder[p, f] / (people[p, f] * lasting[f])))
            larder[p, f] = max(0.0, larder[p, f] - eaten[p, f] * people[p, f])


@kernel
def take_along(people: Ints, gone: Ints, larder: Floats) -> None:
    """Let those who left yesterday take their part; people : (place, future) who stayed, gone : who left."""
    for p in range(larder.shape[0]):
        for f in range(larder.shape[1]):
            if gone[p, f] > 0:
                larder[p, f] *= people[p, f] / (people[p, f] + gone[p, f])


def fill_pantries(net: Network, s: State, p: Inputs) -> None:
    """Families have what the case says."""
    s["larder"][:] = p["places.pantry"] * s["people"]


def play_pantry(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of meals from home."""
    take_along(s["people"], s["departures"], s["larder"])
    need, left = p["intake.requirement"] * s["cold"], 1.0 - s["captured"]
    eat_from_home(
        s["used"] * left[:, None],
        net.energy,
        s["people"],
        need,
        s["extra"],
        p["pantry.lasting"],
        s["larder"],
        s["from_home"],
    )


RULE = Rule(
    process="pantry", name="made_to_last", step=play_pantry, start=fill_pantries, parameters=PARAMETERS,
    states=(Array("larder", ("place",)), Array("from_home", ("place",))),
    reads=("used", "captured", "extra", "cold"), yesterday=("people", "departures"),
    inputs=("places.pantry", "intake.requirement"),
    summary="Families fill part of the gap from what they have at home, and make it last.",
)  # fmt: skip
