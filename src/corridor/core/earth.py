"""Distances on the earth."""

from __future__ import annotations

import math

EARTH_KM = 6371.0


def great_circle_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the length of the great circle between two points given in degrees, km (haversine)."""
    a, b = math.radians(lat1), math.radians(lat2)
    step = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(step)))
