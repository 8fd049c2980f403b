"""Futures kept by their past: a law known in closed form, one sequence for runs of any length, runs that carry it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtri

import corridor
from corridor.analysis.scores.measures import effective_size
from corridor.analysis.signs.population import DEFAULT, EVEN, LEAST_KEPT, Kept, begin, ceiling_of, grow
from corridor.analysis.signs.weights import conditioned, normalised
from corridor.engine import histories, run, run_name, session
from corridor.engine.population import Population
from corridor.kernels.sobol import stratified
from corridor.results import read
from corridor.scenario import write_new
from corridor.studies.past import population_in, population_of

SEEN, SIGMA = 2.5, 0.3
"""prior normal(0, 1), seen 2.5 with an error of 0.3: posterior normal of mean 2.5 / 1.09 and variance 0.09 / 1.09"""


def theta(numbers: np.ndarray) -> np.ndarray:
    return np.asarray(ndtri(stratified("toy", 1, numbers)))


def fit(numbers: np.ndarray) -> np.ndarray:
    return -(((theta(numbers) - SEEN) / SIGMA) ** 2) / 2.0


def weights(kept: Kept) -> tuple[np.ndarray, np.ndarray]:
    address = np.array(kept.address, np.uint32)
    return theta(address), normalised(fit(address) - np.array(kept.log_share))


def test_the_conjugate_law_is_found_to_three_digits() -> None:
    kept = begin(fit, 1)
    assert kept is not None
    # a long sequence at the ceiling of the pilot
    tried = np.arange(kept.tried, 2**21, dtype=np.uint32)
    share = np.minimum(0.0, fit(tried) - kept.ceiling)
    taken = np.log(stratified("signs.kept", 1, tried)) < share
    kept.address += tried[taken].tolist()
    kept.log_share += share[taken].tolist()
    x, w = weights(kept)
    mean = float(w @ x)
    assert mean == pytest.approx(2.5 / 1.09, abs=5e-3)  # 2.29
    assert float(np.sqrt(w @ (x - mean) ** 2)) == pytest.approx(np.sqrt(0.09 / 1.09), abs=1.5e-3)  # 0.287
    assert effective_size(w) > 0.3 * x.size


def test_what_is_kept_is_one_sequence() -> None:
    few, many = begin(fit, 1), begin(fit, 1)
    assert few is not None and many is not None
    grow(few, fit, 1, 100)
    grow(many, fit, 1, 400)
    grow(few, fit, 1, 300)
    assert many.address[:100] == few.address[:100] and few.address == many.address[: len(few.address)]
    assert sorted(set(many.address)) == many.address  # none stands twice


def test_where_signs_say_little_weights_alone_do() -> None:
    tried: list[int] = []

    def weak(numbers: np.ndarray) -> np.ndarray:
        tried.append(numbers.size)
        return -(theta(numbers) ** 2) / 50.0

    assert begin(weak, 1) is None
    assert sum(tried) <= 0.2 * DEFAULT, "at most a fifth of the time of the histories of a run"


def test_the_ceiling_leaves_even_weights_or_keeps_enough() -> None:
    rng = np.random.default_rng(1)
    for spread in (2.0, 4.0, 50.0):
        log_weight = -spread * rng.chisquare(2, 512)
        c = ceiling_of(log_weight)
        w = np.exp(log_weight - c)
        kept = float(np.minimum(1.0, w).mean())
        even = float(w.mean() ** 2 / (kept * (w * np.maximum(1.0, w)).mean()))
        assert kept >= LEAST_KEPT * 0.999
        assert even >= EVEN * 0.999 or kept == pytest.approx(LEAST_KEPT, rel=0.2)


def test_signs_that_nothing_agrees_with_end_the_search() -> None:
    kept = Kept(ceiling=0.0, effective=1.0)
    with pytest.raises(RuntimeError, match="0 of 10 kept"):
        grow(kept, lambda numbers: np.full(numbers.size, -800.0), 1, 10, most=4.0)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> corridor.Scenario:
    folder = tmp_path_factory.mktemp("past") / "case"
    write_new(folder)
    header = (folder / "signs.csv").read_text().splitlines()[0]
    rows = [
        "2024-02-14,2024-02-14,ration,*,flour,0.2,0.18,0.22,,,a_shops,",
        "2024-02-14,2024-02-14,people,*,,65000,64000,66000,,,a_shops,",
    ]
    (folder / "signs.csv").write_text("\n".join([header, *rows]) + "\n")
    return corridor.load(folder)


def test_histories_are_those_of_the_run(case: corridor.Scenario) -> None:
    whole = run(case, futures=8, conditions=["calm"], policies=["regime_held"], record=["used"])
    past = histories(case, [5, 2], seed=1, record=["people", "used"])
    days = past.sizes["day"]
    for name in ("people", "used"):
        own = whole[name].isel(policy=0, condition=0, future=[5, 2], day=slice(days)).transpose(*past[name].dims)
        assert np.array_equal(past[name].values, own.values)


def test_a_run_of_chosen_futures_is_those_futures(case: corridor.Scenario, tmp_path: Path) -> None:
    asked = {"conditions": ["calm"], "policies": ["gate_open"]}
    whole = run(case, futures=16, **asked)
    chosen = Population("those", np.array([3, 8, 13], np.uint32), np.log([0.5, 1.0, 0.25]))
    part = run(case, futures=3, population=chosen, **asked)
    assert np.array_equal(part["intake"].values, whole["intake"].isel(future=[3, 8, 13]).values)
    # it is stored as what it is, grows, and gives back a part
    two = run(case, futures=2, population=chosen, store=tmp_path / "run", **asked)
    three = run(case, futures=3, population=chosen, store=tmp_path / "run", **asked)
    again = run(case, futures=2, population=chosen.first(2), store=tmp_path / "run", **asked)
    assert np.array_equal(two["intake"].values, again["intake"].values)
    assert np.array_equal(three["intake"].values, part["intake"].values)
    assert read.log_shares(three) == pytest.approx(np.log([0.5, 1.0, 0.25]))
    found = population_in(three)
    assert found is not None and found.name == "those" and found.address.tolist() == [3, 8, 13]
    assert run_name(case, **asked) != run_name(case, population=chosen, futures=3, **asked)
    warm = session(case, futures=chosen, record=["intake", "people"])
    assert np.array_equal(warm.play("gate_open", "calm")["intake"].values, part["intake"].values)
    with pytest.raises(ValueError, match="3 futures were chosen"):
        run(case, futures=4, population=chosen, **asked)


def test_few_that_agree_become_many_that_count(case: corridor.Scenario, tmp_path: Path) -> None:
    found = population_of(case, 96, 1, tmp_path, threads=2)
    assert found is not None
    longer = population_of(case, 128, 1, tmp_path, threads=2)
    assert longer is not None and longer.address[:96].tolist() == found.address.tolist()
    assert list((tmp_path / "studies").glob("*-population-*.json"))
    kept = conditioned(run(case, futures=96, policies=["regime_held"], conditions=["calm"], population=found))
    plain = conditioned(run(case, futures=96, policies=["regime_held"], conditions=["calm"]))
    count = [effective_size(read.weights(one)) for one in (plain, kept)]
    assert count[1] > 2 * count[0] and count[1] > 0.25 * 96


def test_a_comparison_says_how_many_were_tried(case: corridor.Scenario, tmp_path: Path) -> None:
    study = corridor.compare(case, futures=64, conditions=["calm"], store=tmp_path / "run")
    assert "Futures are kept where their past agrees with 2 signs" in str(study.detail["weighted"])
    assert read.weights(study.results) is not None
    # a run that nobody chose is read by its weights
    run(case, futures=64, conditions=["calm"], store=tmp_path / "plain")
    plain = corridor.compare(case, futures=64, conditions=["calm"], store=tmp_path / "plain")
    assert "Futures are weighted by 2 signs" in str(plain.detail["weighted"])
    # the prior beside it is that of histories that nobody chose, in both
    rows = [one.to_frame("past").set_index("what") for one in (study, plain)]
    middle = [row.loc["people present", "prior_median"] for row in rows]
    assert middle[0] == pytest.approx(middle[1], rel=0.02)
