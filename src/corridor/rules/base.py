"""What every rule shares: the day's address, the arrays of the day, the form of a rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from corridor.kernels.network import Network
from corridor.tables.parameter import Parameter

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
State = dict[str, npt.NDArray[Any]]
Inputs = Mapping[str, Floats]

FIXED = {"hour": 24, "sex": 2, "quantile": 5}
"""Sizes of the dimensions that are the same in every case."""


class Today(NamedTuple):
    """The address of a day in a batch."""

    day: int
    """days since the scenario's start"""
    seed: int
    futures: npt.NDArray[np.uint32]
    """(future,) indices of the futures in this batch"""
    wider: Any = None
    """what holds today in the wider country, as the rule of `movement` reads it; None without one"""


class Array(NamedTuple):
    """One array of the day, in every batch: dims besides the future, which is always the last axis.

    dims : names of dimensions (place = homes, everywhere = all places, link, pipeline, commodity, destination, camp,
        option, group, everybody = groups and those in none, ration = goods and kcal, and those of `FIXED`), or whole numbers
    start : what it is filled with on the morning of the first day
    apart : whether each future's numbers lie together in memory, for kernels that play one future after the other
    """

    name: str
    dims: tuple[str | int, ...]
    dtype: type = np.float64
    start: float = 0.0
    apart: bool = False


@dataclass(frozen=True)
class Rule:
    """One way to play one process.

    Attributes
    ----------
    process, name : where the registry lists it
    step : plays one day of a batch in place; is handed only the arrays and numbers that are declared here
    parameters : the numbers of its own that it reads, each drawn once per future
    summary : one sentence for `corridor plan`
    states : the arrays that it owns: it alone writes them, in place
    reads : arrays of today; whoever writes them stands earlier in the day
    yesterday : arrays as they stood at the end of yesterday; whoever writes them stands later in the day
    inputs : drawn numbers besides its own parameters, such as "links.km"
    start : fills what does not begin constant, on the morning of the first day; is handed the same arrays
    """

    process: str
    name: str
    step: Callable[[Network, State, Inputs, Today], None]
    parameters: tuple[Parameter, ...]
    summary: str
    states: tuple[Array, ...]
    reads: tuple[str, ...] = ()
    yesterday: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    start: Callable[[Network, State, Inputs], None] | None = None

    @property
    def written(self) -> tuple[str, ...]:
        """Names of the arrays that it writes."""
        return tuple(array.name for array in self.states)

    @property
    def handed(self) -> tuple[str, ...]:
        """Names of the arrays that `step` is handed."""
        return (*self.written, *self.reads, *self.yesterday)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Names of the drawn numbers that `step` is handed."""
        return (*(parameter.name for parameter in self.parameters), *self.inputs)


MORNING: tuple[Array, ...] = (
    Array("regime_set", ("link",), np.uint8),
    Array("sealed", ("link",), np.uint8),
    Array("damage", ("link",)),
    Array("link_tonnes", ("link",)),
    Array("link_vehicles", ("link",)),
    Array("pipeline_tonnes", ("pipeline",)),
    Array("pipeline_meant", ("pipeline",)),
    Array("coupon", ("commodity",)),
    Array("promised", ("place", "group", "ration"), np.float64, np.nan),
    Array("allotted", ("place", "group", "ration"), np.float64, np.nan),
    Array("lapsing", ("place", "group", "ration"), np.uint8),
    Array("group_share", ("place", "group")),
    Array("group_extra", ("place", "group"), np.float64, np.nan),
    Array("output_share", ("place", "commodity")),
    Array("output_fuel", ("place", "commodity")),
    Array("output_work", ("place", "commodity")),
    Array("output_factor", ("commodity",), np.float64, 1.0),
    Array("release", ("place",), np.uint8),
    Array("counted", ("place",), np.float64, np.nan),
    Array("people_start", ("place",), np.int64),
    Array("exit_granted", (), np.float64, np.inf),
)
"""What history, policies and the sides write before the rules of the day: the regime that is ordered, links that are
forced closed to people on their way out, damage, capacities, what each pipeline sends today and what it means to send
on average until its next convoy (t/day), coupons (t/person/day at
most), rations by group (t/person/day, the last good kcal/person/day; promised, and allotted after what is honoured; not a
number where none is given), rations that lapse where normal use arrives again, the share of people in each group and what they find elsewhere (share of need), local output
today (share of normal use, and how much of it stops without fuel and without hands), multipliers of output, places where control is lost
today, people counted today where they moved between homes (not a number elsewhere),
people present at the start, and the hour since the start at which a way out that the sides grant opens."""


def made(arrays: tuple[Array, ...], sizes: Mapping[str, int], futures: int) -> State:
    """Return the arrays of a batch, filled with what they start with."""
    sizes = {**FIXED, **sizes}
    out: State = {}
    for array in arrays:
        shape = tuple(sizes[dim] if isinstance(dim, str) else dim for dim in array.dims)
        if array.apart:
            out[array.name] = np.moveaxis(np.full((futures, *shape), array.start, array.dtype), 0, -1)
        else:
            out[array.name] = np.full((*shape, futures), array.start, array.dtype)
    return out
