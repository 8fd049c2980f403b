"""The smallest change of what actors want after which a state is no longer stable.

The question has one direction only. There is no function that searches for what would make a state
stable: asked of a harm state, that would be a recipe for harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corridor.strategy.model.graph import others
from corridor.strategy.model.model import Model, worth_of
from corridor.strategy.stability.concepts import dense_ranks
from corridor.strategy.stability.propagate import CONCEPTS, threats

Order = tuple[tuple[int, ...], ...]
"""Best or most important first: statements (one to a place) or states (ties share a place)."""

Leaving = Callable[[dict[int, Order]], tuple[str, ...]]


@dataclass(frozen=True)
class Shift:
    """One statement, or one state of a ranking, that changes its place (0 is the first) in an actor's order."""

    actor: str
    item: str
    before: int
    after: int


@dataclass(frozen=True)
class Change:
    """A change of preferences that removes the stability of a state.

    Attributes
    ----------
    shifts : what changes its place
    swaps : number of exchanges of neighbours it takes
    leaves : the actors who no longer stay
    """

    shifts: tuple[Shift, ...]
    swaps: int
    leaves: tuple[str, ...]


@dataclass(frozen=True)
class Unsettling:
    """The smallest changes found.

    Attributes
    ----------
    stable : whether the state is stable as things stand; if not, there is nothing to remove
    changes : all changes with the fewest swaps, empty if none was found
    exact : whether every change with fewer swaps was tried; with no `changes`, whether there is none at all
    tried : number of swaps up to which everything was tried
    """

    stable: bool
    changes: tuple[Change, ...]
    exact: bool
    tried: int


def unsettle(model: Model, state: int, concept: str = "seq", max_swaps: int = 2, limit: int = 20_000) -> Unsettling:
    """Return the smallest changes of preferences after which `state` is no longer an equilibrium.

    All orders within `max_swaps` exchanges of neighbours are tried, nearest first. If none of them
    removes the stability, one statement (or state of a ranking) at a time is moved to any other place.

    Parameters
    ----------
    model : with preferences
    state : state number
    concept : one of `CONCEPTS`
    max_swaps : how far all orders are tried; the work grows with the power of it
    limit : number of orders after which the first search stops
    """
    c = CONCEPTS.index(concept)
    prepared = others(model.space.graph)
    threat = np.empty((len(CONCEPTS), *model.payoff.shape), np.int32)
    seen_by = {i: model.as_seen(i) for i in model.believers}
    everybody = range(len(model.actors))
    views = [(dense_ranks(model.payoff), set(everybody), [i for i in everybody if i not in seen_by])]
    for i, view in seen_by.items():
        known = {j for j in everybody if not _believed(model, i, j)}
        views.append((dense_ranks(view.payoff), known, [i]))

    def leaving(orders: dict[int, Order]) -> tuple[str, ...]:
        left = set()
        for ranks, known, judged in views:
            if not judged:
                continue
            changed = ranks.copy()
            for i, order in orders.items():
                if i in known:  # what a side believes of another does not change with what that one wants
                    changed[i] = dense_ranks(_payoff(model, i, order)[None])[0]
            threats(model.space.graph, prepared, changed, threat)
            left |= {i for i in judged if threat[c, i, state] > changed[i, state]}
        return tuple(name for i, name in enumerate(model.actors) if i in left)

    start = [_order(model, i) for i in range(len(model.actors))]
    if leaving({}):
        return Unsettling(False, (), True, 0)
    alone = concept in {"nash", "gmr", "smr"}  # what the others want does not matter to these
    groups = [[i] for i in range(len(start))] if alone else [list(range(len(start)))]
    seen: set[tuple[Order, ...]] = {tuple(start)}
    rings = [[(tuple(start), group)] for group in groups]
    for swaps in range(1, max_swaps + 1):
        found: list[Change] = []
        for g, ring in enumerate(rings):
            following = []
            for orders, group in ring:
                for i in group:
                    for order in _neighbours(orders[i], bool(model.of(i).size)):
                        changed = (*orders[:i], order, *orders[i + 1 :])
                        if changed in seen:
                            continue
                        if len(seen) > limit:
                            return Unsettling(True, tuple(found), False, swaps - 1)
                        seen.add(changed)
                        following.append((changed, group))
                        left = leaving({k: changed[k] for k in group if changed[k] != start[k]})
                        if left:
                            found.append(Change(_shifts(model, start, changed), swaps, left))
            rings[g] = following
        if found:
            return Unsettling(True, tuple(found), True, swaps)
        if not any(rings):  # every order there is has been tried
            return Unsettling(True, (), True, swaps)
    return _one_far_move(model, start, leaving, max_swaps)


def _believed(model: Model, believer: int, actor: int) -> bool:
    """Return whether one actor believes something of the wants of another."""
    names = (model.actors[believer], model.actors[actor])
    return any((s.believer, s.actor) == names for s in model.statements)


def _one_far_move(model: Model, start: list[Order], leaving: Leaving, tried: int) -> Unsettling:
    """Return the shortest moves of a single statement or state beyond the swaps already tried."""
    best: list[Change] = []
    for i, order in enumerate(start):
        for distance, changed in _far(order, tried):
            if best and distance > best[0].swaps:
                continue
            left = leaving({i: changed})
            if left:
                after = [*start[:i], changed, *start[i + 1 :]]
                change = Change(_shifts(model, start, tuple(after)), distance, left)
                best = [change] if not best or distance < best[0].swaps else [*best, change]
    return Unsettling(True, tuple(best), bool(best) and best[0].swaps == tried + 1, tried)


def _far(order: Order, beyond: int) -> Iterator[tuple[int, Order]]:
    """Yield (distance, order) for one place moved by more than `beyond` places."""
    for a in range(len(order)):
        for b in range(len(order)):
            if abs(a - b) > beyond:
                rest = [*order[:a], *order[a + 1 :]]
                yield abs(a - b), (*rest[:b], order[a], *rest[b:])


def _order(model: Model, actor: int) -> Order:
    """Return the actor's statements by importance or, without statements, states by pay-off."""
    own = model.ranked(actor)
    if model.of(actor).size:
        return tuple((int(j),) for j in own)
    values = model.payoff[actor]
    return tuple(tuple(int(s) for s in np.flatnonzero(values == v)) for v in np.unique(values)[::-1])


def _payoff(model: Model, actor: int, order: Order) -> NDArray[np.float64]:
    """Return (state,) the pay-off that follows from an order; weights stay with the place."""
    if not model.of(actor).size:
        values = np.empty(len(model.states))
        for place, members in enumerate(order):
            values[list(members)] = len(order) - place
        return values
    ranked = model.ranked(actor)
    stakes = np.setdiff1d(model.of(actor), ranked)
    both = [model.statements[j] for j in (*ranked, *stakes)]
    return worth_of(both, model.truth[[*(place[0] for place in order), *stakes]])


def _neighbours(order: Order, statements: bool) -> Iterator[Order]:
    """Yield the orders one exchange away; in a ranking a state may also leave or join a tie."""
    for a in range(len(order) - 1):
        yield (*order[:a], order[a + 1], order[a], *order[a + 2 :])
    if statements:
        return
    for a, members in enumerate(order):
        if len(members) == 1:
            for b in (a - 1, a + 1):
                if 0 <= b < len(order):
                    low, high = min(a, b), max(a, b)
                    yield (*order[:low], tuple(sorted(order[low] + order[high])), *order[high + 1 :])
        else:
            for s in members:
                rest = tuple(t for t in members if t != s)
                yield (*order[:a], (s,), rest, *order[a + 1 :])
                yield (*order[:a], rest, (s,), *order[a + 1 :])


def _shifts(model: Model, before: list[Order], after: tuple[Order, ...]) -> tuple[Shift, ...]:
    """Return what changed its place, the fewest items that explain the change (those that moved farthest)."""
    found: list[Shift] = []
    for i, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        was = {item: place for place, members in enumerate(old) for item in members}
        now = {item: place for place, members in enumerate(new) for item in members}
        names = [s.id for s in model.statements] if model.of(i).size else list(model.states)
        moved = [Shift(model.actors[i], names[item], was[item], now[item]) for item in was if was[item] != now[item]]
        far = max((abs(m.after - m.before) for m in moved), default=0)
        single = [m for m in moved if abs(m.after - m.before) == far]
        found += single[:1] if far == len(moved) - 1 else moved
    return tuple(found)
