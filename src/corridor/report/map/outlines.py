"""Country outlines for maps: Natural Earth (public domain), the whole world at two scales, clipped to the window.

The files are TopoJSON: each line is stored once, as an "arc" of integer steps; a country is a list of rings, a ring a
list of arcs, and arc ~i is arc i walked backwards. An arc that two countries use is a border between them.
"""

from __future__ import annotations

import gzip
import json
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Window = tuple[float, float, float, float]
"""west, south, east, north in degrees"""

FINE, COARSE = "10m", "50m"
"""1:10 million and 1:50 million"""
WIDEST_FINE = 20.0
"""degrees: a window up to so wide and high is drawn from the finer file"""
MARGIN = 0.08
"""share of the window by which outlines are cut outside it, so that cut edges stay off the map"""
WHOLE = {
    "Bosnia and Herz.": "Bosnia and Herzegovina", "S. Sudan": "South Sudan", "W. Sahara": "Western Sahara",
    "Dem. Rep. Congo": "Democratic Republic of the Congo", "Central African Rep.": "Central African Republic",
    "Dominican Rep.": "Dominican Republic", "Eq. Guinea": "Equatorial Guinea", "N. Cyprus": "Cyprus, north",
    "Solomon Is.": "Solomon Islands", "Palestine": "Palestinian territories", "Faeroe Is.": "Faroe Islands",
}  # fmt: skip
"""names that the files abbreviate or that take a side, as maps write them"""


class Atlas(NamedTuple):
    """Outlines as they are stored: countries as (name, rings of arcs), arcs as points, and which arcs are borders."""

    countries: tuple[tuple[str, tuple[tuple[int, ...], ...]], ...]
    arcs: tuple[Floats, ...]
    borders: tuple[int, ...]
    source: str


@lru_cache(maxsize=2)
def read(scale: str) -> Atlas:
    """Return the outlines of a scale."""
    path = files("corridor").joinpath("data", "natural_earth", f"countries_{scale}.json.gz")
    told: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    arcs = decode_arcs(told)
    users: dict[int, set[int]] = {}
    countries = []
    for number, country in enumerate(told["objects"]["countries"]["geometries"]):
        found = country.get("arcs") or ()
        polygons = found if country["type"] == "MultiPolygon" else [found]
        rings = tuple(tuple(ring) for polygon in polygons for ring in polygon)
        for ring in rings:
            for index in ring:
                users.setdefault(max(index, ~index), set()).add(number)
        name = str(country["properties"]["name"])
        countries.append((WHOLE.get(name, name), rings))
    shared = tuple(index for index, by in users.items() if len(by) > 1)
    source = f"Natural Earth, Admin 0 countries, 1:{scale.removesuffix('m')},000,000; public domain"
    return Atlas(tuple(sorted(countries)), arcs, shared, source)


def decode_arcs(topology: dict[str, Any]) -> tuple[Floats, ...]:
    """Return each arc as (point, 2) longitudes and latitudes in degrees."""
    scale, shift = np.array(topology["transform"]["scale"]), np.array(topology["transform"]["translate"])
    return tuple(np.cumsum(np.array(steps, np.float64), axis=0) * scale + shift for steps in topology["arcs"])


def join(ring: tuple[int, ...], arcs: tuple[Floats, ...]) -> Floats:
    """Return the closed ring made of the arcs, walked backwards where the index is negative."""
    parts = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in ring]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def clip_ring(ring: Floats, window: Window) -> Floats:
    """Return the part of a ring inside the window (Sutherland and Hodgman 1974), empty where there is none."""
    west, south, east, north = window
    for axis, bound, sign in ((0, west, 1.0), (0, east, -1.0), (1, south, 1.0), (1, north, -1.0)):
        if not len(ring):
            return ring
        inside = sign * (ring[:, axis] - bound) >= 0
        if inside.all():
            continue
        before = np.roll(ring, 1, axis=0)
        crossed = inside != np.roll(inside, 1)
        step = np.where(crossed, ring[:, axis] - before[:, axis], 1.0)
        cut = before + ((bound - before[:, axis]) / step)[:, None] * (ring - before)
        # the cut, where there is one, comes before the point
        both = np.stack([cut, ring], axis=1).reshape(-1, 2)
        ring = both[np.column_stack([crossed, inside]).ravel()]
    return ring


def _near(line: Floats, window: Window) -> bool:
    west, south, east, north = window
    (x0, y0), (x1, y1) = line.min(axis=0), line.max(axis=0)
    return bool(x0 <= east and x1 >= west and y0 <= north and y1 >= south)


def _runs(line: Floats, window: Window) -> list[Floats]:
    """Return the runs of a line whose segments touch the window; a run may end just outside it."""
    west, south, east, north = window
    low, high = np.minimum(line[:-1], line[1:]), np.maximum(line[:-1], line[1:])
    touches = (low[:, 0] <= east) & (high[:, 0] >= west) & (low[:, 1] <= north) & (high[:, 1] >= south)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], touches, [False]]).astype(int)))
    return [line[first : last + 1] for first, last in edges.reshape(-1, 2)]


def choose(window: Window) -> str:
    """Return the scale that a window is drawn from."""
    west, south, east, north = window
    return FINE if max(east - west, north - south) <= WIDEST_FINE else COARSE


def outlines(window: Window) -> tuple[list[tuple[str, list[Floats]]], list[Floats], str]:
    """Return countries (name, rings) and borders in the window and a little around it, and the source to print."""
    atlas = read(choose(window))
    west, south, east, north = window
    x, y = MARGIN * (east - west), MARGIN * (north - south)
    wide = west - x, south - y, east + x, north + y
    near = [_near(arc, wide) for arc in atlas.arcs]
    countries = []
    for name, rings in atlas.countries:
        joined = [join(ring, atlas.arcs) for ring in rings]
        clipped = [clip_ring(ring, wide) for ring in joined if _near(ring, wide)]
        kept = [ring for ring in clipped if len(ring) >= 3]
        if kept:
            countries.append((name, kept))
    borders = [run for index in atlas.borders if near[index] for run in _runs(atlas.arcs[index], wide)]
    return countries, borders, atlas.source
