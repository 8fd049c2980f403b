"""Births: whole persons, nothing lost of the fraction, and the head count of a run."""

from __future__ import annotations

import numpy as np
import pytest

import corridor
from corridor.rules.base import Today
from corridor.rules.bodies import births
from small import q, small


def test_births_come_in_whole_persons_and_the_fraction_is_carried():
    state = {"people": np.array([[10_000, 90]]), "births": np.zeros((1, 2), np.int64), "births_owed": np.zeros((1, 2))}
    born = []
    for day in range(365):
        births.play_births(None, state, {"births.rate": np.full(2, 14.7)}, Today(day, 0, np.zeros(2, np.uint32)))
        born.append(state["births"][0].copy())
    assert np.sum(born, axis=0).tolist() == [146, 1]
    assert max(b[0] for b in born) == 1


def test_births_enter_the_head_count():
    numbers = {"births.rate": q(40.0), "deaths.births_balance": q(0.0)}
    case = small(history=5, horizon=60, people=(100_000, 10), rules={"rations": "none"}, parameters=numbers)
    ds = corridor.run(
        case, futures=2, seed=1, policies=["closed"], conditions=["calm"],
        record=["people", "births", "deaths", "departures", "turned_back", "came_back"],
    )  # fmt: skip
    one = ds.isel(policy=0, condition=0)
    born = one["births"].sum("place").values
    assert born.sum(axis=-1 if one["births"].dims[-1] == "day" else 0).min() > 0
    people = one["people"].transpose("future", "place", "day").values
    flow = one["births"] + one["turned_back"] + one["came_back"] - one["deaths"] - one["departures"]
    flow = flow.transpose("future", "place", "day").values
    assert people[..., 1:] - people[..., :-1] == pytest.approx(flow[..., 1:])
