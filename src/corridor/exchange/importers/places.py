"""Boundaries and p-codes (COD-AB) -> places.csv: id by p-code, names by language, a point inside."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from corridor.exchange.flee.sources import slugs
from corridor.exchange.importers.base import Import, Picks, json_of, name_of, plain, rows_of

_CODE = re.compile(r"adm(?:in)?([0-4])_?(?:pcode|code)")
_NAME = re.compile(r"adm(?:in)?([0-4])_?(?:name)?_?([a-z]{2})?(?:name)?")


def read_codab(path: Path, picks: Picks) -> Import:
    """Return places.csv from COD-AB areas: GeoJSON, or a table with latitude and longitude (gazetteer).

    Every area becomes a waypoint: say yourself which are homes. The finest level of the file is taken, or
    `--pick level=1`. The point of an area is the publisher's, else the middle of its outline's box, which may lie
    outside it: that is told.
    """
    found = Import(path, "codab", "CC BY-IGO", "OCHA COD-AB", claim="administrative areas and their codes")
    areas = _areas(found)
    codes = sorted({int(m[1]) for row, _ in areas for name in row if (m := _CODE.fullmatch(name)) and row[name]})
    if not codes:
        found.problem(None, "adm1_pcode", "no column of p-codes", "take a COD-AB layer (admin1Pcode, ADM1_PCODE)")
        return found.finished()
    asked = picks.get("level", "")
    level = int(asked) if asked.isdigit() and int(asked) in codes else codes[-1]
    if len(codes) > 1:
        found.told.append(f"level {level} is taken; another by --pick level={codes[0]}")
    seen: dict[str, tuple[object, ...]] = {}
    boxed = 0
    for row, box in areas:
        code = next((row[n] for n in row if (m := _CODE.fullmatch(n)) and int(m[1]) == level), "")
        names = {m[2] or "": row[n] for n in row if (m := _NAME.fullmatch(n)) and int(m[1]) == level and row[n]}
        names = {lang: text for lang, text in names.items() if text != code}
        latitude = _degrees(row, "center_lat", "latitude", "lat", "y")
        longitude = _degrees(row, "center_lon", "longitude", "lon", "x")
        if (latitude is None or longitude is None) and box is not None:
            boxed += 1
            latitude, longitude = (box[1] + box[3]) / 2, (box[0] + box[2]) / 2
        if not code or not names or latitude is None or longitude is None:
            found.dropped["areas without a code, a name or a point"] += 1
            continue
        name = names.get("en") or names.get("") or next(iter(names.values()))
        all_names = " | ".join(f"{text.replace('|', '/')} ({lang or 'und'}, official)" for lang, text in names.items())
        id_ = slugs([code])[0]
        if id_ in seen:
            found.dropped["areas whose code stood already"] += 1
            continue
        seen[id_] = (id_, name, all_names.replace("((", "("), round(latitude, 6), round(longitude, 6), "waypoint",
                     found.source)  # fmt: skip
    found.told += (
        [f"{boxed} points are the middle of the outline's box, which may lie outside the area"] if boxed else []
    )
    found.told.append("every area is a waypoint: say which are homes, and how many people live there")
    columns = ("id", "name", "names", "latitude", "longitude", "kind", "evidence")
    found.add("places.csv", columns, seen.values())
    return found.finished()


def _areas(found: Import) -> list[tuple[dict[str, str], tuple[float, float, float, float] | None]]:
    if found.path.suffix.lower() not in (".json", ".geojson"):
        return [(dict(row.cells), None) for row in rows_of(found)]
    data = json_of(found)
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        found.problem(None, "", "is no GeoJSON of features", "export the layer as GeoJSON")
        return []
    out = []
    for one in (one for one in features if isinstance(one, dict)):
        given: Any = one.get("properties")
        properties = given if isinstance(given, dict) else {}
        row = {name_of(str(k)): plain(v) for k, v in properties.items() if not isinstance(v, dict | list)}
        points = list(_points(one.get("geometry")))
        box = None
        if points:
            xs, ys = zip(*points, strict=True)
            box = (min(xs), min(ys), max(xs), max(ys))
        out.append((row, box))
    return out


def _points(geometry: object) -> list[tuple[float, float]]:
    """Return every point of a geometry, longitude first, however deep its rings lie."""
    if not isinstance(geometry, dict):
        return []
    stack: list[object] = [geometry.get("coordinates")]
    stack += [one.get("coordinates") for one in geometry.get("geometries") or () if isinstance(one, dict)]
    out = []
    while stack:
        one = stack.pop()
        if not isinstance(one, list):
            continue
        pair = one[:2]
        if len(pair) == 2 and all(isinstance(n, int | float) and not isinstance(n, bool) for n in pair):
            x, y = pair
            if abs(x) <= 180 and abs(y) <= 90:
                out.append((float(x), float(y)))
        else:
            stack += one
    return out


def _degrees(row: dict[str, str], *names: str) -> float | None:
    for name in names:
        try:
            value = float(row.get(name, ""))
        except ValueError:
            continue
        if abs(value) <= (90 if "lat" in name or name == "y" else 180):
            return value
    return None
