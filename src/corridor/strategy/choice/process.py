"""How actors choose from day to day: logit among their own moves, with foresight, inertia and packages.

Pure functions on arrays. A simulation hands over its own uniform numbers, so that policies share
them, and keeps one state per future; `law` computes the exact distribution that the draws follow.

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

from corridor.kernels.jit import kernel
from corridor.strategy.model.graph import Graph
from corridor.strategy.model.model import Model

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
NOBODY = -1
SAFE_EXPONENT = 600.0
LANES = 8
"""Actors whose worths are averaged side by side."""


class Offers(NamedTuple):
    """Packages as arrays.

    target : (package, state) where it leads, -1 where it cannot be made
    rate : (package, state) expected offers in a week, with the multipliers of the options taken there
    members : (package, actor) who must agree; those whom a policy holds are not asked
    """

    target: Ints
    rate: Floats
    members: NDArray[np.bool_]


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
def move_weights(
    graph: Graph, actor: int, state: int, value: Floats, lam: float, inertia: float, cost: float, weight: Floats
) -> float:
    """Write the probability of each of the actor's moves from `state`; return that of staying.

    Parameters
    ----------
    value : (state,) what each state is worth to the actor
    lam : precision, per unit of value; at least 0
    inertia, cost : value of staying; of a move that cannot be taken back
    weight : (move,) written in its first places
    """
    begin, end = graph.first[actor, state], graph.first[actor, state + 1]
    stay = lam * (value[state] + inertia)
    top = stay
    for e in range(begin, end):
        x = lam * (value[graph.to[e]] - (cost if graph.oneway[e] else 0.0))
        weight[e - begin] = x
        top = max(top, x)
    stay = math.exp(stay - top)
    total = stay
    for n in range(end - begin):
        weight[n] = math.exp(weight[n] - top)
        total += weight[n]
    for n in range(end - begin):
        weight[n] /= total
    return stay / total


@kernel
def replies(
    graph: Graph,
    actor: int,
    value: Floats,
    lam: float,
    inertia: float,
    cost: float,
    odds: Floats,
    stay: Floats,
    move: Floats,
) -> None:
    """Write the probabilities of staying in, and of every move from, every state: `move_weights` for all at once.

    One exponential per state instead of one per move, where no precision is so high that it would underflow.

    Parameters
    ----------
    odds : (state,) work space
    stay : (state,) written
    move : (move,) the places of this actor's moves are written
    """
    states = value.size
    top, bottom = value.max(), value.min()
    if lam * (top - bottom + inertia + cost) > SAFE_EXPONENT:
        for s in range(states):
            begin, end = graph.first[actor, s], graph.first[actor, s + 1]
            stay[s] = move_weights(graph, actor, s, value, lam, inertia, cost, move[begin:end])
        return
    for s in range(states):
        odds[s] = math.exp(lam * (value[s] - top))
    keep, loss = math.exp(lam * inertia), math.exp(-lam * cost)
    for s in range(states):
        begin, end = graph.first[actor, s], graph.first[actor, s + 1]
        total = odds[s] * keep
        for e in range(begin, end):
            x = odds[graph.to[e]] * (loss if graph.oneway[e] else 1.0)
            move[e] = x
            total += x
        scale = 1.0 / total
        stay[s] = odds[s] * keep * scale
        for e in range(begin, end):
            move[e] *= scale


@kernel
def agree(gain: float, lam: float, inertia: float) -> float:
    """Return the probability that one member accepts a package that raises its value by `gain`."""
    x = lam * (gain - inertia)
    if x < 0.0:
        return math.exp(x) / (1.0 + math.exp(x))
    return 1.0 / (1.0 + math.exp(-x))


@kernel
def look_ahead(
    graph: Graph, utility: Floats, lam: float, inertia: float, cost: float, patience: float, rounds: int, value: Floats
) -> None:
    """Write what each state is worth to each actor who looks `rounds` rounds of replies ahead.

    With no round it is the utility. With `h`: `(1 - patience) * utility + patience *` the mean worth
    at `h - 1` after everybody, in order, has replied once by logit on the worth at `h - 1`.

    Parameters
    ----------
    utility : (actor, state)
    patience : 0..1
    rounds : 0 and more; each costs as much as the first
    value : (actor, state) written
    """
    actors, states = utility.shape
    value[:] = utility
    if rounds == 0:
        return
    stay = np.empty((actors, states))
    reply = np.empty(graph.to.size)
    odds = np.empty(states)
    here, after = np.zeros((states, LANES)), np.empty((states, LANES))
    for _ in range(rounds):
        for j in range(actors):
            replies(graph, j, value[j], lam, inertia, cost, odds, stay[j], reply)
        for low in range(0, actors, LANES):
            lanes = min(LANES, actors - low)
            for i in range(lanes):
                for s in range(states):
                    here[s, i] = value[low + i, s]
            for k in range(actors):
                j = actors - 1 - k
                mean_reply(graph, j, stay[j], reply, here, after)
                here, after = after, here
            for i in range(lanes):
                for s in range(states):
                    value[low + i, s] = (1.0 - patience) * utility[low + i, s] + patience * here[s, i]


@kernel
def mean_reply(graph: Graph, actor: int, stay: Floats, move: Floats, here: Floats, after: Floats) -> None:
    """Write what each state is worth on average once an actor has replied, to eight actors side by side.

    Every move is read once for all of them, and eight sums in registers become vector instructions; written as one
    loop over the actors this takes more than twice as long. The order of each sum is that of the moves.

    Parameters
    ----------
    stay : (state,) probability of staying
    move : (move,) probability of each move; those of the actor are read
    here : (state, `LANES`) worth before the reply; after : the same after it, written
    """
    for s in range(stay.size):
        p = stay[s]
        a, b, c, d = p * here[s, 0], p * here[s, 1], p * here[s, 2], p * here[s, 3]
        e, f, g, h = p * here[s, 4], p * here[s, 5], p * here[s, 6], p * here[s, 7]
        for n in range(graph.first[actor, s], graph.first[actor, s + 1]):
            p, t = move[n], graph.to[n]
            a += p * here[t, 0]
            b += p * here[t, 1]
            c += p * here[t, 2]
            d += p * here[t, 3]
            e += p * here[t, 4]
            f += p * here[t, 5]
            g += p * here[t, 6]
            h += p * here[t, 7]
        after[s, 0], after[s, 1], after[s, 2], after[s, 3] = a, b, c, d
        after[s, 4], after[s, 5], after[s, 6], after[s, 7] = e, f, g, h


@kernel
def look_ahead_all(
    graph: Graph,
    utility: Floats,
    lam: Floats,
    inertia: Floats,
    cost: Floats,
    patience: Floats,
    rounds: Ints,
    value: Floats,
) -> None:
    """Write (future, actor, state) worth from utility; the other arguments are (future,). See `look_ahead`."""
    for f in range(utility.shape[0]):
        look_ahead(graph, utility[f], lam[f], inertia[f], cost[f], patience[f], rounds[f], value[f])


@kernel
def choose(
    graph: Graph,
    offers: Offers,
    value: Floats,
    lam: Floats,
    inertia: Floats,
    cost: Floats,
    rate: Floats,
    weeks: float,
    turn: Floats,
    review: Floats,
    pick: Floats,
    state: Ints,
    moved: Ints,
) -> None:
    """Let every actor review its options and every package be offered, once, in random order; update `state`.

    Parameters
    ----------
    graph, offers : moves and packages
    value : (future, actor, state) what each state is worth
    lam, inertia, cost : (future,) precision, value of staying, cost of what cannot be taken back
    rate : (future, actor) expected decisions in a week
    weeks : length of the step: 1/7 for a day
    turn : (future, actor + package) smallest first
    review : (future, actor + package) uniform: it happens if below 1 - exp(-rate * weeks)
    pick : (future, actor + package) uniform: which move; whether the members agree
    state : (future,) updated
    moved : (future, actor + package) state it moved to, `NOBODY` where it did not move; written
    """
    futures, actors = value.shape[0], value.shape[1]
    revisers = actors + offers.target.shape[0]
    widest = 0
    for i in range(actors):
        for s in range(value.shape[2]):
            widest = max(widest, graph.first[i, s + 1] - graph.first[i, s])
    weight = np.empty(widest)
    for f in range(futures):
        order = np.argsort(turn[f])
        for n in range(revisers):
            k = order[n]
            s = state[f]
            moved[f, k] = NOBODY
            if k < actors:
                if review[f, k] >= 1.0 - math.exp(-rate[f, k] * weeks):
                    continue
                begin, end = graph.first[k, s], graph.first[k, s + 1]
                move_weights(graph, k, s, value[f, k], lam[f], inertia[f], cost[f], weight)
                u = pick[f, k]
                for e in range(begin, end):
                    u -= weight[e - begin]
                    if u < 0.0:
                        state[f] = graph.to[e]
                        moved[f, k] = graph.to[e]
                        break
            else:
                p = k - actors
                t = offers.target[p, s]
                if t < 0 or review[f, k] >= 1.0 - math.exp(-offers.rate[p, s] * weeks):
                    continue
                consent = 1.0
                for i in range(actors):
                    if offers.members[p, i]:
                        consent *= agree(value[f, i, t] - value[f, i, s], lam[f], inertia[f])
                if pick[f, k] < consent:
                    state[f] = t
                    moved[f, k] = t
