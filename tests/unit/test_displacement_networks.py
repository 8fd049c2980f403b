"""Displacement on networks so small that the answer is computed by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corridor.rules.displacement.case import Closure, Displacement, DisplacementCase
from corridor.rules.displacement.flee3 import Flee3
from corridor.rules.displacement.followers import Followers
from corridor.rules.displacement.simulate import DisplacementRule, simulate_displacement
from displacement_cases import country

STAY = Flee3(camp_movechance=0.0)
FLEE = replace(STAY, as_flee=True)
LINE = {"war": "war", "camp": "camp"}


def play(case: DisplacementCase, rule: DisplacementRule, **kw: int) -> Displacement:
    return simulate_displacement(case, rule, **kw)


def camp(out: Displacement, case: DisplacementCase, name: str) -> list[int]:
    return [int(v) for v in out.people[0, :, case.places.index(name)]]


def arrival(case: DisplacementCase, rule: DisplacementRule, name: str = "camp") -> int:
    there = np.array(camp(play(case, rule), case, name))
    assert there[-1] == 100
    return int(there.argmax())


@pytest.mark.parametrize(
    ("km", "mended", "as_flee"),
    [(100, 1, 1), (399, 1, 1), (400, 1, 2), (401, 2, 2), (800, 2, 3), (900, 3, 3)],
)
def test_days_on_one_link(km: float, mended: int, as_flee: int) -> None:
    """Who sets out in the morning of day 1 has covered 400 km by its evening; Flee wants more than the length."""
    case = country(LINE, [("war", "camp", km)], appear={1: 100})
    assert arrival(case, STAY) == mended
    assert arrival(case, FLEE) == as_flee


def test_a_second_hop_gets_the_rest_of_the_day_and_with_flee_a_whole_one() -> None:
    case = country(
        {"war": "war", "hub": "hub", "camp": "camp"}, [("war", "hub", 100), ("hub", "camp", 355)], appear={1: 100}
    )
    rule = replace(STAY, conflict_weight=1e-9)  # nobody turns round
    assert arrival(case, rule) == 2
    assert arrival(case, replace(rule, as_flee=True)) == 1
    near = country(
        {"war": "war", "hub": "hub", "camp": "camp"}, [("war", "hub", 100), ("hub", "camp", 200)], appear={1: 100}
    )
    assert arrival(near, rule) == 1


def test_shares_follow_distance() -> None:
    case = country(
        {"war": "war", "near": "camp", "far": "camp"}, [("war", "near", 50), ("war", "far", 150)], appear={1: 100_000}
    )
    expected = 100.0**-0.75 / (100.0**-0.75 + 200.0**-0.75)
    for rule in (STAY, FLEE):
        got = camp(play(case, rule), case, "near")[-1] / 100_000
        assert got == pytest.approx(expected, abs=4 * 0.0016)


def test_a_place_at_war_attracts_less() -> None:
    case = country(
        {"war": "war", "other": "war", "camp": "camp"}, [("war", "other", 350), ("war", "camp", 350)],
        appear={1: 100_000}, days=2,
    )  # fmt: skip
    case = replace(case, population=np.array([10, 0, 0]))
    out = play(case, replace(STAY, conflict_spawn_decay=(), max_move_speed=351.0))
    assert out.people[0, 1, 2] / 100_000 == pytest.approx(1 / 1.25, abs=0.006)


# --- closures


def test_people_wait_behind_a_closed_border() -> None:
    shut = Closure("border", 0, 1, 0, 4)
    case = country(LINE, [("war", "camp", 100)], appear={1: 100}, abroad=["camp"], closures=[shut])
    for rule in (STAY, FLEE, Followers()):
        out = play(case, rule)
        assert camp(out, case, "camp")[:4] == [0, 0, 0, 0]
        assert camp(out, case, "war")[1:4] == [100, 100, 100]
        assert camp(out, case, "camp")[4:] == [100] * 6


def test_a_link_closure_holds_and_does_nothing_with_flee() -> None:
    case = country(LINE, [("war", "camp", 100)], appear={1: 100}, closures=[Closure("link", 0, 1, 0, -1)])
    assert camp(play(case, STAY), case, "camp")[-1] == 0
    assert camp(play(case, Followers()), case, "camp")[-1] == 0
    assert camp(play(case, FLEE), case, "camp")[-1] == 100


def test_a_row_that_names_one_road_shuts_it_and_with_flee_the_whole_place() -> None:
    case = country(
        {"war": "war", "a": "camp", "b": "camp"}, [("war", "a", 100), ("war", "b", 100)], appear={1: 1000},
        closures=[Closure("place", 0, -1, 0, -1, beside=1)],
    )  # fmt: skip
    mended, sealed = play(case, STAY), play(case, FLEE)
    assert (camp(mended, case, "a")[-1], camp(mended, case, "b")[-1]) == (0, 1000)
    assert camp(sealed, case, "war")[-1] == 1000


def test_the_end_of_one_closure_does_not_open_what_another_shuts() -> None:
    closures = [Closure("place", 1, -1, 0, 8), Closure("border", 0, 1, 0, 3)]
    case = country(LINE, [("war", "camp", 100)], appear={1: 100}, abroad=["camp"], closures=closures)
    assert arrival(case, STAY) == 8
    assert arrival(case, FLEE) == 3  # the last event wins


def test_people_under_way_when_a_link_shuts_walk_to_its_end_and_are_put_back() -> None:
    shut = Closure("border", 0, 1, 2, 6)
    case = country(LINE, [("war", "camp", 900)], appear={1: 100}, abroad=["camp"], closures=[shut])
    for rule in (STAY, FLEE):
        out = play(case, rule)
        assert out.on_road[0].tolist() == [0, 100, 100, 0, 0, 0, 100, 100, 0, 0]
        assert camp(out, case, "war")[3:6] == [100, 100, 100]
        assert camp(out, case, "camp")[8:] == [100, 100]


def test_a_closed_camp_is_a_town_that_people_leave() -> None:
    case = country(
        {"war": "war", "a": "camp", "b": "camp"}, [("war", "a", 100), ("a", "b", 100)], appear={1: 1000}, days=40,
        closures=[Closure("camp", 1, -1, 0, 20)],
    )  # fmt: skip
    out = play(case, replace(STAY, conflict_weight=1e-9))
    assert camp(out, case, "b")[19] > 990
    assert camp(out, case, "a")[19] < 10


# --- redirection, one-way


def fork(**kw: object) -> DisplacementCase:
    return country(
        {"war": "war", "hub": "hub", "a": "camp", "b": "camp"},
        [("war", "hub", 50), ("hub", "a", 50), ("hub", "b", 50)],
        appear={1: 1000}, forced=[("hub", "b")], **kw,  # type: ignore[arg-type]
    )  # fmt: skip


def test_everybody_takes_a_forced_way_and_with_flee_nobody_has_to() -> None:
    case = fork()
    assert camp(play(case, STAY), case, "b")[-1] == 1000
    free = play(case, FLEE)
    assert 300 < camp(free, case, "b")[-1] < 700


def test_a_forced_way_that_is_lifted_is_a_way_like_others() -> None:
    case = fork(closures=[Closure("unforce", 1, 3, 0, -1)])
    assert 300 < camp(play(case, STAY), case, "b")[-1] < 700


def test_a_forced_way_works_in_one_direction_only() -> None:
    case = country(
        {"war": "war", "b": "camp", "c": "camp"}, [("war", "b", 50), ("war", "c", 50)],
        appear={1: 1000}, forced=[("b", "war")],
    )  # fmt: skip
    out = play(case, STAY)
    assert 400 < camp(out, case, "b")[-1] < 600


# --- capacity


def test_a_camp_never_exceeds_its_capacity_and_with_flee_it_does() -> None:
    case = country(
        {"war": "war", "a": "camp", "b": "camp"}, [("war", "a", 100), ("war", "b", 300)],
        appear={1: 500, 2: 500}, capacity={"a": 100}, days=30,
    )  # fmt: skip
    bound = replace(STAY, capacity_scaling=1.0)
    there = camp(play(case, bound), case, "a")
    assert max(there) == 100
    assert camp(play(case, bound), case, "b")[-1] == 900
    # Flee looks at who is there in the morning, and lets in whoever set out then
    assert max(camp(play(case, replace(bound, as_flee=True)), case, "a")) > 250


def test_who_finds_a_full_camp_goes_back_and_elsewhere() -> None:
    case = country(LINE, [("war", "camp", 100)], appear={1: 500}, capacity={"camp": 100})
    out = play(case, replace(STAY, capacity_scaling=1.0))
    assert camp(out, case, "camp")[1:] == [100] * 9
    assert out.on_road[0, 1] == 400
    assert camp(out, case, "war")[2] == 400


def test_day_0_is_not_taken_off_the_capacity_twice() -> None:
    case = country(LINE, [("war", "camp", 100)], appear={1: 500}, capacity={"camp": 300}, day0={"camp": 100})
    assert max(camp(play(case, replace(STAY, capacity_scaling=1.0)), case, "camp")) == 300


# --- awareness


def test_who_knows_two_legs_follows_them_through_a_town() -> None:
    case = country(
        {"war": "war", "town": "town", "camp": "camp"}, [("war", "town", 399), ("town", "camp", 900)],
        appear={1: 100_000}, days=8,
    )  # fmt: skip
    rule = Flee3(camp_movechance=0.0, default_movechance=0.0, avoid_short_stints=False, awareness_level=2)
    blind = play(case, replace(rule, awareness_level=1))
    assert camp(blind, case, "town")[-1] == 100_000
    out = play(case, rule)
    expected = 1349.0**-0.75 / (1349.0**-0.75 + 449.0**-0.75)
    assert camp(out, case, "camp")[-1] / 100_000 == pytest.approx(expected, abs=0.006)


def test_a_plan_whose_second_leg_shuts_is_forgotten() -> None:
    case = country(
        {"war": "war", "town": "town", "camp": "camp"}, [("war", "town", 399), ("town", "camp", 900)],
        appear={1: 1000}, days=8, closures=[Closure("link", 1, 2, 2, -1)],
    )  # fmt: skip
    rule = Flee3(camp_movechance=0.0, default_movechance=0.0, avoid_short_stints=False, awareness_level=2)
    assert camp(play(case, rule), case, "town")[-1] == 1000


def test_residents_are_used_up_where_they_are_taken() -> None:
    case = country(
        {"war": "war", "other": "war", "camp": "camp"}, [("war", "camp", 100), ("other", "camp", 100)],
        appear={1: 900, 2: 900}, residents=1000,
    )  # fmt: skip
    case = replace(case, population=np.array([900, 1, 0]))
    out = play(case, replace(STAY, take_from_population=True))
    assert out.people[0, -1].sum() == 1800


# --- followers


def test_followers_by_distance_company_and_room() -> None:
    places = {"war": "war", "a": "camp", "b": "camp"}
    roads = [("war", "a", 100.0), ("war", "b", 400.0)]
    n = 100_000
    rule = Followers(distance_power=1.0, softening=200.0, company=0.5)
    case = country(places, roads, appear={1: n}, days=3)
    # nobody anywhere: distance alone, 1/300 against 1/600
    assert camp(play(case, rule), case, "a")[1] / n == pytest.approx(2 / 3, abs=0.006)
    # all of day 0 in b: 0.5/300 against 2.5/600
    case = country(places, roads, appear={1: n}, day0={"b": 10}, days=3)
    assert camp(play(case, rule), case, "a")[1] / n == pytest.approx(0.5 / 300 / (0.5 / 300 + 2.5 / 600), abs=0.006)
    # a is three quarters full
    case = country(places, roads, appear={1: 100}, day0={"a": 3_000_000}, capacity={"a": 4_000_000}, days=3)
    got = np.mean([play(case, rule, seed=s).people[0, 1, 1] - 3_000_000 for s in range(100)]) / 100
    assert got == pytest.approx(2.5 * 0.25 / 300 / (2.5 * 0.25 / 300 + 0.5 / 600), abs=0.02)


@pytest.mark.parametrize(("km", "day"), [(100, 1), (399, 1), (400, 2), (900, 3)])
def test_followers_take_their_days(km: float, day: int) -> None:
    case = country(LINE, [("war", "camp", km)], appear={1: 100})
    assert arrival(case, Followers()) == day


def test_followers_beyond_the_last_bed_wait_where_they_are() -> None:
    case = country(LINE, [("war", "camp", 500)], appear={1: 90, 2: 90}, capacity={"camp": 100})
    out = play(case, Followers())
    assert camp(out, case, "camp")[-1] == 100
    assert camp(out, case, "war")[-1] == 80


def test_followers_leave_the_counts_when_the_total_falls() -> None:
    case = country(
        {"war": "war", "a": "camp", "b": "camp"}, [("war", "a", 10), ("war", "b", 10)], day0={"a": 60, "b": 40}
    )
    counted = case.counted.copy()
    counted[5:] //= 2
    out = play(replace(case, counted=counted), Followers())
    assert out.gone[0].tolist() == [0] * 5 + [50] * 5
    assert out.people[0, -1].sum() == 50


def test_flows_are_counted_on_the_links_of_the_way() -> None:
    case = country(
        {"war": "war", "town": "town", "camp": "camp"}, [("war", "town", 100), ("town", "camp", 100)], appear={1: 70}
    )
    assert play(case, Followers()).entered[0].tolist() == [70, 0, 70, 0]
