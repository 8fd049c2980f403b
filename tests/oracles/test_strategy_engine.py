"""The propagation engine against the literal set definitions, on random models."""

from __future__ import annotations

import math

import numpy as np
import pytest

from corridor.strategy.model import literal
from corridor.strategy.model.space import Option, Space, graph_space, option_space
from corridor.strategy.stability.concepts import stability
from corridor.strategy.stability.propagate import CONCEPTS


def random_options(rng: np.random.Generator) -> Space:
    n_actors, n_options = int(rng.integers(2, 5)), int(rng.integers(2, 6))
    actors = [f"a{i}" for i in range(n_actors)]
    ways = rng.choice(["both", "both", "both", "up", "down"], n_options)
    options = [Option(f"o{j}", actors[rng.integers(n_actors)], str(ways[j])) for j in range(n_options)]  # type: ignore[arg-type]

    def pattern() -> dict[str, bool]:
        chosen = rng.choice(n_options, size=int(rng.integers(2, min(4, n_options + 1))), replace=False)
        return {f"o{j}": bool(rng.integers(2)) for j in chosen}

    infeasible = [pattern() for _ in range(rng.integers(0, 3))]
    same = [pattern() for _ in range(rng.integers(0, 2))]
    return option_space(actors, options, infeasible, same)


def random_graph(rng: np.random.Generator) -> Space:
    n_actors, n_states = int(rng.integers(2, 5)), int(rng.integers(3, 11))
    actors, states = [f"a{i}" for i in range(n_actors)], [f"s{s}" for s in range(n_states)]
    dense = rng.random() * 0.4
    moves = {
        actor: {s: [t for t in states if t != s and rng.random() < dense] for s in states if rng.random() < 0.9}
        for actor in actors
    }
    return graph_space(actors, states, moves)


def random_payoff(space: Space, rng: np.random.Generator) -> np.ndarray:
    shape = (len(space.actors), len(space.states))
    return rng.integers(0, max(2, len(space.states) * 2 // 3), shape).astype(float)


def listed(space: Space) -> list[list[list[int]]]:
    return [[list(map(int, space.moves(i, s))) for s in range(len(space.states))] for i in range(len(space.actors))]


def compare(space: Space, payoff: np.ndarray) -> int:
    result = stability(space.graph, payoff)
    moves = listed(space)
    cells = 0
    for c, concept in enumerate(CONCEPTS):
        for i in range(len(space.actors)):
            for s in range(len(space.states)):
                assert result.stable[c, i, s] == literal.stable(concept, moves, payoff, i, s), (concept, i, s)
                margin = literal.margin(concept, moves, payoff, i, s)
                assert result.margin[c, i, s] == margin or (math.isinf(margin) and math.isinf(result.margin[c, i, s]))
                assert (result.margin[c, i, s] >= 0) == result.stable[c, i, s]
                cells += 1
    return cells


@pytest.mark.parametrize(("make", "count", "seed"), [(random_options, 500, 1), (random_graph, 300, 2)])
def test_engine_and_definition_agree_on_every_cell(make, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    spaces = [make(rng) for _ in range(count)]
    cells = sum(compare(space, random_payoff(space, rng)) for space in spaces)
    assert cells > 20_000
    both_kinds = {space.graph.transitive for space in spaces}
    assert both_kinds == ({True, False} if make is random_graph else both_kinds | {True})


def test_a_larger_model_agrees_too() -> None:
    rng = np.random.default_rng(3)
    options = [Option(f"o{j}", f"a{j // 2}", "up" if j % 5 == 4 else "both") for j in range(8)]
    space = option_space([f"a{i}" for i in range(4)], options, [{"o0": True, "o3": True}, {"o6": True, "o1": False}])
    compare(space, random_payoff(space, rng))


def test_moving_twice_in_a_row_is_not_allowed_where_moves_are_not_transitive() -> None:
    """B cannot walk x -> y -> z alone, so A's move to x is not punished by z."""
    chain = {"A": {"s": ["x"]}, "B": {"x": ["y"], "y": ["z"]}}
    space = graph_space(["A", "B"], ["s", "x", "y", "z"], chain)
    assert not space.graph.transitive
    payoff = np.array([[1.0, 2.0, 2.0, 0.0], [0.0, 0.0, 1.0, 2.0]])
    assert not stability(space.graph, payoff).stable[CONCEPTS.index("gmr"), 0, 0]
    relay = graph_space(
        ["A", "B", "C"], ["s", "x", "y", "z"], {"A": {"s": ["x"]}, "B": {"x": ["y"]}, "C": {"y": ["z"]}}
    )
    assert stability(relay.graph, np.vstack([payoff, np.zeros(4)])).stable[CONCEPTS.index("gmr"), 0, 0]
