"""Places with what is played for them, as GeoJSON: low, middle and high over the futures, by policy and condition.

Nothing is told by link: where people and lorries are on the way is left out, and so is what lies in stores. Numbers of
people are rounded to three digits, those below ten are left out.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from corridor.report.words import DISCLAIMER

if TYPE_CHECKING:
    import xarray as xr

FEWEST = 10
"""persons below which a number is not told"""
BESIDE = f"Model output, not a forecast or an assessment of fact. {DISCLAIMER}"


def geojson(results: xr.Dataset) -> dict[str, Any]:
    """Return a FeatureCollection: one point per place, policy, condition and month of the horizon.

    Properties: place, label, kind, policy, condition, from, to, and each figure as `<figure>_low`, `_middle`, `_high`
    (ends of the middle 80 % of futures) with its unit in `units`.
    """
    from corridor.analysis.outcomes.months import MEASURES, by_month
    from corridor.results import read

    scenario = read.scenario_of(results)
    places = {place.id: place for place in scenario.places}
    frame = by_month(results)
    units = {one.id: one.unit for one in MEASURES}
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in frame.to_dict("records"):
        place = places.get(str(row["place"]))
        if place is None:
            continue
        key = (place.id, str(row["policy"]), str(row["condition"]), str(row["from"]))
        told = found.setdefault(key, {
            "place": place.id, "label": place.label, "kind": place.kind, "policy": row["policy"],
            "condition": row["condition"], "from": row["from"], "to": row["to"],
        })  # fmt: skip
        for end in ("low", "middle", "high"):
            told[f"{row['measure']}_{end}"] = told_number(float(row[end]), units[str(row["measure"])])
    about = {name: str(value) for name, value in read.origin(results).items() if value is not None}
    return {
        "type": "FeatureCollection",
        "about": {**about, "title": scenario.title, "units": units, "disclaimer": BESIDE},
        "features": [
            {"type": "Feature", "properties": told,
             "geometry": {"type": "Point", "coordinates": [places[key[0]].longitude, places[key[0]].latitude]}}
            for key, told in found.items()
        ],
    }  # fmt: skip


def told_number(value: float, unit: str) -> float | int | None:
    """Return a number as it may be told: three digits; none where it is not a number, or of fewer than ten people."""
    if not math.isfinite(value) or (unit == "persons" and 0 < value < FEWEST):
        return None
    rounded = float(f"{value:.3g}")
    return int(rounded) if rounded.is_integer() else rounded


def as_text(found: dict[str, Any]) -> str:
    """Return GeoJSON as text."""
    return json.dumps(found, ensure_ascii=False, allow_nan=False) + "\n"
