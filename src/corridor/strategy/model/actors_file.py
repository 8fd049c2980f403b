"""What an `actors.yaml` says, and the model that follows from it under a policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.core.spots import Places
from corridor.strategy.model.language import Formula, evaluate, names
from corridor.strategy.model.model import Model, Package, Statement, package_targets, worth_of
from corridor.strategy.model.space import Option, Space, option_space

TOLD = ("road_open", "corridor_open", "offensive", "settlement", "relief_stops")
"""Features whose first time is told, where a model has them: a run keeps whether they held at some time of a day."""


@dataclass(frozen=True)
class Actor:
    """Someone who decides: `rate` is the expected number of decisions in a week."""

    id: str
    name: str
    rate: float


@dataclass(frozen=True)
class Effect:
    """What holds in the world while a formula is true: `sets` is passed on as written, `at` leads to it in the file."""

    id: str
    when: Formula
    text: str
    sets: Mapping[str, Any]
    evidence: str = ""
    at: str = ""


@dataclass(frozen=True)
class Priors:
    """How uncertain preferences and choices are. All numbers are assumptions unless a file gives them evidence.

    Attributes
    ----------
    rank_floor, rank_slope : sd of the noise on a statement's place is `rank_floor + rank_slope * (1 - strength)`
    lambda_median, lambda_sd_log : lognormal, per unit of utility in [0, 1]
    inertia_sd : half-normal, utility of staying for another week
    irreversible_sd : half-normal, utility cost of a move that cannot be taken back
    foresight, foresight_share : numbers of rounds looked ahead, and their probabilities
    patience_a, patience_b : beta, weight of what follows against what is
    rate_sd_log : lognormal spread of the revision rates
    feedback_sd : half-normal, growth of a statement's weight per standardised unit of deprivation
    """

    rank_floor: float = 0.6
    rank_slope: float = 3.0
    lambda_median: float = 20.0
    lambda_sd_log: float = 0.6
    inertia_sd: float = 0.05
    irreversible_sd: float = 0.05
    foresight: tuple[int, ...] = (0, 1, 2)
    foresight_share: tuple[float, ...] = (0.4, 0.4, 0.2)
    patience_a: float = 4.0
    patience_b: float = 3.0
    rate_sd_log: float = 0.5
    feedback_sd: float = 0.5


@dataclass(frozen=True)
class ActorsFile:
    """The content of an `actors.yaml`.

    Attributes
    ----------
    file, id, title : names
    actors, options, packages, effects : as declared
    infeasible, same : patterns that cannot occur; patterns whose members count as one state
    features : name -> formula over options, flags and other features
    flags : name -> value; policy parameters that are not options
    status_quo : option -> whether taken
    statements : of all actors, each actor's in order of importance
    stakes : of all actors, what adds to or takes from the worth of a state
    beliefs : statements and stakes that their `believer` takes for those of another actor, who may want otherwise
    rankings : actor -> names of states or patterns of letters, best first; ties share a place
    policies : name -> option or flag -> value
    priors : how uncertain it is
    scale_given : whether the file says for which scale of utility lambda holds
    horizon_weeks : length of the question
    link : the entry `humanitarian_link`, as written
    places : keys that lead to a piece of the file -> line, column
    """

    file: str
    id: str
    title: str
    actors: tuple[Actor, ...]
    options: tuple[Option, ...]
    infeasible: tuple[Mapping[str, bool], ...] = ()
    same: tuple[Mapping[str, bool], ...] = ()
    features: Mapping[str, Formula] = field(default_factory=dict)
    flags: Mapping[str, bool] = field(default_factory=dict)
    status_quo: Mapping[str, bool] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    stakes: tuple[Statement, ...] = ()
    beliefs: tuple[Statement, ...] = ()
    rankings: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    packages: tuple[Package, ...] = ()
    policies: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    priors: Priors = field(default_factory=Priors)
    scale_given: bool = True
    horizon_weeks: int = 13
    link: Mapping[str, Any] = field(default_factory=dict)
    places: Places = field(default_factory=dict, compare=False, repr=False)

    def wanted(self, actors: Iterable[str]) -> tuple[Statement, ...]:
        """Return the statements of some actors, each actor's in order of importance and then its stakes; then what
        they believe of one another."""
        named, both = list(actors), (*self.statements, *self.stakes)
        own = tuple(one for actor in named for one in both if one.actor == actor)
        return (*own, *(one for one in self.beliefs if one.actor in named and one.believer in named))

    def problem(self, name: str, message: str, remedy: str = "", *, at: str = "") -> Problem:
        """Return a problem of the file, at the place of the keys `at`, or of the nearest keys that lead there."""
        keys = at or name
        if f"meta.{keys}" in self.places:
            keys = f"meta.{keys}"
        while keys and keys not in self.places:
            keys = keys[: max(keys.rfind("."), keys.rfind("["), 0)]
        line, column = self.places.get(keys, (0, 0))
        return Problem(self.file, line, column, name, message, remedy)


def feature_values(
    content: ActorsFile, space: Space, flags: Mapping[str, bool] | None = None
) -> dict[str, NDArray[np.bool_]]:
    """Return (state,) truth of every option, flag and feature."""
    size = len(space.states)
    values = {option.id: space.face[:, j] for j, option in enumerate(space.options)}
    for name, value in {**content.flags, **(flags or {})}.items():
        values[name] = np.full(size, bool(value))
    waiting = dict(content.features)
    while waiting:
        ready = [name for name, formula in waiting.items() if _mentions(formula) <= values.keys()]
        for name in ready:
            values[name] = evaluate(waiting.pop(name), values, size)
        if not ready:  # the reader refuses features that define each other
            message = f"features define each other: {', '.join(waiting)}"
            raise InputError([content.problem("features", message)])
    return values


def build(
    content: ActorsFile,
    policy: str | Mapping[str, bool | int] | None = None,
    fixed: Mapping[str, bool | int] | None = None,
) -> Model:
    """Return the conflict under a policy.

    Parameters
    ----------
    content : of the file
    policy : name of one of its policies, or option or flag -> value. An actor all of whose options it
        holds is not a player any more.
    fixed : further options held at a value

    Raises
    ------
    InputError : unknown policy, option or flag; no feasible state
    """
    imposed: dict[str, bool] = {}
    if isinstance(policy, str):
        if policy not in content.policies:
            remedy = did_you_mean(policy, content.policies)
            raise InputError([Problem(content.file, 0, 0, "policies", f'no policy "{policy}"', remedy)])
        imposed.update(content.policies[policy])
    elif policy is not None:
        imposed.update({name: bool(value) for name, value in policy.items()})
    imposed.update({name: bool(value) for name, value in (fixed or {}).items()})
    known = [*(option.id for option in content.options), *content.flags]
    unknown = [name for name in imposed if name not in known]
    if unknown:
        field = f"policies.{policy}" if isinstance(policy, str) else "policies"
        raise InputError(
            Problem(content.file, 0, 0, field, f'no option or flag "{name}"', did_you_mean(name, known))
            for name in unknown
        )
    flags = {name: value for name, value in imposed.items() if name in content.flags}
    held = {name: value for name, value in imposed.items() if name not in content.flags}
    free = {option.owner for option in content.options if option.id not in held}
    bound = {option.owner for option in content.options} - free
    players = [actor.id for actor in content.actors if actor.id not in bound]
    everybody = [actor.id for actor in content.actors]
    try:
        patterns = (_plain(content.infeasible), _plain(content.same))
        space = _space(tuple(everybody), content.options, *patterns, tuple(sorted(held.items())), tuple(players))
    except InputError as error:
        raise InputError(replace(problem, file=content.file) for problem in error.problems) from error
    values = feature_values(content, space, flags)
    statements = content.wanted(players)
    truth = np.array([evaluate(s.wants, values, len(space.states)) for s in statements], np.bool_)
    truth = truth.reshape(len(statements), len(space.states))
    owner = np.array([-1 if s.believer else players.index(s.actor) for s in statements], np.int32)
    payoff = np.zeros((len(players), len(space.states)))
    for i, actor in enumerate(players):
        rows = np.flatnonzero(owner == i)
        if actor in content.rankings:
            payoff[i] = _ranked(content, actor, space)
        else:
            payoff[i] = worth_of([statements[j] for j in rows], truth[rows])
    name = policy if isinstance(policy, str) else ""
    start = space.find({**content.status_quo, **held}) if content.status_quo else -1
    model_id = f"{content.id}:{name}" if name else content.id
    packages = content.packages
    targets = package_targets(space, packages)
    return Model(model_id, content.title, space, payoff, start, packages, targets, statements, truth, owner)


Pairs = tuple[tuple[str, bool], ...]


def _plain(patterns: Iterable[Mapping[str, bool]]) -> tuple[Pairs, ...]:
    return tuple(tuple(pattern.items()) for pattern in patterns)


_SPACES: dict[tuple[object, ...], Space] = {}
KEPT, LARGEST_KEPT = 24, 5_000_000
"""Conflicts whose states and moves are kept for the next model, and the most moves of one of them."""


def _space(
    everybody: tuple[str, ...], options: tuple[Option, ...], infeasible: tuple[Pairs, ...], same: tuple[Pairs, ...],
    held: Pairs, players: tuple[str, ...],
) -> Space:  # fmt: skip
    """Return states and moves: the same for all models that differ in wants alone, so they are kept for the next."""
    key = (everybody, options, infeasible, same, held, players)
    found = _SPACES.get(key)
    if found is None:
        space = option_space(everybody, options, tuple(map(dict, infeasible)), tuple(map(dict, same)), dict(held))
        found = _without(space, list(players))
        if found.graph.to.size <= LARGEST_KEPT:
            while len(_SPACES) >= KEPT:
                _SPACES.pop(next(iter(_SPACES)), None)
            _SPACES[key] = found
    return found


def _mentions(formula: Formula) -> set[str]:
    return set(names(formula))


def _without(space: Space, players: list[str]) -> Space:
    """Return the space with only the players as actors; the others have no move left."""
    keep = [space.actors.index(name) for name in players]
    mapping = np.full(len(space.actors), -1, np.int32)
    mapping[keep] = np.arange(len(keep), dtype=np.int32)
    graph = space.graph._replace(
        first=np.ascontiguousarray(space.graph.first[keep]), back_mover=mapping[space.graph.back_mover]
    )
    return Space(
        tuple(players), space.states, graph, space.options, space.table, space.face, space.codes, space.state_of
    )


def _ranked(content: ActorsFile, actor: str, space: Space) -> NDArray[np.float64]:
    """Return (state,) pay-off of a direct ranking: each state takes the first pattern of letters it matches."""
    places = content.rankings[actor]
    letters = np.array([list(name) for name in space.states]).reshape(len(space.states), -1)
    value = np.full(len(space.states), -1.0)
    for height, patterns in enumerate(places):
        for pattern in patterns:
            wanted = np.array(list(pattern))
            match = ((letters == wanted) | (wanted == "-") | (letters == "-")).all(axis=1)
            value[match & (value < 0)] = len(places) - height
    if (value < 0).any():
        missing = [space.states[s] for s in np.flatnonzero(value < 0)[:8]]
        message, remedy = f"states are not ranked: {', '.join(missing)}", 'add them, or end with a row of "-"'
        raise InputError([content.problem(f"preferences.{actor}.ranking", message, remedy)])
    return value
