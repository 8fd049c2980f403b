"""Outcomes and the comparison of policies, on a hand-made run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis_case import blank
from corridor.analysis import compare as c
from corridor.analysis.outcomes import table as o
from corridor.analysis.outcomes.block import report_days
from corridor.analysis.outcomes.bodies import FUNCTIONS
from corridor.analysis.outcomes.supply import LONGEST_COVER
from corridor.core.errors import InputError
from corridor.results import read


def value(ds, outcome: str, days=(5,)) -> np.ndarray:
    ((_, x),) = o.values(ds, report_days(ds, days), [outcome])
    return x


def row(frame: pd.DataFrame, policy: str, outcome: str, day: int) -> pd.Series:
    found = frame[(frame.policy == policy) & (frame.outcome == outcome) & (frame.day == day)]
    assert len(found) == 1
    return found.iloc[0]


def test_each_outcome_by_hand() -> None:
    ds = blank(policies=("held",), futures=1)
    at = {"policy": 0, "condition": 0, "future": 0}
    ds["stock"][{**at, "day": 4}] = [[3.0, 1.0, 9.0], [2.0, 0.0, 9.0]]
    ds["intake"][{**at, "day": 4}] = [2000.0, 1000.0]
    ds["below_requirement"][{**at, "day": 4}] = [10.0, 400.0]
    ds["ration"][{**at, "day": 4}] = [[0.5, 1, 1], [1.0, 1, 1]]
    ds["service"][{**at, "day": 4}] = [[1, 0.25, 1], [1, 1.0, 1]]
    ds["delivered"][{**at, "day": slice(0, 10)}] = [[1.0, 2.0, 3.0], [0.5, 0.0, 0.0]]
    ds["departures"][{**at, "day": slice(1, 4)}] = [7.0, 3.0]
    ds["arrivals"][{**at, "day": 3}] = [25.0]
    ds["intent"][{**at, "day": 4}] = [4.0, 6.0]
    ds["turned_back"][{**at, "day": 2}] = [0.0, 2.0]
    ds["queue"][{**at, "day": 3}] = [12.0, 1.0]
    ds["queue"][{**at, "day": 4}] = [11.0, 4.0]
    ds["without_food"][{**at, "day": 4}] = 9.0
    ds["wait"][{**at, "day": 2}] = [6.0, 2.0]
    ds["journey"][{**at, "day": 4}] = [5.0, np.nan]
    ds["registered"][{**at, "day": 4}] = [21.0]
    ds["housed"][{**at, "day": 4}] = [8.0]
    want = {
        "cover.flour": 5 / (1000 * 5e-4),
        "cover.petrol": 1 / (1000 * 1e-4),
        "cover.food": 5 * 3.5e6 / (1000 * 1750),
        "intake": (621 * 2000 + 407 * 1000) / 1028,  # with those who left, less 2 who came back
        "below_requirement": 410.0,
        "ration": 0.7,
        "service.petrol": 0.6 * 0.25 + 0.4,
        "delivered": 6.5 * 5,
        "delivered_food": 1.5 * 5,
        "departures": 30.0,
        "arrivals": 25.0,
        "people": 1000.0,
        "queue": 15.0,
        "longest_queue": 12.0,
        "longest_queue_day": 4.0,
        "half_out": 4.0,  # 19 of the 30 who left, less 2, and the 10 who want to
        "nine_tenths_out": np.nan,
        "without_food": 9.0,
        "wait": 6.0,
        "journey": 5.0,
        "registered": 21.0,
        "housed": 8.0,
    }
    compared = {id_ for id_, row in o.available(ds).items() if row.outcome.compared}
    assert compared == set(want) | set(FUNCTIONS) - {"promised"}  # no rations in this run
    for outcome, expected in want.items():
        assert value(ds, outcome).item() == pytest.approx(expected, rel=1e-6, nan_ok=True), outcome


def test_where_nobody_is_left_intake_and_cover_have_no_meaning() -> None:
    ds = blank(futures=2)
    ds["people"][{"future": 1}] = 0.0
    assert np.isnan(value(ds, "intake")[0, 0, 0]).tolist() == [False, True]
    shown = row(c.compare(ds, days=[5], outcomes=["cover.flour"]), "open", "cover.flour", 5)
    assert shown.defined == 0.5 and shown["median"] == 0.0


def test_cover_is_capped() -> None:
    ds = blank(futures=1)
    ds["stock"][...] = 1e6
    assert value(ds, "cover.flour").max() == LONGEST_COVER


def test_dates_are_clipped_to_the_horizon() -> None:
    ds = blank(days=40)
    assert (report_days(ds) + 1).tolist() == [7, 30, 40]
    frame = c.compare(ds, outcomes=["people"])
    assert sorted(set(frame.date)) == ["2030-01-08", "2030-01-31", "2030-02-10"]
    with pytest.raises(InputError):
        report_days(ds, [0])


def test_paired_difference_probability_ties_and_regret_by_hand() -> None:
    ds = blank(policies=("held", "open", "air"), futures=4)
    ds["intake"][...] = 1000.0
    ds["intake"][{"policy": 1}] = np.array([1000.0, 1100.0, 1300.0, 900.0])[None, :, None, None]
    ds["intake"][{"policy": 2}] = 1050.0
    frame = c.compare(ds, days=[5], outcomes=["intake"])
    opened, held = row(frame, "open", "intake", 5), row(frame, "held", "intake", 5)
    # differences 0, 100, 300, -100: one tie, two of four better
    assert opened.diff_mean == pytest.approx(75.0) and opened.diff_median == pytest.approx(50.0)
    assert opened.p_tied == pytest.approx(0.25) and opened.p_better == pytest.approx(0.5)
    # best per future: 1050, 1100, 1300, 1050
    assert opened.regret == pytest.approx((50 + 0 + 0 + 150) / 4)
    assert held.regret == pytest.approx((50 + 100 + 300 + 50) / 4)
    assert np.isnan(held.diff_mean) and np.isnan(held.p_better)
    assert opened["mean"] == pytest.approx(1075.0) and opened.reference == "held"


def test_differences_are_paired_future_by_future() -> None:
    rng = np.random.default_rng(0)
    ds = blank(futures=500)
    common = rng.normal(1500, 300, 500).astype("f4")
    ds["intake"][{"policy": 0}] = common[None, :, None, None]
    ds["intake"][{"policy": 1}] = common[None, :, None, None] + 10
    shown = row(c.compare(ds, days=[5], outcomes=["intake"]), "open", "intake", 5)
    assert shown.p_better == 1.0
    assert shown.diff_high_95 - shown.diff_low_95 < 1e-2 < shown.high_95 - shown.low_95


def test_lower_is_better_for_people_below_requirement_and_neither_for_departures() -> None:
    ds = blank(futures=3)
    ds["below_requirement"][{"policy": 0}] = 100.0
    ds["departures"][{"policy": 0}] = 100.0
    frame = c.compare(ds, days=[5])
    better = row(frame, "open", "below_requirement", 5)
    assert better.p_better == 1.0 and better.regret == 0.0 and better.diff_median == -200.0
    left = row(frame, "open", "departures", 5)
    assert np.isnan(left.p_better) and np.isnan(left.regret) and left.diff_median == -1000.0


def test_weights_change_the_summary() -> None:
    ds = blank(futures=4)
    ds["intake"][{"policy": 1}] = np.array([100.0, 200.0, 300.0, 400.0])[None, :, None, None]
    shown = row(c.compare(ds, days=[5], outcomes=["intake"], weights=[0, 0, 0, 2]), "open", "intake", 5)
    assert shown["mean"] == shown["median"] == pytest.approx(400.0)


def test_no_column_adds_outcomes_up() -> None:
    frame = c.compare(blank(), days=[5])
    assert tuple(frame.columns) == c.COLUMNS
    assert not any(word in column for column in frame.columns for word in ("score", "total", "rank", "weight"))


def test_unknown_names_are_bad_input_with_a_remedy() -> None:
    with pytest.raises(InputError, match='did you mean "intake"'):
        c.compare(blank(), outcomes=["intak"])
    with pytest.raises(InputError, match='did you mean "open"'):
        c.compare(blank(), reference="opne")


def test_reference_is_the_scenarios_own_unless_asked() -> None:
    ds = blank(policies=("open", "held"))
    assert read.reference_policy(ds) == "held"
    assert read.reference_policy(ds, "open") == "open"
    assert read.reference_policy(ds.sel(policy=["open"])) == "open"


def test_json_is_strict_and_names_units(tmp_path: Path) -> None:
    frame = c.compare(blank(), days=[5])
    data = json.loads(json.dumps(c.to_json(frame, read.origin(blank())), allow_nan=False))
    assert list(data)[2:8] == ["scenario_id", "scenario_hash", "variant", "as_of", "seed", "futures"]
    assert data["as_of"] == "2030-01-01" and data["outcomes"]["cover.flour"]["how"].startswith("tonnes held")
    assert data["outcomes"]["intake"]["unit"] == "kcal/person/day" and data["reference"] == "held"
    assert data["intervals_percent"] == [50, 80, 95] and len(data["rows"]) == len(frame)
    assert data["rows"][0]["p_better"] is None
    c.to_csv(frame, tmp_path / "table.csv")
    text = (tmp_path / "table.csv").read_bytes()
    assert text.splitlines()[0].decode() == ",".join(c.COLUMNS) and b"\r" not in text
    assert len(pd.read_csv(tmp_path / "table.csv")) == len(frame)
