"""Intake: from goods handed out, and what people find elsewhere, to energy a person.

kcal per person = energy handed out / people, less what is captured on the way, + what is found elsewhere + what families
have at home; never more than today's need. What is handed out beyond need is kept apart: with it, unequal shares leave fewer
people short.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Ints, Rule, State, Today
from corridor.tables.parameter import fixed

PARAMETERS = (
    fixed("intake.captured", 0.0, "1", "assumed: none where the case does not say it",
          "share of the food handed out that is taken before it reaches those for whom it is counted"),
)  # fmt: skip


DUST = 1e-9
"""share of need that only rounding makes"""


@kernel
def eat(
    used: Floats, energy: Floats, people: Ints, need: Floats, captured: Floats, extra: Floats, intake: Floats,
    plenty: Floats,
) -> None:  # fmt: skip
    """Write mean intake, and what is handed out beyond need.

    Parameters
    ----------
    used : (place, commodity, future) t/day handed out
    energy : (commodity,) kcal/t, 0 for what is not food
    people : (place, future)
    need : (future,) kcal/person/day, today's
    captured : (place, future) share of what is handed out
    extra : (place, future) food found elsewhere and at home, share of need
    intake : (place, future) kcal/person/day, written, in [0, need]; the need where nobody lives
    plenty : (place, future) what is handed out and not captured over need, written; 1 where it is no more than that
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
            handed = kcal[f] * (1.0 - captured[p, f]) / max(1, people[p, f])
            intake[p, f] = min(need[f], handed + extra[p, f] * need[f]) if people[p, f] > 0 else need[f]
            plenty[p, f] = handed / need[f] if people[p, f] > 0 and handed > need[f] * (1.0 + DUST) else 1.0


def start_intake(net: Network, s: State, p: Inputs) -> None:
    """Everybody eats what they need."""
    s["intake"][:] = p["intake.requirement"]


def play_intake(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of eating."""
    need = p["intake.requirement"] * s["cold"]
    found = s["extra"] + s["from_home"]
    eat(s["used"], net.energy, s["people"], need, s["captured"], found, s["intake"], s["plenty"])


RULE = Rule(
    process="intake", name="energy", step=play_intake, start=start_intake, parameters=PARAMETERS,
    states=(Array("intake", ("place",)), Array("plenty", ("place",), start=1.0)), reads=("used", "captured", "extra", "from_home", "cold"), yesterday=("people",),
    inputs=("intake.requirement",),
    summary="Energy per person from what is handed out, found elsewhere and had at home.",
)  # fmt: skip
