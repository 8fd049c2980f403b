"""What `fill` left behind: whether another use of the links would bring in more, and the share of each group in it.

The linear programme has each pipeline twice: row i is what rounds sent of it, row pipelines + i the rest. It sees links by
hours, so that the order of rows is none.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE
from corridor.rules.base import Bytes, Floats, Ints
from corridor.rules.supply.bottleneck import VALUE
from corridor.rules.supply.desk import Books, Lines
from corridor.rules.supply.flow import BEFORE
from corridor.rules.supply.levels import HELD, USE

LITTLE = 1e-9
"""t beside an offer of one tonne that make no difference"""
_KEPT = 1.0001
"""value of a tonne that rounds sent beside one that they did not"""


class Programme(NamedTuple):
    """The linear programme; letters: rows are pipelines twice."""

    rows: Ints
    """(row,) those in use, the first n"""
    starts: Ints
    """(row,) place"""
    exits: Bytes
    """(row, place) 1 where it may deliver"""
    toll: Floats
    """(row, link, 2) hours, infinity where it may not pass"""
    bound: Floats
    """(2, limit + row) as in `share_links`"""
    share: Floats
    """(row, link) t/day, negative against the link's direction"""
    rank: Ints
    """(link,) place in the order of hours"""
    arcs: Ints
    """(link, 2, 3) in that order"""


@kernel
def rule_programme(pipes: int, links: int, limits: int, places: int) -> Programme:
    """Return an empty programme."""
    rows = 2 * pipes
    return Programme(
        np.empty(rows, np.int64), np.empty(rows, np.int64), np.zeros((rows, places), np.uint8),
        np.empty((rows, links, 2)), np.empty((2, limits + rows)), np.zeros((rows, links)), np.empty(links, np.int64),
        np.empty((links, 2, 3), np.int64),
    )  # fmt: skip


@kernel
def number_jobs(grouped: bool, n: int, every: Ints, turns: Ints, origins: Ints, group: Ints, job: Ints) -> int:
    """Write when each pipeline loads, (pipeline,), and return how many jobs there are: turns, or groups turn by turn.

    What homes send goes in its turn, in groups or not.
    """
    jobs, last = 0, -1
    for a in range(n):
        job[every[a]] = turns[every[a]]
        last = max(last, turns[every[a]])
    if not grouped:
        return last + 1
    for turn in range(last + 1):
        for a in range(n):
            i = every[a]
            if turns[i] == turn:
                job[i] = jobs
                for b in range(a):
                    if turns[every[b]] == turn and (origins[i] != NONE or group[every[b]] == group[i]):
                        job[i] = job[every[b]]
                jobs = max(jobs, job[i] + 1)
    return jobs


@kernel
def weigh_classes(n: int, every: Ints, origins: Ints, turns: Ints, heavy: Floats, got: Floats, tonnes: Floats) -> None:
    """Write what came from outside by class in the order of loading, (class,) t."""
    tonnes[:] = 0.0
    for a in range(n):
        i = every[a]
        if origins[i] == NONE:
            for c in range(got.shape[1]):
                for h in range(got.shape[2]):
                    tonnes[turns[i] // 2] += got[i, c, h] * heavy[i]


@kernel
def is_more(tonnes: Floats, other: Floats, slight: float) -> bool:
    """Return whether the first class that differs by more than `slight` t has more of `tonnes` than of `other`."""
    for turn in range(tonnes.size):
        if abs(tonnes[turn] - other[turn]) > slight:
            return bool(tonnes[turn] > other[turn])
    return False


@kernel
def put_quickest_first(hours: Floats, arcs: Ints, rank: Ints, ordered: Ints) -> None:
    """Write the place of each link in the order of hours, (link,), and the arcs in that order, (link, 2, 3)."""
    for k in range(hours.size):
        rank[k] = 0
        for j in range(hours.size):
            if hours[j] < hours[k] or (hours[j] == hours[k] and j < k):
                rank[k] += 1
        for d in range(arcs.shape[1]):
            for part in range(arcs.shape[2]):
                ordered[rank[k], d, part] = arcs[k, d, part]


@kernel
def bound_senders(lines: Lines, books: Books, programme: Programme, count: int, every: Ints, full: float) -> int:
    """Write what each pipeline from outside sent, how much more it could where links had room, and to where.

    Returns how many rows there are.
    """
    home, offered, may, cover, heavy, got = lines.home, books.offered, books.may, books.cover, books.heavy, books.got
    exits, bound, pipes, n = programme.exits, programme.bound, heavy.size, 0
    for a in range(count):
        i = every[a]
        if lines.origins[i] != NONE:
            continue
        for row in (i, pipes + i):
            programme.rows[n], programme.starts[row] = row, lines.sources[i]
            n += 1
            for place in range(exits.shape[1]):
                exits[row, place] = 0
        sent, more = bound.shape[1] - 2 * pipes + i, bound.shape[1] - pipes + i
        bound[0, sent] = bound[0, more] = 0.0
        for c in range(offered.shape[1]):
            arrived, space = 0.0, 0.0
            for h in range(home.size):
                arrived += got[i, c, h]
                empty = full * cover[USE, c, h] - cover[HELD, c, h]
                if may[i, h]:
                    exits[i, home[h]] = 1
                    if empty > LITTLE:
                        space += empty
                        if offered[i, c] > 0.0:
                            exits[pipes + i, home[h]] = 1
            bound[0, sent] += arrived * heavy[i]
            bound[0, more] += min(offered[i, c] - arrived, space) * heavy[i]
    return n


@kernel
def open_programme(lines: Lines, programme: Programme, flow: Floats, turns: Ints, n: int) -> None:
    """Write the limits, and of each row the value of a tonne, what rounds sent on each link, and where it may pass."""
    rank, bound, share, toll = programme.rank, programme.bound, programme.share, programme.toll
    pipes, limits = turns.size, lines.most.size
    put_quickest_first(lines.hours, lines.arcs, rank, programme.arcs)
    for r in range(limits):
        bound[0, r] = lines.most[r]
    for a in range(n):
        row = programme.rows[a]
        i = row % pipes
        bound[1, limits + row] = VALUE[turns[i] // 2] * (_KEPT if row == i else 1.0)
        for k in range(rank.size):
            share[row, rank[k]] = flow[BEFORE, i, k] if row == i else 0.0
            for d in range(2):
                toll[row, rank[k], d] = lines.hours[k] if lines.passes[i, k, d] else np.inf


@kernel
def weigh_programme(n: int, rows: Ints, turns: Ints, bound: Floats, tonnes: Floats) -> None:
    """Write what the programme brings from outside by class in the order of loading, (class,) t."""
    tonnes[:] = 0.0
    for a in range(n):
        tonnes[turns[rows[a] % turns.size] // 2] += bound[0, bound.shape[1] - 2 * turns.size + rows[a]]


@kernel
def limit_turn(
    n: int, active: Ints, roads: int, rank: Ints, share: Floats, most: Floats, used: Floats, limit: Floats
) -> None:
    """Write what is left of each limit, and of the first `roads` of them no more than the programme gives a group.

    rank : (link,); share : (row, link) as in `Programme`; most, used, limit : (limit,) t/day
    """
    for r in range(most.size):
        limit[r] = max(0.0, most[r] - used[r])
    for k in range(roads):
        given = 0.0
        for a in range(n):
            given += share[active[a], rank[k]] + share[active.size + active[a], rank[k]]
        limit[k] = min(limit[k], abs(given))
