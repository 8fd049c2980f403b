"""Small functions against what a pencil gives: lines that whole runs reach too seldom to hold them."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from corridor.analysis.backtest.priors import DIMENSIONS, parameters
from corridor.analysis.calibrate import known_signs
from corridor.analysis.signs import reconcile
from corridor.core.errors import InputError
from corridor.engine.store.lock import LOCK, is_locked, locked
from corridor.engine.waiting import waiting_actions
from corridor.rules.bodies import survival
from corridor.scenario.model import Action, Policy, Sign
from corridor.scenario.trigger import Threshold
from corridor.strategy import Model, Option, option_space
from corridor.strategy.lints import _pairs
from small import START, small


def test_a_store_is_held_by_one_who_is_named_and_let_go_without_a_trace(tmp_path: Path) -> None:
    assert not is_locked(tmp_path)
    with locked(tmp_path):
        assert is_locked(tmp_path)
        with pytest.raises(InputError) as met, locked(tmp_path):
            raise AssertionError
        assert f"process {os.getpid()} on {socket.gethostname()}" in met.value.problems[0].message
        assert (tmp_path / LOCK).exists()
    assert not is_locked(tmp_path)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / LOCK).write_text("a run that was killed")
    assert not is_locked(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_sign_counts_from_the_day_on_which_it_was_known() -> None:
    case = small()
    signs = [
        Sign(
            date=START, known=case.as_of + timedelta(days=later), kind=kind, place="near", commodity="flour", value=3.0
        )  # type: ignore[arg-type]
        for later, kind in ((0, "empty"), (1, "empty"), (-1, "share"), (0, "ration"))
    ]
    found = known_signs(case.model_copy(update={"signs": tuple(signs)}))
    assert found == (signs[0], signs[2])


@pytest.fixture
def histories(monkeypatch: pytest.MonkeyPatch) -> dict[str, np.ndarray]:
    """A hundred and one futures in which what is seen is 2 a + 1, and what other inputs have to do with it."""
    a = np.linspace(0.0, 10.0, 101)
    waves = np.cos(7.0 * a)
    drawn = {"a": a, "wide": 100.0 * a + 30.0 * waves, "idle": waves, "fixed": np.full(101, 3.0)}
    monkeypatch.setattr(reconcile, "Past", lambda ds: SimpleNamespace(days=np.arange(50)))
    monkeypatch.setattr(reconcile.read, "inputs", lambda ds: drawn)
    monkeypatch.setitem(reconcile.SIMULATED, "people", lambda sign, past: 2.0 * a + 1.0)  # type: ignore[misc]
    return drawn


@pytest.mark.parametrize(("seen", "to"), [(25.0, 12.0), (11.0, 5.0), (3.0, 1.0), (98.0, 48.5)])
def test_what_would_reconcile_a_sign_lies_on_the_line(histories: Any, seen: float, to: float) -> None:
    found = reconcile.smallest_change(None, SimpleNamespace(kind="people", value=seen))  # type: ignore[arg-type]
    assert found is not None
    assert (found.path, found.middle) == ("a", pytest.approx(5.0))
    assert found.to == pytest.approx(to)
    assert found.widths == pytest.approx(abs(to - 5.0) / 9.0)


@pytest.mark.parametrize("seen", [102.0, 0.5, -20.0])
def test_a_change_beyond_five_widths_or_below_nothing_is_none(histories: Any, seen: float) -> None:
    assert reconcile.smallest_change(None, SimpleNamespace(kind="people", value=seen)) is None  # type: ignore[arg-type]


def test_deaths_by_illness_rise_along_lines_between_the_four_points() -> None:
    thin = 40.0
    knots = np.array([survival.LOG_21, survival.LOG_1925, survival.LOG_1675, survival.LOG_14])
    ratio = np.array([1.0, survival.HR_1925, survival.HR_1675, thin])
    at = np.concatenate([knots, (knots[1:] + knots[:-1]) / 2, [knots[0] + 0.1, knots[-1] - 0.1]])
    wanted = np.concatenate([ratio, (ratio[1:] + ratio[:-1]) / 2, [1.0, thin]])
    assert np.allclose(survival.illness_ratio(at, np.full(at.size, thin)), wanted)
    assert np.all(np.diff(ratio) > 0)


def test_the_way_out_is_as_wide_as_its_narrowest_part() -> None:
    """At the middle of every prior, and where the post has one lane and two."""
    u = np.full((2, DIMENSIONS), 0.5)
    u[0, 7] = 0.4  # one lane
    found = parameters(u, SimpleNamespace(quantile=lambda v: 1000.0 * v), ride=2.0)  # type: ignore[arg-type]
    assert found["population"] == pytest.approx([500.0, 500.0])
    assert found["slope"] * found["midpoint"] == pytest.approx([4.25, 4.25])
    # the road, 600 vehicles an hour of which damage leaves three quarters; the post, 75 s a vehicle and lane
    assert found["vehicles_per_hour"] == pytest.approx([48.0, 96.0])
    assert found["ride"] == pytest.approx([4.2, 4.2])
    assert np.all((found["delay"] > 0) & (found["delay"] < 24 * 14))
    assert np.all((found["share"] > 0.85) & (found["share"] < 1.0))
    u[:, 8] = 0.0  # 30 s a vehicle
    u[:, 6] = 0.0  # damage leaves half
    assert parameters(u, SimpleNamespace(quantile=lambda v: v))["vehicles_per_hour"] == pytest.approx([120.0, 240.0])  # type: ignore[arg-type]


def test_states_are_paired_by_the_one_option_in_which_they_differ() -> None:
    space = option_space("A", [Option("a", "A"), Option("b", "A"), Option("c", "A")], [{"a": True, "c": True}])
    model = Model("m", "", space, np.zeros((1, len(space.states))))
    without, having = _pairs(model, "a")
    pairs = {(model.states[i], model.states[j]) for i, j in zip(without, having, strict=True)}
    assert pairs == {("NNN", "YNN"), ("NYN", "YYN")}


def test_what_follows_a_known_day_begins_on_a_known_day() -> None:
    case = small()
    day = case.as_of + timedelta(days=3)
    first = Action(do="force", target="links.gate.regime", value=31, starts=day, id="opened")
    after = Action(
        do="add", target="pipelines.air", starts=case.as_of + timedelta(days=1), latest=case.as_of + timedelta(days=20),
        when=Threshold(what="after opened", sign=">", value=0.0, days=5),
    )  # fmt: skip
    (found,) = waiting_actions(case, Policy(id="p", title="P", actions=(first, after)), "policy")
    assert found.trigger.threshold is None
    # the first day of a case has the number 1: as_of is 20, the gate opens on 23
    assert (found.trigger.first, found.trigger.last, found.trigger.lasts) == (28, 28, False)
    assert found.trigger.chance == 1.0
