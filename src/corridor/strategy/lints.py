"""Nine checks that a conflict is worth analysing. Each catches a mistake that gives a confident wrong answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corridor.core.errors import InputError
from corridor.strategy.choice.futures import outcome_chances
from corridor.strategy.choice.process import ChoiceDraws
from corridor.strategy.model.actors_file import ActorsFile, build, feature_values
from corridor.strategy.model.draws import SCALE, central_preferences, draw_preferences, fixed_utility
from corridor.strategy.model.language import expand, names
from corridor.strategy.model.model import Model
from corridor.strategy.stability.concepts import stability_of
from corridor.strategy.stability.propagate import CONCEPTS

NAMES: tuple[str, ...] = (
    "no interaction", "exchange trap", "unrewarded signature", "vacuity", "absorption", "dominance", "evidence", "unit",
    "marginal cost",
)  # fmt: skip
HARMS = ("az_attack", "attack")
"""Options that harm people, by the names that files use."""
VACUOUS = 0.9
ABSORBED = 0.95


@dataclass(frozen=True)
class Lint:
    """One finding: number and name of the check, what it is about, what is wrong, what to do, where it stands."""

    number: int
    name: str
    level: Literal["warning", "note"]
    subject: str
    message: str
    remedy: str
    line: int = 0
    column: int = 0


def lint(
    content: ActorsFile,
    policies: Mapping[str, Mapping[str, bool]] | None = None,
    targets: Sequence[str] | None = None,
    draws: int = 200,
    seed: int = 0,
    harms: Sequence[str] | None = None,
) -> list[Lint]:
    """Return what the nine checks find.

    Parameters
    ----------
    content : of an `actors.yaml`
    policies : name -> option or flag -> value; those of the file if None
    targets : features that somebody should bring about; if None, those that a statement wants and that
        do not hold at the status quo
    draws, seed : of preferences, for the checks that need them
    harms : options that harm people; `HARMS`, as far as the file has them, if None
    """
    chosen = content.policies if policies is None else policies
    models = {name: build(content, policy) for name, policy in chosen.items()} or {"": build(content)}
    base = build(content)
    found = no_interaction(content, chosen)
    aims = _targets(content, base) if targets is None else list(targets)
    for aim in aims:
        needed = _needed(content, base, aim)
        found += exchange_trap(content, aim, needed)
        found += unrewarded_signature(content, models, chosen, aim, needed)
    for name, model in models.items():
        found += vacuity(model, name)
        found += absorption(content, model, name)
    found += dominance(content, models, draws, seed)
    found += evidence(content) + unit(content)
    found += marginal_cost(content, chosen, HARMS if harms is None else harms)
    return found


def _finding(number: int, level: Literal["warning", "note"], subject: str, message: str, remedy: str) -> Lint:
    return Lint(number, NAMES[number - 1], level, subject, message, remedy)


def touched(content: ActorsFile, word: str) -> set[str]:
    """Return the actors with a statement that joins a policy option or flag to an option of their own."""
    owner = {option.id: option.owner for option in content.options}
    found = set()
    for statement in (*content.statements, *content.stakes):
        mentioned = set(names(expand(statement.wants, content.features)))
        own = {name for name in mentioned if owner.get(name) == statement.actor and name != word}
        if word in mentioned and own:
            found.add(statement.actor)
    return found


def no_interaction(content: ActorsFile, policies: Mapping[str, Mapping[str, bool]]) -> list[Lint]:
    """Lint 1: what a policy sets changes an actor's choice only through a statement that also holds its own option."""
    owner = {option.id: option.owner for option in content.options}
    words = sorted({word for policy in policies.values() for word in policy})
    reach = {word: touched(content, word) - {owner.get(word, "")} for word in words}
    found = []
    for word in words:
        if not reach[word]:
            message = "no statement joins it to an option of another actor, so it changes nobody's choice"
            remedy = "state how it makes some actor's own option better or worse"
            found.append(_finding(1, "warning", word, message, remedy))
            continue
        rest = [a.id for a in content.actors if a.id not in reach[word] and a.id != owner.get(word)]
        if rest:
            message = f"cannot change the choice of {', '.join(rest)}"
            found.append(_finding(1, "note", word, message, "correct if that is meant"))
    labels = list(policies)
    for n, one in enumerate(labels):
        for other in labels[n + 1 :]:
            a, b = policies[one], policies[other]
            differ = {word for word in {*a, *b} if a.get(word) != b.get(word)}
            if not any(reach[word] or _works_otherwise(content, word) for word in differ):
                message = "cannot differ in their outcomes: nothing that separates them touches anybody"
                remedy = "add the statement through which they should differ"
                found.append(_finding(1, "warning", f"{one} and {other}", message, remedy))
    return found


def _works_otherwise(content: ActorsFile, word: str) -> bool:
    """Return whether an option matters through what is feasible or through packages, apart from statements."""
    return any(word in pattern and len(pattern) > 1 for pattern in content.infeasible) or any(
        word in package.sets or word in package.multipliers for package in content.packages
    )


def _targets(content: ActorsFile, model: Model) -> list[str]:
    """Return the features that some statement names and wants, and that do not hold at the status quo."""
    values = feature_values(content, model.space)
    wanted = {name for s in content.statements if s.wants[0] == "name" for name in names(s.wants)}
    start = model.status_quo
    return [name for name in content.features if name in wanted and (start < 0 or not values[name][start])]


def _needed(content: ActorsFile, model: Model, target: str) -> dict[str, bool]:
    """Return the options that must change from the status quo wherever the target holds, with their values."""
    holds = feature_values(content, model.space)[target]
    needed = {}
    for j, option in enumerate(model.space.options):
        column = model.space.face[holds, j]
        now = bool(content.status_quo.get(option.id, False))
        if column.size and (column == column[0]).all() and bool(column[0]) != now:
            needed[option.id] = bool(column[0])
    return needed


def exchange_trap(content: ActorsFile, target: str, needed: Mapping[str, bool]) -> list[Lint]:
    """Lint 2: what needs options of two actors comes about only through a package that holds them."""
    owner = {option.id: option.owner for option in content.options}
    owners = sorted({owner[option] for option in needed})
    if len(owners) < 2 or any(needed.items() <= dict(package.sets).items() for package in content.packages):
        return []
    message = f"needs {', '.join(needed)} of {', '.join(owners)}, and no package holds them all"
    return [_finding(2, "warning", target, message, "add a package, or nobody will move first")]


def unrewarded_signature(
    content: ActorsFile,
    models: Mapping[str, Model],
    policies: Mapping[str, Mapping[str, bool]],
    target: str,
    needed: Mapping[str, bool],
) -> list[Lint]:
    """Lint 3: an actor does what no statement of its own ever rewards only by mistake."""
    owner = {option.id: option.owner for option in content.options}
    found = []
    for option, value in needed.items():
        free = [
            name
            for name, model in models.items()
            if option not in policies.get(name, {}) and owner[option] in model.actors
        ]
        without = [name for name in free if not _rewarded(models[name], option, value)]
        if not free or not without:
            continue
        everywhere = len(without) == len(free)
        where = "" if everywhere else f" under {', '.join(without)}"
        message = f"needs {'' if value else 'not '}{option}, which no statement of {owner[option]} rewards{where}"
        remedy = "state what the actor gains by it, or expect that it never comes"
        found.append(_finding(3, "warning" if everywhere else "note", target, message, remedy))
    return found


def _pairs(model: Model, option: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the states without and with an option that otherwise agree."""
    codes = model.space.codes
    bit = np.int64(1 << [o.id for o in model.space.options].index(option))
    off = codes[codes & bit == 0]
    at = np.minimum(np.searchsorted(codes, off | bit), codes.size - 1)
    good = codes[at] == off | bit
    return model.space.state_of[np.searchsorted(codes, off[good])], model.space.state_of[at[good]]


def _rewarded(model: Model, option: str, value: bool) -> bool:
    """Return whether some statement of the owner becomes true, in some state, when the option takes the value."""
    owner = next(o.owner for o in model.space.options if o.id == option)
    own = model.of(model.actors.index(owner))
    if own.size == 0:
        return True
    without, having = _pairs(model, option)
    before, after = (without, having) if value else (having, without)
    change = model.truth[own][:, after].astype(np.int8) - model.truth[own][:, before]
    signs = [1 if stake is None or stake[2] > 0 else -1 for stake in (model.statements[j].stake for j in own)]
    return bool((change * np.array(signs)[:, None] > 0).any())


def vacuity(model: Model, policy: str) -> list[Lint]:
    """Lint 4: where nearly every state is stable, stability says nothing."""
    share = stability_of(model).equilibrium.mean(axis=1)
    return [
        _finding(
            4,
            "warning",
            f"{concept.upper()}{' under ' + policy if policy else ''}",
            f"{share[CONCEPTS.index(concept)]:.0%} of the states are equilibria",
            "look at Nash, SMR, SSEQ, packages and the paths instead",
        )
        for concept in ("gmr", "seq")
        if share[CONCEPTS.index(concept)] > VACUOUS
    ]


def absorption(content: ActorsFile, model: Model, policy: str) -> list[Lint]:
    """Lint 5: moves that cannot be taken back happen in the end, whatever the actors want; so show a hazard."""
    one_way = [j for j, option in enumerate(model.space.options) if option.direction != "both"]
    if model.status_quo < 0 or not one_way:
        return []
    face = model.space.face[:, one_way]
    moved = np.asarray((face != face[model.status_quo]).any(axis=1), np.bool_)
    p = content.priors
    rates = np.array([[next(a.rate for a in content.actors if a.id == name)] for name in model.actors])
    middle = ChoiceDraws(
        np.array([p.lambda_median]),
        np.array([0.6745 * p.inertia_sd]),
        np.array([0.6745 * p.irreversible_sd]),
        np.array([p.patience_a / (p.patience_a + p.patience_b)]),
        np.array([1], np.int32),
        rates,
    )
    weeks = content.horizon_weeks
    chance = outcome_chances(model, central_preferences(model), middle, {"one-way": moved}, 4 * weeks)[0, 0]
    if chance[-1] <= ABSORBED:
        return []
    hazard = 1.0 - ((1.0 - chance[weeks]) / (1.0 - chance[0])) ** (1.0 / weeks) if chance[0] < 1.0 else 1.0
    message = (
        f"something that cannot be taken back has happened with probability {chance[weeks]:.2f} after {weeks} weeks "
        f"and {chance[-1]:.2f} after {4 * weeks}: about {hazard:.3f} a week"
    )
    return [_finding(5, "note", policy or "no policy", message, "read the hazard and the horizon, never the long run")]


def dominance(content: ActorsFile, models: Mapping[str, Model], draws: int, seed: int) -> list[Lint]:
    """Lint 6: an option that its owner prefers in every draw and every state is not a decision."""
    kinds: dict[str, set[str]] = {}
    for model in models.values():
        weights = draw_preferences(model, content.priors, draws, seed).weights / SCALE
        for option in model.space.options:
            without, having = _pairs(model, option.id)
            if option.owner not in model.actors or without.size == 0:
                continue
            gain = _gains(model, weights, model.actors.index(option.owner), without, having)
            verdict = "neither"
            if (gain > 0).all():
                verdict = "always"
            elif (gain < 0).all():
                verdict = "never"
            elif (gain == 0).all():
                verdict = "indifferent"
            kinds.setdefault(option.id, set()).add(verdict)
    words = {"always": "taken", "never": "left", "indifferent": "a matter of indifference"}
    return [
        _finding(6, "warning", option, f"is {words[next(iter(kind))]} in every draw and every state", "is it a choice?")
        for option, kind in kinds.items()
        if len(kind) == 1 and kind <= words.keys()
    ]


def _gains(
    model: Model, weights: NDArray[np.float64], actor: int, without: NDArray[np.int32], having: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Return (draw, kind of step) what an actor gains by steps from `without` to `having`.

    Steps that change the same statements gain the same: each kind of step stands once.
    """
    own = model.of(actor)
    if not own.size:
        utility = fixed_utility(model, actor)
        return np.round(utility[having] - utility[without], 9)[None]
    change = model.truth[own][:, having].astype(np.int8) - model.truth[own][:, without].astype(np.int8)
    kinds = sorted(set(map(bytes, np.ascontiguousarray(change.T))))
    steps = np.array([np.frombuffer(kind, np.int8) for kind in kinds], np.float64)
    return np.round(weights[:, own] @ steps.T, 9)


def evidence(content: ActorsFile) -> list[Lint]:
    """Lint 7: a statement that rests on nobody."""
    return [
        Lint(7, NAMES[6], "warning", s.id, "has no evidence", "name who says so, and where", s.line, s.column)
        for s in (*content.statements, *content.stakes, *content.beliefs)
        if not s.evidence.strip()
    ]


def unit(content: ActorsFile) -> list[Lint]:
    """Lint 8: precision of choice is one over utility, and means nothing without the scale."""
    if content.scale_given:
        return []
    message, remedy = (
        "lambda is given without the scale of utility",
        'add "weights: {kind: ordered_simplex}" or a scale',
    )
    return [_finding(8, "warning", "lambda", message, remedy)]


def marginal_cost(content: ActorsFile, policies: Mapping[str, Mapping[str, bool]], harms: Sequence[str]) -> list[Lint]:
    """Lint 9: a policy whose penalty is already being paid gives no reason against the harm.

    For each policy that holds something which the owner of the harm minds at all, compare what the step from the status
    quo to the harm changes for its owner with the same step without that policy: where no statement and no stake
    makes the step dearer, the policy costs the owner nothing more for the harm than for standing still.
    """
    owner = {option.id: option.owner for option in content.options}
    found = []
    for harm in (name for name in harms if name in owner):
        for word, holding in _held_words(content, policies).items():
            if owner.get(word) == owner[harm] or word == harm or owner[harm] not in touched(content, word):
                continue
            extra = [_dearer(content, harm, {**held, word: True}, {**held, word: False}) for held in holding.values()]
            if any(one is None or one for one in extra):
                continue
            named = next(iter(holding))
            message = (
                f"under {', '.join(holding)}, {word} makes {harm} cost {owner[harm]} nothing more than not doing it"
            )
            remedy = f'add what it costs: a stake of {owner[harm]} while "{word} & {harm}", with its evidence'
            found.append(_finding(9, "warning", named, message, remedy))
    return found


def _held_words(
    content: ActorsFile, policies: Mapping[str, Mapping[str, bool]]
) -> dict[str, dict[str, Mapping[str, bool]]]:
    """Return option of a policy that is taken there -> the policies that take it."""
    found: dict[str, dict[str, Mapping[str, bool]]] = {}
    for name, held in policies.items():
        for word, value in held.items():
            if value:
                found.setdefault(word, {})[name] = held
    return found


def _dearer(content: ActorsFile, harm: str, held: Mapping[str, bool], without: Mapping[str, bool]) -> bool | None:
    """Return whether the step to the harm costs its owner more with what is held; None where the step cannot be."""
    owner = next(option.owner for option in content.options if option.id == harm)
    steps = []
    for one in (held, without):
        try:
            model = build(content, one)
        except InputError:
            return None
        before = {**content.status_quo, **{k: v for k, v in one.items() if k not in content.flags}}
        a, b = model.space.find(before), model.space.find({**before, **_enabling(content, harm, before), harm: True})
        if a < 0 or b < 0 or owner not in model.actors:
            return None
        steps.append({
            model.statements[j].id: int(model.truth[j, b]) - int(model.truth[j, a])
            for j in model.of(model.actors.index(owner))
        })  # fmt: skip
    sign = {s.id: -1 if s.stake is not None and s.stake[1] < 0 else 1 for s in (*content.statements, *content.stakes)}
    return any(sign[name] * (change - steps[1][name]) < 0 for name, change in steps[0].items())


def _enabling(content: ActorsFile, harm: str, before: Mapping[str, bool]) -> dict[str, bool]:
    """Return what must be taken first for the harm to be feasible: patterns of the form "harm only if ..."."""
    needed = {}
    for pattern in content.infeasible:
        if pattern.get(harm) is True and len(pattern) == 2:
            other = next(name for name in pattern if name != harm)
            if pattern[other] is bool(before.get(other, False)):
                needed[other] = not pattern[other]
    return needed


def of_number(found: Iterable[Lint], number: int) -> list[Lint]:
    """Return the findings of one check."""
    return [finding for finding in found if finding.number == number]
