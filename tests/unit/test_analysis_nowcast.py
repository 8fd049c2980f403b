"""Annealing against a posterior known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.analysis.backtest import nowcast


def test_conjugate_normal_posterior() -> None:
    # prior N(0, 1) in three dimensions; one datum 4 of the first with sd 0.2, none of the others
    def value(z: np.ndarray) -> np.ndarray:
        return -0.5 * ((z[:, 0] - 4.0) / 0.2) ** 2

    found = nowcast.anneal(value, 3, members=2000, seed=3)
    mean, sd = 4.0 / (1 + 0.04), np.sqrt(0.04 / 1.04)
    assert found.latent[:, 0].mean() == pytest.approx(mean, abs=0.03)
    assert found.latent[:, 0].std() == pytest.approx(sd, rel=0.12)
    assert found.latent[:, 1].mean() == pytest.approx(0.0, abs=0.12)
    assert found.latent[:, 1].std() == pytest.approx(1.0, abs=0.1)
    assert found.steps > 1 and found.distinct > 0.9


def test_the_steps_take_in_the_whole_likelihood_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    steps, real = [], nowcast.next_step

    def noted(value: np.ndarray, left: float) -> float:
        steps.append(real(value, left))
        return steps[-1]

    monkeypatch.setattr(nowcast, "next_step", noted)
    found = nowcast.anneal(lambda z: -0.5 * ((z[:, 0] - 4.0) / 0.2) ** 2, 1, members=500, seed=3)
    assert found.steps == len(steps) > 2
    assert sum(steps) == pytest.approx(1.0, rel=1e-12)


def test_without_information_the_prior_stays() -> None:
    found = nowcast.anneal(lambda z: np.zeros(len(z)), 2, members=2000, seed=1)
    assert found.steps == 1
    assert found.latent.mean(axis=0) == pytest.approx([0.0, 0.0], abs=0.1)
    assert found.latent.std(axis=0) == pytest.approx([1.0, 1.0], abs=0.1)


def test_same_seed_same_posterior() -> None:
    def value(z: np.ndarray) -> np.ndarray:
        return -((z[:, 0] - 1) ** 2)

    one, two, other = (nowcast.anneal(value, 2, members=200, seed=s).latent for s in (5, 5, 6))
    assert (one == two).all() and not (one == other).all()


def test_two_separate_peaks_both_survive() -> None:
    def value(z: np.ndarray) -> np.ndarray:
        return np.logaddexp(-0.5 * ((z[:, 0] - 1.5) / 0.1) ** 2, -0.5 * ((z[:, 0] + 1.5) / 0.1) ** 2)

    found = nowcast.anneal(value, 1, members=2000, seed=2).latent[:, 0]
    assert (found > 0).mean() == pytest.approx(0.5, abs=0.1)


def test_too_many_steps_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nowcast, "_LONGEST", 2)
    with pytest.raises(RuntimeError, match="cannot be reached"):
        nowcast.anneal(lambda z: -0.5 * ((z[:, 0] - 5) / 1e-3) ** 2, 1, members=50, moves=1)


def test_systematic_resampling_by_hand() -> None:
    assert nowcast.systematic(np.array([0.5, 0.25, 0.25]), 4, 0.5).tolist() == [0, 0, 1, 2]
    assert nowcast.systematic(np.array([0.0, 1.0, 0.0]), 3, 0.0).tolist() == [1, 1, 1]
