"""Second pass over policies: what an action waits for, and which options of the sides it holds, must be there."""

from __future__ import annotations

from collections.abc import Collection

from corridor.core.errors import Problem, did_you_mean
from corridor.scenario.build.draft import ActionDraft, ActorPolicyDraft, Draft, PolicyDraft
from corridor.scenario.read.cells import shorten
from corridor.tables.folder import OPTIONS


def check_sequences(draft: Draft) -> list[Problem]:
    """Return every problem of what the actions of a folder wait for, and of the options that they hold."""
    main = draft.actors.get("actors")
    models = [main] if main else list(draft.actors.values())
    options = {name for model in models for name in model.options}
    features = {name for model in models for name in _names(model.data.get("features"))}
    problems: list[Problem] = []
    for policy in (*(draft.policies or []), *(draft.conditions or [])):
        problems += sequence_problems(policy)
    for chosen in draft.actor_policies:
        problems += sequence_problems(chosen, options, features)
    return problems


def sequence_problems(
    policy: PolicyDraft, options: Collection[str] = (), features: Collection[str] = ()
) -> list[Problem]:
    """Return the problems of one policy; options, features : of the sides, which only a policy of theirs can name."""
    problems: list[Problem] = []
    before: list[str] = []
    for action in policy.actions:
        if action.id in before and action.id_cell is not None:
            problems.append(action.id_cell.problem(f'a second action "{action.id}"', "give it another id"))
        if action.when is not None and action.when_cell is not None:
            if action.when.after and action.when.after not in before:
                message = f'no earlier action of this policy has the id "{shorten(action.when.after)}"'
                problems.append(action.when_cell.problem(message, did_you_mean(action.when.after, before)))
            if action.when.taken:
                words = {*options, *features}
                what = "option or feature of the sides"
                problems += _known(action, policy, action.when.taken, words, what)
        if action.target.collection == OPTIONS:
            problems += _held(action, policy, options)
        before += [action.id] if action.id else []
    return problems


def _known(action: ActionDraft, policy: PolicyDraft, name: str, words: Collection[str], what: str) -> list[Problem]:
    cell = action.when_cell or action.cell
    if not isinstance(policy, ActorPolicyDraft):
        message = "nobody chooses in this policy"
        return [cell.problem(message, "write it under actor_policies, where the sides choose")]
    if name in words or not words:
        return []
    return [cell.problem(f'no {what} is called "{shorten(name)}"', did_you_mean(name, words))]


def _held(action: ActionDraft, policy: PolicyDraft, options: Collection[str]) -> list[Problem]:
    cell, name = action.target_cell, action.target.id
    if not isinstance(policy, ActorPolicyDraft):
        message = "nobody chooses in this policy"
        return [cell.problem(message, "write it under actor_policies, where the sides choose")]
    if options and name not in options:
        return [cell.problem(f'no option "{shorten(name)}" in the model of the sides', did_you_mean(name, options))]
    if name in policy.fixes:
        message = f'the policy holds "{shorten(name)}" from the first day to the last under fixes'
        return [cell.problem(message, "keep one of the two")]
    return []


def _names(part: object) -> tuple[str, ...]:
    return tuple(str(name) for name in part) if isinstance(part, dict) else ()
