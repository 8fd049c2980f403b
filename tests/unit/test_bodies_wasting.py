from __future__ import annotations

from math import erfc, sqrt
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodies import play
from corridor.rules.bodies import children_relaxation, normal, rates, wasting


def relax(share, sensitivity, relaxation, start, diarrhoea, respiratory, whz):
    children_relaxation.move_whz(
        np.array([[share]]), *one(diarrhoea, respiratory, sensitivity, relaxation, start), whz, np.empty((1, 1, 1))
    )


def one(*values):
    return [np.array([v]) for v in values]


def test_constant_deficit_relaxes_to_its_asymptote():
    whz = np.array([[-0.1]])
    for _ in range(60):
        relax(0.9, 25.0, 72.0, -0.1, 0.0, 0.0, whz)
    assert whz[0, 0] == pytest.approx(-0.1 - 2.5 * (1 - (1 - 1 / 72) ** 60), rel=1e-12)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=200), st.floats(12, 30), st.floats(50, 90), st.floats(-0.4, 0.2))
def test_z_scores_stay_between_the_floor_and_the_start(eaten, sensitivity, relaxation, start):
    whz = np.full((1, 1), start)
    for share in eaten:
        relax(share, sensitivity, relaxation, start, 0.0, 0.0, whz)
        assert children_relaxation.LOWEST <= whz[0, 0] <= start + 1e-12


def test_illness_takes_from_what_is_eaten():
    ill, short = np.zeros((1, 1)), np.zeros((1, 1))
    relax(1.0, 25.0, 72.0, 0.0, 0.3, 0.1, ill)
    relax(1 - 0.33 * 0.3 - 0.07 * 0.1, 25.0, 72.0, 0.0, 0.0, 0.0, short)
    assert ill == pytest.approx(short)
    assert ill[0, 0] < 0


@given(st.floats(-9, 9))
def test_fast_normal_law(z):
    assert normal.below(z) == pytest.approx(0.5 * erfc(-z / sqrt(2)), abs=1.5e-7)


def test_shares_of_thin_adults_are_those_of_the_mixture_of_cells():
    """A population in balance, one already thin, and one of every kind: three futures of one place."""
    bmi = np.array([[24.0] * 10, [17.0] * 10, [17, 18, 19, 20, 21, 18, 19, 20, 21, 22]]).T.reshape(1, 2, 5, 3)
    thin = np.empty((1, 3))
    wasting.count_thin_adults(bmi, np.full(3, 0.114), np.ones(bmi.shape), np.full(3, 0.5), thin)
    width = np.sqrt(np.log(1 + 0.114**2))
    each = np.array(
        [[NormalDist(np.log(b), width).cdf(np.log(wasting.THIN)) for b in row] for row in bmi.reshape(10, 3)]
    )
    assert thin[0] == pytest.approx(each.mean(axis=0), abs=0.01)


def test_shares_of_children_are_the_mixture_of_cells():
    z = np.array([[[-0.1, -1.0], [-2.0, 0.2], [-4.0, -0.3]]])
    shares = np.empty((1, wasting.BANDS, 2))
    wasting.count_wasted_children(z, np.array([1.1, 1.0]), shares)
    for k, limit in enumerate(wasting.LIMITS):
        for f in range(2):
            exact = np.mean([NormalDist(cell, (1.1, 1.0)[f]).cdf(limit) for cell in z[0, :, f]])
            assert shares[0, k, f] == pytest.approx(exact, abs=2e-7)


def test_rates_by_hand():
    """Ten deaths a day among 100,000 people are one per 10,000 per day."""
    deaths, people = np.array([10.0, 10.0, 40.0]), np.full(3, 100_000.0)
    assert rates.death_rate(deaths, people) == pytest.approx([1, 1, 4])
    assert rates.death_rate(deaths, people, days=2) == pytest.approx([1, 1, 2.5])
    assert rates.death_rate(np.zeros(2), np.zeros(2)) == pytest.approx([0, 0])
    assert rates.excess(deaths, np.full(3, 4.0)) == pytest.approx([6, 12, 48])
    assert rates.survey_rate(np.array(90.0), np.array(30.0), np.array(9_970.0), 90.0) == pytest.approx(1.0)


def test_a_discrepancy_shifts_the_children_from_the_start_on():
    """It adds to what the case states, and where all eat deaths stay the usual ones."""
    path = np.repeat([1.0, 0.7], [20, 80])
    stated = {"children.discrepancy": [0.0, 0.4, -0.4], "children.whz_start": [-0.3, -0.7, -0.3]}
    record = play(np.tile(path, (3, 1)), stated)
    for name in ("gam", "whz", "deaths_under5"):
        assert record[name][:, 0] == pytest.approx(record[name][:, 1], rel=1e-9), name
    assert record["gam"][0, 2] > 1.5 * record["gam"][0, 0]
    assert record["deaths_expected"][15] == pytest.approx(record["deaths_baseline"][15], rel=1e-9)
    start = children_relaxation.start_z(
        {"children.whz_start": np.array([-0.7]), "children.discrepancy": np.array([0.4])}
    )
    assert start == pytest.approx([-0.3])
