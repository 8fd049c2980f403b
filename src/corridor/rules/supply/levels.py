"""Who gets a load: days of cover rise together from the lowest, of each good, over the homes that can be reached."""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import bare, kernel
from corridor.rules.base import Bytes, Floats, Ints

_SWEEPS = 200
"""looks at pipelines that reach different homes; a few do, many only where their homes overlap in a chain"""
HELD, USE, WANTED = 0, 1, 2
"""rows of `cover`, (3, commodity, home): t at hand, t/day of normal use, t that pipelines want to add"""


@bare
def comes_first(one: int, other: int, days: Floats) -> bool:
    """Return whether a home has fewer days of cover than another, or as many and comes before it."""
    return bool(days[one] < days[other] or (days[one] == days[other] and one < other))


@bare
def sink(top: int, n: int, days: Floats, heap: Ints) -> None:
    """Let a home sink in a heap of n below those that come before it; days : (home,); heap : (home,)."""
    home, at = heap[top], top
    while 2 * at + 1 < n:
        below = 2 * at + 1
        if below + 1 < n and comes_first(heap[below + 1], heap[below], days):
            below += 1
        if not comes_first(heap[below], home, days):
            break
        heap[at], at = heap[below], below
    heap[at] = home


@bare
def level_cover(load: float, c: int, i: int, cover: Floats, reach: Bytes, days: Floats, heap: Ints) -> float:
    """Return the days of cover L with sum over homes of max(0, L use - held) = load (water-filling).

    Parameters
    ----------
    load : t of good c, shared among the homes that pipeline i reaches
    cover : (3, commodity, home) what homes hold and use
    reach : (pipeline, home) 1 where it may deliver
    days, heap : (home,) to work with

    Infinity where nobody uses the good.
    """
    # raise the level over the homes in ascending order of cover until the load is used up
    n = 0
    for h in range(days.size):
        if reach[i, h] and cover[USE, c, h] > 0.0:
            days[h] = cover[HELD, c, h] / cover[USE, c, h]
            heap[n] = h
            n += 1
    for top in range(n // 2 - 1, -1, -1):
        sink(top, n, days, heap)
    level, width, left, first = 0.0, 0.0, load, int(np.int64(0))  # a literal would have `sink` compiled twice
    while n > 0:
        lowest = days[heap[0]]
        if width > 0.0 and width * (lowest - level) >= left:
            break
        left -= width * (lowest - level)
        level = lowest
        while n > 0 and days[heap[0]] == lowest:
            width += cover[USE, c, heap[0]]
            n -= 1
            heap[0] = heap[n]
            sink(first, n, days, heap)
    return level + left / width if width > 0.0 else np.inf


@bare
def first_alike(a: int, active: Ints, reach: Bytes) -> int:
    """Return the first of the active pipelines that reaches the same homes as the one at position a."""
    for b in range(a):
        same = True
        for h in range(reach.shape[1]):
            same = same and reach[active[a], h] == reach[active[b], h]
        if same:
            return b
    return a


@kernel
def share_out(n: int, active: Ints, offer: Floats, reach: Bytes, cover: Floats, full: float, want: Floats) -> None:
    """Split what pipelines offer so that of each good the lowest days of cover rise first, in all homes together.

    Parameters
    ----------
    n, active : how many pipelines offer, and which
    offer : (pipeline, commodity) t
    reach : (pipeline, home) 1 where it may deliver
    cover : (3, commodity, home) what homes hold and use; the same afterwards
    full : days of cover at which a home takes no more
    want : (pipeline, commodity, home) t, written; at most the offer

    Pipelines that reach the same homes act as one and share by what they offer. Where they do not, each in turn is
    levelled anew over the others until nothing moves, which is the joint level (a convex sum, minimised one block at a
    time).
    """
    homes = cover.shape[2]
    days, heap = np.empty(homes), np.empty(homes, np.int64)
    for c in range(cover.shape[1]):
        for a in range(n):
            for h in range(homes):
                want[active[a], c, h] = 0.0
        moved, sweep = np.inf, 0
        while moved > 0.0 and sweep < _SWEEPS:
            moved = 0.0
            sweep += 1
            groups = 0
            for a in range(n):
                i = active[a]
                if n > 1 and first_alike(a, active, reach) != a:
                    continue
                groups += 1
                pooled = 0.0
                for b in range(a, n):
                    if b == a or first_alike(b, active, reach) == a:
                        pooled += offer[active[b], c]
                if pooled <= 0.0:
                    continue
                space = 0.0
                for h in range(homes):
                    cover[HELD, c, h] -= want[i, c, h]
                    if reach[i, h]:
                        space += max(0.0, full * cover[USE, c, h] - cover[HELD, c, h])
                load = min(pooled, space)
                level = level_cover(load, c, i, cover, reach, days, heap) if load > 0.0 else np.inf
                total = 0.0
                for h in range(homes):
                    if reach[i, h] and cover[USE, c, h] > 0.0 and level < np.inf:
                        total += max(0.0, level * cover[USE, c, h] - cover[HELD, c, h])
                for h in range(homes):
                    new = 0.0
                    if reach[i, h] and cover[USE, c, h] > 0.0 and total > 0.0:
                        # exact up to rounding: the last digits are put right so that no tonne is made
                        new = max(0.0, level * cover[USE, c, h] - cover[HELD, c, h]) * (load / total)
                    if abs(new - want[i, c, h]) > 1e-12 * pooled:
                        moved = 1.0
                    want[i, c, h] = new
                    cover[HELD, c, h] += new
            if groups == 1:
                break
        for a in range(n):
            for h in range(homes):
                cover[HELD, c, h] -= want[active[a], c, h]
        for a in range(n - 1, -1, -1):
            first = first_alike(a, active, reach) if n > 1 else a
            pooled = 0.0
            for b in range(first, n):
                if b == first or first_alike(b, active, reach) == first:
                    pooled += offer[active[b], c]
            if pooled > 0.0:
                for h in range(homes):
                    want[active[a], c, h] = want[active[first], c, h] * offer[active[a], c] / pooled


@bare
def surplus_of(c: int, i: int, origin: int, cover: Floats, reach: Bytes) -> float:
    """Return how much a home can send before its own cover falls below that of those it supplies."""
    goods, wants = cover[HELD, c, origin], 0.0
    for h in range(cover.shape[2]):
        if reach[i, h] and cover[USE, c, h] > 0.0:
            goods += cover[HELD, c, h]
            wants += cover[USE, c, h]
    return (
        max(0.0, cover[HELD, c, origin] - goods / (wants + cover[USE, c, origin]) * cover[USE, c, origin])
        if wants > 0.0
        else 0.0
    )


@bare
def cut_to_surplus(
    n: int, active: Ints, origins: Ints, offer: Floats, reach: Bytes, cover: Floats, hand: Floats
) -> None:
    """Cut what pipelines from homes offer to what these homes can spare; all as in `share_out`, `offer` in place.

    origins : (pipeline,) home that the goods are taken from. Pipelines of one home share the largest surplus that any of
    them finds by what they offer. hand : (commodity, home) t that are there, not on the way
    """
    for c in range(cover.shape[1]):
        for a in range(n):
            i, origin = active[a], origins[active[a]]
            offer[i, c] = min(offer[i, c], surplus_of(c, i, origin, cover, reach))
        for home in range(cover.shape[2]):
            most, total = 0.0, 0.0
            for a in range(n):
                if origins[active[a]] == home:
                    most = max(most, surplus_of(c, active[a], home, cover, reach))
                    total += offer[active[a], c]
            most = min(most, hand[c, home])
            for a in range(n):
                if origins[active[a]] == home and total > most:
                    offer[active[a], c] *= most / total
