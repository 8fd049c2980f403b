"""Laws of movement that hold for every network: nobody is lost, futures stand alone, size does not matter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.core.errors import SimulationError
from corridor.rules.displacement.case import Closure, DisplacementCase, scaled, without_capacity
from corridor.rules.displacement.flee3 import Flee3
from corridor.rules.displacement.followers import Followers
from corridor.rules.displacement.simulate import DisplacementRule, check_people, simulate_displacement
from displacement_cases import country

RULES: tuple[DisplacementRule, ...] = (
    Flee3(),
    Flee3(as_flee=True),
    Flee3(awareness_level=2),
    Flee3(avoid_short_stints=False, capacity_scaling=1.0),
    Followers(),
)


@st.composite
def cases(draw: st.DrawFn) -> DisplacementCase:
    """Up to eight places on a line with short cuts, closures and camps of any size."""
    kinds = ["war", "camp", *draw(st.lists(st.sampled_from(["town", "camp", "hub", "war"]), max_size=6))]
    names = [f"p{i}" for i in range(len(kinds))]
    km = st.integers(1, 900).map(float)
    roads = [(names[i], names[i + 1], draw(km)) for i in range(len(names) - 1)]
    roads += [(names[0], names[i], draw(km)) for i in range(2, len(names)) if draw(st.booleans())]
    camps = [name for name, kind in zip(names, kinds, strict=True) if kind == "camp"]
    days = draw(st.integers(3, 12))
    day = st.integers(0, days)
    closures = [
        Closure("place", draw(st.integers(0, len(names) - 1)), -1, draw(day), draw(st.one_of(st.just(-1), day)))
        for _ in range(draw(st.integers(0, 2)))
    ]
    return country(
        dict(zip(names, kinds, strict=True)),
        roads,
        days=days,
        appear={d: draw(st.integers(0, 5000)) for d in range(1, days)},
        capacity={name: draw(st.one_of(st.just(-1), st.integers(1, 4000))) for name in camps},
        day0={name: draw(st.integers(0, 500)) for name in camps},
        closures=closures,
    )


@given(case=cases(), which=st.integers(0, len(RULES) - 1))
def test_people_are_conserved_and_never_negative(case: DisplacementCase, which: int) -> None:
    out = simulate_displacement(case, RULES[which], futures=2, seed=1)
    everybody = out.people.sum(axis=2) + out.on_road + out.gone
    np.testing.assert_array_equal(everybody, np.tile(case.day0.sum() + np.cumsum(out.appeared), (2, 1)))
    assert min(out.people.min(), out.on_road.min(), out.gone.min()) >= 0


@given(case=cases())
def test_camps_never_exceed_a_capacity_that_binds(case: DisplacementCase) -> None:
    for rule in (Flee3(capacity_scaling=1.0), Followers()):
        people = simulate_displacement(case, rule, seed=2).people[0]
        for place in case.camps:
            if case.capacity[place] > 0:
                assert people[:, place].max() <= max(case.capacity[place], people[0, place])


@given(case=cases(), which=st.integers(0, len(RULES) - 1))
def test_a_future_is_the_same_alone_and_in_a_crowd(case: DisplacementCase, which: int) -> None:
    crowd = simulate_displacement(case, RULES[which], futures=5, seed=3, threads=2)
    alone = simulate_displacement(case, RULES[which], futures=1, first=3, seed=3)
    np.testing.assert_array_equal(crowd.people[3], alone.people[0])
    np.testing.assert_array_equal(crowd.entered[3], alone.entered[0])


@given(case=cases(), day=st.integers(1, 10))
def test_followers_read_nothing_later_than_today(case: DisplacementCase, day: int) -> None:
    """Other counts and another calendar from `day` on change nothing before it."""
    case = without_capacity(case)
    day = min(day, case.days - 1)
    counted, conflict = case.counted.copy(), case.conflict.copy()
    counted[day:] = counted[day:, ::-1] * 3
    conflict[day:] = 1.0 - conflict[day:]
    other = replace(case, counted=counted, conflict=conflict)
    one, two = (simulate_displacement(c, Followers(), seed=4).people[0, :day] for c in (case, other))
    np.testing.assert_array_equal(one, two)


def test_followers_read_only_the_total_of_later_counts() -> None:
    case = country(
        {"war": "war", "a": "camp", "b": "camp"}, [("war", "a", 10), ("war", "b", 90)], appear={1: 50, 3: 70}, days=6
    )
    counted = case.counted.copy()
    counted[1:] = counted[1:, ::-1]
    one, two = (simulate_displacement(c, Followers(), seed=5).people for c in (case, replace(case, counted=counted)))
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: f"{type(r).__name__} {hash(r) % 97}")
def test_shares_do_not_depend_on_the_size_of_the_population(rule: DisplacementRule) -> None:
    case = country(
        {"war": "war", "town": "town", "a": "camp", "b": "camp"},
        [("war", "town", 120), ("town", "a", 200), ("war", "b", 300)],
        appear={1: 4000, 2: 4000, 5: 4000}, capacity={"a": 6000}, days=20,
    )  # fmt: skip
    few = simulate_displacement(case, rule, futures=20, seed=6).camps(case)[:, -1].mean(axis=0) / 12_000
    many = (
        simulate_displacement(scaled(case, 100.0), rule, futures=20, seed=6).camps(case)[:, -1].mean(axis=0) / 1_200_000
    )
    # twenty futures of 12,000 people: the share of a camp is known to about 0.001
    np.testing.assert_allclose(few, many, atol=0.006)


def test_a_lost_person_is_an_error_that_names_future_and_day() -> None:
    case = country({"war": "war", "camp": "camp"}, [("war", "camp", 10)], appear={1: 5}, days=4)
    out = simulate_displacement(case, Followers(), futures=2)
    out.people[1, 2, 0] += 1
    with pytest.raises(SimulationError, match="future 8, day 2"):
        check_people(case, out, "Followers", 7)


def test_settings_without_meaning_are_refused() -> None:
    with pytest.raises(ValueError, match="awareness_level"):
        Flee3(awareness_level=0)
    with pytest.raises(ValueError, match="parts"):
        Flee3(parts=65)
