"""The definitions of stability as sets, letter by letter and slowly: the oracle of the fast engine.

Nothing here is shared with the engine except the lists of moves. Source: Fang, Hipel and Kilgour
1993, Interactive Decision Making; strict sequential stability: Xu, Hipel, Kilgour and Fang 2018,
Conflict Resolution Using the Graph Model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Moves = Sequence[Sequence[Sequence[int]]]
"""`moves[actor][state]`: the states reached."""
Payoffs = Sequence[Sequence[float]]
"""`payoff[actor][state]`: larger is better, equal is as good."""


def group_moves(moves: Moves, group: Iterable[int], start: int, payoff: Payoffs | None = None) -> set[int]:
    """Return the states that a group reaches by one or more moves in which nobody moves twice in a row.

    With `payoff`, every move must be an improvement for the one who makes it.
    """
    members = list(group)
    seen: set[tuple[int, int]] = set()
    frontier: list[tuple[int, int]] = [(start, -1)]
    while frontier:
        state, last = frontier.pop()
        for j in members:
            if j == last:
                continue
            for t in moves[j][state]:
                better = payoff is None or payoff[j][t] > payoff[j][state]
                if better and (t, j) not in seen:
                    seen.add((t, j))
                    frontier.append((t, j))
    return {state for state, _ in seen}


def stable(concept: str, moves: Moves, payoff: Payoffs, actor: int, state: int) -> bool:
    """Return whether `state` is stable for `actor` under "nash", "gmr", "smr", "seq" or "sseq"."""
    mine = payoff[actor]
    opponents = [j for j in range(len(moves)) if j != actor]
    improvements = [t for t in moves[actor][state] if mine[t] > mine[state]]
    if concept == "nash":
        return not improvements
    replies = payoff if concept in {"seq", "sseq"} else None
    must_hold = concept in {"smr", "sseq"}

    def sanctions(q: int) -> bool:
        if mine[q] > mine[state]:
            return False
        return not must_hold or all(mine[r] <= mine[state] for r in moves[actor][q])

    return all(any(sanctions(q) for q in group_moves(moves, opponents, t, replies)) for t in improvements)


def coalition_stable(concept: str, moves: Moves, payoff: Payoffs, members: Sequence[int], state: int) -> bool:
    """Return whether `state` is stable for a coalition that acts only where every member gains.

    A joint improvement is deterred by a state that some member does not prefer to `state`; under
    SMR and SSEQ only if from there the coalition reaches nothing that all its members prefer.
    """
    outside = [j for j in range(len(moves)) if j not in set(members)]

    def all_gain(t: int) -> bool:
        return all(payoff[j][t] > payoff[j][state] for j in members)

    gains = [t for t in group_moves(moves, members, state) if all_gain(t)]
    if concept == "nash":
        return not gains
    replies = payoff if concept in {"seq", "sseq"} else None
    must_hold = concept in {"smr", "sseq"}

    def sanctions(q: int) -> bool:
        if all_gain(q):
            return False
        return not must_hold or not any(all_gain(r) for r in group_moves(moves, members, q))

    return all(any(sanctions(q) for q in group_moves(moves, outside, t, replies)) for t in gains)


def margin(concept: str, moves: Moves, payoff: Payoffs, actor: int, state: int) -> float:
    """Return how far the best departure of `actor`, after its worst answer, falls short of staying.

    A departure is worth what it gains at once or, if less, the least the others can hold the actor
    to afterwards. At least zero exactly where the state is stable; infinite where there is no move.
    """
    mine = payoff[actor]
    opponents = [j for j in range(len(moves)) if j != actor]
    replies = payoff if concept in {"seq", "sseq"} else None

    def held(q: int) -> float:
        if concept in {"gmr", "seq"}:
            return mine[q]
        return max([mine[q], *(mine[r] for r in moves[actor][q])])

    worth = []
    for t in moves[actor][state]:
        least = mine[t]
        if concept != "nash":
            least = min([mine[t], held(t), *(held(q) for q in group_moves(moves, opponents, t, replies))])
        worth.append(least)
    return mine[state] - max(worth) if worth else float("inf")
