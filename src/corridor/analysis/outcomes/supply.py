"""The functions of the outcomes on supply and flight: what each row of the outcome table computes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from corridor.analysis.outcomes.block import Block, share
from corridor.analysis.outcomes.bodies import eaten

Floats = NDArray[np.float64]

LONGEST_COVER = 365.0
"""Days of cover are reported up to this: a stock without users lasts for ever."""
EMPTIED = 0.05
"""share of the people of the start below which nobody asks how long a stock lasts: those who fled left it behind"""


def cover_food(b: Block) -> Floats:
    """Return the days that the energy of all food held lasts."""
    food = b.of_kind("food")
    kcal = np.array([b.goods[i].kcal_per_tonne for i in food])
    energy = np.einsum("pcdxgf,g->pcdf", b.at("stock")[..., food, :], kcal)
    return np.minimum(share(energy, _users(b) * b.requirement), LONGEST_COVER)


def cover(b: Block, good: int) -> Floats:
    """Return the days that one stock lasts at normal use."""
    stock = b.at("stock")[..., good, :].sum(axis=3)
    return np.minimum(share(stock, _users(b) * b.need[good]), LONGEST_COVER)


def _users(b: Block) -> Floats:
    """Return the people on each date, none where hardly any of those of the start are left."""
    people = b.total("people")
    return np.where(people >= EMPTIED * b.start.sum(axis=0), people, 0.0)


def ration(b: Block) -> Floats:
    """Return the share of normal use of food that is handed out, weighted by people and energy."""
    food = b.of_kind("food")
    kcal = np.array([b.goods[i].kcal_per_tonne for i in food])
    weight = b.at("people")[:, :, :, :, None, :] * (b.need[food] * kcal[:, None])
    return share((b.at("ration")[..., food, :] * weight).sum(axis=(3, 4)), weight.sum(axis=(3, 4)))


def service(b: Block, good: int) -> Floats:
    """Return supply over need of one fuel or service, weighted by people."""
    people = b.at("people")
    return share((b.at("service")[..., good, :] * people).sum(axis=3), people.sum(axis=3))


def journey(b: Block) -> Floats:
    """Weight by the people of the start, so that the road of an empty place still has a journey time."""
    hours = b.at("journey")
    weight = np.where(np.isfinite(hours), b.start, 0.0)
    return share((np.where(np.isfinite(hours), hours, 0.0) * weight).sum(axis=3), weight.sum(axis=3))


def days_until_out(b: Block, share: float) -> Floats:
    """Return the days after as_of until a share of those who left or want to leave by each date had reached an exit."""
    came = np.cumsum(b.every_total("arrivals"), axis=2)
    want = b.so_far("departures") - b.so_far("turned_back") + b.total("intent")
    out = np.full(want.shape, np.nan)
    for i, day in enumerate(b.days):
        enough = came[:, :, : day + 1] >= share * want[:, :, i : i + 1]
        there = enough.any(axis=2) & (want[:, :, i] > 0)
        out[:, :, i] = np.where(there, enough.argmax(axis=2) + 1.0, np.nan)
    return out


def day_of_longest_queue(b: Block) -> Floats:
    """Return the days after as_of to the longest queue before any link up to each date; no number where none was."""
    longest = b.every("queue").max(axis=3, initial=0.0)
    out = [longest[:, :, : day + 1].argmax(axis=2) + 1.0 for day in b.days]
    return np.where(b.most_so_far("queue") > 0, np.stack(out, axis=2), np.nan)


def arrivals_at(b: Block, destination: int) -> Floats:
    """Return how many reached one exit since as_of."""
    return np.asarray(np.cumsum(b.every("arrivals")[:, :, :, destination], axis=2)[:, :, b.days])


FUNCTIONS: Mapping[str, Callable[[Block], Floats]] = {
    "cover.food": cover_food,
    "intake": eaten,
    "intake_share": lambda b: eaten(b) / b.requirement,
    "below_requirement": lambda b: b.total("below_requirement"),
    "ration": ration,
    "delivered": lambda b: b.so_far("delivered"),
    "delivered_food": lambda b: b.so_far("delivered", b.of_kind("food")),
    "departures": lambda b: b.so_far("departures"),
    "people": lambda b: b.total("people"),
    "arrivals": lambda b: b.so_far("arrivals"),
    "half_out": lambda b: days_until_out(b, 0.5),
    "nine_tenths_out": lambda b: days_until_out(b, 0.9),
    "longest_queue": lambda b: b.most_so_far("queue"),
    "longest_queue_day": day_of_longest_queue,
    "without_food": lambda b: b.at("without_food"),
    "queue": lambda b: b.total("queue"),
    "wait": lambda b: b.most_so_far("wait"),
    "journey": journey,
    "registered": lambda b: b.total("registered"),
    "housed": lambda b: b.total("housed"),
}
"""outcome -> function of a block: (policy, condition, date, future)"""

OF_GOODS: Mapping[str, Callable[[Block, int], Floats]] = {"cover.*": cover, "service.*": service}
"""outcome of each commodity -> function of a block and the position of the commodity"""

OF_EXITS: Mapping[str, Callable[[Block, int], Floats]] = {"arrivals.*": arrivals_at}
"""outcome of each exit -> function of a block and the position of the exit among the destinations"""
