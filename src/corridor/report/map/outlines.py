"""Country outlines for maps: Natural Earth (public domain), clipped and shipped with the package."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Window = tuple[float, float, float, float]
"""west, south, east, north in degrees"""

FILES = ("caucasus", "central_europe", "world")
"""from fine to coarse; the world is 1:110 million, the others 1:10 million"""


@lru_cache(maxsize=len(FILES))
def _read(name: str) -> dict[str, Any]:
    text = files("corridor").joinpath("data", "natural_earth", f"{name}.json").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


def _points(flat: list[float]) -> Floats:
    return np.asarray(flat, dtype=np.float64).reshape(-1, 2)


def _near(line: Floats, window: Window) -> bool:
    west, south, east, north = window
    (x0, y0), (x1, y1) = line.min(axis=0), line.max(axis=0)
    return bool(x0 <= east and x1 >= west and y0 <= north and y1 >= south)


def choose(window: Window) -> str:
    """Return the finest outline file that covers the window; edges of its cut stay off the map."""
    for name in FILES[:-1]:
        west, south, east, north = _read(name)["window"]
        if west <= window[0] and south <= window[1] and window[2] <= east and window[3] <= north:
            return name
    return FILES[-1]


def outlines(window: Window) -> tuple[list[tuple[str, list[Floats]]], list[Floats], str]:
    """Return countries (name, rings) and borders near the window, and the source to print under the map."""
    data = _read(choose(window))
    countries = []
    for country in data["countries"]:
        rings = [ring for ring in map(_points, country["rings"]) if _near(ring, window)]
        if rings:
            countries.append((str(country["name"]), rings))
    borders = [line for line in map(_points, data["borders"]) if _near(line, window)]
    return countries, borders, str(data["source"])
