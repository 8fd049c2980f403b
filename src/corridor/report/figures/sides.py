"""The figure of the section on the sides: how likely each outcome is under each policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from matplotlib.figure import Figure

from corridor.report import words
from corridor.report.style import ACCENT, BANDS, FAINT, INK, drawing, new_figure, to_svg, wrap

HARM = "offensive"
"""The outcome beside which the caution stands wherever its probability is given."""


def dots(data: Mapping[str, Any]) -> Figure:
    """Draw the level of every outcome under every policy: a dot, and a line for its range between structures."""
    policies, outcomes = data["policies"], data["outcomes"]
    last = str(data["dates"][-1]["key"])
    with drawing():
        figure = new_figure(7.6, 0.6 + 0.3 * len(policies))
        axes = figure.subplots(1, len(outcomes), sharey=True, squeeze=False)[0]
        for ax, outcome in zip(axes, outcomes, strict=True):
            for row, policy in enumerate(policies):
                level = data["level"][policy["id"]][outcome["id"]]
                colour = ACCENT if outcome["id"] == HARM else BANDS["median"]
                if level["between"]:
                    ax.plot(level["between"], [row, row], color=FAINT, linewidth=1.2, solid_capstyle="butt")
                filled = colour if policy.get("main", True) else "white"
                ax.plot(
                    level["by"][last], row, "o", color=colour, markerfacecolor=filled, markersize=4.5, clip_on=False
                )
            own = data["level"][data["reference"]][outcome["id"]]["by"][last]
            ax.axvline(own, color=FAINT, linewidth=0.6, linestyle=":")
            ax.set_xlim(-0.02, 1.02)
            ax.set_xticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
            ax.set_title(wrap(outcome["says"], 24), loc="left", color=INK)
            ax.spines[["top", "right"]].set_visible(False)
        axes[0].set_yticks(range(len(policies)), [wrap(p["title"], 34, 2) for p in policies])
        axes[0].invert_yaxis()
    return figure


def drawn(data: Mapping[str, Any], key: str, until: str) -> dict[str, Any]:
    """Return the figure as SVG with title and caption; `key` makes its ids unique on the page."""
    reference = next((p["title"] for p in data["policies"] if p["id"] == data["reference"]), data["reference"])
    title = f"What happens at least once by {until}, by policy"
    caption = (
        "Dot: probability (hollow: a hypothesis about others); line: range across variants of how choosing is "
        f"modelled; dotted: “{reference}”. {data['caution']}"
    )
    svg = to_svg(dots(data), f"{key}-dots", title, caption)
    return {"svg": Markup(svg), "title": words.sentence(title), "caption": caption}
