from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodies import Person, begin, numbers
from corridor.rules.bodies import adults, adults_reduced, body, need, sharing
from oracles import hall

paths = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=60)
people = st.builds(Person, st.floats(45, 110), st.floats(1.5, 1.9), st.integers(20, 70), st.booleans()).filter(
    lambda person: person.fat > 3.0
)


@given(people, paths, st.floats(0.0, 1.2), st.floats(7, 28))
def test_kernel_is_the_literal_model(person, path, phi, tau):
    ours, fat, _ = person.live(path, response=phi, lag=tau)
    theirs = hall.live(
        person.weight, person.height, person.age, person.man, path, phi=phi, tau=tau, water=False
    )  # fmt: skip
    if fat.min() > 0.6:
        assert ours == pytest.approx(theirs, rel=1e-9)


@given(people, paths, st.floats(0.3, 8.0), st.floats(0.0, 1.0))
def test_energy_is_accounted_for(person, path, floor, thrift):
    """Stored energy is eaten less spent, with spending worked out from the state, at the fat floor too."""
    floor = min(floor, person.fat)
    phi, tau = 1.1, 21.0
    _, fat, lean = person.live(path, response=phi, lag=tau, floor=floor, thrift=thrift)
    F, L = np.append(person.fat, fat), np.append(person.weight - person.fat, lean)
    rest = person.need - body.LEAN_UPKEEP * L[0] - body.FAT_UPKEEP * F[0] - person.move * person.weight
    x = heat = 0.0
    for t, share in enumerate(path):
        x += (1 - share - x) / tau
        heat += (0.14 * (share - 1) * person.need - heat) / 14
        dF, dL = F[t + 1] - F[t], L[t + 1] - L[t]
        spent = rest * (1.0 - thrift + thrift * (F[t] + L[t]) / person.weight)
        spent += body.FAT_UPKEEP * F[t] + body.LEAN_UPKEEP * L[t]
        spent += person.move * max(0.0, 1 - phi * x) * (F[t] + L[t]) + 0.1 * (share - 1) * person.need + heat
        spent += body.FAT_COST * dF + body.LEAN_COST * dL
        stored = body.FAT_ENERGY * dF + body.LEAN_ENERGY * dL
        if L[t + 1] > body.LEAN_FLOOR * L[0] * (1 + 1e-12):
            assert stored == pytest.approx(share * person.need - spent, abs=1e-6)


@given(people, paths)
def test_bounds(person, path):
    weight, fat, lean = person.live([0.0] * 100 + path + [0.0] * 300)
    assert fat.min() >= 0.6
    assert lean.min() >= body.LEAN_FLOOR * (person.weight - person.fat) - 1e-12
    assert weight.max() <= person.weight


@pytest.mark.parametrize("rule", [adults, adults_reduced])
@given(person=people, path=paths, more=st.data())
def test_more_food_never_means_less_weight(rule, person, path, more):
    extra = more.draw(st.lists(st.floats(0.0, 1.0), min_size=len(path), max_size=len(path)))
    better = [a + (1 - a) * b for a, b in zip(path, extra, strict=True)]
    after = [1.0] * 30
    low, _, _ = person.live(path + after, rule=rule)
    high, _, _ = person.live(better + after, rule=rule)
    assert (high >= low - 1e-9).all()


def mixed(cells, share):
    """Return (..., quantile, future) cells of which `share` (future,) moves to the mean of the quantiles."""
    return (1 - share) * cells + share * cells.mean(axis=-2, keepdims=True)


@pytest.mark.parametrize("rule", [adults, adults_reduced])
@given(seed=st.integers(0, 10_000))
def test_ranks_mix_before_the_day_is_lived(rule, seed):
    """Cells mixed by hand and lived without mixing are the cells that the rule mixes; sums over quantiles stay."""
    rng = np.random.default_rng(seed)
    share = rng.uniform(0, 1, 4) * (rng.random(4) < 0.8)
    p = numbers(4, {"adults.rank_mixing": share})
    ours = begin((need, sharing, rule), p, 1000, places=2)
    for name in ("fat", "lean", "heat", "idle", "eaten_adult"):
        if name in ours:
            ours[name] *= rng.uniform(0.5, 1.0, ours[name].shape)
    theirs = {name: array.copy() for name, array in ours.items()}
    theirs["adult_frame"][:, body.MIXING] = 0.0
    for name in ("fat", "lean", "heat", "idle"):
        if name in ours:
            theirs[name] = mixed(ours[name], share)
            assert theirs[name].sum(axis=-2) == pytest.approx(ours[name].sum(axis=-2), abs=1e-9)
    for state in (ours, theirs):
        rule.RULE.step(None, state, p, None)
    for array in rule.RULE.states[1:]:
        assert ours[array.name] == pytest.approx(theirs[array.name], rel=1e-12, abs=1e-12), array.name


def test_reduced_rule_is_its_exponential():
    """A constant deficit d for t days: W - W0 = -d tau / rho (1 - (1 - 1/tau)^t)."""
    person = Person(75, 1.75, 40, True)
    density, lag, ratio = adults_reduced.constants(person.fat, person.move)
    assert ratio == pytest.approx(10.4 / person.fat)
    weight, _, _ = person.live([0.9] * 200, rule=adults_reduced)
    expected = 75 - 0.1 * person.need * lag / density * (1 - (1 - 1 / lag) ** 200)
    assert weight[-1] == pytest.approx(expected, rel=1e-12)


def test_start_is_in_balance_and_of_the_given_index():
    p = numbers(2, {"bodies.bmi_men": [21.0, 28.0]})
    state = begin((need, sharing, adults), p, 1000, places=3)
    assert state["bmi"][:, 0] == pytest.approx(np.broadcast_to([21.0, 28.0], (3, 5, 2)))
    assert (state["fat"] > 2 * 0.6).all()
    before = {array.name: state[array.name].copy() for array in adults.RULE.states}
    adults.RULE.step(None, state, p, None)
    for name, array in before.items():
        assert state[name] == pytest.approx(array, abs=1e-12), name
    needs = state["adult_frame"][:, body.NEED, 0]
    assert needs[0] > needs[1], "men need more than women: labels are not swapped"
    assert 1500 < needs[1] < needs[0] < 3200, "kcal/day"
