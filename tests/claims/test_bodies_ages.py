"""Who dies: young children in famine, the old among adults, and what death does to the wasting that surveys find."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodies import ALIKE, CHAIN, NO_GIVING, numbers, play
from corridor.engine.inputs import Input, draw
from corridor.rules.bodies import child_deaths

BASELINE = 1e-4
"""per 10,000"""


def usual_draws(futures, *, care):
    """Return every parameter as the engine draws it, the planning age structure as it stands; with `care` or without."""
    drawn = {}
    for rule in CHAIN:
        for q in rule.PARAMETERS:
            if q.low < q.high and not q.name.startswith("bodies.share") and (care or not q.name.startswith("care.")):
                source = Input(q.name, q.default, q.low, q.high, q.dist, q.minimum, q.maximum, q.unit)
                drawn[q.name] = draw(source, 1, np.arange(futures, dtype=np.uint32))
    return drawn


@pytest.mark.parametrize(
    ("share", "days", "care"),
    [
        (0.4, 120, False), (0.45, 120, False), (0.45, 180, False), (0.5, 150, False), (0.45, 120, True), (0.45, 180, True),
    ],
)  # fmt: skip
def test_under_fives_are_about_half_of_the_excess_deaths_of_a_famine(share, days, care):
    """Famine: wasting of 30 % and two deaths per 10,000 a day. Somalia 2011: 52 % of the dead; no outbreak is played."""
    drawn = usual_draws(150, care=care)
    record = play(np.full((150, days), share), drawn, people=1_000_000)
    excess = (record["deaths_expected"] - record["deaths_baseline"])[1:].sum(axis=0)
    usual = record["people_under5"][1:].sum(axis=0) * drawn["child_deaths.baseline"] * BASELINE
    young = record["deaths_under5"][1:].sum(axis=0) - usual
    rate = 1e4 * record["deaths_expected"][1:] / record["people"][1:]
    famine = (record["gam"].max(axis=0) >= 0.30) & (rate.max(axis=0) >= 2.0)
    assert famine.sum() > 30
    assert 0.35 <= young[famine].sum() / excess[famine].sum() <= 0.65


def test_deaths_by_age_and_sex_add_up():
    record = play(np.full(150, 0.45))
    parts = sum(record[f"deaths_{who}"][1:] for who in ("under5", "school", "men", "women"))
    assert parts == pytest.approx(record["deaths_expected"][1:], rel=1e-12)
    assert (record["deaths_old"] <= record["deaths_men"] + record["deaths_women"] + 1e-12).all()


def test_the_old_die_first():
    """Of those who live, a larger share starves among people of 60 and more than among younger adults, each day."""
    record = play(np.full(200, 0.5))
    younger, old = (1.0 - record["survived"][:, 0, :, age].mean(axis=(-2, -1)) for age in (0, 1))
    assert (old[30:] > 1.2 * younger[30:]).all() and old[100] > 1.5 * younger[100]


def test_death_takes_from_the_lower_tail():
    record = play(np.full(180, 0.5))
    found, had_none_died = record["gam"][180, 0], record["gam_had_none_died"][180, 0]
    assert 0.02 < had_none_died - found < 0.15


def test_published_risks_alone_thin_the_tail_by_little():
    """At a mean z-score about -1.5, as in the worst surveys, selection takes a point or two."""
    record = play(np.full(120, 0.66), NO_GIVING | ALIKE)
    assert record["whz"][120, 0] == pytest.approx(-1.5, abs=0.3)
    assert 0.001 < record["gam_had_none_died"][120, 0] - record["gam"][120, 0] < 0.02


@given(st.integers(0, 10_000))
def test_shares_of_the_living_stay_shares(seed):
    rng = np.random.default_rng(seed)
    shares = np.repeat(rng.uniform(0.1, 1.0, (8, 12)), 20, axis=1)
    changed = {"child_deaths.outbreak": rng.uniform(1, 8, 8), "deaths.births_balance": rng.uniform(0, 1, 8)}
    record = play(shares, NO_GIVING | changed)
    for name in child_deaths.Wasted._fields:
        assert (record[name] >= 0).all() and (record[name] <= 1).all()
    for less, more in (("sam", "gam"), ("gam", "mild")):
        assert (record[less] <= record[more] + 1e-12).all()


def test_where_nobody_dies_the_living_are_all():
    record = play(np.full(100, 0.6), {"child_deaths.infection": 1e-9, "child_deaths.baseline": 1e-9})
    assert record["gam"] == pytest.approx(record["gam_had_none_died"], abs=1e-6)


def test_selection_by_hand():
    """One band, two days: a tenth of the wasted die, then the threshold takes in as many again."""
    below = np.zeros((1, child_deaths.BANDS, 1))
    below[0, :2, 0] = 0.4, 0.2
    before, dead = below.copy(), np.zeros((1, child_deaths.BANDS + 1, 1))
    dead[0, :3, 0] = 0.03, 0.03, 0.02  # of all; of the 0.4 below -1; of the 0.2 below -2
    below[0, :2, 0] = 0.5, 0.3
    child_deaths.follow_the_dead(below, before, dead)
    # from -2 to -1 a twentieth is dead (0.01 of 0.2), above nobody
    assert dead[0, :3, 0] == pytest.approx([0.03, 0.03, 0.025])
    below[0, :2, 0] = 0.5, 0.15
    child_deaths.follow_the_dead(below, before, dead)
    assert dead[0, 2, 0] == pytest.approx(0.0125), "half of the wasted recover, and half of their dead with them"


def test_usual_infection_is_always_on_and_an_outbreak_is_a_switch():
    path = np.full(90, 0.5)
    none, usual, outbreak = (
        play(path, NO_GIVING | changed)["deaths_under5"][1:].sum()
        for changed in ({"child_deaths.infection": 0.2}, {}, {"child_deaths.outbreak": 3.0})
    )
    assert none < usual < outbreak
    assert numbers(1, {})["child_deaths.outbreak"] == 1.0
    fed = play(np.ones(30), {"child_deaths.outbreak": 2.0})
    assert (fed["deaths_under5"][1:] > fed["people_under5"][1:] * 0.2e-4).all(), "it kills the fed too"
