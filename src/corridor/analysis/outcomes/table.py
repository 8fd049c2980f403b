"""The rows of the outcome table that a run supports, with their functions, and their values.

Every outcome is reduced over places, links or destinations to one number per policy, condition, future and reporting
date.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from corridor.analysis.outcomes import bodies, camps, supply
from corridor.analysis.outcomes.block import Block, capacities
from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.results import read
from corridor.results.dataset import in_parts
from corridor.scenario.model import Place
from corridor.scenario.numbers import speaks_of_rations
from corridor.tables import outcome
from corridor.tables.outcome import Outcome

Floats = NDArray[np.float64]

FUNCTIONS: Mapping[str, Callable[[Block], Floats]] = {**supply.FUNCTIONS, **bodies.FUNCTIONS, **camps.FUNCTIONS}


class Row(NamedTuple):
    """A row of the outcome table and what it computes: (policy, condition, date, future)."""

    outcome: Outcome
    compute: Callable[[Block], Floats]


def _of_one(compute: Callable[[Block, int], Floats], at: int) -> Callable[[Block], Floats]:
    return lambda b: compute(b, at)


def available(ds: xr.Dataset) -> dict[str, Row]:
    """Return the outcomes that a run supports by id, one per commodity or exit where a row stands for several."""
    capacity = capacities(ds)
    limited = bool((np.isfinite(capacity) & (capacity > 0)).any())
    rationed = speaks_of_rations(read.scenario_of(ds))
    found: dict[str, Row] = {}
    for row in outcome.OUTCOMES:
        unasked = (row.capacity and not limited) or (row.rations and not rationed)
        if unasked or any(need.variable not in ds for need in row.needs):
            continue
        if row.exits:
            for i, place in _exits(ds):
                own = row.of(place.id, place.label)
                found[own.id] = Row(own, _of_one(supply.OF_EXITS[row.id], i))
            continue
        if not row.goods:
            found[row.id] = Row(row, FUNCTIONS[row.id])
            continue
        for i, good in enumerate(read.goods(ds)):
            if good.kind in row.goods:
                own = row.of(good.id, good.name)
                found[own.id] = Row(own, _of_one(supply.OF_GOODS[row.id], i))
    return found


def _exits(ds: xr.Dataset) -> list[tuple[int, Place]]:
    """Return the exits of a run with their positions among the destinations."""
    at = {place.id: place for place in read.scenario_of(ds).places if place.exit}
    return [(i, at[id_]) for i, id_ in enumerate(read.ids(ds, "destination")) if id_ in at]


def values(
    ds: xr.Dataset, at: NDArray[np.int64], outcomes: Sequence[str] | None = None
) -> list[tuple[Outcome, Floats]]:
    """Return outcomes on days given by their position after as_of: (policy, condition, date, future).

    Not a number where an outcome has no meaning in a future (the intake of nobody). The run is read in blocks of
    futures, each variable once.

    Parameters
    ----------
    outcomes : ids, in this order; those of the comparison where None

    Raises
    ------
    InputError : an outcome that the run does not have
    """
    known = available(ds)
    wanted = [id_ for id_, row in known.items() if row.outcome.compared] if outcomes is None else outcomes
    unknown = [id_ for id_ in wanted if id_ not in known]
    if unknown:
        raise InputError([Problem("--outcome", 0, 0, "", f'no outcome "{i}"', did_you_mean(i, known)) for i in unknown])
    rows = [known[id_] for id_ in dict.fromkeys(wanted)]
    shape = (ds.sizes["policy"], ds.sizes["condition"], at.size, ds.sizes["future"])
    found = [np.empty(shape) for _ in rows]

    def fill(part: slice) -> None:
        block = Block(ds, part, at)
        for row, out in zip(rows, found, strict=True):
            out[..., part] = row.compute(block)

    in_parts(ds, fill)
    return [(row.outcome, out) for row, out in zip(rows, found, strict=True)]
