"""Deaths, bodies and ration steps against rows that are worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from analysis_case import blank
from corridor.analysis.backtest import hunger


def one(rows, forecast):
    return [row for row in rows if row["forecast"] == forecast]


def test_deaths_are_summed_over_days_and_places_and_scored_in_logs():
    ds = blank(futures=3, days=4)
    ds["deaths_expected"][:] = 1.0
    ds["deaths_expected"][:, :, 2] = 4.0
    ds["deaths_baseline"][:] = 0.5
    row = {"from": "2030-01-02", "to": "2030-01-03", "persons": "8"}
    # with one span its own number would be the forecast
    assert {r["forecast"] for r in hunger.deaths(ds, [row, row | {"persons": "32"}])} == {"the run", "as before"}
    found = hunger.deaths(ds, [row, row | {"persons": "32"}, row | {"persons": "16"}])
    (run, second, _), (constant, *_), (usual, *_) = (
        one(found, name) for name in ("the run", "the middle of the record", "as before")
    )
    # two days, two places: 4, 4 and 16 people
    assert run["median"] == pytest.approx(4) and run["mae"] == pytest.approx(np.log(2))
    assert second["mae"] == pytest.approx(np.log(8))
    assert constant["median"] == pytest.approx(16) and constant["crps"] == pytest.approx(np.log(2))
    assert usual["median"] == pytest.approx(2)


def test_a_span_that_is_not_wholly_ahead_is_left_out():
    ds = blank(days=4, past=3)
    inside, before, beyond = (
        {"from": a, "to": b, "persons": "5"}
        for a, b in (("2030-01-02", "2030-01-05"), ("2030-01-01", "2030-01-03"), ("2030-01-04", "2030-01-06"))
    )
    assert len(hunger.deaths(ds, [inside, before, beyond])) == 2
    assert hunger.deaths(ds, [before]) == []


def test_a_survey_is_the_mean_of_its_days_at_its_place_under_its_policy():
    ds = blank(policies=("held", "replay"), days=4, past=2)
    ds["thin_adults"][:] = 0.02
    ds["thin_adults"].loc[{"policy": "replay", "place": "far"}][:, :, 2:] = [0.1, 0.1, 0.3, 0.5]
    row = {"from": "2030-01-02", "to": "2030-01-04", "place": "far", "measure": "thin_adults", "value": "0.05"}
    held, none = hunger.bodies(ds, [row])
    assert held["median"] == pytest.approx(0.02) and none["forecast"] == "no change"
    replay, none = hunger.bodies(ds, [row | {"policy": "replay"}])
    assert none["median"] == pytest.approx(0.02)
    assert replay["median"] == pytest.approx(0.5 / 3)
    assert hunger.bodies(ds, [row | {"measure": "height"}]) == []


def test_steps_come_in_their_order_on_the_first_day_beyond_the_middle():
    ds = blank(futures=2, days=10)
    path = [0.8, 0.8, 0.66, 0.4, 0.4, 0.4, 0.4, 0.7, 0.7, 0.7]
    ds["ration"].loc[{"place": "near", "commodity": "flour"}] = np.array(path)
    row = {"place": "near", "commodity": "flour", "date": "2030-01-05"}
    steps = [
        row | {"share": "0.75", "direction": "down"},
        row | {"share": "0.5", "direction": "down"},
        row | {"share": "0.9", "direction": "up"},
        row | {"share": "0.1", "direction": "down"},
    ]
    found = one(hunger.ration_steps(ds, steps), "the run")
    # levels over the first: 1, 1, 0.825, 0.5 ..., 0.875; middles 0.875, 0.625, 0.7, 0.5
    assert [step["median"] for step in found] == [3, 4, 8, 11]
    assert found[0]["days"] == 4 and found[0]["mae"] == pytest.approx(1)
    spaced = one(hunger.ration_steps(ds, steps), "evenly spaced")
    assert [step["median"] for step in spaced] == [2, 4, 6, 8]
    assert hunger.ration_steps(ds, []) == []
