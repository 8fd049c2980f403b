"""The exact law of the choice process over states, step by step: what the sampled paths must follow.

Loosely coupled: what each state is worth does not change while the law runs. Many draws run side by side (lanes).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor.kernels.jit import kernel
from corridor.strategy.choice.ahead import (
    COST,
    INERTIA,
    KEEP,
    LAM,
    LOSS,
    ODDS,
    ONE,
    ROWS,
    SCALE,
    SHARP,
    odds_of,
    scales_of,
    sharp_replies,
)
from corridor.strategy.choice.process import ChoiceDraws, Offers, agree, offers_of
from corridor.strategy.model.graph import Graph
from corridor.strategy.model.model import Model

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]
MOST_REVISERS = 6
"""All orders of at most this many revisers are averaged."""


class Turn(NamedTuple):
    """Probabilities of what happens when it is someone's turn in one step.

    stay : (actor, state, lane) the actor does not review, or stays
    move : (move, lane) the actor reviews and makes the move
    deal : (package, state, lane) the package is offered and accepted
    """

    stay: Floats
    move: Floats
    deal: Floats


class Question(NamedTuple):
    """What a law is asked.

    start : state number
    outcomes : (outcome, state) where it holds
    passage : whether the probability of having been there by then is meant, instead of being there
    """

    start: int
    outcomes: Bools
    passage: bool


@kernel
def turn_probabilities(
    graph: Graph, offers: Offers, choices: ChoiceDraws, weeks: float, value: Floats, turn: Turn
) -> None:
    """Write the probabilities of every turn of a step; value : (actor, state, lane) what each state is worth."""
    first, to, oneway = graph.first, graph.to, graph.oneway
    target, offered, members = offers.target, offers.rate, offers.members
    lam, inertia, cost, rate = choices.lam, choices.inertia, choices.cost, choices.rate
    stay, move, deal = turn.stay, turn.move, turn.deal
    actors, states, lanes = value.shape
    taste = np.ones((ROWS, lanes))
    worth = np.empty((states, actors, lanes))
    same = np.empty((actors, states), np.int32)
    for n in range(lanes):
        taste[LAM, n], taste[INERTIA, n], taste[COST, n], taste[SHARP, n] = lam[n], inertia[n], cost[n], 0.0
    for i in range(actors):
        for s in range(states):
            same[i, s] = s
            for n in range(lanes):
                worth[s, i, n] = value[i, s, n]
    reply = np.empty((2, actors, states, lanes))
    for i in range(actors):
        odds_of(worth, i, same, taste, reply)
        scales_of(first, to, oneway, i, taste, reply)
        replies(first, to, oneway, i, taste, reply, stay, move)
    for i in range(actors):
        sharp_replies(first, to, oneway, i, taste, worth, stay, move)
        for n in range(lanes):
            chance = 1.0 - math.exp(-rate[i, n] * weeks)
            for s in range(states):
                stay[i, s, n] = 1.0 - chance + chance * stay[i, s, n]
                for e in range(first[i, s], first[i, s + 1]):
                    move[e, n] *= chance
    for p in range(target.shape[0]):
        for s in range(states):
            t = target[p, s]
            for n in range(lanes):
                deal[p, s, n] = 0.0
                if t >= 0:
                    chance = 1.0 - math.exp(-offered[p, s] * weeks)
                    for i in range(actors):
                        if members[p, i]:
                            chance *= agree(value[i, t, n] - value[i, s, n], lam[n], inertia[n])
                    deal[p, s, n] = chance


@kernel
def replies(
    first: Longs, to: Ints, oneway: Bools, actor: int, taste: Floats, reply: Floats, stay: Floats, move: Floats
) -> None:
    """Write the probabilities of staying in, and of every move of the actor from, every state; see `ahead.ODDS`."""
    states, lanes = reply.shape[2:]
    for s in range(states):
        for n in range(lanes):
            stay[actor, s, n] = reply[ODDS, actor, s, n] * taste[KEEP, n] * reply[SCALE, actor, s, n]
        for e in range(first[actor, s], first[actor, s + 1]):
            t, row = to[e], LOSS if oneway[e] else ONE
            for n in range(lanes):
                move[e, n] = reply[ODDS, actor, t, n] * taste[row, n] * reply[SCALE, actor, s, n]


@kernel
def after_review(first: Longs, to: Ints, actor: int, stay: Floats, move: Floats, mass: Floats, after: Floats) -> None:
    """Write the distribution (state, lane) over states after the turn of an actor."""
    states, lanes = mass.shape
    after[:] = 0.0
    for s in range(states):
        for n in range(lanes):
            after[s, n] += mass[s, n] * stay[actor, s, n]
        for e in range(first[actor, s], first[actor, s + 1]):
            t = to[e]
            for n in range(lanes):
                after[t, n] += mass[s, n] * move[e, n]


@kernel
def after_offer(target: Ints, package: int, deal: Floats, mass: Floats, after: Floats) -> None:
    """Write the distribution (state, lane) over states after a package had its turn."""
    states, lanes = mass.shape
    after[:] = 0.0
    for s in range(states):
        t = target[package, s]
        for n in range(lanes):
            after[s, n] += mass[s, n] * (1.0 - deal[package, s, n])
            if t >= 0:
                after[t, n] += mass[s, n] * deal[package, s, n]


def turns_of(model: Model, value: Floats, choices: ChoiceDraws, weeks: float) -> Turn:
    """Return the probabilities of every turn of a step; value : (actor, state, draw) what each state is worth."""
    graph, offers = model.space.graph, offers_of(model)
    draws = value.shape[2]
    turn = Turn(np.empty(value.shape), np.empty((graph.to.size, draws)), np.empty((*offers.target.shape, draws)))
    turn_probabilities(graph, offers, choices, weeks, value, turn)
    return turn


def state_law(
    model: Model, value: Floats, choices: ChoiceDraws, start: Floats, steps: int, weeks: float = 1.0,
    order: Sequence[int] | None = None, passage: Bools | None = None,
) -> Floats:  # fmt: skip
    """Return (step + 1, state) the distribution over states at the start and after each step.

    Parameters
    ----------
    value : (actor, state) what each state is worth
    choices : of one future
    start : (state,) distribution at the start
    steps, weeks : number of steps, and length of each
    order : of the revisers within a step (actors, then packages); None averages over all orders,
        which is what a random order means, for at most `MOST_REVISERS` of them
    passage : (state,) where given, mass that enters these states stays there, so that its sum is the
        probability of having been there by then
    """
    graph, target = model.space.graph, offers_of(model).target
    actors = value.shape[0]
    revisers = actors + target.shape[0]
    if order is None and revisers > MOST_REVISERS:
        message = f"{revisers} revisers have too many orders to average over: give one"
        raise ValueError(message)
    orders = list(permutations(range(revisers))) if order is None else [tuple(order)]
    turn = turns_of(model, np.ascontiguousarray(value[:, :, None]), choices, weeks)
    law = np.empty((steps + 1, start.size))
    law[0] = start
    after = np.empty((start.size, 1))
    held = np.zeros(start.size, np.bool_) if passage is None else passage
    for n in range(steps):
        law[n + 1] = 0.0
        for turns in orders:
            mass = law[n][:, None].copy()
            for reviser in turns:
                caught = np.where(held[:, None], mass, 0.0)
                if reviser < actors:
                    after_review(graph.first, graph.to, reviser, turn.stay, turn.move, mass - caught, after)
                else:
                    after_offer(target, reviser - actors, turn.deal, mass - caught, after)
                mass = after + caught
            law[n + 1] += mass[:, 0] / len(orders)
    return law


@kernel
def law_of_draws(graph: Graph, offers: Offers, turn: Turn, question: Question, chance: Floats) -> None:
    """Write the probability of each outcome after each step, for each draw; revisers move in their listed order.

    Parameters
    ----------
    turn : of the draws
    chance : (outcome, step + 1, draw) written
    """
    first, to, target = graph.first, graph.to, offers.target
    stay, move, deal = turn.stay, turn.move, turn.deal
    start, outcomes, passage = question.start, question.outcomes, question.passage
    actors, states, draws = stay.shape
    steps = chance.shape[1] - 1
    mass, after, caught = np.empty((states, draws)), np.empty((states, draws)), np.empty((states, draws))
    for run in range(outcomes.shape[0] if passage else 1):
        mass[:] = 0.0
        mass[start, :] = 1.0
        for n in range(steps + 1):
            for o in range(outcomes.shape[0]):
                if not passage or o == run:
                    chance[o, n, :] = 0.0
                    for s in range(states):
                        if outcomes[o, s]:
                            for d in range(draws):
                                chance[o, n, d] += mass[s, d]
            if n == steps:
                break
            for k in range(actors + target.shape[0]):
                caught[:] = 0.0
                if passage:
                    for s in range(states):
                        if outcomes[run, s]:
                            for d in range(draws):
                                caught[s, d] = mass[s, d]
                                mass[s, d] = 0.0
                if k < actors:
                    after_review(first, to, k, stay, move, mass, after)
                else:
                    after_offer(target, k - actors, deal, mass, after)
                for s in range(states):
                    for d in range(draws):
                        mass[s, d] = after[s, d] + caught[s, d]
