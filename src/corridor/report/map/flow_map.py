"""The map of displacement: lines as wide as the people who pass, circles as large as the people who are there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from matplotlib.text import Text

from corridor.report import words
from corridor.report.map import labels
from corridor.report.map.flow_scale import (
    FLOW,
    ONWARD,
    STAY,
    Circle,
    Shown,
    diameter_of,
    draw_legend,
    legend_handles,
    legend_heights,
    width_of,
)
from corridor.report.map.ground import LAND, country_names, furniture, graticule, ground
from corridor.report.map.outlines import Floats, Window
from corridor.report.map.places import inside, put_labels, text_box, text_size
from corridor.report.style import ACCENT, FAINT, INK, drawing, lettered, new_figure, wrap
from corridor.scenario.model import Place

PAPER: Mapping[str, Any] = {"facecolor": LAND, "alpha": 0.75, "linewidth": 0, "pad": 0.4}


def window_around(points: Sequence[tuple[float, float]]) -> Window:
    """Return a box around points with a margin, at least half a degree high."""
    x, y = np.asarray(points, dtype=np.float64).T
    margin = max(0.09 * max(float(np.ptp(x)), float(np.ptp(y))), 0.12)
    return float(x.min()) - margin, float(y.min()) - margin, float(x.max()) + margin, float(y.max()) + margin


def _bands(axes: Axes, shown: Shown, shrink: float = 1.0) -> None:
    """Draw lines, the widest first, each with a white rim; an arrow in its middle where all go one way."""
    most = shown.scale()[0]
    for band in sorted(shown.bands, key=lambda band: -band.people):
        (x0, y0), (x1, y1) = band.start, band.end
        if band.kind in ("closed", "idle"):
            look: dict[str, Any] = (
                {"color": ACCENT, "linestyle": (0, (1.0, 1.6)), "linewidth": 1.8 * shrink}
                if band.kind == "closed"
                else {"color": "#a9a49a", "linewidth": 0.6 * shrink}
            )
            if band.kind == "closed":
                axes.plot([x0, x1], [y0, y1], color="white", linewidth=2.8 * shrink, zorder=2.34)
            axes.plot([x0, x1], [y0, y1], zorder=2.35 if band.kind == "closed" else 2.0, **look)
            continue
        width = width_of(band.people, most) * shrink
        colour = ONWARD if band.kind == "onward" else FLOW
        dashes: Any = (0, (2.2, 1.0)) if band.kind == "onward" else "-"
        axes.plot([x0, x1], [y0, y1], color="white", linewidth=width + 1.2, zorder=2.1, solid_capstyle="round")
        axes.plot([x0, x1], [y0, y1], color=colour, linewidth=width, linestyle=dashes, zorder=2.2, dash_capstyle="butt")
        if band.directed:
            at = 0.62 if band.kind == "onward" else 0.55
            tail, head = ((1 - s) * np.array(band.start) + s * np.array(band.end) for s in (at - 0.02, at))
            size = 6.0 + 1.5 * width
            arrow = FancyArrowPatch(
                tuple(tail), tuple(head), arrowstyle="-|>", mutation_scale=size, facecolor=colour, linewidth=0,
                shrinkA=0, shrinkB=0, zorder=2.4,
            )  # fmt: skip
            axes.add_patch(arrow)


def _circles(axes: Axes, shown: Shown, shrink: float = 1.0) -> list[labels.Box]:
    """Draw circles, the largest first, and marks of violence; return their boxes in pixels."""
    most, boxes = shown.scale()[1], []
    dpi = axes.figure.dpi
    for circle in sorted(shown.circles, key=lambda circle: -max(circle.people, circle.counted or 0.0)):
        at = (circle.place.longitude, circle.place.latitude)
        size = diameter_of(circle.people, most) * shrink
        axes.plot(
            *at, "o", markersize=size, markerfacecolor=STAY, alpha=0.85, markeredgecolor="white", markeredgewidth=0.5,
            zorder=3,
        )  # fmt: skip
        if circle.counted is not None:
            ring = diameter_of(circle.counted, most) * shrink
            axes.plot(
                *at, "o", markersize=ring, markerfacecolor="none", markeredgecolor=ACCENT, markeredgewidth=1.3,
                zorder=3.2,
            )  # fmt: skip
            size = max(size, ring)
        axes.plot(*at, "o", markersize=1.6 * shrink, color=INK, zorder=3.3)
        x, y = axes.transData.transform(at)
        r = size / 2 * dpi / 72
        boxes.append((x - r, y - r, x + r, y + r))
    for place in shown.marks:
        axes.plot(
            place.longitude, place.latitude, "X", markersize=6.5 * shrink, markerfacecolor=INK, markeredgecolor="white",
            markeredgewidth=0.6, zorder=3.4,
        )  # fmt: skip
    for place in (*shown.others, *shown.marks):
        x, y = axes.transData.transform((place.longitude, place.latitude))
        boxes.append((x - 5, y - 5, x + 5, y + 5))
        if place not in shown.marks:
            axes.plot(place.longitude, place.latitude, "o", markersize=2.2 * shrink, color=FAINT, zorder=2.9)
    return boxes


def _around(axes: Axes, circle: Circle, most: float) -> Floats:
    """Return the points at a circle's edge where its words may stand, degrees."""
    r = diameter_of(max(circle.people, circle.counted or 0.0), most) / 2 * axes.figure.dpi / 72
    x, y = axes.transData.transform((circle.place.longitude, circle.place.latitude))
    steps = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7)])
    return np.asarray(axes.transData.inverted().transform([x, y] + r * steps))


def _words(axes: Axes, shown: Shown, boxes: list[labels.Box], busy: Sequence[Text]) -> tuple[list[labels.Box], Floats]:
    """Write names and numbers, then the small names of other places where room is left; return their boxes."""
    most, circles = shown.scale()[1], sorted(shown.circles, key=lambda circle: -circle.people)
    look: dict[str, Any] = {"fontsize": 6.8, "color": INK, "zorder": 5, "bbox": PAPER, "linespacing": 1.1}
    texts = [axes.text(0, 0, lettered(circle.text), **look) for circle in circles]
    share = np.linspace(0.05, 0.95, 12)[:, None]
    # words may lie on the dashed lines onward: there are many, and they would drive every name away from its circle
    lines = [(1 - share) * np.array(b.start) + share * np.array(b.end) for b in shown.bands if b.kind != "onward"]
    points = np.vstack(lines) if lines else np.empty((0, 2))
    middles = np.array([(circle.place.longitude, circle.place.latitude) for circle in circles]).reshape(-1, 2)
    around = [_around(axes, circle, most) for circle in circles]
    placed = put_labels(axes, texts, around, boxes, busy, points, centres=middles)
    _leaders(axes, placed, middles)
    canvas = FigureCanvasAgg(axes.figure)  # type: ignore[arg-type]
    taken = [*boxes, *(text_box(text, canvas) for text in busy)]
    written = [put.box for put in placed]
    for place in (*shown.marks, *shown.others):
        box = _small_name(axes, place, taken, written, axes.transData.transform(points), canvas)
        if box is not None:
            written.append(box)
    return written, points


def _leaders(axes: Axes, placed: Sequence[labels.Placed], middles: Floats) -> None:
    """Lead a line from a circle to its words where another circle lies nearer to them."""
    at, back = axes.transData.transform(middles), axes.transData.inverted()
    for own, put in enumerate(placed):
        left, bottom, right, top = put.box
        right -= 0.1 * (right - left)  # letters are a little narrower on the page than where they were measured
        near = np.column_stack([np.clip(at[:, 0], left, right), np.clip(at[:, 1], bottom, top)])
        if not put.far and int(np.argmin(np.hypot(*(at - near).T))) != own:
            (x0, y0), (x1, y1) = back.transform([at[own], near[own]])
            axes.plot([x0, x1], [y0, y1], color=INK, linewidth=0.5, zorder=3.35)


def widened(window: Window, ratio: float = 0.93) -> Window:
    """Return the window, or one with more land to its east and west where it is taller than the page has room for."""
    west, south, east, north = window
    across = (north - south) / ratio / math.cos(math.radians((south + north) / 2))
    more = max(across - (east - west), 0.0) / 2
    return west - more, south, east + more, north


def _small_name(
    axes: Axes,
    place: Place,
    taken: Sequence[labels.Box],
    names: Sequence[labels.Box],
    lines: Floats,
    canvas: FigureCanvasAgg,
) -> labels.Box | None:
    """Write a name right beside its place if it covers nothing there; return its box, None where there is no room."""
    text = axes.text(0, 0, lettered(place.label), fontsize=5.8, color=FAINT, zorder=4.9, bbox=PAPER, va="bottom")
    size = text_size(text, canvas)
    frame = axes.get_window_extent()
    x, y = axes.transData.transform((place.longitude, place.latitude))
    others = [(x0 - 2.5, y0, x1 + 2.5, y1) for x0, y0, x1, y1 in names]
    free = []
    for direction in labels.DIRECTIONS:
        box = labels.candidate((float(x), float(y)), size, direction, 6.0)
        within = box[0] > frame.x0 and box[1] > frame.y0 and box[2] < frame.x1 and box[3] < frame.y1
        if within and not any(labels.overlap(box, other) > 0.5 for other in (*taken, *others)):
            free.append(box)
    if free:
        best = min(free, key=lambda box: labels.points_inside(lines, box))
        text.set_position(tuple(axes.transData.inverted().transform(best[:2])))
        return best
    text.remove()
    return None


def flow_map(shown: Shown, width: float = 7.3) -> tuple[Figure, list[labels.Box]]:
    """Return the map and where its labels lie (pixels), for a check that none lies on another."""
    west, south, east, north = shown.window
    ratio = (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2)))
    inner = min(width - 0.65, 6.2 / ratio)
    below = 0.36 + sum(legend_heights(legend_handles([shown]))) + 0.36
    with drawing():
        figure = Figure(figsize=(width, inner * ratio + below + 0.15), facecolor="white")
        height = figure.get_figheight()
        left = (width - inner + 0.35) / 2 / width
        axes = figure.add_axes((left, below / height, inner / width, inner * ratio / height))
        countries, source = ground(axes, shown.window)
        _bands(axes, shown)
        boxes = _circles(axes, shown)
        busy = furniture(axes, shown.window)
        (x0, y0), (x1, y1) = axes.transAxes.transform([(0.02, 0.02), (0.32, 0.05)])  # the scale bar
        boxes.append((x0, y0, x1, y1))
        written_at, lines = _words(axes, shown, boxes, busy)
        middles = np.asarray(written_at, dtype=np.float64).reshape(-1, 2, 2).mean(axis=1)
        written = axes.transData.inverted().transform(middles) if len(middles) else middles
        country_names(axes, countries, shown.window, np.vstack([written, lines]))
        draw_legend(figure, legend_handles([shown]), below - 0.3)
        credit = f"{words.DISCLAIMER}\nLines join places; they do not trace roads. Outlines: {source}."
        figure.text(0.5, 0.05 / height, lettered(credit, 200), ha="center", va="bottom", fontsize=6, color=FAINT)
    return figure, written_at


def small_maps(panels: Mapping[str, Shown], width: float = 7.3) -> Figure:
    """Draw one small map per title on one scale; `notes` (place id -> words) are written beside their circles."""
    first = next(iter(panels.values()))
    west, south, east, north = first.window
    ratio = (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2)))
    columns = min(len(panels), 3 if ratio > 0.6 else 2)
    rows = -(-len(panels) // columns)
    tall = min((width - 0.3) / columns * ratio, 3.4)
    shrink = 0.7
    with drawing():
        handles = legend_handles(list(panels.values()), shrink)
        below = sum(legend_heights(handles)) + 0.3
        height = rows * (tall + 0.38) + below
        figure = new_figure(width, height)
        figure.get_layout_engine().set(rect=(0.0, below / height, 1.0, 1.0 - below / height))  # type: ignore[union-attr, call-arg]
        grid = figure.subplots(rows, columns, squeeze=False)
        for axes, (title, shown) in zip(grid.flat, panels.items(), strict=False):
            ground(axes, shown.window)
            graticule(axes, shown.window)
            axes.tick_params(labelbottom=False, labelleft=False, length=0)
            _bands(axes, shown, shrink)
            _circles(axes, shown, shrink)
            axes.set_title(wrap(title, 84 // columns, 2), loc="left", fontsize=7.5)
            for circle in shown.circles:
                if circle.place.id in shown.notes and inside(circle.place, shown.window):
                    left = circle.place.longitude > (west + east) / 2
                    axes.annotate(
                        lettered(shown.notes[circle.place.id]), (circle.place.longitude, circle.place.latitude),
                        (-7 if left else 7, 0), textcoords="offset points", ha="right" if left else "left", va="center",
                        fontsize=6.2, bbox=PAPER, zorder=5,
                    )  # fmt: skip
        for axes in grid.flat[len(panels) :]:
            axes.set_visible(False)
        draw_legend(figure, handles, below - 0.05)
        figure.text(0.5, 0.04 / height, lettered(words.DISCLAIMER), ha="center", va="bottom", fontsize=6, color=FAINT)
    return figure
