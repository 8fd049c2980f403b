"""The road network as a displacement rule walks it: routes of a few legs, links for those turned back, cells."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corridor.rules.displacement.case import MARKER, DisplacementCase
from corridor.rules.displacement.state import CLOSED, Roads

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_MOST_ROUTES = 4000
"""Routes from one place; the addresses of draws hold no more."""


class Route(NamedTuple):
    """Links in order, end, length in km."""

    links: tuple[int, ...]
    end: int
    km: float


def routes_from(case: DisplacementCase, place: int, legs: int) -> list[Route]:
    """Return every way of up to `legs` legs that visits no place twice, fewest links first.

    A marker is no destination, and passing it is no leg.
    """
    out: list[Route] = []
    leaving: dict[int, list[int]] = {}
    for link, start in enumerate(case.link_from.tolist()):
        leaving.setdefault(start, []).append(link)

    def extend(way: tuple[int, ...], seen: tuple[int, ...], km: float, used: int) -> None:
        for link in leaving.get(seen[-1], []):
            to = int(case.link_to[link])
            if to in seen:
                continue
            longer, length = (*way, link), km + float(case.link_km[link])
            marker = case.kind[to] == MARKER
            if not marker:
                out.append(Route(longer, to, length))
            if used + (0 if marker else 1) < legs:
                extend(longer, (*seen, to), length, used + (0 if marker else 1))

    extend((), (place,), 0.0, 0)
    return sorted(out, key=lambda route: len(route.links))


def closes(is_open: Bools) -> Bools:
    """Return (link,) whether a link closes on any day; is_open: (day, link)."""
    out: Bools = np.any(is_open[:-1] & ~is_open[1:], axis=0)
    return out


class Plan(NamedTuple):
    """The network compiled for one rule."""

    roads: Roads
    routes: tuple[Route, ...]
    real_links: int
    """links of the case; those after them are for people turned back"""


class Walk(NamedTuple):
    """How people walk; legs : most legs of a route, the others as in `corridor.rules.displacement.state.Roads`."""

    legs: int
    speed: float
    grains: int
    starts: int
    slot: float
    buffer: float
    weight_power: float
    strict: bool
    bind: bool


class Pull(NamedTuple):
    """How a route attracts; copies : whether a link that the case holds twice counts twice."""

    softening: float
    weight_softening: float
    distance_power: float
    weight_power: float
    pruning: float
    copies: bool


def plan_roads(case: DisplacementCase, capacity: Floats, walk: Walk, may_close: Bools) -> Plan:
    """Compile a case; capacity: (place,), may_close: (link,)."""
    links, places = case.link_from.size, len(case.places)
    by_place = [routes_from(case, p, walk.legs) for p in range(places)]
    if max(map(len, by_place), default=0) > _MOST_ROUTES:
        message = f"more than {_MOST_ROUTES} routes from one place: lower the awareness"
        raise ValueError(message)
    where = [{route.links: 1 + i for i, route in enumerate(routes)} for routes in by_place]
    rest = [[0 for _ in routes] for routes in by_place]
    plans = np.ones(places, dtype=np.int64)
    for routes, then in zip(by_place, rest, strict=True):
        for i, route in enumerate(routes):
            if len(route.links) > 1:
                via = int(case.link_to[route.links[0]])
                then[i] = where[via][route.links[1:]]
                plans[via] = max(plans[via], 1 + then[i])
    closing = np.flatnonzero(may_close)
    turned = np.full(links + closing.size, -1, dtype=np.int64)
    turned[closing] = links + np.arange(closing.size)
    reverse = np.concatenate([np.arange(links) ^ 1, closing])
    link_from = np.concatenate([case.link_from, case.link_to[closing]])
    link_to = np.concatenate([case.link_to, case.link_from[closing]])
    km = np.concatenate([case.link_km, case.link_km[closing]])
    own = np.where(case.link_kmh_day > 0, case.link_kmh_day, walk.speed)
    speeds = np.concatenate([own, own[closing]])
    back = np.zeros(links + closing.size, dtype=np.uint8)
    back[links:] = 1
    cells = walk.grains + 1
    days = np.floor(km / speeds).astype(np.int64) + 3
    flat = tuple(route for routes in by_place for route in routes)
    roads = Roads(
        link_from=link_from,
        link_to=link_to,
        km=km,
        speed=speeds,
        reverse=reverse,
        turned=turned,
        back=back,
        route_base=np.cumsum([0, *map(len, by_place)]).astype(np.int64),
        route_first=np.array([route.links[0] for route in flat], dtype=np.int64),
        route_next=np.array([n for then in rest for n in then], dtype=np.int64),
        route_end=np.array([route.end for route in flat], dtype=np.int64),
        plans=plans,
        place_base=np.concatenate([[0], np.cumsum(plans * cells)]).astype(np.int64),
        link_base=np.concatenate([[0], np.cumsum(days * walk.starts * plans[link_to] * cells)]).astype(np.int64),
        link_days=days,
        capacity=capacity,
        grains=walk.grains,
        starts=walk.starts,
        slot=walk.slot,
        top_speed=float(max(walk.speed, speeds.max(initial=walk.speed))),
        buffer=walk.buffer,
        weight_power=walk.weight_power,
        strict=int(walk.strict),
        bind=int(walk.bind),
    )
    return Plan(roads, flat, links)


def route_weights(case: DisplacementCase, plan: Plan, score: Floats, is_open: Bools, pull: Pull) -> Floats:
    """Return (day, route) attraction before crowding; CLOSED where a link of the route is shut.

    score : (day, place) attraction of a place
    """
    routes = plan.routes
    if not routes:
        return np.zeros((case.days, 0))
    km = np.array([route.km for route in routes])
    held = np.array([np.prod(case.link_copies[list(route.links)]) if pull.copies else 1.0 for route in routes])
    ends = plan.roads.route_end
    weight = (
        (pull.weight_softening + score[:, ends]) / (pull.softening + km) ** pull.distance_power
    ) ** pull.weight_power * held
    passable = np.stack([is_open[:, list(route.links)].all(axis=1) for route in routes], axis=1)
    if pull.pruning > 1.001:
        base = plan.roads.route_base
        for place in range(base.size - 1):
            own = slice(base[place], base[place + 1])
            best = np.where(passable[:, own], weight[:, own], 0.0).max(axis=1, initial=0.0)
            passable[:, own] &= weight[:, own] >= best[:, None] / pull.pruning
    out: Floats = np.where(passable, weight, CLOSED)
    return out
