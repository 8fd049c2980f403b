"""What was changed in a scenario after its folder was read, and how one of its numbers is written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from corridor.scenario.model import Scenario


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


BY_HAND = Change(kind="by hand", path="scenario")


def digest(scenario: Scenario) -> str:
    """Return the SHA-256 of the scenario as plain data."""
    return hashlib.sha256(scenario.model_dump_json().encode()).hexdigest()


def seal(scenario: Scenario, folder: str | None = None) -> Scenario:
    """Return the scenario with its own digest, so that a later change by hand can be told."""
    given = scenario.origin.folder if folder is None else folder
    return scenario.model_copy(update={"origin": Origin(given, digest(scenario))})


def resealed(scenario: Scenario) -> Scenario:
    """Return a changed scenario with a hash that tells it from the folder's own: the digest of what it now says."""
    text = scenario.model_dump_json(exclude={"hash", "changed"})
    return seal(scenario.model_copy(update={"hash": hashlib.sha256(text.encode()).hexdigest()}))


def changes(scenario: Scenario) -> tuple[Change, ...]:
    """Return everything that was changed, what was done by hand last."""
    same = scenario.origin.made == digest(scenario)
    return scenario.changed if same else (*scenario.changed, BY_HAND)


def text_at(scenario: Scenario, path: str) -> str:
    """Return a number as `--set` would write it, "" where the scenario does not have it."""
    found = _at(scenario, path)
    return "" if found is None else plain_text(found, regime=path.endswith(".regime"))


def plain_text(value: Any, *, regime: bool = False) -> str:
    """Return a value as `--set` writes it: a number, low..value..high, a date, the words of a regime."""
    from corridor.scenario.model import REGIMES, Quantity

    if isinstance(value, Quantity):
        middle = _number(value.value)
        ends = value.low, value.high
        return middle if None in ends or ends[0] == ends[1] else f"{_number(ends[0])}..{middle}..{_number(ends[1])}"
    if regime and isinstance(value, int):
        whole = next((word for word, bits in REGIMES.items() if bits == value), "")
        return whole or "+".join(word for word, bits in REGIMES.items() if bits.bit_count() == 1 and bits & value)
    return _number(value) if isinstance(value, float) else str(value)


def _number(value: Any) -> str:
    return "unlimited" if value == float("inf") else f"{value:.12g}"


def _at(scenario: Scenario, path: str) -> Any:
    head, _, rest = path.partition(".")
    if not rest:
        return getattr(scenario, head, None)
    name, _, part = rest.rpartition(".")
    if head in ("stocks", "outputs"):
        held = [row for row in getattr(scenario, head) if (row.place, row.commodity) == (name, part)]
        return getattr(held[0], "tonnes" if head == "stocks" else "share") if held else None
    if head == "mixes":
        mix = next((mix for mix in scenario.mixes if mix.id == name), None)
        return mix.shares.get(part) if mix else None
    if head == "rules":
        from corridor.rules import RULES

        return scenario.rules.get(rest) or next(iter(RULES.get(rest, ())), None)
    rows = getattr(scenario, head, None)
    if isinstance(rows, tuple):
        key = "place" if head == "reception" else "id"
        row = next((row for row in rows if getattr(row, key, None) == name), None)
        return getattr(row, part, None)
    return _parameter(scenario.parameters, rest if head == "parameters" else path)


def _parameter(given: Mapping[str, Any], name: str) -> Any:
    from corridor.rules import PARAMETERS
    from corridor.scenario.model import Quantity

    if name in given or name not in PARAMETERS:
        return given.get(name)
    known = PARAMETERS[name]
    return Quantity(value=known.default, low=known.low, high=known.high)
