"""A session plays levers from memory: the same numbers as a run, nothing on disk, a design matrix instead of draws."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from corridor import override
from corridor.core.errors import InputError
from corridor.engine import run, session
from corridor.engine.sessions import Stopped
from corridor.engine.workers import Worker
from corridor.scenario.model import Action, Policy
from small import small

RECORD = ("people", "intake", "stock", "deaths_expected", "arrivals", "queue")


@pytest.fixture(scope="module")
def case():
    return small()


@pytest.fixture(scope="module")
def warm(case):
    return session(case, futures=90, seed=4, record=RECORD)


def same(a: xr.Dataset, b: xr.Dataset) -> None:
    for name in (*RECORD, "inputs", "exit_opened"):
        np.testing.assert_array_equal(a[name].to_numpy(), b[name].to_numpy(), err_msg=name)


def test_a_session_plays_what_a_run_plays(case, warm) -> None:
    results = run(case, futures=90, seed=4, record=RECORD).load()
    for policy in case.policies:
        for condition in case.conditions:
            here = results.sel(policy=[policy.id], condition=[condition.id])
            same(warm.play(policy.id, condition.id), here)
            assert warm.play(policy.id, condition.id)["people"].dims == results["people"].dims


def test_an_added_action_is_the_policy_that_has_it(case, warm) -> None:
    more = Action(do="force", target="links.gate.regime", value=31, starts=case.as_of + pd.Timedelta(days=3))
    shut = Policy(id="shut", title="Shut", actions=(*case.policies[0].actions, more))
    with_it = case.model_copy(update={"policies": (shut,), "reference_policy": "shut"})
    results = run(with_it, futures=90, seed=4, record=RECORD, conditions=[case.conditions[0].id]).load()
    lever = warm.play(case.policies[0].id, actions=[more])
    same(lever, results)
    assert not np.array_equal(lever["stock"], warm.play(case.policies[0].id)["stock"])
    same(warm.play(shut), results)


def test_a_lever_leaves_no_trace_on_the_next(case, warm) -> None:
    before = warm.play(case.policies[0].id)
    number = Action(do="set", target="parameters.rations.floor", value=0.5, starts=case.as_of + pd.Timedelta(days=1))
    changed = warm.play(case.policies[0].id, actions=[number])
    assert not np.array_equal(changed["stock"], before["stock"])
    same(warm.play(case.policies[0].id), before)


def test_what_changes_history_is_another_session_that_is_kept(case, warm) -> None:
    poorer = override(case, ["stocks.*.flour=50"]) if any(s.place == "*" for s in case.stocks) else override(
        case, [f"stocks.{case.stocks[0].place}.{case.stocks[0].commodity}=50"]
    )  # fmt: skip
    other = warm.changed(poorer)
    assert warm.changed(poorer) is other
    assert warm.changed(case) is warm
    results = run(
        poorer, futures=90, seed=4, record=RECORD, policies=[case.policies[0].id], conditions=[case.conditions[0].id]
    )  # fmt: skip
    same(other.play(case.policies[0].id), results.load())


def test_a_design_matrix_stands_instead_of_draws(case) -> None:
    path = f"links.{case.links[0].id}.tonnes_per_day"
    frame = pd.DataFrame({path: np.linspace(0.0, 40.0, 9)})
    designed = session(case, inputs=frame, seed=4, record=RECORD).play(case.policies[0].id)
    for i, value in enumerate(frame[path]):
        alone = session(override(case, [f"{path}={value}"]), futures=9, seed=4, record=RECORD)
        expected = alone.play(case.policies[0].id)
        for name in RECORD:
            np.testing.assert_array_equal(designed[name].isel(future=i), expected[name].isel(future=i))
    if path in designed["input"].to_numpy().tolist():
        np.testing.assert_array_equal(designed["inputs"].sel(input=path), frame[path])


def test_a_run_takes_a_design_matrix_too(case, tmp_path: Path) -> None:
    path = f"links.{case.links[0].id}.tonnes_per_day"
    frame = pd.DataFrame({path: np.linspace(0.0, 40.0, 9)})
    chosen = {"policies": [case.policies[0].id], "conditions": [case.conditions[0].id], "record": RECORD, "seed": 4}
    designed = session(case, inputs=frame, seed=4, record=RECORD).play(case.policies[0].id)
    same(run(case, inputs=frame, **chosen), designed)
    same(run(case, inputs=frame, store=tmp_path / "run", **chosen), designed)
    later = run(case, inputs=frame, first_future=3, **chosen)
    np.testing.assert_array_equal(later.sizes["future"], 9)
    with pytest.raises(InputError, match="another run"):
        run(case, inputs=frame + 1.0, store=tmp_path / "run", **chosen)
    with pytest.raises(InputError, match="row 2") as error:
        run(case, inputs=pd.DataFrame({path: [1.0, 2.0, -3.0]}), **chosen)
    assert "give numbers from 0" in error.value.problems[0].remedy


def test_saltelli_samples_of_salib_play(case) -> None:
    analyze, sample = pytest.importorskip("SALib.analyze.sobol"), pytest.importorskip("SALib.sample.sobol")
    stock = f"stocks.{case.stocks[0].place}.{case.stocks[0].commodity}"
    names = [stock, "delivery.loss"]
    problem = {"num_vars": 2, "names": names, "bounds": [[0.0, 400.0], [0.0, 0.06]]}
    frame = pd.DataFrame(sample.sample(problem, 32, seed=1), columns=names)
    results = session(case, inputs=frame, record=("intake",)).play(case.policies[0].id)
    answer = results["intake"].isel(day=-1, place=0, policy=0, condition=0).to_numpy().astype(float)
    found = analyze.analyze(problem, answer, seed=1)
    assert found["ST"][0] > found["ST"][1]


def test_wrong_names_are_bad_input(case, warm) -> None:
    with pytest.raises(InputError, match="did you mean"):
        warm.play(case.policies[0].id + "x")
    with pytest.raises(InputError, match="did you mean"):
        session(case, futures=2, record=("peple",))
    with pytest.raises(InputError, match="did you mean"):
        session(case, inputs=pd.DataFrame({f"links.{case.links[0].id}.kmhh": [30.0]}))


def test_nothing_is_written(case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    warm = session(case, futures=3)
    warm.play(case.policies[0].id)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def beside() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.close()


def test_a_process_beside_this_one_plays_its_share_of_the_same_numbers(case, warm, beside) -> None:
    shared = session(case, futures=90, seed=4, record=RECORD, wait=True).beside((beside,))
    assert [part.size for part in shared.parts] == [45, 45]
    for policy in case.policies[:2]:
        same(shared.play(policy.id), warm.play(policy.id))
    assert 1 not in {i for i, batch in shared.begun.items() if batch.state}
    history = shared.play(case.policies[0].id)["people"].to_numpy()
    np.testing.assert_array_equal(history, warm.play(case.policies[0].id)["people"].to_numpy())
    assert beside.process is not None
    beside.process.kill()  # what was its share is played here, and by the next one
    same(shared.play(case.policies[1].id), warm.play(case.policies[1].id))
    same(shared.play(case.policies[0].id), warm.play(case.policies[0].id))


def test_a_play_that_is_no_longer_wanted_ends_in_the_process_beside_too(case, warm, beside) -> None:
    shared = session(case, futures=90, seed=4, record=RECORD, wait=True).beside((beside,))
    with pytest.raises(Stopped):
        shared.play(case.policies[0].id, stop=lambda: True)
    same(shared.play(case.policies[0].id), warm.play(case.policies[0].id))
