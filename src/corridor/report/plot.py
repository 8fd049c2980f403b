"""Figures of a run for one's own paper or notebook: each returns a matplotlib Figure.

    corridor.plot.fan(study.results, "intake", "no_offensive").savefig("intake.pdf")

matplotlib is imported when a figure is drawn, not before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError, Problem, did_you_mean

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["camps", "cover", "exodus", "fan", "map"]


def _check(word: str, asked: Iterable[str], known: Iterable[str]) -> None:
    """Refuse names that a run does not have. Raises InputError."""
    names = [str(name) for name in known]
    problems = [Problem("plot", 0, 0, word, f'no {word} "{name}"', did_you_mean(name, names))
                for name in asked if name not in names]  # fmt: skip
    if problems:
        raise InputError(problems)


def fan(
    dataset: xr.Dataset,
    quantity: str = "below_requirement",
    condition: str | None = None,
    *,
    policies: Sequence[str] | None = None,
    history_days: int | None = None,
) -> Figure:
    """Draw one quantity over time, a panel per policy. See `corridor.report.figures.fans.fan`.

    Raises
    ------
    InputError : no such quantity, condition or policy
    """
    from corridor.report.figures import fans as figures
    from corridor.results.series import QUANTITIES

    _check("quantity", [quantity], QUANTITIES)
    _check("condition", () if condition is None else [condition], dataset["condition"].values.tolist())
    _check("policy", policies or (), dataset["policy"].values.tolist())

    return figures.fan(dataset, quantity, condition, policies=policies, history_days=history_days)


def cover(
    dataset: xr.Dataset,
    condition: str | None = None,
    *,
    policies: Sequence[str] | None = None,
    commodities: Sequence[str] | None = None,
    history_days: int | None = None,
) -> Figure:
    """Draw the days each stock would last. See `corridor.report.figures.fans.cover`."""
    from corridor.report.figures import fans as figures

    _check("condition", () if condition is None else [condition], dataset["condition"].values.tolist())
    _check("policy", policies or (), dataset["policy"].values.tolist())
    _check("commodity", commodities or (), dataset["commodity"].values.tolist())
    return figures.cover(dataset, condition, policies=policies, commodities=commodities, history_days=history_days)


def map(dataset: xr.Dataset) -> Figure:
    """Draw places and links as they stood on `as_of`, over country outlines. See `corridor.report.map.places`."""
    from corridor.report.figures import fans as figures

    return figures.map_figure(dataset)


def exodus(curve: pd.DataFrame, observed: pd.DataFrame, *, cut: Any = None, title: str = "") -> Figure:
    """Draw people arrived against what was counted. See `corridor.report.figures.fans.exodus`."""
    from corridor.report.figures import fans as figures

    return figures.exodus(curve, observed, cut=cut, title=title)


def camps(
    dataset: xr.Dataset,
    condition: str | None = None,
    *,
    policy: str | None = None,
    observed: Sequence[Mapping[str, str]] | None = None,
) -> Figure:
    """Draw people in the largest camps over time. See `corridor.report.figures.fans.camps`."""
    from corridor.report.figures import fans as figures

    return figures.camps(dataset, condition, policy=policy, observed=observed)
