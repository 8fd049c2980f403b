"""A conflict ready to be analysed: states and moves, what each actor wants, and joint moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from corridor.strategy.model.language import Formula
from corridor.strategy.model.space import Space


@dataclass(frozen=True)
class Statement:
    """One thing an actor wants to be true.

    Attributes
    ----------
    id, actor : names
    wants : the parsed formula over options and features
    text : the formula as written
    evidence : who says so and where, "" if nobody is named
    strength : 0..1, how directly the evidence supports the place in the order; not a probability of truth
    weight : importance, where the actor's preferences are given as weights; otherwise None
    feedback : whether its importance grows with what people in the place suffer
    stake : None for a ranked statement; lowest, most likely and highest worth of a stake, which adds to the utility
        while the formula holds. 1 is the weight of one average ranked statement of its actor, costs are negative
    line, column : where it is written, 0 where it is not from a file
    believer : "" where the actor wants it; otherwise who believes so, rightly or not
    """

    id: str
    actor: str
    wants: Formula
    text: str
    evidence: str = ""
    strength: float = 0.5
    weight: float | None = None
    feedback: bool = False
    stake: tuple[float, float, float] | None = None
    line: int = 0
    column: int = 0
    believer: str = ""


@dataclass(frozen=True)
class Package:
    """A joint move that needs every member.

    Attributes
    ----------
    id, text, evidence : words
    members : the actors who must agree
    sets : option -> value after the move
    rate_per_week : expected offers in a week
    multipliers : option -> factor on the rate while that option is taken
    """

    id: str
    members: tuple[str, ...]
    sets: Mapping[str, bool]
    rate_per_week: float = 0.0
    multipliers: Mapping[str, float] = field(default_factory=dict)
    text: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class Model:
    """One conflict under one policy.

    Attributes
    ----------
    id, title : names
    space : states and moves
    payoff : (actor, state) larger is better, equal is as good. Ranks (0 is the worst class) where the
        actor orders statements or states, sums of weights in [0, 1] where it weighs them
    status_quo : state number, -1 if none is named
    packages : joint moves
    package_target : (package, state) where the package leads, -1 where it cannot be made
    statements : of all actors, each actor's most important first; then what actors believe of others
    truth : (statement, state) whether what is wanted holds
    owner : (statement,) actor number, -1 where somebody only believes so
    """

    id: str
    title: str
    space: Space
    payoff: NDArray[np.float64]
    status_quo: int = -1
    packages: tuple[Package, ...] = ()
    package_target: NDArray[np.int32] = field(default_factory=lambda: np.empty((0, 0), np.int32))
    statements: tuple[Statement, ...] = ()
    truth: NDArray[np.bool_] = field(default_factory=lambda: np.empty((0, 0), np.bool_))
    owner: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))

    @property
    def actors(self) -> tuple[str, ...]:
        """Names of the actors."""
        return self.space.actors

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states."""
        return self.space.states

    def of(self, actor: int) -> NDArray[np.int64]:
        """Return the numbers of the statements of one actor, most important first, then of its stakes."""
        return np.flatnonzero(self.owner == actor)

    def ranked(self, actor: int) -> NDArray[np.int64]:
        """Return the numbers of the statements that one actor orders, most important first, without its stakes."""
        return self._ordered(self.of(actor))

    def _ordered(self, own: NDArray[np.int64]) -> NDArray[np.int64]:
        return own[[self.statements[j].stake is None for j in own]] if own.size else own

    @property
    def believers(self) -> tuple[int, ...]:
        """Numbers of the actors who believe of another something else than what it wants."""
        return tuple(i for i, name in enumerate(self.actors) if any(s.believer == name for s in self.statements))

    def groups(self) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Return what is weighed together, as numbers of statements and of the ranked among them: each actor's own
        wants, then each belief of one actor about another."""
        keys = dict.fromkeys(("", name) for name in self.actors)
        keys |= dict.fromkeys((s.believer, s.actor) for s in self.statements)
        found = [[j for j, s in enumerate(self.statements) if (s.believer, s.actor) == key] for key in keys]
        return [(np.array(own, np.int64), self._ordered(np.array(own, np.int64))) for own in found]

    def as_seen(self, believer: int) -> Model:
        """Return the conflict as an actor sees it: what it believes of others stands in place of what they want."""
        name = self.actors[believer]
        mine = {s.actor for s in self.statements if s.believer == name}
        owner, payoff = self.owner.copy(), self.payoff.copy()
        for j, s in enumerate(self.statements):
            if s.actor in mine:
                owner[j] = self.actors.index(s.actor) if s.believer == name else -1
        for actor in mine:
            i = self.actors.index(actor)
            rows = np.flatnonzero(owner == i)
            payoff[i] = worth_of([self.statements[j] for j in rows], self.truth[rows])
        return replace(self, owner=owner, payoff=payoff)


def package_targets(space: Space, packages: tuple[Package, ...]) -> NDArray[np.int32]:
    """Return (package, state) where each package leads, -1 where it changes nothing or cannot be made.

    A package cannot drop what can only be taken, nor take what can only be dropped, and the state it
    leads to must be feasible.
    """
    target = np.full((len(packages), len(space.states)), -1, np.int32)
    if not space.options:
        return target
    number = {option.id: j for j, option in enumerate(space.options)}
    members = np.full(len(space.states), -1, np.int64)
    members[space.state_of[::-1]] = np.arange(space.codes.size)[::-1]
    codes = space.codes[members]
    for p, package in enumerate(packages):
        after = codes.copy()
        allowed = np.ones(codes.size, np.bool_)
        for name, value in package.sets.items():
            bit, direction = np.int64(1 << number[name]), space.options[number[name]].direction
            taken = codes & bit != 0
            after = after | bit if value else after & ~bit
            allowed &= ~((direction == "up") & taken & (not value) | (direction == "down") & ~taken & value)
        at = np.minimum(np.searchsorted(space.codes, after), space.codes.size - 1)
        reached = space.state_of[at]
        good = allowed & (space.codes[at] == after) & (reached != np.arange(codes.size))
        target[p, good] = reached[good]
    return target


def worth_of(statements: Sequence[Statement], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return (state,) what one actor's statements, in order, and stakes make of each state, without any noise.

    Ranks where the actor has no stakes and gives no weights: the first statement decides before all others. Otherwise a
    sum of weights, on the mean of the weights that fall along the order where none are given; a stake weighs its most
    likely worth times the mean weight of a ranked statement.

    Parameters
    ----------
    truth : (statement, state)
    """
    ranked = [j for j, one in enumerate(statements) if one.stake is None]
    weights = [statements[j].weight for j in ranked]
    given = bool(ranked) and all(weight is not None for weight in weights)
    if len(ranked) == len(statements) and not given:
        return lexicographic(truth)
    share = np.array(weights, np.float64) if given else falling(len(ranked))
    total = np.abs(share).sum()
    value = np.zeros(len(statements))
    value[ranked] = share / total if total > 0 else share
    for j, one in enumerate(statements):
        if one.stake is not None:
            value[j] = one.stake[1] / max(1, len(ranked))
    return np.asarray(np.round(value @ truth, 6), np.float64)


def falling(count: int) -> NDArray[np.float64]:
    """Return (count,) the mean of weights that fall from place to place and sum to one."""
    return np.cumsum(1.0 / np.arange(count, 0, -1))[::-1] / max(1, count)


def lexicographic(truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the rank of each state where statements count in order, the first deciding before all others.

    Parameters
    ----------
    truth : (statement, state) most important first
    """
    if truth.shape[0] == 0:
        return np.zeros(truth.shape[1])
    return np.unique(packed(truth), return_inverse=True)[1].astype(np.float64)


def packed(truth: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return (state,) a number for each pattern of a column, in the order of the patterns read from the first row down.

    Parameters
    ----------
    truth : (statement, state)
    """
    found = np.zeros(truth.shape[1], np.int64)
    for low in range(0, truth.shape[0], 32):
        for row in truth[low : low + 32]:
            found = found << 1 | row
        if low + 32 < truth.shape[0]:  # more rows than bits: patterns so far are numbered anew, in the same order
            found = np.unique(found, return_inverse=True)[1].astype(np.int64)
    return found
