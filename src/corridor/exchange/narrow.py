"""Less of a run: some of its variables; and how large the table of it would be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.results import read

if TYPE_CHECKING:
    import xarray as xr

SAMPLE = 2_000
"""numbers of a variable whose digits are counted"""


def counted(ds: xr.Dataset) -> list[str]:
    """Return the variables that hold numbers."""
    return [str(name) for name, array in ds.data_vars.items() if array.dtype.kind in "iufb"]


def chosen(ds: xr.Dataset, variables: Sequence[str]) -> xr.Dataset:
    """Return the run with some of its variables, all where none is named. Raises InputError where one is not there."""
    known = counted(ds)
    problems = []
    for name in variables:
        if name not in known:
            remedy = did_you_mean(name, known) or f"one of {', '.join(known)}"
            problems.append(Problem("--variables", 0, 0, "", f'this run has no variable "{name}"', remedy))
    if problems:
        raise InputError(problems)
    return ds[list(variables)] if variables else ds


def size_as_text(ds: xr.Dataset) -> tuple[int, int]:
    """Return rows and about how many bytes the long table of a run has: labels counted, digits of some numbers."""
    rows = width = 0
    columns = {str(dim) for name in counted(ds) for dim in ds[name].dims}
    for name in counted(ds):
        array = ds[name]
        labels = sum(_label(ds, str(dim)) for dim in array.dims)
        step = max(1, array.size // SAMPLE)
        few = array.isel({dim: slice(None, None, _every(step, array.ndim)) for dim in array.dims}).values.reshape(-1)[
            :SAMPLE
        ]
        digits = float(np.mean([len(repr(value)) for value in few.tolist()])) if few.size else 0.0
        width += int(array.size * (len(name) + len(read.unit_of(array)) + labels + digits + len(columns) + 3))
        rows += array.size
    return rows, width


def _every(size: int, dims: int) -> int:
    """Return how many labels of each dimension to go on by, so that about `SAMPLE` numbers are looked at."""
    return max(1, round(math.pow(size / SAMPLE, 1.0 / max(1, dims))))


def _label(ds: xr.Dataset, dim: str) -> float:
    """Return the mean length of a label of a dimension."""
    if dim not in ds.coords:
        return float(len(str(ds.sizes[dim])))
    if ds[dim].dtype.kind == "M":
        return 10.0
    return float(np.mean([len(str(value)) for value in ds[dim].values.tolist()])) if ds.sizes[dim] else 0.0
