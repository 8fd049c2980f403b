"""Charts of a run: fans over time, days of cover, the exodus. A run goes in, a matplotlib Figure comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.dates
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from corridor.report import words
from corridor.report.map.places import map_figure
from corridor.report.style import ACCENT, BANDS, INK, PAST, RULE, dated, drawing, lettered, new_figure, wrap
from corridor.results import read, series
from corridor.results.dataset import ahead, has_history

__all__ = ["camps", "cover", "curve_of", "exodus", "fan", "map_figure"]

mdates: Any = matplotlib.dates  # untyped

WIDTH = 7.3
"""inches; an A4 page without its margins"""

MARK: Mapping[str, Any] = {"color": ACCENT, "linewidth": 0.9, "linestyle": (0, (4, 2))}
DOT: Mapping[str, Any] = {
    "marker": "o", "markersize": 2.4, "markerfacecolor": ACCENT, "markeredgecolor": "white", "markeredgewidth": 0.3,
}  # fmt: skip
NEED: Mapping[str, Any] = {"color": INK, "linewidth": 0.9, "linestyle": (0, (1, 1.5))}


def _bands(
    axes: Axes, days: Any, quantiles: read.Floats, colours: Mapping[str, str], width: float = 1.3, most: int = 130
) -> None:
    """Draw the 95, 80 and 50 % bands and the median, through at most about `most` days so that the page stays light."""
    every = -(-len(days) // most)
    keep = np.unique([*range(0, len(days), every), len(days) - 1])
    days, quantiles = days[keep], quantiles[:, keep]
    for band, (low, high) in {"95": (0, 6), "80": (1, 5), "50": (2, 4)}.items():
        axes.fill_between(days, quantiles[low], quantiles[high], color=colours[band], linewidth=0)
    axes.plot(days, quantiles[3], color=colours["median"], linewidth=width)


def _history(axes: Axes, past: series.Series | None, days: int, width: float = 1.3, most: int = 130) -> None:
    if past is not None:
        _bands(axes, past.days[-days:], past.quantiles()[:, -days:], PAST, width, most)


def _horizon(past: series.Series | None, future: series.Series) -> tuple[Any, read.Floats]:
    """Return days and quantiles of the horizon, joined to the last day of history so that no gap shows."""
    if past is None:
        return future.days, future.quantiles()
    last = series.Series(past.days[-1:], past.values[:, -1:], past.weights)
    return np.append(last.days, future.days), np.concatenate([last.quantiles(), future.quantiles()], axis=1)


def _number(value: float, _: Any) -> str:
    return (f"{value:,.0f}" if value == round(value) else f"{value:,.6g}").replace("-", "−")


def _dress(axes: Axes, start: Any, end: Any, ticks: int = 4) -> None:
    """Give a panel light grid lines, short dates and round numbers."""
    axes.set_xlim(start, end)
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color=RULE, linewidth=0.4)
    axes.set_axisbelow(True)
    dated(axes, ticks)
    axes.yaxis.set_major_locator(MaxNLocator(ticks))
    axes.yaxis.set_major_formatter(FuncFormatter(_number))


def _legend(figure: Figure, handles: Sequence[Any], *, past: bool = False) -> None:
    first: list[Any] = [Line2D([], [], color=BANDS["median"], linewidth=1.3, label="middle future")]
    first += [Patch(color=BANDS[band], label=lettered(f"{band} % of futures")) for band in ("50", "80", "95")]
    if past:
        first.append(Patch(color=PAST["80"], label="history, same for all"))
    figure.legend(
        handles=[*first, *handles], loc="outside lower center", ncols=4, frameon=False, fontsize=7, columnspacing=1.6
    )


def _last_day(day: Any) -> Line2D:
    return Line2D([], [], **MARK, label=lettered(f"last day known: {words.day(day)}"))


def fan(
    dataset: xr.Dataset,
    quantity: str = "below_requirement",
    condition: str | None = None,
    *,
    policies: Sequence[str] | None = None,
    history_days: int | None = None,
) -> Figure:
    """Draw one quantity over time, a panel per policy: history, then the horizon with `as_of` marked.

    Parameters
    ----------
    dataset : a run
    quantity : a key of `corridor.results.series.QUANTITIES`
    condition : id; the first where None
    policies : ids in the order of the panels; all where None
    history_days : days of history shown; as many as the horizon has where None
    """
    scenario, asked = read.scenario_of(dataset), series.QUANTITIES[quantity]
    condition = condition or read.ids(dataset, "condition")[0]
    shown, names = list(policies or read.ids(dataset, "policy")), read.titles(scenario)
    past, days = series.history_series(dataset, quantity), history_days or ahead(dataset["day"]).size
    requirement = float(dataset["requirement"].median()) if quantity == "intake" else None
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    with drawing():
        figure = new_figure(WIDTH, 0.65 + 1.6 * rows)
        grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        each = series.each(dataset, [quantity], condition)[quantity]
        top = 1e-9 if past is None else float(np.nanmax(past.quantiles()[:, -days:], initial=1e-9))
        for panel, policy in zip(grid.flat, shown, strict=False):
            future = each[policy, condition]
            _history(panel, past, days)
            times, quantiles = _horizon(past, future)
            _bands(panel, times, quantiles, BANDS)
            top = max(top, float(np.nanmax(quantiles, initial=0.0)))
            _dress(panel, (future.days if past is None else past.days[-days:])[0], future.days[-1])
            if past is not None:
                panel.axvline(mdates.date2num(read.as_of(dataset)), **MARK)
            if requirement:
                panel.axhline(requirement, **NEED)
            mark = " (reference)" if policy == scenario.reference_policy and len(shown) > 1 else ""
            panel.set_title(wrap(names.get(policy, policy) + mark, 26 if columns > 2 else 36, 3), loc="left")
        for place, panel in list(enumerate(grid.flat))[len(shown) :]:
            panel.set_visible(False)
            grid.flat[place - columns].tick_params(labelbottom=True)
        # the panels share one scale, and the widest band of any of them lies on it
        grid.flat[0].set_ylim(0, 1.05 * max(top, requirement or 0.0))
        figure.supylabel(lettered(words.unit_words(asked.unit)), fontsize=8)
        extra = [] if past is None else [_last_day(read.as_of(dataset))]
        extra += [Line2D([], [], **NEED, label="what people need")] if requirement else []
        _legend(figure, extra, past=past is not None)
    return figure


def cover(
    dataset: xr.Dataset,
    condition: str | None = None,
    *,
    policies: Sequence[str] | None = None,
    commodities: Sequence[str] | None = None,
    history_days: int | None = None,
) -> Figure:
    """Draw the days each stock would last at normal use: a row per commodity, a column per policy."""
    scenario = read.scenario_of(dataset)
    condition = condition or read.ids(dataset, "condition")[0]
    shown, names = list(policies or read.ids(dataset, "policy")), read.titles(scenario)
    goods = list(commodities or read.commodities_needed(dataset, scenario))
    days, has_past = history_days or ahead(dataset["day"]).size, has_history(dataset, "stock", "people")
    with drawing():
        figure = new_figure(WIDTH, 1.15 + 0.95 * len(goods))
        grid = figure.subplots(len(goods), len(shown), sharex=True, sharey="row", squeeze=False)
        each = series.covers(dataset, goods, condition)
        for row, good in zip(grid, goods, strict=True):
            past = series.cover(dataset, good, None, None) if has_past else None
            top = 1.0 if past is None else _peak(past.quantiles()[5, -days:])
            for panel, policy in zip(row, shown, strict=True):
                future = each[good][policy, condition]
                _history(panel, past, days, 1.0, 60)
                joined, quantiles = _horizon(past, future)
                _bands(panel, joined, quantiles, BANDS, 1.0, 60)
                _dress(panel, (future.days if past is None else past.days[-days:])[0], future.days[-1], 3)
                panel.tick_params(labelsize=6.5)
                if past is not None:
                    panel.axvline(mdates.date2num(read.as_of(dataset)), **MARK)
                top = max(top, _peak(quantiles[5]))
            # the 95 % band of a stock that nobody draws down would flatten all the rest
            row[0].set_ylim(0, max(1.1 * top, 1.0))
            row[0].set_ylabel(wrap(_short(names.get(good, good)), 13, 3), rotation=0, ha="right", va="center")
        for panel, policy in zip(grid[0], shown, strict=True):
            panel.set_title(wrap(names.get(policy, policy), max(14, 84 // len(shown)), 3), loc="left", fontsize=7.5)
        figure.supylabel("days at normal use", fontsize=8)
        _legend(figure, [_last_day(read.as_of(dataset))] if has_past else [], past=has_past)
    return figure


LARGEST_CAMPS = 8
"""camps with a panel of their own"""


def camps(
    dataset: xr.Dataset,
    condition: str | None = None,
    *,
    policy: str | None = None,
    observed: Sequence[Mapping[str, str]] | None = None,
) -> Figure:
    """Draw people in camps over time: a panel for each of the largest camps and one for all others.

    observed : rows of date, place, persons as text; drawn as dots
    """
    scenario = read.scenario_of(dataset)
    condition = condition or read.ids(dataset, "condition")[0]
    policy = policy or scenario.reference_policy
    at, named = {place.id: place for place in scenario.places}, read.titles(scenario)
    last = dataset["sheltered"].sel(policy=policy, condition=condition).isel(day=-1).median("future").to_numpy()
    order = [read.ids(dataset, "camp")[i] for i in np.argsort(-last, kind="stable")]
    groups = {named[camp]: [camp] for camp in order[:LARGEST_CAMPS]}
    if len(order) == LARGEST_CAMPS + 1:
        groups[named[order[-1]]] = order[LARGEST_CAMPS:]
    elif order[LARGEST_CAMPS:]:
        groups[f"{len(order) - LARGEST_CAMPS} other camps"] = order[LARGEST_CAMPS:]
    columns = min(3, len(groups))
    rows = -(-len(groups) // columns)
    has_past, limited = has_history(dataset, "sheltered"), False
    with drawing():
        figure = new_figure(WIDTH, 0.8 + 1.6 * rows)
        grid = figure.subplots(rows, columns, sharex=True, squeeze=False)
        for panel, (title, members) in zip(grid.flat, groups.items(), strict=False):
            past = series.camp_series(dataset, members, None, None) if has_past else None
            future = series.camp_series(dataset, members, policy, condition)
            _history(panel, past, 10_000)
            _bands(panel, *_horizon(past, future), BANDS)
            first = (future if past is None else past).days[0]
            days, counted = _counted(observed or (), members, first, future.days[-1])
            panel.plot(days, counted, linestyle="", **DOT)
            rooms = [at[camp].capacity for camp in members]
            if all(room is not None for room in rooms):
                panel.axhline(sum(room for room in rooms if room is not None), **NEED)
                limited = True
            _dress(panel, first, future.days[-1], 3)
            if has_past:
                panel.axvline(mdates.date2num(read.as_of(dataset)), **MARK)
            panel.set_title(wrap(title, 26 if columns > 2 else 36, 2), loc="left")
        for place, panel in list(enumerate(grid.flat))[len(groups) :]:
            panel.set_visible(False)
            grid.flat[place - columns].tick_params(labelbottom=True)
        figure.supylabel("people", fontsize=8)
        extra = [_last_day(read.as_of(dataset))] if has_past else []
        extra += [Line2D([], [], **NEED, label="capacity")] if limited else []
        extra += [Line2D([], [], linestyle="", label="counted", **DOT)] if observed else []
        _legend(figure, extra, past=has_past)
    return figure


def _counted(rows: Sequence[Mapping[str, str]], members: Sequence[str], first: Any, last: Any, most: int = 60) -> Any:
    """Return days and what was counted in some camps together, at most about `most` days, between two days."""
    total: dict[str, float] = {}
    for row in rows:
        if row["place"] in members and row["persons"]:
            total[row["date"]] = total.get(row["date"], 0.0) + float(row["persons"])
    days = np.array(sorted(total), dtype="datetime64[D]")
    values = np.array([total[day] for day in sorted(total)])
    inside = (days >= first) & (days <= last)
    every = -(-int(inside.sum()) // most) or 1
    return days[inside][::every], values[inside][::every]


def _short(name: str) -> str:
    """Return a commodity's name without what stands in brackets."""
    return name.split("(")[0].strip()


def _peak(values: read.Floats) -> float:
    return float(np.nanmax(values)) if np.isfinite(values).any() else 0.0


CURVE = ("low_95", "low_80", "low_50", "median", "high_50", "high_80", "high_95")


def curve_of(times: Sequence[Any], members: read.Floats) -> pd.DataFrame:
    """Return the table that `exodus` draws from an ensemble: `members` is (member, time) persons so far."""
    quantiles = np.quantile(np.asarray(members, dtype=np.float64), series.QUANTILES, axis=0)
    return pd.DataFrame({"time": pd.to_datetime(list(times)), **dict(zip(CURVE, quantiles, strict=True))})


def exodus(curve: pd.DataFrame, observed: pd.DataFrame, *, cut: Any = None, title: str = "") -> Figure:
    """Draw people arrived against time: the model's fan and what was counted.

    Parameters
    ----------
    curve : time, low_95, low_80, low_50, median, high_50, high_80, high_95 (persons, cumulative)
    observed : time, value (persons, cumulative) and, where given, kind; kinds other than `reported` are drawn hollow
    cut : the moment until which the model was given the counts, drawn as a line; None where it had none
    title : what to call the model's curve
    """
    with drawing():
        figure = new_figure(WIDTH, 3.2)
        axes = figure.subplots()
        time = pd.to_datetime(curve["time"]).to_numpy()
        blank = np.full(len(curve), np.nan)
        _bands(axes, time, np.stack([curve[c].to_numpy(float) if c in curve else blank for c in CURVE]), BANDS)
        when, value = pd.to_datetime(observed["time"]).to_numpy(), observed["value"].to_numpy(float)
        firm = (observed["kind"] == "reported").to_numpy() if "kind" in observed else np.ones(len(observed), dtype=bool)
        handles = []
        for chosen, face, said in ((firm, ACCENT, "counted and reported"), (~firm, "white", "rounded or unverified")):
            if chosen.any():
                look: dict[str, Any] = {
                    "marker": "o",
                    "markersize": 3.6,
                    "markerfacecolor": face,
                    "markeredgecolor": ACCENT,
                }
                axes.plot(when[chosen], value[chosen], linestyle="", **look)
                handles.append(Line2D([], [], linestyle="", label=lettered(said), **look))
        _dress(axes, min(time[0], *when), time[-1], 8)
        axes.set_ylabel("people arrived so far")
        if cut is not None:
            axes.axvline(mdates.date2num(pd.Timestamp(cut).to_datetime64()), **MARK)
            handles.append(Line2D([], [], **MARK, label="counts used until here"))
        if title:
            axes.set_title(wrap(title, 84, 2), loc="left")
        _legend(figure, handles)
    return figure
