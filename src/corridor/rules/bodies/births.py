"""Births: people who come into the world at home, where the case says how many.

Who is born within nine months was conceived before the crisis, so hunger does not change the number; a newborn counts and
eats as a person of the mean. Where a case says nothing, births make up the baseline deaths (`deaths.births_balance`).
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.network import Network
from corridor.rules.base import Array, Inputs, Rule, State, Today
from corridor.tables.parameter import fixed

YEAR = 365.25
PARAMETERS = (
    fixed("births.rate", 0.0, "1/1000/year",
          "assumed: none are counted where the case does not say it; set deaths.births_balance to 0 beside it",
          "live births a year per 1,000 people"),
)  # fmt: skip


def play_births(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Count today's births in whole persons; the fraction is carried."""
    due = s["births_owed"] + s["people"] * (p["births.rate"] / (1000.0 * YEAR))
    s["births"][:] = np.floor(due)
    s["births_owed"][:] = due - s["births"]


RULE = Rule(
    process="births", name="at_a_rate", step=play_births, parameters=PARAMETERS,
    states=(Array("births", ("place",), np.int64), Array("births_owed", ("place",))), yesterday=("people",),
    summary="Births at the rate of before, where the case gives one.",
)  # fmt: skip
