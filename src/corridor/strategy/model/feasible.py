"""Which combinations of options can occur."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from corridor.core.errors import InputError, Problem

MAX_STATES = 4_000_000
"""A larger model is refused with advice, before memory is filled."""


def mutually_exclusive(*options: str) -> list[dict[str, bool]]:
    """Return the infeasible patterns that say at most one of the options may be taken."""
    return [{a: True, b: True} for a, b in combinations(options, 2)]


def at_least_one(*options: str) -> list[dict[str, bool]]:
    """Return the infeasible pattern that says at least one of the options must be taken."""
    return [dict.fromkeys(options, False)]


def only_if(option: str, condition: str) -> list[dict[str, bool]]:
    """Return the infeasible pattern that says `option` may be taken only where `condition` is."""
    return [{option: True, condition: False}]


def feasible_codes(n_options: int, patterns: Sequence[tuple[int, int]], limit: int = MAX_STATES) -> NDArray[np.int64]:
    """Return every combination of options that matches no pattern, ascending.

    Options are set one after the other, those that patterns mention first, and a combination is
    dropped as soon as all the options of some pattern are set and match it; so the work follows
    the feasible states and not 2**n.

    Parameters
    ----------
    n_options : number of options
    patterns : (mask, value) pairs: infeasible where `code & mask == value`
    limit : number of combinations above which `InputError` is raised
    """
    mentioned = sorted({j for mask, _ in patterns for j in range(n_options) if mask >> j & 1}, key=_closest(patterns))
    order = mentioned + [j for j in range(n_options) if j not in set(mentioned)]
    codes = np.zeros(1, np.int64)
    done = 0
    for j in order:
        codes = np.concatenate([codes, codes | np.int64(1 << j)])
        done |= 1 << j
        for mask, value in patterns:
            if mask & ~done == 0 and mask >> j & 1:
                codes = codes[codes & mask != value]
        if codes.size > limit:
            message = f"more than {limit:,} feasible states"
            raise InputError(
                [Problem("", 0, 0, "infeasible", message, "rule out states, or fix options with a policy")]
            )
    return np.sort(codes)


def _closest(patterns: Sequence[tuple[int, int]]) -> Callable[[int], int]:
    """Return a sort key that keeps the options of one pattern together, shortest patterns first."""
    ranked = sorted(patterns, key=lambda pattern: (pattern[0].bit_count(), pattern))
    return lambda j: next(n for n, (mask, _) in enumerate(ranked) if mask >> j & 1)
