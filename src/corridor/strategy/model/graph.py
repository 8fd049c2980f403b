"""The fixed network of a conflict: who can move from which state to which, as plain arrays.

Moves are kept as compressed rows: the moves of actor `i` from state `s` are
`to[first[i, s]:first[i, s + 1]]`. The same moves are kept backwards, and the strongly connected
components of what the *other* actors can do are computed once, because they do not depend on what
anybody wants.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor.kernels.jit import kernel

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Graph(NamedTuple):
    """Moves of every actor.

    first : (actor, state + 1) offsets into `to`
    to : (move,) state reached
    oneway : (move,) whether the move uses an option that cannot be taken back
    back_first : (state + 1,) offsets into `back_from`, `back_mover`
    back_from, back_mover : (move,) origin and actor of the moves that end in a state
    transitive : whether two moves in a row of one actor are always one move of that actor (or a return)
    """

    first: Longs
    to: Ints
    oneway: Bools
    back_first: Longs
    back_from: Ints
    back_mover: Ints
    transitive: bool


class Others(NamedTuple):
    """Strongly connected components of the moves of everybody except one actor, for each actor.

    component : (actor, state) component; every move leads to the same or a smaller component
    components : (actor,) number of components
    first : (actor, state + 1) offsets into `to`; rows beyond `components` are empty
    to : (edge,) smaller component that can be reached in one move
    """

    component: Ints
    components: Ints
    first: Longs
    to: Ints


def pack(n_actors: int, n_states: int, mover: Ints, origin: Ints, target: Ints, oneway: Bools) -> Graph:
    """Return the graph of a list of moves; repeated moves are kept once, moves to the same state are dropped.

    A move given twice counts as one that can be taken back if either of the two can.
    """
    key = (mover.astype(np.int64) * n_states + origin) * n_states + target
    order = np.lexsort((oneway, key))
    keep = np.ones(order.size, np.bool_)
    keep[1:] = key[order][1:] != key[order][:-1]
    order = order[keep]
    order = order[origin[order] != target[order]]
    mover, origin, target, oneway = mover[order], origin[order], target[order], oneway[order]
    bounds = np.searchsorted(mover.astype(np.int64) * n_states + origin, np.arange(n_actors * n_states + 1))
    first = np.empty((n_actors, n_states + 1), np.int64)
    for i in range(n_actors):
        first[i] = bounds[i * n_states : (i + 1) * n_states + 1]
    return _both_ways(first, np.ascontiguousarray(target, np.int32), np.ascontiguousarray(oneway, np.bool_))


def _both_ways(first: Longs, to: Ints, oneway: Bools) -> Graph:
    """Return the graph of moves kept as compressed rows."""
    back_first = np.zeros(first.shape[1], np.int64)
    back_from, back_mover = np.empty(to.size, np.int32), np.empty(to.size, np.int32)
    turn(first, to, back_first, back_from, back_mover)
    return Graph(first, to, oneway, back_first, back_from, back_mover, bool(_is_transitive(first, to)))


def within(codes: Longs, owned: list[int], up_only: int, down_only: int) -> Graph:
    """Return the graph of a conflict in option form whose states are all told apart: nothing has to be sorted.

    Parameters
    ----------
    codes : (state,) options taken, one bit each, ascending
    owned : of each actor, the bits of the options that it can move
    up_only, down_only : bits of options that can only be taken, only be dropped
    """
    first = np.zeros((len(owned), codes.size + 1), np.int64)
    groups = []
    for i, own in enumerate(owned):
        rest = codes & ~np.int64(own)
        ordered = np.argsort(rest, kind="stable")
        starts = np.flatnonzero(np.diff(rest[ordered], prepend=-1, append=-1))
        groups.append((ordered, starts))
        count_moves(codes, ordered, starts, up_only, down_only, first[i, 1:])
    # the rows of one actor follow those of the one before
    for i in range(len(owned)):
        first[i, 0] = first[i - 1, -1] if i else 0
        np.cumsum(first[i], out=first[i])
    to, oneway = np.empty(int(first[-1, -1]), np.int32), np.empty(int(first[-1, -1]), np.bool_)
    for i, (ordered, starts) in enumerate(groups):
        write_moves(codes, ordered, starts, up_only, down_only, first[i], to, oneway)
    return _both_ways(first, to, oneway)


@kernel
def turn(first: Longs, to: Ints, back_first: Longs, back_from: Ints, back_mover: Ints) -> None:
    """Write the moves by the state they end in, there by mover and by origin."""
    actors, states = first.shape[0], first.shape[1] - 1
    for e in range(to.size):
        back_first[to[e] + 1] += 1
    for s in range(states):
        back_first[s + 1] += back_first[s]
    at = back_first.copy()
    for i in range(actors):
        for s in range(states):
            for e in range(first[i, s], first[i, s + 1]):
                back_from[at[to[e]]], back_mover[at[to[e]]] = s, i
                at[to[e]] += 1


@kernel
def _is_transitive(first: Longs, to: Ints) -> bool:
    """Whether every two moves in a row of one actor lead back or to one of its direct moves."""
    actors, states = first.shape[0], first.shape[1] - 1
    mark = np.full(states, -1, np.int64)
    for i in range(actors):
        for s in range(states):
            stamp = i * states + s
            mark[s] = stamp
            for e in range(first[i, s], first[i, s + 1]):
                mark[to[e]] = stamp
            for e in range(first[i, s], first[i, s + 1]):
                t = to[e]
                for g in range(first[i, t], first[i, t + 1]):
                    if mark[to[g]] != stamp:
                        return False
    return True


@kernel
def count_moves(codes: Longs, ordered: Longs, starts: Longs, up_only: int, down_only: int, count: Longs) -> None:
    """Write (state,) the number of moves of one actor from each state; the rest as in `moves_within`."""
    for g in range(starts.size - 1):
        for a in range(starts[g], starts[g + 1]):
            n = 0
            for b in range(starts[g], starts[g + 1]):
                before, after = codes[ordered[a]], codes[ordered[b]]
                if a != b and (before & ~after & up_only) == 0 and (after & ~before & down_only) == 0:
                    n += 1
            count[ordered[a]] = n


@kernel
def write_moves(
    codes: Longs, ordered: Longs, starts: Longs, up_only: int, down_only: int, first: Longs, to: Ints, oneway: Bools
) -> None:
    """Write where the moves of one actor lead, in its rows, ascending; the rest as in `moves_within`."""
    for g in range(starts.size - 1):
        for a in range(starts[g], starts[g + 1]):
            e = first[ordered[a]]
            for b in range(starts[g], starts[g + 1]):
                before, after = codes[ordered[a]], codes[ordered[b]]
                if a != b and (before & ~after & up_only) == 0 and (after & ~before & down_only) == 0:
                    to[e] = ordered[b]
                    oneway[e] = ((before ^ after) & (up_only | down_only)) != 0
                    e += 1


@kernel
def moves_within(
    codes: Longs, ordered: Longs, starts: Longs, up_only: int, down_only: int, origin: Ints, target: Ints, oneway: Bools
) -> int:
    """Count the moves of one actor in option form, and write them where there is room.

    Parameters
    ----------
    codes : (state,) options taken, one bit each
    ordered : (state,) states, so that those which differ in the actor's own options alone stand together
    starts : (group + 1,) where each such group begins
    up_only, down_only : bits of options that can only be taken, only be dropped
    origin, target, oneway : (move,) written, or empty to count only
    """
    n = 0
    write = origin.size > 0
    for g in range(starts.size - 1):
        for a in range(starts[g], starts[g + 1]):
            for b in range(starts[g], starts[g + 1]):
                before, after = codes[ordered[a]], codes[ordered[b]]
                if a == b or (before & ~after & up_only) != 0 or (after & ~before & down_only) != 0:
                    continue
                if write:
                    origin[n], target[n] = ordered[a], ordered[b]
                    oneway[n] = ((before ^ after) & (up_only | down_only)) != 0
                n += 1
    return n


def others(graph: Graph) -> Others:
    """Return the components of the moves of everybody except each actor in turn."""
    actors, states = graph.first.shape[0], graph.first.shape[1] - 1
    component = np.empty((actors, states), np.int32)
    count = np.empty(actors, np.int32)
    first = np.empty((actors, states + 1), np.int64)
    pieces: list[Ints] = []
    total = 0
    for i in range(actors):
        members = np.ones(actors, np.bool_)
        members[i] = False
        count[i] = _components(graph.first, graph.to, members, component[i])
        edges = _component_edges(graph.first, graph.to, members, component[i])
        edges = np.unique(edges)
        source = edges // states
        first[i] = total + np.searchsorted(source, np.arange(states + 1))
        pieces.append((edges % states).astype(np.int32))
        total += edges.size
    return Others(component, count, first, np.concatenate(pieces) if pieces else np.empty(0, np.int32))


@kernel
def _components(first: Longs, to: Ints, members: Bools, component: Ints) -> int:
    """Tarjan's algorithm without recursion; components are numbered from the sinks upwards."""
    actors, states = first.shape[0], first.shape[1] - 1
    index = np.full(states, -1, np.int64)
    low = np.zeros(states, np.int64)
    on_stack = np.zeros(states, np.bool_)
    stack = np.empty(states, np.int64)
    path = np.empty(states, np.int64)
    at_actor = np.zeros(states, np.int64)
    at_edge = np.zeros(states, np.int64)
    component[:] = -1
    counter, found, depth, height = 0, 0, 0, 0
    for root in range(states):
        if index[root] >= 0:
            continue
        path[0] = root
        depth = 1
        while depth > 0:
            s = path[depth - 1]
            if index[s] < 0:
                index[s] = counter
                low[s] = counter
                counter += 1
                stack[height] = s
                height += 1
                on_stack[s] = True
                at_actor[s] = 0
                at_edge[s] = first[0, s]
            deeper = False
            while at_actor[s] < actors:
                i = at_actor[s]
                if not members[i] or at_edge[s] >= first[i, s + 1]:
                    at_actor[s] = i + 1
                    if i + 1 < actors:
                        at_edge[s] = first[i + 1, s]
                    continue
                t = np.int64(to[at_edge[s]])
                at_edge[s] += 1
                if index[t] < 0:
                    path[depth] = t
                    depth += 1
                    deeper = True
                    break
                if on_stack[t]:
                    low[s] = min(low[s], index[t])
            if deeper:
                continue
            depth -= 1
            if depth > 0:
                low[path[depth - 1]] = min(low[path[depth - 1]], low[s])
            if low[s] == index[s]:
                while True:
                    height -= 1
                    t = stack[height]
                    on_stack[t] = False
                    component[t] = found
                    if t == s:
                        break
                found += 1
    return found


@kernel
def _component_edges(first: Longs, to: Ints, members: Bools, component: Ints) -> Longs:
    """Return `component * states + smaller component` of every move between components, with repetitions."""
    actors, states = first.shape[0], first.shape[1] - 1
    n = 0
    for i in range(actors):
        if members[i]:
            for s in range(states):
                for e in range(first[i, s], first[i, s + 1]):
                    if component[to[e]] != component[s]:
                        n += 1
    out = np.empty(n, np.int64)
    n = 0
    for i in range(actors):
        if members[i]:
            for s in range(states):
                for e in range(first[i, s], first[i, s + 1]):
                    if component[to[e]] != component[s]:
                        out[n] = np.int64(component[s]) * states + component[to[e]]
                        n += 1
    return out
