"""What the chain from intake to deaths promises, whatever the parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodies import CHAIN, GIVEN, NO_GIVING, SIMPLE, play
from corridor.rules.bodies import deaths, sharing

FUTURES = 12


def spread(seed, rules=CHAIN):
    """Return every parameter with a range, drawn over it, one value a future."""
    rng = np.random.default_rng(seed)
    drawn = {"sharing.access_cv": rng.uniform(0.01, 0.35, FUTURES)}
    for rule in rules:
        for q in rule.PARAMETERS:
            if q.low < q.high:
                drawn[q.name] = rng.uniform(q.low, q.high, FUTURES)
    return drawn


def path(rng, days):
    """Return (future, day) shares of need: steps of a fortnight, each future with its own level."""
    steps = rng.uniform(0.2, 1.1, (FUTURES, -(-days // 14)))
    return np.repeat(steps, 14, axis=1)[:, :days]


@pytest.mark.parametrize("rules", [CHAIN, SIMPLE], ids=["hall", "reduced"])
def test_full_supply_for_a_year_changes_nothing(rules):
    record = play(np.ones((FUTURES, 365)), spread(1, rules), people=120_000, rules=rules)
    assert (record["deaths_starvation"] == 0.0).all()
    assert (record["deaths"] == 0).all()
    assert 60 * abs(record["weight_change"]).max() < 0.1, "kg"
    for name in ("mild", "gam", "sam"):
        assert abs(record[name] - record[name][0]).max() < 1e-12
    assert np.allclose(record["thin_adults"], record["thin_adults"][0])


@pytest.mark.parametrize("rules", [CHAIN, SIMPLE], ids=["hall", "reduced"])
@given(seed=st.integers(0, 10_000), balance=st.sampled_from([0.0, 1.0]))
def test_more_food_never_means_more_deaths(rules, seed, balance):
    """Future by future, at the end of every day, for any path with more food on any days."""
    rng = np.random.default_rng(seed)
    less = path(rng, 150)
    more = less + rng.uniform(0, 0.3, less.shape) * (rng.random(less.shape) < 0.5)
    numbers = spread(seed, rules) | {"deaths.births_balance": balance}
    hungry, fed = (play(x, numbers, people=120_000, rules=rules) for x in (less, more))
    assert (np.cumsum(fed["deaths"], axis=0) <= np.cumsum(hungry["deaths"], axis=0)).all()
    for name in ("mild", "gam", "sam"):
        assert (fed[name] <= hungry[name] + 1e-12).all()
    # household by household where access is given: a shortage that makes people more alike takes from the best placed
    hungry, fed = (play(x, numbers | GIVEN, people=120_000, rules=rules) for x in (less, more))
    assert (fed["bmi"] >= hungry["bmi"] - 1e-9).all()
    assert (fed["survived"] >= hungry["survived"] - 1e-12).all()


@given(st.integers(0, 10_000))
def test_deaths_are_never_fewer_than_the_baseline(seed):
    record = play(path(np.random.default_rng(seed), 100), spread(seed))
    died = record["deaths_expected"][1:]
    assert (died >= record["deaths_baseline"][1:] - 1e-9).all()
    assert (record["deaths_under5"][1:] <= died + 1e-9).all()
    assert all(np.isfinite(record[name]).all() for name in deaths.Expected._fields)


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9])
def test_adults_who_keep_more_leave_less_to_children(share):
    levels = np.linspace(0.3, 1.0, 8)
    record = play(np.full((8, 90), share), {"sharing.adult_protection": levels})
    assert (np.diff(record["eaten_child_mean"][90]) <= 1e-12).all()
    assert (np.diff(record["eaten_adult"][90].mean(axis=-1)) >= -1e-12).all()
    assert (np.diff(record["gam"][90]) >= -1e-12).all()


def test_unequal_access_kills_sooner_than_equal():
    record = play(np.full((2, 180), 0.7), {"sharing.access_cv": [0.01, 0.3]} | NO_GIVING)
    assert record["deaths"][:, 1].sum() > record["deaths"][:, 0].sum()


def test_a_future_alone_is_the_future_in_a_crowd():
    numbers, shares = spread(3), path(np.random.default_rng(3), 60)
    crowd = play(shares, numbers)
    alone = play(shares[4:5], {name: values[4] for name, values in numbers.items()})
    for name, values in crowd.items():
        assert np.array_equal(values[:, 4], alone[name][:, 0]), name


def test_every_number_with_a_range_can_be_drawn_and_has_a_source():
    for rule in (*CHAIN, *SIMPLE):
        for q in rule.PARAMETERS:
            assert q.source and q.meaning, q.name
            assert (q.low == q.high) == (q.dist == "fixed"), q.name
    assert {q.name.split(".")[0] for q in sharing.PARAMETERS} == {"sharing"}
