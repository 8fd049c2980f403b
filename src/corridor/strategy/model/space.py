"""The states of a conflict and who can move between them, from options or from an explicit graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.strategy.model.feasible import feasible_codes
from corridor.strategy.model.graph import Graph, moves_within, pack, within

MAX_OPTIONS = 60
"""Options are bits of one 64-bit integer."""
MAX_MOVES = 150_000_000
"""A larger model is refused: a move takes 13 bytes, and twenty free options of four sides have 126 million."""
_NO_FLAGS = np.empty(0, np.bool_)

Direction = Literal["both", "up", "down"]
Pattern = Mapping[str, bool]
"""Some options and their values; options left out may have either."""


@dataclass(frozen=True)
class Option:
    """Something one actor can do or stop doing.

    Attributes
    ----------
    id, owner : names
    direction : "both"; "up" where it can be taken but never dropped; "down" where dropped but never taken
    text : one line for people
    """

    id: str
    owner: str
    direction: Direction = "both"
    text: str = ""


@dataclass(frozen=True)
class Space:
    """States and moves, without anybody's preferences.

    Attributes
    ----------
    actors : names, in order
    states : names of the states: their options as Y, N and - (either), or names given
    graph : the moves
    options : in the order of the columns of `table`; empty where a graph was given without them
    table : (state, option) 1 taken, 0 not, -1 either (states that count as one)
    face : (state, option) whether taken in the member that stands for the state, which statements read
    codes : (member,) every feasible combination of options, one bit each, ascending; empty for a given graph
    state_of : (member,) the state it belongs to
    """

    actors: tuple[str, ...]
    states: tuple[str, ...]
    graph: Graph
    options: tuple[Option, ...]
    table: NDArray[np.int8]
    face: NDArray[np.bool_]
    codes: NDArray[np.int64]
    state_of: NDArray[np.int32]

    def find(self, taken: Mapping[str, bool | int]) -> int:
        """Return the state in which exactly the options set to true in `taken` are taken, or -1 if it is infeasible."""
        code = sum(1 << j for j, option in enumerate(self.options) if taken.get(option.id, False))
        at = int(np.searchsorted(self.codes, code))
        return int(self.state_of[at]) if at < self.codes.size and self.codes[at] == code else -1

    def moves(self, actor: int, state: int) -> NDArray[np.int32]:
        """Return the states `actor` can reach from `state` in one move."""
        first = self.graph.first
        return self.graph.to[first[actor, state] : first[actor, state + 1]]


def option_space(
    actors: Sequence[str],
    options: Sequence[Option],
    infeasible: Iterable[Pattern] = (),
    same: Iterable[Pattern] = (),
    fixed: Mapping[str, bool | int] | None = None,
) -> Space:
    """Return the states and moves of a conflict in option form.

    Parameters
    ----------
    actors : names; one without options is allowed
    options : at most 60; each belongs to one actor
    infeasible : patterns that cannot occur
    same : patterns whose members count as one state; patterns that overlap are joined. Statements
        read the member with the smallest code, in which options left out are mostly not taken.
    fixed : options that a policy holds at a value; nobody can move them

    Raises
    ------
    InputError : with every unknown name, repeated name, and a model without a feasible state
    """
    fixed = dict(fixed or {})
    infeasible, same = list(infeasible), list(same)
    _check_names(actors, options, [*infeasible, *same, fixed])
    bit = {option.id: 1 << j for j, option in enumerate(options)}

    def as_mask(pattern: Mapping[str, bool | int]) -> tuple[int, int]:
        return sum(bit[name] for name in pattern), sum(bit[name] for name, value in pattern.items() if value)

    patterns = [as_mask(pattern) for pattern in infeasible]
    patterns += [as_mask({name: not value}) for name, value in fixed.items()]
    codes = feasible_codes(len(options), patterns)
    if codes.size == 0:
        raise InputError([Problem("", 0, 0, "infeasible", "no state is feasible", "remove a pattern")])
    state_of, members = _joined(codes, [as_mask(pattern) for pattern in same])
    _few_enough(actors, options, codes, set(fixed))
    if members.size == codes.size:
        owned = [sum(bit[o.id] for o in options if o.owner == actor and o.id not in fixed) for actor in actors]
        up, down = (sum(bit[o.id] for o in options if o.direction == way) for way in ("up", "down"))
        graph = within(codes, owned, up, down)
    else:
        mover, origin, target, oneway = _option_edges(actors, options, codes, set(fixed))
        graph = pack(len(actors), members.size, mover, state_of[origin], state_of[target], oneway)
    bits = np.empty((codes.size, len(options)), np.bool_)
    for j in range(len(options)):
        bits[:, j] = codes >> j & 1
    face = bits[members]
    table = face.astype(np.int8)
    for j in range(len(options)):
        other = bits[:, j] != face[state_of, j]
        table[state_of[other], j] = -1
    letters = np.array(["N", "Y", "-"])
    names = tuple("".join(row) for row in letters[table])
    return Space(tuple(actors), names, graph, tuple(options), table, face, codes, state_of)


def _few_enough(actors: Sequence[str], options: Sequence[Option], codes: NDArray[np.int64], held: set[str]) -> None:
    """Refuse, before memory is filled, a conflict with more moves than can be kept."""
    moves = 0
    for actor in actors:
        own = sum(1 << j for j, option in enumerate(options) if option.owner == actor and option.id not in held)
        sizes = np.unique(codes & ~np.int64(own), return_counts=True)[1].astype(np.int64)
        moves += int((sizes * (sizes - 1)).sum())
    if moves > MAX_MOVES:
        message = f"{codes.size:,} feasible states with up to {moves:,} moves, at most {MAX_MOVES:,} are kept"
        remedy = "rule out states, or fix options with a policy"
        raise InputError([Problem("", 0, 0, "infeasible", message, remedy)])


def translate(before: Space, after: Space, held: Mapping[str, bool | int]) -> NDArray[np.int32]:
    """Return (state of `before`,) the same state of `after` with `held` imposed, -1 if infeasible.

    Both spaces have the same options; this carries a path across the date on which a policy begins.
    """
    members = np.unique(before.state_of, return_index=True)[1]
    codes = before.codes[members]
    for j, option in enumerate(before.options):
        if option.id in held:
            bit = np.int64(1 << j)
            codes = codes | bit if held[option.id] else codes & ~bit
    at = np.minimum(np.searchsorted(after.codes, codes), after.codes.size - 1)
    return np.where(after.codes[at] == codes, after.state_of[at], -1).astype(np.int32)


def _check_names(
    actors: Sequence[str], options: Sequence[Option], patterns: Sequence[Mapping[str, bool | int]]
) -> None:
    """Raise every unknown or repeated name at once."""
    problems: list[Problem] = []
    ids = [option.id for option in options]
    for words, field in ((list(actors), "actors"), (ids, "options")):
        repeated = sorted({word for word in words if words.count(word) > 1})
        problems += [Problem("", 0, 0, field, f'"{word}" is declared twice', "rename one") for word in repeated]
    for option in options:
        if option.owner not in actors:
            remedy = did_you_mean(option.owner, actors)
            problems.append(Problem("", 0, 0, "options", f'{option.id}: no actor "{option.owner}"', remedy))
    unknown = sorted({name for pattern in patterns for name in pattern if name not in set(ids)})
    problems += [Problem("", 0, 0, "infeasible", f'no option "{name}"', did_you_mean(name, ids)) for name in unknown]
    if len(options) > MAX_OPTIONS:
        problems.append(Problem("", 0, 0, "options", f"{len(options)} options; at most {MAX_OPTIONS}", "merge some"))
    if problems:
        raise InputError(problems)


def _joined(codes: NDArray[np.int64], same: Sequence[tuple[int, int]]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the state of each code, and the smallest member of each state; states keep the order of the codes."""
    leader = np.arange(codes.size)
    for mask, value in same:
        match = np.flatnonzero(codes & mask == value)
        if match.size:
            touched = np.isin(leader, leader[match])
            leader[touched] = leader[touched].min()
    members, state_of = np.unique(leader, return_inverse=True)
    return state_of.astype(np.int32), members.astype(np.int64)


def _option_edges(
    actors: Sequence[str], options: Sequence[Option], codes: NDArray[np.int64], held: set[str]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]:
    """Return mover, origin, target and irreversibility of every move between feasible codes."""
    up = sum(1 << j for j, option in enumerate(options) if option.direction == "up")
    down = sum(1 << j for j, option in enumerate(options) if option.direction == "down")
    movers, origins, targets, oneways = [], [], [], []
    for i, actor in enumerate(actors):
        own = sum(1 << j for j, option in enumerate(options) if option.owner == actor and option.id not in held)
        rest = codes & ~np.int64(own)
        ordered = np.argsort(rest, kind="stable")
        starts = np.flatnonzero(np.diff(rest[ordered], prepend=-1, append=-1))
        n = moves_within(codes, ordered, starts, up, down, np.empty(0, np.int32), np.empty(0, np.int32), _NO_FLAGS)
        origin, target, oneway = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.bool_)
        moves_within(codes, ordered, starts, up, down, origin, target, oneway)
        movers.append(np.full(n, i, np.int32))
        origins.append(origin)
        targets.append(target)
        oneways.append(oneway)
    return np.concatenate(movers), np.concatenate(origins), np.concatenate(targets), np.concatenate(oneways)


def graph_space(
    actors: Sequence[str],
    states: Sequence[str],
    moves: Mapping[str, Mapping[str, Sequence[str]]],
    oneway: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
) -> Space:
    """Return the states and moves of a conflict given as an explicit graph.

    Parameters
    ----------
    actors, states : names
    moves : actor -> state -> states it can move to; any move may be missing, none need be reversible
    oneway : the same, for the moves that cost extra in the choice process because they cannot be taken back

    Raises
    ------
    InputError : with every unknown actor and state
    """
    problems: list[Problem] = []
    place = {state: s for s, state in enumerate(states)}
    number = {actor: i for i, actor in enumerate(actors)}
    extra = oneway or {}
    rows: list[tuple[int, int, int, bool]] = []
    for actor, table in moves.items():
        if actor not in number:
            problems.append(Problem("", 0, 0, "moves", f'no actor "{actor}"', did_you_mean(actor, actors)))
            continue
        for state, reached in table.items():
            final = set(extra.get(actor, {}).get(state, ()))
            problems += [
                Problem("", 0, 0, f"moves.{actor}", f'no state "{name}"', did_you_mean(name, states))
                for name in (state, *reached)
                if name not in place
            ]
            if state in place:
                rows += [(number[actor], place[state], place[t], t in final) for t in reached if t in place]
    if len(place) < len(states):
        problems.append(Problem("", 0, 0, "states", "a state is declared twice", "rename one"))
    if problems:
        raise InputError(problems)
    edges = np.array(rows, np.int32).reshape(-1, 4)
    graph = pack(len(actors), len(states), edges[:, 0], edges[:, 1], edges[:, 2], edges[:, 3].astype(np.bool_))
    none = np.empty((len(states), 0))
    return Space(
        tuple(actors),
        tuple(states),
        graph,
        (),
        none.astype(np.int8),
        none.astype(np.bool_),
        np.empty(0, np.int64),
        np.empty(0, np.int32),
    )
