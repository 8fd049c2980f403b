"""The choice process: sampled paths against the exact law, foresight against recursion, logit against Gambit."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from corridor.strategy.choice.law import state_law
from corridor.strategy.choice.process import NOBODY, choose, look_ahead, move_weights, offers_of, replies
from corridor.strategy.model.model import Model, Package, package_targets
from corridor.strategy.model.space import Option, option_space
from gambit_case import gambit, game_of, mixed

RATE, WEEKS = np.array([2.0, 0.7]), 0.5
LAM, INERTIA, COST = 3.0, 0.1, 0.2


def conflict() -> Model:
    """Two actors, four options, one of them one-way, and one package that more offers meet while b is taken."""
    options = [Option("a", "A"), Option("once", "A", "up"), Option("b", "B"), Option("c", "B")]
    space = option_space(["A", "B"], options, [{"once": True, "c": True}])
    packages = (Package("deal", ("A", "B"), {"a": True, "b": False}, 0.8, {"b": 2.0}),)
    payoff = np.random.default_rng(5).random((2, len(space.states)))
    return Model("m", "", space, payoff, 0, packages, package_targets(space, packages))


def sampled(model: Model, futures: int, steps: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    one = np.ones(futures)
    value = np.broadcast_to(model.payoff, (futures, *model.payoff.shape)).copy()
    state = np.zeros(futures, np.int32)
    moved = np.empty((futures, 3), np.int32)
    path = [state.copy()]
    for _ in range(steps):
        before = state.copy()
        u = rng.random((3, futures, 3))
        rates = np.broadcast_to(RATE, (futures, 2)).copy()
        who = (LAM * one, INERTIA * one, COST * one, rates)
        choose(model.space.graph, offers_of(model), value, *who, WEEKS, *u, state, moved)
        assert (before[(moved == NOBODY).all(axis=1)] == state[(moved == NOBODY).all(axis=1)]).all()
        path.append(state.copy())
    return np.array(path)


def test_sampled_paths_follow_the_exact_law() -> None:
    model, futures, steps = conflict(), 40_000, 4
    start = np.zeros(len(model.states))
    start[0] = 1.0
    law = state_law(model.space.graph, offers_of(model), model.payoff, LAM, INERTIA, COST, RATE, start, steps, WEEKS)
    np.testing.assert_allclose(law.sum(axis=1), 1.0, rtol=1e-12)
    path = sampled(model, futures, steps, 1)
    for n in range(steps + 1):
        share = np.bincount(path[n], minlength=len(model.states)) / futures
        error = np.sqrt(law[n] * (1 - law[n]) / futures)
        assert (np.abs(share - law[n]) <= 5 * error + 1e-12).all(), n
    assert law[-1].max() < 0.9  # the comparison is about something


@pytest.mark.parametrize("gains", [(1.0, 1.0), (1.0, -0.2), (1.0, -50.0), (-50.0, 1.0)])
def test_a_package_needs_every_member(gains: tuple[float, float]) -> None:
    space = option_space(["A", "B", "C"], [Option("a", "A"), Option("b", "B")], [])
    packages = (Package("deal", ("A", "B"), {"a": True, "b": True}, 2.0),)
    here = next(s for s in range(4) if not space.face[s].any())
    there = next(s for s in range(4) if space.face[s].all())
    payoff = np.zeros((3, 4))
    payoff[:, there] = (*gains, -50.0)  # C loses much, and is no member
    model = Model("m", "", space, payoff, here, packages, package_targets(space, packages))
    futures = 40_000
    one, rng = np.ones(futures), np.random.default_rng(7)
    state, moved = np.full(futures, here, np.int32), np.empty((futures, 4), np.int32)
    value = np.broadcast_to(payoff, (futures, *payoff.shape)).copy()
    nobody_moves_alone = np.zeros((futures, 3))
    choose(
        space.graph, offers_of(model), value, LAM * one, INERTIA * one, COST * one, nobody_moves_alone, WEEKS,
        *rng.random((3, futures, 4)), state, moved,
    )  # fmt: skip
    agree = [1 / (1 + np.exp(-LAM * (gain - INERTIA))) for gain in gains]
    expected = (1 - np.exp(-2.0 * WEEKS)) * agree[0] * agree[1]
    assert (state == there).mean() == pytest.approx(expected, abs=5 * np.sqrt(expected / futures) + 1e-9)
    assert set(state.tolist()) <= {here, there}


def test_first_passage_is_never_less_than_being_there() -> None:
    model = conflict()
    start = np.zeros(len(model.states))
    start[0] = 1.0
    there = model.space.face[:, 2]
    common = (model.space.graph, offers_of(model), model.payoff, LAM, INERTIA, COST, RATE, start, 6, WEEKS)
    now = state_law(*common)[:, there].sum(axis=1)
    ever = state_law(*common, passage=there)[:, there].sum(axis=1)
    assert (ever >= now - 1e-12).all()
    assert (np.diff(ever) >= -1e-12).all()
    assert ever[-1] > now[-1] + 0.01
    path = sampled(model, 40_000, 6, 2)
    seen_at_step_ends = np.maximum.accumulate(there[path], axis=0).mean(axis=1)
    assert (seen_at_step_ends <= ever + 0.01).all()


def test_the_law_with_a_random_order_is_the_mean_over_orders() -> None:
    model = conflict()
    start = np.full(len(model.states), 1 / len(model.states))
    common = (model.space.graph, offers_of(model), model.payoff, LAM, INERTIA, COST, RATE, start, 1, WEEKS)
    mean = np.mean([state_law(*common, order=order)[1] for order in permutations(range(3))], axis=0)
    np.testing.assert_allclose(state_law(*common)[1], mean, rtol=1e-12)


def replies_by_definition(model: Model, value: np.ndarray, actor: int, s: int) -> dict[int, float]:
    """The definition of the logit reply, spelled out."""
    first = model.space.graph.first[actor, s]
    odds = {s: np.exp(LAM * (value[actor, s] + INERTIA))}
    for n, t in enumerate(model.space.moves(actor, s)):
        cost = COST if model.space.graph.oneway[first + n] else 0.0
        odds[int(t)] = np.exp(LAM * (value[actor, t] - cost))
    total = sum(odds.values())
    return {t: odd / total for t, odd in odds.items()}


def expected_after_round(model: Model, value: np.ndarray, i: int, s: int, turn: int) -> float:
    if turn == len(model.actors):
        return float(value[i, s])
    answers = replies_by_definition(model, value, turn, s).items()
    return sum(p * expected_after_round(model, value, i, t, turn + 1) for t, p in answers)


@pytest.mark.parametrize("lam", [0.0, 3.0, 80.0, 5e3, 1e6])
def test_replies_of_all_states_at_once_are_those_of_each(lam: float) -> None:
    model = conflict()
    graph, states = model.space.graph, len(model.states)
    for i in range(2):
        stay, move = np.full(states, np.nan), np.full(graph.to.size, np.nan)
        replies(graph, i, model.payoff[i], lam, INERTIA, COST, np.empty(states), stay, move)
        for s in range(states):
            weight = np.empty(8)
            alone = move_weights(graph, i, s, model.payoff[i], lam, INERTIA, COST, weight)
            first, n = graph.first[i, s], model.space.moves(i, s).size
            np.testing.assert_allclose(
                [stay[s], *move[first : first + n]], [alone, *weight[:n]], rtol=1e-9, atol=1e-200
            )


@pytest.mark.parametrize("rounds", [0, 1, 2])
def test_foresight_is_the_recursion_over_rounds_of_replies(rounds: int) -> None:
    model, patience = conflict(), 0.6
    expected = model.payoff
    for _ in range(rounds):
        expected = np.array(
            [
                [
                    (1 - patience) * model.payoff[i, s] + patience * expected_after_round(model, expected, i, s, 0)
                    for s in range(len(model.states))
                ]
                for i in range(2)
            ]
        )
    value = np.empty_like(model.payoff)
    look_ahead(model.space.graph, model.payoff, LAM, INERTIA, COST, patience, rounds, value)
    np.testing.assert_allclose(value, expected, rtol=1e-12)


def test_precision_zero_is_indifferent_and_precision_without_end_picks_the_best() -> None:
    model = conflict()
    graph, weight = model.space.graph, np.empty(8)
    n = model.space.moves(0, 0).size
    stay = move_weights(graph, 0, 0, model.payoff[0], 0.0, 0.0, 0.0, weight)
    np.testing.assert_allclose([stay, *weight[:n]], 1 / (n + 1))
    stay = move_weights(graph, 0, 0, model.payoff[0], 1e6, 0.0, 0.0, weight)
    options = [model.payoff[0, 0], *model.payoff[0, model.space.moves(0, 0)]]
    np.testing.assert_allclose([stay, *weight[:n]], np.eye(n + 1)[int(np.argmax(options))])


def test_what_cannot_be_taken_back_costs_extra_and_is_never_undone() -> None:
    model = conflict()
    once = model.space.face[:, 1]
    path = sampled(model, 5_000, 12, 3)
    taken = once[path]
    assert (taken[:-1] <= taken[1:]).all()
    assert 0 < taken[-1].mean() < 1
    start = np.zeros(len(model.states))
    start[0] = 1.0
    chance = []
    for cost in (0.0, 0.2, 1.0):
        who = (LAM, INERTIA, cost, RATE)
        law = state_law(model.space.graph, offers_of(model), model.payoff, *who, start, 4, WEEKS)
        chance.append(law[-1, once].sum())
    assert chance[0] > chance[1] > chance[2]


@pytest.mark.parametrize("lam", [0.5, 2.0])
def test_quantal_response_of_gambit_is_a_fixed_point_of_our_logit(lam: float) -> None:
    library = gambit()
    rng = np.random.default_rng(4)
    tables = rng.integers(0, 8, (2, 4, 2)).astype(float)  # player 0 has two options, player 1 has one
    game = game_of(list(tables))
    point = library.qre.logit_solve_lambda(game, lam)[0]
    theirs = mixed(game, getattr(point, "profile", point))
    space = option_space(["p", "q"], [Option("x", "p"), Option("y", "p"), Option("z", "q")])
    expected = [tables[0] @ theirs[1], theirs[0] @ tables[1]]
    value = np.empty((2, len(space.states)))
    for code in range(8):
        value[0, code], value[1, code] = expected[0][code & 3], expected[1][code >> 2]
    for i in range(2):
        weight = np.empty(8)
        stay = move_weights(space.graph, i, 0, value[i], lam, 0.0, 0.0, weight)
        ours = [stay, *weight[: space.moves(i, 0).size]]
        np.testing.assert_allclose(ours, theirs[i], atol=2e-4)
