"""Energy from sack to body: need and spending are one number, every kcal is eaten or held, the dead close no gap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodies import ALIKE, CHAIN, begin, numbers, play
from corridor.rules.base import Today
from corridor.rules.bodies import body, need, shortfall

FUTURES = 12


def drawn(rng, *rules, futures=FUTURES):
    """Return the parameters of rules, drawn over their ranges."""
    found = {}
    for rule in rules:
        found |= {q.name: rng.uniform(q.low, q.high, futures) for q in rule.PARAMETERS if q.low < q.high}
    return found


@given(st.integers(0, 100_000))
def test_every_kcal_is_eaten_by_somebody_or_held(seed):
    """Sum over people = what was handed out, to 1e-9, in cold and crisis and with wasted children."""
    rng = np.random.default_rng(seed)
    changed = drawn(rng, *CHAIN) | {
        "sharing.crisis_cv": rng.uniform(0, 0.5, FUTURES), "bodies.temperature": rng.uniform(-10, 25, FUTURES),
        "bodies.temperature_swing": rng.uniform(-10, 15, FUTURES),
    }  # fmt: skip
    p = numbers(FUTURES, changed)
    shares = np.repeat(rng.uniform(0.1, 1.4, (FUTURES, 6)), 25, axis=1)
    record = play(shares, changed)
    school = 1.0 - p["bodies.share_children"] - p["bodies.share_adults"]
    parts = ("share_children", "kcal_child"), ("share_adults", "kcal_adult")
    eaten = sum(p[f"bodies.{share}"] * record[kcal][1:] for share, kcal in parts) + school * record["kcal_school"][1:]
    handed = record["intake"][1:]
    assert eaten + record["uneaten"][1:] == pytest.approx(handed, rel=1e-9)
    assert (record["uneaten"] >= 0).all()


@given(st.integers(0, 100_000))
def test_the_more_is_handed_out_the_less_is_missing_beyond_need_too(seed):
    """Groups with other rations, or a crisis, leave some short at full supply; more for everybody feeds some of them."""
    rng = np.random.default_rng(seed)
    fixed = {name: values[0] for name, values in drawn(rng, *CHAIN, futures=1).items()}
    shares = np.array([0.9, 1.0, 1.1, 1.3, 1.6, 3.0])
    record = play(np.repeat(shares[:, None], 20, axis=1), fixed | {"sharing.crisis_cv": rng.uniform(0.05, 0.5)})
    adults, uneaten = record["eaten_adult_mean"][-1], record["uneaten"][-1]
    assert (np.diff(adults) >= -1e-9).all() and (np.diff(uneaten[1:]) <= 1e-9).all()
    assert adults[-1] > adults[1] + 1e-3


def test_need_and_spending_are_one_number():
    rng = np.random.default_rng(1)
    changed = drawn(rng, need)
    p = numbers(FUTURES, changed)
    state = begin(CHAIN, p, 1000)
    of_sexes = state["adult_frame"][:, body.NEED]
    men = p["bodies.share_men"]
    of_adults = men * of_sexes[0] + (1.0 - men) * of_sexes[1]
    assert of_adults == pytest.approx(p["bodies.need_adults"], rel=1e-12)
    shares = {ages: p[f"bodies.share_{ages}"] for ages in ("under5", "5_9", "10_19")}
    adults = 1.0 - sum(shares.values())
    by_hand = shares["under5"] * 1285 + shares["5_9"] * 1855 + shares["10_19"] * 2302 + adults * of_adults
    assert p["intake.requirement"] == pytest.approx(by_hand, rel=1e-12)


def test_the_planning_structure_needs_about_the_planning_figure():
    """Planning table: 2,070 kcal before pregnancy and lactation, at light activity."""
    assert numbers(1, {})["intake.requirement"] == pytest.approx(2070, rel=0.01)


@pytest.mark.parametrize(("celsius", "kcal"), [(25, 0), (20, 0), (15, 100), (10, 200), (5, 300), (0, 400), (-20, 400)])
def test_cold_adds_a_hundred_kcal_per_five_degrees(celsius, kcal):
    assert need.cold_need(celsius) == pytest.approx(kcal)


def test_what_is_felt_of_the_cold_is_a_share_of_the_planning_figure():
    felt = np.array([0.0, 0.3, 0.65, 1.0])
    p = numbers(felt.size, {"bodies.temperature": 5.0, "bodies.cold_felt": felt})
    state = begin((need,), p, 1000)
    need.RULE.step(None, state, p, Today(0, 0, np.zeros(1, np.uint32)))
    assert state["cold"] == pytest.approx(1.0 + felt * 300 / p["intake.requirement"])


def test_the_coldest_month_is_january_and_july_in_the_south():
    for swing, day in ((15.0, 20), (-15.0, 203)):
        p = numbers(1, {"bodies.temperature": 10.0, "bodies.temperature_swing": swing, "bodies.cold_felt": 1.0})
        state = begin((need,), p, 1000)
        cold = []
        for today in range(365):
            need.RULE.step(None, state, p, Today(today, 0, np.zeros(1, np.uint32)))
            cold.append(state["cold"][0])
        assert abs(int(np.argmax(cold)) + 1 - day) <= 1 or max(cold) == pytest.approx(cold[day - 1])
        assert cold[day - 1] == pytest.approx(1 + 400 / p["intake.requirement"][0])


@pytest.mark.parametrize(
    "kcal",
    [
        pytest.param(900.0, marks=pytest.mark.xfail(
            strict=True,
            reason="0.2 points of weight: activity has nearly ceased, and thermogenesis (Hall 2011) takes 14 % of a larger deficit",
        )),
        1350.0, 1600.0, 1900.0,
    ],
)  # fmt: skip
@given(st.integers(0, 1000))
def test_more_activity_never_lowers_the_loss_at_given_kcal(kcal, seed):
    """At given kcal a head of the population, who then share them as they will."""
    rng = np.random.default_rng(seed)
    levels = np.linspace(1.4, 2.0, 13)
    changed = {name: values[0] for name, values in drawn(rng, need, futures=1).items()}
    changed |= {"bodies.activity_level": levels, "sharing.adult_protection": rng.uniform(0.2, 0.6)}
    shares = kcal / numbers(levels.size, changed)["intake.requirement"]
    record = play(np.repeat(np.minimum(1.0, shares)[:, None], 180, axis=1), changed)
    for day in (30, 90, 180):
        assert (np.diff(record["weight_change"][day]) <= 1e-9).all()


@pytest.mark.parametrize("protection", [0.2, 0.4, 0.6])
def test_busier_people_of_a_besieged_city_lose_no_less(protection):
    """1,272 kcal a head, Sarajevo 1992-93, bodies of the world mean; of drawn bodies one in 25 fails by 0.03 %."""
    levels = np.linspace(1.4, 2.0, 13)
    changed = {"bodies.activity_level": levels, "sharing.adult_protection": protection}
    shares = 1272.0 / numbers(levels.size, changed)["intake.requirement"]
    record = play(np.repeat(shares[:, None], 180, axis=1), changed)
    assert (np.diff(record["weight_change"][[30, 90, 180]], axis=1) <= 1e-9).all()


def test_colder_people_lose_more_at_given_kcal():
    celsius = np.array([20.0, 15.0, 10.0, 5.0, 0.0])
    changed = {"bodies.temperature": celsius, "bodies.cold_felt": 1.0}
    warm = numbers(celsius.size, changed)["intake.requirement"]
    shares = 1500.0 / (warm + [need.cold_need(t) for t in celsius])
    record = play(np.repeat(shares[:, None], 120, axis=1), changed)
    assert record["intake"][1:] == pytest.approx(1500.0)
    assert (np.diff(record["weight_change"][120]) < 0).all()
    assert (np.diff(record["whz"][120]) < 0).all()


def test_full_supply_in_the_cold_changes_nothing():
    record = play(np.ones(365), {"bodies.temperature": 5.0, "bodies.temperature_swing": 15.0})
    assert abs(record["weight_change"]).max() < 1e-9 and record["deaths"].sum() == 0
    assert abs(record["whz"] - record["whz"][0]).max() < 1e-9


def test_the_inequality_that_a_crisis_adds_acts_at_full_supply():
    record = play(np.ones((2, 240)), {"sharing.crisis_cv": [0.0, 0.3]})
    assert record["eaten_adult_mean"][200] == pytest.approx([1.0, 0.86], abs=0.03)
    assert record["uneaten"][200, 0] == 0.0 < 100 < record["uneaten"][200, 1], "held by those who have too much"
    assert record["deaths_starvation"][:, 0].sum() == 0.0
    assert record["weight_change"][200, 1] < -0.02


def test_prices_keep_access_unequal_after_supply_is_back():
    record = play(np.repeat([0.5, 1.0], [90, 60])[None].repeat(2, 0), {"sharing.price_effect": [0.0, 0.5]})
    after = record["eaten_adult_mean"][92:]
    assert after[:, 0] == pytest.approx(1.0, abs=1e-12)
    assert after[0, 1] < 0.985 and after[-1, 1] > after[0, 1] + 0.01, "prices fall slowly"


def gap_of(shares, changed=None):
    """Play the chain and the rule of the shortfall; return days of food missing and deaths a day, (day, future)."""
    shares = np.atleast_2d(shares)
    p = numbers(shares.shape[0], changed or {})
    rules = (*CHAIN, shortfall)
    state = begin(rules, p, 100_000)
    found = []
    for day in range(shares.shape[1]):
        state["intake"][0] = shares[:, day] * p["intake.requirement"]
        for rule in rules:
            rule.RULE.step(None, state, p, Today(day, 0, np.arange(shares.shape[0], dtype=np.uint32)))
        names = ("energy_gap", "days_below_need", "below_requirement", "deaths", "people")
        found.append([state[name][0].copy() for name in names])
        state["people"] -= state["deaths"]
    return np.moveaxis(np.array(found, dtype=float), 1, 0)


def test_a_gap_does_not_close_by_deaths():
    gap, below, alive_below, deaths, people = gap_of(np.full((1, 300), 0.35), ALIKE)
    dead = np.concatenate([[0], np.cumsum(deaths[:, 0])[:-1]])
    assert dead[-1] > 10_000
    assert alive_below[-1] == pytest.approx(people[-1], rel=1e-6), "all who live are short"
    assert below[:, 0] == pytest.approx(alive_below[:, 0] + dead)
    assert (np.diff(below[:, 0]) >= -1e-6).all() and below[-1] == pytest.approx(100_000)
    assert gap[:, 0] == pytest.approx(0.65 * people[:, 0] + dead, rel=1e-6)


def test_an_eaten_need_leaves_no_gap_however_thin_people_are():
    gap, _, _, _, _ = gap_of(np.repeat([0.7, 1.0], [120, 10]), ALIKE | {"deaths.births_balance": 1.0})
    assert gap[100, 0] == pytest.approx(30_000, rel=0.01)
    assert gap[-1, 0] < 0.02 * gap[100, 0], "what is left are the dead"
