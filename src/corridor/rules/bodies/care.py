"""Care: what disease, crowding and broken services add to hunger, which no rule of energy can see.

In words. Children in camps waste on rations that would do at home, and people in a siege die of infections that they would
have lived through. How much differs between blockades by more than any input explains, so two numbers are drawn, once a
future: how far a child's weight-for-height falls, and by what hazards of infection rise, where everybody is exposed. Exposed
are people who live displaced and crowded or without safe water and health care, as the case states it, and the hungry: a
shortage brings the rest. Both numbers only harm, and more food never means more of either.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.network import Network
from corridor.rules.base import Array, Inputs, Rule, State, Today
from corridor.tables.parameter import Parameter, fixed

LEARNED = (
    "learned: hunger and deaths of 22 blockades and camps, 1870-2025, recalled from the public record, whose inputs were written "
    "before any was scored (page of this rule); rounded outwards"
)

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "care.exposed", 0.0, "1", 0.0, 0.0,
        "assumed: nobody where the case does not say it; the hungry are exposed in any case",
        "share of people who live displaced and crowded, or without safe water and health care", "fixed", maximum=1.0,
    ),
    Parameter(
        "care.illness", 0.4, "z", 0.0, 1.2, LEARNED,
        "by how much disease lowers the weight-for-height of children who are exposed, apart from what they eat",
        maximum=3.0,
    ),
    Parameter(
        "care.infection", 2.5, "1", 1.0, 8.0, LEARNED,
        "factor by which hazards of death by infection rise, at all ages, where people are exposed",
        dist="lognormal", minimum=1.0, maximum=30.0,
    ),
    fixed("care.lag", 30.0, "day", "assumed: outbreaks and wasting follow crowding and hunger within a month or two",
          "days in which illness follows exposure", minimum=1.0),
)  # fmt: skip


def play_care(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Let illness and infection follow exposure.

    Source
    ------
    e -> 1 - (1 - exposed)(1 - missing) with the lag; z falls by illness x e, hazards rise to
    1 + (infection - 1) e.
    """
    missing = np.maximum(0.0, 1.0 - s["intake"] / (p["intake.requirement"] * s["cold"]))
    toward = 1.0 - (1.0 - np.minimum(1.0, p["care.exposed"])) * (1.0 - missing)
    s["exposure"] += (toward - s["exposure"]) / p["care.lag"]
    s["illness"][:] = p["care.illness"] * s["exposure"]
    s["infection"][:] = 1.0 + (p["care.infection"] - 1.0) * s["exposure"]


RULE = Rule(
    process="care", name="exposure", step=play_care, parameters=PARAMETERS,
    states=(Array("exposure", ("place",)), Array("illness", ("place",)), Array("infection", ("place",), start=1.0)),
    reads=("intake", "cold"), inputs=("intake.requirement",),
    summary="Disease and infection of people who are displaced, crowded, without care or hungry.",
)  # fmt: skip
