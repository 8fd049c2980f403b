"""Calibration of stocks on histories in which the truth is known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
import xarray as xr
from scipy.stats import norm

from analysis_case import blank
from corridor.analysis import calibrate as c
from corridor.analysis.signs import stocks
from corridor.core.errors import InputError
from corridor.scenario.model import Sign
from small import small

START = np.datetime64("2030-01-01")


def sign(day: int, kind: str, level: float, days: float = 2.0, good: str = "flour") -> Sign:
    """A sign on a day of the history, counted from 0."""
    when = date(2029, 11, 3) + timedelta(days=day)
    return Sign(date=when, known=when, commodity=good, kind=kind, value=level, days=days)  # type: ignore[arg-type]


def history(futures: int = 800, past: int = 60) -> xr.Dataset:
    """Flour falls by 0.5 t a day from a stock uniform in 5-35 t, so it is empty on day stock / 0.5."""
    ds = blank(futures=futures, past=past, days=1)
    stock = 5 + 30 * (np.arange(futures) + 0.5) / futures
    left = np.maximum(stock[:, None] - 0.5 * np.arange(past), 0.0)
    ds["stock"][{"commodity": 0, "day": slice(0, past)}] = (left[:, :, None] * np.array([0.6, 0.4])).astype("f4")
    other = np.random.default_rng(0).random(futures)
    ds = ds.assign_coords(input=["stocks.*.flour", "stocks.*.petrol", "mixes.relief.flour", "links.road.km"])
    ds["inputs"] = (("future", "input"), np.column_stack([stock, stock, other, other]))
    return ds


def test_a_crossing_by_hand() -> None:
    level = np.array([[3.0, 2.0, 1.0, 2.0], [5.0, 5.0, 5.0, 5.0], [0.5, 9.0, 9.0, 9.0]])
    assert stocks.crossing(level, 2.0).tolist() == [2.0, np.inf, 0.0]
    assert stocks.crossing(np.array([[1.0, 0.0]]), 0.0).tolist() == [1.0]


def test_log_fit_by_hand() -> None:
    when = np.array([-4.0, 0.0, 4.0, np.inf])
    late = sign(10, "share", 0.05, days=2.0)
    assert stocks.log_fit(when, late, 10.0) == pytest.approx([-2.0, 0.0, -2.0, -12.5])
    empty = stocks.log_fit(when, sign(10, "empty", 1.0), 10.0)
    assert np.exp(empty) == pytest.approx(norm.cdf([2.0, 0.0, -2.0, -5.0]))
    present = stocks.log_fit(when, sign(10, "present", 1.0), 10.0)
    assert np.exp(present) + np.exp(empty) == pytest.approx(np.ones(4))


def test_a_share_sign_finds_the_stock() -> None:
    # 50 % of the start on day 20 +/- 2: the stock is 20 t +/- 2 t
    found = c.weigh(history(), (sign(20, "share", 0.5),))
    flour = next(row for row in found.inputs if row["input"] == "stocks.*.flour")
    assert flour["posterior_50"] == pytest.approx(20.0, abs=0.7)
    assert flour["posterior_95"] - flour["posterior_5"] == pytest.approx(2 * 1.645 * 2.0, rel=0.15)
    assert flour["width"] < 0.3
    assert found.signs[0]["posterior_50"] == pytest.approx(0.0, abs=1.0)


def test_brackets_find_the_stock() -> None:
    # cover 10 days is 5 t: still above on day 20 (stock > 15 t), below on day 40 (stock < 25 t)
    found = c.weigh(history(), (sign(20, "present", 10.0), sign(40, "empty", 10.0)))
    flour = found.inputs[0]
    assert 13.5 < flour["posterior_5"] < 17 and 23 < flour["posterior_95"] < 26.5


def test_only_goods_with_signs_and_only_stocks_mixes_and_outputs() -> None:
    found = c.weigh(history(), (sign(20, "share", 0.5),))
    assert [row["input"] for row in found.inputs] == ["stocks.*.flour", "mixes.relief.flour"]
    # nothing is learned about what does not matter
    assert found.inputs[1]["width"] == pytest.approx(1.0, abs=0.12)


def test_it_says_how_weak_it_is() -> None:
    found = c.weigh(history(), (sign(20, "share", 0.5),))
    assert found.notes[0] == c.WEAK and "weakly identified" in c.WEAK
    assert any("stocks.*.flour: posterior" in note and "as wide as the prior" in note for note in found.notes)
    assert 50 < found.effective < 400 and found.weights.sum() == pytest.approx(1.0)
    narrow = c.weigh(history(), (sign(20, "share", 0.5, days=0.2),))
    assert narrow.effective < c.FEW and any("play more" in note for note in narrow.notes)


def test_overrides_and_resampled_futures() -> None:
    found = c.weigh(history(), (sign(20, "share", 0.5),))
    value, low, high = found.overrides()["stocks.*.flour"]
    assert low < value < high
    assert found.settings()[0] == f"stocks.*.flour={low:.6g}..{value:.6g}..{high:.6g}"
    stocks = history()["inputs"].values[found.resampled, 0]
    assert stocks.mean() == pytest.approx(20.0, abs=0.5) and len(found.resampled) == 800


def test_calibrate_asks_for_history_only_and_drops_later_signs() -> None:
    scenario = small(history=60)
    asked = {}
    known = Sign(date=scenario.as_of, known=scenario.as_of, commodity="flour", kind="empty", value=3.0)
    late = known.model_copy(update={"known": scenario.as_of + timedelta(days=1)})

    def run(played, **options) -> xr.Dataset:
        asked.update(options, horizon=played.horizon)
        return history(futures=options["futures"])

    found = c.calibrate(scenario.model_copy(update={"signs": (known, late)}), run, futures=40, seed=3)
    assert asked["horizon"] == 1 and asked["policies"] == ["closed"] and asked["seed"] == 3
    assert len(found.signs) == 1 and found.futures == 40
    with pytest.raises(InputError, match="no signs of stocks"):
        c.calibrate(scenario.model_copy(update={"signs": (late,)}), run)
