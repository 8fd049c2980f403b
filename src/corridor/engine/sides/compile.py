"""The sides of a conflict as arrays: what each future draws, and one playable model per actor policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.engine.sides.effects import Effects, compile_effects
from corridor.engine.sides.held import Held, Timed, Under, timed_of
from corridor.kernels.draw import address
from corridor.kernels.network import Network
from corridor.kernels.sobol import stratified
from corridor.rules.base import Floats
from corridor.scenario.change import BY_HAND, changes, seal
from corridor.scenario.model import ActorPolicy, Policy, Scenario
from corridor.strategy import (
    ActorsFile,
    Model,
    Offers,
    build,
    choices_from_uniforms,
    feature_values,
    graph_space,
    offers_of,
    preferences_from_uniforms,
)
from corridor.strategy.choice.futures import CHOICE_INPUTS
from corridor.strategy.choice.wants import Views, views_of
from corridor.strategy.model.actors_file import TOLD
from corridor.strategy.model.draws import SCALE
from corridor.strategy.model.graph import Graph
from corridor.strategy.model.read_actors import read_actors_data

Words = npt.NDArray[np.uint32]

CHOOSE = Policy(
    id="actors_choose", title="The sides choose", summary="After as_of every side decides for itself, day by day."
)
"""The one condition of a run in which the sides choose."""
SHORT = {
    "lambda": "lambda", "inertia": "inertia", "irreversible_cost": "irreversible_cost", "patience_gamma": "patience",
    "foresight_h": "foresight",
}  # fmt: skip
"""Name of an uncertain number of the choices -> the name under which results keep it, after `actors.`"""


@dataclass(frozen=True)
class Sides:
    """Everything about the sides that no policy changes.

    Attributes
    ----------
    content : the file
    actors, options, features, statements : ids in the order of the arrays; features are those that are told
    everyone : a model without states in which all play; drawing preferences needs no more
    medians : (actor,) expected decisions in a week
    inputs : paths of what each future draws, in the order of `recorded`
    """

    content: ActorsFile
    actors: tuple[str, ...]
    options: tuple[str, ...]
    features: tuple[str, ...]
    statements: tuple[str, ...]
    everyone: Model
    medians: Floats
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Play:
    """One actor policy, ready to be played.

    Attributes
    ----------
    model, graph, offers : the conflict under the policy
    start : the state in which the horizon begins
    players : (player,) number of each player among all actors
    columns : (statement,) number of each statement among all statements
    views : what they want, and what some of them believe of others
    feedback : (statement,) 1 where its weight grows with hardship
    entities : (player + package,) address of the draws of each
    face : (state, option) 1 where taken; watched : (state, feature) 1 where it holds
    effects : what each state does to the world
    asked : option or feature that an action waits for -> (state,) where it holds
    timed : options that the policy holds for a time; the graph has the moves of those who are free
    under : what is held -> moves and packages then, made when first needed
    """

    model: Model
    graph: Graph
    offers: Offers
    start: int
    players: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int64]
    views: Views
    feedback: npt.NDArray[np.uint8]
    entities: Words
    face: npt.NDArray[np.uint8]
    watched: npt.NDArray[np.uint8]
    effects: Effects
    asked: Mapping[str, npt.NDArray[np.bool_]]
    timed: tuple[Timed, ...] = ()
    under: dict[Held, Under] = field(default_factory=dict)


def as_played(scenario: Scenario) -> Scenario:
    """Return the scenario with its actor policies as policies, under the one condition that the sides choose.

    Raises
    ------
    InputError : it has no model of the sides or no actor policies
    """
    if scenario.actors is None:
        message = f'variant "{scenario.variant}" has no model of the sides'
        remedy = "add actors.yaml to the folder, or take a variant whose as_of is not before the model's own"
        raise InputError([Problem("actors.yaml", 0, 0, "", message, remedy)])
    if not scenario.actor_policies:
        message, remedy = "no actor policy is given", "add actor_policies with what each policy holds"
        raise InputError([Problem("policies.yaml", 0, 0, "actor_policies", message, remedy)])
    first = scenario.actor_policies[0].id
    played = scenario.model_copy(
        update={"policies": scenario.actor_policies, "conditions": (CHOOSE,), "reference_policy": first}
    )
    # nobody's change by hand: only what was one before is one now
    return played if BY_HAND in changes(scenario) else seal(played)


def compile_sides(scenario: Scenario) -> Sides:
    """Return what no policy changes; raises InputError with everything that is wrong with the model of the sides."""
    if scenario.actors is None:
        as_played(scenario)
    content = read_actors_data(scenario.actors or {}, scenario.actors_file, scenario.actors_places)
    if not content.status_quo:
        message = "the model of the sides names no status quo to start from"
        raise InputError([content.problem("status_quo", message, "say which options are taken on as_of")])
    actors = tuple(actor.id for actor in content.actors)
    statements = content.wanted(actors)
    owner = np.array([-1 if s.believer else actors.index(s.actor) for s in statements], np.int32)
    space = graph_space(actors, ["any"], {})
    everyone = Model("", "", space, np.zeros((len(actors), 1)), statements=statements, owner=owner)
    inputs = (
        *(f"actors.{SHORT[name]}" for name in CHOICE_INPUTS),
        "actors.feedback",
        *(f"actors.{actor}.rate" for actor in actors),
        *(f"actors.{s.actor}.{s.id}" for s in statements),
    )
    return Sides(
        content,
        actors,
        tuple(option.id for option in content.options),
        tuple(name for name in TOLD if name in content.features),
        tuple(s.id for s in statements),
        everyone,
        np.array([actor.rate for actor in content.actors]),
        inputs,
    )


def compile_play(scenario: Scenario, sides: Sides, policy: Policy, net: Network) -> Play:
    """Return the model of the sides under one policy.

    Raises
    ------
    InputError : an unknown option or flag; a status quo that cannot be under the policy; an effect on something unknown
    """
    content = sides.content
    held: dict[str, bool] = {**policy.fixes, **policy.flags} if isinstance(policy, ActorPolicy) else {}
    try:
        model = build(content, held)
    except InputError as error:
        raise InputError(_renamed(problem, policy.id) for problem in error.problems) from error
    if model.status_quo < 0:
        message = f'the status quo cannot be while policy "{policy.id}" holds {", ".join(held) or "nothing"}'
        remedy = "hold the options that it excludes too, or mend the status quo"
        raise InputError([content.problem("status_quo", message, remedy)])
    players = np.array([sides.actors.index(name) for name in model.actors], np.int64)
    packages = [f"package {package.id}" for package in model.packages]
    flags = {name: value for name, value in held.items() if name in content.flags}
    values = feature_values(content, model.space, flags)
    waited_for = {action.when.taken for action in policy.actions if action.when is not None and action.when.taken}
    unknown = sorted(waited_for - set(values))
    if unknown:
        message, remedy = f'no option or feature "{unknown[0]}"', did_you_mean(unknown[0], values)
        raise InputError([Problem("policies.yaml", 0, 0, f"actor_policies.{policy.id}", message, remedy)])
    return Play(
        model,
        model.space.graph,
        offers_of(model),
        model.status_quo,
        players,
        np.array([sides.statements.index(s.id) for s in model.statements], np.int64),
        views_of(model),
        np.array([s.feedback for s in model.statements], np.uint8),
        np.array([address(name) for name in (*model.actors, *packages)], np.uint32),
        model.space.face.astype(np.uint8),
        np.array([values[name] for name in sides.features], np.uint8).reshape(-1, len(model.states)).T.copy(),
        compile_effects(scenario, content, model.space, flags, net),
        {name: np.asarray(values[name], np.bool_) for name in waited_for},
        timed_of(policy, model.space),
    )


def _renamed(problem: Problem, policy: str) -> Problem:
    return Problem("policies.yaml", 0, 0, f"actor_policies.{policy}", problem.message, problem.remedy)


def draw_sides(sides: Sides, seed: int, futures: Words) -> dict[str, Floats]:
    """Return what each future draws about the sides; the same under every policy.

    actors.weight (statement, future) share of its actor's weights; actors.rate (actor, future) decisions in a week;
    actors.lambda, .inertia, .irreversible_cost, .patience, .foresight, .feedback (future,)
    """
    # rows are summed in an order that depends on the layout of the array, and one row alone has another layout
    several = np.repeat(futures, 2) if futures.size == 1 else futures
    count, statements = futures.size, sides.everyone.statements

    def table(names: list[str]) -> Floats:
        columns = [stratified(name, seed, several) for name in names]
        return np.stack(columns, axis=1) if columns else np.zeros((several.size, 0))

    noise = table([f"actors.{s.actor}.{s.id}.place" for s in statements])
    spread = table([f"actors.{s.actor}.{s.id}.spread" for s in statements])
    numbers = table([f"actors.{SHORT[name]}" for name in CHOICE_INPUTS])
    speeds = table([f"actors.{actor}.rate" for actor in sides.actors])
    priors = sides.content.priors
    weights = preferences_from_uniforms(sides.everyone, priors, noise, spread).weights[:count]
    choices = choices_from_uniforms(priors, sides.medians, numbers, speeds)
    half_normal = ndtri(0.5 + 0.5 * stratified("actors.feedback", seed, futures))
    return {
        "actors.weight": np.ascontiguousarray(weights.T) / SCALE,
        "actors.rate": np.ascontiguousarray(choices.rate[:, :count]),
        "actors.lambda": choices.lam[:count],
        "actors.inertia": choices.inertia[:count],
        "actors.irreversible_cost": choices.cost[:count],
        "actors.patience": choices.patience[:count],
        "actors.foresight": choices.rounds[:count].astype(np.float64),
        "actors.feedback": priors.feedback_sd * half_normal,
    }


def recorded(sides: Sides, p: Mapping[str, Floats]) -> Floats:
    """Return (future, input) what was drawn, in the order of `sides.inputs`."""
    single = [p[f"actors.{SHORT[name]}"] for name in CHOICE_INPUTS]
    return np.column_stack([*single, p["actors.feedback"], p["actors.rate"].T, p["actors.weight"].T])
