"""Small worlds thrown together at random: many homes, ways, goods and events at once, at the ends of what may be.

Each number of a rule stands at the low end, the middle or the high end of its range. What the rules make of such a
world no one could say; that it does not move unnoticed is what `test_whole` holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np

from corridor.rules import PARAMETERS, RULES
from corridor.scenario import Scenario
from corridor.scenario.flight import Bus
from corridor.scenario.goods import Commodity, Fleet, Herd, Output, Ration, Stock
from corridor.scenario.model import Action, Event, Link, Place, Policy, Quantity, Reception, Route
from small import CLOSED, HUMANITARIAN, OPEN, START, q, small

PAST, DAYS = 9, 16
WORLDS = 8
OFF: Mapping[str, float] = {
    "births.rate": 300.0, "reception.returns": 0.2, "care.exposed": 0.4, "sharing.crisis_cv": 0.2, "intake.captured": 0.2,
    "children.diarrhoea_excess": 0.1, "children.respiratory_excess": 0.05, "child_deaths.outbreak": 2.0,
    "bodies.temperature": -5.0, "bodies.temperature_swing": 6.0, "rations.in_force": 0.8, "delivery.fuel": 1e-3,
    "sharing.child_goal": 0.9, "children.need": 1100.0, "care.lag": 9.0, "care.lag_infection": 4.0,
    "deaths.births_balance": 0.7, "bodies.adult_age": 37.0,
}  # fmt: skip
"""numbers that are fixed, many of them so that nothing comes of them, and what else they may be"""
BUSY: Mapping[str, float] = {
    "movement.new_per_day": 40.0, "movement.new_factor": 1.3, "movement.followers_room_power": 0.5,
    "movement.followers_origin_power": 0.7, "movement.followers_speed": 60.0, "movement.flee3_max_move_speed": 80.0,
    "movement.flee3_softening": 20.0, "movement.flee3_distance_power": 1.2, "movement.flee3_default_movechance": 0.8,
    "movement.flee3_camp_movechance": 0.05, "movement.flee3_conflict_weight": 0.6, "movement.flee3_capacity_scaling": 1.0,
    "movement.flee3_capacity_buffer": 0.5,
}  # fmt: skip
"""the same of a wider country"""


def shaken(seed: int) -> Scenario:
    """Return a world of a seed."""
    rng = np.random.default_rng([seed, 5])
    base = small(
        history=PAST, horizon=DAYS, flour=float(rng.choice([3.0, 40.0, 150.0])), people=(5000, 1200), commercial=float(rng.choice([2.0, 9.0])),
        gate_tonnes=float(rng.choice([4.0, 15.0])), gate_vehicles=float(rng.choice([5.0, 60.0])), inner_tonnes=6.0,
        relief=float(rng.choice([0.5, 3.0])), rules=_rules(rng), parameters=_parameters(rng), outputs=float(rng.choice([0.0, 0.3])),
    )  # fmt: skip
    places, links = _places(rng, base), _links(rng, base)
    return base.model_copy(
        update={
            "places": places, "links": links, "routes": (*base.routes, Route(id="over", name="Over", links=("pass",))),
            "commodities": (*base.commodities, Commodity(id="drugs", name="Drugs", kind="other", need=q(1e-6)),
                            Commodity(id="power", name="Power", kind="service", need=q(0.5))),
            "stocks": (*base.stocks, Stock(place="far", commodity="drugs", tonnes=q(1.0, 0.5, 2.0), known=START)),
            "outputs": (*base.outputs, Output(place="near", commodity="groceries", share=q(0.4), months="12-2", fuel=0.5,
                                              work=0.3, known=START)),
            "livestock": (Herd(place="*", commodity="groceries", tonnes=q(20.0, 10.0, 30.0), eaten=q(0.4), known=START),),
            "pipelines": _pipelines(rng, base), "fleets": _fleets(rng), "rations": _rations(rng), "events": _events(rng),
            "buses": (Bus(id="coach", from_place="near", to_place="outside", seats=q(40.0, 30.0, 50.0),
                          departures_per_day=q(3.0), known=START),),
            "reception": (*base.reception, Reception(place="harbour", known=START, onward_share=q(0.2))),
            "bodies": ("", "south_asia", "europe_1940s")[seed % 3], "policies": _policies(base), "priority": ("medical", "humanitarian", "commercial") if seed % 2 else (),
        }
    )  # fmt: skip


def _day(n: int) -> Any:
    return START + timedelta(days=n)


def _rules(rng: np.random.Generator) -> dict[str, str]:
    return {
        process: str(rng.choice(list(rules)))
        for process, rules in RULES.items()
        if len(rules) > 1 and process != "movement"
    }


def _parameters(rng: np.random.Generator) -> dict[str, Quantity]:
    """Return half of the numbers of the rules, each at an end or in the middle of its range."""
    ends = {name: (OFF[name],) if name in OFF else (one.low, one.default, one.high) for name, one in PARAMETERS.items()}
    return {
        name: q(float(rng.choice(values)))
        for name, values in ends.items()
        if rng.random() < 0.6 and not name.startswith("movement.")
    }


def _places(rng: np.random.Generator, base: Scenario) -> tuple[Place, ...]:
    more = (
        Place(id="harbour", name="Harbour", latitude=1, longitude=3, kind="outside", exit="regime", known=START),
        Place(id="hill", name="Hill", latitude=1, longitude=2, kind="home", pantry=q(4.0, 1.0, 9.0), porosity="rural",
              population=q(300.0, 200.0, 400.0), known=START),
    )  # fmt: skip
    changed = {
        "border": {"transshipment": q(float(rng.choice([2.0, 20.0])))},
        "near": {"pantry": q(float(rng.choice([0.0, 3.0])))},
    }
    return (*(place.changed(**changed.get(place.id, {})) for place in base.places), *more)


def _links(rng: np.random.Generator, base: Scenario) -> tuple[Link, ...]:
    def link(id_: str, a: str, b: str, tonnes: float, **more: Any) -> Link:
        plain: dict[str, Any] = {"km": q(30.0, 20.0, 45.0), "kmh": q(float(rng.choice([3.0, 30.0]))), "regime": OPEN, "known": START,
                                 "vehicles_per_hour": q(20.0), "weather": q(0.1)}  # fmt: skip
        return Link(id=id_, from_place=a, to_place=b, tonnes_per_day=q(tonnes), **(plain | more))

    return (
        *base.links,
        link("track", "border", "far", 2.0, kind="track", foot="only", vehicles_per_hour=q(0.0), km=q(120.0)),
        link("pass", "harbour", "hill", 5.0, contraflow=q(0.5), hours_per_day=q(9.0)),
        link("ridge", "hill", "far", 4.0, regime=int(rng.choice([OPEN, HUMANITARIAN + 8, 1 + 2 + 64]))),
        link("rail", "near", "hill", 3.0, kind="rail", foot="no", km=q(90.0)),
    )


def _pipelines(rng: np.random.Generator, base: Scenario) -> tuple[Any, ...]:
    first = base.pipelines[0]
    changed = {
        "shops": {"every": 4.0, "forces_share": q(0.2)}, "aid": {"weekday": "friday", "every": 7.0} if rng.random() < 0.5 else {},
        "pumps": {"ends": _day(PAST + 6)}, "trade": {"reporter": "a"},
    }  # fmt: skip
    more = (
        first.changed(id="sea", from_place="harbour", commodity="relief_mix", traffic="humanitarian", tonnes_per_day=q(2.0, 1.0, 4.0)),
        first.changed(id="medicine", commodity="drugs", traffic="medical", tonnes_per_day=q(0.01)),
        first.changed(id="back", from_place="far", to=("near", "hill"), commodity="flour", tonnes_per_day=q(0.8), starts=_day(4)),
    )  # fmt: skip
    return (*(pipe.changed(**changed.get(pipe.id, {})) for pipe in base.pipelines), *more)


def _fleets(rng: np.random.Generator) -> tuple[Fleet, ...]:
    return (
        Fleet(id="lorries", pipelines=("trade", "back"), lorries=q(float(rng.choice([2.0, 6.0]))), payload=q(2.0, 1.5, 3.0),
              turnaround=q(2.5), lost=q(0.05), fuel=q(0.01), hours=q(9.0), known=START),
    )  # fmt: skip


def _rations(rng: np.random.Generator) -> tuple[Ration, ...]:
    def ration(group: Any, good: str, amount: float, **more: Any) -> Ration:
        plain: dict[str, Any] = {"starts": _day(2), "place": "*", "known": START, "honoured": q(0.8, 0.6, 1.0)}
        return Ration(group=group, commodity=good, amount=q(amount), **(plain | more))

    if rng.random() < 0.15:
        return ()
    return (
        ration("workers", "kcal", 1500.0, share=q(0.3)), ration("workers", "flour", 4e-4, starts=_day(6)),
        ration("children", "kcal", 900.0, share=q(0.2), extra=q(0.1), ends=_day(PAST + 5)),
        ration("all", "flour", 2e-4, place="far"),
    )  # fmt: skip


def _events(rng: np.random.Generator) -> tuple[Event, ...]:
    def event(kind: Any, target: str, value: float, day: int, **more: Any) -> Event:
        return Event(date=_day(day), known=_day(day), kind=kind, target=target, value=value, **more)

    return (
        event("damage", "inner", 0.6, 2), event("coupon", "flour", 3e-4, 3), event("output", "flour", 0.5, 4),
        event("violence", "near", 0.7, 5), event("population", "far", 900.0, 6), event("damage", "inner", 0.1, 7),
        event("regime", "track", int(rng.choice([CLOSED, 8])), 4), event("regime", "gate", HUMANITARIAN, 6, latest=_day(8)),
    )  # fmt: skip


def _policies(base: Scenario) -> tuple[Policy, ...]:
    first = _day(PAST)

    def act(do: Any, target: str, value: Any = None, day: int = 0, **more: Any) -> Action:
        return Action(do=do, target=target, value=value, starts=first + timedelta(days=day), **more)

    mixed = (
        act("set", "links.gate.regime", HUMANITARIAN + 8, 2), act("force", "links.gate.tonnes_per_day", 3.0, 1),
        act("force", "links.pass.vehicles_per_hour", 90.0, 3), act("remove", "pipelines.sea", None, 5),
        act("add", "pipelines.air", None, 1), act("force", "pipelines.aid.tonnes_per_day", 4.0, 2, ends=_day(PAST + 9)),
        act("force", "parameters.delivery.loss", 0.3, 4), act("set", "places.near.release", True, 2),
        act("set", "places.far.release", True, 8), act("force", "links.approach.regime", CLOSED, 6, ends=_day(PAST + 9)),
        act("force", "links.track.regime", OPEN, 2, ends=_day(PAST + 4)), act("force", "links.track.regime", CLOSED, 5),
    )  # fmt: skip
    return (base.policies[0], Policy(id="mixed", title="Much at once", actions=mixed))
