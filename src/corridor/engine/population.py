"""Futures chosen by address: a run or a session plays these instead of those numbered from 0.

A future is a function of its address: inputs, the chance of the past and that of the days after as_of. Whoever chooses
addresses by how well their past agrees with what was seen says with each how likely it was to be kept, so that weights
can be put right; nothing stored is ever changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Population:
    """Futures chosen by address.

    Attributes
    ----------
    name : of the rule by which they were chosen, with all that it rests on: two of one name are the same sequence,
        of which one may be longer
    address : (future,) which futures
    log_share : (future,) logarithm of the chance with which each was kept
    """

    name: str
    address: Words
    log_share: Floats

    def first(self, futures: int) -> Population:
        """Return the first so many."""
        return Population(self.name, self.address[:futures], self.log_share[:futures])
