"""What every rule shares: the day's address and the form of a rule."""

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


class Today(NamedTuple):
    """The address of a day in a batch."""

    day: int
    """days since the scenario's start"""
    seed: int
    futures: npt.NDArray[np.uint32]
    """(future,) indices of the futures in this batch"""
    wider: Any = None
    """what holds today in the wider country, as the rule of `movement` reads it; None without one"""


@dataclass(frozen=True)
class Rule:
    """One way to play one process.

    Attributes
    ----------
    process, name : where the registry lists it
    step : plays one day of a batch in place
    start : makes the state that the rule owns, before the first day; receives the network and the inputs
    parameters : the numbers it reads, each drawn once per future
    reads, writes : names of state arrays
    summary : one sentence for `corridor plan`
    """

    process: str
    name: str
    step: Callable[[Network, State, Inputs, Today], None]
    parameters: tuple[Parameter, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    summary: str
    start: Callable[[Network, State, Inputs], None] | None = None
