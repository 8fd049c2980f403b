"""Outcomes on bodies, thresholds and structures, on hand-made runs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from analysis_case import toy
from corridor.analysis import bodies as b
from corridor.analysis import compare as c
from corridor.analysis import structures as s
from corridor.analysis.outcomes import table as o
from corridor.analysis.outcomes import thresholds as t
from corridor.core.errors import InputError
from corridor.results import dataset
from corridor.results.dataset import history
from corridor.rules import PARAMETERS
from small import q

NAMES = ("people", "intake", "below_requirement", "days_below_need", "departures", "turned_back", "came_back", "eaten_child_mean", "eaten_adult_mean", "weight_change", "gam", "sam", "thin_adults",
         "deaths_expected", "deaths_baseline", "deaths_under5", "people_under5", "gam_muac", "gam_toddlers",
         "gam_had_none_died", "kcal_child", "kcal_school", "kcal_adult", "deaths_school", "deaths_men", "deaths_women",
         "deaths_old")  # fmt: skip


def run(futures: int = 4, days: int = 40, past: int = 35) -> xr.Dataset:
    """Two places of 600 and 400 people, 100 and 50 young children, one death a day in each, and food for all.

    Only what bodies read, so that a new variable elsewhere does not matter here.
    """
    as_of, lead = np.datetime64("2030-01-01"), (2, 1, futures, past + days)
    dims = ("policy", "condition", "future", "day")
    data: dict[str, object] = {"queue": ((*dims, "link"), np.zeros((*lead, 1)))}
    for name in NAMES:
        data[name] = ((*dims, "place"), np.zeros((*lead, 2), np.float32))
    data["requirement"] = (("future",), np.full(futures, 1750.0))
    data["people_start"] = (("future", "place"), np.tile([600.0, 400.0], (futures, 1)))
    coords = {
        "policy": ["held", "open"], "condition": ["calm"], "future": np.arange(futures), "place": ["near", "far"],
        "day": (as_of + np.arange(1 - past, days + 1)).astype("datetime64[ns]"), "link": ["road"], "commodity": [],
        "as_of": as_of.astype("datetime64[ns]"),
    }  # fmt: skip
    ds = xr.Dataset(data, coords, {"scenario": toy(commodities=()).model_dump_json()})
    for name, value in (
        ("people", [600, 400]), ("people_under5", [100, 50]), ("deaths_expected", [1, 1]),
        ("deaths_baseline", [1, 1]), ("deaths_under5", [0.25, 0.25]), ("intake", [1750, 1750]),
        ("eaten_child_mean", [1, 1]), ("eaten_adult_mean", [1, 1]),
    ):  # fmt: skip
        ds[name][...] = value
    return ds


PAST = 35
"""days of history of `run`"""


def value(ds: xr.Dataset, outcome: str, day: int) -> np.ndarray:
    ((_, x),) = o.values(ds, np.array([day - 1]), [outcome])
    return x[:, :, 0]


def test_means_count_children_and_adults_where_they_are():
    ds = run(futures=1)
    ds["gam"][..., :] = [0.30, 0.0]
    ds["sam"][..., :] = [0.0, 0.15]
    ds["weight_change"][..., :] = [-0.10, 0.0]
    ds["thin_adults"][..., :] = [0.0, 0.5]
    ds["eaten_child_mean"][..., :] = [0.9, 0.6]
    ds["eaten_adult_mean"][..., :] = [0.5, 1.0]
    want = {
        "gam": 0.3 * 100 / 150, "sam": 0.15 * 50 / 150, "weight_change": -0.1 * 0.6, "thin_adults": 0.5 * 0.4,
        "eaten_child": (0.9 * 100 + 0.6 * 50) / 150, "eaten_adult": 0.5 * 0.6 + 0.4, "intake": 1750, "intake_share": 1,
    }  # fmt: skip
    for outcome, expected in want.items():
        assert value(ds, outcome, 5)[0, 0, 0] == pytest.approx(expected, rel=1e-6), outcome


def test_a_death_rate_looks_back_thirty_days_into_history():
    ds = run(futures=1)
    ds["deaths_expected"][...] = 0.0
    ds["deaths_expected"][{"day": PAST - 25}] = [10.0, 0.0]
    ds["deaths_expected"][{"day": PAST - 26}] = [99.0, 0.0]
    ds["deaths_expected"][{"day": PAST + 4}] = [2.0, 1.0]
    assert value(ds, "cdr", 5)[0, 0, 0] == pytest.approx(1e4 * 13 / (30 * 1000))
    assert value(ds, "cdr", 4)[0, 0, 0] == pytest.approx(1e4 * 109 / (30 * 1000))
    assert value(ds, "cdr", 34)[0, 0, 0] == pytest.approx(1e4 * 3 / (30 * 1000))
    assert value(ds, "cdr", 35)[0, 0, 0] == 0.0


def test_exposure_is_the_people_of_the_morning():
    ds = run(futures=1, days=3, past=0)
    ds["people"][{"day": 0}] = [300, 400]
    ds["people"][{"day": 1}] = [0, 0]
    ds["people"][{"day": 2}] = [0, 0]
    assert value(ds, "cdr", 1)[0, 0, 0] == pytest.approx(1e4 * 2 / 1000), "people_start, not the evening's 700"
    assert value(ds, "cdr", 2)[0, 0, 0] == pytest.approx(1e4 * 4 / 1700)
    assert value(ds, "cdr", 3)[0, 0, 0] == pytest.approx(1e4 * 6 / 1700), "nobody lived there on the third day"
    assert np.isnan(value(ds, "weight_change", 3)).all(), "no adults, no weight"


def test_where_nobody_lived_for_thirty_days_a_rate_has_no_meaning():
    ds = run(futures=1, past=0)
    ds["people"][...] = 0
    assert np.isfinite(value(ds, "cdr", 30)).all(), "the first morning still counts"
    assert np.isnan(value(ds, "cdr", 31)).all()


def test_excess_is_over_the_same_people_without_the_deficit():
    ds = run(futures=2)
    ds["deaths_expected"][{"day": slice(PAST + 10, None)}] = [4.0, 1.0]
    assert value(ds, "cdr_excess", 10)[0, 0] == pytest.approx([0.0, 0.0])
    assert value(ds, "cdr_excess", 40)[0, 0] == pytest.approx([1e4 * 3 / 1000] * 2)
    assert value(ds, "excess_deaths", 12)[0, 0] == pytest.approx([6.0, 6.0])


def test_under_five_rates_take_off_the_baseline_of_each_future():
    ds = run(futures=2)
    u5dr = 1e4 * 0.5 / 150
    assert value(ds, "u5dr", 7)[0, 0] == pytest.approx([u5dr] * 2)
    default = PARAMETERS["child_deaths.baseline"].default
    assert value(ds, "u5dr_excess", 7)[0, 0] == pytest.approx([u5dr - default] * 2)
    given = toy(commodities=(), parameters={"child_deaths.baseline": q(3.0)})
    ds = ds.assign_attrs(scenario=given.model_dump_json())
    assert value(ds, "u5dr_excess", 7)[0, 0] == pytest.approx([u5dr - 3.0] * 2)
    ds["inputs"] = (("future", "input"), np.array([[1.0], [2.0]]))
    ds = ds.assign_coords(input=["child_deaths.baseline"])
    assert value(ds, "u5dr_excess", 7)[0, 0] == pytest.approx([u5dr - 1.0, u5dr - 2.0])


def noisy(futures: int = 50) -> xr.Dataset:
    ds = run(futures=futures)
    rng = np.random.default_rng(3)
    for name in ("gam", "sam", "weight_change", "thin_adults", "eaten_child_mean", "eaten_adult_mean"):
        ds[name][...] = rng.uniform(0, 1, ds[name].shape)
    for name in ("deaths_expected", "deaths_under5", "intake"):
        ds[name][...] = ds[name].values * rng.uniform(0.5, 3, ds[name].shape)
    return ds


def test_the_bodies_are_rows_of_the_comparison():
    ds = noisy().drop_vars("days_below_need")  # which is no outcome of bodies
    own = b.bodies(ds, days=[7, 30], weights=np.arange(1, 51))
    whole = c.compare(ds, days=[7, 30], weights=np.arange(1, 51))
    part = whole[whole["outcome"].isin(b.BODIES)].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, part)
    here = set(own["outcome"])
    assert {"gam", "cdr", "excess_deaths"} <= here == set(b.BODIES) & set(whole["outcome"]) < set(whole["outcome"])


def test_blocks_of_futures_change_nothing(monkeypatch):
    ds = noisy()
    whole = b.daily(ds)
    monkeypatch.setattr(dataset, "AT_A_TIME", 7)
    xr.testing.assert_identical(whole, b.daily(ds))


def test_daily_series_end_where_the_table_does_and_hold_history():
    ds = noisy()
    ds["gam"][{"day": PAST - 1}] = [0.6, 0.0]
    series = b.daily(ds)
    table = b.bodies(ds, days=[40])
    for outcome in ("gam", "cdr", "excess_deaths"):
        row = table[(table.policy == "open") & (table.outcome == outcome)].iloc[0]
        mean = series[outcome].sel(policy="open", condition="calm").isel(day=-1).mean()
        assert row["mean"] == pytest.approx(float(mean), rel=1e-5)
    known = history(series)["gam"]
    assert known.dims == ("future", "day")
    assert known.values[:, -1] == pytest.approx([0.4] * 50)
    assert series["gam"].dims == ("policy", "condition", "future", "day")


def test_a_run_without_bodies_has_none():
    ds = run().drop_vars(["gam", "deaths_expected"])
    ids = set(o.available(ds)) & set(b.BODIES)
    assert ids.isdisjoint({"gam", "cdr", "cdr_excess", "excess_deaths"})
    assert "sam" in ids
    assert set(b.bodies(ds)["outcome"]) == ids


def one(frame: pd.DataFrame, threshold: str, when: str = t.ANY, policy: str = "held", place: str = t.ALL) -> pd.Series:
    chosen = frame[
        (frame.threshold == threshold) & (frame.when == when) & (frame.policy == policy) & (frame.place == place)
    ]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_thresholds_count_futures_on_dates_on_any_day_and_in_history():
    ds = run(futures=20)
    ds["gam"][{"policy": 0, "future": slice(0, 5), "day": PAST + 12}] = 0.16
    ds["gam"][{"policy": 0, "future": 0, "day": PAST + 29}] = 0.31
    ds["gam"][{"future": slice(0, 2), "day": 3}] = 0.5
    frame = t.thresholds(ds, days=[30])
    assert one(frame, "gam_15")["p"] == 0.25
    assert one(frame, "gam_30")["p"] == 0.05
    assert one(frame, "gam_15", "2030-01-31")["p"] == 0.05
    assert one(frame, "gam_15", policy="open")["p"] == 0.0
    assert one(frame, "gam_15", policy=t.HISTORY)["p"] == 0.1
    assert one(frame, "gam_15", "2030-01-01", t.HISTORY)["p"] == 0.0
    assert one(frame, "gam_15", "2030-01-01", t.HISTORY)["day"] == 0
    assert one(frame, "gam_15")["error"] == pytest.approx(np.sqrt(0.25 * 0.75 / 20))


def test_monte_carlo_error_is_not_nothing_where_no_future_passes():
    """Clopper-Pearson at 0 and 5 hits of 20: 1 - 0.025^(1/20), and the printed table of the exact interval."""
    ds = run(futures=20)
    ds["gam"][{"policy": 0, "future": slice(0, 5)}] = 0.2
    frame = t.thresholds(ds, days=[30])
    none, five = one(frame, "gam_15", policy="open"), one(frame, "gam_15")
    assert (none["low_95"], none["high_95"]) == (0.0, pytest.approx(1 - 0.025 ** (1 / 20)))
    assert (five["low_95"], five["high_95"]) == (pytest.approx(0.0866, abs=1e-4), pytest.approx(0.4910, abs=1e-4))
    assert one(frame, "intake_half")["high_95"] < 0.2


def test_weights_change_shares_and_widen_the_error():
    ds = run(futures=20)
    ds["gam"][{"future": slice(0, 10)}] = 0.2
    weights = np.r_[np.full(10, 3.0), np.full(10, 1.0)]
    even, uneven = t.thresholds(ds, days=[7]), t.thresholds(ds, days=[7], weights=weights)
    assert one(uneven, "gam_15")["p"] == pytest.approx(0.75)
    width = [one(f, "gam_15")["high_95"] - one(f, "gam_15")["low_95"] for f in (even, t.thresholds(run(20), days=[7]))]
    assert width[0] > width[1]
    flat = t.thresholds(ds, days=[7], weights=np.ones(20))
    assert one(flat, "gam_15")["high_95"] == pytest.approx(one(even, "gam_15")["high_95"])


def test_people_who_need_less_than_the_planning_figure_and_eat_it_are_not_short():
    ds = run(futures=2)
    frame = t.thresholds(ds, days=[7])
    assert one(frame, "intake_2100")["p"] == 0.0, "need 1,750, eaten 1,750"
    ds["intake"][{"future": 1}] = 1700.0
    assert one(t.thresholds(ds, days=[7]), "intake_2100")["p"] == 0.5
    ds["intake"][{"future": 1}] = 870.0
    assert one(t.thresholds(ds, days=[7]), "intake_half")["p"] == 0.5


def test_places_are_asked_one_by_one():
    ds = run(futures=4)
    ds["gam"][..., 1] = 0.35
    frame = t.thresholds(ds, days=[7], places=True)
    assert [one(frame, "gam_30", place=p)["p"] for p in ("*", "near", "far")] == [0.0, 0.0, 1.0]
    assert set(t.thresholds(ds, days=[7])["place"]) == {"*"}


def test_every_row_says_what_it_is_not():
    frame = t.thresholds(run(), places=True)
    assert (frame["note"] == "Comparison with published thresholds; not a classification.").all()
    assert frame["band"].dropna().isin([4, 5]).all()
    assert frame.loc[frame["outcome"].str.startswith("intake"), "band"].isna().all(), "energy is not mapped to bands"
    assert all(row.source for row in t.THRESHOLDS)


def played(level: dict[tuple[str, ...], float]):
    """Return a `run` and an `override` of a fake simulator: gam is set by the structure, plus 0.001 a future."""
    seen = []

    def override(scenario, settings):
        return (*scenario, *settings)

    def play(scenario, *, policies, conditions, futures, seed):
        seen.append((scenario, policies, conditions, futures, seed))
        ds = run(futures=futures)
        ds["gam"][...] = level[scenario]
        ds["gam"][...] += 0.001 * ds["future"]
        return ds

    return play, override, seen


TWO = {"food": {"a": ("x=1",), "b": ("x=2",)}, "rule": {"c": ("y=1",), "d": ("y=2", "z=3")}}
LEVEL = {("x=1", "y=1"): 0.1, ("x=1", "y=2", "z=3"): 0.2, ("x=2", "y=1"): 0.4, ("x=2", "y=2", "z=3"): 0.5}


def test_both_intervals_by_hand():
    play, override, seen = played(LEVEL)
    rows, summary = s.sweep((), play, override, futures=21, seed=7, days=[30], outcomes=["gam", "queue"], choices=TWO)
    assert [call[0] for call in seen] == list(LEVEL)
    assert {call[3:] for call in seen} == {(21, 7)}, "the same futures in every structure"
    assert len(rows) == 4 * 2 * 2
    assert rows.columns.tolist() == ["food", "rule", *s.ROWS]
    row = summary[(summary.policy == "held") & (summary.outcome == "gam")].iloc[0]
    assert row["between_low"] == pytest.approx(0.110, abs=1e-6)
    assert row["between_high"] == pytest.approx(0.510, abs=1e-6)
    assert (row["lowest"], row["highest"]) == ("food a, rule c", "food b, rule d")
    assert row["within_median"] == pytest.approx(0.310, abs=1e-6)
    assert row["within_high"] - row["within_low"] == pytest.approx(0.0168, abs=2e-4)
    assert row["all_low"] < row["between_low"]
    assert row["all_high"] > row["between_high"]
    assert (row["decides"], row["decides_by"]) == ("food", pytest.approx(0.3, abs=1e-6))
    within, between = np.var(0.001 * np.arange(21)), np.var([0.1, 0.2, 0.4, 0.5])
    assert row["share_between"] == pytest.approx(between / (between + within), rel=1e-4)
    nothing = summary[(summary.policy == "held") & (summary.outcome == "queue")].iloc[0]
    assert nothing["decides"] == ""
    assert np.isnan(nothing["share_between"])


def test_the_structures_that_are_asked_for():
    named = s.structures()
    assert len(named) == 12
    assert "rationing none, adult protection low, adults hall" in named


def test_an_outcome_that_does_not_exist_is_said():
    play, override, _ = played(LEVEL)
    with pytest.raises(InputError, match="gamm"):
        s.sweep((), play, override, futures=2, days=[30], outcomes=["gamm"], choices=TWO)


def test_real_settings_reach_the_rules():
    """The settings are those that the scenario layer takes."""
    import corridor
    from small import small

    for choice in s.CHOICES.values():
        for settings in choice.values():
            changed = corridor.override(small(), settings)
            assert changed.rules or changed.parameters


def test_who_left_is_missed_by_who_was_there_and_never_by_more_than_there_were():
    """600 people miss half of their need; 598 leave in one day, the last two the day after: 300 a day before and after."""
    ds = run(futures=2, days=6)
    ds["energy_gap"] = xr.zeros_like(ds["days_below_need"])

    def set_(name, values):
        ds[name].loc[{"policy": "held", "condition": "calm", "future": 0, "place": "near", "day": ds["day"][PAST:]}] = (
            values
        )

    set_("people", [600, 600, 2, 0, 0, 0])
    set_("departures", [0, 0, 598, 2, 0, 0])
    set_("energy_gap", [300, 300, 300, 1, 0, 0])
    set_("intake", [875, 875, 875, 875, 0, 0])
    found = [value(ds, "energy_gap", day)[0, 0, 0] for day in range(1, 7)]
    assert found == pytest.approx([300, 600, 900, 1200, 1500, 1800])
    # 600 of 875 kcal and 400 of 1,750
    assert [value(ds, "intake", day)[0, 0, 0] for day in (2, 3, 4, 6)] == pytest.approx([1225] * 4)
    assert value(ds, "energy_gap", 6)[0, 0, 1] == 0.0


def test_food_that_nobody_counts_is_told_as_a_share_of_what_is_eaten():
    """600 eat 1,000 of 1,750 kcal, 350 of them found; 400 eat all, of which a tenth is found."""
    ds = run(futures=1, days=3)
    ds["extra"] = xr.zeros_like(ds["intake"])
    ds["extra"][...] = [0.2, 0.1]
    ds["intake"][...] = [1000.0, 1750.0]
    share = (600 * 350 + 400 * 175) / (600 * 1000 + 400 * 1750)
    assert value(ds, "uncounted", 2)[0, 0, 0] == pytest.approx(share, rel=1e-6)
    ds["extra"][...] = 0.8  # more than is eaten: all of it
    assert value(ds, "uncounted", 2)[0, 0, 0] == pytest.approx(
        (600 * 1000 + 400 * 1400) / (600 * 1000 + 400 * 1750), rel=1e-6
    )
