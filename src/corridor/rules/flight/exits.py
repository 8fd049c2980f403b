"""Exits: which links let people out today, and which ways lead to a place where they are safe.

People may leave over a link where its regime lets them out. After a loss of control the ways to the exits that say so
open as well, after an uncertain delay, except where a policy or a condition forces a link closed to people: forced
closed is closed. A link that carries nobody (wholly damaged, no vehicle an hour) leads nowhere.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE, PEOPLE_IN, PEOPLE_OUT, Network, links_at, other_end, shortest_ways
from corridor.kernels.order import order_of
from corridor.rules.base import Array, Bytes, Floats, Inputs, Ints, Rule, State, Today
from corridor.rules.flight.usable import mark_usable
from corridor.tables.parameter import Parameter

DRIVE, WALK, BUS, BACK = 1, 2, 4, 8
"""Bits of who passes a link."""

PARAMETERS = (
    Parameter(
        "exits.delay", 3.0, "day", 0.9, 9.0,
        "assumed: no data set of delays; eastern Aleppo 2016 two to nine days from the deal, the autumn of 2020 none, two "
        "weeks at most: the prior of the blind back-test, a PERT from 0 to 14 with mode 3, by its 5 % and 95 %",
        "days from a loss of control until the ways to the exits open",
        minimum=0.0, maximum=365.0,
    ),
)  # fmt: skip


class Ways(NamedTuple):
    """The ways out; written where something changed."""

    link: Ints
    """(place, future) next link on the quickest way without queues, -1 where no way leads out"""
    hours: Floats
    """(place, future) ride on that way"""
    km: Floats
    """(place, future) its length"""
    order: Ints
    """(place, future) places at which somebody may stand on the way, farthest in hours first, then -1"""
    usable: Bytes
    """(link, 2, future) 1 where a way out begins with the link, entered at `from` (0) or `to` (1)"""
    several: Bytes
    """(future,) 1 where people have more than one link to choose from at some place"""


class OtherWays(NamedTuple):
    """Ways that are no drive of one's own; written where something changed."""

    foot_km: Floats
    """(home, future) length of the shortest way on foot, infinity where none is open"""
    foot_exit: Ints
    """(home, future) place to which it leads, -1 where none is open"""
    bus_hours: Floats
    """(bus, future) ride, infinity where the way is shut"""
    out: Bytes
    """(home, future) 1 where some way out is open, driving or on foot"""
    back: Bytes
    """(home, future) 1 where a way in from an exit is open to people"""


@kernel
def lose_control(release: Bytes, granted: Floats, delay: Floats, day: int, exit_hour: Floats, released: Bytes) -> None:
    """Note where control is lost today, and from which hour people may leave.

    Parameters
    ----------
    release : (place, future) 1 where control is lost today; released : where it was ever lost, updated
    granted : (future,) hour at which a choice lets people out, infinity where none does
    delay : (future,) days from a loss of control until people may leave
    exit_hour : (future,) hours since the start, infinity before a way out is granted; the first grant holds
    """
    for h in range(release.shape[0]):
        for f in range(release.shape[1]):
            released[h, f] = max(released[h, f], release[h, f])
    for f in range(exit_hour.size):
        if np.isfinite(exit_hour[f]):
            continue
        exit_hour[f] = granted[f]
        for h in range(release.shape[0]):
            if release[h, f] and not np.isfinite(exit_hour[f]):
                # control is lost at midday: the delay counts from there
                exit_hour[f] = 24.0 * day + 12.0 + 24.0 * delay[f]


@kernel
def let_people_out(
    regime_set: Bytes, sealed: Bytes, exit_hour: Floats, day: int, exit_link: Bytes, people_out: Bytes
) -> None:
    """Write 1 where people may leave over a link today (link, future).

    Parameters
    ----------
    regime_set : (link, future) classes of traffic that events, policies and choices let pass
    sealed : (link, future) 1 where a policy or a condition forces the link closed to people
    exit_hour : (future,) hour since the start; exit_link : (link,) 1 on ways that a loss of control opens
    """
    for k in range(people_out.shape[0]):
        for f in range(people_out.shape[1]):
            granted = exit_link[k] == 1 and sealed[k, f] == 0 and exit_hour[f] < 24.0 * (day + 1)
            people_out[k, f] = 1 if granted or regime_set[k, f] & PEOPLE_OUT else 0


@kernel
def note_changes(
    driven: Bytes, walked: Bytes, people_out: Bytes, regime: Bytes, damage: Floats, vehicles: Floats, passes: Bytes,
    changed: Ints,
) -> int:  # fmt: skip
    """Bring up to date who passes where, and return in how many futures that changed.

    Parameters
    ----------
    driven, walked : (link,) 1 where vehicles pass, where people can walk
    regime : (link, future) classes of traffic that are let pass
    damage, vehicles : (link, future) share lost, vehicles/hour without damage and weather
    passes : (link, future) sum of `DRIVE`, `WALK`, `BUS` where people are let out, and `BACK` where they are let in; 0 where
        all of the link is lost, updated
    changed : (future,) those futures first, written
    """
    links, futures = passes.shape
    differs = np.zeros(futures, np.uint8)
    for k in range(links):
        for f in range(futures):
            now = 0
            if damage[k, f] < 1.0:
                if people_out[k, f]:
                    now = BUS * driven[k] + WALK * walked[k]
                    if driven[k] and vehicles[k, f] > 0.0:
                        now += DRIVE
                if regime[k, f] & PEOPLE_IN:
                    now += BACK
            differs[f] |= now ^ passes[k, f]
            passes[k, f] = now
    n = 0
    for f in range(futures):
        if differs[f] != 0:
            changed[n] = f
            n += 1
    return n


@kernel
def find_ways_out(
    net: Network, which: Ints, passes: Bytes, hours: Floats, km: Floats, there: Bytes, ways: Ways
) -> None:
    """Find the ways out in the futures `which`.

    Parameters
    ----------
    passes : (link, future) who passes; hours, km : (link, future) ride and length
    there : (place, future) 1 where somebody is on the road
    """
    link_from, link_to, places = net.link_from, net.link_to, net.places
    home, exits = net.home, net.exits
    way, least, length, order, usable, several = ways.link, ways.hours, ways.km, ways.order, ways.usable, ways.several
    links = link_from.size
    open_now, used = np.zeros(links, np.uint8), np.zeros(places, np.uint8)
    distance, via = np.empty(places), np.empty(places, np.int64)
    at, first = links_at(link_from, link_to, places)
    begins, queue, hours_left = np.zeros((links, 2), np.uint8), np.empty(places, np.int64), np.empty(places)
    for f in which:
        for k in range(links):
            open_now[k] = passes[k, f] & DRIVE
        for place in range(places):
            least[place, f], way[place, f], order[place, f] = np.inf, NONE, NONE
            used[place] = there[place, f]
        for source in range(places):
            if exits[source] == 0:
                continue
            shortest_ways(source, link_from, link_to, open_now, hours, f, distance, via)
            for place in range(places):
                if distance[place] < least[place, f]:
                    least[place, f], way[place, f] = distance[place], via[place]
        for place in range(places):
            here, length[place, f] = place, np.inf if way[place, f] == NONE and exits[place] == 0 else 0.0
            while way[here, f] != NONE:
                length[place, f] += km[way[here, f], f]
                here = other_end(here, link_from[way[here, f]], link_to[way[here, f]])
        several[f] = 1 if mark_usable(link_from, link_to, at, first, open_now, exits, begins) else 0
        for k in range(links):
            usable[k, 0, f], usable[k, 1, f] = begins[k, 0], begins[k, 1]
        # wherever people may come to, from their homes and from where they are on the road
        for h in range(home.size):
            used[home[h]] = 1
        count = 0
        for place in range(places):
            if used[place]:
                queue[count] = place
                count += 1
        done = 0
        while done < count:
            place = queue[done]
            done += 1
            for x in range(first[place], first[place + 1]):
                k, far = at[x], other_end(place, link_from[at[x]], link_to[at[x]])
                if begins[k, 0 if link_from[k] == place else 1] and not used[far]:
                    used[far] = 1
                    queue[count] = far
                    count += 1
        n = 0
        for place in range(places):
            if used[place] and way[place, f] != NONE:
                queue[n], hours_left[n] = place, -least[place, f]
                n += 1
        by_hours = order_of(hours_left, n)
        for i in range(n):
            order[i, f] = queue[by_hours[i]]


@kernel
def find_other_ways(
    net: Network, which: Ints, passes: Bytes, hours: Floats, km: Floats, way: Ints, other: OtherWays
) -> None:
    """Find ways on foot, of buses, and back in, in the futures `which`; arguments as in `find_ways_out`.

    Parameters
    ----------
    way : (place, future) next link on the drive out, -1 where none leads out
    """
    link_from, link_to, home, exits = net.link_from, net.link_to, net.home, net.exits
    bus_home, bus_exit = net.bus_home, net.bus_exit
    foot_km, foot_exit, bus_hours, out, back = other.foot_km, other.foot_exit, other.bus_hours, other.out, other.back
    links, places = link_from.size, net.places
    open_now = np.zeros(links, np.uint8)
    distance, via = np.empty(places), np.empty(places, np.int64)
    for f in which:
        for h in range(home.size):
            foot_km[h, f], foot_exit[h, f], back[h, f] = np.inf, NONE, 0
        for source in range(places):
            if exits[source] == 0:
                continue
            for k in range(links):
                open_now[k] = passes[k, f] & WALK
            shortest_ways(source, link_from, link_to, open_now, km, f, distance, via)
            for h in range(home.size):
                if distance[home[h]] < foot_km[h, f]:
                    foot_km[h, f], foot_exit[h, f] = distance[home[h]], source
            for k in range(links):
                open_now[k] = passes[k, f] & BACK
            shortest_ways(source, link_from, link_to, open_now, km, f, distance, via)
            for h in range(home.size):
                if np.isfinite(distance[home[h]]):
                    back[h, f] = 1
        for h in range(home.size):
            out[h, f] = 1 if way[home[h], f] != NONE or foot_exit[h, f] != NONE else 0
        for b in range(bus_home.size):
            for k in range(links):
                open_now[k] = passes[k, f] & BUS
            shortest_ways(bus_exit[b], link_from, link_to, open_now, hours, f, distance, via)
            bus_hours[b, f] = distance[home[bus_home[b]]]


@kernel
def see_who_is_there(
    link_from: Ints, link_to: Ints, which: Ints, standing: Ints, waiting: Ints, moving: Ints, there: Bytes
) -> None:
    """Write 1 at places where people on the road stand or wait, or which they will reach (place, future).

    Parameters
    ----------
    standing : (place, future) persons; waiting : (link, 2, future) persons before a link, at `from` or at `to`
    moving : (place, hour, future) persons due there
    """
    for place in range(there.shape[0]):
        for f in which:
            there[place, f] = 1 if standing[place, f] > 0 else 0
            for hour in range(moving.shape[1]):
                if moving[place, hour, f] > 0:
                    there[place, f] = 1
    for k in range(waiting.shape[0]):
        for f in which:
            if waiting[k, 0, f] > 0:
                there[link_from[k], f] = 1
            if waiting[k, 1, f] > 0:
                there[link_to[k], f] = 1


def open_exits_today(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of exits."""
    lose_control(s["release"], s["exit_granted"], p["exits.delay"], today.day, s["exit_hour"], s["released"])
    let_people_out(s["regime_set"], s["sealed"], s["exit_hour"], today.day, net.exit_link, s["people_out"])
    passes, changed = s["people_pass"], s["exit_changed"]
    n = note_changes(
        net.driven, net.walked, s["people_out"], s["regime_set"], s["damage"], s["link_vehicles"], passes, changed
    )
    if n > 0:
        which, km, ride = changed[:n], p["links.km"], s["ride"]
        np.divide(km, p["links.kmh"], out=ride)
        see_who_is_there(net.link_from, net.link_to, which, s["standing"], s["waiting_at"], s["moving"], s["somebody"])
        ways = Ways(s["exit_way"], s["exit_hours"], s["exit_km"], s["exit_order"], s["usable"], s["several_ways"])
        find_ways_out(net, which, passes, ride, km, s["somebody"], ways)
        other = OtherWays(s["foot_km"], s["foot_exit"], s["bus_hours"], s["way_out"], s["way_back"])
        find_other_ways(net, which, passes, ride, km, s["exit_way"], other)


RULE = Rule(
    process="exits",
    name="regime_and_release",
    step=open_exits_today,
    parameters=PARAMETERS,
    states=(
        Array("people_out", ("link",), np.uint8),
        Array("people_pass", ("link",), np.uint8, 255),
        Array("ride", ("link",)),
        Array("exit_changed", (), np.int64),
        Array("exit_way", ("everywhere",), np.int64, NONE),
        Array("exit_hours", ("everywhere",), start=np.inf),
        Array("exit_km", ("everywhere",), start=np.inf),
        Array("exit_order", ("everywhere",), np.int64, NONE),
        Array("usable", ("link", 2), np.uint8),
        Array("several_ways", (), np.uint8),
        Array("somebody", ("everywhere",), np.uint8),
        Array("foot_km", ("place",), start=np.inf),
        Array("foot_exit", ("place",), np.int64, NONE),
        Array("bus_hours", ("bus",), start=np.inf),
        Array("way_out", ("place",), np.uint8),
        Array("way_back", ("place",), np.uint8),
        Array("exit_hour", (), start=np.inf),
        Array("released", ("place",), np.uint8),
    ),
    reads=("regime_set", "sealed", "damage", "link_vehicles", "release", "exit_granted"),
    yesterday=("standing", "waiting_at", "moving"),
    inputs=("links.km", "links.kmh"),
    summary="Regimes and losses of control let people out; the ways that lead from each place to an exit.",
)
