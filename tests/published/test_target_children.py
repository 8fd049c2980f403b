"""Published numbers for children: the open LSHTM child model, a survey, and the bands that analysts pair."""

from __future__ import annotations

import numpy as np
import pytest

from bodies import ALIKE, LSHTM, play
from corridor.rules.bodies import wasting

FITTED = {"children.sensitivity": 25.0, "children.relaxation": 72.0, "bodies.need_ratio": 0.355, **ALIKE}
"""The fit to the LSHTM model; it has no inequality between households."""
NEED = 2028.0


def run(kcal, protection):
    shares = np.minimum(1.0, np.asarray(kcal) / NEED)
    record = play(shares, FITTED | {"sharing.adult_protection": protection, "sharing.hungry_keep": 1.0}, rules=LSHTM)
    return record["whz"][:, 0], 100 * record["gam"][:, 0]


def test_1700_kcal_and_adults_give_nothing():
    whz, gam = run(np.full(90, 1700), 1.0)
    assert whz[30] == pytest.approx(-1.6, abs=0.3)
    assert whz[60] == pytest.approx(-2.5, abs=0.4)
    assert gam[60] == pytest.approx(66, abs=12)


def test_1700_kcal_and_adults_give_a_fifth():
    whz, _ = run(np.full(60, 1700), 0.8)
    assert whz[60] == pytest.approx(-1.0, abs=0.3)


@pytest.mark.xfail(
    strict=True,
    reason="25 % against 11-23 %: the relaxation fits the mean to 0.2 z, and a mean 0.25 z low is 8 points of it",
)
def test_1700_kcal_and_adults_give_a_fifth_prevalence():
    _, gam = run(np.full(60, 1700), 0.8)
    assert gam[60] == pytest.approx(17, abs=6)


def test_1700_kcal_and_adults_give_three_tenths():
    whz, gam = run(np.full(60, 1700), 0.7)
    assert whz[60] == pytest.approx(-0.28, abs=0.2)
    assert gam[60] == pytest.approx(5, abs=3)


def test_north_gaza_retrospective():
    """Day 0 is 7 October 2023; kcal/person/day on the dates given, straight lines between them."""
    days = [0, 39, 63, 84, 91, 98, 147, 154, 160, 212]
    kcal = [2750, 2750, 2477, 2058, 1539, 1050, 1050, 1877, 2696, 2696]
    whz, gam = run(np.interp(np.arange(213), days, kcal), 0.3)
    assert whz.min() == pytest.approx(-1.9, abs=0.35)
    assert abs(int(whz.argmin()) - 146) <= 10, "about 1 March"
    assert whz[212] >= -1.0, "by 6 May"
    assert gam.max() == pytest.approx(41, abs=10)


def below(whz, spread):
    """Return the shares of children under -1, -2 and -3, %."""
    shares = np.empty((1, wasting.BANDS, 1))
    wasting.count_wasted_children(np.array([[[whz]]]), np.array([spread]), shares)
    return list(100 * shares[0, :3, 0])


def test_probit_gives_the_survey():
    """Gaza survey: 3.5 % below -2, 0.8 % below -3; the normal law gives 3.6 and 0.4."""
    _, gam, sam = below(0.01, 1.12)
    assert gam == pytest.approx(3.6, abs=0.1)
    assert sam == pytest.approx(0.4, abs=0.05)


@pytest.mark.parametrize(("whz", "gam"), [(-0.40, 5.5), (-0.70, 9.7), (-1.00, 15.9)])
def test_bands_of_mean_and_prevalence_agree(whz, gam):
    assert below(whz, 1.0)[1] == pytest.approx(gam, abs=0.05)
