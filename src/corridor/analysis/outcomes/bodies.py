"""The functions of the outcomes on bodies: weight, wasting, death rates and who eats, over all places.

Rates follow `rules/bodies/rates` (E48, E49): deaths of all simulated causes over the person-days of the last 30 days,
history included, beside what the same people would have lost without the deficit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from corridor.analysis.outcomes.block import Block, share, weighted
from corridor.results import read
from corridor.rules.bodies import rates
from corridor.rules.bodies.barracks import USUAL_OF, usual_factor
from corridor.tables.outcome import RECALL

Floats = NDArray[np.float64]


def _joined(b: Block, name: str) -> Floats:
    """Return history and horizon after each other, over all places: (policy, condition, day, future)."""
    later, before = b.every_total(name), b.before_total(name)
    lead = np.broadcast_to(before, (*later.shape[:2], *before.shape))
    return np.concatenate([lead, later], axis=2)


def _alive(b: Block) -> Floats:
    """Return people in the morning of each day, in the shape of `_joined`: `people` is counted in the evening."""
    evening = _joined(b, "people")
    first = np.broadcast_to(b.start.sum(axis=0), (*evening.shape[:2], 1, evening.shape[3]))
    return np.concatenate([first, evening[:, :, :-1]], axis=2)


def _rate(b: Block, deaths: Floats, people: Floats) -> Floats:
    """Return deaths per 10,000 and day over the last `RECALL` days of each date; not a number where nobody lived."""
    found = rates.death_rate(np.moveaxis(deaths, 2, -1), np.moveaxis(people, 2, -1), RECALL)
    lived = rates.windowed(np.moveaxis(people, 2, -1), RECALL) > 0.0
    daily = np.moveaxis(np.where(lived, found, np.nan), -1, 2)[:, :, -b.horizon :]
    return np.asarray(daily[:, :, b.days])


def cdr(b: Block) -> Floats:
    """Return the crude death rate."""
    return _rate(b, _joined(b, "deaths_expected"), _alive(b))


def cdr_excess(b: Block) -> Floats:
    """Return the crude death rate above that of the same people without the deficit."""
    return _rate(b, _joined(b, "deaths_expected") - _joined(b, "deaths_baseline"), _alive(b))


def u5dr(b: Block) -> Floats:
    """Return the death rate of children below five, who are counted in the morning, before the day's deaths."""
    return _rate(b, _joined(b, "deaths_under5"), _joined(b, "people_under5"))


def excess_deaths(b: Block) -> Floats:
    """Return the deaths since as_of above those of the same people without the deficit."""
    deaths, baseline = (np.moveaxis(b.every_total(name), 2, -1) for name in ("deaths_expected", "deaths_baseline"))
    return np.asarray(np.moveaxis(rates.excess(deaths, baseline), -1, 2)[:, :, b.days])


def with_leavers(b: Block, name: str) -> Floats:
    """Return person-days added up since as_of over those present, the dead of the deficit and those who left.

    Who left since as_of is counted at the mean of the place that was left, so that nothing reads better by flight.
    """
    here = b.made("mornings", _mornings)
    daily = (_for_each(b.every(name), here) * _everybody(b, here)).sum(axis=3)
    return np.asarray(np.cumsum(daily, axis=2)[:, :, b.days])


def eaten(b: Block) -> Floats:
    """Return the energy eaten a person on each date, over the people who should be there; not a number without any.

    The dead of the deficit eat nothing, and who left since as_of is counted at the mean of the place that was left: the
    same food among fewer people reads no better because some of them died, nor because a hungry place emptied.
    """
    return b.made("eaten", _eaten)


def _eaten(b: Block) -> Floats:
    here = b.made("mornings", _mornings)
    missed = np.maximum(b.every("days_below_need") - b.every("below_requirement"), 0.0)
    energy, mouths = (_for_each(total, here)[:, :, b.days] for total in (b.every("intake") * here, here + missed))
    everybody = _everybody(b, here)[:, :, b.days]
    return share((energy * everybody).sum(axis=3), (mouths * everybody).sum(axis=3))


def _mornings(b: Block) -> Floats:
    """Return the people of each place who are there for the day, before anybody leaves or dies."""
    evening = b.every("people")
    first = evening[:, :, :1] + b.every("departures")[:, :, :1]
    return np.concatenate([first, evening[:, :, :-1]], axis=2)


def _everybody(b: Block, here: Floats) -> Floats:
    """Return the people of each place who are there for the day, and those who left it since as_of and stayed away."""
    gone = b.every("departures") - b.every("turned_back") - b.every("came_back")
    return np.asarray(here + np.maximum(0.0, np.cumsum(gone, axis=2) - gone))


def _for_each(total: Floats, here: Floats) -> Floats:
    """Return a total of each day over the people there; of an empty place, that of the last day it was not."""
    each = total / np.maximum(here, 1.0)
    if (here > 0.0).all():
        return np.asarray(each)
    day = np.arange(here.shape[2]).reshape(-1, 1, 1)
    last = np.maximum.accumulate(np.where(here > 0.0, day, -1), axis=2)
    return np.where(last < 0, 0.0, np.take_along_axis(each, np.maximum(last, 0), axis=2))


def uncounted(b: Block) -> Floats:
    """Return the share of the energy eaten that nobody counts, over all people present; not a number without any.

    What is found is a share of the day's need; on a cold day need is above the mean requirement, and the share too low.
    """
    people, intake = b.at("people"), b.at("intake")
    found = np.minimum(b.at("extra") * b.requirement, intake)
    return share((found * people).sum(axis=3), (intake * people).sum(axis=3))


def promised(b: Block) -> Floats:
    """Return the mean ration over the people of homes in which somebody is promised one, not a number without any."""
    kcal = b.at("promised_kcal")
    people = np.where(kcal > 0, b.at("people"), 0.0)
    return share((kcal * people).sum(axis=3), people.sum(axis=3))


def u5dr_usual(b: Block) -> Floats:
    """Return the usual deaths of children below five per 10,000 of them and day, of each future."""
    usual: Floats = usual_factor(*(read.drawn(b.ds, name) for name in USUAL_OF))
    return usual * read.drawn(b.ds, "child_deaths.baseline")


FUNCTIONS: Mapping[str, Callable[[Block], Floats]] = {
    "weight_change": lambda b: weighted(b, "weight_change", "people"),
    "gam": lambda b: weighted(b, "gam", "people_under5"),
    "sam": lambda b: weighted(b, "sam", "people_under5"),
    "gam_muac": lambda b: weighted(b, "gam_muac", "people_under5"),
    "gam_toddlers": lambda b: weighted(b, "gam_toddlers", "people_under5"),
    "gam_had_none_died": lambda b: weighted(b, "gam_had_none_died", "people_under5"),
    "thin_adults": lambda b: weighted(b, "thin_adults", "people"),
    "cdr": cdr,
    "cdr_excess": cdr_excess,
    "u5dr": u5dr,
    "u5dr_excess": lambda b: u5dr(b) - u5dr_usual(b),
    "excess_deaths": excess_deaths,
    "energy_gap": lambda b: with_leavers(b, "energy_gap"),
    "days_below_need": lambda b: with_leavers(b, "days_below_need"),
    "dead_under5": lambda b: b.so_far("deaths_under5"),
    "dead_school": lambda b: b.so_far("deaths_school"),
    "dead_men": lambda b: b.so_far("deaths_men"),
    "dead_women": lambda b: b.so_far("deaths_women"),
    "dead_old": lambda b: b.so_far("deaths_old"),
    "uncounted": uncounted,
    "kcal_child": lambda b: weighted(b, "kcal_child", "people_under5"),
    "kcal_school": lambda b: weighted(b, "kcal_school", "people"),
    "kcal_adult": lambda b: weighted(b, "kcal_adult", "people"),
    "promised": promised,
    "eaten_child": lambda b: weighted(b, "eaten_child_mean", "people_under5"),
    "eaten_adult": lambda b: weighted(b, "eaten_adult_mean", "people"),
}
"""outcome -> function of a block: (policy, condition, date, future)"""
