"""Kernels of supply and flight by hand: the hour of the way out, ways, deliveries over narrow links, the ledger."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corridor.kernels.network import NONE, PEOPLE_OUT, Network
from corridor.rules.flight.exits import (
    BACK,
    BUS,
    DRIVE,
    WALK,
    Ways,
    find_ways_out,
    let_people_out,
    lose_control,
    note_changes,
)
from corridor.rules.supply.access import let_pass
from corridor.rules.supply.bottleneck import is_met
from corridor.rules.supply.delivery import push_deliveries
from corridor.rules.supply.ledger import count_people
from corridor.rules.supply.push import Goods, Loads, Roads, Terms
from corridor.rules.supply.room import room_for_relief
from corridor.rules.supply.ways import find_ways_of_goods


def network(places, ends, homes, destinations, pipelines=()):
    """Return a network; ends : (from, to) of each link; pipelines : (place, home or NONE, home it may deliver to)."""
    ints, words = np.int64, np.uint32
    return Network(
        places=places,
        link_from=np.array([a for a, _ in ends], ints),
        link_to=np.array([b for _, b in ends], ints),
        home=np.array(homes, ints),
        destination=np.array(destinations, ints),
        registers=np.ones(len(destinations), np.uint8),
        exits=np.isin(np.arange(places), destinations).astype(np.uint8),
        exit_link=np.ones(len(ends), np.uint8),
        driven=np.ones(len(ends), np.uint8),
        walked=np.ones(len(ends), np.uint8),
        bus_home=np.zeros(0, ints),
        bus_exit=np.zeros(0, ints),
        bus_days=np.zeros((0, 2), ints),
        nearest_home=np.zeros(places, ints),
        latitude=0.0,
        new_year=0,
        pipeline_from=np.array([place for place, _, _ in pipelines], ints),
        pipeline_home=np.array([home for _, home, _ in pipelines], ints),
        pipeline_to=np.array([to for _, _, to in pipelines], np.uint8).reshape(len(pipelines), len(homes)),
        pipeline_class=np.ones(len(pipelines), np.uint8),
        pipeline_turn=np.array([int(home != NONE) for _, home, _ in pipelines], ints),
        pipeline_rank=np.arange(len(pipelines)),
        pipeline_convoy=np.zeros(len(pipelines), np.uint8),
        pipeline_ran=np.ones(len(pipelines), np.uint8),
        pipeline_fleet=np.full(len(pipelines), NONE),
        transfer=np.zeros(0, ints),
        food=np.ones(1, np.uint8),
        energy=np.ones(1),
        spoilage=np.zeros(1),
        lorry_fuel=NONE,
        car_fuel=NONE,
        link_address=np.arange(len(ends), dtype=words),
        home_address=np.arange(len(homes), dtype=words),
    )


def test_the_way_out_opens_at_the_first_hour_that_is_granted():
    """Four futures on day 10: nothing, a choice grants it, control is lost, both; a later day changes none of them."""
    released, exit_hour, delay = np.zeros((1, 4), np.uint8), np.full(4, np.inf), np.full(4, 2.0)
    granted = np.array([np.inf, 300.0, np.inf, 300.0])
    lose_control(np.array([[0, 0, 1, 1]], np.uint8), granted, delay, 10, exit_hour, released)
    assert exit_hour.tolist() == [np.inf, 300.0, 24 * 10 + 12 + 24 * 2.0, 300.0]
    lose_control(np.array([[0, 1, 0, 0]], np.uint8), np.full(4, 999.0), delay, 11, exit_hour, released)
    assert exit_hour.tolist() == [999.0, 300.0, 300.0, 300.0]
    assert released.tolist() == [[0, 1, 1, 1]]


def test_a_granted_way_out_holds_on_ways_to_the_exit_where_nothing_forces_them_closed():
    """Four links: one that a release opens, the same forced closed, one that it does not open, one open to people."""
    ordered, out = np.array([[1], [1], [1], [1 | PEOPLE_OUT]], np.uint8), np.zeros((4, 1), np.uint8)
    sealed, exit_link = np.array([[0], [1], [0], [0]], np.uint8), np.array([1, 1, 0, 0], np.uint8)
    for day, first in ((9, 0), (10, 1)):
        let_people_out(ordered, sealed, np.array([250.0]), day, exit_link, out)
        assert out[:, 0].tolist() == [first, 0, 0, 1]


def test_a_link_that_carries_nobody_leads_nowhere_and_changes_are_seen_once():
    out, passes, changed = np.ones((2, 2), np.uint8), np.full((2, 2), 255, np.uint8), np.zeros(2, np.int64)
    damage, vehicles, regime = np.zeros((2, 2)), np.full((2, 2), 10.0), np.array([[31, 31], [8, 8]], np.uint8)
    net = network(3, [(0, 1), (1, 2)], [2], [0])
    every = DRIVE + WALK + BUS
    assert note_changes(net.driven, net.walked, out, regime, damage, vehicles, passes, changed) == 2
    damage[0, 1] = 1.0
    assert note_changes(net.driven, net.walked, out, regime, damage, vehicles, passes, changed) == 1
    assert changed[0] == 1
    assert passes.tolist() == [[every + BACK, 0], [every, every]]
    vehicles[1, 1] = 0.0
    assert note_changes(net.driven, net.walked, out, regime, damage, vehicles, passes, changed) == 1
    assert passes.tolist() == [[every + BACK, 0], [every, WALK + BUS]]
    assert note_changes(net.driven, net.walked, out, regime, damage, vehicles, passes, changed) == 0
    path = net._replace(driven=np.array([0, 1], np.uint8), walked=np.array([1, 0], np.uint8))
    assert note_changes(path.driven, path.walked, out, regime, damage, vehicles, passes, changed) == 2
    assert passes.tolist() == [[WALK + BACK, 0], [DRIVE + BUS, BUS]]


def test_the_regime_of_the_day_has_the_granted_way_out():
    ordered, regime = np.array([[1, 1]], np.uint8), np.zeros((1, 2), np.uint8)
    seen, changed = ordered.copy(), np.zeros(2, np.int64)
    assert let_pass(ordered, np.array([[0, 1]], np.uint8), regime, seen, changed) == 1
    assert (changed[0], regime.tolist()) == (1, [[1, 1 | PEOPLE_OUT]])


@given(st.integers(2, 7), st.data())
def test_places_on_the_way_out_come_farthest_first(places, data):
    ends = st.tuples(st.integers(0, places - 1), st.integers(0, places - 1)).filter(lambda e: e[0] != e[1])
    links = data.draw(st.lists(ends, min_size=1, max_size=12))
    homes = data.draw(st.lists(st.integers(1, places - 1), min_size=1, max_size=3, unique=True))
    km = np.array(data.draw(st.lists(st.integers(1, 4), min_size=len(links), max_size=len(links))), float)[:, None]
    regime = np.array(data.draw(st.lists(st.sampled_from([0, PEOPLE_OUT]), min_size=len(links), max_size=len(links))))
    net = network(places, links, homes, [0])
    ways = Ways(
        np.empty((places, 1), np.int64), np.empty((places, 1)), np.empty((places, 1)), np.empty((places, 1), np.int64),
        np.empty((len(links), 2, 1), np.uint8), np.zeros(1, np.uint8),
    )  # fmt: skip
    passes = (regime > 0).astype(np.uint8)[:, None]
    find_ways_out(net, np.zeros(1, np.int64), passes, km, km, np.zeros((places, 1), np.uint8), ways)
    way, length, order = ways.link, ways.km, ways.order
    for home in homes:
        place = home
        while way[place, 0] != NONE:
            k = way[place, 0]
            far = links[k][1] if links[k][0] == place else links[k][0]
            assert length[place, 0] == length[far, 0] + km[k, 0]
            place = far
        assert place == 0 or place == home
    # by hand: every simple path to the exit, its first link and where it may be joined
    steps = {
        (a, b, k, end) for k, pair in enumerate(links) if passes[k, 0] for end, (a, b) in enumerate((pair, pair[::-1]))
    }

    def leads(place, avoid):
        return place == 0 or any(leads(b, avoid | {place}) for a, b, _, _ in steps if a == place and b not in avoid)

    first = {(k, end) for a, b, k, end in steps if a != 0 and b != a and leads(b, {a})}
    assert {(k, end) for k, end in np.argwhere(ways.usable[:, :, 0])} == first
    assert ways.several[0] == (
        max([0, *(sum((k, e) in first for a, _, k, e in steps if a == p) for p in range(places))]) > 1
    )
    passed, grown = set(), {home for home in homes if way[home, 0] != NONE}
    while grown - passed:
        passed |= grown
        grown = {b for a, b, k, end in steps if a in passed and (k, end) in first and b != 0}
    expected = sorted(passed, key=lambda place: (-length[place, 0], place))
    assert order[:, 0].tolist() == expected + [NONE] * (places - len(expected))


def sent_off(net, rate, scale, gross, stock, capacity, *, km=1.0, full=90.0, thirst=0.0):
    """Return what is shipped, sent and burned, what links carry, and of it relief, in a chain whose links take an hour.

    rate : (pipeline, commodity, future), and so on as in `Loads`; stock : (home, commodity, future); capacity : (link, future)
    """
    pipes, commodities, futures = rate.shape
    links, homes = capacity.shape[0], stock.shape[0]
    road, none, regime = np.ones((links, futures)), np.zeros((0, futures)), np.full((links, futures), 31, np.uint8)
    way, tied = np.empty((pipes, 3, futures), np.int64), np.zeros((pipes, futures), np.uint8)
    find_ways_of_goods(net, np.arange(net.pipeline_from.size), np.arange(futures), regime, road, way, tied)
    every = np.ones((pipes, futures))
    loads = Loads(rate, scale, gross, way, tied, 10.0 * every, thirst * every)
    shipped, spell = np.full((pipes, homes, commodities, futures), 7.0), np.zeros((pipes, homes, futures))
    sent, burned = np.full(stock.shape, 7.0), np.full(stock.shape, 7.0)
    need = np.full((commodities, futures), 1e-3)
    need[1:] = 0.0
    goods = Goods(np.full((homes, futures), 1000), need, stock, np.zeros(stock.shape), shipped, spell, sent, burned)
    carried, relief = 7.0 * road, 7.0 * road
    roads = Roads(regime, km * road, road, 24.0 * road, capacity, carried, relief, none, none, none.copy())
    push_deliveries(net, roads, loads, goods, Terms(np.full((pipes, futures), 0.1), np.full(futures, full)))
    np.testing.assert_allclose(spell[shipped.sum(axis=2) > 0].max() * 10.0 % 1.0, 0.0, atol=1e-12)
    return shipped.sum(axis=0), sent, burned, carried, relief


def test_what_a_narrow_link_refuses_is_offered_to_the_near_home():
    """outside (0) - near (1) - far (2), 10 t a day for both homes; two futures, the inner link 2 t and 100 t wide."""
    net = network(3, [(0, 1), (1, 2)], [1, 2], [0], [(0, NONE, [1, 1])])
    rate, scale, gross = np.full((1, 1, 2), 20.0), np.full((1, 2), 0.5), np.full((1, 2), 1.25)
    capacity = np.array([[100.0, 100.0], [2.0, 100.0]])
    shipped, sent, burned, carried, relief = sent_off(net, rate, scale, gross, np.zeros((2, 1, 2)), capacity)
    # 2 t of lorries are 1.6 t of goods
    np.testing.assert_allclose(shipped[:, 0, 0], [8.4, 1.6])
    np.testing.assert_allclose(carried[:, 0], [12.5, 2.0])
    # where nothing binds the load is shared by days of cover
    np.testing.assert_allclose(shipped[:, 0, 1], [5.0, 5.0])
    np.testing.assert_allclose(carried[:, 1], [12.5, 6.25])
    assert not sent.any()
    assert not burned.any()
    trade = net.pipeline_class[0] == 1
    np.testing.assert_allclose(relief, 0.0 if trade else carried)
    net.pipeline_class[0] = 3 - net.pipeline_class[0]
    *_, relief = sent_off(net, rate, scale, gross, np.zeros((2, 1, 2)), capacity)
    np.testing.assert_allclose(relief, carried if trade else 0.0)


def test_room_for_relief_is_what_is_left_where_it_may_pass():
    regime = np.array([[31, 2, 1, 31]], np.uint8)
    room = np.full((1, 4), 7.0)
    room_for_relief(regime, np.array([[np.inf, 5.0, 5.0, 0.0]]), np.array([[3.0, 2.0, 0.0, 0.0]]), room)
    np.testing.assert_array_equal(room, [[np.inf, 3.0, np.nan, np.nan]])


def test_full_stores_take_no_more():
    net = network(3, [(0, 1), (1, 2)], [1, 2], [0], [(0, NONE, [1, 1])])
    one = np.ones((1, 2))
    stock = np.full((2, 1, 2), 89.0)  # a day below the full store of 90 t
    shipped, *_ = sent_off(net, np.full((1, 1, 2), 10.0), one, one, stock, np.full((2, 2), 100.0))
    np.testing.assert_allclose(shipped[:, 0], 1.0)


def test_a_home_sends_what_it_can_spare_and_its_lorries_burn_its_fuel():
    """near (60 t) supplies far (0 t) with 10 t a day over 40 km; the same good is the fuel, 1 kg a tonne and km."""
    net = network(3, [(0, 1), (1, 2)], [1, 2], [0], [(1, 0, [1, 1])])._replace(lorry_fuel=0)
    one, stock = np.ones((1, 2)), np.array([[[60.0, 10.2]], [[0.0, 0.0]]])
    rate, wide = np.full((1, 1, 2), 10.0), np.full((2, 2), 100.0)
    shipped, sent, burned, carried, _ = sent_off(net, rate, one, one, stock, wide, km=40.0, thirst=1e-3)
    # the first has plenty; the second keeps as much as it sends (5.1 t), and has fuel for it (0.204 t of what it keeps)
    np.testing.assert_allclose(sent[0, 0], [10.0, 5.1])
    np.testing.assert_allclose(shipped[1, 0], [10.0, 5.1])
    np.testing.assert_allclose(burned[0, 0], [0.4, 5.1 * 0.04])
    np.testing.assert_allclose(carried, [[0.0, 0.0], [10.0, 5.1]])


def test_a_sender_without_fuel_holds_up_no_other():
    """Two homes (60 t each) supply a third over 40 km and 80 km; the nearer has no fuel."""
    pipelines = [(1, 1, [1, 0, 0]), (2, 2, [1, 0, 0])]
    net = network(3, [(0, 1), (1, 2)], [0, 1, 2], [0], pipelines)._replace(lorry_fuel=1)
    stock = np.array([[[0.0], [0.0]], [[60.0], [0.0]], [[60.0], [9.0]]])
    rate, one = np.array([[[10.0], [0.0]]] * 2), np.ones((2, 1))
    shipped, sent, burned, *_ = sent_off(net, rate, one, one, stock, np.full((2, 1), 100.0), km=40.0, thirst=1e-3)
    np.testing.assert_allclose(shipped[0, 0], 10.0)
    np.testing.assert_allclose(sent[:, 0, 0], [0.0, 0.0, 10.0], atol=1e-9)
    np.testing.assert_allclose(burned[:, 1, 0], [0.0, 0.0, 0.8], atol=1e-9)


def test_a_sender_without_fuel_sends_what_its_fuel_allows():
    net = network(3, [(0, 1), (1, 2)], [1, 2], [0], [(1, 0, [1, 1])])._replace(lorry_fuel=1)
    one, stock = np.ones((1, 1)), np.array([[[60.0], [0.2]], [[0.0], [0.0]]])
    rate, wide = np.array([[[10.0], [0.0]]]), np.full((2, 1), 100.0)
    shipped, _, burned, *_ = sent_off(net, rate, one, one, stock, wide, km=40.0, thirst=1e-3)
    np.testing.assert_allclose(shipped[1, 0], 0.2 / 0.04)
    np.testing.assert_allclose(burned[0, 1], 0.2)


def test_people_change_by_births_deaths_departures_and_returns_only():
    people = np.array([[10, 20], [5, 0]])
    born, back, home = np.array([[2, 0], [0, 1]]), np.array([[1, 0], [0, 0]]), np.array([[0, 0], [0, 4]])
    count_people(people, np.array([[1, 0], [2, 0]]), born, np.array([[3, 20], [0, 0]]), back, home)
    assert people.tolist() == [[9, 0], [3, 5]]


def cut(offer, left, capacity, ways, exits):
    """Return whether `is_met` proves that links give what they can; two pipelines of one class from place 0 to 1 and 2.

    offer, left : t that each sent and has left; ways : (pipeline, link) on what it was sent; exits : (pipeline, place)
    """
    arcs = np.array([[[a, b, k], [b, a, k]] for k, (a, b) in enumerate(((0, 3), (3, 1), (3, 2)))])
    rows = np.arange(4)
    bound = np.array([[*capacity, *offer, *left], [0.0] * 3 + [1e2] * 4])
    flow = np.zeros((4, 3))
    flow[:2] = ways
    may = np.concatenate([exits, exits]).astype(np.uint8)
    return is_met(4, rows, np.zeros(4, np.int64), may, arcs, np.ones((4, 3, 2)), bound, flow)


def test_a_full_cut_proves_that_nothing_more_can_come():
    to = np.array([[0, 1, 0, 0], [0, 0, 1, 0]])
    ways = np.array([[6.0, 6.0, 0.0], [4.0, 0.0, 4.0]])
    # the first link is full: no other use of it brings more
    assert cut([6.0, 4.0], [5.0, 5.0], [10.0, 20.0, 20.0], ways, to)
    # it has room for a tonne
    assert not cut([6.0, 4.0], [5.0, 5.0], [11.0, 20.0, 20.0], ways, to)
    # who has goods left cannot use that room, and who could has none left
    assert cut([6.0, 4.0], [5.0, 0.0], [11.0, 6.0, 20.0], ways, to)
