"""People, lorries and prices against rows that are worked out by hand, and every exercise in one line."""

from __future__ import annotations

import numpy as np
import pytest

from analysis_case import blank
from corridor.analysis.backtest import counted
from corridor.analysis.backtest.summary import sentence, summary
from corridor.analysis.outcomes.relief import payloads


def one(rows, forecast):
    return [row for row in rows if row["forecast"] == forecast]


def test_people_are_those_of_the_day_at_one_place_or_all() -> None:
    ds = blank(futures=3, days=4, past=2)
    ds["people"].loc[{"place": "near"}][:, :, :, 2:] = 500.0
    row = {"date": "2030-01-02", "place": "near", "persons": "550"}
    run, before = counted.people(ds, [row])
    assert (run["median"], run["mae"], before["median"]) == (500, 50, 600)
    run, before = counted.people(ds, [row | {"place": "*"}])
    assert (run["median"], before["median"]) == (900, 1000)
    assert counted.people(ds, [row | {"date": "2030-02-02"}]) == []


def test_lorries_are_what_a_link_carried_over_what_one_loads() -> None:
    ds = blank(futures=4, days=4, past=3)
    ds["carried"].loc[{"link": "road"}] = 40.0
    ds["carried"].loc[{"link": "road"}][:, :, :, 3:] = 100.0
    row = {"from": "2030-01-02", "to": "2030-01-03", "link": "road", "lorries": "10"}
    found = counted.lorries(ds, [row])
    load = payloads(np.arange(4))
    assert one(found, "the run")[0]["median"] == pytest.approx(np.median(200.0 / load))
    assert one(found, "as in the 30 days before")[0]["median"] == pytest.approx(np.median(80.0 / load))
    assert one(found, "none")[0]["crps"] == 10
    assert counted.lorries(ds, [row | {"link": "elsewhere"}]) == []


def test_a_price_is_scored_by_whether_people_got_less() -> None:
    ds = blank(futures=4, days=6)
    # normal use of 600 people at 0.5 kg: 0.3 t
    ds["used"].loc[{"place": "near", "commodity": "flour"}] = 0.3
    ds["used"].loc[{"place": "near", "commodity": "flour"}][:, :, :3, 3:] = 0.1  # three futures of four get less
    rows = [
        {"date": day, "place": "near", "commodity": "flour", "price": price}
        for day, price in (("2030-01-02", "5"), ("2030-01-06", "9"), ("2030-01-07", "9"))
    ]
    found = counted.prices(ds, rows)
    assert [row["forecast"] for row in found] == ["the run", "a coin", "up"]  # an unchanged price is no event
    # three fall, one is a tie that counts half
    assert found[0]["chance"] == pytest.approx(0.875) and found[0]["crps"] == pytest.approx(0.125**2)
    fell = counted.prices(ds, [rows[1] | {"date": "2030-01-02"}, rows[0] | {"date": "2030-01-06"}])
    assert fell[0]["rose"] == 0.0 and fell[0]["crps"] == pytest.approx(0.875**2) and fell[2]["crps"] == 1.0


def test_what_people_got_is_over_what_they_normally_use() -> None:
    ds = blank(futures=2, days=3)
    ds["used"].loc[{"place": "near", "commodity": "flour"}] = 0.15  # 600 people at 0.5 kg: 0.3 t
    row = {"date": "2030-01-02", "place": "near", "commodity": "flour"}
    assert counted._share_of_use(ds, row) == pytest.approx([0.5, 0.5])


def test_weights_move_the_run_and_not_its_baselines() -> None:
    ds = blank(futures=2, days=3, past=1)
    ds["people"].loc[{"place": "near"}][:, :, 1, 1:] = 100.0
    row = {"date": "2030-01-02", "place": "near", "persons": "100"}
    ds = ds.assign_coords(weight=("future", [0.0, 1.0]))
    run, before = counted.people(ds, [row])
    assert run["crps"] == 0 and before["median"] == 600


def test_a_line_an_exercise_has_the_naive_forecast_with_the_least_score() -> None:
    ds = blank(futures=3, days=4, past=2)
    rows = [{"date": f"2030-01-0{day}", "place": "*", "persons": "1000"} for day in (2, 3)]
    tables = {"people": counted.people(ds, rows), "low_intake": [{"share": 0.5}], "prices": []}
    (line,) = summary(tables, {"people": "persons"})
    assert (line["exercise"], line["points"], line["naive"]) == ("people", 2, "as on as_of")
    assert line["crps"] == line["naive_crps"] == 0 and not line["better"]  # a tie is no skill
    told = sentence([line])
    assert told == (
        "1 exercise scored on 2 points: better than every naive forecast in 0. "
        "80 % intervals hold 2 of 2 points (100 %)."
    )
    assert sentence([]) == ""


def test_exercises_of_an_exodus_stand_apart_by_people_and_a_fit_is_none() -> None:
    base = {"kind": "model", "made": "", "n": 4.0, "mae": 10.0, "coverage_80": 0.5}
    rows = [
        base | {"exercise": "blind", "forecast": "road model", "population": "a", "crps": 5.0},
        base | {"exercise": "blind", "forecast": "spread", "kind": "baseline", "population": "a", "crps": 7.0},
        base | {"exercise": "blind", "forecast": "window", "kind": "baseline", "population": "a", "crps": 6.0},
        base | {"exercise": "blind", "forecast": "whole model", "population": "scenario", "crps": 8.0},
        base | {"exercise": "fitted", "forecast": "road model", "population": "fitted", "crps": 1.0},
    ]
    found = summary({"exodus": rows}, {"exodus": "persons"})
    assert [(row["forecast"], row["naive"], row["better"]) for row in found] == [
        ("road model", "window", True),
        ("whole model", "window", False),
    ]
