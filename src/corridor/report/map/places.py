"""The map of a scenario: places and links over country outlines, the regime of each link by style and by word."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from corridor.report import words
from corridor.report.map import labels
from corridor.report.map.ground import LAND, country_names, furniture, ground, window_of
from corridor.report.map.outlines import Floats, Window
from corridor.report.style import ACCENT, FAINT, INK, RULE, drawing, lettered, slant
from corridor.results import read
from corridor.scenario.model import Link, Place, Scenario
from corridor.scenario.traffic import REGIMES, Traffic

SYMBOLS: Mapping[str, tuple[str, str, float]] = {
    "home": ("o", INK, 5.5), "outside": ("s", "white", 5.0), "waypoint": ("o", "white", 3.0),
    "town": ("o", RULE, 3.6), "camp": ("^", INK, 5.5), "idp_camp": ("^", "white", 5.5), "hub": ("D", "white", 2.6),
    "marker": ("o", "white", 1.4),
}  # fmt: skip
STYLES: Mapping[str, tuple[str, Any, float]] = {
    "open": ("#0b3c68", "-", 2.2),
    "partly open": ("#0b3c68", (0, (4.0, 1.6)), 2.2),
    "closed": (ACCENT, (0, (1.0, 1.6)), 2.2),
}
"""colour, dashes, width in points by state"""


def regimes(scenario: Scenario) -> dict[str, int]:
    """Return what each link lets pass on `as_of`: the folder's regime, then the events up to that day."""
    now = {link.id: link.regime for link in scenario.links}
    for event in sorted(scenario.events, key=lambda event: event.date):
        target = event.target.removeprefix("links.").removesuffix(".regime")
        if event.kind == "regime" and event.date <= scenario.as_of and target in now:
            now[target] = int(event.value)
    return now


def regime_words(regime: int) -> str:
    """Return a regime as a reader would say it: "open", "closed", "relief and medical traffic only"."""
    if regime == REGIMES["open"]:
        return "open"
    if regime == 0:
        return "closed"
    spoken = {
        Traffic.COMMERCIAL: "trade",
        Traffic.HUMANITARIAN: "relief",
        Traffic.MEDICAL: "medical",
        Traffic.PEOPLE_OUT: "people out",
        Traffic.PEOPLE_IN: "people in",
    }
    one_way = regime >> 5 & (regime | regime >> 5)
    told = {traffic: word for traffic, word in spoken.items() if (regime | one_way) & traffic}
    return words.listed([f"{word} one way" if one_way & traffic else word for traffic, word in told.items()]) + " only"


def _said(link: Link, regime: int) -> str:
    """Return what passes a link, and by what where it is no road."""
    by = {"air": "by air: ", "water": "by water: ", "rail": "by rail: ", "track": "track: "}
    return by.get(link.kind, "") + regime_words(regime)


def _state(regime: int) -> str:
    return {REGIMES["open"]: "open", 0: "closed"}.get(regime, "partly open")


def _link_labels(scenario: Scenario, now: Mapping[str, int], ends: Mapping[str, Place]) -> list[tuple[Link, str]]:
    """Return one link per run of a route of which the same is said (its longest on the map), and all lone links."""

    def length(link: Link) -> float:
        a, b = ends[link.from_place], ends[link.to_place]
        return math.hypot(a.longitude - b.longitude, a.latitude - b.latitude)

    by_id, seen, chosen = {link.id: link for link in scenario.links}, set[str](), list[tuple[Link, str]]()
    runs: list[list[Link]] = []
    for route in scenario.routes:
        last = ""
        for link_id in route.links:
            if link_id not in by_id or link_id in seen:
                last = ""
                continue
            seen.add(link_id)
            said = _said(by_id[link_id], now[link_id])
            if last == said:
                runs[-1].append(by_id[link_id])
            else:
                runs.append([by_id[link_id]])
            last = said
    runs += [[link] for link in scenario.links if link.id not in seen]
    for run in runs:
        chosen.append((max(run, key=length), _said(run[0], now[run[0].id])))
    return chosen


def text_size(text: Text, canvas: FigureCanvasAgg) -> tuple[float, float]:
    """Return a text's width and height in pixels."""
    box = text.get_window_extent(canvas.get_renderer())  # type: ignore[no-untyped-call]
    return float(box.width), float(box.height)


def text_box(text: Text, canvas: FigureCanvasAgg) -> labels.Box:
    """Return where a text lies, in pixels."""
    box = text.get_window_extent(canvas.get_renderer())  # type: ignore[no-untyped-call]
    return float(box.x0), float(box.y0), float(box.x1), float(box.y1)


def inside(place: Place, window: Window) -> bool:
    """Return whether a place lies on the map."""
    west, south, east, north = window
    return west <= place.longitude <= east and south <= place.latitude <= north


def _part(link: Link, ends: Mapping[str, Place], window: Window) -> Floats:
    """Return points (longitude, latitude) along the part of a link that lies on the map."""
    a, b = ends[link.from_place], ends[link.to_place]
    t = np.linspace(0.0, 1.0, 401)[:, None]
    line = (1 - t) * [a.longitude, a.latitude] + t * [b.longitude, b.latitude]
    west, south, east, north = window
    on = (line[:, 0] >= west) & (line[:, 0] <= east) & (line[:, 1] >= south) & (line[:, 1] <= north)
    return np.asarray(line[on])


def _draw_links(axes: Axes, parts: Mapping[str, Floats], now: Mapping[str, int]) -> None:
    """Draw each link as a straight line in the style of its regime."""
    for link, line in parts.items():
        colour, dashes, width = STYLES[_state(now[link])]
        (x0, y0), (x1, y1) = line[0], line[-1]
        axes.plot([x0, x1], [y0, y1], color="white", linewidth=width + 1.6, zorder=2, solid_capstyle="round")
        axes.plot([x0, x1], [y0, y1], color=colour, linestyle=dashes, linewidth=width, zorder=2.1, dash_capstyle="butt")


def _draw_places(axes: Axes, places: Sequence[Place]) -> None:
    for place in places:
        marker, face, size = SYMBOLS[place.kind]
        axes.plot(
            place.longitude, place.latitude, marker, markersize=size, markerfacecolor=face,
            markeredgecolor=INK, markeredgewidth=0.8, zorder=3,
        )  # fmt: skip


def _texts(
    axes: Axes, scenario: Scenario, now: Mapping[str, int], parts: Mapping[str, Floats], window: Window
) -> tuple[list[Text], list[Floats]]:
    """Write names, regimes and where roads leave the map; return texts and the points that each may stand at."""
    ends = {place.id: place for place in scenario.places}
    paper = {"facecolor": LAND, "alpha": 0.8, "linewidth": 0, "pad": 0.4}
    order = list(SYMBOLS).index
    texts, anchors = [], []
    for place in sorted(scenario.places, key=lambda p: (order(p.kind), -p.population.value)):
        if not inside(place, window) or place.kind == "marker":
            continue
        small, weight = place.kind == "waypoint", "bold" if place.kind == "home" else "normal"
        size, colour = (6.4, FAINT) if small else (7.4, INK)
        text = axes.text(
            0, 0, lettered(place.label), fontsize=size, color=colour, fontweight=weight, zorder=5, bbox=paper
        )
        texts.append(text)
        anchors.append(np.array([[place.longitude, place.latitude]]))
    for link, said in _link_labels(scenario, now, ends):
        line = parts.get(link.id)
        if line is not None:
            colour = STYLES[_state(now[link.id])][0]
            texts.append(
                axes.text(0, 0, lettered(said), fontsize=6.4, style=slant(), color=colour, zorder=5, bbox=paper)
            )
            anchors.append(line[[int(share * (len(line) - 1)) for share in (0.5, 0.35, 0.65, 0.2, 0.8)]])
    for link in scenario.links:
        away = [ends[id_] for id_ in (link.from_place, link.to_place) if not inside(ends[id_], window)]
        if link.id in parts and len(away) == 1:
            texts.append(
                axes.text(0, 0, lettered(f"to {away[0].label}"), fontsize=6.4, color=FAINT, zorder=5, bbox=paper)
            )
            anchors.append(parts[link.id][[-1 if away[0].id == link.to_place else 0]])
    return texts, anchors


def put_labels(
    axes: Axes,
    texts: Sequence[Text],
    anchors: Sequence[Floats],
    symbols: Sequence[labels.Box],
    busy: Sequence[Text],
    lines: Floats,
    *,
    centres: Floats | None = None,
) -> list[labels.Placed]:
    """Move each text to where it covers nothing, with a thin line to what it names where that is far.

    anchors : (text) degrees that each may stand at; symbols : boxes in pixels; lines : (point, 2) degrees along lines;
    centres : (text, 2) degrees at which such a line starts; the anchor where None
    """
    canvas = FigureCanvasAgg(axes.figure)  # type: ignore[arg-type]
    to_pixels = axes.transData
    frame = axes.get_window_extent(canvas.get_renderer())  # type: ignore[no-untyped-call]
    placed = labels.place(
        [[(float(x), float(y)) for x, y in to_pixels.transform(points)] for points in anchors],
        [text_size(text, canvas) for text in texts],
        (frame.x0, frame.y0, frame.x1, frame.y1),
        [*symbols, *(text_box(text, canvas) for text in busy)],
        to_pixels.transform(lines) if len(lines) else None,
    )
    back = to_pixels.inverted()
    for number, (text, put) in enumerate(zip(texts, placed, strict=True)):
        left, bottom, right, top = put.box
        text.set_position(tuple(back.transform((left, bottom))))
        text.set_verticalalignment("bottom")
        if put.far:
            x, y = put.anchor if centres is None else to_pixels.transform(centres[number])
            near = (min(max(x, left), right), min(max(y, bottom), top))
            (x0, y0), (x1, y1) = back.transform([(x, y), near])
            axes.plot(
                [x0, x1],
                [y0, y1],
                color=FAINT if centres is None else INK,
                linewidth=0.5,
                zorder=2.5 if centres is None else 3.35,
            )
    return placed


def _legend(figure: Figure, scenario: Scenario, now: Mapping[str, int], height: float) -> None:
    states = [state for state in STYLES if state in {_state(regime) for regime in now.values()}]
    handles = []
    for state in states:
        colour, dashes, width = STYLES[state]
        handles.append(Line2D([], [], color=colour, linestyle=dashes, linewidth=width, label=lettered(f"way {state}")))
    said = {
        "home": "people live here", "outside": "outside", "waypoint": "on the way", "town": "town", "camp": "camp",
        "idp_camp": "camp inside the country", "hub": "passed through", "marker": "bend of a road",
    }  # fmt: skip
    for kind, (marker, face, size) in SYMBOLS.items():
        if any(place.kind == kind for place in scenario.places):
            look: dict[str, Any] = {
                "marker": marker,
                "markersize": size,
                "markerfacecolor": face,
                "markeredgecolor": INK,
            }
            handles.append(Line2D([], [], linestyle="", label=lettered(said[kind]), **look))
    figure.legend(
        handles=handles, loc="lower center", bbox_to_anchor=(0.5, 0.3 / height), ncols=6, frameon=False, fontsize=7,
        handlelength=2.8, columnspacing=1.4,
    )  # fmt: skip


def map_parts(scenario: Scenario, width: float = 7.3) -> tuple[Figure, list[labels.Placed]]:
    """Return the map and where its labels lie (pixels), for a check that none lies on another."""
    west, south, east, north = window = window_of(scenario)
    now, ends = regimes(scenario), {place.id: place for place in scenario.places}
    ratio = (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2)))
    inner = min(width - 0.65, 5.6 / ratio)
    below = 0.82
    with drawing():
        figure = Figure(figsize=(width, inner * ratio + below + 0.15), facecolor="white")
        height = figure.get_figheight()
        left = (width - inner + 0.35) / 2 / width
        axes = figure.add_axes((left, below / height, inner / width, inner * ratio / height))
        countries, source = ground(axes, window)
        parts = {link.id: part for link in scenario.links if len(part := _part(link, ends, window)) > 1}
        shown = [place for place in scenario.places if inside(place, window)]
        _draw_links(axes, parts, now)
        _draw_places(axes, shown)
        busy = furniture(axes, window)
        lines = np.vstack([part[::4] for part in parts.values()]) if parts else np.empty((0, 2))
        spots = np.array([(place.longitude, place.latitude) for place in shown]).reshape(-1, 2)
        symbols = [(x - 4.0, y - 4.0, x + 4.0, y + 4.0) for x, y in axes.transData.transform(spots)]
        placed = put_labels(axes, *_texts(axes, scenario, now, parts, window), symbols, busy, lines)
        boxes = np.asarray([put.box for put in placed]).reshape(-1, 2, 2).mean(axis=1)
        written = axes.transData.inverted().transform(boxes) if len(boxes) else boxes
        country_names(axes, countries, window, np.vstack([written, lines]))
        _legend(figure, scenario, now, height)
        credit = f"{words.DISCLAIMER}\nLines join places; they do not trace roads. Outlines: {source}."
        figure.text(0.5, 0.06 / height, lettered(credit, 200), ha="center", va="bottom", fontsize=6, color=FAINT)
    return figure, placed


def map_figure(dataset: xr.Dataset) -> Figure:
    """Draw the places and links of a run as they stood on `as_of`."""
    return map_parts(read.scenario_of(dataset))[0]
