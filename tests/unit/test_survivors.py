"""Lines that no other test held: found by `tools/mutation.py`, each now with the value that it must give."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from corridor import studies
from corridor.analysis.hinges import _thirds
from corridor.analysis.sides.paths import _share
from corridor.strategy import Model, Option, option_space, read_actors
from corridor.strategy.stability.unsettle import _far, unsettle

X = np.arange(300.0)
LOW, HIGH = np.quantile(X, [1 / 3, 2 / 3])


@pytest.mark.parametrize("better", ["higher", "lower"])
@pytest.mark.parametrize(
    ("thirds", "at"),
    [((-1, 1, 1), LOW), ((-1, -1, 1), HIGH), ((-1, 0, 1), HIGH), ((0, -1, 1), HIGH), ((1, -1, 0), LOW), ((1, -1, 1), LOW)],
)  # fmt: skip
def test_where_the_answer_turns(thirds: tuple[int, int, int], at: float, better: str) -> None:
    sign = 1 if better == "higher" else -1
    unclear = np.where(np.arange(100) % 2, 1.0, -1.0)
    difference = np.concatenate([unclear if t == 0 else np.full(100, float(sign * t)) for t in thirds])
    found = _thirds(X, difference, better, turned=True)
    assert found["flips"]
    assert found["flip_at"] == at
    assert not _thirds(X, difference, better, turned=False)["flips"]
    assert found["p_better_low"] == {-1: 0.0, 0: 0.5, 1: 1.0}[thirds[0]]
    assert found["diff_high"] == sign * thirds[2]


def ranked_model(orders: list[str]) -> Model:
    space = option_space("AB", [Option("a", "A"), Option("b", "B")])
    payoff = np.array([[4 - order.split().index(s) for s in space.states] for order in orders], float)
    return Model("m", "", space, payoff)


def test_a_search_that_stops_early_says_how_far_it_came() -> None:
    model = ranked_model(["NY YY NN YN", "YN YY NN NY"])
    state = model.states.index("YY")
    cut = unsettle(model, state, "seq", limit=1)
    assert (cut.stable, cut.exact, cut.tried) == (True, False, 0)
    whole = unsettle(model, state, "seq")
    assert (whole.exact, whole.tried) == (True, 1)


def test_beyond_the_swaps_one_statement_is_moved_far() -> None:
    model = ranked_model(["NY YY NN YN", "YN YY NN NY"])
    state = model.states.index("YY")
    far = unsettle(model, state, "seq", max_swaps=0)
    assert far.stable
    assert far.tried == 0
    assert {change.swaps for change in far.changes} == {1}
    assert far.exact  # nothing nearer than one was left untried
    for change in far.changes:
        assert all(abs(shift.before - shift.after) >= 1 for shift in change.shifts)
    order = ((0,), (1,), (2,))
    assert sorted(_far(order, 1)) == [(2, ((1,), (2,), (0,))), (2, ((2,), (0,), (1,)))]
    assert list(_far(order, 2)) == []
    assert {distance for distance, _ in _far(order, 0)} == {1, 2}


def test_every_key_of_a_calibration_is_what_was_fitted(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"input": "stocks.*.flour", "prior_50": 9.0, "posterior_5": 1.0, "posterior_50": 2.0, "posterior_95": 4.0}
    fitted = SimpleNamespace(
        inputs=(row,), signs=({"commodity": "flour", "observed": 3.0},), notes=("play more",), effective=42.5,
        overrides=lambda: {"stocks.*.flour": (2.0, 1.0, 4.0)},
    )  # fmt: skip
    monkeypatch.setattr("corridor.analysis.calibrate.calibrate", lambda *_, **__: fitted)
    from corridor.scenario import write_new

    write_new(tmp_path / "town")
    study = studies.calibrate(str(tmp_path / "town"), futures=64, runs=tmp_path / "runs")
    told = json.loads(study.model_dump_json())
    assert told["detail"] == {"effective": 42.5, "overrides": {"stocks.*.flour": [2.0, 1.0, 4.0]}}
    assert told["warnings"] == ["play more"]
    assert [table["id"] for table in told["tables"]] == ["inputs", "signs"]
    assert told["tables"][0]["rows"] == [row]
    assert told["tables"][1]["rows"] == [{"commodity": "flour", "observed": 3.0}]
    assert (told["kind"], told["futures"]) == ("calibration", 64)


@pytest.mark.parametrize(("value", "share"), [(None, None), (float("nan"), None), (0.25, 0.25), (0, 0.0)])
def test_a_share_that_is_not_known_stays_so(value: object, share: float | None) -> None:
    assert _share({"p": value}, "p") == share
    assert _share({}, "p") is None


def test_a_problem_of_the_sides_stands_where_its_key_stands() -> None:
    text = """\
meta: {id: gate, title: A gate, status_quo: {shut: 1}}
actors:
  KEEPER: {name: the keeper, rate: 1.0, options: [shut]}
options:
  shut: {text: keep the gate shut}
preferences:
  KEEPER:
    - {id: K, wants: "shut", evidence: "letter", strength: 0.8}
"""
    content = read_actors(text, "actors.yaml")
    assert content.problem("status_quo", "no").line == 1
    assert content.problem("options.shut.deeper", "no").line == 5
    assert content.problem("somewhere", "no", at="actors").line == 3
    assert content.problem("nowhere", "no").line == 1
