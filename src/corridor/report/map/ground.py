"""What lies under a map: outlines, graticule, scale, north, and where country names find room."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.path import Path
from matplotlib.text import Text

from corridor.report.map.outlines import Floats, Window, outlines
from corridor.report.style import INK, RULE, lettered
from corridor.scenario.model import Scenario

SEA, LAND = "#e9eff3", "#fbfaf6"
KM_PER_DEGREE = 111.2


def window_of(scenario: Scenario) -> Window:
    """Return the scenario's window, or the box of its places with a margin."""
    if scenario.window:
        return scenario.window.west, scenario.window.south, scenario.window.east, scenario.window.north
    x, y = [p.longitude for p in scenario.places], [p.latitude for p in scenario.places]
    margin = max(0.15 * max(max(x) - min(x), max(y) - min(y)), 0.1)
    return min(x) - margin, min(y) - margin, max(x) + margin, max(y) + margin


def _nice(span: float, steps: Sequence[float]) -> float:
    """Return the largest step that is not above `span`."""
    return max((step for step in steps if step <= span), default=steps[0])


def _degrees(value: float, axis: str) -> str:
    side = ("E" if value >= 0 else "W") if axis == "x" else ("N" if value >= 0 else "S")
    return f"{abs(value):g}° {side}"


def graticule(axes: Axes, window: Window) -> None:
    """Draw meridians and parallels at round degrees."""
    west, south, east, north = window
    step = _nice(max(east - west, north - south) / 3, (0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20))
    x = np.arange(math.ceil(west / step), math.floor(east / step) + 1) * step
    y = np.arange(math.ceil(south / step), math.floor(north / step) + 1) * step
    axes.set_xticks(x, [_degrees(round(float(v), 3), "x") for v in x])
    axes.set_yticks(y, [_degrees(round(float(v), 3), "y") for v in y])
    axes.tick_params(labelsize=6.5, length=2)
    axes.grid(color=RULE, linewidth=0.4)
    axes.set_axisbelow(False)


def furniture(axes: Axes, window: Window) -> list[Text]:
    """Draw scale bar (bottom left) and north arrow (top right); return their texts."""
    west, south, east, north = window
    across = (east - west) * KM_PER_DEGREE * math.cos(math.radians((south + north) / 2))
    km = _nice(across / 4, (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000))
    share = km / across
    axes.plot(
        [0.03, 0.03 + share], [0.035, 0.035], color=INK, linewidth=2.2, transform=axes.transAxes, solid_capstyle="butt"
    )
    scale = axes.text(0.03, 0.05, lettered(f"{km:g} km"), transform=axes.transAxes, fontsize=7, va="bottom")
    arrow = axes.annotate(
        "N", (0.965, 0.975), (0.965, 0.885), xycoords="axes fraction", ha="center", va="center", fontsize=8,
        arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 0.9},
    )  # fmt: skip
    return [scale, arrow]


def country_names(axes: Axes, countries: list[tuple[str, list[Floats]]], window: Window, busy: Floats) -> list[Text]:
    """Write each country's name where most room is, far from places, borders and the edge; nowhere if it finds none."""
    west, south, east, north = window
    box = axes.get_position()
    inch = (east - west) / (box.width * axes.figure.get_figwidth())  # type: ignore[union-attr]
    x, y = np.meshgrid(np.linspace(west, east, 60)[2:-2], np.linspace(south, north, 60)[2:-2])
    grid = np.column_stack([x.ravel(), y.ravel()])
    texts = []
    for name, rings in countries:
        here = grid[np.any([Path(ring).contains_points(grid) for ring in rings], axis=0)]
        if not len(here):
            continue
        # half the size of the written name in degrees; distances count in these
        half = np.array([0.065 * len(name) + 0.05, 0.12]) * inch
        others = np.vstack([*rings, busy])
        reach = np.abs((here[:, None] - others) / half).max(axis=2).min(axis=1)
        edge = (np.minimum(here - [west, south], [east, north] - here) / half).min(axis=1)
        room = np.minimum(reach, edge)
        if room.max() >= 1.0:
            lon, lat = (float(v) for v in here[np.argmax(room)])
            spaced = "\u2009".join(name.upper())
            texts.append(
                axes.text(lon, lat, lettered(spaced), fontsize=7, color="#7d786c", ha="center", va="center", zorder=1.5)
            )
    return texts


def ground(axes: Axes, window: Window) -> tuple[list[tuple[str, list[Floats]]], str]:
    """Draw land, borders and graticule; return the countries and the source of the outlines."""
    countries, borders, source = outlines(window)
    west, south, east, north = window
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(1 / math.cos(math.radians((south + north) / 2)))
    axes.set_facecolor(SEA)
    rings = [ring for _, country in countries for ring in country]
    axes.add_collection(
        PolyCollection(rings, facecolor=LAND, edgecolor="#b9b4a7", linewidth=0.4, zorder=0.5), autolim=False
    )
    axes.add_collection(
        LineCollection(borders, colors="#8a8578", linewidths=0.8, linestyles=(0, (6, 2, 1, 2)), zorder=1), autolim=False
    )
    graticule(axes, window)
    return countries, source
