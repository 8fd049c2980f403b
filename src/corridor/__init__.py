"""Futures of a closed road: supply, hunger, choices and flight under each policy.

Four lines do the main job::

    import corridor
    case = corridor.load("nagorno-karabakh-2023")
    study = corridor.compare(case, futures=200)
    study.report("report.html")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from corridor.core.uncollected import uncollected
from corridor.core.version import __version__

if TYPE_CHECKING:
    from corridor.core.errors import InputError
    from corridor.engine import Session, open_run, run, session
    from corridor.exchange.results_files import read_file
    from corridor.report import plot
    from corridor.results.dataset import ahead, history
    from corridor.scenario import add_policy, bundled, load, override
    from corridor.studies import Study, ask, backtest, calibrate, compare, diff, schema, sides

# imported when first used, so that `corridor --help` and `corridor check` load no numerics
_WHERE = {
    "InputError": "corridor.core.errors",
    "Session": "corridor.engine",
    "Study": "corridor.studies",
    "add_policy": "corridor.scenario",
    "ahead": "corridor.results.dataset",
    "ask": "corridor.studies",
    "backtest": "corridor.studies",
    "bundled": "corridor.scenario",
    "calibrate": "corridor.studies",
    "compare": "corridor.studies",
    "diff": "corridor.studies",
    "history": "corridor.results.dataset",
    "load": "corridor.scenario",
    "open_run": "corridor.engine",
    "override": "corridor.scenario",
    "plot": "corridor.report",
    "read_file": "corridor.exchange.results_files",
    "run": "corridor.engine",
    "schema": "corridor.studies",
    "session": "corridor.engine",
    "sides": "corridor.studies",
}

__all__ = [
    "InputError",
    "Session",
    "Study",
    "__version__",
    "add_policy",
    "ahead",
    "ask",
    "backtest",
    "bundled",
    "calibrate",
    "compare",
    "diff",
    "history",
    "load",
    "open_run",
    "override",
    "plot",
    "read_file",
    "run",
    "schema",
    "session",
    "sides",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        with uncollected():
            return getattr(import_module(_WHERE[name]), name)
    message = f"module 'corridor' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
