"""One day axis: history and the days after as_of, stored apart, joined lazily into one Dataset."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing as xarray_indexing

indexing: Any = xarray_indexing  # partly untyped

DAY = 3
"""position of `day` among (policy, condition, future, day, ...)"""
AT_A_TIME = 128
"""futures read at a time: those of one chunk of a store, which is then only looked at and not copied"""
FEW = 3
"""blocks of futures up to which a run is read at once: sharing so few costs more than it brings"""
SINCE = "recorded_since"
"""attribute of a variable without history: nothing is recorded of it before this"""


class Joined(BackendArray):
    """A variable over the whole day axis; history is shared by all policies and conditions and stored once.

    Indexing reads what is asked for and no more: days up to as_of from `before`, (future, day, ...), repeated over
    policies and conditions; later days from `after`, (policy, condition, future, day, ...). Days before as_of are not
    a number where no history is kept: not recorded is not the same as zero.
    """

    def __init__(self, before: xr.Variable | None, after: xr.Variable, days_before: int) -> None:
        self._before, self._after, self._days_before = before, after, days_before
        self.shape = (*after.shape[:DAY], days_before + after.shape[DAY], *after.shape[DAY + 1 :])
        self.dtype = after.dtype

    def __getitem__(self, key: xarray_indexing.ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key: tuple[Any, ...]) -> npt.NDArray[Any]:
        """Read an outer selection: whole numbers, slices and arrays of positions, one per dimension."""
        # whole numbers keep their dimension until the end, so that both parts have the same dimensions
        wide = [slice(k, k + 1) if isinstance(k, (int, np.integer)) else k for k in key]
        days = np.arange(self.shape[DAY])[wide[DAY]]
        known = days < self._days_before
        if not known.any():
            found = self._ahead(wide, days)
        elif known.all():
            found = self._history(wide, days)
        else:
            earlier, later = self._history(wide, days[known]), self._ahead(wide, days[~known])
            found = np.empty((*later.shape[:DAY], days.size, *later.shape[DAY + 1 :]), self.dtype)
            found[:, :, :, stretch(np.flatnonzero(known))] = earlier
            found[:, :, :, stretch(np.flatnonzero(~known))] = later
        return found[tuple(0 if isinstance(k, (int, np.integer)) else slice(None) for k in key)]

    def _ahead(self, key: list[Any], days: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
        return self._after[(*key[:DAY], stretch(days - self._days_before), *key[DAY + 1 :])].values

    def _history(self, key: list[Any], days: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
        """Return (policy, condition, future, day, ...); a view that repeats one array."""
        lead = tuple(np.arange(n)[k].size for n, k in zip(self.shape[:2], key[:2], strict=True))
        if self._before is None:
            sizes = [np.arange(n)[k].size for n, k in zip(self.shape, key, strict=True)]
            return np.full((*sizes[:DAY], days.size, *sizes[DAY + 1 :]), np.nan, self.dtype)
        values = self._before[(key[2], stretch(days), *key[DAY + 1 :])].values
        return np.broadcast_to(values, (*lead, *values.shape))


def stretch(positions: npt.NDArray[np.int64]) -> slice | npt.NDArray[np.int64]:
    """Return positions that follow one another as a slice, which is read without a copy."""
    if positions.size and np.array_equal(positions, np.arange(positions[0], positions[0] + positions.size)):
        return slice(int(positions[0]), int(positions[-1]) + 1)
    return positions


def join(ahead: xr.Dataset, history: xr.Dataset) -> xr.Dataset:
    """Return one Dataset over history and horizon: one axis `day`, and the scalar coordinate `as_of`.

    Parameters
    ----------
    ahead : the days after as_of: (policy, condition, future, day, ...); what has no day is taken over as it is
    history : the days up to as_of, one or more, under the same names: (future, day, ...)

    Returns
    -------
    Dataset : variables of a day are (policy, condition, future, day, ...) over the whole axis and read when they are
        used; history is not repeated before it is asked for. A variable without history is not a number up to as_of.
    """
    known = history.sizes["day"]
    variables = {}
    for name, array in ahead.data_vars.items():
        after = array.variable
        if "day" not in after.dims:
            variables[name] = after
            continue
        before = history[name].variable if name in history else None
        lazy = indexing.LazilyIndexedArray(Joined(before, after, known))
        # what every variable read from a file is wrapped in: values are read once, and a change stays in memory
        data = indexing.MemoryCachedArray(indexing.CopyOnWriteArray(lazy))
        attrs = dict(after.attrs) if before is not None else {**after.attrs, SINCE: "as_of"}
        variables[name] = xr.Variable(after.dims, data, attrs, fastpath=True)
    days = np.concatenate([history["day"].values, ahead["day"].values])
    coords = {name: coord for name, coord in ahead.coords.items() if name != "day"}
    return xr.Dataset(variables, {**coords, "day": days, "as_of": history["day"].values[-1]}, ahead.attrs)


def days_before(ds: xr.Dataset | xr.DataArray) -> int:
    """Return how many days of the axis are history: those up to as_of."""
    return int(np.searchsorted(ds["day"].values, ds["as_of"].values, side="right"))


Run = TypeVar("Run", xr.Dataset, xr.DataArray)
Made = TypeVar("Made")


def ahead(ds: Run) -> Run:
    """Return the days after as_of, (policy, condition, future, day, ...): a view, read when it is used."""
    return ds.isel(day=slice(days_before(ds), None))


def history(ds: xr.Dataset) -> xr.Dataset:
    """Return the days up to as_of, which all policies and conditions share: a view, (future, day, ...).

    Variables without a history are left out, as is what belongs to single policies; what is drawn once per future
    stays.
    """
    known = _known(ds)
    return known.isel({dim: 0 for dim in ("policy", "condition") if dim in known.dims}, drop=True)


def history_run(ds: xr.Dataset) -> xr.Dataset:
    """Return history as a run of its own: one policy and one condition named `history`, its days all after its as_of.

    What is asked of the days after as_of of a run can so be asked of history too.
    """
    known = _known(ds).isel(policy=[0], condition=[0])
    before = known["day"].values[:1] - np.timedelta64(1, "D")
    return known.assign_coords(policy=["history"], condition=["history"], as_of=before[0])


def _known(ds: xr.Dataset) -> xr.Dataset:
    dropped = [name for name, array in ds.data_vars.items() if SINCE in array.attrs or _of_a_policy(array)]
    return ds.drop_vars(dropped).isel(day=slice(0, days_before(ds)))


def has_history(ds: xr.Dataset, *names: str) -> bool:
    """Return whether a run keeps the history of these variables, a day or more."""
    kept = all(name in ds and "day" in ds[name].dims and SINCE not in ds[name].attrs for name in names)
    return kept and days_before(ds) > 0


def _of_a_policy(array: xr.DataArray) -> bool:
    return "day" not in array.dims and bool({"policy", "condition"} & set(array.dims))


def in_parts(ds: xr.Dataset, work: Callable[[slice], Made]) -> list[Made]:
    """Return what `work` makes of each block of futures that is read at a time, in order; blocks share the cores."""
    futures = ds.sizes["future"]
    if futures <= FEW * AT_A_TIME:
        return [work(slice(0, futures))]
    parts = [slice(first, min(futures, first + AT_A_TIME)) for first in range(0, futures, AT_A_TIME)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, parts))
