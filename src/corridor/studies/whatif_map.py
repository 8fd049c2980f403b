"""What a map of one position shows, day by day: what each link lets pass and carries, how long food lasts where."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from corridor.results import read
from corridor.results.dataset import ahead, days_before
from corridor.results.series import LONGEST_COVER, quantiles
from corridor.scenario.model import Scenario
from corridor.scenario.traffic import GOODS, Traffic, words_of

Named = list[tuple[str, NDArray[np.float32]]]
GROUND = 0.6
"""degrees of ground around what is shown"""
WIDEST, TALLEST = 2.8, 1.2
"""width over height, and height over width, of the flattest and the highest frame in which a screen shows a window"""


def map_of(ds: xr.Dataset, days: slice, shared: dict[str, Any]) -> tuple[dict[str, Any], Named]:
    """Return the words of regimes, and arrays by day: `map regime` (day, link) number of a regime, `map carried`
    (day, link) t/day, `map cover` (day, place) days of food, `map people` (day, place) persons; middle futures.

    shared : keeps what is shown of the past, which no lever after the last day known changes
    """
    if "past of the map" in shared:
        before, later = shared["past of the map"], _by_day(ahead(ds))
        every = {name: np.concatenate([before[name], values]) for name, values in later.items()}
    else:
        every, known = _by_day(ds.isel(day=days)), days_before(ds) - days.start
        shared["past of the map"] = {name: values[:known] for name, values in every.items()}
    found, arrays = dict[str, Any](), list[tuple[str, NDArray[np.float32]]]()
    for name, values in every.items():
        if name == "regime":
            kinds, number = np.unique(values, return_inverse=True)
            arrays.append(("map regime", number.reshape(values.shape).astype(np.float32)))
            found["regimes"] = [_regime(int(kind)) for kind in kinds]
            found["links"] = read.ids(ds, "link")
        else:
            arrays.append((f"map {name}", values.astype(np.float32)))
            if name == "cover":
                found["places"] = read.ids(ds, "place")
    return found, arrays


def _by_day(ds: xr.Dataset) -> dict[str, NDArray[Any]]:
    """Return (day, ...) of each array of the map, every day for itself; of regimes the one that most futures have."""
    one, w = ds.isel(policy=0, condition=0), read.weights(ds)
    arrays: dict[str, NDArray[Any]] = {}
    if "regime" in one:
        table = one["regime"].transpose("future", "day", "link").to_numpy()
        table = np.nan_to_num(table.astype(np.float64), nan=-1.0).astype(np.int64)
        # few kinds, each a small number: counted, not sorted
        kinds = np.flatnonzero(np.bincount(table.ravel() + 1)) - 1
        weight = np.full(table.shape[0], 1.0 / table.shape[0]) if w is None else w
        share = np.stack([np.einsum("f,fdk->dk", weight, table == kind) for kind in kinds])
        arrays["regime"] = kinds[share.argmax(axis=0)]
    if "carried" in one:
        carried = one["carried"].transpose("future", "day", "link").to_numpy().astype(np.float64)
        arrays["carried"] = _middle(carried, w)
    if "stock" in one and "people" in one:
        people = one["people"].transpose("future", "day", "place").to_numpy().astype(np.float64)
        stock = one["stock"].transpose("future", "day", "place", "commodity").to_numpy().astype(np.float64)
        kcal = np.array([good.kcal_per_tonne if good.kind == "food" else 0.0 for good in read.goods(ds)])
        use = people * ds["requirement"].to_numpy().astype(np.float64)[:, None, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            cover = np.where(use > 0, np.minimum(stock @ kcal / use, LONGEST_COVER), np.nan)
        arrays["cover"] = _middle(cover, w)
        arrays["people"] = _middle(people, w)
    return arrays


def _middle(values: NDArray[np.float64], w: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Return (day, ...) the middle over futures of (future, day, ...).

    Only what differs between futures, and from the day before, is ranked: most of a map stands still.
    """
    plain = np.nan_to_num(values, nan=-1.0)
    fresh = np.ones(values.shape[1:], np.bool_)
    fresh[1:] = (plain[:, 1:] != plain[:, :-1]).any(axis=0)
    ranked = fresh & (plain != plain[:1]).any(axis=0)
    out = values[0].copy()
    if ranked.any():
        out[ranked] = quantiles(values[:, ranked], (0.5,), w)[0]
    days = np.arange(out.shape[0]).reshape(-1, *(1,) * (out.ndim - 1))
    since = np.maximum.accumulate(np.where(fresh, days, 0), axis=0)
    return np.asarray(np.take_along_axis(out, since, axis=0))


def _regime(kind: int) -> dict[str, Any]:
    if kind < 0:
        return {"words": "unknown", "goods": False, "relief": False, "out": False}
    relief = Traffic.HUMANITARIAN | Traffic.MEDICAL
    return {
        "words": words_of(kind).replace("_", " ").replace("+", ", ") or "closed",
        "goods": bool(kind & Traffic.COMMERCIAL),
        "relief": bool(kind & relief & GOODS),
        "out": bool(kind & Traffic.PEOPLE_OUT),
    }


def ground_of(scenario: Scenario) -> dict[str, Any]:
    """Return places and links of a case, and the outlines of countries around them: longitude, latitude."""
    from corridor.report.map.outlines import outlines
    from corridor.report.words import DISCLAIMER

    box = scenario.window
    if box is None:
        lon, lat = [p.longitude for p in scenario.places], [p.latitude for p in scenario.places]
        window = (min(lon) - GROUND, min(lat) - GROUND, max(lon) + GROUND, max(lat) + GROUND)
    else:
        window = (box.west, box.south, box.east, box.north)
    countries, borders, source = outlines(_frame(window))
    return {
        "window": window,
        "places": [
            {"id": p.id, "label": p.label, "kind": p.kind, "at": [p.longitude, p.latitude], "exit": bool(p.exit)}
            for p in scenario.places
        ],
        "links": [
            {"id": k.id, "from": k.from_place, "to": k.to_place, "controller": k.controller, "kind": k.kind}
            for k in scenario.links
        ],
        "countries": [{"name": name, "rings": [_near(ring, window) for ring in rings]} for name, rings in countries],
        "borders": [_near(line, window) for line in borders],
        "source": source,
        "disclaimer": DISCLAIMER,
    }


def _frame(window: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return the ground that a screen may show around a window: it is drawn whole, in a frame of another shape."""
    west, south, east, north = window
    narrow = np.cos(np.radians((south + north) / 2))
    wide, high = (east - west) * narrow, north - south
    x = max(0.0, WIDEST * high - wide) / narrow / 2
    y = max(0.0, TALLEST * wide - high) / 2
    return max(-180.0, west - x), max(-85.0, south - y), min(180.0, east + x), min(85.0, north + y)


def _near(line: NDArray[np.float64], window: tuple[float, float, float, float]) -> list[list[float]]:
    """Return a line in hundredths of a degree, points far outside the window pulled to its rim."""
    west, south, east, north = window
    wide, high = 3.0 * (east - west), 3.0 * (north - south)
    kept = np.clip(line, [west - wide, south - high], [east + wide, north + high]).round(3)
    return [[float(x), float(y)] for x, y in kept]
