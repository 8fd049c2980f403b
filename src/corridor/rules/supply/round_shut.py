"""Goods on days on which weather shuts a link: in which futures, and which of them are served by ways round it."""

from __future__ import annotations

from corridor.kernels.jit import kernel
from corridor.rules.base import Bytes, Floats, Ints


@kernel
def find_shut(
    stopped: Ints, scale: Floats, capacity: Floats, regime: Bytes, opened: Bytes, closed: Ints, running: Ints
) -> tuple[int, int]:
    """Find the futures in which a link is shut for the day, and who sends goods in any of them.

    Parameters
    ----------
    stopped : futures to look at
    scale : (pipeline, future) t/day that are sent today
    capacity, regime : (link, future) t/day, classes of traffic let pass
    opened : (link, future) regime without what is shut, written in the futures looked at
    closed, running : (future,), (pipeline,) written

    Returns
    -------
    how many futures, and how many pipelines
    """
    n, runs = 0, 0
    for f in stopped:
        shut = False
        for k in range(regime.shape[0]):
            none = capacity[k, f] <= 0.0
            opened[k, f] = 0 if none else regime[k, f]
            shut = shut or (none and regime[k, f] != 0)
        if shut:
            closed[n] = f
            n += 1
    for pipe in range(scale.shape[0]):
        for i in range(n):
            if scale[pipe, closed[i]] > 0.0:
                running[runs] = pipe
                runs += 1
                break
    return n, runs


@kernel
def keep_stopped(stopped: Ints, n: int, tried: Ints, again: Ints) -> int:
    """Take the futures that were tried again and did not stop from the first n of `stopped`; return how many are left.

    All in ascending order; again : those of `tried` that stopped again
    """
    left, t, a = 0, 0, 0
    for i in range(n):
        f = stopped[i]
        stays = True
        if t < tried.size and tried[t] == f:
            t += 1
            stays = a < again.size and again[a] == f
            a += 1 if stays else 0
        if stays:
            stopped[left] = f
            left += 1
    return left
