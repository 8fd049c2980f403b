"""A run as NetCDF and as Parquet loses no number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from corridor.core.errors import InputError
from corridor.exchange.results_files import export
from corridor.results.read import unit_of


def run() -> xr.Dataset:
    days = np.array(["2024-03-01", "2024-03-02"], dtype="datetime64[ns]")
    chance = np.random.default_rng(1)
    return xr.Dataset(
        {
            "people": (("policy", "future", "day", "place"), chance.integers(0, 2**40, (2, 3, 2, 2)), {"units": "persons"}),
            "need": (("future",), np.array([1.5, np.nan, 1e-300]), {"units": "t/person/day"}),
        },
        {"policy": ["a", "b"], "future": [0, 1, 2], "day": days, "place": np.array(["x", "ü"], np.dtypes.StringDType()), "as_of": days[0]},
        {"scenario": '{"id": "x"}', "seed": 1},
    )  # fmt: skip


def test_netcdf_gives_back_every_number_label_and_attribute(tmp_path: Path) -> None:
    pytest.importorskip("h5netcdf")
    ds = run()
    export(ds, tmp_path / "run.nc")
    with xr.open_dataset(tmp_path / "run.nc", engine="h5netcdf") as back:
        asked = ds.assign_attrs(Conventions="CF-1.8").drop_vars(["place", "as_of"])
        xr.testing.assert_identical(back.drop_vars(["place", "as_of"]).astype(asked.dtypes), asked)
        assert [str(p) for p in back["place"].values] == ["x", "ü"]
        assert (back["day"].values == ds["day"].values).all()
        for name in ds.data_vars:
            np.testing.assert_array_equal(back[name].values, ds[name].values)
            assert back[name].dims == ds[name].dims
            assert unit_of(back[name]) == unit_of(ds[name])


def test_parquet_gives_back_every_number_with_its_labels(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    ds = run()
    export(ds, tmp_path / "run.parquet")
    rows = parquet.read_table(tmp_path / "run.parquet").to_pylist()
    assert len(rows) == ds["people"].size + ds["need"].size
    people = [row for row in rows if row["variable"] == "people"]
    assert {row["unit"] for row in people} == {"persons"}
    for row in people:
        at = {"policy": row["policy"], "future": row["future"], "day": np.datetime64(row["day"])}
        place = {"x": 0, "ü": 1}[row["place"]]
        assert float(ds["people"].sel(at).values[place]) == row["value"]
    assert [row["value"] for row in rows if row["variable"] == "need"][::2] == [1.5, 1e-300]


def test_other_forms_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"write run\.nc"):
        export(run(), tmp_path / "run.xyz")
    assert not list(tmp_path.iterdir())
