"""Which links begin a way out: the far end leads to an exit without coming back to where one stands."""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, other_end
from corridor.rules.base import Bytes, Ints


@kernel
def mark_usable(
    link_from: Ints, link_to: Ints, at: Ints, first: Ints, open_now: Bytes, exits: Bytes, usable: Bytes
) -> bool:
    """Write 1 where a way out begins with a link, entered at `from` (0) or `to` (1), and return whether any place has two.

    Parameters
    ----------
    at, first : links by place as in `links_at`
    open_now : (link,) 1 where people pass, both ways; exits : (place,) 1 where they are safe
    usable : (link, 2) written

    One walk through the network from the exits, depth first (Hopcroft and Tarjan 1973): what lies beyond a place has a
    way round it where one of its links leads to what was met before that place, or to another exit.
    """
    places, links = exits.size, link_from.size
    # when a place was met, 0 before; the earliest to which it, or what lies beyond it, has a link
    met, low = np.zeros(places, np.int64), np.zeros(places, np.int64)
    came, turn, depth = np.full(places, NONE), first[:places].copy(), np.zeros(places, np.int64)
    path = np.empty(places + 1, np.int64)
    beyond = np.full((links, 2), NONE)  # the place at which the walk went on from that end towards the other
    count = 0
    for start in range(places):
        if exits[start] == 0 or met[start] > 0:
            continue
        count += 1
        met[start], path[0], top = count, start, 0
        while top >= 0:
            place = path[top]
            if turn[place] < first[place + 1]:
                k = at[turn[place]]
                turn[place] += 1
                if open_now[k] == 0 or k == came[place]:
                    continue
                far = other_end(place, link_from[k], link_to[k])
                if met[far] == 0:
                    count += 1
                    met[far], low[far], came[far] = count, 0 if exits[far] else count, k
                    top += 1
                    path[top], depth[far] = far, top
                    beyond[k, 0 if link_from[k] == place else 1] = far
                elif met[far] < met[place]:
                    low[place] = min(low[place], met[far])
                    # seen from the far end, this place lies beyond the next one on the path
                    beyond[k, 0 if link_from[k] == far else 1] = path[depth[far] + 1]
            else:
                top -= 1
                if top >= 0:
                    low[path[top]] = min(low[path[top]], low[place])
    choice = False
    for place in range(places):
        n = 0
        for x in range(first[place], first[place + 1]):
            k, end = at[x], 0 if link_from[at[x]] == place else 1
            leads = met[place] > 0 and open_now[k] == 1 and exits[place] == 0
            if leads and beyond[k, end] != NONE:
                leads = low[beyond[k, end]] < met[place]
            usable[k, end] = 1 if leads else 0
            n += usable[k, end]
        choice = choice or n > 1
    return choice
