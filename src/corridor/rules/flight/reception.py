"""Reception: registration per hour, beds, and where people go on to live.

Registered today = min(people waiting for registration + arrivals, hours x registrations per hour). Those registered go on to
destinations by fixed shares, in whole persons (the largest debt first); there a share of them asks for a state bed
while beds last. Shares and beds are the folder's (`reception.csv`). Where a road lets people in again, some of those who
arrived go home, a stated share a day; homes where control was lost take nobody.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.draw import Words, address, binomial, uniform
from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Bytes, Floats, Inputs, Ints, Rule, State, Today
from corridor.tables.parameter import Parameter

RETURN = address("reception.return")

PARAMETERS = (
    Parameter(
        "reception.asks_for_bed", 0.4, "1", 0.2, 0.6,
        "assumed: most displaced households in Armenia 2020 stayed with relatives or rented; a minority used collective centres",
        "share of registered people who ask for a state bed", maximum=1.0,
    ),
    Parameter(
        "reception.returns", 0.0, "1/day", 0.0, 0.0, "assumed: nobody goes back unless the case says so; no rate is known",
        "share a day of those away who go home where people are let in", dist="fixed", maximum=1.0,
    ),
)  # fmt: skip


class Chance(NamedTuple):
    """Where the draws of the day lie."""

    seed: int
    day: int
    futures: Words
    home: Words
    """(home,) addresses"""


@kernel
def register_arrivals(
    arrivals: Ints, per_hour: Floats, unregistered: Ints, carry: Floats, registered: Ints, new: Ints
) -> None:
    """Register people at each place of registration.

    Parameters
    ----------
    arrivals : (destination, future) persons/day
    per_hour : (destination, future) registrations/hour
    unregistered : (destination, future) persons not registered yet, updated
    carry : (destination, future) fraction of a registration, updated
    registered : (destination, future) persons so far, updated
    new : (future,) persons registered today, written
    """
    new[:] = 0
    for r in range(arrivals.shape[0]):
        for f in range(arrivals.shape[1]):
            unregistered[r, f] += arrivals[r, f]
            able = 24.0 * per_hour[r, f] + carry[r, f]
            done = unregistered[r, f] if unregistered[r, f] <= able else int(able)
            carry[r, f] = able - done if done < unregistered[r, f] else 0.0
            unregistered[r, f] -= done
            registered[r, f] += done
            new[f] += done


@kernel
def settle_people(
    new: Ints, share: Floats, asks: Floats, beds: Floats, debt: Floats, settled: Ints, housed: Ints
) -> None:
    """Send the newly registered on, in whole persons.

    Parameters
    ----------
    new : (future,) persons; asks : (future,) share who ask for a bed
    share : (destination, future) where people go on to, sums to 1
    beds : (destination, future)
    debt : (destination, future) persons owed to each destination by rounding, updated
    settled, housed : (destination, future) persons who live there; of them in state beds; updated
    """
    destinations = share.shape[0]
    for f in range(new.size):
        left = new[f]
        if left == 0:
            continue
        for r in range(destinations):
            debt[r, f] += new[f] * share[r, f]
        while left > 0:
            best = 0
            for r in range(destinations):
                if debt[r, f] > debt[best, f]:
                    best = r
            n = min(left, max(1, int(debt[best, f])))
            debt[best, f] -= n
            settled[best, f] += n
            left -= n
        for r in range(destinations):
            wanted = int(settled[r, f] * asks[f] + 0.5)
            housed[r, f] = max(housed[r, f], min(wanted, int(beds[r, f])))


@kernel
def count_away(departures: Ints, turned_back: Ints, arrivals: Ints, away: Ints, safe: Ints) -> None:
    """Bring up to date who is away from each home, and how many of all reached an exit.

    Parameters
    ----------
    departures, turned_back : (home, future) persons today
    arrivals : (destination, future) persons today
    away : (home, future), safe : (future,) persons, updated
    """
    for h in range(away.shape[0]):
        for f in range(away.shape[1]):
            away[h, f] += departures[h, f] - turned_back[h, f]
    for r in range(arrivals.shape[0]):
        for f in range(arrivals.shape[1]):
            safe[f] += arrivals[r, f]


@kernel
def go_home(
    chance: Chance, share: Floats, way_back: Bytes, released: Bytes, away: Ints, safe: Ints, came_back: Ints
) -> None:
    """Let people return home where people are let in and control was not lost.

    Parameters
    ----------
    share : (future,) of those away, a day
    way_back, released : (home, future) 1 where a way in is open; where control was lost
    away : (home, future), safe : (future,) persons away, of all who reached an exit, updated
    came_back : (home, future) persons today, written
    """
    for h in range(away.shape[0]):
        for f in range(away.shape[1]):
            came_back[h, f] = 0
            if share[f] == 0.0 or way_back[h, f] == 0 or released[h, f] or safe[f] == 0 or away[h, f] <= 0:
                continue
            u = uniform(chance.seed, chance.futures[f], chance.day, RETURN, chance.home[h])
            came_back[h, f] = binomial(u, min(away[h, f], safe[f]), share[f])
            away[h, f] -= came_back[h, f]
            safe[f] -= came_back[h, f]


def receive_today(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of reception."""
    register_arrivals(
        s["arrivals"], p["reception.registrations"], s["unregistered"], s["registration_carry"],
        s["registered"], s["newly_registered"],
    )  # fmt: skip
    settle_people(
        s["newly_registered"], p["reception.onward"], p["reception.asks_for_bed"], p["reception.beds"],
        s["onward_debt"], s["settled"], s["housed"],
    )  # fmt: skip
    count_away(s["departures"], s["turned_back"], s["arrivals"], s["away"], s["safe"])
    if p["reception.returns"].any():
        chance = Chance(today.seed, today.day, today.futures, net.home_address)
        go_home(chance, p["reception.returns"], s["way_back"], s["released"], s["away"], s["safe"], s["came_back"])


RULE = Rule(
    process="reception",
    name="register_and_go_on",
    step=receive_today,
    parameters=PARAMETERS,
    states=(
        Array("unregistered", ("destination",), np.int64),
        Array("registration_carry", ("destination",)),
        Array("registered", ("destination",), np.int64),
        Array("newly_registered", (), np.int64),
        Array("onward_debt", ("destination",)),
        Array("settled", ("destination",), np.int64),
        Array("housed", ("destination",), np.int64),
        Array("away", ("place",), np.int64),
        Array("safe", (), np.int64),
        Array("came_back", ("place",), np.int64),
    ),
    reads=("arrivals", "departures", "turned_back", "way_back", "released"),
    inputs=("reception.registrations", "reception.onward", "reception.beds"),
    summary="People register (so many an hour), go on to where they will live, some into state beds.",
)
