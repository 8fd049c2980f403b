"""Hinges: correlations against scipy and regression, the noise floor, and a planted flip."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis_case import blank
from corridor.analysis import hinges as h


def planted(futures: int = 600, inputs: int = 12):
    """A run in which `open` is better by 100 x (first input - 0.5) and the second input adds noise to both."""
    rng = np.random.default_rng(8)
    table = rng.random((futures, inputs))
    ds = blank(futures=futures, days=3)
    ds = ds.assign_coords(input=[f"stocks.*.good{i}" for i in range(inputs)])
    ds["inputs"] = (("future", "input"), table)
    both = 1000 + 500 * table[:, 1]
    ds["intake"][{"policy": 0}] = both[None, :, None, None]
    ds["intake"][{"policy": 1}] = (both + 100 * (table[:, 0] - 0.5))[None, :, None, None]
    return ds


def test_correlations_against_second_implementations() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(300, 3))
    y = np.exp(x[:, 0]) + x[:, 1] + 0.3 * rng.normal(size=300)
    assert h.spearman(x, y) == pytest.approx([stats.spearmanr(x[:, i], y).statistic for i in range(3)])
    ranked = stats.rankdata(x, axis=0) - 150.5
    target = stats.rankdata(y) - 150.5
    for i in range(3):
        others = np.delete(ranked, i, axis=1)
        left = [v - others @ np.linalg.lstsq(others, v, rcond=None)[0] for v in (ranked[:, i], target)]
        assert h.prcc(x, y)[i] == pytest.approx(np.corrcoef(*left)[0, 1], abs=1e-9)


def test_an_input_that_does_not_vary_has_no_correlation() -> None:
    x = np.column_stack([np.ones(50), np.arange(50.0)])
    assert h.spearman(x, np.arange(50.0)) == pytest.approx([0.0, 1.0])
    assert h.prcc(x, np.arange(50.0))[0] == 0.0


def test_noise_stays_below_the_floor_about_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(2)
    over = 0
    for i in range(100):
        x, y = rng.normal(size=(80, 10)), rng.normal(size=80)
        over += np.abs(h.spearman(x, y)).max() > h.noise_floor(x, y, shuffles=100, seed=i)
    assert 0 <= over <= 14


def test_the_planted_hinge_is_found_and_flips() -> None:
    frame = h.hinges(planted(), "intake", day=2)
    first = frame.iloc[0]
    assert first.input == "stocks.*.good0" and first.above_floor and first.flips
    assert first.correlation > 0.99
    assert first.p_better_low == 0.0 and first.p_better_high == 1.0 and 1 / 3 - 0.05 < first.flip_at < 2 / 3 + 0.05
    # what moves both policies alike does not move their difference
    second = frame[frame.input == "stocks.*.good1"]
    assert second.empty or not second.iloc[0].above_floor
    text = h.sentences(frame, "mean intake", "kcal/person/day", "higher")
    assert len(text) == 1 and "stocks.*.good0 turns the answer round: worse below, better above" in text[0]


def test_no_sentence_claims_a_hinge_in_noise() -> None:
    ds = planted()
    ds["intake"][{"policy": 1}] = (
        ds["intake"][{"policy": 0}].values + np.random.default_rng(4).normal(size=600)[:, None, None]
    )
    frame = h.hinges(ds, "intake", day=2)
    assert not frame.flips.any()
    assert "more than chance" in h.sentences(frame, "mean intake", "kcal", "higher")[0]


def test_equal_policies_have_no_hinge() -> None:
    ds = planted()
    ds["intake"][{"policy": 1}] = ds["intake"][{"policy": 0}].values
    assert h.hinges(ds, "intake", day=2).empty


def test_few_futures_do_without_partial_correlations() -> None:
    frame = h.hinges(planted(futures=30), "intake", day=2)
    assert frame.partial.isna().all() and frame.iloc[0].input == "stocks.*.good0"
