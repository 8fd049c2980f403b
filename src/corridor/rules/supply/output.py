"""Output: what fields, gardens and mills give today, and animals that are eaten down.

Fields and mills do not leave with the people: output is a share of the normal use of those who lived there at the start.
Part of it stops where there is no fuel, part where there are no hands: what the harvest needs is not there.
A herd is a store on feet. Of what is left a share is slaughtered each month and comes to the home's stock.
Food that is made in a village comes to the town by an inside pipeline, which takes links and burns the village's fuel.
"""

from __future__ import annotations

from typing import NamedTuple

from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network
from corridor.rules.base import Array, Floats, Inputs, Ints, Rule, State, Today

MONTH = 30.4375
"""days"""


class Fields(NamedTuple):
    """What is made today where nothing is missing; (home, commodity, future) share of normal use."""

    share: Floats
    """all of it"""
    by_fuel: Floats
    """what stops without fuel"""
    by_hands: Floats
    """what stops without the people of the start"""


@kernel
def produce_locally(
    fields: Fields, factor: Floats, need: Floats, people_start: Ints, people: Ints, fuel: Floats, produced: Floats
) -> None:
    """Write local output, (home, commodity, future) t/day.

    Parameters
    ----------
    factor : (commodity, future) multiplier from events
    need : (commodity, future) t/person/day
    people_start, people : (home, future) persons at the start, and now
    fuel : (home, future) share of the need for fuel that was met yesterday
    """
    share, by_fuel, by_hands = fields.share, fields.by_fuel, fields.by_hands
    for h in range(produced.shape[0]):
        for c in range(produced.shape[1]):
            for f in range(produced.shape[2]):
                gone = 1.0 - min(1.0, people[h, f] / max(1, people_start[h, f]))
                made = share[h, c, f] - by_fuel[h, c, f] * (1.0 - fuel[h, f]) - by_hands[h, c, f] * gone
                produced[h, c, f] = max(0.0, made) * factor[c, f] * need[c, f] * people_start[h, f]


@kernel
def slaughter(eaten: Floats, herd: Floats, produced: Floats) -> None:
    """Take the day's part of what is slaughtered in a month from the herd and add it to the output, in place.

    Parameters
    ----------
    eaten : (home, commodity, future) share of what is left that is slaughtered in a month
    herd : (home, commodity, future) t, as the good that it becomes
    """
    for h in range(herd.shape[0]):
        for c in range(herd.shape[1]):
            for f in range(herd.shape[2]):
                if not herd[h, c, f]:
                    continue
                taken = herd[h, c, f] * (1.0 - (1.0 - eaten[h, c, f]) ** (1.0 / MONTH))
                herd[h, c, f] -= taken
                produced[h, c, f] += taken


def start_herds(net: Network, s: State, p: Inputs) -> None:
    """Put the animals where they are on the first morning."""
    s["herd"][:] = p["livestock"]


def make_locally(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of local output."""
    fields = Fields(s["output_share"], s["output_fuel"], s["output_work"])
    if net.lorry_fuel != NONE:
        s["fuel_met"][:] = s["service"][:, net.lorry_fuel]
    produce_locally(fields, s["output_factor"], p["need"], s["people_start"], s["people"], s["fuel_met"], s["produced"])
    slaughter(p["livestock.eaten"], s["herd"], s["produced"])


RULE = Rule(
    process="output", name="fields_and_herds", step=make_locally, start=start_herds, parameters=(),
    states=(
        Array("produced", ("place", "commodity")), Array("herd", ("place", "commodity")),
        Array("fuel_met", ("place",), start=1.0),
    ),
    reads=("output_share", "output_fuel", "output_work", "output_factor", "people_start"),
    yesterday=("people", "service"), inputs=("need", "livestock", "livestock.eaten"),
    summary="Local output by month, short of fuel and hands where these are missing; animals are eaten down.",
)  # fmt: skip
