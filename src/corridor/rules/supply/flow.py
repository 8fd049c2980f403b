"""Flows of a turn on links: what one more tonne costs, where a level is full, what is sent.

`flow` is (2, group, link) t/day, `BEFORE` and `MORE` of it, negative against the link's direction. A group is named by
one of its pipelines; the others' rows stay empty.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import bare
from corridor.rules.base import Bytes, Floats, Ints
from corridor.rules.supply.levels import HELD, USE, WANTED
from corridor.rules.supply.ways import BEFORE, LIMIT, MORE


class Ways(NamedTuple):
    """The quickest ways that are left to each pipeline in a round."""

    group: Ints
    """(pipeline,) the first of those alike"""
    leader: Ints
    """(pipeline,) the first of its group that starts where it does: its rows of the others hold"""
    order: Ints
    """(pipeline, place) as in `ways`"""
    share: Floats
    """(pipeline, link, 2) as in `ways`"""
    burn: Floats
    """(pipeline, place) t of fuel per lorry tonne to get there"""
    days: Floats
    """(pipeline, place) days that it takes to get there"""


@bare
def group_pipelines(n: int, active: Ints, offer: Floats, to: Bytes, group: Ints) -> None:
    """Write the group of each pipeline: the first of those that offer the same mix to the same homes.

    offer : (pipeline, commodity) t; to : (pipeline, home) 1 where the folder lets it deliver; group : (pipeline,)
    """
    for a in range(n):
        i = group[active[a]] = active[a]
        for b in range(a):
            j, same, total_i, total_j = active[b], True, 0.0, 0.0
            for h in range(to.shape[1]):
                same = same and to[i, h] == to[j, h]
            for c in range(offer.shape[1]):
                total_i, total_j = total_i + offer[i, c], total_j + offer[j, c]
            for c in range(offer.shape[1]):
                same = same and abs(offer[i, c] * total_j - offer[j, c] * total_i) <= 1e-9 * total_i * total_j
            if same:
                group[i] = group[j]
                break


@bare
def cost_ways(g: int, hours: Floats, passes: Bytes, room: Floats, flow: Floats, little: float, cost: Floats) -> None:
    """Write what each link costs one more tonne of group g: hours, which are saved where its own goods turn back.

    hours : (link,); passes : (pipeline, link, 2) 1 where it may pass in that direction
    room : (link,) t left of its limit; cost : (link, 2) hours, written
    """
    for k in range(hours.size):
        for d in range(2):
            if (-flow[BEFORE, g, k] if d == 0 else flow[BEFORE, g, k]) > 0.0:
                cost[k, d] = -hours[k]
            elif passes[g, k, d] and room[k] > little:
                cost[k, d] = hours[k]
            else:
                cost[k, d] = np.inf


@bare
def share_at(level: float, c: int, h: int, cover: Floats) -> float:
    """Return the share of what a home is to be sent of a good that lifts it to `level`."""
    if level == np.inf:
        return 1.0
    return float(min(1.0, max(0.0, (level * cover[USE, c, h] - cover[HELD, c, h]) / cover[WANTED, c, h])))


@bare
def load_to_level(
    level: float, n: int, active: Ints, want: Floats, cover: Floats, gross: Floats, lorries: Floats
) -> None:
    """Write the lorry tonnes of each pipeline to each home, (pipeline, home), where days of cover rise to `level`."""
    for a in range(n):
        i = active[a]
        for h in range(cover.shape[2]):
            lorries[i, h] = 0.0
            for c in range(cover.shape[1]):
                if want[i, c, h] > 0.0:
                    lorries[i, h] += gross[i] * want[i, c, h] * share_at(level, c, h, cover)


@bare
def clear_more(n: int, active: Ints, flow: Floats) -> None:
    """Take off the links what a level would have added."""
    for a in range(n):
        for k in range(flow.shape[2]):
            flow[MORE, active[a], k] = 0.0


@bare
def bind_for(i: int, home: Ints, lorries: Floats, load: Floats) -> None:
    """Write what a pipeline's lorries carry to each place, (place,) t; home : (home,) place; lorries : (pipeline, home)."""
    load[:] = 0.0
    for h in range(home.size):
        load[home[h]] += lorries[i, h]


@bare
def press_links(n: int, active: Ints, arcs: Ints, limit: Floats, flow: Floats, used: Floats, touched: Floats) -> float:
    """Return by how many tonnes the worst limit is passed by what is loaded and what a level would add.

    arcs : (link, 2, 3) as in `ways`; limit : (limit,) t/day, of which several links may share one
    used, touched : (limit,) to work with

    Of what turns back there can be no more than was on its way.
    """
    links, over = arcs.shape[0], -np.inf
    used[:] = 0.0
    touched[:] = 0.0
    for k in range(links):
        for a in range(n):
            before, more = flow[BEFORE, active[a], k], flow[MORE, active[a], k]
            used[arcs[k, 0, LIMIT]] += abs(before + more)
            touched[arcs[k, 0, LIMIT]] += abs(more)
            if before != 0.0:
                over = max(over, (-more if before > 0.0 else more) - abs(before))
    for r in range(limit.size):
        if touched[r] > 0.0:
            over = max(over, used[r] - limit[r])
    return over


@bare
def press_tanks(
    n: int, active: Ints, origins: Ints, home: Ints, lorries: Floats, burn: Floats, tank: Floats, burned: Floats
) -> float:
    """Write the fuel that the lorries burn, and return by how many tonnes the worst of the senders is short of it.

    burn : (pipeline, place) t of fuel per lorry tonne to get there; tank : (home,) t left; burned : (home,) t, written
    """
    burned[:] = 0.0
    for a in range(n):
        i = active[a]
        for h in range(lorries.shape[1]):
            burned[origins[i]] += lorries[i, h] * burn[i, home[h]]
    over = -np.inf
    for a in range(n):
        over = max(over, burned[origins[active[a]]] - tank[origins[active[a]]])
    return over


@bare
def send_to_level(level: float, n: int, active: Ints, want: Floats, cover: Floats, offer: Floats, got: Floats) -> None:
    """Send what lifts days of cover to `level`.

    offer : (pipeline, commodity) t, less what is sent; got : (pipeline, commodity, home) t sent, added to
    """
    for c in range(cover.shape[1]):
        for h in range(cover.shape[2]):
            if cover[WANTED, c, h] > 0.0:
                share = share_at(level, c, h, cover)
                for a in range(n):
                    sent = want[active[a], c, h] * share
                    got[active[a], c, h] += sent
                    offer[active[a], c] = max(0.0, offer[active[a], c] - sent)
                cover[HELD, c, h] += cover[WANTED, c, h] * share


@bare
def settle_flows(n: int, active: Ints, little: float, flow: Floats) -> None:
    """Add what a level loads to what is loaded; less than `little` is nothing."""
    for a in range(n):
        for k in range(flow.shape[2]):
            both = flow[BEFORE, active[a], k] + flow[MORE, active[a], k]
            flow[BEFORE, active[a], k] = both if abs(both) > little else 0.0
            flow[MORE, active[a], k] = 0.0


@bare
def lose(n: int, active: Ints, lost: Floats, got: Floats, cover: Floats) -> None:
    """Take what is lost on the way of what homes got from what they hold; lost : (pipeline,) share."""
    for a in range(n):
        for c in range(got.shape[1]):
            for h in range(got.shape[2]):
                cover[HELD, c, h] -= lost[active[a]] * got[active[a], c, h]
