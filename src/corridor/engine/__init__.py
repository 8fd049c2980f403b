"""Scenario -> arrays -> days -> Zarr and xarray."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corridor.engine.compile import rules_of
    from corridor.engine.evaluate import is_stored, play_shard, run, run_name
    from corridor.engine.history import histories
    from corridor.engine.population import Population
    from corridor.engine.sessions import Session, session
    from corridor.engine.sides.paths import choice_paths
    from corridor.engine.sides.structure import structural_variants
    from corridor.engine.sides.ways import ways_of_choosing
    from corridor.engine.store import open_run

# imported when first used: a check puts models together and needs neither stores nor tables of results
_WHERE = {
    "Population": "population",
    "Session": "sessions",
    "choice_paths": "sides.paths",
    "histories": "history",
    "is_stored": "evaluate",
    "open_run": "store",
    "play_shard": "evaluate",
    "rules_of": "compile",
    "run": "evaluate",
    "run_name": "evaluate",
    "session": "sessions",
    "structural_variants": "sides.structure",
    "ways_of_choosing": "sides.ways",
}

__all__ = [
    "Population",
    "Session",
    "choice_paths",
    "histories",
    "is_stored",
    "open_run",
    "play_shard",
    "rules_of",
    "run",
    "run_name",
    "session",
    "structural_variants",
    "ways_of_choosing",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
