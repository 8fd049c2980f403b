"""Leaving: who wants to go, and who sets out.

*Ordinary* (E36): each day a person becomes ready to leave with probability 1 - exp(-h),
h = h0 exp(b_s siege + b_H H + b_n gone), with siege = 1 while no commercial goods can come, H the share eating
less than they need (percentage points) and gone the share that left already. Where the way out is shut the
intent is kept (E39); where it is open, those who are ready set out after some days of preparation.
*Release*: after a loss of control nearly all are ready, and from the hour the exit opens departures follow the
logistic S-curve (E41), rescaled to start at zero. Scheduled buses take whoever wants to leave; vehicles need
fuel from their tanks or from local stock (E43), and who has none waits for a seat on a bus; who is able may walk instead.
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
from corridor.rules.flight.modes import (
    Buses,
    OnFoot,
    board_buses,
    daylight,
    expect_to_drive,
    set_out_on_foot,
    take_from_vehicles,
    wait_for_a_seat,
)
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
        "how much a road closed to commerce makes people leave (log of the daily chance)", minimum=-2.0, maximum=5.0,
    ),
    Parameter(
        "leaving.hunger", math.log(1.019), "1/pp", 0.0, 2 * math.log(1.019),
        "WFP, At the Root of Exodus (2017): one point more of food insecurity, 1.9 % more refugees; annual, between countries",
        "how much each percentage point of people who eat too little makes people leave (log of the daily chance)", maximum=0.2,
    ),
    Parameter(
        "leaving.network", 1.0, "1", 0.5, 2.0, "assumed: migration-network studies give the sign; wide range",
        "how much those who have left draw others after them (log of the daily chance)", maximum=10.0,
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
    Parameter(
        "leaving.able_to_walk", 0.5, "1", 0.3, 0.7,
        "assumed: households walk together, and about half of them have an infant, somebody frail or old",
        "share of people who can walk to an exit", maximum=1.0,
    ),
    Parameter(
        "leaving.walking_speed", 3.5, "km/hour", 2.5, 4.5,
        "adults walk 4-5 km/h; columns with children and loads are slower, 15-30 km a day",
        "speed of people on foot", minimum=0.1, maximum=10.0,
    ),
    Parameter(
        "leaving.walking_hours", 7.0, "hour/day", 5.0, 9.0, "assumed: hours a day on the move; never more than the daylight",
        "hours a day that people on foot walk", minimum=0.1, maximum=24.0,
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
    """(home, future) of them who set out before today, less those who turned back; updated"""


class Leaving(NamedTuple):
    """Who wants to leave and who sets out; written."""

    intent: Ints
    """(home, future) persons ready to leave, kept while the way out is shut"""
    turned_back: Ints
    """(home, future) persons who turned back yesterday and still want to leave; read"""
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
    residents: Residents, wish: Wish, way_out: Bytes, seed: int, futures: Words, day: int, leaving: Leaving
) -> None:
    """Let people become ready and set out where control was not lost; yesterday's departures are cleared.

    Parameters
    ----------
    way_out : (home, future) 1 where a way out is open
    """
    turned_back, address, people, deaths = leaving.turned_back, residents.address, residents.people, residents.deaths
    people_start, below, siege, released = residents.people_start, residents.below, residents.siege, residents.released
    intent, departures, hourly = leaving.intent, leaving.departures, leaving.hourly
    for h in range(people.shape[0]):
        for f in range(people.shape[1]):
            if departures[h, f] > 0:
                departures[h, f] = 0
                for hour in range(24):
                    hourly[h, hour, f] = 0
            alive = people[h, f] - deaths[h, f]
            intent[h, f] = min(intent[h, f] + turned_back[h, f], alive)  # some who were ready have died
            if released[h, f] or alive == 0:
                continue
            hungry = 100.0 * below[h, f] / alive
            gone = 1.0 - alive / people_start[h, f] if people_start[h, f] > 0 else 0.0
            rate = hazard(wish.ordinary[f], siege[h, f], wish.siege[f], hungry, wish.hunger[f], gone, wish.network[f])
            u = uniform(seed, futures[f], day, READY, address[h])
            intent[h, f] += binomial(u, alive - intent[h, f], 1.0 - math.exp(-rate))
            if way_out[h, f] == 0 or intent[h, f] == 0:
                continue
            u = uniform(seed, futures[f], day, SET_OUT, address[h])
            n = binomial(u, intent[h, f], 1.0 - math.exp(-1.0 / wish.preparation[f]))
            departures[h, f] = n
            if n > 0:
                # evenly over the day, in whole persons
                for hour in range(24):
                    hourly[h, hour, f] = n * (hour + 1) // 24 - n * hour // 24


@kernel
def leave_after_release(residents: Residents, release: Release, way_out: Bytes, day: int, leaving: Leaving) -> None:
    """Spread the day's departures over its hours where control was lost; way_out as in ordinary times."""
    people, deaths, released = residents.people, residents.deaths, residents.released
    pool, gone, turned_back = release.pool, release.gone, leaving.turned_back
    intent, departures, hourly = leaving.intent, leaving.departures, leaving.hourly
    for h in range(people.shape[0]):
        for f in range(people.shape[1]):
            if released[h, f] == 0:
                continue
            alive = people[h, f] - deaths[h, f]
            if pool[h, f] < 0:
                pool[h, f] = int(math.floor(release.share[f] * alive + 0.5))
            elif turned_back[h, f] > 0:
                gone[h, f] = max(0, gone[h, f] - turned_back[h, f])
            intent[h, f] = min(alive, pool[h, f] - gone[h, f])
            # nobody sets out where no way leads out
            if intent[h, f] <= 0 or way_out[h, f] == 0:
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
def set_out(
    released: Bytes, walkers: Ints, boarded: Ints, bus_home: Ints, departures: Ints, intent: Ints, pool_gone: Ints
) -> None:
    """Add those on foot and on buses to the departures, and count all as gone; (home, future), (bus, future)."""
    for b in range(boarded.shape[0]):
        for f in range(boarded.shape[1]):
            departures[bus_home[b], f] += boarded[b, f]
    for h in range(departures.shape[0]):
        for f in range(departures.shape[1]):
            departures[h, f] += walkers[h, f]
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
    departures, hourly, walkers, boarded = s["departures"], s["hourly"], s["walkers"], s["boarded"]
    leaving = Leaving(s["intent"], s["turned_back"], departures, hourly)
    leave_in_ordinary_times(residents, wish, s["way_out"], today.seed, today.futures, today.day, leaving)
    release = Release(
        p["leaving.release_share"], p["leaving.midpoint"], p["leaving.slope"], s["exit_hour"], s["pool"],
        s["pool_gone"],
    )  # fmt: skip
    leave_after_release(residents, release, s["way_out"], today.day, leaving)
    walkers[:] = 0
    s["burned_by_cars"][:] = 0.0
    if net.bus_home.size:
        buses = Buses(net.bus_home, net.bus_days, p["buses.seats"], p["buses.departures"], s["bus_hours"])
        board_buses(buses, today.day, s["intent"], departures, hourly, boarded)
    if departures.any():
        _drive_or_walk(net, s, p, today)
    if departures.any() or walkers.any() or boarded.any():
        set_out(s["released"], walkers, boarded, net.bus_home, departures, s["intent"], s["pool_gone"])


def _drive_or_walk(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Divide those who set out between their vehicles, as far as these have fuel, and their feet."""
    light = daylight(net.latitude, net.new_year + today.day)
    np.multiply(p["leaving.walking_speed"], np.minimum(p["leaving.walking_hours"], light), out=s["km_on_foot"])
    departures, hourly, going, drive, stuck = s["departures"], s["hourly"], s["going"], s["drive"], s["stuck"]
    foot = OnFoot(
        p["leaving.able_to_walk"], s["km_on_foot"], s["foot_km"], p["road.spread"], s["people_start"], s["walkers"],
        s["walked"],
    )  # fmt: skip
    expect_to_drive(net.home, s["exit_way"], s["exit_hours"], s["journey"], drive)
    set_out_on_foot(departures, drive, foot, today.seed, today.futures, today.day, net.home_address, going)
    take_from_vehicles(going, departures, hourly)
    fuel = Fuel(s["stock"], s["delivered"], s["produced"], s["used"], s["spoiled"], s["sent"], s["burned_by_lorries"])
    cars = Cars(p["road.occupancy"], p["leaving.tank"], p["leaving.consumption"], p["leaving.bus_seats"])
    stuck[:] = departures
    cut_to_fuel_and_seats(fuel, net.car_fuel, net.home, s["exit_km"], cars, departures, hourly, s["burned_by_cars"])
    stuck -= departures
    wait_for_a_seat(p["leaving.bus_seats"], stuck, drive)
    set_out_on_foot(stuck, drive, foot, today.seed, today.futures, today.day, net.home_address, going)


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
        Array("walkers", ("place",), np.int64),
        Array("walked", ("place",), np.int64),
        Array("boarded", ("bus",), np.int64),
        Array("km_on_foot", ()),
        Array("drive", ("place",)),
        Array("stuck", ("place",), np.int64),
        Array("going", ("place",), np.int64),
    ),
    reads=(
        "goods_way", "way_out", "exit_way", "exit_hours", "exit_km", "exit_hour", "foot_km", "bus_hours", "released", "delivered", "produced", "used", "spoiled", "sent",
        "burned_by_lorries", "below_requirement", "deaths", "people_start",
    ),
    yesterday=("people", "stock", "journey", "turned_back", "moved"),
    inputs=("road.occupancy", "road.spread", "buses.seats", "buses.departures"),
    summary="A small daily wish to leave in ordinary times; nearly all, along an S-curve, after a loss of control.",
)  # fmt: skip
