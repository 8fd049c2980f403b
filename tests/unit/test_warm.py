"""Machine code is made beforehand, in processes, once for each state of the code."""

from __future__ import annotations

import json

import pytest

from corridor.engine import warm
from corridor.rules import ORDER
from corridor.scenario import bundled, load


@pytest.fixture
def begun(tmp_path, monkeypatch):
    """A folder for machine code that is empty, two cores, and the processes that are begun."""
    commands: list[list[str]] = []

    class Worker:
        def __init__(self, command, **_) -> None:
            commands.append(command)

        def wait(self) -> int:
            return 0

        def kill(self) -> None:
            pass

    monkeypatch.setattr(warm, "cache", lambda: tmp_path)
    monkeypatch.setattr(warm.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(warm.subprocess, "Popen", Worker)
    monkeypatch.delenv("NUMBA_DISABLE_JIT", raising=False)
    return commands


@pytest.mark.parametrize("name", bundled())
def test_every_rule_of_a_case_is_made_beforehand_once(name, begun) -> None:
    said: list[str] = []
    warm.prepare(load(name), said.append)
    assert len(said) == 1
    assert len(begun) == 2
    assert set(json.loads(begun[0][-1])) == set(ORDER) - {"movement"}
    warm.prepare(load(name), said.append)
    assert len(said) == 1
    assert len(begun) == 2


def test_a_change_of_one_rule_begins_no_processes(begun) -> None:
    case = load("berlin-1948")
    warm.prepare(case)
    warm.prepare(case.model_copy(update={"rules": {"children": "relaxation"}}))
    assert len(begun) == 2
