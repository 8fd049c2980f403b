"""Rates of death and excess deaths, from daily counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PER = 10_000.0
"""Persons to whom a rate refers."""


def death_rate(deaths: Floats, people: Floats, days: int = 1) -> Floats:
    """Return deaths per 10,000 people and day, over the last `days` days of each day (E48).

    Parameters
    ----------
    deaths : (..., day) person/day
    people : (..., day) person alive at the start of the day, of the same age
    days : length of the window; the first days use what there is

    Returns
    -------
    (..., day) per 10,000 per day; zero where nobody lives
    """
    died, exposed = windowed(deaths, days), windowed(people, days)
    return np.divide(PER * died, exposed, out=np.zeros_like(died), where=exposed > 0.0)


def windowed(values: Floats, days: int) -> Floats:
    """Return the sum of `values` (..., day) over the last `days` days of each day."""
    total = np.cumsum(np.asarray(values, dtype=np.float64), axis=-1)
    late = total.copy()
    late[..., days:] -= total[..., :-days]
    return late


def survey_rate(deaths: Floats, births: Floats, people: Floats, days: float) -> Floats:
    """Return the death rate as a survey would count it: people at the end, half of the deaths added back (E48).

    Parameters
    ----------
    deaths, births : person in the recall period
    people : person at the end of it
    days : recall period
    """
    rate: Floats = PER * deaths / ((people + 0.5 * deaths - 0.5 * births) * days)
    return rate


def excess(deaths: Floats, baseline: Floats) -> Floats:
    """Return cumulative deaths above the baseline of the same people: (..., day) person (E49).

    Parameters
    ----------
    deaths : (..., day) expected deaths of all causes, person/day
    baseline : (..., day) expected deaths under the baseline hazard on the same population path, person/day
    """
    return np.cumsum(deaths - baseline, axis=-1)
