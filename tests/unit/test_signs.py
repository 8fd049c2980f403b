"""Signs: each error model by hand, weights that belong to one future alone, a truth that is found again."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from scipy.stats import norm

import corridor
from analysis_case import blank, toy
from corridor.analysis.compare import compare
from corridor.analysis.scores.measures import effective_size
from corridor.analysis.scores.summary import error, mean
from corridor.analysis.signs import amounts, deaths, surveys, weights
from corridor.analysis.signs.past import Past
from corridor.analysis.signs.reconcile import smallest_change
from corridor.analysis.signs.weights import (
    FITS,
    SIMULATED,
    before_and_after,
    conditioned,
    conflicts,
    log_fits,
    weighted,
)
from corridor.core.errors import InputError
from corridor.results import read, series
from corridor.scenario import write_new
from corridor.scenario.model import Sign
from corridor.tables.signs import SIGNS_SEEN

AS_OF = date(2030, 1, 1)


def sign(kind: str, value: float, back: int = 0, **more) -> Sign:
    when = AS_OF - timedelta(days=back)
    return Sign(date=when, known=when, kind=kind, value=value, **more)  # type: ignore[arg-type]


def run(*signs: Sign, futures: int = 400, past: int = 30) -> xr.Dataset:
    """1,000 people; adults lost 0-20 % of weight, a good is handed out at 0-1 kg, wasting 0-50 %, by future."""
    ds = blank(futures=futures, past=past, days=5)
    u = (np.arange(futures) + 0.5) / futures
    ds["weight_change"][:] = -0.2 * u[:, None, None]
    ds["used"][..., 0] = (u[:, None, None] * np.array([0.6, 0.4])).astype("f4")
    ds["gam"][:] = 0.5 * u[:, None, None]
    ds["people_under5"][:] = 100.0
    ds["deaths_expected"][:] = 2.0 * u[:, None, None]
    return ds.assign_attrs(scenario=toy(signs=signs).model_dump_json())


def test_every_kind_has_a_model_and_says_what_it_reads() -> None:
    assert set(SIGNS_SEEN) == set(FITS) == set(SIMULATED)


def test_amounts_by_hand() -> None:
    ds = run()
    one = sign("weight_change", -0.1, low=-0.1329, high=-0.0671)
    found = amounts.fit(one, Past(ds))
    x = ds["weight_change"].isel(policy=0, condition=0, day=0, place=0).values
    assert found == pytest.approx(norm.logpdf(x, -0.1, 0.02) - norm.logpdf(0.0, 0.0, 0.02), abs=1e-4)
    issued = sign("ration", 0.5, commodity="flour", low=0.4, high=0.6)
    sigma = np.log(0.6 / 0.4) / 3.29
    handed = np.maximum((np.arange(400) + 0.5) / 400, 5e-4)  # 1,000 people, t/day: kg a person
    assert amounts.fit(issued, Past(ds)) == pytest.approx(-((np.log(handed / 0.5) / sigma) ** 2) / 2, rel=1e-3)


def test_a_survey_by_hand() -> None:
    found = surveys.fit(sign("whz", 0.2, n=300), Past(run()))
    x = np.clip(0.5 * (np.arange(400) + 0.5) / 400, 1e-3, None)
    z = (np.log(x / (1 - x)) - np.log(0.25)) / np.sqrt(1.5 / (300 * 0.2 * 0.8))
    assert found == pytest.approx(-(z**2) / 2, rel=1e-3, abs=1e-6)


def test_silence_by_hand() -> None:
    # two places, 14 days: 14 x 2 x 2 u deaths; half of the weeks with ten deaths would be reported
    found = deaths.fit(sign("deaths_unreported", 10.0, days=14), Past(run()))
    expected = 14 * 2 * 2.0 * (np.arange(400) + 0.5) / 400
    assert np.exp(found) == pytest.approx(0.5 ** (expected / 10.0), rel=1e-4)


def test_a_weight_belongs_to_its_future_alone() -> None:
    signs = (sign("weight_change", -0.05, low=-0.08, high=-0.02), sign("deaths_unreported", 5.0, days=30))
    many = run(*signs, futures=400)
    few = many.isel(future=slice(50))
    for one, fit in log_fits(few).items():
        assert (fit == log_fits(many)[one][:50]).all()


def test_the_posterior_is_that_of_the_normal_law() -> None:
    # flat prior on -0.2..0, normal error 0.02 about -0.1: posterior normal, mean -0.1, sd 0.02
    ds = conditioned(run(sign("weight_change", -0.1, low=-0.1329, high=-0.0671), futures=4000))
    weight = read.weights(ds)
    assert weight is not None
    x = ds["weight_change"].isel(policy=0, condition=0, day=0, place=0).values.astype(float)
    centre = float(weight @ x)
    assert centre == pytest.approx(-0.1, abs=1e-3)
    assert np.sqrt(weight @ (x - centre) ** 2) == pytest.approx(0.02, abs=2e-4)
    assert effective_size(weight) == pytest.approx(4000 * 2 * np.sqrt(np.pi) * 0.02 / 0.2, rel=0.01)


def test_every_summary_reads_the_weights() -> None:
    ds = run(sign("weight_change", -0.02, low=-0.03, high=-0.01))
    ds["intake"][:] = (1000.0 + 1000.0 * (np.arange(400) + 0.5) / 400)[:, None, None]
    known = conditioned(ds)
    prior, after = (compare(one, outcomes=["intake"], days=[3])["median"].iloc[0] for one in (ds, known))
    assert prior == pytest.approx(1500, abs=5)
    assert after == pytest.approx(1100, abs=20)
    fan = series.series(known, "intake", "held", "calm").quantiles()
    assert fan[3] == pytest.approx(np.full(5, after), abs=3.0)


def test_the_error_of_a_weighted_mean_is_the_spread_over_repetitions() -> None:
    rng = np.random.default_rng(3)
    means, errors = [], []
    for _ in range(300):
        x, w = rng.normal(size=500), rng.gamma(0.5, size=500)
        means.append(mean(x, w / w.sum()))
        errors.append(error(x, w / w.sum()))
    assert 0.8 < np.mean(errors) / np.std(means) < 1.25


def test_a_sign_that_nothing_else_allows_is_named_and_one_that_fits_is_not() -> None:
    fits = sign("weight_change", -0.02, low=-0.03, high=-0.01)
    against = sign("whz", 0.45, low=0.43, high=0.47)  # wasting goes with weight: 5 % is what the first sign says
    (found,) = [one for one in conflicts(run(fits, against)) if one["sign"] == against.label]
    assert found["high"] < 0.45
    assert conflicts(run(fits, sign("whz", 0.05, low=0.03, high=0.08))) == []


def test_the_smallest_change_that_reconciles_a_sign_lies_on_the_line() -> None:
    # the ration is 0-1 kg as the invented input `own` is 2-3; the middle of both is met at 0.5 kg
    seen = sign("ration", 0.9, commodity="flour", low=0.85, high=0.95)
    u, rng = (np.arange(400) + 0.5) / 400, np.random.default_rng(1)
    drawn = np.stack([2.0 + u, rng.normal(size=400), 50.0 + 100.0 * (u + 0.5 * rng.random(400))], axis=1)
    ds = run(seen).assign_coords(input=["own", "chance", "blurred"])
    ds["inputs"] = (("future", "input"), drawn)
    change = smallest_change(ds, seen)
    assert change is not None and change.path == "own"
    assert (change.middle, change.to) == pytest.approx((2.5, 2.9), abs=0.01)
    assert smallest_change(ds.isel(input=[1]), seen) is None


def test_the_past_stands_before_and_after() -> None:
    ds = conditioned(run(sign("weight_change", -0.02, low=-0.03, high=-0.01)))
    table = before_and_after(ds).set_index("what")
    row = table.loc["change of adult weight"]
    assert row["prior_median"] == pytest.approx(-0.1, abs=0.002)
    assert row["conditioned_median"] == pytest.approx(-0.02, abs=0.002)
    # a tonne for 1,000 people is a kilogram each; 0-2 of hunger a day and place, from the first day of the past on
    assert table.loc["Flour handed out", "prior_median"] == pytest.approx(0.5, abs=0.005)
    assert table.loc["Flour handed out", "conditioned_median"] == pytest.approx(0.1, abs=0.01)
    days = Past(ds).days.size
    died = table.loc["people more than usual who have died of hunger and disease"]
    assert died["prior_median"] == pytest.approx(2 * days, rel=0.01)
    assert "1 sign" in weighted(ds)
    assert weighted(run()) == "" and before_and_after(run()).empty
    alike = ds.assign(weight=ds["weight"] * 0.0 + 1.0 / ds.sizes["future"])
    assert weighted(alike) == (
        "All futures agree about as well with 1 sign of what was seen inside, which teaches nothing more."
    )


HEADER = "date,known,kind,place,commodity,value,low,high,days,n,evidence,note\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2024-02-10,2024-02-11,empty,*,,3,,,4,,a_shops,", "a sign of kind empty is about a good"),
        ("2024-02-10,2024-02-11,people,*,flour,3,2,4,,,a_shops,", "a sign of kind people is about no good"),
        ("2024-02-10,2024-02-11,share,*,flour,1.5,,,4,,a_shops,", "1.5 is no value of kind share"),
        ("2024-02-10,2024-02-11,people,*,,60000,,,,,a_shops,", "has no range"),
        ("2024-02-10,2024-02-11,people,*,,60000,61000,62000,,,a_shops,", "does not lie between"),
        ("2024-02-10,2024-02-11,whz,*,,0.1,,,,,a_shops,", "has neither a range nor a sample"),
        ("2024-02-10,2024-02-11,people,*,,60000,50000,,,,a_shops,", "has low without high"),
        ("2024-02-10,2024-02-11,deaths_unreported,*,,5,,,30,100,a_shops,", "has no sample"),
    ],
)
def test_what_does_not_fit_its_kind_is_told_with_its_place(tmp_path: Path, row: str, said: str) -> None:
    case = tmp_path / "case"
    write_new(case)
    (case / "signs.csv").write_text(HEADER + row + "\n")
    with pytest.raises(InputError, match=r"signs\.csv:2") as told:
        corridor.load(case)
    assert said in str(told.value)


def test_a_run_with_signs_is_weighted_from_the_shell_to_the_table(tmp_path: Path) -> None:
    case = tmp_path / "case"
    write_new(case)
    (case / "signs.csv").unlink()
    bare = corridor.compare(corridor.load(case), futures=64, store=tmp_path / "bare")
    (case / "signs.csv").write_text(HEADER + "2024-02-14,2024-02-14,weight_change,*,,-0.01,-0.02,0,,,a_shops,\n")
    known = corridor.compare(corridor.load(case), futures=64, store=tmp_path / "known")
    assert "Futures are weighted by 1 sign" in known.detail["weighted"]
    assert "past" in {table.id for table in known.tables} and "past" not in {table.id for table in bare.tables}
    assert read.weights(known.results) is not None and read.weights(bare.results) is None
    # the same futures, other weights
    assert np.array_equal(known.results["intake"].values, bare.results["intake"].values)
    assert not known.to_frame().equals(bare.to_frame())


def test_a_conflict_of_many_people_is_told_without_powers_of_ten() -> None:
    seen = sign("people", 65_000.0, low=60_000.0, high=70_000.0)
    told = weights._conflict(seen, "65,000", 55_612_345.0, 67_312_345.0)
    assert told["said"] == "futures say 55,600,000 to 67,300,000 persons"
