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

import numpy as np

from corridor.kernels.draw import Words, address, binomial, uniform
from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, Network
from corridor.rules.base import Bytes, Floats, Inputs, Ints, Rule, State, Today
from corridor.rules.flight.queue import s_curve
from corridor.tables.parameter import Parameter

READY = address("leaving.ready")
SET_OUT = address("leaving.set_out")
COMMERCIAL = 1
"""Bit of the commercial class of traffic."""
LITRES_PER_TONNE = 1333.0
"""petrol, 0.75 kg/l"""

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


@kernel
def hazard(
    h0: float, siege: float, b_siege: float, hungry_pp: float, b_hunger: float, gone: float, b_gone: float
) -> float:
    """Return the daily hazard of becoming ready to leave (E36 without distance, violence and exit terms)."""
    return h0 * math.exp(b_siege * siege + b_hunger * hungry_pp + b_gone * gone)


@kernel
def under_siege(net: Network, goods_way: Ints, siege: Bytes) -> None:
    """Write 1 for homes that no commercial pipeline can reach today; goods_way : (future, pipeline, place)."""
    for f in range(siege.shape[0]):
        for h in range(siege.shape[1]):
            siege[f, h] = 1
            for pipe in range(net.pipeline_from.size):
                outside = net.pipeline_home[pipe] == NONE
                if outside and net.pipeline_class[pipe] == COMMERCIAL and goods_way[f, pipe, net.home[h]] != NONE:
                    siege[f, h] = 0
                    break


@kernel
def spread_over_hours(setting_out: Ints, hourly: Ints) -> None:
    """Spread ordinary departures evenly over the day, in whole persons; hourly : (future, home, 24), written."""
    for f in range(setting_out.shape[0]):
        for h in range(setting_out.shape[1]):
            n = setting_out[f, h]
            for hour in range(24):
                hourly[f, h, hour] = n * (hour + 1) // 24 - n * hour // 24 if n > 0 else 0


@kernel
def set_out(
    net: Network, exit_way: Ints, released: Bytes, hourly: Ints, people: Ints, intent: Ints, pool_gone: Ints,
    departures: Ints,
) -> None:  # fmt: skip
    """Take those who set out from their homes, in place; nobody sets out where no way leads out."""
    for f in range(people.shape[0]):
        for h in range(people.shape[1]):
            n = 0
            for hour in range(24):
                if exit_way[f, net.home[h]] == NONE:
                    hourly[f, h, hour] = 0
                n += hourly[f, h, hour]
            departures[f, h] = n
            people[f, h] -= n
            intent[f, h] -= n
            if released[f, h]:
                pool_gone[f, h] += n


@kernel
def ordinary(
    net: Network, seed: int, futures: Words, day: int, people: Ints, people_start: Ints, below: Floats, siege: Bytes,
    h0: Floats, b_siege: Floats, b_hunger: Floats, b_gone: Floats, preparation: Floats,
    released: Bytes, exit_way: Ints, intent: Ints, setting_out: Ints,
) -> None:  # fmt: skip
    """Play ordinary leaving for one day.

    Parameters
    ----------
    people, people_start : (future, home) persons now and at the start
    below : (future, home) persons below requirement
    siege : (future, home) 1 while no commercial goods can come
    h0, b_siege, b_hunger, b_gone, preparation : (future,)
    released : (future, home) 1 after a loss of control: ordinary leaving has ended there
    exit_way : (future, place) next link on the way out, -1 where it is shut
    intent : (future, home) persons ready to leave, updated; at most `people`
    setting_out : (future, home) persons who set out today, written
    """
    for f in range(people.shape[0]):
        for h in range(people.shape[1]):
            setting_out[f, h] = 0
            intent[f, h] = min(intent[f, h], people[f, h])  # some who were ready have died
            if released[f, h] or people[f, h] == 0:
                continue
            hungry = 100.0 * below[f, h] / people[f, h]
            gone = 1.0 - people[f, h] / people_start[f, h] if people_start[f, h] > 0 else 0.0
            rate = hazard(h0[f], siege[f, h], b_siege[f], hungry, b_hunger[f], gone, b_gone[f])
            u = uniform(seed, futures[f], day, READY, net.home_address[h])
            intent[f, h] += binomial(u, people[f, h] - intent[f, h], 1.0 - math.exp(-rate))
            if exit_way[f, net.home[h]] != NONE and intent[f, h] > 0:
                u = uniform(seed, futures[f], day, SET_OUT, net.home_address[h])
                setting_out[f, h] = binomial(u, intent[f, h], 1.0 - math.exp(-1.0 / preparation[f]))


@kernel
def release(
    net: Network, day: int, people: Ints, released: Bytes, share: Floats, midpoint: Floats, slope: Floats,
    exit_hour: Floats, pool: Ints, gone: Ints, intent: Ints, hourly: Ints,
) -> None:  # fmt: skip
    """Spread the day's departures over its hours where control was lost.

    Parameters
    ----------
    people : (future, home)
    released : (future, home) 1 after a loss of control
    share, midpoint, slope : (future,)
    exit_hour : (future,) hour since the start at which the way out opens
    pool : (future, home) persons who will leave, fixed on the first day of release; -1 before
    gone : (future, home) persons of the pool who set out so far (not changed here)
    intent : (future, home) written
    hourly : (future, home, 24) persons who want to set out in each hour, added to
    """
    for f in range(people.shape[0]):
        for h in range(people.shape[1]):
            if released[f, h] == 0:
                continue
            if pool[f, h] < 0:
                pool[f, h] = int(math.floor(share[f] * people[f, h] + 0.5))
            intent[f, h] = min(people[f, h], pool[f, h] - gone[f, h])
            if intent[f, h] <= 0:
                continue
            out, left = gone[f, h], intent[f, h]
            for hour in range(24):
                t = 24.0 * day + hour + 1.0 - exit_hour[f]
                if t <= 0.0:
                    continue
                due = int(math.floor(pool[f, h] * s_curve(t, midpoint[f], slope[f]) + 0.5))
                if due > out:
                    # some of the pool may have died at home
                    leaving = min(due - out, left)
                    hourly[f, h, hour] += leaving
                    left -= leaving
                    out = due


@kernel
def fuel_left(
    net: Network, stock: Floats, delivered: Floats, produced: Floats, used: Floats, spoiled: Floats, sent: Floats,
    burned: Floats, left: Floats,
) -> None:  # fmt: skip
    """Write the fuel that is left for cars after today's use: left (future, home) t, the others as in the ledger."""
    c = net.car_fuel
    if c == NONE:
        return
    for f in range(left.shape[0]):
        for h in range(left.shape[1]):
            come = stock[f, h, c] + delivered[f, h, c] + produced[f, h, c]
            spent = used[f, h, c] + spoiled[f, h, c] + sent[f, h, c] + burned[f, h, c]
            left[f, h] = max(0.0, come - spent)


@kernel
def fuel_and_seats(
    net: Network, exit_km: Floats, at_hand: Floats, burned: Floats, occupancy: Floats, tank: Floats, consumption: Floats,
    seats: Floats, hourly: Ints,
) -> None:  # fmt: skip
    """Cut the hours' departures to the vehicles that have fuel and the seats on buses (E43), in place.

    at_hand : (future, home) t of fuel left after today's use. What tanks lack is taken from it and added to `burned`
    (future, home, commodity) t. Who is cut wants to leave tomorrow.
    """
    for f in range(hourly.shape[0]):
        for h in range(hourly.shape[1]):
            wanting = 0
            for hour in range(24):
                wanting += hourly[f, h, hour]
            if wanting == 0 or not np.isfinite(exit_km[f, net.home[h]]):
                continue
            lacking = consumption[f] * exit_km[f, net.home[h]] / 100.0 - tank[f]
            if lacking <= 0.0 or net.car_fuel == NONE:
                continue
            drivers = int(max(0.0, at_hand[f, h]) * LITRES_PER_TONNE / lacking * occupancy[f])
            allowed = min(wanting, drivers + int(seats[f]))
            driving = min(drivers, allowed)
            burned[f, h, net.car_fuel] += driving / occupancy[f] * lacking / LITRES_PER_TONNE
            left = allowed
            for hour in range(24):
                hourly[f, h, hour] = min(hourly[f, h, hour], left)
                left -= hourly[f, h, hour]


def start(net: Network, s: State, p: Inputs) -> None:
    """Nobody is ready to leave yet."""
    shape = s["people"].shape
    s["intent"] = np.zeros(shape, np.int64)
    s["setting_out"] = np.zeros(shape, np.int64)
    s["pool"] = np.full(shape, -1, np.int64)
    s["pool_gone"] = np.zeros(shape, np.int64)
    s["hourly"] = np.zeros((*shape, 24), np.int64)
    s["departures"] = np.zeros(shape, np.int64)
    s["siege"] = np.zeros(shape, np.uint8)
    s["fuel_at_hand"] = np.zeros(shape)
    s["alive"] = np.zeros(shape, np.int64)
    s["burned_by_cars"] = np.zeros_like(s["stock"])


def step(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of leaving; people move to the road in the same step."""
    under_siege(net, s["goods_way"], s["siege"])
    np.subtract(s["people"], s["deaths"], out=s["alive"])
    s["burned_by_cars"][:] = 0.0
    ordinary(
        net, today.seed, today.futures, today.day, s["alive"], s["people_start"], s["below_requirement"], s["siege"],
        p["leaving.ordinary_hazard"], p["leaving.siege"], p["leaving.hunger"], p["leaving.network"],
        p["leaving.preparation"], s["released"], s["exit_way"], s["intent"], s["setting_out"],
    )  # fmt: skip
    spread_over_hours(s["setting_out"], s["hourly"])
    release(
        net, today.day, s["alive"], s["released"], p["leaving.release_share"], p["leaving.midpoint"],
        p["leaving.slope"], s["exit_hour"], s["pool"], s["pool_gone"], s["intent"], s["hourly"],
    )  # fmt: skip
    fuel_left(
        net,
        s["stock"],
        s["delivered"],
        s["produced"],
        s["used"],
        s["spoiled"],
        s["sent"],
        s["burned_by_lorries"],
        s["fuel_at_hand"],
    )
    fuel_and_seats(
        net, s["exit_km"], s["fuel_at_hand"], s["burned_by_cars"], p["road.occupancy"], p["leaving.tank"],
        p["leaving.consumption"], p["leaving.bus_seats"], s["hourly"],
    )  # fmt: skip
    set_out(
        net, s["exit_way"], s["released"], s["hourly"], s["alive"], s["intent"], s["pool_gone"], s["departures"],
    )  # fmt: skip


RULE = Rule(
    future_first=True, process="leaving", name="ordinary_and_release", step=step, start=start, parameters=PARAMETERS,
    reads=("people", "below_requirement", "exit_way", "exit_km", "exit_hour", "released", "stock", "deaths"),
    writes=("intent", "departures", "hourly", "burned_by_cars"),
    summary="A small daily wish to leave in ordinary times; nearly all, along an S-curve, after a loss of control.",
)  # fmt: skip
