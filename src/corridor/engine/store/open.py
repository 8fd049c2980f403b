"""A stored run as one Dataset, read when it is used, every file checked against its mark before it is believed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr
from xarray.core import indexing as xarray_indexing

from corridor.core.errors import InputError, Problem
from corridor.engine.store import files
from corridor.engine.store.chunks import Chunks, Read
from corridor.engine.store.encode import Files, crc, layout_in
from corridor.engine.store.files import Place, place
from corridor.engine.store.layout import HISTORY, Layout
from corridor.engine.store.marks import Damage, Digests, Found, blocks_of, inspect, read_key
from corridor.results.dataset import join

indexing: Any = xarray_indexing  # partly untyped

Mend = Callable[[int], None]
"""Plays a block anew and writes it."""


def open_run(store: str | Path) -> xr.Dataset:
    """Open a finished run lazily, over one day axis with the coordinate `as_of`; variables are read when used.

    Returns
    -------
    Dataset with dimensions policy, condition, future, day, place, destination, commodity, link; `day` runs
    from the start to the end of the horizon, and the coordinate `as_of` says where history ends

    Raises
    ------
    InputError : no run lies there, it is not finished, or it is damaged: what is missing or cut short is found here, a
        changed byte when it is read
    """
    at = place(store)
    key = read_key(at)
    if key is None:
        raise InputError([Problem(str(at), 0, 0, "", "no run is stored here", "give the folder that --store named")])
    return opened(at, key, inspect(at))


def verify(store: str | Path) -> list[Problem]:
    """Hash every file of a store; return what is missing or changed since it was written, nothing where it is sound."""
    at = place(store)
    if read_key(at) is None:
        raise InputError([Problem(str(at), 0, 0, "", "no run is stored here", "give the folder that --store named")])
    return [damage.problem(at) for damage in inspect(at, hashed=True).damage]


def opened(at: Place, key: Mapping[str, Any], found: Found, mend: Mend | None = None) -> xr.Dataset:
    """Return the results of a store; `mend` plays a damaged block anew, without it damage is an error."""
    if found.damage:
        raise InputError(damage.problem(at) for damage in found.damage)
    wanted = blocks_of(key)
    missing = found.missing(wanted)
    if missing:
        message = f"the run is not finished ({len(wanted) - len(missing)} of {len(wanted)} blocks)"
        raise InputError([Problem(str(at), 0, 0, "", message, "give the same command again: it resumes")])
    if key.get("shard"):
        message = "this is shard {} of {} of a run".format(*key["shard"])
        raise InputError([Problem(str(at), 0, 0, "", message, "join all of them first: corridor merge")])
    digests = {name: digest for entries in found.blocks.values() for name, digest in entries.items()}
    return _dataset(Checked(at, digests, mend)).assign_attrs(store=str(at))


def opened_files(held: Files) -> xr.Dataset:
    """Return the results of a store that is held in memory."""
    return _dataset(held.__getitem__)


def dataset_of(layout: Layout, arrays: Mapping[str, npt.NDArray[Any] | Chunks]) -> xr.Dataset:
    """Return results as one Dataset: those that were never stored as they would be read from a store."""
    groups: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {"": ({}, {}), HISTORY: ({}, {})}
    for name, column in layout.columns.items():
        group, _, plain = name.rpartition("/")
        attrs = {k: v for k, v in column.about.items() if k != "coordinates"}
        values: Any = arrays[name] if column.values is None else column.values
        if column.dtype == "string":
            values = values.astype(np.dtypes.StringDType())
        elif isinstance(values, Chunks):
            # what every variable read from a file is wrapped in: values are read once, and a change stays in memory
            lazy = indexing.LazilyIndexedArray(values)
            values = indexing.MemoryCachedArray(indexing.CopyOnWriteArray(lazy))
        elif column.values is None:
            values = values.astype(column.dtype, copy=False)
        elif plain == "day":
            since = np.datetime64(attrs.pop("units").removeprefix("days since "), "ns")
            values = since + values.astype("timedelta64[D]")
            del attrs["calendar"]
        groups[group][column.values is not None][plain] = (column.dims, values, attrs)
    after, before = (xr.Dataset(data, coords) for data, coords in groups.values())
    return join(after.assign_attrs(layout.about), before)


def _dataset(read: Read) -> xr.Dataset:
    layout = layout_in(read)
    return dataset_of(layout, {name: Chunks(name, column, read) for name, column in layout.played.items()})


@dataclass(frozen=True)
class Checked:
    """Reads files of a store and believes none that disagrees with its mark: its block is played anew, or it stops.

    Files without a mark in `digests` belong to the frame, which was hashed when the store was opened.
    """

    at: Place
    digests: Digests
    mend: Mend | None

    def __call__(self, name: str) -> bytes:
        """Return the content of a file."""
        data = files.read(self.at, name)
        if self._sound(name, data):
            return data or b""
        block = next((int(part) for part in name.split("/c/")[-1].split("/") if part != "0"), 0)
        damage = Damage(name, block, "is changed" if data is not None else "is missing")
        if self.mend is None:
            raise InputError([damage.problem(self.at)])
        logging.getLogger("corridor").warning(damage.problem(self.at, "it is played anew").sentence())
        self.mend(block)
        data = files.read(self.at, name)
        if not self._sound(name, data):
            raise InputError([damage.problem(self.at, "it is damaged again when written anew: look at the disk")])
        return data or b""

    def _sound(self, name: str, data: bytes | None) -> bool:
        return data is not None and self.digests.get(name) in (None, (len(data), crc(data)))
