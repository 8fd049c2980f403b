"""Scenario -> arrays -> days -> Zarr and xarray."""

from corridor.engine.compile import rules_of
from corridor.engine.evaluate import play_shard, run, run_name
from corridor.engine.histories import histories
from corridor.engine.population import Population
from corridor.engine.session import Session, session
from corridor.engine.sides.paths import choice_paths
from corridor.engine.sides.structure import structural_variants
from corridor.engine.sides.ways import ways_of_choosing
from corridor.engine.store import open_run

__all__ = [
    "Population",
    "Session",
    "choice_paths",
    "histories",
    "open_run",
    "play_shard",
    "rules_of",
    "run",
    "run_name",
    "session",
    "structural_variants",
    "ways_of_choosing",
]
