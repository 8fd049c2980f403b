"""Small synthetic scenarios, built without files."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from corridor.scenario.model import (
    Action,
    Commodity,
    Link,
    Mix,
    Output,
    Pipeline,
    Place,
    Policy,
    Quantity,
    Reception,
    Route,
    Scenario,
    Stock,
    Variant,
)

START = date(2030, 1, 1)
OPEN, CLOSED, HUMANITARIAN = 31, 0, 2 + 4


def q(value: float, low: float | None = None, high: float | None = None) -> Quantity:
    return Quantity(value=value, low=low, high=high)


def small(
    *,
    history: int = 20,
    horizon: int = 30,
    people: tuple[float, float] = (20_000, 10_000),
    flour: float = 300.0,
    commercial: float = 20.0,
    relief: float = 6.0,
    gate_tonnes: float = 30.0,
    gate_vehicles: float = 120.0,
    inner_tonnes: float = 15.0,
    regime: int = OPEN,
    rules: dict[str, str] | None = None,
    parameters: dict[str, Quantity] | None = None,
    extra_links: tuple[Link, ...] = (),
    inner_pipeline: bool = True,
    outputs: float = 0.2,
    uncertain: bool = True,
) -> Scenario:
    """Two homes in a chain behind one gate, outside - gate - near - far. The gate closes at the start of the horizon,

    except to people on their way out after a loss of control: the policies set its regime and do not force it.
    """

    def spread(value: float, share: float = 0.3) -> Quantity:
        return q(value, value * (1 - share), value * (1 + share)) if uncertain and value > 0 else q(value)

    def link(id_: str, a: str, b: str, tonnes: float, vehicles: float, km: float, regime_: int = OPEN) -> Link:
        return Link(
            id=id_, from_place=a, to_place=b, km=q(km), tonnes_per_day=q(tonnes), vehicles_per_hour=spread(vehicles),
            kmh=q(50.0), weather=q(0.02) if uncertain else q(0.0), regime=regime_, known=START,
        )  # fmt: skip

    def pipe(
        id_: str, source: str, to: tuple[str, ...], commodity: str, tonnes: float, traffic: str, **more: Any
    ) -> Pipeline:
        return Pipeline(
            id=id_, from_place=source, to=to, commodity=commodity, tonnes_per_day=spread(tonnes), traffic=traffic,  # type: ignore[arg-type]
            known=START, **more,
        )  # fmt: skip

    as_of = START + timedelta(days=history - 1)
    first = as_of + timedelta(days=1)
    closed = Action(do="set", target="links.gate.regime", value=CLOSED, starts=first)
    lost = Action(do="set", target="places.*.release", value=True, starts=first + timedelta(days=2))
    return Scenario(
        id="small", title="A small synthetic case", time_zone="UTC", start=START, variant="now", as_of=as_of,
        variants=(Variant(id="now", as_of=as_of),), horizon=horizon, reference_policy="closed",
        rules=rules or {}, parameters=parameters or {},
        places=(
            Place(id="outside", name="Outside", latitude=0, longitude=0, kind="outside", exit="release", known=START),
            Place(id="border", name="Border", latitude=0, longitude=0.5, kind="waypoint", known=START),
            Place(id="near", name="Near", latitude=0, longitude=1, kind="home", pantry=q(0.0), population=spread(people[0], 0.1), known=START),
            Place(id="far", name="Far", latitude=0, longitude=2, kind="home", pantry=q(0.0), population=spread(people[1], 0.1), known=START),
        ),
        links=(
            link("approach", "outside", "border", 1e6, 2000.0, 20.0),
            link("gate", "border", "near", gate_tonnes, gate_vehicles, 30.0, regime),
            link("inner", "near", "far", inner_tonnes, 300.0, 40.0),
            *extra_links,
        ),
        routes=(Route(id="way", name="The way", links=("approach", "gate")),),
        commodities=(
            Commodity(id="flour", name="Flour", kind="food", kcal_per_tonne=3.64e6, need=q(0.0004), spoilage=0.0002),
            Commodity(id="groceries", name="Other food", kind="food", kcal_per_tonne=4.155e6, need=q(0.000155), spoilage=0.001),
            Commodity(id="petrol", name="Petrol", kind="fuel", need=q(0.0002)),
        ),
        mixes=(Mix(id="relief_mix", shares={"flour": spread(0.5), "groceries": spread(0.2)}),),
        stocks=(
            Stock(place="*", commodity="flour", tonnes=spread(flour), known=START),
            Stock(place="near", commodity="groceries", tonnes=spread(flour / 3), known=START),
            Stock(place="*", commodity="petrol", tonnes=spread(50.0), known=START),
        ),
        outputs=(Output(place="*", commodity="flour", share=spread(outputs), known=START),) if outputs > 0 else (),
        pipelines=(
            pipe("trade", "outside", ("*",), "flour", commercial, "commercial"),
            pipe("shops", "outside", ("*",), "groceries", commercial / 3, "commercial"),
            pipe("pumps", "outside", ("*",), "petrol", commercial / 4, "commercial"),
            pipe("aid", "outside", ("near", "far"), "relief_mix", relief, "humanitarian"),
            *((pipe("inner_aid", "near", ("far",), "flour", 5.0, "commercial"),) if inner_pipeline else ()),
            pipe("air", "outside", ("near",), "flour", 8.0, "humanitarian", dormant=True),
        ),
        reception=(
            Reception(place="outside", registrations_per_hour=spread(200.0), beds=q(3000.0), known=START),
        ),
        events=(), signs=(),
        policies=(
            Policy(id="closed", title="Gate closed", actions=(closed,)),
            Policy(id="open", title="Gate open to all"),
            Policy(id="relief", title="Gate open to relief", actions=(
                Action(do="set", target="links.gate.regime", value=HUMANITARIAN, starts=first),
                Action(do="add", target="pipelines.air", starts=first + timedelta(days=5)),
            )),
        ),
        conditions=(
            Policy(id="calm", title="Control is kept"),
            Policy(id="loss", title="Control is lost", actions=(lost,)),
        ),
        evidence={}, hash="0" * 64,
    )  # fmt: skip
