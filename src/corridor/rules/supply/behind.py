"""What `fill` left behind: whether another use of the links would bring in more, and the share of each group in it.

The linear programme has each pipeline twice: row i is what rounds sent of it, row pipelines + i the rest. It sees links by
hours, and all that is equal by numbers that tell it apart, so that the order of rows is none.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import bare, kernel
from corridor.kernels.network import NONE
from corridor.kernels.order import order_of
from corridor.rules.base import Bytes, Floats, Ints
from corridor.rules.supply.bottleneck import VALUE
from corridor.rules.supply.desk import Books, Lines
from corridor.rules.supply.levels import HELD, USE
from corridor.rules.supply.push import put_in_order
from corridor.rules.supply.ways import BEFORE, HEAD, LIMIT, TAIL

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
    line: Ints
    """(pipeline,) those that offer, in an order of their own"""
    rank: Ints
    """(link,) place in the order of hours"""
    number: Ints
    """(link,) in that order; equal where links are alike"""
    spot: Ints
    """(place,) number in `arcs`"""
    bar: Ints
    """(limit,) number in `arcs` and `bound`"""
    arcs: Ints
    """(link, 2, 3) with links, places and limits in that order"""


@kernel
def rule_programme(pipes: int, links: int, limits: int, places: int) -> Programme:
    """Return an empty programme."""
    rows = 2 * pipes
    return Programme(
        np.empty(rows, np.int64), np.empty(rows, np.int64), np.zeros((rows, places), np.uint8),
        np.empty((rows, links, 2)), np.empty((2, limits + rows)), np.zeros((rows, links)), np.empty(pipes, np.int64),
        np.empty(links, np.int64), np.empty(links, np.int64), np.empty(places, np.int64), np.empty(limits, np.int64),
        np.zeros((links, 2, 3), np.int64),
    )  # fmt: skip


@bare
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


@bare
def weigh_classes(n: int, every: Ints, origins: Ints, turns: Ints, heavy: Floats, got: Floats, tonnes: Floats) -> None:
    """Write what came from outside by class in the order of loading, (class,) t."""
    tonnes[:] = 0.0
    for a in range(n):
        i = every[a]
        if origins[i] == NONE:
            for c in range(got.shape[1]):
                for h in range(got.shape[2]):
                    tonnes[turns[i] // 2] += got[i, c, h] * heavy[i]


@bare
def is_more(tonnes: Floats, other: Floats, slight: float) -> bool:
    """Return whether the first class that differs by more than `slight` t has more of `tonnes` than of `other`."""
    for turn in range(tonnes.size):
        if abs(tonnes[turn] - other[turn]) > slight:
            return bool(tonnes[turn] > other[turn])
    return False


@kernel
def put_in_line(
    lines: Lines, books: Books, programme: Programme, count: int, every: Ints, link: Ints, place: Ints
) -> None:
    """Write the order in which the programme sees pipelines, links, limits and places, and its arcs.

    link, place : numbers that tell them apart, as in `apart`
    """
    line = programme.line
    numbers = np.empty(max(link.size, place.size))
    for a in range(count):
        line[a] = every[a]
    put_in_order(count, line, books.offered, books.may, books.cover, lines.rank)
    for at in range(place.size):
        numbers[at] = place[at]
    by_place = order_of(numbers, place.size)
    for at in range(by_place.size):
        programme.spot[by_place[at]] = at
    for k in range(link.size):
        numbers[k] = link[k]
    by_link = order_of(numbers, link.size)
    for at in range(link.size):
        numbers[at] = lines.hours[by_link[at]]
    by_hours = order_of(numbers, link.size)
    programme.bar[:] = NONE
    bars, ordered = 0, programme.arcs
    for at in range(by_link.size):
        k = by_link[by_hours[at]]
        programme.rank[k] = at
        limit = lines.arcs[k, 0, LIMIT]
        if programme.bar[limit] == NONE:
            programme.bar[limit] = bars
            bars += 1
        for d in range(2):
            ordered[at, d, TAIL] = programme.spot[lines.arcs[k, d, TAIL]]
            ordered[at, d, HEAD] = programme.spot[lines.arcs[k, d, HEAD]]
            ordered[at, d, LIMIT] = programme.bar[limit]
    for r in range(programme.bar.size):
        if programme.bar[r] == NONE:  # a fleet without a pipeline
            programme.bar[r] = bars
            bars += 1
    for at in range(by_link.size):
        programme.number[programme.rank[by_link[at]]] = link[by_link[at]]


@bare
def split_among_alike(programme: Programme, n: int) -> None:
    """Let equal links between the same places carry alike: of several uses that are as good the programme finds one."""
    arcs, number, share, first = programme.arcs, programme.number, programme.share, int(np.int64(0))
    for at in range(1, number.size + 1):
        if at < number.size and number[at] == number[first] and joins_alike(arcs, first, at):
            continue
        for a in range(n if at - first > 1 else 0):
            row, mean = programme.rows[a], 0.0
            for k in range(first, at):
                turned = arcs[k, 0, TAIL] != arcs[first, 0, TAIL]
                mean += (-share[row, k] if turned else share[row, k]) / (at - first)
            for k in range(first, at):
                share[row, k] = -mean if arcs[k, 0, TAIL] != arcs[first, 0, TAIL] else mean
        first = at


@bare
def joins_alike(arcs: Ints, k: int, j: int) -> bool:
    """Return whether two links join the same places, each with a limit of its own."""
    a, b, c, d = arcs[k, 0, TAIL], arcs[k, 0, HEAD], arcs[j, 0, TAIL], arcs[j, 0, HEAD]
    return bool(arcs[k, 0, LIMIT] != arcs[j, 0, LIMIT] and ((a == c and b == d) or (a == d and b == c)))


@bare
def bound_senders(lines: Lines, books: Books, programme: Programme, count: int, full: float) -> int:
    """Write what each pipeline from outside sent, how much more it could where links had room, and to where.

    Returns how many rows there are.
    """
    home, offered, may, cover, heavy, got = lines.home, books.offered, books.may, books.cover, books.heavy, books.got
    exits, bound, pipes, n = programme.exits, programme.bound, heavy.size, 0
    for a in range(count):
        i = programme.line[a]
        if lines.origins[i] != NONE:
            continue
        for row in (i, pipes + i):
            programme.rows[n], programme.starts[row] = row, programme.spot[lines.sources[i]]
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
                    exits[i, programme.spot[home[h]]] = 1
                    if empty > LITTLE:
                        space += empty
                        if offered[i, c] > 0.0:
                            exits[pipes + i, programme.spot[home[h]]] = 1
            bound[0, sent] += arrived * heavy[i]
            bound[0, more] += min(offered[i, c] - arrived, space) * heavy[i]
    return n


@bare
def open_programme(lines: Lines, programme: Programme, flow: Floats, turns: Ints, n: int) -> None:
    """Write the limits, and of each row the value of a tonne, what rounds sent on each link, and where it may pass."""
    rank, bound, share, toll = programme.rank, programme.bound, programme.share, programme.toll
    pipes, limits = turns.size, lines.most.size
    for r in range(limits):
        bound[0, programme.bar[r]] = lines.most[r]
    for a in range(n):
        row = programme.rows[a]
        i = row % pipes
        bound[1, limits + row] = VALUE[turns[i] // 2] * (_KEPT if row == i else 1.0)
        for k in range(rank.size):
            share[row, rank[k]] = flow[BEFORE, i, k] if row == i else 0.0
            for d in range(2):
                toll[row, rank[k], d] = lines.hours[k] if lines.passes[i, k, d] else np.inf


@bare
def weigh_programme(n: int, rows: Ints, turns: Ints, bound: Floats, tonnes: Floats) -> None:
    """Write what the programme brings from outside by class in the order of loading, (class,) t."""
    tonnes[:] = 0.0
    for a in range(n):
        tonnes[turns[rows[a] % turns.size] // 2] += bound[0, bound.shape[1] - 2 * turns.size + rows[a]]


@bare
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
