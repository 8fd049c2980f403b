"""Goods where something binds: ways are filled one after the other, and days of cover rise together until all are full.

Pipelines that offer the same mix to the same homes are a group. Its ways are residual: it may take its own goods off a
link where they have another way. Each round lets the days of cover of what is wanted rise on the quickest ways that are
left, until a link, or a sender's fuel, is full; then ways are found anew. A group alone so ends with the most that the
network carries (Ford and Fulkerson 1956) and with levels of which none can be raised but at the cost of a lower one
(Megiddo 1974). Where several groups leave tonnes behind that another use of the links would bring in, links are shared
among the groups by a linear programme that keeps what rounds gave each as far as the most tonnes allow, and each group
fills its share; where a cut proves that they have given all they can, it is not asked.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import bare, kernel
from corridor.kernels.network import NONE, Network
from corridor.rules.base import Bytes, Floats, Ints
from corridor.rules.supply.apart import tell_apart
from corridor.rules.supply.behind import (
    LITTLE,
    bound_senders,
    is_more,
    limit_turn,
    number_jobs,
    open_programme,
    put_in_line,
    rule_programme,
    split_among_alike,
    weigh_classes,
    weigh_programme,
)
from corridor.rules.supply.bottleneck import is_met
from corridor.rules.supply.desk import (
    lay_out_fleets,
    lay_out_roads,
    name_senders,
    open_journeys,
    open_limits,
    open_offers,
    open_roads,
    open_stores,
    open_tanks,
    rule_books,
    rule_lines,
    rule_workings,
    write_fuel,
    write_goods,
    write_roads,
)
from corridor.rules.supply.levels import HELD, USE
from corridor.rules.supply.optimum import share_links
from corridor.rules.supply.push import Goods, Loads, Roads, Terms, open_books, put_in_order
from corridor.rules.supply.rounds import play_turn
from corridor.rules.supply.ways import HEAD, TAIL, sort_arcs

_SLIGHT = 1e-8
"""t beside an offer of one tonne that make one use of the links no better than another"""


@bare
def weigh_offers(offered: Floats, heavy: Floats, n: int, every: Ints) -> float:
    """Return the lorry tonnes that n pipelines offer, and one."""
    tonnes = 1.0
    for a in range(n):
        for c in range(offered.shape[1]):
            tonnes += offered[every[a], c] * heavy[every[a]]
    return tonnes


@bare
def name_active(one: int, n: int, every: Ints, job: Ints, active: Ints) -> int:
    """Write which pipelines load in one turn or job, (pipeline,), and return how many."""
    count = 0
    for a in range(n):
        if job[every[a]] == one:
            active[count] = every[a]
            count += 1
    return count


@bare
def renew_offers(n: int, active: Ints, offered: Floats, heavy: Floats, offer: Floats) -> float:
    """Write what pipelines offer at the start of the day, and return how many tonnes beside it make no difference."""
    little = LITTLE
    for a in range(n):
        i, total = active[a], 0.0
        for c in range(offer.shape[1]):
            offer[i, c] = offered[i, c]
            total += offer[i, c]
        little += LITTLE * heavy[i] * total
    return little


@bare
def is_wanting(n: int, active: Ints, offer: Floats, may: Bytes, cover: Floats, full: float, little: float) -> bool:
    """Return whether pipelines were left with goods that a home has stores for."""
    for a in range(n):
        i = active[a]
        for h in range(may.shape[1]):
            for c in range(offer.shape[1]):
                if offer[i, c] > little and may[i, h] and cover[HELD, c, h] < full * cover[USE, c, h] - little:
                    return True
    return False


@kernel
def send_by_all_ways(net: Network, roads: Roads, loads: Loads, goods: Goods, terms: Terms, stopped: Ints) -> None:
    """Play the day anew in the futures in which `send_by_quickest_ways` stopped."""
    home, origins, turns, lorry_fuel = net.home, net.pipeline_home, net.pipeline_turn, net.lorry_fuel
    pipes, commodities, homes, on_roads = origins.size, loads.rate.shape[1], home.size, roads.carried.shape[0]
    gates, fleets, places = on_roads + net.transfer.size, roads.fleet_tonnes.shape[0], net.places + net.transfer.size
    links, limits = gates + (pipes if fleets > 0 else 0), gates + fleets
    lines = rule_lines(home, net.pipeline_to, origins, net.pipeline_class, on_roads, links, limits, places + pipes)
    lines.rank[:] = net.pipeline_rank
    books = rule_books(pipes, commodities, homes, links)
    work = rule_workings(pipes, commodities, homes, links, limits, places + pipes)
    programme = rule_programme(pipes, links, limits, places + pipes)
    rows, starts, exits, arcs = programme.rows, programme.starts, programme.exits, programme.arcs
    toll, bound, share = programme.toll, programme.bound, programme.share
    lay_out_roads(net.places, net.link_from, net.link_to, net.transfer, lines.arcs)
    lay_out_fleets(places, gates, net.pipeline_from, net.pipeline_fleet, lines.arcs, lines.sources)
    leaving, entering = sort_arcs(lines.arcs, TAIL, places + pipes), sort_arcs(lines.arcs, HEAD, places + pipes)
    for k in range(leaving.size):
        lines.leaving[k], lines.entering[k] = leaving[k], entering[k]
    link, place, pipe = np.empty(links, np.int64), np.empty(places + pipes, np.int64), np.zeros(pipes, np.int64)
    every, job, came, found = np.empty(pipes, np.int64), np.empty(pipes, np.int64), np.zeros(3), np.zeros(3)
    for f in stopped:
        full = terms.full[f]
        open_limits(f, roads.capacity, net.transfer, roads.transfer_tonnes, roads.fleet_tonnes, lines.most)
        open_offers(f, loads.rate, loads.scale, loads.gross, terms.loss, books.offered, books.heavy, books.lost)
        count = name_senders(f, books.offered, net.pipeline_to, origins, home, loads.way, books.may, every)
        open_roads(f, count, every, roads.regime, net.pipeline_class, roads.hours, lines.hours, lines.passes)
        open_tanks(f, count, every, loads.thirst, roads.km, lines.burn)
        open_journeys(f, count, every, roads.hours, roads.open, loads.drive, lines.days)
        slight = _SLIGHT * weigh_offers(books.offered, books.heavy, count, every)
        open_books(f, goods.people, goods.need, goods.stock, goods.coming, books.cover)
        put_in_order(count, every, books.offered, books.may, books.cover, lines.rank)
        # each class by turns; then each group on its share of links where that may bring more; turns again if it does not
        for attempt in range(3):
            jobs = number_jobs(attempt == 1, count, every, turns, origins, work.ways.group, job)
            open_books(f, goods.people, goods.need, goods.stock, goods.coming, books.cover)
            open_stores(f, goods.stock, lorry_fuel, books.hand, books.tank)
            for written in (books.spent, lines.used, lines.aid):
                written[:] = 0.0
            books.flow[:] = 0.0
            books.got[:] = 0.0
            books.tonne_days[:] = 0.0
            left_behind = False
            for one in range(jobs):
                n = name_active(one, count, every, job, work.active)
                if n == 0:
                    continue
                little = renew_offers(n, work.active, books.offered, books.heavy, books.offer)
                outside = origins[work.active[0]] == NONE
                shared = on_roads if attempt == 1 and outside else 0
                limit_turn(n, work.active, shared, programme.rank, share, lines.most, lines.used, work.limit)
                play_turn(lines, books, work, n, little, full, lorry_fuel)
                if outside and not left_behind:
                    left_behind = is_wanting(n, work.active, books.offer, books.may, books.cover, full, little)
            if attempt == 2 or count < 2 or (attempt == 0 and not left_behind):
                break
            weigh_classes(count, every, origins, turns, books.heavy, books.got, came if attempt == 0 else found)
            if attempt == 1:
                if is_more(came, found, slight):
                    continue
                break
            # would another use of the links bring in more?
            pipe[:] = 0
            tell_apart(lines, books, count, every, turns, link, place, pipe)
            put_in_line(lines, books, programme, count, every, link, place)
            n = bound_senders(lines, books, programme, count, full)
            open_programme(lines, programme, books.flow, turns, n)
            if is_met(n, rows, starts, exits, arcs, toll, bound, share):
                break
            share_links(n, rows, starts, exits, arcs, toll, bound, share)
            split_among_alike(programme, n)
            weigh_programme(n, rows, turns, bound, found)
            if not is_more(found, came, slight):
                break
        write_roads(f, lines.used, lines.aid, roads.carried, roads.relief, roads.fleet_used)
        write_goods(books, f, count, every, origins, goods.shipped, goods.sent, goods.spell)
        write_fuel(f, lorry_fuel, books.spent, goods.burned)
