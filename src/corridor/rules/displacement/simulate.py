"""Play futures of a displacement case under one rule, batches in threads.

A case of its own has no policies, no other rule and no choices, and a rule does not know the engine: the days are played
here by one loop over the rule's kernel. In a scenario the engine's day plays the same kernel (`process`), person for
person (`tests/unit/test_country.py`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from corridor.core.errors import SimulationError
from corridor.rules.displacement import flee3, followers
from corridor.rules.displacement.case import Displacement, DisplacementCase
from corridor.rules.displacement.flee3 import Flee3
from corridor.rules.displacement.followers import Followers

DisplacementRule = Flee3 | Followers

_BATCH = 32


def simulate_displacement(
    case: DisplacementCase, rule: DisplacementRule, *, futures: int = 1, seed: int = 0, first: int = 0, threads: int = 1
) -> Displacement:
    """Play a case.

    Parameters
    ----------
    case : places, links, calendar and counts
    rule : `Flee3` or `Followers`, with their settings
    futures : how many
    seed : of the draws; future i is the same in any batch, on any thread
    first : index of the first future
    threads : how many batches at once

    Raises
    ------
    SimulationError
        If people were made or lost.
    """
    numbers = np.arange(first, first + futures, dtype=np.int64)
    # with more than one thread no batch is so large that a thread waits for the other
    size = min(_BATCH, -(-futures // threads))
    batches = [numbers[i : i + size] for i in range(0, futures, size)]

    if isinstance(rule, Flee3):
        hops = flee3.compile_case(case, rule)

        def one(batch: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Displacement:
            return flee3.play_compiled(case, hops, batch, seed)
    else:
        ways = followers.compile_case(case, rule)

        def one(batch: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Displacement:
            return followers.play_compiled(case, ways, batch, seed)

    if threads == 1:
        played = [one(batch) for batch in batches]
    else:
        with ThreadPoolExecutor(threads) as pool:
            played = list(pool.map(one, batches))
    out = Displacement(
        people=np.concatenate([m.people for m in played]),
        on_road=np.concatenate([m.on_road for m in played]),
        gone=np.concatenate([m.gone for m in played]),
        entered=np.concatenate([m.entered for m in played]),
        appeared=played[0].appeared,
    )
    check_people(case, out, type(rule).__name__, first)
    return out


def check_people(case: DisplacementCase, out: Displacement, rule: str, first: int) -> None:
    """Stop where the people of any day are not those of day 0 and those who appeared since."""
    expected = int(case.day0.sum() + case.initial.sum()) + np.cumsum(out.appeared)
    wrong = np.argwhere(out.people.sum(axis=2) + out.on_road + out.gone != expected)
    if wrong.size:
        future, day = (int(v) for v in wrong[0])
        message = "people were made or lost"
        raise SimulationError(message, policy="-", condition="-", future=first + future, day=day, process=rule)
