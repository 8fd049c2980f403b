"""Charts of bodies: energy, weight, wasting, who eats, death rates, and what moves within and between structures.

They draw the daily series that `corridor.analysis.bodies.daily` returns and the summary of
`corridor.analysis.structures.sweep`; nothing is computed here but quantiles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib.dates
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from corridor.report.figures.fans import MARK, WIDTH
from corridor.report.style import ACCENT, BANDS, INK, PAST, RULE, dated, drawing, lettered, new_figure, wrap
from corridor.results import read, series
from corridor.results.dataset import ahead, days_before, has_history, history

mdates: Any = matplotlib.dates  # untyped

CHILD, ADULT = "#0b3c68", "#b3470f"
"""children and adults: a dark blue line and a broken orange one, apart for every kind of colour sight and in grey"""
LINE: Mapping[str, Any] = {"color": INK, "linewidth": 0.8, "linestyle": (0, (1, 1.5))}

BODIES: tuple[tuple[str, str, float], ...] = (
    ("intake", "kcal a person a day", 1.0),
    ("weight_change", "change of adult weight, %", 100.0),
    ("gam", "children with acute malnutrition (GAM), %", 100.0),
    ("sam", "of these severe (SAM), %", 100.0),
)
"""Rows of the first figure: series, label, factor."""

RATES: tuple[tuple[str, str, tuple[float, ...]], ...] = (
    ("cdr", "all ages", (1.0, 2.0)),
    ("u5dr", "children below five", (2.0, 4.0)),
)
"""Rows of the death-rate figure: series, label, published thresholds drawn as lines."""
LEAST_RATE, MOST_RATE = 0.1, 100.0


def _stretch(daily: xr.Dataset, name: str, policy: str, condition: str, days: int) -> tuple[Any, Any, read.Floats]:
    """Return days, whether each is history, and quantiles (7, day) of the last `days` of history and the horizon."""
    later = ahead(daily[name]).sel(policy=policy, condition=condition).transpose("future", "day")
    when, values = later["day"].to_numpy(), later.to_numpy().astype(np.float64)
    past = np.zeros(when.size, dtype=bool)
    if has_history(daily, name):
        before = history(daily[[name]])[name].transpose("future", "day").isel(day=slice(-days, None))
        when = np.concatenate([before["day"].to_numpy(), when])
        past = np.concatenate([np.ones(before.sizes["day"], dtype=bool), past])
        values = np.concatenate([before.to_numpy().astype(np.float64), values], axis=1)
    when = when.astype("datetime64[D]")
    return when, past, series.Series(when, values, read.weights(daily)).quantiles()


def _fan(
    axes: Axes, when: Any, past: Any, quantiles: read.Floats, bands: Mapping[str, tuple[int, int]], *, middle: bool
) -> None:
    """Draw bands of history in grey and of the horizon in blue; a day of overlap leaves no gap."""
    last = max(0, int(past.sum()) - 1)
    for colours, part in ((PAST, slice(0, last + 1)), (BANDS, slice(last if past.any() else 0, None))):
        if colours is PAST and not past.any():
            continue
        days = np.arange(when.size)[part]
        keep = np.unique([*days[:: max(1, days.size // 30)], days[-1]])
        for band, (low, high) in bands.items():
            axes.fill_between(when[keep], quantiles[low, keep], quantiles[high, keep], color=colours[band], linewidth=0)
        if middle:
            axes.plot(when[keep], quantiles[3, keep], color=colours["median"], linewidth=1.0)


ALL_BANDS = {"95": (0, 6), "80": (1, 5), "50": (2, 4)}


def _dress(axes: Axes, when: Any, as_of: Any) -> None:
    axes.set_xlim(when[0], when[-1])
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color=RULE, linewidth=0.4)
    axes.set_axisbelow(True)
    dated(axes, 3)
    axes.tick_params(labelsize=6.5)
    if as_of is not None:
        axes.axvline(mdates.date2num(as_of), **MARK)


def _number(value: float, _: Any) -> str:
    return f"{value:,.6g}".replace("-", "−")


def _panels(
    daily: xr.Dataset, named: Mapping[str, str], rows: Sequence[str], height: float,
    draw: Callable[[int, Axes, str, Any], tuple[Any, Any]],
) -> tuple[Figure, Any]:  # fmt: skip
    """Return a figure with a row per entry of `rows` and a column per policy, each panel drawn by `draw`."""
    policies = read.ids(daily, "policy")
    as_of = np.datetime64(read.as_of(daily), "D") if days_before(daily) else None
    figure = new_figure(WIDTH, 1.0 + height * len(rows))
    grid = figure.subplots(len(rows), len(policies), sharex=True, sharey="row", squeeze=False)
    for i, (row, label) in enumerate(zip(grid, rows, strict=True)):
        for panel, policy in zip(row, policies, strict=True):
            when, _ = draw(i, panel, policy, as_of)
            _dress(panel, when, as_of)
            panel.yaxis.set_major_formatter(FuncFormatter(_number))
        row[0].set_ylabel(wrap(label, 15, 4), rotation=0, ha="right", va="center", fontsize=7.5)
    for panel, policy in zip(grid[0], policies, strict=True):
        panel.set_title(wrap(named.get(policy, policy), max(14, 84 // len(policies)), 3), loc="left", fontsize=7.5)
    return figure, grid


def _legend(figure: Figure, handles: Sequence[Any]) -> None:
    figure.legend(handles=list(handles), loc="outside lower center", ncols=4, frameon=False, fontsize=7)


def _band_handles(daily: xr.Dataset, bands: Sequence[str]) -> list[Any]:
    handles: list[Any] = [Patch(color=BANDS[band], label=lettered(f"{band} % of futures")) for band in bands]
    if days_before(daily):
        handles.append(Patch(color=PAST["80"], label="history, same for all"))
        handles.append(Line2D([], [], **MARK, label="last day known"))
    return handles


def bodies(daily: xr.Dataset, condition: str, named: Mapping[str, str]) -> Figure:
    """Draw energy eaten, weight and wasting over time: a row per measure, a column per policy."""
    shown = [(name, label, factor) for name, label, factor in BODIES if name in daily]

    def draw(i: int, panel: Axes, policy: str, _: Any) -> tuple[Any, Any]:
        name, _label, factor = shown[i]
        when, past, quantiles = _stretch(daily, name, policy, condition, ahead(daily["day"]).size)
        _fan(panel, when, past, factor * quantiles, ALL_BANDS, middle=True)
        panel.yaxis.set_major_locator(MaxNLocator(4))
        return when, past

    with drawing():
        figure, grid = _panels(daily, named, [label for _, label, _ in shown], 1.0, draw)
        for row, (name, _, _) in zip(grid, shown, strict=True):
            row[0].set_ylim(**({"top": 0} if name == "weight_change" else {"bottom": 0}))
        middle = Line2D([], [], color=BANDS["median"], linewidth=1.2, label="middle future")
        _legend(figure, [middle, *_band_handles(daily, ("50", "80", "95"))])
    return figure


def who_eats(daily: xr.Dataset, condition: str, named: Mapping[str, str]) -> Figure:
    """Draw what children below ten and adults eat over what they need: middle future and 80 % of futures."""

    def draw(_: int, panel: Axes, policy: str, __: Any) -> tuple[Any, Any]:
        for name, colour, style in (("eaten_adult", ADULT, (0, (3, 1))), ("eaten_child", CHILD, "-")):
            when, past, quantiles = _stretch(daily, name, policy, condition, ahead(daily["day"]).size)
            panel.fill_between(when, 100 * quantiles[1], 100 * quantiles[5], color=colour, alpha=0.16, linewidth=0)
            panel.plot(when, 100 * quantiles[3], color=colour, linestyle=style, linewidth=1.3)
        panel.set_ylim(0, 105)
        panel.yaxis.set_major_locator(MaxNLocator(4))
        return when, past

    with drawing():
        figure, _ = _panels(daily, named, ["eaten, % of own need"], 1.35, draw)
        handles = [
            Line2D([], [], color=CHILD, linewidth=1.3, label="children of 0–9 years"),
            Line2D([], [], color=ADULT, linewidth=1.3, linestyle=(0, (3, 1)), label="adults"),
            Patch(color=INK, alpha=0.16, label="80 % of futures"),
            Line2D([], [], **MARK, label="last day known"),
        ]
        _legend(figure, handles)
    return figure


def death_rates(daily: xr.Dataset, condition: str, named: Mapping[str, str]) -> Figure:
    """Draw ranges of death rates on a log scale, without a middle line: a range is what they are good for."""

    def draw(i: int, panel: Axes, policy: str, _: Any) -> tuple[Any, Any]:
        name, _label, lines = RATES[i]
        when, past, quantiles = _stretch(daily, name, policy, condition, ahead(daily["day"]).size)
        _fan(panel, when, past, np.maximum(quantiles, LEAST_RATE), ALL_BANDS, middle=False)
        panel.set_yscale("log")
        panel.set_ylim(LEAST_RATE, MOST_RATE)
        panel.set_yticks([0.1, 1.0, 10.0, 100.0])
        panel.yaxis.set_minor_locator(NullLocator())
        for line in lines:
            panel.axhline(line, **LINE)
        return when, past

    with drawing():
        figure, _ = _panels(daily, named, [label for _, label, _ in RATES], 1.25, draw)
        figure.supylabel("deaths per 10,000 of them a day, log scale", fontsize=7.5)
        _legend(
            figure,
            [
                *_band_handles(daily, ("50", "80", "95")),
                Line2D([], [], **LINE, label="published thresholds: 1, 2; 2, 4"),
            ],
        )
    return figure


STRUCTURES: tuple[tuple[str, str, float, bool], ...] = (
    ("intake", "kcal a person a day", 1.0, False),
    ("weight_change", "adult weight, %", 100.0, False),
    ("gam", "GAM, %", 100.0, False),
    ("cdr", "deaths per 10,000 a day", 1.0, True),
)
"""Panels of the structures figure: outcome, label, factor, log scale."""


def both_intervals(summary: pd.DataFrame, named: Mapping[str, str]) -> Figure:
    """Draw per policy the 80 % interval within a structure (thin) and the middles of all structures (thick).

    summary : one condition and one date of what `corridor.analysis.structures.sweep` returned
    """
    shown = [row for row in STRUCTURES if (summary["outcome"] == row[0]).any()]
    policies = list(dict.fromkeys(summary["policy"]))
    with drawing():
        figure = new_figure(WIDTH, 0.9 + 0.27 * len(policies))
        grid = figure.subplots(1, len(shown), sharey=True, squeeze=False)[0]
        for axes, (outcome, label, factor, log) in zip(grid, shown, strict=True):
            part = summary[summary["outcome"] == outcome].set_index("policy")
            for y, policy in enumerate(policies):
                row: Any = part.loc[policy]
                within = [factor * row["within_low"], factor * row["within_high"]]
                between = [factor * row["between_low"], factor * row["between_high"]]
                axes.plot(within, [y, y], color=BANDS["50"], linewidth=1.4)
                axes.plot(between, [y, y], color=ACCENT, linewidth=5, solid_capstyle="butt")
                axes.plot([factor * row["within_median"]], [y], "|", color=INK, markersize=9, markeredgewidth=1.2)
            if log:
                axes.set_xscale("log")
                axes.xaxis.set_minor_locator(NullLocator())
            else:
                axes.xaxis.set_major_locator(MaxNLocator(4))
            axes.xaxis.set_major_formatter(FuncFormatter(_number))
            axes.tick_params(labelsize=6.5)
            axes.set_title(lettered(label), loc="left", fontsize=7.5)
            axes.spines[["top", "right"]].set_visible(False)
            axes.grid(axis="x", color=RULE, linewidth=0.4)
            axes.set_axisbelow(True)
        grid[0].set_yticks(range(len(policies)), [wrap(named.get(p, p), 22, 2) for p in policies])
        grid[0].set_ylim(len(policies) - 0.5, -0.5)
        _legend(
            figure,
            [
                Line2D([], [], color=BANDS["50"], linewidth=1.4, label="within a structure: 80 % of futures"),
                Line2D([], [], color=ACCENT, linewidth=5, label="between structures: their middle futures"),
                Line2D([], [], color=INK, marker="|", linestyle="", markersize=9, label="middle structure"),
            ],
        )
    return figure
