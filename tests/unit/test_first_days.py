"""First days: by hand, as quantiles with futures that never come to it, and on a run."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis_case import blank, toy
from corridor.analysis.outcomes import first_days as module
from corridor.analysis.outcomes.first_days import ALL, first_day, first_days, played, summarise, survival
from corridor.analysis.outcomes.table import values
from corridor.report.sections import how_long
from corridor.results import read

N = np.inf


def equal(n):
    return np.full(n, 1.0 / n)


def test_the_first_day_is_counted_from_one_and_never_is_infinite() -> None:
    state = np.array([[False, True, False, True], [False] * 4, [True] * 4])
    assert first_day(state, axis=1).tolist() == [2.0, N, 1.0]


def test_a_quantile_beyond_the_horizon_is_told_as_none() -> None:
    told = summarise(np.array([1.0, 3.0, 5.0, 7.0, N, N, N, N, N, N]), equal(10))
    assert (told["day_low_80"], told["day_median"], told["day_high_80"]) == (1, None, None)
    assert told["never"] == pytest.approx(0.6)
    assert told["never_error"] == pytest.approx(np.sqrt(0.24 / 10))
    assert told["error"] is None


def test_the_error_of_the_median_is_that_of_order_statistics() -> None:
    told = summarise(np.arange(1.0, 101.0), equal(100))
    assert told["day_median"] == 50
    assert told["error"] == pytest.approx(5.0)  # 100 futures: five ranks to either side


def test_weights_count_as_repeated_futures() -> None:
    day, times = np.array([2.0, 4.0, 9.0, N]), np.array([5, 1, 3, 1])
    weighted = summarise(day, times / times.sum())
    repeated = summarise(np.repeat(day, times), equal(10))
    for name in ("day_low_80", "day_median", "day_high_80"):
        assert weighted[name] == repeated[name]
    assert weighted["never"] == pytest.approx(repeated["never"])


@given(st.lists(st.one_of(st.integers(0, 20), st.just(N)), min_size=1, max_size=30))
def test_survival_falls_from_what_was_not_so_already_to_never(days) -> None:
    day = np.array(days, dtype=float)
    left = survival(day, 20)
    assert left[0] == pytest.approx((day > 0).mean())
    assert left[-1] == pytest.approx(np.isinf(day).mean())
    assert (np.diff(left) <= 1e-12).all()


def test_on_a_run_it_is_the_first_evening_with_less_than_a_days_use() -> None:
    ds = blank(policies=("held",), futures=3, past=2)
    # one day of normal use is 0.3 t of flour in the first place, 0.2 t in the second; three futures
    day = 2 + np.arange(10)
    ds["stock"][..., 0] = 1.0
    here, there = (ds["stock"][0, 0, :, :, place, 0] for place in (0, 1))
    here[0, day[4] :] = 0.29  # from day 5 on
    here[1, 1:] = 0.0  # so on as_of already
    there[2, day[9]] = 0.1  # on the last day
    found = {(one.place, one.event): one.day[0, 0].tolist() for one in played(ds)}
    first, second = read.ids(ds, "place")
    assert found[first, "out.flour"] == [5.0, 0.0, N]
    assert found[second, "out.flour"] == [N, N, 10.0]
    # together they hold 1.29, 1.0 and 1.1 t of the 0.5 t that both use: never
    assert found[ALL, "out.flour"] == [N, N, N]


def test_every_cell_of_the_tables_says_something() -> None:
    ds = blank(futures=8, past=1)
    found = how_long.tables(
        first_days(ds), read.titles(read.scenario_of(ds)), read.ids(ds, "condition")[0], read.ids(ds, "policy")[0],
        "2025-06-01",
    )  # fmt: skip
    assert [table["rows"] for table in found["tables"]]
    for table in found["tables"]:
        assert all(text for row in table["rows"] for text, _ in row)


def test_a_good_may_be_called_food() -> None:
    case = toy()
    goods = [{**good.model_dump(), "id": good.id.replace("flour", "food")} for good in case.commodities]
    ds = blank(
        futures=8,
        past=1,
        case=case.model_copy(update={"commodities": tuple(type(case.commodities[0])(**g) for g in goods)}),
    )
    ds = ds.assign_coords(commodity=[id_.replace("flour", "food") for id_ in read.ids(ds, "commodity")])
    first = first_days(ds)
    assert "out.food" in set(first["event"])
    assert not first.duplicated(["policy", "condition", "place", "event"]).any()
    how_long.tables(first, {}, read.ids(ds, "condition")[0], read.ids(ds, "policy")[0], "2025-06-01")


def test_energy_eaten_is_over_those_who_should_be_there() -> None:
    """By hand: 600 eat 2,000 kcal and 400 eat 1,000; then 200 of the hungry die, or 200 of them flee."""
    ds = blank(policies=("stays", "dies", "flees"), futures=1, days=1)
    ds["intake"].values[..., :] = [2000.0, 1000.0]
    hungry = {"place": 1, "day": 0, "condition": 0, "future": 0}
    for policy in (1, 2):
        ds["people"][{"policy": policy} | hungry] = 200
        ds["intake"][{"policy": policy} | hungry] = 2000.0  # the same food among half as many
    ds["days_below_need"][{"policy": 1} | hungry] = 300  # of them 100 alive
    ds["below_requirement"][{"policy": 1} | hungry] = 100
    ds["departures"][{"policy": 2} | hungry] = 200
    ((_, found),) = values(ds, np.array([0]), ["intake"])
    assert found[:, 0, 0, 0] == pytest.approx([1600.0, 1600.0, 2000.0])
    ds["intake"][{"policy": 2} | hungry] = 1000.0  # who left took their part with them
    ((_, found),) = values(ds, np.array([0]), ["intake"])
    assert found[2, 0, 0, 0] == pytest.approx(1600.0)


def test_below_leaves_the_number_out_and_or_more_takes_it_in(monkeypatch: pytest.MonkeyPatch) -> None:
    ds = blank(policies=("held",), futures=3)
    shape = (1, 1, ds.sizes["day"])
    said = {"intake": 1500.0, "intake_share": 0.5, "gam": 0.15, "cdr": 1.0}
    known = {}
    for outcome, value in said.items():
        values = np.broadcast_to([np.nextafter(value, 0.0), value, np.nextafter(value, 9e9)], (*shape, 3))
        known[outcome] = SimpleNamespace(compute=lambda b, values=values: values)
    monkeypatch.setattr(module, "available", lambda ds: known)
    found = {one.event: one.day[0, 0].tolist() for one in played(ds) if one.place == ALL}
    assert found["intake_1500"] == found["intake_half"] == [1.0, N, N]
    assert found["gam_15"] == found["cdr_1"] == [N, 1.0, 1.0]
    assert found["gam_30"] == found["cdr_2"] == [N, N, N]
