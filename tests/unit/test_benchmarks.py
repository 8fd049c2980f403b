"""Benchmarks still play what they time: each breaks in silence when a rule asks for more."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


def test_the_benchmark_of_bodies_plays_its_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("bodies_benchmark", FOLDER / "bodies.py")
    assert spec is not None
    assert spec.loader is not None
    bodies = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bodies)
    monkeypatch.setattr(bodies, "DAYS", 1)
    monkeypatch.setattr(bodies, "REPEATS", 1)
    assert all(ns > 0.0 for ns in bodies.cost(bodies.CHAIN))
