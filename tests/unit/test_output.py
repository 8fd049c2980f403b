"""Local output by month, short of fuel and hands; herds; the way to the town; ranges of events."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from corridor.core.errors import InputError
from corridor.engine import run
from corridor.engine.output import growing_days
from corridor.results.dataset import history as before
from corridor.rules.supply.output import MONTH, Fields, produce_locally, slaughter
from corridor.scenario.audit import audit
from corridor.scenario.load import load
from corridor.scenario.model import Event, Herd, Output, Quantity, Scenario, Stock
from corridor.scenario.override import override
from corridor.scenario.write.new import write_new
from small import START, q, small


def cell(value: float) -> np.ndarray[Any, Any]:
    return np.full((1, 1, 1), value)


@pytest.mark.parametrize(
    ("fuel", "people", "share"),
    [(1.0, 1000, 0.8), (0.5, 1000, 0.6), (0.0, 1000, 0.4), (1.0, 500, 0.7), (0.0, 0, 0.2), (1.0, 2000, 0.8)],
)
def test_output_is_short_of_fuel_and_hands(fuel: float, people: int, share: float) -> None:
    """0.8 of normal use, of which 0.4 need fuel and 0.2 hands; 1,000 people with 0.4 kg a day at the start."""
    out = cell(7.0)
    fields = Fields(cell(0.8), cell(0.4), cell(0.2))
    there, need, factor = np.full((1, 1), people), np.full((1, 1), 4e-4), np.full((1, 1), 1.0)
    produce_locally(fields, factor, need, np.full((1, 1), 1000), there, np.full((1, 1), fuel), out)
    assert out[0, 0, 0] == pytest.approx(share * 0.4)


@given(st.floats(0, 1e4), st.floats(0, 1), st.integers(1, 300))
def test_a_herd_is_eaten_down_and_nothing_of_it_is_lost(tonnes: float, eaten: float, days: int) -> None:
    herd, produced = cell(tonnes), cell(0.0)
    for _ in range(days):
        slaughter(cell(eaten), herd, produced)
    assert herd[0, 0, 0] + produced[0, 0, 0] == pytest.approx(tonnes)
    assert herd[0, 0, 0] == pytest.approx(tonnes * (1 - eaten) ** (days / MONTH), abs=1e-9)


@pytest.mark.parametrize(
    ("months", "months_of"),
    [("", range(1, 13)), ("8", [8]), ("7-9", [7, 8, 9]), ("11-2", [11, 12, 1, 2]), ("1-12", range(1, 13))],
)
def test_a_row_holds_in_its_months(months: str, months_of: Any) -> None:
    row = Output(place="*", commodity="flour", share=q(1.0), months=months, known=START)
    holds = growing_days((row,), date(2029, 5, 17), 800)[:, 0]
    wanted = [(date(2029, 5, 17) + timedelta(days=i)).month in months_of for i in range(800)]
    assert holds.tolist() == wanted


def world(*outputs: Output, **more: Any) -> Scenario:
    plain: dict[str, Any] = {
        "flour": 30.0, "commercial": 0.0, "relief": 0.0, "outputs": 0.0, "inner_pipeline": False, "uncertain": False,
        "history": 60, "horizon": 2, "regime": 0, "parameters": {"leaving.ordinary_hazard": q(0.0)},
    }  # fmt: skip
    return small(**(plain | more)).model_copy(update={"outputs": outputs})


def played(scenario: Scenario, futures: int = 2) -> xr.Dataset:
    record = ["produced", "herd", "used", "delivered", "burned", "carried", "service"]
    return before(run(scenario, policies=["closed"], conditions=["calm"], futures=futures, record=record)).load()


def made(place: str, share: float, **more: Any) -> Output:
    return Output(place=place, commodity="flour", share=q(share), known=START, **more)


def test_a_calendar_of_harvests_adds_up_by_place() -> None:
    """The history runs from 1 January to 1 March."""
    ds = played(world(made("*", 0.1), made("*", 0.3, months="2-3")))
    use = 20_000 * 4e-4 * ds["requirement"].values / 2100
    produced = ds["produced"].sel(place="near", commodity="flour").transpose("day", "future").values
    assert produced[:31] == pytest.approx(np.tile(0.1 * use, (31, 1)))
    assert produced[31:] == pytest.approx(np.tile(0.4 * use, (29, 1)))


def test_a_harvest_that_needs_fuel_ends_with_the_fuel() -> None:
    dry = world(made("near", 0.5, fuel=0.8))
    stocks = tuple(
        row.model_copy(update={"tonnes": q(20.0)}) if row.commodity == "petrol" else row for row in dry.stocks
    )
    ds = played(dry.model_copy(update={"stocks": stocks, "rules": {"rations": "none"}}))
    use = 20_000 * 4e-4 * ds["requirement"].values / 2100
    produced = ds["produced"].sel(place="near", commodity="flour").transpose("day", "future").values
    assert produced[0] == pytest.approx(0.5 * use)
    assert produced[-1] == pytest.approx(0.1 * use)
    assert float(ds["service"].sel(place="near", commodity="petrol").isel(day=-1).max()) == 0.0


def test_a_herd_becomes_food_month_by_month() -> None:
    herd = Herd(place="*", commodity="flour", tonnes=q(90.0), eaten=q(0.3), known=START)
    ds = played(world().model_copy(update={"livestock": (herd,)}))
    left = ds["herd"].sel(commodity="flour").transpose("place", "day", "future").values
    assert left[0, -1] + left[1, -1] == pytest.approx(90.0 * 0.7 ** (60 / MONTH), rel=1e-5)
    given = ds["produced"].sel(commodity="flour").sum(("day", "place"))
    assert given.values + left[:, -1].sum(axis=0) == pytest.approx(90.0, rel=1e-5)
    assert left[0, 5] / left[1, 5] == pytest.approx(2.0, rel=1e-3)  # split by population


def inside(fuel: float, **more: Any) -> Scenario:
    """Far grows twice what it needs and sends to near, with so much fuel of its own."""
    base = world(made("far", 2.0), **more)
    pipe = base.pipelines[0].model_copy(
        update={"id": "carts", "from_place": "far", "to": ("near",), "tonnes_per_day": q(9.0)}
    )
    stocks = (Stock(place="far", commodity="petrol", tonnes=q(fuel), known=START),)
    goods = tuple(g.model_copy(update={"need": q(0.0)}) if g.id == "petrol" else g for g in base.commodities)
    return base.model_copy(update={"pipelines": (pipe,), "stocks": stocks, "commodities": goods})


def test_food_goes_from_the_village_to_the_town_with_fuel_over_a_link() -> None:
    ds = played(inside(5.0))
    came = ds["delivered"].sel(place="near", commodity="flour")
    burned = ds["burned"].sel(place="far", commodity="petrol")
    carried = ds["carried"].sel(link="inner")
    assert float(came.isel(day=5).min()) > 1.0
    np.testing.assert_allclose(burned.values, 2.6e-5 * 40.0 * carried.values, rtol=1e-5)
    dry = played(inside(0.0))
    assert float(dry["delivered"].max()) == 0.0
    narrow = played(inside(5.0, inner_tonnes=0.5))
    assert float(narrow["carried"].sel(link="inner").max()) == pytest.approx(0.5)


def test_the_energy_of_a_case_with_herds_is_what_came_in() -> None:
    """kcal: stock and herd at the start + delivered + grown = eaten + kept + spoilt + left of the herd, future by future."""
    herd = Herd(place="near", commodity="flour", tonnes=q(50.0, 30.0, 70.0), eaten=q(0.4), known=START)
    scenario = small(history=40, horizon=2, regime=0).model_copy(update={"livestock": (herd,)})
    record = ["produced", "herd", "used", "delivered", "spoiled", "sent", "burned"]
    ds = (
        run(scenario, policies=["closed"], conditions=["calm"], futures=4, record=record)
        .load()
        .isel(policy=0, condition=0)
    )
    energy = xr.DataArray([3.64e6, 4.155e6, 0.0], dims="commodity")
    day = slice(1, None)

    def kcal(name: str) -> Any:
        return (ds[name].astype(float).isel(day=day).sum("day") * energy).sum(("place", "commodity"))

    held, animals = ((ds[name].astype(float) * energy).sum(("place", "commodity")) for name in ("stock", "herd"))
    slaughtered = animals.isel(day=0) - animals.isel(day=-1)
    assert (slaughtered.values > 0).all()
    grown = kcal("produced") - slaughtered
    came_in = held.isel(day=0) + animals.isel(day=0) + kcal("delivered") - kcal("sent") + grown
    went = kcal("used") + kcal("spoiled") + kcal("burned") + held.isel(day=-1) + animals.isel(day=-1)
    np.testing.assert_allclose(came_in.values, went.values, rtol=2e-6)  # recorded in single precision


# --- ranges of events


def event(kind: Any, target: str, value: float, low: float, high: float, day: int = 20) -> Event:
    return Event(
        date=START + timedelta(days=day), known=START, kind=kind, target=target, value=value, low=low, high=high
    )


def test_the_value_of_an_event_is_drawn_once_in_each_future() -> None:
    scenario = world(made("*", 0.4)).model_copy(update={"events": (event("output", "flour", 0.5, 0.2, 0.9),)})
    ds = played(scenario, futures=50)
    produced = ds["produced"].sel(place="near", commodity="flour").transpose("future", "day").values
    factor = produced[:, 20:] / produced[:, :1]
    assert np.ptp(factor, axis=1).max() < 1e-6
    assert 0.05 <= factor.min() < 0.3 < 0.7 < factor.max() < 1.1
    drawn = ds["inputs"].sel(input="events.2030-01-21.output.flour").values
    np.testing.assert_allclose(factor[:, 0], drawn, rtol=1e-6)


def test_a_later_event_and_a_policy_take_the_place_of_a_range() -> None:
    base = world(commercial=20.0, regime=31, gate_tonnes=1e4, inner_tonnes=1e4, parameters={"delivery.loss": q(0.0)})
    events = (event("pipeline", "trade", 5.0, 3.0, 7.0), event("pipeline", "trade", 8.0, 8.0, 8.0, day=30))
    ds = played(base.model_copy(update={"events": events}), futures=20)
    came = ds["delivered"].sel(commodity="flour").sum("place").transpose("future", "day").values
    assert np.ptp(came[:, 25]) > 1.0
    assert came[:, 35] == pytest.approx(np.full(20, 8.0), rel=1e-5)


def test_no_drawn_damage_passes_the_whole() -> None:
    base = world(commercial=20.0, regime=31).model_copy(update={"events": (event("damage", "gate", 0.95, 0.8, 1.0),)})
    drawn = played(base, futures=100)["inputs"].sel(input="events.2030-01-21.damage.gate").values
    assert drawn.max() <= 1.0
    assert np.ptp(drawn) > 0.05


@pytest.fixture
def case(tmp_path: Path) -> Path:
    write_new(tmp_path / "case")
    return tmp_path / "case"


HEAD = "date,known,kind,target,value,low,high,dist,evidence,note\n"


def test_an_event_with_a_range_is_read_in_the_unit_of_its_kind(case: Path) -> None:
    (case / "events.csv").write_text(
        HEAD + "2024-02-01,,pipeline,aid,70 t/week,35 t/week,14,uniform,a_closure,\n", encoding="utf-8"
    )
    scenario = load(case)
    (found,) = scenario.events
    assert (found.value, found.low, found.high, found.dist) == (10.0, 5.0, 14.0, "uniform")
    (row,) = [row for row in audit(scenario) if row.path == "events.2024-02-01.pipeline.aid"]
    assert (row.low, row.high, row.unit) == (5.0, 14.0, "t/day")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("pipeline,aid,10,12,14,", "low 12 is above the value 10"),
        ("pipeline,aid,10,5,,", "low is given without high"),
        ("regime,gate,open,closed,open,", "has no range"),
        ("damage,gate,0.5,0.2,1.5,", "above 1"),
        ("pipeline,aid,10,5,14,round", "no dist"),
    ],
)
def test_a_bad_range_of_an_event_is_told(case: Path, row: str, says: str) -> None:
    (case / "events.csv").write_text(f"{HEAD}2024-02-01,,{row},a_closure,\n", encoding="utf-8")
    with pytest.raises(InputError, match=says):
        load(case)


def test_outputs_by_month_are_read_and_set(case: Path) -> None:
    text = "place,commodity,months,share,fuel,work,evidence\n*,groceries,,0.1,,,a_stocks\n*,groceries,7-09,0.5,40 %,0.2,a_stocks\n"
    (case / "outputs.csv").write_text(text, encoding="utf-8")
    scenario = load(case)
    assert [(row.months, row.fuel, row.work) for row in scenario.outputs] == [("", 0.0, 0.0), ("7-9", 0.4, 0.2)]
    changed = override(scenario, ["outputs.*.groceries=0.2", "outputs.*.groceries.7-9=0.1..0.3..0.6"])
    assert [row.share for row in changed.outputs] == [Quantity(value=0.2), Quantity(value=0.3, low=0.1, high=0.6)]
    assert [change.was for change in changed.changed] == ["0.1", "0.5"]
    (case / "outputs.csv").write_text(text.replace("7-09", "7-13"), encoding="utf-8")
    with pytest.raises(InputError, match='"7-13" are no months'):
        load(case)


def test_a_herd_is_read_and_set(case: Path) -> None:
    text = "place,commodity,tonnes,tonnes_low,tonnes_high,eaten,evidence\nhilltown,groceries,40,20,60,10 %,a_stocks\n"
    (case / "livestock.csv").write_text(text, encoding="utf-8")
    scenario = load(case)
    assert scenario.livestock[0].tonnes == Quantity(value=40.0, low=20.0, high=60.0, evidence=("a_stocks",))
    changed = override(scenario, ["livestock.hilltown.groceries.eaten=0.2"])
    assert changed.livestock[0].eaten == Quantity(value=0.2)
