"""One day axis, read lazily; what a run says about itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from xarray.backends import BackendArray
from xarray.core import indexing

import corridor
from analysis_case import blank
from corridor.core.errors import InputError
from corridor.results import read, series
from corridor.results.dataset import ahead, days_before, has_history, history, history_run, join
from small import small

BEFORE, AFTER = 4, 5
SHAPE = (2, 3, 6, AFTER, 2)


class Counted(BackendArray):
    """An array that notes which selections are read."""

    def __init__(self, values: np.ndarray) -> None:
        self.values, self.shape, self.dtype = values, values.shape, values.dtype
        self.asked: list[int] = []

    def __getitem__(self, key):
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key):
        found = self.values
        for axis in range(found.ndim - 1, -1, -1):
            found = np.take(found, key[axis], axis) if isinstance(key[axis], int) else found
        for axis, k in enumerate([k for k in key if not isinstance(k, int)]):
            found = found[(slice(None),) * axis + (k,)]
        self.asked.append(found.size)
        return found


def pieces() -> tuple[Counted, Counted, np.ndarray]:
    """Return history, the days after, and both as one array, history the same for every policy and condition."""
    rng = np.random.default_rng(4)
    known = rng.random((SHAPE[2], BEFORE, SHAPE[4])).astype("f4")
    later = rng.random(SHAPE).astype("f4")
    lead = np.broadcast_to(known, (*SHAPE[:2], *known.shape))
    return Counted(known), Counted(later), np.concatenate([lead, later], axis=3)


def joined() -> tuple[xr.Dataset, Counted, Counted, np.ndarray]:
    known, later, whole = pieces()
    dims = ("policy", "condition", "future", "day", "place")
    days = np.datetime64("2030-01-01", "ns") + np.arange(BEFORE + AFTER) * np.timedelta64(1, "D")
    ds = join(
        xr.Dataset(
            {"x": (dims, indexing.LazilyIndexedArray(later)), "y": (dims, later.values)}, {"day": days[BEFORE:]}
        ),
        xr.Dataset({"x": (dims[2:], indexing.LazilyIndexedArray(known))}, {"day": days[:BEFORE]}),
    )
    return ds, known, later, whole


def picks(n: int) -> st.SearchStrategy:
    some = st.lists(st.integers(0, n - 1), min_size=1, max_size=n, unique=True).map(lambda ids: np.array(sorted(ids)))
    whole = st.tuples(st.integers(0, n - 1), st.integers(1, n), st.integers(1, 2)).map(lambda t: slice(*t))
    return st.one_of(st.integers(0, n - 1), some, whole)


@given(st.tuples(*(picks(n) for n in (*SHAPE[:3], BEFORE + AFTER, SHAPE[4]))))
def test_any_selection_is_that_of_the_whole_array(key) -> None:
    ds, _, _, whole = joined()
    dims = dict(zip(ds["x"].dims, key, strict=True))
    plain = xr.DataArray(whole, dims=ds["x"].dims)
    np.testing.assert_array_equal(ds["x"].isel(dims).values, plain.isel(dims).values)


def test_nothing_is_read_before_it_is_asked_for_and_history_once_for_all_policies() -> None:
    ds, known, later, whole = joined()
    assert (known.asked, later.asked) == ([], [])
    assert isinstance(ds["x"].isel(policy=0).variable, xr.Variable)
    one = ds["x"].sel(day="2030-01-03").isel(place=0)
    assert (known.asked, later.asked) == ([], [])
    np.testing.assert_array_equal(one.values, whole[:, :, :, 2, 0])
    assert (known.asked, later.asked) == ([SHAPE[2]], [])
    np.testing.assert_array_equal(ahead(ds["x"]).isel(policy=1).values, whole[1, :, :, BEFORE:])
    assert known.asked == [SHAPE[2]]
    assert later.asked == [np.prod(SHAPE) // 2]
    np.testing.assert_array_equal(ds["x"].values, whole)
    assert known.asked == [SHAPE[2], known.values.size]
    assert isinstance(ds["x"].values, np.ndarray)
    assert len(known.asked) == 2, "what was read stays in memory"


def test_a_variable_without_history_is_not_a_number_before_as_of() -> None:
    ds, *_ = joined()
    assert np.isnan(ds["y"].values[:, :, :, :BEFORE]).all()
    assert np.isfinite(ahead(ds)["y"].values).all()
    assert has_history(ds, "x")
    assert not has_history(ds, "x", "y")
    assert "y" not in history(ds)


def test_both_sides_of_as_of_are_views() -> None:
    ds, known, later, _ = joined()
    assert days_before(ds) == BEFORE
    assert str(ds["as_of"].values)[:10] == "2030-01-04"
    before = history(ds)
    assert before["x"].dims == ("future", "day", "place")
    assert ahead(ds).sizes["day"] == AFTER
    assert ahead(ahead(ds)).sizes["day"] == AFTER
    assert days_before(ahead(ds)) == 0
    run = history_run(ds)
    assert (run["policy"].values, ahead(run).sizes["day"]) == (["history"], BEFORE)
    assert (known.asked, later.asked) == ([], [])
    np.testing.assert_array_equal(run["x"].values[0, 0], known.values)
    np.testing.assert_array_equal(before["x"].values, known.values)
    assert later.asked == []


def test_a_run_is_opened_with_one_day_axis(tmp_path: Path) -> None:
    case = small(history=6, horizon=9)
    ds = corridor.run(case, futures=5, store=tmp_path / "run")
    assert ds.sizes["day"] == 15
    assert read.as_of(ds) == case.as_of
    assert (history(ds).sizes["day"], ahead(ds).sizes["day"]) == (6, 9)
    lazy = [array for array in ds.data_vars.values() if "day" in array.dims]
    assert len(lazy) > 20
    assert not any(array.variable._in_memory for array in lazy)
    one = ds["people"].isel(policy=1, condition=0).load()
    assert not ds["people"].variable._in_memory
    np.testing.assert_array_equal(history(ds)["people"].values, one.values[:, :6])
    assert read.store_of(ds) == str(tmp_path / "run")


def test_a_scenario_is_read_once_for_all_who_ask() -> None:
    first, second = blank(), blank(futures=2)
    assert read.scenario_of(first) is read.scenario_of(second)
    assert read.scenario_of(first).commodities[0].id == "flour"
    with pytest.raises(InputError, match="does not carry its scenario"):
        read.scenario_of(first.drop_attrs())


def test_what_a_run_says_about_itself() -> None:
    ds = blank(past=2)
    assert read.origin(ds) == {
        "scenario_id": "toy", "scenario_hash": "0", "variant": "now", "as_of": "2030-01-01", "seed": 1, "futures": 4,
    }  # fmt: skip
    assert [good.id for good in read.goods(ds)] == ["flour", "petrol", "cloth"]
    assert read.inputs(ds) == {}
    assert read.drawn(ds, "child_deaths.baseline").shape == (4,)
    told = ds.assign_attrs(corridor_version="1", versions='{"python": "3"}')
    assert read.versions(told) == {"corridor": "1", "python": "3"}


def test_a_series_starts_at_as_of_or_with_history() -> None:
    ds = blank(past=3, days=4)
    ds["people"][{"day": 0}] = [1.0, 2.0]
    later, whole = (series.series(ds, "people", "held", "calm", history=h) for h in (False, True))
    assert later.values.shape == (4, 4)
    assert whole.values.shape == (4, 7)
    assert (whole.values[:, 0] == 3.0).all()
    assert (str(whole.days[0]), str(later.days[0])) == ("2029-12-30", "2030-01-02")
    before = series.history_series(ds, "people")
    assert before is not None
    np.testing.assert_array_equal(before.values, whole.values[:, :3])
    # what is added up from as_of on has no history
    assert series.history_series(ds, "arrivals") is None
    assert series.history_series(blank(), "people") is None
