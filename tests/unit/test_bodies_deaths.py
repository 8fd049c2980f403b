from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodies import play
from corridor.rules.bodies import survival

BASELINE_ONLY = {"deaths.births_balance": 0.0}


def test_baseline_deaths_are_the_crude_rate():
    record = play(np.ones(10), people=1_000_000)
    assert record["deaths_expected"][1:] == pytest.approx(30.0)
    assert record["deaths_baseline"][1:] == pytest.approx(30.0)
    assert record["deaths_under5"][1:] == pytest.approx(124_000 * 0.20e-4)
    assert record["people_under5"][1:] == pytest.approx(124_000)
    assert (record["people"] == 1_000_000).all(), "births make up the baseline"


def test_without_births_the_baseline_leaves_the_head_count():
    record = play(np.ones(365), BASELINE_ONLY, people=1_000_000)
    adults, old, young = 1 - 0.124 - 0.117 - 0.201, 0.072, 0.124
    hazard = 0.3e-4 - 0.124 * 0.2e-4  # of all people, on adults, seven tenths of it on the old
    left = 1 - adults - young + (adults - old) * (1 - 0.3 * hazard / (adults - old)) ** 365
    left += old * (1 - 0.7 * hazard / old) ** 365 + young * (1 - 0.2e-4) ** 365
    assert record["people"][-1, 0] == pytest.approx(1_000_000 * left, abs=20)


@given(st.lists(st.floats(0.2, 1.0), min_size=1, max_size=40), st.integers(0, 300_000), st.sampled_from([0.0, 1.0]))
def test_people_are_counted_exactly(path, people, balance):
    record = play(np.repeat(path, 5), {"deaths.births_balance": balance}, people=people)
    assert record["deaths"].dtype == np.int64
    assert (record["people"][1:] == record["people"][:-1] - record["deaths"][1:]).all()
    assert (record["people"] >= 0).all() and (record["deaths"] >= 0).all()


def test_whole_deaths_are_the_expected_deaths_rounded():
    record = play(np.full(200, 0.5), people=30_000)
    # Starvation comes first in the day, so the baseline that births make up is that of the living at its start.
    expected = np.cumsum(record["deaths_expected"][1:, 0] - record["deaths_baseline"][1:, 0])
    assert np.cumsum(record["deaths"][1:, 0]) == pytest.approx(expected, abs=1.0)


def test_dying_stops_when_weight_recovers():
    record = play(np.repeat([0.4, 1.0, 0.4], [150, 200, 30]))
    starved = record["deaths_starvation"][1:, 0]
    assert starved[140:150].min() > 1
    # The well-placed may still fall while ranks mix; within a month nobody does.
    assert starved[180:350].max() == 0.0
    assert starved[350:353].max() == 0.0, "the lowest weight so far is what kills"


def test_survival_falls_with_the_index_and_is_half_at_the_lethal_one():
    start = np.log(24.0)
    grid = np.log(np.linspace(24.0, 7.0, 200))
    law = survival.Law(np.log(13), 0.1, 0.114, 1.0, 0.5)
    share = survival.surviving(grid, start, law)
    assert (np.diff(share) <= 0).all()
    assert survival.surviving(np.log(13.0), start, law) == pytest.approx(0.5)
    assert share[0] > 0.9999 and share[-1] < 0.01
    apart = survival.surviving(grid, start, law._replace(follows=0.0))
    thin = (grid > np.log(13.5)) & (grid < np.log(18.0))
    assert (share > apart + 1e-6)[thin].all(), "where the lethal index follows the frame, fewer die early"


def test_survival_is_that_of_a_population_of_people_with_frames_of_their_own():
    """People whose logs of index and of lethal index are correlated normals, all losing the same share of weight."""
    rng = np.random.default_rng(1)
    frame, own = rng.standard_normal((2, 400_000))
    index = 0.114 * frame
    lethal = 0.1 * (0.5 * frame + np.sqrt(0.75) * own)
    for bmi in (18.0, 15.0, 13.0, 11.0):
        alive = np.mean(np.log(bmi) + index > np.log(13.0) + lethal)
        law = survival.Law(np.log(13), 0.1, 0.114, 0.0, 0.5)
        assert survival.surviving(np.log(bmi), np.log(24.0), law) == pytest.approx(alive, abs=0.003)


@pytest.mark.parametrize(("bmi", "ratio"), [(24, 1), (21, 1), (19.25, 1.13), (16.75, 1.51), (14, 3), (10, 3)])
def test_hazard_ratios_of_illness(bmi, ratio):
    assert survival.illness_ratio(np.log(bmi), 3.0) == pytest.approx(ratio)


def test_the_table_of_survival_is_close_to_the_law():
    start, law = np.log(24.0), survival.Law(np.log(13.0), 0.1, 0.114, 1.0, 0.5)
    both = survival.Law(*(np.full(2, x) for x in law))
    curve = survival.tabulate(np.full(2, start), both, np.array([3.0, 4.0]), np.full(2, 5e-5))
    left = np.linspace(1.0, 0.45, 1234)
    exact = survival.surviving(start + np.log(left), start, law)
    nodes = 1.0 - np.arange(survival.NODES) / survival.PER_NODE
    read = np.interp(-left, -nodes, curve[:, survival.SURVIVED, 0])
    assert 1 - read == pytest.approx(1 - exact / exact[0], rel=0.01, abs=1e-6)
    assert (np.diff(curve[:, survival.ILLNESS], axis=0) >= 0).all()
    assert curve[-1, survival.ILLNESS] == pytest.approx([5e-5 * 2.0, 5e-5 * 3.0])


@given(st.integers(0, 1000))
def test_the_discrepancy_multiplies_what_is_above_the_usual_and_nothing_else(seed):
    rng = np.random.default_rng(seed)
    path = np.repeat(rng.uniform(0.3, 1.0, 8), 15)
    ill = {"care.exposed": rng.uniform(0.0, 1.0), "care.infection": 4.0, "deaths.births_balance": 1.0}
    factors = [0.5, 1.0, 2.0, 20.0]
    record = play(np.tile(path, (4, 1)), ill | {"deaths.discrepancy": factors}, people=3_000_000)
    excess = np.cumsum(record["deaths_expected"] - record["deaths_baseline"], axis=0)[1:]
    assert (np.diff(excess, axis=1) >= -1e-6).all(), "more never means fewer"
    assert (excess[:, 0] >= 0.0).all() and (record["people"] >= 0).all()
    assert excess[0] / excess[0, 1] == pytest.approx(factors, rel=0.02), "on the first day nobody has died of it yet"
    assert excess[-1, 0] == pytest.approx(0.5 * excess[-1, 1], rel=0.1), "few die, so that half is half"
    fed = play(np.ones((2, 50)), {"deaths.discrepancy": [0.3, 3.3]})
    assert np.array_equal(fed["deaths_expected"], fed["deaths_baseline"]), "where all eat the usual stands"


def test_all_ages_carry_the_discrepancy():
    record = play(np.full((2, 100), 0.6), {"deaths.discrepancy": [1.0, 2.0]}, people=3_000_000)
    for name in ("deaths_under5", "deaths_school", "deaths_men", "deaths_women", "deaths_old"):
        above = record[name][100] - record[name][1]
        assert above[1] == pytest.approx(2.0 * above[0], rel=0.1), name


def test_a_camp_has_usual_deaths_of_its_own():
    told = {"deaths.camp_usual": 0.5, "care.infection": 1.0, "care.illness": 0.0}
    town, half, camp, garrison = (
        play(np.ones(5), told | where, people=1_000_000)["deaths_baseline"][1, 0]
        for where in (
            {"care.exposed": 0.8},
            {"care.exposed": 0.9},
            {"care.exposed": 1.0},
            {"care.exposed": 0.0, "bodies.share_men": 0.95},
        )
    )
    assert town == pytest.approx(30.0)
    assert half == pytest.approx(30.0 * 0.5**0.5)
    assert (camp, garrison) == pytest.approx((15.0, 15.0))
