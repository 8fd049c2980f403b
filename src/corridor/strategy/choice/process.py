"""How actors choose from day to day: logit among their own moves, with inertia and packages, in continuous time.

Functions on arrays, whose last axis is the future. A draw is a function of its address, so that policies share it;
`law` computes the exact distribution that the draws follow.

An actor that reviews its options moves from `s` to `t` with probability proportional to
`exp(lam * (Q[t] - cost * [the move cannot be taken back]))`, and stays with weight
`exp(lam * (Q[s] + inertia))`. A package is accepted by a member with probability
`1 / (1 + exp(-lam * (Q[t] - Q[s] - inertia)))`, and happens only if all members accept.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor.kernels.draw import address, uniform
from corridor.kernels.jit import kernel
from corridor.strategy.model.graph import Graph
from corridor.strategy.model.model import Model

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Words = NDArray[np.uint32]
Bytes = NDArray[np.uint8]
TURN, REVIEW, PICK = address("choice.turn"), address("choice.review"), address("choice.pick")
"""Streams of draws: when in the step (smallest first), how often, and which move or whether members agree. The second
review of a side in one step draws from the streams one further on, and so forth."""
MOST = 32
"""Reviews of one side, or offers of one package, that are played in one step; at ten a week one more comes in a day
once in 10^30 days."""


class ChoiceDraws(NamedTuple):
    """How actors choose, in many futures.

    lam : (future,) precision of choice, per unit of utility in [0, 1]; at least 0
    inertia, cost : (future,) utility of staying; cost of what cannot be taken back
    patience : (future,) weight of what follows, 0..1
    rounds : (future,) rounds of replies looked ahead; each costs as much time as the first
    rate : (actor, future) expected decisions in a week
    """

    lam: Floats
    inertia: Floats
    cost: Floats
    patience: Floats
    rounds: Ints
    rate: Floats


class Offers(NamedTuple):
    """Packages as arrays.

    target : (package, state) where it leads, -1 where it cannot be made
    rate : (package, state) expected offers in a week, with the multipliers of the options taken there
    members : (package, actor) who must agree; those whom a policy holds are not asked
    """

    target: Ints
    rate: Floats
    members: NDArray[np.bool_]


class Step(NamedTuple):
    """One step of many futures: how long it is, and the address of its draws (`corridor.kernels.draw`).

    weeks : 1/7 for a day
    seed, day, futures : as in every draw; futures (future,)
    entities : (actor + package,) address of who draws
    """

    weeks: float
    seed: int
    day: int
    futures: Words
    entities: Words


def draws_in(choices: ChoiceDraws, part: slice) -> ChoiceDraws:
    """Return some of the futures."""
    lam, inertia, cost, patience, rounds, rate = choices
    rate = np.ascontiguousarray(rate[:, part])
    return ChoiceDraws(lam[part], inertia[part], cost[part], patience[part], rounds[part], rate)


def offers_of(model: Model) -> Offers:
    """Return the packages of a model as arrays."""
    rates = np.zeros((len(model.packages), len(model.states)))
    number = {option.id: j for j, option in enumerate(model.space.options)}
    for p, package in enumerate(model.packages):
        rates[p] = package.rate_per_week
        for option, factor in package.multipliers.items():
            rates[p, model.space.face[:, number[option]]] *= factor
    rows = [[actor in package.members for actor in model.actors] for package in model.packages]
    members = np.array(rows, np.bool_).reshape(len(model.packages), len(model.actors))
    target = model.package_target.reshape(len(model.packages), len(model.states))
    return Offers(target, np.where(target >= 0, rates, 0.0), members)


@kernel
def logit(weight: Floats, n: int) -> None:
    """Turn the first n of `weight` from exponents into probabilities, in place."""
    top = weight[0]
    for e in range(1, n):
        top = max(top, weight[e])
    total = 0.0
    for e in range(n):
        weight[e] = math.exp(weight[e] - top)
        total += weight[e]
    for e in range(n):
        weight[e] /= total


@kernel
def agree(gain: float, lam: float, inertia: float) -> float:
    """Return the probability that one member accepts a package that raises its value by `gain`."""
    x = lam * (gain - inertia)
    if x < 0.0:
        return math.exp(x) / (1.0 + math.exp(x))
    return 1.0 / (1.0 + math.exp(-x))


@kernel
def widest_choice(first: NDArray[np.int64]) -> int:
    """Return the most moves that any actor has in any state; first : of the graph."""
    widest = 0
    for i in range(first.shape[0]):
        for s in range(first.shape[1] - 1):
            widest = max(widest, first[i, s + 1] - first[i, s])
    return widest


@kernel
def choose(
    graph: Graph, offers: Offers, choices: ChoiceDraws, step: Step, value: Floats, state: Ints, watched: Bytes,
    touched: Bytes,
) -> None:  # fmt: skip
    """Let actors review their options and packages be offered at random times within a step; update `state`.

    How often each does so is Poisson, so that steps of any length follow the same law (`choice.law`).

    Parameters
    ----------
    graph, offers, choices, step : moves and packages, how the futures choose, and when
    value : (actor, state, future) what each state is worth
    state : (future,) updated
    watched : (state, feature) 1 where a feature holds
    touched : (feature, future) 1 where it held at some time of the step, its beginning included; written
    """
    first, to, oneway = graph.first, graph.to, graph.oneway
    target, offered, members = offers.target, offers.rate, offers.members
    lam, inertia, cost, rate = choices.lam, choices.inertia, choices.cost, choices.rate
    weeks, seed, day, numbers, entities = step.weeks, step.seed, step.day, step.futures, step.entities
    actors, _, futures = value.shape
    revisers = actors + target.shape[0]
    most = np.zeros(revisers)
    for p in range(target.shape[0]):
        for s in range(target.shape[1]):
            most[actors + p] = max(most[actors + p], offered[p, s])
    weight = np.empty(1 + widest_choice(first))
    order, turn = np.empty(revisers * MOST, np.int64), np.empty(revisers * MOST)
    for f in range(futures):
        # most days most of them do nothing: only those whose turn comes draw more and are put in order
        due = 0
        for j in range(touched.shape[0]):
            touched[j, f] = watched[state[f], j]
        for k in range(revisers):
            often = (rate[k, f] if k < actors else most[k]) * weeks
            if often == 0.0:
                continue
            u = uniform(seed, numbers[f], day, REVIEW, entities[k])
            for m in range(times_of(u, often)):
                event = k * MOST + m
                turn[event] = uniform(seed, numbers[f], day, TURN + m, entities[k])
                n = due
                while n > 0 and turn[order[n - 1]] > turn[event]:
                    order[n] = order[n - 1]
                    n -= 1
                order[n] = event
                due += 1
        for n in range(due):
            k, m = order[n] // MOST, order[n] % MOST
            s = state[f]
            if k < actors:
                begin, end = first[k, s], first[k, s + 1]
                weight[0] = lam[f] * (value[k, s, f] + inertia[f])
                for e in range(begin, end):
                    weight[1 + e - begin] = lam[f] * (value[k, to[e], f] - (cost[f] if oneway[e] else 0.0))
                logit(weight, 1 + end - begin)
                u = uniform(seed, numbers[f], day, PICK + m, entities[k])
                for e in range(begin, end):
                    u -= weight[1 + e - begin]
                    if u < 0.0:
                        state[f] = to[e]
                        break
            else:
                p = k - actors
                t = target[p, s]
                if t < 0:
                    continue
                # offers come at the highest rate that they ever have, and fewer of them are real where they are rarer
                consent = offered[p, s] / most[k]
                for i in range(actors):
                    if members[p, i]:
                        consent *= agree(value[i, t, f] - value[i, s, f], lam[f], inertia[f])
                if uniform(seed, numbers[f], day, PICK + m, entities[k]) < consent:
                    state[f] = t
            for j in range(touched.shape[0]):
                touched[j, f] |= watched[state[f], j]


@kernel
def times_of(u: float, mean: float) -> int:
    """Return how often something comes whose number is Poisson, from a uniform number: the smaller, the more often."""
    chance = math.exp(-mean)
    beyond, n = 1.0 - chance, 0
    while u < beyond and n < MOST:
        n += 1
        chance *= mean / n
        beyond -= chance
    return n
