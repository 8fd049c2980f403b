"""Pure equilibria against Gambit, where it is installed."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from corridor.strategy.model.space import Option, option_space
from corridor.strategy.stability.concepts import stability
from gambit_case import gambit, game_of, mixed


def payoff_tables(sizes: list[int], payoff: np.ndarray) -> list[np.ndarray]:
    """Return each player's table over strategies; the state of strategies (x, y, ...) has their bits side by side."""
    tables = []
    for i in range(len(sizes)):
        table = np.empty([2**k for k in sizes])
        for cell in product(*(range(2**k) for k in sizes)):
            state, shift = 0, 0
            for k, strategy in zip(sizes, cell, strict=True):
                state |= strategy << shift
                shift += k
            table[cell] = payoff[i, state]
        tables.append(table)
    return tables


@pytest.mark.parametrize("sizes", [[1, 1], [2, 1], [2, 2], [1, 1, 1], [2, 1, 1], [1, 1, 1, 1]])
@pytest.mark.parametrize("seed", range(3))
def test_nash_states_are_the_pure_equilibria_of_the_one_shot_game(sizes: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    actors = [f"p{i}" for i in range(len(sizes))]
    options = [Option(f"o{i}{j}", actors[i]) for i, k in enumerate(sizes) for j in range(k)]
    space = option_space(actors, options)
    payoff = rng.integers(0, 6, (len(sizes), len(space.states))).astype(float)
    game = game_of(payoff_tables(sizes, payoff))
    found = set()
    for profile in gambit().nash.enumpure_solve(game).equilibria:
        state, shift = 0, 0
        for chances, k in zip(mixed(game, profile), sizes, strict=True):
            state |= int(chances.argmax()) << shift
            shift += k
        found.add(state)
    assert set(stability(space.graph, payoff).states("nash")) == found
