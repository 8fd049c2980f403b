"""People and food by place and month, worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis_case import blank
from corridor.analysis.outcomes.months import ALL, by_month
from corridor.results import read


def rows(ds: Any, measure: str) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Return (place, month) -> low, middle, high."""
    frame = by_month(ds)
    chosen = frame[frame["measure"] == measure]
    return {(one.place, one.month): (one.low, one.middle, one.high) for one in chosen.itertuples()}


def test_each_measure_is_made_of_the_days_of_its_month() -> None:
    ds = blank(policies=("held",), futures=1, days=40)  # 2 January to 10 February
    first, second = read.ids(ds, "place")
    january = 30
    ds["people"][0, 0, 0, :, 0] = 600.0 - np.arange(40)
    ds["below_requirement"][0, 0, 0, 3, 1] = 40.0
    ds["departures"][0, 0, 0, :, 0] = 1.0
    ds["intake"][..., 0], ds["intake"][..., 1] = 1200.0, 2000.0
    spans = {tuple(one) for one in by_month(ds)[["month", "from", "to"]].to_numpy()}
    assert spans == {("2030-01", "2030-01-02", "2030-01-31"), ("2030-02", "2030-02-01", "2030-02-10")}
    people = rows(ds, "people")
    assert people[first, "2030-01"] == (571.0,) * 3  # on the last of its days
    assert people[ALL, "2030-02"] == (561.0 + 400.0,) * 3
    assert rows(ds, "below_requirement")[second, "2030-01"] == (40.0,) * 3
    assert rows(ds, "below_requirement")[second, "2030-02"] == (0.0,) * 3
    leave = rows(ds, "departures")
    assert (leave[first, "2030-01"][1], leave[ALL, "2030-02"][1]) == (january, 10.0)
    assert rows(ds, "intake")[second, "2030-01"] == (2000.0,) * 3


def test_the_intake_of_all_places_counts_people_and_the_last_one_too() -> None:
    ds = blank(policies=("held",), futures=2, days=5)
    first, second = read.ids(ds, "place")
    ds["intake"][..., 0], ds["intake"][..., 1] = 1200.0, 2000.0
    ds["people"][..., 0], ds["people"][..., 1] = 3.0, 1.0
    assert rows(ds, "intake")[ALL, "2030-01"] == pytest.approx((1400.0,) * 3)
    ds["people"][..., 0], ds["people"][..., 1] = 0.0, 1.0
    alone = rows(ds, "intake")
    assert alone[ALL, "2030-01"] == alone[second, "2030-01"] == (2000.0,) * 3
    assert np.isnan(alone[first, "2030-01"]).all()
    ds["people"][..., 1] = 0.0
    assert np.isnan(rows(ds, "intake")[ALL, "2030-01"]).all()


def test_low_and_high_hold_eight_of_ten_futures() -> None:
    ds = blank(policies=("held",), futures=11, days=2)
    ds["departures"][0, 0, :, 0, 0] = np.arange(11) * 10.0
    assert rows(ds, "departures")[ALL, "2030-01"] == pytest.approx((10.0, 50.0, 90.0))
