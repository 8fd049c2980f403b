"""Scarcity dates, the airlift control, and which tables a scenario gets."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

from analysis_case import blank, toy
from corridor.analysis.backtest import airlift as backtest_airlift
from corridor.analysis.backtest import all as backtest
from corridor.analysis.backtest import scarcity as backtest_scarcity
from corridor.results.dataset import ahead
from small import small


def falling(futures: int = 5, days: int = 40) -> xr.Dataset:
    """Future f holds (f + 1) x 5 days of flour at as_of and nothing comes."""
    ds = blank(futures=futures, days=days, past=3)
    start = 0.5 * 5 * (np.arange(futures) + 1.0)
    ds["stock"][{"commodity": 0, "place": 0}] = start[:, None]
    ahead(ds["stock"])[{"commodity": 0, "place": 0}] = np.maximum(start[:, None] - 0.5 * np.arange(1, days + 1), 0)
    return ds


def test_scarcity_days_by_hand() -> None:
    ds = falling()
    # cover falls below 2 days on the day on which less than 1 t is left: after (5 f - 2) whole days and one more
    assert backtest_scarcity.forecast_days(ds, "flour", 2.0).tolist() == [4.0, 9.0, 14.0, 19.0, 24.0]
    assert backtest_scarcity.forecast_days(ds.isel(day=slice(0, 13)), "flour", 2.0).tolist() == [
        4.0,
        9.0,
        11.0,
        11.0,
        11.0,
    ]
    assert backtest_scarcity.naive_days(ds, "flour", 2.0) == 13.0


def test_scarcity_table_scores_beside_its_baselines_and_leaves_out_what_it_cannot_score() -> None:
    rows = [
        {"date": "2030-01-15", "commodity": "flour", "level": "2", "after": "now"},
        {"date": "2030-01-15", "commodity": "flour", "level": "2", "after": "june"},
        {"date": "2031-01-15", "commodity": "flour", "level": "2", "after": "now"},
    ]
    found = backtest_scarcity.table(falling(), rows)
    assert [r["forecast"] for r in found] == ["the run", "any day of the horizon", "stock over use"]
    # members 4 9 14 19 24 against 14: 30/5 - (sum of all pairs' distances 400)/50/... = 6 - 4
    assert found[0]["days"] == 14 and found[0]["crps"] == pytest.approx(6 - 200 / 50)
    assert found[2]["crps"] == pytest.approx(1.0)
    weighted = backtest_scarcity.table(falling(), rows, weights={"flour": [0, 0, 1, 0, 0]})
    assert [r["forecast"] for r in weighted][:2] == ["the run", "the run, weighted by earlier signs"]
    assert weighted[1]["crps"] == 0.0 and weighted[0]["crps"] == found[0]["crps"]


def airlift() -> xr.Dataset:
    ds = blank(policies=("held", "none"), futures=4, days=60, past=5)
    ds["intake"][{"policy": 0}] = 1600.0
    ds["intake"][{"policy": 1}] = 1600.0
    ds["intake"][{"policy": 1, "future": 0, "day": slice(15, 55)}] = 800.0
    ds["intake"][{"policy": 1, "future": 1, "day": 25}] = 800.0
    ds["carried"][{"link": 0, "day": slice(0, 5)}] = 50.0
    ds["carried"][{"link": 0, "day": slice(5, None)}] = 100.0
    here = small()
    base, near, far = (
        here.places[i].model_copy(update={"id": id_}) for i, id_ in ((0, "base"), (2, "near"), (3, "far"))
    )
    road, way = (
        here.links[0].model_copy(update={"id": id_, "from_place": a, "to_place": b})
        for id_, a, b in (("road", "base", "near"), ("pass", "near", "far"))
    )
    return ds.assign_attrs(scenario=toy(places=(base, near, far), links=(road, way)).model_dump_json())


def test_low_intake_by_hand() -> None:
    held, none = backtest_airlift.low_intake(airlift())
    assert (held["any_day"], held["month"], held["days"]) == (0.0, 0.0, 0.0)
    assert none["any_day"] == 0.5 and none["month"] == 0.25
    assert none["days"] == pytest.approx(41 / 240)
    assert held["lowest_month"] == pytest.approx(1600 / 1750)


def test_cumulative_points_count_what_enters_homes_from_outside() -> None:
    ds = airlift()
    ds["carried"][{"link": 1}] = 77.0
    rows = [
        {"from": "2029-12-31", "to": "2030-01-04", "quantity": "cumulative", "tonnes": "400"},
        {"from": "2030-01-02", "to": "2030-01-11", "quantity": "daily mean", "tonnes": "110"},
        {"from": "2030-01-02", "to": "2031-01-11", "quantity": "cumulative", "tonnes": "110"},
        {"from": "2030-01-02", "to": "2030-01-02", "quantity": "day", "tonnes": "110"},
    ]
    found = backtest_airlift.cumulative_points(ds, rows)
    assert len(found) == 4
    # 31 December and 1 January are history (50 t/day), then 2-4 January (100 t/day)
    assert found[0]["median"] == pytest.approx(400.0) and found[0]["crps"] == pytest.approx(0.0)
    assert found[1]["median"] == 5 * backtest_airlift.NAIVE_TONNES_PER_DAY
    assert found[2]["relative_error"] == pytest.approx(100 / 110 - 1)


def test_each_scenario_gets_the_tables_its_observations_allow() -> None:
    scenario = small(horizon=10)
    asked = []

    def run(played, **options) -> xr.Dataset:
        asked.append(options)
        return falling(days=played.horizon).assign_attrs(variant=played.variant)

    scarce = {"date": "2030-01-06", "commodity": "flour", "level": "2"}
    found = backtest.backtest(scenario, {"scarcity": [scarce]}, run, futures=5)
    assert set(found) == {"scarcity"} and len(asked) == 1 and asked[0]["conditions"] == [scenario.conditions[0].id]
    assert backtest.backtest(scenario, {"scarcity": [{**scarce, "after": "other"}]}, run) == {}
    assert backtest.to_json(scenario, {})["silence"].startswith("small, variant now: nothing to score")
    assert backtest.to_json(scenario, found)["silence"] == ""
    data = json.dumps(backtest.to_json(scenario, found), allow_nan=False)
    assert "conditional hindcast" in data and "never a forecast" in data


def test_rows_that_begin_too_early_or_end_too_late_are_told() -> None:
    scenario = small(history=20, horizon=10)  # as of 20 January 2030
    rows = [{"from": "2030-01-20", "to": "2030-01-25"}, {"from": "2030-01-25", "to": "2030-02-02"}]
    (said,) = backtest.unscored(scenario, {"deaths": rows, "people": [{"date": "2030-01-21"}]})
    assert said.startswith("Not scored: observed/deaths.csv, 2030-01-20 to 2030-01-25 and 1 more: days from 2030-01-21")
    assert backtest.unscored(scenario, {"deaths": [{"from": "2030-01-21", "to": "2030-01-30"}]}) == []
    (said,) = backtest.unscored(
        scenario, {"deaths": [{"from": "2030-01-01", "to": "2030-01-02", "policy": "as_it_was"}]}
    )
    assert said.startswith(
        "Not scored: rows of observed/deaths.csv that replay as_it_was, which variant now does not see"
    )


def test_no_exercise_lacks_a_meaning() -> None:
    assert {
        "blind",
        "nowcast",
        "fitted",
        "scarcity",
        "deliveries",
        "low_intake",
        "shares",
        "camps",
        "deaths",
        "bodies",
        "ration_steps",
        "people",
        "lorries",
        "prices",
    } == set(backtest.MEANINGS)
    assert "forecast" not in backtest.MEANINGS["fitted"]
    made = backtest.meanings({"exodus": [{"exercise": "nowcast 1", "made": "2023-09-26T20:00:00+04:00"}]})
    assert "up to 26 September 20:00" in made["nowcast 1"]
