"""What the movement kernels read and write: the network, the day, the people, as tuples of arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

CLOSED = -1.0
"""Weight of a route that is not open today."""


class Roads(NamedTuple):
    """What never changes: links (people turned back by a closure walk on links of their own), routes, cells."""

    link_from: Ints
    link_to: Ints
    km: Floats
    speed: Floats
    """(link,) km/day"""
    reverse: Ints
    """(link,) the same road the other way"""
    turned: Ints
    """(link,) where people go when this link closes under them, -1 where it never does"""
    back: Bytes
    """(link,) 1 for those links: their people end the day where they arrive"""
    route_base: Ints
    """(place + 1,) routes of place p are route_base[p] ... route_base[p + 1] - 1, shortest in legs first"""
    route_first: Ints
    route_next: Ints
    """(route,) legs left after the first, as 1 + index among the routes of the place in between; 0 none"""
    route_end: Ints
    plans: Ints
    """(place,) 1 + routes from here that can be the rest of a longer one"""
    place_base: Ints
    place_of: Ints
    """(place cell,)"""
    link_base: Ints
    link_days: Ints
    capacity: Floats
    """(place,) persons; < 1 unlimited"""
    grains: int
    """recent travel is kept in steps of 1/grains of a day; 0 = not kept"""
    starts: int
    """distances of the first day kept apart"""
    slot: float
    """km; arrivals of a day that lie closer together are played together"""
    top_speed: float
    buffer: float
    weight_power: float
    strict: int
    """1: a link is passed only when more than its length was covered, and every hop gets a full day's range"""
    bind: int
    """1: nobody enters a full camp"""


class Day(NamedTuple):
    """What holds today, all but `new` the same in every future."""

    day: int
    weight: Floats
    """(route,) attraction before crowding; CLOSED where a link of it is shut"""
    open: Bytes
    """(link,)"""
    closing: Bytes
    """(link,) shut this morning"""
    leave: Floats
    """(place,) chance to leave"""
    camp: Bytes
    town: Bytes
    forced: Ints
    """(place,) the link that everybody who leaves must take, -1 none"""
    origin: Floats
    """(place,) weight of a person living there as a newly displaced one"""
    new: Ints
    """(future,) newly displaced, persons"""
    parts: int
    """most parts into which a day is cut while a camp fills"""
    deplete: int
    """1: the displaced are taken from the resident population"""


class People(NamedTuple):
    """State of a batch; every array starts with the future."""

    present: Ints
    """(future, place)"""
    living: Ints
    """(future, place) residents"""
    at: Ints
    """(future, place cell)"""
    on: Ints
    """(future, link cell)"""
    later: Ints
    """(future, link cell) scratch: where people on links are tonight"""
    entered: Ints
    """(future, link) persons who set out on a link today"""
