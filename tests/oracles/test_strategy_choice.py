"""The choice process: sampled paths against the exact law, foresight against recursion, logit against Gambit."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm

from corridor.strategy.choice.ahead import COST as COSTS
from corridor.strategy.choice.ahead import INERTIA as STAYING
from corridor.strategy.choice.ahead import LAM as PRECISION
from corridor.strategy.choice.ahead import LANES, ROWS, look_ahead, mean_worth
from corridor.strategy.choice.law import state_law, turns_of
from corridor.strategy.choice.process import ChoiceDraws, Step, choose, logit, offers_of
from corridor.strategy.choice.wants import Wants
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


def ways(
    lam: float = LAM, inertia: float = INERTIA, cost: float = COST, rate: np.ndarray = RATE, patience: float = 0.0,
    rounds: int = 0, futures: int = 1,
) -> ChoiceDraws:  # fmt: skip
    """How futures choose that are all alike."""
    one = np.ones(futures)
    rounds_of = np.full(futures, rounds, np.int32)
    return ChoiceDraws(lam * one, inertia * one, cost * one, patience * one, rounds_of, np.outer(rate, one))


def step_of(seed: int, day: int, futures: int, entities: int) -> Step:
    return Step(WEEKS, seed, day, np.arange(futures, dtype=np.uint32), np.arange(entities, dtype=np.uint32))


def nothing(model: Model, futures: int) -> tuple[np.ndarray, np.ndarray]:
    """No feature is watched."""
    return np.zeros((len(model.states), 0), np.uint8), np.zeros((0, futures), np.uint8)


def sampled(model: Model, futures: int, steps: int, seed: int) -> np.ndarray:
    value = np.repeat(model.payoff[:, :, None], futures, axis=2)
    state = np.zeros(futures, np.int32)
    path = [state.copy()]
    for day in range(steps):
        when = step_of(seed, day, futures, 3)
        choose(model.space.graph, offers_of(model), ways(futures=futures), when, value, state, *nothing(model, futures))
        path.append(state.copy())
    return np.array(path)


def test_sampled_paths_follow_the_exact_law() -> None:
    model, futures, steps = conflict(), 40_000, 4
    start = np.zeros(len(model.states))
    start[0] = 1.0
    law = state_law(model, model.payoff, ways(), start, steps, WEEKS)
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
    state = np.full(futures, here, np.int32)
    value = np.repeat(payoff[:, :, None], futures, axis=2)
    nobody_moves_alone = ways(rate=np.zeros(3), futures=futures)
    choose(
        space.graph,
        offers_of(model),
        nobody_moves_alone,
        step_of(7, 0, futures, 4),
        value,
        state,
        *nothing(model, futures),
    )
    agree = [1 / (1 + np.exp(-LAM * (gain - INERTIA))) for gain in gains]
    expected = 1 - np.exp(-2.0 * WEEKS * agree[0] * agree[1])
    assert (state == there).mean() == pytest.approx(expected, abs=5 * np.sqrt(expected / futures) + 1e-9)
    assert set(state.tolist()) <= {here, there}


def test_first_passage_is_never_less_than_being_there() -> None:
    model = conflict()
    start = np.zeros(len(model.states))
    start[0] = 1.0
    there = model.space.face[:, 2]
    common = (model, model.payoff, ways(), start, 6, WEEKS)
    now = state_law(*common)[:, there].sum(axis=1)
    ever = state_law(*common, passage=there)[:, there].sum(axis=1)
    assert (ever >= now - 1e-12).all()
    assert (np.diff(ever) >= -1e-12).all()
    assert ever[-1] > now[-1] + 0.01
    path = sampled(model, 40_000, 6, 2)
    seen_at_step_ends = np.maximum.accumulate(there[path], axis=0).mean(axis=1)
    assert (seen_at_step_ends <= ever + 0.01).all()


def replies_by_definition(model: Model, value: np.ndarray, actor: int, s: int, lam: float = LAM) -> dict[int, float]:
    """The definition of the logit reply, spelled out."""
    first = model.space.graph.first[actor, s]
    gain = {s: lam * (value[actor, s] + INERTIA)}
    for n, t in enumerate(model.space.moves(actor, s)):
        cost = COST if model.space.graph.oneway[first + n] else 0.0
        gain[int(t)] = lam * (value[actor, t] - cost)
    top = max(gain.values())
    odds = {t: np.exp(x - top) for t, x in gain.items()}
    total = sum(odds.values())
    return {t: odd / total for t, odd in odds.items()}


def generator(model: Model, caught: np.ndarray | None = None) -> np.ndarray:
    """Rates from state to state by the definition; nothing leaves where the mass is caught."""
    states, actors = len(model.states), len(model.actors)
    rates = np.zeros((states, states))
    for s in range(states):
        for i in range(actors):
            for t, chance in replies_by_definition(model, model.payoff, i, s).items():
                rates[s, t] += RATE[i] * chance
        for p, package in enumerate(model.packages):
            t = model.package_target[p, s]
            if t >= 0:
                often = package.rate_per_week * (2.0 if model.space.face[s, 2] else 1.0)
                gains = model.payoff[:, t] - model.payoff[:, s]
                rates[s, t] += often * np.prod(1 / (1 + np.exp(-LAM * (gains - INERTIA))))
    if caught is not None:
        rates[caught] = 0.0
    np.fill_diagonal(rates, 0.0)
    np.fill_diagonal(rates, -rates.sum(axis=1))
    return rates


@pytest.mark.parametrize("caught", [False, True])
def test_the_law_is_the_exponential_of_the_rates(caught: bool) -> None:
    model = conflict()
    there = model.space.face[:, 2] if caught else None
    start = np.random.default_rng(3).dirichlet(np.ones(len(model.states)))
    law = state_law(model, model.payoff, ways(), start, 6, WEEKS, passage=there)
    for n in range(7):
        np.testing.assert_allclose(law[n], start @ expm(generator(model, there) * n * WEEKS), atol=1e-10)


def test_steps_of_any_length_follow_the_same_law() -> None:
    model = conflict()
    start = np.full(len(model.states), 1 / len(model.states))
    long, short = (state_law(model, model.payoff, ways(), start, n, WEEKS / n)[n] for n in (1, 7))
    np.testing.assert_allclose(long, short, atol=1e-12)


def expected_after_round(model: Model, value: np.ndarray, i: int, s: int, turn: int, lam: float = LAM) -> float:
    """What state s is worth to i after the actors from number `turn` on have replied to `value`."""

    def after(i: int, s: int, turn: int) -> float:
        if turn == len(model.actors):
            return float(value[i, s])
        return sum(p * after(i, t, turn + 1) for t, p in replies_by_definition(model, value, turn, s, lam).items())

    return after(i, s, turn)


SHARPNESS = [0.0, 3.0, 80.0, 5e3, 1e6]


@pytest.mark.parametrize("lam", SHARPNESS)
def test_replies_of_all_states_at_once_are_those_of_each(lam: float) -> None:
    model = conflict()
    graph = model.space.graph
    turn = turns_of(model, model.payoff[:, :, None].copy(), ways(lam))
    for i in range(2):
        for s in range(len(model.states)):
            expected = list(replies_by_definition(model, model.payoff, i, s, lam).values())
            moves = turn.move[graph.first[i, s] : graph.first[i, s + 1], 0]
            np.testing.assert_allclose([turn.stay[i, s, 0], *moves], expected, rtol=1e-9, atol=1e-200)


def test_futures_side_by_side_are_each_alone() -> None:
    """Sharp and blunt ones too: what is too sharp for one exponential a state does not touch its neighbours."""
    model = conflict()
    states, actors = len(model.states), 2
    rng = np.random.default_rng(2)
    worth = rng.random((states, actors, 5))
    taste = np.ones((ROWS, 5))
    taste[PRECISION], taste[STAYING], taste[COSTS] = SHARPNESS, INERTIA, COST
    same = np.repeat(np.arange(states, dtype=np.int32)[None], actors, axis=0)
    graph = model.space.graph
    spare = np.full((4, worth.size), np.nan)
    found = mean_worth(graph.first, graph.to, graph.oneway, same, taste, worth, spare)
    for n, lam in enumerate(SHARPNESS):
        value = worth[:, :, n].T.copy()
        expected = [[expected_after_round(model, value, i, s, 0, lam) for i in range(actors)] for s in range(states)]
        np.testing.assert_allclose(found[:, :, n], expected, rtol=1e-9)


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
    found = looked_ahead(model, ways(patience=patience, rounds=rounds, futures=2 * LANES + 3))
    for f in range(found.shape[2]):
        np.testing.assert_allclose(found[:, :, f], expected, rtol=1e-12)


def looked_ahead(model: Model, choices: ChoiceDraws) -> np.ndarray:
    futures, states = choices.lam.size, len(model.states)
    alike = np.repeat(np.arange(states, dtype=np.int32)[None], len(model.actors), axis=0)
    wants = Wants(np.zeros((0, states)), np.zeros(0, np.int32), model.payoff, alike)
    value = np.full((*model.payoff.shape, futures), np.nan)
    look_ahead(model.space.graph, wants, choices, np.zeros((0, futures)), np.arange(futures), value)
    return value


def test_futures_that_look_differently_far_are_each_what_they_are_alone() -> None:
    model, rounds = conflict(), np.array([2, 0, 1, 1, 0, 2, 1], np.int32)
    found = looked_ahead(model, ways(patience=0.6, futures=7)._replace(rounds=rounds))
    for f, h in enumerate(rounds):
        np.testing.assert_array_equal(found[:, :, f], looked_ahead(model, ways(patience=0.6, rounds=int(h)))[:, :, 0])


def test_precision_zero_is_indifferent_and_precision_without_end_picks_the_best() -> None:
    values = np.array([0.2, 0.9, 0.5])
    weight = 0.0 * values
    logit(weight, 3)
    np.testing.assert_allclose(weight, 1 / 3)
    weight = np.append(1e6 * values, np.nan)
    logit(weight, 3)
    np.testing.assert_allclose(weight[:3], [0.0, 1.0, 0.0])


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
        law = state_law(model, model.payoff, ways(cost=cost), start, 4, WEEKS)
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
    model = Model("m", "", space, value)
    turn = turns_of(model, value[:, :, None].copy(), ways(lam, 0.0, 0.0))
    for i in range(2):
        ours = [turn.stay[i, 0, 0], *turn.move[space.graph.first[i, 0] : space.graph.first[i, 1], 0]]
        np.testing.assert_allclose(ours, theirs[i], atol=2e-4)
