"""Levers: where an analyst has set a case, as plain data, and the futures that this asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import Field

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.scenario import Scenario, override
from corridor.scenario.add_policy import policy_from
from corridor.scenario.model import Action, Policy
from corridor.scenario.read.cells import shorten
from corridor.studies.data import Plain

OUTCOMES = (
    "energy_gap", "excess_deaths", "intake", "below_requirement", "cover.food", "gam", "departures", "arrivals",
    "people", "sheltered", "waiting", "travelling", "above_capacity",
)  # fmt: skip
"""what is compared with the reference on the screen, where the run has it"""
FANS = (
    "intake", "below_requirement", "people", "departures", "arrivals", "queue", "sheltered", "waiting", "travelling",
)  # fmt: skip
"""quantities of which a fan can be shown; besides them `cover.GOOD`, days of cover"""
MOST = 60
"""settings, and acts, of one position of the levers"""
LONGEST = 200
"""letters of one word of a lever"""
FILE = "levers"
OWN = "own_levers"
"""id of the policy as which acts are read"""


class Act(Plain):
    """Something done to the world from a day on, besides what the policy does, as an action of policies.yaml.

    begins, until : civil days; the first day after as_of, and the end, where empty
    """

    do: Literal["force", "set", "add", "remove"]
    target: str = Field(max_length=LONGEST)
    value: str = Field(default="", max_length=LONGEST)
    begins: str = Field(default="", max_length=10)
    until: str = Field(default="", max_length=10)


class Levers(Plain):
    """A position of all levers; empty words stand for what the case says itself.

    Attributes
    ----------
    variant, policy, condition : ids; the default variant, the reference policy, the first condition
    begins : the first day of the policy, a civil day; what it does later keeps its distance
    set : path -> value, as `--set` takes them
    acts : what is done besides
    wishes : what the sides want: `actors.AZE.A6.place` or `actors.AZE.AK1.worth` -> a number, or "out" to leave it out.
        They change what the sides are said to choose, not what a future is played with
    """

    variant: str = Field(default="", max_length=LONGEST)
    policy: str = Field(default="", max_length=LONGEST)
    condition: str = Field(default="", max_length=LONGEST)
    begins: str = Field(default="", max_length=10)
    set: dict[str, str] = Field(default_factory=dict, max_length=MOST)
    acts: tuple[Act, ...] = Field(default=(), max_length=MOST)
    wishes: dict[str, str] = Field(default_factory=dict, max_length=MOST)


@dataclass(frozen=True)
class Placed:
    """What a position of the levers asks for.

    scenario : the variant with its settings; policy, condition : as they are played; own : the case's own reference
    """

    levers: Levers
    scenario: Scenario
    policy: Policy
    condition: Policy
    changed: tuple[str, ...]

    @property
    def touched(self) -> bool:
        """Whether anything differs from the case as it stands."""
        return bool(self.changed)


def place(levers: Levers, load: Callable[[str], Scenario]) -> Placed:
    """Return what a position of the levers asks for.

    Parameters
    ----------
    load : returns the scenario of a variant, of the default one for ""

    Raises
    ------
    InputError : everything that cannot be
    """
    case = load(levers.variant)
    scenario = override(case, [f"{path}={_plain(path, text)}" for path, text in levers.set.items()])
    policy = _one(scenario.policies, levers.policy or scenario.reference_policy, "policy")
    condition = _one(scenario.conditions, levers.condition or scenario.conditions[0].id, "condition")
    changed = []
    if policy.id != scenario.reference_policy:
        changed.append(f"policy: {policy.title}")
    if levers.begins:
        policy = begun(policy, _day(levers.begins, "begins"), scenario)
        changed.append(f"policy begins {levers.begins}")
    if condition.id != scenario.conditions[0].id:
        changed.append(f"condition: {condition.title}")
    changed += [change.sentence() for change in scenario.changed]
    acts = acts_of(levers.acts, scenario)
    changed += [sentence_of(act) for act in levers.acts]
    if levers.wishes:
        from corridor.studies.wishes import wished

        changed += wished(scenario, levers.wishes)[1]
    policy = policy.model_copy(update={"actions": (*policy.actions, *acts)})
    return Placed(levers, scenario, policy, condition, tuple(changed))


def _plain(path: str, text: str) -> str:
    """Return a setting in one line; `override` splits at the first `=`, so that a path may hold none."""
    if "=" in path:
        message = f'"{shorten(path)}" is no path'
        raise InputError([Problem(FILE, 0, 0, "set", message, "write links.<id>.km and its like")])
    return " ".join(text.split())


def begun(policy: Policy, day: date, scenario: Scenario) -> Policy:
    """Return a policy whose first action begins on another day; the others keep their distance to it.

    Raises
    ------
    InputError : it does nothing, or would begin outside the horizon
    """
    if not policy.actions:
        message = f'"{policy.title}" does nothing that could begin later'
        raise InputError([Problem(FILE, 0, 0, "begins", message, "choose a policy, or take the day away")])
    if not scenario.as_of < day <= scenario.end:
        message = f"{day} is not within {scenario.horizon} days after {scenario.as_of}, the last day known"
        raise InputError([Problem(FILE, 0, 0, "begins", message, "choose another day, or another last day known")])
    later = day - min(action.starts for action in policy.actions)

    def moved(action: Action) -> Action:
        days = {name: getattr(action, name) for name in ("starts", "ends", "latest", "ends_latest")}
        return action.model_copy(update={name: day + later for name, day in days.items() if day is not None})

    kept = [moved(action) for action in policy.actions if action.starts + later <= scenario.end]
    return policy.model_copy(update={"actions": tuple(kept)})


def acts_of(acts: tuple[Act, ...], scenario: Scenario) -> tuple[Action, ...]:
    """Return acts as actions of a policy. InputError: whatever policies.yaml would refuse."""
    if not acts:
        return ()
    rows: list[dict[str, Any]] = []
    for act in acts:
        row: dict[str, Any] = {"do": act.do, "target": act.target, "from": act.begins or "+1"}
        rows.append(row | ({"value": act.value} if act.value else {}) | ({"until": act.until} if act.until else {}))
    try:
        return policy_from(scenario, {"id": OWN, "title": "Levers", "actions": rows}).actions
    except InputError as error:
        told = [Problem(FILE, 0, 0, one.field, one.message, one.remedy) for one in error.problems]
        raise InputError(told) from error


def sentence_of(act: Act) -> str:
    """Return `links.gate.regime: open from 2024-03-01`."""
    what = {"add": "switched on", "remove": "switched off"}.get(act.do, act.value)
    since = f" from {act.begins}" if act.begins else ""
    return f"{act.target}: {what}{since}" + (f" until {act.until}" if act.until else "")


def _one(policies: tuple[Policy, ...], wanted: str, word: str) -> Policy:
    found = next((one for one in policies if one.id == wanted), None)
    if found is None:
        remedy = did_you_mean(wanted, [one.id for one in policies])
        raise InputError([Problem(FILE, 0, 0, word, f'no {word} is called "{shorten(wanted)}"', remedy)])
    return found


def _day(text: str, word: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f'"{shorten(text)}" is not a day'
        raise InputError([Problem(FILE, 0, 0, word, message, "write 2023-07-01")]) from None


def first_day(scenario: Scenario) -> date:
    """Return the first day on which a lever may act."""
    return scenario.as_of + timedelta(days=1)
