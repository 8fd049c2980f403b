"""The calendar and the roads of a wider country by hand: what is open, shut, forced and at war on which day."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corridor.rules.displacement.calendar import (
    active,
    camps_shut,
    forced_links,
    open_links,
    place_days,
    shut_links,
)
from corridor.rules.displacement.case import IDP_CAMP, MARKER, Closure
from corridor.rules.displacement.roads import Pull, Walk, closes, plan_roads, route_weights, routes_from
from corridor.rules.displacement.state import CLOSED
from displacement_cases import country

PLACES = {"war": "war", "town": "town", "camp": "camp", "far": "camp"}
ROADS = (("war", "town", 100.0), ("town", "camp", 50.0), ("town", "far", 200.0))
WAR, TOWN, CAMP, FAR = range(4)
"""links: 0 war-town, 1 town-war, 2 town-camp, 3 camp-town, 4 town-far, 5 far-town"""
WALK = Walk(2, 200.0, 1, 1, 1.0, 0.0, 1.0, strict=False, bind=False)


def case(*closures: Closure, days: int = 6, **more: object):
    return country(PLACES, ROADS, days=days, abroad=("far",), closures=closures, **more)  # type: ignore[arg-type]


def shut_on(*closures: Closure, as_flee: bool = False) -> dict[int, list[int]]:
    """Return day -> links that are shut."""
    found = open_links(case(*closures), as_flee=as_flee)
    return {day: np.flatnonzero(~row).tolist() for day, row in enumerate(found) if not row.all()}


def test_a_closure_holds_from_its_first_day_to_the_morning_of_its_last() -> None:
    assert [active(Closure("link", 0, 1, 2, 4), day) for day in range(6)] == [False, False, True, True, False, False]
    assert [active(Closure("link", 0, 1, 2, -1), day) for day in (1, 2, 99)] == [False, True, True]
    assert shut_on(Closure("link", WAR, TOWN, 2, 4)) == {2: [0, 1], 3: [0, 1]}
    assert shut_on(Closure("way", TOWN, CAMP, 4, -1)) == {4: [2], 5: [2]}
    assert shut_on(Closure("border", 0, 1, 1, 2)) == {1: [4, 5]}
    assert shut_on(Closure("border", 1, 0, 1, 2)) == {1: [4, 5]}
    assert shut_on(Closure("place", CAMP, -1, 5, -1)) == {5: [2, 3]}
    assert shut_on(Closure("place", TOWN, -1, 5, -1, beside=FAR)) == {5: [4, 5]}


def test_with_flee_a_link_stays_open_a_place_is_sealed_and_the_last_word_wins() -> None:
    assert shut_on(Closure("link", WAR, TOWN, 2, 4), as_flee=True) == {}
    assert shut_on(Closure("place", TOWN, -1, 5, -1, beside=FAR), as_flee=True) == {5: [0, 1, 2, 3, 4, 5]}
    both = Closure("way", TOWN, CAMP, 1, 3), Closure("way", TOWN, CAMP, 2, 5)
    assert shut_on(*both) == {1: [2], 2: [2], 3: [2], 4: [2]}
    assert shut_on(*both, as_flee=True) == {1: [2], 2: [2]}
    assert not shut_links(case(), Closure("camp", CAMP, -1, 0, -1), as_flee=False).any()


def test_a_camp_is_a_town_while_it_is_shut() -> None:
    one = case(Closure("camp", CAMP, -1, 2, 4))
    assert camps_shut(one)[:, CAMP].tolist() == [False, False, True, True, False, False]
    assert not camps_shut(one)[:, FAR].any()
    told = place_days(one)
    assert told.camp[:, CAMP].tolist() == [True, True, False, False, True, True]
    assert told.town[:, CAMP].tolist() == [False, False, True, True, False, False]
    assert not told.idp.any()
    within = place_days(replace(one, kind=np.where(np.arange(4) == CAMP, IDP_CAMP, one.kind)))
    assert within.idp[:, CAMP].tolist() == [True, True, False, False, True, True]


def test_a_forced_way_holds_while_it_is_open_and_not_lifted() -> None:
    one = case(Closure("unforce", CAMP, TOWN, 1, 3), Closure("way", TOWN, CAMP, 4, 5), forced=(("town", "camp"),))
    found = forced_links(one, open_links(one))
    assert found[:, TOWN].tolist() == [2, -1, -1, 2, -1, 2]
    assert (np.delete(found, TOWN, axis=1) == -1).all()


def test_war_breaks_out_changes_and_ends() -> None:
    one = case()
    conflict = np.zeros((6, 4))
    conflict[:, WAR] = 1.0
    conflict[1:4, TOWN] = (2.0, 5.0, 5.0)
    one = replace(one, conflict=conflict)
    told, flee = place_days(one), place_days(one, as_flee=True)
    assert told.intensity[:, TOWN].tolist() == [-1.0, 2.0, 5.0, 5.0, -1.0, -1.0]
    assert flee.intensity[:, TOWN].tolist() == [-1.0, 2.0, 2.0, 2.0, -1.0, -1.0]
    assert told.since[:, TOWN].tolist() == [-1, 1, 1, 1, 1, 1]
    assert told.since[:, WAR].tolist() == [0] * 6
    assert told.war[:, TOWN].tolist() == [False, True, True, True, False, False]
    assert told.town[:, TOWN].tolist() == [True, False, False, False, True, True]
    assert told.outbreak.tolist() == [True, True, False, False, False, False]


def test_routes_visit_no_place_twice_and_a_marker_is_no_leg() -> None:
    one = case()
    ways = {(route.links, route.end, route.km) for route in routes_from(one, WAR, 2)}
    assert ways == {((0,), TOWN, 100.0), ((0, 2), CAMP, 150.0), ((0, 4), FAR, 300.0)}
    assert [route.links for route in routes_from(one, WAR, 1)] == [(0,)]
    assert {route.end for route in routes_from(one, CAMP, 2)} == {TOWN, WAR, FAR}
    marked = replace(one, kind=np.where(np.arange(4) == TOWN, MARKER, one.kind))
    assert {(route.links, route.end) for route in routes_from(marked, WAR, 1)} == {((0, 2), CAMP), ((0, 4), FAR)}


def test_only_a_link_that_closes_after_it_was_open_turns_people_back() -> None:
    is_open = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 1, 0]], bool)
    assert closes(is_open).tolist() == [False, True, False, False]


def test_the_compiled_roads() -> None:
    one = case(Closure("way", TOWN, CAMP, 3, -1))
    plan = plan_roads(one, np.full(4, -1.0), WALK, closes(open_links(one)))
    roads = plan.roads
    assert plan.real_links == 6
    # one more link for those turned back on the way to the camp: from its end to its beginning
    assert (roads.link_from[6], roads.link_to[6], roads.km[6], roads.back.tolist()) == (CAMP, TOWN, 50.0, [0] * 6 + [1])
    assert roads.turned.tolist() == [-1, -1, 6, -1, -1, -1, -1]
    assert roads.reverse.tolist() == [1, 0, 3, 2, 5, 4, 2]
    assert roads.link_days.tolist() == [3, 3, 3, 3, 4, 4, 3]  # floor(km / 200 km a day) and three more
    assert roads.top_speed == 200.0
    own = roads.route_base[WAR], roads.route_base[WAR + 1]
    assert plan.routes[own[0]].links == (0,)
    # who sets out with two legs keeps, in town, the plan for the second
    for i in range(own[0], own[1]):
        links = plan.routes[i].links
        then = roads.route_next[i]
        kept = plan.routes[roads.route_base[TOWN] + then - 1].links if then else ()
        assert kept == links[1:]
    fast = replace(one, link_kmh_day=np.array([0, 0, 0, 0, 800.0, 800.0]))
    assert plan_roads(fast, np.full(4, -1.0), WALK, np.zeros(6, bool)).roads.top_speed == 800.0


@pytest.mark.parametrize(("pruning", "kept"), [(0.0, {TOWN, CAMP, FAR}), (2.0, {TOWN, CAMP})])
def test_the_attraction_of_a_route(pruning: float, kept: set[int]) -> None:
    one = case(Closure("way", TOWN, CAMP, 3, -1))
    plan = plan_roads(one, np.full(4, -1.0), WALK, np.zeros(6, bool))
    score = np.tile([0.0, 1.0, 3.0, 1.0], (one.days, 1))
    pull = Pull(10.0, 0.5, 1.0, 2.0, pruning, copies=False)
    found = route_weights(one, plan, score, open_links(one), pull)
    first, last = plan.roads.route_base[WAR : WAR + 2]
    by_end = {plan.routes[i].end: found[:, i] for i in range(first, last)}
    wanted = {TOWN: (1.5 / 110) ** 2, CAMP: (3.5 / 160) ** 2, FAR: (1.5 / 310) ** 2}
    assert {end for end, row in by_end.items() if row[0] != CLOSED} == (kept if pruning == 0.0 else {CAMP})
    for end, row in by_end.items():
        if row[0] != CLOSED:
            assert row[0] == pytest.approx(wanted[end])
    # from the day on which the way to the camp is shut, nobody plans to go there
    assert (by_end[CAMP][3:] == CLOSED).all()
    twice = route_weights(
        replace(one, link_copies=np.array([1, 1, 2, 2, 1, 1])), plan, score, open_links(one), pull._replace(copies=True)
    )
    assert twice[0, [i for i in range(first, last) if plan.routes[i].end == CAMP]] == pytest.approx(2 * wanted[CAMP])
