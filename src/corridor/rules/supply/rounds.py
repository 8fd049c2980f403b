"""One turn of `fill`: rounds on the quickest ways that are left, each up to the level at which something is full."""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import bare
from corridor.kernels.network import NONE
from corridor.rules.base import Bytes, Floats, Ints
from corridor.rules.supply.desk import Books, Lines, Workings
from corridor.rules.supply.flow import (
    Ways,
    bind_for,
    clear_more,
    cost_ways,
    group_pipelines,
    load_to_level,
    lose,
    press_links,
    press_tanks,
    send_to_level,
    settle_flows,
)
from corridor.rules.supply.levels import HELD, USE, WANTED, cut_to_surplus, share_out
from corridor.rules.supply.push import COMMERCIAL, put_in_order
from corridor.rules.supply.ways import BEFORE, LIMIT, load_ways, measure_ways, reach_places, trace_ways

_TRIALS = 60
"""of a level; a piecewise linear function needs few"""
LOW, HIGH, BELOW, ABOVE = 0, 1, 2, 3
"""of a bracket: levels with room and without, days, and by how many tonnes the worst limit is passed at each"""


@bare
def leave_room(n: int, active: Ints, arcs: Ints, limit: Floats, flow: Floats, left: Floats, room: Floats) -> None:
    """Write what is left of each limit, (limit,) t/day, and with that what each link has left, (link,) t/day."""
    for r in range(limit.size):
        left[r] = limit[r]
    for k in range(room.size):
        for a in range(n):
            left[arcs[k, 0, LIMIT]] -= abs(flow[BEFORE, active[a], k])
    for k in range(room.size):
        room[k] = left[arcs[k, 0, LIMIT]]


@bare
def turn_back_free(cost: Floats) -> None:
    """Let turning back save no hours."""
    for k in range(cost.shape[0]):
        for d in range(2):
            cost[k, d] = max(0.0, cost[k, d])


@bare
def mark_reached(i: int, home: Ints, may: Bytes, time: Floats, reach: Bytes) -> None:
    """Write which homes a pipeline still has a way to."""
    for h in range(home.size):
        reach[i, h] = 1 if may[i, h] and time[home[h]] < np.inf else 0


@bare
def name_leaders(n: int, active: Ints, sources: Ints, ways: Ways) -> None:
    """Write which pipelines have the same ways: those of a group that start at one place."""
    group, leader = ways.group, ways.leader
    for a in range(n):
        i = active[a]
        leader[i] = i
        for b in range(a - 1, -1, -1):
            if group[active[b]] == group[i] and sources[active[b]] == sources[i]:
                leader[i] = active[b]


@bare
def leave_dry(i: int, home: Ints, burn: Floats, reach: Bytes) -> None:
    """Unmark homes to which lorries that have no fuel left would burn some; burn : (pipeline, place) t per lorry tonne."""
    for h in range(home.size):
        reach[i, h] = 0 if burn[i, home[h]] > 0.0 else reach[i, h]


@bare
def add_up_wanted(n: int, active: Ints, want: Floats, cover: Floats, bracket: Floats) -> float:
    """Write what homes are to be sent to `cover`, bracket the days of cover that this takes, and return the tonnes."""
    low, high, wanted = np.inf, 0.0, 0.0
    for c in range(cover.shape[1]):
        for h in range(cover.shape[2]):
            cover[WANTED, c, h] = 0.0
            for a in range(n):
                cover[WANTED, c, h] += want[active[a], c, h]
            if cover[WANTED, c, h] > 0.0:
                wanted += cover[WANTED, c, h]
                low = min(low, cover[HELD, c, h] / cover[USE, c, h])
                high = max(high, (cover[HELD, c, h] + cover[WANTED, c, h]) / cover[USE, c, h])
    bracket[LOW], bracket[HIGH], bracket[BELOW], bracket[ABOVE] = low, high, -np.inf, np.inf
    return wanted


@bare
def next_level(level: float, over: float, trial: int, bracket: Floats) -> float:
    """Narrow the bracket by what was found at a level, and return the next to try: by chord, each third by half."""
    if over > 0.0:
        bracket[HIGH] = bracket[HIGH] if level == np.inf else level
        bracket[ABOVE] = over
    else:
        bracket[LOW], bracket[BELOW] = level, over
    low, high, below, above = bracket[LOW], bracket[HIGH], bracket[BELOW], bracket[ABOVE]
    if trial == _TRIALS - 1:
        return float(low)
    if below > -np.inf and trial % 3 > 0:
        return float(low + (high - low) * below / (below - above))
    return float(0.5 * (low + high))


@bare
def count_days(i: int, home: Ints, lorries: Floats, days: Floats, tonne_days: Floats) -> None:
    """Add the days that a round's lorries take, times their tonnes, (pipeline, home); days : (pipeline, place)."""
    for h in range(home.size):
        tonne_days[i, h] += lorries[i, h] * days[i, home[h]]


@bare
def burn_fuel(lorry_fuel: int, fuel: Floats, tank: Floats, spent: Floats, cover: Floats, hand: Floats) -> None:
    """Take what a round's lorries burn from the homes that they start at."""
    for h in range(fuel.size):
        if fuel[h] > 0.0:
            tank[h] -= fuel[h]
            spent[h] += fuel[h]
            cover[HELD, lorry_fuel, h] -= fuel[h]
            hand[lorry_fuel, h] -= fuel[h]
            fuel[h] = 0.0


@bare
def book_links(n: int, active: Ints, classes: Bytes, arcs: Ints, flow: Floats, used: Floats, aid: Floats) -> None:
    """Add what a turn loaded to what limits carry."""
    for a in range(n):
        i = active[a]
        for k in range(arcs.shape[0]):
            used[arcs[k, 0, LIMIT]] += abs(flow[BEFORE, i, k])
            aid[arcs[k, 0, LIMIT]] += 0.0 if classes[i] == COMMERCIAL else abs(flow[BEFORE, i, k])


@bare
def book_homes(
    i: int, origin: int, heavy: float, kept: float, got: Floats, tonne_days: Floats, hand: Floats, cover: Floats
) -> None:
    """Book what a pipeline brought within the day, the share `kept` of it, and what its home gave."""
    for h in range(got.shape[2]):
        tonnes = 0.0
        for c in range(got.shape[1]):
            tonnes += got[i, c, h] * heavy
        for c in range(got.shape[1]):
            if tonne_days[i, h] < tonnes:
                hand[c, h] += got[i, c, h] * kept
            if origin != NONE:
                hand[c, origin] -= got[i, c, h]
                cover[HELD, c, origin] -= got[i, c, h]


@bare
def play_turn(lines: Lines, books: Books, work: Workings, n: int, little: float, full: float, lorry_fuel: int) -> None:
    """Load what n pipelines offer, round by round; `work.limit` is what is left to them.

    little : t that make no difference; full : days of cover of full stores
    """
    arcs, leaving, entering, home, origins = lines.arcs, lines.leaving, lines.entering, lines.home, lines.origins
    ways, room, cost, reached = work.ways, work.room, work.cost, work.reached
    group, leader, order, share = work.ways.group, work.ways.leader, work.ways.order, work.ways.share
    offer, may, cover, hand, heavy = books.offer, books.may, books.cover, books.hand, books.heavy
    got, flow, tank, lost, tonne_days = books.got, books.flow, books.tank, books.lost, books.tonne_days
    active, limit, reach, want = work.active, work.limit, work.reach, work.want
    lorries, fuel, bracket, load = work.lorries, work.fuel, work.bracket, work.load
    put_in_order(n, active, offer, may, cover, lines.rank)
    inside = origins[active[0]] != NONE
    burns = inside and lorry_fuel != NONE
    if inside:
        cut_to_surplus(n, active, origins, offer, may, cover, hand)
    if burns:
        for a in range(n):
            tank[origins[active[a]]] -= offer[active[a], lorry_fuel]  # fuel to be sent is set aside
    group_pipelines(n, active, offer, lines.to, group)
    name_leaders(n, active, lines.sources, ways)
    for _ in range(8 * room.size + 8):
        # the quickest ways that are left
        leave_room(n, active, arcs, limit, flow, work.left, room)
        for a in range(n):
            i = active[a]
            if leader[i] != i:
                continue
            cost_ways(group[i], lines.hours, lines.passes, room, flow, little, cost)
            if not reach_places(lines.sources[i], arcs, leaving, cost, reached):
                turn_back_free(cost)  # goods could be moved in a circle and save hours
                reach_places(lines.sources[i], arcs, leaving, cost, reached)
            trace_ways(i, arcs, entering, cost, reached, order, share)
            for b in range(a, n):
                if leader[active[b]] == i:
                    mark_reached(active[b], home, may, reached.time, reach)
        for a in range(n if burns else 0):
            i = active[a]
            measure_ways(i, leader[i], arcs, entering, order, share, lines.burn, ways.burn)
            if tank[origins[i]] <= little:
                leave_dry(i, home, ways.burn, reach)
        # what would be sent by them if all had room
        share_out(n, active, offer, reach, cover, full, want)
        if add_up_wanted(n, active, want, cover, bracket) <= little:
            break
        # the level at which the first of them is full
        level = np.inf
        for trial in range(_TRIALS + 1):
            load_to_level(level, n, active, want, cover, heavy, lorries)
            clear_more(n, active, flow)
            for a in range(n):
                i = active[a]
                bind_for(i, home, lorries, load)
                load_ways(leader[i], group[i], arcs, entering, order, share, load, flow)
            over = press_links(n, active, arcs, limit, flow, work.left, work.touched)
            if burns:
                over = max(over, press_tanks(n, active, origins, home, lorries, ways.burn, tank, fuel))
            if abs(over) <= 0.01 * little or (over < 0.0 and level == np.inf) or trial == _TRIALS:
                break
            level = next_level(level, over, trial, bracket)
        send_to_level(level, n, active, want, cover, offer, got)
        for a in range(n):
            i = active[a]
            measure_ways(i, leader[i], arcs, entering, order, share, lines.days, ways.days)
            count_days(i, home, lorries, ways.days, tonne_days)
        settle_flows(n, active, little, flow)
        if burns:
            burn_fuel(lorry_fuel, fuel, tank, books.spent, cover, hand)
        if level == np.inf:
            break
    lose(n, active, lost, got, cover)
    book_links(n, active, lines.classes, arcs, flow, lines.used, lines.aid)
    for a in range(n):
        i = active[a]
        book_homes(i, origins[i], heavy[i], 1.0 - lost[i], got, tonne_days, hand, cover)
