"""What each policy changes in what the sides do: the exact weekly law over drawn preferences, and what it hangs on.

Nobody eats or leaves here. The law of the choice process is computed draw by draw, without sampling paths, so policies
differ by what they change alone. Structural choices that no evidence settles are swept beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corridor.analysis.hinges import noise_floor, spearman
from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.strategy import (
    ActorsFile,
    ChoiceDraws,
    Contrast,
    Model,
    PreferenceDraws,
    build,
    draw_choices,
    draw_preferences,
    draws_in,
    ever_and_now,
    feature_values,
    outcome_chances,
    stability_frequencies,
    terciles,
)

Floats = NDArray[np.float64]
Held = Mapping[str, bool]

AS_GIVEN = "as_given"
STRUCTURES: Mapping[str, tuple[str, Mapping[str, float]]] = {
    AS_GIVEN: ("As given", {}),
    "lambda_half": ("Choices half as sharp", {"lam": 0.5}),
    "lambda_double": ("Choices twice as sharp", {"lam": 2.0}),
    "foresight_0": ("Nobody looks ahead", {"rounds": 0.0}),
    "foresight_2": ("Everybody looks two rounds ahead", {"rounds": 2.0}),
    "inertia_0": ("No inertia", {"inertia": 0.0}),
    "inertia_3": ("Three times the inertia", {"inertia": 3.0}),
    "rates_half": ("Decisions half as often", {"rate": 0.5}),
    "rates_double": ("Decisions twice as often", {"rate": 2.0}),
}
"""Id -> title, and what it multiplies (`rounds` is set) in every draw; the draws are otherwise the same."""


@dataclass(frozen=True)
class Law:
    """Probabilities of outcomes, in every draw of preferences.

    Attributes
    ----------
    policies, outcomes : names in the order of the arrays; the first policy is the one the others are compared with
    chances : structure -> (policy, draw, outcome, week + 1) probability of having been there by then
    statements : of the sides that play under every policy
    place : (draw, statement) place in its side's order, 0 is the most important
    lasting : (policy, outcome) share of draws in which some lasting state has the outcome; NaN where not asked
    states : (policy,) number of feasible states
    now : (policy, draw, outcome, week + 1) probability of being there, whatever came before
    inputs : path of everything that is drawn and that all policies have; weights of statements and stakes, and how
        sharply, how far ahead and how often the sides choose
    values : (draw, input)
    """

    policies: tuple[str, ...]
    outcomes: tuple[str, ...]
    chances: Mapping[str, Floats]
    statements: tuple[str, ...]
    place: NDArray[np.int16]
    lasting: Floats
    states: tuple[int, ...]
    now: Floats
    inputs: tuple[str, ...]
    values: Floats

    def level(self, policy: str, outcome: str, week: int = -1, structure: str = AS_GIVEN) -> Floats:
        """Return (draw,) probability of the outcome by a week under a policy."""
        chance = self.chances[structure]
        return np.asarray(chance[self.policies.index(policy), :, self.outcomes.index(outcome), week])

    def change(self, policy: str, outcome: str, week: int = -1, structure: str = AS_GIVEN) -> Floats:
        """Return (draw,) difference to the first policy, in the same draws."""
        return self.level(policy, outcome, week, structure) - self.level(self.policies[0], outcome, week, structure)


def masks(content: ActorsFile, model: Model, held: Held, outcomes: Iterable[str]) -> dict[str, NDArray[np.bool_]]:
    """Return outcome -> (state,) where it holds under a policy.

    Raises
    ------
    InputError : an outcome that is no feature, option or flag of the file
    """
    values = feature_values(content, model.space, {name: v for name, v in held.items() if name in content.flags})
    wanted = list(outcomes)
    unknown = [name for name in wanted if name not in values]
    if unknown:
        message = "no feature, option or flag is called"
        raise InputError(
            Problem(content.file, 0, 0, "features", f'{message} "{name}"', did_you_mean(name, values))
            for name in unknown
        )
    return {name: values[name] for name in wanted}


def varied(draws: ChoiceDraws, structure: str) -> ChoiceDraws:
    """Return how actors choose under a structural variant of the same draws."""
    change = STRUCTURES[structure][1]
    changed = {name: getattr(draws, name) * factor for name, factor in change.items() if name != "rounds"}
    if "rounds" in change:
        changed["rounds"] = np.full_like(draws.rounds, int(change["rounds"]))
    return draws._replace(**changed)


def choice_law(
    content: ActorsFile,
    policies: Mapping[str, Held],
    outcomes: Sequence[str],
    *,
    draws: int = 1000,
    seed: int = 1,
    weeks: int | None = None,
    structures: Sequence[str] = (AS_GIVEN,),
    start: Held | None = None,
    structure_draws: int | None = None,
    stability: bool = False,
    threads: int | None = None,
) -> Law:
    """Return what each policy makes of the outcomes, in the same draws of preferences and of ways to choose.

    Parameters
    ----------
    content : of an `actors.yaml`
    policies : name -> option or flag -> value; the first is the one to compare with
    outcomes : features or options of the file
    draws, seed : of preferences and of how actors choose
    weeks : length; the horizon of the file if None
    structures : ids of `STRUCTURES` to compute
    structure_draws : for the structures other than `as_given`, the first of the same draws; all if None
    start : options that differ from the status quo at the beginning
    stability : whether to count lasting states (SSEQ) over the draws too
    threads : at most this many; the result does not depend on it

    Raises
    ------
    InputError : an unknown option, flag or outcome; a beginning that cannot be under a policy
    """
    steps = content.horizon_weeks if weeks is None else weeks
    found: dict[str, list[Floats]] = {name: [] for name in structures}
    lasting = np.full((len(policies), len(outcomes)), np.nan)
    playing: list[tuple[str, ...]] = []
    drawn: dict[str, NDArray[np.int16]] = {}
    every: dict[str, Floats] = {}
    shared: list[set[str]] = []
    states: list[int] = []
    now: list[Floats] = []
    for row, (name, held) in enumerate(policies.items()):
        model = build(content, held)
        begin = model.space.find({**content.status_quo, **(start or {}), **_options(content, held)})
        if begin < 0:
            message = f'the beginning cannot be while policy "{name}" holds'
            raise InputError([Problem(content.file, 0, 0, "status_quo", message, "hold what it excludes too")])
        where = masks(content, model, held, outcomes)
        preferences = draw_preferences(model, content.priors, draws, seed)
        choices = draw_choices(content, model, draws, seed)
        for structure in structures:
            few = draws if structure == AS_GIVEN or structure_draws is None else min(draws, structure_draws)
            ways = draws_in(varied(choices, structure), slice(few))
            wants = PreferenceDraws(preferences.weights[:few], preferences.place[:few])
            if structure == AS_GIVEN:
                ever, held_then = ever_and_now(model, wants, ways, where, steps, begin, threads)
            else:
                ever = outcome_chances(model, wants, ways, where, steps, start=begin, threads=threads)
            found[structure].append(ever)
        if AS_GIVEN not in structures:
            held_then = outcome_chances(model, preferences, choices, where, steps, False, begin, threads)
        now.append(held_then)
        if stability:
            lasting[row] = stability_frequencies(model, preferences, where, threads).possible("sseq")[0]
        ids = tuple(statement.id for statement in model.statements)
        drawn |= {one: preferences.place[:, j] for j, one in enumerate(ids)}
        own = inputs_of(model, preferences, choices)
        every |= own
        shared.append(set(own))
        playing.append(ids)
        states.append(len(model.states))
    common = tuple(one for one in playing[0] if all(one in ids for ids in playing))
    place = np.array([drawn[one] for one in common], np.int16).reshape(len(common), draws).T
    chances = {name: np.array(parts) for name, parts in found.items()}
    names = tuple(name for name in every if all(name in one for one in shared))
    table = np.array([every[name] for name in names]).reshape(len(names), draws).T
    return Law(
        tuple(policies), tuple(outcomes), chances, common, place, lasting, tuple(states), np.array(now), names, table
    )  # fmt: skip


def inputs_of(model: Model, preferences: PreferenceDraws, choices: ChoiceDraws) -> dict[str, Floats]:
    """Return path -> (draw,) everything that is drawn: the paths are those of a run in which the sides choose."""
    found = {
        f"actors.{s.actor}.{s.id}": preferences.weights[:, j].astype(np.float64) for j, s in enumerate(model.statements)
    }
    numbers = {"lambda": choices.lam, "inertia": choices.inertia, "irreversible_cost": choices.cost,
               "patience": choices.patience, "foresight": choices.rounds.astype(np.float64)}  # fmt: skip
    found |= {f"actors.{name}": values for name, values in numbers.items()}
    return found | {f"actors.{actor}.rate": choices.rate[i] for i, actor in enumerate(model.actors)}


def above_chance(law: Law, policy: str, outcome: str, week: int = -1) -> dict[str, float]:
    """Return the inputs whose rank correlation with an answer passes what chance gives to the best of them all.

    Path -> correlation, the largest first; the null is that of `analysis.hinges`, draws shuffled against the inputs.
    """
    value = _asked(law, policy, outcome, week)
    if law.values.size == 0 or np.ptp(value) == 0.0:
        return {}
    rank, floor = spearman(law.values, value), noise_floor(law.values, value)
    order = np.argsort(-np.abs(rank), kind="stable")
    return {law.inputs[k]: float(rank[k]) for k in order if abs(rank[k]) > floor}


def choosing(law: Law, policy: str, outcome: str, week: int = -1) -> list[Contrast]:
    """Return how the answer differs between the highest and the lowest third of each input above chance.

    Of those that are no statement's weight: how sharply, how far ahead, how often. The largest correlation comes first.
    """
    value, found = _asked(law, policy, outcome, week), []
    for path in above_chance(law, policy, outcome, week):
        if path.count(".") == 2 and not path.endswith(".rate"):
            continue  # a weight
        column = law.values[:, law.inputs.index(path)]
        low, high = np.quantile(column, [1 / 3, 2 / 3])
        top, bottom = value[column >= high], value[column <= low]
        error = float(np.sqrt(top.var() / top.size + bottom.var() / bottom.size))
        means = float(bottom.mean()), float(top.mean())
        found.append(Contrast(path, *means, means[1] - means[0], error))
    return found


def _options(content: ActorsFile, held: Held) -> dict[str, bool]:
    return {name: bool(value) for name, value in held.items() if name not in content.flags}


def hinges(law: Law, policy: str, outcome: str, week: int = -1) -> list[Contrast]:
    """Return what the outcome hangs on: each statement ranked high against ranked low, the largest contrast first.

    For the first policy the contrast is of the probability itself, for any other of the difference to the first.
    """
    return terciles(law.place, _asked(law, policy, outcome, week), law.statements)


def _asked(law: Law, policy: str, outcome: str, week: int) -> Floats:
    first = policy == law.policies[0]
    return law.level(policy, outcome, week) if first else law.change(policy, outcome, week)
