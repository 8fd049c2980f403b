"""What the chain of the bodies is known to miss: off, it changes no byte; on, it only harms, and more food never harms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodies import CHAIN, NO_CARE, play
from corridor.engine.inputs import Input, draw
from corridor.rules.bodies import care, deaths, inequality

WITHOUT = tuple(rule for rule in CHAIN if rule is not care)
FUTURES = 8


def path(rng, days=120):
    """Return (future, day) shares of need: steps of a fortnight, each future with its own level."""
    return np.repeat(rng.uniform(0.3, 1.1, (FUTURES, -(-days // 14))), 14, axis=1)[:, :days]


def usual(name, futures):
    """Return a parameter of `care` as the engine draws it."""
    q = next(q for q in care.PARAMETERS if q.name == name)
    source = Input(q.name, q.default, q.low, q.high, q.dist, q.minimum, q.maximum, q.unit)
    return draw(source, 1, np.arange(futures, dtype=np.uint32))


@pytest.mark.parametrize("exposed", [0.0, 1.0])
def test_at_zero_it_changes_no_byte(exposed):
    shares = path(np.random.default_rng(1))
    alike = {"deaths.camp_usual": 1.0}  # all exposed means a camp, which has usual deaths of its own
    with_rule = play(shares, NO_CARE | alike | {"care.exposed": exposed})
    without = play(shares, alike, rules=WITHOUT)
    for name, values in without.items():
        assert np.array_equal(values, with_rule[name]), name


@given(seed=st.integers(0, 10_000), exposed=st.just(0.0) | st.floats(0.0, 1.0))
def test_more_food_never_means_more_illness_and_illness_only_harms(seed, exposed):
    rng = np.random.default_rng(seed)
    less = path(rng)
    more = less + rng.uniform(0, 0.3, less.shape) * (rng.random(less.shape) < 0.5)
    numbers = {
        "care.exposed": exposed, "care.illness": rng.uniform(0, 1.5, FUTURES),
        "care.infection": rng.uniform(1, 10, FUTURES), "care.unsaid": rng.uniform(0, 1, FUTURES),
        "bodies.share_men": rng.uniform(0.45, 0.95, FUTURES),
        "care.sets_in": rng.uniform(0.02, 1, FUTURES),
    }  # fmt: skip
    hungry, fed, spared = play(less, numbers), play(more, numbers), play(less, numbers | NO_CARE)
    for name in ("mild", "gam", "sam"):
        assert (fed[name] <= hungry[name] + 1e-12).all(), name
        assert ((0.0 <= hungry[name]) & (hungry[name] <= 1.0)).all(), name
    assert (hungry["gam_had_none_died"] >= spared["gam_had_none_died"] - 1e-12).all()
    for more_harm, less_harm in ((hungry, fed), (hungry, spared)):
        assert (np.cumsum(more_harm["deaths"], axis=0) >= np.cumsum(less_harm["deaths"], axis=0)).all()
    assert np.array_equal(hungry["child_z"] <= spared["child_z"], np.ones_like(hungry["child_z"], dtype=bool))


def test_a_camp_on_adequate_rations_wastes_by_five_to_twenty_percent():
    """Surveys of camps with a full ration find acute malnutrition of 5-15 %; the middle future lies there."""
    futures = 200
    record = play(np.full((futures, 120), 0.95), {"care.exposed": 1.0, "care.illness": usual("care.illness", futures)})
    assert 0.05 < np.median(record["gam"][120]) < 0.20
    at_home = play(np.full(120, 1.0), {"care.illness": 1.0, "care.infection": 5.0})
    assert at_home["gam"][120, 0] == at_home["gam"][0, 0] and at_home["deaths"].sum() == 0, "the fed are not exposed"


def test_a_blockade_exposes_people_where_the_case_does_not_say_it():
    """By what no longer comes, at once where that is much, and never where nothing is missing."""
    illness = {"care.illness": 1.0, "care.infection": 4.0, "care.unsaid": 0.6, "care.sets_in": 0.3}
    shares = np.repeat([[1.0], [0.97], [0.85], [0.7]], 150, axis=1)
    told, spared = play(shares, illness), play(shares, illness | {"care.unsaid": 0.0})
    more = (told["gam"] - spared["gam"])[150]
    assert more[0] == 0.0
    assert more[1] < 0.02
    assert (np.diff(more) > 0).all()
    assert more[3] > 0.05
    stated, silent = (play(shares, illness | {"care.exposed": 0.4, "care.unsaid": unsaid}) for unsaid in (0.2, 1.0))
    assert np.array_equal(stated["gam"], silent["gam"]), "what the case states stands"


def exposure(intake, unmet, **said):
    """Return (future,) who is exposed in the end, by what is eaten and what does not come, shares of need."""
    futures = len(unmet)
    state = {name: np.zeros((1, futures)) for name in ("exposure", "contagion", "illness")}
    state |= {"infection": np.ones((1, futures)), "cold": np.ones(futures)}
    state |= {"intake": 2000.0 * np.array([intake]), "unmet": np.array([unmet])}
    inputs = {q.name: np.full(futures, q.default) for q in care.PARAMETERS}
    inputs |= {"intake.requirement": np.full(futures, 2000.0), "bodies.share_men": np.full(futures, 0.49)}
    inputs |= {name.replace("_", ".", 1): np.full(futures, value) for name, value in said.items()}
    for _ in range(400):
        care.RULE.step(None, state, inputs, None)
    return state["exposure"][0]


def test_food_that_people_make_up_brings_no_medicine():
    """Two towns eat alike; in one of them less comes, and people make up for it: there more are exposed."""
    little, much = exposure([0.9, 0.9], [0.1, 0.3])
    assert much > 1.5 * little > 0.1


@pytest.mark.parametrize("who", [{"care_exposed": 0.8}, {"care_exposed": 0.0, "bodies_share_men": 0.95}])
def test_where_food_comes_exposure_acts_by_what_is_supplied(who):
    """By hand: 0.4 of it where all comes, 0.7 where half of what exposes all does not, all of it where less comes."""
    share = who["care_exposed"] or 1.0
    eaten = np.array([1.0, 0.85, 0.6])
    found = exposure(eaten, 1.0 - eaten, care_supplied=0.4, care_sets_in=0.3, care_unsaid=0.0, **who)
    assert found == pytest.approx(1.0 - (1.0 - share * np.array([0.4, 0.7, 1.0])) * eaten, rel=1e-4)


GARRISON = {"bodies.share_men": 0.95, "deaths.crude_baseline": 0.2, "child_deaths.baseline": 0.0}


def test_a_packed_garrison_dies_at_the_rate_of_recorded_ones_fed_or_hungry():
    """Recorded garrisons and camps of men lose 1 to 20 per 10,000 a day to disease; their baseline is a tenth of one."""
    rates = []
    for share in (1.0, 0.7):
        record = play(np.full(150, share), GARRISON | {"care.infection": 2.5})
        men = 100_000 * 0.558 * 0.95
        rates.append(record["deaths_men"][60:, 0].mean() / men * 1e4)
        families = play(np.full(150, share), GARRISON | {"care.infection": 2.5, "bodies.share_men": 0.6})
        assert families["deaths_men"][60:, 0].mean() < 0.25 * record["deaths_men"][60:, 0].mean()
        spared = play(np.full(150, share), GARRISON)
        assert spared["deaths_men"][60:, 0].mean() < 0.2 * record["deaths_men"][60:, 0].mean()
    assert 1.0 < rates[0] < rates[1] < 20.0


def test_a_garrison_is_exposed_unless_the_case_says_that_few_are():
    hazard = GARRISON | {"care.infection": 3.0}
    said = {
        exposed: play(np.ones(120), hazard | {"care.exposed": exposed})["deaths_men"][1:].sum()
        for exposed in (0.0, 0.2, 1.0)
    }
    assert said[0.0] == pytest.approx(said[1.0], rel=1e-12)
    assert said[0.2] < 0.4 * said[1.0]


def test_adults_of_a_camp_die_at_the_rates_of_recorded_camps_and_those_of_a_town_do_not():
    """Fed camps have lost from a few tenths to more than ten of 10,000 adults a day in their first months."""
    futures = 400
    drawn = {
        name: draw(
            Input(q.name, q.default, q.low, q.high, q.dist, q.minimum, q.maximum, q.unit),
            1,
            np.arange(futures, dtype=np.uint32),
        )
        for name, q in ((q.name, q) for q in (*care.PARAMETERS, *deaths.PARAMETERS))
        if name in {"care.infection", "deaths.camp"}
    }
    full, fed = 100_000 * 0.558, np.ones((futures, 90))

    def rate(exposed, camp):
        record = play(fed, {"care.exposed": exposed, "care.infection": drawn["care.infection"], "deaths.camp": camp})
        return (record["deaths_men"] + record["deaths_women"])[1:].mean(axis=0) / full * 1e4

    low, middle, high = np.quantile(rate(1.0, drawn["deaths.camp"]), [0.05, 0.5, 0.95])
    assert low < 0.6 < middle < 2.0 < 5.0 < high
    assert np.array_equal(rate(0.8, drawn["deaths.camp"]), rate(0.8, 0.0)), "a town"
    assert (rate(0.9, 1.0) >= rate(0.9, 0.0)).all()


def test_infection_comes_sooner_than_wasting():
    """Of both, what a camp comes to after a year: half of infection is there within two weeks, half of illness is not."""
    record = {
        days: play(np.ones((1, days)), {"care.exposed": 1.0, "care.illness": 1.0, "care.infection": 4.0})
        for days in (14, 360)
    }
    died, wasted = (
        np.array([record[days][name][days, 0] - start for days in (14, 360)])
        for name, start in (("deaths_under5", record[14]["deaths_under5"][1, 0]), ("gam", record[14]["gam"][0, 0]))
    )
    assert died[0] > 0.5 * died[1]
    assert 0.0 < wasted[0] < 0.4 * wasted[1]


def test_infection_kills_the_exposed_of_all_ages_and_hides_no_wasting():
    fed = play(np.ones(120), {"care.exposed": 1.0, "care.illness": 0.0, "care.infection": 3.0})
    usual_deaths, died = fed["deaths_baseline"][1:].sum(), fed["deaths_expected"][1:].sum()
    assert 1.5 * usual_deaths < died < 9.0 * usual_deaths
    assert fed["deaths_men"][1:].sum() > 0 and fed["deaths_starvation"].sum() == 0
    assert fed["gam"][120, 0] == pytest.approx(fed["gam_had_none_died"][120, 0], rel=1e-9)


def test_deaths_of_the_fed_leave_nobody_short():
    """Shares of the living that add up to one but for rounding make no shortage, and so no prices."""
    size = np.full((1, 5, 1), 0.2) * (1.0 - 1e-15)
    eaten, scarcity, one = np.ones((1, 5, 1)), np.zeros((1, 1)), np.ones(1)
    widened = inequality.Widened(*(np.zeros((1, 1)) for _ in range(3)))
    market = inequality.Market(np.zeros((1, 1)), 0.0 * one, 0.2 * one, 0.25 * one, 30.0 * one)
    inequality.widen_by_crisis(market, 0.2 * one, inequality.SCORES, scarcity, np.ones((1, 1)), size, eaten, widened)
    assert scarcity[0, 0] == widened.spread[0, 0] == 0.0
    assert inequality.share_below(1.0, 0.2, float(widened.spread[0, 0]), 1.0) == 0.0


def test_care_that_fails_is_not_counted_twice():
    """In a fed camp children die by the factor as adults do; among the wasted it tells where it passes no treatment."""
    camp = {"care.exposed": 1.0, "care.supplied": 1.0, "care.illness": 0.0, "care.infection": 3.0}
    camp |= {"deaths.camp_usual": 1.0}
    died, usual_deaths = (
        play(np.ones(200), camp)[name][150:, 0].sum() for name in ("deaths_under5", "deaths_baseline")
    )
    children = play(np.ones(200), camp)["people_under5"][150:, 0].sum() * 0.2e-4
    assert died == pytest.approx(3.0 * children, rel=0.02)
    assert died < usual_deaths * 3.0
    hungry = np.full((3, 150), 0.5)
    young = play(hungry, camp | {"care.infection": [1.0, 2.0, 8.0]})["deaths_under5"]
    none, some, much = young[1:].sum(axis=0)
    assert 1.0 < some / none < 1.2, "0.2 before the crisis, twice that, and 0.6 without treatment"
    assert much > 1.5 * none


def test_eighty_percent_intervals_hold_blockades_that_differ_by_what_is_missed():
    """Truths drawn as blockades differ lie in the intervals of the rules; without `care` they would not."""
    futures, worlds = 128, 40
    rng = np.random.default_rng(5)
    truths = {
        "care.exposed": np.ones(worlds), "care.illness": np.clip(rng.normal(0.5, 0.4, worlds), 0.0, None),
        "care.infection": np.exp(np.clip(rng.normal(0.95, 0.65, worlds), 0.0, None)),
    }  # fmt: skip
    shares = 0.75
    drawn = {name: usual(name, futures) for name in ("care.illness", "care.infection")} | {"care.exposed": 1.0}
    happened = play(np.full((worlds, 150), shares), truths)
    for on, asked in ((drawn, (0.65, 0.95)), ({"care.exposed": 1.0} | NO_CARE, (0.0, 0.35))):
        told = play(np.full((futures, 150), shares), on)
        inside = []
        for name in ("gam", "deaths_expected"):
            low, high = np.quantile(told[name][150], [0.1, 0.9])
            inside.append(np.mean((low <= happened[name][150]) & (happened[name][150] <= high)))
        assert asked[0] <= np.mean(inside) <= asked[1], on


def test_eighty_percent_intervals_of_silent_folders_hold_blockades_that_differ_by_who_is_exposed():
    """As above, with who is exposed as planners stated it of blockades, and a folder that does not say it."""
    futures, worlds = 128, 60
    rng = np.random.default_rng(7)
    truths = {
        "care.exposed": rng.triangular(0.24, 0.74, 1.0, worlds), "care.illness": np.clip(rng.normal(0.5, 0.4, worlds), 0.0, None),
        "care.infection": np.exp(np.clip(rng.normal(0.95, 0.65, worlds), 0.0, None)),
    }  # fmt: skip
    drawn = {name: usual(name, futures) for name in ("care.illness", "care.infection", "care.unsaid", "care.sets_in")}
    happened = play(np.full((worlds, 150), 0.75), truths)
    for told, asked in ((drawn, (0.65, 0.95)), (drawn | {"care.unsaid": 0.0}, (0.0, 0.6))):
        record = play(np.full((futures, 150), 0.75), told)
        inside = []
        for name in ("gam", "deaths_expected"):
            low, high = np.quantile(record[name][150], [0.1, 0.9])
            inside.append(np.mean((low <= happened[name][150]) & (happened[name][150] <= high)))
        assert asked[0] <= np.mean(inside) <= asked[1]
