"""The store of a run: a folder with `run.json`, `results.zarr` and the marks of finished blocks.

It is created whole and filled block by block, each block marked when it is safely written.

Every chunk holds `BLOCK` futures of all policies and conditions, so a block of futures is written once, by one
thread, and never touched again. A killed run leaves finished blocks with their marks; resuming plays only the others
and ends with the same bytes.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr
import zarr

from corridor.core.errors import InputError, Problem
from corridor.core.files import write_whole
from corridor.core.version import __version__
from corridor.engine.compile import Compiled
from corridor.results.dataset import join
from corridor.scenario.model import Scenario
from corridor.tables.variable import Variable

BLOCK = 64
"""futures in a chunk"""

_RESULTS = "results.zarr"
_MARKS = "blocks_done"
_KEY = "run.json"

HISTORY = "history"
"""group of the days from the start to as_of, under the plain names; the root holds the days after"""


def create(
    path: Path, c: Compiled, key: Mapping[str, Any], attrs: Mapping[str, Any], variables: tuple[Variable, ...],
    policies: tuple[str, ...], conditions: tuple[str, ...], futures: int,
) -> None:  # fmt: skip
    """Create an empty store with coordinates, attributes and all arrays."""
    scenario = c.scenario
    hours = {"hour": ("hour", np.arange(24))} if any("hour" in v.dims for v in variables) else {}
    options = {"option": ("option", np.array(c.sides.options, dtype=object))} if c.sides else {}
    coords = {
        "policy": ("policy", np.array(policies, dtype=object)),
        "condition": ("condition", np.array(conditions, dtype=object)),
        "future": ("future", np.arange(futures)),
        "day": ("day", _days(scenario.as_of + timedelta(days=1), scenario.horizon)),
        "place": ("place", np.array(c.homes, dtype=object)),
        "destination": ("destination", np.array(c.destinations, dtype=object)),
        "commodity": ("commodity", np.array(c.commodities, dtype=object)),
        "link": ("link", np.array(c.links, dtype=object)),
        "camp": ("camp", np.array(c.camps, dtype=object)),
        "input": ("input", np.array(c.recorded, dtype=object)),
        **hours,
        **options,
    }
    empty = xr.Dataset(coords={name: value for name, value in coords.items() if value[1].size}, attrs=dict(attrs))
    path.mkdir(parents=True, exist_ok=True)
    empty.to_zarr(path / _RESULTS, mode="w", consolidated=False, zarr_format=3)
    root = zarr.open_group(path / _RESULTS, mode="a")
    size = {name: value[1].size for name, value in coords.items()}
    layouts = {v.name: ("policy", "condition", "future", "day", *v.dims) for v in variables}
    before = {v.name: ("future", "day", *v.dims) for v in variables if v.past}
    layouts |= {"inputs": ("future", "input")}
    if c.homes:
        layouts |= {"need": ("future", "commodity"), "requirement": ("future",), "people_start": ("future", "place")}
        layouts |= {"exit_opened": ("policy", "condition", "future")}
    if c.camps:
        layouts |= {"crossed": ("policy", "condition", "future", "link"), "crossed_before": ("future", "link")}
    meanings: dict[str, tuple[str, str, str]] = {v.name: (v.unit, v.long_name, v.kind) for v in variables}
    meanings |= _ONCE
    past = {"future": futures, "day": (scenario.as_of - scenario.start).days + 1}
    days = {"day": ("day", _days(scenario.start, past["day"])), "future": coords["future"]}
    xr.Dataset(coords=days).to_zarr(path / _RESULTS, group=HISTORY, mode="w", consolidated=False, zarr_format=3)
    history = zarr.open_group(path / _RESULTS / HISTORY, mode="a")
    for group, arrays, sizes in ((root, layouts, size), (history, before, size | past)):
        for name, dims in arrays.items():
            unit, long_name, kind = meanings[name]
            group.create_array(
                name,
                shape=tuple(sizes[d] for d in dims),
                chunks=tuple(min(BLOCK, futures) if d == "future" else max(1, sizes[d]) for d in dims),
                dtype="f8" if name == "inputs" else "f4",
                dimension_names=dims,
                attributes={"units": unit, "long_name": long_name, "kind": kind},
                fill_value=np.nan,
            )
    (path / _MARKS).mkdir()
    write_whole(path / _KEY, json.dumps(key, indent=1, sort_keys=True))


_ONCE = {
    "need": ("t/person/day", "normal use", "level"),
    "requirement": ("kcal/person/day", "mean energy requirement", "level"),
    "people_start": ("persons", "people present at the start", "stock"),
    "inputs": ("", "drawn value of each uncertain input", "level"),
    "exit_opened": (
        "hours",
        "hour since the scenario's start at which the way out opens after a loss of control",
        "level",
    ),
    "crossed": ("persons", "displaced people who set out on a link, either way, since the start", "stock"),
    "crossed_before": ("persons", "displaced people who set out on a link, either way, up to as_of", "stock"),
}


def attributes(scenario: Scenario, futures: int, first_future: int, seed: int) -> dict[str, Any]:
    """Return what results say about themselves."""
    versions = {"corridor": __version__, "python": platform.python_version(), "numpy": np.__version__}
    return {
        "title": scenario.title,
        "scenario": scenario.model_dump_json(),
        "scenario_id": scenario.id,
        "scenario_hash": scenario.hash,
        "variant": scenario.variant,
        "as_of": scenario.as_of.isoformat(),
        "seed": seed,
        "futures": futures,
        "first_future": first_future,
        "corridor_version": __version__,
        "versions": json.dumps(versions),
    }


def same_run(path: Path, key: Mapping[str, Any]) -> bool:
    """Whether a complete store of exactly this run lies at `path`; another run there is an InputError."""
    if not path.exists():
        return False
    recorded = path / _KEY
    if not recorded.exists():
        if path.is_dir() and not any(path.iterdir()):
            return False
        if path.is_dir() and (path / _RESULTS).exists():
            return False  # killed while it was being created
        message = "this is not the store of a run"
        raise InputError([Problem(str(path), 0, 0, "", message, "choose another path for --store")])
    before = json.loads(recorded.read_text())
    if before == json.loads(json.dumps(key)):
        return True
    changed = sorted(k for k in {*before, *key} if before.get(k) != json.loads(json.dumps(key.get(k))))
    message = f"holds another run (differs in {', '.join(changed)})"
    raise InputError([Problem(str(path), 0, 0, "", message, "choose another path for --store, or delete it")])


def finished(path: Path) -> set[int]:
    """Return the numbers of the blocks that are safely written."""
    return {int(mark.name) for mark in (path / _MARKS).iterdir() if mark.name.isdigit()}


def writable(path: Path) -> zarr.Group:
    """Open the arrays of a store for writing."""
    return zarr.open_group(path / _RESULTS, mode="a")


def write_block(root: zarr.Group, path: Path, block: int, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write one block of futures and mark it; `arrays` are named as in the store, history as `history/NAME`."""
    first = block * BLOCK
    for name, values in arrays.items():
        array: Any = root[name]
        dims = array.metadata.dimension_names
        at = dims.index("future")
        index = tuple(slice(first, first + values.shape[at]) if i == at else slice(None) for i in range(len(dims)))
        array[index] = values
    write_whole(path / _MARKS / str(block), "")


def open_run(path: str | Path) -> xr.Dataset:
    """Open a finished run lazily, over one day axis with the coordinate `as_of`; variables are read when used."""
    path = Path(path)
    if not (path / _KEY).exists():
        raise InputError([Problem(str(path), 0, 0, "", "no run is stored here", "give the folder that --store named")])
    dataset: xr.Dataset = xr.open_zarr(path / _RESULTS, consolidated=False, chunks=None)
    wanted = -(-dataset.sizes["future"] // BLOCK)
    if len(finished(path)) < wanted:
        message = f"the run is not finished ({len(finished(path))} of {wanted} blocks)"
        raise InputError([Problem(str(path), 0, 0, "", message, "give the same command again: it resumes")])
    history: xr.Dataset = xr.open_zarr(path / _RESULTS, group=HISTORY, consolidated=False, chunks=None)
    return join(dataset, history).assign_attrs(store=str(path))


def _days(first: Any, n: int) -> npt.NDArray[np.datetime64]:
    return (np.datetime64(first, "D") + np.arange(n)).astype("datetime64[ns]")
