"""Words for the answers of `ask`: nothing that a person would not say, no number without what it is a number of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.studies.sides_case import Case

if TYPE_CHECKING:
    from corridor.strategy.ask import Condition

DRAWS = 128
"""Draws of a question: a standard error of about 1.4 points of a difference between two policies."""
LEAST_DRAWS = 10
"""Draws in which something must hold, and not hold, before anything is said of where it does."""
_NUMBERS = {
    "lambda": "how sharply everybody chooses", "inertia": "how much everybody prefers to stay as they are",
    "irreversible_cost": "how much a step that cannot be taken back costs", "patience": "how much later days count",
    "foresight": "how many rounds everybody looks ahead",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """What is asked: the case, the policy and its reference, what they are judged by, and the draws it may cost."""

    case: Case
    policy: str
    reference: str
    outcome: str
    stake: str
    by: float
    state: tuple[str, ...]
    draws: int
    seed: int

    @property
    def held(self) -> Mapping[str, bool]:
        """Return what the policy holds."""
        return self.case.policies[self.policy]

    @property
    def plain(self) -> Mapping[str, bool]:
        """Return what the reference holds."""
        return self.case.policies[self.reference]

    def main(self) -> dict[str, Mapping[str, bool]]:
        """Return the policies of the main table, the reference and the policy asked about."""
        told = self.case.told.policies
        return {
            name: held
            for name, held in self.case.policies.items()
            if told[name].get("main", True) or name in (self.policy, self.reference)
        }


class Words:
    """What policies, sides, options and statements of a question are called."""

    def __init__(self, q: Question) -> None:
        """Take the words of the question's case."""
        self.q = q
        content = q.case.content
        self.names = {actor.id: actor.name for actor in content.actors}
        self.options = {option.id: option.text or option.id for option in content.options}

    @property
    def outcome(self) -> str:
        """Return what the outcome is called inside a sentence: an offensive, an open road."""
        from corridor.report.sections.sides_first import EVENT

        text = self.options.get(self.q.outcome, self.q.outcome.replace("_", " "))
        return EVENT.get(self.q.outcome, f"“{text}”")

    def policy(self, name: str) -> str:
        """Return the title of a policy."""
        return f"“{self.q.case.told.policies[name]['title']}”"

    def title(self, name: str) -> str:
        """Return the title of a policy, without quotation marks."""
        return str(self.q.case.told.policies[name]["title"])

    def actor(self, name: str) -> str:
        """Return the name of a side as the first word of a sentence."""
        text = self.names.get(name, name)
        return text[0].upper() + text[1:]

    def statement(self, name: str) -> str:
        """Return what a statement or a stake says."""
        told = self.q.case.told.statements.get(name)
        return str(told["says"]).rstrip(".") if told else name

    def setting(self, text: str) -> tuple[str, bool]:
        """Return option and value of `option=1`; raises InputError."""
        name, _, value = text.partition("=")
        if name not in self.options:
            raise InputError([Problem("--state", 0, 0, "", f'no option "{name}"', did_you_mean(name, self.options))])
        if value not in ("0", "1"):
            message = f'"{value}" is not 0 or 1'
            raise InputError([Problem("--state", 0, 0, name, message, "write option=0 or option=1")])
        return name, value == "1"

    def move(self, takes: Sequence[str], drops: Sequence[str]) -> str:
        """Return a move in words: what begins and what ends."""
        begins, ends = " and ".join(self.options[name] for name in takes), " and ".join(self.options[n] for n in drops)
        parts = [f"What begins: {begins}."] if begins else []
        parts += [f"What ends: {ends}."] if ends else []
        return " ".join(parts)

    def input(self, name: str) -> str:
        """Return what an uncertain input is, in words."""
        if name in _NUMBERS:
            return _NUMBERS[name]
        if name.startswith("rate of "):
            actor = self.names.get(name.removeprefix("rate of "), name)
            return f"how often {actor} decides"
        actor, _, one = name.partition(".")
        return f"how much {self.names.get(actor, actor)} minds “{self.statement(one)}”"


def condition_lines(words: Words, found: Condition, *, harm: bool = False) -> str:
    """Return a box in words, as the end of a sentence, with how often what is asked holds inside.

    harm : the box is one of where a harm stays away; said is how often there is harm inside
    """
    if not found.limits:
        return "no bound on a few inputs tells."
    parts = []
    for name, (low, high) in found.limits.items():
        side = "is not among the lowest" if not np.isfinite(high) else "is not among the highest"
        side = "is neither among the lowest nor the highest" if np.isfinite(low) and np.isfinite(high) else side
        parts.append(f"{words.input(name)} {side}")
    held = f"it does so in {percent(1.0 - found.density)}" if harm else f"it holds in {percent(found.density)}"
    return f"{'; and '.join(parts)}: {percent(found.mass)} of the draws are like that, and {held} of them."


def few_enough(holds: NDArray[np.bool_]) -> bool:
    """Return whether something holds, and does not hold, in enough draws to say where it does."""
    return bool(min(holds.sum(), (~holds).sum()) >= LEAST_DRAWS)


def percent(share: float) -> str:
    """Return a share as a whole percentage."""
    return f"{round(100 * share)} %"


def size(difference: float) -> str:
    """Return how large a difference of two chances is, in points, without its sign."""
    return points(abs(difference)).lstrip("+")


def points(difference: float) -> str:
    """Return a difference of two chances in points, with its sign."""
    value = round(100 * difference)
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{abs(value)} point{'' if abs(value) == 1 else 's'}"
