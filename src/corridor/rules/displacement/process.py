"""Displacement in a wider country, as a process of the day: rules `followers` and `flee3` (docs/rules/movement.md).

Each rule plays one morning of its own kernel on the state of a batch. What holds that morning in every future (open
roads, violence, camps that take people) is compiled once per schedule and comes with the day's address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from corridor.core.errors import SimulationError
from corridor.kernels.network import Network
from corridor.rules.base import Array, Inputs, Rule, State, Today
from corridor.rules.displacement import flee3, followers
from corridor.rules.displacement.case import DisplacementCase
from corridor.rules.displacement.flee3_day import play_flee3
from corridor.rules.displacement.followers import Ways
from corridor.rules.displacement.followers_day import Country, Crowd, Morning, play_followers
from corridor.rules.displacement.state import Day, People, Roads
from corridor.tables.parameter import Parameter

Ints = npt.NDArray[np.int64]

NEW = Parameter(
    "movement.new_per_day", 0.0, "persons/day", 0.0, 0.0,
    "assumed: as in the last 30 days of counts, from nobody to three times as many; nobody without counts",
    "newly displaced people a day after as_of, while there is violence anywhere", "fixed",
)  # fmt: skip
FACTOR = Parameter(
    "movement.new_factor", 1.0, "1", 1.0, 1.0,
    "assumed: as many as before", "multiplies new_per_day, so that a condition may say three times as many", "fixed",
)  # fmt: skip

CROWD = (
    Array("displaced", ("everywhere",), np.int64, apart=True),
    Array("displaced_coming", ("camp", "ahead"), np.int64, apart=True),
    Array("displaced_owed", (), np.int64),
    Array("displaced_gone", (), np.int64),
    Array("displaced_entered", ("way",), np.int64, apart=True),
)
"""State of rule `followers`, in the order of `Crowd`; both rules play one future after the other (`flee3_day`).

Dimensions of their own: ahead (days), way (a road in one direction), place_cell and link_cell (of `Roads`).
"""
PEOPLE = (
    Array("displaced", ("everywhere",), np.int64, apart=True),
    Array("displaced_residents", ("everywhere",), np.int64, apart=True),
    Array("displaced_at", ("place_cell",), np.int64, apart=True),
    Array("displaced_on", ("link_cell",), np.int64, apart=True),
    Array("displaced_later", ("link_cell",), np.int64, apart=True),
    Array("displaced_entered", ("way",), np.int64, apart=True),
)
"""State of rule `flee3`, in the order of `People`."""
REPORTED = (
    Array("displaced_ever", (), np.int64),
    Array("displaced_part", ()),
    Array("crossed", ("link",)),
    Array("sheltered", ("camp",)),
    Array("waiting", ()),
    Array("travelling", ()),
    Array("counted_no_more", ()),
)
"""What both rules write besides: everybody ever displaced, the part of a person left over, and what is recorded."""


@dataclass(frozen=True)
class Calendar:
    """A schedule as the rule reads it.

    days : what holds on each day of the schedule
    ways : the shortest ways (rule `followers`)
    roads : the network (rule `flee3`)
    restart : the day before whose morning people in camps were counted one by one, and (camp,) persons; None if never
    case : from the first day of the scenario to the last of the schedule
    """

    days: tuple[Morning, ...] | tuple[Day, ...]
    ways: Ways | None
    roads: Roads | None
    restart: tuple[int, Ints] | None
    case: DisplacementCase


def settle(arrays: tuple[Array, ...], start: Crowd | People, camps: Ints, state: State) -> None:
    """Put people where they are on the first morning, in place; arrays : CROWD or PEOPLE, camps : place indices."""
    for array, values in zip(arrays, start, strict=True):
        state[array.name][:] = np.moveaxis(values, 0, -1)
    state["displaced_ever"][:] = start.present.sum(axis=1)
    state["sheltered"][:] = start.present[:, camps].T


def _kernel_side(arrays: tuple[Array, ...], state: State) -> list[Ints]:
    """Return the arrays as the kernels read them, the future first; nothing is copied."""
    return [np.moveaxis(state[array.name], -1, 0) for array in arrays]


def _followers(net: Network, state: State, p: Inputs, today: Today) -> None:
    """Play one morning of rule `followers`."""
    country: Country
    morning: Morning
    country, morning, ahead, counts = today.wider
    new = _new(state, p, morning.new, float(morning.origin.sum()), ahead)
    crowd = Crowd(*_kernel_side(CROWD, state))
    if counts is not None:
        _restart(state, country.camp, counts, crowd.coming, crowd.owed)
    play_followers(country, morning._replace(new=new), crowd, today.seed, today.futures.astype(np.int64))
    state["crossed"][:] = _both_ways(crowd.entered)
    _report(state, country.camp, new, crowd.coming.sum(axis=(1, 2)), crowd.gone, today)


def _flee3(net: Network, state: State, p: Inputs, today: Today) -> None:
    """Play one morning of rule `flee3`."""
    roads: Roads
    day: Day
    camps: Ints
    roads, day, camps, ahead, counts = today.wider
    people = People(*_kernel_side(PEOPLE, state))
    if counts is not None:
        _restart(state, camps, counts, people.at, people.on)
        people.at[:, roads.place_base[camps]] = counts
    new = _new(state, p, day.new, float((day.origin * np.maximum(people.living[0], 0)).sum()), ahead)
    play_flee3(roads, day._replace(new=new), people, today.seed, today.futures.astype(np.int64))
    state["crossed"] += _both_ways(people.entered[:, : 2 * state["crossed"].shape[0]])
    _report(state, camps, new, people.on.sum(axis=1), np.zeros(new.size, dtype=np.int64), today)


def _restart(state: State, camps: Ints, counts: Ints, *elsewhere: Ints) -> None:
    """Put people where they were counted: nobody is on the road or outside camps; who left the counts stays away.

    The counts are true and the simulated people are not, so that here alone people may be made or lost.
    """
    state["displaced"][:] = 0
    for array in elsewhere:
        array[:] = 0
    state["displaced"][camps] = counts[:, None]
    state["displaced_ever"][:] = counts.sum() + state["counted_no_more"].astype(np.int64)


def _new(state: State, p: Inputs, counted: Ints, violence: float, ahead: bool) -> Ints:
    """Return (future,) persons newly displaced today: from counts up to as_of, from the assumed rate after it."""
    if not ahead:
        return np.repeat(counted, state["displaced_part"].size)
    if violence <= 0.0:
        return np.zeros(state["displaced_part"].size, dtype=np.int64)
    state["displaced_part"] += p[NEW.name] * p[FACTOR.name]
    whole = np.floor(state["displaced_part"] + 1e-9)
    state["displaced_part"] -= whole
    out: Ints = whole.astype(np.int64)
    return out


def _both_ways(entered: Ints) -> Ints:
    """Return (road, future) persons on either of the two links of a road; entered : (future, link)."""
    out: Ints = (entered[:, 0::2] + entered[:, 1::2]).T
    return out


def _report(state: State, camps: Ints, new: Ints, travelling: Ints, gone: Ints, today: Today) -> None:
    """Write what is recorded, and stop where people were made or lost."""
    present = state["displaced"]
    state["sheltered"][:] = present[camps]
    state["waiting"][:] = present.sum(axis=0) - present[camps].sum(axis=0)
    state["travelling"][:] = travelling
    state["counted_no_more"][:] = gone
    state["displaced_ever"] += new
    wrong = np.flatnonzero(present.sum(axis=0) + travelling + gone != state["displaced_ever"])
    if wrong.size:
        message = "displaced people were made or lost"
        future = int(today.futures[wrong[0]])
        raise SimulationError(message, policy="-", condition="-", future=future, day=today.day, process="movement")


FOLLOWERS_RULE = Rule(
    process="movement",
    name="followers",
    step=_followers,
    parameters=(NEW, FACTOR, *followers.PARAMETERS),
    states=(*CROWD, *REPORTED),
    summary="The displaced choose a camp by road distance, by who is there and by the room left, and go there.",
)

# what flee3 compiles once for all futures is not drawn per future
_SET = tuple(replace(q, low=q.default, high=q.default, dist="fixed") for q in flee3.PARAMETERS)

FLEE3_RULE = Rule(
    process="movement",
    name="flee3",
    step=_flee3,
    parameters=(NEW, FACTOR, *_SET),
    states=(*PEOPLE, *REPORTED),
    summary="The displaced hop from place to place as in Flee 3, its defects mended, until they reach a camp.",
)
