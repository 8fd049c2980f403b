"""What a reader sees: one self-contained page, figures, tables on screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.report import plot

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from markupsafe import Markup

__all__ = ["plot", "write_report"]


def write_report(
    dataset: xr.Dataset,
    comparison: pd.DataFrame,
    path: str | Path,
    *,
    backtest: Mapping[str, Any] | None = None,
    bodies: Markup | None = None,
    relief: pd.DataFrame | None = None,
    sides: Markup | None = None,
    sides_answer: str | None = None,
    observed: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
) -> Path:
    """Write the report of a run as one HTML file and return its path. See `corridor.report.page.write_report`.

    Imported when called, so that tables on screen do not wait for matplotlib.
    """
    from corridor.report import page

    return page.write_report(
        dataset,
        comparison,
        path,
        backtest=backtest,
        bodies=bodies,
        relief=relief,
        sides=sides,
        sides_answer=sides_answer,
        observed=observed,
    )
