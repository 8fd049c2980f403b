"""What links join, in time that grows with their number: who is reached from where, and which links lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Pair = tuple[str, str]
OUTSIDE = ""
"""no place has this id"""


def near(ends: Iterable[Pair]) -> dict[str, set[str]]:
    """Return place -> the places that a link joins with it."""
    found: dict[str, set[str]] = {}
    for a, b in ends:
        found.setdefault(a, set()).add(b)
        found.setdefault(b, set()).add(a)
    return found


def spread(around: Mapping[str, Iterable[str]], begin: Iterable[str]) -> set[str]:
    """Return the places that links join with any of `begin`; around : as `near` returns it."""
    found, front = set(begin), list(begin)
    while front:
        new = [place for place in around.get(front.pop(), ()) if place not in found]
        found.update(new)
        front.extend(new)
    return found


def groups(ends: Iterable[Pair]) -> dict[str, set[str]]:
    """Return place -> all that links join with it, itself included; those of one group share one set."""
    around, found = near(ends), dict[str, set[str]]()
    for place in around:
        if place not in found:
            group = spread(around, {place})
            found |= dict.fromkeys(group, group)
    return found


def useless(ends: Mapping[str, Pair], matter: set[str]) -> set[str]:
    """Return the links that lie on no path between two of the places that matter.

    A place outside, joined with each of those that matter, closes every such path to a ring. So the links on one are
    those of the blocks around that place: a block is what the loss of no one place takes apart.

    Source
    ------
    Blocks as Hopcroft and Tarjan 1973 find them, algorithm 447 of the ACM.
    """
    around = near(ends.values())
    for place in matter:
        around.setdefault(place, set()).add(OUTSIDE)
    around[OUTSIDE] = matter
    met, back = {OUTSIDE: 0}, {OUTSIDE: 0}
    links: list[Pair] = []
    used: set[frozenset[str]] = set()
    walk = [(OUTSIDE, OUTSIDE, iter(matter))]
    while walk:
        before, place, others = walk[-1]
        for other in others:
            if other not in met:
                links.append((place, other))
                met[other] = back[other] = len(met)
                walk.append((place, other, iter(around[other])))
                break
            if other != before and met[other] < met[place]:
                links.append((place, other))
                back[place] = min(back[place], met[other])
        else:
            walk.pop()
            if place == OUTSIDE:
                break
            back[before] = min(back[before], back[place])
            if back[place] >= met[before]:
                block = [links.pop()]
                while block[-1] != (before, place):
                    block.append(links.pop())
                if before == OUTSIDE and len(block) > 1:
                    used |= {frozenset(link) for link in block}
    return {name for name, pair in ends.items() if frozenset(pair) not in used}
