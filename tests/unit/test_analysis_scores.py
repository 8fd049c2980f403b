"""Scores against hand-computed values, a literal double sum and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from corridor.analysis.scores import measures as scores

numbers = st.floats(-1e6, 1e6)
ensembles = st.lists(numbers, min_size=2, max_size=12)


def literal_crps(x: list[float], y: float, w: list[float] | None = None, fair: bool = False) -> float:
    share = [1.0 / len(x)] * len(x) if w is None else [v / sum(w) for v in w]
    error = sum(a * abs(v - y) for a, v in zip(share, x, strict=True))
    spread = sum(a * b * abs(u - v) for a, u in zip(share, x, strict=True) for b, v in zip(share, x, strict=True))
    if fair:
        spread /= 1.0 - sum(a * a for a in share)
    return error - spread / 2


def test_crps_by_hand() -> None:
    # members 1, 2, 4 against 3: E|X-y| = (2+1+1)/3 = 4/3; all pairs |.| sum to 2(1+3+2) = 12, halved over 9 = 2/3
    assert scores.crps([1.0, 2.0, 4.0], 3.0) == pytest.approx(4 / 3 - 2 / 3)
    # fair: 12 / (3 x 2) / 2 = 1
    assert scores.crps([1.0, 2.0, 4.0], 3.0, fair=True) == pytest.approx(4 / 3 - 1)
    assert scores.crps([5.0], 3.0) == pytest.approx(2.0)


@given(ensembles, numbers, st.booleans(), st.data())
def test_crps_equals_the_double_sum(x: list[float], y: float, fair: bool, data: st.DataObject) -> None:
    w = data.draw(st.lists(st.floats(0.01, 10), min_size=len(x), max_size=len(x)))
    tolerance = 1e-9 * (1 + max(map(abs, [*x, y])))
    assert scores.crps(x, y, fair=fair) == pytest.approx(literal_crps(x, y, fair=fair), abs=tolerance)
    assert scores.crps(x, y, w, fair=fair) == pytest.approx(literal_crps(x, y, w, fair), abs=tolerance)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=6).filter(lambda w: sum(w) > 0), numbers)
def test_whole_weights_are_copies(w: list[int], y: float) -> None:
    x = np.linspace(-3.0, 7.0, len(w)) ** 3
    copies = np.repeat(x, w)
    assert scores.crps(x, y, w) == pytest.approx(scores.crps(copies, y), abs=1e-6)
    assert scores.pit(x, y, w) == pytest.approx(scores.pit(copies, y))


@pytest.mark.parametrize("y", [-1.0, 2.0, 5.5])
def test_crps_of_a_large_normal_ensemble_is_the_closed_form(y: float) -> None:
    x = stats.norm(2.0, 1.5).ppf((np.arange(20_000) + 0.5) / 20_000)
    closed = scores.crps_gaussian(2.0, 1.5, y)
    assert scores.crps(x, y) == pytest.approx(float(closed), rel=2e-4)
    # Gneiting and Raftery: sigma (2 phi(0) - 1/sqrt(pi)) at the mean
    assert scores.crps_gaussian(0.0, 1.0, 0.0) == pytest.approx(2 / np.sqrt(2 * np.pi) - 1 / np.sqrt(np.pi))


def test_fair_crps_does_not_depend_on_the_number_of_members_in_the_mean() -> None:
    rng = np.random.default_rng(3)
    y = rng.normal(size=20_000)
    few, many = rng.normal(size=(3, y.size)), rng.normal(size=(60, y.size))
    assert scores.crps(few, y, fair=True).mean() == pytest.approx(scores.crps(many, y, fair=True).mean(), abs=0.02)
    assert scores.crps(few, y).mean() - scores.crps(many, y).mean() > 0.1


def test_quantiles_are_hazen_with_and_without_weights() -> None:
    x = np.array([[3.0, 30.0], [1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
    plain = scores.quantile(x, [0.25, 0.5, 0.9])
    assert plain == pytest.approx(np.quantile(x, [0.25, 0.5, 0.9], axis=0, method="hazen"))
    assert scores.quantile(x, [0.25, 0.5, 0.9], np.full(4, 7.0)) == pytest.approx(plain)
    # weights 1, 3: positions 1/8 and 5/8; the median lies 3/4 of the way
    assert scores.quantile([0.0, 1.0], 0.5, [1.0, 3.0])[0] == pytest.approx(0.75)
    assert scores.quantile([0.0, 1.0, 99.0], 0.5, [1.0, 3.0, 0.0])[0] == pytest.approx(0.75)


def test_coverage_pit_and_median_by_hand() -> None:
    x = np.tile(np.arange(1.0, 11.0)[:, None], (1, 3))
    y = np.array([5.5, 3.0, 10.5])
    # Hazen: the 50 % interval is [3, 8], the 80 % one [1.5, 9.5], both ends included
    assert scores.covered(x, y, 50).tolist() == [True, True, False]
    assert scores.interval(x, 80)[1].tolist() == [9.5, 9.5, 9.5]
    assert scores.pit(x, y) == pytest.approx([0.5, 0.25, 1.0])
    assert scores.absolute_error(x, y) == pytest.approx([0.0, 2.5, 5.0])
    found = scores.summary(x, y)
    assert found["mae"] == pytest.approx(2.5) and found["bias"] == pytest.approx((0.0 + 2.5 - 5.0) / 3)
    assert found["coverage_50"] == pytest.approx(2 / 3) and found["n"] == 3


def test_pit_of_a_true_forecast_is_uniform() -> None:
    rng = np.random.default_rng(5)
    u = scores.pit(rng.normal(size=(200, 4000)), rng.normal(size=4000))
    assert stats.kstest(u, "uniform").pvalue > 0.01
    assert stats.kstest(scores.pit(0.5 * rng.normal(size=(200, 4000)), rng.normal(size=4000)), "uniform").pvalue < 1e-6


def test_effective_size_and_bad_weights() -> None:
    assert scores.effective_size([1, 1, 0, 0]) == pytest.approx(2.0)
    for bad in ([0.0, 0.0], [-1.0, 2.0], [np.nan, 1.0]):
        with pytest.raises(ValueError, match="weights"):
            scores.normal_weights(bad, 2)
    with pytest.raises(ValueError, match="members"):
        scores.normal_weights([1.0], 2)


def test_a_lone_member_has_no_interval() -> None:
    found = scores.summary(np.array([[3.0, 4.0]]), np.array([1.0, 4.0]))
    assert found["crps"] == found["mae"] == pytest.approx(1.0)
    assert np.isnan(found["coverage_80"])
