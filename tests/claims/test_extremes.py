"""The ends of what may be asked: one person and two billion, nothing and a billion tonnes, one day and thousands."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from corridor.engine import compile as compiled
from corridor.engine import run
from corridor.engine.fault import MAY_BE_EMPTY
from corridor.engine.width import MARGIN, WHOLE, most_people, width_of
from corridor.results.dataset import ahead
from corridor.scenario.model import Link, Place, Scenario
from corridor.tables.variable import VARIABLES
from small import CLOSED, START, q, small

EVERYTHING = tuple(v.name for v in VARIABLES if not v.wider and v.name not in ("taken", "touched"))
NOTHING: dict[str, Any] = {"flour": 0.0, "commercial": 0.0, "relief": 0.0, "outputs": 0.0, "inner_pipeline": False}
WORLDS: dict[str, dict[str, Any]] = {
    "one person": {"people": (1, 0)},
    "nobody": {"people": (0, 0)},
    "two billion": {"people": (1_999_999_999, 16_777_217), "uncertain": False},
    "no food": NOTHING,
    "a billion tonnes": {"flour": 1e9, "commercial": 1e9, "relief": 1e9, "gate_tonnes": 1e9, "inner_tonnes": 1e9},
    "all closed": {"regime": CLOSED, "gate_tonnes": 0.0, "gate_vehicles": 0.0, "inner_tonnes": 0.0},
    "one day": {"history": 1, "horizon": 1},
}


def star(homes: int, **more: Any) -> Scenario:
    """The small case with so many homes, each on a way of its own from the first one."""
    base = small(**{"history": 3, "horizon": 4, "uncertain": False, "inner_pipeline": False, **more})
    own = tuple(
        Place(id=f"home{i}", name=f"Home {i}", latitude=1, longitude=1, kind="home", population=q(500.0), known=START)
        for i in range(1, homes)
    )
    ways = tuple(
        Link(
            id=f"way{i}", from_place="near", to_place=f"home{i}", km=q(5.0), tonnes_per_day=q(9.0),
            vehicles_per_hour=q(50.0), kmh=q(40.0), regime=31, known=START,
        )
        for i in range(1, homes)
    )  # fmt: skip
    pipes = tuple(pipe.model_copy(update={"to": tuple(to for to in pipe.to if to != "far")}) for pipe in base.pipelines)
    return base.model_copy(
        update={
            "places": (*(p for p in base.places if p.id != "far"), *own),
            "links": (*(k for k in base.links if k.id != "inner"), *ways),
            "pipelines": pipes,
        }
    )


def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Record everything as it was computed, so that sums can be held to 1e-9."""
    monkeypatch.setattr(compiled, "width_of", lambda unit, people: "float64")


def holds(ds: xr.Dataset) -> None:
    """No number is missing, nothing is lost or made, people are whole."""
    later = ahead(ds)
    for name in set(later.data_vars) - MAY_BE_EMPTY:
        assert not bool(later[name].isnull().any()), name
    for name in ("people", "departures", "arrivals", "on_road", "deaths"):
        values = ds[name].values
        np.testing.assert_array_equal(values, np.round(values), err_msg=name)
    stock = ds["stock"]
    gains = ds["delivered"] + ds["produced"]
    losses = ds["used"] + ds["spoiled"] + ds["sent"] + ds["burned"]
    made = (stock.diff("day") - (gains - losses).isel(day=slice(1, None))).transpose(*stock.dims)
    size = float(stock.max()) + float(gains.max()) + 1.0
    assert float(np.abs(made).max()) <= 1e-9 * size
    there = ds["people"].sum("place") + ds["on_road"] + ds["deaths"].sum("place").cumsum("day")
    all_ = there + ds["arrivals"].sum("destination").cumsum("day")
    start = ds["people_start"].sum("place")
    assert bool((all_ == start).all())


@pytest.mark.parametrize("name", WORLDS)
def test_the_ends_of_the_scale_hold(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    exact(monkeypatch)
    case = small(**{"history": 5, "horizon": 12, **WORLDS[name]})
    holds(run(case, futures=3, seed=5, record=EVERYTHING, threads=1).load())


@pytest.mark.parametrize("homes", [1, 300])
def test_one_place_and_many(homes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    exact(monkeypatch)
    ds = run(star(homes), futures=2, record=EVERYTHING, policies=["open"], threads=1).load()
    assert ds.sizes["place"] == homes
    holds(ds)


@pytest.mark.parametrize("history", [100, pytest.param(4000, marks=pytest.mark.slow)])
def test_thousands_of_days(history: int, monkeypatch: pytest.MonkeyPatch) -> None:
    exact(monkeypatch)
    case = small(history=history, horizon=1000)  # the longest horizon that is taken
    ds = run(case, futures=1, record=EVERYTHING, policies=["open"], conditions=["calm"], threads=1).load()
    assert ds.sizes["day"] == history + 1000
    holds(ds)


@pytest.mark.parametrize("people", [(16_777_217, 16_777_219), (1_999_999_999, 3)])
def test_very_many_people_are_counted_whole(people: tuple[int, int], tmp_path: Any) -> None:
    case = small(people=people, history=2, horizon=3, uncertain=False)
    stored = run(case, futures=2, store=tmp_path / "s", threads=1)
    assert tuple(stored["people_start"].values[0]) == people
    assert (stored["people"].dtype, stored["stock"].dtype) == (np.dtype("float64"), np.dtype("float32"))
    assert float(stored["people"].sum("place").max()) > WHOLE
    few = run(small(history=2, horizon=3), futures=2, threads=1)
    assert few["people"].dtype == np.float32


def test_what_makes_people_many_is_seen() -> None:
    assert width_of("persons/day", WHOLE) == width_of("t", 1e12) == "float32"
    assert width_of("persons", WHOLE + 1) == width_of("vehicles/day", WHOLE + 1) == "float64"
    case = small(people=(100, 50), uncertain=False)
    assert most_people(case) == MARGIN * 150
    assert most_people(case, {"places.near.population": np.array([7.0, 9.0])}) == MARGIN * 159
    total = case.model_copy(update={"population": q(1000.0, 900.0, 4000.0)})
    assert most_people(total) == MARGIN * 4000
