"""What a reader sees: one self-contained page, figures, tables on screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.report import plot

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["plot", "write_report"]


def write_report(dataset: xr.Dataset, comparison: pd.DataFrame, path: str | Path, **parts: Any) -> Path:
    """Write the report of a run as one HTML file and return its path; parts as in `corridor.report.page.write_report`.

    Imported when called, so that tables on screen do not wait for matplotlib.
    """
    from corridor.report import page

    return page.write_report(dataset, comparison, path, **parts)
