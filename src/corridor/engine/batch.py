"""A batch of futures: history once, then every policy and condition from the same state."""

from __future__ import annotations

from itertools import chain

import numpy as np
import numpy.typing as npt

from corridor.engine.compile import Compiled, draw_inputs
from corridor.engine.day import EACH, Arrays, once_of, play, snapshot, start_state
from corridor.engine.plan import Schedule
from corridor.engine.together import groups, play_together


def play_batch(
    c: Compiled, past: Schedule, ahead: list[list[Schedule]], seed: int, futures: npt.NDArray[np.uint32],
    history: Arrays, results: Arrays,
) -> Arrays:  # fmt: skip
    """Play a batch: history, then policies x conditions.

    Parameters
    ----------
    past : history; ahead : [policy][condition] schedules
    futures : (future,) indices
    history : written: name -> (day, *dims, future)
    results : written: name -> (policy, condition, day, *dims, future)

    Returns
    -------
    what is drawn or happens once per future: need, requirement, people_start, inputs, exit_opened (homes);
    crossed and crossed_before (a wider country)
    """
    drawn = draw_inputs(c, seed, futures)
    p = dict(drawn.numbers)
    state = start_state(c, p, (past, *chain.from_iterable(ahead)))
    play(c, p, state, past, seed, futures, history)
    rows: list[list[Arrays]] = [[{} for _ in row] for row in ahead]
    for j in range(len(ahead[0])):
        for group in groups(c, [row[j] for row in ahead]):
            out = [{name: array[i, j] for name, array in results.items()} for i in group]
            if len(group) > 1:
                ended = play_together(c, p, state, [ahead[i][j] for i in group], seed, futures, out)
            else:
                ended = [snapshot(state)]
                play(c, dict(p), ended[0], ahead[group[0]][j], seed, futures, out[0])
            for i, after in zip(group, ended, strict=True):
                rows[i][j] = once_of(c, drawn, state, after)
    once = {name: array for name, array in rows[0][0].items() if name not in EACH}
    for name in EACH & rows[0][0].keys():
        once[name] = np.concatenate([np.concatenate([one[name] for one in row], axis=1) for row in rows])
    return once
