"""Scenario -> arrays -> days -> Zarr and xarray."""

from corridor.engine.compile import rules_of
from corridor.engine.ensemble import run, run_name
from corridor.engine.paths import choice_paths
from corridor.engine.store import open_run
from corridor.engine.structure import structural_variants

__all__ = ["choice_paths", "open_run", "rules_of", "run", "run_name", "structural_variants"]
