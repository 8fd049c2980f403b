"""The chain of the bodies alone, on a path of intake given from outside."""

from __future__ import annotations

import numpy as np

from corridor.rules.base import Today
from corridor.rules.bodies import adults, adults_reduced, body, children, deaths, sharing, wasting

CHAIN = (sharing, adults, children, wasting, deaths)
SIMPLE = (sharing, adults_reduced, children, wasting, deaths)
REQUIREMENT = 2100.0
NO_GIVING = {"sharing.adult_protection": 1.0}
ALIKE = {"intake.access_cv": 0.0}


def numbers(futures, changed, rules=CHAIN):
    """Return every parameter as (future,), at its default unless `changed`."""
    inputs = {"intake.requirement": REQUIREMENT, "intake.access_cv": 0.20}
    inputs |= {q.name: q.default for rule in rules for q in rule.PARAMETERS}
    assert set(changed) <= set(inputs), set(changed) - set(inputs)
    inputs |= changed
    return {name: np.array(np.broadcast_to(value, (futures,)), dtype=np.float64) for name, value in inputs.items()}


def play(shares, changed=None, *, people=100_000, rules=CHAIN):
    """Play the days of `shares` ((future, day) or (day,): intake over requirement) in one place.

    Returns every state array with the days as first axis, day 0 being the start, the place dropped.
    """
    shares = np.atleast_2d(np.asarray(shares, dtype=np.float64))
    futures, days = shares.shape
    inputs = numbers(futures, changed or {}, rules)
    state = {"people": np.full((futures, 1), people, dtype=np.int64), "intake": np.zeros((futures, 1))}
    for rule in rules:
        rule.RULE.start(None, state, inputs)
    seen = ("people", "eaten_adult", "eaten_child", "weight_change", "bmi", "whz", "below", "gam_muac", "thin", "fat",
            "lean", "survived", "deaths", "tally")  # fmt: skip
    record = {name: [state[name][:, 0].copy()] for name in seen}
    for day in range(days):
        state["intake"][:, 0] = shares[:, day] * inputs["intake.requirement"]
        for rule in rules:
            rule.RULE.step(None, state, inputs, Today(day, 0, np.arange(futures, dtype=np.uint32)))
        for name in seen:
            record[name].append(state[name][:, 0].copy())
    return {name: np.array(values) for name, values in record.items()}


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

    def live(self, shares, response=1.1, lag=21.0, floor=0.6, rule=adults):
        """Return (day,) weight, fat and lean at the end of each day on `shares` of need."""
        frame = np.empty((1, 2, body.FRAME))
        lean = self.weight - self.fat
        for sex in range(2):
            body.settle(frame[0, sex], self.need, self.move, self.fat, lean, self.height, floor, 0.0)
        cells = [np.full((1, 1, 2, 1), x) for x in (self.fat, lean)]
        lags = [np.zeros((1, 1, 1)), np.zeros((1, 1, 1))]
        ends = [np.full((1, 1, 2, 1), self.weight / self.height**2), np.zeros((1, 1))]
        activity = [np.array([response]), np.array([lag])]
        days = []
        for share in shares:
            eaten = np.full((1, 1, 1), share)
            if rule is adults:
                adults.day(eaten, frame, *activity, *cells, *lags, *ends)
            else:
                rule.day(eaten, frame, *cells, *ends)
            days.append((cells[0][0, 0, 0, 0], cells[1][0, 0, 0, 0]))
        fat, lean = np.array(days).T
        return fat + lean, fat, lean
