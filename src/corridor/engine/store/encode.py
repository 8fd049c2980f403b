"""From arrays to the files of a Zarr store (format 3), as pure functions: a worker anywhere makes them, one writes.

Chunks lie as they are played, the future last, in zstd, with a crc32c: a reader of any make that meets a changed byte
stops. The bytes are made and read here and not by zarr, because creating and filling 80 arrays through it costs a
second a run, and reading them three times what it costs here; zarr, and any reader of its form, reads them too.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import google_crc32c
import numpy as np
import numpy.typing as npt
from numcodecs import VLenUTF8, Zstd

from corridor.engine.store.layout import BLOCK, HISTORY, Column, Layout

Files = dict[str, bytes]
"""name in the store -> content"""

_ZSTD = Zstd(level=2)
"""measured on the flagship: 0.43 MB a future in 2.6 ms, a tenth of what it costs to play; level -3 gives 0.60 MB in
1.6 ms, level 3 0.42 MB in 3.9 ms; shuffling makes it larger"""
_STORED = {"float32": "<f4", "float64": "<f8", "int64": "<i8"}


def frame(layout: Layout) -> Files:
    """Return what a store holds besides results: metadata, consolidated too, and coordinates."""
    files: Files = {}
    described = {name: _describe(column) for name, column in layout.columns.items()}
    for name, about in described.items():
        files[f"{name}/zarr.json"] = _json(about)
        column = layout.columns[name]
        if column.values is not None:
            files[f"{name}/c/0"] = seal(_bytes(column.values, column.dtype))
    inner = {name.removeprefix(f"{HISTORY}/"): a for name, a in described.items() if name.startswith(f"{HISTORY}/")}
    day = {"Conventions": layout.about["Conventions"], "title": f"{layout.about['title']}: up to as_of"}
    files[f"{HISTORY}/zarr.json"] = _json(_group(day, inner))
    files["zarr.json"] = _json(_group(layout.about, {HISTORY: _group(day, None), **described}))
    return files


def block_files(layout: Layout, block: int, arrays: Mapping[str, npt.NDArray[Any]]) -> Files:
    """Return the chunks of one block of futures.

    Parameters
    ----------
    arrays : the results of at most BLOCK futures, by the names and in the dimensions of the layout
    """
    files: Files = {}
    for name, values in arrays.items():
        column = layout.columns[name]
        at = column.dims.index("future")
        if values.size == 0:
            continue
        missing = BLOCK - values.shape[at]
        chunk = np.moveaxis(values, at, -1).astype(_STORED[column.dtype], copy=False)
        if missing:
            chunk = np.pad(chunk, [*[(0, 0)] * (chunk.ndim - 1), (0, missing)], constant_values=np.nan)
        files[chunk_name(name, column, block)] = seal(np.ascontiguousarray(chunk))
    return files


def block_arrays(layout: Layout, block: int, files: Mapping[str, bytes]) -> dict[str, npt.NDArray[Any]]:
    """Return the results in the chunks of one block, all BLOCK futures: `block_files` the other way round."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name, column in layout.played.items():
        data = files[chunk_name(name, column, block)] if all(column.shape) else b""
        arrays[name] = np.moveaxis(chunk_values(column, data), -1, column.dims.index("future"))
    return arrays


def chunk_values(column: Column, data: bytes) -> npt.NDArray[Any]:
    """Return what a chunk holds, all BLOCK futures, the future last."""
    shape = (*(n for dim, n in _sides(column) if dim != "future"), BLOCK)
    values = np.empty(shape, _STORED[column.dtype])
    if data:
        _ZSTD.decode(data[:-4], values)
    return values


def layout_in(read: Callable[[str], bytes]) -> Layout:
    """Return what a store holds as its metadata tells it: `frame` the other way round."""
    root = json.loads(read("zarr.json"))
    columns = {}
    for name, about in root["consolidated_metadata"]["metadata"].items():
        if about["node_type"] == "array":
            dtype, played = about["data_type"], about["codecs"][0]["name"] == "transpose"
            values = None if played else _values(_ZSTD.decode(read(f"{name}/c/0")[:-4]), dtype)
            shape = tuple(about["shape"])
            columns[name] = Column(tuple(about["dimension_names"]), shape, about["attributes"], dtype, values)
    return Layout(root["attributes"], columns)


def chunk_name(name: str, column: Column, block: int) -> str:
    """Return the file of a chunk: all of every dimension, one block of futures."""
    return "/".join((name, "c", *(str(block if dim == "future" else 0) for dim in column.dims)))


def seal(data: bytes | npt.NDArray[Any]) -> bytes:
    """Return data compressed, with its checksum behind it."""
    packed: bytes = _ZSTD.encode(data)
    return packed + struct.pack("<I", crc(packed))


def crc(data: bytes) -> int:
    """Return the CRC-32C of a file."""
    return int(google_crc32c.value(data))


def digests(files: Mapping[str, bytes]) -> dict[str, tuple[int, int]]:
    """Return size and CRC-32C of each file."""
    return {name: (len(data), crc(data)) for name, data in sorted(files.items())}


def _bytes(values: npt.NDArray[Any], dtype: str) -> bytes:
    return bytes(VLenUTF8().encode(values)) if dtype == "string" else values.astype(_STORED[dtype]).tobytes()


def _values(data: bytes, dtype: str) -> npt.NDArray[Any]:
    found: npt.NDArray[Any] = VLenUTF8().decode(data) if dtype == "string" else np.frombuffer(data, _STORED[dtype])
    return found


def _describe(column: Column) -> dict[str, Any]:
    chunks = [BLOCK if dim == "future" and column.values is None else max(1, n) for dim, n in _sides(column)]
    codecs = [{"name": "vlen-utf8"} if column.dtype == "string" else _LITTLE, *_PACKED]
    if column.values is None:
        order = sorted(range(len(column.dims)), key=lambda at: column.dims[at] == "future")
        codecs.insert(0, {"name": "transpose", "configuration": {"order": order}})
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": list(column.shape),
        "data_type": column.dtype,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": chunks}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": {"string": "", "int64": 0}.get(column.dtype, "NaN"),
        "codecs": codecs,
        "attributes": dict(column.about),
        "dimension_names": list(column.dims),
        "storage_transformers": [],
    }


_LITTLE: dict[str, Any] = {"name": "bytes", "configuration": {"endian": "little"}}
_PACKED: tuple[dict[str, Any], ...] = (
    {"name": "zstd", "configuration": {"level": _ZSTD.level, "checksum": False}},
    {"name": "crc32c"},
)


def _sides(column: Column) -> Iterable[tuple[str, int]]:
    return zip(column.dims, column.shape, strict=True)


def _group(attrs: Mapping[str, Any], inside: Mapping[str, Any] | None) -> dict[str, Any]:
    held = {"kind": "inline", "must_understand": False, "metadata": dict(inside or {})}
    return {"zarr_format": 3, "node_type": "group", "attributes": dict(attrs), "consolidated_metadata": held}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
