"""A stored run as one Dataset, read when it is used, every file checked against its mark before it is believed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr
from zarr.abc.store import ByteRequest, Store
from zarr.core.buffer import Buffer, BufferPrototype
from zarr.core.buffer.cpu import Buffer as Bytes
from zarr.storage import FsspecStore, LocalStore, MemoryStore, WrapperStore

from corridor.core.errors import InputError, Problem
from corridor.engine.store.encode import Files, crc
from corridor.engine.store.files import Place, place
from corridor.engine.store.layout import HISTORY, Layout
from corridor.engine.store.marks import Damage, Digests, Found, blocks_of, inspect, read_key
from corridor.results.dataset import join

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
    inner = LocalStore(at, read_only=True) if isinstance(at, Path) else FsspecStore.from_url(at, read_only=True)
    digests = {name: digest for entries in found.blocks.values() for name, digest in entries.items()}
    return _dataset(Checked(inner, digests, at, mend)).assign_attrs(store=str(at))


def opened_files(files: Files) -> xr.Dataset:
    """Return the results of a store that is held in memory."""
    return _dataset(MemoryStore({name: Bytes.from_bytes(data) for name, data in files.items()}, read_only=True))


def dataset_of(layout: Layout, arrays: Mapping[str, npt.NDArray[Any]]) -> xr.Dataset:
    """Return results that were never stored, as they would be read from a store."""
    groups: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {"": ({}, {}), HISTORY: ({}, {})}
    for name, column in layout.columns.items():
        group, _, plain = name.rpartition("/")
        attrs = {k: v for k, v in column.about.items() if k != "coordinates"}
        values = arrays[name].astype(column.dtype, copy=False) if column.values is None else column.values
        if column.dtype == "string":
            values = values.astype(np.dtypes.StringDType())
        elif plain == "day":
            since = np.datetime64(attrs.pop("units").removeprefix("days since "), "ns")
            values = since + values.astype("timedelta64[D]")
            del attrs["calendar"]
        groups[group][column.values is not None][plain] = (column.dims, values, attrs)
    after, before = (xr.Dataset(data, coords) for data, coords in groups.values())
    return join(after.assign_attrs(layout.about), before)


def _dataset(store: Store) -> xr.Dataset:
    after, before = (xr.open_zarr(store, group=group, consolidated=True, chunks=None) for group in (None, HISTORY))
    return join(after, before)


class Checked(WrapperStore[Store]):
    """A store that believes no file which disagrees with its mark: it has the block played anew, or stops."""

    def __init__(self, store: Store, digests: Digests, at: Place, mend: Mend | None) -> None:
        super().__init__(store)
        self.digests, self.at, self.mend = digests, at, mend

    def _with_store(self, store: Store) -> Checked:
        return type(self)(store, self.digests, self.at, self.mend)

    async def get(
        self, key: str, prototype: BufferPrototype, byte_range: ByteRequest | None = None
    ) -> Buffer | None:  # fmt: skip
        """Return a file as zarr asks for it, after a look at its checksum."""
        value = await super().get(key, prototype, byte_range)
        if byte_range is not None or key not in self.digests or self._sound(key, value):
            return value
        block = next((int(part) for part in key.split("/c/")[-1].split("/") if part != "0"), 0)
        damage = Damage(key, block, "is changed" if value is not None else "is missing")
        if self.mend is None:
            raise InputError([damage.problem(self.at)])
        logging.getLogger("corridor").warning(damage.problem(self.at, "it is played anew").sentence())
        await asyncio.to_thread(self.mend, block)
        value = await super().get(key, prototype)
        if not self._sound(key, value):
            raise InputError([damage.problem(self.at, "it is damaged again when written anew: look at the disk")])
        return value

    def _sound(self, key: str, value: Buffer | None) -> bool:
        return value is not None and (len(value), crc(value.to_bytes())) == self.digests[key]
