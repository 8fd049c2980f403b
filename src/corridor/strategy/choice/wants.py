"""What actors want as arrays: how much each state is worth to whom, before anybody looks ahead."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor.kernels.jit import kernel
from corridor.strategy.model.draws import fixed_utility
from corridor.strategy.model.model import Model, packed

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class Wants(NamedTuple):
    """The statements of a model.

    truth : (statement, state) 1 where what is wanted holds
    owner : (statement,) number of its actor
    fixed : (actor, state) utility of actors without statements, 0 for others
    alike : (actor, state) the first state that has the same utility whatever weighs how much
    """

    truth: Floats
    owner: Ints
    fixed: Floats
    alike: Ints


def wants_of(model: Model) -> Wants:
    """Return what the actors of a model want as arrays."""
    actors, states = len(model.actors), len(model.states)
    truth = model.truth.astype(np.float64).reshape(len(model.statements), states)
    truth[model.owner < 0] = 0.0  # what nobody wants in this view
    fixed, alike = np.zeros((actors, states)), np.empty((actors, states), np.int32)
    for i in range(actors):
        own = model.of(i)
        if own.size == 0:
            fixed[i] = fixed_utility(model, i)
        kinds = packed(model.truth[own]) if own.size else fixed[i]
        _, first, kind = np.unique(kinds, return_index=True, return_inverse=True)
        alike[i] = first[kind]
    return Wants(truth, np.maximum(model.owner, 0), fixed, alike)


class Views(NamedTuple):
    """What actors want, and the same as each of those sees it who believes something else of others.

    wants : what each wants
    seen : (actor number, what it takes everybody to want)
    """

    wants: Wants
    seen: tuple[tuple[int, Wants], ...]


def views_of(model: Model) -> Views:
    """Return what the actors want and believe, as arrays over the same statements."""
    return Views(wants_of(model), tuple((i, wants_of(model.as_seen(i))) for i in model.believers))


@kernel
def add_up(truth: Floats, owner: Ints, fixed: Floats, alike: Ints, weight: Floats, utility: Floats) -> None:
    """Write (state, actor, lane) the sum of the weights (statement, lane) of the statements that hold in each state."""
    states, actors, lanes = utility.shape
    for s in range(states):
        for i in range(actors):
            for n in range(lanes):
                utility[s, i, n] = fixed[i, s]
        for j in range(owner.size):
            i, holds = owner[j], truth[j, s]
            if alike[i, s] == s:
                for n in range(lanes):
                    utility[s, i, n] += weight[j, n] * holds
        for i in range(actors):
            for n in range(lanes):
                utility[s, i, n] = utility[alike[i, s], i, n]
