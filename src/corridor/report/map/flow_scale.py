"""What a map of displacement shows, how wide and how large it is drawn, and the legend that says so."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corridor.report.map.outlines import Window
from corridor.report.style import ACCENT, BANDS, INK, lettered
from corridor.scenario.model import Place

WIDEST, THINNEST = 7.0, 0.7
"""points: the width of the busiest line, and of any line that somebody passes"""
LARGEST, SMALLEST = 34.0, 2.5
"""points: the diameter of the largest circle, and of any circle with somebody in it"""
FLOW, ONWARD, STAY = BANDS["median"], BANDS["50"], BANDS["50"]


@dataclass(frozen=True)
class Band:
    """A line between two points (longitude, latitude); `kind` is road (as wide as people), onward, idle or closed."""

    start: tuple[float, float]
    end: tuple[float, float]
    people: float
    kind: str = "road"
    directed: bool = False


@dataclass(frozen=True)
class Circle:
    """People at a place: filled as simulated (the middle future), outlined as counted; `text` stands beside it."""

    place: Place
    people: float
    counted: float | None
    text: str


@dataclass(frozen=True)
class Shown:
    """What a map of displacement shows.

    marks : places with violence; others : places with a name and no number; most : the people whom the widest line and
    the largest circle stand for, so that several maps share a scale
    """

    window: Window
    bands: Sequence[Band]
    circles: Sequence[Circle]
    marks: Sequence[Place] = ()
    others: Sequence[Place] = ()
    most: tuple[float, float] | None = None
    notes: Mapping[str, str] = field(default_factory=dict)

    def scale(self) -> tuple[float, float]:
        """Return the people of the widest line and of the largest circle."""
        if self.most is not None:
            return self.most
        roads = [band.people for band in self.bands]
        stays = [n for circle in self.circles for n in (circle.people, circle.counted or 0.0)]
        return max([1.0, *roads]), max([1.0, *stays])


def width_of(people: float, most: float) -> float:
    """Return a line's width in points: in proportion to the people, never thinner than `THINNEST`."""
    return max(WIDEST * people / most, THINNEST)


def diameter_of(people: float, most: float) -> float:
    """Return a circle's diameter in points: its area is in proportion to the people."""
    return max(LARGEST * math.sqrt(max(people, 0.0) / most), SMALLEST)


def _nice(value: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is not above a number."""
    power = 10.0 ** math.floor(math.log10(max(value, 1.0)))
    return max(step * power for step in (1, 2, 5) if step * power <= max(value, 1.0))


def legend_handles(maps: Sequence[Shown], shrink: float = 1.0) -> list[Any]:
    """Return the legend: widths and circles with their people, and what other signs mean."""
    by_width, by_area = maps[0].scale()
    handles: list[Any] = []
    kinds = {band.kind for shown in maps for band in shown.bands}
    if kinds & {"road", "onward"}:
        for people in dict.fromkeys((_nice(by_width), _nice(by_width / 8))):
            width = width_of(people, by_width) * shrink
            handles.append(Line2D([], [], color=FLOW, linewidth=width, label=lettered(f"{people:,.0f} people pass")))
    if "onward" in kinds:
        handles.append(
            Line2D([], [], color=ONWARD, linewidth=1.6, linestyle=(0, (2.2, 1.0)), label="go on to live there")
        )
    if "closed" in kinds:
        handles.append(
            Line2D([], [], color=ACCENT, linewidth=1.8, linestyle=(0, (1.0, 1.6)), label="closed to people going out")
        )
    if "idle" in kinds:
        handles.append(Line2D([], [], color="#a9a49a", linewidth=0.6, label="way that nobody takes"))
    for people in dict.fromkeys((_nice(by_area), _nice(by_area / 10))):
        size = diameter_of(people, by_area) * shrink
        handles.append(
            Line2D([], [], linestyle="", marker="o", markersize=size, markerfacecolor=STAY, markeredgecolor="white",
                   label=lettered(f"{people:,.0f} people, simulated"))
        )  # fmt: skip
    if any(circle.counted is not None for shown in maps for circle in shown.circles):
        handles.append(
            Line2D([], [], linestyle="", marker="o", markersize=9, markerfacecolor="none", markeredgecolor=ACCENT,
                   markeredgewidth=1.3, label="counted (same scale)")
        )  # fmt: skip
    if any(shown.marks for shown in maps):
        handles.append(
            Line2D([], [], linestyle="", marker="X", markersize=6.5, markerfacecolor=INK, markeredgecolor="white",
                   label="violence")
        )  # fmt: skip
    return handles


COLUMNS = 3
"""of the legend"""


def legend_heights(handles: Sequence[Any]) -> list[float]:
    """Return the height of each row of the legend, inches: as its largest circle needs."""
    rows = [handles[first : first + COLUMNS] for first in range(0, len(handles), COLUMNS)]
    return [max([0.17, *(h.get_markersize() / 72 + 0.04 for h in row if h.get_marker() == "o")]) for row in rows]


def draw_legend(figure: Figure, handles: Sequence[Any], top: float) -> None:
    """Lay the legend out below the maps, from `top` inches above the figure's lower edge downwards."""
    width, height = figure.get_size_inches()
    y = top
    for number, tall in enumerate(legend_heights(handles)):
        for column, handle in enumerate(handles[number * COLUMNS : (number + 1) * COLUMNS]):
            x, middle = 0.45 + column * (width - 0.5) / COLUMNS, (y - tall / 2) / height
            round_ = handle.get_linestyle() == "None"
            handle.set_data([(x + 0.2) / width] if round_ else [x / width, (x + 0.4) / width], [middle] * (2 - round_))
            handle.set_transform(figure.transFigure)
            figure.add_artist(handle)
            beside = max(0.4, 0.2 + handle.get_markersize() / 144) if round_ else 0.4
            figure.text((x + beside + 0.08) / width, middle, handle.get_label(), fontsize=7, va="center")
        y -= tall
