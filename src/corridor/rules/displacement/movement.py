"""Movement in a wider country, as a process of the day: rules `followers` and `flee3` (docs/rules/movement.md).

Each rule plays one morning of its own kernel on the state of a batch. What holds that morning in every future (open
roads, violence, camps that take people) is compiled once per schedule and comes with the day's address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from corridor.core.errors import SimulationError
from corridor.kernels.network import Network
from corridor.rules.base import Inputs, Rule, State, Today
from corridor.rules.displacement import flee3 as movement_flee3
from corridor.rules.displacement import followers as movement_followers
from corridor.rules.displacement.case import MovementCase
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

CROWD = ("displaced", "displaced_coming", "displaced_owed", "displaced_gone", "displaced_entered")
"""State of rule `followers`, in the order of `Crowd`."""
PEOPLE = (
    "displaced", "displaced_residents", "displaced_at", "displaced_on", "displaced_later", "displaced_entered",
)  # fmt: skip
"""State of rule `flee3`, in the order of `People`."""


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
    case: MovementCase


def first_state(names: tuple[str, ...], start: Crowd | People, camps: Ints, links: int) -> State:
    """Return the state of the process on the first morning.

    names : CROWD or PEOPLE; camps : (camp,) place indices; links : roads of the scenario, each two links of a rule
    """
    futures = start.present.shape[0]
    return {
        **dict(zip(names, start, strict=True)),
        "displaced_ever": start.present.sum(axis=1),
        "displaced_part": np.zeros(futures),
        "crossed": np.zeros((futures, links)),
        "sheltered": start.present[:, camps].astype(np.float64),
        "waiting": np.zeros(futures),
        "travelling": np.zeros(futures),
        "counted_no_more": np.zeros(futures),
    }


def _followers(net: Network, state: State, p: Inputs, today: Today) -> None:
    """Play one morning of rule `followers`."""
    country: Country
    morning: Morning
    country, morning, ahead, counts = today.wider
    new = _new(state, p, morning.new, float(morning.origin.sum()), ahead)
    crowd = Crowd(*(state[name] for name in CROWD))
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
    people = People(*(state[name] for name in PEOPLE))
    if counts is not None:
        _restart(state, camps, counts, people.at, people.on)
        people.at[:, roads.place_base[camps]] = counts
    new = _new(state, p, day.new, float((day.origin * np.maximum(people.living[0], 0)).sum()), ahead)
    play_flee3(roads, day._replace(new=new), people, today.seed, today.futures.astype(np.int64))
    state["crossed"] += _both_ways(people.entered[:, : 2 * state["crossed"].shape[1]])
    _report(state, camps, new, people.on.sum(axis=1), np.zeros(new.size, dtype=np.int64), today)


def _restart(state: State, camps: Ints, counts: Ints, *elsewhere: Ints) -> None:
    """Put people where they were counted: nobody is on the road or outside camps; who left the counts stays away.

    The counts are true and the simulated people are not, so that here alone people may be made or lost.
    """
    state["displaced"][:] = 0
    for array in elsewhere:
        array[:] = 0
    state["displaced"][:, camps] = counts
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
    """Return (future, road) persons on either of the two links of a road."""
    out: Ints = entered[:, 0::2] + entered[:, 1::2]
    return out


def _report(state: State, camps: Ints, new: Ints, travelling: Ints, gone: Ints, today: Today) -> None:
    """Write what is recorded, and stop where people were made or lost."""
    present = state["displaced"]
    state["sheltered"][:] = present[:, camps]
    state["waiting"][:] = present.sum(axis=1) - present[:, camps].sum(axis=1)
    state["travelling"][:] = travelling
    state["counted_no_more"][:] = gone
    state["displaced_ever"] += new
    wrong = np.flatnonzero(present.sum(axis=1) + travelling + gone != state["displaced_ever"])
    if wrong.size:
        message = "displaced people were made or lost"
        future = int(today.futures[wrong[0]])
        raise SimulationError(message, policy="-", condition="-", future=future, day=today.day, process="movement")


_READS = ("regime",)
_WRITES = ("displaced", "sheltered", "waiting", "travelling", "counted_no_more", "crossed")

FOLLOWERS_RULE = Rule(
    future_first=True,
    process="movement",
    name="followers",
    step=_followers,
    parameters=(NEW, FACTOR, *movement_followers.PARAMETERS),
    reads=_READS,
    writes=_WRITES,
    summary="The displaced choose a camp by road distance, by who is there and by the room left, and go there.",
)

# what flee3 compiles once for all futures is not drawn per future
_SET = tuple(replace(q, low=q.default, high=q.default, dist="fixed") for q in movement_flee3.PARAMETERS)

FLEE3_RULE = Rule(
    future_first=True,
    process="movement",
    name="flee3",
    step=_flee3,
    parameters=(NEW, FACTOR, *_SET),
    reads=_READS,
    writes=_WRITES,
    summary="The displaced hop from place to place as in Flee 3, its defects mended, until they reach a camp.",
)
