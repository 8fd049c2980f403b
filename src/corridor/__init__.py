"""Futures of a closed road: supply, hunger, choices and flight under each policy.

Five lines do the main job::

    import corridor
    case = corridor.load("nagorno-karabakh-2023")
    results = corridor.run(case, futures=200)
    table = corridor.compare(results)
    corridor.write_report(results, table, "report.html")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from corridor.core.version import __version__

if TYPE_CHECKING:
    from corridor.analysis.compare import compare
    from corridor.engine import open_run, run
    from corridor.report import plot, write_report
    from corridor.results.dataset import ahead, history
    from corridor.scenario import load, override

# imported when first used, so that `corridor --help` and `corridor check` load no numerics
_WHERE = {
    "load": "corridor.scenario",
    "override": "corridor.scenario",
    "run": "corridor.engine",
    "open_run": "corridor.engine",
    "compare": "corridor.analysis.compare",
    "ahead": "corridor.results.dataset",
    "history": "corridor.results.dataset",
    "plot": "corridor.report",
    "write_report": "corridor.report",
}

__all__ = [
    "__version__", "ahead", "compare", "history", "load", "open_run", "override", "plot", "run", "write_report",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    message = f"module 'corridor' has no attribute {name!r}"
    raise AttributeError(message)
