"""The same futures in which the sides choose in other ways: one history, one day for all ways, no store.

The ways differ in what is drawn of the sides, and in nothing else. So the days up to as_of are played once, and after
them the futures of several ways lie side by side in one batch: each is, bit for bit, the future of a run of its own.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from corridor.core.uncollected import uncollected
from corridor.engine.compile import Compiled, compile_scenario, draw_inputs
from corridor.engine.day import blank, play, snapshot, start_state
from corridor.engine.plan import Schedule, future, history
from corridor.engine.population import Population
from corridor.engine.sides.compile import as_played, compile_play, compile_sides, draw_sides
from corridor.engine.store import attributes
from corridor.rules.base import Floats, State
from corridor.scenario.model import Scenario
from corridor.tables.variable import BY_NAME

TOLD = ("taken", "touched", "regime")
"""What is kept of each day: what the events of the sides are read from."""
BATCH = 128
"""Futures of all ways together that are played in one batch, as in a run."""
Words = npt.NDArray[np.uint32]


class Begun(NamedTuple):
    """Futures at as_of, those of one way behind those of another: their addresses, their state and their numbers."""

    futures: Words
    state: State
    p: dict[str, Floats]


@uncollected()
def ways_of_choosing(
    ways: Mapping[str, Scenario],
    *,
    policies: Sequence[str],
    futures: int,
    seed: int = 1,
    population: Population | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, xr.Dataset]:
    """Play the days after as_of once for each way in which the sides may choose.

    Parameters
    ----------
    ways : name -> scenario; they differ in what they say of the sides' choices alone (`structural_variants`)
    policies : ids of actor policies
    futures, seed, population, threads : as in `run`
    progress : called with (futures played, futures wanted) of all ways and policies together, one call at a time

    Returns
    -------
    name -> Dataset with `taken`, `touched` and `regime` of the days after as_of, as `run(actors=True)` records them
    """
    played = {name: as_played(scenario) for name, scenario in ways.items()}
    base = next(iter(played.values()))
    c = compile_scenario(base, compile_sides(base))
    assert c.sides is not None, "the sides are compiled"
    known = {policy.id: policy for policy in base.policies}
    ahead = [
        replace(future(c, known[id_], base.conditions[0]), play=compile_play(base, c.sides, known[id_], c.net))
        for id_ in policies
    ]
    numbers = np.arange(futures, dtype=np.uint32) if population is None else population.address[:futures]
    past = history(c)
    groups = [list(played)[at : at + _side_by_side(futures)] for at in range(0, len(played), _side_by_side(futures))]
    variables = tuple(BY_NAME[name] for name in TOLD)
    out = {name: blank(variables, c, (len(policies), 1), ahead[0].days, futures) for name in played}
    done, lock = 0, threading.Lock()

    def begun(part: npt.NDArray[np.intp]) -> tuple[State, dict[str, Floats]]:
        p = dict(draw_inputs(c, seed, numbers[part]).numbers)
        state = start_state(c, p, (past, *ahead))
        play(c, p, state, past, seed, numbers[part], {})
        return state, p

    def work(job: tuple[Begun, list[str], npt.NDArray[np.intp], int]) -> None:
        nonlocal done
        at, names, part, i = job
        told = blank(variables, c, (), ahead[i].days, at.futures.size)
        play(c, dict(at.p), snapshot(at.state), ahead[i], seed, at.futures, told)
        for k, name in enumerate(names):
            own = slice(k * part.size, (k + 1) * part.size)
            for what, array in told.items():
                out[name][what][i, 0][..., part] = array[..., own]
        with lock:
            done += at.futures.size
            if progress is not None:
                progress(done, len(played) * futures * len(policies))

    jobs = []
    for part in np.array_split(np.arange(futures), -(-futures // BATCH)):
        state, p = begun(part)
        for names in groups:
            at = _beside(c, [played[name] for name in names], seed, numbers[part], state, p)
            jobs += [(at, names, part, i) for i in range(len(policies))]
    with ThreadPoolExecutor(max(1, threads or os.cpu_count() or 1)) as pool:
        list(pool.map(work, jobs))
    return {name: _dataset(c, played[name], ahead[0], policies, seed, out[name]) for name in played}


def _side_by_side(futures: int) -> int:
    """Return how many ways are played in one batch."""
    return max(1, BATCH // max(1, futures))


def _beside(
    c: Compiled, ways: Sequence[Scenario], seed: int, numbers: Words, state: State, p: Mapping[str, Floats]
) -> Begun:
    """Return the futures of several ways in one batch: the same world in each, the sides as the way draws them."""
    times = len(ways)
    drawn = [draw_sides(compile_sides(way), seed, numbers) for way in ways]
    wide: dict[str, Floats] = {name: _repeated(values, times) for name, values in p.items()}
    wide |= {name: np.concatenate([one[name] for one in drawn], axis=-1) for name in drawn[0]}
    return Begun(np.tile(numbers, times), {name: _repeated(values, times) for name, values in state.items()}, wide)


def _repeated(array: npt.NDArray[Any], times: int) -> npt.NDArray[Any]:
    """Return an array with its futures, the last axis, so many times one behind the other."""
    return np.ascontiguousarray(np.tile(array, (*[1] * (array.ndim - 1), times)))


def _dataset(
    c: Compiled, scenario: Scenario, ahead: Schedule, policies: Sequence[str], seed: int, arrays: Mapping[str, Floats]
) -> xr.Dataset:
    """Return what was played of one way; arrays : name -> (policy, condition, day, ..., future)."""
    assert c.sides is not None, "the sides are compiled"
    first = np.datetime64(scenario.as_of + timedelta(days=1), "D")
    coords = {
        "policy": np.array(policies, dtype=object),
        "condition": np.array([scenario.conditions[0].id], dtype=object),
        "day": (first + np.arange(ahead.days)).astype("datetime64[ns]"),
        "as_of": (first - 1).astype("datetime64[ns]"),
        "option": np.array(c.sides.options, dtype=object),
        "feature": np.array(c.sides.features, dtype=object),
        "link": np.array(c.links, dtype=object),
    }
    found = {
        name: (("policy", "condition", "day", *BY_NAME[name].dims, "future"), array) for name, array in arrays.items()
    }
    size = next(iter(arrays.values())).shape[-1]
    return xr.Dataset(found, coords, attributes(scenario, size, 0, seed))
