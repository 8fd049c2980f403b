"""A stored run as one file: NetCDF (CF) for those who work with arrays, Parquet for those who work with tables."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor.core.errors import InputError, Problem
from corridor.core.files import put_whole
from corridor.results.read import unit_of

if TYPE_CHECKING:
    import xarray as xr

SUFFIXES = (".nc", ".parquet")
KEY = "corridor"
"""in the metadata of a Parquet schema: what a table of numbers has no room for"""
IN_MEMORY = 2**30
"""bytes of numbers up to which a NetCDF file is made in memory"""


def export(ds: xr.Dataset, path: Path) -> None:
    """Write every variable of a run; the ending says in which form. The file appears whole or not at all.

    NetCDF holds the Dataset with its units and attributes (CF). Parquet holds one row per number: `variable`, `unit`,
    one column per dimension (empty where a variable has not got it), `value`; attributes, types and what stands beside
    the labels lie in the metadata of its schema, as JSON under `corridor`. `read_file` gives both back.

    Raises
    ------
    InputError : another ending; the extra `files` is not installed; the file cannot be written
    """
    writers: dict[str, Callable[[xr.Dataset, Path], None]] = {".nc": _netcdf, ".parquet": _parquet}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        message = f"a run is written as {' or '.join(SUFFIXES)}"
        raise InputError([Problem(str(path), 0, 0, "", message, f"write {path.stem}.nc")])
    check_installed(path)
    put_whole(path, lambda part: writer(ds, part))


def check_installed(path: Path) -> None:
    """Refuse a form whose library is not installed. Raises InputError."""
    needed = {".nc": ("h5netcdf", "h5py"), ".parquet": ("pyarrow",)}.get(path.suffix.lower(), ())
    if any(find_spec(one) is None for one in needed):
        remedy = 'install it: pip install "corridor[files]"'
        raise InputError([Problem(str(path), 0, 0, "", "this form needs the extra `files`", remedy)])


def _plain(ds: xr.Dataset) -> xr.Dataset:
    """Return the run with labels that a file can hold."""
    texts = {
        name: coord.astype(object).astype(str) for name, coord in ds.coords.items() if coord.dtype.kind not in "iufbMm"
    }
    return ds.assign_coords(texts)


def _netcdf(ds: xr.Dataset, path: Path) -> None:
    import h5netcdf  # noqa: F401

    made: Any = _plain(ds)
    if "Conventions" not in ds.to_dict(data=False)["attrs"]:
        made = made.assign_attrs(Conventions="CF-1.8")
    for variable in made.variables.values():
        variable.encoding = {}
    packed = {n: {"zlib": True, "complevel": 1} for n in made.data_vars}
    # HDF5 takes the process down with it where a disk is full as it closes a file: it gets memory, or room for sure
    if made.nbytes <= IN_MEMORY:
        held, data = io.BytesIO(), b""
        with suppress(ValueError, TypeError):  # an older xarray writes to paths only
            made.to_netcdf(held, engine="h5netcdf", encoding=packed)
            data = held.getvalue()
        if data:
            path.write_bytes(data)
            return
    if shutil.disk_usage(path.parent).free < made.nbytes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    made.to_netcdf(path, engine="h5netcdf", encoding=packed)


def _parquet(ds: xr.Dataset, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    plain = _plain(ds)
    kind = {"M": pa.date32(), "i": pa.int64()}
    kinds = [(str(dim), kind.get(plain[dim].dtype.kind, pa.string())) for dim in plain.dims]
    schema = pa.schema([("variable", pa.string()), ("unit", pa.string()), *kinds, ("value", pa.float64())])
    schema = schema.with_metadata({KEY: json.dumps(_beside(ds), ensure_ascii=False)})
    with pq.ParquetWriter(path, schema) as out:
        for name, array in plain.data_vars.items():
            if array.dtype.kind not in "iufb":
                continue
            values = np.asarray(array.values, dtype=np.float64)
            at = np.indices(values.shape).reshape(values.ndim, values.size)
            columns: dict[str, Any] = {"variable": [str(name)] * values.size}
            columns["unit"] = [unit_of(array)] * values.size
            for dim, form in kinds:
                if dim not in array.dims:
                    columns[dim] = pa.nulls(values.size, form)
                    continue
                labels = plain[dim].values
                labels = labels.astype("datetime64[D]") if labels.dtype.kind == "M" else labels
                columns[dim] = pa.array(labels[at[array.dims.index(dim)]], type=form)
            columns["value"] = values.reshape(-1)
            out.write_table(pa.table(columns, schema=schema))


def _beside(ds: xr.Dataset) -> dict[str, Any]:
    """Return what a table of numbers has no room for: attributes, types, dimensions in order, coordinates."""
    about = ds.to_dict(data=False)
    data = {name: one for name, one in about["data_vars"].items() if ds[name].dtype.kind in "iufb"}
    coords = {name: one | _written(ds[name]) for name, one in about["coords"].items()}
    found: dict[str, Any] = {"attrs": about["attrs"], "data": data, "coords": coords}
    return dict(json.loads(json.dumps(found, default=_own)))


def _written(coord: xr.DataArray) -> dict[str, Any]:
    kind = coord.dtype.kind
    dtype = str(coord.dtype) if kind in "iufbM" else "str"
    values = coord.values.astype(np.int64) if kind == "M" else coord.values if kind in "iufb" else _texts(coord)
    return {"dtype": dtype, "values": values.reshape(-1).tolist()}


def _texts(coord: xr.DataArray) -> Any:
    return coord.values.astype(object).astype(str)


def _own(value: Any) -> Any:
    """Return a number of NumPy as Python's own."""
    return value.tolist() if isinstance(value, (np.generic, np.ndarray)) else str(value)


def read_file(path: str | Path) -> xr.Dataset:
    """Return a run from a file that `corridor export` wrote: .nc or .parquet, with all that stood in it.

    Raises
    ------
    InputError : another file; the extra `files` is not installed
    """
    path = Path(path)
    check_installed(path)
    if path.suffix.lower() not in SUFFIXES:
        raise InputError([Problem(str(path), 0, 0, "", f"holds no run: that is {' or '.join(SUFFIXES)}")])
    try:
        return _of_netcdf(path) if path.suffix.lower() == ".nc" else _of_parquet(path)
    except (OSError, KeyError, ValueError) as error:
        remedy = "give a file that corridor export wrote"
        raise InputError([Problem(str(path), 0, 0, "", f"holds no run ({error})"[:200], remedy)]) from error


def _of_netcdf(path: Path) -> xr.Dataset:
    import xarray as xr

    # hours and days are units of numbers here, not of times
    with xr.open_dataset(path, engine="h5netcdf", decode_timedelta=False) as found:
        return found.load()


def _of_parquet(path: Path) -> xr.Dataset:
    import pyarrow.parquet as pq
    import xarray as xr

    with pq.ParquetFile(path) as file:
        about = json.loads((file.schema_arrow.metadata or {})[KEY.encode()])
        table = file.read(columns=["variable", "value"])
    values, start = table["value"].to_numpy(), 0
    coords: dict[str, Any] = {}
    for name, one in about["coords"].items():
        size = [len(about["coords"][dim]["values"]) for dim in one["dims"]]
        text = one["dtype"] == "str"
        held = np.array(one["values"], dtype=str if text else np.int64 if "datetime" in one["dtype"] else one["dtype"])
        coords[name] = (one["dims"], held.reshape(size).astype(one["dtype"]), one["attrs"])
    data: dict[str, Any] = {}
    for name, one in about["data"].items():
        size = [len(about["coords"][dim]["values"]) for dim in one["dims"]]
        end = start + int(np.prod(size))
        data[name] = (one["dims"], values[start:end].reshape(size).astype(one["dtype"]), one["attrs"])
        start = end
    if start != len(values):
        message = f"{len(values)} rows, {start} expected"
        raise ValueError(message)
    return xr.Dataset(data, coords, about["attrs"])
