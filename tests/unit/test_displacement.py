"""Outcomes of a wider country and the backtest of its camps, by hand."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from report_case import country_run, counts_of, valley

from corridor.analysis.compare import compare, to_json
from corridor.analysis.outcomes import displacement as d
from corridor.analysis.outcomes import table as o
from corridor.analysis.outcomes.block import report_days
from corridor.core.errors import InputError
from corridor.results import read
from corridor.results.dataset import ahead
from corridor.scenario.model import Scenario

CASE = valley()


def by_hand() -> xr.Dataset:
    run = country_run(CASE, futures=2)
    later = ahead(run)
    later["sheltered"][{"policy": 0, "condition": 0, "day": 6}] = [[1200.0, 500.0, 9000.0], [900.0, 2100.0, 0.0]]
    later["waiting"][{"policy": 0, "condition": 0, "day": 6}] = [30.0, 40.0]
    later["travelling"][{"policy": 0, "condition": 0, "day": 6}] = [3.0, 4.0]
    later["counted_no_more"][{"policy": 0, "condition": 0, "day": 6}] = [1.0, 2.0]
    return run


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("sheltered", [10_700.0, 3_000.0]),
        ("waiting", [30.0, 40.0]),
        ("travelling", [3.0, 4.0]),
        # capacities 1,000, 2,000 and none
        ("above_capacity", [200.0, 100.0]),
        ("fullest_camp", [1.2, 1.05]),
        ("counted_no_more", [1.0, 2.0]),
    ],
)
def test_each_outcome_by_hand(outcome: str, expected: list[float]) -> None:
    run = by_hand()
    ((_, values),) = o.values(run, report_days(run, [7]), [outcome])
    assert values[0, 0, 0] == pytest.approx(expected)


def test_a_run_without_homes_has_these_outcomes_and_no_other() -> None:
    run = country_run(CASE)
    assert list(o.available(run)) == [
        "sheltered", "waiting", "travelling", "above_capacity", "fullest_camp", "counted_no_more",
    ]  # fmt: skip
    frame = compare(run)
    assert set(frame["day"]) == {7, 15} and to_json(frame, read.origin(run))["reference"] == "held"
    shut = frame[(frame["policy"] == "shut") & (frame["outcome"] == "waiting") & (frame["day"] == 15)].iloc[0]
    assert shut["p_better"] == 0.0 and shut["diff_median"] > 0


def test_without_capacities_nothing_is_said_of_them() -> None:
    case = CASE.model_copy(update={"places": tuple(p.model_copy(update={"capacity": None}) for p in CASE.places)})
    assert {"above_capacity", "fullest_camp"} & set(o.available(country_run(case))) == set()


def rows(*counts: tuple[str, str, float]) -> list[dict[str, str]]:
    return [{"date": day, "place": camp, "persons": str(persons)} for day, camp, persons in counts]


def two_camps(futures: int = 1) -> xr.Dataset:
    run = country_run(valley(2), futures=futures)
    run["sheltered"][{"policy": 0, "condition": 0}] = np.array([300.0, 100.0])
    return run


def test_scores_by_hand() -> None:
    counted = rows(
        ("2020-01-20", "camp_0", 50), ("2020-01-20", "camp_1", 150),
        ("2020-01-22", "camp_0", 100), ("2020-01-22", "camp_1", 100),
    )  # fmt: skip
    scores = d.score_camps(two_camps(), "held", "same", counted, date(2020, 1, 20))
    assert tuple(scores.columns) == d.COLUMNS
    shares = scores[scores["exercise"] == "shares"].set_index("forecast")["ard"]
    # shares: counted 1/2 and 1/2; simulated 3/4 and 1/4; kept 1/4 and 3/4
    assert shares.to_dict() == pytest.approx({"this run": 0.5, "persistence of shares": 0.5, "equal shares": 0.0})
    first = scores[scores["place"] == "camp_0"].iloc[0]
    assert (first["mae"], first["mae_persistence"], first["mae_equal_shares"]) == (200.0, 50.0, 0.0)
    assert (first["counted_mean"], first["simulated_mean"], first["coverage_80"], first["days"]) == (100, 300, 0, 1)


def test_only_days_after_as_of_inside_the_horizon_are_scored_and_only_earlier_ones_are_known() -> None:
    run = two_camps()
    base = [("2020-01-20", "camp_0", 10.0), ("2020-01-20", "camp_1", 30.0)]
    later = [("2020-02-05", "camp_0", 9e9), ("2020-02-05", "camp_1", 1.0)]
    scored = [("2020-01-21", "camp_0", 30.0), ("2020-01-21", "camp_1", 10.0)]
    with_later = d.score_camps(run, "held", "same", rows(*base, *scored, *later), date(2020, 1, 20))
    without = d.score_camps(run, "held", "same", rows(*base, *scored), date(2020, 1, 20))
    pd.testing.assert_frame_equal(with_later, without)
    assert without.loc[0, "ard"] == pytest.approx(0.0) and without.loc[1, "ard"] == pytest.approx(1.0)
    assert d.score_camps(run, "held", "same", rows(*base, *later), date(2020, 1, 20)).empty
    assert d.score_camps(run, "held", "same", rows(*scored), date(2020, 1, 20)).empty


def test_a_day_without_every_camp_is_left_out_and_a_bad_number_is_told() -> None:
    days, values = d.counted(rows(("2020-01-20", "a", 1), ("2020-01-21", "a", 2), ("2020-01-21", "b", 3)), ["a", "b"])
    assert days.tolist() == [date(2020, 1, 21)] and values.tolist() == [[2.0, 3.0]]
    with pytest.raises(InputError, match=r"camps\.csv:2"):
        d.counted([{"date": "2020-01-20", "place": "a", "persons": "many"}], ["a"])
    with pytest.raises(InputError, match="every camp"):
        d.counted(rows(("2020-01-20", "a", 1)), ["a", "b"])


def test_the_backtest_plays_the_reference_under_the_first_condition_and_reads_counts_nowhere_else() -> None:
    asked = {}

    def play(scenario: Scenario, **kept: object) -> xr.Dataset:
        asked.update(kept, id=scenario.id)
        return country_run(scenario, futures=8)

    run = country_run(CASE, futures=8)
    scores = d.camps_backtest(play, CASE, counts_of(run), futures=8, seed=4)
    assert asked == {"policies": ["held"], "conditions": ["same"], "futures": 8, "seed": 4, "id": "invented"}
    tables = d.tables(scores)
    assert [row["forecast"] for row in tables["camps"]] == ["this run", *d.FORECASTS]
    assert [row["place"] for row in tables["camps_each"]] == ["camp_0", "camp_1", "camp_2"]
    # every count is nine tenths of the middle future, whose shares never change
    assert tables["camps"][0]["ard"] == pytest.approx(0.0, abs=1e-3) and tables["camps"][1]["ard_low_80"] is None
    assert not any(
        isinstance(v, float) and math.isnan(v) for table in tables.values() for r in table for v in r.values()
    )
