"""What is claimed of goods on the way: nothing is lost or made, fleets and hand-over points bind, convoys bring alike."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.engine import compile as compiled
from corridor.engine import run
from corridor.results.dataset import history
from corridor.scenario.model import Action, Fleet, Policy, Scenario
from small import CLOSED, START, q, small

SURE = {"delivery.loss": q(0.0), "delivery.driving_hours": q(10.0), "delivery.full_stores": q(3650.0)}
BOOKS = ["stock", "in_transit", "dispatched", "delivered", "goods_turned_back", "goods_returned", "produced", "used",
         "spoiled", "sent", "burned", "carried"]  # fmt: skip


def slow(kmh: float, **more: Any) -> Scenario:
    """Return the small case with slow lorries: outside - (50 km) - near - (40 km) - far, 10 hours of driving a day."""
    scenario = small(parameters=SURE, **more)
    return altered(scenario, links=tuple(link.changed(kmh=q(kmh)) for link in scenario.links))


def altered(scenario: Scenario, **changed: Any) -> Scenario:
    return scenario.model_copy(update=changed)


def only(scenario: Scenario, *pipelines: str, **changed: Any) -> Scenario:
    """Return the case with these pipelines alone, changed, and the gate left open."""
    kept = tuple(pipe.changed(**changed) for pipe in scenario.pipelines if pipe.id in pipelines)
    return altered(scenario, pipelines=kept, policies=(Policy(id="open", title="Open"),), reference_policy="open")


def fleet(**more: Any) -> Fleet:
    given = {"lorries": q(4.0), "payload": q(2.0), "turnaround": q(5.0), **more}
    return Fleet(id="lorries", pipelines=("trade",), known=START, **given)


def played(scenario: Scenario) -> xr.Dataset:
    return run(scenario, futures=2, conditions=["calm"], record=BOOKS, threads=1).load()


def flour(ds: xr.Dataset, name: str = "delivered") -> Any:
    """Return (day,) t/day of flour in the first future before the gate could close."""
    return history(ds)[name].sel(commodity="flour").sum("place").isel(future=0).values


@given(
    kmh=st.floats(0.8, 50), gate=st.floats(5, 60), every=st.sampled_from([None, 3.0]), lorries=st.floats(0, 20),
    limit=st.sampled_from([2.0, np.inf]), seed=st.integers(0, 2**32),
)  # fmt: skip
@settings(max_examples=8)
def test_no_tonne_on_the_way_is_lost_or_made(kmh, gate, every, lorries, limit, seed):
    scenario = slow(kmh, history=8, horizon=14, gate_tonnes=gate)
    scenario = altered(
        scenario,
        pipelines=tuple(p.changed(every=every) if p.id == "shops" else p for p in scenario.pipelines),
        places=tuple(p.changed(transshipment=q(limit)) if p.id == "border" else p for p in scenario.places),
        fleets=(fleet(lorries=q(lorries), lost=q(0.1)),),
    )
    ds = run(scenario, futures=3, seed=seed, record=BOOKS, threads=1).load().astype(float)
    for name, comes, goes in (
        ("in_transit", ("dispatched",), ("delivered", "goods_turned_back")),
        ("stock", ("delivered", "produced", "goods_returned"), ("used", "spoiled", "sent", "burned")),
    ):
        change = ds[name].diff("day")
        flow = sum(ds[x] for x in comes) - sum(ds[x] for x in goes)
        expected = flow.isel(day=slice(1, None)).transpose(*change.dims)
        np.testing.assert_allclose(change.values, expected.values, atol=3e-6 * (float(ds[name].max()) + 10.0))
        assert float(ds[name].min()) > -1e-6
    assert float((ds["goods_returned"].sum("place") - ds["goods_turned_back"].sum("place")).max()) <= 1e-6
    if 50.0 / kmh > 20.0:
        closed = ds["goods_turned_back"].sel(policy="closed")
        assert float(closed.sum()) > 0 or float(ds["in_transit"].max()) == 0, "what is before a shut gate turns back"


@given(
    kmh=st.floats(1.5, 50), loss=st.floats(0.0, 0.3), full=st.floats(1.0, 20.0), weather=st.floats(0.0, 0.6),
    seed=st.integers(0, 2**32),
)  # fmt: skip
@settings(max_examples=8)
def test_with_losses_full_stores_and_weather_books_close_to_a_billionth(kmh, loss, full, weather, seed):
    """What is lost is what links carried and nobody is to get; weather delays and turns nothing back, a shut gate does."""
    scenario = only(slow(kmh, history=8, horizon=10, flour=5.0), "trade", to=("near",), tonnes_per_day=q(40.0))
    shut = Action(do="set", target="links.gate.regime", value=CLOSED, starts=START + timedelta(days=12))
    scenario = altered(
        scenario,
        parameters=SURE | {"delivery.loss": q(loss), "delivery.full_stores": q(full)},
        links=tuple(link.changed(weather=q(weather)) if link.id == "gate" else link for link in scenario.links),
        policies=(*scenario.policies, Policy(id="shut", title="Shut", actions=(shut,))),
    )
    with pytest.MonkeyPatch.context() as patch:  # everything as it was computed
        patch.setattr(compiled, "width_of", lambda unit, people: "float64")
        ds = run(scenario, futures=3, seed=seed, record=BOOKS, conditions=["calm"], threads=1).load()
    for name, comes, goes in (
        ("in_transit", ("dispatched",), ("delivered", "goods_turned_back")),
        ("stock", ("delivered", "produced", "goods_returned"), ("used", "spoiled", "sent", "burned")),
    ):
        change = ds[name].diff("day")
        flow = (sum(ds[x] for x in comes) - sum(ds[x] for x in goes)).isel(day=slice(1, None)).transpose(*change.dims)
        assert float(np.abs(change - flow).max()) <= 1e-9 * (float(ds[name].max()) + 10.0)
        assert float(ds[name].min()) >= 0.0
    later = ds.isel(day=slice(1, None))  # on the first morning the road is filled
    carried = later["carried"].sel(link="gate").transpose("policy", "condition", "future", "day")
    lost = carried - later["dispatched"].sum(["place", "commodity"])
    np.testing.assert_allclose(lost.values, loss * carried.values, atol=1e-9 * 100.0)
    assert float(ds["goods_turned_back"].sel(policy="open").sum()) == 0.0
    on_the_way = ds["in_transit"].sel(policy="shut").isel(day=11)
    turned = ds["goods_turned_back"].sel(policy="shut").isel(day=12)
    assert float(np.abs(turned - on_the_way).max()) <= 1e-9 * 100.0
    assert float(ds["in_transit"].sel(policy="shut").isel(day=slice(12, None)).max()) <= 1e-9


def test_a_home_whose_stores_are_full_is_sent_nothing() -> None:
    ds = played(only(slow(4.0, uncertain=False, flour=1e7), "trade", to=("near",), tonnes_per_day=q(3.0)))
    assert flour(ds, "dispatched").sum() == 0.0
    assert float(ds["carried"].max()) == 0.0


@pytest.mark.parametrize(("kmh", "days"), [(10.0, 0), (4.0, 1), (1.0, 5)])
def test_what_sets_out_arrives_after_its_days_of_driving(kmh: float, days: int) -> None:
    begins = START + timedelta(days=4)
    scenario = only(slow(kmh, uncertain=False), "trade", starts=begins, to=("near",), tonnes_per_day=q(3.0))
    expected = [0.0] * (4 + days) + [3.0] * (16 - days)
    assert flour(played(scenario)).tolist() == pytest.approx(expected)


def test_the_road_is_full_on_the_first_morning() -> None:
    scenario = only(slow(1.0, uncertain=False), "trade", to=("near",), tonnes_per_day=q(3.0))
    ds = played(scenario)
    assert flour(ds).tolist() == pytest.approx([3.0] * 20)
    assert flour(ds, "in_transit").tolist() == pytest.approx([15.0] * 20)


def test_a_fleet_loads_what_comes_back() -> None:
    """4 lorries of 2 t, away for 5 days: 1.6 t a day; where a tenth is lost on each trip it shrinks by trips."""
    scenario = only(slow(50.0, uncertain=False), "trade", to=("near",), tonnes_per_day=q(30.0))
    whole = played(altered(scenario, fleets=(fleet(),)))
    assert flour(whole).tolist() == pytest.approx([1.6] * 20)
    shrinking = played(altered(scenario, fleets=(fleet(lost=q(0.1)),)))
    assert flour(shrinking).tolist() == pytest.approx([1.6 * 0.9 ** (day // 5) for day in range(20)])


def test_a_convoy_brings_what_its_days_would() -> None:
    scenario = only(slow(50.0, uncertain=False, inner_tonnes=1e4), "trade", to=("near",), tonnes_per_day=q(2.0))
    every = only(scenario, "trade", every=4.0)
    assert flour(played(every)).tolist() == pytest.approx([8.0, 0.0, 0.0, 0.0] * 5)
    weekly = flour(played(only(scenario, "trade", weekday="friday")))
    assert [day for day in range(20) if weekly[day] > 0] == [
        d for d in range(20) if (START + timedelta(d)).weekday() == 4
    ]
    assert weekly.max() == pytest.approx(14.0)


def test_a_convoy_that_finds_no_room_goes_on_the_next_days_until_the_next_one() -> None:
    """16 t every 4 days over a gate of 5 t a day bring 5, 5, 5 and 1; over one of 3 t four times 3, and the rest stays."""
    scenario = only(
        slow(50.0, uncertain=False, inner_tonnes=1e4), "trade", to=("near",), tonnes_per_day=q(4.0), every=4.0
    )

    def through(tonnes: float) -> list[float]:
        gates = tuple(k.changed(tonnes_per_day=q(tonnes)) if k.id == "gate" else k for k in scenario.links)
        found: list[float] = flour(played(altered(scenario, links=gates))).tolist()
        return found

    assert through(5.0) == pytest.approx([5.0, 5.0, 5.0, 1.0] * 5, rel=1e-5)
    assert through(3.0) == pytest.approx([3.0] * 20, rel=1e-5)


def test_a_hand_over_point_passes_so_many_tonnes() -> None:
    scenario = only(slow(50.0, uncertain=False), "trade", "shops", to=("near",))
    narrow = tuple(p.changed(transshipment=q(2.5)) if p.id == "border" else p for p in scenario.places)
    ds = history(played(altered(scenario, places=narrow)))
    np.testing.assert_allclose(ds["delivered"].sum(["place", "commodity"]).values, 2.5, rtol=1e-5)


def test_a_policy_shuts_the_gate_before_what_is_on_the_way() -> None:
    shut = Action(do="set", target="links.gate.regime", value=CLOSED, starts=START + timedelta(days=20))
    scenario = only(slow(1.0, uncertain=False), "trade", to=("near",), tonnes_per_day=q(3.0))
    scenario = altered(scenario, policies=(*scenario.policies, Policy(id="shut", title="Shut", actions=(shut,))))
    ds = played(scenario).sel(policy="shut", condition="calm", commodity="flour", place="near").isel(future=0)
    assert float(ds["goods_turned_back"].sum()) == pytest.approx(15.0)
    assert float(ds["in_transit"].isel(day=-1)) == 0.0
