"""The naive forecasts, and the reference errors of the three lines on the real counts."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from corridor.analysis.scores import baselines

ORIGIN = datetime.fromisoformat("2023-09-24T00:00:00+04:00")
LAST = datetime.fromisoformat("2023-09-30T11:00:00+04:00")
POPULATION = baselines.Triangular(101_000, 102_500, 107_000)


def reported(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    rows = []
    with (folder / "nagorno-karabakh" / "exodus_detail.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            when = datetime.fromisoformat(row["datetime"])
            if row["kind"] == "reported" and when <= LAST:
                rows.append(((when - ORIGIN).total_seconds() / 3600, float(row["cumulative_arrivals"])))
    return np.array(rows).T[0], np.array(rows).T[1]


def errors(folder: Path, cut: float) -> dict[str, float]:
    t, y = reported(folder)
    later = t > cut
    drawn = baselines.lines(t, y, cut, POPULATION.mean)
    return {name: float(np.abs(line.at(t[later]) - y[later]).mean()) for name, line in drawn.items()}


def test_best_line_at_the_first_cut_makes_6790(corridor_data: Path) -> None:
    """26 September 20:00, twelve later rows; the reference is given to the nearest ten."""
    found = errors(corridor_data, 68.0)
    assert round(min(found.values()), -1) == 6790
    assert found["last 12 h"] == pytest.approx(6789.14, abs=0.01)


def test_best_line_at_the_second_cut_makes_4180(corridor_data: Path) -> None:
    """27 September 15:00, ten later rows; the reference is given to the nearest ten."""
    found = errors(corridor_data, 87.0)
    assert round(min(found.values()), -1) == 4180
    assert min(found, key=found.__getitem__) == "last 12 h"
    assert found["all"] > found["last 12 h"] and found["last 24 h"] > found["last 12 h"]


def test_there_are_twenty_rows_to_score(corridor_data: Path) -> None:
    assert reported(corridor_data)[0].size == 20


def test_a_line_by_hand() -> None:
    t, y = [0.0, 10.0, 20.0, 24.0, 40.0], [0.0, 10.0, 100.0, 140.0, 9e9]
    drawn = baselines.lines(t, y, 25.0, 1000.0)
    # window [13, 25] holds 20 and 24: slope 10; [1, 25] holds 10 .. 24: 130 / 14; all: 140 / 24
    assert drawn["last 12 h"].slope == pytest.approx(10.0)
    assert drawn["last 24 h"].slope == pytest.approx(130 / 14)
    assert drawn["all"].slope == pytest.approx(140 / 24)
    assert drawn["last 12 h"].at([24.0, 34.0, 1e4]).tolist() == [140.0, 240.0, 1000.0]


def test_a_line_reads_nothing_after_the_cut() -> None:
    t, y = np.array([0.0, 5.0, 10.0, 15.0]), np.array([0.0, 5.0, 20.0, 1e6])
    assert baselines.lines(t, y, 10.0, 1e5) == baselines.lines(t[:3], y[:3], 10.0, 1e5)


def test_an_empty_window_takes_the_last_two_rows() -> None:
    assert baselines.lines([0.0, 30.0], [0.0, 60.0], 60.0, 1e5)["last 12 h"].slope == pytest.approx(2.0)
    with pytest.raises(ValueError, match="two rows"):
        baselines.lines([0.0, 30.0], [0.0, 60.0], 10.0, 1e5)


def test_population_prior() -> None:
    assert POPULATION.mean == pytest.approx(103_500)
    u = (np.arange(100_000) + 0.5) / 100_000
    assert POPULATION.quantile(u).mean() == pytest.approx(103_500, rel=1e-5)
    assert POPULATION.quantile([0.0, 1.0]).tolist() == [101_000, 107_000]


def test_naive_spreads_by_hand() -> None:
    t = [0.0, 24.0, 72.0, 24.0 * 14]
    shown = baselines.uniform_spread([1000.0, 1000.0], t, 0.0, [0.0, 1.0])
    assert shown[0] == pytest.approx([0.0, 1000 / 3, 1000.0, 1000.0])
    assert shown[1] == pytest.approx([0.0, 1000 / 14, 3000 / 14, 1000.0])
    assert baselines.uniform_window([1100.0], [72.0, 96.0, 999.0], 0.0)[0] == pytest.approx([0.0, 100.0, 1100.0])
