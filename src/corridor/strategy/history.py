"""A coded past of the sides, and how probable the choice process makes it in each draw of what they want.

The past is the options taken, day by day. On a day on which a side changes its options the process had it review them
and choose so (or a package was agreed that leads there); on all other days nobody moved. How often sides decide is not
drawn here but summed over, on a grid of its lognormal prior, since given what they want it enters side by side.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.strategy.choice.ahead import look_ahead_seen
from corridor.strategy.choice.futures import draw_choices
from corridor.strategy.choice.process import ChoiceDraws, draws_in, offers_of
from corridor.strategy.choice.wants import views_of
from corridor.strategy.model.actors_file import ActorsFile, build
from corridor.strategy.model.draws import SCALE, PreferenceDraws, draw_preferences
from corridor.strategy.model.model import Model

Floats = NDArray[np.float64]
WEEK = 7
CHUNK = 32
"""draws that are valued together"""
NODES, REACH = 41, 4.0
"""Points of the grid over how often a side decides, and how far it reaches, in standard deviations of the log."""


@dataclass(frozen=True)
class Coded:
    """One coded fact: on this day an option was taken (True) or dropped."""

    day: date
    option: str
    taken: bool


@dataclass(frozen=True)
class Move:
    """A change of the options of one side, or of several that agreed, on one day.

    Attributes
    ----------
    day : of the change
    before, after : states
    flips : options that changed
    """

    day: date
    before: int
    after: int
    flips: tuple[str, ...]


@dataclass(frozen=True)
class Past:
    """The options taken from the first coded day to the last one that is read.

    Attributes
    ----------
    first, last : days; the state of the first is where it begins
    options : names
    start : state of the first day
    moves : in order
    """

    first: date
    last: date
    options: tuple[str, ...]
    start: int
    moves: tuple[Move, ...]

    @property
    def weeks(self) -> int:
        """Number of weeks, the last one may be short."""
        return -(-(self.last - self.first).days // WEEK)

    def week_of(self, day: date) -> int:
        """Return the number of the week in which a day falls; the first begins on the day after the first day."""
        return ((day - self.first).days - 1) // WEEK


@dataclass(frozen=True)
class Likelihood:
    """How probable the coded past is, draw by draw.

    Attributes
    ----------
    by_week : (week + 1, draw) log probability of all that came up to the end of each week; 0 before the first
    rates : (actor, node) decisions in a week
    share : (week + 1, actor, draw, node) how probable each is given the past up to there; sums to one over nodes
    draws : of how the sides choose; preferences : of what they want
    """

    by_week: Floats
    rates: Floats
    share: Floats
    draws: ChoiceDraws
    preferences: PreferenceDraws

    def of(self, part: slice) -> Likelihood:
        """Return some of the draws."""
        wants = PreferenceDraws(self.preferences.weights[part], self.preferences.place[part])
        return replace(
            self, by_week=self.by_week[:, part], share=self.share[:, :, part], draws=draws_in(self.draws, part),
            preferences=wants,
        )  # fmt: skip


def coded_past(model: Model, facts: Sequence[Coded], last: date, file: str = "choices.csv") -> Past:
    """Return the coded past as states of a model in which nobody is held.

    The facts of the first day say what is taken at the beginning; what they do not name is not taken. What changes on
    one later day is one joint move where a package leads there, else a move of each side in the order of the facts.

    Raises
    ------
    InputError : no fact; an option that the model does not know; a state that cannot be
    """
    ids = [option.id for option in model.space.options]
    unknown = sorted({fact.option for fact in facts} - set(ids))
    problems = [Problem(file, 0, 0, "option", f'no option "{name}"', did_you_mean(name, ids)) for name in unknown]
    if not facts:
        problems.append(Problem(file, 0, 0, "", "has no coded choice", "write what is taken on the first day"))
    if problems:
        raise InputError(problems)
    owner = {option.id: option.owner for option in model.space.options}
    rows = sorted(facts, key=lambda fact: fact.day)
    first = rows[0].day
    taken = dict.fromkeys(ids, False) | {fact.option: fact.taken for fact in rows if fact.day == first}
    state = start = _state(model, taken, first, file)
    moves: list[Move] = []
    for day in sorted({fact.day for fact in rows if first < fact.day <= last}):
        changed = [fact for fact in rows if fact.day == day and taken[fact.option] != fact.taken]
        together = model.space.find(taken | {fact.option: fact.taken for fact in changed})
        if together >= 0 and (model.package_target[:, state] == together).any():
            groups = [changed]
        else:
            movers = dict.fromkeys(owner[fact.option] for fact in changed)
            groups = [[fact for fact in changed if owner[fact.option] == mover] for mover in movers]
        for group in groups:
            taken |= {fact.option: fact.taken for fact in group}
            after = _state(model, taken, day, file)
            moves.append(Move(day, state, after, tuple(fact.option for fact in group)))
            state = after
    return Past(first, last, tuple(ids), start, tuple(moves))


def _state(model: Model, taken: Mapping[str, bool], day: date, file: str) -> int:
    state = model.space.find(taken)
    if state < 0:
        on = ", ".join(name for name, value in taken.items() if value)
        message = f"what is taken on {day} cannot be at once: {on}"
        raise InputError([Problem(file, 0, 0, "", message, "mend the table, or the rules on what cannot be")])
    return state


def likelihood(
    content: ActorsFile, model: Model, past: Past, draws: int, seed: int = 1, threads: int | None = None
) -> Likelihood:
    """Return how probable the past is in each draw of what the sides want and how they choose.

    Parameters
    ----------
    model : of `content`, nobody held
    draws, seed : as for any answer, so that the draws are those of the policies
    """
    preferences = draw_preferences(model, content.priors, draws, seed)
    ways = draw_choices(content, model, draws, seed)
    states = sorted({past.start, *(move.after for move in past.moves), *(move.before for move in past.moves)})
    leave = np.empty((len(model.actors), len(states), draws))
    deals = np.empty((len(states), draws))
    own, agreed = np.zeros((len(past.moves), draws)), np.zeros((len(past.moves), draws))
    views = views_of(model)

    def work(low: int) -> None:
        part = slice(low, min(draws, low + CHUNK))
        weight = np.ascontiguousarray(preferences.weights[part].T) / SCALE
        some = draws_in(ways, part)
        value = np.empty((*model.payoff.shape, weight.shape[1]))
        look_ahead_seen(model.space.graph, views, some, weight, np.arange(weight.shape[1]), value)
        _rates(model, past, states, value, some, (leave[:, :, part], deals[:, part], own[:, part], agreed[:, part]))

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        list(pool.map(work, range(0, draws, CHUNK)))
    return _by_week(content, model, past, states, (leave, deals, own, agreed), ways, preferences)


def _rates(
    model: Model, past: Past, states: Sequence[int], value: Floats, ways: ChoiceDraws, made: tuple[Floats, ...]
) -> None:
    """Write how likely a review leaves each state, deals a week there, and what makes each coded move: `made`."""
    leave, deals, own, agreed = made
    offers = offers_of(model)
    for n, s in enumerate(states):
        for i in range(len(model.actors)):
            to, chance = _review(model, i, s, value[i], ways)
            leave[i, n] = chance.sum(axis=0)
            for m, move in enumerate(past.moves):
                if move.before == s:
                    own[m] += chance[to == move.after].sum(axis=0)
        deals[n] = 0.0
        for p in range(offers.target.shape[0]):
            t = int(offers.target[p, s])
            if t < 0:
                continue
            often = np.full(value.shape[2], offers.rate[p, s])
            for member in np.flatnonzero(offers.members[p]).tolist():
                often *= expit(ways.lam * (value[member, t] - value[member, s] - ways.inertia))
            deals[n] += often
            for m, move in enumerate(past.moves):
                if move.before == s and move.after == t:
                    agreed[m] += often


def _review(model: Model, actor: int, s: int, value: Floats, ways: ChoiceDraws) -> tuple[NDArray[np.int32], Floats]:
    """Return where an actor can go from a state, and (move, draw) how likely a review makes it go there."""
    graph = model.space.graph
    part = slice(graph.first[actor, s], graph.first[actor, s + 1])
    to, oneway = graph.to[part], graph.oneway[part]
    gain = ways.lam * (value[to] - ways.cost * oneway[:, None])
    stay = ways.lam * (value[s] + ways.inertia)
    top = np.maximum(stay, gain.max(axis=0, initial=-np.inf))
    odds = np.exp(gain - top)
    return to, odds / (odds.sum(axis=0) + np.exp(stay - top))


def _by_week(
    content: ActorsFile, model: Model, past: Past, states: Sequence[int], made: tuple[Floats, ...], ways: ChoiceDraws,
    preferences: PreferenceDraws,
) -> Likelihood:  # fmt: skip
    """Return the likelihood week by week; made : as `_rates` writes it."""
    leave, deals, own, agreed = made
    number = {s: n for n, s in enumerate(states)}
    actors, draws = leave.shape[0], leave.shape[2]
    medians = {actor.id: actor.rate for actor in content.actors}
    median = np.array([medians[name] for name in model.actors])
    z = np.linspace(-REACH, REACH, NODES)
    rates = median[:, None] * np.exp(content.priors.rate_sd_log * z)
    prior = np.exp(-0.5 * z**2)
    log_node = np.broadcast_to(np.log(prior / prior.sum()), (actors, draws, NODES)).copy()
    fixed = np.zeros(draws)
    by_week, share = np.zeros((past.weeks + 1, draws)), np.empty((past.weeks + 1, actors, draws, NODES))
    share[0] = np.exp(log_node)
    owner = {option.id: model.actors.index(option.owner) for option in model.space.options}
    at, day, due = past.start, past.first, list(enumerate(past.moves))
    for week in range(past.weeks):
        until = min(past.last, past.first + timedelta(days=WEEK * (week + 1)))
        while day < until:
            day += timedelta(days=1)
            n = number[at]
            log_node -= rates[:, None, :] * leave[:, n, :, None] / WEEK
            fixed -= deals[n] / WEEK
            while due and due[0][1].day == day:
                m, move = due.pop(0)
                at = move.after
                movers = {owner[name] for name in move.flips}
                if len(movers) == 1:
                    i = movers.pop()
                    often = rates[i][None, :] * own[m][:, None] + agreed[m][:, None]
                    log_node[i] += np.log(np.maximum(often / WEEK, 1e-300))
                else:
                    fixed += np.log(np.maximum(agreed[m] / WEEK, 1e-300))
        top = log_node.max(axis=2, keepdims=True)
        odds = np.exp(log_node - top)
        total = odds.sum(axis=2, keepdims=True)
        by_week[week + 1] = fixed + (top + np.log(total))[:, :, 0].sum(axis=0)
        share[week + 1] = odds / total
    return Likelihood(by_week, rates, share, ways, preferences)


def free_model(content: ActorsFile) -> Model:
    """Return the model in which nobody is held: history knew no policy of an analyst."""
    return build(content)
