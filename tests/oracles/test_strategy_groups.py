"""Group moves, evolution, coalitions and the removal of stability, each against a second way to compute it."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from corridor.strategy.model import literal
from corridor.strategy.model.model import Model
from corridor.strategy.model.space import Option, Space, graph_space, option_space
from corridor.strategy.stability.coalition import coalition_stability, joint_improvements
from corridor.strategy.stability.concepts import dense_ranks, stability
from corridor.strategy.stability.propagate import CONCEPTS
from corridor.strategy.stability.reach import WAYS, evolution, group_moves
from corridor.strategy.stability.unsettle import unsettle


def random_model(rng: np.random.Generator, states: int = 8, actors: int = 3) -> Model:
    names, states_ = [f"a{i}" for i in range(actors)], [f"s{s}" for s in range(states)]
    dense = rng.random() * 0.5
    moves = {a: {s: [t for t in states_ if t != s and rng.random() < dense] for s in states_} for a in names}
    space = graph_space(names, states_, moves)
    return Model("random", "", space, rng.integers(0, states, (actors, states)).astype(float), 0)


def listed(space: Space) -> list[list[list[int]]]:
    return [[list(map(int, space.moves(i, s))) for s in range(len(space.states))] for i in range(len(space.actors))]


@pytest.mark.parametrize("seed", range(20))
def test_group_moves_are_those_of_the_definition(seed: int) -> None:
    model = random_model(np.random.default_rng(seed))
    moves, ranks = listed(model.space), dense_ranks(model.payoff)
    for group in ([0], [1, 2], [0, 1, 2]):
        for s in range(len(model.states)):
            assert set(group_moves(model.space.graph, group, s)) == literal.group_moves(moves, group, s)
            improving = set(group_moves(model.space.graph, group, s, ranks))
            assert improving == literal.group_moves(moves, group, s, model.payoff)


@pytest.mark.parametrize("seed", range(20))
def test_coalitions_against_the_definition(seed: int) -> None:
    model = random_model(np.random.default_rng(100 + seed))
    moves = listed(model.space)
    for members in (["a0", "a1"], ["a2"], ["a0", "a1", "a2"]):
        stable = coalition_stability(model, members)
        numbers = [model.actors.index(name) for name in members]
        for c, concept in enumerate(CONCEPTS):
            for s in range(len(model.states)):
                expected = literal.coalition_stable(concept, moves, model.payoff, numbers, s)
                assert stable[c, s] == expected, (concept, members, s)


def test_a_coalition_of_one_with_transitive_moves_is_the_actor_alone() -> None:
    rng = np.random.default_rng(7)
    space = option_space("AB", [Option("a", "A"), Option("a2", "A", "up"), Option("b", "B"), Option("b2", "B")])
    model = Model("m", "", space, rng.integers(0, 9, (2, len(space.states))).astype(float))
    result = stability(space.graph, model.payoff)
    for i, actor in enumerate("AB"):
        np.testing.assert_array_equal(coalition_stability(model, [actor]), result.stable[:, i])


@pytest.mark.parametrize("way", WAYS[:2])
@pytest.mark.parametrize("seed", range(10))
def test_shortest_paths_are_legal_and_shortest(seed: int, way: str) -> None:
    model = random_model(np.random.default_rng(200 + seed))
    ranks = dense_ranks(model.payoff)
    everybody = range(len(model.states))
    found = evolution(model, 0, way, wanted=everybody)  # type: ignore[arg-type]
    frontier, depth = {(0, "")}, 0
    fewest = {0: 0}
    while frontier and depth < 30:
        depth += 1
        frontier = {
            (int(t), actor)
            for s, last in frontier
            for i, actor in enumerate(model.actors)
            if actor != last
            for t in model.space.moves(i, s)
            if way == WAYS[0] or ranks[i, t] > ranks[i, s]
        }
        for t, _ in frontier:
            fewest.setdefault(t, depth)
    assert found.steps.tolist() == [fewest.get(s, -1) for s in everybody]
    assert set(found.paths) == set(fewest)
    for target, path in found.paths.items():
        assert len(path) == found.steps[target]
        at, last = 0, ""
        for step in path:
            assert step.origin == at
            assert step.mover != last
            assert step.target in model.space.moves(model.actors.index(step.mover), at)
            at, last = step.target, step.mover
        assert at == target


def ranked_model(orders: list[str]) -> Model:
    """Two actors, one reversible option each: states NN YN NY YY."""
    space = option_space("AB", [Option("a", "A"), Option("b", "B")])
    payoff = np.array([[4 - order.split().index(s) for s in space.states] for order in orders], float)
    return Model("m", "", space, payoff)


def swaps_between(one: list[int], other: list[int]) -> int:
    return sum((one.index(x) < one.index(y)) != (other.index(x) < other.index(y)) for x in one for y in one if x < y)


@pytest.mark.parametrize("concept", ["nash", "gmr", "smr"])
@pytest.mark.parametrize("seed", range(12))
def test_no_smaller_change_of_a_strict_ranking_removes_stability(seed: int, concept: str) -> None:
    """Every strict ranking of the four states is tried for each actor: none nearer than the answer does it."""
    rng = np.random.default_rng(seed)
    payoff = np.array([rng.permutation(4), rng.permutation(4)]).astype(float)
    space = option_space("AB", [Option("a", "A"), Option("b", "B")])
    model = Model("m", "", space, payoff)
    c = CONCEPTS.index(concept)
    for state in stability(space.graph, payoff).states(concept):
        nearest = 99
        for i in range(2):
            before = [int(s) for s in np.argsort(-payoff[i])]
            for order in permutations(range(4)):
                changed = payoff.copy()
                changed[i, list(order)] = [4, 3, 2, 1]
                if not stability(space.graph, changed).equilibrium[c, state]:
                    nearest = min(nearest, swaps_between(before, list(order)))
        found = unsettle(model, state, concept, max_swaps=4)
        assert found.exact
        strict = [change.swaps for change in found.changes]
        if strict and nearest < 99:
            assert strict[0] <= nearest
            assert nearest <= 2 * strict[0]  # passing through a tie takes two steps where a strict exchange takes one
        else:
            assert (not strict) or nearest == 99


def test_what_unsettles_the_prisoners_silence() -> None:
    """Both silent (YY) is stable for those who look ahead; it takes one exchange: not to mind mutual betrayal."""
    model = ranked_model(["NY YY NN YN", "YN YY NN NY"])
    found = unsettle(model, model.states.index("YY"), "seq")
    assert found.stable
    assert found.exact
    assert {change.swaps for change in found.changes} == {1}
    for change in found.changes:
        assert change.leaves in {("A",), ("B",)}


def test_a_state_that_is_not_stable_has_nothing_to_remove() -> None:
    model = ranked_model(["NY YY NN YN", "YN YY NN NY"])
    found = unsettle(model, model.states.index("YN"), "nash")
    assert not found.stable
    assert found.changes == ()


def test_joint_improvement_of_the_prisoners() -> None:
    model = ranked_model(["NY YY NN YN", "YN YY NN NY"])
    betrayed = model.states.index("NN")
    assert [model.states[t] for t in joint_improvements(model, ["A", "B"], betrayed)] == ["YY"]
    assert not coalition_stability(model, ["A", "B"])[0, betrayed]
