"""How long, as curves: the share of futures in which an event has not come yet, by day and policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from corridor.report.style import FAINT, RULE, drawing, lettered, new_figure, wrap

LINES: Sequence[tuple[str, str]] = (
    ("#000000", "-"), ("#0072b2", "-"), ("#d55e00", "-"), ("#009e73", "-"), ("#cc79a7", "-"), ("#e69f00", "-"),
    ("#0072b2", "--"), ("#d55e00", "--"), ("#009e73", "--"), ("#cc79a7", "--"), ("#e69f00", "--"), ("#000000", "--"),
)  # fmt: skip
"""colour and style by policy: Okabe and Ito's colours, which every kind of colour sight tells apart"""


def survival_curves(
    curves: pd.DataFrame, events: Mapping[str, str], condition: str, named: Mapping[str, str]
) -> Figure:
    """Draw a panel per event: the share of futures in which it has not come by the end of each day, a line per policy.

    Parameters
    ----------
    curves : `corridor.analysis.outcomes.first_days.curves` of a run
    events : id -> title, in the order of the panels
    condition : id; named : id of a policy -> its title
    """
    here = curves[curves["condition"] == condition]
    shown = [id_ for id_ in events if (here["event"] == id_).any()]
    policies = list(dict.fromkeys(here["policy"]))
    columns = max(1, min(3, len(shown)))
    rows = -(-len(shown) // columns)
    with drawing():
        figure = new_figure(7.3, 2.0 * rows + 0.28 * -(-len(policies) // 3) + 0.2)
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for axes in panels.flat[len(shown) :]:
            axes.set_visible(False)
        for i, (event, axes) in enumerate(zip(shown, panels.flat, strict=False)):
            own = here[here["event"] == event]
            for p, policy in enumerate(policies):
                line = own[own["policy"] == policy]
                colour, style = LINES[p % len(LINES)]
                axes.step(line["day"], line["share"], where="post", color=colour, linestyle=style, linewidth=1.2,
                          label=lettered(named.get(policy, policy)))  # fmt: skip
            axes.set_title(wrap(events[event], 30), loc="left")
            axes.set_ylim(0.0, 1.02)
            axes.set_xlim(0, own["day"].max())
            axes.yaxis.set_major_formatter(PercentFormatter(1.0))
            axes.grid(axis="y", color=RULE, linewidth=0.4)
            axes.spines[["top", "right"]].set_visible(False)
            if i + columns >= len(shown):
                axes.tick_params(labelbottom=True)
                axes.set_xlabel("days after the last day known", color=FAINT)
        figure.supylabel("futures in which it has not come yet", fontsize=8, color=FAINT)
        handles, labels = panels.flat[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=7)
    return figure
