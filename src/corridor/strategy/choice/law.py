"""The exact law of the choice process over states, in continuous time: what the sampled paths must follow.

Sides review and offers come at random times, as often as their rates say; so the law is that of a Markov chain in
continuous time. It is computed by uniformisation: one sequence of jumps at the pace of the state that is left soonest,
mixed over how many jumps a time holds, which is Poisson. One sequence gives every date.

Loosely coupled: what each state is worth does not change while the law runs. Many draws run side by side (lanes).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

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
from corridor.strategy.choice.runs import Runs, Ways, ways_of, with_ways
from corridor.strategy.model.graph import Graph
from corridor.strategy.model.model import Model

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]
Words = NDArray[np.uint32]
LANES = 8
"""Draws whose jumps are followed side by side: a number that the compiler knows makes them vector instructions."""
TAIL, EXACT = 4.5, 8.0
"""Jumps beyond the mean, in standard deviations and then in jumps, that are followed: of many draws, whose chances are
right to 1e-6, and of one, right to 1e-12."""


class Turn(NamedTuple):
    """What is chosen when it is someone's turn.

    stay : (actor, state, lane) probability that an actor that reviews its options stays
    move : (move, lane) probability that it makes the move
    deal : (package, state, lane) probability that every member accepts the package
    """

    stay: Floats
    move: Floats
    deal: Floats


@kernel
def turn_probabilities(graph: Graph, offers: Offers, choices: ChoiceDraws, value: Floats, turn: Turn) -> None:
    """Write the probabilities of every turn; value : (actor, state, lane) what each state is worth."""
    first, to, oneway = graph.first, graph.to, graph.oneway
    target, members = offers.target, offers.members
    lam, inertia, cost = choices.lam, choices.inertia, choices.cost
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
    for p in range(target.shape[0]):
        for s in range(states):
            t = target[p, s]
            for n in range(lanes):
                deal[p, s, n] = 0.0
                if t >= 0:
                    consent = 1.0
                    for i in range(actors):
                        if members[p, i]:
                            consent *= agree(value[i, t, n] - value[i, s, n], lam[n], inertia[n])
                    deal[p, s, n] = consent


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


def turns_of(model: Model, value: Floats, choices: ChoiceDraws) -> Turn:
    """Return the probabilities of every turn; value : (actor, state, draw) what each state is worth."""
    graph, offers = model.space.graph, offers_of(model)
    draws = value.shape[2]
    turn = Turn(np.empty(value.shape), np.empty((graph.to.size, draws)), np.empty((*offers.target.shape, draws)))
    turn_probabilities(graph, offers, choices, value, turn)
    return turn


class Chain(NamedTuple):
    """All moves and deals of a model by the state they lead to, and how probable each is at a jump.

    first : (state + 1,) where those that lead to a state begin; source : (way,) the state they lead from
    chance : (way, lane) probability of the move or deal at a jump from its source
    keep : (state, lane) probability that a jump leads nowhere
    """

    first: Longs
    source: Words
    chance: Floats
    keep: Floats


@kernel
def rates_of(ways: Ways, turn: Turn, rate: Floats, lanes: Longs, chance: Floats, leave: Floats) -> None:
    """Write how many moves and deals a week go each way, and leave each state, in some lanes of the draws.

    Parameters
    ----------
    rate : (actor, draw) decisions in a week
    lanes : (LANES,) numbers of draws, -1 for none
    chance : (way, LANES), leave : (state, LANES) written
    """
    source, number, mover, often = ways.source, ways.number, ways.mover, ways.often
    move, deal = turn.move, turn.deal
    actors, moves, states = rate.shape[0], move.shape[0], leave.shape[0]
    leave[:] = 0.0
    for w in range(number.size):
        for n in range(LANES):
            d, value = lanes[n], 0.0
            if d >= 0:
                if mover[w] < actors:
                    value = move[number[w], d] * rate[mover[w], d]
                else:
                    value = deal[mover[w] - actors, (number[w] - moves) % states, d] * often[w]
            chance[w, n] = value
            leave[source[w], n] += value


@kernel
def jump(
    held: Bools, first: Longs, way: Ints, source: Words, chance: Floats, keep: Floats, mass: Floats, after: Floats
) -> None:
    """Write the distributions (run, state, LANES) after one jump; what is in a state that a run holds stays there.

    held, first, way : of `Runs`; source, chance, keep : of the chain
    """
    here = np.empty(LANES)
    for s in range(keep.shape[0]):
        for k in range(held.shape[0]):
            for n in range(LANES):
                here[n] = mass[k, s, n] if held[k, s] else keep[s, n] * mass[k, s, n]
            for w in range(first[k, s], first[k, s + 1]):
                v = way[w]
                r = source[v]
                for n in range(LANES):
                    here[n] += chance[v, n] * mass[k, r, n]
            for n in range(LANES):
                after[k, s, n] = here[n]


@kernel
def shares_of(runs: Runs, chain: Chain, start: int, share: Floats) -> None:
    """Write the probability of each outcome after each jump, (outcome, jump + 1, LANES), for each lane."""
    which, seen, state = runs.run, runs.seen, runs.state
    held, first, way = runs.held, runs.first, runs.way
    source, chance, keep = chain.source, chain.chance, chain.keep
    size, states = held.shape
    mass, after = np.zeros((size, states, LANES)), np.zeros((size, states, LANES))
    mass[:, start, :] = 1.0
    for j in range(share.shape[1]):
        for o in range(which.size):
            k = which[o]
            share[o, j, :] = 0.0
            for w in range(seen[o], seen[o + 1]):
                s = state[w]
                for n in range(LANES):
                    share[o, j, n] += mass[k, s, n]
        if j + 1 < share.shape[1]:
            jump(held, first, way, source, chance, keep, mass, after)
            mass, after = after, mass


def jumps_by(pace: Floats, times: Floats, tail: float = TAIL) -> Floats:
    """Return (time, jump + 1, lane) how probable it is that just so many jumps have come by each time, in weeks.

    The mass of what comes later than what is followed is put on the last.
    """
    most = float(pace.max(initial=0.0) * times.max(initial=0.0))
    k = np.arange(int(np.ceil(most + tail * np.sqrt(most) + tail)) + 1.0)[None, :, None]
    mean = times[:, None, None] * pace[None, None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = np.where(mean > 0.0, np.exp(k * np.log(mean) - mean - gammaln(k + 1.0)), (k == 0.0) * 1.0)
    chance[:, -1] += np.maximum(0.0, 1.0 - chance.sum(axis=1))
    return np.asarray(chance)


def chain_of(ways: Ways, turn: Turn, rate: Floats, lanes: Longs) -> tuple[Chain, Floats]:
    """Return the chain of some draws, and its pace (LANES,): jumps a week."""
    states = ways.first.size - 1
    chance, leave = np.empty((ways.number.size, LANES)), np.empty((states, LANES))
    rates_of(ways, turn, rate, lanes, chance, leave)
    pace = np.maximum(leave.max(axis=0), 1e-300)
    chance /= pace
    return Chain(ways.first, ways.source, chance, 1.0 - leave / pace), pace


def law_of_draws(
    model: Model, ways: Ways, runs: Runs, start: int, value: Floats, choices: ChoiceDraws, times: Floats
) -> Floats:
    """Return (draw, outcome, time) the probability of each outcome by each time, in weeks from the start.

    Draws that are left equally soon run side by side, since the sooner a state is left the more jumps there are.

    Parameters
    ----------
    ways, runs : of the model, and of what is asked of it; start : state number
    value : (actor, state, draw) what each state is worth
    choices : of the draws
    """
    turn, draws, outcomes = turns_of(model, value, choices), value.shape[2], runs.run.size
    found = np.empty((draws, outcomes, times.size))
    order = np.argsort(busiest(model, turn, choices.rate), kind="stable")
    for low in range(0, draws, LANES):
        some = order[low : low + LANES]
        lanes = np.full(LANES, -1, np.int64)
        lanes[: some.size] = some
        chain, pace = chain_of(ways, turn, choices.rate, lanes)
        often = jumps_by(pace, times)
        share = np.empty((outcomes, often.shape[1], LANES))
        shares_of(runs, chain, start, share)
        found[some] = np.clip(np.einsum("tkn,okn->not", often, share), 0.0, 1.0)[: some.size]
    return found


def busiest(model: Model, turn: Turn, rate: Floats) -> Floats:
    """Return (draw,) how often the state is left that the actors leave soonest."""
    return np.asarray(((1.0 - turn.stay) * rate[:, None, :]).sum(axis=0).max(axis=0))


def state_law(
    model: Model, value: Floats, choices: ChoiceDraws, start: Floats, steps: int, weeks: float = 1.0,
    passage: Bools | None = None,
) -> Floats:  # fmt: skip
    """Return (step + 1, state) the distribution over states at the start and after each step.

    Parameters
    ----------
    value : (actor, state) what each state is worth
    choices : of one future
    start : (state,) distribution at the start
    steps, weeks : number of steps, and length of each
    passage : (state,) where given, mass that enters these states stays there, so that its sum is the
        probability of having been there by then
    """
    ways = ways_of(model.space.graph, offers_of(model))
    turn = turns_of(model, np.ascontiguousarray(value[:, :, None]), choices)
    lanes = np.full(LANES, -1, np.int64)
    lanes[0] = 0
    chain, pace = chain_of(ways, turn, choices.rate, lanes)
    often = jumps_by(pace[:1], weeks * np.arange(steps + 1.0), EXACT)[:, :, 0]
    held = np.zeros((1, start.size), np.bool_) if passage is None else passage[None]
    runs = with_ways(ways, held, start > 0.0, np.empty(0, np.int64), held[:0])
    mass, after = np.zeros((1, start.size, LANES)), np.zeros((1, start.size, LANES))
    mass[0, :, 0] = start
    law = np.zeros((steps + 1, start.size))
    for k in range(often.shape[1]):
        law += often[:, k, None] * mass[0, :, 0]
        jump(held, runs.first, runs.way, chain.source, chain.chance, chain.keep, mass, after)
        mass, after = after, mass
    return law
