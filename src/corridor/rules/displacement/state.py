"""What the kernels of rule `flee3` read and write: the network, the day, the people, as tuples of arrays.

Inside a day they are laid out as tables of records: all that is known of one place, route or link stands together, and
a helper takes a table as one array.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

Table = npt.NDArray[np.void]

CLOSED = -1.0
"""Weight of a route that is not open today."""

_INT, _FLOAT = np.int64, np.float64
PLACE = np.dtype(
    [
        ("routes", _INT), ("routes_end", _INT), ("cells", _INT), ("cells_end", _INT), ("capacity", _FLOAT),
        ("leave", _FLOAT), ("camp", _INT), ("town", _INT), ("forced", _INT), ("origin", _FLOAT),
        ("present", _INT), ("living", _INT),
    ]
)  # fmt: skip
"""A place today, of one future: where its routes and cells begin and end, `Roads.capacity`, `Day`, and who is there."""
ROUTE = np.dtype(
    [("first", _INT), ("next", _INT), ("end", _INT), ("weight", _FLOAT), ("pull", _FLOAT), ("taken", _INT)]
)
"""A route today: of `Roads` and `Day`; how it attracts once camps are crowded; persons who take it now."""
LINK = np.dtype(
    [
        ("to", _INT), ("km", _FLOAT), ("speed", _FLOAT), ("reverse", _INT), ("turned", _INT), ("back", _INT),
        ("cells", _INT), ("plans", _INT), ("days", _INT), ("open", _INT), ("closing", _INT), ("entered", _INT),
    ]
)  # fmt: skip
"""A link today, of one future: of `Roads` and `Day`, the plans of its end, and who set out on it."""
NOW = np.dtype(
    [
        ("grains", _INT), ("starts", _INT), ("strict", _INT), ("bind", _INT), ("slot", _FLOAT), ("top_speed", _FLOAT),
        ("buffer", _FLOAT), ("weight_power", _FLOAT), ("parts", _INT), ("deplete", _INT),
        ("seed", _INT), ("day", _INT), ("future", _INT), ("row", _INT), ("stream", _INT), ("part", _INT), ("of", _INT),
    ]
)  # fmt: skip
"""One row: settings of `Roads` and `Day`, the address of the draws, the row of the batch, and the part of the day."""


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
