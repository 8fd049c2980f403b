"""Ways of goods on days on which weather shuts a link: round it, where another way is open."""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Bytes, Floats, Ints
from corridor.rules.supply.push import Roads
from corridor.rules.supply.ways import find_ways_of_goods


@kernel
def find_ways_round_shut(
    net: Network, stopped: Ints, scale: Floats, roads: Roads, way: Ints, tied: Bytes, closed: Ints
) -> int:
    """Find the quickest ways round the links that are shut for the day, in futures in which there are any.

    Parameters
    ----------
    stopped : futures to look at
    scale : (pipeline, future) t/day that are sent today; who sends nothing in all of these needs no way
    way, tied : as in `find_ways_of_goods`, written
    closed : (future,) those in which a link is shut, written

    Returns
    -------
    how many those are
    """
    regime, capacity = roads.regime, roads.capacity
    links, n, runs = regime.shape[0], 0, 0
    opened, running = np.empty(regime.shape, np.uint8), np.empty(scale.shape[0], np.int64)
    for f in stopped:
        shut = False
        for k in range(links):
            none = capacity[k, f] <= 0.0
            opened[k, f] = 0 if none else regime[k, f]
            shut = shut or (none and regime[k, f] != 0)
        if shut:
            closed[n] = f
            n += 1
    for pipe in range(scale.shape[0]):
        for f in closed[:n]:
            if scale[pipe, f] > 0.0:
                running[runs] = pipe
                runs += 1
                break
    find_ways_of_goods(net, running[:runs], closed[:n], opened, roads.hours, way, tied)
    return n


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
