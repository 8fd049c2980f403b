"""What an analyst imposes, typed and frozen: actions on fixed days, or that wait, sequences, offers and promises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from corridor.scenario.row import Row
from corridor.scenario.trigger import Threshold
from corridor.tables.field import Verb

_WAITS: Mapping[str, Any] = {
    "latest": None,
    "ends_latest": None,
    "when": None,
    "lasts": False,
    "chance": None,
    "id": "",
}
"""What only an action has that waits or is waited for, and what stands where it has none."""
OPTIONS = "options."
"""Beginning of the target of an action that holds an option of the sides."""


class Action(Row):
    """One thing that a policy or a condition does to the world, from a day on.

    target: `links.<id>.regime`, `links.<id>.tonnes_per_day`, `links.<id>.vehicles_per_hour`, `pipelines.<id>`,
    `pipelines.<id>.tonnes_per_day`, `parameters.<name>`, `places.<id>.release` (loss of control there; id `*` for all
    homes), `places.<id>.open` (whether a camp takes people).
    starts, ends: days after as_of (1 is the first day of the horizon) or civil dates; None: to the end.
    latest, ends_latest: where the first or the last day is drawn in each future, the last that it may be.
    when: begins in each future on the first day, not before `starts`, on which this holds. lasts: is in force on
    the days on which `when` holds, and on no other. chance: of being in force at all, drawn once in each future; None:
    it is. id: by which a later action of the policy names it.
    """

    do: Verb
    target: str
    value: float | bool | None = None
    starts: dt.date
    ends: dt.date | None = None
    evidence: tuple[str, ...] = ()
    latest: dt.date | None = None
    ends_latest: dt.date | None = None
    when: Threshold | None = None
    lasts: bool = False
    chance: float | None = None
    id: str = ""

    @property
    def begins_anew(self) -> bool:
        """Return whether it begins on a day of its own in each future, or never."""
        return self.when is not None or self.latest is not None or self.chance is not None

    @property
    def holds_option(self) -> bool:
        """Return whether it holds an option of the sides, and does nothing to the world."""
        return self.target.startswith(OPTIONS)

    @property
    def waits(self) -> bool:
        """Return whether it begins or ends on a day of its own in each future, or acts on the sides."""
        return self.begins_anew or self.ends_latest is not None or self.holds_option

    @model_serializer(mode="wrap")
    def _plain(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what an action on a fixed day does not have, so that it is written as it always was."""
        fields: dict[str, Any] = handler(self)
        return {name: value for name, value in fields.items() if name not in _WAITS or value != _WAITS[name]}


class Policy(Row):
    """What the analyst imposes. A condition has the same form and is a hypothesis about others."""

    id: str
    title: str
    summary: str = ""
    actions: tuple[Action, ...] = ()
    evidence: tuple[str, ...] = ()


class ActorPolicy(Policy):
    """What the analyst imposes where the sides choose: options and flags held at a value, and physical actions.

    fixes : option of the actors' model -> taken or not, from the first day on; nobody can move it
    flags : flag of the actors' model -> value
    An action on `options.<id>` holds an option for a time.
    """

    fixes: Mapping[str, bool] = Field(default_factory=dict)
    flags: Mapping[str, bool] = Field(default_factory=dict)

    @property
    def held_for_a_time(self) -> tuple[str, ...]:
        """Return the options that its actions hold."""
        return tuple(action.target.removeprefix(OPTIONS) for action in self.actions if action.holds_option)

    def process_only(self, feedback: bool) -> bool:
        """Return whether no law of the choices tells it; feedback: whether some side feels what people suffer.

        Options held for a time, or while something holds, and whatever waits for something physical where that acts
        back on the sides.
        """
        waits = any(action.when is not None or action.chance is not None for action in self.actions)
        return any(action.holds_option for action in self.actions) or (feedback and waits)
