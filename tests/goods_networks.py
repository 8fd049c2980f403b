"""Random networks of roads and pipelines, and the day's deliveries on them, without a folder and without an engine."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from corridor.kernels.network import NONE, Network
from corridor.rules.supply.delivery import push_deliveries
from corridor.rules.supply.push import Goods, Loads, Roads, Terms
from corridor.rules.supply.ways import find_ways_of_goods

ALL = 7
"""all classes of goods may pass"""


@dataclass(frozen=True)
class Case:
    """One day: letters P places, K links, L pipelines, H homes, C commodities."""

    places: int
    homes: np.ndarray  # (H,) place
    ends: np.ndarray  # (K, 2) places
    hours: np.ndarray  # (K,)
    capacity: np.ndarray  # (K,) t/day
    regime: np.ndarray  # (K,)
    source: np.ndarray  # (L,) place
    to: np.ndarray  # (L, H)
    traffic: np.ndarray  # (L,) bit of its class
    turn: np.ndarray  # (L,) when its class loads
    rank: np.ndarray  # (L,) by name
    offer: np.ndarray  # (L, C) t
    use: np.ndarray  # (H, C) t/day
    held: np.ndarray  # (H, C) t

    def shuffled(self, rng: np.random.Generator) -> tuple[Case, np.ndarray, np.ndarray]:
        """Return the same case with places, links, their ends and pipelines in another order, and the two orders."""
        place, link, pipe = (rng.permutation(n) for n in (self.places, self.hours.size, self.source.size))
        flip = rng.integers(0, 2, link.size).astype(bool)
        ends = place[self.ends[link]]
        ends[flip] = ends[flip][:, ::-1]
        return (
            replace(
                self, homes=place[self.homes], ends=ends, hours=self.hours[link], capacity=self.capacity[link],
                regime=self.regime[link], source=place[self.source[pipe]], to=self.to[pipe],
                traffic=self.traffic[pipe], turn=self.turn[pipe], rank=self.rank[pipe], offer=self.offer[pipe],
            ),
            link,
            pipe,
        )  # fmt: skip


def network_of(case: Case) -> Network:
    """Return the network of a case; every good is eaten, nothing is burned."""
    links, homes, commodities = case.hours.size, case.homes.size, case.offer.shape[1]
    words = np.uint32
    return Network(
        places=case.places, link_from=case.ends[:, 0].copy(), link_to=case.ends[:, 1].copy(), home=case.homes,
        destination=np.zeros(0, np.int64), registers=np.zeros(0, np.uint8), exits=np.zeros(case.places, np.uint8),
        exit_link=np.zeros(links, np.uint8), driven=np.ones(links, np.uint8), walked=np.ones(links, np.uint8),
        bus_home=np.zeros(0, np.int64), bus_exit=np.zeros(0, np.int64), bus_days=np.zeros((0, 2), np.int64),
        nearest_home=np.zeros(case.places, np.int64), latitude=0.0, new_year=0,
        pipeline_from=case.source, pipeline_home=np.full(case.source.size, NONE), pipeline_to=case.to,
        pipeline_class=case.traffic, pipeline_turn=case.turn, pipeline_rank=case.rank, pipeline_ran=np.ones(case.source.size, np.uint8), pipeline_convoy=np.zeros(case.source.size, np.uint8),
        pipeline_fleet=np.full(case.source.size, NONE), transfer=np.zeros(0, np.int64), food=np.ones(commodities, np.uint8),
        energy=np.ones(commodities), spoilage=np.zeros(commodities), lorry_fuel=NONE, car_fuel=NONE,
        link_address=np.arange(links, dtype=words), home_address=np.arange(homes, dtype=words),
    )  # fmt: skip


@dataclass(frozen=True)
class Done:
    """What a day brought."""

    delivered: np.ndarray  # (H, C) t
    carried: np.ndarray  # (K,) t
    shipped: np.ndarray  # (L, H, C) t


def play(case: Case, full: float = 1e12) -> Done:
    """Return the deliveries of a day; full : days of cover of full stores."""
    net = network_of(case)
    pipes, commodities, links = case.source.size, case.offer.shape[1], case.hours.size

    def one(x: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(x[..., None])

    way, tied = np.empty((pipes, case.places, 1), np.int64), np.zeros((pipes, 1), np.uint8)
    find_ways_of_goods(
        net, np.arange(net.pipeline_from.size), np.zeros(1, np.int64), one(case.regime), one(case.hours), way, tied
    )
    stock, ones = one(case.held), np.ones((pipes, 1))
    loads = Loads(one(case.offer), ones, ones, way, tied, 10.0 * ones, np.zeros((pipes, 1)))
    shipped, spell = np.zeros((pipes, case.homes.size, commodities, 1)), np.zeros((pipes, case.homes.size, 1))
    people, need = one(case.use[:, 0].astype(np.int64)), np.ones((commodities, 1))
    goods = Goods(people, need, stock, np.zeros_like(stock), shipped, spell, np.zeros_like(stock), np.zeros_like(stock))
    hours, none = one(case.hours), np.zeros((0, 1))
    open_all_day = np.full((links, 1), 24.0)
    roads = Roads(
        one(case.regime), hours, hours, open_all_day, one(case.capacity), np.zeros((links, 1)), np.zeros((links, 1)),
        none, none, none.copy(),
    )  # fmt: skip
    push_deliveries(net, roads, loads, goods, Terms(np.zeros((pipes, 1)), np.full(1, full)))
    return Done(shipped.sum(axis=0)[..., 0], roads.carried[..., 0], shipped[..., 0])


def tied(case: Case, rng: np.random.Generator) -> Case:
    """Return a case with few different hours, capacities and offers, so that much is equal."""
    few = (np.array([1.0, 2.0]), np.array([10.0, 20.0, 40.0]))
    hours, capacity = (rng.choice(values, case.hours.size) for values in few)
    use = np.full(case.use.shape, 10.0)
    offer = np.where(case.offer > 0, 30.0, 0.0)
    return replace(
        case, hours=hours, capacity=capacity, offer=offer, use=use, held=10.0 * rng.integers(0, 2, use.shape)
    )


def draw_case(rng: np.random.Generator, *, same: bool, classes: int = 1, goods: int = 1) -> Case:
    """Return a random case; same : every pipeline may serve every home; goods : kinds of each class."""
    places = int(rng.integers(3, 13))
    links = int(rng.integers(max(3, places - 1), 26))
    pipes = int(rng.integers(1, 7))
    homes = int(rng.integers(1, max(2, places // 2 + 1)))
    order = rng.permutation(places)
    home, rest = np.sort(order[:homes]), order[homes:]
    ends = []
    for k in range(links):
        # a tree first, so that most places can be reached; then whatever comes
        a = int(order[k + 1]) if k < places - 1 else int(rng.integers(places))
        b = int(order[rng.integers(0, k + 1)]) if k < places - 1 else int(rng.integers(places - 1))
        ends.append((a, b if k < places - 1 else b + (b >= a)))
    capacity = rng.choice([rng.integers(1, 40), rng.integers(40, 400)], links) * rng.uniform(0.5, 1.5, links)
    traffic = 1 << rng.integers(0, classes, pipes)
    regime = np.where(rng.random(links) < 0.15, rng.integers(0, 8, links), ALL) if classes > 1 else np.full(links, ALL)
    to = np.ones((pipes, homes), np.uint8)
    if not same:
        to = (rng.random((pipes, homes)) < 0.5).astype(np.uint8)
        to[np.arange(pipes), rng.integers(0, homes, pipes)] = 1
    # each class has goods of its own, so that its tonnes can be told
    kind = goods * np.log2(traffic).astype(np.int64) + rng.integers(0, goods, pipes)
    offer = np.zeros((pipes, goods * classes))
    offer[np.arange(pipes), kind] = rng.integers(1, 120, pipes) * rng.uniform(0.5, 1.5, pipes)
    use = np.repeat(rng.integers(1, 50, homes)[:, None], goods * classes, axis=1).astype(float)
    return Case(
        places=places, homes=home, ends=np.array(ends), hours=rng.uniform(0.2, 8.0, links), capacity=capacity.astype(float),
        regime=regime.astype(np.uint8), source=rng.choice(rest if rest.size else order, pipes), to=to,
        traffic=traffic.astype(np.uint8), turn=2 * (2 - np.log2(traffic).astype(np.int64)), rank=np.arange(pipes), offer=offer, use=use,
        held=use * rng.uniform(0, 20, use.shape),
    )  # fmt: skip
