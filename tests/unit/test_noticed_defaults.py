"""Defaults that answers must share: what is asked without a seed is drawn alike, so that it can stand side by side."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

import corridor


@pytest.mark.parametrize(
    ("package", "seed"),
    [("strategy", 1), ("analysis.backtest", 1), ("analysis.sides", 1), ("analysis.displacement", 0)],
)
def test_all_that_is_asked_without_a_seed_is_drawn_alike(package: str, seed: int) -> None:
    top = importlib.import_module(f"{corridor.__name__}.{package}")
    names = [one.name for one in pkgutil.walk_packages(top.__path__, f"{top.__name__}.")]
    found = {}
    for module in map(importlib.import_module, names):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            asked = inspect.signature(function).parameters.get("seed")
            if function.__module__ == module.__name__ and asked is not None and asked.default is not asked.empty:
                found[f"{module.__name__}.{name}"] = asked.default
    assert found
    # lints draw for themselves alone
    apart = {"corridor.strategy.lints.lint": 0} if package == "strategy" else {}
    assert {name: given for name, given in found.items() if given != seed} == apart
