"""Output: what fields, gardens and mills give today."""

from __future__ import annotations

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Ints, Rule, State, Today


@kernel
def produce_locally(people_start: Ints, need: Floats, share: Floats, factor: Floats, produced: Floats) -> None:
    """Write local output as a share of the normal use of the people who lived there at the start.

    Parameters
    ----------
    people_start : (home, future) persons at the start: fields and mills do not leave with the people
    need : (commodity, future) t/person/day
    share : (home, commodity, future) of normal use
    factor : (commodity, future) multiplier from events, such as a fuel shortage
    produced : (home, commodity, future) t/day, written
    """
    for h in range(produced.shape[0]):
        for c in range(produced.shape[1]):
            for f in range(produced.shape[2]):
                produced[h, c, f] = share[h, c, f] * factor[c, f] * need[c, f] * people_start[h, f]


def make_locally(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of local output."""
    produce_locally(s["people_start"], p["need"], p["outputs"], s["output_factor"], s["produced"])


RULE = Rule(
    process="output", name="fields_and_herds", step=make_locally, parameters=(),
    states=(Array("produced", ("place", "commodity")),),
    reads=("output_factor", "people_start"), inputs=("need", "outputs"),
    summary="Local output as a share of normal use.",
)  # fmt: skip
