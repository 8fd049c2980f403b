"""More lines that no other test held, found by `tools/mutation.py`: ends of ranges, first entries, roundings."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from scipy.stats import triang

from actors_case import sides
from analysis_case import blank
from corridor.analysis.backtest import exodus as exodus_forecast
from corridor.analysis.backtest.points import chosen, is_ahead, span
from corridor.analysis.backtest.setup import Counts
from corridor.analysis.displacement.scores import baseline, bootstrap_mean, on_dates
from corridor.analysis.signs.population import begin, ceiling_of, grow
from corridor.analysis.signs.weights import before_and_after
from corridor.kernels import jit
from corridor.kernels.draw import binomial
from corridor.rules.bodies import inequality
from corridor.rules.flight.queue import Bottleneck, exodus
from corridor.strategy import Priors, build, lints, read_actors, read_actors_data
from corridor.strategy.history import Coded, coded_past, free_model, likelihood
from corridor.strategy.model.draws import SCALE, central_preferences, preferences_from_uniforms
from displacement_cases import country

NEARLY_ONE = math.nextafter(1.0, 0.0)


@pytest.mark.parametrize("n", [1, 2, 3, 7, 20, 59, 60, 61, 400])
@pytest.mark.parametrize("p", [1e-3, 0.07, 0.1, 0.3, 0.4999, 0.5, 0.5001, 0.9])
def test_never_more_than_all_and_never_fewer_than_nobody(n: int, p: float) -> None:
    for u in (0.0, 1e-300, 1e-17, 0.5, NEARLY_ONE, 1.0):
        if n * min(p, 1 - p) >= 30 and (u in (0.0, 1.0) or (p > 0.5 and 1 - u == 1)):
            continue  # the normal quantile of these is no number
        assert 0 <= binomial(u, n, p) <= n
    assert n * p >= 30 or p > 0.5 or binomial(1e-300, n, p) == 0


def test_both_methods_of_the_binomial_end_at_their_ends() -> None:
    assert binomial(1e-17, 60, 0.5) == 0  # the mean is 30: normal, 8.5 standard deviations of 3.9 below it
    assert binomial(NEARLY_ONE, 60, 0.5) == 60
    assert [binomial(u, 59, 0.5) for u in (1e-18, 1e-17)] == [0, 1]  # below 30: exact, nobody is 2 ** -59
    assert (binomial(0.3, 5, 0.0), binomial(0.3, 0, 0.4), binomial(0.3, 5, 1.0)) == (0, 0, 5)
    # 1 of 1 with probability 0.25: the first three quarters of the numbers are 0
    assert [binomial(u, 1, 0.25) for u in (0.0, 0.74, 0.76)] == [0, 0, 1]


def _walked(people: float, share: float, delay: float, mid: float, slope: float, able: float, ride: float, hours: int):
    """Return who has arrived by each hour, as `exodus`: one list at a time."""
    pool, low = math.floor(share * people + 0.5), 1 / (1 + math.exp(slope * mid))
    left = [0]
    for hour in range(1, hours + 1):
        gone = hour - delay
        part = (1 / (1 + math.exp(-slope * (gone - mid))) - low) / (1 - low) if gone > 0 else 0.0
        left.append(math.floor(pool * part + 0.5))
    passed, saved = [0], 0.0
    for hour in range(1, hours + 1):
        waiting = left[hour] - passed[-1]
        if waiting <= able + saved:
            now, saved = waiting, 0.0
        else:
            now, saved = math.floor(able + saved), (able + saved) % 1
        passed.append(passed[-1] + now)
    lag = math.floor(ride + 0.5)
    return [passed[hour - lag] if hour >= lag else 0 for hour in range(hours + 1)]


def test_an_exodus_hour_by_hour() -> None:
    rows = [
        (103.0, 0.9, 3.5, 6.0, 0.5, 7.4, 2.6),  # 92.7: 93 leave; a queue, fractions of a person, a ride of 3 hours
        (57.0, 1.0, 0.0, 4.0, 1.5, 80.25, 0.0),  # no queue
        (11.0, 0.5, 1.0, 2.0, 2.0, 0.3, 1.4),  # 5.5: 6 leave, one in more than three hours
        (9.0, 0.5, 30.0, 2.0, 2.0, 3.0, 39.0),  # the way opens late: nobody has arrived
    ]
    people, share, delay, mid, slope, able, ride = np.array(rows).T
    found = exodus(Bottleneck(people, share, delay, mid, slope, able / 2.5, np.full(4, 2.5), ride), 40)
    for n, row in enumerate(rows):
        assert found[n].tolist() == _walked(*row, hours=40), n
    assert found[:3, -1].tolist() == [93.0, 57.0, 6.0]
    assert found[0, 6] == 0 and found[3].sum() == 0


def test_whoever_has_his_need_is_not_asked_how_it_is_shared() -> None:
    """Twice the need, exactly the need, and no people at all: all eat theirs; half the need is shared."""
    eaten = np.full((1, 4, 4), np.nan)
    size, ones = np.full(eaten.shape, 0.25), np.ones(4)
    intake, people = np.array([[2.0, 1.0, 0.0, 0.5]]), np.array([[9, 9, 0, 9]])
    inequality.rank_households(intake, people, ones, 0.3 * ones, inequality.scores(4), size, eaten)
    assert (eaten[0, :, :3] == 1.0).all()
    assert eaten[0, :, 3].mean() == pytest.approx(0.5)
    assert (np.diff(eaten[0, :, 3]) > 0).all()


def test_what_one_person_gets_is_told_per_person() -> None:
    ds = blank(futures=8, past=3, days=2)
    ds["people"][:] = np.array([5.0, 1.0], np.float32)  # all but the last day of the past
    ds["people"][:, :, :, 2] = np.array([1.0, 0.0], np.float32)
    ds["used"][..., 0] = np.array([0.75e-3, 0.0], np.float32)
    table = before_and_after(ds.assign_coords(weight=("future", np.full(8, 1 / 8)))).set_index("what")
    assert table.loc["Flour handed out", "prior_median"] == pytest.approx(0.75)
    ds["people"][:] = ds["used"][:] = 0.0
    table = before_and_after(ds.assign_coords(weight=("future", np.full(8, 1 / 8)))).set_index("what")
    assert table.loc["Flour handed out", "prior_median"] == 0.0  # nobody gets nothing, and no division fails


def test_a_row_that_names_no_policy_is_scored_under_the_first_of_both() -> None:
    ds = blank(policies=("held", "open"), conditions=("calm", "storm"), days=10, past=4)
    assert chosen(ds, {}) == {"policy": "held", "condition": "calm"}
    assert chosen(ds, {"policy": "open"}) == {"policy": "open", "condition": "calm"}
    begin = np.datetime64("2030-01-01")
    days: dict[str, Any] = {n: (begin + np.timedelta64(n, "D")).item() for n in (0, 1, 10, 11)}
    assert span({"date": days[1]}) == (begin + np.timedelta64(1, "D"),) * 2
    assert span({"from": days[1], "to": days[10]})[1] == begin + np.timedelta64(10, "D")
    # the first day after as_of and the last of the horizon are ahead, their neighbours are not
    assert is_ahead(ds, {"from": days[1], "to": days[10]})
    assert not is_ahead(ds, {"from": days[0], "to": days[10]})
    assert not is_ahead(ds, {"from": days[1], "to": days[11]})


def test_the_middle_of_the_grid_of_rates_is_what_the_file_says() -> None:
    """An odd number of nodes, even in the log, four standard deviations to each side; they weigh as a normal does."""
    content = read_actors_data(sides())
    model = free_model(content)
    start = date(2024, 1, 1)
    past = coded_past(model, (Coded(start, "block", True),), start + timedelta(days=7))
    like = likelihood(content, model, past, 2)
    medians = {actor.id: actor.rate for actor in content.actors}
    count = like.rates.shape[1]
    assert count % 2 == 1
    for i, name in enumerate(model.actors):
        z = np.log(like.rates[i] / medians[name]) / content.priors.rate_sd_log
        np.testing.assert_allclose(z, np.linspace(-4, 4, count), atol=1e-9)
    z = np.linspace(-4, 4, count)
    np.testing.assert_allclose(like.share[0, 0, 0], np.exp(-z * z / 2) / np.exp(-z * z / 2).sum())


def test_a_folder_of_machine_code_is_made_once_and_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jit, "cache", lambda: tmp_path / "not" / "there")
    first = jit._folder(jit.__file__)
    assert first.is_dir()
    assert jit._folder(jit.__file__) == first


@pytest.mark.parametrize(("hour", "shift"), [(0, 0), (13, 13), (-5, -5)])
def test_hours_of_a_run_on_a_clock(hour: int, shift: int) -> None:
    """One more arrives each hour from the first midnight on; the clock starts so many hours after (before) it."""
    hourly = np.zeros((2, 2, 1, 3, 24), np.float32)
    hourly[0, 1], hourly[1, 1], hourly[0, 0] = 1.0, 2.0, 3.0
    days = np.arange("2023-09-19", "2023-09-22", dtype="datetime64[D]").astype("datetime64[ns]")
    ds = xr.Dataset(
        {"hourly_arrivals": (("policy", "condition", "future", "day", "hour"), hourly)},
        {"policy": ["held", "open"], "condition": ["calm", "offensive"], "day": days,
         "as_of": np.datetime64("2023-09-18", "ns")},
    )  # fmt: skip
    clock = datetime.fromisoformat("2023-09-19T00:00:00+04:00") + timedelta(hours=hour)
    wanted = np.maximum(0, np.arange(20) + shift)
    for chosen_, each in (({}, 1), ({"policy": "open"}, 2), ({"condition": "calm"}, 3)):
        curve = exodus_forecast.from_run(ds, clock, **chosen_).curves[0]
        np.testing.assert_array_equal(curve[:20], each * wanted)
        assert curve[-1] == each * 72


def test_where_a_fit_looks_by_hand() -> None:
    hours, arrived = np.array([60.0, 70.0, 90.0]), np.array([0.0, 480.0, 3000.0])
    leavers, delay, midpoint, slope, flow = exodus_forecast.fit_bounds(Counts(hours, arrived, np.zeros(3)))
    assert leavers == (3000.0, 4000.0)  # 2.5 % more are 3,075
    assert delay == (22.0, 94.0)  # 70 - 48, 70 + 24
    assert (midpoint, slope) == ((12.0, 96.0), (0.02, 0.3))
    assert flow == pytest.approx((0.4 * 126 / 4.8, 1.6 * 126 / 4.8))  # 2,520 in 20 hours, 4.8 in a vehicle
    sooner = exodus_forecast.fit_bounds(Counts(hours - 40, arrived, np.zeros(3)))
    assert sooner[1] == (0.0, 54.0)
    still = exodus_forecast.fit_bounds(Counts(hours, np.array([0.0, 1.0, 2.0]), np.zeros(3)))
    assert still[4] == pytest.approx((0.4 / 4.8, 1.6 / 4.8))  # one an hour at the least


def test_how_well_a_curve_fits_by_hand() -> None:
    """100 persons, 2.5 % of the count and the hours that its time is off, as one error."""
    curves = np.array([[0.0, 1000.0, 3000.0, 3000.0]])
    counts = Counts(np.array([1.0, 2.5]), np.array([800.0, 3300.0]), np.array([0.5, 1.0]))
    first = 100**2 + (0.025 * 800) ** 2 + (0.5 * 800) ** 2
    second = 100**2 + (0.025 * 3300) ** 2 + (2500 / 1.5) ** 2
    wanted = -0.5 * (200**2 / first + 300**2 / second)
    assert exodus_forecast.log_likelihood(curves, counts) == pytest.approx([wanted])


def test_weights_alone_do_from_a_fifth_on() -> None:
    """200 of 1,000 must count. Of the 128 looked at first twice that share: 52, not 51; of the pilot of 512: 103."""
    asked: list[int] = []

    def fit(first: int, then: int) -> Any:
        def value(numbers: np.ndarray) -> np.ndarray:
            asked.append(numbers.size)
            return np.where(numbers < (first if numbers.size == 128 else then), 0.0, -1e3)

        return value

    assert begin(fit(52, 0), 1) is None
    assert asked == [128]
    assert begin(fit(51, 103), 1) is None
    assert asked == [128, 128, 512]
    kept = begin(fit(51, 102), 1)
    assert kept is not None
    assert (kept.tried, kept.effective, kept.ceiling) == (512, pytest.approx(102.0), pytest.approx(0.0))
    assert kept.address == list(range(102))  # at the ceiling all are kept, far below it none
    assert kept.log_share == pytest.approx([0.0] * 102)
    grow(kept, lambda numbers: np.zeros(numbers.size), 1, 103)
    assert (kept.tried, len(kept.address)) == (512 + 1024, 102 + 1024)
    with pytest.raises(RuntimeError, match="histories tried, 1126 of 2000 kept"):
        grow(kept, lambda numbers: np.full(numbers.size, -1e3), 1, 2000, most=2.0)
    assert kept.tried == 1536 + 3 * 1024  # 4,608: more than 2 x 2,000


@pytest.mark.parametrize("spread", [0.1, 1.0, 2.0, 4.0, 12.0, 60.0])
def test_the_ceiling_is_the_least_that_does(spread: float) -> None:
    log_weight = spread * np.random.default_rng(7).normal(size=512) + 3.0
    w = np.exp(log_weight - log_weight.max())

    def count(c: float) -> tuple[float, float]:
        """Share kept at a ceiling, and of these by their weights."""
        chance = np.minimum(1.0, w / c)
        left = w / chance
        return chance.mean(), (chance * left).mean() ** 2 / (chance.mean() * (chance * left**2).mean())

    levels = np.sort(w[w > 1e-12])
    at = next((c for c in levels if count(c)[1] >= 0.4), levels[-1])
    if count(at)[0] < 1 / 32:
        most = [c for c in levels if count(c)[0] >= 1 / 32]
        at = most[-1] if most else 32 * w.mean()
    assert ceiling_of(log_weight) == pytest.approx(log_weight.max() + np.log(at))


def test_a_step_out_of_the_first_state_can_be_dear_or_not() -> None:
    """The first state is that in which nobody does anything; a step that costs the same with and without is no dearer."""
    content = read_actors_data(sides())
    still = dict.fromkeys((option.id for option in content.options), False)
    calm = replace(content, status_quo=still)
    assert build(calm, {}).space.find(still) == 0
    assert lints._dearer(calm, "attack", {}, {}) is False


def _naive(counted: np.ndarray, dated: np.ndarray, open_from: np.ndarray, name: str, day: int) -> list[float]:
    """Return the shares of one naive forecast on one day, from what its words say."""
    camps = counted.shape[1]
    shares = [1.0] * camps
    if name == "share at day 30":
        shares = counted[30].tolist()
    if name == "persistence" and day >= 30 and counted[day - 30].any():
        shares = counted[day - 30].tolist()
    if name == "day 0 and newcomers equally":
        there = [c for c in range(camps) if open_from[c] <= day]
        new = max(0.0, float(counted[day].sum() - counted[0].sum()))
        shares = [float(counted[0, c]) + (new / len(there) if c in there else 0.0) for c in range(camps)]
        shares = shares if sum(shares) else [1.0] * camps
    if name == "last dated count" and day >= 30:
        last = [[d for d in range(day - 29) if dated[d, c]] for c in range(camps)]
        known = [float(counted[days[-1], c]) if days else 0.0 for c, days in enumerate(last)]
        if sum(known) and all(last[c] for c in range(camps) if open_from[c] <= day - 30):
            shares = known
    return [share / sum(shares) for share in shares]


@pytest.mark.parametrize(
    "name", ["equal shares", "share at day 30", "persistence", "day 0 and newcomers equally", "last dated count"]
)
def test_a_naive_forecast_day_by_day(name: str) -> None:
    """70 days, three camps: one opens on day 4, one counted for the first time on day 8, nobody on days 0, 6, 37."""
    rng = np.random.default_rng(5)
    counted = rng.integers(1, 1000, size=(70, 3))
    counted[:4, 1] = 0
    counted[[0, 6, 37]] = 0
    dated = rng.random((70, 3)) < 0.2
    dated[:8, 2], dated[8, 2], dated[[0, 4, 10], [0, 1, 0]] = False, True, True
    camps = {"war": "war", "a": "camp", "b": "camp", "c": "camp"}
    case = country(camps, [("war", camp, 10) for camp in "abc"], days=70)
    for first in (counted, np.where(np.arange(70)[:, None] == 0, [[40, 0, 9]], counted)):
        this = replace(case, counted=first, dated=dated, open_from=np.array([0, 4, 0]))
        found = baseline(this, name)
        wanted = [_naive(first, dated, this.open_from, name, day) for day in range(70)]
        np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_an_error_on_dates_is_over_the_days_after_the_first() -> None:
    camps = {"war": "war", "a": "camp", "b": "camp"}
    case = country(camps, [("war", "a", 10), ("war", "b", 10)], days=3)
    counted, dated = np.array([[9, 1], [30, 10], [60, 40]]), np.array([[1, 1], [1, 0], [0, 1]], bool)
    this = replace(case, counted=counted, dated=dated)
    # day 1, of 40: 10 and 30, 20 too few in a; day 2 nobody is played: 40 too few in b; 30 + 40 were counted
    assert on_dates(this, [[5, 5], [1, 3], [0, 0]]) == pytest.approx(60 / 70)
    assert np.isnan(on_dates(replace(case, counted=counted, dated=None), np.ones((4, 3, 2)))).tolist() == [True] * 4
    assert np.isnan(on_dates(replace(this, dated=dated & (np.arange(3) < 1)[:, None]), np.ones((3, 2))))


def test_the_mean_over_cases_and_its_interval_are_those_of_the_bootstrap() -> None:
    each = np.array([1.0, 2.0, 4.0, 9.0])
    found = bootstrap_mean(each)
    means = np.sort(each[np.random.default_rng(0).integers(4, size=(10_000, 4))].mean(axis=1))
    assert (found.mean, found.low, found.high) == (4.0, *np.quantile(means, [0.05, 0.95]))
    assert bootstrap_mean([3.0], draws=1, seed=2).low == 3.0


STAKED = """\
meta: {id: m, status_quo: {shut: 1}}
actors:
  A: {rate: 0.1, options: [shut]}
  B: {rate: 0.1, options: [pay]}
options: {shut: , pay: }
preferences:
  A:
    - {id: A1, wants: "!shut", evidence: x, strength: 1.0}
    - {id: A2, wants: "shut | pay", evidence: x, strength: 1.0}
stakes:
  A:
    - {id: A3, while: "pay & shut", worth: -0.6, low: -0.9, high: -0.1, evidence: x}
"""


def test_the_middle_of_what_sides_want_with_a_stake() -> None:
    """Two ranked statements have the means 3/4 and 1/4; a stake counts by one of two places, here -0.6 / 2."""
    model = build(read_actors(STAKED))
    one = central_preferences(model)
    names = [statement.id for statement in model.statements]
    assert dict(zip(names, (one.weights[0] / SCALE).tolist(), strict=True)) == {"A1": 0.75, "A2": 0.25, "A3": -0.3}
    assert one.place[0, [names.index("A1"), names.index("A2")]].tolist() == [0, 1]
    u = np.linspace(0.01, 0.99, 33)
    spread = np.tile(u[:, None], (1, len(names)))
    drawn = preferences_from_uniforms(model, Priors(rank_floor=0.0, rank_slope=0.0), np.full_like(spread, 0.5), spread)
    wanted = triang((0.3 / 0.8), loc=-0.9, scale=0.8).ppf(u) / 2
    np.testing.assert_allclose(drawn.weights[:, names.index("A3")] / SCALE, wanted, atol=1e-6)
    # of two exponentials as shares: spread is the same for both here, so each has a half
    assert (drawn.weights[:, [names.index("A1"), names.index("A2")]] == SCALE // 2).all()
