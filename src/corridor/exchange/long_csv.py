"""A stored run as one long table of text: a row per number, for any program that reads CSV; HXL hashtags on request."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corridor.core.errors import InputError, Problem
from corridor.results.read import unit_of

if TYPE_CHECKING:
    import xarray as xr

AT_ONCE = 200_000
"""numbers that are made into text at a time"""
MOST_ROWS = 50_000_000
"""rows of a CSV above which no program is helped by one"""
HASHTAGS: Mapping[str, str] = {
    "variable": "#indicator+name", "unit": "#indicator+unit", "value": "#indicator+value+num", "day": "#date",
    "policy": "#meta+policy", "condition": "#meta+scenario", "future": "#meta+draw", "place": "#loc+name",
    "camp": "#loc+name", "destination": "#loc+name+destination", "commodity": "#item+name", "link": "#loc+link+name",
}  # fmt: skip
"""column -> HXL hashtag; other dimensions are `#meta+<name>`"""


def hashtag(column: str) -> str:
    """Return the HXL hashtag of a column."""
    return HASHTAGS.get(column, f"#meta+{column}")


def header(ds: xr.Dataset) -> list[str]:
    """Return the columns: variable, unit, one per dimension of any number, value."""
    held = [array for array in ds.data_vars.values() if array.dtype.kind in "iufb"]
    used = {str(dim) for array in held for dim in array.dims}
    return ["variable", "unit", *(str(dim) for dim in ds.dims if str(dim) in used), "value"]


def lines(ds: xr.Dataset) -> Iterator[str]:
    """Yield the text below the header, many rows at a time.

    Numbers have as many digits as give them back exactly; the cell is empty where there is no number.
    """
    dims = header(ds)[2:-1]
    for name, array in ds.data_vars.items():
        if array.dtype.kind not in "iufb":
            continue
        own = [str(dim) for dim in array.dims]
        labels = {dim: [_quoted(one) for one in _labels(ds, dim)] for dim in own}
        start = f"{_quoted(str(name))},{_quoted(unit_of(array))},"
        if not own:
            yield f"{start}{',' * len(dims)}{_number(array.values.item())}\n"
            continue
        whole = array.dtype.kind in "iub"
        split = _split(own, dims, [array.sizes[dim] for dim in own])
        tails = _cells(own[split:], dims[_after(own[:split], dims) :], labels)
        for at in np.ndindex(*(array.sizes[dim] for dim in own[:split])):
            here = dict(zip(own, at, strict=False))
            head = start + "".join(
                f"{labels[d][here[d]] if d in here else ''}," for d in dims[: _after(own[:split], dims)]
            )
            flat = np.asarray(array.isel(here).values).reshape(-1).tolist()
            texts = map(str, map(int, flat)) if whole else map(_number, flat)
            yield "".join([f"{head}{tail}{text}\n" for tail, text in zip(tails, texts, strict=True)])


def _after(own: Sequence[str], dims: Sequence[str]) -> int:
    return max((dims.index(dim) + 1 for dim in own), default=0)


def _split(own: Sequence[str], dims: Sequence[str], sizes: Sequence[int]) -> int:
    """Return how many leading dimensions are gone through one by one: the rest has at most so many numbers at once.

    Their columns must stand before those of the rest.
    """
    possible = [
        k for k in range(len(own) + 1) if _after(own[:k], dims) <= min(map(dims.index, own[k:]), default=len(dims))
    ]
    small = [k for k in possible if int(np.prod(sizes[k:])) <= AT_ONCE]
    return min(small, default=possible[-1])


def _cells(own: Sequence[str], dims: Sequence[str], labels: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the text of the columns `dims` for every combination of labels of `own`, the last fastest."""
    found = []
    for one in product(*(labels[dim] for dim in own)):
        here = dict(zip(own, one, strict=True))
        found.append("".join(f"{here.get(dim, '')}," for dim in dims))
    return found


def _number(value: float) -> str:
    return "" if value != value else repr(value)  # the one number that differs from itself is none


def _quoted(text: str) -> str:
    """Return a cell as a CSV writes it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([text, ""])
    return out.getvalue()[:-1]


def _labels(ds: xr.Dataset, dim: str) -> list[str]:
    if dim not in ds.coords:
        return [str(i) for i in range(ds.sizes[dim])]
    values = ds[dim].values
    if values.dtype.kind == "M":
        values = values.astype("datetime64[D]")
    return [str(value) for value in values.tolist()]


def write_long(ds: xr.Dataset, path: Path, *, hxl: bool = False, packed: bool = False) -> None:
    """Write the table; `hxl` puts a row of hashtags below the header, `packed` compresses it (gzip).

    Raises
    ------
    InputError : it would have more than 50 million rows
    """
    rows = sum(array.size for array in ds.data_vars.values() if array.dtype.kind in "iufb")
    if rows > MOST_ROWS:
        message = f"would have {rows:,} rows"
        remedy = "write Parquet (.parquet) or NetCDF (.nc), --totals, or some --variables"
        raise InputError([Problem(path.name, 0, 0, "", message, remedy)])
    names = header(ds)
    with path.open("wb") as file, ExitStack() as more:
        # without name and time, so that the same run gives the same bytes
        raw = more.enter_context(gzip.GzipFile("", "wb", fileobj=file, mtime=0)) if packed else file
        stream = more.enter_context(io.TextIOWrapper(raw, encoding="utf-8", newline=""))
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(names)
        if hxl:
            out.writerow([hashtag(name) for name in names])
        for text in lines(ds):
            stream.write(text)
