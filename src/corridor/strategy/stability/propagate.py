"""Every classical stability test, reduced to lowest values carried backwards along moves.

What deters an actor from leaving a state is the worst outcome the others can bring about after the
move. So for each actor one number per state is enough: the lowest value the others can reach from
there. Where each actor's moves are transitive it is found

- over all moves, from the components of the others' moves, which are fixed: one pass over states;
- over improvements, by visiting states in increasing value and walking improvements backwards:
  the first visit fixes the lowest value, each improvement is used once.

The cost is O(actors * (moves + states)) per preference draw, against O(actors * states**3) of the
matrix form. Where moves are not transitive, the walk runs over (state, last mover) instead.

All values are dense ranks: 0 is the worst class of states, equal numbers are ties.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corridor.kernels.jit import kernel
from corridor.strategy.model.graph import Graph, Others

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

NASH, GMR, SMR, SEQ, SSEQ = 0, 1, 2, 3, 4
CONCEPTS: tuple[str, ...] = ("nash", "gmr", "smr", "seq", "sseq")
"""Names of the concepts, in the order of the first axis of `threats`."""
NO_MOVE = -1
"""Threat of a state that the actor cannot leave."""


@kernel
def threats(graph: Graph, others: Others, rank: Ints, threat: Ints) -> None:
    """Write the rank each actor can still hope for by leaving each state, after the others' worst answer.

    A state is stable for an actor if the threat is not above the rank of the state itself.

    Parameters
    ----------
    graph, others : the moves
    rank : (actor, state) dense rank, at least 0 and below the number of states
    threat : (concept, actor, state) written; `NO_MOVE` where the actor has no move. The threat of a
        move is the lower of the rank of where it leads and of what follows: the lowest rank of
        anything the others can reach from there (GMR, SEQ), or the lowest rank the actor can be held
        to after answering back once (SMR, SSEQ). The threat of a state is its largest over moves.

    Source
    ------
    Definitions: Fang, Hipel and Kilgour 1993, Interactive Decision Making: The Graph Model for
    Conflict Resolution.
    """
    first, to, transitive = graph.first, graph.to, graph.transitive
    back_first, back_from, back_mover = graph.back_first, graph.back_from, graph.back_mover
    component, components, below_first, below = others.component, others.components, others.first, others.to
    actors, states = rank.shape
    value = np.empty((4, states), np.int32)  # what follows a move: GMR, SMR, SEQ, SSEQ
    base, lowest, ordered = np.empty(states, np.int32), np.empty(states, np.int32), np.empty(states, np.int32)
    starts, up_first = np.empty(states + 1, np.int64), np.empty(states + 1, np.int64)
    up_from, up_mover = np.empty(back_from.size, np.int32), np.empty(back_from.size, np.int32)
    stack = np.empty(states, np.int32)
    improvements(back_first, back_from, back_mover, rank, up_first, up_from, up_mover)
    for i in range(actors):
        best_move(first, to, rank, i, threat)
        for escape in range(2):
            for s in range(states):
                # who can answer back is held to no less than its best move from there
                base[s] = max(rank[i, s], threat[NASH, i, s]) if escape == 1 else rank[i, s]
            order_by(base, starts, ordered)
            if transitive:
                lowest_over_components(component, components, below_first, below, i, base, lowest)
            else:
                lowest_in_turn(back_first, back_from, back_mover, actors, i, base, ordered, lowest)
            value[escape, :] = lowest
            if transitive:
                lowest_over_improvements(up_first, up_from, up_mover, i, base, ordered, stack, lowest)
            else:
                lowest_in_turn(up_first, up_from, up_mover, actors, i, base, ordered, lowest)
            value[2 + escape, :] = lowest
        best_threats(first, to, rank, i, value, threat)


@kernel
def best_move(first: Longs, to: Ints, rank: Ints, actor: int, threat: Ints) -> None:
    """Write the highest rank `actor` can move to from each state, `NO_MOVE` where there is no move."""
    for s in range(rank.shape[1]):
        top = np.int32(NO_MOVE)
        for e in range(first[actor, s], first[actor, s + 1]):
            top = max(top, rank[actor, to[e]])
        threat[NASH, actor, s] = top


@kernel
def best_threats(first: Longs, to: Ints, rank: Ints, actor: int, value: Ints, threat: Ints) -> None:
    """Write, for each state, the largest over moves of the lower of where the move leads and what follows."""
    for s in range(rank.shape[1]):
        gmr = smr = seq = sseq = np.int32(NO_MOVE)
        for e in range(first[actor, s], first[actor, s + 1]):
            t = to[e]
            here = rank[actor, t]
            gmr = max(gmr, min(here, value[0, t]))
            smr = max(smr, min(here, value[1, t]))
            seq = max(seq, min(here, value[2, t]))
            sseq = max(sseq, min(here, value[3, t]))
        threat[GMR, actor, s], threat[SMR, actor, s] = gmr, smr
        threat[SEQ, actor, s], threat[SSEQ, actor, s] = seq, sseq


@kernel
def lowest_over_components(
    component: Ints, components: Ints, first: Longs, to: Ints, actor: int, base: Ints, lowest: Ints
) -> None:
    """Write the lowest `base` that everybody except `actor` can reach from each state, the state included.

    component, components, first, to : of `Others`
    """
    n = components[actor]
    floor = np.full(n, np.int32(2**31 - 1), np.int32)
    for s in range(base.size):
        c = component[actor, s]
        floor[c] = min(floor[c], base[s])
    for c in range(n):  # sinks first: whatever can be reached is already final
        for e in range(first[actor, c], first[actor, c + 1]):
            floor[c] = min(floor[c], floor[to[e]])
    for s in range(base.size):
        lowest[s] = floor[component[actor, s]]


@kernel
def improvements(
    back_first: Longs, back_from: Ints, back_mover: Ints, rank: Ints, up_first: Longs, up_from: Ints, up_mover: Ints
) -> None:
    """Write the moves that are improvements for their mover, by the state they end in."""
    n = 0
    for t in range(rank.shape[1]):
        up_first[t] = n
        for e in range(back_first[t], back_first[t + 1]):
            s, j = back_from[e], back_mover[e]
            if rank[j, t] > rank[j, s]:
                up_from[n] = s
                up_mover[n] = j
                n += 1
    up_first[rank.shape[1]] = n


@kernel
def order_by(base: Ints, starts: Longs, ordered: Ints) -> None:
    """Write the states in increasing `base`, by counting; needs `0 <= base < base.size`."""
    starts[:] = 0
    for s in range(base.size):
        starts[base[s] + 1] += 1
    for r in range(base.size):
        starts[r + 1] += starts[r]
    for s in range(base.size):
        ordered[starts[base[s]]] = s
        starts[base[s]] += 1


@kernel
def lowest_over_improvements(
    up_first: Longs, up_from: Ints, up_mover: Ints, actor: int, base: Ints, ordered: Ints, stack: Ints, lowest: Ints
) -> None:
    """Write the lowest `base` that improvements of everybody except `actor` can lead to from each state."""
    lowest[:] = -1
    seen = 0
    for n in range(ordered.size):
        q = ordered[n]
        if lowest[q] >= 0:
            continue
        floor = base[q]
        lowest[q] = floor
        seen += 1
        stack[0] = q
        height = 1
        while height > 0:
            height -= 1
            t = stack[height]
            for e in range(up_first[t], up_first[t + 1]):
                s = up_from[e]
                if lowest[s] < 0 and up_mover[e] != actor:
                    lowest[s] = floor
                    seen += 1
                    stack[height] = s
                    height += 1
        if seen == ordered.size:
            break


@kernel
def lowest_in_turn(
    back_first: Longs,
    back_from: Ints,
    back_mover: Ints,
    actors: int,
    actor: int,
    base: Ints,
    ordered: Ints,
    lowest: Ints,
) -> None:
    """Write the lowest `base` that everybody except `actor` can reach where nobody moves twice in a row.

    A node is a state together with who moved last; row `actors` is "nobody yet".
    """
    states = base.size
    value = np.full((actors + 1, states), np.int32(-1), np.int32)
    stack_state = np.empty((actors + 1) * states, np.int32)
    stack_last = np.empty((actors + 1) * states, np.int32)
    for n in range(ordered.size):
        q = ordered[n]
        floor = base[q]
        height = 0
        for j in range(actors + 1):
            if value[j, q] < 0:
                value[j, q] = floor
                stack_state[height] = q
                stack_last[height] = j
                height += 1
        while height > 0:
            height -= 1
            t, last = stack_state[height], stack_last[height]
            for e in range(back_first[t], back_first[t + 1]):
                if back_mover[e] != last or last == actor:
                    continue
                s = back_from[e]
                for j in range(actors + 1):
                    if j != last and value[j, s] < 0:
                        value[j, s] = floor
                        stack_state[height] = s
                        stack_last[height] = j
                        height += 1
    for s in range(states):
        lowest[s] = value[actors, s]
