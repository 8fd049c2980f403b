"""A stored run as one file: NetCDF (CF) for those who work with arrays, Parquet for those who work with tables."""

from __future__ import annotations

import errno
import io
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
IN_MEMORY = 2**30
"""bytes of numbers up to which a NetCDF file is made in memory"""


def export(ds: xr.Dataset, path: Path) -> None:
    """Write every variable of a run; the ending says in which form. The file appears whole or not at all.

    NetCDF holds the Dataset with its units and attributes (CF-1.8). Parquet holds one row per number: `variable`,
    `unit`, one column per dimension (empty where a variable has not got it), `value`.

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

    made: Any = _plain(ds).assign_attrs(Conventions="CF-1.8")
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
    dims = [str(dim) for dim in plain.dims]
    day = pa.date32()
    kinds = [(dim, pa.int64() if dim == "future" else day if dim == "day" else pa.string()) for dim in dims]
    schema = pa.schema([("variable", pa.string()), ("unit", pa.string()), *kinds, ("value", pa.float64())])
    with pq.ParquetWriter(path, schema) as out:
        for name, array in plain.data_vars.items():
            if array.dtype.kind not in "iufb":
                continue
            values = np.asarray(array.values, dtype=np.float64)
            at = np.indices(values.shape).reshape(values.ndim, -1)
            columns: dict[str, Any] = {"variable": [str(name)] * values.size}
            columns["unit"] = [unit_of(array)] * values.size
            for dim, kind in kinds:
                if dim not in array.dims:
                    columns[dim] = pa.nulls(values.size, kind)
                    continue
                labels = plain[dim].values
                labels = labels.astype("datetime64[D]") if dim == "day" else labels
                labels = labels.astype(np.int64) if dim == "future" else labels
                columns[dim] = pa.array(labels[at[array.dims.index(dim)]], type=kind)
            columns["value"] = values.reshape(-1)
            out.write_table(pa.table(columns, schema=schema))
