"""The last look at results before they are written: every number finite and in bounds, else the day that broke."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from corridor.core.errors import SimulationError
from corridor.engine.compile import Compiled, draw_inputs
from corridor.engine.day import days, morning, prepared, start_state
from corridor.engine.plan import Schedule
from corridor.rules.base import State

MAY_BE_EMPTY = frozenset({"journey", "exit_opened", "relief_room"})
"""Variables that are NaN where there is nothing to say; room is infinite on a link without limit."""
MAY_BE_NEGATIVE = frozenset({"weight_change", "whz"})


def fault(
    c: Compiled, past: Schedule, ahead: list[list[Schedule]], seed: int, futures: npt.NDArray[np.uint32],
    arrays: dict[str, npt.NDArray[Any]], names: tuple[tuple[str, ...], tuple[str, ...]],
) -> None:  # fmt: skip
    """Raise SimulationError if a recorded number is not finite or below zero, naming process, future and day."""
    for name, values in arrays.items():
        plain = name.rsplit("/", 1)[-1]
        if plain in MAY_BE_EMPTY or plain == "inputs":
            continue
        least = -np.inf if plain in MAY_BE_NEGATIVE else 0.0
        # two passes without a copy: a NaN fails every comparison
        if bool(values.min(initial=0.0) >= least) and bool(np.isfinite(values.max(initial=0.0))):
            continue
        bad = np.argwhere(~(np.isfinite(values) & (values >= least)))[0]
        if name != plain or values.ndim < 4:
            policy, condition, f = 0, 0, int(bad[0])
        else:
            policy, condition, f = int(bad[0]), int(bad[1]), int(bad[2])
        named = names[0][policy], names[1][condition]
        _replay(c, past, ahead[policy][condition], seed, futures[f : f + 1], named, name)


def _replay(
    c: Compiled, past: Schedule, then: Schedule, seed: int, future: npt.NDArray[np.uint32], names: tuple[str, str],
    name: str,
) -> None:  # fmt: skip
    """Play one future alone and look at the state after every process."""
    p = dict(draw_inputs(c, seed, future).numbers)
    state = start_state(c, p, (past, then))
    for schedule in (past, then):
        drawn, handed = prepared(c, state, p, schedule)
        for i, today in enumerate(days(schedule, p, seed, future)):
            morning(state, p, drawn, schedule, i, today)
            for rule, arrays, numbers in handed:
                rule.step(c.net, arrays, numbers, today)
                broken = _broken(state)
                if broken:
                    message = f"not a finite number of zero or more in '{broken}'"
                    raise SimulationError(
                        message, policy=names[0], condition=names[1], future=int(future[0]), day=today.day,
                        process=rule.process,
                    )  # fmt: skip
    message = f"not a finite number of zero or more in '{name}', not met again when played alone"
    raise SimulationError(
        message, policy=names[0], condition=names[1], future=int(future[0]), day=-1, process="the run"
    )


def _broken(state: State) -> str:
    for name in (
        "stock",
        "people",
        "intake",
        "used",
        "delivered",
        "ration",
        "intent",
        "departures",
        "queue",
        "arrivals",
    ):
        values = state.get(name, np.zeros(1))
        if not (np.isfinite(values).all() and (values >= 0).all()):
            return name
    return ""
