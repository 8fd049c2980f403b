"""Roads as OSMnx writes them, GraphML or GeoPackage -> places.csv and links.csv with length, speed and surface."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from corridor.core.errors import InputError, Problem
from corridor.exchange.importers.base import Import, Picks, plain
from corridor.scenario.read.source import read_bytes

_NS = "{http://graphml.graphdrawing.org/xmlns}"
KMH = {"motorway": 100.0, "trunk": 80.0, "primary": 60.0, "secondary": 50.0, "tertiary": 40.0, "track": 15.0}
"""assumed: speed by kind of road where the map gives none"""
OTHER_KMH = 30.0
"""assumed: of every other kind"""
_TRACKS = ("track", "path", "bridleway", "footway")
Item = Mapping[str, str]


def read_osmnx(path: Path, picks: Picks) -> Import:
    """Return places.csv (junctions, as waypoints) and links.csv from a road network that OSMnx saved.

    The two directions of a road are one link. Of several roads between the same two junctions the shortest stays.
    `maxspeed` is a limit, not what a lorry drives; where it is missing a speed is assumed by kind of road.
    """
    found = Import(
        path, "osmnx", "ODbL 1.0, © OpenStreetMap contributors", "OpenStreetMap", claim="roads and junctions"
    )
    nodes, edges = _graphml(found) if path.suffix.lower() in (".graphml", ".xml") else _package(found)
    places: dict[str, tuple[object, ...]] = {}
    for node, data in nodes:
        at = tuple(_float(data.get(name, "")) for name in ("y", "x"))
        if at[0] is None or at[1] is None or abs(at[0]) > 90 or abs(at[1]) > 180:
            found.dropped["junctions without a position in degrees"] += 1
            continue
        places[node] = (f"n{_id(node)}", data.get("ref") or f"junction {node}", *at, "waypoint", found.source)
    links: dict[tuple[str, str], tuple[float, tuple[object, ...]]] = {}
    used: set[str] = set()
    assumed = one_way = 0
    for a, b, data in edges:
        metres = _float(data.get("length", ""))
        if a not in places or b not in places or a == b or not metres or metres <= 0:
            found.dropped["roads without length, or that lead to where they start"] += 1
            continue
        pair = (min(a, b), max(a, b))
        if pair in links and links[pair][0] <= metres:
            found.dropped["second directions and longer ways between the same junctions"] += 1
            continue
        kind = _first(data.get("highway", "")).removesuffix("_link")
        speed = _speed(_first(data.get("maxspeed", "")))
        assumed += speed is None
        one_way += data.get("oneway", "").lower() in ("true", "1", "yes")
        bridge = _first(data.get("bridge", "")).lower() not in ("", "no", "false")
        way = "bridge" if bridge else "track" if kind in _TRACKS else "road"
        note = "; ".join(filter(None, (
            _first(data.get("name", "")), _first(data.get("ref", "")), kind,
            f"surface {_first(data['surface'])}" if data.get("surface") else "surface not said",
            "speed assumed by kind of road" if speed is None else "speed is the limit",
        )))  # fmt: skip
        row = (f"n{_id(pair[0])}-n{_id(pair[1])}", places[pair[0]][0], places[pair[1]][0], way, metres / 1000,
               speed or KMH.get(kind, OTHER_KMH), "open", found.source, note)  # fmt: skip
        links[pair] = (metres, row)
        used |= {a, b}
    found.told += [f"{assumed} roads have no speed: assumed by kind of road"] if assumed else []
    found.told += [f"{one_way} one-way roads are links in both directions"] if one_way else []
    found.told.append("no road carries a capacity or a controller: the map does not know them")
    found.add("places.csv", ("id", "name", "latitude", "longitude", "kind", "evidence"),
              (row for node, row in places.items() if node in used))  # fmt: skip
    found.add("links.csv", ("id", "from", "to", "kind", "km", "kmh", "regime", "evidence", "note"),
              (row for _, row in links.values()))  # fmt: skip
    return found.finished()


def _graphml(found: Import) -> tuple[list[tuple[str, Item]], list[tuple[str, str, Item]]]:
    data, problem = read_bytes(found.path, found.path.name)
    if data is None:
        raise InputError([problem] if problem else [])
    if b"<!DOCTYPE" in data[:4096].upper() or b"<!ENTITY" in data:
        raise InputError([Problem(found.path.name, 0, 0, "", "declares entities, which no road network needs", "")])
    try:
        root = ET.fromstring(data)
    except (ET.ParseError, ValueError, LookupError) as error:
        raise InputError(
            [Problem(found.path.name, 0, 0, "", f"is no GraphML: {error}"[:200], "save it anew")]
        ) from error
    names = {key.get("id", ""): key.get("attr.name", "") for key in root.iter(f"{_NS}key")}

    def cells(one: ET.Element) -> Item:
        return {names.get(d.get("key", ""), ""): (d.text or "").strip() for d in one.iter(f"{_NS}data")}

    nodes = [(one.get("id", ""), cells(one)) for one in root.iter(f"{_NS}node")]
    edges = [(one.get("source", ""), one.get("target", ""), cells(one)) for one in root.iter(f"{_NS}edge")]
    return nodes, edges


def _package(found: Import) -> tuple[list[tuple[str, Item]], list[tuple[str, str, Item]]]:
    """Read layers `nodes` and `edges` of a GeoPackage, opened for reading only; geometry is not needed."""
    try:
        if not found.path.is_file():
            raise InputError([Problem(found.path.name, 0, 0, "", "there is no such file", "check the path")])
        base = sqlite3.connect(f"{found.path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            nodes = [(data["osmid"], data) for data in _layer(base, "nodes")]
            edges = [(data["u"], data["v"], data) for data in _layer(base, "edges")]
        finally:
            base.close()
    except (sqlite3.Error, KeyError, OverflowError, ValueError) as error:
        message = f"is no GeoPackage of OSMnx: {error}"[:200]
        raise InputError([Problem(found.path.name, 0, 0, "", message, "save it with osmnx")]) from error
    return nodes, edges


def _layer(base: sqlite3.Connection, name: str) -> Iterator[Item]:
    cursor = base.execute(f'SELECT * FROM "{name}"')
    columns = [one[0] for one in cursor.description]
    for row in cursor:
        yield {c: "" if isinstance(v, bytes) else plain(v) for c, v in zip(columns, row, strict=True)}


def _first(text: str) -> str:
    """Return the first of several values, which the file writes as "['a', 'b']"."""
    match = re.match(r"\[\s*['\"]?([^'\",\]]*)", text)
    return (match[1] if match else text).strip()


def _speed(text: str) -> float | None:
    match = re.fullmatch(r"(\d{1,3})(?:\.\d+)?\s*(mph|km/h|kmh|kph)?", text)
    value = float(match[1]) * (1.609344 if match[2] == "mph" else 1.0) if match else 0.0
    return value if 1 <= value <= 200 else None


def _float(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None


def _id(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "_", text)[:40]
