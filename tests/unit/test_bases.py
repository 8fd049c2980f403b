"""Every kind of event and every verb of a policy on a base of 0, an unknown base and a missing one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import xarray as xr

from corridor.core.errors import InputError
from corridor.engine import run
from corridor.results.dataset import ahead
from corridor.results.dataset import history as before
from corridor.scenario.load import load
from corridor.scenario.model import Action, Event, Output, Policy, Quantity, Scenario
from corridor.scenario.write.new import write_new
from small import HUMANITARIAN, OPEN, START, q, small

FIRST = START + timedelta(days=20)
RECORD = ["delivered", "produced", "used", "carried", "regime", "vehicles"]


def world(**more: Any) -> Scenario:
    """Nothing comes in, and stores are far from full."""
    plain: dict[str, Any] = {
        "flour": 0.0, "commercial": 0.0, "relief": 0.0, "outputs": 0.0, "inner_pipeline": False, "uncertain": False,
        "gate_tonnes": 1e4, "inner_tonnes": 1e4, "horizon": 5,
        "parameters": {"delivery.loss": q(0.0), "leaving.ordinary_hazard": q(0.0)},
    }  # fmt: skip
    return small(**(plain | more))


def changed(scenario: Scenario, table: str, id_: str, **values: Any) -> Scenario:
    rows = tuple(row.model_copy(update=values) if row.id == id_ else row for row in getattr(scenario, table))
    return scenario.model_copy(update={table: rows})


def imposed(scenario: Scenario, *actions: Action) -> xr.Dataset:
    policy = Policy(id="tried", title="Tried", actions=actions)
    scenario = scenario.model_copy(update={"policies": (*scenario.policies, policy)})
    chosen: dict[str, Any] = {"policies": ["tried"], "conditions": ["calm"], "futures": 2, "record": RECORD}
    return ahead(run(scenario, **chosen)).load().isel(policy=0, condition=0)


def told(scenario: Scenario, kind: Any, target: str, value: float, day: int = 10) -> xr.Dataset:
    event = Event(date=START + timedelta(days=day), known=START, kind=kind, target=target, value=value)
    scenario = scenario.model_copy(update={"events": (event,)})
    chosen: dict[str, Any] = {"policies": ["open"], "conditions": ["calm"], "futures": 2, "record": RECORD}
    return before(run(scenario, **chosen)).load()


BASES: dict[str, Callable[[], Scenario]] = {
    "zero": world,
    "another number": lambda: world(commercial=3.0),
    "waits for a policy": lambda: changed(world(), "pipelines", "trade", dormant=True),
    "has ended": lambda: changed(world(), "pipelines", "trade", ends=START + timedelta(days=3)),
    "has not begun": lambda: changed(world(), "pipelines", "trade", starts=START + timedelta(days=200)),
    "unknown, drawn": lambda: changed(world(), "pipelines", "trade", tonnes_per_day=Quantity(value=3, low=0, high=9)),
}


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("do", ["set", "force"])
def test_a_pipeline_sends_what_a_policy_says(base: str, do: Any) -> None:
    act = Action(do=do, target="pipelines.trade.tonnes_per_day", value=12.0, starts=FIRST)
    found = imposed(BASES[base](), act)["delivered"].sel(commodity="flour").sum("place")
    assert found.values == pytest.approx(12.0)


@pytest.mark.parametrize("base", BASES)
def test_a_pipeline_sends_what_an_event_says(base: str) -> None:
    found = told(BASES[base](), "pipeline", "trade", 12.0)["delivered"].sel(commodity="flour").sum("place")
    assert found.isel(day=slice(10, None)).values == pytest.approx(12.0)
    assert found.isel(day=slice(4, 10)).max() < 12.0


def test_a_mixed_pipeline_of_zero_carries_its_mix() -> None:
    act = Action(do="set", target="pipelines.aid.tonnes_per_day", value=10.0, starts=FIRST)
    found = imposed(world(), act)
    mixed = found["delivered"].sum("place").transpose("commodity", ...)
    assert mixed.sel(commodity="flour").values == pytest.approx(5.0)
    assert mixed.sel(commodity="groceries").values == pytest.approx(2.0)
    assert found["carried"].sel(link="gate").values == pytest.approx(10.0)  # what is not counted fills the lorries


@pytest.mark.parametrize("do", ["add", "remove"])
@pytest.mark.parametrize("dormant", [True, False])
def test_a_pipeline_is_added_and_removed_whatever_it_did(do: Any, dormant: bool) -> None:
    base = changed(world(commercial=9.0), "pipelines", "trade", dormant=dormant)
    found = imposed(base, Action(do=do, target="pipelines.trade", starts=FIRST))
    wanted = 9.0 if do == "add" else 0.0
    assert found["delivered"].sel(commodity="flour").sum("place").values == pytest.approx(wanted)


@pytest.mark.parametrize("base", [0.0, 50.0, float("inf")])
def test_a_link_carries_what_a_policy_says(base: float) -> None:
    start = changed(world(commercial=40.0), "links", "gate", tonnes_per_day=q(base))
    act = Action(do="set", target="links.gate.tonnes_per_day", value=8.0, starts=FIRST)
    assert imposed(start, act)["carried"].sel(link="gate").values == pytest.approx(8.0)


@pytest.mark.parametrize("base", [0.0, float("inf")])
def test_vehicles_of_a_link_are_what_a_policy_says(base: float) -> None:
    start = changed(world(parameters={}), "links", "gate", vehicles_per_hour=q(base))
    lost = Action(do="force", target="places.*.release", value=True, starts=FIRST)
    act = Action(do="set", target="links.gate.vehicles_per_hour", value=2.0, starts=FIRST)
    start = start.model_copy(update={"horizon": 30, "parameters": {"access.exit_delay": q(1.0)}})
    found = imposed(start, lost, act)["vehicles"].sel(link="gate")
    assert found.max() <= 48.0 + 1.0  # people are whole, vehicles are counted from them
    assert found.max() > 40.0


@pytest.mark.parametrize("base", ["missing", "zero", "another number"])
@pytest.mark.parametrize("place", ["near", "*"])
def test_an_output_is_what_a_policy_says(base: str, place: str) -> None:
    start = world(outputs=0.3 if base == "another number" else 0.0)
    if base == "zero":
        none = Output(place="*", commodity="flour", share=q(0.0), known=START)
        start = start.model_copy(update={"outputs": (none,)})
    act = Action(do="set", target=f"outputs.{place}.flour", value=0.5, starts=FIRST)
    found = imposed(start, act).sel(commodity="flour")
    use = 20_000 * 0.0004 * found["requirement"].values / 2100
    assert found["produced"].sel(place="near").transpose("day", "future").values == pytest.approx(
        0.5 * use + 0 * found["produced"].sel(place="near").transpose("day", "future").values
    )


def test_an_event_of_output_multiplies_what_is_there() -> None:
    full, none = (told(world(outputs=share), "output", "flour", 0.5)["produced"] for share in (0.4, 0.0))
    days = full.sel(commodity="flour", place="near").isel(future=0)
    assert float(days.isel(day=12) / days.isel(day=2)) == pytest.approx(0.5)
    assert float(none.max()) == 0.0  # the base is 0, and a multiple of it is 0


def test_a_coupon_of_zero_hands_out_nothing_and_one_on_an_unused_good_is_harmless() -> None:
    held = (
        told(world(flour=500.0, rules={"rations": "none"}), "coupon", "flour", 0.0)["used"]
        .sel(commodity="flour")
        .sum("place")
    )
    assert held.isel(day=slice(10, None)).max() == 0.0
    assert held.isel(day=5).min() > 0.0
    unused = world(flour=500.0)
    goods = tuple(g.model_copy(update={"need": q(0.0)}) if g.id == "petrol" else g for g in unused.commodities)
    assert told(unused.model_copy(update={"commodities": goods}), "coupon", "petrol", 1.0)["used"].notnull().all()


@pytest.mark.parametrize(("value", "left"), [(0.5, 10.0), (1.0, 0.0), (0.0, 20.0)])
def test_damage_takes_its_share_of_what_a_link_carries(value: float, left: float) -> None:
    found = told(changed(world(commercial=40.0), "links", "gate", tonnes_per_day=q(20.0)), "damage", "gate", value)
    assert found["carried"].sel(link="gate").isel(day=slice(10, None)).values == pytest.approx(left)


@pytest.mark.parametrize("base", [0, OPEN])
@pytest.mark.parametrize("do", ["set", "force"])
def test_a_regime_is_what_is_said_whatever_it_was(base: int, do: Any) -> None:
    start = world(regime=base, relief=10.0)
    act = Action(do=do, target="links.gate.regime", value=HUMANITARIAN, starts=FIRST)
    assert (imposed(start, act)["regime"].sel(link="gate") == HUMANITARIAN).all()
    assert (told(start, "regime", "gate", HUMANITARIAN)["regime"].sel(link="gate").isel(day=15) == HUMANITARIAN).all()


def test_a_parameter_without_a_value_in_the_folder_is_set() -> None:
    act = Action(do="set", target="parameters.delivery.loss", value=0.5, starts=FIRST)
    assert imposed(world(commercial=10.0), act)["delivered"].sel(commodity="flour").sum(
        "place"
    ).values == pytest.approx(5)


# --- what cannot do what it says is told before anything is run


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("output,flour,0.5", 'no output of "flour"'),
        ("output,coal,0.5", 'no output of "coal"'),
        ("damage,bare,0.5", 'no capacity of "bare"'),
        ("pipeline,nowhere,5", "no pipeline"),
        ("coupon,nowhere,5", "no commodity"),
        ("regime,nowhere,open", "no link"),
    ],
)
def test_an_event_without_a_base_is_refused(tmp_path: Path, row: str, says: str) -> None:
    folder = tmp_path / "case"
    write_new(folder)
    with (folder / "links.csv").open("a", encoding="utf-8") as file:
        file.write("bare,plainport,hilltown,60,,,,,,,50,,,,open,,a_roads\n")
    with (folder / "events.csv").open("a", encoding="utf-8") as file:
        file.write(f"2024-02-01,2024-02-01,{row},a_closure,\n")
    with pytest.raises(InputError, match=says):
        load(folder)


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("outputs.valleytown.nothing", "no commodity"),
        ("outputs.nowhere.flour", "no place"),
        ("outputs.plainport.flour", "is of kind outside"),
        ("outputs.valleytown", "is not a target"),
        ("pipelines.nowhere.tonnes_per_day", "no pipeline"),
        ("links.nowhere.tonnes_per_day", "no link"),
    ],
)
def test_a_policy_without_a_base_is_refused(tmp_path: Path, target: str, says: str) -> None:
    folder = tmp_path / "case"
    write_new(folder)
    path = folder / "policies.yaml"
    action = f"      - {{do: set, target: {target}, value: 1}}\n"
    policy = f"  - id: tried\n    title: Tried\n    actions:\n{action}"
    path.write_text(path.read_text("utf-8").replace("\nconditions:", f"\n{policy}\nconditions:"), encoding="utf-8")
    with pytest.raises(InputError, match=says):
        load(folder)
