"""Laws that hold for every conflict, whatever the actors want."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.strategy.model.graph import others
from corridor.strategy.model.space import Option, Space, graph_space, option_space
from corridor.strategy.stability.concepts import Stability, stability
from corridor.strategy.stability.propagate import CONCEPTS

INSIDE = [
    ("nash", "sseq"), ("sseq", "seq"), ("seq", "gmr"), ("sseq", "smr"), ("smr", "gmr"), ("nash", "smr"),
]  # fmt: skip


@dataclass(frozen=True)
class Conflict:
    space: Space
    payoff: np.ndarray


@st.composite
def option_conflicts(draw: st.DrawFn) -> Conflict:
    n_options, n_actors = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    actors = [f"a{i}" for i in range(n_actors)]
    options = [
        Option(f"o{j}", draw(st.sampled_from(actors)), draw(st.sampled_from(["both", "both", "up", "down"])))
        for j in range(n_options)
    ]
    pattern = st.dictionaries(st.sampled_from([o.id for o in options]), st.booleans(), min_size=2, max_size=3)
    patterns = draw(st.lists(pattern, max_size=2)) if n_options > 1 else []
    patterns = [p for p in patterns if any(p.values())]  # "nothing is taken" stays feasible
    space = option_space(actors, options, patterns)
    seed, classes = draw(st.integers(0, 2**31)), draw(st.integers(1, 12))
    rng = np.random.default_rng(seed)
    return Conflict(space, rng.integers(0, classes, (n_actors, len(space.states))).astype(float))


@st.composite
def graph_conflicts(draw: st.DrawFn) -> Conflict:
    n_states, n_actors, seed = draw(st.integers(1, 9)), draw(st.integers(1, 4)), draw(st.integers(0, 2**31))
    rng = np.random.default_rng(seed)
    share = draw(st.floats(0.0, 0.7))
    moves = random_moves(rng, n_states, n_actors, share)
    payoff = rng.integers(0, n_states + 1, (n_actors, n_states)).astype(float)
    return Conflict(as_space(moves), payoff)


def random_moves(rng: np.random.Generator, n_states: int, n_actors: int, share: float) -> np.ndarray:
    moves = rng.random((n_actors, n_states, n_states)) < share
    moves[:, np.arange(n_states), np.arange(n_states)] = False
    return moves


def as_space(moves: np.ndarray) -> Space:
    actors, states = [f"a{i}" for i in range(moves.shape[0])], [f"s{s}" for s in range(moves.shape[1])]
    table = {
        a: {states[s]: [states[t] for t in np.flatnonzero(moves[i, s])] for s in range(len(states))}
        for i, a in enumerate(actors)
    }
    return graph_space(actors, states, table)


def as_moves(space: Space) -> np.ndarray:
    moves = np.zeros((len(space.actors), len(space.states), len(space.states)), bool)
    for i in range(len(space.actors)):
        for s in range(len(space.states)):
            moves[i, s, space.moves(i, s)] = True
    return moves


def check_inclusions(result: Stability) -> None:
    for inner, outer in INSIDE:
        a, b = CONCEPTS.index(inner), CONCEPTS.index(outer)
        assert (result.stable[a] <= result.stable[b]).all(), (inner, outer)
        assert (result.margin[a] <= result.margin[b]).all(), (inner, outer)
    np.testing.assert_array_equal(result.margin >= 0, result.stable)


@given(option_conflicts())
@settings(deadline=None)
def test_the_concepts_lie_inside_each_other_in_option_form(conflict: Conflict) -> None:
    assert conflict.space.graph.transitive
    check_inclusions(stability(conflict.space.graph, conflict.payoff))


@given(graph_conflicts())
@settings(deadline=None)
def test_the_concepts_lie_inside_each_other_in_any_graph(conflict: Conflict) -> None:
    check_inclusions(stability(conflict.space.graph, conflict.payoff))


@given(graph_conflicts(), st.integers(0, 2**31), st.floats(0.0, 0.5))
@settings(deadline=None)
def test_more_moves_for_the_others_only_add_gmr_and_smr_stability(conflict: Conflict, seed: int, share: float) -> None:
    before = as_moves(conflict.space)
    more = before | random_moves(np.random.default_rng(seed), before.shape[1], before.shape[0], share)
    more[0] = before[0]
    old = stability(conflict.space.graph, conflict.payoff)
    new = stability(as_space(more).graph, conflict.payoff)
    for concept in ("gmr", "smr"):
        c = CONCEPTS.index(concept)
        assert (old.stable[c, 0] <= new.stable[c, 0]).all()


@given(graph_conflicts(), st.integers(0, 2**31), st.floats(0.0, 0.5))
@settings(deadline=None)
def test_more_moves_for_an_actor_only_remove_its_nash_and_gmr_stability(
    conflict: Conflict, seed: int, share: float
) -> None:
    before = as_moves(conflict.space)
    more = before.copy()
    more[0] |= random_moves(np.random.default_rng(seed), before.shape[1], before.shape[0], share)[0]
    old = stability(conflict.space.graph, conflict.payoff)
    new = stability(as_space(more).graph, conflict.payoff)
    for concept in ("nash", "gmr"):
        c = CONCEPTS.index(concept)
        assert (new.stable[c, 0] <= old.stable[c, 0]).all()


@given(option_conflicts(), st.integers(0, 2**31))
@settings(deadline=None)
def test_the_order_of_the_states_does_not_matter(conflict: Conflict, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(conflict.space.states))
    old = stability(conflict.space.graph, conflict.payoff)
    shuffled = as_space(as_moves(conflict.space)[:, order][:, :, order])
    new = stability(shuffled.graph, conflict.payoff[:, order])
    np.testing.assert_array_equal(new.margin, old.margin[:, :, order])


@given(option_conflicts())
@settings(deadline=None)
def test_only_the_order_of_payoffs_decides_stability(conflict: Conflict) -> None:
    prepared = others(conflict.space.graph)
    old = stability(conflict.space.graph, conflict.payoff, prepared)
    new = stability(conflict.space.graph, np.exp(conflict.payoff) - 3.0, prepared)
    np.testing.assert_array_equal(new.stable, old.stable)


@given(option_conflicts())
@settings(deadline=None)
def test_an_actor_who_is_indifferent_is_stable_everywhere(conflict: Conflict) -> None:
    payoff = conflict.payoff.copy()
    payoff[0] = 1.0
    assert stability(conflict.space.graph, payoff).stable[:, 0].all()
