"""The links of each place, and the one with which every way out of it begins."""

from __future__ import annotations

import numpy as np

from corridor.kernels.network import NONE
from corridor.rules.flight.ways import SEVERAL, find_only_way, list_links


def test_the_links_of_each_place_stand_in_the_order_of_rows() -> None:
    link_from, link_to = np.array([0, 2, 1, 0]), np.array([1, 1, 0, 3])
    first, beside = np.empty(6, np.int64), np.empty(8, np.int64)
    list_links(link_from, link_to, first, beside)
    found = [beside[first[place] : first[place + 1]].tolist() for place in range(5)]
    assert found == [[0, 2, 3], [0, 1, 2], [1], [3], []]


def test_people_choose_only_where_several_links_lead_out() -> None:
    link_from, links = np.array([0, 2, 1]), np.array([0, 1, 2])
    usable = np.zeros((3, 2, 2), np.uint8)
    usable[0, 0] = 1  # out of 0 in both futures; link 0 leads from 0 to 1
    usable[1, 1, 1] = usable[2, 0, 1] = 1  # in the second, place 1 has two ways
    assert find_only_way(link_from, links[:1], 0, usable, 0) == 0
    assert find_only_way(link_from, links, 1, usable, 0) == NONE
    assert find_only_way(link_from, links, 1, usable, 1) == SEVERAL
