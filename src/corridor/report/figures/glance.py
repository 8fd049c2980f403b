"""The answer as one picture: a row per policy, food missing and excess deaths side by side, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from corridor.report.style import BANDS, FAINT, INK, RULE, drawing, lettered, new_figure, wrap
from corridor.report.words import count

SHOWN: Mapping[str, str] = {
    "energy_gap": "Food missing, person-days",
    "excess_deaths": "Excess deaths, people",
}


def glance(comparison: pd.DataFrame, condition: str, named: Mapping[str, str]) -> Figure | None:
    """Draw the middle future and the 80 % interval of each policy on the last day; None where neither was worked out.

    Parameters
    ----------
    comparison : what `corridor.analysis.compare.compare` returned
    condition : id; named : id of a policy -> its title
    """
    here = comparison[(comparison["condition"] == condition) & (comparison["day"] == comparison["day"].max())]
    shown = [id_ for id_ in SHOWN if (here["outcome"] == id_).any()]
    policies = list(dict.fromkeys(here["policy"]))
    if not shown:
        return None
    with drawing():
        figure = new_figure(7.3, 0.55 + 0.3 * len(policies))
        panels = figure.subplots(1, len(shown), sharey=True, squeeze=False)[0]
        for axes, id_ in zip(panels, shown, strict=True):
            rows = here[here["outcome"] == id_].set_index("policy")
            for y, policy in enumerate(policies):
                row: Any = rows.loc[policy]
                axes.plot([row["low_80"], row["high_80"]], [y, y], color=BANDS["80"], linewidth=7,
                          solid_capstyle="butt")  # fmt: skip
                axes.plot([row["median"]], [y], "o", color=BANDS["median"], markersize=4.5, clip_on=False)
                axes.annotate(lettered(count(row["median"])), (row["median"], y), xytext=(0, 6), fontsize=6.5,
                              textcoords="offset points", ha="center", va="bottom", color=INK)  # fmt: skip
            axes.set_title(lettered(SHOWN[id_]), loc="left")
            axes.set_xlim(left=min(0.0, float(rows["low_80"].min())))
            axes.margins(x=0.08)
            axes.xaxis.set_major_locator(MaxNLocator(4))
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: count(value)))
            axes.grid(axis="x", color=RULE, linewidth=0.4)
            axes.set_axisbelow(True)
            axes.spines[["top", "right", "left"]].set_visible(False)
            axes.tick_params(axis="y", length=0)
            axes.tick_params(axis="x", labelcolor=FAINT)
        panels[0].set_yticks(range(len(policies)), [wrap(named.get(one, one), 30, 2) for one in policies])
        panels[0].set_ylim(len(policies) - 0.4, -0.75)
    return figure
