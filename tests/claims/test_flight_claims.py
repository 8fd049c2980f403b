"""What is claimed of people on their way out: none is lost, none passes where it is forced closed, all ways count."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.engine import run
from corridor.results.dataset import ahead
from corridor.scenario.model import Action, Event, Link, Place, Policy, Quantity, Reception, Scenario
from small import OPEN, START, q, small

STEADY = {
    name: q(value) for name, value in {
        "leaving.ordinary_hazard": 0.0, "leaving.release_share": 1.0, "leaving.midpoint": 30.0, "leaving.slope": 0.1,
        "leaving.tank": 200.0, "exits.delay": 1.0, "road.occupancy": 4.0, "road.spread": 2.0,
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
    ends = {end for link in links for end in (link.from_place, link.to_place)}
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
    assert came(ds) == 65_000
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
