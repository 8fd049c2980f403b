"""Synthetic runs in the shape that a simulation leaves, for the tests of the report. All numbers are invented."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corridor.scenario.model import (
    Action,
    Commodity,
    Event,
    Evidence,
    Link,
    Name,
    Place,
    Policy,
    Quantity,
    Route,
    Scenario,
    Stock,
    Variant,
    Window,
)
from corridor.tables.variable import BY_NAME

KNOWN = date(2022, 12, 12)


def q(value: float, spread: float = 0.2, evidence: tuple[str, ...] = ()) -> Quantity:
    return Quantity(value=value, low=value * (1 - spread), high=value * (1 + spread), evidence=evidence)


def place(
    id: str,
    names: str,
    latitude: float,
    longitude: float,
    kind: str = "waypoint",
    people: float = 0.0,
    cite: str = "",
    exit: str = "",
) -> Place:
    return Place(
        id=id, name=names.split("/")[0], names=tuple(Name(text=name) for name in names.split("/")), latitude=latitude,
        longitude=longitude, kind=kind, population=q(people), evidence=(cite,) if cite else (), known=KNOWN,
        exit=exit,
    )  # fmt: skip


def link(id: str, a: str, b: str, regime: int, km: float = 20.0, cite: str = "") -> Link:
    return Link(
        id=id, from_place=a, to_place=b, km=q(km), tonnes_per_day=q(400), vehicles_per_hour=q(200), kmh=q(40),
        regime=regime, evidence=(cite,) if cite else (), known=KNOWN,
    )  # fmt: skip


def evidence(id: str, quantity: str, said_by: str, **more: str) -> Evidence:
    return Evidence(id=id, date="2022-12-12", known=KNOWN, quantity=quantity, said_by=said_by, **more)


FLAGSHIP_PLACES = (
    place("khankendi", "Stepanakert/Khankendi", 39.8153, 46.7519, "home", 60000, "people"),
    place("aghdara", "Martakert/Aghdara", 40.2153, 46.8128, "home", 18000, "weights"),
    place("khojavend", "Martuni/Khojavend", 39.7953, 47.1131, "home", 20000, "weights"),
    place("asgaran", "Askeran/Asgaran", 39.9367, 46.8328, "home", 16000, "weights"),
    place("corridor_villages", "Berdzor-Berdadzor villages", 39.66, 46.62, "home", 3000, "weights"),
    place("shusha_junction", "Shusha junction", 39.7519, 46.7289),
    place("hakari", "Hakari bridge", 39.51, 46.57),
    place("kornidzor", "Kornidzor", 39.5, 46.54),
    place("goris", "Goris", 39.51, 46.34, "outside", exit="release"),
    place("vayk", "Vayk", 39.6889, 45.4667, "outside"),
    place("yerevan", "Yerevan", 40.18, 44.51, "outside"),
    place("aghdam", "Ağdam", 39.99, 46.93),
    place("barda", "Bərdə", 40.37, 47.13, "outside"),
    place("airport", "Khojaly airport", 39.91, 46.79),
)
FLAGSHIP_LINKS = (
    link("hub_junction", "khankendi", "shusha_junction", 6, 11),
    link("junction_villages", "shusha_junction", "corridor_villages", 6, 25),
    link("villages_hakari", "corridor_villages", "hakari", 6, 21),
    link("lachin_checkpoint", "hakari", "kornidzor", 4, 11, "checkpoint"),
    link("kornidzor_goris", "kornidzor", "goris", 31, 15),
    link("goris_vayk", "goris", "vayk", 31, 115),
    link("vayk_yerevan", "vayk", "yerevan", 31, 135),
    link("hub_asgaran", "khankendi", "asgaran", 31, 16),
    link("asgaran_aghdam", "asgaran", "aghdam", 0, 12, "aghdam"),
    link("aghdam_barda", "aghdam", "barda", 31, 45),
    link("hub_aghdara", "khankendi", "aghdara", 31, 75),
    link("hub_khojavend", "khankendi", "khojavend", 31, 41),
    link("hub_airport", "khankendi", "airport", 31, 10),
    link("air", "airport", "yerevan", 0, 210),
)
WINDOW = Window(west=44.2, south=39.2, east=47.6, north=40.6)
POLICIES = (
    ("held", "The regime of the day is held"),
    ("lachin_all", "Lachin road open to all traffic"),
    ("lachin_relief", "Lachin road open to relief"),
    ("aghdam_relief", "Aghdam road open to relief"),
    ("both", "Both roads open to relief"),
    ("air", "Air bridge"),
)
EVIDENCE = (
    evidence("people", "people present", "de facto authorities", value="120000", unit="persons",
             source_title="Special report", source_url="https://example.org/report", disputed_by="Azerbaijan"),
    evidence("weights", "census shares", "de facto statistics service", disputed_by="Azerbaijan"),
    evidence("checkpoint", "vehicles an hour", "assumed", note="no count known before the day"),
    evidence("aghdam", "tonnes a day over Aghdam", "assumed", note="no source gives the road's capacity"),
    evidence("flour", "flour held", "assumed", note="set by the first dates of scarcity"),
    evidence("need", "energy requirement", "Sphere Handbook 2018", value="2100", unit="kcal/person/day"),
)  # fmt: skip


def scenario(
    places: tuple[Place, ...] = FLAGSHIP_PLACES,
    links: tuple[Link, ...] = FLAGSHIP_LINKS,
    *,
    title: str = "Nagorno-Karabakh, December 2022 to October 2023 (invented numbers)",
    question: str = "Which opening keeps most people fed, and what if an offensive comes?",
    policies: tuple[tuple[str, str], ...] = POLICIES,
    conditions: tuple[tuple[str, str], ...] = (("calm", "No offensive"), ("offensive", "Offensive on 19 September")),
    window: Window | None = WINDOW,
    goods: tuple[tuple[str, str, str], ...] = (
        ("flour", "Flour", "food"), ("other_food", "Other food", "food"), ("petrol", "Petrol and diesel", "fuel"),
        ("medicine", "Medicine", "service"),
    ),
    start: date = date(2022, 12, 12),
    as_of: date = date(2023, 9, 18),
    horizon: int = 91,
) -> Scenario:  # fmt: skip
    homes = [p.id for p in places if p.kind == "home"]
    opened = Action(do="set", target=f"links.{links[0].id}.regime", value=31, starts=as_of + timedelta(1))
    return Scenario(
        id="invented", title=title, question=question, time_zone="UTC+4", start=start, variant="september",
        as_of=as_of, variants=(Variant(id="september", as_of=as_of),), horizon=horizon,
        reference_policy=policies[0][0], rules={"rations": "stretch"},
        parameters={"leaving.ordinary_hazard": q(0.0004, 0.5, ("checkpoint",))}, places=places, links=links,
        routes=(
            Route(id="lachin", name="Lachin", links=("goris_vayk", "kornidzor_goris", "lachin_checkpoint",
                  "villages_hakari", "junction_villages", "hub_junction")),
            Route(id="aghdam", name="Aghdam", links=("aghdam_barda", "asgaran_aghdam", "hub_asgaran")),
        ),
        commodities=tuple(Commodity(id=i, name=n, kind=k, kcal_per_tonne=3.5e6, need=q(0.0005)) for i, n, k in goods),
        mixes=(), stocks=(Stock(place="*", commodity=goods[0][0], tonnes=q(900), evidence=("flour",), known=KNOWN),),
        outputs=(), pipelines=(), reception=(), events=(), signs=(),
        policies=tuple(
            Policy(id=i, title=t, summary=f"What it does: {t.lower()}.", actions=() if i == "held" else (opened,))
            for i, t in policies
        ),
        conditions=tuple(
            Policy(id=i, title=t, summary="A hypothesis." if n else "") for n, (i, t) in enumerate(conditions)
        ),
        evidence={row.id: row for row in EVIDENCE}, window=window,
        no_voice=("The residents: the model reads what others say about them.", f"People in {len(homes)} districts"),
        cannot_tell=("Whether an offensive comes.", "What happened to any one person."), hash="0" * 64,
    )  # fmt: skip


def small() -> Scenario:
    places = (place("hill", "Hill", 10.2, 20.1, "home", 20000), place("port", "Port", 10.0, 20.4, "outside"))
    return scenario(
        places, (link("road", "port", "hill", 0),), title="A small invented case", question="", window=None,
        policies=(("held", "Closed"), ("open", "Open")), conditions=(("calm", "As it is"),),
        goods=(("food", "Food", "food"),), as_of=date(2023, 1, 12), horizon=40,
    )  # fmt: skip


def berlin() -> Scenario:
    places = (
        place("berlin", "Berlin", 52.51, 13.39, "home", 2_000_000),
        place("helmstedt", "Helmstedt", 52.23, 11.01, "outside"),
        place("hamburg", "Hamburg", 53.55, 10.0, "outside"), place("frankfurt", "Frankfurt", 50.11, 8.68, "outside"),
    )  # fmt: skip
    links = (
        link("road", "helmstedt", "berlin", 0),
        link("air_north", "hamburg", "berlin", 1),
        link("air_south", "frankfurt", "berlin", 1),
    )
    return scenario(
        places, links, title="Berlin 1948-49 (invented numbers)",
        window=Window(west=7.5, south=49.5, east=15.0, north=54.5),
        policies=(("airlift", "The airlift as planned"), ("none", "No airlift")), conditions=(("calm", "No attack"),),
        goods=(("flour", "Flour", "food"), ("coal", "Coal", "fuel")), start=date(1948, 6, 1), as_of=date(1948, 6, 24),
        horizon=322,
    )  # fmt: skip


def camp(id: str, name: str, latitude: float, longitude: float, capacity: float | None = None) -> Place:
    kind = {"country": "Next", "capacity": capacity, "kind": "camp"}
    return place(id, name, latitude, longitude).model_copy(update=kind)


def valley(
    camps: int = 3, policies: tuple[tuple[str, str], ...] = (("held", "As it is"), ("shut", "Border shut"))
) -> Scenario:
    """Return a wider country without homes: a town at war, a town on the way, camps in a row over the border."""
    towns = (
        place("source", "Source", 10.0, 20.0).model_copy(update={"kind": "town", "country": "Home"}),
        place("between", "Between", 10.6, 20.6).model_copy(update={"kind": "town", "country": "Home"}),
    )
    there = tuple(
        camp(f"camp_{i}", f"Camp {i}", 10.2 + 0.5 * (i % 4), 21.4 + 0.5 * (i // 4), 1000.0 * (i + 1) if i < 2 else None)
        for i in range(camps)
    )
    links = (
        link("road", "source", "between", 31),
        *(link(f"way_{i}", "between", f"camp_{i}", 31) for i in range(camps)),
    )
    made = scenario(
        (*towns, *there), links, title="A valley (invented numbers)", question="Which camps fill?", window=None,
        policies=policies, conditions=(("same", "As before"),), start=date(2020, 1, 1), as_of=date(2020, 1, 20), horizon=15,
    )  # fmt: skip
    shut = Action(do="force", target="links.way_0.regime", value=23, starts=date(2020, 1, 21))
    return made.model_copy(
        update={
            "routes": (), "commodities": (), "stocks": (), "rules": {},
            "policies": tuple(p.model_copy(update={"actions": (shut,) if p.id == "shut" else ()}) for p in made.policies),
            "events": (
                Event(date=date(2020, 1, 1), known=date(2020, 1, 1), kind="violence", target="source", value=1.0),
                Event(date=date(2020, 1, 2), known=date(2020, 1, 2), kind="violence", target="between", value=1.0),
                Event(date=date(2020, 1, 9), known=date(2020, 1, 9), kind="violence", target="between", value=0.0),
            ),
        }
    )  # fmt: skip


def country_run(case: Scenario, futures: int = 20, seed: int = 3) -> xr.Dataset:
    """Return an invented run of a wider country, to the letter of what the process `movement` leaves."""
    rng = np.random.default_rng(seed)
    camps, policies = [p.id for p in case.camps], [p.id for p in case.policies]
    before, after = (case.as_of - case.start).days + 1, case.horizon
    scale = rng.uniform(0.8, 1.2, futures)
    weight = 1.0 / np.arange(1, len(camps) + 1)
    grown = scale[:, None, None] * np.arange(1, before + after + 1)[None, :, None] * 60 * weight
    shape = (len(policies), 1, futures, after)
    sheltered = np.broadcast_to(grown[:, before:], (*shape[:2], *grown[:, before:].shape)).copy()
    if "shut" in policies:  # half of those who would come to the first camp wait outside instead
        sheltered[policies.index("shut"), ..., 0] *= 0.5
    waiting = np.broadcast_to(5.0 * scale[:, None], shape) + sheltered[:1, ..., 0] - sheltered[..., 0]
    crossed = np.concatenate([sheltered[..., -1, :].sum(-1, keepdims=True), sheltered[..., -1, :]], axis=-1)
    dims = ("policy", "condition", "future", "day")
    daily = {
        "sheltered": ((*dims, "camp"), sheltered, grown[:, :before]),
        "waiting": (dims, waiting, np.tile(5.0 * scale[:, None], before)),
        "travelling": (dims, np.full(shape, 7.0), np.full((futures, before), 7.0)),
        "counted_no_more": (dims, np.zeros(shape), np.zeros((futures, before))),
    }
    data = {
        "crossed": (("policy", "condition", "future", "link"), crossed.astype(np.float32)),
        "crossed_before": (("future", "link"), (crossed[0, 0] / 2).astype(np.float32)),
        "inputs": (("future", "input"), 40 * scale[:, None]),
    }
    coords = {
        "policy": policies, "condition": [c.id for c in case.conditions], "future": np.arange(futures), "camp": camps,
        "link": [k.id for k in case.links], "input": ["movement.new_per_day"],
    }  # fmt: skip
    return _joined(case, data, daily, coords, seed)


def _joined(
    case: Scenario, data: dict[str, Any], daily: dict[str, tuple[Any, np.ndarray, np.ndarray]], coords: dict[str, Any],
    seed: int,
) -> xr.Dataset:  # fmt: skip
    """Return the run: `daily` has dimensions, days after as_of and history (future, day, ...) of each variable."""
    for name, (dims, later, known) in daily.items():
        lead = np.broadcast_to(known, (*later.shape[:2], *known.shape))
        data[name] = (dims, np.concatenate([lead, later], axis=3).astype(np.float32), {"units": BY_NAME[name].unit})
    days = (case.as_of - case.start).days + 1 + case.horizon
    coords |= {"day": pd.date_range(case.start, periods=days), "as_of": pd.Timestamp(case.as_of)}
    attrs = {
        "title": case.title, "scenario": case.model_dump_json(), "scenario_id": case.id, "scenario_hash": case.hash,
        "variant": case.variant, "seed": seed, "futures": len(coords["future"]),
        "corridor_version": "0.0.0", "versions": '{"numpy": "2.0"}',
    }  # fmt: skip
    return xr.Dataset(data, coords, attrs)


def counts_of(run: xr.Dataset, share: float = 0.9) -> list[dict[str, str]]:
    """Return rows of `observed/camps.csv`: a share of the middle future of the first policy, every day."""
    middle = run["sheltered"].isel(policy=0, condition=0).median("future")
    rows = []
    for day in middle["day"].to_numpy():
        for id in middle["camp"].to_numpy():
            persons = f"{share * float(middle.sel(day=day, camp=id)):.0f}"
            rows.append({"date": str(day)[:10], "place": str(id), "persons": persons})
    return rows


def run_of(case: Scenario, futures: int = 40, seed: int = 3) -> xr.Dataset:
    """Return an invented run: stocks fall, intake follows, people leave where there is an offensive."""
    rng = np.random.default_rng(seed)
    homes, goods = [p.id for p in case.homes], [c.id for c in case.commodities]
    outside = [p.id for p in case.places if p.kind == "outside"]
    policies, conditions = [p.id for p in case.policies], [c.id for c in case.conditions]
    before, after = (case.as_of - case.start).days + 1, case.horizon
    scale = np.exp(rng.normal(0, 0.35, futures))
    weights = np.array([p.population.value for p in case.homes])
    need = np.full((futures, len(goods)), 0.0005) * rng.uniform(0.9, 1.1, (futures, 1))
    shared, data = {"commodity": goods, "place": homes, "destination": outside, "link": [k.id for k in case.links]}, {}

    def world(days: int, supply: float, start: float, release: bool) -> dict[str, np.ndarray]:
        t = np.arange(1, days + 1)
        gone = (
            1 / (1 + np.exp(-(t[None] - 7 - 2 * rng.normal(size=(futures, 1))) / 1.2))
            if release
            else np.zeros((futures, days))
        )
        people = weights * (1 - 0.99 * gone[..., None])
        drift = rng.normal(0, 0.02, (futures, days)).cumsum(1)
        fill = np.clip(start * scale[:, None] + (supply - 0.55) * t / 60 + 0.15 * drift, 0, 1.6)
        intake = 2100 * np.clip(0.45 + 0.6 * fill, 0.3, 1.0)
        below = people * np.clip(1.25 - intake / 2100 - 0.1 * fill, 0, 1)[..., None]
        leaving = -np.diff(people, axis=1, prepend=weights * np.ones((futures, 1, 1)))
        arrivals = np.zeros((futures, days, len(outside)))
        arrivals[..., 0] = leaving.sum(-1)
        stock = people[..., None] * need[:, None, None, :] * 40 * fill[..., None, None]
        return {
            "people": people, "intake": np.repeat(intake[..., None], len(homes), -1), "below_requirement": below,
            "departures": leaving, "turned_back": 0 * leaving, "came_back": 0 * leaving, "arrivals": arrivals,
            "stock": stock,
            "queue": np.repeat(5000 * gone[..., None] * (1 - gone[..., None]), len(case.links), -1),
            "delivered": stock * 0.02, "deaths_baseline": people * 2e-5,
            "energy_gap": people * np.clip(1 - intake / 2100, 0, 1)[..., None],
            "deaths_expected": people * 2e-5 * (1 + 30 * np.clip(0.8 - intake / 2100, 0, 1)[..., None]),
        }  # fmt: skip

    past, daily = world(before, 0.2, 1.1, release=False), {}
    rows = [
        [world(after, 0.15 + 0.18 * i, 0.5, release=n == 1) for n, _ in enumerate(conditions)]
        for i, _ in enumerate(policies)
    ]
    for name, known in past.items():
        values = np.array([[cell[name] for cell in row] for row in rows])
        daily[name] = (("policy", "condition", "future", "day", *BY_NAME[name].dims), values, known)
    inputs = ["stocks.*.flour", "leaving.ordinary_hazard", "links.lachin_checkpoint.vehicles_per_hour"]
    drawn = np.column_stack([900 * scale, rng.uniform(0.0002, 0.0006, futures), rng.uniform(100, 300, futures)])
    data |= {
        "need": (("future", "commodity"), need), "requirement": (("future",), np.full(futures, 2100.0)),
        "people_start": (("future", "place"), np.tile(weights, (futures, 1))), "inputs": (("future", "input"), drawn),
    }  # fmt: skip
    coords = shared | {
        "policy": policies, "condition": conditions, "future": np.arange(futures), "input": inputs,
    }  # fmt: skip
    return _joined(case, data, daily, coords, seed)
