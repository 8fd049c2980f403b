"""How wide a stored number is: 32 bits, or 64 for counts of people who are too many to be counted whole in 32.

A number of 32 bits holds every whole number up to 16,777,216 and rounds above it. A country may hold more; then what is
counted in persons or vehicles is stored in 64 bits, which hold whole numbers up to 9 x 10^15. All else is measured, not
counted, and 32 bits hold seven digits of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np

from corridor.rules.base import Floats
from corridor.scenario.model import Quantity, Scenario

WHOLE = 2.0**24
"""up to here a number of 32 bits holds every whole number"""
MARGIN = 2.0
"""a draw may pass the high end of a 90 % range, and children are born"""
COUNTED = ("persons", "vehicles", "person-days")
Width = Literal["float32", "float64"]


def width_of(unit: str, people: float) -> Width:
    """Return the type in which a result of this unit is kept, where there are at most so many people."""
    return "float64" if people > WHOLE and unit.split("/")[0] in COUNTED else "float32"


def most_people(scenario: Scenario, given: Mapping[str, Floats] | None = None) -> float:
    """Return a number that the people of a future never pass: drawn, counted, imposed and born.

    Parameters
    ----------
    given : path of an input -> numbers that stand instead of its draws
    """
    here = sum(_highest(place.population) for place in scenario.places)
    if scenario.population is not None:
        here = max(_highest(scenario.population), here if scenario.camps else 0.0)
    counted = [event.high or event.value for event in scenario.events if event.kind == "population"]
    imposed = [
        action.value
        for policy in (*scenario.policies, *scenario.conditions, *scenario.actor_policies)
        for action in policy.actions
        if action.target.endswith(".population")
    ]
    seen = [count.persons for count in scenario.displaced]
    drawn = [np.max(values, initial=0.0) for path, values in (given or {}).items() if path.endswith("population")]
    return MARGIN * (here + sum(_numbers((*counted, *imposed, *seen, *drawn))))


def _highest(quantity: Quantity) -> float:
    return max(quantity.value, quantity.high or 0.0)


def _numbers(values: Iterable[object]) -> list[float]:
    return [float(value) for value in values if isinstance(value, int | float | np.number)]
