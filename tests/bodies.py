"""The chain of the bodies alone, on a path of intake given from outside."""

from __future__ import annotations

import numpy as np

from corridor.rules.base import Today, made
from corridor.rules.bodies import (
    adults,
    adults_reduced,
    body,
    care,
    child_deaths,
    children_balance,
    children_relaxation,
    deaths,
    need,
    sharing,
    wasting,
)

CHAIN = (need, care, sharing, adults, children_balance, wasting, child_deaths, deaths)
SIMPLE = (need, care, sharing, adults_reduced, children_balance, wasting, child_deaths, deaths)
LSHTM = (need, care, sharing, adults, children_relaxation, wasting, child_deaths, deaths)
NO_GIVING = {"sharing.adult_protection": 1.0, "sharing.hungry_keep": 1.0}
ALIKE = {"sharing.access_cv": 0.0, "sharing.price_effect": 0.0}
NO_CARE = {"care.illness": 0.0, "care.infection": 1.0}
"""nothing is missed: disease adds nothing to hunger"""
GIVEN = {"sharing.shortage_spread": 0.0} | NO_CARE
"""access as it is given, and physiology alone: what a shortage and disease add to it has claims of its own, and is part
of every run of a case"""


def numbers(futures, changed, rules=CHAIN):
    """Return every number as (future,): parameters at their default, what follows from them, unless `changed`."""
    inputs = {q.name: q.default for rule in rules for q in rule.PARAMETERS} | GIVEN | {"bodies.first_day": 1.0}
    inputs.setdefault("care.exposed", 0.0)
    assert set(changed) <= {*inputs, *need.DERIVED}, set(changed) - set(inputs)
    inputs = {name: np.array(np.broadcast_to(changed.get(name, value), (futures,)), np.float64)
              for name, value in inputs.items()}  # fmt: skip
    follows = need.derived(inputs)
    return inputs | {name: changed.get(name, 1.0) * value / (value if name in changed else 1.0)
                     for name, value in follows.items()}  # fmt: skip


def begin(rules, inputs, people, places=1):
    """Return the arrays of the first morning; people : in each place."""
    futures = inputs["intake.requirement"].size
    state = {"people": np.full((places, futures), people, dtype=np.int64)}
    state |= {name: np.zeros((places, futures)) for name in ("intake", "ration_cv", "unmet")}
    state |= {
        "cold": np.ones(futures),
        "plenty": np.ones((places, futures)),
        "living": np.ones((places, 2, 5, futures)),
        "quantile_size": np.full((places, 5, futures), 0.2),
    }
    state |= {"illness": np.zeros((places, futures)), "infection": np.ones((places, futures))}
    for rule in rules:
        state |= made(rule.RULE.states, {"place": places}, futures)
    for rule in rules:
        if rule.RULE.start is not None:
            rule.RULE.start(None, state, inputs)
    return state


def play(shares, changed=None, *, people=100_000, rules=CHAIN):
    """Play the days of `shares` ((future, day) or (day,): what is handed out over requirement) in one place.

    Returns every array with the days as first axis, day 0 being the start, the future as the second, the place dropped.
    """
    shares = np.atleast_2d(np.asarray(shares, dtype=np.float64))
    futures, days = shares.shape
    inputs = numbers(futures, changed or {}, rules)
    state = begin(rules, inputs, people)
    seen = ("people", "intake", "eaten_adult_mean", "eaten_adult", "eaten_child", "eaten_child_mean", "weight_change", "bmi", "whz", "child_z",
            *child_deaths.Wasted._fields, "thin_adults", "fat", "lean", "survived", "deaths", *sharing.Meals._fields[3:],
            *deaths.Expected._fields)  # fmt: skip
    record = {name: [state[name][0].copy()] for name in seen}
    for day in range(days):
        for rule in rules:
            rule.RULE.step(None, state, inputs, Today(day, 0, np.arange(futures, dtype=np.uint32)))
            if rule is need:
                state["unmet"][0] = np.maximum(0.0, 1.0 - shares[:, day])
                state["plenty"][0] = np.maximum(1.0, shares[:, day])
                state["intake"][0] = np.minimum(1.0, shares[:, day]) * inputs["intake.requirement"] * state["cold"]
        state["people"] -= state["deaths"]  # as the ledger does
        for name in seen:
            record[name].append(state[name][0].copy())
    return {name: np.moveaxis(np.array(values), -1, 1) for name, values in record.items()}


def household(r, protection, goal, ratio, hungry=1.0):
    """Return the shares of need eaten by adults and by children below ten in households that have `r` of their need."""
    eaten = np.array(r, dtype=np.float64, ndmin=1).reshape(1, 1, -1)
    fixed = [np.full(eaten.size, x, dtype=np.float64) for x in (protection, hungry, goal, ratio)]
    one = np.ones(eaten.size)
    meals = sharing.Meals(np.empty(eaten.shape), *(np.empty((1, eaten.size)) for _ in range(6)))
    need = sharing.Need(one, one, one, one, one)
    sharing.feed_children(
        sharing.Household(*fixed, np.ones(eaten.shape), np.ones(eaten.shape)),
        need,
        np.zeros((1, one.size)),
        eaten,
        meals,
    )
    assert np.allclose(meals.eaten_adult_mean, eaten[0], atol=1e-15), "one quantile is its own mean"
    adult, child = meals.eaten_adult_mean[0], meals.eaten_child_mean[0]
    return (float(adult[0]), float(child[0])) if np.ndim(r) == 0 else (adult, child)


def resting(weight, height, age, man):
    """Return the resting metabolic rate, kcal/day (Mifflin)."""
    return 9.99 * weight + 625.0 * height - 4.92 * age + (5.0 if man else -161.0)


def start_fat(weight, height, age, man):
    """Return fat at the start, kg (Hall 2011)."""
    bmi = weight / height**2
    share = 37.31 * np.log(bmi) - 103.94 if man else 39.96 * np.log(bmi) - 102.01
    return weight / 100.0 * (0.14 * age + share)


class Person:
    """One adult who is played by a rule's kernel: weight, fat and energy of every day."""

    def __init__(self, weight, height, age, man, *, need=None, fat=None, level=1.55):
        rate = resting(weight, height, age, man)
        self.need = level * rate if need is None else need
        self.fat = start_fat(weight, height, age, man) if fat is None else fat
        self.weight, self.height, self.age, self.man = weight, height, age, man
        self.move = ((1.0 - body.FOOD_EFFECT) * self.need / rate - 1.0) * rate / weight

    def live(self, shares, response=1.1, lag=21.0, floor=0.6, rule=adults, thrift=0.0):
        """Return (day,) weight, fat and lean at the end of each day on `shares` of need."""
        lean = self.weight - self.fat
        rows = [np.full(1, x) for x in (self.need, self.move, self.fat, lean, self.height, floor, 0.0, thrift)]
        inputs = {
            "adults.activity_response": np.array([response]),
            "adults.activity_lag": np.array([lag]),
            "bodies.share_men": np.array([0.5]),
        }
        state = made(rule.RULE.states, {"place": 1, "quantile": 1}, 1)
        state |= {
            "eaten_adult": np.ones((1, 1, 1)),
            "quantile_size": np.ones((1, 1, 1)),
            "living": np.ones((1, 2, 1, 1)),
            "cold": np.ones(1),
        }
        state["adult_frame"][:] = body.frame(*rows)
        state["fat"][:], state["lean"][:] = self.fat, lean
        days = []
        for share in shares:
            state["eaten_adult"][:] = share
            rule.RULE.step(None, state, inputs, None)
            days.append((state["fat"][0, 0, 0, 0], state["lean"][0, 0, 0, 0]))
        fat, lean = np.array(days).T
        return fat + lean, fat, lean
