"""The score by hand, and the naive forecasts beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corridor.analysis.displacement.knowledge import without_calendar, without_closures, without_day0, without_openings
from corridor.analysis.displacement.scores import (
    baseline,
    baseline_scores,
    bootstrap_mean,
    on_dates,
    relative_difference,
)
from corridor.rules.displacement.case import Closure, DisplacementCase
from displacement_cases import country


def two_camps(days: int = 40) -> DisplacementCase:
    return country({"war": "war", "a": "camp", "b": "camp"}, [("war", "a", 10), ("war", "b", 10)], days=days)


def test_score_of_two_days_by_hand() -> None:
    counted = [[60, 40], [0, 0], [100, 100]]
    simulated = [[30, 70], [5, 5], [10, 30]]
    # day 0: |30 - 60| + |70 - 40| = 60 of 100; day 1 has no counts; day 2, times 5: |50 - 100| + |150 - 100| of 200
    assert relative_difference(simulated, counted) == pytest.approx((0.6 + 0.0 + 0.5) / 3)


def test_score_is_0_for_the_truth_and_2_for_the_wrong_camp() -> None:
    counted = np.array([[10, 0], [30, 0]])
    assert relative_difference(counted * 7, counted) == 0.0
    assert relative_difference(counted[:, ::-1], counted) == 2.0
    assert relative_difference(np.zeros((2, 2)), counted) == 1.0


def test_score_keeps_the_futures_apart() -> None:
    counted = np.array([[10, 10]])
    np.testing.assert_allclose(relative_difference([[[1, 1]], [[1, 0]]], counted), [0.0, 1.0])


def test_persistence_knows_the_counts_of_thirty_days_ago() -> None:
    case = two_camps()
    counted = np.zeros((40, 2), dtype=np.int64)
    counted[:] = (30, 10)
    counted[5:] = (10, 10)
    shares = baseline(replace(case, counted=counted), "persistence")
    assert shares[29].tolist() == [0.5, 0.5]
    assert shares[34].tolist() == [0.75, 0.25]
    assert shares[35].tolist() == [0.5, 0.5]


def test_a_forecast_that_is_not_defined_is_not_a_number() -> None:
    case = two_camps()  # no capacities, nobody counted on day 30
    scores = baseline_scores(case)
    assert np.isnan(scores["capacity"])
    assert scores["equal shares"] == 0.0
    assert np.isnan(baseline(case, "share at day 30")).all()
    with pytest.raises(ValueError, match="equal shares"):
        baseline(case, "crystal ball")


def test_bootstrap_of_equal_values_is_a_point_and_of_others_an_interval() -> None:
    same = bootstrap_mean([0.4, 0.4, 0.4])
    assert (same.mean, same.low, same.high) == pytest.approx((0.4, 0.4, 0.4))
    other = bootstrap_mean([0.0, 1.0] * 50)
    # the mean of 100 coins: 0.5 +- 1.645 * 0.05
    assert (other.low, other.high) == pytest.approx((0.418, 0.582), abs=0.011)


def test_knowledge_is_taken_away_one_kind_at_a_time() -> None:
    closures = (Closure("camp", 1, -1, 0, 5), Closure("link", 0, 2, 0, 5))
    case = country(
        {"war": "war", "a": "camp", "b": "camp"}, [("war", "a", 10), ("war", "b", 10)], day0={"a": 7}, closures=closures
    )
    case = replace(case, open_from=np.array([0, 3]), conflict=np.zeros_like(case.conflict))
    assert without_openings(case).closures == closures[1:]
    assert without_openings(case).open_from.tolist() == [0, 0]
    assert without_closures(case).closures == closures[:1]
    assert without_day0(case).counted[0].tolist() == [7, 0]
    assert without_day0(replace(case, open_from=np.array([0, 0]))).counted[0].tolist() == [4, 3]
    assert without_calendar(case).conflict[:, 0].tolist() == [1.0] * case.days


def test_only_counts_that_bear_a_date_are_truth() -> None:
    case = replace(two_camps(3), counted=np.array([[10, 0], [10, 10], [10, 30]]), open_from=np.array([0, 1]))
    dated = np.array([[True, True], [False, False], [True, False]])
    equal = baseline(case, "equal shares")
    assert np.isnan(on_dates(case, equal))
    # day 2, the first camp alone: 20 said, 10 counted
    assert on_dates(replace(case, dated=dated), equal) == 1.0
    stay = baseline(case, "day 0 and newcomers equally")
    np.testing.assert_allclose(stay, [[1, 0], [15 / 20, 5 / 20], [25 / 40, 15 / 40]])
    assert np.isnan(baseline(case, "last dated count")).all()
