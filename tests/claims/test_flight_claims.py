"""What is claimed of people on their way out: none is lost, none passes where it is forced closed, all ways count."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.engine import run
from corridor.engine.compile import compile_scenario, draw_inputs
from corridor.engine.day import days as played
from corridor.engine.day import morning, prepared, start_state
from corridor.engine.plan import future, history
from corridor.results.dataset import ahead
from corridor.rules.flight.modes import daylight
from corridor.scenario.model import Action, Bus, Event, Link, Place, Policy, Quantity, Reception, Scenario
from small import OPEN, START, q, small

STEADY = {
    name: q(value) for name, value in {
        "leaving.ordinary_hazard": 0.0, "leaving.release_share": 1.0, "leaving.midpoint": 30.0, "leaving.slope": 0.1,
        "leaving.tank": 200.0, "exits.delay": 1.0, "road.occupancy": 4.0, "road.spread": 2.0,
        "leaving.able_to_walk": 0.0,
    }.items()
}  # fmt: skip
SEEN = ["arrivals", "on_road", "people", "deaths", "vehicles", "queue", "departures"]


def road(
    id_: str, a: str, b: str, vehicles: float = 100.0, km: float = 30.0, regime: int = OPEN, kmh: float = 50.0
) -> Link:
    """Return a road that weather never closes."""
    return Link(
        id=id_, from_place=a, to_place=b, km=q(km), tonnes_per_day=q(0.0), vehicles_per_hour=q(vehicles), kmh=q(kmh),
        regime=regime, known=START,
    )  # fmt: skip


def town(*links: Link, people: float = 40_000, horizon: int = 20, exits: tuple[str, ...] = ("outside",),
         parameters: dict[str, Quantity] | None = None, policies: tuple[Policy, ...] = ()) -> Scenario:  # fmt: skip
    """Return one town (`near`) with these roads only; control is lost on the third day of the horizon."""
    world = small(people=(people, 0.0), uncertain=False, history=2, horizon=horizon, inner_pipeline=False,
                  parameters={**STEADY, **(parameters or {})})  # fmt: skip
    ends = {end for link in links for end in (link.from_place, link.to_place)} | set(exits)
    known = {place.id for place in world.places}
    more = tuple(
        Place(id=name, name=name, latitude=0, longitude=1, known=START, kind="outside" if name in exits else "waypoint",
              exit="release" if name in exits else "")
        for name in sorted(ends - known)
    )  # fmt: skip
    return world.model_copy(update={
        "places": (*world.places, *more), "links": (*links, *(k for k in world.links if k.id == "inner")), "routes": (),
        "reception": tuple(Reception(place=name, registrations_per_hour=q(1e4), known=START) for name in exits),
        "policies": policies or (Policy(id="held", title="Held"),), "conditions": world.conditions[1:], "pipelines": (),
    })  # fmt: skip


def play(world: Scenario, futures: int = 2, seed: int = 1) -> xr.Dataset:
    return ahead(run(world, futures=futures, seed=seed, record=SEEN).load())


def came(ds: xr.Dataset) -> float:
    """Return how many arrived, per future."""
    return float(ds.arrivals.sum(("day", "destination")).mean())


def force(link: str, regime: int, first: int = 1, id_: str = "forced") -> Policy:
    starts = START + timedelta(days=1 + first)
    return Policy(
        id=id_, title=id_, actions=(Action(do="force", target=f"links.{link}.regime", value=regime, starts=starts),)
    )


def test_two_equal_roads_carry_what_one_twice_as_wide_carries() -> None:
    one = play(town(road("a", "outside", "near", vehicles=100.0), people=100_000, horizon=8))
    wide = play(town(road("a", "outside", "near", vehicles=200.0), people=100_000, horizon=8))
    two = play(town(road("a", "outside", "near"), road("b", "outside", "near"), people=100_000, horizon=8))
    assert came(one) < 0.6 * came(wide)
    assert came(two) == pytest.approx(came(wide), rel=0.01)
    each = two.vehicles.sum("day").mean("future").squeeze().sel(link=["a", "b"])
    assert float(each[0]) == pytest.approx(float(each[1]), rel=0.01)


def test_a_long_road_serves_where_the_bridge_is_gone() -> None:
    """65,000 people; the bridge on the short road is destroyed, another road of 200 km leads to a place that registers."""
    short, long = road("bridge", "outside", "near"), road("valley", "elsewhere", "near", km=200.0)
    world = town(short, long, people=65_000, exits=("outside", "elsewhere"), horizon=30)
    gone = Event(date=START, known=START, kind="damage", target="bridge", value=1.0)
    ds = play(world.model_copy(update={"events": (gone,)}))
    first = ds.isel(day=0)
    there = (first.people + first.departures + first.deaths).sum("place")  # less who died before as_of
    assert float(there.min()) >= 64_998
    assert (ds.arrivals.sum(("day", "destination")) + ds.deaths.sum(("day", "place")) == there).all()
    assert float(ds.arrivals.sel(destination="outside").sum()) == 0


def test_a_shorter_queue_draws_people_to_the_longer_road() -> None:
    short, long = (
        road("short", "outside", "near", vehicles=50.0),
        road("long", "elsewhere", "near", km=200.0, vehicles=50.0),
    )
    ds = play(town(short, long, exits=("outside", "elsewhere"), horizon=8))
    by = ds.arrivals.sum("day").mean("future").squeeze()
    assert float(by.sel(destination="elsewhere")) > 0.8 * float(by.sel(destination="outside")) > 0
    # the queue of the short road is longer by about the hours that the long one takes more, 3.4 h x 200 persons an hour
    waiting = ds.queue.isel(future=0, policy=0, condition=0)
    more = waiting.sel(link="short") - waiting.sel(link="long")
    assert float(more.max()) == pytest.approx(3.4 * 200, rel=0.6)


@given(
    st.sampled_from(["a", "b", "both"]),
    st.sampled_from([0, 1, 2 + 4, 16, 31 - 8]),
    st.integers(1, 12),
    st.integers(0, 2**20),
)
@settings(max_examples=10)
def test_a_road_forced_closed_to_people_carries_nobody_and_nobody_is_lost(
    which: str, regime: int, first: int, seed: int
) -> None:
    """Under a release too, in either direction; those on the road are still counted."""
    roads = (road("a", "outside", "near"), road("b", "elsewhere", "near", km=80.0), road("c", "outside", "elsewhere"))
    named = ["a", "b"] if which == "both" else [which]
    actions = tuple(action for name in named for action in force(name, regime, first).actions)
    policy = Policy(id="forced", title="Forced", actions=actions)
    ds = play(town(*roads, exits=("outside", "elsewhere"), horizon=16, policies=(policy,)), seed=seed)
    passed = ds.vehicles.sel(link=named).isel(day=slice(first - 1, None))
    assert float(passed.sum()) == 0
    if which == "both":
        assert float(ds.arrivals.isel(day=slice(first, None)).sum()) == 0  # a ride takes two hours at most
    present = ds.people.sum("place") + ds.on_road + ds.arrivals.sum("destination").cumsum("day")
    present = present + ds.deaths.sum("place").cumsum("day")
    assert (present == present.isel(day=0)).all()


def test_who_waits_before_a_shut_road_takes_another() -> None:
    """Two ways from the crossing; the one with the queue shuts, and those who stand before it go by the other."""
    roads = (
        road("home", "near", "crossing", vehicles=1000.0), road("left", "outside", "crossing", vehicles=30.0),
        road("right", "elsewhere", "crossing", vehicles=30.0, km=60.0),
    )  # fmt: skip
    world = town(*roads, exits=("outside", "elsewhere"), people=20_000, horizon=60, policies=(force("left", 0, 7),))
    ds = play(world)
    queue = ds.queue.isel(future=0, policy=0, condition=0)
    assert float(queue.sel(link="left").isel(day=5)) > 100
    assert float(queue.sel(link="left").isel(day=slice(6, None)).sum()) == 0
    assert came(ds) == 20_000


def test_arrivals_do_not_depend_on_the_order_of_links() -> None:
    """Up to the person that a random number sends one way or the other."""
    roads = (road("a", "outside", "near"), road("b", "elsewhere", "near", km=80.0), road("c", "outside", "elsewhere"))
    first, second = (
        play(town(*order, exits=("outside", "elsewhere"), horizon=8)).arrivals.sum("day").mean("future").squeeze()
        for order in (roads, roads[::-1])
    )
    np.testing.assert_allclose(first, second, atol=60)


ABLE = {"leaving.able_to_walk": q(0.5), "leaving.walking_speed": q(4.0), "leaving.walking_hours": q(6.0)}


def kept(world: Scenario, *names: str, days: int = 12, seed: int = 1) -> dict[str, np.ndarray]:
    """Return (day, ...) of arrays of the day, one future, under the first policy and condition."""
    c = compile_scenario(world)
    futures = np.zeros(1, np.uint32)
    p = dict(draw_inputs(c, seed, futures).numbers)
    past, schedule = history(c), future(c, world.policies[0], world.conditions[0])
    state = start_state(c, p, (past, schedule))
    seen: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for part in (past, schedule):
        drawn, handed = prepared(c, state, p, part)
        for i, today in zip(range(days), played(part, p, seed, futures), strict=False):
            morning(state, p, drawn, part, i, today)
            for rule, arrays, numbers in handed:
                rule.step(c.net, arrays, numbers, today)
            for name in names if part is schedule else ():
                seen[name].append(state[name][..., 0].copy())
    return {name: np.array(rows) for name, rows in seen.items()}


def test_who_is_able_walks_where_the_queue_is_longer_than_the_way_on_foot() -> None:
    """60 km are 2.5 days at 24 km a day; the gate takes 20 persons an hour, so 10,000 wait for weeks."""
    world = town(road("a", "outside", "near", vehicles=5.0, km=60.0), people=10_000, horizon=15, parameters=ABLE)
    seen = kept(world, "walkers", "arrivals", "on_road", "people", days=15)
    walked = seen["walkers"].sum()
    assert 0.1 * 10_000 < walked <= 0.5 * 10_000  # those of the first day do not know the queue yet
    first = int(np.argmax(seen["walkers"].sum(axis=1) > 0))
    # those of the first day arrive on the third, in the evening
    assert seen["arrivals"][first + 2].sum() >= seen["walkers"][first].sum()
    assert (seen["people"].sum(axis=1) + seen["on_road"] + seen["arrivals"].sum(axis=1).cumsum() == 10_000).all()


def test_nobody_walks_a_link_that_cannot_be_walked_or_drives_a_path() -> None:
    def foot(word: str) -> Scenario:
        way = road("a", "outside", "near", vehicles=5.0, km=60.0).model_copy(update={"foot": word})
        return town(way, people=10_000, horizon=15, parameters=ABLE)

    assert kept(foot("no"), "walkers")["walkers"].sum() == 0
    path = kept(foot("only"), "walkers", "vehicles", "intent", days=15)
    assert path["vehicles"].sum() == 0
    assert path["walkers"].sum() == 5000  # those who are able, and nobody else
    assert path["intent"][-1].sum() == 5000


def test_people_on_foot_turn_back_where_their_way_shuts() -> None:
    world = town(road("a", "outside", "near", km=200.0, vehicles=1.0), people=10_000, horizon=20, parameters=ABLE,
                 policies=(force("a", 0, 9),))  # fmt: skip
    seen = kept(world, "walkers", "turned_back", "people", "on_road", "arrivals", days=20)
    assert seen["walkers"].sum() > 1000
    # the ride on the road takes four hours, the way on foot more than eight days
    assert seen["turned_back"].sum() >= seen["walkers"].sum() - seen["arrivals"].sum()
    assert seen["on_road"][-1] < 20
    assert (seen["people"].sum(axis=1) + seen["on_road"] + seen["arrivals"].sum(axis=1).cumsum() == 10_000).all()


def test_a_scheduled_evacuation_takes_so_many_a_day_past_the_queue() -> None:
    """Two buses of 50 seats a day on three days, over a gate that is all but shut."""
    bus = Bus(id="convoy", from_place="near", to_place="outside", seats=q(50.0), departures_per_day=q(2.0),
              starts=START + timedelta(days=8), ends=START + timedelta(days=10), known=START)  # fmt: skip
    slow = {"leaving.midpoint": q(300.0), "leaving.slope": q(0.02)}
    world = town(road("a", "outside", "near", vehicles=0.01), people=10_000, horizon=15, parameters=slow)
    seen = kept(world.model_copy(update={"buses": (bus,)}), "boarded", "arrivals", "departures", days=15)
    assert seen["boarded"][:, 0].tolist() == [100 if 6 <= day <= 8 else 0 for day in range(15)]
    assert seen["arrivals"].sum() == pytest.approx(300, abs=10)
    sealed = kept(world.model_copy(update={"buses": (bus,), "policies": (force("a", 0),)}), "boarded", days=15)
    assert sealed["boarded"].sum() == 0


def test_contraflow_widens_the_way_out() -> None:
    def lanes(share: float) -> float:
        way = road("a", "outside", "near").model_copy(update={"contraflow": q(share)})
        return came(play(town(way, people=100_000, horizon=8)))

    assert lanes(1.0) == pytest.approx(2 * lanes(0.0), rel=0.02)
    assert lanes(0.5) == pytest.approx(1.5 * lanes(0.0), rel=0.02)


@pytest.mark.parametrize("share", [0.0, 0.1])
def test_some_come_home_where_people_are_let_in(share: float) -> None:
    """Ordinary leaving over an open road; each day a tenth of those who are safe comes back."""
    parameters = {"leaving.ordinary_hazard": q(0.02), "reception.returns": q(share)}
    world = town(road("a", "outside", "near", vehicles=1000.0), people=10_000, horizon=30, parameters=parameters)
    world = world.model_copy(update={"conditions": (Policy(id="calm", title="Calm"),)})
    seen = kept(world, "came_back", "people", "on_road", "arrivals", days=30)
    assert (seen["came_back"].sum() > 200) == (share > 0)
    present = seen["people"].sum(axis=1) + seen["on_road"] + seen["arrivals"].sum(axis=1).cumsum()
    out = present - seen["came_back"].sum(axis=1).cumsum()
    assert (out == out[0]).all()


def test_who_waits_longer_than_the_food_lasts_has_none() -> None:
    world = town(
        road("a", "outside", "near", vehicles=5.0), people=10_000, horizon=15, parameters={"road.food": q(3.0)}
    )
    seen = kept(world, "without_food", "on_road", "departures", days=15)
    for day in range(3, 15):
        late = seen["departures"][day - 2 : day + 1].sum()
        assert seen["without_food"][day] == max(0, seen["on_road"][day] - late)
    assert seen["without_food"].max() > 5000


def test_daylight_is_that_of_the_tables() -> None:
    """Oslo (59.9 north): 18 h 50 min at midsummer, 5 h 54 min at midwinter, with refraction 10 minutes more."""
    assert daylight(59.9, 171) == pytest.approx(18.6, abs=0.25)
    assert daylight(59.9, 354) == pytest.approx(5.7, abs=0.25)
    assert daylight(0.0, 40) == pytest.approx(12.0, abs=0.01)
    # what one half of the earth has of the day, the other has of the night, poles included
    for latitude in (12.0, 45.0, 75.0, 89.5, 90.0):
        for day in (20, 80, 82, 171, 265, 300):
            assert daylight(latitude, day) + daylight(-latitude, day) == pytest.approx(24.0, abs=1e-9)


def test_an_added_road_can_delay_everybody() -> None:
    """Braess with queues: a shorter road whose narrow end is hours away fills before anybody can see its queue."""
    quick = {"leaving.midpoint": q(6.0), "leaving.slope": q(0.6)}
    wide = road("wide", "outside", "near", km=400.0, vehicles=300.0)
    trap = (
        road("begins", "near", "pass", km=250.0, vehicles=2000.0),
        road("narrow", "elsewhere", "pass", km=10.0, vehicles=5.0),
    )
    alone = play(town(wide, people=6_000, parameters=quick, horizon=12))
    both = play(town(wide, *trap, people=6_000, parameters=quick, horizon=12, exits=("outside", "elsewhere")))
    by_day = [
        ds.arrivals.sum("destination").cumsum("day").isel(future=0, policy=0, condition=0) for ds in (alone, both)
    ]
    assert float((by_day[0] - by_day[1]).max()) > 500
    assert float((by_day[0] - by_day[1]).min()) >= 0
    # they turn round at the pass, and nobody is lost
    assert float(by_day[1][-1]) == float(by_day[0][-1]) == 6_000


def test_who_waits_beyond_a_gate_that_shuts_goes_on() -> None:
    """The road home is shut behind those who wait at the crossing; the narrow link before them stays open."""
    roads = (road("home", "near", "crossing", vehicles=1000.0), road("on", "outside", "crossing", vehicles=20.0))
    ds = play(town(*roads, people=20_000, horizon=40, policies=(force("home", 0, 7),)))
    assert float(ds.queue.sel(link="on").isel(day=5).mean()) > 1000
    assert float(ds.on_road.isel(day=-1).max()) == 0
    assert came(ds) == float(ds.departures.sum(("day", "place")).mean()) > 1000


NAMES = ("near", "outside", "elsewhere", "first", "second")
PAIRS = [(a, b) for i, a in enumerate(NAMES) for b in NAMES[i + 1 :]]
ROADS = st.lists(
    st.tuples(
        st.sampled_from(PAIRS), st.sampled_from([0.0, 3.0, 100.0, np.inf]), st.floats(1, 300), st.sampled_from([0, 8, 31]),
        st.sampled_from(["", "no", "only"]),
    ),
    min_size=1, max_size=7,
)  # fmt: skip


@given(ROADS, st.lists(st.tuples(st.integers(0, 6), st.integers(1, 12), st.sampled_from([0, 7, 31])), max_size=6),
       st.integers(0, 2**20))  # fmt: skip
@settings(max_examples=25)
def test_on_any_network_nobody_is_lost_made_or_seen_on_a_shut_road(drawn, shut, seed) -> None:
    """Random roads between a town, two exits and two crossings, some forced open or closed on some day."""
    roads = tuple(
        road(f"r{i}", a, b, vehicles=vehicles, km=km, regime=regime).model_copy(update={"foot": foot})
        for i, ((a, b), vehicles, km, regime, foot) in enumerate(drawn)
    )
    # one road that always joins the town with an exit, open or not
    roads = (*roads, road("last", "outside", "near", vehicles=20.0, regime=0))
    first = START + timedelta(days=1)
    actions = tuple(
        Action(
            do="force",
            target=f"links.{roads[k % len(roads)].id}.regime",
            value=regime,
            starts=first + timedelta(days=day),
        )
        for k, day, regime in shut
    )
    world = town(*roads, people=5_000, exits=("outside", "elsewhere"), horizon=16, policies=(Policy(id="p", title="P", actions=actions),),
                 parameters={**ABLE, "reception.returns": q(0.05), "leaving.ordinary_hazard": q(0.01)})  # fmt: skip
    names = ("people", "on_road", "arrivals", "came_back", "vehicles", "people_out", "deaths", "departures")
    seen = kept(world, *names, days=16, seed=seed)
    assert min(seen[name].min() for name in names) >= 0
    away = seen["arrivals"].sum(axis=1).cumsum() - seen["came_back"].sum(axis=1).cumsum()
    everybody = seen["people"].sum(axis=1) + seen["on_road"] + away + seen["deaths"].sum(axis=1).cumsum()
    assert (everybody == everybody[0]).all()
    assert (seen["vehicles"][seen["people_out"] == 0] == 0).all()
