"""What was changed in a scenario after its folder was read, and where it came from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from corridor.scenario.row import Row


class Change(BaseModel):
    """One change: `--set`, a policy or condition that was added, or something done by hand in Python.

    path : what was changed, as `--set` names it; the id of a policy or condition
    value, was : as written, and as it stood before ("" where there was nothing)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["set", "policy", "condition", "by hand"]
    path: str
    value: str = ""
    was: str = ""

    def sentence(self) -> str:
        """Return `links.pass.kmh = 30 (was 40)`."""
        if self.kind == "by hand":
            return "the scenario was changed by hand, in Python"
        if self.kind != "set":
            return f"{self.kind} {self.path} added"
        return f"{self.path} = {self.value}" + (f" (was {self.was})" if self.was else "")


@dataclass(frozen=True)
class Origin:
    """Where a scenario came from; no part of the results, and two scenarios that differ in it alone are equal.

    folder : what `load` was given; made : digest of the scenario as read, or as changed by a function of ours
    """

    folder: str = field(default="", compare=False)
    made: str = field(default="", compare=False)


class Changeable(Row):
    """A scenario, as far as this page goes.

    changed : what was changed after the folder was read
    """

    changed: tuple[Change, ...] = ()
    origin: Origin = Field(default=Origin(), exclude=True)


Kept = TypeVar("Kept", bound=Changeable)
BY_HAND = Change(kind="by hand", path="scenario")


def digest(scenario: Changeable) -> str:
    """Return the SHA-256 of the scenario as plain data."""
    return hashlib.sha256(scenario.model_dump_json().encode()).hexdigest()


def seal(scenario: Kept, folder: str | None = None) -> Kept:
    """Return the scenario with its own digest, so that a later change by hand can be told."""
    given = scenario.origin.folder if folder is None else folder
    return scenario.model_copy(update={"origin": Origin(given, digest(scenario))})


def resealed(scenario: Kept) -> Kept:
    """Return a changed scenario with a hash that tells it from the folder's own: the digest of what it now says."""
    text = scenario.model_dump_json(exclude={"hash", "changed"})
    return seal(scenario.model_copy(update={"hash": hashlib.sha256(text.encode()).hexdigest()}))


def changes(scenario: Changeable) -> tuple[Change, ...]:
    """Return everything that was changed, what was done by hand last."""
    same = scenario.origin.made == digest(scenario)
    return scenario.changed if same else (*scenario.changed, BY_HAND)
