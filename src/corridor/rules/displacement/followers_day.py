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

_SPAWN, _CHOOSE, _RETURN = 0, 1, 2
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
def part(n: int, share: float, total: float, seed: int, future: int, day: int, stream: int, entity: int) -> int:
    """Return how many of n fall to one choice when `total` is what it and the later choices weigh."""
    if n == 0 or share <= 0.0:
        return 0
    if share >= total * (1.0 - 1e-12):
        return n
    return binomial(uniform(seed, future, day, stream, entity), n, share / total)


@kernel
def leave_counts(country: Country, today: Morning, present: Ints, n: int, seed: int, future: int) -> int:
    """Take n people out of the camps in proportion to who is there; return how many could be taken."""
    total = 0
    for c in range(country.camp.size):
        total += present[country.camp[c]]
    n = min(n, total)
    left, rest = n, total
    for c in range(country.camp.size):
        here = present[country.camp[c]]
        k = part(left, float(here), float(rest), seed, future, today.day, _RETURN, c)
        # no camp gives more than it holds, and the later camps must be able to give the remainder
        k = max(min(k, here), left - (rest - here))
        present[country.camp[c]] -= k
        left -= k
        rest -= here
    return n


@kernel
def attraction(country: Country, today: Morning, company: float, present: Ints, heading: Ints, pull: Floats) -> None:
    """Write the pull of each camp apart from distance: company (morning), room, whether it is open."""
    camps = country.camp.size
    total, opened = 0, 0
    for c in range(camps):
        total += present[country.camp[c]]
        opened += today.open[c]
    for c in range(camps):
        pull[c] = 0.0
        if today.open[c]:
            share = present[country.camp[c]] / total if total > 0 else 0.0
            pull[c] = company + opened * share
        if country.capacity[c] >= 1.0 and pull[c] > 0.0:
            room = 1.0 - (present[country.camp[c]] + heading[c]) / country.capacity[c]
            pull[c] *= max(room, 0.0) ** country.room_power


@kernel
def play_morning(country: Country, today: Morning, crowd: Crowd, seed: int, futures: Ints) -> None:
    """Play one day of a batch in place: arrivals, people counted no more, the newly displaced, choices."""
    camps, places = country.camp.size, today.origin.size
    ahead = crowd.coming.shape[2]
    heading = np.zeros(camps, dtype=np.int64)
    pull = np.zeros(camps)
    weight = np.zeros(camps)
    is_camp = np.zeros(places, dtype=np.uint8)
    for c in range(camps):
        is_camp[country.camp[c]] = 1
    for f in range(futures.size):
        future, present, coming = futures[f], crowd.present[f], crowd.coming[f]
        for c in range(camps):
            present[country.camp[c]] += coming[c, 0]
            heading[c] = 0
            for k in range(ahead - 1):
                coming[c, k] = coming[c, k + 1]
                heading[c] += coming[c, k]
            coming[c, ahead - 1] = 0
        wanted = today.fewer + crowd.owed[f]
        if wanted > 0:
            left = leave_counts(country, today, present, wanted, seed, future)
            crowd.owed[f] = wanted - left
            crowd.gone[f] += left
        near = country.near[country.rule[f], today.state]
        total = today.origin.sum()
        rest = today.new[f]
        for p in range(places):
            k = part(rest, today.origin[p], total, seed, future, today.day, _SPAWN, p)
            total -= today.origin[p]
            rest -= k
            present[p] += k
        attraction(country, today, country.company[country.rule[f]], present, heading, pull)
        # who arrives today is company tomorrow
        for p in range(places):
            if is_camp[p] or present[p] == 0:
                continue
            total = 0.0
            for c in range(camps):
                weight[c] = pull[c] * near[p, c]
                total += weight[c]
            if total <= 0.0:
                continue
            waiting = present[p]
            for c in range(camps):
                k = part(waiting, weight[c], total, seed, future, today.day, _CHOOSE, p * _MOST_CAMPS + c)
                total -= weight[c]
                waiting -= k
                if country.capacity[c] >= 1.0:
                    # beyond the last free bed they wait where they are
                    k = max(0, min(k, int(country.capacity[c]) - present[country.camp[c]] - heading[c]))
                if k == 0:
                    continue
                present[p] -= k
                days = country.days[today.state, p, c]
                if days == 0:
                    present[country.camp[c]] += k
                else:
                    coming[c, days - 1] += k
                    heading[c] += k
                at = p
                while at != country.camp[c]:
                    link = country.step[today.state, at, c]
                    crowd.entered[f, link] += k
                    at = country.link_to[link]
