"""Scenario -> arrays -> days -> Zarr and xarray."""

from corridor.engine.ensemble import run, run_name
from corridor.engine.store import open_run

__all__ = ["open_run", "run", "run_name"]
