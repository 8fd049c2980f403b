"""The links of each place, the one with which every way out of it begins, and how people divide among several."""

from __future__ import annotations

import numpy as np

from corridor.kernels.network import NONE, links_at
from corridor.rules.flight.ways import (
    SEVERAL,
    divide,
    expect_hours,
    find_only_way,
    hours_by_leg,
    hours_to_safety,
    lay_out_legs,
)


def test_the_links_of_each_place_stand_in_the_order_of_rows() -> None:
    link_from, link_to = np.array([0, 2, 1, 0]), np.array([1, 1, 0, 3])
    beside, first = links_at(link_from, link_to, 5)
    found = [beside[first[place] : first[place + 1]].tolist() for place in range(5)]
    assert found == [[0, 2, 3], [0, 1, 2], [1], [3], []]


def test_people_choose_only_where_several_links_lead_out() -> None:
    link_from, link_to = np.array([0, 2, 1]), np.array([1, 1, 0])
    beside, first = links_at(link_from, link_to, 3)
    usable = np.zeros((3, 2, 2), np.uint8)
    usable[0, 0] = 1  # out of 0 in both futures, by link 0
    usable[1, 1, 1] = usable[2, 0, 1] = 1  # in the second, place 1 has two ways
    assert find_only_way(link_from, first, beside, 0, usable, 0) == 0
    assert find_only_way(link_from, first, beside, 1, usable, 0) == NONE
    assert find_only_way(link_from, first, beside, 1, usable, 1) == SEVERAL


def test_hours_to_safety_by_hand() -> None:
    """From 1 by link 0 to the exit 0, 2 h and a queue of 30 at 10 an hour; or by link 1 to 2, 1 h, and on by link 2, 3 h."""
    legs = lay_out_legs(np.array([1, 1, 2]), np.array([0, 2, 0]))
    usable = np.zeros((3, 2, 1), np.uint8)
    usable[:, 0] = 1
    waiting = np.zeros((3, 2, 1), np.int64)
    waiting[0, 0] = 30
    ride, rate = np.array([[2.0], [1.0], [3.0]]), np.full((3, 1), 2.5)
    n = expect_hours(usable, ride, rate, rate, np.array([4.0]), waiting, 0, legs)
    assert legs.on[:n].tolist() == [0, 2, 4]
    safety, option, hours = np.empty(3), np.empty(6, np.int64), np.empty(6)
    hours_to_safety(n, legs, np.array([1, 0, 0], np.uint8), NONE, safety)
    assert safety.tolist() == [0.0, 4.0, 3.0]
    assert hours_by_leg(n, legs, 1, safety, option, hours) == 2
    assert (option[:2].tolist(), hours[:2].tolist()) == ([0, 2], [5.0, 4.0])
    going = np.empty(6, np.int64)
    divide(2, 1000, hours, 1.0, 0.5, going)
    assert going[:2].tolist() == [269, 731]  # 1 / (1 + e) of a thousand by the longer one
