"""Aid beside the market: its part of the store, who it leaves out, what goes astray, what forces take."""

from __future__ import annotations

import numpy as np
import pytest

import corridor
from corridor.results.dataset import history
from corridor.rules.supply.aid import PARAMETERS, count_on_aid, follow_aid
from corridor.rules.supply.handing import Goods
from corridor.scenario.model import Ration
from small import START, q, small

SURE = {"delivery.loss": q(0.0), "rations.aid_spread": q(0.5), "rations.aid_astray": q(0.25)}
RECORD = ("captured", "ration_cv", "aid_part", "delivered", "intake")


class World:
    """Two pipelines into one home, aid first; one good of 2 kcal a tonne."""

    energy = np.array([2.0])
    pipeline_class = np.array([2, 1], np.uint8)
    pipeline_to = np.ones((2, 1), np.uint8)
    pipeline_home = np.array([-1, -1])


def test_aid_of_the_store_by_hand() -> None:
    shipped, loss = np.array([30.0, 10.0]).reshape(2, 1, 1, 1), np.array([[0.1], [0.0]])
    part = np.array([[0.2]])
    one = np.ones((1, 1, 1))
    follow_aid.py_func(World, shipped, loss, 100.0 * one, 37.0 * one, 3.0 * one, part)
    assert part[0, 0] == pytest.approx((0.2 * 100.0 + 27.0) / 140.0)
    follow_aid.py_func(World, 0.0 * shipped, loss, 0.0 * one, 0.0 * one, 0.0 * one, part)
    assert part[0, 0] == 0.0


def open_to_relief(**more):
    case = small(uncertain=False, commercial=0.0, outputs=0.0, relief=12.0, regime=31, parameters=SURE, **more)
    case = case.model_copy(update={"rations": (), "conditions": case.conditions[:1], "policies": case.policies[1:2]})
    return case.model_copy(update={"reference_policy": "open"})


def test_aid_leaves_some_out_and_part_of_it_goes_astray_where_nobody_wrote_who_gets_it() -> None:
    case = open_to_relief(history=40)
    alone = history(corridor.run(case, futures=2, seed=1, record=RECORD)).isel(future=0, day=-1)
    part = alone["aid_part"].values
    assert (part > 0.1).all() and (part <= 1.0).all()
    assert (alone["captured"].values <= 0.25 * part * (1.0 + 1e-6)).all()
    assert (alone["captured"].values > 0.0).any()
    assert (alone["ration_cv"].values > 0.0).any()
    assert (alone["ration_cv"].values <= 0.5 * part + 1e-9).all()
    row = Ration(place="*", group="all", commodity="kcal", amount=q(2000.0), honoured=q(0.9), starts=START, known=START)
    told = corridor.run(case.model_copy(update={"rations": (row,)}), futures=2, seed=1, record=RECORD)
    told = history(told).isel(future=0, day=-1)
    np.testing.assert_array_equal(told["captured"], 0.0)
    np.testing.assert_array_equal(told["ration_cv"], 0.0)


def test_what_forces_take_does_not_arrive() -> None:
    case = open_to_relief(history=5)
    whole = history(corridor.run(case, futures=2, seed=1, record=RECORD))["delivered"].sum(("place", "commodity"))
    taken = corridor.override(case, ["pipelines.aid.forces_share=0.25"])
    left = history(corridor.run(taken, futures=2, seed=1, record=RECORD))["delivered"].sum(("place", "commodity"))
    np.testing.assert_allclose(left.isel(day=0), 0.75 * whole.isel(day=0), rtol=1e-6)


def test_more_aid_never_leaves_the_worst_placed_with_less() -> None:
    """The lowest of five quantiles, at the most unequal aid that may be drawn, shares of need without and with aid."""
    spread = next(one.maximum for one in PARAMETERS if one.name == "rations.aid_spread")
    others, aid = np.meshgrid(np.linspace(0.05, 1.0, 40), np.linspace(0.0, 1.0, 81), indexing="ij")
    of_all = aid / (others + aid)
    scores = np.array([-1.2816, -0.5244, 0.0, 0.5244, 1.2816])
    widened = np.exp(spread * of_all[..., None] * scores)
    lowest = (others + aid) * widened[..., 0] / widened.mean(axis=-1)
    assert (lowest >= others - 2e-3 * others).all()


def test_nobody_hangs_on_aid_where_the_rest_of_the_store_would_do() -> None:
    one, share = np.ones((1, 1, 1)), np.empty((1, 1))
    none = Goods(100.0 * one, 0.0 * one, 0.0 * one, 0.0 * one, 0.0 * one)
    people, need, found = np.array([[10]]), np.array([5.0]), np.array([[0.2]])
    for part, expected in (
        (0.5, 0.0),
        (0.9, 20.0 / 40.0),
        (1.0, 1.0),
    ):  # 40 kcal are missing, 20 of them not aid at 0.9
        count_on_aid.py_func(none, 20.0 * one, np.array([2.0]), people, need, found, np.array([[part]]), share)
        assert share[0, 0] == pytest.approx(expected)
