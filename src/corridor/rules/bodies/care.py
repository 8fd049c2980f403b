"""Care: what disease, crowding and broken services add to hunger, which no rule of energy can see.

In words. Children in camps waste on rations that would do at home, and people in a siege die of infections that they would
have lived through. How much differs between blockades by more than any input explains, so two numbers are drawn, once a
future: how far a child's weight-for-height falls, and by what hazards of infection rise, where everybody is exposed. Exposed
are people who live displaced and crowded or without safe water and health care, as the case states it, and the hungry: a
shortage brings the rest. Where the case does not state it, a blockade exposes a share of people that is drawn as planners
stated it of other blockades, and what says that there is a blockade is food that no longer comes: medicine, fuel and soap
come the same way, and nobody makes up for them. A garrison or a camp of men is packed from the first day. All numbers only harm, and more food never means more of any.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.network import Network
from corridor.rules.base import Array, Inputs, Rule, State, Today
from corridor.rules.bodies.barracks import in_barracks
from corridor.tables.parameter import Parameter, fixed

LEARNED = (
    "learned: hunger and deaths of 22 blockades and camps, 1870-2025, recalled from the public record, whose inputs were written "
    "before any was scored (page of this rule); rounded outwards"
)

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "care.exposed", 0.0, "1", 0.0, 0.0,
        "0 = the case does not say it: `care.unsaid` stands in its place; the hungry are exposed in any case",
        "share of people who live displaced and crowded, or without safe water and health care", "fixed", maximum=1.0,
    ),
    Parameter(
        "care.unsaid", 0.6, "1", 0.2, 1.0,
        "computed: what planners would have stated of 22 blockades and camps, 0.24-1, middle 0.74 (inputs, not records; "
        "page of this rule); rounded outwards",
        "share of people whom a blockade exposes where `care.exposed` is 0", dist="uniform", maximum=1.0,
    ),
    Parameter(
        "care.sets_in", 0.3, "1", 0.1, 0.5,
        "assumed: medicine, fuel and soap fail before food, which is let in and carried first; no study",
        "share of need that no longer comes where a blockade exposes all whom it will", dist="uniform", minimum=0.02,
        maximum=1.0,
    ),
    Parameter(
        "care.supplied", 0.3, "1", 0.0, 0.6,
        "learned: deaths of 95 blockades and camps; with 1 the fed towns and camps among them lose far too many (page of this rule)",
        "share of exposure that acts where food comes as it used to: medicine, soap, fuel and clinics come with it",
        dist="uniform", maximum=1.0,
    ),
    Parameter(
        "care.illness", 0.5, "z", 0.0, 1.5, LEARNED,
        "by how much disease lowers the weight-for-height of children who are exposed, apart from what they eat",
        maximum=3.0,
    ),
    Parameter(
        "care.infection", 3.0, "1", 1.0, 12.0, LEARNED,
        "factor by which hazards of death by infection rise, at all ages, where people are exposed",
        dist="lognormal", minimum=1.0, maximum=30.0,
    ),
    fixed("care.lag_infection", 10.0, "day", "assumed: diarrhoea and measles follow crowding within one to three weeks; no study",
          "days in which deaths by infection follows exposure", minimum=1.0),
    fixed("care.lag", 30.0, "day", "assumed: wasting follows crowding and hunger within a month or two",
          "days in which illness, as weight that children lose, follows exposure", minimum=1.0),
)  # fmt: skip


def play_care(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Let illness and infection follow exposure.

    Source
    ------
    e -> 1 - (1 - exposed)(1 - missing) with a lag; short = min(1, unmet / sets_in), acts = supplied + (1 - supplied) short.
    Where the case states who is exposed, exposed = that share x acts, else max(barracks x acts, unsaid x short). z falls by
    illness x e, hazards rise to 1 + (infection - 1) c, c as e with a shorter lag.
    """
    missing = np.maximum(0.0, 1.0 - s["intake"] / (p["intake.requirement"] * s["cold"]))
    short = np.minimum(1.0, s["unmet"] / p["care.sets_in"])
    acts = p["care.supplied"] + (1.0 - p["care.supplied"]) * short
    silent = np.maximum(p["care.unsaid"] * short, in_barracks(p["bodies.share_men"]) * acts)
    exposed = np.where(p["care.exposed"] > 0.0, np.minimum(1.0, p["care.exposed"]) * acts, silent)
    toward = 1.0 - (1.0 - exposed) * (1.0 - missing)
    s["exposure"] += (toward - s["exposure"]) / p["care.lag"]
    s["illness"][:] = p["care.illness"] * s["exposure"]
    s["contagion"] += (toward - s["contagion"]) / p["care.lag_infection"]
    s["infection"][:] = 1.0 + (p["care.infection"] - 1.0) * s["contagion"]


RULE = Rule(
    process="care", name="exposure", step=play_care, parameters=PARAMETERS,
    states=(
        Array("exposure", ("place",)), Array("contagion", ("place",)), Array("illness", ("place",)),
        Array("infection", ("place",), start=1.0),
    ),
    reads=("intake", "unmet", "cold"), inputs=("intake.requirement", "bodies.share_men"),
    summary="Disease and infection of people who are displaced, crowded, without care or hungry.",
)  # fmt: skip
