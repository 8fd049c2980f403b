"""The exact law of the choice process over states, step by step: what the sampled paths must follow.

Loosely coupled: what each state is worth does not change while the law runs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor.kernels.jit import kernel
from corridor.strategy.choice.process import Offers, agree, look_ahead, replies
from corridor.strategy.model.draws import SCALE
from corridor.strategy.model.graph import Graph

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
MOST_REVISERS = 6
"""All orders of at most this many revisers are averaged."""


class Turn(NamedTuple):
    """Probabilities of what happens when it is someone's turn in one step.

    stay : (actor, state) the actor does not review, or stays
    move : (move,) the actor reviews and makes the move
    deal : (package, state) the package is offered and accepted
    """

    stay: Floats
    move: Floats
    deal: Floats


@kernel
def turn_probabilities(
    graph: Graph,
    offers: Offers,
    value: Floats,
    lam: float,
    inertia: float,
    cost: float,
    rate: Floats,
    weeks: float,
    turn: Turn,
) -> None:
    """Write the probabilities of every turn; parameters are those of `choice.choose` for one future."""
    actors, states = value.shape
    odds = np.empty(states)
    for i in range(actors):
        chance = 1.0 - math.exp(-rate[i] * weeks)
        replies(graph, i, value[i], lam, inertia, cost, odds, turn.stay[i], turn.move)
        for s in range(states):
            turn.stay[i, s] = 1.0 - chance + chance * turn.stay[i, s]
            for e in range(graph.first[i, s], graph.first[i, s + 1]):
                turn.move[e] *= chance
    for p in range(offers.target.shape[0]):
        for s in range(states):
            t = offers.target[p, s]
            turn.deal[p, s] = 0.0
            if t >= 0:
                chance = 1.0 - math.exp(-offers.rate[p, s] * weeks)
                for i in range(actors):
                    if offers.members[p, i]:
                        chance *= agree(value[i, t] - value[i, s], lam, inertia)
                turn.deal[p, s] = chance


@kernel
def take_turn(graph: Graph, offers: Offers, turn: Turn, reviser: int, mass: Floats, after: Floats) -> None:
    """Write the distribution over states after the turn of an actor, or of package `reviser - actors`."""
    actors, states = turn.stay.shape
    after[:] = 0.0
    for s in range(states):
        if mass[s] == 0.0:
            continue
        if reviser < actors:
            after[s] += mass[s] * turn.stay[reviser, s]
            for e in range(graph.first[reviser, s], graph.first[reviser, s + 1]):
                after[graph.to[e]] += mass[s] * turn.move[e]
        else:
            deal = turn.deal[reviser - actors, s]
            after[s] += mass[s] * (1.0 - deal)
            if deal > 0.0:
                after[offers.target[reviser - actors, s]] += mass[s] * deal


def state_law(
    graph: Graph,
    offers: Offers,
    value: Floats,
    lam: float,
    inertia: float,
    cost: float,
    rate: Floats,
    start: Floats,
    steps: int,
    weeks: float = 1.0,
    order: Sequence[int] | None = None,
    passage: NDArray[np.bool_] | None = None,
) -> Floats:
    """Return (step + 1, state) the distribution over states at the start and after each step.

    Parameters
    ----------
    value : (actor, state) what each state is worth
    lam, inertia, cost : of this future
    rate : (actor,) expected decisions in a week
    start : (state,) distribution at the start
    steps, weeks : number of steps, and length of each
    order : of the revisers within a step (actors, then packages); None averages over all orders,
        which is what a random order means, for at most `MOST_REVISERS` of them
    passage : (state,) where given, mass that enters these states stays there, so that its sum is the
        probability of having been there by then
    """
    revisers = rate.size + offers.target.shape[0]
    if order is None and revisers > MOST_REVISERS:
        message = f"{revisers} revisers have too many orders to average over: give one"
        raise ValueError(message)
    orders = list(permutations(range(revisers))) if order is None else [tuple(order)]
    turn = Turn(np.empty(value.shape), np.empty(graph.to.size), np.empty(offers.target.shape))
    turn_probabilities(graph, offers, value, lam, inertia, cost, rate, weeks, turn)
    law = np.empty((steps + 1, start.size))
    law[0] = start
    after = np.empty(start.size)
    held = np.zeros(start.size, np.bool_) if passage is None else passage
    for n in range(steps):
        law[n + 1] = 0.0
        for turns in orders:
            mass = law[n].copy()
            for reviser in turns:
                caught = np.where(held, mass, 0.0)
                take_turn(graph, offers, turn, reviser, mass - caught, after)
                mass = after + caught
            law[n + 1] += mass / len(orders)
    return law


@kernel
def law_of_draws(
    graph: Graph,
    offers: Offers,
    truth: NDArray[np.bool_],
    owner: Ints,
    fixed: Floats,
    weights: Ints,
    lam: Floats,
    inertia: Floats,
    cost: Floats,
    patience: Floats,
    rounds: Ints,
    rate: Floats,
    start: int,
    steps: int,
    weeks: float,
    outcomes: NDArray[np.bool_],
    passage: bool,
    chance: Floats,
) -> None:
    """Write the probability of each outcome after each step, for each draw; revisers move in their listed order.

    Parameters
    ----------
    truth, owner : (statement, state) and (statement,) of the model
    fixed : (actor, state) utility of actors without statements, 0 for others
    weights : (draw, statement) millionths
    lam, inertia, cost, patience, rounds : (draw,)
    rate : (draw, actor)
    start : state number
    outcomes : (outcome, state) where it holds
    passage : whether to write the probability of having been there by then, instead of being there
    chance : (draw, outcome, step + 1) written
    """
    actors, states = fixed.shape
    revisers = actors + offers.target.shape[0]
    utility, value = np.empty((actors, states)), np.empty((actors, states))
    turn = Turn(np.empty((actors, states)), np.empty(graph.to.size), np.empty(offers.target.shape))
    mass, after, caught = np.empty(states), np.empty(states), np.empty(states)
    runs = outcomes.shape[0] if passage else 1
    for d in range(weights.shape[0]):
        utility[:] = fixed
        for j in range(owner.size):
            w = weights[d, j] / SCALE
            for s in range(states):
                if truth[j, s]:
                    utility[owner[j], s] += w
        look_ahead(graph, utility, lam[d], inertia[d], cost[d], patience[d], rounds[d], value)
        turn_probabilities(graph, offers, value, lam[d], inertia[d], cost[d], rate[d], weeks, turn)
        for run in range(runs):
            mass[:] = 0.0
            mass[start] = 1.0
            for n in range(steps + 1):
                for o in range(outcomes.shape[0]):
                    if not passage or o == run:
                        total = 0.0
                        for s in range(states):
                            if outcomes[o, s]:
                                total += mass[s]
                        chance[d, o, n] = total
                if n == steps:
                    break
                for k in range(revisers):
                    caught[:] = 0.0
                    if passage:
                        for s in range(states):
                            if outcomes[run, s]:
                                caught[s] = mass[s]
                                mass[s] = 0.0
                    take_turn(graph, offers, turn, k, mass, after)
                    for s in range(states):
                        mass[s] = after[s] + caught[s]
