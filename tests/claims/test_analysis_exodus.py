"""What is claimed about the hindcast of the exodus, on the given counts; and the road against its oracle."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numba
import numpy as np
import pytest
import xarray as xr

from corridor.analysis.backtest import exodus as b
from corridor.analysis.backtest.priors import parameters
from corridor.analysis.backtest.setup import Counts, Setup, read_exodus
from corridor.analysis.scores import measures as scores
from corridor.analysis.scores.baselines import Triangular
from corridor.scenario import load
from oracles.exodus import one

POPULATION_LATER, POPULATION_THEN = Triangular(101_000, 102_500, 107_000), Triangular(80_000, 120_000, 130_000)


@pytest.fixture(scope="session")
def setup() -> Setup:
    """The bundled case, from which nothing here is a constant."""
    return read_exodus("nagorno-karabakh-2023", load("nagorno-karabakh-2023", calibrated=False))[0]


@pytest.fixture(scope="session")
def counts(setup: Setup) -> Counts:
    return setup.counts


slow_without_jit = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="ensembles take minutes without compilation"
)


@pytest.fixture(scope="session")
def table(setup: Setup) -> list[dict[str, Any]]:
    return b.table(setup, members=1500)


def score(table: list[dict[str, Any]], exercise: str, forecast: str, population: str) -> dict[str, Any]:
    (found,) = [r for r in table if (r["exercise"], r["forecast"], r["population"]) == (exercise, forecast, population)]
    return found


PUBLISHED = {"population": 100_500.0, "share": 1.0, "delay": 0.0, "midpoint": 56.0, "slope": 0.06,
             "vehicles_per_hour": 220.0, "occupancy": 4.72, "ride": 8.0}  # fmt: skip


@pytest.mark.parametrize(("hour", "published"), [(51, 27_000), (89, 66_500), (121, 97_800)])
def test_published_exodus_points(hour: int, published: float) -> None:
    """Target 13: clock from 24 September 17:00, each +/-2,000."""
    values, wait = one(**{k: int(v) if k == "ride" else v for k, v in PUBLISHED.items()}, hours=130)
    assert values[hour] == pytest.approx(published, abs=2000)
    assert 12 <= wait <= 20
    played = b.play({name: np.array([value]) for name, value in PUBLISHED.items()}, 130)[0]
    assert played[hour] == pytest.approx(published, abs=2000)


def test_published_held_out_point() -> None:
    """Target 13: at 109 h about 87,300 against 84,770 reported, 3 % off."""
    played = b.play({name: np.array([value]) for name, value in PUBLISHED.items()}, 130)[0]
    assert played[109] == pytest.approx(87_300, abs=2000)
    assert played[109] / 84_770 - 1 < 0.045


def test_the_road_agrees_with_its_oracle() -> None:
    drawn = parameters(np.random.default_rng(4).uniform(0.01, 0.99, (25, 11)), POPULATION_LATER)
    played = b.play(drawn, 400)
    for i in range(25):
        own = {name: float(values[i]) for name, values in drawn.items()}
        own["ride"] = int(own["ride"] + 0.5)
        literal, _ = one(**own, hours=400)
        # whole persons: rounding of the pool, of departures and of the hour's capacity
        assert np.abs(played[i] - literal).max() < 12


@slow_without_jit
def test_nothing_after_the_cut_is_read(setup: Setup) -> None:
    counts, cut = setup.counts, setup.hours(setup.cuts[0])
    known = counts.where(counts.hours <= cut)
    changed = Counts(counts.hours, np.where(counts.hours <= cut, counts.arrived, 1e6), counts.time_error)
    curves = [b.nowcast_at(c, cut, POPULATION_LATER, members=200).curves for c in (counts, known, changed)]
    assert (curves[0] == curves[1]).all() and (curves[0] == curves[2]).all()


@slow_without_jit
def test_blind_reads_no_count_and_beats_the_naive_spread(table: list[dict[str, Any]]) -> None:
    for population in ("as claimed then", "as derived later"):
        model = score(table, "blind", "road model", population)
        naive = score(table, "blind", "naive spread, uniform over 3-14 days", population)
        assert model["crps"] < naive["crps"]
        assert model["n"] == 20


@slow_without_jit
@pytest.mark.xfail(reason="arrivals uniform between day 3 and day 14 happen to straddle the exodus", strict=True)
def test_blind_beats_the_other_reading_of_the_naive_spread(table: list[dict[str, Any]]) -> None:
    for population in ("as claimed then", "as derived later"):
        model = score(table, "blind", "road model", population)
        assert model["crps"] < score(table, "blind", "naive window, from day 3 to day 14", population)["crps"]


@slow_without_jit
def test_first_nowcast_beats_the_best_line(table: list[dict[str, Any]]) -> None:
    """26 September 20:00: below 6,790 under either population prior, and below each line of the same prior."""
    for population in ("as claimed then", "as derived later"):
        found = score(table, "nowcast 1", "road model", population)
        assert found["n"] == 12 and found["mae"] < 6790
        best = min(r["mae"] for r in table if r["exercise"] == "nowcast 1" and r["kind"] == "baseline"
                   and r["population"] == population)  # fmt: skip
        assert found["mae"] < best and found["crps"] < best


@slow_without_jit
def test_first_nowcast_reaches_3500(table: list[dict[str, Any]]) -> None:
    assert score(table, "nowcast 1", "road model", "as claimed then")["mae"] < 3500


@slow_without_jit
def test_second_nowcast_is_reported_beside_its_lines(table: list[dict[str, Any]]) -> None:
    """27 September 15:00: ten rows; no claim that it is better, it is not under the prior that stood then."""
    for population in ("as claimed then", "as derived later"):
        assert score(table, "nowcast 2", "road model", population)["n"] == 10
        assert score(table, "nowcast 2", "line, last 12 h", population)["mae"] > 4000


@slow_without_jit
def test_fitted_error_is_at_most_1000_with_about_200_vehicles_an_hour(
    counts: Counts, table: list[dict[str, Any]]
) -> None:
    assert score(table, "fitted", "road model", "fitted")["mae"] <= 1000
    assert b.fitted(counts).params["vehicles_per_hour"][0] == pytest.approx(205, abs=20)


@pytest.mark.slow
@slow_without_jit
def test_the_numbers_of_the_readme(setup: Setup) -> None:
    """Mean errors of the bundled case with 4,000 members, rounded as they are shown."""
    found = b.table(setup, members=4000)
    shown = {
        ("nowcast 1", "as claimed then"): 2_140, ("nowcast 1", "as derived later"): 3_570,
        ("nowcast 2", "as claimed then"): 7_070, ("nowcast 2", "as derived later"): 4_170, ("fitted", "fitted"): 785,
    }  # fmt: skip
    for (exercise, population), number in shown.items():
        mae = score(found, exercise, "road model", population)["mae"]
        assert abs(mae - number) <= (1 if number < 1000 else 5), (exercise, population, mae)


@slow_without_jit
def test_every_exercise_carries_its_own_name_and_a_baseline(table: list[dict[str, Any]]) -> None:
    kinds = {(r["exercise"], r["kind"]) for r in table}
    for exercise in ("blind", "nowcast 1", "nowcast 2"):
        assert {(exercise, "model"), (exercise, "baseline")} <= kinds
    assert {r["exercise"] for r in table} == {"blind", "nowcast 1", "nowcast 2", "fitted"}


@slow_without_jit
def test_a_continued_curve_passes_through_the_last_count_and_never_falls(setup: Setup) -> None:
    counts, cut = setup.counts, setup.hours(setup.cuts[0])
    made = b.nowcast_at(counts, cut, POPULATION_THEN, members=200)
    assert made.at(np.array([cut])) == pytest.approx(28_120.0)
    ahead = made.curves[:, int(cut) :]
    assert (np.diff(ahead, axis=1) >= -1e-6).all()
    assert (ahead[:, -1] <= made.params["population"] * made.params["share"] + 1.0).all()


def test_curves_of_a_run_stand_on_the_same_clock() -> None:
    hourly = np.zeros((1, 1, 2, 3, 24), np.float32)
    hourly[..., 0, 14] = 10.0  # between 14:00 and 15:00 of 19 September
    hourly[..., 2, 0] = 5.0
    ds = xr.Dataset(
        {"hourly_arrivals": (("policy", "condition", "future", "day", "hour"), hourly)},
        {"policy": ["held"], "condition": ["offensive"],
         "day": np.arange("2023-09-19", "2023-09-22", dtype="datetime64[D]").astype("datetime64[ns]"),
         "as_of": np.datetime64("2023-09-18", "ns")},
    )  # fmt: skip
    clock = datetime.fromisoformat("2023-09-19T13:00:00+04:00")
    made = b.from_run(ds, clock)
    moment = [(datetime.fromisoformat(f"2023-09-{t}+04:00") - clock).total_seconds() / 3600 for t in
              ("19T13:00", "19T14:00", "19T15:00", "21T00:00", "21T01:00")]  # fmt: skip
    assert made.at(np.array(moment))[0] == pytest.approx([0, 0, 10, 10, 15])


def test_the_likelihood_prefers_the_truth() -> None:
    hours = np.array([130.0, 160.0, 180.0])
    true = b.play({name: np.array([value]) for name, value in {**PUBLISHED, "delay": 120.0}.items()}, 200)
    seen = Counts(hours, b.at_hours(true, hours)[0], np.zeros(3))
    off = b.play({name: np.array([value]) for name, value in {**PUBLISHED, "delay": 100.0}.items()}, 200)
    assert b.log_likelihood(true, seen)[0] == pytest.approx(0.0)
    assert b.log_likelihood(off, seen)[0] < -10
    assert scores.summary(b.at_hours(true, hours), seen.arrived)["mae"] == 0.0
