"""What is claimed of every run: nothing is lost or made, the same seed gives the same bytes, bounds hold."""

from __future__ import annotations

import filecmp
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.core.errors import InputError
from corridor.engine import open_run, run, run_name
from corridor.engine.compile import compile_scenario, draw_inputs
from corridor.results.dataset import ahead, history
from corridor.scenario.model import Link
from corridor.tables.variable import VARIABLES
from small import OPEN, START, q, small

EVERYTHING = tuple(v.name for v in VARIABLES if not v.wider and v.name not in ("taken", "touched"))

worlds = st.fixed_dictionaries(
    {
        "people": st.tuples(st.floats(0, 60_000), st.floats(100, 30_000)),
        "flour": st.floats(0, 2000),
        "commercial": st.floats(0, 60),
        "relief": st.floats(0, 20),
        "gate_tonnes": st.floats(0, 60),
        "gate_vehicles": st.floats(0, 500),
        "outputs": st.floats(0, 1.5),
        "inner_pipeline": st.booleans(),
        "rules": st.sampled_from([{"rations": "none"}, {"rations": "stretch"}]),
    }
)


@given(worlds, st.integers(0, 2**32))
@settings(max_examples=12)
def test_no_tonne_and_no_person_is_lost_or_made(world, seed):
    ds = run(small(**world, history=6, horizon=14), futures=3, seed=seed, record=EVERYTHING, threads=1).load()
    # one axis: history and horizon in one account, whatever the policy
    flows = {name: ds[name].astype(float) for name in ("delivered", "produced", "used", "spoiled", "sent", "burned")}
    stock = ds["stock"].astype(float)
    change = stock.diff("day")
    flow = flows["delivered"] + flows["produced"] - sum(flows[n] for n in ("used", "spoiled", "sent", "burned"))
    scale = float(stock.max()) + float(flow.max()) + 1.0
    expected = flow.isel(day=slice(1, None)).transpose(*change.dims)
    np.testing.assert_allclose(change.values, expected.values, atol=2e-6 * scale)
    for name in ("stock", "delivered", "used", "spoiled", "sent", "burned"):
        assert float(ds[name].min()) >= 0
    present = ds["people"].sum("place") + ds["on_road"] + ds["deaths"].sum("place").cumsum("day")
    came = ds["arrivals"].sum("destination").cumsum("day")
    start = ds["people_start"].sum("place")
    np.testing.assert_array_equal(
        (present + came).values,
        xr.zeros_like(present).values + (start + 0 * present).transpose(*present.dims).values,
    )
    assert float((ds.settled.sum("destination") - ds.registered.sum("destination")).max()) == 0
    assert float((ds.intent - ds.people).max()) <= 0
    assert float((ds.intake - ds.requirement).max()) <= 1e-3
    assert float((ds.below_requirement - ds.people - ds.departures - ds.deaths).max()) <= 1e-2
    assert 0 <= float(ds.ration.min())
    assert float(ds.ration.max()) <= 1 + 1e-5


@given(worlds)
@settings(max_examples=8)
def test_nothing_exceeds_a_capacity(world):
    ds = run(small(**world, history=4, horizon=10, uncertain=False), futures=2, threads=1).load()
    limits = {"gate": world["gate_tonnes"], "inner": 15.0}
    for link, limit in limits.items():
        assert float(ds.carried.sel(link=link).max()) <= limit * (1 + 1e-6) + 1e-6
    gate = ds.vehicles.sel(link="gate")
    assert float(gate.max()) <= 24 * world["gate_vehicles"] * (1 + 1e-6) + 1


@pytest.fixture(scope="module")
def reference() -> xr.Dataset:
    return run(small(), futures=140, seed=4, threads=1).load()


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("batch", [1, 32, 1000])
def test_threads_and_batches_do_not_change_a_byte(reference, threads, batch):
    if threads > 1 and batch == 1:
        batch = 7
    futures = 12 if batch == 1 else 140
    again = run(small(), futures=futures, seed=4, threads=threads, batch=batch).load()
    xr.testing.assert_identical(again.drop_attrs(), reference.isel(future=slice(futures)).drop_attrs())


def test_few_futures_are_the_first_of_many(reference):
    few = run(small(), futures=5, seed=4).load()
    xr.testing.assert_identical(few.drop_attrs(), reference.isel(future=slice(5)).drop_attrs())
    later = run(small(), futures=3, first_future=60, seed=4).load()
    np.testing.assert_array_equal(later["stock"], reference["stock"].isel(future=slice(60, 63)))


def test_an_added_link_leaves_other_draws_alone(reference):
    spur = Link(
        id="spur", from_place="far", to_place="border", km=q(500.0), tonnes_per_day=q(0.0), vehicles_per_hour=q(5.0, 1.0, 9.0),
        kmh=q(20.0, 10.0, 40.0), regime=0, known=START,
    )  # fmt: skip
    futures = np.arange(20, dtype=np.uint32)
    before, after = compile_scenario(small()), compile_scenario(small(extra_links=(spur,)))
    a, b = draw_inputs(before, 4, futures).numbers, draw_inputs(after, 4, futures).numbers
    for name in set(a) - {n for n in a if n.startswith("links.")}:
        np.testing.assert_array_equal(a[name], b[name])
    # shut, it changes nothing while control is kept; a release opens it to people, as any way to the exit
    wider = run(small(extra_links=(spur,)), futures=20, seed=4, conditions=["calm"]).load()
    for name in ("stock", "intake", "people", "arrivals"):
        kept = reference[name].sel(condition=["calm"]).isel(future=slice(20))
        np.testing.assert_array_equal(wider[name], kept)


def test_another_seed_gives_other_futures(reference):
    other = run(small(), futures=140, seed=5).load()
    assert float(np.abs(other["stock"] - reference["stock"]).max()) > 1


def _files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_a_killed_run_resumes_to_the_same_bytes(tmp_path):
    whole = tmp_path / "whole"
    run(small(), futures=800, seed=9, store=whole, threads=1)
    killed = tmp_path / "killed"
    code = (
        "import sys; sys.path.insert(0, sys.argv[2]);"
        "from small import small; from corridor.engine import run;"
        "run(small(), futures=800, seed=9, store=sys.argv[1], threads=1)"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(killed), str(Path(__file__).parents[1])])
    marks = killed / "blocks_done"
    deadline = time.monotonic() + 120
    while (
        time.monotonic() < deadline
        and child.poll() is None
        and not (marks.exists() and any(m.name.isdigit() for m in marks.iterdir()))
    ):
        time.sleep(0.002)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    done = sum(m.name.isdigit() for m in marks.iterdir())
    assert done >= 1
    if done < 7:
        with pytest.raises(InputError, match="not finished"):
            open_run(killed)
    told: list[tuple[int, int]] = []
    run(small(), futures=800, seed=9, store=killed, threads=2, progress=lambda n, of: told.append((n, of)))
    assert told[0][0] >= 128
    assert told[-1] == (800, 800)
    names = [name for name in _files(killed) if not name.endswith((".partial", ".part"))]
    assert names == _files(whole)
    match, mismatch, errors = filecmp.cmpfiles(whole, killed, names, shallow=False)
    assert (mismatch, errors) == ([], [])
    assert len(match) > 50


def test_a_store_of_another_run_is_refused(tmp_path):
    run(small(), futures=2, seed=1, store=tmp_path / "s")
    with pytest.raises(InputError, match="holds another run \\(differs in seed\\)"):
        run(small(), futures=2, seed=2, store=tmp_path / "s")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "letter.txt").write_text("keep me")
    with pytest.raises(InputError, match="not the store of a run"):
        run(small(), futures=2, store=tmp_path / "foreign")
    assert (tmp_path / "foreign" / "letter.txt").read_text() == "keep me"


def test_results_of_rules_that_have_changed_are_not_read(tmp_path, monkeypatch):
    run(small(), futures=2, seed=1, store=tmp_path / "s")
    name = run_name(small(), futures=2, seed=1)
    assert run_name(small(), futures=2, seed=1) == name
    monkeypatch.setattr("corridor.engine.evaluate.code", lambda: "changed")
    with pytest.raises(InputError, match="holds another run \\(differs in code\\)"):
        run(small(), futures=2, seed=1, store=tmp_path / "s")
    assert run_name(small(), futures=2, seed=1) != name


@given(st.floats(50, 1500), st.floats(1, 500), st.sampled_from(["none", "stretch"]))
@settings(max_examples=10)
def test_more_stock_never_lowers_total_intake(flour, more, rule):
    """In a chain without departures, future by future."""
    world = {
        "rules": {"rations": rule},
        "regime": 0,
        "history": 30,
        "horizon": 5,
        "inner_pipeline": False,
        "commercial": 0.0,
    }
    stay = {"leaving.ordinary_hazard": q(0.0)}
    a = run(small(flour=flour, parameters=stay, **world), futures=4, threads=1)
    b = run(small(flour=flour + more, parameters=stay, **world), futures=4, threads=1)
    eaten = [history(ds)["intake"].astype(float).sum("day").values for ds in (a, b)]
    assert (eaten[1] >= eaten[0] - 1e-2).all()


@given(st.floats(0.5, 20), st.floats(0.5, 20), st.booleans())
@settings(max_examples=10)
def test_a_wider_link_or_a_larger_pipeline_never_lowers_anyones_intake(narrow, wider, pipe):
    """In a chain without departures and without rationing, future by future and home by home.

    Only one thing may bind. Where a link is full, days of cover are levelled over all goods, so a larger pipeline of
    petrol crowds out flour, and a wider gate fills a narrow link behind it with other goods.
    """
    world = {"rules": {"rations": "none"}, "history": 30, "horizon": 5, "inner_pipeline": False, "flour": 60.0}
    world["inner_tonnes"] = 1e5
    stay = {"leaving.ordinary_hazard": q(0.0)}
    if pipe:
        a, b = (small(commercial=t, gate_tonnes=1e5, parameters=stay, **world) for t in (narrow, narrow + wider))
    else:
        a, b = (small(gate_tonnes=t, commercial=30.0, parameters=stay, **world) for t in (narrow, narrow + wider))
    x, y = (history(run(s, futures=4, threads=1))["intake"].astype(float).sum("day").values for s in (a, b))
    assert (y >= x - 1e-2).all()


def test_a_road_open_to_all_keeps_leaving_ordinary():
    ds = run(small(), policies=["open"], conditions=["calm"], futures=64)
    ds = ahead(ds).load()
    share = float(ds.departures.sum(("day", "place")).median() / ds.people_start.sum("place").median())
    assert 0 < share < 0.02


def test_everybody_who_wants_to_leaves_after_control_is_lost():
    ds = run(small(gate_vehicles=400.0, horizon=60), policies=["closed"], conditions=["loss"], futures=64)
    ds = ahead(ds).load()
    gone = ds.arrivals.sum(("day", "destination")) / ds.people_start.sum("place")
    assert float(gone.median()) > 0.9
    calm = run(small(horizon=60), policies=["closed"], conditions=["calm"], futures=64).load()
    # those who had passed the gate when it shut arrive, and nobody else
    assert float(ahead(calm).arrivals.isel(day=slice(1, None)).sum()) == 0


def test_regimes_let_pass_what_they_say():
    ds = ahead(run(small(), futures=16)).load().isel(condition=0)
    first = ds.delivered.isel(day=slice(1, None)).sum(("future", "day"))
    assert float(first.sel(policy="closed", place="near").sum()) == 0
    assert float(first.sel(policy="relief", place="near", commodity="petrol")) == 0
    assert float(first.sel(policy="relief", place="near", commodity="flour")) > 0
    assert float(first.sel(policy="open", place="near", commodity="petrol")) > 0
    assert OPEN == 31


def test_bad_requests_are_refused_together():
    with pytest.raises(InputError) as error:
        run(small(), policies=["opne", "x"], futures=2)
    assert error.value.problems[0].remedy.startswith('did you mean "open"?')
    with pytest.raises(InputError):
        run(small(), futures=0)
    with pytest.raises(InputError):
        run(small(), futures=2, record=["stok"])
