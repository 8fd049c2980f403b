"""People who move between homes of the ring: by hand, by property, as event and as policy."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from corridor.core.errors import InputError
from corridor.engine import run
from corridor.results.dataset import ahead
from corridor.results.dataset import history as before
from corridor.rules.supply.ledger import move_between_homes
from corridor.scenario.load import load
from corridor.scenario.model import Action, Event, Policy, Scenario
from corridor.scenario.write.new import write_new
from small import START, q, small


def moved(
    people: list[int], counted: list[float | None], stock: list[float]
) -> tuple[list[int], list[float], list[float]]:
    """Return people, a good that follows them and one that stays, after a count of one future."""
    homes = len(people)
    here = np.array(people, np.int64)[:, None]
    told = np.array([np.nan if one is None else one for one in counted])[:, None]
    goods = np.stack([np.array(stock), np.array(stock)], axis=1)[:, :, None]
    gained = np.zeros((homes, 1), np.int64)
    move_between_homes(told, np.array([[1.0], [0.0]]), here, goods, gained, np.empty(homes))
    assert (gained[:, 0] == here[:, 0] - np.array(people)).all()
    return here[:, 0].tolist(), goods[:, 0, 0].tolist(), goods[:, 1, 0].tolist()


def test_a_count_is_met_by_the_other_homes_and_goods_follow() -> None:
    """Half of 1,000 leave with half of 10 t; the others hold 3,000 and 1,000, and take 375 and 125 of them."""
    people, goods, stays = moved([1000, 3000, 1000], [500, None, None], [10.0, 6.0, 2.0])
    assert people == [500, 3375, 1125]
    assert goods == pytest.approx([5.0, 6.0 + 3.75, 2.0 + 1.25])
    assert stays == [10.0, 6.0, 2.0]
    people, goods, _ = moved([1000, 3000, 1000], [2000, None, None], [10.0, 6.0, 2.0])
    assert people == [2000, 2250, 750]
    assert goods == pytest.approx([10.0 + 1.5 + 0.5, 4.5, 1.5])


def test_counts_are_cut_to_the_people_there_are_and_stretched_where_all_are_counted() -> None:
    assert moved([100, 100], [900, None], [1.0, 1.0])[0] == [200, 0]
    assert moved([100, 300], [100, 100], [1.0, 1.0])[0] == [200, 200]
    assert moved([100, 0], [60, None], [1.0, 0.0])[0] == [100, 0]  # nobody goes where nobody was counted or lives
    assert moved([100, 300], [None, None], [1.0, 1.0])[0] == [100, 300]
    assert moved([0, 0], [50, None], [0.0, 0.0])[0] == [0, 0]
    assert moved([100, 300], [0, 0], [1.0, 1.0])[0] == [100, 300]


@given(st.data(), st.integers(1, 6))
def test_nobody_and_nothing_is_made_or_lost(data: st.DataObject, homes: int) -> None:
    people = data.draw(st.lists(st.integers(0, 10**6), min_size=homes, max_size=homes))
    counted = data.draw(st.lists(st.none() | st.floats(0, 2e6), min_size=homes, max_size=homes))
    stock = data.draw(st.lists(st.floats(0, 1e4), min_size=homes, max_size=homes))
    after, goods, stays = moved(people, counted, stock)
    assert sum(after) == sum(people)
    assert min(after) >= 0
    assert sum(goods) == pytest.approx(sum(stock), rel=1e-12, abs=1e-9)
    assert min(goods) >= 0
    assert stays == stock
    told = [(one, there) for one, there in zip(counted, after, strict=True) if one is not None]
    if sum(one for one, _ in told) <= sum(people) and any(
        n > 0 for n, one in zip(people, counted, strict=True) if one is None
    ):
        assert all(abs(one - there) <= 1.0 for one, there in told)


def world(**more: Any) -> Scenario:
    plain: dict[str, Any] = {"horizon": 6, "regime": 0, "parameters": {"leaving.ordinary_hazard": q(0.0)}}
    return small(**(plain | more))


def played(scenario: Scenario, policies: tuple[str, ...] = ("closed",), futures: int = 5) -> xr.Dataset:
    return run(
        scenario, policies=list(policies), conditions=["calm"], futures=futures, record=["deaths", "used"]
    ).load()


def count(day: int, value: float, **more: Any) -> Event:
    return Event(date=START + timedelta(days=day), known=START, kind="population", target="far", value=value, **more)


def test_an_event_moves_people_with_what_they_hold_and_nobody_is_lost() -> None:
    plain, ds = before(played(world())), before(played(world().model_copy(update={"events": (count(8, 2000.0),)})))
    far = ds["people"].sel(place="far").transpose("day", "future").values
    assert (far[8] == 2000).all()
    assert (far[7] > 8000).all()
    everybody = (ds["people"] + ds["deaths"].cumsum("day")).sum("place")
    assert (everybody == everybody.isel(day=0)).all()
    flour, same = (
        one["stock"].sel(commodity="flour").transpose("place", "day", "future").values for one in (ds, plain)
    )
    assert (flour[1, 8] < 0.35 * same[1, 8]).all()  # it is told as a total for all homes, so it follows
    np.testing.assert_allclose(flour[:, 8].sum(axis=0), same[:, 8].sum(axis=0), rtol=1e-5)
    other, kept = (
        one["stock"].sel(commodity="groceries").transpose("place", "day", "future").values for one in (ds, plain)
    )
    np.testing.assert_allclose(other[:, 8], kept[:, 8], rtol=1e-6)  # a store of one home stays
    used = ds["used"].sel(place="far", commodity="flour").transpose("day", "future").values
    assert (used[10] < 0.35 * used[7]).all()


def test_a_count_has_a_range_and_a_later_one_rules() -> None:
    events = (count(4, 5000.0, low=3000.0, high=7000.0), count(9, 1000.0))
    far = before(played(world().model_copy(update={"events": events}), futures=30))["people"].sel(place="far")
    far = far.transpose("day", "future").values
    assert np.ptp(far[5]) > 1500
    assert (far[9] == 1000).all()


@pytest.mark.parametrize("do", ["set", "force"])
def test_a_policy_moves_people(do: Any) -> None:
    act = Action(do=do, target="places.near.population", value=25_000.0, starts=START + timedelta(days=22))
    base = world()
    policy = Policy(id="moved", title="Moved", actions=(*base.policies[0].actions, act))
    base = base.model_copy(update={"policies": (*base.policies, policy)})
    ds = ahead(played(base, ("closed", "moved")))["people"].isel(condition=0)
    near = ds.sel(policy="moved", place="near").transpose("day", "future").values
    assert (near[2] == 25_000).all()
    assert (near[1] < 23_000).all()
    total = ds.sum("place")
    assert float(abs(total.sel(policy="moved") - total.sel(policy="closed")).max()) <= 60  # deaths alone may differ


def test_those_who_moved_away_do_not_draw_others_out() -> None:
    """The pull of those who left the ring does not count people who moved to the next town."""
    away = {
        "leaving.ordinary_hazard": q(1e-4),
        "leaving.network": q(20.0),
        "leaving.hunger": q(0.0),
        "leaving.siege": q(0.0),
    }
    plain = played(world(regime=31, parameters=away, history=40), ("open",), 40)
    ds = played(
        world(regime=31, parameters=away, history=40).model_copy(update={"events": (count(3, 1000.0),)}), ("open",), 40
    )
    gone, normal = (float(before(one)["departures"].sum().astype(float)) for one in (ds, plain))
    assert gone == pytest.approx(normal, rel=0.5)


def test_a_dated_count_of_a_home_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    write_new(folder)
    path = folder / "events.csv"
    path.write_text(
        path.read_text("utf-8") + "2024-02-01,2024-02-01,population,hilltown,12500,a_closure,half have moved\n", "utf-8"
    )
    ds = before(run(load(folder), policies=["regime_held"], conditions=["calm"], futures=3)).load()
    people = ds["people"].transpose("place", "day", "future").values
    day = list(ds["day"].values.astype("datetime64[D]").astype(str)).index("2024-02-01")
    assert (people[1, day] == 12_500).all()
    assert (people[0, day] > people[0, day - 1] + 5000).all()


@pytest.mark.parametrize(
    ("row", "says"), [("plainport,10", "of kind outside"), ("hilltown,-5", "below 0"), ("hill,5", "no place")]
)
def test_a_bad_count_is_told(tmp_path: Path, row: str, says: str) -> None:
    folder = tmp_path / "case"
    write_new(folder)
    path = folder / "events.csv"
    path.write_text(path.read_text("utf-8") + f"2024-02-01,2024-02-01,population,{row},a_closure,\n", encoding="utf-8")
    with pytest.raises(InputError, match=says):
        load(folder)
