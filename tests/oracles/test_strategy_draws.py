"""Uncertain preferences: the law of the draws, stability counts against one draw at a time, planted hinges."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.strategy.choice.ahead import look_ahead
from corridor.strategy.choice.futures import choices_from_uniforms, outcome_chances
from corridor.strategy.choice.law import state_law
from corridor.strategy.choice.process import ChoiceDraws
from corridor.strategy.choice.wants import Wants, wants_of
from corridor.strategy.model.actors_file import Priors
from corridor.strategy.model.draws import SCALE, central_preferences, draw_preferences, utilities
from corridor.strategy.model.language import evaluate, parse
from corridor.strategy.model.model import Model, Package, Statement, lexicographic, package_targets
from corridor.strategy.model.space import Option, option_space
from corridor.strategy.stability.concepts import stability
from corridor.strategy.stability.frequencies import stability_frequencies
from corridor.strategy.stability.hinges import find_box, one_place_moves, terciles
from corridor.strategy.stability.propagate import CONCEPTS

WANTS = {
    "A": ["a if b", "!c", "a & !x", "x | b"],
    "B": ["b & a", "!b", "x -> c"],
    "C": ["c iff a", "!x", "c | b", "!c", "x"],
}


def conflict() -> Model:
    options = [Option("a", "A"), Option("x", "A", "up"), Option("b", "B"), Option("c", "C"), Option("d", "D")]
    space = option_space("ABCD", options, [{"a": True, "d": True}])
    values = {option.id: space.face[:, j] for j, option in enumerate(options)}
    statements = tuple(
        Statement(f"{actor}{n}", actor, parse(text), text, "", 0.3 + 0.1 * n)
        for actor, texts in WANTS.items()
        for n, text in enumerate(texts)
    )
    truth = np.array([evaluate(s.wants, values, len(space.states)) for s in statements])
    owner = np.array(["ABCD".index(s.actor) for s in statements], np.int32)
    payoff = np.array([lexicographic(truth[owner == i]) for i in range(4)])
    payoff[3] = values["d"] + values["b"]  # D ranks states directly
    packages = (Package("p", ("A", "B"), {"a": True, "b": True}, 1.0),)
    return Model("m", "", space, payoff, 0, packages, package_targets(space, packages), statements, truth, owner)


def test_the_first_draws_are_the_same_whatever_their_number_and_wherever_they_start() -> None:
    model = conflict()
    many, few = draw_preferences(model, Priors(), 50, 7), draw_preferences(model, Priors(), 5, 7)
    np.testing.assert_array_equal(many.weights[:5], few.weights)
    later = draw_preferences(model, Priors(), 10, 7, first=20)
    np.testing.assert_array_equal(many.weights[20:30], later.weights)
    assert (draw_preferences(model, Priors(), 5, 8).weights != few.weights).any()


def test_weights_fall_along_the_drawn_order_and_sum_to_one() -> None:
    model = conflict()
    draws = draw_preferences(model, Priors(), 400, 1)
    for i in range(3):
        own = model.of(i)
        order = np.argsort(draws.place[:, own], axis=1)
        assert (np.sort(draws.place[:, own], axis=1) == np.arange(own.size)).all()
        falling = np.take_along_axis(draws.weights[:, own], order, axis=1)
        assert (np.diff(falling, axis=1) <= 0).all()
        np.testing.assert_allclose(falling.sum(axis=1), SCALE, atol=own.size)


def test_mean_weights_are_those_of_the_uniform_law_on_ordered_shares() -> None:
    """The k-th largest of m uniform shares has mean (1/m) * sum of 1/j for j = k..m (broken stick)."""
    model = conflict()
    sure = Priors(rank_floor=0.0, rank_slope=0.0)
    draws = draw_preferences(model, sure, 20_000, 3)
    own = model.of(2)
    expected = np.array([sum(1 / j for j in range(k, 6)) / 5 for k in range(1, 6)])
    np.testing.assert_allclose(draws.weights[:, own].mean(axis=0) / SCALE, expected, atol=0.004)
    np.testing.assert_allclose(central_preferences(model).weights[0, own] / SCALE, expected, atol=1e-6)
    assert (draws.place[:, own] == np.arange(5)).all()


def test_weak_evidence_moves_a_statement_more() -> None:
    model = conflict()
    draws = draw_preferences(model, Priors(rank_floor=0.1, rank_slope=3.0), 4_000, 3)
    spread = [draws.place[:, j].std() for j in model.of(2)]
    strong = draw_preferences(model, Priors(rank_floor=0.1, rank_slope=0.5), 4_000, 3)
    assert all(strong.place[:, j].std() < s for j, s in zip(model.of(2), spread, strict=True))


def test_frequencies_are_the_mean_over_single_draws_on_any_number_of_threads() -> None:
    model = conflict()
    draws = draw_preferences(model, Priors(), 150, 2)
    mask = model.space.face[:, 0]
    found = stability_frequencies(model, draws, {"a": mask})
    utility = np.round(utilities(model, draws) * SCALE)
    utility[:, 3] = model.payoff[3]
    singles = [stability(model.space.graph, utility[d]) for d in range(150)]
    np.testing.assert_allclose(found.stable, np.mean([one.stable for one in singles], axis=0), atol=1e-12)
    np.testing.assert_allclose(found.equilibrium, np.mean([one.equilibrium for one in singles], axis=0), atol=1e-12)
    inside = np.array([(one.equilibrium & mask).sum(axis=1) for one in singles])
    np.testing.assert_array_equal(found.inside[:, :, 0], inside)
    alone = stability_frequencies(model, draws, {"a": mask}, threads=1)
    np.testing.assert_array_equal(alone.equilibrium, found.equilibrium)
    share, error = found.possible("smr")
    c = CONCEPTS.index("smr")
    assert share[0] == (inside[:, c] > 0).mean()
    assert error[0] == pytest.approx(np.sqrt(share[0] * (1 - share[0]) / 150))


def test_what_a_state_is_worth_to_who_does_not_look_ahead_is_the_sum_of_the_weights_that_hold() -> None:
    model = conflict()
    draws = draw_preferences(model, Priors(), 40, 2)
    choices = choices_from_uniforms(Priors(), np.ones(4), np.full((40, 5), 0.1), np.full((40, 4), 0.5))
    assert not choices.rounds.any()
    value, which = np.full((*model.payoff.shape, 40), np.nan), np.array([3, 8, 39])
    look_ahead(model.space.graph, wants_of(model), choices, draws.weights.T.copy() / SCALE, which, value)
    np.testing.assert_allclose(value[:, :, which], np.moveaxis(utilities(model, draws)[which], 0, -1), atol=1e-12)
    assert np.isnan(np.delete(value, which, axis=2)).all()


@pytest.mark.parametrize("passage", [True, False])
def test_the_law_of_many_draws_is_the_law_of_each(passage: bool) -> None:
    model = conflict()
    n = 40
    draws = draw_preferences(model, Priors(), n, 5)
    rng = np.random.default_rng(0)
    choices = choices_from_uniforms(Priors(), np.array([1.0, 0.5, 2.0, 1.0]), rng.random((n, 5)), rng.random((n, 4)))
    masks = {"x": model.space.face[:, 1], "b": model.space.face[:, 2]}
    found = outcome_chances(model, draws, choices, masks, 5, passage=passage)
    utility = utilities(model, draws)
    start = np.zeros(len(model.states))
    start[0] = 1.0
    every = np.repeat(np.arange(len(model.states), dtype=np.int32)[None], len(model.actors), axis=0)
    nothing = np.zeros((0, len(model.states))), np.zeros(0, np.int32)
    for d in range(n):
        ways = ChoiceDraws(*(np.ascontiguousarray(one[..., d : d + 1]) for one in choices))
        value = np.empty((*utility[d].shape, 1))
        wants = Wants(*nothing, utility[d].copy(), every)
        look_ahead(model.space.graph, wants, ways, np.zeros((0, 1)), np.arange(1), value)
        for o, mask in enumerate(masks.values()):
            law = state_law(model, value[:, :, 0], ways, start, 5, 1.0, mask if passage else None)
            np.testing.assert_allclose(found[d, o], law[:, mask].sum(axis=1), atol=1e-6)


def test_choice_draws_have_the_medians_of_the_priors() -> None:
    middle = choices_from_uniforms(Priors(), np.array([1.0, 0.25]), np.full((1, 5), 0.5), np.full((1, 2), 0.5))
    assert isinstance(middle, ChoiceDraws)
    assert middle.lam[0] == pytest.approx(20.0)
    assert middle.inertia[0] == pytest.approx(0.05 * 0.67449, rel=1e-4)
    assert middle.rate[:, 0].tolist() == pytest.approx([1.0, 0.25])
    sight = choices_from_uniforms(
        Priors(), np.ones(1), np.random.default_rng(1).random((9_000, 5)), np.full((9_000, 1), 0.5)
    )
    np.testing.assert_allclose(np.bincount(sight.rounds) / 9_000, [0.4, 0.4, 0.2], atol=0.02)
    assert sight.patience.mean() == pytest.approx(4 / 7, abs=0.01)


def test_a_planted_hinge_is_found_first() -> None:
    rng = np.random.default_rng(1)
    place = rng.integers(0, 9, (4_000, 6)).astype(np.int16)
    outcome = ((place[:, 2] <= 2) & (place[:, 4] >= 5)) | (rng.random(4_000) < 0.03)
    names = [f"s{j}" for j in range(6)]
    contrasts = terciles(place, outcome.astype(float), names)
    assert {contrasts[0].statement, contrasts[1].statement} == {"s2", "s4"}
    assert all(abs(c.difference) < 4 * c.error for c in contrasts[2:])
    box = find_box(place, outcome, names)
    assert set(box.limits) == {"s2", "s4"}
    assert box.limits["s2"][1] <= 3
    assert box.limits["s4"][0] >= 4
    assert box.density > 0.75
    assert box.coverage >= 0.5


def test_a_box_is_peeled_down_to_one_draw_in_twenty() -> None:
    place = np.arange(100, dtype=np.int16)[:, None]
    box = find_box(place, place[:, 0] >= 96, ["s"])  # 4 in 100: the fifth stays, since a twentieth of the draws must
    assert box.limits == {"s": (95.0, 99.0)}
    assert (box.density, box.coverage, box.mass) == pytest.approx((0.8, 1.0, 0.05))


def test_a_box_search_in_pure_chance_finds_little() -> None:
    rng = np.random.default_rng(2)
    place = rng.integers(0, 9, (2_000, 5)).astype(np.int16)
    box = find_box(place, rng.random(2_000) < 0.3, [f"s{j}" for j in range(5)])
    assert box.density < 0.45


def test_places_that_hardly_vary_still_have_two_sides() -> None:
    place = np.zeros((100, 2), np.int16)
    place[:10, 0] = 3
    outcome = (place[:, 0] == 3).astype(float)
    found = terciles(place, outcome, ["mostly first", "always first"])
    assert [c.statement for c in found] == ["mostly first"]
    assert found[0].difference == -1.0


def test_one_place_moves_are_what_a_second_solution_says() -> None:
    model = conflict()
    mask = {"b": model.space.face[:, 2]}
    flips = one_place_moves(model, mask, "smr")
    assert len(flips) == 3 + 2 + 4
    c = CONCEPTS.index("smr")
    before = stability(model.space.graph, model.payoff).equilibrium[c]
    for flip in flips:
        i = model.actors.index(flip.actor)
        own = [s.id for s in model.statements if s.actor == flip.actor]
        a, b = own.index(flip.passes), own.index(flip.statement)
        assert b == a + 1
        own[a], own[b] = own[b], own[a]
        rows = [next(j for j, s in enumerate(model.statements) if s.id == name) for name in own]
        payoff = model.payoff.copy()
        payoff[i] = (2.0 ** np.arange(len(rows) - 1, -1, -1)) @ model.truth[rows]
        after = stability(model.space.graph, payoff).equilibrium[c]
        assert (flip.gained, flip.lost) == (int((after & ~before).sum()), int((before & ~after).sum()))
    assert any(flip.gained + flip.lost for flip in flips)
