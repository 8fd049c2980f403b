"""One day of rule `followers`: the displaced choose a camp by distance, by who is there, and by the room left."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corridor.kernels.draw import binomial, uniform
from corridor.kernels.jit import kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

SPAWN, CHOOSE, RETURN = 0, 1, 2
_MOST_CAMPS = 4096


class Country(NamedTuple):
    """What never changes.

    camp : (camp,) place index
    rule : (future,) which of the rule's numbers a future of the batch plays
    near : (rule, state, place, camp) attraction of distance alone; 0 where no open road leads there
    days : (state, place, camp) days under way
    step : (state, place, camp) first link of the shortest way, -1 none
    link_to : (link,)
    capacity : (camp,) persons; < 1 unlimited
    company : (rule,) pull of an empty camp, where an average one adds 1
    """

    camp: Ints
    rule: Ints
    near: Floats
    days: Ints
    step: Ints
    link_to: Ints
    capacity: Floats
    company: Floats
    room_power: float


class Morning(NamedTuple):
    """What holds today.

    state : which roads are open
    open : (camp,) 1 where the camp takes people
    origin : (place,) weight of a place among the origins
    new : (future,) persons who appear
    fewer : persons who are counted no more
    """

    day: int
    state: int
    open: Bytes
    origin: Floats
    new: Ints
    fewer: int


class Crowd(NamedTuple):
    """State of a batch; every array starts with the future.

    present : (future, place) persons there: in camps, or waiting where they were displaced
    coming : (future, camp, days ahead) persons on the road
    owed : (future,) persons counted no more who are still on the road
    gone : (future,) persons no longer counted, cumulative
    entered : (future, link) persons who set out, cumulative
    """

    present: Ints
    coming: Ints
    owed: Ints
    gone: Ints
    entered: Ints


@kernel
def share_of(n: int, share: float, total: float, seed: int, future: int, day: int, stream: int, entity: int) -> int:
    """Return how many of n fall to one choice when `total` is what it and the later choices weigh."""
    if n == 0 or share <= 0.0:
        return 0
    if share >= total * (1.0 - 1e-12):
        return n
    return binomial(uniform(seed, future, day, stream, entity), n, share / total)


@kernel
def leave_counts(camp: Ints, present: Ints, row: int, n: int, day: int, seed: int, future: int) -> int:
    """Take n people out of the camps in proportion to who is there; return how many could be taken.

    present : (future, place); row : of the future in it
    """
    total = 0
    for c in range(camp.size):
        total += present[row, camp[c]]
    n = min(n, total)
    left, rest = n, total
    for c in range(camp.size):
        here = present[row, camp[c]]
        k = share_of(left, float(here), float(rest), seed, future, day, RETURN, c)
        # no camp gives more than it holds, and the later camps must be able to give the remainder
        k = max(min(k, here), left - (rest - here))
        present[row, camp[c]] -= k
        left -= k
        rest -= here
    return n


@kernel
def company_of(camp: Ints, takes: Bytes, company: float, present: Ints, row: int, pull: Floats) -> None:
    """Write the pull of who is in each camp in the morning; takes : (camp,) 1 where the camp takes people."""
    total, opened = 0, 0
    for c in range(camp.size):
        total += present[row, camp[c]]
        opened += takes[c]
    for c in range(camp.size):
        share = present[row, camp[c]] / total if total > 0 else 0.0
        pull[c] = company + opened * share if takes[c] else 0.0


@kernel
def free_room(camp: Ints, capacity: Floats, power: float, present: Ints, row: int, heading: Ints, pull: Floats) -> None:
    """Multiply the pull of each camp by the share of its places that is free, to a power.

    heading : (camp,) persons on their way there
    """
    for c in range(camp.size):
        if capacity[c] >= 1.0 and pull[c] > 0.0:
            room = 1.0 - (present[row, camp[c]] + heading[c]) / capacity[c]
            pull[c] *= max(room, 0.0) ** power


@kernel
def play_followers(country: Country, today: Morning, crowd: Crowd, seed: int, futures: Ints) -> None:
    """Play one day of a batch in place: arrivals, people counted no more, the newly displaced, choices."""
    camp, capacity, near, company = country.camp, country.capacity, country.near, country.company
    takes, origin, day, roads = today.open, today.origin, today.day, today.state
    present, coming = crowd.present, crowd.coming
    camps, places, ahead = camp.size, origin.size, coming.shape[2]
    heading = np.zeros(camps, dtype=np.int64)
    pull = np.zeros(camps)
    weight = np.zeros(camps)
    is_camp = np.zeros(places, dtype=np.uint8)
    for c in range(camps):
        is_camp[camp[c]] = 1
    for f in range(futures.size):
        future, rule = futures[f], country.rule[f]
        for c in range(camps):
            present[f, camp[c]] += coming[f, c, 0]
            heading[c] = 0
            for k in range(ahead - 1):
                coming[f, c, k] = coming[f, c, k + 1]
                heading[c] += coming[f, c, k]
            coming[f, c, ahead - 1] = 0
        wanted = today.fewer + crowd.owed[f]
        if wanted > 0:
            left = leave_counts(camp, present, f, wanted, day, seed, future)
            crowd.owed[f] = wanted - left
            crowd.gone[f] += left
        total = origin.sum()
        rest = today.new[f]
        for p in range(places):
            k = share_of(rest, origin[p], total, seed, future, day, SPAWN, p)
            total -= origin[p]
            rest -= k
            present[f, p] += k
        company_of(camp, takes, company[rule], present, f, pull)
        free_room(camp, capacity, country.room_power, present, f, heading, pull)
        # who arrives today is company tomorrow
        for p in range(places):
            if is_camp[p] or present[f, p] == 0:
                continue
            total = 0.0
            for c in range(camps):
                weight[c] = pull[c] * near[rule, roads, p, c]
                total += weight[c]
            if total <= 0.0:
                continue
            waiting = present[f, p]
            for c in range(camps):
                k = share_of(waiting, weight[c], total, seed, future, day, CHOOSE, p * _MOST_CAMPS + c)
                total -= weight[c]
                waiting -= k
                if capacity[c] >= 1.0:
                    # beyond the last free bed they wait where they are
                    k = max(0, min(k, int(capacity[c]) - present[f, camp[c]] - heading[c]))
                if k == 0:
                    continue
                present[f, p] -= k
                days = country.days[roads, p, c]
                if days == 0:
                    present[f, camp[c]] += k
                else:
                    coming[f, c, days - 1] += k
                    heading[c] += k
                at = p
                while at != camp[c]:
                    link = country.step[roads, at, c]
                    crowd.entered[f, link] += k
                    at = country.link_to[link]
