"""Leaving: who wants to go, and who sets out.

*Ordinary* (E36): each day a person becomes ready to leave with probability 1 - exp(-h),
h = h0 exp(b_s siege + b_H H + b_n gone), with siege = 1 while no commercial goods can come, H the share eating
less than they need (percentage points) and gone the share that left already. Where the way out is shut the
intent is kept (E39); where it is open, those who are ready set out after some days of preparation.
*Release*: after a loss of control nearly all are ready, and from the hour the exit opens departures follow the
logistic S-curve (E41), rescaled to start at zero. Vehicles need fuel from their tanks or from local stock (E43); who
has none waits for a seat on a bus.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from corridor.kernels.draw import Words, address, binomial, uniform
from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network
from corridor.rules.base import Array, Bytes, Floats, Inputs, Ints, Rule, State, Today
from corridor.rules.flight.fuel import Cars, Fuel, cut_to_fuel_and_seats
from corridor.rules.flight.queue import s_curve
from corridor.tables.parameter import Parameter

READY = address("leaving.ready")
SET_OUT = address("leaving.set_out")
COMMERCIAL = 1
"""Bit of the commercial class of traffic."""

PARAMETERS = (
    Parameter(
        "leaving.ordinary_hazard", 5e-5, "1/day", 1e-5, 2e-4,
        "assumed: about 2 % of residents a year (0.4-7 %) leave for good over an open road in peace; no net count exists",
        "daily hazard of becoming ready to leave, without siege or hunger",
        maximum=1.0,
    ),
    Parameter(
        "leaving.siege", 0.7, "1", 0.0, 1.5, "assumed: sign only; a closed road doubles the wish to leave (1 to 4.5 times)",
        "effect of a road closed to commerce on the log hazard", minimum=-2.0, maximum=5.0,
    ),
    Parameter(
        "leaving.hunger", math.log(1.019), "1/pp", 0.0, 2 * math.log(1.019),
        "WFP, At the Root of Exodus (2017): one point more of food insecurity, 1.9 % more refugees; annual, between countries",
        "effect of one percentage point of people below requirement on the log hazard", maximum=0.2,
    ),
    Parameter(
        "leaving.network", 1.0, "1", 0.5, 2.0, "assumed: migration-network studies give the sign; wide range",
        "effect of the share already gone on the log hazard", maximum=10.0,
    ),
    Parameter(
        "leaving.preparation", 5.0, "day", 1.0, 14.0, "assumed: days between being ready and setting out over an open road",
        "mean days of preparation in ordinary times", minimum=0.1, maximum=365.0,
    ),
    Parameter(
        "leaving.release_share", 0.97, "1", 0.85, 0.999,
        "enclaves after a loss of control: Kalbajar 2020 and Krajina 1995 emptied almost wholly; assumed for the range",
        "share of residents who leave after a loss of control, once they can", maximum=1.0,
    ),
    Parameter(
        "leaving.midpoint", 48.0, "hour", 24.0, 96.0,
        "assumed: response curves of hurricane evacuations reach half in 6-24 h; a whole society with households to clear takes one to four days",
        "hours from the opening of the exit until half of those who leave have set out", minimum=1.0, maximum=1000.0,
    ),
    Parameter(
        "leaving.slope", 0.07, "1/hour", 0.03, 0.15,
        "logit response curves fitted to hurricane evacuations are steeper (0.1-0.5); assumed slower for a whole society",
        "steepness of the S-curve of departures", minimum=0.001, maximum=2.0,
    ),
    Parameter(
        "leaving.tank", 25.0, "litre", 10.0, 45.0, "assumed: fuel in a private tank when the moment comes",
        "fuel in a leaving vehicle's tank", maximum=200.0,
    ),
    Parameter(
        "leaving.consumption", 14.0, "litre/100km", 10.0, 20.0, "assumed: 10-20 l/100 km for loaded cars and vans in a queue",
        "fuel that a leaving vehicle burns, idling included", minimum=1.0, maximum=100.0,
    ),
    Parameter(
        "leaving.bus_seats", 500.0, "persons/day", 100.0, 2000.0, "assumed: a few buses a day for those without a vehicle",
        "seats a day for people whose vehicles have no fuel", maximum=1e6,
    ),
)  # fmt: skip


class Residents(NamedTuple):
    """Who lives in the homes today, and how; all but the first two (home, future)."""

    home: Ints
    """(home,) place"""
    address: Words
    """(home,) of its draws"""
    people: Ints
    """persons this morning"""
    deaths: Ints
    """of them who died today"""
    people_start: Ints
    """persons at the start, and those who moved in since, less those who moved out"""
    below: Floats
    """persons below requirement"""
    siege: Bytes
    """1 while no commercial goods can come"""
    released: Bytes
    """1 after a loss of control"""


class Wish(NamedTuple):
    """What drives ordinary leaving; all (future,)."""

    ordinary: Floats
    """1/day without siege or hunger"""
    siege: Floats
    """effects on the log hazard"""
    hunger: Floats
    network: Floats
    preparation: Floats
    """mean days between being ready and setting out"""


class Release(NamedTuple):
    """Leaving after a loss of control; (future,) but the last two."""

    share: Floats
    """of residents who leave"""
    midpoint: Floats
    """hours until half of them have set out"""
    slope: Floats
    """1/hour"""
    exit_hour: Floats
    """hour since the start at which the way out opens"""
    pool: Ints
    """(home, future) persons who will leave, fixed on the first day of release; -1 before"""
    gone: Ints
    """(home, future) of them who set out before today"""


class Leaving(NamedTuple):
    """Who wants to leave and who sets out; written."""

    intent: Ints
    """(home, future) persons ready to leave, kept while the way out is shut"""
    departures: Ints
    """(home, future) persons/day"""
    hourly: Ints
    """(home, 24, future) persons/hour; 0 all day where nobody departs"""


@kernel
def hazard(
    h0: float, siege: float, b_siege: float, hungry_pp: float, b_hunger: float, gone: float, b_gone: float
) -> float:
    """Return the daily hazard of becoming ready to leave (E36 without distance, violence and exit terms)."""
    return h0 * math.exp(b_siege * siege + b_hunger * hungry_pp + b_gone * gone)


@kernel
def besiege(home: Ints, from_home: Ints, traffic: Bytes, goods_way: Ints, siege: Bytes) -> None:
    """Write 1 for homes that no commercial pipeline from outside can reach today.

    Parameters
    ----------
    from_home, traffic : (pipeline,) home that it starts from, -1 outside; class of traffic
    goods_way : (pipeline, place, future) link by which a place is reached, -1 where no way leads
    siege : (home, future) written
    """
    siege[:] = 1
    for pipe in range(from_home.size):
        if from_home[pipe] != NONE or traffic[pipe] != COMMERCIAL:
            continue
        for h in range(siege.shape[0]):
            for f in range(siege.shape[1]):
                if goods_way[pipe, home[h], f] != NONE:
                    siege[h, f] = 0


@kernel
def leave_in_ordinary_times(
    residents: Residents, wish: Wish, exit_way: Ints, seed: int, futures: Words, day: int, leaving: Leaving
) -> None:
    """Let people become ready and set out where control was not lost; yesterday's departures are cleared.

    Parameters
    ----------
    exit_way : (place, future) next link on the way out, -1 where it is shut
    """
    home, address, people, deaths = residents.home, residents.address, residents.people, residents.deaths
    people_start, below, siege, released = residents.people_start, residents.below, residents.siege, residents.released
    intent, departures, hourly = leaving.intent, leaving.departures, leaving.hourly
    for h in range(people.shape[0]):
        for f in range(people.shape[1]):
            if departures[h, f] > 0:
                departures[h, f] = 0
                for hour in range(24):
                    hourly[h, hour, f] = 0
            alive = people[h, f] - deaths[h, f]
            intent[h, f] = min(intent[h, f], alive)  # some who were ready have died
            if released[h, f] or alive == 0:
                continue
            hungry = 100.0 * below[h, f] / alive
            gone = 1.0 - alive / people_start[h, f] if people_start[h, f] > 0 else 0.0
            rate = hazard(wish.ordinary[f], siege[h, f], wish.siege[f], hungry, wish.hunger[f], gone, wish.network[f])
            u = uniform(seed, futures[f], day, READY, address[h])
            intent[h, f] += binomial(u, alive - intent[h, f], 1.0 - math.exp(-rate))
            if exit_way[home[h], f] == NONE or intent[h, f] == 0:
                continue
            u = uniform(seed, futures[f], day, SET_OUT, address[h])
            n = binomial(u, intent[h, f], 1.0 - math.exp(-1.0 / wish.preparation[f]))
            departures[h, f] = n
            if n > 0:
                # evenly over the day, in whole persons
                for hour in range(24):
                    hourly[h, hour, f] = n * (hour + 1) // 24 - n * hour // 24


@kernel
def leave_after_release(residents: Residents, release: Release, exit_way: Ints, day: int, leaving: Leaving) -> None:
    """Spread the day's departures over its hours where control was lost; exit_way as in ordinary times."""
    home, people, deaths, released = residents.home, residents.people, residents.deaths, residents.released
    pool, gone = release.pool, release.gone
    intent, departures, hourly = leaving.intent, leaving.departures, leaving.hourly
    for h in range(people.shape[0]):
        for f in range(people.shape[1]):
            if released[h, f] == 0:
                continue
            alive = people[h, f] - deaths[h, f]
            if pool[h, f] < 0:
                pool[h, f] = int(math.floor(release.share[f] * alive + 0.5))
            intent[h, f] = min(alive, pool[h, f] - gone[h, f])
            # nobody sets out where no way leads out
            if intent[h, f] <= 0 or exit_way[home[h], f] == NONE:
                continue
            out, left = gone[h, f], intent[h, f]
            for hour in range(24):
                t = 24.0 * day + hour + 1.0 - release.exit_hour[f]
                if t <= 0.0:
                    continue
                due = int(math.floor(pool[h, f] * s_curve(t, release.midpoint[f], release.slope[f]) + 0.5))
                if due > out:
                    # some of the pool may have died at home
                    n = min(due - out, left)
                    hourly[h, hour, f] += n
                    left -= n
                    out = due
            departures[h, f] = intent[h, f] - left


@kernel
def set_out(released: Bytes, departures: Ints, intent: Ints, pool_gone: Ints) -> None:
    """Count those who set out today as gone; all (home, future)."""
    for h in range(departures.shape[0]):
        for f in range(departures.shape[1]):
            intent[h, f] -= departures[h, f]
            if released[h, f]:
                pool_gone[h, f] += departures[h, f]


def leave_today(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of leaving; the ledger takes those who leave off the people."""
    besiege(net.home, net.pipeline_home, net.pipeline_class, s["goods_way"], s["siege"])
    residents = Residents(
        net.home, net.home_address, s["people"], s["deaths"], s["people_start"] + s["moved"], s["below_requirement"], s["siege"],
        s["released"],
    )  # fmt: skip
    wish = Wish(
        p["leaving.ordinary_hazard"], p["leaving.siege"], p["leaving.hunger"], p["leaving.network"],
        p["leaving.preparation"],
    )  # fmt: skip
    leaving = Leaving(s["intent"], s["departures"], s["hourly"])
    leave_in_ordinary_times(residents, wish, s["exit_way"], today.seed, today.futures, today.day, leaving)
    release = Release(
        p["leaving.release_share"], p["leaving.midpoint"], p["leaving.slope"], s["exit_hour"], s["pool"],
        s["pool_gone"],
    )  # fmt: skip
    leave_after_release(residents, release, s["exit_way"], today.day, leaving)
    fuel = Fuel(s["stock"], s["delivered"], s["produced"], s["used"], s["spoiled"], s["sent"], s["burned_by_lorries"])
    cars = Cars(p["road.occupancy"], p["leaving.tank"], p["leaving.consumption"], p["leaving.bus_seats"])
    burned, exit_km = s["burned_by_cars"], s["exit_km"]
    cut_to_fuel_and_seats(fuel, net.car_fuel, net.home, exit_km, cars, s["departures"], s["hourly"], burned)
    set_out(s["released"], s["departures"], s["intent"], s["pool_gone"])


RULE = Rule(
    process="leaving",
    name="ordinary_and_release",
    step=leave_today,
    parameters=PARAMETERS,
    states=(
        Array("intent", ("place",), np.int64),
        Array("departures", ("place",), np.int64),
        Array("hourly", ("place", "hour"), np.int64),
        Array("pool", ("place",), np.int64, -1),
        Array("pool_gone", ("place",), np.int64),
        Array("siege", ("place",), np.uint8),
        Array("burned_by_cars", ("place", "commodity")),
    ),
    reads=(
        "goods_way", "exit_way", "exit_km", "exit_hour", "released", "delivered", "produced", "used", "spoiled", "sent",
        "burned_by_lorries", "below_requirement", "deaths", "people_start",
    ),
    yesterday=("people", "stock", "moved"),
    inputs=("road.occupancy",),
    summary="A small daily wish to leave in ordinary times; nearly all, along an S-curve, after a loss of control.",
)  # fmt: skip
