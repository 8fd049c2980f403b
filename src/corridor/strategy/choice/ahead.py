"""What a state is worth to who looks ahead: the mean over everybody's replies, futures side by side.

Many futures look ahead together over the same moves: what differs between them lies next to each other, so that the
innermost loops are long and become vector instructions. The order of each sum is that of the moves.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from corridor.kernels.jit import kernel
from corridor.strategy.choice.process import ChoiceDraws, logit, widest_choice
from corridor.strategy.choice.wants import Views, Wants, add_up
from corridor.strategy.model.graph import Graph

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

LANES = 16
"""Most futures that look ahead side by side: what they read must fit in a core's cache."""
SAFE_EXPONENT = 600.0
ROOMS = 6
"""Arrays of (state, actor, lane) at work at once: utility, worth, two parts of the reply, before and after it."""
ROWS = 7
LAM, INERTIA, COST, KEEP, LOSS, ONE, SHARP = range(ROWS)
"""Rows of `taste`: lam, inertia and cost of `ChoiceDraws`, exp(lam inertia), exp(-lam cost), 1, and 1 where the
precision is so high that the odds of a state against the best one would underflow."""
ODDS, SCALE = 0, 1
"""Parts of `reply`: odds of a state against the best one; 1 / the sum over what can be chosen there. The probability of
a move is odds of its end (times loss) times scale of its beginning."""


def look_ahead_seen(
    graph: Graph, views: Views, choices: ChoiceDraws, weight: Floats, which: Longs, value: Floats
) -> None:
    """Write what each state is worth as `look_ahead`; who believes something else of others expects other replies."""
    look_ahead(graph, views.wants, choices, weight, which, value)
    for i, wants in views.seen:
        seen = np.empty_like(value)
        look_ahead(graph, wants, choices, weight, which, seen)
        value[i][:, which] = seen[i][:, which]


@kernel
def look_ahead(graph: Graph, wants: Wants, choices: ChoiceDraws, weight: Floats, which: Longs, value: Floats) -> None:
    """Write what each state is worth to each actor who looks some rounds of replies ahead.

    With no round it is the utility: the sum of the weights of the statements that hold. With `h` it is
    `(1 - patience) * utility + patience *` the mean worth at `h - 1` after everybody, in order, has replied once by
    logit on the worth at `h - 1`.

    Parameters
    ----------
    graph, wants, choices : moves, what is wanted, and how the futures choose
    weight : (statement, future)
    which : the futures to look at
    value : (actor, state, future) written in those
    """
    first, to, oneway = graph.first, graph.to, graph.oneway
    truth, owner, fixed, alike = wants.truth, wants.owner, wants.fixed, wants.alike
    lam, inertia, cost = choices.lam, choices.inertia, choices.cost
    patience, rounds = choices.patience, choices.rounds
    actors, states = fixed.shape
    each = np.empty((actors, states), np.int32)
    for i in range(actors):
        for s in range(states):
            each[i, s] = s
    farthest = 0
    for f in which:
        farthest = max(farthest, rounds[f])
    members = np.empty(which.size, np.int64)
    # memory taken once: new pages for every round would cost as much as what is worked out in them
    room = np.empty(ROOMS * states * actors * min(LANES, which.size))
    for h in range(farthest + 1):
        count = 0
        for f in which:
            if rounds[f] == h:
                members[count] = f
                count += 1
        for low in range(0, count, LANES):
            lanes = min(LANES, count - low)
            taste, weighs, patient = np.ones((ROWS, lanes)), np.empty((owner.size, lanes)), np.empty(lanes)
            for n in range(lanes):
                f = members[low + n]
                taste[LAM, n], taste[INERTIA, n], taste[COST, n] = lam[f], inertia[f], cost[f]
                patient[n] = patience[f]
                for j in range(owner.size):
                    weighs[j, n] = weight[j, f]
            size = states * actors * lanes
            utility = room[:size].reshape(states, actors, lanes)
            worth = room[size : 2 * size].reshape(states, actors, lanes)
            add_up(truth, owner, fixed, alike, weighs, utility)
            worth[:] = utility
            for r in range(h):
                spare = room[2 * size : ROOMS * size].reshape(ROOMS - 2, size)
                mean = mean_worth(first, to, oneway, alike if r == 0 else each, taste, worth, spare)
                for s in range(states):
                    for i in range(actors):
                        for n in range(lanes):
                            worth[s, i, n] = (1.0 - patient[n]) * utility[s, i, n] + patient[n] * mean[s, i, n]
            for i in range(actors):
                for s in range(states):
                    for n in range(lanes):
                        value[i, s, members[low + n]] = worth[s, i, n]


@kernel
def mean_worth(
    first: Longs, to: Ints, oneway: Bools, same: Ints, taste: Floats, worth: Floats, spare: Floats
) -> Floats:
    """Return (state, actor, lane) what each state is worth on average once everybody, in order, has replied.

    Parameters
    ----------
    first, to, oneway : of the graph
    same : (actor, state) an earlier state of the same worth to the actor, or the state itself
    taste : (row, lane) see `LAM`; its last rows are written
    worth : (state, actor, lane)
    spare : (4, state * actor * lane) written over; what is returned lies in it
    """
    states, actors, lanes = worth.shape
    reply = spare[:2].reshape(2, actors, states, lanes)
    here: Floats = spare[2].reshape(states, actors, lanes)
    after = spare[3].reshape(states, actors, lanes)
    here[:] = worth
    taste[SHARP, :] = 0.0
    for j in range(actors):
        odds_of(worth, j, same, taste, reply)
        scales_of(first, to, oneway, j, taste, reply)
    sharp = taste[SHARP, :].any()
    moves = to.size if sharp else 0
    stay, move = np.empty((actors, states if sharp else 0, lanes)), np.empty((moves, lanes))
    for k in range(actors):
        j = actors - 1 - k
        mean_reply(first, to, oneway, j, taste, reply, here, after)
        if sharp:
            sharp_replies(first, to, oneway, j, taste, worth, stay, move)
            sharp_mean_reply(first, to, j, taste, stay, move, here, after)
        here, after = after, here
    return here


@kernel
def odds_of(worth: Floats, actor: int, same: Ints, taste: Floats, reply: Floats) -> None:
    """Write the actor's odds of every state, exp(lam (worth - highest worth)): one exponential for all equal ones.

    Parameters
    ----------
    worth, same, taste : as in `mean_worth`; `KEEP`, `LOSS` are written, `SHARP` is set where it holds
    reply : (part, actor, state, lane) the odds are written
    """
    states, _, lanes = worth.shape
    top, bottom = np.empty(lanes), np.empty(lanes)
    for n in range(lanes):
        top[n] = bottom[n] = worth[0, actor, n]
    for s in range(states):
        for n in range(lanes):
            top[n], bottom[n] = max(top[n], worth[s, actor, n]), min(bottom[n], worth[s, actor, n])
    for n in range(lanes):
        lam = taste[LAM, n]
        if lam * (top[n] - bottom[n] + taste[INERTIA, n] + taste[COST, n]) > SAFE_EXPONENT:
            taste[SHARP, n] = 1.0
        taste[KEEP, n] = math.exp(lam * taste[INERTIA, n])
        taste[LOSS, n] = math.exp(-lam * taste[COST, n])
    for s in range(states):
        known = same[actor, s]
        if known == s:
            for n in range(lanes):
                reply[ODDS, actor, s, n] = math.exp(taste[LAM, n] * (worth[s, actor, n] - top[n]))
        else:
            for n in range(lanes):
                reply[ODDS, actor, s, n] = reply[ODDS, actor, known, n]


@kernel
def scales_of(first: Longs, to: Ints, oneway: Bools, actor: int, taste: Floats, reply: Floats) -> None:
    """Write 1 / the sum of the odds of all that the actor can choose in each state; arguments as in `mean_worth`."""
    states, lanes = reply.shape[2:]
    total = np.empty(lanes)
    for s in range(states):
        for n in range(lanes):
            total[n] = reply[ODDS, actor, s, n] * taste[KEEP, n]
        for e in range(first[actor, s], first[actor, s + 1]):
            t, row = to[e], LOSS if oneway[e] else ONE
            for n in range(lanes):
                total[n] += reply[ODDS, actor, t, n] * taste[row, n]
        for n in range(lanes):
            # odds so sharp that all of them vanish are of a future that takes the exact route
            reply[SCALE, actor, s, n] = 1.0 / total[n] if total[n] > 0.0 else 0.0


@kernel
def mean_reply(
    first: Longs, to: Ints, oneway: Bools, actor: int, taste: Floats, reply: Floats, here: Floats, after: Floats
) -> None:
    """Write what each state is worth to everybody on average once one actor has replied.

    Parameters
    ----------
    here : (state, actor, lane) worth before the reply; after : the same after it, written
    """
    states, actors, lanes = here.shape
    chance = np.empty(lanes)
    for s in range(states):
        for n in range(lanes):
            chance[n] = reply[ODDS, actor, s, n] * taste[KEEP, n] * reply[SCALE, actor, s, n]
        for i in range(actors):
            for n in range(lanes):
                after[s, i, n] = chance[n] * here[s, i, n]
        for e in range(first[actor, s], first[actor, s + 1]):
            t, row = to[e], LOSS if oneway[e] else ONE
            for n in range(lanes):
                chance[n] = reply[ODDS, actor, t, n] * taste[row, n] * reply[SCALE, actor, s, n]
            for i in range(actors):
                for n in range(lanes):
                    after[s, i, n] += chance[n] * here[t, i, n]


@kernel
def sharp_replies(
    first: Longs, to: Ints, oneway: Bools, actor: int, taste: Floats, worth: Floats, stay: Floats, move: Floats
) -> None:
    """Write the actor's chances in the lanes that are too sharp for odds: one exponential per move.

    Parameters
    ----------
    stay : (actor, state, lane), move : (move, lane); the places of the actor and of those lanes are written
    """
    weight = np.empty(1 + widest_choice(first))
    for n in range(taste.shape[1]):
        if taste[SHARP, n] == 0.0:
            continue
        for s in range(worth.shape[0]):
            begin, end = first[actor, s], first[actor, s + 1]
            weight[0] = taste[LAM, n] * (worth[s, actor, n] + taste[INERTIA, n])
            for e in range(begin, end):
                loss = taste[COST, n] if oneway[e] else 0.0
                weight[1 + e - begin] = taste[LAM, n] * (worth[to[e], actor, n] - loss)
            logit(weight, 1 + end - begin)
            stay[actor, s, n] = weight[0]
            for e in range(begin, end):
                move[e, n] = weight[1 + e - begin]


@kernel
def sharp_mean_reply(
    first: Longs, to: Ints, actor: int, taste: Floats, stay: Floats, move: Floats, here: Floats, after: Floats
) -> None:
    """Write what `mean_reply` writes, in the lanes that are too sharp for odds."""
    for n in range(taste.shape[1]):
        if taste[SHARP, n] == 0.0:
            continue
        for s in range(here.shape[0]):
            for i in range(here.shape[1]):
                total = stay[actor, s, n] * here[s, i, n]
                for e in range(first[actor, s], first[actor, s + 1]):
                    total += move[e, n] * here[to[e], i, n]
                after[s, i, n] = total
