"""Any run comes back whole from NetCDF and from Parquet: numbers, labels, what stands beside them, units, attributes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from corridor.core.errors import InputError
from corridor.engine import run
from corridor.exchange.results_files import export, read_file
from corridor.results.read import unit_of
from corridor.studies.export import export as export_store
from small import small

pytest.importorskip("h5netcdf")
pytest.importorskip("pyarrow")
FORMS = (".nc", ".parquet")
TEXT = ("policy", "condition", "place", "link", "input")
UNITS = ("persons", "t", "kcal/person/day", "hours", "days", "1", "", "persons/day", "m³", "degrees_north")
"""some of which another program takes for times where it is not told"""
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@st.composite
def runs(draw: st.DrawFn) -> xr.Dataset:
    """A run as the program writes it: any labels, days and numbers, gaps and infinities, some things beside the labels."""
    size = {dim: draw(st.integers(1, 3)) for dim in (*TEXT, "future", "day")} | {"hour": 24}
    start = draw(st.dates(pd.Timestamp("1690-01-01").date(), pd.Timestamp("2200-01-01").date()))
    coords: dict[str, Any] = {
        "future": ("future", np.arange(size["future"]) + draw(st.integers(0, 10**6)), {"long_name": "future"}),
        "day": ("day", pd.date_range(start, periods=size["day"], unit="ns").values, {"long_name": "local civil day", "axis": "T"}),
        "hour": ("hour", np.arange(24), {"long_name": "hour of the day"}),
        "as_of": np.datetime64(start, "ns"),
        "weight": ("future", draw(numbers("float64", (size["future"],))), {"long_name": "weight"}),
        "latitude": ("place", draw(numbers("float64", (size["place"],))), {"units": "degrees_north"}),
        "address": ("future", draw(numbers("int64", (size["future"],)))),
    }  # fmt: skip
    for dim in TEXT:
        labels = draw(st.lists(words, min_size=size[dim], max_size=size[dim], unique=True))
        titles = draw(st.lists(texts, min_size=size[dim], max_size=size[dim]))
        coords[dim] = (dim, np.array(labels, np.dtypes.StringDType()), {"long_name": dim})
        coords[f"{dim}_title"] = (dim, np.array(titles, np.dtypes.StringDType()))
    data: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 4))):
        dims = tuple(
            dim
            for dim in ("policy", "condition", "future", "day", "hour", "place", "link", "input")
            if draw(st.booleans())
        )
        dtype = draw(st.sampled_from(("float32", "float64", "int64")))
        attrs = {"units": draw(st.sampled_from(UNITS)), "long_name": draw(texts), "kind": "stock"}
        data[f"v{number}"] = (dims, draw(numbers(dtype, tuple(size[dim] for dim in dims))), attrs)
    about = {"title": draw(texts), "scenario": draw(texts), "changed": "", "seed": draw(st.integers(0, 2**62)),
             "Conventions": "CF-1.11"}  # fmt: skip
    return xr.Dataset(data, coords, about)


def numbers(dtype: str, shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
    width = {"float32": 32, "float64": 64}.get(dtype)
    own = st.integers(-(2**53), 2**53) if width is None else st.floats(width=width)
    return arrays.arrays(np.dtype(dtype), shape, elements=own)


def plain(ds: xr.Dataset) -> xr.Dataset:
    """Return a run with its labels as Python's own texts, so that two kinds of text are the same."""
    held = ds.load()
    return held.assign_coords(
        {n: one.astype(object) for n, one in held.coords.items() if one.dtype.kind not in "iufbM"}
    )


def same(back: xr.Dataset, ds: xr.Dataset) -> None:
    """Whether nothing is lost: bits of numbers, dimensions in their order, labels, attributes."""
    xr.testing.assert_identical(plain(back), plain(ds))
    assert list(back.data_vars) == list(ds.data_vars)
    for name, array in ds.data_vars.items():
        assert back[name].dims == array.dims
        assert back[name].dtype == array.dtype, name
        assert back[name].values.tobytes() == array.values.tobytes() or np.isnan(array.values).any()
    assert list(back.to_dict(data=False)["attrs"].items()) == list(ds.to_dict(data=False)["attrs"].items())


@pytest.mark.parametrize("suffix", FORMS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ds=runs())
def test_nothing_of_any_run_is_lost(suffix: str, ds: xr.Dataset, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("run") / f"run{suffix}"
    export(ds, path)
    same(read_file(path), ds)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ds=runs())
def test_other_programs_read_the_same(ds: xr.Dataset, tmp_path_factory: pytest.TempPathFactory) -> None:
    """As the page says: `xarray.open_dataset` reads the NetCDF, `pandas.read_parquet` the table."""
    where = tmp_path_factory.mktemp("run")
    export(ds, where / "run.nc")
    with xr.open_dataset(where / "run.nc", decode_timedelta=False) as back:
        same(back, ds)
    export(ds, where / "run.parquet")
    frame = pd.read_parquet(where / "run.parquet")
    assert list(frame.columns) == ["variable", "unit", *map(str, ds.dims), "value"]
    for name, array in ds.data_vars.items():
        mine = frame[frame["variable"] == name]
        assert set(mine["unit"]) == {unit_of(array)}
        np.testing.assert_array_equal(mine["value"].to_numpy(), array.values.reshape(-1).astype(float))
        for dim in ds.dims:
            if dim not in array.dims:
                assert mine[dim].isna().all(), dim
                continue
            labels = xr.broadcast(ds[dim], array)[0].transpose(*array.dims).values.reshape(-1)
            if dim == "day":
                assert [str(one) for one in mine[dim]] == [str(one)[:10] for one in labels]
            elif labels.dtype.kind == "i":  # a column with gaps is one of decimals to pandas
                np.testing.assert_array_equal(mine[dim].to_numpy(float), labels)
            else:
                assert mine[dim].tolist() == labels.tolist(), dim


@pytest.mark.parametrize("suffix", FORMS)
def test_a_run_that_was_played_comes_back(suffix: str, tmp_path: Path) -> None:
    ds = run(small(history=4, horizon=5), futures=3, seed=2, store=tmp_path / "run")
    export_store(str(tmp_path / "run"), tmp_path / f"run{suffix}")
    same(read_file(tmp_path / f"run{suffix}"), ds)


def test_a_table_of_another_program_is_no_run(tmp_path: Path) -> None:
    pd.DataFrame({"value": [1.0]}).to_parquet(tmp_path / "x.parquet")
    with pytest.raises(InputError, match="holds no run"):
        read_file(tmp_path / "x.parquet")
