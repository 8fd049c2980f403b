"""Lines that no other test held: found by `tools/mutation.py`, each now with the value that it must give."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from corridor import studies
from corridor.analysis.hinges import _thirds
from corridor.analysis.sides import rivals
from corridor.analysis.sides.history import _mean
from corridor.analysis.sides.paths import _share
from corridor.analysis.signs import deaths
from corridor.engine import run
from corridor.scenario.model import Quantity
from corridor.strategy import Model, Option, option_space, read_actors
from corridor.strategy.ask import box
from corridor.strategy.stability.unsettle import _far, unsettle
from small import small

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


@pytest.mark.parametrize(
    ("chance", "sign"),
    [
        (np.full(64, 0.4), 1),  # the same in every draw, and much
        (np.full(64, 0.2), -1),
        (np.full(64, 0.3 + 1e-7), 0),  # the same in every draw, and nothing that anybody would see
        (0.4 + 2.0 * (-1.0) ** np.arange(64), 0),  # much, and less than three standard errors
    ],
)
def test_a_rival_model_turns_an_answer_only_where_it_is_sure_and_large(
    chance: np.ndarray, sign: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"none": np.full((1, 64), 0.3), "open": chance[None, :]}
    monkeypatch.setattr(rivals, "chances", lambda content, held, *_: told[held])
    models: Any = {"theirs": (SimpleNamespace(features=("attack",)), {"none": "none", "open": "open"})}
    first, second = rivals.rivals(models, "none", ["none", "open"], ["attack", "unknown"], draws=64)
    assert (first["sign"], first["change"], first["error"]) == (0, 0.0, 0.0)
    assert second["sign"] == sign
    assert second["change"] == pytest.approx(chance.mean() - 0.3)
    assert second["chance_error"] == pytest.approx(chance.std() / 8)
    assert rivals.verdict([sign, 0]) == {1: "raises", -1: "lowers", 0: "none"}[sign]


def test_draws_weigh_as_many_as_they_are_worth() -> None:
    """Kish: n equal weights are worth n draws, one that outweighs all is worth one, 3 : 1 is worth 16 / 10."""
    assert _mean(np.full(50, -700.0)) == (-700.0, pytest.approx(50.0))
    assert _mean(np.array([0.0, -200.0, -200.0]))[1] == pytest.approx(1.0)
    mean, worth = _mean(np.log([3.0, 1.0]))
    assert (np.exp(mean), worth) == (pytest.approx(2.0), pytest.approx(1.6))


def test_a_box_says_its_own_limits_and_keeps_its_share() -> None:
    """What holds in a band of one input: both its ends are found, and what is told is what lies inside."""
    table = np.random.default_rng(2).random((2000, 3))
    good = (table[:, 1] > 0.35) & (table[:, 1] < 0.65)
    found = box(["a", "b", "c"], table, good, least=0.1)
    low, high = found.limits["b"]
    assert 0.25 < low < 0.4
    assert 0.6 < high < 0.75
    inside = np.ones(2000, np.bool_)
    for name, (least, most) in found.limits.items():
        inside &= (table[:, "abc".index(name)] >= least) & (table[:, "abc".index(name)] <= most)
    assert found.density == pytest.approx(good[inside].mean())
    assert found.coverage == pytest.approx(good[inside].sum() / good.sum())
    assert found.mass == pytest.approx(inside.mean())
    assert inside.mean() >= 0.1
    assert found.density > 0.95
    whole = box(["a"], table[:, :1], np.ones(2000, np.bool_))
    assert (whole.limits, whole.density, whole.mass) == ({}, 1.0, 1.0)


def test_few_reported_deaths_say_less_than_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice as many as reported speak against a future, and less so where the report is of a handful."""

    def fit(value: float, simulated: float) -> float:
        monkeypatch.setattr(deaths, "simulated", lambda sign, past: np.array([simulated]))
        said = SimpleNamespace(kind="deaths", value=value, low=0.8 * value, high=1.25 * value)
        return float(deaths.fit(said, None)[0])  # type: ignore[arg-type]

    assert fit(5.0, 5.0) == fit(500.0, 500.0) == 0.0
    assert fit(500.0, 1000.0) < fit(5.0, 10.0) < 0.0
    assert fit(5.0, 10.0) < fit(5.0, 7.0)


def test_what_forces_take_and_what_is_lost_are_taken_one_after_the_other() -> None:
    case = small(outputs=0.0, uncertain=False, parameters={"delivery.loss": Quantity(value=0.1)})
    halved = tuple(pipe.model_copy(update={"forces_share": Quantity(value=0.5)}) for pipe in case.pipelines)
    came = [
        float(
            run(one, futures=1, record=("delivered",))["delivered"].isel(policy=0, condition=0, day=slice(0, 3)).sum()
        )
        for one in (case, case.model_copy(update={"pipelines": halved}))
    ]
    assert came[1] == pytest.approx(came[0] / 2, rel=1e-5)
