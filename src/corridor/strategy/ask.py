"""Questions to a model of the sides: a price, what would have to be true, what flips an answer, and why.

All questions are answered by the exact law in the same draws. None of them asks what would make an offensive or an
expulsion more likely or more stable: `price` lowers a harm or raises what relieves, `conditions` removes
harm, `why` explains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.strategy.choice.futures import draw_choices, outcome_chances
from corridor.strategy.claims import SURE
from corridor.strategy.model.actors_file import ActorsFile, build, feature_values
from corridor.strategy.model.draws import central_preferences, draw_preferences, utilities
from corridor.strategy.model.model import Model, Statement

Floats = NDArray[np.float64]
Held = Mapping[str, bool]
HARMFUL = ("offensive", "relief_stops", "control", "fighting", "az_attack", "attack", "nk_disband", "clash", "breach")
"""Outcomes that harm people: they are only ever asked to be lowered."""
MOST = 4.0
"""strongest stake that a price is sought up to, in average wishes of its side"""
SPREAD = 0.16
"""What one draw's paired difference spreads by, measured on the flagship; it turns an error into a number of draws."""
SCAN = 6
"""Prices that are tried before the nearest are narrowed."""
NARROW = 4
"""Halvings of the interval in which the price lies."""


@dataclass(frozen=True)
class Price:
    """How strong a stake must be for a policy to move an outcome by so much.

    Attributes
    ----------
    stake : its id
    tried : (strength, change, error) of each that was tried, in order of strength
    found : strengths at which the change is reached; none or several
    """

    stake: str
    tried: tuple[tuple[float, float, float], ...]
    found: tuple[float, ...]


@dataclass(frozen=True)
class Condition:
    """What must be true: inputs within bounds (words), the share of the draws, and how often the answer holds there."""

    limits: Mapping[str, tuple[float, float]]
    coverage: float
    density: float
    mass: float


@dataclass(frozen=True)
class Turn:
    """A single change of the model, and the policy that does best with it: change and error of each policy."""

    change: str
    best: str
    values: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Leaving:
    """Who would leave a state: the move in words, what it gains, and which later move of others makes it worse."""

    actor: str
    gains: float
    takes: tuple[str, ...]
    drops: tuple[str, ...]
    sanctioned_by: str
    deterred: bool


def chance(
    content: ActorsFile, held: Held, outcome: str, draws: int, seed: int = 1, start: Held | None = None,
    threads: int | None = None,
) -> Floats:  # fmt: skip
    """Return (draw,) the exact chance that an outcome has come about by the end under what is held; see `chances`."""
    return np.asarray(chances(content, held, (outcome,), draws, seed, start, threads)[0])


def chances(
    content: ActorsFile, held: Held, outcomes: Sequence[str], draws: int, seed: int = 1, start: Held | None = None,
    threads: int | None = None,
) -> Floats:  # fmt: skip
    """Return (outcome, draw) the exact chance that each outcome has come about by the end under what is held.

    Raises
    ------
    InputError : an outcome that the model does not know; a beginning that cannot be under what is held
    """
    model = build(content, held)
    flags = {name: value for name, value in held.items() if name in content.flags}
    values = feature_values(content, model.space, flags)
    unknown = [outcome for outcome in outcomes if outcome not in values]
    if unknown:
        raise InputError(
            Problem(content.file, 0, 0, "features", f'no feature or option "{one}"', did_you_mean(one, values))
            for one in unknown
        )
    begin = model.space.find(
        {**content.status_quo, **(start or {}), **{k: v for k, v in held.items() if k not in flags}}
    )
    if begin < 0:
        message = "the beginning cannot be while this is held"
        raise InputError([Problem(content.file, 0, 0, "status_quo", message, "hold what it excludes too")])
    found = outcome_chances(
        model,
        draw_preferences(model, content.priors, draws, seed),
        draw_choices(content, model, draws, seed),
        {outcome: values[outcome] for outcome in outcomes},
        content.horizon_weeks,
        start=begin,
        threads=threads,
    )
    return np.array(found[:, :, -1].T, np.float64)


def counts(content: ActorsFile, one: Statement, held: Held) -> bool:
    """Return whether a stake or a statement can ever hold under what is held; where not, its weight changes nothing."""
    model = build(content, held)
    return any(bool(model.truth[j].any()) for j, s in enumerate(model.statements) if s.id == one.id)


def paired(after: Floats, before: Floats) -> tuple[float, float]:
    """Return the mean difference of two rows of the same draws, and its standard error."""
    difference = after - before
    return float(difference.mean()), float(difference.std() / np.sqrt(max(1, difference.size)))


def draws_for(error: float, spread: float = SPREAD, least: int = 64, most: int = 4096) -> int:
    """Return how many draws bring the standard error of a mean down to `error`, where one draw spreads by `spread`."""
    return int(np.clip(np.ceil((spread / error) ** 2), least, most))


def more_harm(outcome: str, by: float) -> list[Problem]:
    """Return what is wrong where a harm is asked to rise."""
    if by < 0 or outcome not in HARMFUL:
        return []
    message = f"{outcome} harms people: it can only be asked to fall"
    return [Problem("--by", 0, 0, "", message, "write a number below 0, such as -0.1")]


def price(
    content: ActorsFile, stake: str, outcome: str, by: float, policy: Held, reference: Held, draws: int = 128,
    seed: int = 1,
) -> Price:  # fmt: skip
    """Return how strong a stake must be for the policy to move the outcome by `by` against the reference.

    A harm can only be asked to fall (`by` below 0). Strengths from 0 to `MOST` are scanned; between two neighbours of
    which one reaches the change and the other does not, the strength is narrowed by halving. The sign of the
    stake stays.

    Raises
    ------
    InputError : an unknown stake; a harm that is asked to rise
    """
    if wrong := more_harm(outcome, by):
        raise InputError(wrong)
    one = next((s for s in content.stakes if s.id == stake), None)
    if one is None or one.stake is None:
        known = [s.id for s in content.stakes]
        raise InputError([content.problem("stakes", f'no stake "{stake}"', did_you_mean(stake, known))])
    sign = -1.0 if one.stake[1] < 0 else 1.0
    plain = chance(content, reference, outcome, draws, seed)
    tried: dict[float, tuple[float, float]] = {}

    def at(strength: float) -> float:
        if strength not in tried:
            worth = sign * strength
            changed = with_stake(content, replace(one, stake=(worth, worth, worth)))
            tried[strength] = paired(chance(changed, policy, outcome, draws, seed), plain)
        return tried[strength][0]

    def reached(strength: float) -> bool:
        return at(strength) <= by if by < 0 else at(strength) >= by

    points = [MOST * n / (SCAN - 1) for n in range(SCAN)]
    found = []
    for low, high in pairwise(points):
        if reached(low) == reached(high):
            continue
        a, b = low, high
        for _ in range(NARROW):
            middle = (a + b) / 2
            a, b = (middle, b) if reached(middle) == reached(low) else (a, middle)
        found.append((a + b) / 2)
    if reached(0.0):
        found.insert(0, 0.0)
    rows = tuple((strength, *tried[strength]) for strength in sorted(tried))
    return Price(stake, rows, tuple(found))


def with_stake(content: ActorsFile, one: Statement) -> ActorsFile:
    """Return the model with a stake in place of the one of the same id, or beside the others."""
    if one.id in {s.id for s in content.stakes}:
        return replace(content, stakes=tuple(one if s.id == one.id else s for s in content.stakes))
    return replace(content, stakes=(*content.stakes, one))


def moved(content: ActorsFile, name: str, place: int) -> ActorsFile:
    """Return the model with one statement at another place (1 is the most important) in its actor's order."""
    one = next(s for s in content.statements if s.id == name)
    own = [s for s in content.statements if s.actor == one.actor and s.id != name]
    own.insert(max(0, min(len(own), place - 1)), one)
    rest = iter(own)
    return replace(content, statements=tuple(next(rest) if s.actor == one.actor else s for s in content.statements))


def pool(content: ActorsFile, model: Model, draws: int, seed: int) -> tuple[tuple[str, ...], Floats]:
    """Return the names and (draw, input) values of all that is drawn: weights, stakes, how sharply and how often."""
    preferences = draw_preferences(model, content.priors, draws, seed)
    ways = draw_choices(content, model, draws, seed)
    names = [f"{s.actor}.{s.id}" for s in model.statements]
    names += ["lambda", "inertia", "irreversible_cost", "patience", "foresight"]
    names += [f"rate of {actor}" for actor in model.actors]
    columns = [*preferences.weights.T.astype(np.float64), ways.lam, ways.inertia, ways.cost, ways.patience]
    columns += [ways.rounds.astype(np.float64), *ways.rate]
    return tuple(names), np.array(columns).T


def box(names: Sequence[str], table: Floats, good: NDArray[np.bool_], least: float = 0.1, most: int = 3) -> Condition:
    """Return the region in which `good` holds most often: one side of one input is cut off at a time (PRIM's peeling).

    Parameters
    ----------
    table : (draw, input)
    good : (draw,) whether the answer holds
    least : share of the draws that must stay inside
    most : inputs that may be bounded
    """
    inside = np.ones(good.size, np.bool_)
    limits: dict[int, tuple[float, float]] = {}
    while inside.sum() > max(least * good.size, 8) and good[inside].mean() < 1.0:
        best, choice = good[inside].mean(), None
        for k in range(table.shape[1]):
            if k not in limits and len(limits) >= most:
                continue
            column = table[inside, k]
            low, high = np.quantile(column, [0.1, 0.9])
            for kept, bounds in ((table[:, k] >= low, (low, np.inf)), (table[:, k] <= high, (-np.inf, high))):
                now = inside & kept
                if least * good.size <= now.sum() < inside.sum() and good[now].mean() > best + 1e-12:
                    best, choice = good[now].mean(), (k, bounds, now)
        if choice is None:
            break
        k, bounds, inside = choice
        old = limits.get(k, (-np.inf, np.inf))
        limits[k] = (max(old[0], bounds[0]), min(old[1], bounds[1]))
    return Condition(
        {names[k]: bounds for k, bounds in limits.items()},
        float(good[inside].sum() / max(1, good.sum())),
        float(good[inside].mean()) if inside.any() else 0.0,
        float(inside.mean()),
    )


def best_of(values: Mapping[str, Floats], reference: str, better: int) -> dict[str, tuple[float, float]]:
    """Return each policy's change and error, best first; better : 1 where more of the outcome is better, else -1."""
    changes = {name: paired(row, values[reference]) for name, row in values.items()}
    return dict(sorted(changes.items(), key=lambda item: -better * item[1][0]))


def why(content: ActorsFile, held: Held, state: Mapping[str, bool]) -> list[Leaving]:
    """Return who would leave a state by its best move, on the central order of wants, and which answer makes it regret.

    Raises
    ------
    InputError : a state that cannot be under what is held
    """
    model = build(content, held)
    at = model.space.find({**state, **{k: v for k, v in held.items() if k not in content.flags}})
    if at < 0:
        message = "this state cannot be while the policy holds"
        raise InputError([Problem("--state", 0, 0, "", message, "leave out what the policy or a rule excludes")])
    central = central_preferences(model)
    known, found = utilities(model, central)[0], []
    for i, actor in enumerate(model.actors):
        # who believes something of others expects their answers by that
        worth = utilities(model.as_seen(i), central)[0] if i in model.believers else known
        moves = model.space.moves(i, at)
        if not moves.size:
            continue
        t = int(moves[np.argmax(worth[i, moves])])
        gain = float(worth[i, t] - worth[i, at])
        if gain <= 1e-9:
            continue
        who, lowest = "", worth[i, t]
        for j, other in enumerate(model.actors):
            answers = [q for q in model.space.moves(j, t) if worth[j, q] > worth[j, t]] if j != i else []
            for q in answers:
                if worth[i, q] < lowest - 1e-12:
                    who, lowest = other, worth[i, q]
        before, after = model.space.face[at], model.space.face[t]
        options = model.space.options
        takes = tuple(o.id for o, a, b in zip(options, before, after, strict=True) if b and not a)
        drops = tuple(o.id for o, a, b in zip(options, before, after, strict=True) if a and not b)
        found.append(Leaving(actor, gain, takes, drops, who, bool(lowest <= worth[i, at])))
    return sorted(found, key=lambda one: -one.gains)


def sure(change: float, error: float) -> bool:
    """Return whether a difference may be told in words."""
    return abs(change) > SURE * error and abs(change) > 1e-9


def as_plain(value: Any) -> Any:
    """Return infinite bounds as None, so that they can be written as JSON."""
    return None if isinstance(value, float) and not np.isfinite(value) else value
