"""Make the clipped country outlines in `src/corridor/data/natural_earth` from Natural Earth.

    python tools/clip_outlines.py            # fetches the npm package `world-atlas` with `npm pack`
    python tools/clip_outlines.py --atlas DIR   # reads countries-10m.json and countries-110m.json from DIR

The package holds Natural Earth's countries (public domain) as TopoJSON. A TopoJSON file stores each
line once, as an "arc" of integer steps; a country is a list of rings, a ring a list of arcs, and arc
~i means arc i walked backwards. An arc used by two countries is a border between them.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

PACKAGE = "world-atlas@2.0.2"
OUT = Path(__file__).parents[1] / "src" / "corridor" / "data" / "natural_earth"
WINDOWS: dict[str, tuple[float, float, float, float]] = {
    "caucasus": (43.0, 37.5, 50.0, 42.5),
    "central_europe": (4.5, 46.5, 17.0, 56.0),
}
"""west, south, east, north in degrees; wider than any map drawn inside, so that cut edges stay off the map"""

Point = tuple[float, float]
Line = list[Point]


def decode_arcs(topology: dict[str, Any]) -> list[Line]:
    """Return each arc as (longitude, latitude) points in degrees."""
    (kx, ky), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[Line] = []
    for steps in topology["arcs"]:
        x = y = 0
        line: Line = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            line.append((x * kx + tx, y * ky + ty))
        arcs.append(line)
    return arcs


def join(ring: list[int], arcs: list[Line]) -> Line:
    """Return the closed ring made of the arcs, walked backwards where the index is negative."""
    points: Line = []
    for index in ring:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc if not points else arc[1:])
    return points


def clip_ring(ring: Line, window: tuple[float, float, float, float]) -> Line:
    """Return the part of a ring inside the window (Sutherland and Hodgman 1974), empty where there is none."""
    west, south, east, north = window
    for axis, bound, sign in ((0, west, 1.0), (0, east, -1.0), (1, south, 1.0), (1, north, -1.0)):
        kept: Line = []
        for before, here in zip([*ring[-1:], *ring[:-1]], ring, strict=True):
            inside_before, inside = sign * (before[axis] - bound) >= 0, sign * (here[axis] - bound) >= 0
            if inside != inside_before:
                share = (bound - before[axis]) / (here[axis] - before[axis])
                kept.append(tuple(b + share * (h - b) for b, h in zip(before, here, strict=True)))  # type: ignore[arg-type]
            if inside:
                kept.append(here)
        ring = kept
    return ring


def clip_line(line: Line, window: tuple[float, float, float, float]) -> list[Line]:
    """Return the runs of a line whose segments touch the window; a run may end just outside it."""
    west, south, east, north = window
    runs: list[Line] = []
    open_run = False
    for (x0, y0), (x1, y1) in itertools.pairwise(line):
        touches = min(x0, x1) <= east and max(x0, x1) >= west and min(y0, y1) <= north and max(y0, y1) >= south
        if touches and not open_run:
            runs.append([(x0, y0)])
        if touches:
            runs[-1].append((x1, y1))
        open_run = touches
    return runs


def rounded(line: Line, places: int) -> list[float]:
    """Return lon, lat, lon, lat, ... rounded, without repeated points."""
    flat: list[float] = []
    for x, y in line:
        pair = [round(x, places), round(y, places)]
        if flat[-2:] != pair:
            flat += pair
    return flat


def outlines(topology: dict[str, Any], window: tuple[float, float, float, float], places: int) -> dict[str, Any]:
    """Return countries (name, rings) and the borders that two of them share, inside the window."""
    arcs = decode_arcs(topology)
    users: dict[int, set[int]] = {}
    countries = []
    for number, country in enumerate(topology["objects"]["countries"]["geometries"]):
        if not country.get("arcs"):
            continue
        polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        rings = []
        for polygon in polygons:
            for ring in polygon:
                for index in ring:
                    users.setdefault(index if index >= 0 else ~index, set()).add(number)
                clipped = rounded(clip_ring(join(ring, arcs), window), places)
                if len(clipped) >= 6:
                    rings.append(clipped)
        if rings:
            countries.append({"name": country["properties"]["name"], "rings": rings})
    shared = [arc for index, arc in enumerate(arcs) if len(users.get(index, ())) > 1]
    borders = [rounded(run, places) for arc in shared for run in clip_line(arc, window)]
    countries.sort(key=lambda country: str(country["name"]))
    return {"countries": countries, "borders": borders}


def fetch(folder: Path) -> Path:
    """Download and unpack the npm package into `folder`; return where its files lie."""
    subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=folder, check=True)
    archive = next(folder.glob("world-atlas-*.tgz"))
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / "package"


def main() -> None:
    """Write one file per window and the coarse world."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--atlas", type=Path, help="folder with countries-10m.json and countries-110m.json")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        atlas = given.atlas or fetch(Path(scratch))
        jobs = [(name, "10m", window, 3) for name, window in WINDOWS.items()]
        jobs.append(("world", "110m", (-180.0, -90.0, 180.0, 90.0), 2))
        for name, scale, window, places in jobs:
            text = (atlas / f"countries-{scale}.json").read_bytes()
            made = {
                "source": f"Natural Earth, Admin 0 countries, 1:{scale.replace('m', ',000,000')}; public domain",
                "made_from": f"{PACKAGE} countries-{scale}.json sha256 {hashlib.sha256(text).hexdigest()}",
                "window": list(window),
                **outlines(json.loads(text), window, places),
            }
            target = OUT / f"{name}.json"
            target.write_text(json.dumps(made, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
            sys.stdout.write(f"{target.name}: {target.stat().st_size / 1000:.0f} kB\n")


if __name__ == "__main__":
    main()
