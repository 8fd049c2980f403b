"""Goods by way and class: a bar per link, a panel per policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from corridor.report.figures.fans import WIDTH
from corridor.report.style import BANDS, INK, RULE, drawing, new_figure, wrap

RELIEF, TRADE = BANDS["median"], BANDS["80"]


def ways(
    goods: pd.DataFrame, links: Sequence[str], ends: Mapping[str, str], named: Mapping[str, str], columns: int = 2
) -> Figure:
    """Draw tonnes a day on each of these links, relief first and trade behind it.

    Parameters
    ----------
    goods : rows of `goods_by_way` of one condition and date
    links : ids, from top to bottom
    ends, named : what to call each link and each policy
    """
    policies = list(dict.fromkeys(goods["policy"]))
    columns = min(columns, len(policies))
    rows = -(-len(policies) // columns)
    at, most = -np.arange(len(links)), 1.04 * float(goods[goods["link"].isin(links)]["high_80"].max())
    with drawing():
        figure = new_figure(WIDTH, rows * (0.55 + 0.2 * len(links)) + 0.45)
        grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
        for axes, policy in zip(grid.flat, policies, strict=False):
            mine = goods[goods["policy"] == policy]
            relief, every = (mine[mine["class"] == c].set_index("link").loc[list(links)] for c in ("relief", "all"))
            axes.barh(at, every["median"], 0.72, color=TRADE)
            axes.barh(at, relief["median"], 0.72, color=RELIEF)
            for colour, width in (("white", 2.4), (INK, 0.9)):
                axes.hlines(at, every["low_80"], every["high_80"], color=colour, linewidth=width)
            axes.set_title(wrap(named.get(policy, policy), 88 // columns, 2), loc="left")
            axes.set_yticks(at, [wrap(ends[link], 36, 2) for link in links], fontsize=6.5)
            axes.set_xlim(0.0, most)
            axes.grid(axis="x", color=RULE, linewidth=0.4)
            axes.set_axisbelow(True)
            axes.spines[["top", "right"]].set_visible(False)
            axes.tick_params(axis="y", length=0)
        for axes in grid.flat[len(policies) :]:
            axes.set_visible(False)
        for axes in grid[-1]:
            axes.set_xlabel("tonnes a day")
        line = Line2D([], [], color=INK, linewidth=0.9, label="80 % of futures, all goods")
        handles = [Patch(color=RELIEF, label="relief, medical goods"), Patch(color=TRADE, label="trade"), line]
        figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, fontsize=7)
    return figure
