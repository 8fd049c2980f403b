"""One variable of a store, read when it is used, in the order in which it lies there: the future last.

A general reader of Zarr writes each chunk into an array whose future stands third, number by number; most of what is
asked of a run turns it back at once. Here the chunk is only looked at the other way round.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from xarray.backends import BackendArray
from xarray.core import indexing as xarray_indexing

from corridor.engine.store.encode import chunk_name, chunk_values
from corridor.engine.store.layout import BLOCK, Column
from corridor.results.dataset import stretch

indexing: Any = xarray_indexing  # partly untyped

Read = Callable[[str], bytes]
"""name in the store -> content, whole and checked"""


class Chunks(BackendArray):
    """The chunks of one variable as a lazy array; indexing reads the blocks of futures that are asked for."""

    def __init__(self, name: str, column: Column, read: Read) -> None:
        self._name, self._column, self._read_file = name, column, read
        self._future = column.dims.index("future")
        self.shape, self.dtype = column.shape, np.dtype(column.dtype)

    def __getitem__(self, key: xarray_indexing.ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key: tuple[Any, ...]) -> npt.NDArray[Any]:
        """Read an outer selection: whole numbers, slices and arrays of positions, one per dimension."""
        wide = [slice(k, k + 1) if isinstance(k, (int, np.integer)) else k for k in key]
        futures = np.arange(self.shape[self._future])[wide.pop(self._future)]
        sizes = [n for at, n in enumerate(self.shape) if at != self._future]
        shape = [np.arange(n)[k].size for n, k in zip(sizes, wide, strict=True)]
        blocks = np.unique(futures // BLOCK) if all(shape) else np.empty(0, int)
        if blocks.size == 1:
            found = self._of_block(int(blocks[0]), wide, stretch(futures - blocks[0] * BLOCK))
        else:
            found = np.empty((*shape, futures.size), self.dtype)
            for block in blocks:
                held = np.flatnonzero(futures // BLOCK == block)
                found[..., stretch(held)] = self._of_block(int(block), wide, stretch(futures[held] - block * BLOCK))
        turned = np.moveaxis(found, -1, self._future)
        return turned[tuple(0 if isinstance(k, (int, np.integer)) else slice(None) for k in key)]

    def _of_block(self, block: int, key: list[Any], futures: Any) -> npt.NDArray[Any]:
        values = chunk_values(self._column, self._read_file(chunk_name(self._name, self._column, block)))
        # slices first: they copy nothing
        for axis, chosen in sorted(enumerate([*key, futures]), key=lambda one: not isinstance(one[1], slice)):
            values = values[(slice(None),) * axis + (chosen,)]
        return values
